#!/bin/bash
# The definitions of one's own that doc/export.md and doc/report.md give as examples, typed as they stand in mode
# incremental: they take nobody's place, and follow the warehouse in the first load and in a night's.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
load() { sql -c "SELECT count(*) > 0 FROM sparkify_etl()" | grep -v '^INFO:'; }
type_block() { # PAGE: what psql says of its first block of SQL
  perl -0777 -ne 'print $1 if /^```sql\n(.*?)^```\n/ms' "doc/$1.md" | sql -f -
}
bucket=$SPARKIFY_ROOT/server/pages
make -s generator >/dev/null || exit 1
build/sparkify_generate --events 600 --songs 60 --days 4 --bucket "$bucket" >/dev/null
last=$(find "$bucket/log_data" -name '*.json' | sort | tail -1); mv "$last" "$bucket/later"; chmod -R a+rX "$bucket"
sql -v mirror="$bucket" <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bucket/', mirror :'mirror');
UPDATE sparkify_setting SET value = CASE name WHEN 'iam_role' THEN 'arn:aws:iam::1:role/x'
  WHEN 'log_data' THEN 's3://bucket/log_data' WHEN 'song_data' THEN 's3://bucket/song_data'
  WHEN 'mode' THEN 'incremental' ELSE 's3://bucket/log_json_path.json' END
WHERE name IN ('iam_role', 'log_data', 'song_data', 'log_jsonpath', 'mode');
CREATE TABLE built_in AS SELECT count(*) AS n FROM sparkify_definition WHERE builtin;
SQL
is "the example of doc/export.md" "$(type_block export)" ""
is "the example of doc/report.md" "$(type_block report)" ""
is "they take no built-in definition's place" \
  "$(sql -c "SELECT count(*) = (SELECT n FROM built_in) FROM sparkify_definition WHERE builtin")" t
right="SELECT count(*) > 0 AND sum(d.plays) = (SELECT count(*) FROM songplays) FROM daily_plays AS d"
is "the first load" "$(load)" t
is "fills the table" "$(sql -c "$right")" t
mv "$bucket/later" "$last"
is "the next night" "$(load)" t
is "its table follows" "$(sql -c "$right")" t
is "and so it does in mode full" \
  "$(sql -c "UPDATE sparkify_setting SET value = 'full' WHERE name = 'mode'"; load; sql -c "$right")" "t
t"
is "the report has the question" \
  "$(sql -c "SELECT sparkify_report() LIKE '%How long are sessions?%'")" t
is "the export has the table" "$(sql -c "SELECT sparkify_export('psql') LIKE '%INSERT INTO daily_plays%'")" t
is "a row that does take a built-in one's place says so" \
  "$(sql -c "INSERT INTO sparkify_definition (phase, position, name, statement) VALUES ('view', 500, 'mine', NULL)" |
    head -1)" 'WARNING:  definition "mine" takes the place of the built-in "peak_weekdays" (view 500)'
echo "1..$n"
exit $failed
