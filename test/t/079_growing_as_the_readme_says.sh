#!/bin/bash
# The README's section "Data that grows", its blocks of SQL run as they stand: the first load, nights, a correction
# under a new key, one that takes something back, and the way back to full loads and on.  After each, every
# table is what one full load of the same objects makes.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ "${1:-}" != --inside ]; then exec test/cluster.sh run "test/t/$(basename "$0")" --inside; fi
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
work=$SPARKIFY_ROOT/server/readme; bucket=$work/bucket
make -s generator >/dev/null || exit 1
build/sparkify_generate --events 600 --songs 60 --days 4 --bucket "$work/all" >/dev/null
mapfile -t logs < <(cd "$work/all" && find log_data -name '*.json' | sort)
mapfile -t songs < <(cd "$work/all" && find song_data -name '*.json' | sort)
deliver() { # OBJECT...
  local object
  for object; do mkdir -p "$bucket/$(dirname "$object")"; cp "$work/all/$object" "$bucket/$object"; done
  chmod -R a+rX "$work"
}

# The blocks of SQL of the section, in order.
block() { # NUMBER
  perl -0777 -ne '($section) = /^## Data that grows\n(.*?)^## /ms; @blocks = $section =~ /^```sql\n(.*?)^```\n/msg;
    print $blocks['"$1"']' README.md
}
warehouse() { # DATABASE
  createdb "$1"
  sql -d "$1" -v mirror="$bucket" <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bucket/', mirror :'mirror');
UPDATE sparkify_setting SET value = CASE name WHEN 'iam_role' THEN 'arn:aws:iam::1:role/x'
  WHEN 'log_data' THEN 's3://bucket/log_data' WHEN 'song_data' THEN 's3://bucket/song_data'
  ELSE 's3://bucket/log_json_path.json' END
WHERE name IN ('iam_role', 'log_data', 'song_data', 'log_jsonpath');
SQL
}
tables="SELECT t, count(*), md5(string_agg(r, ',' ORDER BY r COLLATE \"C\")) FROM (
  SELECT 'songplays' AS t, (start_time, user_id, level, song_id, artist_id, session_id, location, user_agent)::text\
 AS r FROM songplays
  UNION ALL SELECT 'users', u::text FROM users AS u UNION ALL SELECT 'songs', s::text FROM songs AS s
  UNION ALL SELECT 'artists', a::text FROM artists AS a UNION ALL SELECT 'time', t::text FROM time AS t) AS x GROUP\
 BY t ORDER BY t"
whole() { # what a full load makes
  sql -d full -c "SET client_min_messages = warning" -c "SELECT count(*) FROM sparkify_etl()" -c "$tables" | tail -5
}
type_block() { # NUMBER: what psql says of it, errors only
  block "$1" | psql -X -d growing -v ON_ERROR_STOP=1 2>&1 >/dev/null | grep -v '^INFO:'
}
check() { # CLAIM
  is "$1" "$(sql -d growing -c "$tables")" "$(whole)"
}

deliver log_json_path.json "${logs[0]}" "${logs[1]}" "${songs[@]:0:20}"
warehouse growing; warehouse full
is "the section has three blocks of SQL" \
  "$(for b in 0 1 2 3; do block "$b" | grep -c sparkify_etl; done | paste -sd ' ')" "1 1 2 0"
is "the first load is typed as it stands" "$(type_block 0)" ""
check "it is a full load"
deliver "${logs[2]}" "${songs[@]:20:20}"
is "a night is typed as it stands" "$(type_block 1)" ""
check "it adds the day, and completes plays by songs that came after them"
is "it read what was new only" \
  "$(sql -d growing -c "SELECT count(*) < (SELECT count(*) FROM songplays) FROM staging_events")" t

# of the fourth day half is delivered, then the other half as a correction
lines=$(($(wc -l <"$work/all/${logs[3]}") / 2))
head -"$lines" "$work/all/${logs[3]}" >"$bucket/${logs[3]}"
tail -n +$((lines + 1)) "$work/all/${logs[3]}" >"$bucket/${logs[3]%.json}-corrected.json"; chmod -R a+rX "$work"
mv "$bucket/${logs[3]%.json}-corrected.json" "$work/corrected"; type_block 1 >/dev/null
mv "$work/corrected" "$bucket/${logs[3]%.json}-corrected.json"
is "the night after a correction under a new key" "$(type_block 1)" ""
check "what is new in it is added"
head -3 "$work/all/${logs[2]}" >"$bucket/${logs[2]}"
is "a correction that takes back, typed as it stands" "$(type_block 2)" ""
check "the full reload and the first load after it have what is left"
deliver "${songs[@]:40}"
is "and the next night" "$(type_block 1)" ""
check "goes on from there"
is "after it the warehouse is one that grows" "$(sql -d growing -c "SELECT count(*) FROM sys_copy_job")" 2
echo "1..$n"
exit $failed
