#!/bin/bash
# A text that a session has seen and that needed no translation is not translated again: until something changes that
# a translation follows from.  Each query below is run before a change, after which it has to become another one, or
# an error that PostgreSQL would not raise.
# Run on a cluster of its own that preloads the module: test/run.sh wire.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"

psql -qc 'CREATE EXTENSION sparkify_dwh' -c 'CREATE ROLE numbers' -c 'CREATE ROLE texts' -c 'CREATE SCHEMA numbers' \
  -c 'CREATE SCHEMA texts' -c 'GRANT USAGE ON SCHEMA numbers, texts TO PUBLIC'
direct() { psql -X -qAt -c "$1"; }
gate() { timeout 20 psql -X -qAt "host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=disable dbname=$PGDATABASE" \
  "$@" 2>&1; }
for i in $(seq 100); do gate -c 'SELECT 1' >/dev/null && break; sleep 0.1; done

# an integer compared with a VARCHAR is cast (r_Type_conversion): PostgreSQL alone would refuse it
q="SELECT count(*) FROM keys WHERE id = 1"
refused="ERROR:  operator does not exist: character varying = integer"
gate -c 'CREATE TABLE keys (id int)' -c 'INSERT INTO keys VALUES (1)' >/dev/null
is "PostgreSQL alone refuses it" "$(psql -XqAt -c 'CREATE TEMP TABLE keys (id varchar)' -c "$q" 2>&1 | head -1)" \
  "$refused"
is "the table is another one" "$(gate -c "$q" -c "$q" -c 'DROP TABLE keys' -c 'CREATE TABLE keys (id varchar(5))' \
  -c "INSERT INTO keys VALUES ('1')" -c "$q")" $'1\n1\n1'
is "a temporary table comes before it, and goes" \
  "$(gate -c "$q" -c 'CREATE TEMP TABLE keys (id int)' -c "$q" -c 'DROP TABLE keys' -c "$q")" \
  $'1\n0\n1'
is "there was none" \
  "$(gate -c 'DROP TABLE keys' -c "$q" -c 'CREATE TABLE keys (id int)' -c "$q" | grep -v '^LINE\|^ ')" \
  $'ERROR:  relation "keys" does not exist\n0'
is "a column more" \
  "$(gate -c "$q" -c 'ALTER TABLE keys ADD COLUMN more varchar(3)' -c 'SELECT id FROM keys WHERE more = 1')" \
  0

# another session's change is seen at the next statement
elsewhere() { echo "\\! psql -X -q -c \"$1\" 2>/dev/null"; }
is "another session has made it another one" \
  "$(gate -c "$q" -c "$(elsewhere 'DROP TABLE keys')" -c "$(elsewhere 'CREATE TABLE keys (id varchar(5))')" \
  -c "$(elsewhere "INSERT INTO keys VALUES ('1')")" -c "$q")" $'0\n1'

# names are looked for by way of the search_path, and of the user
for schema in numbers texts; do
  type=int; [ $schema = texts ] && type='varchar(5)'
  direct "CREATE TABLE $schema.found (id $type); GRANT ALL ON $schema.found TO PUBLIC;
    INSERT INTO $schema.found VALUES ('1')"
done
q="SELECT count(*) FROM found WHERE id = 1"
is "another search_path" \
  "$(gate -c 'SET search_path TO numbers' -c "$q" -c 'SET search_path TO texts' -c "$q" \
  -c "SELECT set_config('search_path', 'numbers', false)" -c "$q")" $'1\n1\nnumbers\n1'
is "another role's schema of its own name" "$(gate -c 'SET ROLE numbers' -c "$q" -c 'SET ROLE texts' -c "$q")" $'1\n1'
is "a schema of another name" \
  "$(gate -c 'SET search_path TO numbers' -c "$q" -c 'ALTER SCHEMA numbers RENAME TO others' \
  -c 'ALTER SCHEMA texts RENAME TO numbers' -c "$q")" $'1\n1'

# numbers of another kind, and what looks like one
direct 'CREATE TABLE small (id int)'; direct 'INSERT INTO small VALUES (7)'
is "numbers that are compared" \
  "$(gate -c 'SELECT count(*) FROM small WHERE id = 7' -c 'SELECT count(*) FROM small WHERE id = 8' \
  -c 'SELECT count(*) FROM small WHERE id < 99999999999' -c 'SELECT count(*) FROM small WHERE id=7.0' \
  -c 'SELECT count(*) FROM small WHERE id >= 7;' -c 'SELECT count(*) FROM small WHERE id >= 8 ;')" $'1\n0\n1\n1\n1\n0'
is "numbers in literals, names and comments" \
  "$(gate -c "SELECT 'a = 1'" -c "SELECT 'a = 2'" -c 'SELECT 1 AS "= 1"' -c 'SELECT 2 /* = 1 */' \
  -c 'SELECT 3 -- = 2')" $'a = 1\na = 2\n1\n2\n3'

# a setting of Redshift's
direct 'CREATE TABLE cased (id int)'
is "names keep their case by a setting" \
  "$(gate -c 'SELECT "ID" FROM cased WHERE "ID" = 1' -c 'SET enable_case_sensitive_identifier TO true' \
  -c 'SELECT "ID" FROM cased WHERE "ID" = 1' | head -1 | cut -c1-30)" 'ERROR:  column "ID" does not e'

# each is on record as it was written
gate -c 'SELECT id AS seen FROM small WHERE id = 71' -c 'SELECT id AS seen FROM small WHERE id = 72 ;' >/dev/null
is "the record has each text" \
  "$(gate -c "SELECT trim(querytxt) FROM stl_query WHERE querytxt LIKE 'SELECT id AS seen%' ORDER BY query")" \
  $'SELECT id AS seen FROM small WHERE id = 71\nSELECT id AS seen FROM small WHERE id = 72'

# many texts, more than are kept
is "more texts than are kept" \
  "$(for i in $(seq 400); do echo "SELECT id + $i FROM small WHERE id = 7;"; done | gate |
  awk '{ s += $1 } END { print s }')" 83000

# the extension goes, and comes again
is "the extension goes and comes" \
  "$(gate -c 'SELECT NVL(id, 0) FROM small' -c 'SELECT id FROM small' -c 'DROP EXTENSION sparkify_dwh' \
  -c 'SELECT id FROM small' \
  -c 'CREATE EXTENSION sparkify_dwh' -c 'SELECT NVL(id, 0) FROM small' -c 'SELECT getdate() IS NOT NULL')" \
  $'7\n7\n7\n7\nt'
is "another session has dropped it" \
  "$(gate -c 'SELECT id FROM small' -c "$(elsewhere 'DROP EXTENSION sparkify_dwh')" -c 'SELECT id FROM small')" \
  $'7\n7'
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
