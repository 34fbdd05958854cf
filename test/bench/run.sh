#!/bin/bash
# run.sh: measures loading and transforming against peers, alternating, and
# prints medians and ratios.  Settings from the environment:
#
#   EVENTS=2000000 SONGS=100000 RUNS=5 THREADS=2   the size of it
#   PARTS="load elt unload wire growing"           also: explain, scale, small, s3
#
#   load    2,000,000 events into the staging table: ours, COPY text and CSV, CREATE TABLE AS,
#           the jsonb way, DuckDB on disk and in memory
#   elt     stage and transform, star tables logged and not, statement by statement, against the whole ELT of DuckDB, on
#           disk and in memory, and of ClickHouse (half a gigabyte from npm; CLICKHOUSE=no goes without)
#   unload  2,000,000 events as CSV and JSON, plain and zstd: ours, COPY TO (row_to_json; through zstd),
#           DuckDB in memory
#   scale   seconds and peak memory from 10 thousand to 10 million events
#   small   100,000 objects of one song each
#   explain sparkify_explain over the tables that 2,000,000 events fill, against plain scans of the columns that
#           it counts, and
#           against the query itself where the rows of its join fill a table
#   wire    what port 5439 costs a client, against the same client direct (test/bench/wire.sh)
#   growing a day of 20,000 events in mode incremental, beside the loads of its history of 10 thousand, 1 and 10 million
#           events, and beside the same day into an empty warehouse (test/bench/growing.sh)
#   s3      many small objects behind a network's latency (test/bench/s3_latency.sh)
set -euo pipefail
cd "$(dirname "$0")/../.."
EVENTS=${EVENTS:-2000000} SONGS=${SONGS:-100000} RUNS=${RUNS:-5} THREADS=${THREADS:-2}
PARTS=${PARTS:-load elt unload wire growing}
[ -n "${SKIP_DEPS:-}" ] || test/deps.sh build bench
. test/cluster.sh
results=build/bench/results.txt
mkdir -p build/bench; : >"$results"

# Remembers a measurement: NAME MILLISECONDS.
record() { echo "$1 $2" >>"$results"; printf '  %-28s %9.0f ms\n' "$1" "$2"; }
median() { awk -v n="$1" '$1 == n { print $2 }' "$results" | sort -n |
  awk '{ v[NR] = $1 } END { if (NR) print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
best() { awk -v n="$1" '$1 == n { print $2 }' "$results" | sort -n | head -1; }
ratio() { # TEXT NAME OTHER [LIMIT]
  local a b; a=$(median "$2"); b=$(median "$3")
  [ -n "$a" ] && [ -n "$b" ] || return 0
  [ -n "${4:-}" ] || { awk -v t="$1" -v a="$a" -v b="$b" 'BEGIN { printf "%-64s %6.2f\n", t, a / b }'; return 0; }
  awk -v t="$1" -v a="$a" -v b="$b" -v l="$4" \
    'BEGIN { r = a / b; printf "%-64s %6.2f  (at most %.2f: %s)\n", t, r, l, r <= l ? "holds" : "does not hold" }'
}

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

# The hundredths of a second that the processors were busy since the machine started.
busy() { awk '$1 == "cpu" { print $2 + $3 + $4 + $7 + $8 + $9 }' /proc/stat; }

# Waits, half a minute at most, until nothing else has kept a processor busy for a second.
settle() {
  local calm=0 before now _
  before=$(busy)
  for _ in $(seq 100); do
    sleep 0.3
    now=$(busy)
    [ $((now - before)) -le 6 ] && calm=$((calm + 1)) || calm=0
    [ $calm -lt 4 ] || return 0
    before=$now
  done
}

# Runs a preparation, then one statement, which is timed: NAME PREPARATION STATEMENT.
timed() {
  local ms
  settle
  ms=$(sql -c "SET client_min_messages = warning" -c "$2" -c "CHECKPOINT" -c '\timing on' -c "$3" |
    sed -nE 's/^Time: ([0-9.]+) ms.*/\1/p' | tail -1)
  record "$1" "$ms"
}

duckdb() { # NAME WHAT DATABASE
  local ms; settle; ms=$( (cd build/bench && node duckdb.mjs "$2" "$3" "$bucket" "$THREADS") |
    awk '$1 == "total" { print $2 }')
  record "$1" "$ms"
}

# A peer's whole ELT, its statements recorded one by one: NAME PROGRAM ARGUMENTS...
peer_elt() {
  local prefix=$1 name ms; shift
  settle
  (cd build/bench && node "$@") >build/bench/peer.log
  while read -r name ms; do
    case $name in
      rows) ;;
      total) record "$prefix" "$ms" ;;
      *) record "${prefix}_$name" "$ms" ;;
    esac
  done <build/bench/peer.log
  record "${prefix}_transform" \
    "$(awk '$1 !~ /^(staging_|rows|total)/ { sum += $2 } END { print sum }' build/bench/peer.log)"
}

# Installs a package of npm below build/bench: PACKAGE.
npm_package() {
  [ -d "build/bench/node_modules/$1" ] ||
    (cd build/bench && { [ -e package.json ] || npm init -y >/dev/null; } &&
      npm install --silent --no-fund --no-audit "$1" >/dev/null)
}

install_peers() {
  cp test/bench/*.mjs build/bench/
  npm_package @duckdb/node-api
  case $PARTS in *elt*) [ "${CLICKHOUSE:-}" = no ] || npm_package chdb ;; esac
}

generate() { # EVENTS SONGS: a fresh bucket
  rm -rf "$CLUSTER/mirror/bench"; bucket=$CLUSTER/mirror/bench
  build/sparkify_generate --events "$1" --songs "$2" --bucket "$bucket" >/dev/null
  chmod -R a+rX "$CLUSTER/mirror"; megabytes=$(du -sm "$bucket/log_data" | cut -f1)
}

setup() {
  generate "$EVENTS" "$SONGS"
  sql -v mirror="$bucket" <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bench FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bench/', mirror :'mirror');
SELECT sparkify_configure($$[IAM_ROLE]
ARN = arn:aws:iam::123456789012:role/bench
[S3]
LOG_DATA = s3://bench/log_data
LOG_JSONPATH = s3://bench/log_json_path.json
SONG_DATA = s3://bench/song_data
$$);
SELECT sparkify_create_tables();
ALTER DATABASE postgres SET session_preload_libraries = 'sparkify_dwh';
CREATE TABLE logged_events (LIKE staging_events);
SQL
}

ours="COPY staging_events FROM 's3://bench/log_data' WITH (format 'json', jsonpaths 's3://bench/log_json_path.json')"

bench_load() {
  local files=$CLUSTER/server; i=0
  sql -c "$ours" >/dev/null
  sql -c "COPY staging_events TO '$files/events.txt'" \
    -c "COPY staging_events TO '$files/events.csv' (FORMAT csv)" >/dev/null
  sql -c "CREATE UNLOGGED TABLE source_events AS TABLE staging_events" -c "VACUUM source_events" >/dev/null
  find "$bucket/log_data" -name '*.json' | sort |
    xargs awk 1 >"$files/events.jsonl" # a newline after each file's last line
  for i in $(seq "$RUNS"); do
    echo "run $i of $RUNS"
    timed ours_unlogged "TRUNCATE staging_events" "$ours"
    duckdb duckdb_disk load "$CLUSTER/bench.duckdb"
    timed copy_text "TRUNCATE staging_events" "COPY staging_events FROM '$files/events.txt'"
    timed ours_logged "TRUNCATE logged_events" "${ours/staging_events/logged_events}"
    timed copy_text_logged "TRUNCATE logged_events" "COPY logged_events FROM '$files/events.txt'"
    duckdb duckdb_memory load :memory:
    timed copy_csv "TRUNCATE staging_events" "COPY staging_events FROM '$files/events.csv' (FORMAT csv)"
    timed ctas_unlogged "DROP TABLE IF EXISTS copied" "CREATE UNLOGGED TABLE copied AS TABLE source_events"
  done
  sql -c "CREATE UNLOGGED TABLE lines (j jsonb)" >/dev/null
  timed jsonb_way "TRUNCATE staging_events, lines" "DO \$\$ BEGIN
    COPY lines FROM '$files/events.jsonl' (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02');
    INSERT INTO staging_events SELECT j->>'artist', j->>'auth', j->>'firstName', j->>'gender',
      (j->>'itemInSession')::int,
      j->>'lastName', (j->>'length')::float8, j->>'level', j->>'location', j->>'method', j->>'page', j->>'registration',
      (j->>'sessionId')::int, j->>'song', (j->>'status')::int, (j->>'ts')::bigint, j->>'userAgent',
      nullif(j->>'userId', '')::int
    FROM lines; END \$\$"
  sql -c "DROP TABLE lines, copied, source_events" -c "TRUNCATE staging_events" >/dev/null
  rm -f "$files"/events.*
}

# One whole pipeline, its tables fresh: NAME LOGGED|UNLOGGED.  Statements are recorded one by one.
pipeline() {
  local part ms total=0 log=build/bench/elt.log unlog=""
  [ "$2" = LOGGED ] || unlog="ALTER TABLE songplays SET UNLOGGED; ALTER TABLE users SET UNLOGGED;
    ALTER TABLE songs SET UNLOGGED; ALTER TABLE artists SET UNLOGGED; ALTER TABLE time SET UNLOGGED;"
  sql -c "SET client_min_messages = warning" -c "DO \$\$ BEGIN PERFORM sparkify_drop_tables();
    PERFORM sparkify_create_tables(); $unlog END \$\$" -c CHECKPOINT >/dev/null
  sql -c '\timing on' -c "SELECT * FROM sparkify_stage()" -c "SELECT * FROM sparkify_transform()" >"$log"
  for ms in $(sed -nE 's/^Time: ([0-9.]+) ms.*/\1/p' "$log"); do
    total=$(awk -v a="$total" -v b="$ms" 'BEGIN { print a + b }')
  done
  record "$1" "$total"
  record "$1_transform" "$ms"
  awk -F'|' -v name="$1" 'NF > 2 { split($NF, t, ":"); print name "_" $1, (t[1] * 3600 + t[2] * 60 + t[3]) * 1000 }' \
    "$log" |
    while read -r part ms; do record "$part" "$ms"; done
}

bench_elt() {
  for i in $(seq "$RUNS"); do
    echo "run $i of $RUNS"
    settle; pipeline elt_logged LOGGED
    peer_elt duckdb_elt duckdb.mjs elt "$CLUSTER/bench.duckdb" "$bucket" "$THREADS"
    settle; pipeline elt_unlogged UNLOGGED
    peer_elt duckdb_elt_memory duckdb.mjs elt :memory: "$bucket" "$THREADS"
    [ "${CLICKHOUSE:-}" = no ] || peer_elt clickhouse_elt clickhouse.mjs "$CLUSTER/clickhouse" "$bucket" "$THREADS"
  done
  grep -v '^Time' build/bench/elt.log | sed 's/^/    /'
}

# Runs the load of $1 in a session and records its time as $2; prints the backend's peak memory above shared buffers.
load_and_weigh() {
  settle
  sql -c "SET client_min_messages = warning" -c '\timing on' -c "$1" -c '\timing off' \
    -c "SELECT pg_read_file('/proc/self/status')" >build/bench/weigh.log
  record "$2" "$(sed -nE 's/^Time: ([0-9.]+) ms.*/\1/p' build/bench/weigh.log)"
  awk '/^VmHWM/ { peak = $2 } /^RssShmem/ { shared = $2 }
    END { printf "    peak memory above shared buffers: %.0f MB\n", (peak - shared) / 1024 }' build/bench/weigh.log
}

bench_scale() {
  local n
  for n in ${SCALES:-10000 100000 1000000 10000000}; do
    generate "$n" 1000
    for i in 1 2 3; do
      sql -c "TRUNCATE staging_events" >/dev/null
      load_and_weigh "$ours" "scale_$n"
    done
  done
  sql -c "TRUNCATE staging_events" >/dev/null
}

bench_small() {
  generate 1000 100000
  for i in $(seq "$RUNS"); do
    echo "run $i of $RUNS"
    sql -c "TRUNCATE staging_songs" >/dev/null
    load_and_weigh "COPY staging_songs FROM 's3://bench/song_data' WITH (format 'json')" small_objects
    duckdb duckdb_small songs :memory:
  done
}

# Explains a question of one table, one of three, and the load of songplays.
bench_explain() {
  local load i
  pipeline elt_logged LOGGED
  sql -c "VACUUM ANALYZE" >/dev/null
  load="(SELECT statement FROM sparkify_definition WHERE phase = 'transform'
    AND mode = 'full' AND statement ~ 'INSERT INTO songplays')"
  sql -c "SELECT 'CREATE VIEW songplays_load AS ' ||
    substr(sparkify_translate(s), strpos(sparkify_translate(s), 'WITH first_ids')) FROM $load AS t (s)" |
    sql -f - >/dev/null
  for i in $(seq "$RUNS"); do
    echo "run $i of $RUNS"
    timed scan_one "SELECT" "SELECT count(start_time), count(level) FROM songplays"
    timed explain_one "SELECT" \
      "SELECT sparkify_explain('SELECT level, count(*) FROM songplays
        WHERE start_time >= ''2018-11-10'' AND start_time < ''2018-11-20'' GROUP BY level')"
    timed scan_three "SELECT" "SELECT (SELECT count(start_time) + count(user_id) FROM songplays),
      (SELECT count(start_time) + count(weekday) FROM time), (SELECT count(user_id) + count(level) FROM users)"
    timed explain_three "SELECT" \
      "SELECT sparkify_explain('SELECT u.level, count(*) FROM songplays p JOIN time t ON t.start_time = p.start_time
        JOIN users u ON u.user_id = p.user_id
      WHERE t.hour = 12 AND p.start_time >= ''2018-11-01'' AND p.start_time < ''2018-12-01'' GROUP BY 1')"
    timed query_load "SELECT" "SELECT count(*) FROM songplays_load"
    timed explain_load "SELECT" "SELECT sparkify_explain(s) FROM $load AS t (s)"
  done
}

bench_unload() {
  local out=$CLUSTER/mirror/unload format packed name
  mkdir -p "$out"; chmod 777 "$out"
  sql -v mirror="$out" <<'SQL' >/dev/null
CREATE SERVER unload FOREIGN DATA WRAPPER sparkify_s3
  OPTIONS (location 's3://unload/', mirror :'mirror', writable 'on');
SQL
  sql -c "TRUNCATE staging_events" -c "$ours" -c "VACUUM staging_events" >/dev/null
  for i in $(seq "$RUNS"); do
    echo "run $i of $RUNS"
    settle
    (cd build/bench && node duckdb.mjs unload :memory: "$bucket" "$THREADS" && rm -f unloaded) |
      while read -r name ms; do case $name in csv* | json*) record "duckdb_unload_$name" "$ms" ;; esac; done
    for format in csv json; do
      for packed in "" zstd; do
        rm -f "$out"/*
        rows=staging_events form='(FORMAT csv)' where="'$out/x'"
        [ $format = csv ] || { rows="(SELECT row_to_json(e) FROM staging_events e)"; form=; }
        [ -z "$packed" ] || where="PROGRAM 'zstd -q -f -o $out/x'"
        timed "copy_to_$format${packed:+_$packed}" "SELECT" "COPY $rows TO $where $form"
        rm -f "$out"/*
        timed "unload_$format${packed:+_$packed}" "SELECT" "COPY staging_events TO 's3://unload/x'
          WITH (format '$format', compression '${packed:-none}')"
      done
    done
  done
  rm -rf "$out"
}

report() {
  echo; echo "Medians (load average $(cut -d" " -f1-3 /proc/loadavg))"
  for name in $(cut -d' ' -f1 "$results" | sort -u); do
    awk -v n="$name" -v m="$(median "$name")" -v b="$(best "$name")" -v e="$EVENTS" -v mb="$megabytes" 'BEGIN {
      printf "  %-20s %8.0f ms (best %.0f)", n, m, b
      if (n ~ /^(ours|copy|duckdb_(disk|memory)|jsonb)/) printf "  %6.2f million rows/s  %6.0f MB/s of JSON",
        e / m / 1000, mb / m * 1000
      print "" }'
  done
  echo; echo "Ratios"
  ratio "staging unlogged / DuckDB on disk" ours_unlogged duckdb_disk 0.35
  ratio "staging unlogged / DuckDB in memory" ours_unlogged duckdb_memory 0.75
  ratio "staging unlogged / COPY text" ours_unlogged copy_text 0.22
  ratio "staging unlogged / CREATE UNLOGGED TABLE AS" ours_unlogged ctas_unlogged 0.65
  ratio "staging logged / COPY text, logged" ours_logged copy_text_logged 0.45
  ratio "100,000 objects / DuckDB in memory" small_objects duckdb_small 0.20
  for format in csv json; do
    for packed in "" _zstd; do
      ratio "unload $format${packed/_/ } / COPY TO" "unload_$format$packed" "copy_to_$format$packed" 0.50
      ratio "unload $format${packed/_/ } / DuckDB in memory" "unload_$format$packed" "duckdb_unload_$format$packed" 1.00
    done
  done
  ratio "explain, one table / scan of its columns" explain_one scan_one 1.50
  ratio "explain, three tables / scans of their columns" explain_three scan_three
  ratio "explain, load of songplays / its SELECT" explain_load query_load 1.50
  for name in users artists songs time songplays; do
    ratio "$name, logged / DuckDB on disk" "elt_logged_$name" "duckdb_elt_$name"
    ratio "$name, logged / DuckDB in memory" "elt_logged_$name" "duckdb_elt_memory_$name"
    ratio "$name, logged / ClickHouse on disk" "elt_logged_$name" "clickhouse_elt_$name"
  done
  ratio "transform alone, logged / DuckDB on disk" elt_logged_transform duckdb_elt_transform 1.50
  ratio "transform alone, logged / DuckDB in memory" elt_logged_transform duckdb_elt_memory_transform
  ratio "transform alone, logged / ClickHouse on disk" elt_logged_transform clickhouse_elt_transform
  ratio "transform alone, unlogged / DuckDB on disk" elt_unlogged_transform duckdb_elt_transform
  ratio "stage and transform, logged / DuckDB on disk" elt_logged duckdb_elt 0.55
  ratio "stage and transform, logged / DuckDB in memory" elt_logged duckdb_elt_memory 0.90
  ratio "stage and transform, logged / ClickHouse on disk" elt_logged clickhouse_elt
  ratio "stage and transform, unlogged / DuckDB on disk" elt_unlogged duckdb_elt
}

cluster_start shared_buffers=1GB max_wal_size=32GB checkpoint_timeout=1h autovacuum=off work_mem=64MB \
  ${SERVER_SETTINGS:-}
make -s generator
install_peers
echo "Machine: $(nproc) cores, $(free -g | awk '/^Mem/ { print $2 }') GiB;" \
  "$(psql -X -A -t -c 'SHOW server_version'); $EVENTS events, $SONGS songs, $RUNS runs"
setup
for part in $PARTS; do
  echo "== $part"
  case $part in
    s3) test/bench/s3_latency.sh ;;
    wire) test/bench/wire.sh ;;
    growing) RUNS=3 test/bench/growing.sh ;;
    *) "bench_$part" ;;
  esac
done
report
