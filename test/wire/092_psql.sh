#!/bin/bash
# psql's commands ask an 8.0 server in PostgreSQL's old words: each is answered through the gateway, without a
# finding of the check, and shows the user's own objects, not the extension's.
# Run on a cluster of its own that preloads the module: test/run.sh wire.
set -uo pipefail
n=0; failed=0
is() { n=$((n + 1)); if [ "$1" = "$2" ]; then echo "ok $n - $3"; else failed=1; echo "not ok $n - $3"; \
  printf '# got:  %s\n# want: %s\n' "$1" "$2"; fi; }
has() { n=$((n + 1)); if [[ "$1" == *"$2"* ]]; then echo "ok $n - $3"; else failed=1; echo "not ok $n - $3"; \
  printf '# got:  %s\n# want: %s\n' "$1" "$2"; fi; }
hasnt() { n=$((n + 1)); if [[ "$1" != *"$2"* ]]; then echo "ok $n - $3"; else failed=1; echo "not ok $n - $3"; \
  printf '# got:  %s\n# not:  %s\n' "$1" "$2"; fi; }

psql -qc 'CREATE EXTENSION sparkify_dwh' -c 'CREATE ROLE clerk'
gate() { timeout 20 psql -X -q "host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=disable dbname=$PGDATABASE" "$@" \
  2>&1; }
for i in $(seq 100); do gate -c 'SELECT 1' >/dev/null && break; sleep 0.1; done

has "$(gate -c '\conninfo' -c '\echo :SERVER_VERSION_NAME')" "8.0.2" "psql takes the server for 8.0.2"
has "$(printf '\\q\n' |
  script -qec "psql -X 'host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=disable dbname=$PGDATABASE'" /dev/null \
  2>&1)" "server major version 8.0" "and warns of it, as on Redshift"
gate -c "CREATE TABLE song (id int IDENTITY(0,1) SORTKEY, title varchar(20) DISTKEY ENCODE zstd, at timestamp NOT\
 NULL DEFAULT getdate())" \
  -c "CREATE VIEW recent AS SELECT title FROM song" -c "GRANT SELECT ON song TO clerk" \
  -c "CREATE FUNCTION f_twice(integer) RETURNS integer STABLE AS \$\$ SELECT 2 * \$1 \$\$ LANGUAGE sql" >/dev/null
out=$(gate -c '\d song')
has "$out" 'Table "public.song"' '\d t names the table'
has "$out" "title  | character varying(20)       |           |          | " '\d t has its columns'
has "$out" "not null | getdate()" '\d t has their defaults'
has "$(gate -c '\d+ song')" "| extended |" '\d+ t'
has "$(gate -c '\d+ recent' | sed 's/song[.]//')" "SELECT title" '\d+ v has its definition'
out=$(gate -c '\d')
has "$out" "public | song        | table" '\d lists tables'
hasnt "$out" "stl_query" '\d lists none of the extension'"'"'s'
is "$(gate -At -c '\dt')" "public|song|table|postgres" '\dt'
is "$(gate -At -c '\dv')" "public|recent|view|postgres" '\dv'
is "$(gate -At -c '\di')" "" '\di'
gate -c "CREATE TABLE label (id int PRIMARY KEY, name varchar(9) UNIQUE)" \
  -c "CREATE TABLE signed (id int REFERENCES label (id))" >/dev/null
has "$(gate -c '\d label')" '"label_pkey" PRIMARY KEY, btree (id)' \
  '\d t has the primary key, which Redshift does not enforce'
has "$(gate -c '\d signed')" '"signed_id_fkey" FOREIGN KEY (id) REFERENCES label(id)' '\d t has foreign keys'
gate -c 'DROP TABLE signed' -c 'DROP TABLE label' >/dev/null
is "$(gate -At -c '\df')" "public|f_twice|integer|integer|func" '\df lists the user'"'"'s functions alone'
has "$(gate -c '\df+ f_twice')$(gate -c '\sf f_twice')" "2 * \$1" \
  '\df+ (of psql 15), \sf (of 16 and later) have their text'
is "$(gate -At -c '\dn')" "public|pg_database_owner" '\dn'
has "$(gate -At -c '\l')" "$PGDATABASE|postgres|UTF8" '\l'
has "$(gate -At -c '\l+')" "$PGDATABASE|postgres|UTF8" '\l+'
is "$(gate -At -c '\dT')" "" '\dT'
has "$(gate -At -c '\dT int4')" "pg_catalog|integer" '\dT of a type'
has "$(gate -At -c '\du')" "clerk|Cannot login" '\du'
has "$(gate -At -c '\dp song')" "clerk=r/postgres" '\dp'
has "$(gate -c '\d stl_query')" 'View "pg_catalog.stl_query"' '\d of a system view finds it in pg_catalog'
for command in '\da' '\db' '\dc' '\dC' '\dd' '\dD' '\ddp' '\dL' '\do' '\dO' '\drds' '\dx' '\ds' '\dm' '\dE' '\dg' \
  '\dn+' '\dt+' '\dF' '\des' '\dew' '\det' '\sf f_twice' '\sv recent'; do
  hasnt "$(gate -v ON_ERROR_STOP=1 -c "$command")" "ERROR" "$command"
done

# names
is "$(gate -At -c 'SET search_path TO pg_temp' -c 'SELECT count(*) FROM stl_load_errors' -c \
  "SELECT count(*) FROM $PGDATABASE.pg_catalog.stv_tbl_perm WHERE name = 'nosuch'" -c 'SELECT pg_last_copy_count()')" \
  $'0\n0\n0' "system names answer under any search_path, and behind pg_catalog and the database"
is "$(gate -At -c 'SELECT count(*) > 0 FROM pg_catalog.pg_class c, unnest(c.relacl) WHERE c.oid = 1259')" t \
  "a query of the catalog alone is let through by the check"

# settings, as rows, simple and extended
has "$(gate -At -c 'SELECT version()')" "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC" "version()"
is "$(gate -At -c 'SHOW query_group' -c "SET query_group TO 'report'" -c 'SHOW query_group' -c 'BEGIN' -c \
  "SET LOCAL query_group TO 'x'" -c 'SHOW query_group' -c 'ROLLBACK' -c 'SHOW query_group' -c 'RESET ALL' -c \
  'SHOW query_group')" $'unset\nreport\nx\nreport\nunset' "SHOW answers a row; SET, SET LOCAL and RESET ALL are kept to"
is "$(gate -At -c 'SHOW server_version' -c 'SHOW enable_result_cache_for_session' -c 'SHOW search_path')" \
  $'8.0.2\non\n"$user", public' "SHOW of Redshift's settings and of PostgreSQL's"
has "$(gate -c "SELECT 1; SET wlm_query_slot_count TO 51" | tail -2)" "It takes a number from 1 to 50." \
  "a value that a setting doesn't take"
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
