/*
 * main.c
 *		sparkify_gateway: Redshift's wire port in front of PostgreSQL.
 *
 *		listener -> fork -> LoginClient -> RelayRun
 *
 * A process a client: what goes wrong with one harms no other.  A client's
 * process ends with its connection, and when the listener ends: it watches a
 * pipe that only the listener holds open.
 */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <unistd.h>

#include "gateway/login.h"
#include "gateway/base/network.h"
#include "gateway/options.h"
#include "gateway/relay/relay.h"
#include "gateway/base/report.h"
#include "gateway/tls.h"

static volatile sig_atomic_t is_stopping;

static int Listen(const Options *options);
static void Serve(const Options *options, SSL_CTX *tls, int listener);
static void Accept(const Options *options, SSL_CTX *tls, int listener, const int *lifeline,
				   int *clients);
static void ServeClient(const Options *options, SSL_CTX *tls, int fd, const struct sockaddr *from,
						int lifeline);
static void Stop(int signal_number);
static void Wake(int signal_number);

int
main(int argc, char **argv)
{
	Options options;
	SSL_CTX *tls = NULL;
	int listener;

	OptionsRead(&options, argc, argv);
	if (!NetworkListIsValid(options.networks))
	{
		fprintf(stderr, "sparkify_gateway: --networks holds no list of networks: \"%s\"\n",
				options.networks);
		return 2;
	}

	/* the descriptors of standard streams are never those of a connection */
	while ((listener = open("/dev/null", O_RDWR)) >= 0 && listener <= STDERR_FILENO)
		;
	close(listener);
	if (options.tls && (tls = TlsContext(&options)) == NULL)
		return 1;

	listener = Listen(&options);
	if (listener < 0)
		return 1;

	Serve(&options, tls, listener);
	SSL_CTX_free(tls);

	return 0;
}

/* Listens on the address and port of the options; prints what is wrong, or the port. */
static int
Listen(const Options *options)
{
	struct sockaddr_storage address = {0};
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)&address;
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&address;
	socklen_t size = sizeof(*ipv4);
	int on = 1;
	int fd;

	ipv4->sin_family = AF_INET;
	ipv4->sin_port = htons((uint16_t)options->port);

	/* an address of version 4 is tried first, for it can't be one of version 6 */
	if (inet_pton(AF_INET, options->address, &ipv4->sin_addr) != 1)
	{
		size = sizeof(*ipv6);
		ipv6->sin6_family = AF_INET6;
		ipv6->sin6_port = htons((uint16_t)options->port);
		if (inet_pton(AF_INET6, options->address, &ipv6->sin6_addr) != 1)
		{
			fprintf(stderr, "sparkify_gateway: \"%s\" is no address\n", options->address);
			return -1;
		}
	}

	fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* a gateway that is started again must not wait for connections of the one before */
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 512) != 0 ||
		getsockname(fd, (struct sockaddr *)&address, &size) != 0)
	{
		fprintf(stderr, "sparkify_gateway: could not listen on %s port %d: %s\n", options->address,
				options->port, strerror(errno));
		return -1;
	}

	fprintf(stderr, "sparkify_gateway: listening on %s port %d\n", options->address,
			ntohs(ipv4->sin_port));
	return fd;
}

/* Takes clients until it is told to stop, or its lifeline ends. */
static void
Serve(const Options *options, SSL_CTX *tls, int listener)
{
	struct sigaction stop = {.sa_handler = Stop};
	struct sigaction wake = {.sa_handler = Wake};
	int lifeline[2];
	int clients = 0;

	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGCHLD, &wake, NULL);

	/* a client that leaves is seen by send, not by a signal */
	signal(SIGPIPE, SIG_IGN);

	/* who starts the gateway from a terminal may close it; the lifeline tells when to end */
	signal(SIGHUP, SIG_IGN);
	if (pipe(lifeline) != 0)
		return;

	while (!is_stopping)
	{
		struct pollfd events[2] = {{.fd = listener, .events = POLLIN},
								   {.fd = options->lifeline ? STDIN_FILENO : -1, .events = POLLIN}};
		char byte;

		/* a signal between the test and the wait costs a second at most */
		if (poll(events, 2, 1000) > 0)
		{
			/*
			 * The server's worker holds the other end of standard input: its death, however
			 * sudden, ends the gateway.
			 */
			if (events[1].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0)
				break;
			if (events[0].revents != 0)
				Accept(options, tls, listener, lifeline, &clients);
		}

		/* SIGCHLD may stand for several of them */
		while (waitpid(-1, NULL, WNOHANG) > 0)
			clients--;
	}

	/* the clients see the end of the pipe; who is still logging in ends with the listener */
	close(listener);
	close(lifeline[1]);

	/* two seconds at most: clients that hang must not hold up the server's shutdown */
	for (int i = 0; i < 100 && clients > 0; i++)
	{
		while (waitpid(-1, NULL, WNOHANG) > 0)
			clients--;
		poll(NULL, 0, 20);
	}
}

/* Takes a client and makes its process. */
static void
Accept(const Options *options, SSL_CTX *tls, int listener, const int *lifeline, int *clients)
{
	struct sockaddr_storage from;
	socklen_t size = sizeof(from);
	int fd = accept4(listener, (struct sockaddr *)&from, &size, SOCK_CLOEXEC);
	pid_t pid;

	if (fd < 0)
		return;
	if (*clients >= options->clients)
	{
		Buffer out = {0};

		ReportFatal(&out, "53300", "sorry, too many clients already",
					"The gateway's limit is its option clients.");
		(void)!send(fd, BufferStart(&out), BufferUsed(&out), MSG_NOSIGNAL | MSG_DONTWAIT);
		BufferFree(&out);
		close(fd);
		return;
	}

	pid = fork();
	if (pid == 0)
	{
		close(listener);
		/* only the listener may hold the other end */
		close(lifeline[1]);
		ServeClient(options, tls, fd, (struct sockaddr *)&from, lifeline[0]);
		_exit(0);
	}

	if (pid > 0)
		(*clients)++;
	else
		fprintf(stderr, "sparkify_gateway: could not make a process: %s\n", strerror(errno));
	close(fd);
}

/* The life of a client's process. */
static void
ServeClient(const Options *options, SSL_CTX *tls, int fd, const struct sockaddr *from, int lifeline)
{
	Channel client;
	Channel server = {.fd = -1};
	Login login = {.options = options, .tls = tls, .client = &client, .server = &server};

#ifdef __linux__
	/* also where nobody watches the pipe: while a client logs in */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	ChannelInit(&client, fd);
	if (LoginClient(&login, from))
		RelayRun(&client, &server, lifeline);
	ChannelClose(&server);
	ChannelClose(&client);
}

static void
Stop(int signal_number)
{
	is_stopping = 1;
}

static void
Wake(int signal_number)
{
}
