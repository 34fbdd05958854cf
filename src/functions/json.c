/*
 * json.c
 *		IS_VALID_JSON.
 */
#include "postgres.h"

#include "common/jsonapi.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_is_valid_json);

/* is_valid_json(text): whether it parses as JSON, without raising an error. */
Datum
redshift_is_valid_json(PG_FUNCTION_ARGS)
{
	text *input = PG_GETARG_TEXT_PP(0);
	JsonLexContext *lex =
		CompatJsonLexContext(VARDATA_ANY(input), VARSIZE_ANY_EXHDR(input), GetDatabaseEncoding());

	PG_RETURN_BOOL(pg_parse_json(lex, &nullSemAction) == JSON_SUCCESS);
}
