#!/bin/bash
# The warehouse that grew, batch by batch, is the one that was loaded at once.
#
# Seeds make small buckets of hard cases, and say what goes wrong meanwhile: growing.pl.  The real data, where they
# are, come a day at a time.
#
#   SEEDS="$(seq -s ' ' 1000)" test/t/078_incremental_equals_full.sh     more seeds than CI's
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ "${1:-}" != --inside ]; then exec test/cluster.sh run "test/t/$(basename "$0")" --inside; fi
read -r -a seeds <<<"${SEEDS:-3 5 8 13 21 28 34 53 55 78 89 103}"
perl test/t/growing.pl "${seeds[@]}" || exit 1
n=${#seeds[@]}

work=$SPARKIFY_ROOT/server/growing
real=$PWD/../shared/data/s3/udacity-dend
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
tables="SELECT t, count(*), md5(string_agg(r, ',' ORDER BY r COLLATE \"C\")) FROM (
  SELECT 'songplays' AS t, (start_time, user_id, level, song_id, artist_id, session_id, location, user_agent)::text\
 AS r FROM songplays
  UNION ALL SELECT 'users', u::text FROM users AS u UNION ALL SELECT 'songs', s::text FROM songs AS s
  UNION ALL SELECT 'artists', a::text FROM artists AS a UNION ALL SELECT 'time', t::text FROM time AS t) AS x GROUP\
 BY t ORDER BY t"

warehouse() { # DATABASE BUCKET MODE
  createdb "$1"
  sql -d "$1" -v mirror="$work/$2" -v mode="$3" <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bucket/', mirror :'mirror');
UPDATE sparkify_setting SET value = CASE name WHEN 'mode' THEN :'mode' WHEN 'iam_role' THEN 'arn:aws:iam::1:role/x'
  WHEN 'log_data' THEN 's3://bucket/log_data'
  WHEN 'song_data' THEN 's3://bucket/song_data' ELSE 's3://bucket/log_json_path.json' END
WHERE name IN ('mode', 'iam_role', 'log_data', 'song_data', 'log_jsonpath');
SQL
}
etl() { sql -d "$1" -c "SET client_min_messages = warning" -c "SELECT count(*) FROM sparkify_etl()"; }
deliver() { # OBJECT
  mkdir -p "$work/growing/$(dirname "$1")"; cp "$real/$1" "$work/growing/$1"; chmod -R a+rX "$work/growing"
}

if [ -d "$real" ]; then
  mkdir -p "$work/growing"; cp -r "$real" "$work/whole"; cp "$real/log_json_path.json" "$work/growing/"
  chmod -R a+rX "$work"
  warehouse growing_real growing incremental; warehouse full_real whole full
  mapfile -t songs < <(cd "$real" && find song_data -name '*.json' | sort)
  days=("$real"/log_data/*/*/*.json); share=$((${#songs[@]} / ${#days[@]} + 1))
  for day in "${!days[@]}"; do
    deliver "${days[$day]#"$real"/}"
    for song in "${songs[@]:$((day * share)):$share}"; do deliver "$song"; done
    said=$(etl growing_real); [[ $said != *ERROR* ]] || { echo "# $said"; break; }
  done
  etl full_real >/dev/null
  grown=$(sql -d growing_real -c "$tables"); whole=$(sql -d full_real -c "$tables")
  n=$((n + 1)); claim="$n - the real data, day by day over ${#days[@]} days, are one full load"
  if [ "$grown" = "$whole" ]; then echo "ok $claim"; else echo "not ok $claim: got $grown, expected $whole"; fi
fi
echo "1..$n"
[ "${grown:-}" = "${whole:-}" ]
