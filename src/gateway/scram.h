/*
 * scram.h
 *		SCRAM-SHA-256 as a client does it (RFC 5802, RFC 7677), for drivers that can't.
 *
 * The password is taken as its bytes: SASLprep changes only what isn't ASCII.
 */
#ifndef SPARKIFY_GATEWAY_SCRAM_H
#define SPARKIFY_GATEWAY_SCRAM_H

#include <stdbool.h>

typedef struct Scram
{
	char nonce[40];
	char first[64];		/* client-first-message without its header */
	char signature[64]; /* what the server has to answer */
} Scram;

/* Writes the first message of the exchange; false: no randomness. */
extern bool ScramFirst(Scram *scram, char *message, int size);

/* Writes the final message for what the server said first; false: it said nothing sensible. */
extern bool ScramFinal(Scram *scram, const char *password, const char *server_first, char *message,
					   int size);

/* Whether the server has proved that it knows the password too. */
extern bool ScramVerify(const Scram *scram, const char *server_final);

#endif /* SPARKIFY_GATEWAY_SCRAM_H */
