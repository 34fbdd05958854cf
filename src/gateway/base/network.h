/*
 * network.h
 *		Where a client comes from, and who may come.
 */
#ifndef SPARKIFY_GATEWAY_NETWORK_H
#define SPARKIFY_GATEWAY_NETWORK_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether an address is one of this machine's loopback. */
extern bool NetworkIsLoopback(const struct sockaddr *address);

/* Whether an address is in a list as 10.0.0.0/8,fd00::/8; a list that can't be read holds nobody. */
extern bool NetworkListed(const char *list, const struct sockaddr *address);

/* Whether a list can be read. */
extern bool NetworkListIsValid(const char *list);

#endif /* SPARKIFY_GATEWAY_NETWORK_H */
