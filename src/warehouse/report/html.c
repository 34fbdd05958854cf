/*
 * html.c
 *		Pieces of an HTML page.
 */
#include "postgres.h"

#include <math.h>

#include "mb/pg_wchar.h"

#include "warehouse/report/html.h"

/*
 * Colours that can be told apart on white and on black, also by the colour-blind;
 * the style sheet is all that differs between light, dark and paper.
 */
static const char *const style =
	":root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--faint:#5b6470;--rule:#d5dae0;"
	"--s1:#0b6bcb;--s2:#c2570c;--s3:#1a7f4b;--s4:#8a3ffc}\n"
	"@media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e8eaed;--faint:#a4adb8;"
	"--rule:#3a424c;--s1:#5aa9ff;--s2:#ff9a57;--s3:#52c98a;--s4:#be95ff}}\n"
	"@media print{:root{--paper:#fff;--ink:#000;--faint:#444;--rule:#bbb;--s1:#0b6bcb;--s2:#c2570c;"
	"--s3:#1a7f4b;--s4:#8a3ffc}section{break-inside:avoid}body{max-width:none}}\n"
	"body{margin:0 auto;max-width:56rem;padding:1rem;background:var(--paper);color:var(--ink);"
	"font:1rem/1.5 system-ui,sans-serif}\n"
	"h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.15rem;margin:2rem 0 .5rem}\n"
	"p.note,figcaption,.axis{color:var(--faint);font-size:.85rem}figure{margin:0}\n"
	"svg{display:block;width:100%;overflow:visible}"
	"svg text{fill:var(--ink);font:12px system-ui,sans-serif}"
	"svg .faint{fill:var(--faint)}svg .rule{stroke:var(--rule)}\n"
	".s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}\n"
	"polyline{fill:none;stroke-width:2}.l1{stroke:var(--s1)}.l2{stroke:var(--s2)}"
	".l3{stroke:var(--s3)}.l4{stroke:var(--s4)}.spot{fill:transparent}\n"
	"ul.legend{list-style:none;display:flex;flex-wrap:wrap;gap:1rem;margin:.25rem 0;padding:0;"
	"font-size:.85rem}ul.legend svg{display:inline-block;width:12px;margin-right:.4em}\n"
	".wide{overflow-x:auto}.drawing{min-width:44rem}\n"
	"table{border-collapse:collapse;font-size:.85rem;margin:.5rem 0}"
	"caption{text-align:left;color:var(--faint)}\n"
	"th,td{border-bottom:1px solid var(--rule);padding:.2rem .6rem;text-align:left;"
	"vertical-align:top}"
	"td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\n"
	"summary{cursor:pointer;font-size:.85rem;color:var(--faint)}\n"
	".box{fill:var(--paper);stroke:var(--rule)}.head{fill:var(--s1)}svg .title{fill:var(--paper);"
	"font-weight:600}.edge{fill:none;stroke:var(--faint)}\n";

void
HtmlText(StringInfo page, const char *text)
{
	for (const char *p = text; *p; p++)
		switch (*p)
		{
			case '&':
				appendStringInfoString(page, "&amp;");
				break;
			case '<':
				appendStringInfoString(page, "&lt;");
				break;
			case '>':
				appendStringInfoString(page, "&gt;");
				break;
			case '"':
				appendStringInfoString(page, "&quot;");
				break;
			default:
				/* Control characters are in no HTML and no XML. */
				if ((unsigned char)*p < ' ' && *p != '\t' && *p != '\n')
					appendStringInfoChar(page, '?');
				else
					appendStringInfoChar(page, *p);
		}
}

void
HtmlTextCut(StringInfo page, const char *text, int characters)
{
	int length = strlen(text);

	if (pg_mbstrlen_with_len(text, length) > characters)
	{
		HtmlText(page, pnstrdup(text, pg_mbcharcliplen(text, length, characters - 1)));
		appendStringInfoString(page, "&#8230;");
	}
	else
		HtmlText(page, text);
}

char *
HtmlNumber(double number)
{
	char digits[64];
	StringInfoData out;
	int whole;

	/* Two digits behind the point say enough where there is a fraction at all. */
	snprintf(digits, sizeof(digits), number == rint(number) ? "%.0f" : "%.2f", fabs(number));
	if (strlen(digits) > 20)
		return psprintf("%.4g", number);

	initStringInfo(&out);
	if (number < 0 && strtod(digits, NULL) != 0)
		appendStringInfoChar(&out, '-');
	whole = strcspn(digits, ".");
	for (int i = 0; i < whole; i++)
	{
		if (i > 0 && (whole - i) % 3 == 0)
			appendStringInfoChar(&out, ',');
		appendStringInfoChar(&out, digits[i]);
	}

	appendStringInfoString(&out, digits + whole);

	return out.data;
}

void
HtmlBegin(StringInfo page, const char *title)
{
	appendStringInfoString(page,
						   "<!DOCTYPE html>\n"
						   "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
						   "<meta charset=\"utf-8\" />\n"
						   "<meta name=\"viewport\" content=\"width=device-width, "
						   "initial-scale=1\" />\n<title>");
	HtmlText(page, title);
	appendStringInfo(page, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<h1>", style);
	HtmlText(page, title);
	appendStringInfoString(page, "</h1>\n");
}

void
HtmlEnd(StringInfo page)
{
	appendStringInfoString(page, "</body>\n</html>\n");
}

void
HtmlTable(StringInfo page, const Answer *answer, const char *caption)
{
	appendStringInfoString(page, "<div class=\"wide\"><table>\n<caption>");
	HtmlText(page, caption);
	appendStringInfoString(page, "</caption>\n<thead><tr>");
	for (int i = 0; i < answer->ncolumns; i++)
	{
		appendStringInfo(page, "<th scope=\"col\"%s>",
						 answer->columns[i].kind == ANSWER_NUMBER ? " class=\"n\"" : "");
		HtmlText(page, answer->columns[i].name);
		appendStringInfoString(page, "</th>");
	}

	appendStringInfoString(page, "</tr></thead>\n<tbody>\n");

	for (int row = 0; row < answer->nrows; row++)
	{
		appendStringInfoString(page, "<tr>");
		for (int i = 0; i < answer->ncolumns; i++)
		{
			const AnswerCell *cell = AnswerAt(answer, row, i);

			appendStringInfo(page, "<td%s>",
							 answer->columns[i].kind == ANSWER_NUMBER ? " class=\"n\"" : "");
			HtmlText(page, cell->text ? cell->text : "");
			appendStringInfoString(page, "</td>");
		}

		appendStringInfoString(page, "</tr>\n");
	}

	appendStringInfoString(page, "</tbody>\n</table></div>\n");
}
