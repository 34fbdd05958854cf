/*
 * super.c
 *		JSON_SERIALIZE: the text of a SUPER without white space.  PostgreSQL's
 *		own text of a jsonb has blanks behind colons and commas.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"

PG_FUNCTION_INFO_V1(redshift_json_serialize);

static void AppendScalar(StringInfo text, const JsonbValue *value);

/* json_serialize(super): its text. */
Datum
redshift_json_serialize(PG_FUNCTION_ARGS)
{
	Jsonb *super = PG_GETARG_JSONB_P(0);
	JsonbIterator *iterator = JsonbIteratorInit(&super->root);
	bool scalar = JB_ROOT_IS_SCALAR(super);
	bool comma = false;
	JsonbValue value;
	JsonbIteratorToken token;
	StringInfoData text;

	initStringInfo(&text);
	while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
	{
		/* a document may be as large as a gigabyte */
		CHECK_FOR_INTERRUPTS();

		/* between members, and not before the first one */
		if (comma && (token == WJB_KEY || token == WJB_ELEM || token == WJB_BEGIN_ARRAY ||
					  token == WJB_BEGIN_OBJECT))
			appendStringInfoChar(&text, ',');
		comma = token != WJB_BEGIN_ARRAY && token != WJB_BEGIN_OBJECT && token != WJB_KEY;
		switch (token)
		{
			case WJB_BEGIN_ARRAY:
				/* jsonb wraps a lone scalar into an array, which nobody wrote */
				appendStringInfoString(&text, scalar ? "" : "[");
				break;
			case WJB_END_ARRAY:
				appendStringInfoString(&text, scalar ? "" : "]");
				break;
			case WJB_BEGIN_OBJECT:
				appendStringInfoChar(&text, '{');
				break;
			case WJB_END_OBJECT:
				appendStringInfoChar(&text, '}');
				break;
			default:
				AppendScalar(&text, &value);
				appendStringInfoString(&text, token == WJB_KEY ? ":" : "");
				break;
		}
	}

	PG_RETURN_TEXT_P(cstring_to_text_with_len(text.data, text.len));
}

/* Adds a string, a number, true, false or null. */
static void
AppendScalar(StringInfo text, const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			appendStringInfoString(text, "null");
			break;
		case jbvBool:
			appendStringInfoString(text, value->val.boolean ? "true" : "false");
			break;
		case jbvNumeric:
			appendStringInfoString(text, DatumGetCString(DirectFunctionCall1(
											 numeric_out, NumericGetDatum(value->val.numeric))));
			break;
		case jbvString:
			escape_json(text, pnstrdup(value->val.string.val, value->val.string.len));
			break;
		default:
			elog(ERROR, "unexpected type %d in a SUPER", value->type);
	}
}
