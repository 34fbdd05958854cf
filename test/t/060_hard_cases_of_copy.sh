#!/bin/bash
# Loads at COPY's limits give the right rows or one clear error, in bounded memory, the same with 0, 1 and 4 workers.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
work=$SPARKIFY_ROOT/server/060; mkdir -p "$work/many"; trap 'rm -rf "$work"' EXIT
good() { awk -v k="$1" 'BEGIN { for (i = 0; i < k; i++) printf "{\"id\":%d,\"name\":\"n%d\"}\n", i, i }'; }
bad() { awk -v k="$1" 'BEGIN { for (i = 0; i < k; i++) print "{\"id\":\"x\"}" }'; }
padded() { printf '{"id":1,"pad":"'; head -c "$1" /dev/zero | tr '\0' a; printf '"}\n'; }
{ bad 100000; good 10; } >"$work/at.json"
{ bad 99999; good 10; } >"$work/below.json"
{ good 999999; bad 1; } >"$work/last.json"
echo 'this is no JSON' >"$work/text.json"
good 10000 | gzip >"$work/two.gz"; head -c 20000 "$work/two.gz" >"$work/cut.gz"; good 5 | gzip >>"$work/two.gz"
padded 3900000 >"$work/under.json"; padded 4200000 >"$work/over.json"
awk 'BEGIN { printf "{"; for (i = 0; i < 10000; i++) printf "\"k%d\":%d,", i, i; print "\"id\":7}" }' >"$work/keys.json"
for i in $(seq 300); do good $((i % 7 + 1)) >"$work/many/$i.json"; done
chmod -R a+rX "$work"
psql -X -q -v dir="$work" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER hard FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://hard/', mirror :'dir');
CREATE UNLOGGED TABLE t (id int, name varchar(100));
SQL
load() { # title, "rows N" or the error's text, key, options
  local from kb; from=$(date +%s%N)
  out=$(psql -XAtq -c "LOAD 'sparkify_dwh'" -c "TRUNCATE t" -c "COPY t FROM 's3://hard/$3' WITH (FORMAT 'json'$4)" -c \
    "SELECT 'rows ' || count(*) FROM t" \
    -c "SELECT 'kB ' || substring(s FROM 'VmHWM:\s+(\d+)')::int - substring(s FROM 'RssShmem:\s+(\d+)')::int FROM\
 pg_read_file('/proc/self/status') AS s" 2>&1)
  kb=$(sed -n 's/^kB //p' <<<"$out")
  echo "# $1: $((${kb:-0} / 1024)) MB, $((($(date +%s%N) - from) / 1000000)) ms"
  case $2 in
    rows*) ok "$1" [ "$(grep -c ERROR <<<"$out") $(grep '^rows' <<<"$out")" = "0 $2" ] ;;
    *) ok "$1" [ "$(grep -c "ERROR: .*$2" <<<"$out") $(grep -c ERROR <<<"$out") $(grep '^rows' <<<"$out")" = \
      "1 1 rows 0" ] ;;
  esac
  ok "$1: less than 256 MB" [ "${kb:-999999}" -lt 262144 ]
}
load "100,000 bad rows reach maxerror 100000" "Load into table 't' failed" at.json ', maxerror 100000'
load "99,999 bad rows don't" "rows 10" below.json ', maxerror 100000'
load "a bad last row of a million fails the load" "Load into table 't' failed" last.json ''
load "maxerror 2 bears it" "rows 999999" last.json ', maxerror 2'
load "text that is no JSON is an error" "Load into table 't' failed" text.json ''
load "a truncated gzip is an error" "cut.gz: " cut.gz ", compression 'gzip'"
load "two gzip members are one file" "rows 10005" two.gz ", compression 'gzip'"
load "a row of 3.9 MB is loaded" "rows 1" under.json ''
load "a row over 4 MB is an error" "larger than 4 MB" over.json ''
load "10,000 keys in one object" "rows 1" keys.json ''

# the same rows in the same places, whoever parses them: many small objects, and large ones.  PostgreSQL 16 and
# later hand out the pages of a table in an order of their own; there it is the same rows.
place="ctid || " order=ctid
[ "$(psql -XAtc "SELECT current_setting('server_version_num')::int >= 160000")" = f ] || place= order=x::text
same_for_all_workers() { # title, table, prefix, options
  out=$(for w in 0 1 4; do
    psql -XAtq -c "LOAD 'sparkify_dwh'" -c "SET sparkify_dwh.workers = $w" -c "TRUNCATE $2" -c \
      "COPY $2 FROM 's3://hard/$3' WITH (FORMAT 'json'$4)" \
      -c "SELECT count(*), md5(string_agg(${place}x::text, ',' ORDER BY $order)) FROM $2 AS x" 2>&1 | grep -v INFO
  done | sort | uniq -c)
  ok "$1" [ "$(awk '{ print NF, $1 }' <<<"$out")" = "2 3" ]
  echo "# $out"
}
make -s -C "$(dirname "$0")/../.." generator
"$(dirname "$0")/../../build/sparkify_generate" --events 60000 --songs 500 --bucket "$work/bucket" >/dev/null; \
  chmod -R a+rX "$work"
psql -X -q -c "CREATE UNLOGGED TABLE events (artist text, firstname text, length float8, registration varchar(32), ts\
 bigint, userid int, song text)"
same_for_all_workers "many small objects: the same with 0, 1 and 4 workers" t many/ ''
same_for_all_workers "a month of events: the same with 0, 1 and 4 workers" events bucket/log_data \
  ", jsonpaths 'auto ignorecase'"
same_for_all_workers "with rejected rows: the same with 0, 1 and 4 workers" t below.json ", maxerror 100000"

# a full disk: a tablespace of 8 MB
disk=$SPARKIFY_ROOT/server/060_disk; mkdir -p "$disk"
if mount -t tmpfs -o size=8m,mode=777 tmpfs "$disk" 2>/dev/null; then
  trap 'psql -X -q -c "DROP TABLE IF EXISTS full_disk" -c "DROP TABLESPACE IF EXISTS small"
    umount "$disk"; rm -rf "$work"' EXIT
  chown --reference="$SPARKIFY_ROOT/server/data" "$disk"; chmod 700 "$disk"
  psql -X -q -c "CREATE TABLESPACE small LOCATION '$disk'"
  for kind in "" UNLOGGED; do
    psql -X -q -c "DROP TABLE IF EXISTS full_disk" -c "CREATE $kind TABLE full_disk (LIKE t) TABLESPACE small"
    out=$(psql -XAtq -c "LOAD 'sparkify_dwh'" -c \
      "COPY full_disk FROM 's3://hard/last.json' WITH (FORMAT 'json', maxerror 9)" \
      -c "SELECT 'rows ' || count(*) FROM full_disk" -c \
        "SELECT 'threads ' || count(*) FROM pg_ls_dir('/proc/self/task')" 2>&1)
    ok "a full disk is one error, ${kind:-logged}" [ \
      "$(grep -c 'No space left on device' <<<"$out") $(grep -c ERROR <<<"$out")" = "1 1" ]
    ok "and leaves neither rows nor threads, ${kind:-logged}" [ \
      "$(grep -E '^(rows|threads)' <<<"$out" | tr '\n' ' ')" = "rows 0 threads 1 " ]
  done
else
  echo "ok $((n += 1)) - a full disk # SKIP a small file system can't be mounted here"
fi
echo "1..$n"
