#!/bin/bash
# A dump carries late-binding views, with their tables and without them: whole, by parallel workers, as a schema alone;
# what is restored goes on being bound late.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
sql <<'SQL' >/dev/null
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE ROLE late_dumped_reader;
SELECT sparkify_execute($$
CREATE SCHEMA z;
CREATE TABLE z.plays (id INT, at TIMESTAMP); INSERT INTO z.plays VALUES (1, '2018-11-01 10:00');
CREATE VIEW public.a_bound AS SELECT id, DATEADD(day, 1, at) AS later FROM z.plays WITH NO SCHEMA BINDING;
CREATE VIEW public."a ""waits" (one, two) AS SELECT * FROM z.absent WHERE 'it''s \\ so' <> 'x' WITH NO SCHEMA BINDING;
CREATE VIEW public.a_of_waiting AS SELECT one FROM public."a ""waits" WITH NO SCHEMA BINDING;
GRANT SELECT ON public."a ""waits" TO late_dumped_reader$$);
SQL
state="SELECT relname, text FROM sparkify_internal.late_binding_view ORDER BY 1"
before=$(sql -c "$state")
# lives DATABASE: whether its views follow their tables, as in the database that was dumped.
lives() {
  local error
  error=$(sql -d "$1" -c 'SELECT count(*) FROM "a ""waits"' 2>&1 | head -1) || true
  sql -d "$1" -c "SELECT sparkify_execute(\$\$CREATE TABLE z.absent (b INT, c INT); INSERT INTO z.absent VALUES (7, 8);
    DROP TABLE z.plays; CREATE TABLE z.plays (id VARCHAR(9), at DATE, more INT);
    INSERT INTO z.plays VALUES ('x', '2020-02-28', 1)\$\$)" >/dev/null
  echo "$error|$(sql -d "$1" -c 'SELECT * FROM a_bound')|$(sql -d "$1" -c 'SELECT * FROM "a ""waits", a_of_waiting')|$(
    sql -d "$1" -c "SELECT has_table_privilege('late_dumped_reader', 'public.\"a \"\"waits\"', 'select')")"
}
after='ERROR:  relation "z.absent" does not exist|x|2020-02-29 00:00:00|7|8|7|t'
echo 1..7
is "there are three" "$(wc -l <<<"$before")" 3
pg_dump -Fc -f "$dir/dump"
pg_dump --schema-only >"$dir/schema.sql"
createdb "${PGDATABASE}_a"; pg_restore --exit-on-error -d "${PGDATABASE}_a" "$dir/dump"
is "pg_restore brings them back" "$(sql -d "${PGDATABASE}_a" -c "$state")" "$before"
is "and they live" "$(lives "${PGDATABASE}_a")" "$after"
createdb "${PGDATABASE}_b"; pg_restore --exit-on-error -j 2 -d "${PGDATABASE}_b" "$dir/dump"
is "so do parallel workers" "$(sql -d "${PGDATABASE}_b" -c "$state")" "$before"
is "and they live there" "$(lives "${PGDATABASE}_b")" "$after"
createdb "${PGDATABASE}_c"; sql -d "${PGDATABASE}_c" <"$dir/schema.sql" >/dev/null
is "a dump of the schema alone has them" "$(sql -d "${PGDATABASE}_c" -c "$state")" "$before"
is "and they live from that" "$(lives "${PGDATABASE}_c")" "$after"
exit $failed
