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

StaticAssertDecl(sizeof(ObjectFormat) == sizeof(int) && sizeof(Compression) == sizeof(int) &&
					 sizeof(Encoding) == sizeof(int),
				 "an enum can be filled in as an int");

static const CopyOptionRule *RuleOf(const DefElem *element);
static void ReadOption(CopyOptions *options, const CopyOptionRule *rule, DefElem *element);
static CopySwitch ReadSwitch(const CopyOptionRule *rule, DefElem *element);
static char *ReadText(const CopyOptionRule *rule, DefElem *element);
static int ReadName(const CopyOptionRule *rule, DefElem *element);
static int64 ReadNumber(const CopyOptionRule *rule, DefElem *element);
static void ReadCredentials(CopyOptions *options, const char *text);
static void CheckCombinations(const CopyOptions *options, List *given);
static void CheckAuthorization(const CopyOptions *options);
static void CheckValues(const CopyOptions *options);
static void CheckTextValues(const CopyOptions *options);
static char *DecodeEscapes(const char *text, int *length);
static DefElem *FindOption(List *given, const char *name);

/* Reads the options of COPY ... WITH (...), and checks each and all together. */
CopyOptions *
CopyOptionsFromList(List *list)
{
	CopyOptions *options = palloc0(sizeof(CopyOptions));
	ListCell *cell;

	/* Some options imply the format, unless it is given. */
	if (FindOption(list, "jsonpaths"))
		options->format = FORMAT_JSON;
	else if (FindOption(list, "fixedwidth"))
		options->format = FORMAT_FIXEDWIDTH;

	foreach (cell, list)
	{
		DefElem *element = lfirst_node(DefElem, cell);

		ReadOption(options, RuleOf(element), element);
	}

	if (options->format == FORMAT_JSON && options->jsonpaths == NULL)
		options->jsonpaths = pstrdup("auto");

	/* NULL AS may have a zero byte in it, which its text doesn't tell from its end. */
	if (options->null_as != NULL)
		(void)DecodeEscapes(defGetString(FindOption(list, "null")), &options->null_as_length);
	CheckCombinations(options, list);
	CheckValues(options);

	return options;
}

/* Finds an option's rule; raises an error where there is none. */
static const CopyOptionRule *
RuleOf(const DefElem *element)
{
	const CopyOptionRule *rule = CopyOptionByName(element->defname);

	if (rule != NULL)
		return rule;

	rule = CopyOptionByKeyword(element->defname);
	if (rule != NULL && rule->name == NULL)
		CopyOptionRefuse(rule);
	ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("COPY option \"%s\" is not known", element->defname),
			rule != NULL ? errhint("Its name here is \"%s\".", rule->name) : 0);
}

/* Reads one option into its field. */
static void
ReadOption(CopyOptions *options, const CopyOptionRule *rule, DefElem *element)
{
	void *field = (char *)options + rule->field;

	if (rule->field == COPY_FIELD_PAIRS)
		ReadCredentials(options, defGetString(element));
	else if (rule->names != NULL)
		*(int *)field = ReadName(rule, element);
	else if (rule->argument == COPY_ARGUMENT_NONE)
		*(bool *)field = defGetBoolean(element);
	else if (rule->argument == COPY_ARGUMENT_SWITCH)
		*(CopySwitch *)field = ReadSwitch(rule, element);
	else if (rule->argument == COPY_ARGUMENT_NUMBER)
		*(int64 *)field = ReadNumber(rule, element);
	else
		*(char **)field = ReadText(rule, element);
}

/* Reads ON, OFF and what else may stand for ON. */
static CopySwitch
ReadSwitch(const CopyOptionRule *rule, DefElem *element)
{
	bool also_on = rule->word != NULL && element->arg != NULL &&
				   pg_strcasecmp(defGetString(element), rule->word) == 0;

	return also_on || defGetBoolean(element) ? COPY_SWITCH_ON : COPY_SWITCH_OFF;
}

/* Reads a text. */
static char *
ReadText(const CopyOptionRule *rule, DefElem *element)
{
	int length;

	if (element->arg == NULL && rule->word != NULL)
		return pstrdup(rule->word);
	return rule->escapes ? DecodeEscapes(defGetString(element), &length) : defGetString(element);
}

/* Reads a value of an enum by its name. */
static int
ReadName(const CopyOptionRule *rule, DefElem *element)
{
	const char *name = defGetString(element);
	int value = CopyNameFind(rule->names, name);
	const CopyOptionRule *refused = CopyOptionByKeyword(name);

	if (value >= 0)
		return value;
	if (refused != NULL && refused->name == NULL)
		CopyOptionRefuse(refused);
	if (rule->names == &copy_encodings)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY encoding \"%s\" is not supported", name),
				errhint("%s", rule->names->hint));
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("COPY %s \"%s\" not recognized", rule->name, name),
			errhint("%s", rule->names->hint));
}

/* Reads a number within the limits of its rule. */
static int64
ReadNumber(const CopyOptionRule *rule, DefElem *element)
{
	int64 value = defGetInt64(element);

	if (value < rule->minimum || value > rule->maximum)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%lld is out of the range of COPY option %s", (long long)value,
					   asc_toupper(rule->keyword, strlen(rule->keyword))),
				errdetail("It takes %lld to %lld.", (long long)rule->minimum,
						  (long long)rule->maximum));
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
		ReadOption(options, RuleOf(element), element);
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
								   copy_formats.names[options->format])));
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
	if (options->format == FORMAT_FIXEDWIDTH && options->fixedwidth == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("COPY format fixedwidth needs the widths"),
				 errhint("Say FIXEDWIDTH 'label:width,label:width'.")));
}

/* Refuses delimiters, quotes and texts for NULL that can't be told from line ends or each other. */
static void
CheckTextValues(const CopyOptions *options)
{
	char quote = options->quote != NULL ? options->quote[0] : '"';

	/* one byte, because the readers look for it with memchr */
	if (options->quote != NULL && strlen(options->quote) != 1)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY quote must be a single one-byte character")));
	if (options->delimiter != NULL && options->delimiter[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY delimiter must not be empty")));

	/* these would end a line wherever they end a field */
	if (options->delimiter != NULL && strpbrk(options->delimiter, "\r\n") != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY delimiter cannot be newline or carriage return")));
	if (options->null_as != NULL && strpbrk(options->null_as, "\r\n") != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY null representation cannot use newline or carriage return")));

	/* the quote would open a field and end it */
	if (options->format == FORMAT_CSV && options->delimiter != NULL &&
		strchr(options->delimiter, quote) != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY delimiter and quote must be different")));
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

		/* a backslash at the very end stands for itself */
		if (text[0] != '\\' || text[1] == '\0')
		{
			*out++ = *text++;
			continue;
		}

		/* three octal digits, or a single zero: the NUL of NULL AS '\\0' */
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
			/* unknown ones stay as they are: NULL AS '\N' needs no second backslash */
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
