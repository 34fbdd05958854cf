/*
 * network.c
 *		Where a client comes from, and who may come.
 */
#include "gateway/base/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An address as bits: 32 or 128 of them. */
typedef struct Bits
{
	unsigned char bytes[16];
	int count;
} Bits;

static bool BitsOf(const struct sockaddr *address, Bits *bits);
static const char *NextNetwork(const char *list, Bits *bits, int *prefix);
static bool SamePrefix(const Bits *one, const Bits *other, int prefix);

bool
NetworkIsLoopback(const struct sockaddr *address)
{
	Bits bits;
	static const unsigned char ipv6_loopback[16] = {[15] = 1};

	if (!BitsOf(address, &bits))
		return false;

	return bits.count == 32 ? bits.bytes[0] == 127 : memcmp(bits.bytes, ipv6_loopback, 16) == 0;
}

bool
NetworkListed(const char *list, const struct sockaddr *address)
{
	Bits bits;
	Bits network;
	int prefix;

	/* a list that can't be read admits nobody */
	if (!NetworkListIsValid(list) || !BitsOf(address, &bits))
		return false;

	while (*list != '\0')
	{
		list = NextNetwork(list, &network, &prefix);

		/* addresses of the two versions are never alike, whatever their bytes */
		if (network.count == bits.count && SamePrefix(&network, &bits, prefix))
			return true;
	}

	return false;
}

bool
NetworkListIsValid(const char *list)
{
	Bits network;
	int prefix;

	while (list != NULL && *list != '\0')
		list = NextNetwork(list, &network, &prefix);
	return list != NULL;
}

/* The bits of an address; one of IPv4 in IPv6's clothes is one of IPv4. */
static bool
BitsOf(const struct sockaddr *address, Bits *bits)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (address->sa_family == AF_INET)
	{
		memcpy(bits->bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
		bits->count = 32;
		return true;
	}

	if (address->sa_family != AF_INET6)
		return false;

	memcpy(bits->bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
	bits->count = 128;
	if (memcmp(bits->bytes, mapped, sizeof(mapped)) == 0)
	{
		memmove(bits->bytes, bits->bytes + 12, 4);
		bits->count = 32;
	}

	return true;
}

/* Reads one network; returns what follows it and its comma, NULL when it is none. */
static const char *
NextNetwork(const char *list, Bits *bits, int *prefix)
{
	size_t length = strcspn(list, ",");
	const char *next = list + length + (list[length] == ',');
	char text[64];
	char *slash;
	char *end = NULL;

	/* a list is written with blanks behind its commas */
	while (length > 0 && *list == ' ')
	{
		list++;
		length--;
	}

	if (length == 0 || length >= sizeof(text))
		return NULL;

	memcpy(text, list, length);
	text[length] = '\0';
	slash = strchr(text, '/');
	if (slash != NULL)
		*slash = '\0';

	/* inet_pton knows no names: a list of networks must not ask a name server */
	if (inet_pton(AF_INET, text, bits->bytes) == 1)
		bits->count = 32;
	else if (inet_pton(AF_INET6, text, bits->bytes) == 1)
		bits->count = 128;
	else
		return NULL;
	*prefix = slash != NULL ? (int)strtol(slash + 1, &end, 10) : bits->count;

	/* strtol takes a sign and trailing letters, a prefix has neither */
	if (slash != NULL && (slash[1] < '0' || slash[1] > '9' || *end != '\0'))
		return NULL;

	return *prefix < 0 || *prefix > bits->count ? NULL : next;
}

static bool
SamePrefix(const Bits *one, const Bits *other, int prefix)
{
	int whole = prefix / 8;
	unsigned char mask = (unsigned char)(0xff00 >> (prefix % 8));

	return memcmp(one->bytes, other->bytes, whole) == 0 &&
		   (prefix % 8 == 0 || (one->bytes[whole] & mask) == (other->bytes[whole] & mask));
}
