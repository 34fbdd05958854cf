#!/bin/bash
# sparkify_grant(): an engineer, a loader and an analyst do their whole job, and no more; the setting
# "reader" is granted here as in the export.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
may() { # CLAIM ROLE STATEMENT...: they run
  local claim=$1 role=$2 out status=0; shift 2
  out=$(sql -U "$role" "${@/#/-c}") || status=1
  is "$claim" "$status$([ $status = 0 ] || echo ": $out")" 0
}
may_not() { # CLAIM ROLE STATEMENT PATTERN: it is refused with such an error
  local out; out=$(sql -U "$2" -c "$3")
  is "$1" "$(grep -cE "ERROR:.*($4)" <<<"$out")$(grep -qE "ERROR:.*($4)" <<<"$out" || echo ": $out")" 1
}
sql -v mirror="$SPARKIFY_ROOT/mirror/warehouse" <<'SQL'
SET client_min_messages = warning;
CREATE ROLE job_engineer LOGIN; CREATE ROLE job_loader LOGIN; CREATE ROLE job_analyst LOGIN;
CREATE ROLE job_nobody LOGIN;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://warehouse/', mirror :'mirror');
CREATE SERVER elsewhere FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://elsewhere/', mirror :'mirror');
UPDATE sparkify_setting SET value = 's3://warehouse/' ||
  CASE name WHEN 'log_data' THEN 'log_data' WHEN 'song_data' THEN 'song_data' ELSE 'log_json_path.json' END
WHERE name IN ('log_data', 'song_data', 'log_jsonpath');
UPDATE sparkify_setting SET value = 'arn:aws:iam::1:role/x' WHERE name = 'iam_role';
UPDATE sparkify_setting SET value = 'dwh' WHERE name = 'schema';
CREATE SCHEMA dwh;
SQL
copy="COPY dwh.staging_songs FROM 's3://warehouse/song_data' WITH (FORMAT 'json')"
job="COPY dwh.staging_songs FROM 's3://warehouse/song_data' IAM_ROLE 'arn:aws:iam::1:role/x' JSON 'auto' JOB CREATE"

is "an unknown job is refused" \
  "$(sql -c "SELECT sparkify_grant('chef', 'job_nobody')" | grep -c 'unknown job "chef"')" 1
is "there is nothing to read or to load before there are tables" \
  "$(sql -c "SELECT sparkify_grant('analyst', 'job_analyst')" | grep -c 'the warehouse has no tables yet')" 1
may_not "the schema is closed to a role without a job" job_engineer "SELECT count(*) FROM sparkify_etl()" \
  "permission denied|no schema has been selected"
is "the engineer's rights are said as they are given" \
  "$(sql -c "SELECT sparkify_grant('engineer', 'job_engineer')" | sed "s/ $PGDATABASE / DB /")" \
"GRANT CONNECT, TEMPORARY, CREATE ON DATABASE DB TO job_engineer
GRANT USAGE, CREATE ON SCHEMA dwh TO job_engineer
GRANT USAGE ON FOREIGN SERVER bucket TO job_engineer
ALTER ROLE job_engineer IN DATABASE DB SET session_preload_libraries = sparkify_dwh"

# The engineer: builds it, loads it, changes it, adds to it.
may "an engineer builds and fills the warehouse" job_engineer "SELECT count(*) FROM sparkify_etl()"
is "and it is full" "$(sql -c "SELECT count(*) > 0 FROM dwh.songplays")" t
may "step by step" job_engineer "SELECT sparkify_drop_tables()" "SELECT sparkify_create_tables()" \
  "SELECT count(*) FROM sparkify_stage()" "SELECT count(*) FROM sparkify_transform()"
may "COPY as typed, in a new session" job_engineer "DELETE FROM dwh.staging_songs" "$copy"
may "tables and procedures of their own" job_engineer \
  "SELECT count(*) FROM sparkify_execute('CREATE SCHEMA lab; CREATE TABLE lab.t (a INT DISTKEY);\
 INSERT INTO lab.t VALUES (1);
     CREATE PROCEDURE lab.p() LANGUAGE plpgsql AS \$p\$ BEGIN DELETE FROM lab.t; END \$p\$; CALL lab.p();\
 DROP SCHEMA lab CASCADE')"
may "COPY JOBs" job_engineer \
  "SELECT count(*) FROM sparkify_execute(\$\$$job e AUTO OFF; COPY JOB RUN e; COPY JOB DROP e\$\$)"
may "the export, the report, the plan, the advice" job_engineer "SELECT length(sparkify_export())" \
  "SELECT length(sparkify_report())" \
  "SELECT count(*) FROM sparkify_explain('SELECT * FROM dwh.songplays')" "SELECT count(*) FROM sparkify_check()"
may_not "but doesn't change what others run" job_engineer "UPDATE sparkify_definition SET statement = 'SELECT 1'" \
  "permission denied for table sparkify_definition"
may_not "nor settings" job_engineer "SELECT sparkify_configure('[S3]
LOG_DATA=s3://x/')" "permission denied for table sparkify_setting"
may_not "nor loads from other stores" job_engineer \
  "COPY dwh.staging_songs FROM 's3://elsewhere/song_data' WITH (FORMAT 'json')" "permission denied for foreign server"
may_not "nor makes roles" job_engineer "CREATE ROLE job_other" "permission denied"

# The loader: into the staging tables.
is "the loader's rights" "$(sql -c "SELECT sparkify_grant('loader', 'job_loader')" | sed "s/ $PGDATABASE / DB /")" \
"GRANT CONNECT ON DATABASE DB TO job_loader
GRANT USAGE ON SCHEMA dwh TO job_loader
GRANT SELECT, INSERT, DELETE, TRUNCATE ON dwh.staging_events, dwh.staging_songs TO job_loader
GRANT USAGE ON FOREIGN SERVER bucket TO job_loader
ALTER ROLE job_loader IN DATABASE DB SET session_preload_libraries = sparkify_dwh"
may "a loader empties and loads a staging table" job_loader "DELETE FROM dwh.staging_songs" "$copy" \
  "SELECT count(*) FROM dwh.staging_songs"
may "also in Redshift's words" job_loader "SELECT count(*) FROM sparkify_execute('DELETE FROM dwh.staging_songs;
  COPY dwh.staging_songs FROM ''s3://warehouse/song_data'' IAM_ROLE ''arn:aws:iam::1:role/x'' JSON ''auto''')"
may "and by COPY JOBs" job_loader \
  "SELECT count(*) FROM sparkify_execute(\$\$$job l AUTO OFF; COPY JOB RUN l; COPY JOB DROP l\$\$)"
is "sees these loads and no others" "$(sql -U job_loader -c "SELECT count(DISTINCT user_id) FROM sys_load_history")" 1
may_not "but reads no fact" job_loader "SELECT * FROM dwh.songplays" "permission denied for table songplays"
may_not "fills none" job_loader "SELECT count(*) FROM sparkify_transform()" "belongs to role|permission denied"
may_not "makes no table" job_loader "CREATE TABLE dwh.mine (a int)" "permission denied for schema dwh"
may_not "drops none" job_loader "DROP TABLE dwh.staging_songs" "must be owner"
may_not "has no other store" job_loader "COPY dwh.staging_songs FROM 's3://elsewhere/song_data' WITH (FORMAT 'json')" \
  "permission denied for foreign server"
may_not "a file of the server is no object" job_loader "COPY dwh.staging_songs FROM '/etc/passwd'" \
  "permission denied to COPY from a file|must be superuser or have privileges of the pg_read_server_files"

# The analyst: reads what is meant to be read.
is "the analyst's rights" \
  "$(sql -c "SELECT sparkify_grant('analyst', 'job_analyst')" |
  sed "s/ $PGDATABASE / DB /; s/ON dwh.*\(dwh.users\)/ON ... \1/")" \
"GRANT CONNECT, TEMPORARY ON DATABASE DB TO job_analyst
GRANT USAGE ON SCHEMA dwh TO job_analyst
GRANT SELECT ON ... dwh.users TO job_analyst"
may "an analyst reads facts and views" job_analyst \
  "SELECT count(*) FROM dwh.songplays JOIN dwh.users USING (user_id)" "SELECT * FROM dwh.most_played_songs" \
  "SELECT * FROM dwh.trending_artists" "SELECT * FROM dwh.plays_by_demographics" "SELECT * FROM dwh.peak_hours" \
    "SELECT * FROM dwh.peak_weekdays"
may "asks in Redshift's words, with temporary tables" job_analyst \
  "SELECT count(*) FROM sparkify_execute('CREATE TEMP TABLE best AS SELECT TOP 3 * FROM dwh.most_played_songs;\
 SELECT * FROM best')"
may "has the report and the plan" job_analyst "SELECT length(sparkify_report())" \
  "SELECT count(*) FROM sparkify_explain('SELECT * FROM dwh.songplays')"
may_not "but no staging table" job_analyst "SELECT * FROM dwh.staging_events" \
  "permission denied for table staging_events"
may_not "changes nothing" job_analyst "DELETE FROM dwh.users" "permission denied for table users"
may_not "makes nothing" job_analyst "CREATE TABLE dwh.mine (a int)" "permission denied for schema dwh"
may_not "loads nothing" job_analyst \
  "SELECT count(*) FROM sparkify_execute(\$\$COPY dwh.users FROM 's3://warehouse/song_data' IAM_ROLE\
 'arn:aws:iam::1:role/x' JSON 'auto'\$\$)" "permission denied"
may_not "grants nothing" job_analyst "SELECT sparkify_grant('analyst', 'job_nobody')" "permission denied"

# Where the administrator has built the warehouse: the loader stages, and an engineer takes it over.
sql -U job_engineer -c "SELECT sparkify_drop_tables()" >/dev/null
sql -c "SELECT 1 FROM sparkify_etl()" \
  -c "SELECT sparkify_grant('loader', 'job_loader')" >/dev/null
may "a loader runs the stage of an administrator's warehouse" job_loader "SELECT count(*) FROM sparkify_stage()"
may_not "but an engineer can't drop that yet" job_engineer "SELECT sparkify_drop_tables()" "must be owner"
sql -c "SELECT sparkify_grant('engineer', 'job_engineer')" >/dev/null
is "until it is handed over" \
  "$(sql -c "SELECT string_agg(DISTINCT relowner::regrole::text, ',') FROM pg_class WHERE relnamespace =\
 'dwh'::regnamespace AND relkind IN ('r', 'v')")" job_engineer
may "then it is the engineer's" job_engineer "SELECT count(*) FROM sparkify_etl()" "SELECT sparkify_drop_tables()"
is "another's table of such a name is neither granted nor handed over" \
  "$(sql -c "CREATE TABLE dwh.users (mine int)" -c "SELECT sparkify_grant('engineer', 'job_engineer')" |
    grep -c users)" 0
sql -c "DROP TABLE dwh.users" >/dev/null

# The role of the setting reader.
sql -c "UPDATE sparkify_setting SET value = 'job_readers' WHERE name = 'reader'" >/dev/null
may_not "a reader that isn't there is said before anything is loaded" job_engineer \
  "SELECT count(*) FROM sparkify_etl()" 'role "job_readers" of the setting "reader" does not exist'
sql -c "CREATE ROLE job_readers" -c "GRANT job_readers TO job_nobody" >/dev/null
# the engineer doesn't own the schema; its owner lets the reader in
sql -c "GRANT USAGE ON SCHEMA dwh TO job_readers" >/dev/null
may "each run grants" job_engineer "SELECT count(*) FROM sparkify_etl()"
may "the reader may read" job_nobody "SELECT count(*) FROM dwh.songplays" "SELECT * FROM dwh.peak_hours"
may_not "but not what is staged" job_nobody "SELECT * FROM dwh.staging_events" \
  "permission denied for table staging_events"
sql -c "SELECT sparkify_drop_tables()" -c "REVOKE USAGE ON SCHEMA dwh FROM job_readers" -c \
  "SELECT sparkify_create_tables()" >/dev/null
may "tables made anew are granted, too, and the schema by its owner" job_nobody "SELECT count(*) FROM dwh.songplays"
echo "1..$n"
exit $failed
