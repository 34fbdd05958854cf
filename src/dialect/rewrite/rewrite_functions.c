/*
 * rewrite_functions.c
 *		Calls of Redshift's functions, as the rows of function_rules.c say: which
 *		stay, which go to a function of the extension, and what their arguments are
 *		cast to.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "dialect/text/date_parts.h"
#include "dialect/rewrite/calls/function_rules.h"
#include "dialect/rewrite/rewrite_work.h"

#define SPATIAL_HINT                                                                               \
	"GEOMETRY and GEOGRAPHY aren't here; keep coordinates in DOUBLE PRECISION columns."

static TreeExpr *SearchedText(Rewriting *work, const TreeExpr *call);
static void SearchAnyCase(Rewriting *work, TreeExpr *call);
static void RefuseSpatial(Rewriting *work, const TreeExpr *call);
static _Noreturn void RefuseCall(Rewriting *work, const TreeExpr *call, const char *name,
								 const char *hint);
static Oid *RewriteArguments(Rewriting *work, Scope *scope, TreeExpr *call,
							 const FunctionRule *rule);
static void CoerceArguments(Rewriting *work, TreeExpr *call, const FunctionRule *rule, Oid *types);
static const FunctionRule *FindRule(Rewriting *work, TreeExpr *call, bool *foreign);
static bool IsPosition(Rewriting *work, const TreeExpr *call);
static void RewritePosition(Rewriting *work, Scope *scope, TreeExpr *in);
static void MoveCall(Rewriting *work, TreeExpr *call);
static void RewritePart(Rewriting *work, const TreeExpr *arg);
static void CoerceArgument(Rewriting *work, TreeExpr *arg, Oid type, char letter);
static void RewriteName(Rewriting *work, TreeExpr *call, const FunctionRule *rule);
static Oid ResultType(const FunctionRule *rule, TreeExpr *call, const Oid *types);

/* Rewrites a call with its arguments and tells its type. */
Oid
RewriteCall(Rewriting *work, Scope *scope, TreeExpr *call)
{
	bool foreign = false; /* the call names a schema */
	const FunctionRule *rule = FindRule(work, call, &foreign);
	bool done = false;
	Oid *types;

	/* before the arguments, whose own errors would hide what can't be had */
	if (rule == NULL && !foreign)
		RefuseSpatial(work, call);
	if (rule != NULL && rule->target == CALL_REFUSED && !foreign)
		RefuseCall(work, call, rule->name, rule->target_name);

	types = RewriteArguments(work, scope, call, rule);

	/* a call that names its schema has been rewritten already, or is meant as it stands */
	if (rule == NULL)
	{
		NoteSetCall(work, call);
		MoveCall(work, call);
		return InvalidOid;
	}

	if (foreign)
		return ResultType(rule, call, types);

	if (rule->rewrite != NULL)
	{
		Oid type = rule->rewrite(work, call, types, &done);

		/* not done: this call of it is one like any other */
		if (done)
			return type;
	}

	/* a column of COLLATE CASE_INSENSITIVE: PostgreSQL searches no text of such a collation */
	if (call->args != NIL && SearchedText(work, call)->case_insensitive)
		SearchAnyCase(work, call);

	CoerceArguments(work, call, rule, types);
	RewriteName(work, call, rule);

	return ResultType(rule, call, types);
}

/* Rewrites the arguments, and what else is in a call; returns the arguments' types.  Their casts depend on these. */
static Oid *
RewriteArguments(Rewriting *work, Scope *scope, TreeExpr *call, const FunctionRule *rule)
{
	int count = list_length(call->args);
	Oid *types = palloc0(sizeof(Oid) * (count + 1));
	int next = 0; /* argument: they are children too, in the same order */
	ListCell *cell;

	foreach (cell, call->children)
	{
		TreeExpr *child = lfirst(cell);
		int index = next < count && list_nth(call->args, next) == child ? next++ : -1;

		/* a date part looks like a column, or is a string */
		if (rule != NULL && index >= 0 && FunctionRuleLetter(rule, index) == 'p' &&
			(child->kind == EXPR_STRING || (child->kind == EXPR_COLUMN && child->parts == 1)))
			RewritePart(work, child);
		else if (index == 0 && IsPosition(work, call))
			RewritePosition(work, scope, child);
		else if (index >= 0)
			types[index] = RewriteExpr(work, scope, child);
		else
			RewriteExpr(work, scope, child);
	}

	return types;
}

/* Casts the arguments as the rule's letters ask for it; types become those of the casts. */
static void
CoerceArguments(Rewriting *work, TreeExpr *call, const FunctionRule *rule, Oid *types)
{
	int count = list_length(call->args);

	for (int i = 0; i < count; i++)
	{
		char letter = FunctionRuleLetter(rule, i);

		CoerceArgument(work, list_nth(call->args, i), types[i], letter);

		/* the result may take its type from an argument: from what that has become */
		if (letter == 'D' && types[i] == DATEOID)
			types[i] = TIMESTAMPOID;
		if ((letter == 'n' || letter == 'd') && TypeIsText(types[i]))
			types[i] = letter == 'n' ? FLOAT8OID : TIMESTAMPOID;
		if (letter == 'N' && !TypeIsInteger(types[i]))
			types[i] = NUMERICOID;
	}
}

/* Whether a call is POSITION(part IN text), whose IN is read as one that compares. */
static bool
IsPosition(Rewriting *work, const TreeExpr *call)
{
	const TreeExpr *first = linitial(call->args);

	return first->kind == EXPR_COMPARISON && LexemeIsAt(work->list, call->name, "position") &&
		   list_length(first->children) > 1;
}

/* Rewrites part IN text: both are texts, whatever they were. */
static void
RewritePosition(Rewriting *work, Scope *scope, TreeExpr *in)
{
	ListCell *cell;

	foreach (cell, in->children)
		CoerceToText(work, lfirst(cell), RewriteExpr(work, scope, lfirst(cell)));
}

/* The text that a call searches: its first argument, but for POSITION(part IN text). */
static TreeExpr *
SearchedText(Rewriting *work, const TreeExpr *call)
{
	TreeExpr *first = linitial(call->args);

	return IsPosition(work, call) ? lsecond(first->children) : first;
}

/*
 * Takes the collation off a text that a function searches, which PostgreSQL
 * refuses to do whatever its case; of a regular expression the case is left out.
 */
static void
SearchAnyCase(Rewriting *work, TreeExpr *call)
{
	static const char *const searching[] = {"charindex", "position",  "replace",	   "split_part",
											"strpos",	 "translate", "split_to_array"};
	TreeExpr *text = SearchedText(work, call);
	const char *name = LexemeAt(work->list, call->name)->text;
	bool pattern = strncmp(name, "regexp_", strlen("regexp_")) == 0;
	bool searches = pattern;

	for (size_t i = 0; i < lengthof(searching); i++)
		searches |= strcmp(name, searching[i]) == 0;
	if (!searches)
		return;

	/* between IN and a parenthesis no operator may stand by itself */
	EditInsertBefore(work, text->first, text == linitial(call->args) ? "(" : "((");
	EditInsertAfter(work, text->last,
					text == linitial(call->args) ? ") COLLATE pg_catalog.\"default\""
												 : ") COLLATE pg_catalog.\"default\")");
	if (!pattern || list_length(call->args) < 2)
		return;

	EditInsertBefore(work, ((TreeExpr *)lsecond(call->args))->first, "'(?i)' || (");
	EditInsertAfter(work, ((TreeExpr *)lsecond(call->args))->last, ")");
}

/* Refuses a spatial function, which all but a few begin with ST_ or H3_. */
static void
RefuseSpatial(Rewriting *work, const TreeExpr *call)
{
	static const char *const others[] = {"addbbox", "dropbbox", "geometrytype", "supportsbbox"};
	const char *name = LexemeAt(work->list, call->name)->text;

	if (strncmp(name, "st_", 3) == 0 || strncmp(name, "h3_", 3) == 0)
		RefuseCall(work, call, name, SPATIAL_HINT);
	for (size_t i = 0; i < lengthof(others); i++)
		if (strcmp(name, others[i]) == 0)
			RefuseCall(work, call, name, SPATIAL_HINT);
}

/* Refuses a call of what can't be had here. */
static void
RefuseCall(Rewriting *work, const TreeExpr *call, const char *name, const char *hint)
{
	int start = LexemeAt(work->list, call->name)->start;

	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("%s is not supported here", asc_toupper(name, strlen(name))),
					errhint("%s", hint),
					errposition(pg_mbstrlen_with_len(work->list->script, start) + 1)));
}

/* The rule for a call; *foreign is set when the call names a schema and only its type is of use. */
static const FunctionRule *
FindRule(Rewriting *work, TreeExpr *call, bool *foreign)
{
	const char *name = LexemeAt(work->list, call->name)->text;
	const char *extension = work->context->extension_schema;
	const FunctionRule *rule = FunctionRuleFind(name, false);
	const char *schema;

	/* most calls: one look-up in a table */
	if (!call->qualified)
		return rule;

	schema = LexemeAt(work->list, call->name - 2)->text;
	if (strcmp(schema, SYSTEM_SCHEMA) == 0)
	{
		/* Redshift's own under its full name; PostgreSQL's is left as it stands */
		*foreign = rule != NULL && rule->target == CALL_KEEP;
		if (rule != NULL && !*foreign)
			EditReplace(work, call->first, call->name - 1, "");
		return rule;
	}

	/* qualified: the call stays, and only its type is of use */
	*foreign = true;
	if (strcmp(schema, REDSHIFT_SCHEMA) != 0 &&
		(extension == NULL || strcmp(schema, extension) != 0))
		return NULL;

	return FunctionRuleFind(name, true);
}

/* Leads a call of a function that Redshift has in pg_catalog, and no rule knows, to where it is. */
static void
MoveCall(Rewriting *work, TreeExpr *call)
{
	const DialectContext *context = work->context;
	const char *written = call->qualified ? LexemeAt(work->list, call->name - 2)->text : NULL;
	const char *schema;

	if (context->system_function == NULL)
		return;

	schema = context->system_function(context, written, LexemeAt(work->list, call->name)->text);
	if (schema == NULL)
		return;
	if (call->qualified)
		EditReplace(work, call->first, call->name - 2, quote_identifier(schema));
	else
		EditInsertBefore(work, call->name, psprintf("%s.", quote_identifier(schema)));
}

/* Makes a literal in PostgreSQL's spelling of a date part. */
static void
RewritePart(Rewriting *work, const TreeExpr *arg)
{
	const Lexeme *lexeme = LexemeAt(work->list, arg->first);
	DatePart part = DatePartFromText(lexeme->text, (int)strlen(lexeme->text));
	const char *name = DatePartName(part);

	if (name != NULL && (lexeme->kind != LEXEME_STRING || strcmp(lexeme->text, name) != 0))
		EditReplace(work, arg->first, arg->last, quote_literal_cstr(name));
}

/* Casts an argument where PostgreSQL wouldn't do so by itself. */
static void
CoerceArgument(Rewriting *work, TreeExpr *arg, Oid type, char letter)
{
	bool text = TypeIsText(type) || type == JSONBOID;

	switch (letter)
	{
		case 't':
			CoerceToText(work, arg, type);
			break;
		case 'b':
			/* VARBYTE goes through as it is: these functions are there for it, too */
			if (type != BYTEAOID)
				CoerceToText(work, arg, type);
			break;
		case 'B':
			CoerceToBytes(work, arg, type);
			break;
		case 'S':
			CoerceToSuper(work, arg, type);
			break;
		case 'n':
			/* PostgreSQL has no cast from a text that it would make by itself */
			if (text)
				CoerceExpr(work, arg, type, "double precision");
			break;
		case 'N':
			/* of PostgreSQL's functions these have no form for floats (MOD) */
			if (text || type == FLOAT8OID || type == FLOAT4OID)
				CoerceExpr(work, arg, type, "pg_catalog.numeric");
			break;
		case 'd':
			if (text || (type == UNKNOWNOID && arg->kind != EXPR_CASE))
				CoerceExpr(work, arg, type, "timestamp");
			break;
		case 'D':
			/* a DATE, too, which PostgreSQL would read as TIMESTAMPTZ: the result would have a zone */
			if (text || type == UNKNOWNOID || type == DATEOID)
				CoerceExpr(work, arg, type, "timestamp");
			break;
		default:
			break;
	}
}

/* Leads a call to the function that does what Redshift does. */
static void
RewriteName(Rewriting *work, TreeExpr *call, const FunctionRule *rule)
{
	const char *name = rule->target_name != NULL ? rule->target_name : rule->name;

	if (rule->target == CALL_RENAME)
	{
		/* NVL and ISNULL are COALESCE on Redshift, too; others keep their own name */
		call->renamed = strcmp(name, "coalesce") != 0;
		call->shown = call->renamed ? NULL : name;
		EditReplace(work, call->name, call->name, name);
	}
	else if (rule->target == CALL_REDSHIFT)
		EditReplace(work, call->name, call->name, psprintf("%s.%s", REDSHIFT_SCHEMA, name));
	else if (rule->target == CALL_EXTENSION && work->context->extension_schema != NULL)
		EditInsertBefore(work, call->name,
						 psprintf("%s.", quote_identifier(work->context->extension_schema)));
}

/* The type of a call, and of a DECIMAL the scale. */
static Oid
ResultType(const FunctionRule *rule, TreeExpr *call, const Oid *types)
{
	int count = list_length(call->args);
	Oid type = UNKNOWNOID;

	/* what keeps the type keeps the scale */
	if (rule->result == RESULT_SAME && count > 0)
		call->typmod = ((TreeExpr *)linitial(call->args))->typmod;

	/* an untyped literal gives the result no type */
	if (rule->result == RESULT_FIRST || rule->result == RESULT_SAME)
		return count > 0 && types[0] != UNKNOWNOID ? types[0] : InvalidOid;
	if (rule->result == RESULT_BYTES)
		return count > 0 && types[0] == BYTEAOID ? BYTEAOID : VARCHAROID;

	/* dates behind a part become timestamps */
	if (rule->result == RESULT_LAST)
	{
		type = count > 0 ? types[count - 1] : InvalidOid;
		return type == DATEOID || type == UNKNOWNOID ? TIMESTAMPOID : type;
	}

	if (OidIsValid(rule->result))
		return rule->result;

	/* '*': of all arguments the type that they share */
	if (rule->arguments[0] != '*')
		return InvalidOid;

	for (int i = 0; i < count; i++)
	{
		const TreeExpr *arg = list_nth(call->args, i);

		call->typmod = DecimalCommon(type, call->typmod, types[i], arg->typmod);
		type = TypeCommon(type, types[i]);
	}

	return type;
}

/* Rewrites EXTRACT(part FROM x), which is an integer, DOUBLE PRECISION for a TIMESTAMPTZ. */
Oid
RewriteExtract(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	const Lexeme *part_lexeme = LexemeAt(work->list, expr->part);
	DatePart part = DatePartFromText(part_lexeme->text, (int)strlen(part_lexeme->text));
	TreeExpr *operand = linitial(expr->children);
	Oid type = RewriteExpr(work, scope, operand);

	if (part == DATE_PART_UNKNOWN)
		return InvalidOid;
	if (TypeIsText(type) || type == UNKNOWNOID || type == JSONBOID)
		CoerceExpr(work, operand, type, "timestamp");
	EditReplace(work, expr->name, expr->name, REDSHIFT_SCHEMA ".date_part");
	EditReplace(work, expr->part, expr->part, quote_literal_cstr(DatePartName(part)));
	EditReplace(work, expr->part + 1, expr->part + 1, ",");

	return type == TIMESTAMPTZOID ? FLOAT8OID : INT4OID;
}
