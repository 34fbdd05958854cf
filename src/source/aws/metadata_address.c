/*
 * metadata_address.c
 *		Where machines keep their metadata, by name and by address.
 *
 * Names that lead there through DNS are found when a socket is opened: http.c.
 */
#include "source/aws/metadata_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* Networks of metadata services: link-local ones and the addresses clouds have chosen for theirs. */
static const struct
{
	bool four; /* of IPv4 */
	size_t length;
	unsigned char prefix[16];
} networks[] = {
	{true, 2, {169, 254}},			   /* link-local: AWS and most others */
	{true, 4, {168, 63, 129, 16}},	   /* Azure's host */
	{true, 4, {100, 100, 100, 200}},   /* Alibaba */
	{true, 4, {192, 0, 0, 192}},	   /* Oracle */
	{false, 4, {0xfd, 0, 0x0e, 0xc2}}, /* Amazon's fd00:ec2::/32 */
	{false, 4, {0xfd, 0x20, 0, 0xce}}, /* Google's fd20:ce::/32 */
};

/* IPv6 addresses that stand for one of IPv4, and where in them it is. */
static const struct
{
	size_t length;
	size_t offset;
	unsigned char prefix[16];
} embeddings[] = {
	{12, 12, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}}, /* mapped */
	{12, 12, {0}},										  /* compatible */
	{12, 12, {0, 0x64, 0xff, 0x9b}},					  /* NAT64 */
	{2, 2, {0x20, 0x02}},								  /* 6to4 */
};

/* Tells whether a host is one of machines' metadata, however its address is written. */
bool
MetadataHost(const char *host)
{
	static const char *const names[] = {"metadata.google.internal", "instance-data.ec2.internal"};
	struct addrinfo wanted = {.ai_flags = AI_NUMERICHOST}, *found;
	char name[256];
	bool bracket = host[0] == '[', metadata = false;
	size_t length = strcspn(host + bracket, bracket ? "]" : "");

	if (length == 0 || length >= sizeof(name))
		return false;

	memcpy(name, host + bracket, length);
	name[length - (name[length - 1] == '.')] = '\0';
	name[length] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;

	/* takes hexadecimal and single numbers, too */
	if (getaddrinfo(name, NULL, &wanted, &found) == 0)
	{
		metadata = MetadataAddress(found->ai_addr);
		freeaddrinfo(found);
	}

	return metadata;
}

/* Tells whether a machine's metadata, and so its credentials, may be at an address. */
bool
MetadataAddress(const struct sockaddr *address)
{
	const unsigned char *bytes;
	bool four = address->sa_family == AF_INET;

	/*
	 * An address of version 4 may be written within one of version 6 (mapped, NAT64, 6to4), and
	 * would be reached through it.
	 */
	if (four)
		bytes = (const unsigned char *)&((const struct sockaddr_in *)address)->sin_addr;
	else if (address->sa_family == AF_INET6)
	{
		bytes = ((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr;
		for (size_t i = 0; i < sizeof(embeddings) / sizeof(embeddings[0]) && !four; i++)
			if (memcmp(bytes, embeddings[i].prefix, embeddings[i].length) == 0)
			{
				bytes += embeddings[i].offset;
				four = true;
			}
	}
	else
		/* a socket of another kind leads to no network */
		return false;
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		if (networks[i].four == four && memcmp(bytes, networks[i].prefix, networks[i].length) == 0)
			return true;

	/* link-local addresses have no prefix of whole bytes, so they aren't in the table */
	return !four && IN6_IS_ADDR_LINKLOCAL((const struct in6_addr *)bytes);
}
