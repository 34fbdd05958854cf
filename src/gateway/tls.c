/*
 * tls.c
 *		The gateway's certificate: the one it is given, or one it makes once
 *		and keeps, so that a client that trusts it goes on to.
 */
#include "gateway/tls.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VALID_SECONDS (10L * 365 * 24 * 3600)

static bool Generate(const char *certificate, const char *key);
static X509 *MakeCertificate(EVP_PKEY *key);
static bool AddExtension(X509 *certificate, int nid, const char *value);
static bool WriteKey(const char *file, EVP_PKEY *key);
static bool WriteCertificate(const char *file, X509 *certificate);

SSL_CTX *
TlsContext(const Options *options)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	char made_certificate[4096];
	char made_key[4096];
	const char *certificate = options->tls_certificate;
	const char *key = options->tls_key;

	if (*certificate == '\0')
	{
		snprintf(made_certificate, sizeof(made_certificate), "%s/sparkify_gateway.crt",
				 options->state);
		snprintf(made_key, sizeof(made_key), "%s/sparkify_gateway.key", options->state);
		certificate = made_certificate;
		key = made_key;

		/* made once and kept: clients that trust it go on to */
		if ((access(certificate, R_OK) != 0 || access(key, R_OK) != 0) &&
			!Generate(certificate, key))
		{
			fprintf(stderr, "sparkify_gateway: could not make the certificate \"%s\"\n",
					certificate);
			return NULL;
		}

		fprintf(stderr, "sparkify_gateway: certificate for verify-ca: %s\n", certificate);
	}

	if (context == NULL || SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
		SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
	{
		fprintf(stderr,
				"sparkify_gateway: could not use the certificate \"%s\" with the key \"%s\": %s\n",
				certificate, key, ERR_reason_error_string(ERR_peek_last_error()));
		return NULL;
	}

	/* the first three keep idle clients small; TLS 1.1 is out of use (RFC 8996) */
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
								  SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);

	return context;
}

/* Makes a key and a certificate that signs itself. */
static bool
Generate(const char *certificate, const char *key)
{
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	X509 *made = pair != NULL ? MakeCertificate(pair) : NULL;
	bool done = made != NULL && WriteKey(key, pair) && WriteCertificate(certificate, made);

	X509_free(made);
	EVP_PKEY_free(pair);
	return done;
}

/* A certificate of localhost and of this machine's name; it is its own authority. */
static X509 *
MakeCertificate(EVP_PKEY *key)
{
	X509 *made = X509_new();
	char host[256] = "localhost";
	char names[400];
	unsigned char serial[8];

	gethostname(host, sizeof(host) - 1);
	snprintf(names, sizeof(names), "DNS:localhost,DNS:%s,IP:127.0.0.1,IP:::1", host);
	if (made == NULL || getentropy(serial, sizeof(serial)) != 0)
		return NULL;

	/* a serial number is positive (RFC 5280, section 4.1.2.2) */
	serial[0] &= 0x7f;
	ASN1_STRING_set(X509_get_serialNumber(made), serial, sizeof(serial));
	X509_set_version(made, X509_VERSION_3);

	/* an hour ago, for clients whose clock is behind */
	X509_gmtime_adj(X509_getm_notBefore(made), -3600);
	X509_gmtime_adj(X509_getm_notAfter(made), VALID_SECONDS);
	X509_set_pubkey(made, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
							   (const unsigned char *)"localhost", -1, -1, 0);
	X509_set_issuer_name(made, X509_get_subject_name(made));
	if (!AddExtension(made, NID_basic_constraints, "critical,CA:TRUE") ||
		!AddExtension(made, NID_subject_alt_name, names) ||
		!AddExtension(made, NID_subject_key_identifier, "hash") ||
		X509_sign(made, key, EVP_sha256()) == 0)
	{
		X509_free(made);
		return NULL;
	}

	return made;
}

static bool
AddExtension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool done;

	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	done = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);

	return done;
}

/* Writes a key that its owner alone can read. */
static bool
WriteKey(const char *file, EVP_PKEY *key)
{
	int fd;
	FILE *out;
	bool done;

	unlink(file);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL, 0600);
	out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (out == NULL)
		return false;

	done = PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL) == 1;

	return fclose(out) == 0 && done;
}

static bool
WriteCertificate(const char *file, X509 *certificate)
{
	FILE *out = fopen(file, "w");
	bool done = out != NULL && PEM_write_X509(out, certificate) == 1;

	return out != NULL && fclose(out) == 0 && done;
}
