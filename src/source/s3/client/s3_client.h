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
 * an object's bytes, or one request that changes something, with its body.
 *
 * With a thread the client drives itself; without one it moves while somebody
 * waits in S3ClientAwait or S3ClientRead.  Its functions may be called from
 * several threads, each call by its owner only.
 *
 * Memory: a range's body is allocated when its request starts, and starts only
 * when the budget has room for it, or when a reader is waiting for it.  So the
 * readers always go on, and no more than the budget and a range for each
 * waiting reader is ever held.
 */
#ifndef SPARKIFY_S3_CLIENT_H
#define SPARKIFY_S3_CLIENT_H

#include <sys/types.h>

#include "source/s3/client/s3_call.h"
#include "source/s3/client/s3_config.h"

typedef struct S3Client S3Client;

extern S3Client *S3ClientBegin(const S3StoreConfig *config, Failure *failure);

/* Makes every wait fail with FAILURE_CANCELLED from now on; from any thread. */
extern void S3ClientInterrupt(S3Client *client);

/* Takes an interrupt back, for what is to be cleared up after it; no other thread may wait any more. */
extern void S3ClientResume(S3Client *client);

/* Stops the thread and releases everything; the owners have released their calls. */
extern void S3ClientEnd(S3Client *client);

/* A number for a stream or listing: requests go out in this order. */
extern uint64_t S3ClientTicket(S3Client *client);

/* Puts a call into the queue. */
extern void S3ClientSubmit(S3Client *client, S3Call *call);

/* Lets a client without a thread send what is queued. */
extern void S3ClientKick(S3Client *client);

/*
 * Waits until a call has ended, well or not: its failure tells.  False, with
 * the failure filled in, when the client was interrupted or the deadline (of
 * HttpNow; 0: none) has passed before.
 */
extern bool S3ClientAwait(S3Client *client, S3Call *call, int64_t deadline, Failure *failure);

/*
 * Reads the next bytes of a call's body as they come, waiting for some; 0 when
 * the call has ended well and all its bytes are read, -1 with the failure.
 */
extern ssize_t S3ClientRead(S3Client *client, S3Call *call, char *buffer, size_t size,
							Failure *failure);

/* Releases a call, whatever has become of it; what is on the wire is cut off.  NULL is fine. */
extern void S3ClientRelease(S3Client *client, S3Call *call);

#endif /* SPARKIFY_S3_CLIENT_H */
