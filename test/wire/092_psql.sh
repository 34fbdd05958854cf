#!/bin/bash
# psql's commands ask an 8.0 server in PostgreSQL's old words: each is answered through the gateway, without a
# finding of the check, and shows the user's own objects, not the extension's.
# Run on a cluster of its own that preloads the module: test/run.sh wire.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"

psql -qc 'CREATE EXTENSION sparkify_dwh' -c 'CREATE ROLE clerk'
gate() { timeout 20 psql -X -q "host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=disable dbname=$PGDATABASE" "$@" \
  2>&1; }
for i in $(seq 100); do gate -c 'SELECT 1' >/dev/null && break; sleep 0.1; done

has "psql takes the server for 8.0.2" "$(gate -c '\conninfo' -c '\echo :SERVER_VERSION_NAME')" "8.0.2"
has "and warns of it, as on Redshift" "$(printf '\\q\n' |
  script -qec "psql -X 'host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=disable dbname=$PGDATABASE'" /dev/null \
  2>&1)" "server major version 8.0"
gate -c "CREATE TABLE song (id int IDENTITY(0,1) SORTKEY, title varchar(20) DISTKEY ENCODE zstd, at timestamp NOT\
 NULL DEFAULT getdate())" \
  -c "CREATE VIEW recent AS SELECT title FROM song" -c "GRANT SELECT ON song TO clerk" \
  -c "CREATE FUNCTION f_twice(integer) RETURNS integer STABLE AS \$\$ SELECT 2 * \$1 \$\$ LANGUAGE sql" >/dev/null
out=$(gate -c '\d song')
has '\d t names the table' "$out" 'Table "public.song"'
has '\d t has its columns' "$out" "title  | character varying(20)       |           |          | "
has '\d t has their defaults' "$out" "not null | getdate()"
has '\d+ t' "$(gate -c '\d+ song')" "| extended |"
has '\d+ v has its definition' "$(gate -c '\d+ recent' | sed 's/song[.]//')" "SELECT title"
out=$(gate -c '\d')
has '\d lists tables' "$out" "public | song        | table"
hasnt '\d lists none of the extension'"'"'s' "$out" "stl_query"
is '\dt' "$(gate -At -c '\dt')" "public|song|table|postgres"
is '\dv' "$(gate -At -c '\dv')" "public|recent|view|postgres"
is '\di' "$(gate -At -c '\di')" ""
gate -c "CREATE TABLE label (id int PRIMARY KEY, name varchar(9) UNIQUE)" \
  -c "CREATE TABLE signed (id int REFERENCES label (id))" >/dev/null
has '\d t has the primary key, which Redshift does not enforce' "$(gate -c '\d label')" \
  '"label_pkey" PRIMARY KEY, btree (id)'
has '\d t has foreign keys' "$(gate -c '\d signed')" '"signed_id_fkey" FOREIGN KEY (id) REFERENCES label(id)'
gate -c 'DROP TABLE signed' -c 'DROP TABLE label' >/dev/null
is '\df lists the user'"'"'s functions alone' "$(gate -At -c '\df')" "public|f_twice|integer|integer|func"
has '\df+ (of psql 15), \sf (of 16 and later) have their text' "$(gate -c '\df+ f_twice')$(gate -c '\sf f_twice')" \
  "2 * \$1"
is '\dn' "$(gate -At -c '\dn')" "public|pg_database_owner"
has '\l' "$(gate -At -c '\l')" "$PGDATABASE|postgres|UTF8"
has '\l+' "$(gate -At -c '\l+')" "$PGDATABASE|postgres|UTF8"
is '\dT' "$(gate -At -c '\dT')" ""
has '\dT of a type' "$(gate -At -c '\dT int4')" "pg_catalog|integer"
has '\du' "$(gate -At -c '\du')" "clerk|Cannot login"
has '\dp' "$(gate -At -c '\dp song')" "clerk=r/postgres"
has '\d of a system view finds it in pg_catalog' "$(gate -c '\d stl_query')" 'View "pg_catalog.stl_query"'
for command in '\da' '\db' '\dc' '\dC' '\dd' '\dD' '\ddp' '\dL' '\do' '\dO' '\drds' '\dx' '\ds' '\dm' '\dE' '\dg' \
  '\dn+' '\dt+' '\dF' '\des' '\dew' '\det' '\sf f_twice' '\sv recent'; do
  hasnt "$command" "$(gate -v ON_ERROR_STOP=1 -c "$command")" "ERROR"
done

# names
is "system names answer under any search_path, and behind pg_catalog and the database" \
  "$(gate -At -c 'SET search_path TO pg_temp' -c 'SELECT count(*) FROM stl_load_errors' -c \
  "SELECT count(*) FROM $PGDATABASE.pg_catalog.stv_tbl_perm WHERE name = 'nosuch'" -c 'SELECT pg_last_copy_count()')" \
  $'0\n0\n0'
is "a query of the catalog alone is let through by the check" \
  "$(gate -At -c 'SELECT count(*) > 0 FROM pg_catalog.pg_class c, unnest(c.relacl) WHERE c.oid = 1259')" \
  t

# settings, as rows, simple and extended
has "version()" "$(gate -At -c 'SELECT version()')" "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC"
is "SHOW answers a row; SET, SET LOCAL and RESET ALL are kept to" \
  "$(gate -At -c 'SHOW query_group' -c "SET query_group TO 'report'" -c 'SHOW query_group' -c 'BEGIN' -c \
  "SET LOCAL query_group TO 'x'" -c 'SHOW query_group' -c 'ROLLBACK' -c 'SHOW query_group' -c 'RESET ALL' -c \
  'SHOW query_group')" $'unset\nreport\nx\nreport\nunset'
is "SHOW of Redshift's settings and of PostgreSQL's" \
  "$(gate -At -c 'SHOW server_version' -c 'SHOW enable_result_cache_for_session' -c 'SHOW search_path')" \
  $'8.0.2\non\n"$user", public'
has "a value that a setting doesn't take" "$(gate -c "SELECT 1; SET wlm_query_slot_count TO 51" | tail -2)" \
  "It takes a number from 1 to 50."
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
