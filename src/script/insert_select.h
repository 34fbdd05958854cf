/*
 * insert_select.h
 *		INSERT ... SELECT with a parallel plan and rows written many at a time.
 */
#ifndef SPARKIFY_INSERT_SELECT_H
#define SPARKIFY_INSERT_SELECT_H

#include "postgres.h"
#include "nodes/parsenodes.h"

/*
 * Runs an analysed and rewritten INSERT ... SELECT if it is of the plain kind,
 * and sets *rows; returns false when PostgreSQL has to run it.
 */
extern bool InsertSelectRun(Query *insert, const char *sql, uint64 *rows);

#endif /* SPARKIFY_INSERT_SELECT_H */
