/*
 * copy_option_rules.c
 *		COPY's options as a table, for both spellings; and what COPY on Redshift
 *		has besides, refused by name.  How an option is read and what it goes
 *		with is copy_options.c's.
 *
 * An option that only fills a field is a row here and the field in CopyOptions.
 *
 * Sources: AWS pages copy-parameters-data-format, -data-conversion,
 * -data-load, -file-compression, -data-source and -authorization.
 */
#include "postgres.h"

#include "utils/formatting.h"
#include "utils/varlena.h"

#include "copy_options/copy_options.h"

#define DELIMITED (1u << FORMAT_DELIMITED)
#define CSV (1u << FORMAT_CSV)
#define FIXEDWIDTH (1u << FORMAT_FIXEDWIDTH)
#define JSON (1u << FORMAT_JSON)

#define FIELD(name) offsetof(CopyOptions, name)

#define FLAG(keyword, field, not_formats)                                                          \
	{                                                                                              \
		keyword, keyword, COPY_ARGUMENT_NONE, FIELD(field), not_formats                            \
	}
#define TEXT(keyword, name, field, not_formats)                                                    \
	{                                                                                              \
		keyword, name, COPY_ARGUMENT_STRING, FIELD(field), not_formats                             \
	}
#define ESCAPED(keyword, field, not_formats)                                                       \
	{                                                                                              \
		keyword, keyword, COPY_ARGUMENT_STRING, FIELD(field), not_formats, .escapes = true         \
	}
#define OPTIONAL(keyword, name, field, not_formats, absent)                                        \
	{                                                                                              \
		keyword, name, COPY_ARGUMENT_OPTIONAL_STRING, FIELD(field), not_formats, .word = absent    \
	}
#define NUMBER(keyword, field, from, to)                                                           \
	{                                                                                              \
		keyword, keyword, COPY_ARGUMENT_NUMBER, FIELD(field), 0, .minimum = from, .maximum = to    \
	}
#define SWITCH(keyword, field, also_on)                                                            \
	{                                                                                              \
		keyword, keyword, COPY_ARGUMENT_SWITCH, FIELD(field), 0, .word = also_on                   \
	}
#define WORD(keyword, name, field, values)                                                         \
	{                                                                                              \
		keyword, name, COPY_ARGUMENT_WORD, FIELD(field), 0, .word = keyword, .names = &values      \
	}
#define REFUSED(keyword, argument, instead)                                                        \
	{                                                                                              \
		keyword, NULL, argument, 0, 0, .hint = instead                                             \
	}

static const char *const format_names[] = {
	[FORMAT_DELIMITED] = "text",
	[FORMAT_CSV] = "csv",
	[FORMAT_FIXEDWIDTH] = "fixedwidth",
	[FORMAT_JSON] = "json",
};

static const char *const compression_names[] = {
	[COMPRESSION_NONE] = "none",
	[COMPRESSION_GZIP] = "gzip",
	[COMPRESSION_BZIP2] = "bzip2",
	[COMPRESSION_ZSTD] = "zstd",
};

static const char *const encoding_names[] = {
	[ENCODING_UTF8] = "utf8",		  [ENCODING_UTF16] = "utf16",
	[ENCODING_UTF16LE] = "utf16le",	  [ENCODING_UTF16BE] = "utf16be",
	[ENCODING_ISO88591] = "iso88591",
};

const CopyNames copy_formats = {format_names, lengthof(format_names),
								"Formats are json, csv, text and fixedwidth."};
const CopyNames copy_compressions = {compression_names, lengthof(compression_names),
									 "Compressions are gzip, bzip2, zstd and none."};
const CopyNames copy_encodings = {encoding_names, lengthof(encoding_names),
								  "It is one of UTF8, UTF16, UTF16LE, UTF16BE and ISO88591."};

const CopyOptionRule copy_option_rules[] = {
	/* data format */
	OPTIONAL("json", "jsonpaths", jsonpaths, DELIMITED | CSV | FIXEDWIDTH, "auto"),
	WORD("csv", "format", format, copy_formats),
	TEXT("fixedwidth", "fixedwidth", fixedwidth, JSON | CSV | DELIMITED),
	TEXT("quote", "quote", quote, DELIMITED | FIXEDWIDTH | JSON),
	ESCAPED("delimiter", delimiter, FIXEDWIDTH | JSON),
	ESCAPED("null", null_as, JSON),
	FLAG("escape", escape, CSV | FIXEDWIDTH | JSON),
	FLAG("removequotes", remove_quotes, CSV | FIXEDWIDTH | JSON),
	FLAG("fillrecord", fill_record, JSON),
	FLAG("ignoreblanklines", ignore_blank_lines, JSON),
	NUMBER("ignoreheader", ignore_header, 0, PG_INT64_MAX),
	{"encoding", "encoding", COPY_ARGUMENT_STRING, FIELD(encoding), 0, .names = &copy_encodings},

	/* source and its rights */
	WORD("gzip", "compression", compression, copy_compressions),
	WORD("bzip2", "compression", compression, copy_compressions),
	WORD("zstd", "compression", compression, copy_compressions),
	FLAG("manifest", manifest, 0),
	TEXT("region", "region", region, 0),
	TEXT("iam_role", "iam_role", iam_role, 0),
	{"credentials", "credentials", COPY_ARGUMENT_STRING, COPY_FIELD_PAIRS, 0},
	TEXT("access_key_id", "access_key_id", access_key_id, 0),
	TEXT("secret_access_key", "secret_access_key", secret_access_key, 0),
	TEXT("session_token", "session_token", session_token, 0),
	TEXT("token", "session_token", session_token, 0),

	/* conversion */
	FLAG("truncatecolumns", truncate_columns, 0),
	FLAG("trimblanks", trim_blanks, 0),
	FLAG("blanksasnull", blanks_as_null, 0),
	FLAG("emptyasnull", empty_as_null, 0),
	FLAG("acceptanydate", accept_any_date, 0),
	FLAG("roundec", round_decimals, 0),
	OPTIONAL("acceptinvchars", "acceptinvchars", accept_inv_chars, 0, "?"),
	TEXT("dateformat", "dateformat", date_format, 0),
	TEXT("timeformat", "timeformat", time_format, 0),
	FLAG("explicit_ids", explicit_ids, 0),

	/* the load as a whole */
	NUMBER("maxerror", max_error, 0, 100000),
	FLAG("ignoreallerrors", ignore_all_errors, 0),
	FLAG("noload", noload, 0),
	SWITCH("statupdate", stat_update, NULL),
	SWITCH("compupdate", comp_update, "preset"),
	NUMBER("comprows", comp_rows, 1000, PG_INT32_MAX),

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
	REFUSED(
		"using", COPY_ARGUMENT_NONE,
		"Templates (COPY ... USING TEMPLATE) are not supported: write out what the template says."),
	REFUSED("readratio", COPY_ARGUMENT_NUMBER, "It goes with DynamoDB, which is not supported."),
};

const int copy_option_rules_count = lengthof(copy_option_rules);

/* Whether a word is a keyword but for a letter or two, of which a short one has none to spare. */
bool
CopyKeywordIsNear(const char *word, const char *keyword)
{
	int length = strlen(word);
	int limit = length < 6 ? 1 : 2;

	return length >= 3 && length < 64 &&
		   varstr_levenshtein_less_equal(word, length, keyword, strlen(keyword), 1, 1, 1, limit,
										 true) <= limit;
}

/* The keyword that a word was probably meant to be. */
const char *
CopyOptionNear(const char *word)
{
	for (int i = 0; i < copy_option_rules_count; i++)
		if (CopyKeywordIsNear(word, copy_option_rules[i].keyword))
			return asc_toupper(copy_option_rules[i].keyword, strlen(copy_option_rules[i].keyword));
	return NULL;
}

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

/* The value of a name; -1 where there is none. */
int
CopyNameFind(const CopyNames *names, const char *name)
{
	for (int i = 0; i < names->count; i++)
		if (pg_strcasecmp(names->names[i], name) == 0)
			return i;
	return -1;
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
