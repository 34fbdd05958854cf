/*
 * unload_options.c
 *		UNLOAD's options as a table, and how PostgreSQL's spelling is read.
 *
 * Sources: AWS page r_UNLOAD.  What goes with what is said there as "you can't
 * use CSV with FIXEDWIDTH" and the like; the words of the errors are not
 * documented by AWS.
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/varlena.h"

#include "copy_options/unload_options.h"

#define DELIMITED (1u << FORMAT_DELIMITED)
#define CSV (1u << FORMAT_CSV)
#define FIXEDWIDTH (1u << FORMAT_FIXEDWIDTH)
#define JSON (1u << FORMAT_JSON)

/* The field of an option of access, which is read as COPY's is (AWS: r_UNLOAD, Authorization). */
#define COPY_ACCESS ((size_t)-1)

#define MEGABYTE (INT64CONST(1024) * 1024)
#define GIGABYTE (INT64CONST(1024) * MEGABYTE)
#define FILE_SIZE_MIN (5 * MEGABYTE)
#define FILE_SIZE_MAX ((int64)(6.2 * GIGABYTE))

#define FIELD(name) offsetof(UnloadOptions, name)

#define FLAG(keyword, field, not_formats)                                                          \
	{                                                                                              \
		keyword, keyword, UNLOAD_ARGUMENT_NONE, FIELD(field), not_formats, NULL, NULL              \
	}
#define TEXT(keyword, name, field, not_formats)                                                    \
	{                                                                                              \
		keyword, name, UNLOAD_ARGUMENT_STRING, FIELD(field), not_formats, NULL, NULL               \
	}
#define WORD(keyword, name, field)                                                                 \
	{                                                                                              \
		keyword, name, UNLOAD_ARGUMENT_WORD, FIELD(field), 0, NULL, NULL                           \
	}
#define ACCESS(keyword, name)                                                                      \
	{                                                                                              \
		keyword, name, UNLOAD_ARGUMENT_STRING, COPY_ACCESS, 0, NULL, NULL                          \
	}
#define REFUSED(keyword, argument, hint)                                                           \
	{                                                                                              \
		keyword, NULL, argument, 0, 0, NULL, hint                                                  \
	}

#define PARQUET_HINT "Unload JSON, CSV, delimited or fixed-width text."
#define KEY_HINT "Encryption by S3 itself needs no option."

static const UnloadOptionRule rules[] = {
	/* data format */
	WORD("csv", "format", format),
	WORD("json", "format", format),
	{"delimiter", "delimiter", UNLOAD_ARGUMENT_STRING, FIELD(delimiter), FIXEDWIDTH | JSON, NULL,
	 NULL},
	TEXT("fixedwidth", "fixedwidth", fixedwidth, CSV | JSON | DELIMITED),
	TEXT("null", "null", null_as, JSON),
	FLAG("addquotes", add_quotes, CSV | FIXEDWIDTH | JSON),
	FLAG("escape", escape, CSV | FIXEDWIDTH | JSON),
	FLAG("header", header, FIXEDWIDTH | JSON),

	/* objects */
	WORD("gzip", "compression", compression),
	WORD("bzip2", "compression", compression),
	WORD("zstd", "compression", compression),
	TEXT("extension", "extension", extension, 0),
	{"partition", "partition_by", UNLOAD_ARGUMENT_NAMES, FIELD(partition_by), 0, "include", NULL},
	FLAG("include", include, 0),
	{"manifest", "manifest", UNLOAD_ARGUMENT_SUFFIX, FIELD(manifest), 0, "verbose", NULL},
	FLAG("allowoverwrite", allow_overwrite, 0),
	FLAG("cleanpath", clean_path, 0),
	{"parallel", "parallel", UNLOAD_ARGUMENT_SWITCH, FIELD(parallel), 0, NULL, NULL},
	{"maxfilesize", "maxfilesize", UNLOAD_ARGUMENT_SIZE, FIELD(max_file_size), 0, NULL, NULL},
	{"encrypted", "encrypted", UNLOAD_ARGUMENT_SUFFIX, FIELD(encrypted), 0, "auto", NULL},

	/* access */
	ACCESS("region", "region"),
	ACCESS("iam_role", "iam_role"),
	ACCESS("credentials", "credentials"),
	ACCESS("access_key_id", "access_key_id"),
	ACCESS("secret_access_key", "secret_access_key"),
	ACCESS("session_token", "session_token"),
	ACCESS("token", "session_token"),

	/* what Redshift has and this extension has not */
	REFUSED("parquet", UNLOAD_ARGUMENT_NONE, PARQUET_HINT),
	REFUSED("rowgroupsize", UNLOAD_ARGUMENT_SIZE, "It goes with Parquet, which is not supported."),
	REFUSED("kms_key_id", UNLOAD_ARGUMENT_STRING, KEY_HINT),
	REFUSED("master_symmetric_key", UNLOAD_ARGUMENT_STRING, KEY_HINT),
};

static void ReadOption(UnloadOptions *options, const UnloadOptionRule *rule, DefElem *element);
static _Noreturn void Refuse(const UnloadOptionRule *rule);
static const UnloadOptionRule *FindRule(const DefElem *element);
static int ReadName(const UnloadOptionRule *rule, DefElem *element);
static int64 ReadSize(DefElem *element);
static bool ReadSuffix(DefElem *element, const char *suffix, bool *suffixed);
static List *ReadNames(DefElem *element);
static char *Decode(const char *text);
static void ReadAccess(UnloadOptions *options, List *list);
static void CheckOptions(const UnloadOptions *options, List *list);
static void CheckTexts(const UnloadOptions *options);
static const char *Capitals(const char *keyword);

/* Finds the rule of a keyword. */
const UnloadOptionRule *
UnloadOptionByKeyword(const char *keyword)
{
	for (int i = 0; i < (int)lengthof(rules); i++)
		if (pg_strcasecmp(rules[i].keyword, keyword) == 0)
			return &rules[i];
	return NULL;
}

/* The keyword that a word was probably meant to be. */
const char *
UnloadOptionNear(const char *word)
{
	for (int i = 0; i < (int)lengthof(rules); i++)
		if (CopyKeywordIsNear(word, rules[i].keyword))
			return Capitals(rules[i].keyword);
	return NULL;
}

/* Finds the first rule of a name. */
const UnloadOptionRule *
UnloadOptionByName(const char *name)
{
	for (int i = 0; i < (int)lengthof(rules); i++)
		if (rules[i].name != NULL && strcmp(rules[i].name, name) == 0)
			return &rules[i];
	return NULL;
}

/* Reads and checks the options. */
UnloadOptions *
UnloadOptionsFromList(List *list)
{
	UnloadOptions *options = palloc0(sizeof(UnloadOptions));
	List *access = NIL;
	ListCell *cell;

	options->parallel = true;
	options->max_file_size = FILE_SIZE_MAX;
	foreach (cell, list)
	{
		DefElem *element = lfirst_node(DefElem, cell);
		const UnloadOptionRule *rule = FindRule(element);

		for (ListCell *other = list_head(list); other != cell; other = lnext(list, other))
			if (strcmp(lfirst_node(DefElem, other)->defname, element->defname) == 0)
				ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("UNLOAD option \"%s\" is given more than once", element->defname));
		if (rule->field == COPY_ACCESS)
			access = lappend(access, element);
		else
			ReadOption(options, rule, element);
	}

	if (options->fixedwidth != NULL && options->format == FORMAT_DELIMITED)
		options->format = FORMAT_FIXEDWIDTH;
	ReadAccess(options, access);
	CheckOptions(options, list);

	return options;
}

/* Refuses an option by its name. */
static void
Refuse(const UnloadOptionRule *rule)
{
	ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("UNLOAD option %s is not supported", Capitals(rule->keyword)),
			errhint("%s", rule->hint));
}

/* Finds an option's rule; raises an error where there is none. */
static const UnloadOptionRule *
FindRule(const DefElem *element)
{
	const UnloadOptionRule *rule = UnloadOptionByName(element->defname);

	if (rule != NULL)
		return rule;

	rule = UnloadOptionByKeyword(element->defname);
	if (rule != NULL && rule->name == NULL)
		Refuse(rule);
	ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("UNLOAD option \"%s\" is not known", element->defname),
			rule != NULL ? errhint("Its name here is \"%s\".", rule->name) : 0);
}

/* Reads one option into its field. */
static void
ReadOption(UnloadOptions *options, const UnloadOptionRule *rule, DefElem *element)
{
	void *field = (char *)options + rule->field;
	bool suffixed;

	switch (rule->argument)
	{
		case UNLOAD_ARGUMENT_NONE:
		case UNLOAD_ARGUMENT_SWITCH:
			*(bool *)field = defGetBoolean(element);
			break;
		case UNLOAD_ARGUMENT_WORD:
			*(int *)field = ReadName(rule, element);
			break;
		case UNLOAD_ARGUMENT_STRING:
			/* widths and extensions are taken as they are written, the others have escapes */
			*(char **)field = rule->field == FIELD(fixedwidth) || rule->field == FIELD(extension)
								  ? defGetString(element)
								  : Decode(defGetString(element));
			break;
		case UNLOAD_ARGUMENT_SIZE:
			*(int64 *)field = ReadSize(element);
			break;
		case UNLOAD_ARGUMENT_NAMES:
			*(List **)field = ReadNames(element);
			break;
		case UNLOAD_ARGUMENT_SUFFIX:
			/* ENCRYPTED and MANIFEST each have one word that may follow */
			if (rule->field == FIELD(encrypted))
				options->encrypted = ReadSuffix(element, rule->suffix, &suffixed);
			else if (ReadSuffix(element, rule->suffix, &suffixed))
				options->manifest = suffixed ? UNLOAD_MANIFEST_VERBOSE : UNLOAD_MANIFEST_PLAIN;
			break;
	}
}

/* Reads a format or a compression by its name. */
static int
ReadName(const UnloadOptionRule *rule, DefElem *element)
{
	const char *name = defGetString(element);
	const CopyNames *names = rule->field == FIELD(format) ? &copy_formats : &copy_compressions;
	const UnloadOptionRule *refused = UnloadOptionByKeyword(name);
	int value = CopyNameFind(names, name);

	if (value >= 0)
		return value;
	if (refused != NULL && refused->name == NULL)
		Refuse(refused);
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("UNLOAD %s \"%s\" not recognized", rule->name, name),
			errhint("%s", names->hint));
}

bool
UnloadSizeRead(const char *text, double *bytes)
{
	char *unit;
	double number = strtod(text, &unit);
	bool found = unit != text;

	/* "100 MB" and "100MB" are the same */
	while (*unit == ' ')
		unit++;
	*bytes = number * (pg_strcasecmp(unit, "gb") == 0 ? GIGABYTE : MEGABYTE);
	return found &&
		   (*unit == '\0' || pg_strcasecmp(unit, "mb") == 0 || pg_strcasecmp(unit, "gb") == 0);
}

/* Reads MAXFILESIZE (AWS: "between 5 MB and 6.2 GB"). */
static int64
ReadSize(DefElem *element)
{
	const char *text = defGetString(element);
	double bytes;

	if (!UnloadSizeRead(text, &bytes))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid MAXFILESIZE: \"%s\"", text),
				errdetail("It is a number, with MB or GB behind it."));

	/* written so that NaN fails, too */
	if (!(bytes >= FILE_SIZE_MIN && bytes <= 6.2 * GIGABYTE))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("MAXFILESIZE \"%s\" is out of range", text),
				errdetail("It is between 5 MB and 6.2 GB."));
	return (int64)bytes;
}

/* Reads a switch that may also be a word: manifest, manifest off, manifest 'verbose'. */
static bool
ReadSuffix(DefElem *element, const char *suffix, bool *suffixed)
{
	*suffixed = element->arg != NULL && IsA(element->arg, String) &&
				pg_strcasecmp(strVal(element->arg), suffix) == 0;
	return *suffixed || defGetBoolean(element);
}

/* Reads (a, b) or 'a, b'. */
static List *
ReadNames(DefElem *element)
{
	List *names = NIL;
	ListCell *cell;
	char *rest, *name;

	if (element->arg != NULL && IsA(element->arg, List))
	{
		foreach (cell, castNode(List, element->arg))
			names = lappend(names, pstrdup(strVal(lfirst(cell))));
		return names;
	}

	rest = pstrdup(defGetString(element));
	if (!SplitIdentifierString(rest, ',', &names) || names == NIL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("PARTITION BY needs names of columns"));
	foreach (cell, names)
	{
		name = lfirst(cell);
		lfirst(cell) = pstrdup(name);
	}

	return names;
}

/* Decodes \t, \n, \\ and octal \ddd, as DELIMITER and NULL AS take them. */
static char *
Decode(const char *text)
{
	char *decoded = palloc(strlen(text) + 1), *out = decoded;

	for (; *text != '\0'; text++)
	{
		int code = 0, digits = 0;

		/* a backslash at the very end stands for itself */
		if (text[0] != '\\' || text[1] == '\0')
		{
			*out++ = *text;
			continue;
		}

		text++;
		while (digits < 3 && text[digits] >= '0' && text[digits] <= '7')
			code = code * 8 + (text[digits++] - '0');

		/* zero would end the text */
		if (digits == 3 && code > 0 && code < 256)
		{
			*out++ = (char)code;
			text += 2;
		}
		else if (*text == 't' || *text == 'n' || *text == 'r')
			*out++ = *text == 't' ? '\t' : *text == 'n' ? '\n' : '\r';
		else
		{
			/* any other backslash stands for itself, as in \N */
			*out++ = '\\';
			if (*text != '\\')
				*out++ = *text;
		}
	}

	*out = '\0';
	return decoded;
}

/* Has COPY's reader read what says who may write where. */
static void
ReadAccess(UnloadOptions *options, List *list)
{
	CopyOptions *access = CopyOptionsFromList(list);

	options->region = access->region;
	options->iam_role = access->iam_role;
	options->access_key_id = access->access_key_id;
	options->secret_access_key = access->secret_access_key;
	options->session_token = access->session_token;
}

/* Raises what contradicts the format or another option. */
static void
CheckOptions(const UnloadOptions *options, List *list)
{
	ListCell *cell;

	foreach (cell, list)
	{
		const UnloadOptionRule *rule = FindRule(lfirst_node(DefElem, cell));

		if (rule->not_formats & (1u << options->format))
			ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("%s is not supported for UNLOAD to %s", Capitals(rule->keyword),
						   Capitals(copy_formats.names[options->format])));
	}

	if (options->clean_path && options->allow_overwrite)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("UNLOAD options CLEANPATH and ALLOWOVERWRITE exclude each other"));
	if (options->include && options->partition_by == NIL)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("UNLOAD option INCLUDE needs PARTITION BY"));
	if (options->format == FORMAT_FIXEDWIDTH && options->fixedwidth == NULL)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("UNLOAD format fixedwidth needs the widths"),
				errhint("Say FIXEDWIDTH 'label:width,label:width'."));
	CheckTexts(options);
}

/* Raises what is wrong with a delimiter, a text for NULL or an extension. */
static void
CheckTexts(const UnloadOptions *options)
{
	const char *delimiter = options->delimiter;

	/* AWS takes one ASCII character (AWS: r_UNLOAD) */
	if (delimiter != NULL && (strlen(delimiter) != 1 || (unsigned char)delimiter[0] > 0x7F))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("UNLOAD delimiter must be a single ASCII character"));
	if (delimiter != NULL && strpbrk(delimiter, "\r\n") != NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("UNLOAD delimiter cannot be newline or carriage return"));

	/* a field could else begin with either */
	if (delimiter != NULL && options->format == FORMAT_CSV && delimiter[0] == '"')
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("UNLOAD delimiter and quote must be different"));
	if (options->null_as != NULL && strpbrk(options->null_as, "\r\n") != NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("UNLOAD null representation cannot use newline or carriage return"));

	/* a slash would put the object into another folder */
	if (options->extension != NULL &&
		(options->extension[0] == '\0' || strchr(options->extension, '/') != NULL))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid EXTENSION: \"%s\"", options->extension),
				errdetail("It is the end of a name: no slash, and not empty."));
}

/* A keyword as Redshift's pages print it. */
static const char *
Capitals(const char *keyword)
{
	return asc_toupper(keyword, strlen(keyword));
}
