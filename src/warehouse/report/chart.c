/*
 * chart.c
 *		Answers as pictures: the choice of the form, and the legend.
 */
#include "postgres.h"

#include "warehouse/report/chart.h"
#include "warehouse/report/chart_forms.h"
#include "warehouse/report/html.h"

static void Legend(StringInfo page, const Answer *answer);

char *
ChartDraw(StringInfo page, const Question *question, const Answer *answer)
{
	switch (question->form)
	{
		case FORM_BARS:
			Legend(page, answer);
			return ChartBars(page, question, answer);
		case FORM_LINE:
			Legend(page, answer);
			return ChartLine(page, question, answer);
		case FORM_HEAT_MAP:
			return ChartHeatMap(page, question, answer);
		case FORM_TABLE:
			break;
	}

	return NULL;
}

/* Which colour is which column, where there is more than one. */
static void
Legend(StringInfo page, const Answer *answer)
{
	if (answer->ncolumns <= 2)
		return;

	appendStringInfoString(page, "<ul class=\"legend\">");
	for (int i = 1; i < answer->ncolumns; i++)
	{
		appendStringInfo(page,
						 "<li><svg xmlns=\"http://www.w3.org/2000/svg\" height=\"12\" "
						 "aria-hidden=\"true\"><rect width=\"12\" height=\"12\" "
						 "class=\"s%d\" /></svg>",
						 i);
		HtmlText(page, answer->columns[i].name);
		appendStringInfoString(page, "</li>");
	}

	appendStringInfoString(page, "</ul>\n");
}
