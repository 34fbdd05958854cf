/*
 * lint_rules.c
 *		The table of what Redshift refuses or understands otherwise, as far as a
 *		few words in a row show it.
 *
 * Sources: AWS pages c_unsupported-postgresql-features,
 * c_unsupported-postgresql-functions, c_unsupported-postgresql-datatypes and
 * the pages of the statements.
 */
#include "postgres.h"

#include "dialect/check/lint.h"

#define JSON_HINT                                                                                  \
	"Use JSON_EXTRACT_PATH_TEXT on a VARCHAR, or keep a SUPER and navigate: column.key."
#define NO_COUNTERPART "Redshift has nothing like it; leave it out."
#define ALTER_HINT "Create a new table, copy the rows and rename it."

#define CALL(function, hint)                                                                       \
	{                                                                                              \
		"function", true, NULL, function " (", "Redshift has no function " function, hint          \
	}
#define STATEMENT(rule, words, what, hint)                                                         \
	{                                                                                              \
		rule, true, NULL, "^ " words, "Redshift has no " what, hint                                \
	}
#define OPERATOR(sign)                                                                             \
	{                                                                                              \
		"json-operator", true, NULL, sign, "Redshift has no operator " sign, JSON_HINT             \
	}

const LintRule lint_rules[] = {
	/* DML */
	{"on-conflict", true, "INSERT", "on conflict", "Redshift has no INSERT ... ON CONFLICT",
	 "Use MERGE from a staging table, or DELETE and INSERT in one transaction."},
	{"returning", true, "INSERT", "returning", "Redshift has no RETURNING",
	 "SELECT the rows in a statement of their own."},
	{"returning", true, "UPDATE", "returning", "Redshift has no RETURNING",
	 "SELECT the rows in a statement of their own."},
	{"returning", true, "DELETE", "returning", "Redshift has no RETURNING",
	 "SELECT the rows in a statement of their own."},
	{"merge-source", false, "MERGE", "using (",
	 "MERGE from a subquery is newer than AWS's page on MERGE, which wants a table",
	 "Put the rows into a temporary table first where the cluster refuses it."},
	{"merge-condition", true, "MERGE", "when matched and", "MERGE has no conditions beside ON",
	 "Filter the rows when the source table is filled."},
	{"merge-condition", true, "MERGE", "when not matched and", "MERGE has no conditions beside ON",
	 "Filter the rows when the source table is filled."},
	{"merge-do-nothing", true, "MERGE", "do nothing", "MERGE has no DO NOTHING",
	 "Leave the rows out of the source table."},

	/* queries */
	{"distinct-on", true, NULL, "distinct on", "Redshift has no DISTINCT ON",
	 "Use QUALIFY ROW_NUMBER() OVER (PARTITION BY ... ORDER BY ...) = 1."},
	{"filter", true, NULL, ") filter (", "Redshift has no FILTER clause",
	 "Use an aggregate of CASE WHEN ... THEN ... END."},
	{"lateral", true, NULL, "lateral", "Redshift has no LATERAL",
	 "Join, or use a window function."},
	{"distinct-from", true, NULL, "is distinct from", "Redshift has no IS DISTINCT FROM",
	 "Write a <> b OR (a IS NULL) <> (b IS NULL)."},
	{"distinct-from", true, NULL, "is not distinct from", "Redshift has no IS NOT DISTINCT FROM",
	 "Write a = b OR (a IS NULL AND b IS NULL)."},
	{"values", true, NULL, "from ( values", "Redshift has no VALUES as a table",
	 "Use SELECT ... UNION ALL SELECT ..., or a temporary table."},
	{"values", true, NULL, "join ( values", "Redshift has no VALUES as a table",
	 "Use SELECT ... UNION ALL SELECT ..., or a temporary table."},
	{"values", true, NULL, "as ( values", "Redshift has no VALUES as a table",
	 "Use SELECT ... UNION ALL SELECT ..., or a temporary table."},
	{"values", true, NULL, "^ values", "Redshift has no VALUES as a statement",
	 "Use SELECT ... UNION ALL SELECT ...."},
	{"tablesample", true, NULL, "tablesample", "Redshift has no TABLESAMPLE",
	 "Filter on RANDOM()."},
	{"materialized-cte", true, NULL, "as materialized (", "Redshift has no AS MATERIALIZED",
	 "Leave it out."},
	{"materialized-cte", true, NULL, "as not materialized (", "Redshift has no AS NOT MATERIALIZED",
	 "Leave it out."},
	{"row-lock", true, "SELECT", "for update", "Redshift has no SELECT ... FOR UPDATE",
	 "LOCK the table."},
	{"row-lock", true, "SELECT", "for share", "Redshift has no SELECT ... FOR SHARE",
	 "LOCK the table."},
	{"array", true, NULL, "array [", "Redshift has no ARRAY[...]",
	 "Use the function ARRAY(...), which makes a SUPER."},
	{"any-array", true, NULL, "any ( array", "Redshift has no ANY of an array", "Use IN (...)."},

	/* functions */
	CALL("string_agg", "Use LISTAGG(x, ',') WITHIN GROUP (ORDER BY ...)."),
	CALL("array_agg", "Use LISTAGG(x, ',') WITHIN GROUP (ORDER BY ...)."),
	CALL("generate_series",
		 "It runs on the leader node only, not with tables; use a table of numbers."),
	CALL("unnest", "UNNEST stands in FROM only: FROM t, UNNEST(t.items) AS u (item)."),
	CALL("string_to_array", "Use SPLIT_TO_ARRAY, which makes a SUPER."),
	CALL("array_to_string", "Use LISTAGG."),
	CALL("array_length", "Use GET_ARRAY_LENGTH on a SUPER."),
	CALL("regexp_matches", "Use REGEXP_SUBSTR."),
	CALL("regexp_match", "Use REGEXP_SUBSTR."),
	CALL("regexp_split_to_table", "Use SPLIT_TO_ARRAY and name the array in FROM."),
	CALL("json_agg", JSON_HINT),
	CALL("jsonb_agg", JSON_HINT),
	CALL("json_build_object", "Use OBJECT('key', value), which makes a SUPER."),
	CALL("jsonb_build_object", "Use OBJECT('key', value), which makes a SUPER."),
	CALL("jsonb_extract_path_text", JSON_HINT),
	CALL("to_json", JSON_HINT),
	CALL("to_jsonb", JSON_HINT),
	CALL("row_to_json", JSON_HINT),
	CALL("json_array_elements", "Keep a SUPER and name it in FROM: FROM t, t.items AS item."),
	CALL("jsonb_array_elements", "Keep a SUPER and name it in FROM: FROM t, t.items AS item."),
	CALL("gen_random_uuid", "Use an IDENTITY column, or MD5 of the natural key."),
	CALL("uuid_generate_v4", "Use an IDENTITY column, or MD5 of the natural key."),
	CALL("make_date", "Use TO_DATE of a text."),
	CALL("make_timestamp", "Use TO_TIMESTAMP of a text."),
	CALL("date_bin", "Use DATE_TRUNC, or arithmetic on EXTRACT(epoch FROM ...)."),
	CALL("clock_timestamp", "Use GETDATE()."),
	CALL("statement_timestamp", "Use GETDATE()."),
	CALL("transaction_timestamp", "Use SYSDATE."),
	CALL("concat_ws", "Use || with COALESCE."),
	CALL("bool_to_text", "Use CASE."),
	CALL("nextval", "Use an IDENTITY column."),
	CALL("currval", "Use an IDENTITY column."),
	CALL("setval", "Use an IDENTITY column."),
	CALL("to_tsvector", NO_COUNTERPART),
	CALL("to_tsquery", NO_COUNTERPART),
	CALL("crosstab", "Use PIVOT."),
	{"nextval", false, "CREATE TABLE", "default nextval (",
	 "Redshift takes a default of NEXTVAL, but has no sequence to go with it",
	 "Use an IDENTITY column."},
	OPERATOR("->"),
	OPERATOR("->>"),
	OPERATOR("#>"),
	OPERATOR("#>>"),
	OPERATOR("@>"),
	OPERATOR("<@"),

	/* objects */
	STATEMENT("index", "create index", "indexes", "Choose a SORTKEY."),
	STATEMENT("index", "create unique index", "indexes", "Choose a SORTKEY."),
	STATEMENT("index", "drop index", "indexes", "Leave it out."),
	STATEMENT("index", "reindex", "indexes", "Use VACUUM REINDEX for interleaved sort keys."),
	STATEMENT("index", "cluster", "indexes to cluster by", "Choose a SORTKEY."),
	STATEMENT("sequence", "create sequence", "sequences", "Use an IDENTITY column."),
	STATEMENT("sequence", "alter sequence", "sequences", "Use an IDENTITY column."),
	STATEMENT("sequence", "drop sequence", "sequences", "Leave it out."),
	STATEMENT("trigger", "create trigger", "triggers", NO_COUNTERPART),
	STATEMENT("rule", "create rule", "rules", NO_COUNTERPART),
	STATEMENT("type", "create type", "types of one's own", "Use VARCHAR."),
	STATEMENT("type", "create domain", "domains", "Use the type itself."),
	STATEMENT("extension", "create extension", "extensions", NO_COUNTERPART),
	STATEMENT("tablespace", "create tablespace", "tablespaces", NO_COUNTERPART),
	STATEMENT("aggregate", "create aggregate", "aggregates of one's own", NO_COUNTERPART),
	STATEMENT("operator", "create operator", "operators of one's own", NO_COUNTERPART),
	STATEMENT("publication", "create publication", "publications", "Use a data share."),
	STATEMENT("unlogged", "create unlogged table", "UNLOGGED tables", "Use BACKUP NO."),
	STATEMENT("view-if-not-exists", "create view if not exists", "CREATE VIEW IF NOT EXISTS",
			  "Use CREATE OR REPLACE VIEW."),
	STATEMENT("do", "do", "DO blocks", "Use CREATE PROCEDURE and CALL."),
	STATEMENT("notify", "listen", "LISTEN", NO_COUNTERPART),
	STATEMENT("notify", "notify", "NOTIFY", NO_COUNTERPART),
	STATEMENT("explain-analyze", "explain analyze", "EXPLAIN ANALYZE",
			  "Run the query and look at SVL_QUERY_SUMMARY or SYS_QUERY_DETAIL."),
	{"plpython", true, "CREATE FUNCTION", "language plpythonu",
	 "Redshift creates no new Python functions since November 2025",
	 "Use LANGUAGE sql, or a Lambda function."},
	{"plpgsql-function", true, "CREATE FUNCTION", "language plpgsql",
	 "Redshift takes plpgsql in procedures only", "Use CREATE PROCEDURE, or LANGUAGE sql."},

	/* ALTER TABLE */
	{"alter-column", true, "ALTER TABLE", "set default", "Redshift can't change a column's default",
	 ALTER_HINT},
	{"alter-column", true, "ALTER TABLE", "drop default", "Redshift can't drop a column's default",
	 ALTER_HINT},
	{"alter-column", true, "ALTER TABLE", "set not null",
	 "Redshift can't change a column's NOT NULL", ALTER_HINT},
	{"alter-column", true, "ALTER TABLE", "drop not null",
	 "Redshift can't change a column's NOT NULL", ALTER_HINT},
	{"alter-if-exists", true, "ALTER TABLE", "alter table if exists",
	 "Redshift has no ALTER TABLE IF EXISTS", "Leave IF EXISTS out."},
	{"alter-if-exists", true, "ALTER TABLE", "add column if not exists",
	 "Redshift has no ADD COLUMN IF NOT EXISTS", "Leave IF NOT EXISTS out."},
	{"check-constraint", true, "ALTER TABLE", "check (", "Redshift has no CHECK constraints",
	 "Test the rows where they are loaded."},

	/* keys that work, which they don't there */
	{"key-action", true, "CREATE TABLE", "on delete", "Redshift has no actions of foreign keys",
	 "Keys are informational there: delete the rows in a statement of their own."},
	{"key-action", true, "CREATE TABLE", "on update", "Redshift has no actions of foreign keys",
	 "Keys are informational there: change the rows in a statement of their own."},

	/* transactions */
	STATEMENT("savepoint", "savepoint", "savepoints", "Use transactions of their own."),
	STATEMENT("savepoint", "release", "savepoints", "Use transactions of their own."),
	STATEMENT("savepoint", "rollback to", "savepoints", "Use transactions of their own."),
	STATEMENT("prepared", "prepare transaction", "two-phase commit", NO_COUNTERPART),
};

const int lint_rules_count = lengthof(lint_rules);

/* Words that Redshift reserves and PostgreSQL doesn't (AWS: r_pg_keywords). */
static const char *const reserved_words[] = {
	"aes128",
	"aes256",
	"allowoverwrite",
	"backup",
	"blanksasnull",
	"bytedict",
	"bzip2",
	"credentials",
	"current_user_id",
	"deflate",
	"defrag",
	"delta",
	"delta32k",
	"disable",
	"emptyasnull",
	"enable",
	"encode",
	"encrypt",
	"encryption",
	"explicit",
	"globaldict256",
	"globaldict64k",
	"gzip",
	"identity",
	"ignore",
	"lun",
	"luns",
	"lzo",
	"lzop",
	"minus",
	"mostly16",
	"mostly32",
	"mostly8",
	"new",
	"off",
	"offline",
	"offset",
	"oid",
	"old",
	"open",
	"parallel",
	"percent",
	"permissions",
	"raw",
	"readratio",
	"recover",
	"rejectlog",
	"resort",
	"respect",
	"restore",
	"snapshot",
	"sysdate",
	"system",
	"tag",
	"tdes",
	"text255",
	"text32k",
	"top",
	"truncatecolumns",
	"wallet",
	"without",
};

/* Whether Redshift doesn't take a word as a name. */
bool
LintIsReserved(const char *word)
{
	for (size_t i = 0; i < lengthof(reserved_words); i++)
		if (strcmp(reserved_words[i], word) == 0)
			return true;
	return false;
}
