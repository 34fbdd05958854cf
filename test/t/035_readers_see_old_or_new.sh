#!/bin/bash
# While the warehouse is loaded anew, readers of its tables neither wait nor see half of it;
# loads at the same time don't double rows.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT

sql >/dev/null <<SQL
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3
  OPTIONS (location 's3://warehouse/', mirror '$SPARKIFY_ROOT/mirror/warehouse');
SELECT sparkify_configure('[IAM_ROLE]
ARN=arn:aws:iam::123456789012:role/dwhRole
[S3]
LOG_DATA=s3://warehouse/log_data/2018/11/2018-11-01
LOG_JSONPATH=s3://warehouse/log_json_path.json
SONG_DATA=s3://warehouse/song_data');
SELECT sparkify_etl();
SQL
count="SELECT (SELECT count(*) FROM songplays) || ' ' || (SELECT count(*) FROM time) || ' ' ||\
 (SELECT count(*) FROM users)"
is "the old warehouse is the first day" "$(sql -c "$count")" "3 2 2"

# A load that has done all its work and not yet committed.
mkfifo "$dir/commands"
psql -X -A -t -q <"$dir/commands" >"$dir/loader" 2>&1 & loader=$!
exec 3>"$dir/commands"
echo "BEGIN; UPDATE sparkify_setting SET value = 's3://warehouse/log_data' WHERE name = 'log_data';
SELECT count(*) FROM sparkify_etl(); $count; SELECT 'loaded';" >&3
for _ in $(seq 600); do grep -qx loaded "$dir/loader" && break; sleep 0.1; done
is "the loader sees the new warehouse" "$(grep -c '^6 5 2$' "$dir/loader")" 1
is "readers see the old one, without waiting" "$(sql -c "SET lock_timeout = '1s'" -c "$count")" "3 2 2"
echo "COMMIT;" >&3; exec 3>&-; wait $loader
is "after the commit they see the new one" "$(sql -c "$count")" "6 5 2"

# Several loads and transforms at once.
jobs=()
for i in 1 2 3 4; do
  sql -c "SELECT count(*) FROM sparkify_etl()" >"$dir/$i" & jobs+=($!)
  sql -c "SELECT count(*) FROM sparkify_transform()" >"$dir/t$i" & jobs+=($!)
done
lost=0; for j in "${jobs[@]}"; do wait "$j" || lost=$((lost + 1)); done
is "loads at the same time all succeed" "$lost" 0
is "and double no row" "$(sql -c "$count")" "6 5 2"
echo "1..$n"
exit $failed
