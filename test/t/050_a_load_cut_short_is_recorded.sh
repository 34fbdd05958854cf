#!/bin/bash
# What a load rejected is recorded also when the load ends by an error of PostgreSQL's own.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
mirror=$SPARKIFY_ROOT/server/cut_short; mkdir -p "$mirror"
printf '{"a":"x"}{"a":1}{"a":1}' >"$mirror/rows.json"; chmod -R a+rX "$mirror"
psql -X -q -c "CREATE EXTENSION sparkify_dwh" -c "CREATE TABLE t (a int UNIQUE)" \
  -c "CREATE SERVER cut_short FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://cut/', mirror '$mirror')"
out=$(psql -X -q -c "LOAD 'sparkify_dwh'" -c "COPY t FROM 's3://cut/rows.json' WITH (FORMAT 'json', maxerror 10)" 2>&1)
is "the load is stopped by the unique key" "$(grep -c 'duplicate key' <<<"$out")" 1
for _ in $(seq 50); do
  [ "$(psql -XAt -c 'SELECT count(*) FROM sys_load_history')" = 0 ] || break; sleep 0.1
done
is "the load is in the history" "$(psql -XAt -c 'SELECT status, error_count FROM sys_load_history')" "aborted|1"
is "its rejected row is there" "$(psql -XAt -c 'SELECT line_number, trim(err_reason) FROM stl_load_errors')" \
  "1|Invalid digit, Value 'x', Pos 0, Type: Integer"
is "no row was loaded" "$(psql -XAt -c 'SELECT count(*) FROM t')" 0
echo "1..$n"
