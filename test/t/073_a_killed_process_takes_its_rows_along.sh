#!/bin/bash
# INSERT ... SELECT of a script, in several processes: one of them is killed, and autovacuum works on the table
# meanwhile. On a server of its own, because a killed process makes the whole server start anew.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
. "$(dirname "$0")/../cluster.sh"
set +eu
work=$(mktemp -d "$SPARKIFY_ROOT/server/killed.XXXXXX"); chmod 755 "$work"
[ "$(id -u)" != 0 ] || chown "$(server_account)" "$work"
export PGDATABASE=postgres PGHOST=$work PGPORT=54331
export PGOPTIONS="-c client_min_messages=warning"
PGOPTIONS+=" -c parallel_setup_cost=0 -c parallel_tuple_cost=0 -c min_parallel_table_scan_size=0"
trap 'as_server "$SERVER_BIN/pg_ctl" -D "$work/data" -w -s -m immediate stop >/dev/null 2>&1; rm -rf "$work"' EXIT
q() { psql -X -A -t -q "$@" 2>&1; }
eventually() { for i in $(seq 200); do [ "$(q -c "$1")" != t ] || return 0; sleep 0.1; done; return 1; }

as_server "$SERVER_BIN/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null 2>&1
settings="-F -p $PGPORT -k $work -c listen_addresses= -c max_wal_size=1GB -c restart_after_crash=on"
settings+=" -c autovacuum_naptime=1s -c autovacuum_vacuum_threshold=0 -c autovacuum_vacuum_scale_factor=0"
settings+=" -c autovacuum_vacuum_insert_threshold=0 -c autovacuum_vacuum_insert_scale_factor=0"
settings+=" -c autovacuum_vacuum_cost_delay=0"
(cd "$work" && server_ctl -D "$work/data" -w -s -t 60 -o "$settings" -l "$work/log" start \
  >/dev/null 2>&1)
for extension in sparkify_dwh amcheck; do q -c "CREATE EXTENSION $extension"; done
q -c "CREATE TABLE source WITH (autovacuum_enabled = off)
    AS SELECT g AS a, repeat('x', g % 100) AS b FROM generate_series(1, 100000) AS g" \
  -c "ANALYZE source" -c "CREATE TABLE made (id int GENERATED ALWAYS AS IDENTITY, a int, b text)
    WITH (autovacuum_enabled = off)"
insert="SELECT rows FROM sparkify_execute('INSERT INTO made (a, b) SELECT a, b FROM source')"
whole="SELECT count(*), count(DISTINCT id), sum(a), sum(length(b)) FROM made"
good="100000|100000|5000050000|4950000"
sound="SELECT * FROM verify_heapam('made')"

# an INSERT that would take hours is killed when its pages have reached the file
endless="SELECT rows FROM sparkify_execute('INSERT INTO made (a, b)
  SELECT s.a, s.b FROM source AS s JOIN source AS g ON s.a % 7 = g.a % 7')"
q -c "$insert" >/dev/null; size=$(q -c "SELECT pg_relation_size('made')")
for kind in 'parallel worker' 'client backend'; do
  q -c "SET statement_timeout = '1min'" -c "$endless" >/dev/null &
  eventually "SELECT pg_relation_size('made') > $size + 10000000"
  is "an INSERT has written pages by now, and runs in a $kind" "$?|$(q -c "SELECT count(*) > 0 FROM pg_stat_activity
    WHERE query LIKE '%= g.a % 7%' AND backend_type = '$kind' AND pid <> pg_backend_pid()")" "0|t"
  kill -9 "$(q -c "SELECT pid FROM pg_stat_activity
    WHERE query LIKE '%= g.a % 7%' AND backend_type = '$kind' AND pid <> pg_backend_pid() LIMIT 1")"
  wait $!; eventually "SELECT true"
  is "when it is killed, what was there before stays" "$(q -c "$whole")" "$good"
  is "on a sound heap" "$(q -c "$sound")" ""

  # VACUUM passes over a page that the background writer has in its hands, and keeps all pages before it
  for i in $(seq 20); do q -c "VACUUM made" -c "SELECT pg_relation_size('made') > $size" | grep -q t || break; done
  is "whose other pages VACUUM gives back" "$(q -c "SELECT pg_relation_size('made') <= $size")" t
  is "and the next INSERT works" "$(q -c "BEGIN" -c "$insert" -c "SELECT count(*), count(DISTINCT id) FROM made" \
    -c "ROLLBACK" | tr '\n' ' ')" "100000 200000|200000 "
  q -c "VACUUM made"
done

# autovacuum comes every second, to a table that is filled, half emptied and filled again
q -c "TRUNCATE made RESTART IDENTITY" -c "ALTER TABLE made RESET (autovacuum_enabled)"
for i in $(seq 40); do
  q -c "$insert" -c "DELETE FROM made WHERE id % 2 = $((i % 2))" -c "BEGIN" -c "$insert" -c "ROLLBACK" >/dev/null
  q -c "INSERT INTO made (a, b) SELECT a, b FROM source WHERE a <= 10" -c "DELETE FROM made WHERE a <= 10"
  [ "$(q -c "SELECT autovacuum_count > 2 FROM pg_stat_user_tables WHERE relname = 'made'")" != t ] || break
done
is "autovacuum was there meanwhile" "$(q -c "SELECT autovacuum_count > 2 FROM pg_stat_user_tables
  WHERE relname = 'made'")" t
is "and left a sound heap" "$(q -c "$sound")" ""
q -c "DELETE FROM made" -c "$insert" >/dev/null; sleep 2
is "with all rows" "$(q -c "$whole" -c "$sound")" "$good"
echo "1..$n"
