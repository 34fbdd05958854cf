/*
 * chart_heat.c
 *		A cell for each row of an answer: row, column, and a number that is
 *		its colour.
 */
#include "postgres.h"

#include "nodes/pg_list.h"

#include "warehouse/report/chart.h"
#include "warehouse/report/chart_forms.h"
#include "warehouse/report/html.h"
#include "warehouse/report/svg.h"

/* Pixels. */
#define TOP 20
#define CELL_HEIGHT 26

/* Percent of the width that the names of the rows take. */
#define LEFT 16.0

/* The palest cell that isn't empty. */
#define PALEST 0.08

typedef struct Grid
{
	List *rows; /* char *, in the order in which the answer has them */
	List *columns;
	double low, high;
	double width; /* of a cell, percent */
} Grid;

static List *Names(const Answer *answer, int column);
static int PlaceOf(List *names, const char *name);
static const char *NameAt(const Answer *answer, int row, int column);
static void DrawNames(StringInfo page, const Grid *grid);
static void DrawCell(StringInfo page, const Grid *grid, const Answer *answer, int row);

char *
ChartHeatMap(StringInfo page, const Question *question, const Answer *answer)
{
	Grid grid = {.rows = Names(answer, 0), .columns = Names(answer, 1)};

	if (list_length(grid.rows) > CHART_HEAT_ROWS || list_length(grid.columns) > CHART_HEAT_COLUMNS)
		return psprintf("There is no picture: %d rows and %d columns are too many to be told "
						"apart.",
						list_length(grid.rows), list_length(grid.columns));

	grid.width = (100.0 - LEFT) / list_length(grid.columns);
	AnswerRange(answer, 2, 2, &grid.low, &grid.high);
	grid.low = Min(grid.low, 0);
	SvgOpen(page, question->title, TOP + list_length(grid.rows) * CELL_HEIGHT);
	DrawNames(page, &grid);
	for (int row = 0; row < answer->nrows; row++)
		DrawCell(page, &grid, answer, row);
	SvgClose(page);
	return psprintf("From %s (palest) to %s (darkest).", HtmlNumber(grid.low),
					HtmlNumber(grid.high));
}

/* The different texts of a column: numbers in their order, others in the order of the answer. */
static List *
Names(const Answer *answer, int column)
{
	List *names = NIL;
	bool sorted = answer->columns[column].kind == ANSWER_NUMBER;

	for (int row = 0; row < answer->nrows; row++)
	{
		const char *name = NameAt(answer, row, column);
		int place = 0;

		/* More than can be drawn: how many more is of no interest to anybody. */
		if (list_length(names) > Max(CHART_HEAT_ROWS, CHART_HEAT_COLUMNS))
			break;
		if (PlaceOf(names, name) >= 0)
			continue;
		while (place < list_length(names) &&
			   (!sorted || strtod(list_nth(names, place), NULL) < strtod(name, NULL)))
			place++;
		names = list_insert_nth(names, place, (void *)name);
	}

	return names;
}

/* Where in a list a name is, or -1. */
static int
PlaceOf(List *names, const char *name)
{
	for (int i = 0; i < list_length(names); i++)
		if (strcmp(list_nth(names, i), name) == 0)
			return i;
	return -1;
}

/* The text of a cell that names a row or a column. */
static const char *
NameAt(const Answer *answer, int row, int column)
{
	const char *text = AnswerAt(answer, row, column)->text;

	return text ? text : "(none)";
}

/* The names of rows, and of so many columns that they don't run into each other. */
static void
DrawNames(StringInfo page, const Grid *grid)
{
	int every = 1 + list_length(grid->columns) / 13;

	for (int i = 0; i < list_length(grid->columns); i += every)
		SvgText(page, LEFT + (i + 0.5) * grid->width, TOP - 6, "middle",
				list_nth(grid->columns, i));
	for (int i = 0; i < list_length(grid->rows); i++)
		SvgText(page, LEFT - 1, TOP + i * CELL_HEIGHT + CELL_HEIGHT / 2 + 4, "end",
				list_nth(grid->rows, i));
}

/* One cell; its colour is as strong as its number is large. */
static void
DrawCell(StringInfo page, const Grid *grid, const Answer *answer, int row)
{
	const char *name = NameAt(answer, row, 0);
	const char *column = NameAt(answer, row, 1);
	double number = AnswerAt(answer, row, 2)->number;
	double share = grid->high > grid->low ? (number - grid->low) / (grid->high - grid->low) : 0;

	appendStringInfo(page,
					 "<rect x=\"%.3f%%\" y=\"%d\" width=\"%.3f%%\" height=\"%d\" class=\"s1\" "
					 "fill-opacity=\"%.3f\" data-value=\"%.15g\">",
					 LEFT + PlaceOf(grid->columns, column) * grid->width,
					 TOP + PlaceOf(grid->rows, name) * CELL_HEIGHT, grid->width * 0.96,
					 CELL_HEIGHT - 2, number == 0 ? 0.03 : PALEST + (1 - PALEST) * share, number);
	SvgTitle(page, psprintf("%s, %s", name, column), answer->columns[2].name, number);
	appendStringInfoString(page, "</rect>\n");
}
