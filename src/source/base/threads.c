/*
 * threads.c
 *		Conditions that wait by the monotonic clock, and threads without signals.
 */
#include "source/base/threads.h"

#include <signal.h>
#include <time.h>

void
ConditionInit(pthread_cond_t *condition)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

void
ConditionWait(pthread_cond_t *condition, pthread_mutex_t *lock, int milliseconds)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += milliseconds / 1000;
	until.tv_nsec += milliseconds % 1000 * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_cond_timedwait(condition, lock, &until);
}

int
ThreadStart(pthread_t *thread, void *(*body)(void *), void *argument)
{
	sigset_t all, before;
	int error;

	/* a thread inherits the mask of who makes it */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(thread, NULL, body, argument);
	pthread_sigmask(SIG_SETMASK, &before, NULL);

	return error;
}
