#!/bin/bash
# The warehouse that grew, batch by batch, is the one that was loaded at once.
#
# Each seed cuts a generated bucket into objects, delivers them in random batches and order, some twice under
# another key, some batches empty; some runs fail in the middle (a bad object, a timeout, kill -9) and some change the
# mode.
# In the end every table is compared with one full load of the same objects (songplay_id apart).
#
#   SEEDS="1 2 3" test/t/078_incremental_equals_full.sh     more seeds than CI's
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ "${1:-}" != --inside ]; then exec test/cluster.sh run "test/t/$(basename "$0")" --inside; fi
seeds=(${SEEDS:-1 2})
n=0; failed=0
is() { # CLAIM GOT EXPECTED
  n=$((n + 1))
  if [ "$2" = "$3" ]; then echo "ok $n - $1"; else echo "not ok $n - $1: got $2, expected $3"; failed=1; fi
}
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
make -s generator >/dev/null
work=$SPARKIFY_ROOT/server/growing
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
  WHEN 'log_data' THEN 's3://bucket/log_data' WHEN 'song_data' THEN 's3://bucket/song_data' ELSE 's3://bucket/log_json_path.json' END
WHERE name IN ('mode', 'iam_role', 'log_data', 'song_data', 'log_jsonpath');
SQL
}
etl() { sql -d "$1" -c "SET client_min_messages = warning" ${2:+-c "$2"} -c "SELECT count(*) FROM sparkify_etl()"; }
wait_for_server() { for _ in $(seq 100); do psql -X -q -c 'SELECT 1' >/dev/null 2>&1 && return; sleep 0.1; done; }

# Cuts a bucket into objects of a few events each; prints the names in a random order, songs and logs mixed.
cut_bucket() { # FROM TO SEED
  perl -e 'use strict; my ($from, $to, $seed) = @ARGV; srand($seed);
    my @names;
    for my $file (sort split "\n", `find $from -name "*.json" ! -name log_json_path.json`) {
      my ($name) = $file =~ m{^\Q$from\E/(.*)\.json$}; open my $in, "<", $file or die; my @lines = <$in>; my $part = 0;
      while (@lines) {
        my @taken = splice @lines, 0, $name =~ /^log/ ? 1 + int rand 40 : scalar @lines;
        my $path = sprintf "%s-%03d.json", $name, $part++; my ($folder) = "$to/$path" =~ m{^(.*)/}; system "mkdir", "-p", $folder;
        open my $out, ">", "$to/$path" or die; print $out @taken; close $out; push @names, $path;
      }
    }
    for (my $i = @names; --$i;) { my $j = int rand($i + 1); @names[$i, $j] = @names[$j, $i]; }
    print "$_\n" for @names;' "$1" "$2" "$3"
}

deliver() { # OBJECT [AS]
  mkdir -p "$work/growing_$seed/$(dirname "${2:-$1}")"
  cp "$work/cut_$seed/$1" "$work/growing_$seed/${2:-$1}"; chmod -R a+rX "$work/growing_$seed"
}

for seed in "${seeds[@]}"; do
  RANDOM=$seed
  mkdir -p "$work"; chmod a+rX "$work"
  build/sparkify_generate --seed "$seed" --events 1400 --songs 120 --bucket "$work/whole_$seed" >/dev/null
  mapfile -t objects < <(cut_bucket "$work/whole_$seed" "$work/cut_$seed" "$seed")
  mkdir -p "$work/growing_$seed"; cp "$work/whole_$seed/log_json_path.json" "$work/growing_$seed/"
  cp "$work/whole_$seed/log_json_path.json" "$work/cut_$seed/"; chmod -R a+rX "$work"
  warehouse "growing_$seed" "growing_$seed" incremental; warehouse "full_$seed" "cut_$seed" full

  # the first load needs an object of each kind
  for kind in log_data song_data; do
    for i in "${!objects[@]}"; do [[ ${objects[$i]} == $kind/* ]] && { deliver "${objects[$i]}"; unset "objects[$i]"; \
      break; }; done
  done
  objects=("${objects[@]}"); next=0; runs=0; faults=""
  while [ $next -lt ${#objects[@]} ]; do
    size=$((RANDOM % 60)); [ $((RANDOM % 5)) != 0 ] || size=0
    for ((i = 0; i < size && next < ${#objects[@]}; i++)); do
      deliver "${objects[$next]}"
      # the same again under another key, at once or of what came before
      [ $((RANDOM % 8)) != 0 ] || deliver "${objects[$next]}" "${objects[$next]%.json}-again.json"
      next=$((next + 1))
    done
    case $((RANDOM % 8)) in
      0) printf '{"ts":"bad"}' >"$work/growing_$seed/log_data/bad.json"; \
        chmod a+r "$work/growing_$seed/log_data/bad.json"
        [[ $(etl "growing_$seed") == *ERROR* ]] && faults+=b; rm "$work/growing_$seed/log_data/bad.json" ;;
      1) [[ $(etl "growing_$seed" "SET statement_timeout = $((20 + RANDOM % 100))") == *timeout* ]] && faults+=t ;;
      2) if [ -z "${faults//[^k]/}" ]; then
          etl "growing_$seed" >/dev/null & sleep "0.0$((RANDOM % 9))"
          pid=$(sql -c "SELECT pid FROM pg_stat_activity WHERE datname = 'growing_$seed' AND query ~ 'sparkify_etl'" \
            | head -1)
          [ -n "$pid" ] && kill -9 "$pid" && faults+=k; wait; wait_for_server
        fi ;;
      3) if [ $((RANDOM % 3)) = 0 ]; then
          sql -d "growing_$seed" -c "UPDATE sparkify_setting SET value = 'full' WHERE name = 'mode'"
          # what was delivered twice is there twice in a full load: so it is cleaned up first
          find "$work/growing_$seed" -name '*-again.json' -delete
          etl "growing_$seed" >/dev/null && faults+=m
          sql -d "growing_$seed" -c "UPDATE sparkify_setting SET value = 'incremental' WHERE name = 'mode'"
        fi ;;
    esac
    # two at once: one waits for the other
    if [ $((RANDOM % 6)) = 0 ]; then etl "growing_$seed" >/dev/null & etl "growing_$seed" >/dev/null; wait; else
      said=$(etl "growing_$seed"); [[ $said != *ERROR* ]] || { echo "# $said"; faults+=E; break; }
    fi
    runs=$((runs + 1))
  done
  etl "growing_$seed" >/dev/null
  etl "full_$seed" >/dev/null
  is "seed $seed: ${#objects[@]} objects in $runs runs ($faults) are one full load" \
    "$(sql -d "growing_$seed" -c "$tables")" "$(sql -d "full_$seed" -c "$tables")"
  [ $failed = 0 ] || break
  dropdb "growing_$seed"; dropdb "full_$seed"; rm -rf "$work"
done

# The real data, where they are: a day and some songs at a time.
real=$PWD/../shared/data/s3/udacity-dend
if [ -d "$real" ]; then
  seed=real; mkdir -p "$work/growing_real"; cp -r "$real" "$work/cut_real"; cp "$real/log_json_path.json" \
    "$work/growing_real/"
  chmod -R a+rX "$work"
  warehouse growing_real growing_real incremental; warehouse full_real cut_real full
  mapfile -t songs < <(cd "$real" && find song_data -name '*.json' | sort)
  days=("$real"/log_data/*/*/*.json); share=$((${#songs[@]} / ${#days[@]} + 1))
  for day in "${!days[@]}"; do
    deliver "${days[$day]#"$real"/}"
    for song in "${songs[@]:$((day * share)):$share}"; do deliver "$song"; done
    said=$(etl growing_real); [[ $said != *ERROR* ]] || { echo "# $said"; break; }
  done
  etl full_real >/dev/null
  is "the real data, day by day over ${#days[@]} days, are one full load" \
    "$(sql -d growing_real -c "$tables")" "$(sql -d full_real -c "$tables")"
fi
echo "1..$n"
exit $failed
