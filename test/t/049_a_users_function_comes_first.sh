#!/bin/bash
# Functions of the user's with the names of Redshift's, before and after CREATE EXTENSION: nothing fails, they stay the
# user's, they travel in a dump, and nothing of the extension calls them.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
db=$PGDATABASE
store="CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://warehouse/', mirror\
 '$SPARKIFY_ROOT/mirror/warehouse')"
settings="UPDATE sparkify_setting SET value = CASE name WHEN 'iam_role' THEN 'arn:aws:iam::1:role/x' ELSE\
 's3://warehouse/' || CASE name
  WHEN 'log_data' THEN 'log_data' WHEN 'song_data' THEN 'song_data' ELSE 'log_json_path.json' END END WHERE name IN\
 ('log_data', 'song_data', 'log_jsonpath', 'iam_role')"

# The traps: for each of Redshift's functions in public one of the user's that fails when it is called.
sql -c "CREATE EXTENSION sparkify_dwh"
sql -c "SELECT format(\$f\$CREATE FUNCTION public.%s RETURNS %s%s LANGUAGE plpgsql AS \$b\$ BEGIN RAISE EXCEPTION\
 'trapped in %s'; END \$b\$;\$f\$,
          regexp_replace(p.oid::regprocedure::text, '^[a-z_]*\\.', ''), CASE WHEN p.proretset THEN 'SETOF ' ELSE ''\
 END, p.prorettype::regtype, p.proname)
        FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
        WHERE p.pronamespace = 'public'::regnamespace AND p.proname NOT LIKE 'sparkify%' AND p.proname NOT LIKE 'pg\\_%'
          AND p.prokind = 'f'" >"$dir/traps"
is "there are traps for all of them" "$(wc -l <"$dir/traps" | awk '{ print ($1 > 50) }')" 1
state="SELECT string_agg(p.oid::regprocedure::text || coalesce(d.deptype::text, ''), ',' ORDER BY\
 p.oid::regprocedure::text) FROM pg_proc p
  LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  WHERE p.pronamespace IN ('public'::regnamespace, 'sparkify_internal'::regnamespace) AND p.proname IN (SELECT\
 proname FROM pg_proc WHERE prosrc ~ 'trapped')"

check() { # WHEN
  is "$1: each name is there twice, the user's in public, Redshift's beside" \
    "$(sql -c "SELECT count(*) FILTER (WHERE d.objid IS NULL AND p.pronamespace = 'public'::regnamespace) = $(wc -l \
      <"$dir/traps"),
                      count(*) FILTER (WHERE d.objid IS NOT NULL AND p.pronamespace = 'public'::regnamespace) FROM\
 pg_proc p
               LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
               WHERE (p.proname, p.proargtypes::text) IN (SELECT proname, proargtypes::text FROM pg_proc WHERE prosrc\
 ~ 'trapped')")" "t|0"
  is "$1: the user's is called" "$(sql -c "SELECT len('x')" | grep -o 'trapped in len')" "trapped in len"
  is "$1: nothing of the extension is trapped" \
    "$(sql -c 'SET client_min_messages = error' -c 'SELECT count(*) FROM sparkify_etl()' -c \
      'SELECT length(sparkify_report()) > 0' -c 'SELECT count(*) >= 0 FROM sparkify_advise()' | grep -v ^INFO |
      tr '\n' ' ')" "7 t t "
  is "$1: nor any system view" \
    "$(sql -c "SELECT format('SELECT count(*) >= 0 FROM %s LIMIT 1;', c.oid::regclass) FROM pg_class c
     JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e' WHERE c.relkind =\
 'v'" >"$dir/views"; sql -f "$dir/views" | grep -vx t)" ""
}

# After: CREATE and CREATE OR REPLACE both make the user's own.
sql -c "LOAD 'sparkify_dwh'" -c \
  "CREATE OR REPLACE FUNCTION len(string text) RETURNS integer LANGUAGE sql AS 'SELECT 42'" >/dev/null
is "CREATE OR REPLACE doesn't put the user's code into the extension" \
  "$(sql -c "SELECT len('x'), sparkify_internal.len('x'::text)")" "42|1"
sql -c "DROP FUNCTION len(text)" -c "LOAD 'sparkify_dwh'" -f "$dir/traps" >/dev/null
sql -c "$store" -c "$settings"
check "made later"
pg_dump -Fc -f "$dir/dump"; createdb "${db}_restored"
is "a dump with them restores" \
  "$(pg_restore --exit-on-error -d "${db}_restored" "$dir/dump" 2>&1 | grep -v 'leaves its place\|^$')" ""
is "with the same functions in the same places" "$(sql -d "${db}_restored" -c "$state")" "$(sql -c "$state")"

# Before.
createdb "${db}_before"; export PGDATABASE=${db}_before
is "CREATE EXTENSION finds them there" \
  "$(sql -f "$dir/traps"; sql -c 'SET client_min_messages = warning' -c 'CREATE EXTENSION sparkify_dwh')" ""
sql -c "$store" -c "$settings"
check "made before"
is "DROP EXTENSION leaves the user's" \
  "$(sql -c 'SET client_min_messages = warning' -c 'DROP EXTENSION sparkify_dwh CASCADE' -c \
  "SELECT count(*) = $(wc -l <"$dir/traps") FROM pg_proc WHERE prosrc ~ 'trapped'")" t

# Without traps all is in public, in whatever schema the extension is.
createdb "${db}_tools"; export PGDATABASE=${db}_tools
sql -c "CREATE SCHEMA tools" -c "CREATE EXTENSION sparkify_dwh SCHEMA tools" -c "$store" -c \
  "SET search_path = tools, public" -c "$settings"
is "in a schema of its own" "$(sql -c "SET search_path = tools" -c "SELECT len('abc'), tools.len('ab')")" "3|2"
is "where no other session looks, unless it says so" "$(sql -c "SELECT len('abc')" | grep -c 'does not exist')" 1
is "the warehouse is built from there" \
  "$(sql -c 'SET search_path = tools, public; SET client_min_messages = error' -c \
  'SELECT count(*) FROM sparkify_etl()' -c "SELECT count(*) > 0 FROM public.songplays" | grep -v ^INFO)" "7
t"
echo "1..$n"
exit $failed
