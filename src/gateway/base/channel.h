/*
 * channel.h
 *		One end of a connection: a socket, TLS if it has it, and what is on its
 *		way in and out.  The socket doesn't block.
 */
#ifndef SPARKIFY_GATEWAY_CHANNEL_H
#define SPARKIFY_GATEWAY_CHANNEL_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>

#include "gateway/base/buffer.h"

typedef struct Channel
{
	int fd;
	SSL *ssl; /* NULL: plain */
	Buffer in;
	Buffer out;
	bool closed;		   /* nothing more will come, or can be sent */
	bool read_wants_write; /* TLS only */
	bool write_wants_read;
} Channel;

extern void ChannelInit(Channel *channel, int fd);
extern void ChannelClose(Channel *channel);

/* Reads what is there, some tens of kilobytes at most; false: nothing was there.  Sets closed at the end. */
extern bool ChannelRead(Channel *channel);

/* Sends what can be sent without waiting; sets closed when nobody is there to take it. */
extern void ChannelFlush(Channel *channel);

/* What poll() is to wait for. */
extern short ChannelEvents(const Channel *channel, bool reading);

/* The rest wait, until a deadline in milliseconds of ClockNow(); false: it is over, or the other side has gone. */
extern bool ChannelAcceptTls(Channel *channel, SSL_CTX *context, int64_t deadline);
extern bool ChannelNeed(Channel *channel, size_t bytes, int64_t deadline);
extern bool ChannelFlushAll(Channel *channel, int64_t deadline);

/* Milliseconds of a clock that never goes back. */
extern int64_t ClockNow(void);

#endif /* SPARKIFY_GATEWAY_CHANNEL_H */
