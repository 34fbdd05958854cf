#!/bin/bash
# Pages that a script's INSERT ... SELECT has written, and what else a server does with pages: checksums, logical
# decoding, a standby, VACUUM, HOT, free space, wal_level minimal.  On a server of its own.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
. "$(dirname "$0")/../cluster.sh"
set +eu
work=$(mktemp -d "$SPARKIFY_ROOT/server/pages.XXXXXX"); chmod 755 "$work"
[ "$(id -u)" != 0 ] || chown "$(server_account)" "$work"
export PGDATABASE=postgres PGHOST=$work
programs=$($PG_CONFIG --bindir)
q() { psql -X -A -t -q "$@" 2>&1; }
start() { # DATA PORT SETTINGS...
  local data=$1 port=$2 s settings="-F -p $2 -k $work -c listen_addresses= -c autovacuum=off -c max_wal_size=1GB"
  shift 2
  for s in "$@"; do settings+=" -c $s"; done
  (cd "$work" && server_ctl -D "$data" -w -s -t 60 -o "$settings" -l "$work/log" start >/dev/null 2>&1)
}
stop() { server_ctl -D "$1" -w -s -m "$2" stop >/dev/null 2>&1; }
trap 'stop "$work/standby" immediate; stop "$work/main" immediate; rm -rf "$work"' EXIT
eventually() { for i in $(seq 100); do [ "$(q -c "$1")" != t ] || return 0; sleep 0.1; done; }
export PGPORT=54321 PGOPTIONS="-c client_min_messages=warning"
PGOPTIONS+=" -c parallel_setup_cost=0 -c parallel_tuple_cost=0 -c min_parallel_table_scan_size=0"
as_server "$SERVER_BIN/initdb" -D "$work/main" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
  --data-checksums >/dev/null 2>&1
start "$work/main" $PGPORT wal_level=logical
for extension in sparkify_dwh amcheck pg_visibility pg_freespacemap; do q -c "CREATE EXTENSION $extension"; done
q -c "CREATE TABLE source AS SELECT g AS a, repeat('x', g % 100) AS b FROM generate_series(1, 100000) AS g" \
  -c "ANALYZE source" \
  -c "CREATE TABLE made (id int GENERATED ALWAYS AS IDENTITY, a int, b text)"
insert="SELECT rows FROM sparkify_execute('INSERT INTO made (a, b) SELECT a, b FROM source')"
whole="SELECT count(*), count(DISTINCT id), sum(a), sum(length(b)) FROM made"
good="100000|100000|5000050000|4950000"
sound="SELECT * FROM verify_heapam('made')"

# who decodes the WAL sees each row
q -c "SELECT pg_create_logical_replication_slot('decoded', 'test_decoding')" >/dev/null
is "with wal_level logical all rows go in" "$(q -c "$insert" -c "$whole" | tr '\n' ' ')" "100000 $good "
is "and are decoded, each once" \
  "$(q -c "SELECT count(*), count(DISTINCT data) FROM pg_logical_slot_get_changes('decoded', NULL, NULL)
    WHERE data LIKE 'table public.made: INSERT:%'")" "100000|100000"
q -c "SELECT pg_drop_replication_slot('decoded')" -c "TRUNCATE made RESTART IDENTITY" >/dev/null
stop "$work/main" fast

# a standby, which knows of the pages from the WAL alone
start "$work/main" $PGPORT wal_level=replica
as_server "$programs/pg_basebackup" -h "$work" -p $PGPORT -U postgres -D "$work/standby" \
  -R -X stream -c fast >/dev/null 2>&1
start "$work/standby" $((PGPORT + 1)) wal_level=replica
replayed() {
  local lsn
  lsn=$(q -c "SELECT pg_current_wal_insert_lsn()")
  PGPORT=$((PGPORT + 1)) eventually "SELECT pg_last_wal_replay_lsn() >= '$lsn'"
}
q -c "BEGIN" -c "$insert" -c "COMMIT" >/dev/null; q -c "BEGIN" -c "$insert" -c "ROLLBACK" >/dev/null; replayed
is "a standby has the rows that were committed" "$(PGPORT=$((PGPORT + 1)) q -c "$whole")" "$good"
# the pages that hold rows: 16 and later extend a table by more, of which no WAL tells
used="SELECT count(DISTINCT (ctid::text::point)[0]), max((ctid::text::point)[0]) FROM made"
is "on the same pages" "$(PGPORT=$((PGPORT + 1)) q -c "$used")" "$(q -c "$used")"
is "which are sound" "$(PGPORT=$((PGPORT + 1)) q -c "$sound")" ""
stop "$work/standby" fast
is "and true to their checksums" "$(as_server "$programs/pg_checksums" -D "$work/standby" --check 2>&1 |
  grep -c 'Bad checksums: *0$')" 1

# VACUUM, which finds the rows of the rollback; rows are changed on their page; free space is found again
q -c "VACUUM made"
is "VACUUM makes every page visible, and rightly" \
  "$(q -c "SELECT all_visible = pg_relation_size('made') / 8192 FROM pg_visibility_map_summary('made')" \
  -c "SELECT count(*) FROM pg_check_visible('made')" | tr '\n' ' ')" "t 0 "
is "frees the pages at the end" \
  "$(q -c "SELECT (SELECT count(*) FROM made) / (pg_relation_size('made') / 8192) > 50")" t
q -c "VACUUM (FREEZE) made"
is "and freezes" "$(q -c "SELECT count(*) FROM pg_check_frozen('made')" -c "$whole" | tr '\n' ' ')" "0 $good "
q -c "TRUNCATE made RESTART IDENTITY" -c "ALTER TABLE made SET (fillfactor = 70)" -c "$insert" \
  -c "UPDATE made SET b = b || 'y' WHERE id % 10 = 0" -c "SELECT pg_stat_force_next_flush()" >/dev/null
is "most changed rows stay on their page" "$(q -c "SELECT n_tup_upd, n_tup_hot_upd > 9000 FROM pg_stat_user_tables
  WHERE relname = 'made'")" "10000|t"
size=$(q -c "DELETE FROM made WHERE id % 2 = 0" -c "VACUUM made" -c "SELECT pg_relation_size('made')")
is "free space is known" "$(q -c "SELECT sum(avail) > $size / 4 FROM pg_freespace('made')")" t
q -c "SELECT rows FROM sparkify_execute('INSERT INTO made (a, b) SELECT a, b FROM source WHERE a <= 20000')" >/dev/null
is "and used" "$(q -c "SELECT pg_relation_size('made') - $size" -c "SELECT count(*) FROM made" -c "$sound" |
  tr '\n' ' ')" "0 70000 "

# Wide rows are the leader's while others write pages; in a table of this transaction PostgreSQL's own way takes no
# lock. With every third of them wide the leader's part is a long load, too.
q -c "CREATE TABLE wide AS SELECT string_agg(md5(g::text), '') AS w FROM generate_series(1, 100) AS g" -c "ANALYZE wide"
for every in 20 20 3; do
  is "a new table gets each row, every ${every}th of them wide" \
    "$(q -c "BEGIN" -c "CREATE TABLE fresh (a int, b text)" -c "SELECT rows FROM sparkify_execute('INSERT INTO fresh
        SELECT a, CASE WHEN a % $every = 0 THEN w ELSE b END FROM source CROSS JOIN wide')" -c "COMMIT" \
      -c "SELECT count(*), count(DISTINCT a), sum(a), sum((b = w)::int) FROM fresh CROSS JOIN wide" \
      -c "SELECT * FROM verify_heapam('fresh')" -c "DROP TABLE fresh" | tr '\n' ' ')" \
    "100000 100000|100000|5000050000|$((100000 / every)) "
done
# Every other row is too wide for the node and not for TOAST (PLAIN), so the leader extends the table a thousand times
# while workers write to its end: without the lock, pages are lost nearly each time.
is "a new table gets each row where two processes extend it all the time" \
  "$(q -c "BEGIN" -c "CREATE UNLOGGED TABLE fresh (a int, b text)" -c "ALTER TABLE fresh ALTER b SET STORAGE PLAIN" \
    -c "SELECT rows FROM sparkify_execute('INSERT INTO fresh
      SELECT a, repeat(''x'', CASE WHEN a % 2 = 0 THEN 3000 ELSE 1000 END) FROM source WHERE a <= 60000')" \
    -c "COMMIT" -c "SELECT count(*), count(DISTINCT a), sum(a) FROM fresh" -c "SELECT * FROM verify_heapam('fresh')" \
    -c "DROP TABLE fresh" | tr '\n' ' ')" "60000 60000|60000|1800030000 "
stop "$work/main" fast

# wal_level minimal: a table of this transaction has no WAL, but is on disk when it commits
start "$work/main" $PGPORT wal_level=minimal max_wal_senders=0
for threshold in 0 1GB; do
  q -c "DROP TABLE made" -c "SET wal_skip_threshold = '$threshold'" -c "BEGIN" \
    -c "CREATE TABLE made (id int GENERATED ALWAYS AS IDENTITY, a int, b text)" -c "$insert" -c "COMMIT" >/dev/null
  stop "$work/main" immediate; start "$work/main" $PGPORT wal_level=minimal max_wal_senders=0
  is "a crash with wal_level minimal, wal_skip_threshold $threshold" "$(q -c "$whole" -c "$sound")" "$good"
done
q -c "BEGIN" -c "TRUNCATE made" -c "$insert" -c "ROLLBACK" >/dev/null
stop "$work/main" immediate; start "$work/main" $PGPORT wal_level=minimal max_wal_senders=0
is "a TRUNCATE that is rolled back" "$(q -c "$whole" -c "$sound")" "$good"
stop "$work/main" fast
is "no page was ever written without its checksum" \
  "$(as_server "$programs/pg_checksums" -D "$work/main" --check 2>&1 | grep -c 'Bad checksums: *0$')" 1
echo "1..$n"
