/*
 * types.c
 *		One table of types: the names Redshift takes, what PostgreSQL calls
 *		them, and the lengths they have when none is written.
 *
 * Sources: AWS pages c_Supported_data_types, r_Character_types,
 * r_Numeric_types201, r_VARBYTE_type.  Lengths are bytes on Redshift and
 * characters here.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "lib/stringinfo.h"
#include "utils/formatting.h"

#include "dialect/text/types.h"

static const TypeRule type_rules[] = {
	{"smallint", "smallint", TYPE_MODIFIER_NONE, NULL, 0},
	{"int2", "smallint", TYPE_MODIFIER_NONE, NULL, 0},
	{"integer", "integer", TYPE_MODIFIER_NONE, NULL, 0},
	{"int", "integer", TYPE_MODIFIER_NONE, NULL, 0},
	{"int4", "integer", TYPE_MODIFIER_NONE, NULL, 0},
	{"bigint", "bigint", TYPE_MODIFIER_NONE, NULL, 0},
	{"int8", "bigint", TYPE_MODIFIER_NONE, NULL, 0},
	{"decimal", "numeric", TYPE_MODIFIER_NUMERIC, "18, 0", 38},
	{"dec", "numeric", TYPE_MODIFIER_NUMERIC, "18, 0", 38},
	{"numeric", "numeric", TYPE_MODIFIER_NUMERIC, "18, 0", 38},
	{"real", "real", TYPE_MODIFIER_NONE, NULL, 0},
	{"float4", "real", TYPE_MODIFIER_NONE, NULL, 0},
	{"float", "float", TYPE_MODIFIER_KEPT, NULL, 0},
	{"float8", "double precision", TYPE_MODIFIER_NONE, NULL, 0},
	{"double precision", "double precision", TYPE_MODIFIER_NONE, NULL, 0},
	{"boolean", "boolean", TYPE_MODIFIER_NONE, NULL, 0},
	{"bool", "boolean", TYPE_MODIFIER_NONE, NULL, 0},
	{"char", "char", TYPE_MODIFIER_LENGTH, "1", 4096},
	{"character", "char", TYPE_MODIFIER_LENGTH, "1", 4096},
	{"nchar", "char", TYPE_MODIFIER_LENGTH, "1", 4096},
	{"bpchar", "char", TYPE_MODIFIER_LENGTH, "256", 4096},
	{"varchar", "varchar", TYPE_MODIFIER_LENGTH, "256", 65535},
	{"character varying", "varchar", TYPE_MODIFIER_LENGTH, "256", 65535},
	{"char varying", "varchar", TYPE_MODIFIER_LENGTH, "256", 65535},
	{"nvarchar", "varchar", TYPE_MODIFIER_LENGTH, "256", 65535},
	{"text", "varchar", TYPE_MODIFIER_LENGTH, "256", 65535},
	{"date", "date", TYPE_MODIFIER_NONE, NULL, 0},
	{"time", "time", TYPE_MODIFIER_KEPT, NULL, 0},
	{"timetz", "timetz", TYPE_MODIFIER_KEPT, NULL, 0},
	{"timestamp", "timestamp", TYPE_MODIFIER_KEPT, NULL, 0},
	{"timestamptz", "timestamptz", TYPE_MODIFIER_KEPT, NULL, 0},
	{"datetime", "timestamp", TYPE_MODIFIER_KEPT, NULL, 0},
	{"super", "jsonb", TYPE_MODIFIER_NONE, NULL, 0},
	{"varbyte", "bytea", TYPE_MODIFIER_DROPPED, NULL, 0},
	{"varbinary", "bytea", TYPE_MODIFIER_DROPPED, NULL, 0},
	{"binary varying", "bytea", TYPE_MODIFIER_DROPPED, NULL, 0},
	/* read as written, and refused where PostgreSQL would have to keep them */
	{"geometry", "geometry", TYPE_MODIFIER_NONE, NULL, 0},
	{"geography", "geography", TYPE_MODIFIER_NONE, NULL, 0},
	{"hllsketch", "hllsketch", TYPE_MODIFIER_NONE, NULL, 0},
};

/* Redshift's types that aren't here, and one of others' that it hasn't either. */
static const struct
{
	const char *name;
	const char *hint;
} absent_types[] = {
	{"geometry",
	 "Keep coordinates in DOUBLE PRECISION columns, or the text of the shape in a VARCHAR."},
	{"geography",
	 "Keep coordinates in DOUBLE PRECISION columns, or the text of the shape in a VARCHAR."},
	{"hllsketch",
	 "Keep the values, and count them with HLL or APPROXIMATE COUNT(DISTINCT ...), which "
	 "are exact here."},
	{"binary", "Redshift has VARBYTE, VARBINARY and BINARY VARYING."},
};

static const TypeRule *RuleAt(const LexemeList *list, int next, int end, int *words);
static char *ParseModifier(const LexemeList *list, int *next, int end);
static const char *ParseZone(const LexemeList *list, int *next, int end);
static void ParseForeign(const LexemeList *list, int *next, int end);

/* Refuses a type of Redshift's that isn't here, by its name. */
void
TypeRefuseAbsent(const LexemeList *list, int lexeme)
{
	for (size_t i = 0; i < lengthof(absent_types); i++)
		if (LexemeIs(&list->lexemes[lexeme], absent_types[i].name))
			ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("type %s is not supported here",
						   asc_toupper(absent_types[i].name, strlen(absent_types[i].name))),
					errhint("%s", absent_types[i].hint),
					LexerErrorPosition(list->script, list->lexemes[lexeme].start));
}

/* Reads a type from the lexeme *next on and moves *next behind it; false when there is none. */
bool
TypeParse(const LexemeList *list, int *next, int end, TypeUse *use)
{
	int words = 1;

	memset(use, 0, sizeof(TypeUse));
	if (*next >= end || list->lexemes[*next].kind != LEXEME_WORD)
		return false;

	use->first = *next;
	use->rule = RuleAt(list, *next, end, &words);
	*next += words;
	if (use->rule == NULL)
		ParseForeign(list, next, end);
	else
	{
		use->modifier = ParseModifier(list, next, end);
		if (strncmp(use->rule->name, "time", 4) == 0)
			use->zone = ParseZone(list, next, end);
		/* arrays aren't Redshift's: PostgreSQL takes them as they are */
		if (*next + 1 < end && LexemeIs(&list->lexemes[*next], "["))
		{
			use->rule = NULL;
			ParseForeign(list, next, end);
		}
	}

	use->last = *next - 1;

	return true;
}

/* The rule with the longest name that stands at a lexeme, and its words; NULL, the words as they were: none. */
static const TypeRule *
RuleAt(const LexemeList *list, int next, int end, int *words)
{
	const TypeRule *found = NULL;
	int longest = 0;

	for (size_t rule = 0; rule < lengthof(type_rules); rule++)
	{
		int count = LexemesAre(list, next, end, type_rules[rule].name);

		if (count > longest)
		{
			found = &type_rules[rule];
			*words = longest = count;
		}
	}

	return found;
}

/* Whether lexemes are numbers and MAX between commas. */
static bool
IsPlainModifier(const LexemeList *list, int first, int end)
{
	bool complete = false; /* a number or MAX has been read since the last comma */

	for (int i = first; i < end; i++)
	{
		const Lexeme *lexeme = &list->lexemes[i];

		/* numbers and commas take turns */
		if (LexemeIs(lexeme, ",") != complete)
			return false;

		/* a sign belongs to its number */
		if ((LexemeIs(lexeme, "-") || LexemeIs(lexeme, "+")) && i + 1 < end)
			lexeme = &list->lexemes[++i];
		if (!complete && lexeme->kind != LEXEME_NUMBER && !LexemeIs(lexeme, "max"))
			return false;
		complete = !complete;
	}

	return complete || first == end;
}

/* Reads (n), (p, s) or (MAX), and anything else in parentheses as written; NULL when there are none. */
static char *
ParseModifier(const LexemeList *list, int *next, int end)
{
	const Lexeme *open = &list->lexemes[*next];
	StringInfoData text;

	if (*next >= end || !LexemeIs(open, "(") || open->match < 0 || open->match >= end)
		return NULL;

	/* one number, which nearly all have */
	if (open->match == *next + 2 && list->lexemes[*next + 1].kind == LEXEME_NUMBER)
	{
		char *number = pstrdup(list->lexemes[*next + 1].text);

		*next = open->match + 1;
		return number;
	}

	initStringInfo(&text);

	/* not a list of numbers: kept as written, for PostgreSQL to judge */
	if (!IsPlainModifier(list, *next + 1, open->match))
		appendBinaryStringInfo(&text, list->script + open->end,
							   list->lexemes[open->match].start - open->end);
	else
		for (int i = *next + 1; i < open->match; i++)
			appendStringInfo(&text, "%s%s", list->lexemes[i].text,
							 LexemeIs(&list->lexemes[i], ",") ? " " : "");
	*next = open->match + 1;
	return text.data;
}

/* Reads WITH TIME ZONE or WITHOUT TIME ZONE. */
static const char *
ParseZone(const LexemeList *list, int *next, int end)
{
	const Lexeme *with = &list->lexemes[*next];

	if (*next + 2 >= end || !LexemeIs(with + 1, "time") || !LexemeIs(with + 2, "zone"))
		return NULL;
	if (!LexemeIs(with, "with") && !LexemeIs(with, "without"))
		return NULL;

	*next += 3;
	return LexemeIs(with, "with") ? "with time zone" : "without time zone";
}

/* Steps over the rest of a type that isn't Redshift's: schema.name(modifier)[]. */
static void
ParseForeign(const LexemeList *list, int *next, int end)
{
	while (*next + 1 < end && LexemeIs(&list->lexemes[*next], ".") &&
		   list->lexemes[*next + 1].kind == LEXEME_WORD)
		*next += 2;

	/* a modifier or brackets, in any number */
	while (*next < end &&
		   (LexemeIs(&list->lexemes[*next], "(") || LexemeIs(&list->lexemes[*next], "[")) &&
		   list->lexemes[*next].match > 0 && list->lexemes[*next].match < end)
		*next = list->lexemes[*next].match + 1;
}

/* The type in PostgreSQL's spelling. */
char *
TypePostgres(const LexemeList *list, const TypeUse *use)
{
	const TypeRule *rule = use->rule;
	const char *modifier = use->modifier;
	StringInfoData text;

	TypeRefuseAbsent(list, use->first);

	/* PostgreSQL's own type, as it was written */
	if (rule == NULL)
		return pnstrdup(list->script + list->lexemes[use->first].start,
						list->lexemes[use->last].end - list->lexemes[use->first].start);
	initStringInfo(&text);
	appendStringInfoString(&text, rule->postgres);
	if (modifier == NULL)
		modifier = rule->absent;
	if (modifier != NULL && rule->modifier != TYPE_MODIFIER_DROPPED)
	{
		/* MAX is the type's own limit (AWS: r_Character_types) */
		if (rule->modifier == TYPE_MODIFIER_LENGTH && strcmp(modifier, "max") == 0)
			appendStringInfo(&text, "(%d)", rule->maximum);
		else
			appendStringInfo(&text, "(%s)", modifier);
	}

	if (use->zone != NULL)
		appendStringInfo(&text, " %s", use->zone);
	return text.data;
}

Oid
TypeOid(const TypeUse *use, int32 *typmod)
{
	static const struct
	{
		const char *name; /* PostgreSQL's */
		Oid type;
		Oid zoned; /* WITH TIME ZONE */
	} oids[] = {
		{"smallint", INT2OID},
		{"integer", INT4OID},
		{"bigint", INT8OID},
		{"numeric", NUMERICOID},
		{"real", FLOAT4OID},
		{"float", FLOAT8OID},
		{"double precision", FLOAT8OID},
		{"boolean", BOOLOID},
		{"char", BPCHAROID},
		{"varchar", VARCHAROID},
		{"date", DATEOID},
		{"time", TIMEOID, TIMETZOID},
		{"timetz", TIMETZOID},
		{"timestamp", TIMESTAMPOID, TIMESTAMPTZOID},
		{"timestamptz", TIMESTAMPTZOID},
		{"jsonb", JSONBOID},
		{"bytea", BYTEAOID},
	};
	int precision = 18;
	int scale = 0;

	*typmod = -1;
	if (use->rule == NULL)
		return InvalidOid;

	if (use->rule->modifier == TYPE_MODIFIER_NUMERIC)
	{
		/* DECIMAL(p) has no scale, and DECIMAL alone is (18,0) (r_Numeric_types201) */
		if (use->modifier != NULL)
			(void)sscanf(use->modifier, "%d , %d", &precision, &scale);
		*typmod = DecimalTypmod(precision, scale);
	}

	for (size_t i = 0; i < lengthof(oids); i++)
		if (strcmp(use->rule->postgres, oids[i].name) == 0)
			return use->zone != NULL && strncmp(use->zone, "with ", 5) == 0 &&
						   OidIsValid(oids[i].zoned)
					   ? oids[i].zoned
					   : oids[i].type;
	return InvalidOid;
}

int32
DecimalTypmod(int precision, int scale)
{
	return (int32)(Min(precision, DECIMAL_MAX_PRECISION) << 16 | (scale & 0x7ff)) + (int32)VARHDRSZ;
}

/* The type in Redshift's spelling: as written, in capitals. */
char *
TypeRedshift(const LexemeList *list, const TypeUse *use)
{
	StringInfoData text;

	if (use->rule == NULL)
		return TypePostgres(list, use);

	initStringInfo(&text);
	appendStringInfoString(&text, asc_toupper(use->rule->name, strlen(use->rule->name)));
	if (use->modifier != NULL)
		appendStringInfo(&text, "(%s)", strcmp(use->modifier, "max") == 0 ? "MAX" : use->modifier);
	if (use->zone != NULL)
		appendStringInfo(&text, " %s", asc_toupper(use->zone, strlen(use->zone)));
	return text.data;
}
