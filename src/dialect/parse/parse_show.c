/*
 * parse_show.c
 *		SHOW of objects: the SELECT over the system views that answers it
 *		(https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLES.html and its
 *		neighbours).
 *
 *		SHOW TABLES FROM SCHEMA dev.public LIKE 'song%' LIMIT 5
 *		   -> SELECT ... FROM redshift.svv_all_tables WHERE database_name = 'dev'
 *			  AND schema_name = 'public' AND table_name LIKE 'song%' LIMIT 5
 *
 * A driver sends names and patterns as parameters, $1.$2 LIKE $3, which take the place of the literals.  SHOW of a
 * setting isn't ours.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/parse/parse.h"

/* The parts of a name as SQL, literals or parameters, as far as it has them: database, schema, object. */
typedef struct ObjectName
{
	const char *parts[3];
	int count;
	List *types; /* behind it in parentheses, each as SQL */
	bool has_types;
} ObjectName;

typedef struct Show Show;

/* A form of SHOW. */
struct Show
{
	const char *words; /* behind SHOW */
	const char *select;
	int depth;				/* of the name that follows: 1 database, 2 schema, 3 table; 0: none */
	const char *columns[3]; /* that the parts of the name are compared with */
	const char *filter;		/* column for LIKE; NULL: takes none */
	const char *order;		/* columns; NULL: none */
	bool by_types;			/* types behind the name choose one of several routines */
};

#define DATASHARE_COLUMNS                                                                          \
	"share_name, share_owner, source_database, consumer_database, share_type, createdate, "        \
	"is_publicaccessible, share_acl, producer_account, producer_namespace"
#define OBJECT_GRANT                                                                               \
	"schema_name, object_name, object_type, privilege_type, identity_id, identity_name, "          \
	"identity_type, admin_option, privilege_scope, database_name, grantor_name FROM "              \
	"sparkify_internal.object_grant"
#define ROW_POLICY                                                                                 \
	"polname AS policy_name, polalias AS policy_alias, polatts AS policy_atts, polqual AS "        \
	"policy_qual, polenabled AS policy_enabled, polmodifiedby AS policy_modified_by, "             \
	"polmodifiedtime AS policy_modified_time FROM redshift.svv_rls_policy"
#define MASKING_POLICY                                                                             \
	"policy_name, input_columns, policy_expression, policy_modified_by, policy_modified_time "     \
	"FROM redshift.svv_masking_policy"

/* Longer words first. */
static const Show shows[] = {
	{"databases from data catalog",
	 "SELECT NULL::varchar AS catalog_id, NULL::varchar AS database_name, NULL::varchar AS "
	 "database_arn, NULL::varchar AS type, NULL::varchar AS target_database, NULL::varchar AS "
	 "location, NULL::varchar AS parameters WHERE false",
	 0,
	 {NULL, NULL, NULL},
	 NULL,
	 NULL},
	{"databases",
	 "SELECT database_name, database_owner, database_type, database_acl, database_options AS "
	 "parameters, database_isolation_level FROM redshift.svv_redshift_databases",
	 0,
	 {NULL, NULL, NULL},
	 "database_name",
	 "database_name"},
	{"schemas from database",
	 "SELECT * FROM redshift.svv_all_schemas",
	 1,
	 {"database_name", NULL, NULL},
	 "schema_name",
	 "schema_name"},
	{"tables from schema",
	 "SELECT * FROM sparkify_internal.shown_relation",
	 2,
	 {"database_name", "schema_name", NULL},
	 "table_name",
	 "table_name"},
	{"columns from table",
	 "SELECT * FROM sparkify_internal.shown_column",
	 3,
	 {"database_name", "schema_name", "table_name"},
	 "column_name",
	 "ordinal_position"},
	{"procedures from schema",
	 "SELECT database_name, schema_name, routine_name AS procedure_name, number_of_arguments, "
	 "argument_list, return_type, remarks FROM sparkify_internal.visible_routine",
	 2,
	 {"database_name", "kind = 'p' AND schema_name", NULL},
	 "routine_name",
	 "routine_name, argument_list"},
	{"functions from schema",
	 "SELECT database_name, schema_name, routine_name AS function_name, number_of_arguments, "
	 "argument_list, return_type, remarks FROM sparkify_internal.visible_routine",
	 2,
	 {"database_name", "kind = 'f' AND schema_name", NULL},
	 "routine_name",
	 "routine_name, argument_list"},
	{"parameters of procedure",
	 "SELECT database_name, schema_name, routine_name AS procedure_name, parameter_name, "
	 "ordinal_position, parameter_type, data_type, character_maximum_length, numeric_precision, "
	 "numeric_scale FROM sparkify_internal.routine_parameter",
	 3,
	 {"database_name", "schema_name", "kind = 'p' AND routine_name"},
	 "parameter_name",
	 "routine, ordinal_position",
	 true},
	{"parameters of function",
	 "SELECT database_name, schema_name, routine_name AS function_name, parameter_name, "
	 "ordinal_position, parameter_type, data_type, character_maximum_length, numeric_precision, "
	 "numeric_scale FROM sparkify_internal.routine_parameter",
	 3,
	 {"database_name", "schema_name", "kind = 'f' AND routine_name"},
	 "parameter_name",
	 "routine, ordinal_position",
	 true},
	{"constraints primary keys from table",
	 "SELECT database_name, schema_name, table_name, pk_name, column_name, key_seq FROM "
	 "sparkify_internal.primary_key",
	 3,
	 {"database_name", "schema_name", "table_name"},
	 NULL,
	 "key_seq"},
	{"constraints foreign keys exported from table",
	 "SELECT * FROM sparkify_internal.foreign_key",
	 3,
	 {"pk_database_name", "pk_schema_name", "pk_table_name"},
	 NULL,
	 "fk_name, key_seq"},
	{"constraints foreign keys from table",
	 "SELECT * FROM sparkify_internal.foreign_key",
	 3,
	 {"fk_database_name", "fk_schema_name", "fk_table_name"},
	 NULL,
	 "fk_name, key_seq"},
	{"grants on database",
	 "SELECT database_name, privilege_type, identity_id, identity_name, identity_type, "
	 "admin_option, privilege_scope, grantor_name FROM sparkify_internal.object_grant",
	 1,
	 {"object_type = 'DATABASE' AND database_name", NULL, NULL},
	 NULL,
	 "identity_name, privilege_type"},
	{"grants on schema",
	 "SELECT " OBJECT_GRANT,
	 2,
	 {"database_name", "object_type = 'SCHEMA' AND schema_name", NULL},
	 NULL,
	 "identity_name, privilege_type"},
	{"grants on function",
	 "SELECT " OBJECT_GRANT,
	 3,
	 {"database_name", "schema_name", "object_type = 'FUNCTION' AND object_name"},
	 NULL,
	 "identity_name, privilege_type"},
	{"grants on template",
	 "SELECT " OBJECT_GRANT,
	 3,
	 {"database_name", "schema_name", "object_type = 'TEMPLATE' AND object_name"},
	 NULL,
	 "identity_name, privilege_type"},
	{"grants on table",
	 "SELECT " OBJECT_GRANT,
	 3,
	 {"database_name", "schema_name", "object_type = 'TABLE' AND object_name"},
	 NULL,
	 "identity_name, privilege_type"},
	{"grants on",
	 "SELECT " OBJECT_GRANT,
	 3,
	 {"database_name", "schema_name", "object_type = 'TABLE' AND object_name"},
	 NULL,
	 "identity_name, privilege_type"},
	{"grants for",
	 "SELECT database_name, schema_name, CASE WHEN object_type <> 'SCHEMA' THEN object_name END "
	 "AS object_name, object_type, privilege_type, identity_id, identity_name, identity_type, "
	 "privilege_scope, grantor_name FROM sparkify_internal.object_grant",
	 0,
	 {NULL, NULL, NULL},
	 NULL,
	 "object_type, schema_name, object_name, privilege_type"},
	{"column grants on table",
	 "SELECT * FROM sparkify_internal.column_grant",
	 3,
	 {"database_name", "schema_name", "table_name"},
	 "column_name",
	 "column_name, identity_name, privilege_type"},
	{"rls policies on",
	 "SELECT policy_name, schema_name, relation_name, relation_kind, grantor, identity_name AS "
	 "grantee, identity_type AS grantee_kind, is_policy_on, is_rls_on, rls_conjunction_type FROM "
	 "(SELECT polname AS policy_name, relschema AS schema_name, relname AS relation_name, relkind "
	 "AS relation_kind, grantor, grantee AS identity_name, granteekind AS identity_type, is_pol_on "
	 "AS is_policy_on, is_rls_on, rls_conjunction_type FROM redshift.svv_rls_attached_policy) AS p",
	 3,
	 {"pg_catalog.current_database()", "schema_name", "relation_name"},
	 NULL,
	 NULL},
	{"rls policies from database", "SELECT " ROW_POLICY, 1, {"poldb", NULL, NULL}, NULL, NULL},
	{"rls policies", "SELECT " ROW_POLICY, 0, {NULL, NULL, NULL}, NULL, NULL},
	{"masking policies on",
	 "SELECT policy_name, schema_name, relation_name, relation_type, grantor, identity_name AS "
	 "grantee, identity_type AS grantee_type, priority, input_columns, output_columns FROM (SELECT "
	 "policy_name, schema_name, table_name AS relation_name, table_type AS relation_type, grantor, "
	 "grantee AS identity_name, grantee_type AS identity_type, priority, input_columns, "
	 "output_columns FROM redshift.svv_attached_masking_policy) AS p",
	 3,
	 {"pg_catalog.current_database()", "schema_name", "relation_name"},
	 NULL,
	 NULL},
	{"masking policies from database",
	 "SELECT " MASKING_POLICY,
	 1,
	 {"policy_database", NULL, NULL},
	 NULL,
	 NULL},
	{"masking policies", "SELECT " MASKING_POLICY, 0, {NULL, NULL, NULL}, NULL, NULL},
	{"datashares",
	 "SELECT " DATASHARE_COLUMNS " FROM redshift.svv_datashares",
	 0,
	 {NULL, NULL, NULL},
	 "share_name",
	 NULL},
};

/* SHOW of one object by its definition; %s is the name as a literal. */
static const struct
{
	const char *words;
	const char *select;
} definitions[] = {
	{"table", "SELECT sparkify_internal.show_table(%s) AS \"Show Table DDL statement\""},
	{"view", "SELECT sparkify_internal.show_view(%s) AS \"Show View DDL statement\""},
};

static void ParseList(Parser *parser, const Show *show);
static void ParseObjectName(Parser *parser, int depth, ObjectName *name);
static List *ParseTypes(Parser *parser);
static void AddNameConditions(StringInfo where, const Show *show, const ObjectName *name);
static void ParseGrantee(Parser *parser, StringInfo where);
static void AddCondition(StringInfo where, const char *column, const char *operator,
						 const char * value);
static void AddTypesCondition(StringInfo where, List *types);
static const char *TakeName(Parser *parser);
static const char *TakeString(Parser *parser);
static const char *TakeParameter(Parser *parser);
static void ParseProcedure(Parser *parser);

/* Parses what follows SHOW, when it is of objects; false, nothing read, when it is of a setting. */
bool
ParseShowObjects(Parser *parser)
{
	for (size_t i = 0; i < lengthof(shows); i++)
		if (ParserTakeWords(parser, shows[i].words))
		{
			ParseList(parser, &shows[i]);
			return true;
		}
	for (size_t i = 0; i < lengthof(definitions); i++)
		if (ParserTakeWords(parser, definitions[i].words))
		{
			RelationName name;

			ParserRelation(parser, &name);
			ParserEnd(parser);
			StatementEdit(
				parser->statement, parser->statement->first, parser->end - 1,
				psprintf(definitions[i].select, quote_literal_cstr(quote_qualified_identifier(
													name.schema, LexemeFold(name.name)))));
			return true;
		}
	if (ParserTakeWords(parser, "procedure"))
	{
		ParseProcedure(parser);
		return true;
	}

	return false;
}

/* [name] [(types)] [FOR grantee] [LIKE 'pattern'] [LIMIT n]. */
static void
ParseList(Parser *parser, const Show *show)
{
	ObjectName name = {.count = 0};
	StringInfoData where;
	StringInfoData select;

	initStringInfo(&where);
	initStringInfo(&select);

	/* a list of schemas has no name to be below */
	if (show->depth > 0)
	{
		ParseObjectName(parser, show->depth, &name);
		AddNameConditions(&where, show, &name);
		if (show->by_types && name.has_types)
			AddTypesCondition(&where, name.types);
	}

	/* in two places of the grammar, and with the same meaning */
	if (strcmp(show->words, "grants for") == 0 || ParserTake(parser, "for"))
	{
		ParseGrantee(parser, &where);
		if (ParserTakeWords(parser, "from database"))
			AddCondition(&where, "database_name", "=", TakeName(parser));
	}

	/* what follows names a catalogue of AWS, which isn't here */
	if (strcmp(show->words, "databases from data catalog") == 0)
		parser->next = parser->end;
	if (show->filter != NULL && ParserTake(parser, "like"))
		AddCondition(&where, show->filter, "LIKE", TakeString(parser));

	appendStringInfo(&select, "%s%s%s", show->select, where.len > 0 ? " WHERE " : "", where.data);
	if (show->order != NULL)
		appendStringInfo(&select, " ORDER BY %s", show->order);

	/* the limit comes last, after the order, as in any query */
	if (ParserTake(parser, "limit"))
	{
		if (parser->next >= parser->end || ParserPeek(parser, 0)->kind != LEXEME_NUMBER)
			ParserFail(parser);
		appendStringInfo(&select, " LIMIT %s", ParserPeek(parser, 0)->text);
		parser->next++;
	}

	ParserEnd(parser);
	StatementEdit(parser->statement, parser->statement->first, parser->end - 1, select.data);
}

/* A name of up to so many parts, with the types of a routine in parentheses behind it. */
static void
ParseObjectName(Parser *parser, int depth, ObjectName *name)
{
	do
	{
		if (name->count == depth)
			ParserFail(parser);
		name->parts[name->count++] = TakeName(parser);
	} while (ParserTake(parser, "."));

	if (depth == 3 && ParserIs(parser, "("))
	{
		name->types = ParseTypes(parser);
		name->has_types = true;
	}
}

/* (type, type ...), each as SQL: the text between the commas, or a parameter. */
static List *
ParseTypes(Parser *parser)
{
	const Lexeme *open = ParserPeek(parser, 0);
	int last = ParserSkipParentheses(parser);
	const Lexeme *close = &parser->list->lexemes[last];
	List *types = NIL;

	for (const Lexeme *type = open + 1; type < close;)
	{
		const Lexeme *end = type;
		const char *source = parser->list->script + type->start;

		/* the comma of NUMERIC(8, 2) parts no types */
		while (end < close && !LexemeIs(end, ","))
			end = end->match >= 0 ? &parser->list->lexemes[end->match] + 1 : end + 1;
		if (end == type || (LexemeIs(end, ",") && end + 1 == close))
			ParserFail(parser);
		types =
			lappend(types, source[0] == '$'
							   ? pnstrdup(source, end[-1].end - type->start)
							   : quote_literal_cstr(pnstrdup(source, end[-1].end - type->start)));
		type = end + 1;
	}
	return types;
}

/* The parts of a name as conditions; a table without its schema is the one that search_path finds. */
static void
AddNameConditions(StringInfo where, const Show *show, const ObjectName *name)
{
	int missing = show->depth - name->count;

	for (int i = 0; i < name->count; i++)
		AddCondition(where, show->columns[missing + i], "=", name->parts[i]);
	if (show->depth == 3 && name->count == 1)
		appendStringInfo(where,
						 " AND %s = (SELECT relnamespace::pg_catalog.regnamespace::text FROM "
						 "pg_catalog.pg_class WHERE oid = "
						 "pg_catalog.to_regclass(pg_catalog.quote_ident(%s)))",
						 show->columns[1], name->parts[0]);
}

/* user, ROLE role or PUBLIC. */
static void
ParseGrantee(Parser *parser, StringInfo where)
{
	bool role = ParserIs(parser, "role") && ParserPeek(parser, 1)->kind == LEXEME_WORD &&
				parser->next + 1 < parser->end;

	if (role)
		parser->next++;
	AddCondition(where, "identity_name", "=", TakeName(parser));
	if (role)
		AddCondition(where, "identity_type", "=", "'role'");
}

/* Adds column operator value, which is SQL. */
static void
AddCondition(StringInfo where, const char *column, const char *operator, const char * value)
{
	appendStringInfo(where, "%s%s %s %s", where->len > 0 ? " AND " : "", column, operator, value);
}

/* Adds that a routine has these types, however they are spelled. */
static void
AddTypesCondition(StringInfo where, List *types)
{
	StringInfoData list;
	ListCell *cell;

	initStringInfo(&list);
	foreach (cell, types)
		appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", (char *)lfirst(cell));
	AddCondition(where, "argument_list", "=",
				 psprintf("sparkify_internal.type_list(ARRAY[%s]::pg_catalog.text[])", list.data));
}

/* Reads a name, or a parameter that stands for one, as SQL. */
static const char *
TakeName(Parser *parser)
{
	const char *parameter = TakeParameter(parser);

	return parameter != NULL ? parameter : quote_literal_cstr(LexemeFold(ParserName(parser)));
}

/* Reads a string, or a parameter that stands for one, as SQL. */
static const char *
TakeString(Parser *parser)
{
	const char *parameter = TakeParameter(parser);
	const Lexeme *lexeme = ParserPeek(parser, 0);

	if (parameter != NULL)
		return parameter;
	if (parser->next >= parser->end || lexeme->kind != LEXEME_STRING)
		ParserFail(parser);
	parser->next++;
	return quote_literal_cstr(lexeme->text);
}

/* Reads $1; NULL, nothing read, when none comes. */
static const char *
TakeParameter(Parser *parser)
{
	const Lexeme *lexeme = ParserPeek(parser, 0);

	if (parser->next >= parser->end || parser->list->script[lexeme->start] != '$' ||
		lexeme->kind != LEXEME_CONSTANT)
		return NULL;
	parser->next++;
	return pnstrdup(parser->list->script + lexeme->start, lexeme->end - lexeme->start);
}

/* PROCEDURE name [(types)]: its definition. */
static void
ParseProcedure(Parser *parser)
{
	RelationName name;
	const char *qualified;
	const char *call = "pg_catalog.regproc";

	ParserRelation(parser, &name);
	qualified = quote_qualified_identifier(name.schema, LexemeFold(name.name));
	if (ParserIs(parser, "("))
	{
		const Lexeme *open = ParserPeek(parser, 0);
		int close = ParserSkipParentheses(parser);

		qualified = psprintf("%s%.*s", qualified, parser->list->lexemes[close].end - open->start,
							 parser->list->script + open->start);
		call = "pg_catalog.regprocedure";
	}

	ParserEnd(parser);
	StatementEdit(parser->statement, parser->statement->first, parser->end - 1,
				  psprintf("SELECT pg_catalog.pg_get_functiondef(%s::%s) AS \"Stored Procedure "
						   "Definition\"",
						   quote_literal_cstr(qualified), call));
}
