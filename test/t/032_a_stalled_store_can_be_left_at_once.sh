#!/bin/bash
# A store that takes connections and never answers holds nobody: time-outs, cancels and termination end the load at
# once.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
work=$(mktemp -d)
perl -MIO::Socket::INET -e '$| = 1; $s = IO::Socket::INET->new(Listen => 64, LocalAddr => "127.0.0.1") or die;
  print $s->sockport, "\n"; alarm 60; push @kept, $c while $c = $s->accept' >"$work/port" &
listener=$!; trap 'kill $listener 2>/dev/null; rm -rf "$work"' EXIT
until [ -s "$work/port" ]; do sleep 0.05; done
psql -X -q -v endpoint="http://127.0.0.1:$(cat "$work/port")" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER stalled FOREIGN DATA WRAPPER sparkify_s3
  OPTIONS (location 's3://stalled/', endpoint :'endpoint', path_style 'on', anonymous 'on');
CREATE TABLE t (a int);
SQL

# Runs a COPY in a session with settings $1 and the rest of the options $2; sets took, in milliseconds.
load() {
  local from; from=$(date +%s%N)
  psql -X -q -c "LOAD 'sparkify_dwh'" -c "$1" -c "COPY t FROM 's3://stalled/x' WITH (FORMAT 'json'$2)" >"$work/out" 2>&1
  took=$((($(date +%s%N) - from) / 1000000))
}
for workers in 2 0; do
  load "SET sparkify_dwh.workers = $workers; SET statement_timeout = 200" ""
  ok "statement_timeout ends a listing, $workers workers ($took ms)" [ "$took" -lt 700 ]
  ok "and is what the error says" grep -q 'canceling statement due to statement timeout' "$work/out"
  load "SET sparkify_dwh.workers = $workers; SET statement_timeout = 200" ", jsonpaths 's3://stalled/p.json'"
  ok "statement_timeout ends the reading of jsonpaths, $workers workers ($took ms)" [ "$took" -lt 700 ]
  for signal in pg_cancel_backend pg_terminate_backend; do
    load "SET sparkify_dwh.workers = $workers" "" & running=$!
    for _ in $(seq 100); do
      pid=$(psql -X -Atc "SELECT pid FROM pg_stat_progress_copy"); [ -z "$pid" ] || break; sleep 0.05
    done
    from=$(date +%s%N)
    psql -X -q -Atc "SELECT $signal(${pid:-0})" >/dev/null; wait "$running"
    took=$((($(date +%s%N) - from) / 1000000))
    ok "$signal ends a load, $workers workers ($took ms)" [ "$took" -lt 500 ]
    ok "and is what the error says" grep -qE 'due to (user request|administrator command)' "$work/out"
  done
done
echo "1..$n"
