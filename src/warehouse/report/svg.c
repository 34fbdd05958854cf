/*
 * svg.c
 *		What the pictures of a report are drawn with.
 */
#include "postgres.h"

#include <math.h>

#include "warehouse/report/html.h"
#include "warehouse/report/svg.h"

void
SvgOpen(StringInfo page, const char *name, int height)
{
	appendStringInfo(page,
					 "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" height=\"%d\" "
					 "aria-label=\"",
					 height);
	HtmlText(page, name);
	appendStringInfoString(page, "\">\n");
}

void
SvgClose(StringInfo page)
{
	appendStringInfoString(page, "</svg>\n");
}

void
SvgText(StringInfo page, double x, int y, const char *anchor, const char *text)
{
	appendStringInfo(page, "<text x=\"%.2f%%\" y=\"%d\" text-anchor=\"%s\" class=\"faint\">", x, y,
					 anchor);
	HtmlText(page, text);
	appendStringInfoString(page, "</text>\n");
}

void
SvgTitle(StringInfo page, const char *what, const char *series, double number)
{
	appendStringInfoString(page, "<title>");
	HtmlText(page, what);
	appendStringInfoString(page, ": ");
	HtmlText(page, HtmlNumber(number));
	appendStringInfoChar(page, ' ');
	HtmlText(page, series);
	appendStringInfoString(page, "</title>");
}

double
SvgStep(double range, int pieces)
{
	static const double steps[] = {1, 2, 5, 10};
	double power;

	if (range <= 0)
		return 1;

	power = pow(10, floor(log10(range / pieces)));
	for (int i = 0; i < (int)lengthof(steps); i++)
		if (steps[i] * power * pieces >= range)
			return steps[i] * power;
	return 10 * power;
}
