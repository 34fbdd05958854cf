#!/bin/bash
# A dump carries distribution, sort order and encodings by name: of tables whose columns have moved, whole and one table
# alone,
# into a database that has the extension already, by parallel workers.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
state="SELECT c.relname, a.attname, k.distkey, k.sortkey, k.encoding, d.dist_style, d.sort_style, d.encode_auto,\
 d.backup
  FROM sparkify_internal.column_design k JOIN pg_attribute a USING (attrelid, attnum) JOIN pg_class c ON c.oid =\
 attrelid
  JOIN sparkify_internal.table_design d ON d.relid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relname !~ '^sparkify' ORDER BY 1, 2;
  SELECT attrelid::regclass, kind, name, columns, referenced_table, referenced_columns
    FROM sparkify_internal.kept_key ORDER BY 1, 2, 3"
sql <<'SQL' >/dev/null
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
SELECT sparkify_execute($$
CREATE TABLE gone (a INT, b INT, c INT, d VARCHAR(9) ENCODE ZSTD);
ALTER TABLE gone DROP COLUMN a;
ALTER TABLE gone ALTER SORTKEY (c, b), ALTER DISTKEY d;
CREATE TABLE "Weave, ""d" (x INT, "y z" INT) BACKUP NO DISTSTYLE ALL INTERLEAVED SORTKEY ("y z", x);
CREATE MATERIALIZED VIEW seen DISTKEY (c) SORTKEY (b) AS SELECT b, c FROM gone;
CREATE TABLE keyed (a INT, b INT NOT NULL, "C c" INT REFERENCES nowhere (d), CONSTRAINT "Its name" UNIQUE (a, b),
  UNIQUE (a));
ALTER TABLE keyed ADD PRIMARY KEY (b);
ALTER TABLE keyed ADD FOREIGN KEY (a, b) REFERENCES "Weave, ""d" ("y z", x)$$);
ALTER TABLE gone RENAME COLUMN c TO "c c";
ALTER TABLE "weave, ""d" RENAME COLUMN x TO "x.x";
SQL
echo 1..9
before=$(sql -c "$state")
is "there is a design to lose" "$(grep -v ^keyed <<<"$before" | grep -c 'key\|interleaved\|zstd')" 7
is "and keys" "$(grep -c 'KEY|\|UNIQUE' <<<"$before")" 5
pg_dump -Fc -f "$dir/dump"
createdb "${PGDATABASE}_a"; pg_restore --exit-on-error -d "${PGDATABASE}_a" "$dir/dump"
is "pg_restore brings it back" "$(sql -d "${PGDATABASE}_a" -c "$state")" "$before"
createdb "${PGDATABASE}_b"; pg_restore --exit-on-error -j 2 -d "${PGDATABASE}_b" "$dir/dump"
is "so do its parallel workers" "$(sql -d "${PGDATABASE}_b" -c "$state")" "$before"
createdb "${PGDATABASE}_c"; pg_dump --schema-only | sql -d "${PGDATABASE}_c" >/dev/null
is "a dump of the schema alone has it" "$(sql -d "${PGDATABASE}_c" -c "$state")" "$before"
pg_dump -Fd -j 2 -f "$dir/parallel"
for d in d e; do createdb "${PGDATABASE}_$d"; sql -d "${PGDATABASE}_$d" -c "CREATE EXTENSION sparkify_dwh" \
  >/dev/null; done
is "where the extension is already, pg_restore says what to load" \
  "$(pg_restore --exit-on-error -j 2 -d "${PGDATABASE}_d" "$dir/parallel" 2>&1 |
    grep -o 'security label provider "sparkify_dwh" is not loaded')" \
    'security label provider "sparkify_dwh" is not loaded'
sql -c "ALTER DATABASE ${PGDATABASE}_e SET session_preload_libraries = 'sparkify_dwh'"
is "with the module loaded it restores" \
  "$(pg_restore --exit-on-error -j 2 -d "${PGDATABASE}_e" "$dir/parallel" 2>&1)" ""
is "what was there" "$(sql -d "${PGDATABASE}_e" -c "$state")" "$before"
sql -c "CREATE SCHEMA keep"
pg_dump -t gone | sed 's/public\.gone/keep.gone/g' | PGOPTIONS="-c session_preload_libraries=sparkify_dwh" sql \
  >/dev/null
is "and so has a dump of one table" \
  "$(sql -c "SELECT dist_style, sort_key FROM sparkify_internal.table_design WHERE relid = 'keep.gone'::regclass")" \
  'key|{"c c",b}'
exit $failed
