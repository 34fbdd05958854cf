/*
 * log_table.h
 *		The tables of the record of loads, read and written without SQL.
 *
 * Who may load needs no right on the record, so it is written with rights that
 * aren't the caller's.  There is no statement, then, for a search_path to change
 * the meaning of, and no trigger, rule or default of anybody's that would run: rows go
 * into the heap and its indexes as the server writes its own catalogs.
 */
#ifndef SPARKIFY_LOG_TABLE_H
#define SPARKIFY_LOG_TABLE_H

#include "postgres.h"
#include "access/htup.h"
#include "utils/rel.h"

typedef enum LogTable
{
	LOG_LOAD,
	LOG_OBJECT,
	LOG_ERROR,
	LOG_ERROR_FIELD,
	LOG_REPLACEMENT,
	LOG_UNLOAD,
	LOG_UNLOAD_OBJECT,
	LOG_UNLOAD_OPEN,
	LOG_COPY_JOB,
	LOG_COPY_JOB_OBJECT,
	LOG_COPY_JOB_DIRECTORIES
} LogTable;

/* Those of loads. */
#define LOG_TABLES (LOG_REPLACEMENT + 1)

/*
 * Opens a table of the record with a lock; raises an error when there is none of that
 * name that belongs to the extension.  Closed with table_close.
 */
extern Relation LogTableOpen(LogTable table, LOCKMODE mode);

/*
 * Inserts minimal tuples that stand one behind the other, each at a multiple of MAXIMUM_ALIGNOF; returns their
 * number.
 */
extern int64 LogTableInsert(LogTable table, const char *tuples, Size length);

/* Deletes the rows of a query from a table. */
extern void LogTableDelete(LogTable table, int64 query_id);

/* Draws the next id of a query; no right on the sequence is asked of the user. */
extern int64 LogNextQueryId(void);

/*
 * The same where the sequence is known.  A value of the sequence stands for a
 * range of ids, which a session that is quick uses up: the sequence writes WAL,
 * for which a transaction that only reads would wait.
 */
extern int64 LogTakeQueryId(Oid sequence);

/* The number of a column of a table of the record; an internal error when it isn't there. */
extern AttrNumber LogColumn(TupleDesc desc, const char *name);

/* The index of a table whose first column is this one; an internal error when there is none. */
extern Oid LogIndexOn(Relation relation, const char *column);

#endif /* SPARKIFY_LOG_TABLE_H */
