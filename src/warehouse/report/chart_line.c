/*
 * chart_line.c
 *		A point for each row, joined by a line for each column of numbers.
 *
 *	percent 0    LEFT                                      100
 *	            |  name of the y axis                        |
 *	      tick -|--------------------------------------------|  TOP
 *	            |   an svg of its own, stretched to fit      |
 *	      tick -|--------------------------------------------|  BOTTOM
 *	            first label        ...              last label
 */
#include "postgres.h"

#include <math.h>

#include "warehouse/report/chart_forms.h"
#include "warehouse/report/html.h"
#include "warehouse/report/svg.h"

/* Pixels. */
#define TOP 24
#define BOTTOM 220
#define HEIGHT 262

/* Percent of the width. */
#define LEFT 11.0
#define RIGHT 99.0

/* The stretched picture's own units. */
#define UNITS 1000.0

#define TICKS 5
#define LABELS 4

typedef struct Frame
{
	double x_low, x_high;
	double y_low, y_high;
	double step; /* between ticks of the y axis */
} Frame;

static Frame FrameOf(const Answer *answer);
static double PlaceX(const Frame *frame, const Answer *answer, int row);
static double XOf(const Answer *answer, int row);
static void DrawTicks(StringInfo page, const Frame *frame);
static void DrawLines(StringInfo page, const Frame *frame, const Answer *answer);
static void DrawSpots(StringInfo page, const Frame *frame, const Answer *answer);
static void DrawLabels(StringInfo page, const Frame *frame, const Answer *answer);
static const char *LabelOf(const Answer *answer, int row);

char *
ChartLine(StringInfo page, const Question *question, const Answer *answer)
{
	Frame frame = FrameOf(answer);
	const char *y_axis = question->y_axis ? question->y_axis : answer->columns[1].name;
	const char *x_axis = question->x_axis ? question->x_axis : answer->columns[0].name;

	SvgOpen(page, question->title, HEIGHT);
	SvgText(page, LEFT, 12, "start", y_axis);
	DrawTicks(page, &frame);
	DrawLines(page, &frame, answer);
	DrawSpots(page, &frame, answer);
	DrawLabels(page, &frame, answer);
	SvgText(page, RIGHT, HEIGHT - 4, "end", x_axis);
	SvgClose(page);

	return NULL;
}

/* What the picture spans: the y axis from zero, to whole ticks. */
static Frame
FrameOf(const Answer *answer)
{
	Frame frame = {.x_low = XOf(answer, 0), .x_high = XOf(answer, 0)};

	for (int row = 0; row < answer->nrows; row++)
	{
		frame.x_low = Min(frame.x_low, XOf(answer, row));
		frame.x_high = Max(frame.x_high, XOf(answer, row));
	}

	AnswerRange(answer, 1, answer->ncolumns - 1, &frame.y_low, &frame.y_high);
	frame.y_low = Min(frame.y_low, 0);
	frame.y_high = Max(frame.y_high, 0);
	frame.step = SvgStep(frame.y_high - frame.y_low, TICKS);
	frame.y_low = floor(frame.y_low / frame.step) * frame.step;
	frame.y_high = ceil(frame.y_high / frame.step) * frame.step;
	if (frame.y_high <= frame.y_low)
		frame.y_high = frame.y_low + frame.step;
	return frame;
}

/* The place of a row on the x axis: its time or number, else its turn. */
static double
XOf(const Answer *answer, int row)
{
	return answer->columns[0].kind == ANSWER_TEXT ? row : AnswerAt(answer, row, 0)->number;
}

/* The same as a fraction of the width; one point alone stands in the middle. */
static double
PlaceX(const Frame *frame, const Answer *answer, int row)
{
	if (frame->x_high <= frame->x_low)
		return 0.5;
	return (XOf(answer, row) - frame->x_low) / (frame->x_high - frame->x_low);
}

/* The rules across the picture, with their numbers. */
static void
DrawTicks(StringInfo page, const Frame *frame)
{
	int ticks = (int)rint((frame->y_high - frame->y_low) / frame->step);

	for (int i = 0; i <= ticks; i++)
	{
		int y = BOTTOM - (int)rint((double)(BOTTOM - TOP) * i / ticks);

		appendStringInfo(page,
						 "<line x1=\"%g%%\" x2=\"%g%%\" y1=\"%d\" y2=\"%d\" class=\"rule\" />\n",
						 LEFT, RIGHT, y, y);
		SvgText(page, LEFT - 1, y + 4, "end", HtmlNumber(frame->y_low + i * frame->step));
	}
}

/* The lines, in a picture that is stretched: their width is not. */
static void
DrawLines(StringInfo page, const Frame *frame, const Answer *answer)
{
	appendStringInfo(page,
					 "<svg x=\"%g%%\" y=\"%d\" width=\"%g%%\" height=\"%d\" "
					 "viewBox=\"0 0 %g %g\" preserveAspectRatio=\"none\" "
					 "style=\"width:%g%%\">\n",
					 LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, UNITS, UNITS, RIGHT - LEFT);
	for (int i = 1; i < answer->ncolumns; i++)
	{
		appendStringInfo(
			page, "<polyline vector-effect=\"non-scaling-stroke\" class=\"l%d\" points=\"", i);
		for (int row = 0; row < answer->nrows; row++)
			if (AnswerAt(answer, row, i)->text != NULL)
				appendStringInfo(page, "%.2f,%.2f ", UNITS * PlaceX(frame, answer, row),
								 UNITS * (frame->y_high - AnswerAt(answer, row, i)->number) /
									 (frame->y_high - frame->y_low));
		appendStringInfoString(page, "\" />\n");
	}

	appendStringInfoString(page, "</svg>\n");
}

/* What a pointer finds: a small square around each point. */
static void
DrawSpots(StringInfo page, const Frame *frame, const Answer *answer)
{
	for (int row = 0; row < answer->nrows; row++)
		for (int i = 1; i < answer->ncolumns; i++)
		{
			const AnswerCell *cell = AnswerAt(answer, row, i);
			double x = LEFT + (RIGHT - LEFT) * PlaceX(frame, answer, row);
			double y = TOP + (BOTTOM - TOP) * (frame->y_high - cell->number) /
								 (frame->y_high - frame->y_low);

			if (cell->text == NULL)
				continue;
			appendStringInfo(page,
							 "<circle cx=\"%.3f%%\" cy=\"%.2f\" r=\"5\" class=\"spot\" "
							 "data-value=\"%.15g\">",
							 x, y, cell->number);
			SvgTitle(page, LabelOf(answer, row), answer->columns[i].name, cell->number);
			appendStringInfoString(page, "</circle>\n");
		}
}

/* A few rows' labels below the axis: the first, the last and what fits between them. */
static void
DrawLabels(StringInfo page, const Frame *frame, const Answer *answer)
{
	int labels = Min(LABELS, answer->nrows);

	for (int i = 0; i < labels; i++)
	{
		/* the first and the last row, and evenly between them */
		int row = labels == 1 ? 0 : i * (answer->nrows - 1) / (labels - 1);
		const char *anchor = labels == 1	   ? "middle"
							 : i == 0		   ? "start"
							 : i == labels - 1 ? "end"
											   : "middle";

		SvgText(page, LEFT + (RIGHT - LEFT) * PlaceX(frame, answer, row), BOTTOM + 18, anchor,
				LabelOf(answer, row));
	}
}

/* The label of a row; a time at midnight is a day. */
static const char *
LabelOf(const Answer *answer, int row)
{
	const char *text = AnswerAt(answer, row, 0)->text;
	const char *midnight;

	if (text == NULL)
		return "(none)";

	midnight = answer->columns[0].kind == ANSWER_TIME ? strstr(text, " 00:00:00") : NULL;
	return midnight && strlen(midnight) == strlen(" 00:00:00") ? pnstrdup(text, midnight - text)
															   : text;
}
