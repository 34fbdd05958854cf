/*
 * http.c
 *		HTTP exchanges over one curl_multi handle.
 *
 *	HttpPumpStart -> [ exchanges in flight ] -> bytes(), bytes(), ... done()
 *	                        HttpPumpRun
 *
 * curl handles are reused from one exchange to the next, and connections stay
 * open in between.  Signals are blocked while libcurl runs, because it may
 * start a thread for a name look-up, and a host program's signals must not
 * land there.
 */
#include "source/aws/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "source/aws/http_head.h"
#include "source/aws/metadata_address.h"

#define POLL_MAX_MS 100
#define MOVED_MIN 1024 /* less than this in the time for a byte to move is a stall, too */

struct HttpExchange
{
	HttpPump *pump;
	CURL *curl;
	struct curl_slist *headers;
	HttpRequest request; /* its texts are curl's copies; only the callbacks are used */
	HttpExchange *next;	 /* in the pump's list of running or of idle ones */
	HttpExchange *previous;

	/* the answer so far */
	HttpAnswer answer;
	HttpHead head;
	char error[CURL_ERROR_SIZE];
	int64_t moved_at; /* when enough bytes had moved again */
	size_t moved;	  /* bytes since then */
	curl_off_t sent;  /* of a body */
	int64_t asked_at; /* when the request, or the last of its body, went out */
	bool forbidden_address;
	bool stopped;
	bool stalled;
};

struct HttpPump
{
	HttpPumpConfig config;
	char *ca_bundle;
	CURLM *multi;
	HttpExchange *running;
	HttpExchange *idle;
};

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void GlobalInit(void);
static HttpExchange *TakeExchange(HttpPump *pump);
static void FreeExchange(HttpExchange *exchange);
static bool Prepare(HttpExchange *exchange);
static CURLcode PrepareBody(HttpExchange *exchange);
static bool PrepareHeaders(HttpExchange *exchange);
static void Unlink(HttpExchange *exchange);
static void Retire(HttpExchange *exchange);
static void Perform(HttpPump *pump);
static void Finish(HttpExchange *exchange, CURLcode code);
static HttpResult ResultOf(const HttpExchange *exchange, CURLcode code);
static int StopStalled(HttpPump *pump);
static bool Stalled(const HttpExchange *exchange, int64_t now);
static bool HeadIsLate(const HttpExchange *exchange, int64_t now);
static size_t OnBytes(char *bytes, size_t size, size_t count, void *context);
static int OnProgress(void *context, curl_off_t expected, curl_off_t received, curl_off_t to_send,
					  curl_off_t sent);
static size_t OnHeader(char *line, size_t size, size_t count, void *context);
static curl_socket_t OnOpenSocket(void *context, curlsocktype purpose,
								  struct curl_sockaddr *address);

/* Begins a pump. */
HttpPump *
HttpPumpBegin(const HttpPumpConfig *config, Failure *failure)
{
	HttpPump *pump = calloc(1, sizeof(*pump));

	pthread_once(&global_once, GlobalInit);
	if (pump == NULL || global_result != CURLE_OK || (pump->multi = curl_multi_init()) == NULL ||
		(config->ca_bundle != NULL && (pump->ca_bundle = strdup(config->ca_bundle)) == NULL))
	{
		FailureSet(failure, FAILURE_MEMORY, "could not start the HTTP client");
		HttpPumpEnd(pump);
		return NULL;
	}

	pump->config = *config;
	pump->config.ca_bundle = pump->ca_bundle;
	if (pump->config.connect_timeout_ms <= 0)
		pump->config.connect_timeout_ms = HTTP_CONNECT_TIMEOUT_S * 1000;
	if (pump->config.transfer_timeout_ms <= 0)
		pump->config.transfer_timeout_ms = HTTP_TRANSFER_TIMEOUT_S * 1000;
	curl_multi_setopt(pump->multi, CURLMOPT_MAXCONNECTS,
					  (long)(config->connections > 0 ? config->connections : 4));
	return pump;
}

/* Begins an exchange; it moves when the pump runs. */
HttpExchange *
HttpPumpStart(HttpPump *pump, const HttpRequest *request)
{
	HttpExchange *exchange = TakeExchange(pump);

	if (exchange == NULL)
		return NULL;

	exchange->request = *request;
	HttpHeadBegin(&exchange->head);
	exchange->error[0] = '\0';
	exchange->answer = (HttpAnswer){
		.content_length = -1, .headers = exchange->head.text, .error = exchange->error};
	exchange->moved_at = HttpNow();
	exchange->moved = 0;
	exchange->sent = 0;
	exchange->asked_at = exchange->moved_at;
	exchange->forbidden_address = exchange->stopped = exchange->stalled = false;
	if (!Prepare(exchange) || curl_multi_add_handle(pump->multi, exchange->curl) != CURLM_OK)
	{
		FreeExchange(exchange);
		return NULL;
	}

	exchange->previous = NULL;
	exchange->next = pump->running;
	if (pump->running != NULL)
		pump->running->previous = exchange;
	pump->running = exchange;

	return exchange;
}

/* Takes an exchange off the wire. */
void
HttpPumpCancel(HttpPump *pump, HttpExchange *exchange)
{
	curl_multi_remove_handle(pump->multi, exchange->curl);
	Unlink(exchange);
	Retire(exchange);
}

/* Moves what can be moved, calls back, and waits if nothing came of it. */
void
HttpPumpRun(HttpPump *pump, int timeout_ms)
{
	CURLMsg *message;
	int left, finished = 0;

	Perform(pump);
	while ((message = curl_multi_info_read(pump->multi, &left)) != NULL)
	{
		HttpExchange *exchange;
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&exchange);
		Finish(exchange, code);
		finished++;
	}

	finished += StopStalled(pump);
	if (finished > 0 || timeout_ms == 0)
		return;
	if (pump->running != NULL && timeout_ms > POLL_MAX_MS)
		timeout_ms = POLL_MAX_MS; /* to see stalls */
	curl_multi_poll(pump->multi, NULL, 0, timeout_ms, NULL);
}

/* Ends the wait of whoever runs the pump, or the next one. */
void
HttpPumpWake(HttpPump *pump)
{
	curl_multi_wakeup(pump->multi);
}

/* Cancels what runs and releases everything; NULL is fine. */
void
HttpPumpEnd(HttpPump *pump)
{
	if (pump == NULL)
		return;

	while (pump->running != NULL)
		HttpPumpCancel(pump, pump->running);
	while (pump->idle != NULL)
	{
		HttpExchange *next = pump->idle->next;

		FreeExchange(pump->idle);
		pump->idle = next;
	}

	if (pump->multi != NULL)
		curl_multi_cleanup(pump->multi);
	free(pump->ca_bundle);
	free(pump);
}

/* Reads the monotonic clock. */
int64_t
HttpNow(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sets libcurl up, once a process. */
static void
GlobalInit(void)
{
	global_result = curl_global_init(CURL_GLOBAL_ALL);
}

/* Takes an idle exchange, with its handle, or makes one. */
static HttpExchange *
TakeExchange(HttpPump *pump)
{
	HttpExchange *exchange = pump->idle;

	if (exchange != NULL)
	{
		pump->idle = exchange->next;
		curl_easy_reset(exchange->curl);
		return exchange;
	}

	exchange = calloc(1, sizeof(*exchange));
	if (exchange == NULL)
		return NULL;

	exchange->pump = pump;
	exchange->curl = curl_easy_init();
	if (exchange->curl == NULL)
	{
		free(exchange);
		return NULL;
	}

	return exchange;
}

/* Releases an exchange that is in no list. */
static void
FreeExchange(HttpExchange *exchange)
{
	curl_slist_free_all(exchange->headers);
	curl_easy_cleanup(exchange->curl);
	free(exchange);
}

#define SET(option, value) code = code != CURLE_OK ? code : curl_easy_setopt(curl, option, value)

/* Tells curl everything about the exchange. */
static bool
Prepare(HttpExchange *exchange)
{
	const HttpPumpConfig *config = &exchange->pump->config;
	const HttpRequest *request = &exchange->request;
	CURL *curl = exchange->curl;
	CURLcode code = CURLE_OK;

	if (!PrepareHeaders(exchange))
		return false;

	/* a key with ".." or "//" in it is another key, so curl must not tidy the path */
	SET(CURLOPT_URL, request->url);
	SET(CURLOPT_HTTPHEADER, exchange->headers);
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);

	/* no signals: this is not the process's main thread */
	SET(CURLOPT_NOSIGNAL, 1L);

	/*
	 * A redirect would send the signed request, credentials included, to whomever the answer
	 * names. S3's own redirects are handled by the caller, who signs anew.
	 */
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
	SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
	SET(CURLOPT_QUICK_EXIT, 1L); /* a look-up that hangs must not hold up a cancel */
#endif
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)config->connect_timeout_ms);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_USERAGENT, "sparkify_dwh");
	SET(CURLOPT_ERRORBUFFER, exchange->error);
	SET(CURLOPT_PRIVATE, exchange);
	SET(CURLOPT_WRITEFUNCTION, OnBytes);
	SET(CURLOPT_WRITEDATA, exchange);
	SET(CURLOPT_HEADERFUNCTION, OnHeader);
	SET(CURLOPT_HEADERDATA, exchange);

	/* called with the address before it is connected: names may lead to forbidden ones */
	SET(CURLOPT_OPENSOCKETFUNCTION, OnOpenSocket);
	SET(CURLOPT_OPENSOCKETDATA, exchange);

	/* one file says whom to trust, so the system's directory is switched off */
	if (config->ca_bundle != NULL)
	{
		SET(CURLOPT_CAINFO, config->ca_bundle);
		SET(CURLOPT_CAPATH, (char *)NULL);
	}

	if (code == CURLE_OK)
		code = PrepareBody(exchange);

	/* Refused by a handle that kept its buffer, as after a name that was not found: no harm done. */
	(void)curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 131072L);

	return code == CURLE_OK;
}

/* Tells curl about method, body and the way there. */
static CURLcode
PrepareBody(HttpExchange *exchange)
{
	const HttpRequest *request = &exchange->request;
	CURL *curl = exchange->curl;
	CURLcode code = CURLE_OK;

	/* a proxy would look plain http's names up itself, out of reach of OnOpenSocket */
	if (exchange->pump->config.no_proxy || strncmp(request->url, "http://", 7) == 0)
		SET(CURLOPT_NOPROXY, "*");

	/* The size is set first: curl would else take the body's length for that of a text. */
	if (request->body != NULL)
	{
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
		SET(CURLOPT_POSTFIELDS, request->body);
		SET(CURLOPT_NOPROGRESS, 0L);
		SET(CURLOPT_XFERINFOFUNCTION, OnProgress);
		SET(CURLOPT_XFERINFODATA, exchange);
	}

	/* the method curl chooses by itself needs no override */
	if (strcmp(request->method, request->body != NULL ? "POST" : "GET") != 0)
		SET(CURLOPT_CUSTOMREQUEST, request->method);

	return code;
}

#undef SET

/* Builds curl's list of headers. */
static bool
PrepareHeaders(HttpExchange *exchange)
{
	curl_slist_free_all(exchange->headers);
	exchange->headers = NULL;
	for (const char *const *header = exchange->request.headers; header != NULL && *header != NULL;
		 header++)
	{
		struct curl_slist *longer = curl_slist_append(exchange->headers, *header);

		if (longer == NULL)
			return false;
		exchange->headers = longer;
	}

	return true;
}

/* Takes an exchange out of the list of running ones. */
static void
Unlink(HttpExchange *exchange)
{
	if (exchange->previous != NULL)
		exchange->previous->next = exchange->next;
	else
		exchange->pump->running = exchange->next;
	if (exchange->next != NULL)
		exchange->next->previous = exchange->previous;
}

/* Keeps an exchange for later; its headers, which may hold a token, go now. */
static void
Retire(HttpExchange *exchange)
{
	curl_slist_free_all(exchange->headers);
	exchange->headers = NULL;
	exchange->next = exchange->pump->idle;
	exchange->pump->idle = exchange;
}

/* Lets curl move bytes, with signals blocked for the threads it may start. */
static void
Perform(HttpPump *pump)
{
	sigset_t all, before;
	int running;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	curl_multi_perform(pump->multi, &running);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Takes an exchange off the wire and reports it to whoever started it. */
static void
Finish(HttpExchange *exchange, CURLcode code)
{
	HttpPump *pump = exchange->pump;
	long status = 0;
	curl_off_t length = -1;

	curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(exchange->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	curl_multi_remove_handle(pump->multi, exchange->curl);
	Unlink(exchange);
	exchange->answer.status = (int)status;
	exchange->answer.content_length = length;
	exchange->answer.result = ResultOf(exchange, code);
	if (exchange->error[0] == '\0' && code != CURLE_OK)
		strncat(exchange->error, curl_easy_strerror(code), sizeof(exchange->error) - 1);
	exchange->request.done(exchange->request.context, &exchange->answer);
	Retire(exchange);
}

/* Sorts curl's many codes into the few that callers tell apart. */
static HttpResult
ResultOf(const HttpExchange *exchange, CURLcode code)
{
	/* our own reasons first: curl's code only says that a callback had enough */
	if (exchange->forbidden_address)
		return HTTP_FORBIDDEN;
	if (exchange->stopped)
		return HTTP_STOPPED;
	if (exchange->stalled)
		return HTTP_TIMEOUT;

	switch (code)
	{
		/* anything that was said at all is an answer; its status is judged by the caller */
		case CURLE_OK:
			return HTTP_ANSWERED;
		case CURLE_COULDNT_RESOLVE_HOST:
		case CURLE_COULDNT_RESOLVE_PROXY:
		case CURLE_COULDNT_CONNECT:
			return HTTP_UNREACHABLE;
		case CURLE_PEER_FAILED_VERIFICATION:
		case CURLE_SSL_CACERT_BADFILE:
		case CURLE_SSL_ISSUER_ERROR:
			return HTTP_UNTRUSTED;
		case CURLE_OPERATION_TIMEDOUT:
			return HTTP_TIMEOUT;
		case CURLE_OUT_OF_MEMORY:
			return HTTP_NO_MEMORY;
		default:
			return HTTP_BROKEN;
	}
}

/* Ends exchanges that take too long, and counts them; curl's own check counts whole seconds. */
static int
StopStalled(HttpPump *pump)
{
	int64_t now = HttpNow();
	int count = 0;

	for (HttpExchange *exchange = pump->running, *next; exchange != NULL; exchange = next)
	{
		bool late = HeadIsLate(exchange, now);

		next = exchange->next;
		if (!late && !Stalled(exchange, now))
			continue;
		if (late)
			strcpy(exchange->error, "The head of the answer did not come in time");
		exchange->stalled = true;
		Finish(exchange, CURLE_OPERATION_TIMEDOUT);
		count++;
	}

	return count;
}

/* Tells whether nothing, or next to nothing, moved for too long. */
static bool
Stalled(const HttpExchange *exchange, int64_t now)
{
	const HttpPumpConfig *config = &exchange->pump->config;
	int64_t limit = config->transfer_timeout_ms;

	/* the wait for a connection is curl's to end */
	if (exchange->head.length == 0 && limit < config->connect_timeout_ms)
		limit = config->connect_timeout_ms;
	return now - exchange->moved_at > limit;
}

/* Tells whether the head should have come by now: a line now and then is no stall. */
static bool
HeadIsLate(const HttpExchange *exchange, int64_t now)
{
	int64_t limit = exchange->request.head_timeout_ms;

	return limit > 0 && !exchange->head.complete && now - exchange->asked_at > limit;
}

/* Hands body bytes on; anything but their number makes curl end the exchange. */
static size_t
OnBytes(char *bytes, size_t size, size_t count, void *context)
{
	HttpExchange *exchange = context;
	long status = 0;
	curl_off_t length = -1;

	exchange->moved += size * count;
	if (exchange->moved >= MOVED_MIN)
	{
		exchange->moved_at = HttpNow();
		exchange->moved = 0;
	}

	if (exchange->answer.status == 0)
	{
		curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(exchange->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
		exchange->answer.status = (int)status;
		exchange->answer.content_length = length;
	}

	if (!exchange->request.bytes(exchange->request.context, &exchange->answer, bytes, size * count))
	{
		exchange->stopped = true;
		return 0;
	}

	return size * count;
}

/* Notes that bytes of a body have moved. */
static int
OnProgress(void *context, curl_off_t expected, curl_off_t received, curl_off_t to_send,
		   curl_off_t sent)
{
	HttpExchange *exchange = context;

	if (sent < to_send)
		exchange->asked_at = HttpNow();
	if (sent - exchange->sent >= MOVED_MIN || (sent == to_send && sent > exchange->sent))
	{
		exchange->moved_at = HttpNow();
		exchange->sent = sent;
	}

	return 0;
}

/* Keeps a header line.  What follows a body, a trailer, is no sign of life: nobody waits for it. */
static size_t
OnHeader(char *line, size_t size, size_t count, void *context)
{
	HttpExchange *exchange = context;

	if (!exchange->head.complete)
		exchange->moved_at = HttpNow();

	return HttpHeadTake(&exchange->head, line, size * count) ? size * count : 0;
}

/* Opens a socket, but none to an address that a store has no business at. */
static curl_socket_t
OnOpenSocket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	HttpExchange *exchange = context;

	exchange->moved_at = HttpNow();
	if (!exchange->pump->config.metadata && MetadataAddress(&address->addr))
	{
		exchange->forbidden_address = true;
		return CURL_SOCKET_BAD;
	}

	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}
