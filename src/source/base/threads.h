/*
 * threads.h
 *		What the threads of source/ are made with.
 */
#ifndef SPARKIFY_THREADS_H
#define SPARKIFY_THREADS_H

#include <pthread.h>

/* Makes a condition for ConditionWait: its clock is one that nobody sets. */
extern void ConditionInit(pthread_cond_t *condition);

/* Waits, with the lock held, until the condition is signalled or so much time has passed. */
extern void ConditionWait(pthread_cond_t *condition, pthread_mutex_t *lock, int milliseconds);

/* Starts a thread that takes no signal: those are the caller's.  Returns 0, or the error. */
extern int ThreadStart(pthread_t *thread, void *(*body)(void *), void *argument);

#endif /* SPARKIFY_THREADS_H */
