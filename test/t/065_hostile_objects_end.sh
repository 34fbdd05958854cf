#!/bin/bash
# Objects made to hang or to fill memory: every load of them ends, at once when it is told to.  What failed loads
# leave in memory is 021's subject.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
dir=$SPARKIFY_ROOT/hostile; mkdir -p "$dir"
blanks() { head -c "$1" /dev/zero | tr '\0' ' '; }
# unpacks to 500 MB of blanks (of gzip to 5 GB: a quick machine is through with less before it is told to end), to one
# line of 2 GB, to a window of 128 MB; no byte order mark in front of 200 kB
blanks 500M | zstd -q -3 >"$dir/blanks.zst"; blanks 500M | gzip -1 >"$dir/member.gz"
for _ in $(seq 10); do cat "$dir/member.gz"; done >"$dir/blanks.gz"
head -c 150M /dev/zero | tr '\0' 'a' | zstd -q --ultra -22 --long=27 >"$dir/window.zst"
head -c 20M /dev/zero | tr '\0' 'a' | zstd -q -19 --long=23 >"$dir/window9.zst"
for _ in $(seq 20); do cat "$dir/blanks.zst"; done >"$dir/endless.zst"
blanks 200000 | gzip >"$dir/unmarked.gz"; blanks 200000 | bzip2 >"$dir/unmarked.bz2"; blanks 200000 |
  zstd -q >"$dir/unmarked.zst"
{ printf '{"a":"'; head -c 100M /dev/zero | tr '\0' 'a'; printf '"}'; } >"$dir/long.json"
{ head -c 100000000 /dev/zero | tr '\0' '['; } >"$dir/deep.json"
chmod -R a+rX "$dir"
psql -X -q -v dir="$dir" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER hostile FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://hostile/', mirror :'dir');
CREATE TABLE t (a varchar(100));
SQL

load() { # TIMEOUT OBJECT OPTIONS: prints what the load says; took is how long it was, in ms
  local from; from=$(date +%s%N)
  said=$(timeout 60 psql -X -q -c "LOAD 'sparkify_dwh'" -c "SET statement_timeout = '$1'" \
    -c "COPY t (a) FROM 's3://hostile/$2' WITH ($3)" 2>&1); status=$?
  took=$((($(date +%s%N) - from) / 1000000))
}
for packed in gz:gzip bz2:bzip2 zst:zstd; do
  load 20s "unmarked.${packed%:*}" "FORMAT 'json', compression '${packed#*:}', encoding 'UTF16', ignoreheader 1"
  ok "an object without a byte order mark behind ${packed#*:} ends with error 1221" grep -q 'error 1221' <<<"$said"
done
for format in json csv text; do
  for header in 0 3; do
    load 400ms blanks.zst "FORMAT '$format', compression 'zstd', ignoreheader $header"
    ok "a bomb of blanks as $format behind $header header lines can be left ($took ms)" \
      eval '[ $took -lt 1500 ] && grep -qE "statement timeout|larger than 4 MB|completed" <<<"$said"'
  done
done
load 400ms blanks.gz "FORMAT 'json', compression 'gzip'"
ok "so can one of gzip ($took ms)" eval '[ $took -lt 1500 ] && grep -q "statement timeout" <<<"$said"'
# whoever ends a session ends its load, with workers and without
for workers in 0 2; do
  psql -X -q -c "LOAD 'sparkify_dwh'" -c "SET sparkify_dwh.workers = $workers" \
    -c "COPY t (a) FROM 's3://hostile/endless' WITH (FORMAT 'json', compression 'zstd')" >"$dir/said" 2>&1 & loading=$!
  for _ in $(seq 100); do
    pid=$(psql -X -A -t -c "SELECT pid FROM pg_stat_progress_copy"); [ -z "$pid" ] || break; sleep 0.02
  done
  from=$(date +%s%N); psql -X -q -c "SELECT pg_terminate_backend(${pid:-0})" >/dev/null; wait "$loading"
  took=$((($(date +%s%N) - from) / 1000000))
  ok "termination ends a bomb, $workers workers ($took ms)" \
    eval '[ $took -lt 1000 ] && grep -q "due to administrator command" "$dir/said"'
done
psql -X -q -c "ALTER DATABASE $PGDATABASE SET sparkify_dwh.workers = 16"
load 20s window9.zst "FORMAT 'csv', compression 'zstd'"
ok "an ordinary window is taken, however many workers are asked for" grep -q "larger than 4 MB" <<<"$said"
psql -X -q -c "ALTER DATABASE $PGDATABASE RESET sparkify_dwh.workers"
for object in long deep; do
  load 20s $object.json "FORMAT 'json'"
  ok "a record of 100 MB ($object) is refused before it is read ($took ms)" eval \
    '[ $took -lt 5000 ] && grep -q "ERROR" <<<"$said"'
done
load 20s window.zst "FORMAT 'csv', compression 'zstd'"
ok "a window beyond memory_limit is refused, with what to do" grep -q 'HINT:  Raise sparkify_dwh.memory_limit' \
  <<<"$said"
most=$(psql -X -A -t -q -c "LOAD 'sparkify_dwh'" -c "SET sparkify_dwh.max_workers = 1" -c \
  "SHOW sparkify_dwh.max_workers" | tail -1)
psql -X -q -c "CREATE ROLE plain" -c "GRANT INSERT ON t TO plain"
ok "who is no superuser can't raise the most workers" \
  grep -q 'permission denied' \
    <<<"$(psql -X -q -c "LOAD 'sparkify_dwh'" -c "SET ROLE plain" -c "SET sparkify_dwh.max_workers = 64" 2>&1)"
ok "an administrator can lower them" [ "$most" = 1 ]
psql -X -q -c "DROP OWNED BY plain" -c "DROP ROLE plain"

rm -rf "$dir"
echo "1..$n"
exit $failed
