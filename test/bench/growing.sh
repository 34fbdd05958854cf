#!/bin/bash
# growing.sh [EVENTS...]: what a day of 20,000 new events and 20 new songs, some of them played before, costs in mode
# incremental, beside the first load of its history, its load in mode full, and the same day into an empty
# warehouse; tables logged.  Seconds, those of a day medians of RUNS (3) days.  Scanned are rows of songplays,
# time and play_events that sequential scans read during the days; below it, in milliseconds and medians, too, the
# processor time of the sessions, and the tables whose share of a day grew with the history (staging_songs is mostly
# the listing of all songs).
#
#   test/bench/growing.sh 10000 1000000 10000000
set -euo pipefail
cd "$(dirname "$0")/../.."
sizes=("$@"); [ $# -gt 0 ] || sizes=(10000 1000000 10000000)
if [ "${BENCH_INSIDE:-}" != 1 ]; then
  SERVER_SETTINGS="shared_buffers=1GB max_wal_size=8GB checkpoint_timeout=30min" BENCH_INSIDE=1 \
    exec test/cluster.sh run "test/bench/growing.sh" "${sizes[@]}"
fi
make -s generator >/dev/null
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }
work=$SPARKIFY_ROOT/server/growing; mkdir -p "$work"; chmod a+rX "$work"
days=${RUNS:-3}

# Seconds that a call of sparkify_etl() takes.
timed() { # DATABASE
  local from; from=$(date +%s%N)
  sql -d "$1" -c "SET client_min_messages = warning" \
    -c "SELECT '$1 ' || table_name || ' ' || EXTRACT(EPOCH FROM elapsed) * 1000 FROM sparkify_etl()" \
    -c "SELECT '$1 processor_time ' || 10 * (s[12]::int + s[13]::int) FROM regexp_split_to_array(
      regexp_replace(pg_read_file('/proc/self/stat'), '.*\) ', ''), ' ') AS s" \
    >>"$work/shares" 2>/dev/null
  awk -v ns=$(($(date +%s%N) - from)) 'BEGIN { printf "%.3f", ns / 1e9 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
warehouse() { # DATABASE BUCKET [MODE]
  createdb "$1"
  sql -d "$1" -v mirror="$work/$2" -v mode="${3:-incremental}" <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bucket/', mirror :'mirror');
UPDATE sparkify_setting SET value = CASE name WHEN 'mode' THEN :'mode' WHEN 'iam_role' THEN 'arn:aws:iam::1:role/x'
  WHEN 'log_data' THEN 's3://bucket/log_data'
  WHEN 'song_data' THEN 's3://bucket/song_data' ELSE 's3://bucket/log_json_path.json' END
WHERE name IN ('mode', 'iam_role', 'log_data', 'song_data', 'log_jsonpath');
SQL
}

# the days, of a time after every history's
build/sparkify_generate --seed 77 --events $((20000 * days)) --songs 2000 --days "$days" --bucket "$work/days" \
  >/dev/null
perl -pi -e 's/"ts": ?(\d+)/"\"ts\":" . ($1 + 3650 * 86400 * 1000)/e' "$work"/days/log_data/*/*/*.json
mapfile -t logs < <(find "$work/days/log_data" -name '*.json' | sort)
mapfile -t new_songs < <(find "$work/days/song_data" -name '*.json' | sort)
printf '%10s %12s %10s %10s %10s %10s %12s %10s %10s\n' history "first load" full day "day/first" "day/full" \
  "empty + day" "day/empty" scanned
for events in "${sizes[@]}"; do
  songs=$((events / 20 > 2000 ? events / 20 : 2000)); [ "$songs" -le 100000 ] || songs=100000
  build/sparkify_generate --events "$events" --songs "$songs" --bucket "$work/history" >/dev/null
  mkdir -p "$work/empty/log_data" "$work/empty/song_data"; cp "$work/history/log_json_path.json" "$work/empty/"
  head -1 "$(find "$work/history/log_data" -name '*.json' | head -1)" >"$work/empty/log_data/first.json"
  cp "$(find "$work/history/song_data" -name '*.json' | head -1)" "$work/empty/song_data/first.json"
  chmod -R a+rX "$work"
  warehouse anew history full; full=$(timed anew); dropdb anew
  warehouse history history; warehouse empty empty
  first=$(timed history); timed empty >/dev/null
  sql -d history -c "CHECKPOINT" -c "VACUUM" -c "SELECT pg_stat_reset()" >/dev/null
  # by night the directories have long settled: what is three seconds old is known to no listing
  sleep 4
  : >"$work/day.times"; : >"$work/empty.times"; : >"$work/shares"
  for i in "${!logs[@]}"; do
    for w in history empty; do
      cp "${logs[$i]}" "$work/$w/log_data/new-$i.json"; chmod a+r "$work/$w/log_data/new-$i.json"
      for song in "${new_songs[@]:$((i * 20)):20}"; do cp "$song" "$work/$w/song_data/new-$(basename "$song")"; done
      chmod a+r "$work/$w/song_data"/new-*
    done
    timed history >>"$work/day.times"; echo >>"$work/day.times"; timed empty >>"$work/empty.times"; \
      echo >>"$work/empty.times"
  done
  day=$(median <"$work/day.times"); small=$(median <"$work/empty.times")
  scanned=$(sql -d history -c "SELECT sum(seq_tup_read) FROM pg_stat_user_tables
    WHERE relname IN ('songplays', 'time', 'play_events')")
  awk -v e="$events" -v i="$first" -v f="$full" -v d="$day" -v s="$small" -v n="$scanned" 'BEGIN {
    printf "%10d %12.2f %10.2f %10.3f %10.4f %10.4f %12.3f %10.2f %10d\n", e, i, f, d, d / i, d / f, s, d / s, n }'
  sort -k1,2 -k3n "$work/shares" | awk '{ ms[$1, $2, ++n[$1, $2]] = $3; tables[$2] }
    function median(w, t) { return ms[w, t, int((n[w, t] + 1) / 2)] }
    END { for (t in tables) { m = median("history", t); e = median("empty", t)
    if (t == "processor_time" || m - e > 20) printf "%32s %6.0f, empty %6.0f, ratio %.2f\n", t, m, e, m / e } }'
  [ -z "${EXPLAIN:-}" ] || { build/sparkify_generate --seed 78 --events 20000 --days 1 --bucket "$work/more" \
    >/dev/null; cp "$(find "$work/more/log_data" -name '*.json' | head -1)" "$work/history/log_data/more.json"; \
    chmod a+r "$work/history/log_data/more.json"; sql -d history -c '\timing on' -c \
    "SELECT table_name, rows, elapsed FROM sparkify_etl()"; }
  [ -z "${EXPLAIN:-}" ] ||
    sql -d history -c "SELECT relname, seq_scan, seq_tup_read, idx_scan FROM pg_stat_user_tables ORDER BY 1"
  dropdb history; dropdb empty; rm -rf "$work/history" "$work/empty"
done
