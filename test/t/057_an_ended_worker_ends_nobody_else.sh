#!/bin/bash
# The workers that keep the record of loads are ended while they write, again and again: the server and its sessions
# go on, loads that have no record say so, and the next one is recorded.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
export PGOPTIONS='-c session_preload_libraries=sparkify_dwh'
bucket=$SPARKIFY_ROOT/mirror/ended; copy="COPY t FROM 's3://ended/o.json' WITH (FORMAT 'json', maxerror 100);"
mkdir -p "$bucket"; yes '{"a":"x"}' | head -n 50 >"$bucket/o.json"; chmod -R a+rX "$bucket"
psql -qX -c 'CREATE EXTENSION sparkify_dwh' -c 'CREATE TABLE t (a int)' \
  -c "CREATE SERVER ended FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://ended/', mirror '$bucket')"
log=$SPARKIFY_ROOT/server/log; crashes() { grep -cE 'PANIC|was terminated by signal' "$log"; }
before=$(crashes)

# Two sessions load; a third ends every worker it sees, a hundred of them or for half a minute.
loaders=()
for session in 1 2; do
  yes "$copy" | psql -qX >/dev/null 2>"$SPARKIFY_ROOT/ended.$session" & loaders+=($!)
done
ended=0; limit=$((SECONDS + 30))
while [ "$ended" -lt 100 ] && [ $SECONDS -lt $limit ]; do
  ended=$((ended + $(yes "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type LIKE 'sparkify_dwh load log%';" | head -n 400 |
    psql -qXAt 2>/dev/null | grep -c t)))
done
is "workers are ended while they write" "$((ended >= 20))" 1
is "the sessions go on" "$(jobs -r | grep -c yes)" 2
kill "${loaders[@]}" 2>/dev/null; wait 2>/dev/null
is "no process crashes" "$(($(crashes) - before))" 0
is "loads that have no record say so" "$(cat "$SPARKIFY_ROOT"/ended.* | grep -c 'the record of load .* was not kept' |
  sed 's/^[1-9].*/some/')" some
is "the next load is recorded" "$(psql -qXAt -c "$copy" -c "SELECT count(*) FROM stl_load_errors
  WHERE query = pg_last_copy_id()" 2>/dev/null)" 50
echo "1..$n"
exit $failed
