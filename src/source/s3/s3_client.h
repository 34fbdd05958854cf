/*
 * s3_client.h
 *		Requests to one bucket: a window of them on the wire, retries, and the
 *		memory their bodies take.
 *
 *	S3ClientSubmit -> queue, in the order of tickets
 *	        -> [ window of requests on the wire ] -> body grows, reader woken
 *	               |  transient trouble: back to the queue, goes on where it stopped
 *
 * This is the one place where requests are retried, redirected to another
 * region and given up.  A call is one GET, a page of a listing or a range of
 * an object's bytes, or one request that changes something, with its body.  With a thread the client drives itself; without one it
 * moves while somebody waits in S3ClientWait.
 *
 * Memory: a range's body is allocated when its request starts, and starts only
 * when the budget has room for it, or when a reader is waiting for it.  So the
 * readers always go on, and no more than the budget and a range for each
 * waiting reader is ever held.
 */
#ifndef SPARKIFY_S3_CLIENT_H
#define SPARKIFY_S3_CLIENT_H

#include <pthread.h>

#include "source/aws/aws_request.h"
#include "source/aws/sigv4.h"
#include "source/s3/s3_store.h"

typedef struct S3Client S3Client;

typedef enum S3CallState
{
	S3_CALL_QUEUED,
	S3_CALL_RUNNING,
	S3_CALL_DONE,
	S3_CALL_FAILED
} S3CallState;

/*
 * A request and its answer.  Whoever makes it fills in the first two groups;
 * from S3ClientSubmit on, everything is read and written under the client's
 * lock, but for the bytes of the body below filled, which stay as they are.
 */
typedef struct S3Call
{
	/* what to ask */
	char *key;			/* NULL: the bucket */
	char *query;		/* canonical */
	const char *method; /* NULL: GET; any other changes something, see s3_change.c */
	char *payload;		/* its body, or NULL */
	size_t payload_length;
	char payload_sha256[SIGV4_HEX_SIZE];
	int64_t start;
	int64_t length; /* bytes wanted; -1: until told, at most limit */
	int64_t total;	/* of the object; -1: not known */
	bool ranged;	/* less than the object is wanted */
	char *etag;		/* the version wanted; NULL: any, and then the one that came */
	size_t limit;	/* of the body */

	/* who waits */
	uint64_t ticket; /* lower ones go first */
	pthread_cond_t *ready;
	bool wanted; /* somebody waits for the body's next byte */

	/* the answer */
	S3CallState state;
	char *body;
	size_t filled;
	size_t consumed; /* bytes the reader has taken; they can't be asked for again */
	bool gone;		 /* what was to be changed isn't there */
	bool repeated;	 /* an earlier attempt may have been heard */
	Failure failure;

	/* the client's own */
	struct S3CallWork *work;
	struct S3Call *next;  /* in the client's queue */
	struct S3Call *later; /* free for the owner */
} S3Call;

extern S3Client *S3ClientBegin(const S3StoreConfig *config, Failure *failure);

/* Makes every wait fail with FAILURE_CANCELLED from now on; from any thread. */
extern void S3ClientInterrupt(S3Client *client);

/* Takes an interrupt back, for what is to be cleared up after it; no other thread may wait any more. */
extern void S3ClientResume(S3Client *client);

/* Stops the thread and releases everything; the owners have released their calls. */
extern void S3ClientEnd(S3Client *client);

/* Makes a call for the given key (NULL: the bucket); takes over no text. NULL: out of memory. */
extern S3Call *S3CallMake(const char *key, const char *query, const char *etag);

/* The functions below want the client's lock held. */
extern void S3ClientLock(S3Client *client);
extern void S3ClientUnlock(S3Client *client);
extern void S3ClientSubmit(S3Client *client, S3Call *call);

/* Releases a call, whatever its state; what is on the wire is cut off. */
extern void S3ClientRelease(S3Client *client, S3Call *call);

/* Waits until the call's condition is signalled or a moment has passed; false when cancelled. */
extern bool S3ClientWait(S3Client *client, S3Call *call, Failure *failure);

/* Lets a client without a thread send what is queued; without the lock. */
extern void S3ClientKick(S3Client *client);

/* A number for a stream or listing: requests go out in this order. */
extern uint64_t S3ClientTicket(S3Client *client);

#endif /* SPARKIFY_S3_CLIENT_H */
