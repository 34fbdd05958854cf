/*
 * parse_copy_job.c
 *		COPY JOB RUN, ALTER, LIST, SHOW and DROP, and the JOB CREATE behind a COPY
 *		(https://docs.aws.amazon.com/redshift/latest/dg/r_COPY-JOB.html).
 *
 *		COPY JOB RUN nightly -> SELECT sparkify_internal.copy_job_run('nightly')
 *
 * What a COPY with JOB CREATE becomes is the printer's business.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "dialect/parse/parse.h"

#define JOB_COLUMNS                                                                                \
	"job_id, job_name, data_source, job_text, is_auto, on_error_suspend FROM "                     \
	"sparkify_internal.copy_job_list"

/* A form of COPY JOB; call is what PostgreSQL is told, with the name of the job, and on or off. */
static const struct
{
	const char *word;
	const char *tag;
	bool named;
	bool has_auto;
	const char *call;
} forms[] = {
	{"run", "COPY JOB RUN", true, false, "SELECT sparkify_internal.copy_job_run(%s)"},
	{"alter", "COPY JOB ALTER", true, true, "SELECT sparkify_internal.copy_job_alter(%s, %s)"},
	{"drop", "COPY JOB DROP", true, false, "SELECT sparkify_internal.copy_job_drop(%s)"},
	{"show", "COPY JOB SHOW", true, false, "SELECT " JOB_COLUMNS " WHERE job_name = %s"},
	{"list", "COPY JOB LIST", false, false, "SELECT " JOB_COLUMNS " ORDER BY job_name"},
};

static const char *ParseJobName(Parser *parser);
static bool ParseAuto(Parser *parser, bool required);

bool
ParseCopyJob(Parser *parser)
{
	DialectStatement *statement = parser->statement;

	if (!ParserTakeWords(parser, "copy job"))
		return false;

	for (size_t i = 0; i < lengthof(forms); i++)
	{
		const char *name = "";
		const char *is_auto = "";

		if (!ParserTake(parser, forms[i].word))
			continue;
		if (forms[i].named)
			name = quote_literal_cstr(ParseJobName(parser));
		if (forms[i].has_auto)
			is_auto = ParseAuto(parser, true) ? "true" : "false";
		ParserEnd(parser);
		statement->tag = forms[i].tag;
		StatementEdit(statement, statement->first, parser->end - 1,
					  psprintf(forms[i].call, name, is_auto));
		return true;
	}

	/* A table of the name "job": COPY job FROM ... */
	return false;
}

bool
ParseJobCreate(Parser *parser, CopyStatement *copy)
{
	if (!ParserTakeWords(parser, "job create"))
		return false;

	copy->job = ParseJobName(parser);
	copy->job_is_auto = ParseAuto(parser, false);
	ParserEnd(parser);
	parser->statement->tag = "COPY JOB CREATE";
	return true;
}

/* A job's name: a word.  Redshift's has no hyphen, and its scanner sees to that here, too. */
static const char *
ParseJobName(Parser *parser)
{
	return ParserWord(parser);
}

/* AUTO ON or AUTO OFF; ON where it is left out. */
static bool
ParseAuto(Parser *parser, bool required)
{
	if (!required && parser->next >= parser->end)
		return true;

	ParserExpect(parser, "auto");
	if (ParserTake(parser, "on"))
		return true;

	ParserExpect(parser, "off");
	return false;
}
