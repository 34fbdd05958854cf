/*
 * scram.c
 *		SCRAM-SHA-256 as a client does it, for drivers that can't.
 */
#include "gateway/scram.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_LENGTH 32
#define MOST_ITERATIONS 10000000

static bool Attribute(const char *message, char name, char *value, size_t size);
static void Sign(const unsigned char *key, const char *text, unsigned char *result);
static void Encode(const unsigned char *bytes, int length, char *text);

bool
ScramFirst(Scram *scram, char *message, int size)
{
	unsigned char random[18];

	if (getentropy(random, sizeof(random)) != 0)
		return false;

	Encode(random, sizeof(random), scram->nonce);
	snprintf(scram->first, sizeof(scram->first), "n=,r=%s", scram->nonce);
	return snprintf(message, size, "n,,%s", scram->first) < size;
}

bool
ScramFinal(Scram *scram, const char *password, const char *server_first, char *message, int size)
{
	char nonce[256];
	char salt_text[256];
	char count[16];
	char without_proof[300];
	char exchange[1024];
	unsigned char salt[200];
	unsigned char salted[KEY_LENGTH];
	unsigned char client_key[KEY_LENGTH];
	unsigned char stored_key[KEY_LENGTH];
	unsigned char server_key[KEY_LENGTH];
	unsigned char signature[KEY_LENGTH];
	char proof[64];
	int salt_length;
	long iterations;

	/* a nonce that isn't ours with more behind it may be a replay (RFC 5802, section 5.1) */
	if (!Attribute(server_first, 'r', nonce, sizeof(nonce)) ||
		!Attribute(server_first, 's', salt_text, sizeof(salt_text)) ||
		!Attribute(server_first, 'i', count, sizeof(count)) ||
		strncmp(nonce, scram->nonce, strlen(scram->nonce)) != 0)
		return false;

	iterations = strtol(count, NULL, 10);
	salt_length = EVP_DecodeBlock(salt, (unsigned char *)salt_text, (int)strlen(salt_text));

	/* the decoder counts the padding as bytes */
	for (size_t end = strlen(salt_text); end > 0 && salt_text[end - 1] == '='; end--)
		salt_length--;

	/* a server could else keep us busy for hours */
	if (iterations < 1 || iterations > MOST_ITERATIONS || salt_length <= 0)
		return false;

	/* "biws" is the base64 of "n,,": no channel binding */
	snprintf(without_proof, sizeof(without_proof), "c=biws,r=%s", nonce);
	if (snprintf(exchange, sizeof(exchange), "%s,%s,%s", scram->first, server_first,
				 without_proof) >= (int)sizeof(exchange))
		return false;

	/* the names are those of RFC 5802, section 3 */
	PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, salt_length, (int)iterations,
					  EVP_sha256(), KEY_LENGTH, salted);
	Sign(salted, "Client Key", client_key);
	EVP_Digest(client_key, KEY_LENGTH, stored_key, NULL, EVP_sha256(), NULL);
	Sign(stored_key, exchange, signature);
	for (int i = 0; i < KEY_LENGTH; i++)
		client_key[i] ^= signature[i];
	Encode(client_key, KEY_LENGTH, proof);

	/* kept, to check that the server knows the password, too */
	Sign(salted, "Server Key", server_key);
	Sign(server_key, exchange, signature);
	Encode(signature, KEY_LENGTH, scram->signature);

	/* it is as good as the password */
	OPENSSL_cleanse(salted, sizeof(salted));

	return snprintf(message, size, "%s,p=%s", without_proof, proof) < size;
}

bool
ScramVerify(const Scram *scram, const char *server_final)
{
	char signature[64];

	return Attribute(server_final, 'v', signature, sizeof(signature)) &&
		   strlen(signature) == strlen(scram->signature) &&
		   CRYPTO_memcmp(signature, scram->signature, strlen(signature)) == 0;
}

/* The value of a=value in a list separated by commas; false: not there, or longer than its place. */
static bool
Attribute(const char *message, char name, char *value, size_t size)
{
	while (*message != '\0')
	{
		size_t length = strcspn(message, ",");

		if (length >= 2 && message[0] == name && message[1] == '=')
		{
			/* cut short, it would be another value */
			if (length - 2 >= size)
				return false;
			memcpy(value, message + 2, length - 2);
			value[length - 2] = '\0';
			return true;
		}

		message += length + (message[length] == ',');
	}

	return false;
}

static void
Sign(const unsigned char *key, const char *text, unsigned char *result)
{
	HMAC(EVP_sha256(), key, KEY_LENGTH, (const unsigned char *)text, strlen(text), result, NULL);
}

static void
Encode(const unsigned char *bytes, int length, char *text)
{
	EVP_EncodeBlock((unsigned char *)text, bytes, length);
}
