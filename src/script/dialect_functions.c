/*
 * dialect_functions.c
 *		The dialect as SQL functions, for tests and bug reports: what the parser
 *		and the printer make of a script, nothing run.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "dialect/text/statement.h"

#define DIALECT_COLUMNS 7

PG_FUNCTION_INFO_V1(sparkify_dialect);

static const char *VariableName(void *state, const char *name);
static Datum TextOrNull(const char *text, bool *null);

/*
 * sparkify_dialect(script): a row for each statement with what is made of it.
 * A variable's value is its own name, so nothing has to be set.
 */
Datum
sparkify_dialect(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	DialectContext context = {.variable = VariableName};
	char *script = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	foreach (cell, DialectParse(script))
	{
		const DialectStatement *statement = lfirst(cell);
		Datum values[DIALECT_COLUMNS];
		bool nulls[DIALECT_COLUMNS] = {false};

		values[0] = Int32GetDatum(DialectLine(statement));
		values[1] = Int32GetDatum(DialectOffset(statement));
		values[2] = CStringGetTextDatum(DialectTag(statement));
		values[3] = TextOrNull(DialectRelation(statement), &nulls[3]);
		nulls[4] = statement->refusal != NULL;
		if (statement->refusal == NULL)
			values[4] =
				TextOrNull(DialectDeparse(statement, DIALECT_POSTGRES, &context).sql, &nulls[4]);
		values[5] =
			TextOrNull(DialectDeparse(statement, DIALECT_REDSHIFT, &context).sql, &nulls[5]);
		values[6] = TextOrNull(statement->refusal != NULL ? statement->refusal
														  : DialectSkipReason(statement),
							   &nulls[6]);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}

	return (Datum)0;
}

/* A variable's value in tests: its name. */
static const char *
VariableName(void *state, const char *name)
{
	return pstrdup(name);
}

/* A text as a datum; NULL as NULL. */
static Datum
TextOrNull(const char *text, bool *null)
{
	*null = text == NULL;
	return text != NULL ? CStringGetTextDatum(text) : (Datum)0;
}
