/*
 * startup.h
 *		A client's start-up packet, and what of it goes to PostgreSQL.
 */
#ifndef SPARKIFY_GATEWAY_STARTUP_H
#define SPARKIFY_GATEWAY_STARTUP_H

#include <stdbool.h>

#include "gateway/base/buffer.h"

#define STARTUP_MOST 10000 /* as in PostgreSQL */
#define PROTOCOL_3 3
#define REQUEST_CANCEL 80877102
#define REQUEST_TLS 80877103
#define REQUEST_GSS 80877104

/*
 * Adds the packet for PostgreSQL: without the parameters that only Redshift
 * knows and without the prefixes of its user names, and with the digits of a
 * float that Redshift shows unless the client asks for others.  body is what follows the
 * version.  *driver says whether a driver of Redshift's sent it.  False: it is malformed.
 */
extern bool StartupTranslate(Buffer *out, const char *body, size_t length, uint32_t version,
							 bool *driver);

#endif /* SPARKIFY_GATEWAY_STARTUP_H */
