/*
 * failure.h
 *		What went wrong, as a value.
 *
 * Code under source/ never raises: it fills a Failure and returns.  The first
 * failure wins and sticks, so a caller may check once after several calls.
 * load/ turns a Failure into an ereport, and nobody else does.
 */
#ifndef SPARKIFY_FAILURE_H
#define SPARKIFY_FAILURE_H

#include <stdbool.h>

#define FAILURE_MESSAGE_MAX 512
#define FAILURE_DETAIL_MAX 1024
#define FAILURE_HINT_MAX 512

typedef enum FailureCode
{
	FAILURE_NONE = 0,
	FAILURE_CANCELLED, /* somebody asked us to stop */
	FAILURE_MEMORY,	   /* out of memory, or past a limit of ours */
	FAILURE_IO,		   /* the operating system said no */
	FAILURE_NETWORK,   /* no usable answer in time */
	FAILURE_NOT_FOUND, /* no such bucket, object or file */
	FAILURE_DENIED,	   /* the store refused these credentials */
	FAILURE_STORE,	   /* any other error answered by the store */
	FAILURE_DATA,	   /* an object's bytes are not what they claim */
	FAILURE_CONFIG,	   /* the user's options or control documents */
	FAILURE_ENCODING   /* an object is not of the encoding that COPY says: it costs the object */
} FailureCode;

typedef struct Failure
{
	FailureCode code;
	char message[FAILURE_MESSAGE_MAX]; /* lower case, no full stop */
	char detail[FAILURE_DETAIL_MAX];   /* sentences, or empty */
	char hint[FAILURE_HINT_MAX];	   /* sentences, or empty */
} Failure;

extern void FailureInit(Failure *failure);

/* The three setters keep what is set already; texts are clipped at a character boundary. */
extern void FailureSet(Failure *failure, FailureCode code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
extern void FailureDetail(Failure *failure, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
extern void FailureHint(Failure *failure, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* FailureSet for memory that ran out, for something that the format names; both return false. */
extern bool FailureNoMemory(Failure *failure);
extern bool FailureNoMemoryFor(Failure *failure, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static inline bool
Failed(const Failure *failure)
{
	return failure->code != FAILURE_NONE;
}

#endif /* SPARKIFY_FAILURE_H */
