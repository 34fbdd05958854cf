/*
 * script.h
 *		Runs statements of Redshift SQL in this server, one after another, and
 *		says of an error where in the script it is.
 */
#ifndef SPARKIFY_SCRIPT_H
#define SPARKIFY_SCRIPT_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "dialect/text/dialect.h"
#include "script/statement_run.h"

/* What a statement did. */
typedef struct StatementResult
{
	int number; /* in its script, from 1 */
	int line;
	const char *tag;
	const char *relation; /* as written; NULL: none */
	int64 rows;			  /* loaded, inserted, deleted, selected ... */
	int64 elapsed_us;
	bool skipped; /* PostgreSQL had nothing to run */
} StatementResult;

/* Where the values of psql variables come from; raises an error for one without a value. */
typedef struct ScriptVariables
{
	const char *(*value)(void *state, const char *name);
	void *state;
} ScriptVariables;

/* How a script is run. */
typedef struct ScriptOptions
{
	const char *title; /* for errors; NULL: they count the statements */
	ScriptVariables variables;
	bool truncate;			   /* DELETE of all rows of an unlogged table may be a TRUNCATE */
	StatementObserver observe; /* or NULL */
	List *statements;		   /* of the script, where it has been parsed already; else NIL */
	DialectPlace place;		   /* what it is a part of, when it is checked */
} ScriptOptions;

/*
 * Runs a script in the current transaction as the current user; returns a list
 * of StatementResult.  BEGIN ... ROLLBACK undoes what is between.  Raises
 * errors with the position in the script.
 */
extern List *ScriptRun(const char *script, const ScriptOptions *options);

/* Whether a script is running whose statements aren't within its own BEGIN ... COMMIT. */
extern bool ScriptIsOneTransaction(void);

/* Raises an error for the first finding that is fatal on Redshift, or a warning for each of them. */
extern void ScriptRefuse(const char *script, const ScriptOptions *options, bool strict);

/* Fills a context for the dialect that answers from the catalog and from the variables. */
extern void ScriptContext(DialectContext *context, ScriptVariables variables);

#endif /* SPARKIFY_SCRIPT_H */
