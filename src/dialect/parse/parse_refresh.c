/*
 * parse_refresh.c
 *		REFRESH and ALTER of materialized views.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "dialect/parse/parse.h"

/*
 * REFRESH ... CASCADE: the view and the materialized views it is made of, those
 * first.  A DO block, because the catalog knows which they are.
 */
static const char cascade_block[] =
	"DO $refresh$\n"
	"DECLARE\n"
	"    stale pg_catalog.regclass;\n"
	"BEGIN\n"
	"    FOR stale IN\n"
	"        WITH RECURSIVE below (id, depth) AS (\n"
	"            SELECT %s::pg_catalog.regclass::pg_catalog.oid, 0\n"
	"            UNION\n"
	"            SELECT c.oid, below.depth + 1\n"
	"            FROM below\n"
	"            JOIN pg_catalog.pg_rewrite AS r ON r.ev_class = below.id\n"
	"            JOIN pg_catalog.pg_depend AS d ON d.objid = r.oid\n"
	"                AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass\n"
	"                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass\n"
	"            JOIN pg_catalog.pg_class AS c ON c.oid = d.refobjid AND c.oid <> below.id\n"
	"                AND c.relkind IN ('m', 'v'))\n"
	"        SELECT c.oid FROM below JOIN pg_catalog.pg_class AS c ON c.oid = below.id\n"
	"        WHERE c.relkind = 'm' GROUP BY c.oid ORDER BY max(below.depth) DESC\n"
	"    LOOP\n"
	"        EXECUTE pg_catalog.format('REFRESH MATERIALIZED VIEW %%s', stale);\n"
	"    END LOOP;\n"
	"END\n"
	"$refresh$";

/* REFRESH MATERIALIZED VIEW v [RESTRICT | CASCADE]. */
void
ParseRefresh(Parser *parser)
{
	DialectStatement *statement = parser->statement;
	const RelationName *view = &statement->relation;

	ParserRelation(parser, &statement->relation);
	if (ParserTake(parser, "restrict"))
		StatementEdit(statement, parser->next - 1, parser->next - 1, "");
	else if (ParserTake(parser, "cascade"))
		StatementEdit(statement, statement->first, parser->end - 1,
					  psprintf(cascade_block, quote_literal_cstr(quote_qualified_identifier(
												  view->schema, view->name))));
	ParserEnd(parser);
}

/* ALTER MATERIALIZED VIEW v AUTO REFRESH YES | NO, ROW LEVEL SECURITY, or what PostgreSQL has too. */
void
ParseAlterMaterialized(Parser *parser)
{
	ParserRelation(parser, &parser->statement->relation);
	if (ParserTakeWords(parser, "auto refresh"))
		parser->statement->skip_reason = "REFRESH alone refreshes materialized views here";
	else
		ParseRowSecurity(parser);
}

/* ROW LEVEL SECURITY ON | OFF of a table or view, which policies give its meaning. */
void
ParseRowSecurity(Parser *parser)
{
	if (!ParserTakeWords(parser, "row level security"))
		return;
	parser->statement->refusal = "row-level security is not supported here";
	parser->statement->refusal_hint = REFUSED_HINT;
}
