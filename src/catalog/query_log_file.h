/*
 * query_log_file.h
 *		The files of the record of queries: appending and reading back.
 */
#ifndef SPARKIFY_QUERY_LOG_FILE_H
#define SPARKIFY_QUERY_LOG_FILE_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* A record as it stands in the file; tag, text, error and label follow, each with its final zero byte. */
typedef struct QueryLogHeader
{
	uint64 magic;
	uint32 size; /* of all, texts included */
	int32 query_id;
	Oid user_id;
	int32 session_id;
	int64 transaction_id;
	TimestampTz start;
	TimestampTz end;
	int64 rows;
	bool failed;
} QueryLogHeader;

#define QUERY_LOG_MAGIC UINT64CONST(0x5350414b51524c32)

/* Longest text of a query that is kept: 16 pieces of sys_query_text. */
#define QUERY_LOG_MAX_TEXT 64000

/* Appends whole records; false when that failed, errno says why. */
extern bool QueryLogAppend(const char *records, size_t length, size_t limit);

/* Everything in both files, the older first, in the current memory context. */
extern char *QueryLogRead(size_t *length);

#endif /* SPARKIFY_QUERY_LOG_FILE_H */
