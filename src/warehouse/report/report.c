/*
 * report.c
 *		sparkify_report(): one HTML page with the questions of the definitions
 *		and their answers, drawn.
 *
 *	sparkify_definition (phase question) -> Question -> Answer -> picture and table
 *	the CREATE TABLEs of the definitions -> the drawing of the schema
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "warehouse/report/chart.h"
#include "warehouse/report/html.h"
#include "warehouse/report/question.h"
#include "warehouse/report/schema_drawing.h"
#include "warehouse/settings.h"

PG_FUNCTION_INFO_V1(sparkify_report);

static void AddQuestion(StringInfo page, const Question *question, const Answer *answer);
static void AddSchema(StringInfo page, List *tables);
static void AddPicture(StringInfo page, const Question *question, const Answer *answer);
static void AddRows(StringInfo page, const Answer *answer);
static void AddNote(StringInfo page, const char *note);

/* The page, as the current user sees the warehouse. */
Datum
sparkify_report(PG_FUNCTION_ARGS)
{
	char *title = text_to_cstring(PG_GETARG_TEXT_PP(0));
	List *settings = SettingsRead();
	int level = SettingsEnterSchema(settings, false);
	StringInfoData page;
	ListCell *cell;

	/* A day reads the same wherever the page goes, and so does its order. */
	(void)set_config_option("datestyle", "ISO", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true,
							0, false);
	initStringInfo(&page);
	HtmlBegin(&page, title);
	AddNote(&page, psprintf("Database %s, %s.", get_database_name(MyDatabaseId),
							timestamptz_to_str(GetCurrentTransactionStartTimestamp())));
	foreach (cell, QuestionsRead())
	{
		const Question *question = lfirst(cell);

		AddQuestion(&page, question, QuestionAsk(question, settings));
	}

	AddSchema(&page, SchemaRead());
	HtmlEnd(&page);
	AtEOXact_GUC(true, level);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(page.data, page.len));
}

/* A section of the page: the question, its picture and its rows. */
static void
AddQuestion(StringInfo page, const Question *question, const Answer *answer)
{
	appendStringInfoString(page, "<section id=\"");
	HtmlText(page, question->name);
	appendStringInfoString(page, "\">\n<h2>");
	HtmlText(page, question->title);
	appendStringInfoString(page, "</h2>\n");

	if (answer->nrows == 0)
		AddNote(page, "There are no rows yet.");
	else if (question->form == FORM_TABLE)
		AddRows(page, answer);
	else
	{
		AddPicture(page, question, answer);
		appendStringInfoString(page, "<details>\n<summary>The numbers as a table</summary>\n");
		AddRows(page, answer);
		appendStringInfoString(page, "</details>\n");
	}

	appendStringInfoString(page, "</section>\n");
}

/* The last section: the tables that all of it was asked of. */
static void
AddSchema(StringInfo page, List *tables)
{
	if (tables == NIL)
		return;

	appendStringInfoString(page, "<section id=\"schema\">\n<h2>The tables</h2>\n<figure>\n");
	SchemaDraw(page, tables);
	appendStringInfoString(page, "<figcaption>PK and FK are declared, not enforced, as on "
								 "Redshift; DIST and SORT are the distribution and the sort "
								 "key.</figcaption>\n</figure>\n<details>\n"
								 "<summary>The columns as a table</summary>\n");
	AddRows(page, SchemaRows(tables));
	appendStringInfoString(page, "</details>\n</section>\n");
}

/* The picture, and below it what its axes are and what it leaves out. */
static void
AddPicture(StringInfo page, const Question *question, const Answer *answer)
{
	const char *x_axis = question->x_axis ? question->x_axis : answer->columns[0].name;
	const char *y_axis = question->y_axis ? question->y_axis : answer->columns[1].name;
	char *note;

	appendStringInfoString(page, "<figure>\n");
	note = ChartDraw(page, question, answer);
	appendStringInfoString(page, "<figcaption>");
	HtmlText(page, question->form == FORM_HEAT_MAP
					   ? psprintf("%s by %s and %s.", answer->columns[2].name, x_axis, y_axis)
					   : psprintf("%s by %s.", y_axis, x_axis));
	if (note)
	{
		appendStringInfoChar(page, ' ');
		HtmlText(page, note);
	}

	appendStringInfoString(page, "</figcaption>\n</figure>\n");
}

/* All rows, and whether these are all. */
static void
AddRows(StringInfo page, const Answer *answer)
{
	HtmlTable(page, answer,
			  answer->cut ? psprintf("The first %d rows; there are more.", answer->nrows)
						  : psprintf("%d %s", answer->nrows, answer->nrows == 1 ? "row" : "rows"));
}

/* A line of small print. */
static void
AddNote(StringInfo page, const char *note)
{
	appendStringInfoString(page, "<p class=\"note\">");
	HtmlText(page, note);
	appendStringInfoString(page, "</p>\n");
}
