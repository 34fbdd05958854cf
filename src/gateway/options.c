/*
 * options.c
 *		The gateway's settings: from the command line, or from the environment.
 *
 * One table is the parser, the help and the names of the environment.
 */
#include "gateway/options.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum OptionKind
{
	OPTION_TEXT,
	OPTION_NUMBER,
	OPTION_SWITCH
} OptionKind;

typedef struct OptionRule
{
	const char *name;
	OptionKind kind;
	size_t field;
	int least;
	int most;
	const char *help;
} OptionRule;

#define FIELD(name) offsetof(Options, name)

static const OptionRule rules[] = {
	{"address", OPTION_TEXT, FIELD(address), 0, 0, "address to listen on (127.0.0.1)"},
	{"port", OPTION_NUMBER, FIELD(port), 0, 65535, "port to listen on (5439); 0 is any free one"},
	{"server-address", OPTION_TEXT, FIELD(server_address), 0, 0,
	 "loopback address of PostgreSQL (127.0.0.1)"},
	{"server-port", OPTION_NUMBER, FIELD(server_port), 1, 65535, "port of PostgreSQL (5432)"},
	{"tls", OPTION_NUMBER, FIELD(tls), 0, 1, "1 offers TLS (1)"},
	{"tls-certificate", OPTION_TEXT, FIELD(tls_certificate), 0, 0,
	 "file of the certificate; none: one is generated"},
	{"tls-key", OPTION_TEXT, FIELD(tls_key), 0, 0, "file of its key"},
	{"networks", OPTION_TEXT, FIELD(networks), 0, 0,
	 "networks others than this machine may come from: 10.0.0.0/8,fd00::/8"},
	{"clients", OPTION_NUMBER, FIELD(clients), 1, 100000, "clients at once (100)"},
	{"authentication-timeout", OPTION_NUMBER, FIELD(authentication_timeout), 1, 600,
	 "seconds a client has to authenticate (60)"},
	{"state", OPTION_TEXT, FIELD(state), 0, 0, "directory for the generated certificate (.)"},
	{"lifeline", OPTION_SWITCH, FIELD(lifeline), 0, 1, "end when standard input ends"},
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

static void Help(void);
static void ReadEnvironment(Options *options);
static const OptionRule *FindRule(const char *name, size_t length);
static void Set(Options *options, const OptionRule *rule, const char *value);

void
OptionsRead(Options *options, int argc, char **argv)
{
	*options = (Options){.address = "127.0.0.1",
						 .port = 5439,
						 .server_address = "127.0.0.1",
						 .server_port = 5432,
						 .tls_certificate = "",
						 .tls_key = "",
						 .tls = true,
						 .networks = "",
						 .clients = 100,
						 .authentication_timeout = 60,
						 .state = "."};

	/* the command line comes after the environment, and wins */
	ReadEnvironment(options);
	for (int i = 1; i < argc; i++)
	{
		const char *name = argv[i];
		const char *equals = strchr(name, '=');
		const OptionRule *rule;

		if (strcmp(name, "--help") == 0)
			Help();
		rule = strncmp(name, "--", 2) != 0
				   ? NULL
				   : FindRule(name + 2, equals ? (size_t)(equals - name - 2) : strlen(name + 2));

		/* a switch takes no value, anything else needs one */
		if (rule == NULL || (equals == NULL) != (rule->kind == OPTION_SWITCH))
		{
			fprintf(stderr, "sparkify_gateway: unknown option \"%s\"; see --help\n", name);
			exit(2);
		}

		Set(options, rule, equals ? equals + 1 : "1");
	}
}

/* Prints the options. */
static void
Help(void)
{
	printf("sparkify_gateway: Redshift's clients on port 5439, in front of PostgreSQL.\n\n");
	for (size_t i = 0; i < RULES; i++)
		printf("  --%s%s\n        %s\n", rules[i].name,
			   rules[i].kind == OPTION_TEXT		? "=TEXT"
			   : rules[i].kind == OPTION_NUMBER ? "=N"
												: "",
			   rules[i].help);
	printf("\nEach may also stand in the environment: SPARKIFY_GATEWAY_PORT for --port.\n");
	exit(0);
}

/* SPARKIFY_GATEWAY_TLS_KEY is --tls-key. */
static void
ReadEnvironment(Options *options)
{
	for (size_t i = 0; i < RULES; i++)
	{
		char name[80];
		const char *value;

		snprintf(name, sizeof(name), "SPARKIFY_GATEWAY_%s", rules[i].name);
		for (char *c = name; *c != '\0'; c++)
			*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
		value = getenv(name);
		if (value != NULL)
			Set(options, &rules[i], value);
	}
}

static const OptionRule *
FindRule(const char *name, size_t length)
{
	for (size_t i = 0; i < RULES; i++)
		if (strlen(rules[i].name) == length && memcmp(rules[i].name, name, length) == 0)
			return &rules[i];
	return NULL;
}

/* Sets a field; a number out of its range ends the process. */
static void
Set(Options *options, const OptionRule *rule, const char *value)
{
	char *field = (char *)options + rule->field;
	char *end;
	long number;

	if (rule->kind == OPTION_TEXT)
	{
		*(const char **)(void *)field = value;
		return;
	}

	number = strtol(value, &end, 10);
	if (*value == '\0' || *end != '\0' || number < rule->least || number > rule->most)
	{
		fprintf(stderr, "sparkify_gateway: --%s must be a number from %d to %d, not \"%s\"\n",
				rule->name, rule->least, rule->most, value);
		exit(2);
	}

	if (rule->field == FIELD(tls) || rule->kind == OPTION_SWITCH)
		*(bool *)field = number != 0;
	else
		*(int *)(void *)field = (int)number;
}
