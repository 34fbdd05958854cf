/*
 * relay.h
 *		A session: messages from a client to its backend and back, with every
 *		statement translated on its way.
 */
#ifndef SPARKIFY_GATEWAY_RELAY_H
#define SPARKIFY_GATEWAY_RELAY_H

#include "gateway/base/channel.h"

/* Relays until one side closes, or the lifeline ends.  The client has just been let in. */
extern void RelayRun(Channel *client, Channel *server, int lifeline);

#endif /* SPARKIFY_GATEWAY_RELAY_H */
