/*
 * copy_option_rules.c
 *		COPY's options as a table, for both spellings; and what COPY on Redshift
 *		has besides, refused by name.  How an option is read and what it goes
 *		with is copy_options.c's.
 *
 * Sources: AWS pages copy-parameters-data-format, -data-conversion,
 * -data-load, -file-compression, -data-source and -authorization.
 */
#include "postgres.h"

#include "utils/formatting.h"

#include "copy_options/copy_options.h"

#define DELIMITED (1u << COPY_FORMAT_DELIMITED)
#define CSV (1u << COPY_FORMAT_CSV)
#define FIXEDWIDTH (1u << COPY_FORMAT_FIXEDWIDTH)
#define JSON (1u << COPY_FORMAT_JSON)

#define FLAG(keyword, not_formats)                                                                 \
	{                                                                                              \
		keyword, keyword, COPY_ARGUMENT_NONE, NULL, 0, 0, not_formats, NULL                        \
	}
#define TEXT(keyword, name, not_formats)                                                           \
	{                                                                                              \
		keyword, name, COPY_ARGUMENT_STRING, NULL, 0, 0, not_formats, NULL                         \
	}
#define NUMBER(keyword, minimum, maximum)                                                          \
	{                                                                                              \
		keyword, keyword, COPY_ARGUMENT_NUMBER, NULL, minimum, maximum, 0, NULL                    \
	}
#define WORD(keyword, name)                                                                        \
	{                                                                                              \
		keyword, name, COPY_ARGUMENT_WORD, keyword, 0, 0, 0, NULL                                  \
	}
#define REFUSED(keyword, argument, hint)                                                           \
	{                                                                                              \
		keyword, NULL, argument, NULL, 0, 0, 0, hint                                               \
	}

const CopyOptionRule copy_option_rules[] = {
	/* data format */
	{"json", "jsonpaths", COPY_ARGUMENT_OPTIONAL_STRING, NULL, 0, 0, DELIMITED | CSV | FIXEDWIDTH,
	 NULL},
	WORD("csv", "format"),
	TEXT("fixedwidth", "fixedwidth", JSON | CSV | DELIMITED),
	TEXT("quote", "quote", DELIMITED | FIXEDWIDTH | JSON),
	TEXT("delimiter", "delimiter", FIXEDWIDTH | JSON),
	TEXT("null", "null", JSON),
	FLAG("escape", CSV | FIXEDWIDTH | JSON),
	FLAG("removequotes", CSV | FIXEDWIDTH | JSON),
	FLAG("fillrecord", JSON),
	FLAG("ignoreblanklines", JSON),
	NUMBER("ignoreheader", 0, PG_INT64_MAX),
	TEXT("encoding", "encoding", 0),

	/* source and its rights */
	WORD("gzip", "compression"),
	WORD("bzip2", "compression"),
	WORD("zstd", "compression"),
	FLAG("manifest", 0),
	TEXT("region", "region", 0),
	TEXT("iam_role", "iam_role", 0),
	TEXT("credentials", "credentials", 0),
	TEXT("access_key_id", "access_key_id", 0),
	TEXT("secret_access_key", "secret_access_key", 0),
	TEXT("session_token", "session_token", 0),
	TEXT("token", "session_token", 0),

	/* conversion */
	FLAG("truncatecolumns", 0),
	FLAG("trimblanks", 0),
	FLAG("blanksasnull", 0),
	FLAG("emptyasnull", 0),
	FLAG("acceptanydate", 0),
	FLAG("roundec", 0),
	{"acceptinvchars", "acceptinvchars", COPY_ARGUMENT_OPTIONAL_STRING, NULL, 0, 0, 0, NULL},
	TEXT("dateformat", "dateformat", 0),
	TEXT("timeformat", "timeformat", 0),
	FLAG("explicit_ids", 0),

	/* the load as a whole */
	NUMBER("maxerror", 0, 100000),
	FLAG("ignoreallerrors", 0),
	FLAG("noload", 0),
	{"statupdate", "statupdate", COPY_ARGUMENT_SWITCH, NULL, 0, 0, 0, NULL},
	{"compupdate", "compupdate", COPY_ARGUMENT_SWITCH, NULL, 0, 0, 0, NULL},
	NUMBER("comprows", 1000, PG_INT32_MAX),

	/* what Redshift has and this extension has not */
	REFUSED("parquet", COPY_ARGUMENT_NONE, "Load JSON, CSV, delimited or fixed-width text."),
	REFUSED("orc", COPY_ARGUMENT_NONE, "Load JSON, CSV, delimited or fixed-width text."),
	REFUSED("avro", COPY_ARGUMENT_OPTIONAL_STRING,
			"Load JSON, CSV, delimited or fixed-width text."),
	REFUSED("shapefile", COPY_ARGUMENT_NONE, "Load JSON, CSV, delimited or fixed-width text."),
	REFUSED("serializetojson", COPY_ARGUMENT_NONE,
			"It goes with Parquet and ORC, which are not supported."),
	REFUSED("lzop", COPY_ARGUMENT_NONE, "Use GZIP, BZIP2 or ZSTD."),
	REFUSED("encrypted", COPY_ARGUMENT_NONE,
			"Client-side encryption is not supported; encryption by S3 itself needs no option."),
	REFUSED("master_symmetric_key", COPY_ARGUMENT_STRING,
			"Client-side encryption is not supported; encryption by S3 itself needs no option."),
	REFUSED("ssh", COPY_ARGUMENT_NONE, "Put the data into S3, or into a mirror directory."),
	REFUSED("readratio", COPY_ARGUMENT_NUMBER, "It goes with DynamoDB, which is not supported."),
};

const int copy_option_rules_count = lengthof(copy_option_rules);

/* The rule of a Redshift keyword, in any case; NULL when there is none. */
const CopyOptionRule *
CopyOptionByKeyword(const char *keyword)
{
	for (int i = 0; i < copy_option_rules_count; i++)
		if (pg_strcasecmp(copy_option_rules[i].keyword, keyword) == 0)
			return &copy_option_rules[i];
	return NULL;
}

/* The first rule with a PostgreSQL name; NULL when there is none. */
const CopyOptionRule *
CopyOptionByName(const char *name)
{
	for (int i = 0; i < copy_option_rules_count; i++)
		if (copy_option_rules[i].name != NULL && strcmp(copy_option_rules[i].name, name) == 0)
			return &copy_option_rules[i];
	return NULL;
}

/* Whether a word is a value of a switch: ON, OFF, TRUE, FALSE, PRESET, in any case. */
bool
CopySwitchIs(const char *word)
{
	static const char *const values[] = {"on", "off", "true", "false", "preset"};

	for (size_t i = 0; i < lengthof(values); i++)
		if (pg_strcasecmp(values[i], word) == 0)
			return true;
	return false;
}

/* Raises the error that refuses an option Redshift knows and this extension doesn't. */
void
CopyOptionRefuse(const CopyOptionRule *rule)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("COPY option %s is not supported",
						   asc_toupper(rule->keyword, strlen(rule->keyword))),
					errhint("%s", rule->hint)));
}

/* The scheme of a source that Redshift has and this extension has not; NULL for any other text. */
const char *
CopySourceRefused(const char *source)
{
	static const char *const schemes[] = {"dynamodb://", "emr://", "ssh://"};

	for (size_t i = 0; i < lengthof(schemes); i++)
		if (pg_strncasecmp(source, schemes[i], strlen(schemes[i])) == 0)
			return schemes[i];
	return NULL;
}
