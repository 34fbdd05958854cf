#!/bin/bash
# demo.sh: the main job on a throwaway cluster: generate a bucket, create the
# warehouse, stage it from JSON, transform, query, export.  Touches nothing of
# the user's and leaves nothing behind.
#
#   EVENTS=1000000 make demo     at another size
set -euo pipefail
cd "$(dirname "$0")/.."
test/deps.sh build
. test/cluster.sh
say() { printf '\n\033[1m== %s\033[0m\n' "$1"; }

say "Building, and starting a throwaway PostgreSQL"
cluster_start shared_buffers=256MB max_wal_size=4GB
make -s generator
psql -X -A -t -c "SELECT 'PostgreSQL ' || current_setting('server_version')"

say "Generating a bucket of ${EVENTS:=20000} events and ${SONGS:=2000} songs"
build/sparkify_generate --events "$EVENTS" --songs "$SONGS" --bucket "$CLUSTER/mirror/sparkify"
chmod -R a+rX "$CLUSTER/mirror"
find "$CLUSTER/mirror/sparkify" -name '*.json' | wc -l | xargs echo "objects:"

run() { psql -X -v ON_ERROR_STOP=1 -P pager=off -P footer=off --echo-queries -q "$@"; }

say "A store: here a directory stands in for the bucket s3://sparkify/"
run -v mirror="$CLUSTER/mirror/sparkify" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER sparkify FOREIGN DATA WRAPPER sparkify_s3
  OPTIONS (location 's3://sparkify/', mirror :'mirror');
SQL

say "The settings, from the dwh.cfg of the project"
run <<'SQL'
SELECT * FROM sparkify_configure($$
[IAM_ROLE]
ARN = 'arn:aws:iam::123456789012:role/dwhRole'
[S3]
LOG_DATA = 's3://sparkify/log_data'
LOG_JSONPATH = 's3://sparkify/log_json_path.json'
SONG_DATA = 's3://sparkify/song_data'
$$);
SQL

say "Create, stage, transform"
run <<'SQL'
SELECT sparkify_create_tables();
SELECT * FROM sparkify_stage();
SELECT * FROM sparkify_transform();
SQL

say "What the analysts ask"
run <<'SQL'
SELECT * FROM most_played_songs LIMIT 5;
SELECT * FROM trending_artists LIMIT 5;
SELECT * FROM plays_by_demographics LIMIT 5;
SELECT * FROM peak_hours LIMIT 5;
SELECT * FROM peak_weekdays;
SQL

say "The report: one page with the questions drawn"
mkdir -p build
psql -X -A -t -c "SELECT sparkify_report()" >build/report.html
echo "Open $PWD/build/report.html in a browser."

say "The same definitions as the deployment script for Redshift (its first lines)"
psql -X -A -t -c "SELECT sparkify_export('psql')" >"$CLUSTER/deploy.sql"
head -60 "$CLUSTER/deploy.sql"
echo "... $(wc -l <"$CLUSTER/deploy.sql") lines in all: psql -At -c \"SELECT sparkify_export('psql')\" > deploy.sql"
say "Done"
