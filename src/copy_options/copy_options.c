/*
 * copy_options.c
 *		Reads COPY's options in PostgreSQL's spelling, and checks what goes with
 *		what.  Which options there are says the table of copy_option_rules.c.
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

#include "copy_options/copy_options.h"

/* Options that contradict each other whatever the format. */
static const struct
{
	const char *one;
	const char *other;
} conflicts[] = {
	{"maxerror", "ignoreallerrors"},	  {"iam_role", "access_key_id"},
	{"iam_role", "credentials"},		  {"credentials", "access_key_id"},
	{"credentials", "secret_access_key"}, {"iam_role", "secret_access_key"},
	{"credentials", "session_token"},	  {"iam_role", "session_token"},
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
static void CheckAuthorization(const CopyOptions *options);
static void CheckValues(const CopyOptions *options);
static void CheckTextValues(const CopyOptions *options);
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
		options->comp_update =
			element->arg != NULL && pg_strcasecmp(defGetString(element), "preset") == 0
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
	CheckAuthorization(options);
}

/* Refuses half a key, a token without one, and a role beside one: CREDENTIALS can hold them all. */
static void
CheckAuthorization(const CopyOptions *options)
{
	if ((options->access_key_id == NULL) != (options->secret_access_key == NULL))
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("COPY options ACCESS_KEY_ID and SECRET_ACCESS_KEY go together")));
	if (options->iam_role != NULL && (options->access_key_id != NULL || options->session_token))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("a role and access keys exclude each other"),
				 errdetail("COPY takes one form of authorization.")));
	if (options->session_token != NULL && options->access_key_id == NULL)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("COPY option SESSION_TOKEN needs ACCESS_KEY_ID")));
}

/* Refuses values that no rule of the table covers. */
static void
CheckValues(const CopyOptions *options)
{
	CheckTextValues(options);
	if (options->accept_inv_chars != NULL && (strlen(options->accept_inv_chars) != 1 ||
											  (unsigned char)options->accept_inv_chars[0] > 0x7F))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("ACCEPTINVCHARS takes a single ASCII character")));
	if (options->format == COPY_FORMAT_FIXEDWIDTH && options->fixedwidth == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("COPY format fixedwidth needs the widths"),
				 errhint("Say FIXEDWIDTH 'label:width,label:width'.")));
}

/* Refuses delimiters, quotes and texts for NULL that can't be told from line ends or each other. */
static void
CheckTextValues(const CopyOptions *options)
{
	char quote = options->quote != NULL ? options->quote[0] : '"';

	if (options->quote != NULL && strlen(options->quote) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY quote must be a single one-byte character")));
	if (options->delimiter != NULL && options->delimiter[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY delimiter must not be empty")));
	if (options->delimiter != NULL && strpbrk(options->delimiter, "\r\n") != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY delimiter cannot be newline or carriage return")));
	if (options->null_as != NULL && strpbrk(options->null_as, "\r\n") != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY null representation cannot use newline or carriage return")));
	if (options->format == COPY_FORMAT_CSV && options->delimiter != NULL &&
		strchr(options->delimiter, quote) != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY delimiter and quote must be different")));
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
