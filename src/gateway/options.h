/*
 * options.h
 *		The gateway's settings: from the command line, or from the environment.
 */
#ifndef SPARKIFY_GATEWAY_OPTIONS_H
#define SPARKIFY_GATEWAY_OPTIONS_H

#include <stdbool.h>

typedef struct Options
{
	const char *address;
	int port;
	const char *server_address;
	int server_port;
	const char *tls_certificate; /* "": generated */
	const char *tls_key;
	bool tls;
	const char *networks;
	int clients;
	int authentication_timeout; /* seconds */
	const char *state;			/* directory of the generated certificate */
	bool lifeline;				/* ends when standard input does */
} Options;

/* Fills the options; prints what is wrong, or the help, and ends the process. */
extern void OptionsRead(Options *options, int argc, char **argv);

#endif /* SPARKIFY_GATEWAY_OPTIONS_H */
