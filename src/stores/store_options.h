/*
 * store_options.h
 *		The options of stores: foreign servers of the wrapper sparkify_s3 and
 *		their user mappings.
 */
#ifndef SPARKIFY_STORE_OPTIONS_H
#define SPARKIFY_STORE_OPTIONS_H

#include "postgres.h"
#include "nodes/pg_list.h"

/* A store's options, with defaults where none is given; texts are NULL when not given. */
typedef struct StoreOptions
{
	/* server */
	char *location; /* ends the bucket's name with '/' */
	char *region;
	char *endpoint;
	char *mirror;
	char *ca_bundle;
	char *sts_endpoint;
	bool path_style;
	bool anonymous;
	bool requester_pays;
	bool assume_role;	  /* IAM_ROLE is assumed through STS */
	bool writable;		  /* UNLOAD may write to it */
	int connect_timeout;  /* seconds */
	int transfer_timeout; /* seconds */
	int retries;
	int deadline; /* seconds */
	int window;

	/* user mapping */
	char *access_key_id;
	char *secret_access_key;
	char *session_token;
	char *profile;
} StoreOptions;

/* Fills in the defaults. */
extern void StoreOptionsInit(StoreOptions *options);

/* Takes over the values of a list of DefElem, as the catalog has them: checked when they were set. */
extern void StoreOptionsRead(StoreOptions *options, List *list);

/* Whether the current user may reach this server's own files and credentials. */
extern bool MayUseServerFiles(Oid user);

/* Whether a user may write files of this server's. */
extern bool MayWriteServerFiles(Oid user);

#endif /* SPARKIFY_STORE_OPTIONS_H */
