/*
 * answer.h
 *		The rows that answer a question, as text and, where they can be drawn,
 *		as numbers.
 */
#ifndef SPARKIFY_ANSWER_H
#define SPARKIFY_ANSWER_H

#include "postgres.h"

typedef enum AnswerKind
{
	ANSWER_TEXT,
	ANSWER_NUMBER,
	ANSWER_TIME /* its number counts microseconds since 2000-01-01 */
} AnswerKind;

typedef struct AnswerColumn
{
	const char *name;
	AnswerKind kind;
} AnswerColumn;

typedef struct AnswerCell
{
	const char *text; /* NULL: NULL */
	double number;	  /* 0 for text and NULL */
} AnswerCell;

typedef struct Answer
{
	int ncolumns;
	AnswerColumn *columns;
	int nrows;
	bool cut;		   /* there were more rows than a report holds */
	AnswerCell *cells; /* row by row */
} Answer;

/* The most rows of one answer that a report holds. */
#define ANSWER_ROWS 10000

/* Runs a query of PostgreSQL's SQL as the current user, reading only; palloc'd in the current context. */
extern Answer *AnswerRead(const char *sql);

/* The cell of a row and a column, both from 0. */
extern const AnswerCell *AnswerAt(const Answer *answer, int row, int column);

/* The largest and the smallest number of columns first..last; both 0 where there is no row. */
extern void AnswerRange(const Answer *answer, int first, int last, double *low, double *high);

#endif /* SPARKIFY_ANSWER_H */
