/*
 * export_script.c
 *		The deployment script for psql and RSQL, whole or in parts.
 *
 *		header, variables      how to run it, and what with
 *		1. ddl                 schema, tables, views: what is missing is made
 *		2. load                one transaction: stage, transform, guards
 *		3. after               statistics, rights, a report of the load
 *
 * Whole or in parts, it may be run again at any time.  No statement of part 2
 * commits by itself, as TRUNCATE and VACUUM would.
 */
#include "postgres.h"

#include "parser/scansup.h"
#include "utils/builtins.h"

#include "dialect/lex/lexer.h"
#include "warehouse/definitions.h"
#include "warehouse/export/export.h"
#include "warehouse/grants.h"
#include "warehouse/settings.h"

/* What is said of the loads of the last hour, by the views that the target has. */
static const char *const load_report[] = {
	"SELECT\n"
	"    query,\n"
	"    COUNT(*) AS objects,\n"
	"    SUM(lines_scanned) AS lines\n"
	"FROM stl_load_commits\n"
	"WHERE curtime > DATEADD(HOUR, -1, GETDATE())\n"
	"GROUP BY query\n"
	"ORDER BY query",
	"SELECT\n"
	"    query,\n"
	"    TRIM(filename) AS filename,\n"
	"    line_number,\n"
	"    TRIM(colname) AS colname,\n"
	"    TRIM(err_reason) AS err_reason\n"
	"FROM stl_load_errors\n"
	"WHERE starttime > DATEADD(HOUR, -1, GETDATE())\n"
	"ORDER BY query, filename, line_number",
	NULL,
};

static const char *const load_report_serverless[] = {
	"SELECT\n"
	"    query_id,\n"
	"    TRIM(table_name) AS table_name,\n"
	"    TRIM(status) AS status,\n"
	"    loaded_rows,\n"
	"    source_file_count,\n"
	"    error_count\n"
	"FROM sys_load_history\n"
	"WHERE start_time > DATEADD(HOUR, -1, GETDATE())\n"
	"ORDER BY query_id",
	"SELECT\n"
	"    query_id,\n"
	"    TRIM(file_name) AS file_name,\n"
	"    line_number,\n"
	"    TRIM(column_name) AS column_name,\n"
	"    TRIM(error_message) AS error_message\n"
	"FROM sys_load_error_detail\n"
	"WHERE start_time > DATEADD(HOUR, -1, GETDATE())\n"
	"ORDER BY query_id, file_name, line_number",
	NULL,
};

static const char *Safe(const Export *export, const char *safe);
static void WriteHeader(const Export *export, const char *what, const char *safe, StringInfo out);
static void WriteVariables(const Export *export, List *statements, StringInfo out);
static List *Variables(List *statements);
static bool HasName(List *names, const char *name);
static void WriteStatements(List *statements, StringInfo out);
static List *PhaseStatements(List *statements, const Export *export, Phase phase);
static void WriteLoad(const Export *export, const char *what, const char *safe, StringInfo out);
static char *Terminated(const char *sql);
static char *PsqlQuoted(const char *value);
static char *OneLine(const char *text);

void
ExportChoose(Export *export, Pipeline pipeline)
{
	export->pipeline = pipeline;
	for (Phase phase = 0; phase <= PHASE_JOB; phase++)
		export->run.of[phase] = DefinitionsOf(&export->all, phase, pipeline);
}

void
ExportScript(const Export *export, StringInfo out)
{
	List *ddl = ExportDdlStatements(export);
	List *jobs = ExportJobStatements(export);
	List *load = ExportLoadStatements(export);
	List *after = ExportAfterStatements(export);

	WriteHeader(
		export, "deployment",
		Safe(export,
			 "It may be run again: it creates what is missing and loads everything anew, in\n"
			 "-- one transaction. Whoever reads meanwhile sees the tables as they were before."),
		out);
	WriteVariables(export, list_concat(list_concat(list_concat_copy(ddl, jobs), load), after), out);
	appendStringInfoString(out, "\n-- Part 1: schema, tables and views\n");
	WriteStatements(ddl, out);
	if (jobs != NIL)
		appendStringInfoString(
			out, "\n-- The jobs that load what is new; the nightly script runs them\n");
	WriteStatements(jobs, out);
	appendStringInfoString(out, "\n-- Part 2: the load, all or nothing\n");
	WriteStatements(load, out);
	appendStringInfoString(out, "\n-- Part 3: statistics, rights, and what was loaded\n");
	WriteStatements(after, out);
}

void
ExportDdl(const Export *export, StringInfo out)
{
	List *statements = ExportDdlStatements(export);

	WriteHeader(export, "schema, tables and views",
				"It may be run again: it creates what is missing.", out);
	WriteVariables(export, statements, out);
	WriteStatements(statements, out);
}

void
ExportLoad(const Export *export, StringInfo out)
{
	WriteLoad(
		export, "load",
		Safe(export,
			 "It may be run again: it empties the tables and fills them, in one transaction."),
		out);
}

void
ExportNightly(const Export *export, StringInfo out)
{
	const Export night = ExportOfNight(export);

	WriteLoad(&night, "nightly load",
			  "It may be run again: it loads what is new, and applies it, in one transaction.",
			  out);
}

/* Writes a load with what it needs before and after. */
static void
WriteLoad(const Export *export, const char *what, const char *safe, StringInfo out)
{
	List *statements = ExportPreamble();

	statements = list_concat(statements, ExportJobStatements(export));
	statements = list_concat(statements, ExportLoadStatements(export));
	statements = list_concat(statements, ExportAfterStatements(export));
	WriteHeader(export, what, safe, out);
	WriteVariables(export, statements, out);
	WriteStatements(statements, out);
}

void
ExportDrop(const Export *export, StringInfo out)
{
	List *statements = PhaseStatements(ExportPreamble(), export, PHASE_DROP);

	WriteHeader(export, "removal of tables and views",
				"It may be run again. The schema itself stays.", out);
	WriteVariables(export, statements, out);
	WriteStatements(statements, out);
}

Export
ExportOfNight(const Export *export)
{
	Export night = *export;

	if (export->pipeline == PIPELINE_FULL)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("there is no nightly run: the warehouse is loaded anew each time"),
				errhint("UPDATE sparkify_setting SET value = 'incremental' WHERE name = 'mode'."));
	ExportChoose(&night, PIPELINE_INCREMENTAL);

	return night;
}

List *
ExportDdlStatements(const Export *export)
{
	List *statements = list_make1("CREATE SCHEMA IF NOT EXISTS :\"schema\"");

	statements = list_concat(statements, ExportPreamble());
	statements = PhaseStatements(statements, export, PHASE_CREATE);
	return PhaseStatements(statements, export, PHASE_VIEW);
}

List *
ExportJobStatements(const Export *export)
{
	return export->pipeline == PIPELINE_INITIAL ? PhaseStatements(NIL, export, PHASE_JOB) : NIL;
}

List *
ExportLoadStatements(const Export *export)
{
	List *statements = list_make1("BEGIN");

	statements = PhaseStatements(statements, export, PHASE_STAGE);
	statements = PhaseStatements(statements, export, PHASE_TRANSFORM);
	statements = PhaseStatements(statements, export, PHASE_GUARD);
	return lappend(statements, "COMMIT");
}

List *
ExportAfterStatements(const Export *export)
{
	const char *const *report = export->serverless ? load_report_serverless : load_report;
	List *statements = PhaseStatements(NIL, export, PHASE_ANALYZE);

	statements = list_concat(statements, ReaderGrants(export->settings, &export->run));
	for (; *report != NULL; report++)
		statements = lappend(statements, (char *)*report);
	return statements;
}

List *
ExportPreamble(void)
{
	return list_make2("SET query_group TO 'sparkify_dwh'", "SET search_path TO :\"schema\"");
}

/* Adds the statements of a phase, as the table has them. */
static List *
PhaseStatements(List *statements, const Export *export, Phase phase)
{
	ListCell *cell;

	foreach (cell, export->run.of[phase])
	{
		char *statement = ((Definition *)lfirst(cell))->statement;

		/* A comment alone is nothing that runs. */
		if (DialectParse(statement) != NIL)
			statements = lappend(statements, statement);
	}

	return statements;
}

/* What is safe about running the script: the text, but for jobs that can be created only once. */
static const char *
Safe(const Export *export, const char *safe)
{
	List *jobs =
		export->pipeline == PIPELINE_INITIAL ? DefinitionJobs(export->run.of[PHASE_JOB]) : NIL;
	StringInfoData text;
	ListCell *cell;

	if (jobs == NIL)
		return safe;

	initStringInfo(&text);
	appendStringInfoString(
		&text, "It is the first load, and runs once: it loads everything, in one transaction, and\n"
			   "-- creates the jobs of the nightly one. Before it runs again, these have to go:");
	foreach (cell, jobs)
		appendStringInfo(&text, "\n-- COPY JOB DROP %s;", quote_identifier(lfirst(cell)));

	return text.data;
}

/* Writes what a reviewer, and who runs it, has to know. */
static void
WriteHeader(const Export *export, const char *what, const char *safe, StringInfo out)
{
	appendStringInfo(
		out,
		"-- Sparkify warehouse: %s, for Amazon Redshift (%s)\n"
		"-- Written by sparkify_dwh " SPARKIFY_VERSION " from definitions with SHA-256\n"
		"--   %s\n"
		"-- To change it, change the table sparkify_definition and export again.\n"
		"--\n"
		"-- Run:   psql -v NAME=VALUE ... -f THIS_FILE \\\n"
		"--          \"host=ENDPOINT port=5439 dbname=DATABASE user=USER sslmode=verify-full\n"
		"--           sslrootcert=CERTIFICATES\"    (Amazon's: amazon-trust-ca-bundle.crt)\n"
		"--        (RSQL takes the same options.)\n"
		"-- Needs: CREATE on the database, also where the schema exists, and on the schema;\n"
		"--        ownership of the tables and views that exist; ASSUMEROLE on the role for\n"
		"--        COPY where that is granted; the role that the variable reader names\n"
		"--        (CREATE ROLE), where there is one.\n"
		"-- It never changes the columns of a table or view that exists: where they have\n"
		"-- changed, run the script of format drop first.\n"
		"-- %s\n\n",
		what, export->serverless ? "Serverless" : "provisioned", export->hash, safe);
}

/*
 * Writes the psql variables that the statements use: defaults from the
 * settings, and a stop where one is missing.
 */
static void
WriteVariables(const Export *export, List *statements, StringInfo out)
{
	List *used = Variables(statements);
	StringInfoData check;
	ListCell *cell;

	initStringInfo(&check);
	appendStringInfoString(out, "-- Variables: psql -v name=value, or these defaults\n\n"
								"\\set ON_ERROR_STOP on\n");
	foreach (cell, export->settings)
	{
		Setting *setting = lfirst(cell);

		if (!HasName(used, setting->name))
			continue;
		appendStringInfo(out, "\n-- %s: %s\n\\if :{?%s}\n\\else\n", setting->name,
						 OneLine(setting->description), setting->name);
		if (setting->value != NULL)
			appendStringInfo(out, "\\set %s %s\n", setting->name, PsqlQuoted(setting->value));
		else
			appendStringInfo(out, "\\echo 'the variable %s is not set: -v %s=...'\n", setting->name,
							 setting->name);
		appendStringInfoString(out, "\\endif\n");
		appendStringInfo(&check, "%s\n    :'%s' AS %s", check.len == 0 ? "" : ",", setting->name,
						 setting->name);
	}

	appendStringInfo(out, "\n-- A variable that is not set ends the script here.\nSELECT%s;\n",
					 check.data);
}

/* The names of the psql variables in statements. */
static List *
Variables(List *statements)
{
	List *names = NIL;
	ListCell *cell;

	foreach (cell, statements)
		names = list_concat(names, DialectVariables(lfirst(cell)));
	return names;
}

/* Whether a name is among others, in any case. */
static bool
HasName(List *names, const char *name)
{
	ListCell *cell;

	foreach (cell, names)
		if (pg_strcasecmp(lfirst(cell), name) == 0)
			return true;
	return false;
}

/* Writes statements with their semicolons, an empty line before each. */
static void
WriteStatements(List *statements, StringInfo out)
{
	ListCell *cell;

	foreach (cell, statements)
		appendStringInfo(out, "\n%s\n", Terminated(lfirst(cell)));
}

/* The statement with a semicolon behind, also where it ends in a comment. */
static char *
Terminated(const char *sql)
{
	const LexemeList *list = LexerScan(sql);
	int length = strlen(sql);
	int end = LexemeAt(list, list->count - 1)->end;

	/* blanks at the end say nothing */
	while (length > end && scanner_isspace(sql[length - 1]))
		length--;
	if (LexemeIsAt(list, list->count - 1, ";"))
		return pnstrdup(sql, length);

	/* a line of its own, where a comment would swallow the semicolon */
	return psprintf("%.*s%s;", length, sql, length == end ? "" : "\n");
}

/* A value as an argument of \set, on one line: a backslash escapes there. */
static char *
PsqlQuoted(const char *value)
{
	static const char plain[] = "'\\\n\r\t", escaped[] = "'\\nrt";
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfoChar(&out, '\'');
	for (; *value != '\0'; value++)
	{
		const char *special = strchr(plain, *value);

		if (special == NULL)
			appendStringInfoChar(&out, *value);
		else
			appendStringInfo(&out, "%c%c", *value == '\'' ? '\'' : '\\', escaped[special - plain]);
	}

	appendStringInfoChar(&out, '\'');

	return out.data;
}

/* A description fit for a comment line. */
static char *
OneLine(const char *text)
{
	char *line = pstrdup(text ? text : "a setting of the user's own");

	for (char *c = line; *c != '\0'; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	return line;
}
