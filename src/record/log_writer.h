/*
 * log_writer.h
 *		Rows for the tables of the load record, written by a background worker
 *		in a transaction of its own, or by this session's.
 */
#ifndef SPARKIFY_LOG_WRITER_H
#define SPARKIFY_LOG_WRITER_H

#include "postgres.h"
#include "fmgr.h"
#include "lib/stringinfo.h"

typedef enum LogTable
{
	LOG_LOAD,
	LOG_OBJECT,
	LOG_ERROR,
	LOG_ERROR_FIELD,
	LOG_REPLACEMENT
} LogTable;

typedef struct LogWriter LogWriter;

/* Starts a background worker that writes until it is told to commit; NULL when none can be had. */
extern LogWriter *LogWriterStart(const char *schema);

/* Sends it rows of a table, as a JSON array of objects; false when it has gone. */
extern bool LogWriterSend(LogWriter *writer, LogTable table, StringInfo rows);

/* Tells it the row of sparkify_load to write if this session goes away without a word; false when it has gone. */
extern bool LogWriterSendEpitaph(LogWriter *writer, StringInfo row);

/* Waits until all of it is committed; false when it is not. */
extern bool LogWriterCommit(LogWriter *writer);

/* Writes rows in this session's own transaction, with the rights of the tables' owner. */
extern void LogWriteDirectly(const char *schema, LogTable table, StringInfo rows);

/* Removes the record of loads older than the setting, in this session's transaction. */
extern void LogPrune(const char *schema);

extern int load_history_days; /* setting sparkify_dwh.load_history_days */

extern PGDLLEXPORT void LogWriterMain(Datum main_arg);

#endif /* SPARKIFY_LOG_WRITER_H */
