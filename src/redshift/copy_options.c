/*
 * copy_options.c
 *		COPY's options: one table for both spellings, and the rules of what goes
 *		with what.
 *
 * Sources: AWS pages copy-parameters-data-format, -data-conversion,
 * -data-load, -file-compression and -authorization.
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "redshift/copy_options.h"

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

/* Options that contradict each other whatever the format. */
static const struct
{
	const char *one;
	const char *other;
} conflicts[] = {
	{"maxerror", "ignoreallerrors"},	  {"iam_role", "access_key_id"},
	{"iam_role", "credentials"},		  {"credentials", "access_key_id"},
	{"credentials", "secret_access_key"}, {"iam_role", "secret_access_key"},
};

/* The pairs of a CREDENTIALS string. */
static const struct
{
	const char *key;
	const char *name;
} credential_keys[] = {
	{"aws_iam_role", "iam_role"},
	{"aws_access_key_id", "access_key_id"},
	{"aws_secret_access_key", "secret_access_key"},
	{"token", "session_token"},
	{"session_token", "session_token"},
	{"aws_session_token", "session_token"},
};

static const char *const format_names[] = {
	[COPY_FORMAT_DELIMITED] = "text",
	[COPY_FORMAT_CSV] = "csv",
	[COPY_FORMAT_FIXEDWIDTH] = "fixedwidth",
	[COPY_FORMAT_JSON] = "json",
};

static void ReadOption(CopyOptions *options, DefElem *element);
static bool ReadFlag(CopyOptions *options, DefElem *element);
static bool ReadText(CopyOptions *options, DefElem *element);
static CopyFormat ReadFormat(DefElem *element);
static CopyCompression ReadCompression(DefElem *element);
static int64 ReadNumber(DefElem *element);
static void ReadCredentials(CopyOptions *options, const char *text);
static void CheckCombinations(const CopyOptions *options, List *given);
static void CheckValues(const CopyOptions *options);
static CopyEncoding ReadEncoding(const char *name);
static char *DecodeEscapes(const char *text, int *length);
static DefElem *FindOption(List *given, const char *name);

/* Reads the options of COPY ... WITH (...), and checks each and all together. */
CopyOptions *
CopyOptionsFromList(List *list)
{
	CopyOptions *options = palloc0(sizeof(CopyOptions));
	DefElem *format = FindOption(list, "format");
	ListCell *cell;

	options->stat_update = -1;
	options->comp_update = true;
	if (format != NULL)
		options->format = ReadFormat(format);
	else if (FindOption(list, "jsonpaths"))
		options->format = COPY_FORMAT_JSON;
	else if (FindOption(list, "fixedwidth"))
		options->format = COPY_FORMAT_FIXEDWIDTH;

	foreach (cell, list)
		ReadOption(options, lfirst_node(DefElem, cell));
	if (options->format == COPY_FORMAT_JSON && options->jsonpaths == NULL)
		options->jsonpaths = pstrdup("auto");
	CheckCombinations(options, list);
	CheckValues(options);
	if (options->encoding != NULL)
		options->object_encoding = ReadEncoding(options->encoding);
	return options;
}

/* Whether the list has an option that PostgreSQL's own COPY does not know, or FORMAT json. */
bool
CopyOptionsAreOurs(List *list)
{
	static const char *const postgres_options[] = {"format", "delimiter", "null",
												   "quote",	 "escape",	  "encoding"};
	ListCell *cell;

	foreach (cell, list)
	{
		DefElem *element = lfirst_node(DefElem, cell);
		bool known_to_postgres = false;

		for (size_t i = 0; i < lengthof(postgres_options); i++)
			known_to_postgres |= strcmp(element->defname, postgres_options[i]) == 0;
		if (!known_to_postgres && CopyOptionByName(element->defname) != NULL)
			return true;
		if (strcmp(element->defname, "format") == 0 &&
			pg_strcasecmp(defGetString(element), "json") == 0)
			return true;
	}
	return false;
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

/* Raises the error that refuses an option Redshift knows and this extension doesn't. */
void
CopyOptionRefuse(const CopyOptionRule *rule)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("COPY option %s is not supported",
						   asc_toupper(rule->keyword, strlen(rule->keyword))),
					errhint("%s", rule->hint)));
}

/* Reads one option into its place. */
static void
ReadOption(CopyOptions *options, DefElem *element)
{
	const CopyOptionRule *rule = CopyOptionByName(element->defname);

	if (rule == NULL)
	{
		rule = CopyOptionByKeyword(element->defname);
		if (rule != NULL && rule->name == NULL)
			CopyOptionRefuse(rule);
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("COPY option \"%s\" is not known", element->defname),
						rule != NULL ? errhint("Its name here is \"%s\".", rule->name) : 0));
	}
	if (strcmp(rule->name, "format") == 0)
		return; /* read before the others */
	if (strcmp(rule->name, "compression") == 0)
		options->compression = ReadCompression(element);
	else if (strcmp(rule->name, "credentials") == 0)
		ReadCredentials(options, defGetString(element));
	else if (strcmp(rule->name, "maxerror") == 0)
		options->max_error = (int)ReadNumber(element);
	else if (strcmp(rule->name, "ignoreheader") == 0)
		options->ignore_header = ReadNumber(element);
	else if (strcmp(rule->name, "comprows") == 0)
		options->comp_rows = ReadNumber(element);
	else if (strcmp(rule->name, "statupdate") == 0)
		options->stat_update = defGetBoolean(element);
	else if (strcmp(rule->name, "compupdate") == 0)
		options->comp_update = element->arg != NULL && strcmp(defGetString(element), "preset") == 0
								   ? true
								   : defGetBoolean(element);
	else if (!ReadFlag(options, element) && !ReadText(options, element))
		elog(ERROR, "COPY option \"%s\" has no place", rule->name);
}

/* Reads an option that is on or off; false when it is another kind. */
static bool
ReadFlag(CopyOptions *options, DefElem *element)
{
	const struct
	{
		const char *name;
		bool *place;
	} flags[] = {
		{"escape", &options->escape},
		{"removequotes", &options->remove_quotes},
		{"fillrecord", &options->fill_record},
		{"ignoreblanklines", &options->ignore_blank_lines},
		{"manifest", &options->manifest},
		{"truncatecolumns", &options->truncate_columns},
		{"trimblanks", &options->trim_blanks},
		{"blanksasnull", &options->blanks_as_null},
		{"emptyasnull", &options->empty_as_null},
		{"acceptanydate", &options->accept_any_date},
		{"roundec", &options->round_decimals},
		{"explicit_ids", &options->explicit_ids},
		{"ignoreallerrors", &options->ignore_all_errors},
		{"noload", &options->noload},
	};

	for (size_t i = 0; i < lengthof(flags); i++)
		if (strcmp(element->defname, flags[i].name) == 0)
		{
			*flags[i].place = defGetBoolean(element);
			return true;
		}
	return false;
}

/* Reads an option that is a text; false when it is another kind. */
static bool
ReadText(CopyOptions *options, DefElem *element)
{
	int length;
	const struct
	{
		const char *name;
		char **place;
		bool escapes;
		const char *absent; /* value where the argument may be left out */
	} texts[] = {
		{"jsonpaths", &options->jsonpaths, false, "auto"},
		{"fixedwidth", &options->fixedwidth, false, NULL},
		{"quote", &options->quote, false, NULL},
		{"delimiter", &options->delimiter, true, NULL},
		{"null", &options->null_as, true, NULL},
		{"encoding", &options->encoding, false, NULL},
		{"region", &options->region, false, NULL},
		{"iam_role", &options->iam_role, false, NULL},
		{"access_key_id", &options->access_key_id, false, NULL},
		{"secret_access_key", &options->secret_access_key, false, NULL},
		{"session_token", &options->session_token, false, NULL},
		{"acceptinvchars", &options->accept_inv_chars, false, "?"},
		{"dateformat", &options->date_format, false, NULL},
		{"timeformat", &options->time_format, false, NULL},
	};

	for (size_t i = 0; i < lengthof(texts); i++)
	{
		if (strcmp(element->defname, texts[i].name) != 0)
			continue;
		if (element->arg == NULL && texts[i].absent != NULL)
			*texts[i].place = pstrdup(texts[i].absent);
		else if (texts[i].escapes)
		{
			*texts[i].place = DecodeEscapes(defGetString(element), &length);
			if (texts[i].place == &options->null_as)
				options->null_as_length = length;
		}
		else
			*texts[i].place = defGetString(element);
		return true;
	}
	return false;
}

/* The data format by its name. */
static CopyFormat
ReadFormat(DefElem *element)
{
	char *name = defGetString(element);
	const CopyOptionRule *rule;

	for (size_t i = 0; i < lengthof(format_names); i++)
		if (pg_strcasecmp(name, format_names[i]) == 0)
			return i;
	rule = CopyOptionByKeyword(name);
	if (rule != NULL && rule->name == NULL)
		CopyOptionRefuse(rule);
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("COPY format \"%s\" not recognized", name),
					errhint("Formats are json, csv, text and fixedwidth.")));
}

/* The compression by its name. */
static CopyCompression
ReadCompression(DefElem *element)
{
	static const struct
	{
		const char *name;
		CopyCompression compression;
	} names[] = {
		{"gzip", COPY_COMPRESSION_GZIP},
		{"bzip2", COPY_COMPRESSION_BZIP2},
		{"zstd", COPY_COMPRESSION_ZSTD},
		{"none", COPY_COMPRESSION_NONE},
	};
	char *name = defGetString(element);

	for (size_t i = 0; i < lengthof(names); i++)
		if (pg_strcasecmp(name, names[i].name) == 0)
			return names[i].compression;
	if (pg_strcasecmp(name, "lzop") == 0)
		CopyOptionRefuse(CopyOptionByKeyword("lzop"));
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("COPY compression \"%s\" not recognized", name),
					errhint("Compressions are gzip, bzip2, zstd and none.")));
}

/* A number within the limits of its rule. */
static int64
ReadNumber(DefElem *element)
{
	const CopyOptionRule *rule = CopyOptionByName(element->defname);
	int64 value = defGetInt64(element);

	if (value < rule->minimum || value > rule->maximum)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%lld is out of the range of COPY option %s", (long long)value,
							   asc_toupper(rule->keyword, strlen(rule->keyword))),
						errdetail("It takes %lld to %lld.", (long long)rule->minimum,
								  (long long)rule->maximum)));
	return value;
}

/*
 * Takes a CREDENTIALS string apart: 'aws_iam_role=arn' or
 * 'aws_access_key_id=..;aws_secret_access_key=..[;token=..]', in any order and
 * with blanks as users write them.  No part of it goes into a message.
 */
static void
ReadCredentials(CopyOptions *options, const char *text)
{
	char *rest = pstrdup(text);
	char *pair;

	while ((pair = strsep(&rest, ";")) != NULL)
	{
		char *value = strchr(pair, '=');
		char *key = pair + strspn(pair, " ");
		DefElem *element;
		size_t i;

		if (*key == '\0')
			continue;
		if (value == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid CREDENTIALS string"),
					 errdetail("It consists of key=value pairs separated by semicolons.")));
		*value++ = '\0';
		value += strspn(value, " ");
		key[strcspn(key, " ")] = '\0';
		value[strcspn(value, " ")] = '\0';
		if (strcmp(key, "master_symmetric_key") == 0)
			CopyOptionRefuse(CopyOptionByKeyword(key));
		for (i = 0; i < lengthof(credential_keys); i++)
			if (strcmp(key, credential_keys[i].key) == 0)
				break;
		if (i == lengthof(credential_keys))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("invalid CREDENTIALS string: key not recognized"),
							errhint("Keys are aws_iam_role, aws_access_key_id, "
									"aws_secret_access_key and token.")));
		element = makeDefElem((char *)credential_keys[i].name, (Node *)makeString(value), -1);
		ReadText(options, element);
	}
}

/* Refuses what is given twice, contradicts the format or another option. */
static void
CheckCombinations(const CopyOptions *options, List *given)
{
	ListCell *cell;

	foreach (cell, given)
	{
		DefElem *element = lfirst_node(DefElem, cell);
		const CopyOptionRule *rule = CopyOptionByName(element->defname);

		if (FindOption(given, element->defname) != element)
			ereport(ERROR,
					(errcode(ERRCODE_SYNTAX_ERROR),
					 errmsg("COPY option \"%s\" is given more than once", element->defname)));
		if (rule->not_formats & (1u << options->format))
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("COPY option %s does not go with format %s",
								   asc_toupper(rule->keyword, strlen(rule->keyword)),
								   format_names[options->format])));
	}
	for (size_t i = 0; i < lengthof(conflicts); i++)
		if (FindOption(given, conflicts[i].one) && FindOption(given, conflicts[i].other))
			ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
							errmsg("COPY options \"%s\" and \"%s\" exclude each other",
								   conflicts[i].one, conflicts[i].other)));
	if ((options->access_key_id == NULL) != (options->secret_access_key == NULL))
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("COPY options ACCESS_KEY_ID and SECRET_ACCESS_KEY go together")));
	if (options->session_token != NULL && options->access_key_id == NULL)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("COPY option SESSION_TOKEN needs ACCESS_KEY_ID")));
}

/* Refuses values that no rule of the table covers. */
static void
CheckValues(const CopyOptions *options)
{
	if (options->quote != NULL && strlen(options->quote) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY quote must be a single one-byte character")));
	if (options->delimiter != NULL && options->delimiter[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY delimiter must not be empty")));
	if (options->accept_inv_chars != NULL &&
		(strlen(options->accept_inv_chars) != 1 || options->accept_inv_chars[0] < ' ' ||
		 options->accept_inv_chars[0] > '~'))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("ACCEPTINVCHARS takes a single printable ASCII character")));
	if (options->format == COPY_FORMAT_FIXEDWIDTH && options->fixedwidth == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("COPY format fixedwidth needs the widths"),
				 errhint("Say FIXEDWIDTH 'label:width,label:width'.")));
}

/* Returns the encoding of a name. */
static CopyEncoding
ReadEncoding(const char *name)
{
	static const char *const names[] = {
		[COPY_ENCODING_UTF8] = "utf8",		   [COPY_ENCODING_UTF16] = "utf16",
		[COPY_ENCODING_UTF16LE] = "utf16le",   [COPY_ENCODING_UTF16BE] = "utf16be",
		[COPY_ENCODING_ISO88591] = "iso88591",
	};

	for (size_t i = 0; i < lengthof(names); i++)
		if (pg_strcasecmp(name, names[i]) == 0)
			return (CopyEncoding)i;
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("COPY encoding \"%s\" is not supported", name),
					errhint("It is one of UTF8, UTF16, UTF16LE, UTF16BE and ISO88591.")));
}

/* Decodes \t, \n, octal \ddd and \\ as DELIMITER and NULL AS take them; other backslashes stay. */
static char *
DecodeEscapes(const char *text, int *length)
{
	char *decoded = palloc(strlen(text) + 1);
	char *out = decoded;

	while (*text != '\0')
	{
		int digits = 0;

		if (text[0] != '\\' || text[1] == '\0')
		{
			*out++ = *text++;
			continue;
		}
		while (digits < 3 && text[1 + digits] >= '0' && text[1 + digits] <= '7')
			digits++;
		if (digits == 3 || (digits == 1 && text[1] == '0'))
		{
			int code = 0;

			for (int i = 0; i < digits; i++)
				code = code * 8 + (text[1 + i] - '0');
			*out++ = (char)code;
			text += 1 + digits;
			continue;
		}
		if (text[1] == 't' || text[1] == 'n' || text[1] == 'r')
			*out++ = text[1] == 't' ? '\t' : text[1] == 'n' ? '\n' : '\r';
		else if (text[1] == '\\')
			*out++ = '\\';
		else
		{
			*out++ = text[0];
			*out++ = text[1];
		}
		text += 2;
	}
	*out = '\0';
	*length = out - decoded;
	return decoded;
}

/* The first option of a name. */
static DefElem *
FindOption(List *given, const char *name)
{
	ListCell *cell;

	foreach (cell, given)
		if (strcmp(lfirst_node(DefElem, cell)->defname, name) == 0)
			return lfirst_node(DefElem, cell);
	return NULL;
}
