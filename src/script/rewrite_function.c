/*
 * rewrite_function.c
 *		redshift.rewrite(text): a statement as the rewriter leaves it, for the
 *		curious and for the tests; redshift.statement(text): what EXECUTE in a
 *		procedure is given, translated.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/text/dialect.h"
#include "dialect/rewrite/rewrite.h"
#include "script/catalog.h"

PG_FUNCTION_INFO_V1(redshift_rewrite);
PG_FUNCTION_INFO_V1(redshift_statement);

/* One statement of Redshift's dialect as PostgreSQL would run it; DDL is left as it is. */
Datum
redshift_rewrite(PG_FUNCTION_ARGS)
{
	char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
	DialectContext context = CatalogContext();

	PG_RETURN_TEXT_P(
		cstring_to_text(EditsApply(RewriteQuery(LexerScanPlain(sql), &context, RESULT_USED))));
}

/* SQL of Redshift's dialect, as PostgreSQL would run it; empty where nothing is to be run. */
Datum
redshift_statement(PG_FUNCTION_ARGS)
{
	char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
	DialectContext context = CatalogContext();
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, DialectParse(sql))
	{
		DialectText piece = DialectDeparse(lfirst(cell), DIALECT_POSTGRES, &context);

		if (piece.sql != NULL)
			appendStringInfo(&text, "%s%s", text.len > 0 ? ";\n" : "", piece.sql);
	}

	PG_RETURN_TEXT_P(cstring_to_text_with_len(text.data, text.len));
}
