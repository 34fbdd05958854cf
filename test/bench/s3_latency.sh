#!/bin/bash
# s3_latency.sh: many tiny objects behind a slow line: COPY with a window of
# requests against COPY one request at a time, and the client's memory against
# the number of objects.
#
# The server answers every request 20 ms after it came.  One at a time is
# measured over fewer objects and scaled, since it is nothing but waiting.
# Exits 1 when the window is not worth 30 times, or the memory grows.
set -u
here=$(cd "$(dirname "$0")/../s3" && pwd)
cd "$here/../.."
objects=${OBJECTS:-15000} few=${FEW:-500} latency=${LATENCY_MS:-20}
if [ "${1:-}" != inside ]; then
  SERVER_SETTINGS="session_preload_libraries=sparkify_dwh" exec test/cluster.sh run "$(realpath "$0")" inside
fi
. "$here/tap.sh"
start_fault_server

# Seconds for a COPY of N objects with so many requests at once.
load() { # N WINDOW
  local start end said
  psql -X -q -c "DROP SERVER IF EXISTS slow CASCADE" -c "TRUNCATE copied" -c \
    "CREATE SERVER slow FOREIGN DATA WRAPPER sparkify_s3
    OPTIONS (location 's3://many-$1-$latency/', endpoint '$fault', path_style 'on', anonymous 'on', window '$2')" \
      2>/dev/null
  start=$(date +%s%N)
  said=$(psql -X -q -A -t -c "COPY copied FROM 's3://many-$1-$latency/m/' WITH (FORMAT 'json')" -c \
    "SELECT count(*) FROM copied" 2>&1)
  end=$(date +%s%N)
  grep -qx "$1" <<<"$said" || { echo "COPY of $1 objects: $said" >&2; exit 1; }
  perl -e "printf '%.2f', ($end - $start) / 1e9"
}

psql -X -q -c "CREATE EXTENSION IF NOT EXISTS sparkify_dwh" -c "CREATE TABLE copied (n int, t varchar(10))"
one=$(load "$few" 1) || exit 1
window=$(load "$objects" 64) || exit 1
ratio=$(perl -e "printf '%.1f', $one * $objects / $few / $window")
echo "$objects objects of 100 bytes, $latency ms an answer"
perl -e "printf \"  one at a time   %8.2f s (%d objects in %.2f s, scaled)\n\", $one * $objects / $few, $few, $one"
printf '  window of 64    %8.2f s  (%s objects/s)\n' "$window" "$(perl -e "printf '%.0f', $objects / $window")"
echo "  ratio           $ratio"

S3_DRIVER=$(SANITIZE=none "$here/build.sh")
peak() { S3_DRIVER_USAGE=1 "$S3_DRIVER" endpoint="$fault" anonymous=on bucket="many-$1-0" sum m/ 2>&1 |
  grep -oE 'peak [0-9]+' | cut -d' ' -f2; }
small=$(peak 10000); large=$(peak 100000)
echo "peak memory of the client: $small kB over 10,000 objects, $large kB over 100,000"
perl -e "exit 1 if $ratio < 30" || { echo "not 30 times faster"; exit 1; }
[ "$large" -lt $((small * 5 / 4)) ] || { echo "memory grows with the number of objects"; exit 1; }
