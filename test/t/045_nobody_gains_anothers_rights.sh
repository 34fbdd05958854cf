#!/bin/bash
# Hostile operators, functions, casts and triggers of a plain role and of a database's owner:
# none of them runs with anybody else's rights, in the session or in the background worker.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "$0")/../.." || exit 1
db=rights_$$; mirror=$SPARKIFY_ROOT/server/rights; mkdir -p "$mirror"
printf '{"a":1}{"a":"x"}{"a":2}' >"$mirror/rows.json"; chmod -R a+rX "$mirror"
psql -X -q -v ON_ERROR_STOP=1 -c "CREATE ROLE mallory LOGIN" -c "CREATE ROLE owner LOGIN" -c \
  "CREATE DATABASE $db OWNER owner"
export PGDATABASE=$db
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
sql -v mirror="$mirror" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER rights FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://rights/', mirror :'mirror');
GRANT USAGE ON FOREIGN SERVER rights TO mallory, owner;
GRANT CREATE ON SCHEMA public TO mallory, owner;
GRANT CREATE ON DATABASE :"DBNAME" TO mallory;
ALTER DATABASE :"DBNAME" SET session_preload_libraries = 'sparkify_dwh';
-- a record that has to be pruned by whoever loads next
CREATE FUNCTION age_record() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO sparkify_internal.load (query_id, start_time) SELECT -i, now() - interval '30 days'
    FROM generate_series(1, 3) AS i;
  INSERT INTO sparkify_internal.load_error (query_id) SELECT -i FROM generate_series(1, 3) AS i $$;
SQL

# What a hostile role puts where names are looked up: everything that the record's own code could have meant.
hostile() { # ROLE
  psql -X -q -U "$1" -v role="$1" >/dev/null 2>&1 <<'SQL'
CREATE SCHEMA :"role";
CREATE TABLE :"role".caught (who text, what text);
GRANT ALL ON :"role".caught TO PUBLIC;
GRANT USAGE ON SCHEMA :"role" TO PUBLIC;
SELECT format($f$
CREATE FUNCTION %1$I.catch(what text) RETURNS boolean LANGUAGE plpgsql AS $c$ BEGIN
  INSERT INTO %1$I.caught VALUES (current_user, what);
  IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
    EXECUTE 'ALTER ROLE %1$I SUPERUSER';
  END IF;
  RETURN true; END $c$;
CREATE FUNCTION %1$I.eq(bigint, bigint) RETURNS boolean LANGUAGE sql AS $c$ SELECT %1$I.catch('=') $c$;
CREATE FUNCTION %1$I.lt(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS $c$ SELECT %1$I.catch('<') $c$;
CREATE FUNCTION %1$I.minus(timestamptz, interval) RETURNS timestamptz LANGUAGE sql
  AS $c$ SELECT pg_catalog.now() FROM %1$I.catch('-') $c$;
CREATE OPERATOR %1$I.= (leftarg = bigint, rightarg = bigint, procedure = %1$I.eq);
CREATE OPERATOR %1$I.< (leftarg = timestamptz, rightarg = timestamptz, procedure = %1$I.lt);
CREATE OPERATOR %1$I.- (leftarg = timestamptz, rightarg = interval, procedure = %1$I.minus);
CREATE FUNCTION %1$I.now() RETURNS timestamptz LANGUAGE sql AS $c$ SELECT pg_catalog.now() FROM %1$I.catch('now') $c$;
CREATE FUNCTION %1$I.make_interval(days integer) RETURNS interval LANGUAGE sql
  AS $c$ SELECT interval '0' FROM %1$I.catch('make_interval') $c$;
CREATE FUNCTION %1$I.nextval(regclass) RETURNS bigint LANGUAGE sql
  AS $c$ SELECT 1::bigint FROM %1$I.catch('nextval') $c$;
CREATE FUNCTION %1$I.json_populate_recordset(anyelement, json) RETURNS SETOF anyelement LANGUAGE sql
  AS $c$ SELECT $1 FROM %1$I.catch('json') $c$;
CREATE DOMAIN %1$I.int8 AS pg_catalog.int8 CHECK (%1$I.catch('domain'));
CREATE TYPE %1$I.load AS (a integer);
CREATE FUNCTION %1$I.to_load(text) RETURNS %1$I.load LANGUAGE sql
  AS $c$ SELECT ROW(1)::%1$I.load FROM %1$I.catch('cast') $c$;
CREATE CAST (text AS %1$I.load) WITH FUNCTION %1$I.to_load(text) AS IMPLICIT;
CREATE FUNCTION %1$I.on_row() RETURNS trigger LANGUAGE plpgsql AS $c$ BEGIN PERFORM %1$I.catch('trigger');
  RETURN NEW; END $c$;
CREATE TABLE %1$I.t (a integer)
$f$, :'role') \gexec
SQL
}
hostile mallory; hostile owner
is "the traps are set" "$(sql -c "SELECT mallory.catch('test'), count(*) FROM mallory.caught")" "t|0"
sql -c "TRUNCATE mallory.caught" -c "ALTER ROLE mallory NOSUPERUSER" >/dev/null

# Loads that write the record in the session and in the worker, and that leave something to prune.
attack() { # ROLE SEARCH_PATH
  psql -X -q -U "$1" -c "SET search_path = $2" \
    -c "COPY $1.t FROM 's3://rights/rows' WITH (FORMAT 'json', maxerror 10)" \
    -c "COPY $1.t FROM 's3://rights/rows' WITH (FORMAT 'json')" \
    -c "COPY $1.t FROM 's3://rights/rows' WITH (FORMAT 'json', ignoreallerrors)" >/dev/null 2>&1
  psql -X -q -U "$1" -c "SET search_path = $2" -c "SELECT count(*) FROM stl_load_errors" -c \
    "SELECT count(*) FROM sys_load_history" \
    -c "SELECT * FROM sparkify_setting" >/dev/null 2>&1
  for _ in $(seq 50); do
    [ "$(sql -c "SELECT count(*) FROM sparkify_internal.load WHERE query_id < 0")" = 0 ] && return
    sleep 0.1
  done
}
sql -c "SELECT age_record()" >/dev/null
attack mallory "mallory, pg_catalog, public"
is "a plain role's loads are recorded" "$(sql -c "SELECT count(*) > 2 FROM sparkify_internal.load_error")" t
is "and prune" "$(sql -c "SELECT count(*) FROM sparkify_internal.load WHERE query_id < 0")" 0
is "with their details" "$(sql -c "SELECT count(*) FROM sparkify_internal.load_error WHERE query_id < 0")" 0
is "none of its functions ran as another" "$(sql -c "SELECT count(*) FROM mallory.caught WHERE who <> 'mallory'")" 0

sql -c "ALTER DATABASE $db SET search_path = owner, pg_catalog, public" >/dev/null
psql -X -q -U owner -c "ALTER DATABASE $db SET default_transaction_isolation = 'serializable'" \
  -c "ALTER DATABASE $db SET default_transaction_read_only = on" >/dev/null 2>&1
sql -c "SET default_transaction_read_only = off" -c "SELECT age_record()" >/dev/null
PGOPTIONS='-c default_transaction_read_only=off' attack owner "owner, pg_catalog, public"
is "a database's owner finds the worker closed, too" \
  "$(sql -c "SELECT count(*) FROM owner.caught WHERE who <> 'owner'")" 0
is "whatever ALTER DATABASE says, the record is kept" \
  "$(sql -c "SELECT count(*) > 2 FROM sparkify_internal.load l JOIN pg_roles r ON r.oid = l.user_id WHERE rolname =\
 'owner'")" t
sql -c "SET default_transaction_read_only = off" -c "ALTER DATABASE $db RESET ALL" \
  -c "ALTER DATABASE $db SET session_preload_libraries = 'sparkify_dwh'" >/dev/null

# Triggers: nobody may put one on our tables, and one that a superuser let in runs for no load.
for role in mallory owner; do
  is "$role may put no trigger on the record" \
    "$(psql -X -q -U $role -c \
      "CREATE TRIGGER x BEFORE INSERT ON sparkify_internal.load_error FOR EACH ROW EXECUTE FUNCTION $role.on_row()" \
      2>&1 |
      grep -c 'permission denied')" 1
done
sql -c "SELECT age_record()" >/dev/null # before the triggers are there: this is an INSERT of a superuser's
sql -c "GRANT TRIGGER ON ALL TABLES IN SCHEMA sparkify_internal TO mallory" >/dev/null
for t in load load_object load_error load_error_field; do
  psql -X -q -U mallory -c \
    "CREATE TRIGGER x BEFORE INSERT OR DELETE ON sparkify_internal.$t FOR EACH ROW EXECUTE FUNCTION mallory.on_row()"
done
before=$(sql -c "SELECT count(*) FROM sparkify_internal.load_error WHERE query_id > 0")
sql -c "TRUNCATE mallory.caught" >/dev/null
attack mallory "mallory, pg_catalog, public"
is "a trigger that was let in does not keep the record from being written" \
  "$(sql -c "SELECT count(*) > $before FROM sparkify_internal.load_error WHERE query_id > 0")" t
is "nor from being pruned" "$(sql -c "SELECT count(*) FROM sparkify_internal.load WHERE query_id < 0")" 0
is "and does not run: the load is no statement" \
  "$(sql -c "SELECT count(*) FROM mallory.caught WHERE what = 'trigger'")" 0
is "nobody became superuser" \
  "$(sql -c "SELECT count(*) FROM pg_roles WHERE rolname IN ('mallory', 'owner') AND rolsuper")" 0

# The warehouse's own tables: a mark is worth as much as their owner.
psql -X -q -U mallory -c \
  "CREATE TABLE public.users (user_id int, first_name varchar(255), last_name varchar(255), gender varchar(1), level\
 varchar(10))" \
  -c "CREATE TRIGGER x BEFORE INSERT OR DELETE ON public.users FOR EACH ROW EXECUTE FUNCTION mallory.on_row()" \
  -c "SECURITY LABEL FOR sparkify_warehouse ON TABLE public.users IS 'warehouse'"
sql -c "UPDATE sparkify_definition SET statement = CASE position WHEN 100 THEN 'INSERT INTO users VALUES (1)' END\
 WHERE phase = 'transform'" \
  -c "TRUNCATE mallory.caught" >/dev/null
is "a plain role's table, marked, with a trigger: a superuser doesn't fill it" \
  "$(sql -c "SELECT count(*) FROM sparkify_transform()" | grep -c 'belongs to role "mallory"')" 1
is "the trigger has not run" "$(sql -c "SELECT count(*) FROM mallory.caught")" 0
is "its owner may fill it" "$(psql -X -A -t -q -U mallory -c "SELECT count(*) FROM sparkify_transform()")" 1
for t in sparkify_setting sparkify_definition; do
  is "nobody but its owner puts a trigger on $t" \
    "$(psql -X -q -U owner -c "CREATE TRIGGER x BEFORE UPDATE ON $t FOR EACH ROW EXECUTE FUNCTION owner.on_row()" \
      2>&1 | grep -c 'permission denied')" 1
done

# Views: a cheap function in WHERE is called for no row that its caller may not see.
printf '{"a":"b\xff"}{"a":1}{"a":"x"}' >"$mirror/secret.json"; chmod a+r "$mirror/secret.json"
sql -c "CREATE TABLE public.secret (a varchar(9))" -c "CREATE TABLE public.secret_number (a integer)" >/dev/null
psql -X -q -c "COPY public.secret FROM 's3://rights/secret' WITH (FORMAT 'json', acceptinvchars)" \
  -c "COPY public.secret_number FROM 's3://rights/secret' WITH (FORMAT 'json', maxerror 10)" >/dev/null 2>&1
psql -X -q -c "SELECT * FROM sparkify_execute('SELECT ''rights/secret''')" >/dev/null
sql -c "CREATE FUNCTION mallory.leak(r text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS \$\$
  BEGIN RAISE NOTICE 'saw %', r; RETURN true; END \$\$" >/dev/null
views=$(sql -c "SELECT c.oid::regclass FROM pg_class c JOIN pg_depend e ON e.objid = c.oid AND e.classid =\
 'pg_class'::regclass AND e.deptype = 'e'
  WHERE c.relkind = 'v' AND has_table_privilege('mallory', c.oid, 'SELECT') ORDER BY 1")
# the views over the record of loads and that of queries, whatever is between them
record=$(sql -c "
  WITH RECURSIVE beneath AS (
    SELECT t.oid FROM pg_class t WHERE t.relnamespace = 'sparkify_internal'::regnamespace AND t.relname ~\
 '^(un)?load' AND t.relkind = 'r'
    UNION SELECT 'sparkify_internal.query'::regclass
    UNION SELECT w.ev_class FROM beneath b JOIN pg_depend d ON d.refobjid = b.oid AND d.refclassid =\
 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
      JOIN pg_rewrite w ON w.oid = d.objid)
  SELECT string_agg(b.oid::regclass::text, ' ' ORDER BY b.oid::regclass::text) FROM beneath b JOIN pg_class c USING\
 (oid) WHERE c.relkind = 'v'")
# Those of the views in which the function of mallory saw what a superuser has loaded or run.  It is called for each
# column by itself: a condition over one of a join's tables is what the planner would check before the owner.
leaking() { # ROLE VIEWS
  local v conditions
  for v in $2; do
    conditions=$(sql -c "SELECT string_agg(format('mallory.leak(%I::text)', attname), ' AND ' ORDER BY attnum)
      FROM pg_attribute WHERE attrelid = '$v'::regclass AND attnum > 0")
    psql -X -q -U "$1" -c "SET search_path = public, sparkify_internal" -c \
      "SELECT count(*) FROM $v WHERE $conditions" 2>&1 |
      grep 'saw' | grep -q 'rights/secret' && echo "$v"
  done
}
is "no view shows another's load or query to a function in WHERE ($(wc -w <<<"$views") views)" \
  "$(leaking mallory "$views")" ""
seen=$(leaking postgres "$record" | wc -l)
is "who may see it does so in many views over the record ($seen of $(wc -w <<<"$record"))" "$((seen >= 10))" 1
is "every view over the record is a security barrier" "$(sql -c "
  SELECT coalesce(string_agg(oid::regclass::text, ' '), '') FROM pg_class
  WHERE oid = ANY (string_to_array('$record', ' ')::regclass[]) AND NOT coalesce('security_barrier=true' = ANY\
 (reloptions), false)")" ""
for v in $record; do sql -c "ALTER VIEW $v SET (security_barrier = false)"; done
seen=$(leaking mallory "$record" | wc -l)
is "without the barriers they leak ($seen)" "$((seen > 2))" 1

export PGDATABASE=postgres
psql -X -q -c "DROP DATABASE $db WITH (FORCE)" -c "DROP ROLE mallory" -c "DROP ROLE owner"
echo "1..$n"
exit $failed
