#!/bin/bash
# An unload into a mirror leaves whole objects or nothing, however it ends; other programs read them.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
out=$SPARKIFY_ROOT/066; mkdir -p "$out"; chmod 777 "$out"
trap 'umount "$out/small" 2>/dev/null; rm -rf "$out"' EXIT
sql() { psql -X -q -A -t "$@" 2>&1 | grep -v '^INFO: '; }
files() { (cd "$out" && find . -type f | sort | tr '\n' ' '); }
sql -v out="$out" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER unload_066 FOREIGN DATA WRAPPER sparkify_s3
  OPTIONS (location 's3://whole/', mirror :'out', writable 'on');
CREATE TABLE words AS SELECT g AS n, g / 8.0 AS f,
  CASE g % 5 WHEN 0 THEN NULL WHEN 1 THEN 'a "b", c' WHEN 2 THEN E'two\r\nlines\t'
    WHEN 3 THEN '' ELSE 'ü 🎵 \ ' || g END AS t,
  g % 2 = 0 AS b, DATE '2000-01-01' + g AS d FROM generate_series(1, 20000) g;
SQL
long="COPY (SELECT g, repeat('x', 100) AS t FROM generate_series(1, 100000000) g) TO 's3://whole/long_' WITH (format\
 'csv')"

# other programs: Python's readers, Debian's gzip, bzip2 and zstd
for packed in none gzip bzip2 zstd; do
  sql -c "LOAD 'sparkify_dwh'" -c \
    "COPY words TO 's3://whole/csv_$packed' WITH (format 'csv', header on, null 'NULL!', compression '$packed')" \
    -c "COPY words TO 's3://whole/json_$packed' WITH (format 'json', compression '$packed')"
  for f in "$out"/*_"$packed"*; do
    case $packed in none) cat "$f" ;; gzip) gzip -dc "$f" ;; bzip2) bzip2 -dc "$f" ;; zstd) zstd -dcq "$f" ;; esac
    case $packed in gzip) gzip -tq "$f" || echo broken ;; bzip2) bzip2 -tq "$f" || echo broken ;; \
      zstd) zstd -tq "$f" || echo broken ;; esac
  done >/dev/null 2>"$out/errors"
  is "$packed: Debian's program takes the objects for whole" "$(cat "$out/errors")" ""
done
rm -f "$out/errors"
want=$(sql -F '|' -c \
  "SELECT count(*), sum(n), count(t), sum(length(t)), sum(f)::numeric(30,4), count(*) FILTER (WHERE b), min(d) FROM\
 words")
is "Python's csv reads what was unloaded" \
  "$(for f in "$out"/csv_zstd*; do zstd -dcq "$f" >"$out/one"; python3 - "$out/one" <<'PY'
import csv, sys
for r in csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')):
  print(r['n'], r['f'], -1 if r['t'] == 'NULL!' else len(r['t']), r['b'], r['d'])
PY
done | awk '{ c++; s += $1; f += $2; if ($3 >= 0) { k++; l += $3 } b += $4 == "t"; if (c == 1 || $5 < d) d = $5 }
  END { printf "%d|%d|%d|%d|%.4f|%d|%s", c, s, k, l, f, b, d }')" "$want"
is "Python's json reads what was unloaded" \
  "$(for f in "$out"/json_gzip*; do gzip -dc "$f" >"$out/one"; python3 - "$out/one" <<'PY'
import json, sys
for line in open(sys.argv[1], newline='\n', encoding='utf-8'):
    r = json.loads(line); print(r['n'], r['f'], -1 if r['t'] is None else len(r['t']), r['b'], r['d'])
PY
done | awk '{ c++; s += $1; f += $2; if ($3 >= 0) { k++; l += $3 } b += $4 == "t"; if (c == 1 || $5 < d) d = $5 }
  END { printf "%d|%d|%d|%d|%.4f|%d|%s", c, s, k, l, f, b, d }')" "$want"
rm -f "$out"/*

# cancel, at any moment, and memory meanwhile
for workers in 0 2; do
  start=$(date +%s%N)
  sql >"$out.log" <<SQL
LOAD 'sparkify_dwh'; SET sparkify_dwh.workers = $workers; SET statement_timeout = 1500;
$long;
SELECT 'peak ' || (regexp_match(s, 'RssAnon:\s+(\d+)'))[1]::int / 1024 ||
  ' threads ' || (regexp_match(s, 'Threads:\s+(\d+)'))[1] FROM pg_read_file('/proc/self/status') s;
SQL
  took=$((($(date +%s%N) - start) / 1000000))
  ok "a timeout is taken within a moment ($workers workers, $took ms)" [ "$took" -lt 4000 ]
  ok "and said ($workers workers)" grep -q 'statement timeout' "$out.log"
  is "nothing is left ($workers workers)" "$(files)" ""
  ok "no thread is, and little memory" awk '/^peak/ { exit !($2 < 120 && $4 == 1) }' "$out.log"
done
rm -f "$out.log"

# kill -9: what is staged is hidden, and goes with the next unload
psql -X -q -c "LOAD 'sparkify_dwh'" -c "SET application_name = 'to be killed'" -c "$long" >/dev/null 2>&1 & client=$!
for _ in $(seq 200); do [ -n "$(files)" ] && break; sleep .05; done
kill -9 "$(sql -c "SELECT pid FROM pg_stat_activity WHERE application_name = 'to be killed'")"; wait $client
for _ in $(seq 200); do sql -c 'SELECT 1' | grep -qx 1 && break; sleep .1; done
is "a killed unload isn't recorded as complete" \
  "$(sql -c "SELECT status FROM sys_unload_history WHERE unloaded_location = 's3://whole/long_' AND status =\
 'completed'")" ""
is "no object of it can be seen" "$(cd "$out" && find . -type f -not -path './.sparkify_unload/*')" ""
sql -c "CREATE TABLE IF NOT EXISTS seen (n bigint, t text)" -c "LOAD 'sparkify_dwh'" -c \
  "COPY seen FROM 's3://whole/' WITH (format 'csv')" >"$out.log"
ok "COPY doesn't see it either" grep -q 'does not exist' "$out.log"
sql -c "LOAD 'sparkify_dwh'" -c "COPY (SELECT 1) TO 's3://whole/next' WITH (parallel off)"
is "the next unload clears up" "$(files)" "./next000 "
rm -f "$out"/* "$out.log"

# a full disk
mkdir "$out/small"
if mount -t tmpfs -o size=4m,mode=777 tmpfs "$out/small" 2>/dev/null; then
  sql -c "CREATE SERVER small_066 FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://small/', mirror\
 '$out/small', writable 'on')"
  result=$(sql -c "LOAD 'sparkify_dwh'" -c \
    "COPY (SELECT g, repeat('x', 100) FROM generate_series(1, 200000) g) TO 's3://small/x' WITH (format 'csv')" \
    -c "SELECT 'threads ' || count(*) FROM pg_ls_dir('/proc/self/task')")
  is "a full disk is one error" "$(grep -c 'No space left on device' <<<"$result") $(grep threads <<<"$result")" \
    "1 threads 1"
  is "and leaves nothing" "$(files)" ""
else
  echo "ok $((n += 1)) - a full disk # SKIP a small file system can't be mounted here"
fi
echo "1..$n"
