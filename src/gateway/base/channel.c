/*
 * channel.c
 *		One end of a connection: a socket, TLS if it has it, and what is on its
 *		way in and out.
 */
#include "gateway/base/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_SIZE (64 * 1024)

static ssize_t ReadSome(Channel *channel, char *bytes, size_t size);
static ssize_t WriteSome(Channel *channel, const char *bytes, size_t size);
static ssize_t TlsResult(Channel *channel, int result, bool *wants_other, int other);
static bool Wait(Channel *channel, short events, int64_t deadline);

void
ChannelInit(Channel *channel, int fd)
{
	int on = 1;

	memset(channel, 0, sizeof(*channel));
	channel->fd = fd;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

void
ChannelClose(Channel *channel)
{
	if (channel->ssl != NULL)
	{
		if (!channel->closed)
			SSL_shutdown(channel->ssl);
		SSL_free(channel->ssl);
	}

	if (channel->fd >= 0)
		close(channel->fd);
	BufferFree(&channel->in);
	BufferFree(&channel->out);
	channel->ssl = NULL;
	channel->fd = -1;
	channel->closed = true;
}

bool
ChannelRead(Channel *channel)
{
	ssize_t count;

	if (channel->closed)
		return false;

	BufferReserve(&channel->in, READ_SIZE);
	count =
		ReadSome(channel, channel->in.data + channel->in.end, channel->in.size - channel->in.end);
	if (count > 0)
		channel->in.end += count;
	return count > 0;
}

void
ChannelFlush(Channel *channel)
{
	while (BufferUsed(&channel->out) > 0 && !channel->closed)
	{
		ssize_t count = WriteSome(channel, BufferStart(&channel->out), BufferUsed(&channel->out));

		if (count <= 0)
			return;
		BufferConsume(&channel->out, count);
	}
}

short
ChannelEvents(const Channel *channel, bool reading)
{
	short events = 0;

	if (reading || channel->write_wants_read)
		events |= POLLIN;
	if ((BufferUsed(&channel->out) > 0 && !channel->write_wants_read) ||
		(reading && channel->read_wants_write))
		events |= POLLOUT;
	return events;
}

bool
ChannelAcceptTls(Channel *channel, SSL_CTX *context, int64_t deadline)
{
	channel->ssl = SSL_new(context);
	if (channel->ssl == NULL || SSL_set_fd(channel->ssl, channel->fd) != 1)
		return false;

	for (;;)
	{
		int result;
		int error;

		/*
		 * OpenSSL's queue of errors is the thread's: one left there would be taken for this
		 * call's.
		 */
		ERR_clear_error();
		result = SSL_accept(channel->ssl);
		if (result == 1)
			return true;
		error = SSL_get_error(channel->ssl, result);

		/*
		 * The socket doesn't block, so both directions may have to be waited for, by the deadline.
		 */
		if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
			break;
		if (!Wait(channel, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline))
			break;
	}

	/* nothing more can be said to a client that broke the handshake off */
	channel->closed = true;

	return false;
}

bool
ChannelNeed(Channel *channel, size_t bytes, int64_t deadline)
{
	while (BufferUsed(&channel->in) < bytes)
	{
		if (ChannelRead(channel))
			continue;
		if (channel->closed || !Wait(channel, ChannelEvents(channel, true), deadline))
			return false;
	}

	return true;
}

bool
ChannelFlushAll(Channel *channel, int64_t deadline)
{
	for (;;)
	{
		ChannelFlush(channel);
		if (channel->closed)
			return false;
		if (BufferUsed(&channel->out) == 0)
			return true;
		if (!Wait(channel, ChannelEvents(channel, false), deadline))
			return false;
	}
}

int64_t
ClockNow(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Bytes read; 0: not now; -1 and closed: never more. */
static ssize_t
ReadSome(Channel *channel, char *bytes, size_t size)
{
	ssize_t count;

	if (channel->ssl != NULL)
	{
		/* SSL_get_error looks at the queue, too, and must find this call's error only */
		ERR_clear_error();
		return TlsResult(channel,
						 SSL_read(channel->ssl, bytes, size > READ_SIZE ? READ_SIZE : size),
						 &channel->read_wants_write, SSL_ERROR_WANT_WRITE);
	}

	do
		count = recv(channel->fd, bytes, size, 0);
	while (count < 0 && errno == EINTR);

	/* not an end: poll says when there is more */
	if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (count <= 0)
		channel->closed = true;
	return count > 0 ? count : -1;
}

/* Bytes written; 0: not now; -1 and closed: nobody takes them. */
static ssize_t
WriteSome(Channel *channel, const char *bytes, size_t size)
{
	ssize_t count;

	if (channel->ssl != NULL)
	{
		/* as for reading */
		ERR_clear_error();
		return TlsResult(channel, SSL_write(channel->ssl, bytes, size > 1 << 30 ? 1 << 30 : size),
						 &channel->write_wants_read, SSL_ERROR_WANT_READ);
	}

	do
		count = send(channel->fd, bytes, size, MSG_NOSIGNAL);
	while (count < 0 && errno == EINTR);
	if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return 0;
	if (count < 0)
		channel->closed = true;
	return count;
}

/* What a result of TLS means; notes whether it waits for the direction that isn't its own. */
static ssize_t
TlsResult(Channel *channel, int result, bool *wants_other, int other)
{
	int error;

	*wants_other = false;
	if (result > 0)
		return result;

	error = SSL_get_error(channel->ssl, result);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
	{
		*wants_other = error == other;
		return 0;
	}

	channel->closed = true;

	return -1;
}

/* Waits for the socket. */
static bool
Wait(Channel *channel, short events, int64_t deadline)
{
	for (;;)
	{
		struct pollfd poll_for = {.fd = channel->fd, .events = events};
		int64_t left = deadline - ClockNow();
		int ready;

		if (left <= 0)
			return false;
		ready = poll(&poll_for, 1, (int)left);
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return false;
	}
}
