/*
 * log_writer.h
 *		Rows for the tables of the record, written by a background worker in a
 *		transaction of its own: they stay when the load rolls back.
 */
#ifndef SPARKIFY_LOG_WRITER_H
#define SPARKIFY_LOG_WRITER_H

#include "postgres.h"
#include "fmgr.h"
#include "lib/stringinfo.h"

#include "record/log_table.h"

typedef struct LogWriter LogWriter;

/*
 * Starts a background worker that writes until it is told to commit.  Waits a few
 * seconds for one to become free, and can be cancelled meanwhile.
 */
extern LogWriter *LogWriterStart(void);

/* Why nothing is written, in a sentence: there is no worker, or it has failed; NULL when all is well. */
extern const char *LogWriterFailure(const LogWriter *writer);

/* Sends it rows, as LogTableInsert takes them; false when it has gone. */
extern bool LogWriterSend(LogWriter *writer, LogTable table, const StringInfo rows);

/*
 * Tells it the row of LOG_LOAD or LOG_UNLOAD to write if this session goes away without a
 * word, in the place of what it was told before; false when it has gone.
 */
extern bool LogWriterSendEpitaph(LogWriter *writer, LogTable table, const StringInfo row);

/* Has it commit what it was sent so far, and waits for that; NULL then, else why it could not. */
extern const char *LogWriterSave(LogWriter *writer);

/* Has it delete the row of an unload from LOG_UNLOAD_OPEN; false when it has gone. */
extern bool LogWriterForget(LogWriter *writer, int64 query_id);

/* Waits until all of it is committed; NULL then, else why it is not. */
extern const char *LogWriterCommit(LogWriter *writer);

extern PGDLLEXPORT void LogWriterMain(Datum main_arg);

#endif /* SPARKIFY_LOG_WRITER_H */
