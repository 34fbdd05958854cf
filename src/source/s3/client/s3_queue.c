/*
 * s3_queue.c
 *		Where the calls of a client stand: in the queue, by their tickets, or on
 *		the wire.
 *
 * All of it with the client's lock held; nothing here waits or sends.
 */
#include "source/s3/client/s3_client_work.h"

/* Puts a call into the queue, behind those with its ticket. */
void
S3QueueAdd(S3Client *client, S3Call *call)
{
	S3Call **link = &client->queue;

	/* almost always the newest ticket: the tail spares the walk */
	if (client->queue_tail != NULL &&
		(client->queue_tail->ticket < call->ticket ||
		 (client->queue_tail->ticket == call->ticket && client->queue_tail->start < call->start)))
		link = &client->queue_tail->work->next;
	else
		/* a repeated call goes back to its place, so that a load's order isn't held up by it */
		while (*link != NULL && ((*link)->ticket < call->ticket ||
								 ((*link)->ticket == call->ticket && (*link)->start < call->start)))
			link = &(*link)->work->next;
	call->work->next = *link;
	*link = call;
	if (call->work->next == NULL)
		client->queue_tail = call;
}

/* Takes a call out of the queue. */
void
S3QueueTake(S3Client *client, S3Call *call)
{
	S3Call *previous = NULL;

	for (S3Call **link = &client->queue; *link != NULL; link = &(*link)->work->next)
	{
		if (*link == call)
		{
			*link = call->work->next;
			if (client->queue_tail == call)
				client->queue_tail = previous;
			break;
		}

		previous = *link;
	}

	call->work->next = NULL;
}

/* Notes a call as being on the wire. */
void
S3QueueRun(S3Client *client, S3Call *call)
{
	call->work->previous_running = NULL;
	call->work->next_running = client->running;
	if (client->running != NULL)
		client->running->work->previous_running = call;
	client->running = call;
	client->nrunning++;
}

/* Notes a call as being off the wire. */
void
S3QueueStop(S3Client *client, S3Call *call)
{
	S3CallWork *work = call->work;

	if (work->previous_running != NULL)
		work->previous_running->work->next_running = work->next_running;
	else
		client->running = work->next_running;
	if (work->next_running != NULL)
		work->next_running->work->previous_running = work->previous_running;
	client->nrunning--;
}

/* Releases a call that is in no list, and gives its bytes back to the budget. */
void
S3QueueDrop(S3Client *client, S3Call *call)
{
	client->held -= call->work->charge;
	S3CallFree(call);
}
