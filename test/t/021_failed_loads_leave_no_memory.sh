#!/bin/bash
# However a load fails, and however often, its session has the memory that it had before.
# LOADS=1000 makes the long run, KINDS="cut plain" that of some kinds only.
#
# What malloc keeps swings by megabytes with the batches that were on their way when a load failed, and settles
# for a while where it is.  So the least of 20 loads is taken before the run, in its middle and at its end, and
# the lesser growth counts: a leak grows in both halves, a swing doesn't.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
work=$SPARKIFY_ROOT/021; bucket=$work/bucket; loads=${LOADS:-100}
mkdir -p "$bucket" "$work/out"
printf '{"id":1,"name":"one"}\n{"id":2,"name":"two"}\n' >"$bucket/good.json"
printf '{"id":1,"name":"one"}\n{"id":"x","name":"two"}\n' >"$bucket/rejected.json"
printf '{"id":1,"name":"one"}\n{"id":-1,"name":"two"}\n' >"$bucket/checked.json"
printf '{"id":1,"name":"one"}\n{"id":1,"name":"two"}\n' >"$bucket/twice.json"
printf '{"id":1,"name":"one"}\n{"name":"two"}\n' >"$bucket/nothing.json"
printf '{"id":"{"}\n' >"$bucket/array.json"
gzip -c "$bucket/good.json" | head -c 40 >"$bucket/cut.gz"
awk 'BEGIN { for (i = 0; i < 60000; i++) printf "{\"id\":%d,\"name\":\"number %d\"}\n", i, i }' >"$bucket/long.json"
chmod -R a+rX "$work"
psql -X -q -v dir="$bucket" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER b FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', mirror :'dir');
CREATE UNLOGGED TABLE t (id int NOT NULL CHECK (id >= 0) UNIQUE DEFERRABLE, name varchar(100));
CREATE DOMAIN short AS text CHECK (length(value) < 3);
CREATE UNLOGGED TABLE d (id int, name short);
CREATE UNLOGGED TABLE a (id int, name inet);
CREATE UNLOGGED TABLE l (id int[]);
SQL

copy="COPY t FROM 's3://b"
declare -A kinds=(
  [rejected]="$copy/rejected' WITH (FORMAT 'json')"
  [checked]="$copy/checked' WITH (FORMAT 'json')"
  [twice]="$copy/twice' WITH (FORMAT 'json')"
  [nothing]="$copy/nothing' WITH (FORMAT 'json')"
  [domain]="COPY d FROM 's3://b/long' WITH (FORMAT 'json')"
  [cast]="COPY a FROM 's3://b/long' WITH (FORMAT 'json')"
  [array]="COPY l FROM 's3://b/array' WITH (FORMAT 'json')"
  [packed]="$copy/cut' WITH (FORMAT 'json', compression 'zstd')"
  [cut]="$copy/cut' WITH (FORMAT 'json', compression 'gzip')"
  [plain]="$copy/good' WITH (FORMAT 'json', compression 'zstd')"
  [absent]="$copy/absent' WITH (FORMAT 'json')"
  [paths]="$copy/good' WITH (FORMAT 'json', jsonpaths 's3://b/good.json')"
  [option]="$copy/good' WITH (FORMAT 'fixedwidth', fixedwidth 'a:1')"
)
least() { awk '{ print $2 }' "$work/out/$1" | sort -n | head -1; } # before|middle|end
total=$((2 * loads + 60))
for kind in ${KINDS:-$(printf '%s\n' "${!kinds[@]}" | sort)}; do
  rm -f "$work"/out/*
  {
    echo "LOAD 'sparkify_dwh'; SELECT pg_backend_pid() AS pid \\gset"
    echo "\\setenv PID :pid"
    for i in $(seq $total); do
      echo "${kinds[$kind]};"
      for part in before:40 middle:$((loads + 40)) end:$((2 * loads + 40)); do
        [ "$i" -le "${part#*:}" ] || [ "$i" -gt $((${part#*:} + 20)) ] ||
          echo "\\! grep RssAnon /proc/\$PID/status >>$work/out/${part%:*}"
      done
    done
  } >"$work/session.sql"
  psql -X -A -t -f "$work/session.sql" >"$work/session.out" 2>&1
  first=$(($(least middle) - $(least before))) second=$(($(least end) - $(least middle)))
  grew=$((first < second ? first : second))
  failed=$(grep -c ERROR: "$work/session.out")
  ok "$kind: every load failed" [ "$failed" = "$total" ]
  ok "$kind: $loads failed loads take less than 1 MB ($grew kB)" [ "$grew" -lt "$((${SANITIZED:+300 *} 1024))" ]
done

# a session can't have more threads than a superuser allows
out=$(psql -X -A -t -c "LOAD 'sparkify_dwh'" -c "CREATE ROLE loader_021" -c "SET sparkify_dwh.max_workers = 3" \
  -c "SET ROLE loader_021" -c "SET sparkify_dwh.max_workers = 64" -c "RESET ROLE" \
  -c "SHOW sparkify_dwh.max_workers" -c "DROP ROLE loader_021" 2>&1)
ok "only a superuser raises max_workers" grep -q 'permission denied to set parameter "sparkify_dwh.max_workers"' \
  <<<"$out"
ok "and it stays" grep -qx 3 <<<"$out"
most=0
for i in $(seq 10 29); do ln "$bucket/long.json" "$bucket/many$i.json"; done
psql -X -q -c "CREATE UNLOGGED TABLE u (id int, name varchar(100))" -c "LOAD 'sparkify_dwh'" \
  -c "SET sparkify_dwh.max_workers = 3" -c "SET sparkify_dwh.workers = 40" \
  -c "COPY u FROM 's3://b/many' WITH (FORMAT 'json')" >/dev/null 2>&1 & loading=$!
while kill -0 "$loading" 2>/dev/null; do
  for pid in $(psql -X -A -t -c "SELECT pid FROM pg_stat_progress_copy"); do
    now=$(ls "/proc/$pid/task" 2>/dev/null | wc -l); [ "$now" -le "$most" ] || most=$now
  done
done
wait "$loading"
ok "a load has no more threads than that, its own and the lister's beside ($most)" eval \
  '[ $most -gt 2 ] && [ $most -le 5 ]'
echo "1..$n"
rm -rf "$work"
