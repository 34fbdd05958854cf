/*
 * question.h
 *		The definitions of phase "question": what the report asks, and the form
 *		that each answer is given.
 */
#ifndef SPARKIFY_QUESTION_H
#define SPARKIFY_QUESTION_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "warehouse/report/answer.h"

typedef enum QuestionForm
{
	FORM_TABLE,
	FORM_BARS,	  /* a bar for each row: a label, then numbers */
	FORM_LINE,	  /* a point for each row: a place on the x axis, then numbers */
	FORM_HEAT_MAP /* a cell for each row: row, column, number */
} QuestionForm;

typedef struct Question
{
	int position;
	const char *name;
	const char *statement; /* Redshift SQL */
	const char *title;
	QuestionForm form;
	const char *x_axis; /* names of the axes; NULL: that of the column */
	const char *y_axis;
} Question;

/* The questions that have a statement, in order of position; a list of Question. */
extern List *QuestionsRead(void);

/*
 * Asks a question as the current user.  Raises an error, with the definition's
 * title as context, when it is no query, fails, or has not the columns of its form.
 */
extern Answer *QuestionAsk(const Question *question, List *settings);

#endif /* SPARKIFY_QUESTION_H */
