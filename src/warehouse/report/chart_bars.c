/*
 * chart_bars.c
 *		A bar for each row, lying, below its label: labels are long, and a
 *		narrow screen has room for them only so.
 */
#include "postgres.h"

#include "warehouse/report/chart.h"
#include "warehouse/report/chart_forms.h"
#include "warehouse/report/html.h"
#include "warehouse/report/svg.h"

/* Pixels. */
#define LABEL_HEIGHT 18
#define BAR_HEIGHT 14
#define ROW_GAP 8

/* The percentage of the width that the longest bar takes; its number stands behind it. */
#define LONGEST 82.0

#define LABEL_CHARACTERS 70

/* Where zero is, and how many percent one is. */
typedef struct Scale
{
	double zero;
	double unit;
} Scale;

static Scale ScaleOf(const Answer *answer);
static void DrawRow(StringInfo page, const Answer *answer, int row, int top, Scale scale);

char *
ChartBars(StringInfo page, const Question *question, const Answer *answer)
{
	int drawn = Min(answer->nrows, CHART_BARS);
	int row_height = LABEL_HEIGHT + (answer->ncolumns - 1) * BAR_HEIGHT + ROW_GAP;
	Scale scale = ScaleOf(answer);

	SvgOpen(page, question->title, drawn * row_height);
	for (int row = 0; row < drawn; row++)
		DrawRow(page, answer, row, row * row_height, scale);
	SvgClose(page);
	return drawn < answer->nrows
			   ? psprintf("The picture shows the first %d of %d rows.", drawn, answer->nrows)
			   : NULL;
}

/* Bars begin at zero, so zero is always on the scale. */
static Scale
ScaleOf(const Answer *answer)
{
	double low, high;
	Scale scale = {0};

	AnswerRange(answer, 1, answer->ncolumns - 1, &low, &high);
	low = Min(low, 0);
	high = Max(high, 0);
	if (high > low)
	{
		scale.unit = LONGEST / (high - low);
		scale.zero = -low * scale.unit;
	}

	return scale;
}

/* The label of a row and a bar for each of its numbers. */
static void
DrawRow(StringInfo page, const Answer *answer, int row, int top, Scale scale)
{
	const char *label = AnswerAt(answer, row, 0)->text ? AnswerAt(answer, row, 0)->text : "(none)";

	appendStringInfo(page, "<text x=\"0\" y=\"%d\">", top + LABEL_HEIGHT - 5);
	HtmlTextCut(page, label, LABEL_CHARACTERS);
	appendStringInfoString(page, "</text>\n");
	for (int i = 1; i < answer->ncolumns; i++)
	{
		double number = AnswerAt(answer, row, i)->number;
		double width = scale.unit * (number < 0 ? -number : number);
		double left = number < 0 ? scale.zero - width : scale.zero;
		int y = top + LABEL_HEIGHT + (i - 1) * BAR_HEIGHT;

		appendStringInfo(page,
						 "<rect x=\"%.3f%%\" y=\"%d\" width=\"%.3f%%\" height=\"%d\" rx=\"2\" "
						 "class=\"s%d\" data-value=\"%.15g\">",
						 left, y, width, BAR_HEIGHT - 2, i, number);
		SvgTitle(page, label, answer->columns[i].name, number);
		appendStringInfo(page, "</rect><text x=\"%.3f%%\" dx=\"6\" y=\"%d\">%s</text>\n",
						 left + width, y + BAR_HEIGHT - 3, HtmlNumber(number));
	}
}
