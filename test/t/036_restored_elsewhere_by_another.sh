#!/bin/bash
# The extension in a schema of its own, the warehouse in another, made by a superuser whose name isn't "postgres":
# dumped,
# and restored by a second superuser into a second database, where it runs on.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
psql -X -q -c 'CREATE ROLE "Boss One" SUPERUSER LOGIN' -c 'CREATE ROLE boss2 SUPERUSER LOGIN' \
  -c 'ALTER ROLE ALL IN DATABASE '"$PGDATABASE"' SET search_path = tools, public' >/dev/null
first=$PGDATABASE; second="second of $PGDATABASE"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1 | grep -v ^INFO; }
export PGUSER="Boss One"
is "it is made in another schema, by another superuser" "$(sql -v mirror="$SPARKIFY_ROOT/mirror/warehouse" <<'SQL'
SET client_min_messages = warning;
CREATE SCHEMA tools; CREATE SCHEMA "the warehouse";
CREATE EXTENSION sparkify_dwh SCHEMA tools;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://warehouse/', mirror :'mirror');
UPDATE sparkify_setting SET value = CASE name WHEN 'iam_role' THEN 'arn:aws:iam::1:role/x'
  WHEN 'schema' THEN 'the warehouse'
  ELSE 's3://warehouse/' ||
    CASE name WHEN 'log_data' THEN 'log_data' WHEN 'song_data' THEN 'song_data' ELSE 'log_json_path.json' END END
WHERE name IN ('log_data', 'song_data', 'log_jsonpath', 'iam_role', 'schema');
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES
  ('question', 450, 'mine', 'SELECT level, COUNT(*) AS plays FROM songplays GROUP BY 1 ORDER BY 1');
SELECT count(*) FROM sparkify_etl();
SELECT count(*) FROM sparkify_execute($$COPY "the warehouse".staging_songs
  FROM 's3://warehouse/song_data' IAM_ROLE 'arn:aws:iam::1:role/x' JSON 'auto' JOB CREATE nightly AUTO OFF$$);
SQL
)" "7
1"
rows="SELECT md5(string_agg(r, ',' ORDER BY r)) FROM (SELECT (p.start_time, p.user_id, p.song_id)::text AS r FROM\
 \"the warehouse\".songplays p
  UNION ALL SELECT u::text FROM \"the warehouse\".users u UNION ALL SELECT h::text FROM \"the warehouse\".peak_hours\
 h) AS t"
state="SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (SELECT phase, position, name, statement FROM\
 tools.sparkify_definition
  UNION ALL SELECT name, 0, value, NULL FROM tools.sparkify_setting) AS t"
design="SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (SELECT \"schema\", \"table\", diststyle, sortkey1\
 FROM tools.svv_table_info) AS t"
page="SELECT md5(regexp_replace(regexp_replace(sparkify_report('x'), '<p class=\"note\">.*?</p>', '', 'g'), '<section\
 id=\"loads\">.*?</section>', '', 'g'))"
before="$(sql -c "$rows" -c "$state" -c "$design" -c "$page")"
is "rows, definitions, design and report can be told apart" "$(sort -u <<<"$before" | grep -cE '^[0-9a-f]{32}$')" 4

export PGUSER=boss2
pg_dump -Fc -f "$dir/dump" "$first"; createdb "$second"
psql -X -q -d "$second" -c "ALTER ROLE ALL IN DATABASE \"$second\" SET search_path = tools, public"
is "the dump restores without an error" "$(pg_restore --exit-on-error -d "$second" "$dir/dump" 2>&1)" ""
export PGDATABASE=$second
is "all is as it was" "$(sql -c "$rows" -c "$state" -c "$design" -c "$page")" "$before"
is "the job is there" "$(sql -c "SELECT job_name FROM sys_copy_job" | tr -d ' ')" nightly
is "the owners are the same roles" \
  "$(sql -c "SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace = '\"the warehouse\"'::regnamespace\
 AND relkind = 'r'")" '"Boss One"'
is "it runs there by the second superuser" "$(sql -c "SELECT count(*) FROM sparkify_etl()" -c "$rows")" "7
$(head -1 <<<"$before")"
is "and the databases know nothing of each other's loads" \
  "$(sql -c "SELECT count(DISTINCT query) FROM stl_load_commits" -d "$second")|$(sql -d "$first" -c \
    "SELECT count(DISTINCT query) FROM stl_load_commits")" "2|2"
is "its export is the same script" "$(sql -c "SELECT md5(sparkify_export())")" \
  "$(sql -d "$first" -c "SELECT md5(sparkify_export())")"
is "a dump restores without the owners, too" \
  "$(createdb "${first}_3"; pg_restore --exit-on-error -O -d "${first}_3" "$dir/dump" 2>&1; \
  sql -d "${first}_3" -c "$rows")" "$(head -1 <<<"$before")"
is "and the extension leaves without a trace of its own" \
  "$(sql -d "${first}_3" -c 'SET client_min_messages = warning' -c 'DROP EXTENSION sparkify_dwh CASCADE' \
  -c "SELECT count(*) FROM pg_namespace WHERE nspname IN ('redshift', 'sparkify_internal', 'sparkify_functions')" -c \
    'SELECT count(*) > 0 FROM "the warehouse".songplays')" "0
t"
createdb -T template0 -E SQL_ASCII --locale=C "${first}_4"
is "a database without an encoding is refused, with what to do" \
  "$(psql -X -q -d "${first}_4" -c 'CREATE EXTENSION sparkify_dwh' 2>&1 | head -2)" \
  "ERROR:  sparkify_dwh needs a database whose encoding is UTF8, not SQL_ASCII
HINT:  CREATE DATABASE dev TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';"
echo "1..$n"
exit $failed
