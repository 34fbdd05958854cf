/*
 * login.c
 *		From a new connection to a session: TLS, start-up, authentication.
 *
 * The server decides who may come in, by the lines of pg_hba.conf for
 * loopback; passwords, md5 and SCRAM pass through.  What the server can't
 * know is where the client comes from: of those from elsewhere, the gateway
 * wants TLS, a listed network and a password.
 */
#include "gateway/login.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gateway/base/network.h"
#include "gateway/base/report.h"
#include "gateway/scram.h"
#include "gateway/startup.h"

#define MOST_MESSAGE 65536

/* Codes of an authentication request. */
enum
{
	AUTH_OK = 0,
	AUTH_CLEAR = 3,
	AUTH_MD5 = 5,
	AUTH_SASL = 10,
	AUTH_SASL_MORE = 11,
	AUTH_SASL_END = 12
};

static bool ReadStartup(Login *login, uint32_t *version, size_t *length);
static bool AnswerTls(Login *login);
static bool Connect(Login *login);
static bool ConnectBy(int fd, const struct sockaddr *address, socklen_t size, int64_t deadline);
static void PassCancel(Login *login, size_t length);
static bool Authenticate(Login *login);
static bool AuthenticateStep(Login *login, const char *message, size_t length, bool *done);
static bool IsPassedOn(uint32_t code);
static bool PassPassword(Login *login);
static bool DoScram(Login *login);
static char *AskClear(Login *login);
static bool ReadSasl(Login *login, uint32_t wanted, char *text, size_t size);
static char *NeedMessage(Login *login, Channel *channel, size_t *length);
static bool Refuse(Login *login, const char *sqlstate, const char *message, const char *hint);

bool
LoginClient(Login *login, const struct sockaddr *from)
{
	uint32_t version;
	size_t length;
	bool driver;

	login->is_local = NetworkIsLoopback(from);
	login->deadline = ClockNow() + login->options->authentication_timeout * 1000L;

	/* who isn't listed is told nothing */
	if (!login->is_local && !NetworkListed(login->options->networks, from))
		return false;

	/* one deadline for all that follows, or a slow client could hold its place for ever */
	if (!ReadStartup(login, &version, &length))
		return false;

	/* a request to cancel has no session: it is passed on, and its connection ends */
	if (version == REQUEST_CANCEL)
	{
		PassCancel(login, length);
		return false;
	}

	if (version >> 16 != PROTOCOL_3)
		return Refuse(login, "08P01", "unsupported frontend protocol", NULL);

	/* the start-up packet comes before any check, so that the refusal can be read */
	if (!login->is_local && login->client->ssl == NULL)
		return Refuse(login, "28000", "clients from other machines need TLS",
					  "Set sslmode=require or stricter.");
	if (!StartupTranslate(&login->server->out, BufferStart(&login->client->in) + 8, length - 8,
						  version, &driver))
		return Refuse(login, "08P01", "invalid startup packet", NULL);

	/* translated, so it is not to be passed on as it came */
	BufferConsume(&login->client->in, length);
	login->asks_clear = driver;

	return Connect(login) && Authenticate(login);
}

/* Reads packets until one is a start-up or a request to cancel, which stays in the buffer. */
static bool
ReadStartup(Login *login, uint32_t *version, size_t *length)
{
	bool asked_tls = false;
	bool asked_gss = false;

	for (;;)
	{
		Buffer *in = &login->client->in;

		if (!ChannelNeed(login->client, 8, login->deadline))
			return false;
		*length = ReadInt32(BufferStart(in));
		*version = ReadInt32(BufferStart(in) + 4);
		if (*length < 8 || *length > STARTUP_MOST ||
			!ChannelNeed(login->client, *length, login->deadline))
			return false;

		/* TLS may be asked for once; within TLS a second time would be a confusion */
		if (*version == REQUEST_TLS && !asked_tls && login->client->ssl == NULL)
		{
			asked_tls = true;
			if (*length != 8 || !AnswerTls(login))
				return false;
		}
		else if (*version == REQUEST_GSS && !asked_gss)
		{
			/*
			 * psql asks for GSS first; N sends it on to TLS or plain text, as a server without
			 * GSS does
			 */
			asked_gss = true;
			BufferConsume(in, *length);
			BufferAddByte(&login->client->out, 'N');
			if (!ChannelFlushAll(login->client, login->deadline))
				return false;
		}
		else
			return true;
	}
}

/* Says whether TLS is offered, and begins it. */
static bool
AnswerTls(Login *login)
{
	Buffer *in = &login->client->in;

	BufferConsume(in, 8);

	/* what came in clear behind the request was put there by somebody else (CVE-2021-23214) */
	if (BufferUsed(in) > 0)
		return false;

	BufferAddByte(&login->client->out, login->tls != NULL ? 'S' : 'N');
	if (!ChannelFlushAll(login->client, login->deadline))
		return false;

	return login->tls == NULL || ChannelAcceptTls(login->client, login->tls, login->deadline);
}

/* Connects to the server over loopback, where pg_hba.conf decides as for a direct client. */
static bool
Connect(Login *login)
{
	struct sockaddr_storage address = {0};
	socklen_t size;
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)&address;
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&address;
	Buffer out = login->server->out;
	int fd;

	if (inet_pton(AF_INET, login->options->server_address, &ipv4->sin_addr) == 1)
	{
		ipv4->sin_family = AF_INET;
		ipv4->sin_port = htons((uint16_t)login->options->server_port);
		size = sizeof(*ipv4);
	}
	else
	{
		inet_pton(AF_INET6, login->options->server_address, &ipv6->sin6_addr);
		ipv6->sin6_family = AF_INET6;
		ipv6->sin6_port = htons((uint16_t)login->options->server_port);
		size = sizeof(*ipv6);
	}

	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || !ConnectBy(fd, (struct sockaddr *)&address, size, login->deadline))
	{
		if (fd >= 0)
			close(fd);
		return Refuse(login, "08001", "the gateway cannot reach PostgreSQL over TCP",
					  "PostgreSQL must listen on a loopback address: see listen_addresses.");
	}

	ChannelInit(login->server, fd);
	login->server->out = out;

	return true;
}

/* Connects a socket that doesn't block; false: nobody answers there by the deadline. */
static bool
ConnectBy(int fd, const struct sockaddr *address, socklen_t size, int64_t deadline)
{
	struct pollfd writable = {.fd = fd, .events = POLLOUT};
	int error = 0;
	socklen_t error_size = sizeof(error);
	int ready;

	/* a connection on this machine may be there at once */
	if (connect(fd, address, size) == 0)
		return true;
	if (errno != EINPROGRESS)
		return false;

	do
	{
		int64_t left = deadline - ClockNow();

		ready = left > 0 ? poll(&writable, 1, (int)left) : 0;
	} while (ready < 0 && errno == EINTR);

	/* writable is not connected: the error is asked for */
	return ready == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) == 0 &&
		   error == 0;
}

/* A request to cancel carries the key of a backend, so it means there what it means here. */
static void
PassCancel(Login *login, size_t length)
{
	BufferAdd(&login->server->out, BufferStart(&login->client->in), length);
	if (Connect(login) && ChannelFlushAll(login->server, login->deadline))
		/* the server closes once it has sent the signal; then the client may know */
		ChannelNeed(login->server, 1, login->deadline);
}

/* Relays the exchange of a password until the server says yes or no. */
static bool
Authenticate(Login *login)
{
	bool done = false;

	if (!ChannelFlushAll(login->server, login->deadline))
		return Refuse(login, "08006", "PostgreSQL has closed the connection", NULL);

	while (!done)
	{
		size_t length;
		char *message = NeedMessage(login, login->server, &length);

		if (message == NULL)
			return Refuse(login, "08006", "authentication was not completed", NULL);
		if (!AuthenticateStep(login, message, length, &done))
			return false;
	}

	return true;
}

/* Deals with one message of the server's. */
static bool
AuthenticateStep(Login *login, const char *message, size_t length, bool *done)
{
	Buffer *out = &login->client->out;
	uint32_t code = length >= 9 ? ReadInt32(message + 5) : AUTH_OK;
	char type = message[0];

	/*
	 * PostgreSQL sees a loopback address, and its lines for that may trust. Who comes from
	 * elsewhere has to have proved something.
	 */
	if (type == 'R' && code == AUTH_OK && !login->is_local && !login->has_proved)
		return Refuse(login, "28000", "clients from other machines need a password",
					  "PostgreSQL trusts connections of this machine; give the role a line with "
					  "scram-sha-256 in pg_hba.conf.");

	/* such drivers know no SCRAM: the gateway asks for the password and does it for them */
	if (type == 'R' && code == AUTH_SASL && login->asks_clear)
	{
		BufferConsume(&login->server->in, length);
		return DoScram(login);
	}

	/* methods that need the client's own socket or address would fail in ways hard to read */
	if (type == 'R' && !IsPassedOn(code))
		return Refuse(login, "28000", "the method of authentication cannot be passed on",
					  "Use password, md5 or scram-sha-256 in pg_hba.conf.");

	/* said by the server, in its own words */
	BufferAdd(out, message, length);
	BufferConsume(&login->server->in, length);
	*done = type == 'R' && code == AUTH_OK;

	/* the server's refusal is the last that the client hears */
	if (type == 'E')
	{
		ChannelFlushAll(login->client, login->deadline);
		return false;
	}

	if (!ChannelFlushAll(login->client, login->deadline))
		return false;

	/* the rest of the R messages want an answer from the client */
	if (type != 'R' || code == AUTH_OK || code == AUTH_SASL_END)
		return true;

	return PassPassword(login);
}

/* Whether a method works through the gateway: GSSAPI and SSPI would prove who the gateway is. */
static bool
IsPassedOn(uint32_t code)
{
	return code == AUTH_OK || code == AUTH_CLEAR || code == AUTH_MD5 || code == AUTH_SASL ||
		   code == AUTH_SASL_MORE || code == AUTH_SASL_END;
}

/* Hands the client's answer to the server. */
static bool
PassPassword(Login *login)
{
	size_t length;
	char *message = NeedMessage(login, login->client, &length);

	if (message == NULL || message[0] != 'p')
		return Refuse(login, "08P01", "expected a password", NULL);

	login->has_proved = true;
	BufferAdd(&login->server->out, message, length);
	memset(message, 0, length);
	BufferConsume(&login->client->in, length);

	return ChannelFlushAll(login->server, login->deadline);
}

/* Asks the client for its password in clear, and does SCRAM with the server. */
static bool
DoScram(Login *login)
{
	Scram scram;
	Buffer *out = &login->server->out;
	char text[1024];
	char answer[1024];
	char *password = AskClear(login);
	bool done = false;
	size_t begin;

	/* the message was something else: the stream can't be followed */
	if (password == NULL)
		return Refuse(login, "08P01", "expected a password", NULL);

	/* a password has been asked for, so pg_hba.conf wants one; the server judges it */
	login->has_proved = true;
	if (ScramFirst(&scram, text, sizeof(text)))
	{
		begin = BufferBeginMessage(out, 'p');
		BufferAddString(out, "SCRAM-SHA-256");
		BufferAddInt32(out, (uint32_t)strlen(text));
		BufferAdd(out, text, strlen(text));
		BufferEndMessage(out, begin);

		/* an error of the server's has gone to the client already */
		if (!ReadSasl(login, AUTH_SASL_MORE, answer, sizeof(answer)))
			;
		else if (ScramFinal(&scram, password, answer, text, sizeof(text)))
		{
			begin = BufferBeginMessage(out, 'p');
			BufferAdd(out, text, strlen(text));
			BufferEndMessage(out, begin);
			done = ReadSasl(login, AUTH_SASL_END, answer, sizeof(answer)) &&
				   ScramVerify(&scram, answer);
		}
	}

	/* in the buffer it would live as long as the session */
	memset(password, 0, strlen(password));
	BufferConsume(&login->client->in, ReadInt32(BufferStart(&login->client->in) + 1) + 1);

	return done;
}

/* The client's password, which stays in its buffer; NULL: it sent none. */
static char *
AskClear(Login *login)
{
	Buffer *out = &login->client->out;
	size_t begin = BufferBeginMessage(out, 'R');
	size_t length;
	char *message;

	BufferAddInt32(out, AUTH_CLEAR);
	BufferEndMessage(out, begin);
	if (!ChannelFlushAll(login->client, login->deadline))
		return NULL;

	message = NeedMessage(login, login->client, &length);

	/* exactly one text and its zero: with anything else the password would be another */
	if (message == NULL || message[0] != 'p' || length < 6 || message[length - 1] != '\0')
		return NULL;

	return message + 5;
}

/* Sends, and reads what the server says to it; an error of the server's goes to the client. */
static bool
ReadSasl(Login *login, uint32_t wanted, char *text, size_t size)
{
	size_t length;
	char *message;
	bool fits;

	if (!ChannelFlushAll(login->server, login->deadline))
		return false;

	message = NeedMessage(login, login->server, &length);
	if (message == NULL)
		return false;

	/* in the server's own words */
	if (message[0] == 'E')
	{
		BufferAdd(&login->client->out, message, length);
		ChannelFlushAll(login->client, login->deadline);
		return false;
	}

	fits =
		message[0] == 'R' && length >= 9 && ReadInt32(message + 5) == wanted && length - 9 < size;
	if (fits)
	{
		memcpy(text, message + 9, length - 9);
		text[length - 9] = '\0';
	}

	BufferConsume(&login->server->in, length);

	return fits;
}

/* Waits for a whole message, which stays in the buffer; NULL: none came, or none of a sensible size. */
static char *
NeedMessage(Login *login, Channel *channel, size_t *length)
{
	if (!ChannelNeed(channel, 5, login->deadline))
		return NULL;

	*length = (size_t)ReadInt32(BufferStart(&channel->in) + 1) + 1;
	if (*length < 5 || *length > MOST_MESSAGE || !ChannelNeed(channel, *length, login->deadline))
		return NULL;

	return BufferStart(&channel->in);
}

/* Tells the client why it may not come in. */
static bool
Refuse(Login *login, const char *sqlstate, const char *message, const char *hint)
{
	if (!login->client->closed)
	{
		ReportFatal(&login->client->out, sqlstate, message, hint);
		ChannelFlushAll(login->client, login->deadline);
	}

	return false;
}
