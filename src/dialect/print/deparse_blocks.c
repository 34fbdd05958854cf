/*
 * deparse_blocks.c
 *		What transactions a procedure's body ends by itself on Redshift, as
 *		plpgsql commands to be put between its own.
 *
 * A handler of EXCEPTION begins with all of the transaction rolled back, what
 * it does is committed, and the error is raised again; in a NONATOMIC procedure
 * it is not, and each statement there commits at its end (AWS:
 * stored-procedure-trapping-errors, stored-procedure-transaction-management).
 * Where the procedure may not end transactions, as within BEGIN ... COMMIT, the
 * commands find out when they run.
 */
#include "postgres.h"

#include "dialect/print/deparse_blocks.h"

#define MAY_END "IF redshift.ends_transactions() THEN "
#define HANDLER_BEGINS " " MAY_END "ROLLBACK; END IF;"
#define HANDLER_ENDS MAY_END "COMMIT; END IF; RAISE; "
#define STATEMENT_ENDS " " MAY_END "COMMIT; END IF;"

/* What has begun and not ended at a place of the body. */
typedef enum Level
{
	LEVEL_BLOCK,
	LEVEL_EXCEPTION, /* a block in its EXCEPTION part, before the first handler */
	LEVEL_HANDLER,
	LEVEL_CASE
} Level;

/* The walk over a body. */
typedef struct Walk
{
	const LexemeList *list;
	bool nonatomic;
	bool in_transaction; /* START TRANSACTION: statements don't commit by themselves */
	List *levels;		 /* int: Level, the innermost first */
	List *insertions;	 /* BlockInsertion */
} Walk;

static int StepOver(Walk *walk, int index);
static int WalkWhen(Walk *walk, int index);
static int WalkEnd(Walk *walk, int index);
static int WalkStatement(Walk *walk, int index);
static bool IsSql(const Walk *walk, int index);
static int Find(const Walk *walk, int index, const char *word);
static bool Is(const Walk *walk, int index, const char *word);
static void Insert(Walk *walk, int byte, const char *text);

/* What is to be put into a body of plpgsql, in order of its places. */
List *
BlockInsertions(const LexemeList *list, bool nonatomic)
{
	Walk walk = {.list = list, .nonatomic = nonatomic};
	int index = 0;

	while (index < list->count)
		index = StepOver(&walk, index);
	return walk.insertions;
}

/* Steps over a command, or over the part of it up to the commands in it; returns the lexeme behind. */
static int
StepOver(Walk *walk, int index)
{
	static const struct
	{
		const char *word;
		const char *up_to;
	} parts[] = {{"<<", ">>"},		{"if", "then"},	 {"elsif", "then"},	 {"elseif", "then"},
				 {"while", "loop"}, {"for", "loop"}, {"foreach", "loop"}};

	/* a block within the body: its END is matched with it */
	if (Is(walk, index, "begin"))
		walk->levels = lcons_int(LEVEL_BLOCK, walk->levels);
	else if (Is(walk, index, "exception") && walk->levels != NIL)
		linitial_int(walk->levels) = LEVEL_EXCEPTION;
	else if (Is(walk, index, "case"))
	{
		/* CASE as a command: the expression up to its first WHEN may be anything */
		walk->levels = lcons_int(LEVEL_CASE, walk->levels);
		return Find(walk, index + 1, "when");
	}
	else if (Is(walk, index, "when"))
		return WalkWhen(walk, index);
	else if (Is(walk, index, "end"))
		return WalkEnd(walk, index);
	else if (Is(walk, index, "declare"))
	{
		/* declarations end with semicolons of their own */
		while (index < walk->list->count && !Is(walk, index, "begin"))
			index++;
		return index;
	}
	else if (!Is(walk, index, "loop") && !Is(walk, index, "else") && !Is(walk, index, ";"))
	{
		/* what is left is a condition up to its keyword, or a command up to its semicolon */
		for (size_t i = 0; i < lengthof(parts); i++)
			if (Is(walk, index, parts[i].word))
				return Find(walk, index + 1, parts[i].up_to) + 1;

		/* no command of a block's own: plain SQL, or an assignment */
		return WalkStatement(walk, index);
	}

	return index + 1;
}

/* WHEN condition THEN: of a handler, or of CASE. */
static int
WalkWhen(Walk *walk, int index)
{
	int then = Find(walk, index + 1, "then");
	Level level = walk->levels != NIL ? (Level)linitial_int(walk->levels) : LEVEL_BLOCK;

	/* the handler before this one ends here */
	if (level == LEVEL_HANDLER && !walk->nonatomic)
		Insert(walk, walk->list->lexemes[index].start, HANDLER_ENDS);
	if ((level == LEVEL_HANDLER || level == LEVEL_EXCEPTION) && then < walk->list->count)
	{
		linitial_int(walk->levels) = LEVEL_HANDLER;
		if (!walk->nonatomic)
			Insert(walk, walk->list->lexemes[then].end, HANDLER_BEGINS);
	}

	return then + 1;
}

/* END of a block or of CASE; IF and LOOP have no level. */
static int
WalkEnd(Walk *walk, int index)
{
	bool of_block = !Is(walk, index + 1, "if") && !Is(walk, index + 1, "loop");

	if (of_block && walk->levels != NIL)
	{
		if (linitial_int(walk->levels) == LEVEL_HANDLER && !walk->nonatomic)
			Insert(walk, walk->list->lexemes[index].start, HANDLER_ENDS);
		walk->levels = list_delete_first(walk->levels);
	}

	return Find(walk, index, ";") + 1;
}

/* A command with nothing in it but itself. */
static int
WalkStatement(Walk *walk, int index)
{
	int end = Find(walk, index, ";");

	/* within an explicit transaction nothing commits by itself */
	if (Is(walk, index, "start") && Is(walk, index + 1, "transaction"))
		walk->in_transaction = true;
	else if (Is(walk, index, "commit") || Is(walk, index, "rollback"))
		walk->in_transaction = false;
	else if (walk->nonatomic && !walk->in_transaction && end < walk->list->count &&
			 IsSql(walk, index))

		/*
		 * A NONATOMIC procedure commits each statement (AWS:
		 * stored-procedure-transaction-management).
		 */
		Insert(walk, walk->list->lexemes[end].end, STATEMENT_ENDS);
	return end + 1;
}

/* Whether a command is one of SQL and not of plpgsql alone. */
static bool
IsSql(const Walk *walk, int index)
{
	static const char *const own[] = {"return", "null", "get",	 "fetch",	 "move",
									  "close",	"exit", "raise", "continue", "open"};

	for (size_t i = 0; i < lengthof(own); i++)
		if (Is(walk, index, own[i]))
			return false;
	return !Is(walk, index + 1, ":=") && !Is(walk, index + 1, "=") && !Is(walk, index + 1, ".") &&
		   !Is(walk, index + 1, "[");
}

/* The first such word from a lexeme on outside parentheses and CASE expressions; a semicolon ends the search. */
static int
Find(const Walk *walk, int index, const char *word)
{
	int cases = 0;

	for (; index < walk->list->count; index++)
	{
		const Lexeme *lexeme = &walk->list->lexemes[index];

		if ((cases == 0 && LexemeIs(lexeme, word)) || LexemeIs(lexeme, ";"))
			return index;

		/* the END of a CASE must not be taken for the block's */
		cases += LexemeIs(lexeme, "case") ? 1 : 0;
		cases -= LexemeIs(lexeme, "end") && cases > 0 ? 1 : 0;

		/* parentheses hold expressions only */
		if (lexeme->match > index)
			index = lexeme->match;
	}

	return index;
}

/* Whether a lexeme is this word or punctuation. */
static bool
Is(const Walk *walk, int index, const char *word)
{
	return index < walk->list->count && LexemeIs(&walk->list->lexemes[index], word);
}

/* Has text put at a byte. */
static void
Insert(Walk *walk, int byte, const char *text)
{
	BlockInsertion *insertion = palloc(sizeof(BlockInsertion));

	insertion->byte = byte;
	insertion->text = text;
	walk->insertions = lappend(walk->insertions, insertion);
}
