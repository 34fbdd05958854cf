/*
 * startup.c
 *		A client's start-up packet, and what of it goes to PostgreSQL.
 */
#include "gateway/startup.h"

#include <stdio.h>
#include <string.h>

/* Parameters that Amazon's drivers send and PostgreSQL would refuse. */
static const char *const drivers_own[] = {
	"client_protocol_version",
	"driver_version",
	"os_version",
	"driver_discovery_version",
	"plugin_name",
	"idp_type",
	"idp_",
	"provider_name",
	"token",
	"token_type",
	"identity_namespace",
	"iam",
	"idc_client_display_name",
	"compression",
	"_pq_.compression", /* of messages, which PostgreSQL would say that it hasn't */
	"datashare_enabled",
	"show_discovery",
};

/* The setting of PostgreSQL's for the digits of a float, and its value for the 15 that Redshift shows. */
#define FLOAT_DIGITS "extra_float_digits"
#define FLOAT_DIGITS_REDSHIFT "0"

static bool IsDriversOwn(const char *name);
static void AddUser(Buffer *out, const char *user);

bool
StartupTranslate(Buffer *out, const char *body, size_t length, uint32_t version, bool *driver)
{
	const char *end = body + length;
	size_t begin = BufferBeginMessage(out, 0);
	bool has_user = false;
	bool has_digits = false;

	BufferAddInt32(out, version);
	*driver = false;

	/* pairs of name and value, each with its zero, up to an empty name */
	while (body < end && *body != '\0')
	{
		const char *name = body;
		const char *value = memchr(name, 0, end - name);
		const char *stop = value != NULL ? memchr(value + 1, 0, end - value - 1) : NULL;

		if (stop == NULL)
			return false;
		value++;
		body = stop + 1;

		/* PostgreSQL would refuse what it doesn't know; it tells a driver of Redshift */
		if (IsDriversOwn(name))
		{
			*driver = true;
			continue;
		}

		/* what opens a replication connection has nothing to do with Redshift */
		if (strcmp(name, "replication") == 0)
			continue;
		/* by itself, or as -c name=value among the options */
		if (strcmp(name, FLOAT_DIGITS) == 0 ||
			(strcmp(name, "options") == 0 && strstr(value, FLOAT_DIGITS) != NULL))
			has_digits = true;
		BufferAddString(out, name);
		if (strcmp(name, "user") == 0)
		{
			has_user = true;
			AddUser(out, value);
		}
		else
			BufferAddString(out, value);
	}

	/* exactly at the end: a packet with something behind it is not understood */
	if (body + 1 != end || !has_user)
		return false;

	/* Redshift shows floats with fewer digits than PostgreSQL, unless the client says how many */
	if (!has_digits)
	{
		BufferAddString(out, FLOAT_DIGITS);
		BufferAddString(out, FLOAT_DIGITS_REDSHIFT);
	}

	BufferAddByte(out, 0);
	BufferEndMessage(out, begin);

	return true;
}

static bool
IsDriversOwn(const char *name)
{
	for (size_t i = 0; i < sizeof(drivers_own) / sizeof(drivers_own[0]); i++)
	{
		size_t length = strlen(drivers_own[i]);

		/* a name that ends in an underscore stands for all that begin with it */
		if (drivers_own[i][length - 1] == '_' ? strncmp(name, drivers_own[i], length) == 0
											  : strcmp(name, drivers_own[i]) == 0)
			return true;
	}

	return false;
}

/* Credentials from IAM come with a prefix, IAMA:user:group with a group for a user made on the spot. */
static void
AddUser(Buffer *out, const char *user)
{
	size_t length;

	if (strncmp(user, "IAM:", 4) == 0)
		user += 4;
	else if (strncmp(user, "IAMA:", 5) == 0)
		user += 5;
	else
	{
		BufferAddString(out, user);
		return;
	}

	length = strcspn(user, ":");
	BufferAdd(out, user, length);
	BufferAddByte(out, 0);
}
