#!/bin/bash
# A long load into an unlogged table writes its pages past the buffer cache: the table is as
# sound as any, while others insert into it at the same time, and its rows go on a rollback.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
mirror=$SPARKIFY_ROOT/server/pages; mkdir -p "$mirror"
perl -e 'for (1 .. 60000) { printf "{\"a\":%d,\"b\":\"%s\",\"c\":%s}\n", $_, "x" x ($_ % 120),
  $_ % 20000 == 0 ? "\"" . "y" x 6000 . "\"" : "null" }' >"$mirror/rows.json"
chmod -R a+rX "$mirror"
q() { psql -X -A -t -q "$@" 2>&1 | grep -v '^INFO'; }
q -c "CREATE EXTENSION sparkify_dwh" -c "CREATE EXTENSION amcheck" -c \
  "CREATE UNLOGGED TABLE t (a int, b text, c text)" \
  -c "CREATE TABLE logged (LIKE t)" \
  -c "CREATE SERVER pages FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://pages/', mirror '$mirror')"
copy="COPY t FROM 's3://pages/rows.json' WITH (FORMAT 'json')"
q -c "LOAD 'sparkify_dwh'" -c "$copy" & q -c "LOAD 'sparkify_dwh'" -c "$copy" &
q -c "DO \$\$ BEGIN FOR i IN 1 .. 20000 LOOP INSERT INTO t VALUES (-i, 'one by one', NULL); END LOOP; END \$\$" & wait
is "all rows of two loads and a third session are there" \
  "$(q -c "SELECT count(*), count(*) FILTER (WHERE a < 0), count(c), max(length(c)), sum(length(b)) FILTER (WHERE a >\
 0) FROM t")" \
  "140000|20000|6|6000|7140000"
is "each row is where its own address says" "$(q -c "SELECT count(*) FROM t WHERE ctid IS NULL OR a IS NULL")" 0
is "the heap is sound" "$(q -c "SELECT * FROM verify_heapam('t')")" ""
q -c "LOAD 'sparkify_dwh'" -c "BEGIN" -c "$copy" -c "ROLLBACK"
is "a rolled back load's rows are gone" "$(q -c "SELECT count(*) FROM t")" 140000
is "the statistics know the rows" \
  "$(q -c "SELECT pg_stat_force_next_flush()" -c \
  "SELECT n_live_tup > 100000 FROM pg_stat_user_tables WHERE relname = 't'" | tail -1)" t
q -c "CREATE INDEX ON t (a)" -c "UPDATE t SET b = 'changed' WHERE a % 1000 = 0" -c "VACUUM t"
is "rows can be indexed, found and changed" \
  "$(q -c "SET enable_seqscan = off" -c "SELECT count(*) FROM t WHERE a = 59000 AND b = 'changed'")" 2
is "the heap is sound after it" "$(q -c "SELECT * FROM verify_heapam('t')")" ""
q -c "LOAD 'sparkify_dwh'" -c "${copy/t FROM/logged FROM}"
is "a logged table gets the same rows" \
  "$(q -c "SELECT md5(string_agg(a || coalesce(b, '') || coalesce(c, ''), ',' ORDER BY a)) = (SELECT md5(string_agg(a\
 || coalesce(b, '') || coalesce(c, ''), ',' ORDER BY a)) FROM (SELECT DISTINCT a, CASE WHEN b = 'changed' THEN\
 repeat('x', a % 120) ELSE b END AS b, c FROM t WHERE a > 0) d) FROM logged")" t
# xmin: 2 stands for frozen
frozen="SELECT count(*) FILTER (WHERE t_infomask & 768 = 768) || ' of ' || count(*) FROM (SELECT generate_series(0,\
 pg_relation_size('emptied') / 8192 - 1) AS block) b, heap_page_items(get_raw_page('emptied', block::int)) WHERE\
 t_data IS NOT NULL"
q -c "CREATE EXTENSION pageinspect" -c "CREATE UNLOGGED TABLE emptied (LIKE t)" -c \
  "INSERT INTO emptied VALUES (0, 'old', NULL)"
copy="${copy/t FROM/emptied FROM}"
q -c "LOAD 'sparkify_dwh'" -c "BEGIN" -c "TRUNCATE emptied" -c "$copy" -c "ROLLBACK"
is "a rolled back load into an emptied table leaves the old rows" "$(q -c "SELECT count(*), min(b) FROM emptied")" \
  "1|old"
is "rows of an unlogged table emptied in the transaction come frozen, the session sees them" \
  "$(q -c "LOAD 'sparkify_dwh'" -c "BEGIN" -c "TRUNCATE emptied" -c "$copy" -c \
    "SELECT count(*), sum(length(b)), sum(length(c)) FROM emptied" -c "COMMIT" -c "$frozen")" \
  "$(printf '60000|3570000|18000\n60000 of 60000')"
is "the emptied table's heap is sound" "$(q -c "SELECT * FROM verify_heapam('emptied')")" ""
q -c "LOAD 'sparkify_dwh'" -c "BEGIN" -c "TRUNCATE emptied" -c "SAVEPOINT s" -c "$copy" -c "ROLLBACK TO s" -c "COMMIT"
is "rows that a savepoint takes back are never frozen" \
  "$(q -c "SELECT count(*) FROM emptied" -c "$frozen" | tr '\n' ' ')" "0 0 of 60000 "
q -c "LOAD 'sparkify_dwh'" -c "TRUNCATE emptied" -c "$copy"
is "nor are rows of a table emptied before" "$(q -c "$frozen")" "0 of 60000"
q -c "LOAD 'sparkify_dwh'" -c "BEGIN" -c "TRUNCATE emptied" -c "DECLARE c CURSOR FOR SELECT 1" -c "$copy" -c "COMMIT"
is "nor while a cursor with an older snapshot is open" "$(q -c "$frozen")" "0 of 60000"
echo "1..$n"
