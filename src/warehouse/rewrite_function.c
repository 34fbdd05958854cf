/*
 * rewrite_function.c
 *		redshift.rewrite(text): a statement as the rewriter leaves it, for the
 *		curious and for the tests.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "redshift/rewrite.h"
#include "warehouse/catalog.h"

PG_FUNCTION_INFO_V1(redshift_rewrite);

/* One statement of Redshift's dialect as PostgreSQL would run it; DDL is left as it is. */
Datum
redshift_rewrite(PG_FUNCTION_ARGS)
{
	char *sql = text_to_cstring(PG_GETARG_TEXT_PP(0));
	DialectContext context = CatalogContext();

	PG_RETURN_TEXT_P(cstring_to_text(ApplyEdits(sql, RewriteQuery(sql, &context))));
}
