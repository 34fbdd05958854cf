#!/bin/bash
# INSERT ... SELECT of a script: the plan's node writes pages in every process.  The pages come back from the WAL alone,
# a cancelled statement leaves nothing, the statistics and whoever logs plans see what was done.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
. "$(dirname "$0")/../cluster.sh"
set +eu
q() { psql -X -A -t -q "$@" 2>&1; }
data=$SPARKIFY_ROOT/server/data
parallel="SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0"
q -c "CREATE EXTENSION sparkify_dwh" -c "CREATE EXTENSION amcheck" \
  -c "CREATE TABLE source AS SELECT g AS a, repeat('x', g % 100) AS b FROM generate_series(1, 200000) AS g" -c \
    "ANALYZE source" \
  -c "CREATE TABLE made (id int GENERATED ALWAYS AS IDENTITY, a int, b text)"
insert="SELECT rows FROM sparkify_execute('INSERT INTO made (a, b) SELECT a, b FROM source')"
whole="SELECT count(*), count(DISTINCT id), sum(a), sum(length(b)) FROM made"
good="200000|200000|20000100000|9900000"

plan=$(q -c "$parallel" -c "LOAD 'auto_explain'" -c "SET auto_explain.log_min_duration = 0" -c \
  "SET auto_explain.log_nested_statements = on" \
  -c "SET client_min_messages = log" -c "$insert" -c "SELECT pg_stat_force_next_flush()")
is "the plan shows the node below the Gather, and its table" \
  "$(grep -oE '^Gather|Workers Planned|-> +Parallel Custom Scan \(Sparkify Insert\)|Table: made' <<<"$plan" |
    sed -E 's/-> +/-> /' | tail -4 | tr '\n' '|')" \
  "Gather|Workers Planned|-> Parallel Custom Scan (Sparkify Insert)|Table: made|"
plan=$(q -c "$parallel" -c "LOAD 'auto_explain'" -c "SET auto_explain.log_min_duration = 0" -c \
  "SET auto_explain.log_nested_statements = on" -c "SET client_min_messages = log" \
  -c "SELECT rows FROM sparkify_execute('CREATE TABLE created AS SELECT a, b FROM source')")
is "and that of CREATE TABLE AS, too" \
  "$(grep -oE '^Gather|Workers Planned|-> +Parallel Custom Scan \(Sparkify Insert\)|Table: created' <<<"$plan" |
    sed -E 's/-> +/-> /' | tail -4 | tr '\n' '|')" \
  "Gather|Workers Planned|-> Parallel Custom Scan (Sparkify Insert)|Table: created|"
is "whose rows are there" "$(q -c "SELECT count(*), sum(a), sum(length(b)) FROM created" \
  -c "SELECT * FROM verify_heapam('created')")" "200000|20000100000|9900000"
is "all rows are there" "$(q -c "$whole")" "$good"
is "the heap is sound" "$(q -c "SELECT * FROM verify_heapam('made')")" ""
is "the statistics know each row once" \
  "$(q -c "SELECT n_tup_ins, n_live_tup FROM pg_stat_user_tables WHERE relname = 'made'")" "200000|200000"

# the pages that hold rows: 16 and later extend a table by more, of which no WAL tells
used="SELECT count(DISTINCT (ctid::text::point)[0]), max((ctid::text::point)[0]) FROM made"
q -c "TRUNCATE made RESTART IDENTITY" -c "CHECKPOINT" -c "$parallel" -c "$insert" >/dev/null
file=$data/$(q -c "SELECT pg_relation_filepath('made')"); pages=$(q -c "$used")
server_ctl -D "$data" -s -m immediate stop
: >"$file"
(cd "$SPARKIFY_ROOT/server" && server_ctl -D "$data" -s -w -l log restart >/dev/null 2>&1)
is "after a crash the WAL alone brings back all pages" "$(q -c "$used")" "$pages"
is "with all their rows" "$(q -c "$whole")" "$good"
is "sound ones" "$(q -c "SELECT * FROM verify_heapam('made')")" ""

q -c "TRUNCATE made RESTART IDENTITY"
is "a statement that is cancelled says so" \
  "$(q -c "$parallel" -c "SET statement_timeout = '300ms'" -c \
    "SELECT rows FROM sparkify_execute('INSERT INTO made (a, b) SELECT s.a, s.b FROM source AS s CROSS JOIN source AS\
 g')" | head -1)" \
  "ERROR:  canceling statement due to statement timeout"
is "and leaves no row" "$(q -c "SELECT count(*) FROM made")" 0
is "nor a process" "$(for i in $(seq 50); \
  do c=$(q -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'parallel worker'"); [ "$c" = 0 ] && break; \
  sleep 0.1; done; echo "$c")" 0
q -c "CHECKPOINT"
is "nor is a checkpoint kept waiting" "$?" 0

q -c "$parallel" -c "$insert" >/dev/null & q -c "$parallel" -c "$insert" >/dev/null & wait
is "two such statements at once, each IDENTITY once" "$(q -c "SELECT count(*), count(DISTINCT id) FROM made")" \
  "400000|400000"
is "leave the heap sound" "$(q -c "SELECT * FROM verify_heapam('made')")" ""

# 30 to 330 bytes a row: what is left of most pages would take a short row
run() { q -c "SELECT rows FROM sparkify_execute('$1')" >/dev/null; }
size() { q -c "SELECT pg_relation_size('kept') / 8192"; }
q -c "CREATE TABLE kept (a int, b text)" -c "CREATE INDEX ON kept (a)"
run "INSERT INTO kept SELECT a, b || b || b FROM source"
q -c "VACUUM kept"; pages=$(size)
run "INSERT INTO kept SELECT a + 200000, NULL FROM source WHERE a <= 2000"
is "short rows go behind the end of a table, not into what is left of its pages" \
  "$(q -c "SELECT count(*), min((ctid::text::point)[0]) >= $pages - 1 FROM kept WHERE a > 200000")" "2000|t"
q -c "DELETE FROM kept WHERE a % 4 > 0" -c "VACUUM kept"; pages=$(size)
run "INSERT INTO kept SELECT a, b FROM source WHERE a <= 50000"
is "what was deleted is room for others" "$(size)" "$pages"
is "and all are there" "$(q -c "SELECT count(*), count(DISTINCT a) FROM kept")" "100500|88000"
echo "1..$n"
