#!/bin/bash
# A long load into an unlogged table writes its pages past the buffer cache: the table is as
# sound as any, while others insert into it at the same time, and its rows go on a rollback.
set -uo pipefail
n=0; is() { n=$((n + 1)); if [ "$2" = "$3" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; echo "# got '$2', not '$3'"; fi; }
mirror=$SPARKIFY_ROOT/server/pages; mkdir -p "$mirror"
perl -e 'for (1 .. 60000) { printf "{\"a\":%d,\"b\":\"%s\",\"c\":%s}\n", $_, "x" x ($_ % 120), $_ % 20000 == 0 ? "\"" . "y" x 6000 . "\"" : "null" }' >"$mirror/rows.json"
chmod -R a+rX "$mirror"
q() { psql -X -A -t -q "$@" 2>&1 | grep -v '^INFO'; }
q -c "CREATE EXTENSION sparkify_dwh" -c "CREATE EXTENSION amcheck" -c "CREATE UNLOGGED TABLE t (a int, b text, c text)" \
  -c "CREATE TABLE logged (LIKE t)" \
  -c "CREATE SERVER pages FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://pages/', mirror '$mirror')"
copy="COPY t FROM 's3://pages/rows.json' WITH (FORMAT 'json')"
q -c "LOAD 'sparkify_dwh'" -c "$copy" & q -c "LOAD 'sparkify_dwh'" -c "$copy" &
q -c "DO \$\$ BEGIN FOR i IN 1 .. 20000 LOOP INSERT INTO t VALUES (-i, 'one by one', NULL); END LOOP; END \$\$" & wait
is "all rows of two loads and a third session are there" "$(q -c "SELECT count(*), count(*) FILTER (WHERE a < 0), count(c), max(length(c)), sum(length(b)) FILTER (WHERE a > 0) FROM t")" \
  "140000|20000|6|6000|7140000"
is "each row is where its own address says" "$(q -c "SELECT count(*) FROM t WHERE ctid IS NULL OR a IS NULL")" 0
is "the heap is sound" "$(q -c "SELECT * FROM verify_heapam('t')")" ""
q -c "LOAD 'sparkify_dwh'" -c "BEGIN" -c "$copy" -c "ROLLBACK"
is "a rolled back load's rows are gone" "$(q -c "SELECT count(*) FROM t")" 140000
is "the statistics know the rows" "$(q -c "SELECT pg_stat_force_next_flush()" -c "SELECT n_live_tup > 100000 FROM pg_stat_user_tables WHERE relname = 't'" | tail -1)" t
q -c "CREATE INDEX ON t (a)" -c "UPDATE t SET b = 'changed' WHERE a % 1000 = 0" -c "VACUUM t"
is "rows can be indexed, found and changed" "$(q -c "SET enable_seqscan = off" -c "SELECT count(*) FROM t WHERE a = 59000 AND b = 'changed'")" 2
is "the heap is sound after it" "$(q -c "SELECT * FROM verify_heapam('t')")" ""
q -c "LOAD 'sparkify_dwh'" -c "${copy/t FROM/logged FROM}"
is "a logged table gets the same rows" "$(q -c "SELECT md5(string_agg(a || coalesce(b, '') || coalesce(c, ''), ',' ORDER BY a)) = (SELECT md5(string_agg(a || coalesce(b, '') || coalesce(c, ''), ',' ORDER BY a)) FROM (SELECT DISTINCT a, CASE WHEN b = 'changed' THEN repeat('x', a % 120) ELSE b END AS b, c FROM t WHERE a > 0) d) FROM logged")" t
echo "1..$n"
