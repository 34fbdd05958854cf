/*
 * first_rows.h
 *		A plan node that keeps, of each partition of a window, the rows that
 *		its functions need: EXPLAIN shows it as Custom Scan (Sparkify First Rows).
 *
 * Redshift has no DISTINCT ON, so the latest row of each key is asked for as
 *
 *		SELECT ... FROM (SELECT ..., ROW_NUMBER() OVER (PARTITION BY k ORDER BY o) AS place ...)
 *		WHERE place = 1
 *
 * for which PostgreSQL sorts all rows.  Below the sort this node lets through
 * the first row of each partition and, where a MAX or MIN over the partition
 * is asked for as well, one that has it.  The window functions above it come to
 * the same answer for the rows that are in first place.
 *
 *	WindowAgg                    WindowAgg
 *	  -> Sort                      -> Sort
 *	       -> any plan                  -> Gather
 *	                                         -> Sparkify First Rows  (in each process)
 *	                                              -> partial plan
 */
#ifndef SPARKIFY_FIRST_ROWS_H
#define SPARKIFY_FIRST_ROWS_H

#include "postgres.h"

/* The setting that lets the planner take it. */
extern bool FirstRowsEnabled;

/* Makes the node known to the planner and the executor; once, when the module is loaded. */
extern void FirstRowsInstall(void);

#endif /* SPARKIFY_FIRST_ROWS_H */
