/*
 * result.h
 *		What becomes of the rows of a query.
 */
#ifndef SPARKIFY_RESULT_H
#define SPARKIFY_RESULT_H

typedef enum QueryResult
{
	RESULT_USED, /* a statement uses them up: INSERT, UNLOAD, a body */
	RESULT_KEPT, /* a table or a view has its columns, with the DECIMALs that Redshift gives them */
	RESULT_SHOWN /* a client sees them: likewise, and SUPER and VARBYTE as text */
} QueryResult;

#endif /* SPARKIFY_RESULT_H */
