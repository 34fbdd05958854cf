/*
 * schema_drawing.c
 *		The tables of the warehouse and the keys between them, drawn.
 *
 *	 +--------+     +--------+     +--------+
 *	 | table  |<----| fact   |---->| table  |	facts, which nobody refers to, stand
 *	 +--------+     |        |     +--------+	in the middle; what they refer to at
 *	 +--------+     |        |     +--------+	their sides; what has no key in its
 *	 | table  |<----|        |     | ...    |	place below
 *	 +--------+     +--------+     +--------+
 *
 * Edges are drawn first and boxes over them.
 */
#include "postgres.h"

#include "warehouse/report/html.h"
#include "warehouse/report/schema_drawing.h"

/* Pixels. */
#define BOX_WIDTH 250
#define HEAD_HEIGHT 26
#define ROW_HEIGHT 18
#define BOX_GAP 24
#define LANE_GAP 80
#define MARGIN 40

#define LANES 3
#define MIDDLE 1

typedef struct Box
{
	SchemaTable *table;
	int lane;
	int top;
} Box;

typedef struct Drawing
{
	Box *boxes;
	int count;
	int heights[LANES];
} Drawing;

static Drawing Arrange(List *tables);
static bool IsReferenced(List *tables, const char *name);
static bool Refers(const SchemaTable *table);
static void Place(Drawing *drawing, SchemaTable *table, int lane);
static int Side(const Drawing *drawing, const SchemaTable *table);
static bool RefersTo(const SchemaTable *table, const SchemaTable *other);
static int Shorter(const Drawing *drawing, int first, int last);
static int LaneLeft(int lane);
static int BoxHeight(const SchemaTable *table);
static void DrawEdges(StringInfo page, const Drawing *drawing, const Box *box);
static void DrawEdge(StringInfo page, const Box *from, int row, const Box *to);
static void DrawBox(StringInfo page, const Box *box);
static char *Keys(const SchemaColumn *column);

void
SchemaDraw(StringInfo page, List *tables)
{
	Drawing drawing = Arrange(tables);
	int height = Max(Max(drawing.heights[0], drawing.heights[1]), drawing.heights[2]);

	appendStringInfo(page,
					 "<div class=\"wide\"><svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
					 "class=\"drawing\" aria-label=\"tables and keys\" viewBox=\"0 0 %d %d\">\n",
					 LaneLeft(LANES - 1) + BOX_WIDTH + MARGIN, height);
	for (int i = 0; i < drawing.count; i++)
		DrawEdges(page, &drawing, &drawing.boxes[i]);
	for (int i = 0; i < drawing.count; i++)
		DrawBox(page, &drawing.boxes[i]);
	appendStringInfoString(page, "</svg></div>\n");
}

Answer *
SchemaRows(List *tables)
{
	static AnswerColumn columns[] = {{"table"}, {"distribution"}, {"column"}, {"type"}, {"keys"}};
	Answer *answer = palloc0(sizeof(Answer));
	AnswerCell *next;
	ListCell *each, *cell;

	foreach (each, tables)
		answer->nrows += list_length(((SchemaTable *)lfirst(each))->columns);
	answer->columns = columns;
	answer->ncolumns = lengthof(columns);
	next = answer->cells = palloc0(Max(1, answer->nrows) * lengthof(columns) * sizeof(AnswerCell));
	foreach (each, tables)
	{
		const SchemaTable *table = lfirst(each);

		foreach (cell, table->columns)
		{
			const SchemaColumn *column = lfirst(cell);

			(next++)->text = table->name;
			(next++)->text = table->dist_style;
			(next++)->text = column->name;
			(next++)->text = column->type;
			(next++)->text = Keys(column);
		}
	}

	return answer;
}

/* Gives each table its lane: facts first, then what is referred to, then the rest. */
static Drawing
Arrange(List *tables)
{
	Drawing drawing = {.boxes = palloc0(Max(1, list_length(tables)) * sizeof(Box))};
	ListCell *cell;

	foreach (cell, tables)
	{
		SchemaTable *table = lfirst(cell);

		/* facts refer, and nothing refers to them */
		if (Refers(table) && !IsReferenced(tables, table->name))
			Place(&drawing, table, MIDDLE);
	}

	foreach (cell, tables)
	{
		SchemaTable *table = lfirst(cell);

		/* beside the fact, on the shorter side */
		if (IsReferenced(tables, table->name))
			Place(&drawing, table, Side(&drawing, table));
	}

	foreach (cell, tables)
	{
		SchemaTable *table = lfirst(cell);

		/* what is joined to nothing goes where there is room */
		if (!Refers(table) && !IsReferenced(tables, table->name))
			Place(&drawing, table, Shorter(&drawing, 0, LANES - 1));
	}

	return drawing;
}

/* Whether another table has a key of this one. */
static bool
IsReferenced(List *tables, const char *name)
{
	const SchemaTable named = {.name = name};
	ListCell *cell;

	foreach (cell, tables)
		if (RefersTo(lfirst(cell), &named))
			return true;
	return false;
}

/* Whether a table has a key of any other. */
static bool
Refers(const SchemaTable *table)
{
	ListCell *cell;

	foreach (cell, table->columns)
		if (((SchemaColumn *)lfirst(cell))->references)
			return true;
	return false;
}

/* Puts a table below what stands in a lane. */
static void
Place(Drawing *drawing, SchemaTable *table, int lane)
{
	drawing->boxes[drawing->count++] =
		(Box){.table = table, .lane = lane, .top = drawing->heights[lane] + 1};
	drawing->heights[lane] += BoxHeight(table) + BOX_GAP;
}

/* The side of a table: that of one it has a key of or that has one of it, else the shorter one. */
static int
Side(const Drawing *drawing, const SchemaTable *table)
{
	for (int i = 0; i < drawing->count; i++)
	{
		const Box *box = &drawing->boxes[i];

		if (box->lane != MIDDLE && (RefersTo(box->table, table) || RefersTo(table, box->table)))
			return box->lane;
	}

	return drawing->heights[0] <= drawing->heights[LANES - 1] ? 0 : LANES - 1;
}

/* Whether a table has a key of another one. */
static bool
RefersTo(const SchemaTable *table, const SchemaTable *other)
{
	ListCell *cell;

	foreach (cell, table->columns)
	{
		const char *references = ((SchemaColumn *)lfirst(cell))->references;

		if (references && strcmp(references, other->name) == 0)
			return true;
	}

	return false;
}

/* The lane with the most room left, of first..last. */
static int
Shorter(const Drawing *drawing, int first, int last)
{
	int best = first;

	for (int lane = first; lane <= last; lane++)
		if (drawing->heights[lane] < drawing->heights[best])
			best = lane;
	return best;
}

static int
LaneLeft(int lane)
{
	return MARGIN + lane * (BOX_WIDTH + LANE_GAP);
}

static int
BoxHeight(const SchemaTable *table)
{
	return HEAD_HEIGHT + list_length(table->columns) * ROW_HEIGHT + 6;
}

/* The edges from a table to those that it has keys of. */
static void
DrawEdges(StringInfo page, const Drawing *drawing, const Box *box)
{
	for (int row = 0; row < list_length(box->table->columns); row++)
	{
		const SchemaColumn *column = list_nth(box->table->columns, row);

		for (int i = 0; column->references && i < drawing->count; i++)
			if (strcmp(drawing->boxes[i].table->name, column->references) == 0)
				DrawEdge(page, box, row, &drawing->boxes[i]);
	}
}

/* A curve from a column to the head of a table; within a lane it goes around outside. */
static void
DrawEdge(StringInfo page, const Box *from, int row, const Box *to)
{
	/* tables in one lane are joined along its outer side, where no box is in the way */
	bool left = to->lane < from->lane || (to->lane == from->lane && from->lane == 0);
	int x1 = LaneLeft(from->lane) + (left ? 0 : BOX_WIDTH);
	int x2 = LaneLeft(to->lane) + (left == (to->lane != from->lane) ? BOX_WIDTH : 0);
	int y1 = from->top + HEAD_HEIGHT + row * ROW_HEIGHT + ROW_HEIGHT / 2;
	int y2 = to->top + HEAD_HEIGHT / 2;

	/* the bend keeps to the gap between the lanes */
	int bend = to->lane == from->lane ? MARGIN - 5 : LANE_GAP / 2;
	int out1 = left ? x1 - bend : x1 + bend;
	int out2 = to->lane == from->lane ? out1 : (left ? x2 + bend : x2 - bend);

	appendStringInfo(page, "<path class=\"edge\" d=\"M%d,%d C%d,%d %d,%d %d,%d\" />\n", x1, y1,
					 out1, y1, out2, y2, x2, y2);
	appendStringInfo(page, "<circle cx=\"%d\" cy=\"%d\" r=\"3\" class=\"s1\" />\n", x2, y2);
}

/* A table: its name and distribution, then its columns. */
static void
DrawBox(StringInfo page, const Box *box)
{
	int left = LaneLeft(box->lane);
	int y = box->top + HEAD_HEIGHT + 13;
	ListCell *cell;

	appendStringInfo(page,
					 "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" class=\"box\" />"
					 "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" "
					 "class=\"head\" />",
					 left, box->top, BOX_WIDTH, BoxHeight(box->table), left, box->top, BOX_WIDTH,
					 HEAD_HEIGHT - 4);
	appendStringInfo(page, "<text x=\"%d\" y=\"%d\" class=\"title\">", left + 8, box->top + 15);
	HtmlTextCut(page, box->table->name, 20);
	appendStringInfo(page, "</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\" class=\"title\">",
					 left + BOX_WIDTH - 8, box->top + 15);
	HtmlTextCut(page, box->table->dist_style, 24);
	appendStringInfoString(page, "</text>\n");

	foreach (cell, box->table->columns)
	{
		const SchemaColumn *column = lfirst(cell);

		appendStringInfo(page, "<text x=\"%d\" y=\"%d\">", left + 8, y);
		HtmlTextCut(page, column->name, 20);
		appendStringInfoString(page, " <tspan class=\"faint\">");
		HtmlText(page, Keys(column));
		appendStringInfo(page,
						 "</tspan></text><text x=\"%d\" y=\"%d\" text-anchor=\"end\" "
						 "class=\"faint\">",
						 left + BOX_WIDTH - 8, y);
		HtmlTextCut(page, column->type, 16);
		appendStringInfoString(page, "</text>\n");
		y += ROW_HEIGHT;
	}
}

/* What a column is a key of. */
static char *
Keys(const SchemaColumn *column)
{
	return psprintf("%s%s%s%s", column->primary_key ? "PK " : "", column->references ? "FK " : "",
					column->dist_key ? "DIST " : "", column->sort_key ? "SORT " : "");
}
