#!/bin/bash
# A project written for Redshift, with psycopg2 and a dwh.cfg, runs as it is: only host and port differ.
# Its counts are compared with the bucket's files and with each other; a second run ends in the same.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
python=/usr/bin/python3   # Debian's, which has Debian's drivers
"$python" -c 'import psycopg2' 2>/dev/null || { echo "ok 1 # SKIP there is no psycopg2 (Debian: python3-psycopg2)"; \
  exit 0; }

dir=$SPARKIFY_ROOT/project; bucket=$dir/bucket
make -s generator && mkdir -p "$dir" && build/sparkify_generate --events 3000 --songs 300 --bucket "$bucket" >/dev/null
cp test/wire/project/*.py "$dir"; chmod -R a+rX "$dir"
psql -XqAt -v ON_ERROR_STOP=1 -v location="$bucket" <<'SQL' || exit 1
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://sparkify/', mirror :'location');
CREATE ROLE project LOGIN PASSWORD 'Passw0rd';
GRANT ALL ON SCHEMA public TO project;
GRANT USAGE ON FOREIGN SERVER bucket TO project;
SQL
cat >"$dir/dwh.cfg" <<CFG
[CLUSTER]
HOST=127.0.0.1
DB_NAME=$PGDATABASE
DB_USER=project
DB_PASSWORD=Passw0rd
DB_PORT=$WIRE_PORT

[IAM_ROLE]
ARN='arn:aws:iam::123456789012:role/dwhRole'

[S3]
LOG_DATA='s3://sparkify/log_data'
LOG_JSONPATH='s3://sparkify/log_json_path.json'
SONG_DATA='s3://sparkify/song_data'
CFG

project() { (cd "$dir" && timeout 120 "$python" create_tables.py && timeout 120 "$python" etl.py) 2>&1; }
query() { psql -XqAt -c "$1"; }
first=$(project)
is "every event of the bucket is staged" \
  "$(sed -n 's/^staging_events //p' <<<"$first")" \
  "$(find "$bucket/log_data" -name '*.json' -exec cat {} + | grep -o '"sessionId"' | wc -l)"
is "every song of the bucket is staged" \
  "$(sed -n 's/^staging_songs //p' <<<"$first")" \
  "$(find "$bucket/song_data" -name '*.json' -exec cat {} + | grep -o '"song_id"' | wc -l)"
is "songplays as plain SQL counts them" \
  "$(sed -n 's/^songplays //p' <<<"$first")" \
  "$(query "SELECT count(*) FROM (SELECT DISTINCT ts, userid, level, song_id, artist_id, sessionid, location,\
 useragent FROM staging_events e LEFT JOIN staging_songs s ON (song, artist, length) = (title, artist_name, duration)\
 WHERE page = 'NextSong') x")"
is "time has every start_time once" \
  "$(query 'SELECT count(*) > 0 AND count(DISTINCT start_time) = (SELECT count(*) FROM time) FROM songplays')" \
  t
is "IDENTITY numbers the plays" \
  "$(query 'SELECT bool_and(songplay_id IS NOT NULL), count(*) = count(DISTINCT songplay_id) FROM songplays')" \
  "t|t"
is "a second run drops, creates, loads and ends in the same" "$(project)" "$first"
driver() { timeout 60 "$python" - "host=127.0.0.1 port=$WIRE_PORT dbname=$PGDATABASE user=project password=Passw0rd" \
  2>&1; }
is "parameters, executemany, a named cursor, SQLSTATE" "$(driver <<'PY'
import sys, psycopg2
conn = psycopg2.connect(sys.argv[1])
cur = conn.cursor()
cur.execute("SELECT NVL(%s, %s), DATEADD(day, 1, %s::date)::text", (None, "it's", '2018-11-30'))
print(cur.fetchone())
cur.execute("CREATE TABLE driven (a INT SORTKEY, b VARCHAR(MAX)) DISTSTYLE EVEN")
cur.executemany("INSERT INTO driven VALUES (%s, %s)", [(i, 'x' * i) for i in range(20)])
conn.commit()
named = conn.cursor('c')
named.execute("SELECT a FROM driven ORDER BY a")
print(named.fetchmany(3))
named.close()
try:
    cur.execute("SELECT nosuch FROM driven")
except psycopg2.Error as error:
    print(error.pgcode, error.diag.message_primary)
conn.rollback()
cur.execute("SELECT COUNT(*) FROM driven")
print(cur.fetchone(), conn.server_version)
PY
)" \
  "(\"it's\", '2018-12-01 00:00:00')
[(0,), (1,), (2,)]
42703 column \"nosuch\" does not exist in driven
(20,) 80002"
echo "1..$n"
exit $failed
