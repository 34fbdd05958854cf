#!/bin/bash
# What clients run through the gateway is in the record of queries: as they wrote it, once for each time it ran,
# failed statements with their error, passwords masked, under their query group.
# Run on a cluster of its own that preloads the module: test/run.sh wire.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"

psql -qc 'CREATE EXTENSION sparkify_dwh' -c \
  "CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load/', mirror\
 '$SPARKIFY_ROOT/mirror/load')"
gate() { timeout 20 psql -X -qAt "host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=disable dbname=$PGDATABASE" \
  "$@" 2>&1; }
for i in $(seq 100); do gate -c 'SELECT 1' >/dev/null && break; sleep 0.1; done
log() { gate -c "SELECT trim(query_text) || '|' || trim(status) || '|' || returned_rows || coalesce('|' ||\
 trim(error_message), '') FROM sys_query_history WHERE $1 ORDER BY query_id"; }
ran() { gate -c "SELECT count(*) FROM stl_query WHERE trim(querytxt) LIKE '$1'"; }

gate -c "CREATE TABLE t (a int SORTKEY)" -c "SET query_group TO 'nightly'" -c "INSERT INTO t VALUES (1), (2)" -c \
  "select NVL(a, 3)  /* mine */ from t" \
  -c "SELECT nosuch FROM t" -c "SELECT a / 0 FROM t" -c "CREATE USER teller PASSWORD 'Secret12345'" >/dev/null
is "statements as they were written, their rows and errors, passwords masked, with their label" \
  "$(log "query_label = 'nightly'")" \
  "SET query_group TO 'nightly'|success|0
INSERT INTO t VALUES (1), (2)|success|0
select NVL(a, 3)  /* mine */ from t|success|2
SELECT nosuch FROM t|failed|0|column \"nosuch\" does not exist in t
SELECT a / 0 FROM t|failed|0|division by zero
CREATE USER teller PASSWORD '********'|success|0"
is "DDL with Redshift's attributes" \
  "$(gate -c "SELECT trim(text) FROM pg_catalog.stl_ddltext WHERE text LIKE 'CREATE TABLE%'")" \
  "CREATE TABLE t (a int SORTKEY)"

# several in one Query, transactions, savepoints
gate -c "SELECT 11 FROM t; SELECT 12 FROM t" >/dev/null
is "each of several statements in one Query" "$(ran 'SELECT 1_ FROM t')" 2
printf '%s;\n' BEGIN 'SELECT 21 FROM t' 'SAVEPOINT s' 'CREATE TABLE t (a int)' 'ROLLBACK TO s' 'SELECT 22 FROM t' \
  ROLLBACK 'SELECT 23 FROM t' | gate >/dev/null
is "what a transaction ran is recorded, whether it commits or not" "$(ran 'SELECT 2_ FROM t')" 3
is "a utility that fails within a savepoint" "$(log "query_text = 'CREATE TABLE t (a int)'")" \
  'CREATE TABLE t (a int)|failed|0|relation "t" already exists'

# prepared: once for each execution; what a function runs isn't a statement of the client's
printf 'SELECT NVL(a, 31) FROM t;\n' >"$SPARKIFY_ROOT/prepared.sql"
for mode in extended prepared; do
  PGSSLMODE=disable "$(pg_config --bindir)/pgbench" -h 127.0.0.1 -p "$WIRE_PORT" -U postgres -n -M $mode -t 5 -f \
    "$SPARKIFY_ROOT/prepared.sql" "$PGDATABASE" >/dev/null 2>&1
done
is "a prepared statement each time it runs" "$(ran 'SELECT NVL(a, 31) FROM t%')" 10
gate -c "CREATE FUNCTION f() RETURNS bigint VOLATILE AS \$\$ BEGIN RETURN (SELECT count(*) FROM t WHERE a = 41);\
 END \$\$ LANGUAGE plpgsql" -c "SELECT f() FROM t" >/dev/null
is "a function's own queries aren't statements" \
  "$(ran 'SELECT count(_) FROM t WHERE a = 41%')|$(ran 'SELECT f() FROM t')" \
  "0|1"
cat >"$SPARKIFY_ROOT/cursors.py" <<EOF
import psycopg2
c = psycopg2.connect(host='127.0.0.1', port=$WIRE_PORT, user='postgres', dbname='$PGDATABASE', sslmode='disable')
named = c.cursor('named')
named.itersize = 1
named.execute('SELECT a, 51 FROM t')
print(len(named.fetchall()))
c.commit()
with c.cursor() as plain:
    plain.execute('SELECT a, 52 FROM t WHERE a > %s', (0,))
c.close()
EOF
is "a driver's cursors" \
  "$(/usr/bin/python3 "$SPARKIFY_ROOT/cursors.py" 2>&1)|$(ran 'SELECT a, 52 FROM t WHERE a > 0')|$(gate -c \
  "SELECT count(*) FROM stl_utilitytext WHERE text LIKE 'DECLARE%SELECT a, 51 FROM t%'")" "2|1|1"

# ids, under any search_path
is "pg_last_query_id() is that of the last query that read a table" \
  "$(gate -c 'SET search_path TO pg_temp' -c 'SELECT a, 61 FROM public.t' -c \
  'SELECT trim(querytxt) FROM stl_query WHERE query = pg_last_query_id()' | tail -1)" \
  "SELECT a, 61 FROM public.t"
gate -c "CREATE TABLE songs (id int, title varchar(40))" >/dev/null
is "pg_last_copy_count() and pg_last_copy_id() right after a COPY" "$(gate -c 'SET search_path TO pg_temp' \
  -c "COPY public.songs FROM 's3://load/json/songs.json' IAM_ROLE 'arn:aws:iam::1:role/r'
    JSON 'auto ignorecase' MAXERROR 10" \
  -c 'SELECT pg_last_copy_count() = (SELECT count(*) FROM public.songs), pg_last_copy_count() > 0,
    pg_last_copy_id() = pg_last_query_id(), pg_last_copy_id() > 0' | tail -1)" \
  "t|t|t|t"
is "a load is there once" "$(gate -c "SELECT count(*) FROM stl_query WHERE querytxt LIKE 'COPY%songs.json%'")" 1

# what runs now shows the client's text
timeout 20 psql -X "host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=disable dbname=$PGDATABASE" -c \
  "select NVL(1, 2) from (select pg_sleep(3)) as z" >/dev/null 2>&1 &
for i in $(seq 50); do found=$(gate -c "SELECT trim(text) FROM stv_inflight WHERE text LIKE 'select NVL(1, 2)%'"); \
  [ -n "$found" ] && break; sleep 0.1; done
is "stv_inflight shows what a client runs, as it was written" "$found" "select NVL(1, 2) from (select pg_sleep(3)) as z"
is "so does stv_recents" "$(gate -c "SELECT trim(status) FROM stv_recents WHERE query LIKE 'select NVL(1, 2)%'")" \
  Running
wait

# bounded: many different statements in one session, long ones among them
for i in $(seq 300); do echo "SELECT $i, '$(printf '%05000d' 0)' FROM t;"; done | gate >/dev/null
is "as many as come, long ones too" "$(ran 'SELECT %00000000%')" 300
is "the files are bounded" \
  "$(psql -XAtc "SELECT count(*) FROM pg_ls_dir('sparkify_dwh') f WHERE (pg_stat_file('sparkify_dwh/' ||\
 f)).size > 9 * 1024 * 1024")" 0
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
