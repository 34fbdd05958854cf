/*
 * script.c
 *		Runs statements of Redshift SQL in this server.
 *
 *		script -> DialectParse -> each statement: DialectDeparse -> StatementRun
 *
 * A call is one transaction here, while on Redshift each statement outside
 * BEGIN ... COMMIT is one: so COMMIT makes nothing durable, and ROLLBACK undoes
 * what came since BEGIN by way of a subtransaction.
 */
#include "postgres.h"

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "catalog/query_log.h"
#include "load/copy.h"
#include "script/catalog.h"
#include "script/script.h"
#include "script/statement_run.h"
#include "script/varchar_plan.h"

/* extra_float_digits where nobody has set it. */
#define FLOAT_DIGITS_DEFAULT 1

/* What a transaction command asks for. */
typedef enum Boundary
{
	BOUNDARY_NONE,
	BOUNDARY_BEGIN,
	BOUNDARY_COMMIT,
	BOUNDARY_ROLLBACK
} Boundary;

static const struct
{
	const char *tag;
	Boundary boundary;
} boundaries[] = {
	{"BEGIN", BOUNDARY_BEGIN}, {"START TRANSACTION", BOUNDARY_BEGIN}, {"COMMIT", BOUNDARY_COMMIT},
	{"END", BOUNDARY_COMMIT},  {"ROLLBACK", BOUNDARY_ROLLBACK},		  {"ABORT", BOUNDARY_ROLLBACK},
};

/* A script being run. */
typedef struct ScriptState
{
	/* parameters */
	const char *script;
	const ScriptOptions *options;
	DialectContext context;

	/* BEGIN seen and not yet COMMIT: a subtransaction is open */
	bool in_block;
	MemoryContext memory;
	ResourceOwner owner;

	/* for error messages */
	const DialectStatement *statement;
	const DialectText *text; /* NULL: positions are of the script already */
	int number;

	/* the statement under way, for the record of queries */
	QueryLogEntry logged;
	bool is_logged;
} ScriptState;

/* The script under way, the innermost of several; what a procedure that it calls asks of. */
static const ScriptState *running = NULL;

static int LimitFloatDigits(void);
static List *Statements(const char *script, const ScriptOptions *options);
static List *RunStatements(ScriptState *state);
static void RunOne(ScriptState *state, StatementResult *result);
static Boundary FindBoundary(const char *tag);
static void CrossBoundary(ScriptState *state, Boundary boundary);
static void LogStatement(ScriptState *state, const StatementResult *result);
static void LogFailure(ScriptState *state);
static void ShowPlace(const ScriptState *state, int position);
static void LocateError(void *arg);

/*
 * Shows floats with Redshift's 15 digits, as text in a query too, unless the
 * session has asked for others; returns what AtEOXact_GUC() takes it back with.
 */
static int
LimitFloatDigits(void)
{
	int level = NewGUCNestLevel();

	if (extra_float_digits == FLOAT_DIGITS_DEFAULT)
		(void)set_config_option("extra_float_digits", "0", PGC_USERSET, PGC_S_SESSION,
								GUC_ACTION_SAVE, true, 0, false);
	return level;
}

List *
ScriptRun(const char *script, const ScriptOptions *options)
{
	ScriptState state = {.script = script,
						 .options = options,
						 .memory = CurrentMemoryContext,
						 .owner = CurrentResourceOwner};
	ErrorContextCallback callback = {
		.callback = LocateError, .arg = &state, .previous = error_context_stack};
	volatile List *results = NIL;
	const ScriptState *outer = running;
	int level = LimitFloatDigits();

	VarcharPlanForLevel();
	ScriptContext(&state.context, options->variables);
	error_context_stack = &callback;
	PG_TRY();
	{
		running = &state;
		results = RunStatements(&state);
		running = outer;
	}
	PG_CATCH();
	{
		running = outer;
		LogFailure(&state);
		/* PostgreSQL leaves a subtransaction of ours to us, also after an error. */
		if (state.in_block)
		{
			ErrorData *error;

			MemoryContextSwitchTo(state.memory);
			error = CopyErrorData();
			FlushErrorState();
			RollbackAndReleaseCurrentSubTransaction();
			MemoryContextSwitchTo(state.memory);
			CurrentResourceOwner = state.owner;
			ReThrowError(error);
		}

		PG_RE_THROW();
	}
	PG_END_TRY();
	error_context_stack = callback.previous;
	AtEOXact_GUC(true, level);

	return (List *)results;
}

bool
ScriptIsOneTransaction(void)
{
	return running != NULL && !running->in_block;
}

void
ScriptRefuse(const char *script, const ScriptOptions *options, bool is_strict)
{
	DialectContext context;
	ListCell *cell;

	ScriptContext(&context, options->variables);
	context.place = options->place;
	foreach (cell, DialectCheckParsed(script, Statements(script, options), &context))
	{
		DialectFinding *finding = lfirst(cell);
		int position = pg_mbstrlen_with_len(script, finding->position) + 1;
		char *masked, *where;

		/* advice doesn't keep a script from running */
		if (!finding->fatal)
			continue;

		/* the error shows the statement, and that may have keys in it */
		masked = DialectExcerpt(script, &position);
		where = options->title ? psprintf("%s, line %d", options->title, finding->line)
							   : psprintf("statement %d of the script, line %d", finding->statement,
										  finding->line);
		ereport(is_strict ? ERROR : WARNING,
				(errcode(strcmp(finding->rule, LINT_UNKNOWN_COLUMN) == 0
							 ? ERRCODE_UNDEFINED_COLUMN
							 : ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s", finding->message), finding->hint ? errhint("%s", finding->hint) : 0,
				 errcontext("%s", where), internalerrposition(position), internalerrquery(masked)));
	}
}

void
ScriptContext(DialectContext *context, ScriptVariables variables)
{
	*context = CatalogContext();
	context->variable = variables.value;
	context->state = variables.state;
}

/* The statements of a script, which is parsed once however many ask. */
static List *
Statements(const char *script, const ScriptOptions *options)
{
	return options->statements != NIL ? options->statements : DialectParse(script);
}

/* Runs one statement after another; leaves no subtransaction open. */
static List *
RunStatements(ScriptState *state)
{
	List *results = NIL;
	ListCell *cell;

	foreach (cell, Statements(state->script, state->options))
	{
		StatementResult *result = palloc0(sizeof(StatementResult));
		Boundary boundary;

		state->statement = lfirst(cell);
		result->number = ++state->number;
		result->line = DialectLine(state->statement);
		result->tag = DialectTag(state->statement);
		result->relation = DialectRelation(state->statement);
		boundary = FindBoundary(result->tag);
		if (boundary == BOUNDARY_NONE)
			RunOne(state, result);
		else
			CrossBoundary(state, boundary);
		results = lappend(results, result);
	}

	if (state->in_block)
		CrossBoundary(state, BOUNDARY_COMMIT);
	return results;
}

/* Runs a statement that is no transaction command. */
static void
RunOne(ScriptState *state, StatementResult *result)
{
	DialectText text = DialectDeparse(state->statement, DIALECT_POSTGRES, &state->context);
	instr_time start, end;

	if (text.sql == NULL)
	{
		result->skipped = true;
		ereport(NOTICE, (errmsg("%s is skipped", result->tag),
						 errdetail("%s.", DialectSkipReason(state->statement))));
		return;
	}

	/* what PostgreSQL could undo, Redshift doesn't begin */
	if (state->in_block && DialectNotInTransaction(state->statement) != NULL)
		ereport(ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("%s cannot run inside a transaction block",
					   DialectNotInTransaction(state->statement)));

	LogStatement(state, result);
	INSTR_TIME_SET_CURRENT(start);
	state->text = &text;
	result->rows = StatementRun(text.sql, state->options->truncate, state->options->observe);
	state->text = NULL;

	/* To PostgreSQL a COPY JOB is a SELECT of one row. */
	if (strcmp(result->tag, "COPY JOB RUN") == 0)
		result->rows = LastLoad()->rows;
	else if (strncmp(result->tag, "COPY JOB ", strlen("COPY JOB ")) == 0)
		result->rows = 0;
	INSTR_TIME_SET_CURRENT(end);
	if (state->is_logged)
		QueryLogEnd(&state->logged, result->rows, NULL);
	state->is_logged = false;
	INSTR_TIME_SUBTRACT(end, start);
	result->elapsed_us = INSTR_TIME_GET_MICROSEC(end);
}

/* Begins the record of a statement; a COPY has one of its own, the record of loads. */
static void
LogStatement(ScriptState *state, const StatementResult *result)
{
	int start = DialectOffset(state->statement);

	if (strcmp(result->tag, "COPY") == 0 || strcmp(result->tag, "UNLOAD") == 0)
		return;

	QueryLogBegin(&state->logged, result->tag, state->script + start,
				  DialectEnd(state->statement) - start);
	state->is_logged = true;
}

/* Records that the statement under way has failed, with its error. */
static void
LogFailure(ScriptState *state)
{
	MemoryContext old = MemoryContextSwitchTo(state->memory);
	ErrorData *error;

	if (state->is_logged)
	{
		error = CopyErrorData();
		QueryLogEnd(&state->logged, 0, error->message);
		FreeErrorData(error);
	}

	state->is_logged = false;
	MemoryContextSwitchTo(old);
}

/* What a command tag means for the transaction. */
static Boundary
FindBoundary(const char *tag)
{
	for (int i = 0; i < (int)lengthof(boundaries); i++)
		if (strcmp(boundaries[i].tag, tag) == 0)
			return boundaries[i].boundary;
	return BOUNDARY_NONE;
}

/* Begins, keeps or undoes a subtransaction; out of place, it says so and does nothing, as Redshift. */
static void
CrossBoundary(ScriptState *state, Boundary boundary)
{
	if (boundary == BOUNDARY_BEGIN && state->in_block)
		ereport(NOTICE, (errmsg("there is already a transaction in progress")));
	else if (boundary == BOUNDARY_BEGIN)
	{
		BeginInternalSubTransaction(NULL);
		state->in_block = true;
	}
	else if (!state->in_block)
		ereport(NOTICE, (errmsg("there is no transaction in progress")));
	else
	{
		state->in_block = false;
		if (boundary == BOUNDARY_COMMIT)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
		CurrentResourceOwner = state->owner;
	}

	MemoryContextSwitchTo(state->memory);
}

/* Gives an error the place in the script, in characters from 1, and what is to be seen of the script. */
static void
ShowPlace(const ScriptState *state, int position)
{
	errposition(0);
	internalerrquery(DialectExcerpt(state->script, &position));
	internalerrposition(position);
}

/* Says which statement an error is of, and turns its position into one of the script. */
static void
LocateError(void *arg)
{
	ScriptState *state = arg;
	int position = geterrposition();

	if (position > 0 && state->text != NULL)
	{
		/* PostgreSQL counts characters from 1, the dialect bytes from 0. */
		const char *at = state->text->sql;

		for (int i = 1; i < position && *at != '\0'; i++)
			at += pg_mblen(at);
		position = DialectPosition(state->statement, state->text, at - state->text->sql);
		position = pg_mbstrlen_with_len(state->script, position) + 1;
	}
	else if (state->statement != NULL && state->text == NULL)
		position = getinternalerrposition(); /* the printer has said where */

	if (position > 0)
		ShowPlace(state, position);
	if (state->options->title)
		errcontext("%s", state->options->title);
	else if (state->statement)
		errcontext("statement %d of the script, line %d", state->number,
				   DialectLine(state->statement));
}
