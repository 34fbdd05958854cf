/*
 * s3_config.h
 *		Where a bucket is and how it is asked.
 */
#ifndef SPARKIFY_S3_CONFIG_H
#define SPARKIFY_S3_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "source/aws/credentials/credentials.h"

/* The defaults of a store's options and of what a configuration leaves at 0. */
#define S3_RETRIES 8
#define S3_DEADLINE_S 180
#define S3_WINDOW 64

typedef struct S3StoreConfig
{
	const char *bucket;
	const char *region;	  /* NULL: us-east-1, or what a redirect tells */
	const char *endpoint; /* "http://host:port" or "https://host"; NULL: AWS */
	bool path_style;	  /* bucket in the path instead of the host name */
	bool anonymous;		  /* unsigned requests */
	bool requester_pays;
	const char *ca_bundle; /* file of PEM certificates, or NULL */
	int connect_timeout_ms;
	int transfer_timeout_ms; /* without a byte moved */
	int retries;			 /* of one request */
	int deadline_ms;		 /* for one request with its retries */
	int window;				 /* outstanding requests */
	size_t buffer_limit;	 /* bytes of bodies held ahead of their readers */
	size_t range_size;		 /* larger objects are fetched in ranges; 0: chosen from buffer_limit */
	int list_page_keys;		 /* keys a page of a listing; 0: as many as the store gives */
	bool threaded; /* requests go on in a thread of the store's; else while somebody reads */
	bool (*interrupted)(
		void); /* without a thread: whether to give up, asked while waiting; or NULL */
	CredentialChain *credentials; /* not owned; NULL when anonymous */
} S3StoreConfig;

#endif /* SPARKIFY_S3_CONFIG_H */
