/*
 * stores.h
 *		Stores as foreign servers of the wrapper sparkify_s3, and the way from
 *		an s3:// URL to the store that serves it.
 */
#ifndef SPARKIFY_STORES_H
#define SPARKIFY_STORES_H

#include "postgres.h"
#include "source/store/object_store.h"

/* What a COPY itself says about access; NULL is "not said". */
typedef struct StoreAccess
{
	const char *region;
	const char *iam_role;
	const char *access_key_id;
	const char *secret_access_key;
	const char *session_token;
	bool threaded;	  /* see S3StoreConfig */
	bool lists_ahead; /* listing a mirror may start a thread, whatever else may */
	size_t buffer_limit;
} StoreAccess;

/* The stores one load uses: one for each server and bucket. */
typedef struct StoreSet StoreSet;

/* Begins an empty set; it and its stores end with the current memory context.  Keeps access. */
extern StoreSet *StoreSetBegin(const StoreAccess *access);

/*
 * Finds or opens the store for a URL: the foreign server with the longest
 * location that is a prefix of it, if the user has USAGE on it; without one,
 * the process's own AWS credentials, for superusers and members of
 * pg_read_server_files.  *key is set to the part of the URL behind the bucket,
 * palloc'd.  Raises an error.
 */
extern ObjectStore *StoreSetGet(StoreSet *set, const char *url, char **key);

/*
 * The same for writing.  The store must have the option writable, and USAGE is
 * not enough: the user must have the rights of the server's owner or those of
 * pg_write_server_files, or bring keys of their own to S3, in the statement or
 * in a user mapping (not PUBLIC's), so that S3 itself judges them.
 */
extern ObjectStore *StoreSetGetWritable(StoreSet *set, const char *url, char **key);

/* Reads a whole small object (jsonpaths, manifest): palloc'd, terminated; an error past limit bytes. */
extern char *StoreReadObject(const char *url, const StoreAccess *access, size_t limit,
							 size_t *length);

/*
 * Whether the session is to give up its statement: cancelled, timed out or
 * terminated.  PostgreSQL's other interrupts can wait for a moment.
 */
extern bool StoresMustStop(void);

/* The wrapper whose foreign servers the stores are. */
#define WRAPPER_NAME "sparkify_s3"

/* store_names.c: a sentence with the first few stores and their locations, for messages. */
extern char *StoreNames(void);

/* Whether the text begins as the URL of an object does. */
extern bool IsStoreUrl(const char *text);

#endif /* SPARKIFY_STORES_H */
