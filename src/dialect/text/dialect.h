/*
 * dialect.h
 *		Redshift SQL in, statements out, and back into text for either server.
 *
 * This is the face of dialect/ to the rest of the extension.  The dialect is
 * a function of its text and of the questions in DialectContext; it runs
 * nothing and reads no catalog by itself.  Everything it returns is palloc'd
 * in the current memory context.  Errors are raised with the position in the
 * script.
 */
#ifndef SPARKIFY_DIALECT_H
#define SPARKIFY_DIALECT_H

#include "postgres.h"
#include "nodes/pg_list.h"

typedef enum DialectTarget
{
	DIALECT_REDSHIFT,
	DIALECT_POSTGRES
} DialectTarget;

/* A column of a relation, as the catalog has it. */
typedef struct DialectColumn
{
	const char *name; /* NULL: an expression without a name */
	Oid type;		  /* InvalidOid: not known */
	int32 typmod;
	bool identity;
	bool case_insensitive; /* COLLATE CASE_INSENSITIVE */
} DialectColumn;

/* What a script is a part of, for the check. */
typedef enum DialectPlace
{
	DIALECT_WHOLE,		/* of nothing */
	DIALECT_PART,		/* of a script that others deploy: no transaction, no secret of its own */
	DIALECT_TRANSACTION /* likewise, and of that script's transaction */
} DialectPlace;

/* What the dialect asks its caller; a NULL function answers "don't know". */
typedef struct DialectContext
{
	/*
	 * The type of a column of a relation, as an Oid; InvalidOid when the
	 * relation has no such column.  schema may be NULL: search_path decides.
	 * Sets *known to false when there is no such relation.
	 */
	Oid (*column_type)(void *state, const char *schema, const char *relation, const char *column,
					   bool *known);

	/* Every column of a relation, in order, as DialectColumn; *known as above.  Optional. */
	List *(*columns)(void *state, const char *schema, const char *relation, bool *known);

	/*
	 * The schema in which a name is found here that Redshift has in pg_catalog;
	 * NULL: the name is to stay as it is.  schema is as written, NULL for a name
	 * alone, whose place in search_path counts.  Optional.
	 */
	const char *(*system_relation)(const struct DialectContext *context, const char *schema,
								   const char *name);
	const char *(*system_function)(const struct DialectContext *context, const char *schema,
								   const char *name);

	/* The value of the psql variable :name, or NULL when it isn't set. */
	const char *(*variable)(void *state, const char *name);

	/*
	 * Redshift's settings of these names: names in double quotes keep their
	 * case, and so do attributes in paths into a SUPER, without quotes too.
	 */
	bool case_sensitive_identifier;
	bool case_sensitive_super_attribute;

	/* The database's own collation: texts without one of their own are compared whatever their case. */
	bool case_insensitive_database;

	/* Whether a client is shown the rows of a query: columns get the form in which Redshift sends them. */
	bool shows_result;

	/*
	 * What names and $1 stand for in the routine's body that a statement is part of (routine.h); NULL: it is
	 * of none.
	 */
	const struct RoutineNames *routine;

	/* Schema of the extension's functions, to qualify calls with; NULL: don't. */
	const char *extension_schema;
	void *state;
	DialectPlace place;
} DialectContext;

/* One statement of a script; statement.h has what the parser made of it. */
typedef struct DialectStatement DialectStatement;

/* A text made from a statement, with the way back to the script. */
typedef struct DialectText
{
	char *sql;
	struct DialectMap *map; /* private: for DialectPosition */
} DialectText;

/* The rule of a column that isn't there, which is an error of another kind than the rest. */
#define LINT_UNKNOWN_COLUMN "unknown-column"

/* What would fail, or mean something else, on Redshift. */
typedef struct DialectFinding
{
	int position;	  /* byte offset in the script, from 0 */
	int line;		  /* 1-based */
	int statement;	  /* 1-based */
	const char *rule; /* short name: "on-conflict" */
	bool fatal;		  /* fails on Redshift; else: means something else there */
	char *message;
	char *hint;
} DialectFinding;

/*
 * Splits and parses a script into a list of DialectStatement; empty statements
 * are left out.  Parsing asks nothing: a statement is printed by DialectDeparse
 * when its turn comes, and sees then what those before it have done.
 */
extern List *DialectParse(const char *script);

/* Likewise of SQL that psql doesn't see: a colon makes no variable, a backslash no command. */
extern List *DialectParsePlain(const char *sql);

/* What a statement is: its command tag in capitals ("CREATE TABLE", "COPY", "BEGIN", "SELECT" ...). */
extern const char *DialectTag(const DialectStatement *statement);

/* Where it stands in the script: byte offset from 0, and line from 1, of its first word. */
extern int DialectOffset(const DialectStatement *statement);
extern int DialectLine(const DialectStatement *statement);

/* The byte behind its last word. */
extern int DialectEnd(const DialectStatement *statement);

/* The COPY JOB that a statement creates; NULL when it creates none. */
extern const char *DialectCopyJob(const DialectStatement *statement);

/* Whether it is PostgreSQL's COPY FROM STDIN or TO STDOUT, which Redshift has not. */
extern bool DialectIsClientCopy(const DialectStatement *statement);

/* Name of the relation a statement creates, drops, fills or empties, as written; NULL when it has none. */
extern const char *DialectRelation(const DialectStatement *statement);

/* The text of a script of one statement, with the name of its relation in a schema. */
extern char *DialectInSchema(const DialectStatement *statement, const char *schema);

/*
 * The statement as text for a target, without a final semicolon.  For
 * PostgreSQL, psql variables are replaced by their values (an unset one is an
 * error); for Redshift they stay.  sql is NULL where PostgreSQL needs to run
 * nothing (VACUUM inside a transaction ...): DialectSkipReason says why.
 */
extern DialectText DialectDeparse(const DialectStatement *statement, DialectTarget target,
								  const DialectContext *context);
extern const char *DialectSkipReason(const DialectStatement *statement);

/* Whether Redshift runs a statement in no transaction, or ends one with it (VACUUM, TRUNCATE ...). */
extern bool DialectStandsAlone(const DialectStatement *statement);

/* What it is called, if Redshift can't run it between BEGIN and COMMIT; else NULL. */
extern const char *DialectNotInTransaction(const DialectStatement *statement);

/* The names of the psql variables in a script, each once. */
extern List *DialectVariables(const char *script);

/* A script with its psql variables replaced by their values; one without a value stays. */
extern char *DialectSubstitute(const char *script, const DialectContext *context);

/* The byte offset in the script that a byte offset in the deparsed text stands for. */
extern int DialectPosition(const DialectStatement *statement, const DialectText *text,
						   int position);

/*
 * An error context callback whose argument is the script: errors then name
 * their place in the script instead of one in the client's query.  The parser
 * and the printer have it in place themselves.
 */
extern void DialectErrorCallback(void *script);

/*
 * What an error shows of a script: all of a short one, of a long one the
 * statement around the place, which is counted in characters from 1 and becomes
 * one in what is shown.  Secrets are masked.
 */
extern char *DialectExcerpt(const char *script, int *position);

/* A list of DialectFinding, in order of position. */
extern List *DialectCheck(const char *script, const DialectContext *context);

/* Likewise of a script whose statements DialectParse has given already. */
extern List *DialectCheckParsed(const char *script, const List *statements,
								const DialectContext *context);

#endif /* SPARKIFY_DIALECT_H */
