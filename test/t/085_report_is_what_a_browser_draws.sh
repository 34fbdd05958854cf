#!/bin/bash
# The report in a real browser: what is drawn, measured on the page, against counts
# made of the JSON without the extension.  Chromium runs headless and offline.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d); chmod 755 "$dir"; trap 'rm -rf "$dir"' EXIT

if ! command -v chromium >/dev/null; then
  echo "1..0 # SKIP no chromium: test/deps.sh browser installs it"; exit 0
fi
echo 1..10

# The real data where it is, else a generated bucket.
real=$top/../shared/data/s3/udacity-dend
if [ -d "$real" ]; then
  cp -r "$real" "$dir/bucket"
else
  make -s -C "$top" generator
  "$top/build/sparkify_generate" --events 3000 --songs 200 --bucket "$dir/bucket"
fi
chmod -R a+rX "$dir"
sql -v mirror="$dir/bucket" >/dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bucket/', mirror :'mirror');
UPDATE sparkify_setting SET value = 's3://bucket/' ||
  CASE name WHEN 'log_data' THEN 'log_data' WHEN 'song_data' THEN 'song_data' ELSE 'log_json_path.json' END
WHERE name IN ('log_data', 'song_data', 'log_jsonpath');
UPDATE sparkify_setting SET value = 'arn:aws:iam::123456789012:role/x' WHERE name = 'iam_role';
SELECT count(*) FROM sparkify_etl();
SQL
sql -c "SELECT sparkify_report('Measured')" >"$dir/report.html"

# A copy of the page that measures itself, and says so in text.
cat >"$dir/script" <<'JS'
<pre id="measured"></pre><script>
  var out = [];
  document.querySelectorAll("[data-value]").forEach(function (mark) {
    var box = mark.getBoundingClientRect();
    out.push(["mark", mark.closest("section").id, mark.tagName, mark.dataset.value, box.left.toFixed(2),
      (box.top + box.height / 2).toFixed(2), box.width.toFixed(2), mark.getAttribute("fill-opacity"),
      mark.querySelector("title").textContent].join("|"));
  });
  out.push(["page", innerWidth, document.documentElement.scrollWidth].join("|"));
  document.getElementById("measured").textContent = out.join("\n");
</script>
JS
sed "/<\/body>/{
r $dir/script
N
}" "$dir/report.html" >"$dir/measured.html"

browse() { # WIDTH: the measurements on a screen so wide
  chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$dir/profile" \
    --window-size="$1,900" --dump-dom "file://$dir/measured.html" 2>"$dir/chromium.log" |
    perl -0ne 'print $1 if /<pre id="measured">(.*?)<\/pre>/s'
}
browse 1000 >"$dir/wide"
browse 500 >"$dir/narrow"
is "the browser shows a mark for every number" "$(grep -c '^mark' "$dir/wide")" \
  "$(grep -o 'data-value=' "$dir/report.html" | wc -l)"

# Counts of the JSON alone.
awk 1 "$dir"/bucket/log_data/*/*/*.json >"$dir/events"
plays=$(grep -cE '"page": ?"NextSong"' "$dir/events")
drawn() { grep "^mark|$1|" "$dir/wide"; } # SECTION
is "the bar of songplays is the number of NextSong events" \
  "$(drawn rows | awk -F'|' '/songplays:/ { print $4 }')" "$plays"
is "the bar of time is the number of moments in which they were played" \
  "$(drawn rows | awk -F'|' '/time:/ { print $4 }')" \
  "$(grep -E '"page": ?"NextSong"' "$dir/events" | grep -oE '"ts": ?[0-9]+' | sort -u | wc -l)"
is "the bar of songs is the number of songs in the files" \
  "$(drawn rows | awk -F'|' '/songs:/ { print $4 }')" \
  "$(find "$dir/bucket/song_data" -name '*.json' -exec awk 1 {} + | grep -oE '"song_id": ?"[^"]*"' | sort -u | wc -l)"
is "the bar of artists is the number of artists in the files" \
  "$(drawn rows | awk -F'|' '/artists:/ { print $4 }')" \
  "$(find "$dir/bucket/song_data" -name '*.json' -exec awk 1 {} + | grep -oE '"artist_id": ?"[^"]*"' | sort -u | wc -l)"

# Geometry: a bar is as long, a point as high and a cell as dark as its number says.
is "bars are as long as their numbers" "$(drawn rows | awk -F'|' '
  $4 > max { max = $4; longest = $7 } { v[NR] = $4; w[NR] = $7 }
  END { for (i in v) if ((d = w[i] - longest * v[i] / max) > 1 || d < -1) bad++; print NR ? bad + 0 : "no bars" }')" 0
is "points are as high as their numbers" "$(drawn plays_a_day | awk -F'|' '
  NR == 1 { v0 = $4; y0 = $6 } $4 != v0 && !slope { slope = ($6 - y0) / ($4 - v0) }
  { v[NR] = $4; y[NR] = $6 }
  END { for (i in v) if ((d = y[i] - y0 - slope * (v[i] - v0)) > 1 || d < -1) bad++;
    print (slope < 0) ? bad + 0 : "flat" }')" 0
perl -MPOSIX -ne 'next unless /"page": ?"NextSong"/; /"ts": ?(\d+)/; $n{POSIX::strftime("%F", gmtime($1 / 1000))}++;
  END { print "$_: $n{$_} plays\n" for sort keys %n }' "$dir/events" >"$dir/days"
is "a day's point is its number of plays" \
  "$(drawn plays_a_day | awk -F'|' '$9 ~ / plays$/ { gsub(",", "", $9); print $9 }' | md5sum)" "$(md5sum <"$dir/days")"
is "the darkest hour is the one with most plays" \
  "$(drawn peak_times | sort -t'|' -k8,8gr | awk -F'|' 'NR == 1 { print $4 }')" \
  "$(perl -MPOSIX -ne \
    'next unless /"page": ?"NextSong"/; /"ts": ?(\d+)/; $n{POSIX::strftime("%w %H", gmtime($1 / 1000))}++;
     END { print((sort { $b <=> $a } values %n)[0]) }' "$dir/events")"
is "nothing is wider than a narrow screen" "$(awk -F'|' '/^page/ { print ($3 <= $2) }' "$dir/narrow")" 1
exit $failed
