/*
 * translation.c
 *		sparkify_translate(): the PostgreSQL SQL that a script stands for,
 *		nothing run.
 *
 * What a statement becomes depends on the tables it reads: a cast is added
 * where the types of two columns ask for one.  A script that makes its tables
 * is translated before they are there, so it is said of a statement when it
 * asks for one of them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/memutils.h"

#include "dialect/text/name_map.h"
#include "dialect/text/statement.h"
#include "script/script.h"
#include "warehouse/settings.h"

PG_FUNCTION_INFO_V1(sparkify_translate);

/* A translation under way, around the answers of the catalog. */
typedef struct Translation
{
	DialectContext catalog;
	List *statements; /* DialectStatement: the whole script */
	NameMap *changes; /* by a relation's folded name: ChangedBy, of the statements up to here */
	const DialectStatement *depended; /* the one that this statement depends on; NULL: none */
	int depended_number;
} Translation;

/* The statements that change a relation of a name, by their numbers, in order. */
typedef struct ChangedBy
{
	List *numbers;
} ChangedBy;

static void PutRow(ReturnSetInfo *result, const char *text);
static Oid ColumnType(void *state, const char *schema, const char *relation, const char *column,
					  bool *known);
static List *Columns(void *state, const char *schema, const char *relation, bool *known);
static const char *Variable(void *state, const char *name);
static void NoteChange(Translation *translation, const char *relation, int number);
static void Depend(Translation *translation, const char *schema, const char *relation, bool known);
static bool Changes(const DialectStatement *statement);
static void Say(const Translation *translation, int number);

/* A row for each statement that PostgreSQL runs. */
Datum
sparkify_translate(PG_FUNCTION_ARGS)
{
	char *script = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	Translation translation = {0};
	DialectContext context;
	MemoryContext scratch = AllocSetContextCreate(
		CurrentMemoryContext, "statement under translation", ALLOCSET_DEFAULT_SIZES);
	int number = 0;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	ScriptContext(&translation.catalog, SettingsVariablesIn(script));
	context = translation.catalog;
	context.column_type = ColumnType;
	context.columns = Columns;
	context.variable = Variable;
	context.state = &translation;
	context.shows_result = true;
	translation.changes = NameMapMake();
	translation.statements = DialectParse(script);
	foreach (cell, translation.statements)
	{
		DialectStatement *statement = lfirst(cell);
		MemoryContext caller;
		DialectText text;

		number++;
		translation.depended = NULL;

		/* a statement's trees and texts go with it: a long script must not grow by them */
		caller = MemoryContextSwitchTo(scratch);
		text = DialectDeparse(statement, DIALECT_POSTGRES, &context);
		if (text.sql != NULL)
			PutRow(result, text.sql);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(scratch);

		if (Changes(statement))
			NoteChange(&translation, statement->relation.name, number);
		if (translation.depended != NULL)
			Say(&translation, number);
		if (text.sql == NULL)
			ereport(NOTICE, (errmsg("%s is left out", DialectTag(statement)),
							 errdetail("%s.", DialectSkipReason(statement))));
	}

	return (Datum)0;
}

/* Adds a row of one text. */
static void
PutRow(ReturnSetInfo *result, const char *text)
{
	Datum value = CStringGetTextDatum(text);
	bool isnull = false;

	tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
}

/* The catalog's answers, and the dependency that a question shows. */
static Oid
ColumnType(void *state, const char *schema, const char *relation, const char *column, bool *known)
{
	Translation *translation = state;
	Oid type = translation->catalog.column_type(translation->catalog.state, schema, relation,
												column, known);

	Depend(translation, schema, relation, *known);
	return type;
}

static List *
Columns(void *state, const char *schema, const char *relation, bool *known)
{
	Translation *translation = state;
	List *columns =
		translation->catalog.columns(translation->catalog.state, schema, relation, known);

	Depend(translation, schema, relation, *known);
	return columns;
}

static const char *
Variable(void *state, const char *name)
{
	Translation *translation = state;

	return translation->catalog.variable(translation->catalog.state, name);
}

/* Keeps the number of a statement under the name of the relation that it changes. */
static void
NoteChange(Translation *translation, const char *relation, int number)
{
	char *name = asc_tolower(relation, strlen(relation));
	ChangedBy *changed = NameMapFind(translation->changes, name);

	if (changed == NULL)
	{
		changed = palloc0(sizeof(ChangedBy));
		NameMapAdd(translation->changes, name, changed);
	}

	changed->numbers = lappend_int(changed->numbers, number);
}

/* Notes that a statement asks for a relation that one before it makes, or changes. */
static void
Depend(Translation *translation, const char *schema, const char *relation, bool known)
{
	/* by the name: a walk over all statements for each question would be quadratic in the script */
	const ChangedBy *changed =
		NameMapFind(translation->changes, asc_tolower(relation, strlen(relation)));

	/* backwards: of several statements the last one before this decides what is there */
	for (int i = changed != NULL ? list_length(changed->numbers) - 1 : -1; i >= 0; i--)
	{
		int number = list_nth_int(changed->numbers, i);
		const DialectStatement *statement = list_nth(translation->statements, number - 1);

		/* a name without a schema may mean any of them */
		if (schema != NULL && statement->relation.schema != NULL &&
			pg_strcasecmp(statement->relation.schema, schema) != 0)
			continue;

		/* what is there already, CREATE ... IF NOT EXISTS leaves alone */
		if (known && pg_strncasecmp(DialectTag(statement), "CREATE", 6) == 0)
			continue;
		translation->depended = statement;
		translation->depended_number = number;
		return;
	}
}

/* Whether a statement makes a relation, drops it or changes its columns. */
static bool
Changes(const DialectStatement *statement)
{
	const char *tag = DialectTag(statement);

	return statement->relation.name != NULL &&
		   (strncmp(tag, "CREATE", 6) == 0 || strncmp(tag, "DROP", 4) == 0 ||
			strncmp(tag, "ALTER", 5) == 0);
}

/* Says what a statement depends on. */
static void
Say(const Translation *translation, int number)
{
	ereport(
		NOTICE,
		(errmsg("statement %d is translated before statement %d has run", number,
				translation->depended_number),
		 errdetail("The columns that \"%s\" will have are not known yet, so casts that depend on "
				   "their types are left out.",
				   translation->depended->relation.name),
		 errhint("Run statement %d first, or the whole script with sparkify_execute().",
				 translation->depended_number)));
}
