#!/bin/bash
# Where no background worker is to be had, loads end as they should and say that their record was not kept.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ "${1:-}" != --inside ]; then
  SERVER_SETTINGS=max_worker_processes=0 exec test/cluster.sh run "test/t/$(basename "$0")" --inside
fi
mirror=$SPARKIFY_ROOT/server/no_worker; mkdir -p "$mirror"
printf '{"a":"x"}{"a":1}' >"$mirror/rows.json"; printf '{"a":1}' >"$mirror/good.json"; chmod -R a+rX "$mirror"
psql -X -q -c "CREATE EXTENSION sparkify_dwh" -c "CREATE TABLE t (a int)" \
  -c "CREATE SERVER no_worker FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://none/', mirror '$mirror')"
load() { timeout 20 psql -X -q -c "LOAD 'sparkify_dwh'" -c "SET statement_timeout = '10s'" \
  -c "COPY t FROM 's3://none/$1' WITH (FORMAT 'json'$2)" 2>&1; }
failed=$(load rows.json ''); tolerated=$(load rows.json ', maxerror 5'); good=$(load good.json '')
ok "a load that fails says why" grep -q "Load into table 't' failed" <<<"$failed"
ok "with the first error in its detail" grep -q "column \"a\" (int4 0), value \"x\": Invalid digit" <<<"$failed"
ok "and that the rejected rows were not kept" grep -q 'WARNING:  the record of load .* was not kept' <<<"$failed"
ok "a load that tolerates errors loads the other rows" grep -q '1 record(s) loaded successfully' <<<"$tolerated"
ok "and says that its record was not kept" grep -q 'WARNING:  the record of load .* was not kept' <<<"$tolerated"
ok "a load without errors needs no worker" [ "$(grep -c WARNING <<<"$good")" = 0 ]
ok "and is recorded" [ "$(psql -XAt -c 'SELECT status, loaded_rows FROM sys_load_history')" = 'completed|1' ]
ok "the rows are there" [ "$(psql -XAt -c 'SELECT count(*) FROM t')" = 2 ]
echo "1..$n"
