/*
 * s3_client_work.h
 *		The state of a client, and what its three files ask of each other:
 *
 *	s3_client   what owners of calls see: submit, wait, read, release
 *	s3_turn     moves bytes: starts calls and judges how they ended
 *	s3_queue    where each call stands
 */
#ifndef SPARKIFY_S3_CLIENT_WORK_H
#define SPARKIFY_S3_CLIENT_WORK_H

#include <pthread.h>
#include <stdatomic.h>

#include "source/aws/http.h"
#include "source/s3/client/s3_call_work.h"
#include "source/s3/client/s3_client.h"

struct S3Client
{
	/* parameters */
	S3StoreConfig config;
	AwsSite site;

	/* working state, under the lock */
	pthread_mutex_t lock;
	char region[AWS_REGION_SIZE];
	S3Call *queue; /* ordered by ticket */
	S3Call *queue_tail;
	S3Call *running;
	int nrunning;
	size_t held; /* bytes of bodies */
	uint64_t tickets;
	unsigned int seed; /* of the jitter */
	bool abandoned;	   /* some running call is */
	Credentials used;  /* last; so that no message repeats them */

	/* the one who moves bytes */
	HttpPump *pump;
	pthread_t thread;
	bool has_thread;
	atomic_bool stopping;
	atomic_bool interrupted;
};

/* Puts a call into the queue, behind those with its ticket. */
extern void S3QueueAdd(S3Client *client, S3Call *call);

/* Takes a call out of the queue. */
extern void S3QueueTake(S3Client *client, S3Call *call);

/* Notes a call as being on the wire. */
extern void S3QueueRun(S3Client *client, S3Call *call);

/* Notes a call as being off the wire. */
extern void S3QueueStop(S3Client *client, S3Call *call);

/* Releases a call that is in no list, and gives its bytes back to the budget. */
extern void S3QueueDrop(S3Client *client, S3Call *call);

/* Starts what may start, moves what can be moved, and waits if nothing came of it; without the lock. */
extern void S3TurnRun(S3Client *client, int wait_ms);

/* Takes the client's lock. */
static inline void
S3ClientLock(S3Client *client)
{
	pthread_mutex_lock(&client->lock);
}

/* Gives the client's lock back. */
static inline void
S3ClientUnlock(S3Client *client)
{
	pthread_mutex_unlock(&client->lock);
}

/* Tells whether somebody wants everything to stop. */
static inline bool
S3ClientInterrupted(const S3Client *client)
{
	return atomic_load(&client->interrupted) ||
		   (client->config.interrupted != NULL && client->config.interrupted());
}

#endif /* SPARKIFY_S3_CLIENT_WORK_H */
