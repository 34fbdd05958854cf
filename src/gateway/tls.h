/*
 * tls.h
 *		The gateway's certificate.
 */
#ifndef SPARKIFY_GATEWAY_TLS_H
#define SPARKIFY_GATEWAY_TLS_H

#include <openssl/ssl.h>

#include "gateway/options.h"

/*
 * A context with the certificate of the options, or a generated one, whose path is printed; NULL and a message
 * on failure.
 */
extern SSL_CTX *TlsContext(const Options *options);

#endif /* SPARKIFY_GATEWAY_TLS_H */
