/*
 * query_log.h
 *		The record of queries: what ran, for whom, when, and how it ended.
 *
 *		QueryLogBegin -> the query runs -> QueryLogEnd
 *
 * stl_query and its kin read it.  A record is kept whether its transaction
 * commits or not, is seen by every session, and costs the query next to
 * nothing: so it is a file for each database, not a table.  The file is bounded:
 * when it is full it becomes the old one, and the old one goes.
 */
#ifndef SPARKIFY_QUERY_LOG_H
#define SPARKIFY_QUERY_LOG_H

#include "postgres.h"

#include "datatype/timestamp.h"

/* Whether queries are recorded at all, and the size of a file in kB. */
extern bool QueryLogEnabled;
extern int QueryLogSize;

/* A query under way. */
typedef struct QueryLogEntry
{
	const char *tag;  /* command tag in capitals */
	const char *text; /* as the client wrote it; must live until the end */
	int text_length;
	bool is_masked; /* the text has no credentials any more */
	bool is_query;	/* pg_last_query_id() tells of it */
	int query_id;	/* -1: isn't recorded */
	int64 transaction_id;
	TimestampTz start;
	TimestampTz end; /* 0: when it is recorded */
} QueryLogEntry;

/* Begins a query, in a transaction that hasn't failed. */
extern void QueryLogBegin(QueryLogEntry *entry, const char *tag, const char *text, int length);

/* The next id, for a query that begins later; -1 where none is recorded. */
extern int QueryLogNextId(void);

/* Begins a query that has its id already; the transaction may have failed. */
extern void QueryLogBeginAs(QueryLogEntry *entry, int query_id, const char *tag, const char *text,
							int length);

/* A text as it is recorded: without credentials, cut to what is kept, in the current memory context. */
extern char *QueryLogText(const char *text, int length);

/*
 * Ends it with the number of its rows, or with its error (else NULL): the
 * transaction may have failed.  Credentials in text and error are masked.
 * Raises no error: a query isn't lost for its record.
 */
extern void QueryLogEnd(const QueryLogEntry *entry, int64 rows, const char *error);

#endif /* SPARKIFY_QUERY_LOG_H */
