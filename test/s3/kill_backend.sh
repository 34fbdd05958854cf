#!/bin/bash
# kill_backend.sh PREFIX: kills a backend in the middle of an unload to a prefix, once it has begun an upload.
set -u
psql -X -q -c "COPY (SELECT g AS n, repeat('x', 100) AS t, pg_sleep(CASE WHEN g = 150000 THEN 60 ELSE 0 END)::text\
 FROM generate_series(1, 200000) g)
  TO 's3://$1' WITH (format 'csv')" >/dev/null 2>&1 &
client=$!
for _ in $(seq 200); do
  pid=$(psql -X -q -A -t -c "SELECT session_id FROM sparkify_internal.unload_open WHERE location = 's3://$1'")
  [ -z "$pid" ] || break
  sleep .05
done
sleep .5 # parts are on their way
[ -n "$pid" ] && kill -9 "$pid" && echo "killed $pid"
wait "$client"
