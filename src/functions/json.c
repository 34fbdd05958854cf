/*
 * json.c
 *		IS_VALID_JSON.
 */
#include "postgres.h"

#include "common/jsonapi.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_is_valid_json);

static CompatJsonResult OnField(void *state, char *name, bool is_null);
static CompatJsonResult OnElement(void *state, bool is_null);

/* is_valid_json(text): whether it parses as JSON, without raising an error. */
Datum
redshift_is_valid_json(PG_FUNCTION_ARGS)
{
	text *input = PG_GETARG_TEXT_PP(0);
	JsonLexContext *lex =
		CompatJsonLexContext(VARDATA_ANY(input), VARSIZE_ANY_EXHDR(input), GetDatabaseEncoding());

	/* nobody wants what is parsed, but to be able to leave */
	JsonSemAction actions = {.object_field_start = OnField, .array_element_start = OnElement};

	PG_RETURN_BOOL(pg_parse_json(lex, &actions) == JSON_SUCCESS);
}

/* Looks for a cancel at each field of an object. */
static CompatJsonResult
OnField(void *state, char *name, bool is_null)
{
	CHECK_FOR_INTERRUPTS();
	COMPAT_JSON_GO_ON();
}

/* Looks for a cancel at each element of an array. */
static CompatJsonResult
OnElement(void *state, bool is_null)
{
	CHECK_FOR_INTERRUPTS();
	COMPAT_JSON_GO_ON();
}
