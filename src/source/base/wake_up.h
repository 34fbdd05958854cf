/*
 * wake_up.h
 *		How threads wake a caller that sleeps on a descriptor.
 *
 *	caller: Take, look for something; nothing there: Expect, poll(wait_fd)
 *	thread: has something -> Send, which makes wait_fd readable if the caller expects it
 *
 * Take, Expect and Send want the lock of whatever the two share.
 */
#ifndef SPARKIFY_WAKE_UP_H
#define SPARKIFY_WAKE_UP_H

#include <stdbool.h>

typedef struct WakeUp
{
	int wait_fd; /* what the caller sleeps on */
	int wake_fd;
	bool expected; /* the caller sleeps, or is about to */
	bool sent;	   /* wait_fd is readable */
} WakeUp;

/* A WakeUp that WakeUpClose takes for closed. */
#define WAKE_UP_CLOSED ((WakeUp){.wait_fd = -1, .wake_fd = -1})

/* Opens the descriptors; false with errno. */
extern bool WakeUpOpen(WakeUp *wake_up);

/* Closes what is open. */
extern void WakeUpClose(WakeUp *wake_up);

/* Wakes the caller if it expects that. */
extern void WakeUpSend(WakeUp *wake_up);

/* Notes that the caller is awake. */
extern void WakeUpTake(WakeUp *wake_up);

/* Notes whether the caller is going to sleep. */
static inline void
WakeUpExpect(WakeUp *wake_up, bool sleeps)
{
	wake_up->expected = sleeps;
}

#endif /* SPARKIFY_WAKE_UP_H */
