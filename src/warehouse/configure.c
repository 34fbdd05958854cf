/*
 * configure.c
 *		sparkify_configure(): settings from the text of a dwh.cfg.
 *
 * Such files have sections of KEY=value lines, values quoted or not:
 *
 *		[CLUSTER]   HOST, DB_NAME, DB_USER, DB_PASSWORD, DB_PORT
 *		[IAM_ROLE]  ARN
 *		[S3]        LOG_DATA, LOG_JSONPATH, SONG_DATA
 *
 * Only what the definitions need is taken.  The cluster's password, and AWS
 * keys where a file has them, are read over: they are stored nowhere.
 */
#include "postgres.h"

#include <ctype.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "warehouse/settings.h"

/* Which key of which section is which setting. */
typedef struct ConfigKey
{
	const char *section;
	const char *key;
	const char *setting;
	const char *prefix; /* what a value begins with */
} ConfigKey;

static const ConfigKey config_keys[] = {
	{"IAM_ROLE", "ARN", "iam_role", "arn:"},   {"IAM_ROLE", "ROLE_ARN", "iam_role", "arn:"},
	{"S3", "LOG_DATA", "log_data", "s3://"},   {"S3", "LOG_JSONPATH", "log_jsonpath", "s3://"},
	{"S3", "SONG_DATA", "song_data", "s3://"}, {"S3", "REGION", "region", ""},
	{"AWS", "REGION", "region", ""},
};

PG_FUNCTION_INFO_V1(sparkify_configure);

/* Cuts blanks off both ends of a text, in place. */
static char *
Trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* Takes the quotes off a value, in place. */
static char *
Unquote(char *value)
{
	size_t length = strlen(value);

	if (length >= 2 && (value[0] == '\'' || value[0] == '"') && value[length - 1] == value[0])
	{
		value[length - 1] = '\0';
		value++;
	}

	return Trim(value);
}

/* The setting that a key of a section stands for, or NULL. */
static const ConfigKey *
FindKey(const char *section, const char *key)
{
	for (int i = 0; i < (int)lengthof(config_keys); i++)
		if (pg_strcasecmp(config_keys[i].section, section) == 0 &&
			pg_strcasecmp(config_keys[i].key, key) == 0)
			return &config_keys[i];
	return NULL;
}

/* Takes a value and reports it; an empty value leaves the setting as it is. */
static bool
TakeValue(const ConfigKey *known, const char *value, int line, const char **values,
		  ReturnSetInfo *result)
{
	Datum row[2];
	bool nulls[2] = {false, false};

	if (*value == '\0')
		return false;
	if (strncmp(value, known->prefix, strlen(known->prefix)) != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s of section [%s] does not begin with \"%s\"", known->key,
							   known->section, known->prefix),
						errcontext("line %d of the configuration", line)));

	/* of several the last one counts, whichever key it has */
	for (int i = 0; i < (int)lengthof(config_keys); i++)
		if (strcmp(config_keys[i].setting, known->setting) == 0)
			values[i] = NULL;
	values[known - config_keys] = value;
	row[0] = CStringGetTextDatum(known->setting);
	row[1] = CStringGetTextDatum(value);
	tuplestore_putvalues(result->setResult, result->setDesc, row, nulls);

	return true;
}

/* Reads the text and writes the settings it has; returns them. */
Datum
sparkify_configure(PG_FUNCTION_ARGS)
{
	char *config = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	const char *section = "";
	const char *values[lengthof(config_keys)] = {NULL};
	int line = 0, taken = 0;

	InitMaterializedSRF(fcinfo, 0);

	/* the format of Python's configparser, which dwh.cfg is written for: sections, keys, = or : */
	for (char *next = config; next != NULL;)
	{
		char *start = Trim(strsep(&next, "\n"));
		char *mark = strpbrk(start, "=:");
		size_t length = strlen(start);

		CHECK_FOR_INTERRUPTS();
		line++;

		/* comments have a line of their own; behind a value, # and ; are part of it */
		if (*start == '#' || *start == ';')
			continue;
		if (*start == '[' && start[length - 1] == ']')
		{
			start[length - 1] = '\0';
			section = Trim(start + 1);
		}
		else if (mark != NULL)
		{
			const ConfigKey *known;

			*mark = '\0';

			/* other sections and keys are left alone: dwh.cfg holds a cluster's settings, too */
			known = FindKey(section, Trim(start));
			if (known != NULL)
				taken += TakeValue(known, Unquote(Trim(mark + 1)), line, values, result);
		}
	}

	/* not one: the text can't be what it was taken for */
	if (taken == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("the configuration has no setting of the warehouse"),
						errhint("Expected is the text of a dwh.cfg: ARN in section [IAM_ROLE]; "
								"LOG_DATA, LOG_JSONPATH and SONG_DATA in section [S3].")));

	/* written only when all of it has been read, so that an error leaves the old settings */
	for (int i = 0; i < (int)lengthof(config_keys); i++)
		if (values[i] != NULL)
			SettingsWrite(config_keys[i].setting, values[i]);
	return (Datum)0;
}
