#!/bin/bash
# A dump carries the user's definitions and settings, and restores beside the built-in ones.
set -euo pipefail
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
SQL
before=$(sql -c "$state")
echo 1..2
pg_dump -Fc -f "$dir/dump"; createdb "${PGDATABASE}_restored"
if pg_restore --exit-on-error -d "${PGDATABASE}_restored" "$dir/dump"; then echo "ok 1 - the dump restores"
else echo "not ok 1 - the dump restores"; fi
after=$(sql -d "${PGDATABASE}_restored" -c "$state")
if [ "$before" = "$after" ]; then echo "ok 2 - all rows are as they were"
else echo "not ok 2 - all rows are as they were"; exit 1; fi
