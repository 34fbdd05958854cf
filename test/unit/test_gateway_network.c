/*
 * test_gateway_network.c
 *		Who may come: addresses against lists of networks, of both families.
 */
#include "gateway/base/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "unit.h"

/* An address of either family, valid until the next call. */
static const struct sockaddr *
Address(const char *text)
{
	static struct sockaddr_storage storage;
	struct sockaddr_in *ipv4 = (struct sockaddr_in *)&storage;
	struct sockaddr_in6 *ipv6 = (struct sockaddr_in6 *)&storage;

	memset(&storage, 0, sizeof(storage));
	if (inet_pton(AF_INET, text, &ipv4->sin_addr) == 1)
		ipv4->sin_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &ipv6->sin6_addr) == 1)
		ipv6->sin6_family = AF_INET6;
	return (const struct sockaddr *)&storage;
}

TEST(LoopbackIsThisMachine)
{
	CHECK(NetworkIsLoopback(Address("127.0.0.1")));
	CHECK(NetworkIsLoopback(Address("127.255.0.3")));
	CHECK(NetworkIsLoopback(Address("::1")));
	CHECK(NetworkIsLoopback(Address("::ffff:127.0.0.1")));
	CHECK(!NetworkIsLoopback(Address("128.0.0.1")));
	CHECK(!NetworkIsLoopback(Address("::")));
	CHECK(!NetworkIsLoopback(Address("::ffff:10.0.0.1")));
	CHECK(!NetworkIsLoopback(Address("no address")));
}

TEST(AnAddressIsInAListedNetwork)
{
	static const char list[] = "10.1.0.0/16, 192.168.7.4,172.16.0.0/12,fd00::/8";

	CHECK(NetworkListed(list, Address("10.1.255.255")));
	CHECK(NetworkListed(list, Address("192.168.7.4")));
	CHECK(NetworkListed(list, Address("172.31.0.1")));
	CHECK(NetworkListed(list, Address("fdff::1")));
	CHECK(NetworkListed(list, Address("::ffff:10.1.2.3")));
	CHECK(NetworkListed("0.0.0.0/0", Address("8.8.8.8")));
	CHECK(NetworkListed("10.0.0.128/25", Address("10.0.0.129")));
}

TEST(NobodyElseIs)
{
	static const char list[] = "10.1.0.0/16, 192.168.7.4,172.16.0.0/12,fd00::/8";

	CHECK(!NetworkListed(list, Address("10.2.0.0")));
	CHECK(!NetworkListed(list, Address("192.168.7.5")));
	CHECK(!NetworkListed(list, Address("172.32.0.1")));
	CHECK(!NetworkListed(list, Address("fe80::1")));
	CHECK(!NetworkListed("0.0.0.0/0", Address("2001:db8::1")));
	CHECK(!NetworkListed("10.0.0.128/25", Address("10.0.0.127")));
	CHECK(!NetworkListed("", Address("10.0.0.1")));
	CHECK(!NetworkListed(NULL, Address("10.0.0.1")));
	CHECK(!NetworkListed("0.0.0.0/0", Address("no address")));
}

TEST(AListThatCantBeReadHoldsNobody)
{
	static const char *const bad[] = {
		"10.0.0.0/33", "10.0.0.0/",			 "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8",	 "::/129",
		"host",		   "10.0.0.1,,10.0.0.2", ",10.0.0.1",	"10.0.0.1, x", "10.0.0.0/+8"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		CHECK(!NetworkListIsValid(bad[i]));
		CHECK(!NetworkListed(bad[i], Address("10.0.0.1")));
		if (NetworkListIsValid(bad[i]))
			printf("# %s\n", bad[i]);
	}
	CHECK(NetworkListIsValid(""));
}

int
main(void)
{
	RUN(LoopbackIsThisMachine);
	RUN(AnAddressIsInAListedNetwork);
	RUN(NobodyElseIs);
	RUN(AListThatCantBeReadHoldsNobody);
	return UnitDone();
}
