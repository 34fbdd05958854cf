/*
 * http.h
 *		HTTP exchanges, many at once over kept-alive connections.
 *
 * The only user of libcurl.  A pump belongs to one thread at a time: it moves
 * bytes while HttpPumpRun runs and calls back from there; only HttpPumpWake
 * may be called by others.  It knows nothing of S3, retries nothing and
 * follows no redirect.
 */
#ifndef SPARKIFY_HTTP_H
#define SPARKIFY_HTTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/base/failure.h"

typedef struct HttpPump HttpPump;
typedef struct HttpExchange HttpExchange;

/* The defaults of everybody who asks, a store's options included. */
#define HTTP_CONNECT_TIMEOUT_S 10
#define HTTP_TRANSFER_TIMEOUT_S 30

typedef struct HttpPumpConfig
{
	const char *ca_bundle;	 /* file of PEM certificates; NULL: the system's */
	int connect_timeout_ms;	 /* 0: the default */
	int transfer_timeout_ms; /* without a byte moved; 0: the default */
	int connections;		 /* kept alive */
	bool metadata;			 /* may reach the addresses where machines keep their metadata */
	bool no_proxy;			 /* plain http never takes one */
} HttpPumpConfig;

typedef enum HttpResult
{
	HTTP_ANSWERED,	  /* a whole answer, whatever its status */
	HTTP_UNREACHABLE, /* no such host, or no connection */
	HTTP_UNTRUSTED,	  /* the certificate is not one to trust */
	HTTP_FORBIDDEN,	  /* an address that only the credential code may reach */
	HTTP_TIMEOUT,	  /* nothing moved for too long, or the head of the answer took too long */
	HTTP_BROKEN,	  /* the connection ended, or the answer makes no sense */
	HTTP_STOPPED,	  /* the receiver wanted no more */
	HTTP_NO_MEMORY
} HttpResult;

typedef struct HttpAnswer
{
	HttpResult result;
	int status;				/* 0: none came */
	int64_t content_length; /* -1: not told */
	const char *error;		/* libcurl's words, or empty */
	const char *headers;	/* for HttpAnswerHeader */
} HttpAnswer;

typedef struct HttpRequest
{
	const char *method;
	const char *url;			/* sent as it stands */
	const char *const *headers; /* "name: value" up to a NULL */
	const char *body;			/* of a POST or PUT; outlives the exchange */
	size_t body_length;
	int64_t head_timeout_ms; /* for the whole head of the answer, once all is sent; 0: none */

	/* called by HttpPumpRun; bytes returns false to stop the exchange */
	bool (*bytes)(void *context, const HttpAnswer *answer, const char *bytes, size_t length);
	void (*done)(void *context, const HttpAnswer *answer);
	void *context;
} HttpRequest;

extern HttpPump *HttpPumpBegin(const HttpPumpConfig *config, Failure *failure);

/* Begins an exchange; it is over when done has been called, or cancelled. NULL: out of memory. */
extern HttpExchange *HttpPumpStart(HttpPump *pump, const HttpRequest *request);

/* Ends an exchange without calling back; not from within a callback. */
extern void HttpPumpCancel(HttpPump *pump, HttpExchange *exchange);

/* Moves bytes; waits up to timeout_ms when there is nothing to move. */
extern void HttpPumpRun(HttpPump *pump, int timeout_ms);

/* Ends the wait of HttpPumpRun; from any thread. */
extern void HttpPumpWake(HttpPump *pump);
extern void HttpPumpEnd(HttpPump *pump);

/* Copies a header's value, clipped; false and an empty text when there is none. */
extern bool HttpAnswerHeader(const HttpAnswer *answer, const char *name, char *value, size_t size);

/* One small exchange from beginning to end. */
typedef struct HttpFetchRequest
{
	HttpPumpConfig pump;
	HttpRequest request; /* without the callbacks */
	int deadline_ms;
	bool (*interrupted)(void); /* asked while waiting: whether to give up; or NULL */
	const atomic_bool *stop;   /* likewise */
} HttpFetchRequest;

typedef struct HttpFetchAnswer
{
	HttpResult result;
	int status;
	char *body; /* terminated */
	size_t length;
	char error[256];
} HttpFetchAnswer;

/* Returns false with the failure filled in when interrupted or out of memory; else look at the answer. */
extern bool HttpFetch(const HttpFetchRequest *fetch, HttpFetchAnswer *answer, Failure *failure);
extern void HttpFetchAnswerClear(HttpFetchAnswer *answer);

/* Milliseconds of a clock that never goes back. */
extern int64_t HttpNow(void);

#endif /* SPARKIFY_HTTP_H */
