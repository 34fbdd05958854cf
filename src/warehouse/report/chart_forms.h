/*
 * chart_forms.h
 *		The forms of a picture, for chart.c: each draws an answer of its form's
 *		columns and returns what it leaves out as a sentence, or NULL.
 */
#ifndef SPARKIFY_CHART_FORMS_H
#define SPARKIFY_CHART_FORMS_H

#include "warehouse/report/question.h"
#include "lib/stringinfo.h"

extern char *ChartBars(StringInfo page, const Question *question, const Answer *answer);
extern char *ChartLine(StringInfo page, const Question *question, const Answer *answer);
extern char *ChartHeatMap(StringInfo page, const Question *question, const Answer *answer);

#endif /* SPARKIFY_CHART_FORMS_H */
