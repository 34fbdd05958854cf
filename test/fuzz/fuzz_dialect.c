/*
 * fuzz_dialect.c
 *		libFuzzer target: the dialect's lexer, parser, printer, rewriter and
 *		check, inside a backend.
 *
 * The dialect needs PostgreSQL's scanner, memory and errors, which only the
 * postgres executable has; so this is a module whose SQL function runs
 * libFuzzer.  It is no part of the extension.  Input: a script.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "dialect/rewrite/rewrite.h"
#include "dialect/text/statement.h"

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(fuzz_dialect);

extern int LLVMFuzzerRunDriver(int *argc, char ***argv,
							   int (*callback)(const uint8_t *data, size_t size));

/* Ends the process, for libFuzzer to keep the input, when a promise is broken. */
#define FUZZ_CHECK(claim)                                                                          \
	do                                                                                             \
	{                                                                                              \
		if (!(claim))                                                                              \
		{                                                                                          \
			fprintf(stderr, "broken: %s (%s:%d)\n", #claim, __FILE__, __LINE__);                   \
			abort();                                                                               \
		}                                                                                          \
	} while (0)

/* The columns of every relation that is known. */
static const DialectColumn known_columns[] = {
	{"a", INT4OID, -1, true},
	{"b", VARCHAROID, 260, false},
	{"c", NUMERICOID, (18 << 16) + VARHDRSZ, false},
	{"d", DATEOID, -1, false},
	{"ts", TIMESTAMPOID, -1, false},
	{"e", BOOLOID, -1, false},
	{"userid", TEXTOID, -1, false},
	{"s", JSONBOID, -1, false},
};

/* Every second relation is known. */
static bool
IsKnown(const char *relation)
{
	return (relation[0] & 1) != 0;
}

/* The type of a column of a relation. */
static Oid
ColumnType(void *state, const char *schema, const char *relation, const char *column, bool *known)
{
	*known = IsKnown(relation);
	for (int i = 0; *known && i < (int)lengthof(known_columns); i++)
		if (strcmp(known_columns[i].name, column) == 0)
			return known_columns[i].type;
	return InvalidOid;
}

/* Every column of a relation. */
static List *
Columns(void *state, const char *schema, const char *relation, bool *known)
{
	List *columns = NIL;

	*known = IsKnown(relation);
	for (int i = 0; *known && i < (int)lengthof(known_columns); i++)
		columns = lappend(columns, (void *)&known_columns[i]);
	return columns;
}

/* The value of a psql variable; every second one is set. */
static const char *
Variable(void *state, const char *name)
{
	return IsKnown(name) ? "it's \\ \"v\" \xc3\xa9" : NULL;
}

/* The schema of a name that Redshift has in pg_catalog; every second one is such a name. */
static const char *
SystemName(const DialectContext *asker, const char *schema, const char *name)
{
	return IsKnown(name) ? "pg_catalog" : NULL;
}

static const DialectContext context = {
	.column_type = ColumnType,
	.columns = Columns,
	.system_relation = SystemName,
	.system_function = SystemName,
	.variable = Variable,
	.shows_result = true,
	.extension_schema = "public",
};

/* What each script goes through; a step may end in an error. */
typedef void (*Step)(const char *script);

/* A printed text is text, and each of its bytes stands for a place in the script. */
static void
CheckText(const DialectStatement *statement, const DialectText *text)
{
	int script_length = (int)strlen(statement->list->script);
	int length = (int)strlen(text->sql);

	FUZZ_CHECK(pg_verify_mbstr(PG_UTF8, text->sql, length, true));
	for (int i = 0; i <= length; i++)
	{
		int position = DialectPosition(statement, text, i);

		FUZZ_CHECK(position >= 0 && position <= script_length);
	}
}

/* What is printed for Redshift is read back as the same statement, or refused cleanly. */
static void
CheckRoundTrip(const DialectStatement *statement, const char *redshift)
{
	List *again = DialectParse(redshift);
	DialectStatement *copy;
	DialectText text;

	FUZZ_CHECK(list_length(again) == 1);
	copy = linitial(again);
	/* COPY (query) TO is PostgreSQL's way to write an UNLOAD */
	FUZZ_CHECK(strcmp(DialectTag(copy), DialectTag(statement)) == 0 ||
			   (statement->unload != NULL && strcmp(DialectTag(copy), "UNLOAD") == 0));
	FUZZ_CHECK((DialectRelation(copy) == NULL) == (DialectRelation(statement) == NULL));
	if (DialectRelation(copy) != NULL)
		FUZZ_CHECK(strcmp(DialectRelation(copy), DialectRelation(statement)) == 0);
	text = DialectDeparse(copy, DIALECT_REDSHIFT, &context);
	if (strcmp(text.sql, redshift) != 0)
	{
		fprintf(stderr, "printed: %s\nagain:   %s\n", redshift, text.sql);
		FUZZ_CHECK(false);
	}
}

/* What Parse has made of the script; empty when it is refused. */
static List *statements;

/* Parses the script: its statements come in order. */
static void
Parse(const char *script)
{
	ListCell *cell;
	int end = 0;
	int line = 1;

	statements = NIL;
	statements = DialectParse(script);
	foreach (cell, statements)
	{
		FUZZ_CHECK(DialectOffset(lfirst(cell)) >= end && DialectLine(lfirst(cell)) >= line);
		end = DialectOffset(lfirst(cell));
		line = DialectLine(lfirst(cell));
	}
}

/* Prints for Redshift, and reads that again. */
static void
PrintRedshift(const char *script)
{
	ListCell *cell;

	foreach (cell, statements)
	{
		const DialectStatement *statement = lfirst(cell);
		DialectText text = DialectDeparse(statement, DIALECT_REDSHIFT, &context);

		FUZZ_CHECK(text.sql != NULL);
		CheckText(statement, &text);
		CheckRoundTrip(statement, text.sql);
	}
}

/* Prints for PostgreSQL. */
static void
PrintPostgres(const char *script)
{
	ListCell *cell;

	foreach (cell, statements)
	{
		DialectText text = DialectDeparse(lfirst(cell), DIALECT_POSTGRES, &context);

		FUZZ_CHECK((text.sql == NULL) == (DialectSkipReason(lfirst(cell)) != NULL));
		if (text.sql != NULL)
			CheckText(lfirst(cell), &text);
	}
}

/* Rewrites the script as one statement. */
static void
Rewrite(const char *script)
{
	FUZZ_CHECK(EditsApply(RewriteQuery(LexerScanPlain(script), &context, RESULT_SHOWN)) != NULL);
}

/* Checks the script for Redshift. */
static void
Check(const char *script)
{
	ListCell *cell;
	int position = 0;

	foreach (cell, DialectCheck(script, &context))
	{
		const DialectFinding *finding = lfirst(cell);

		FUZZ_CHECK(finding->position >= position && finding->position <= (int)strlen(script));
		FUZZ_CHECK(finding->message != NULL && finding->line >= 1 && finding->statement >= 1);
		position = finding->position;
	}
}

/* Takes a step; errors that only a mistake of ours can cause are findings. */
static void
Take(Step step, const char *script)
{
	MemoryContext outer = CurrentMemoryContext;
	ErrorContextCallback *callbacks = error_context_stack;

	PG_TRY();
	{
		step(script);
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(outer);
		error = CopyErrorData();
		FlushErrorState();
		if (error->sqlerrcode == ERRCODE_INTERNAL_ERROR)
		{
			fprintf(stderr, "internal error: %s (%s:%d)\n", error->message, error->filename,
					error->lineno);
			abort();
		}
	}
	PG_END_TRY();
	FUZZ_CHECK(error_context_stack == callbacks);
}

/* Drives the dialect with an input; what isn't text never reaches it. */
static int
Drive(const uint8_t *data, size_t size)
{
	static const Step steps[] = {Parse, PrintRedshift, PrintPostgres, Rewrite, Check};
	MemoryContext outer = CurrentMemoryContext;
	MemoryContext inner;
	char *script;

	if (memchr(data, '\0', size) != NULL ||
		!pg_verify_mbstr(PG_UTF8, (const char *)data, (int)size, true))
		return 0;
	/* small blocks: what is larger than an eighth of one is malloc'd on its own, where ASan sees it */
	inner = AllocSetContextCreate(outer, "fuzz_dialect", 0, 1024, 1024);
	MemoryContextSwitchTo(inner);
	script = malloc(size + 1);
	FUZZ_CHECK(script != NULL);
	memcpy(script, data, size);
	script[size] = '\0';
	for (int i = 0; i < (int)lengthof(steps); i++)
		Take(steps[i], script);
	free(script);
	MemoryContextSwitchTo(outer);
	MemoryContextDelete(inner);
	return 0;
}

/* fuzz_dialect(VARIADIC text[]): runs libFuzzer with those arguments, which ends the process, or replay.c. */
Datum
fuzz_dialect(PG_FUNCTION_ARGS)
{
	Datum *words;
	int count;
	char **arguments;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &words, NULL,
					  &count);
	arguments = palloc0(sizeof(char *) * (count + 2));
	arguments[0] = "fuzz_dialect";
	for (int i = 0; i < count; i++)
		arguments[i + 1] = TextDatumGetCString(words[i]);
	count++;
	if (LLVMFuzzerRunDriver(&count, &arguments, Drive) != 0)
		elog(ERROR, "the driver of the fuzz target failed");
	PG_RETURN_VOID();
}
