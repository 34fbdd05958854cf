#!/bin/bash
# Redshift's statements through the gateway: simple Queries of one and of several statements, errors with
# their place in the client's own text, transactions, COPY both ways, cancel, TLS, SCRAM and trust.
# Run on a cluster of its own that preloads the module: test/run.sh wire.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"

psql -qc 'CREATE EXTENSION sparkify_dwh'
psql -qc "CREATE ROLE dwhuser LOGIN PASSWORD 'Passw0rd'" -c "GRANT ALL ON SCHEMA public TO dwhuser"
gate() {
  timeout 20 psql -X -qAt "host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=${MODE:-prefer} dbname=$PGDATABASE" \
    "$@" 2>&1
}
for i in $(seq 100); do gate -c 'SELECT 1' >/dev/null && break; sleep 0.1; done

is "a query" "$(gate -c 'SELECT 1')" 1
query="SELECT NVL(query, 'ä\\\\''') FROM pg_stat_activity WHERE pid = pg_backend_pid()"
is "the server's activity shows what the client has sent" "$(gate -c "$query")" "$query"
is "an error's place is counted in characters" "$(gate -c "SELECT NVL('ä\\\\''ö', ''), nosuchcolumn" | tail -1)" \
  "$(printf '%34s^' '')"
is "a query without TLS" "$(MODE=disable gate -c 'SELECT 1')" 1
gate -c 'CREATE TABLE t (a int IDENTITY(0,1) SORTKEY, b varchar(max)) DISTSTYLE EVEN' >/dev/null
is "CREATE TABLE with Redshift's attributes" \
  "$(psql -XAtc "SELECT count(*) FROM information_schema.columns WHERE table_name = 't'")" \
  2
is "several statements in one Query" \
  "$(gate -c "INSERT INTO t (b) VALUES ('x'); SELECT NVL(b, 'y') FROM t; SELECT getdate() IS NOT NULL")" \
  $'x\nt'
is "a statement sees what the one before it made" \
  "$(gate -c "CREATE TABLE u (a int SORTKEY); INSERT INTO u VALUES (1); SELECT a AS b, b + 1 AS c FROM u")" \
  "1|2"
gate -c "INSERT INTO u VALUES (2); SELECT 1/0" >/dev/null
is "one implicit transaction" "$(gate -c 'SELECT count(*) FROM u')" 1
has "an error shows the client's own text" "$(gate -c "SELECT NVL(1, 2), getdate(), nosuchcolumn")" \
  "LINE 1: SELECT NVL(1, 2), getdate(), nosuchcolumn"
has "at its place" "$(gate -c "SELECT NVL(1, 2), getdate(), nosuchcolumn" | tail -1)" \
  "                                     ^"
is "with its SQLSTATE" "$(gate -v VERBOSITY=sqlstate -c 'SELECT * FROM nosuchtable')" "ERROR:  42P01"
has "at its place in a script" "$(gate -c "SELECT 1; SELECT 2; SELECT nosuchcolumn" | tail -1)" \
  "                               ^"
is "floats have 15 digits" "$(gate -c 'SELECT pi(), pi()::varchar, 0.1::float4')" \
  "3.14159265358979|3.14159265358979|0.1"
is "unless the client asks for more" "$(PGOPTIONS='-c extra_float_digits=3' gate -c 'SELECT pi()')" 3.141592653589793
is "text is VARCHAR" \
  "$(printf '%s\n' "SELECT UPPER('a') AS u, 'b' AS b, 1 AS n \\gdesc" | gate)" \
  $'u|character varying\nb|character varying\nn|integer'
is "a computed DECIMAL has a precision and a scale" \
  "$(printf '%s\n' "SELECT n * 2 AS twice, SUM(n) AS sum FROM (SELECT 1.5::decimal(8,2) AS n) GROUP BY n \\gdesc" |
  gate)" $'twice|numeric(19,2)\nsum|numeric(38,2)'
is "cursors and prepared statements, too" \
  "$(gate -c "BEGIN; DECLARE c CURSOR FOR SELECT 1.5::decimal(4,2) / 4 AS q, JSON_PARSE('[1, 2]') AS s; FETCH 1 FROM c;
  PREPARE p AS SELECT \$1::decimal(8,2) * 2 AS twice, TO_VARBYTE('a', 'utf8') AS v; EXECUTE p (2); END" |
  grep '|')" $'0.3750000000000|[1,2]\n4.00|61'
is "VARBYTE and SUPER as Redshift sends them" \
  "$(gate -c "SELECT FROM_HEX('6162') AS v, JSON_PARSE('[1, {\"a\": null}]') AS s")" \
  '6162|[1,{"a":null}]'
gate -c "CREATE TABLE blanks (v varchar(4))" -c "INSERT INTO blanks VALUES ('a'), ('a ')" >/dev/null
is "trailing blanks don't count, but stay" \
  "$(gate -c "SELECT COUNT(*), COUNT(DISTINCT v), SUM(LEN(v)) FROM blanks WHERE v = 'a'")" \
  "2|1|3"
has "VARCHAR(n) counts bytes and names the column" "$(gate -c "INSERT INTO blanks VALUES ('äöü')")" \
  "column \"v\" has 6 bytes"
is "SET TRANSACTION comes before any query" \
  "$(printf '%s;\n' BEGIN 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE' 'SHOW transaction_isolation' ROLLBACK |
  gate)" serializable
is "a failed transaction" \
  "$(printf 'BEGIN;\nSELECT nosuch;\nSELECT 2;\nROLLBACK;\nSELECT 3;\n' | gate | grep -vE '^(LINE| )')" \
  "ERROR:  column \"nosuch\" does not exist
ERROR:  current transaction is aborted, commands ignored until end of transaction block
3"
has "strict refuses what would fail on Redshift" "$(gate -c "INSERT INTO u VALUES (1) ON CONFLICT DO NOTHING")" \
  "ON CONFLICT"
is "SET SESSION of Redshift's settings and of transactions" \
  "$(gate -c "SET SESSION query_group TO 'x'" -c 'SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY' \
  -c 'SHOW transaction_read_only')" on
export PGOPTIONS="-c client_min_messages=error"
is "COPY both ways" \
  "$(printf '10\n20\n' | gate -c 'COPY u FROM STDIN')$(gate -c 'COPY (SELECT a FROM u ORDER BY a) TO STDOUT')" \
  $'1\n10\n20'
is "a failed COPY leaves the session usable" \
  "$(printf '30\nx\n' | gate -c 'COPY u FROM STDIN' -c 'SELECT 5' | tail -1)" \
  5
is "COPY among several statements" \
  "$(printf '40\n' | gate -c 'INSERT INTO u VALUES (39); COPY u FROM STDIN; SELECT max(a) FROM u')" \
  40
is "an encoding other than UTF-8" \
  "$(gate -c "SET client_encoding = 'LATIN1'" -c "SELECT length(NVL('$(printf 'caf\xe9')', ''))" | tail -1)" \
  4
is "many rows" "$(PGOPTIONS="$PGOPTIONS -c sparkify_dwh.strict=off" gate -c 'SELECT i, repeat(chr(65), 1000)
  FROM generate_series(1, 100000) i' | wc -l)" 100000
printf "SELECT NVL(NULL, 4) + :scale;\n" > "$SPARKIFY_ROOT/extended.sql"
for mode in extended prepared; do
  has "$mode queries" \
    "$(PGDATABASE=$PGDATABASE "$(pg_config --bindir)/pgbench" -h 127.0.0.1 -p "$WIRE_PORT" -U postgres \
    -n -s 1 -M $mode -t 50 -c 4 -f "$SPARKIFY_ROOT/extended.sql" 2>&1)" "actually processed: 200/200"
done
unset PGOPTIONS
start=$(date +%s); timeout -s INT 1 psql -X "host=127.0.0.1 port=$WIRE_PORT user=postgres" \
  -c 'SELECT pg_sleep(30)' >/dev/null 2>&1
is "cancel" "$(( $(date +%s) - start < 10 ))" 1
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
