/*
 * metadata_address.h
 *		Where machines keep their metadata, and so their credentials: no store
 *		has business there.
 */
#ifndef SPARKIFY_METADATA_ADDRESS_H
#define SPARKIFY_METADATA_ADDRESS_H

#include <stdbool.h>

struct sockaddr;

/* Whether a host, perhaps in brackets, names or spells such an address. */
extern bool MetadataHost(const char *host);

/* Whether a socket's address is one, also where it stands for one of IPv4. */
extern bool MetadataAddress(const struct sockaddr *address);

#endif /* SPARKIFY_METADATA_ADDRESS_H */
