#!/bin/bash
# A dump carries the user's definitions and settings, and restores beside the built-in ones.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
state="SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (
  SELECT phase, position, name, statement, builtin FROM sparkify_definition
  UNION ALL SELECT name, 0, value, description, builtin FROM sparkify_setting) AS t"
sql <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
INSERT INTO sparkify_definition VALUES ('create', 50, 'mine', 'CREATE TABLE IF NOT EXISTS mine (a INT)');
UPDATE sparkify_definition SET statement = NULL WHERE phase = 'view' AND position = 100;
UPDATE sparkify_definition SET statement = statement || ' -- mine' WHERE phase = 'view' AND position = 200;
UPDATE sparkify_setting SET value = 's3://mine/log' WHERE name = 'log_data';
INSERT INTO sparkify_setting VALUES ('mine', 'x', 'own');
UPDATE sparkify_setting SET value = 's3://warehouse/' ||
  CASE name WHEN 'log_data' THEN 'log_data' WHEN 'song_data' THEN 'song_data' ELSE 'log_json_path.json' END
WHERE name IN ('log_data', 'song_data', 'log_jsonpath');
UPDATE sparkify_setting SET value = 'arn:aws:iam::1:role/x' WHERE name = 'iam_role';
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES
  ('create', 10, 'fans', 'CREATE TABLE IF NOT EXISTS fans (user_id INT REFERENCES users (user_id), plays BIGINT)'),
  ('transform', 10, 'fans', 'DELETE FROM fans'),
  ('transform', 20, 'fans', 'INSERT INTO fans SELECT user_id, COUNT(*) FROM songplays GROUP BY user_id'),
  ('guard', 700, 'fans', 'SELECT CAST(CASE WHEN COUNT(*) > 0 THEN ''1'' ELSE ''fans is empty'' END AS INT) FROM fans'),
  ('view', 10, 'top_fans', 'CREATE OR REPLACE VIEW top_fans AS
    SELECT f.user_id, f.plays, m.plays AS of_the_top_song
    FROM fans AS f CROSS JOIN (SELECT MAX(plays) AS plays FROM top_hours) AS m'),
  ('view', 20, 'top_hours', 'CREATE OR REPLACE VIEW top_hours AS SELECT hour, plays FROM peak_hours');
SQL
sql -v mirror="$SPARKIFY_ROOT/mirror/warehouse" >/dev/null <<'SQL'
SET client_min_messages = warning;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://warehouse/', mirror :'mirror');
SELECT count(*) FROM sparkify_etl();
SQL
rows="SELECT md5(string_agg(r, ',' ORDER BY r)) FROM (SELECT f::text AS r FROM top_fans AS f UNION ALL SELECT u::text\
 FROM users AS u
  UNION ALL SELECT (p.start_time, p.user_id, p.song_id, p.session_id)::text FROM songplays AS p UNION ALL SELECT\
 t::text FROM time AS t) AS t"
before=$(sql -c "$state")
echo 1..6
pg_dump -Fc -f "$dir/dump"; createdb "${PGDATABASE}_restored"
ok "the dump restores" pg_restore --exit-on-error -d "${PGDATABASE}_restored" "$dir/dump"
is "all rows are as they were" "$(sql -d "${PGDATABASE}_restored" -c "$state")" "$before"
is "the restored warehouse has the rows it had" "$(sql -d "${PGDATABASE}_restored" -c "$rows")" "$(sql -c "$rows")"
sql -d "${PGDATABASE}_restored" -c 'SET client_min_messages = warning' -c 'SELECT count(*) FROM sparkify_etl()' \
  >/dev/null
is "and runs there as it ran here" "$(sql -d "${PGDATABASE}_restored" -c "$rows")" "$(sql -c "$rows")"
is "its export is the same" "$(sql -d "${PGDATABASE}_restored" -c "SELECT sparkify_export()" | md5sum)" \
  "$(sql -c "SELECT sparkify_export()" | md5sum)"
# what a view or a table needs comes before it, wherever its position is
is "the user's own definitions are exported in the order in which they need each other" \
  "$(sql -c "SELECT sparkify_export()" |
     grep -oE -e '^CREATE TABLE IF NOT EXISTS (users|fans)\b' \
       -e '^CREATE OR REPLACE VIEW (peak_hours|top_hours|top_fans)\b' \
       -e '^INSERT INTO (songplays|fans)\b' |
     awk '{ printf "%s ", $NF }')" \
  "users fans peak_hours top_hours top_fans songplays fans "
exit $failed
