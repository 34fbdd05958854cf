/*
 * login.h
 *		From a new connection to a session: TLS, start-up, authentication.
 */
#ifndef SPARKIFY_GATEWAY_LOGIN_H
#define SPARKIFY_GATEWAY_LOGIN_H

#include <openssl/ssl.h>
#include <sys/socket.h>

#include "gateway/base/channel.h"
#include "gateway/options.h"

/* What comes of it. */
typedef struct Login
{
	/* parameters */
	const Options *options;
	SSL_CTX *tls; /* NULL: none is offered */
	Channel *client;
	Channel *server;

	/* working state */
	int64_t deadline;
	bool is_local;	 /* the client comes from this machine */
	bool asks_clear; /* its driver knows no SCRAM */
	bool has_proved; /* a password was exchanged */
} Login;

/*
 * Serves a client until the server has let it in, what the server says of the
 * new session not yet read.  False: it is turned away, or it was a request to
 * cancel; both channels may be closed.
 */
extern bool LoginClient(Login *login, const struct sockaddr *from);

#endif /* SPARKIFY_GATEWAY_LOGIN_H */
