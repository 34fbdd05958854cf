/*
 * chart.h
 *		Answers as pictures: inline SVG that is as wide as the page.
 *
 * Places along the x axis are percentages and those along the y axis are pixels,
 * so that a narrow screen moves things together and text keeps its size.  Each mark
 * has a title, and its value in data-value: a reader with a pointer, a screen reader
 * and a test find the number that was drawn.
 */
#ifndef SPARKIFY_CHART_H
#define SPARKIFY_CHART_H

#include "postgres.h"
#include "lib/stringinfo.h"

#include "warehouse/report/question.h"

/* The most bars, and the most rows and columns of a heat map, that can still be read. */
#define CHART_BARS 25
#define CHART_HEAT_ROWS 60
#define CHART_HEAT_COLUMNS 60

/*
 * Draws an answer that has at least one row in the form of its question, which is
 * no table.  Returns what the picture leaves out as a sentence, or NULL.
 */
extern char *ChartDraw(StringInfo page, const Question *question, const Answer *answer);

#endif /* SPARKIFY_CHART_H */
