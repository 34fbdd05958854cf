/*
 * export_data_api.c
 *		The deployment as calls of the Redshift Data API: a JSON array, in the
 *		order in which they are to be made.
 *
 *		{"operation": "BatchExecuteStatement", "input": {"StatementName": ..., "Sqls": [...]}}
 *		{"operation": "ExecuteStatement",      "input": {"StatementName": ..., "Sql": "..."}}
 *
 * The input is what "aws redshift-data batch-execute-statement
 * --cli-input-json" takes, beside the cluster or workgroup and the database.  A
 * batch is one transaction and one session; there are no variables, so the
 * settings are filled in.
 */
#include "postgres.h"

#include "utils/json.h"

#include "dialect/text/dialect.h"
#include "warehouse/export/export.h"
#include "warehouse/settings.h"

/* Limits of BatchExecuteStatement. */
#define MAX_STATEMENTS 40
#define MAX_BYTES (100 * 1024)

/* The array while it is written. */
typedef struct Calls
{
	const Export *export;
	StringInfo out;
	const char *script; /* the format that says the same to psql */
	const char *part;
	int count;		/* calls of the part */
	List *waiting;	/* statements for the next batch */
	int bytes;		/* of them */
	bool undivided; /* the part is one transaction */
} Calls;

static void AddPart(Calls *calls, const char *part, List *statements, bool undivided);
static void AddStatement(Calls *calls, const DialectStatement *parsed, const char *text);
static void AddCall(Calls *calls, List *statements, bool batch);
static void FlushBatch(Calls *calls);
static void AddAlone(Calls *calls, const DialectStatement *parsed, const char *statement);
static void BeginBatch(Calls *calls);
static char *Substituted(const Calls *calls, const char *statement);
static const char *FindVariable(void *settings, const char *name);

void
ExportDataApi(const Export *export, StringInfo out)
{
	Calls calls = {.export = export, .out = out, .script = "psql"};

	appendStringInfoChar(out, '[');
	AddPart(&calls, "ddl", ExportDdlStatements(export), false);
	AddPart(&calls, "jobs", ExportJobStatements(export), false);
	AddPart(&calls, "load", ExportLoadStatements(export), true);
	AddPart(&calls, "after", ExportAfterStatements(export), false);
	appendStringInfoString(out, "\n]\n");
}

void
ExportDataApiNightly(const Export *export, StringInfo out)
{
	const Export night = ExportOfNight(export);
	Calls calls = {.export = &night, .out = out, .script = "nightly"};

	appendStringInfoChar(out, '[');
	AddPart(&calls, "load", ExportLoadStatements(&night), true);
	AddPart(&calls, "after", ExportAfterStatements(&night), false);
	appendStringInfoString(out, "\n]\n");
}

/* Adds the calls of a part of the deployment. */
static void
AddPart(Calls *calls, const char *part, List *statements, bool undivided)
{
	ListCell *cell;

	calls->part = part;
	calls->count = 0;
	calls->undivided = undivided;
	foreach (cell, statements)
	{
		const char *statement = lfirst(cell);
		List *parsed = DialectParse(statement);
		ListCell *each;

		/* The batch is the transaction. */
		if (strcmp(statement, "BEGIN") == 0 || strcmp(statement, "COMMIT") == 0)
			continue;
		/* Each text of a call is one statement. */
		foreach (each, parsed)
			AddStatement(calls, lfirst(each),
						 list_length(parsed) == 1
							 ? statement
							 : DialectDeparse(lfirst(each), DIALECT_REDSHIFT, NULL).sql);
	}

	FlushBatch(calls);
}

/* Adds a statement to the batch, or a batch where it is full. */
static void
AddStatement(Calls *calls, const DialectStatement *parsed, const char *text)
{
	char *statement = Substituted(calls, text);
	int bytes = strlen(statement);

	if (bytes > MAX_BYTES)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a statement of %d bytes is too long for the Data API", bytes),
						errdetail("Its limit is %d bytes.", MAX_BYTES)));
	if (DialectStandsAlone(parsed))
	{
		AddAlone(calls, parsed, statement);
		return;
	}

	if (list_length(calls->waiting) == MAX_STATEMENTS || calls->bytes + bytes > MAX_BYTES)
	{
		if (calls->undivided)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("the load does not fit into one batch of the Data API"),
					 errdetail("A batch is one transaction of at most %d statements and %d bytes.",
							   MAX_STATEMENTS, MAX_BYTES),
					 errhint("Export the format %s.", calls->script)));
		FlushBatch(calls);
	}

	/* The first batch makes the schema before it names it. */
	if (calls->waiting == NIL && calls->out->len > 1)
		BeginBatch(calls);
	calls->waiting = lappend(calls->waiting, statement);
	calls->bytes += bytes;
}

/* Adds a call of one statement.  It is a session of its own, without the search_path of the others. */
static void
AddAlone(Calls *calls, const DialectStatement *parsed, const char *statement)
{
	const char *relation = DialectRelation(parsed);
	const char *schema = SettingsFind(calls->export->settings, "schema");

	bool unqualified = relation != NULL && strchr(relation, '.') == NULL && schema != NULL;

	/* What a job is for is one table: the schema can be put before its name. */
	if (unqualified && DialectCopyJob(parsed) != NULL)
		statement = DialectInSchema(linitial(DialectParse(statement)), schema);
	else if (unqualified && strcmp(schema, "public") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s of \"%s\" does not say in which schema", DialectTag(parsed), relation),
				 errdetail("It can't be in a batch, and by itself it has no search_path."),
				 errhint("Write :\"schema\".%s in the definition.", relation)));
	FlushBatch(calls);
	AddCall(calls, list_make1((char *)statement), false);
}

/* Starts a batch with what every session starts with: each is one of its own. */
static void
BeginBatch(Calls *calls)
{
	ListCell *cell;

	foreach (cell, ExportPreamble())
	{
		char *statement = Substituted(calls, lfirst(cell));

		calls->waiting = lappend(calls->waiting, statement);
		calls->bytes += strlen(statement);
	}
}

/* A statement with the settings filled in. */
static char *
Substituted(const Calls *calls, const char *statement)
{
	DialectContext context = {.variable = FindVariable, .state = calls->export->settings};

	return DialectSubstitute(statement, &context);
}

/* Writes the batch that is waiting. */
static void
FlushBatch(Calls *calls)
{
	if (calls->waiting != NIL)
		AddCall(calls, calls->waiting, true);
	calls->waiting = NIL;
	calls->bytes = 0;
}

/* Writes one call. */
static void
AddCall(Calls *calls, List *statements, bool batch)
{
	StringInfo out = calls->out;
	ListCell *cell;

	appendStringInfo(
		out, "%s\n  {\n    \"operation\": \"%s\",\n    \"input\": {\n      \"StatementName\": ",
		out->len > 1 ? "," : "", batch ? "BatchExecuteStatement" : "ExecuteStatement");

	/* a name of its own for each call, so that its result can be told */
	escape_json(out, psprintf("sparkify_dwh %s %d", calls->part, ++calls->count));
	appendStringInfo(out, ",\n      \"%s\": ", batch ? "Sqls" : "Sql");
	if (batch)
		appendStringInfoChar(out, '[');
	foreach (cell, statements)
	{
		if (batch)
			appendStringInfo(out, "%s\n        ", cell == list_head(statements) ? "" : ",");
		escape_json(out, lfirst(cell));
	}

	appendStringInfo(out, "%s\n    }\n  }", batch ? "\n      ]" : "");
}

/* The value of a setting; an error when it has none. */
static const char *
FindVariable(void *settings, const char *name)
{
	const char *value = SettingsFind(settings, name);

	if (value == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("setting \"%s\" has no value", name),
				 errdetail("The Data API has no variables: the export fills them in."),
				 errhint("Give the text of your dwh.cfg to sparkify_configure().")));
	return value;
}
