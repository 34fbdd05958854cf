#!/bin/bash
# The record of loads: as long and as large as the settings say, shortened in nobody's way, and never lost unsaid.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "$0")/../.." || exit 1
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@"; }
mirror=$SPARKIFY_ROOT/server/bounded; mkdir -p "$mirror"
printf '{"a":1}{"a":"x"}' >"$mirror/one.json"
printf '{"a":1}' >"$mirror/good.json"
perl -e 'print qq({"a":"x"}\n) x 5000' >"$mirror/many.json"
chmod -R a+rX "$mirror"
sql -v mirror="$mirror" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER bounded FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bounded/', mirror :'mirror');
CREATE TABLE t (a integer);
SELECT 'ALTER DATABASE ' || quote_ident(current_database()) || ' SET session_preload_libraries = sparkify_dwh' \gexec
SQL
load="COPY t FROM 's3://bounded/one' WITH (FORMAT 'json', maxerror 10)"
gone() { # QUERY: waits until it counts nothing; prints what it counts
  for _ in $(seq 100); do [ "$(sql -c "$1")" = 0 ] && break; sleep 0.1; done
  sql -c "$1"
}
old() { sql -c "INSERT INTO sparkify_internal.load (query_id, start_time) VALUES (-1, now() - interval '$1 days')"; }

old 8; sql -c "$load" 2>/dev/null
is "loads older than load_history_days go" "$(gone "SELECT count(*) FROM sparkify_internal.load WHERE query_id < 0")" 0
old 8; sql -c "COPY t FROM 's3://bounded/one' WITH (FORMAT 'json', maxerror 10, noload)" 2>/dev/null
gone "SELECT count(*) FROM sparkify_internal.load WHERE query_id < 0" >/dev/null
old 6; sql -c "$load" 2>/dev/null
is "younger ones stay" "$(sleep 0.5; sql -c "SELECT count(*) FROM sparkify_internal.load WHERE query_id < 0")" 1

said=$(psql -X -q -c "SET sparkify_dwh.load_history_rows = 1000" \
  -c "COPY t FROM 's3://bounded/many' WITH (FORMAT 'json', ignoreallerrors)" 2>&1)
is "one load records no more rows than load_history_rows" \
  "$(sql -c "SELECT count(*) <= 1000 FROM sparkify_internal.load_error JOIN sparkify_internal.load USING (query_id)\
 WHERE error_count = 5000")" t
is "and says so" "$(grep -c 'NOTICE:  the record of load .* ends with its first 1000 rows' <<<"$said")" 1
is "its count goes on" "$(sql -c "SELECT error_count FROM sys_load_history ORDER BY query_id DESC LIMIT 1")" 5000
psql -X -q -c "SET sparkify_dwh.load_history_rows = 100" -c "$load" >/dev/null 2>&1
is "the oldest loads go first where the record is too large" \
  "$(gone "SELECT count(*) FROM sparkify_internal.load WHERE error_count = 5000")" 0
is "with all their rows" "$(sql -c "SELECT count(*) <= 200 FROM sparkify_internal.load_error")" t

# a transaction that has its snapshot, and a load beside it that prunes
old 8
exec 3> >(psql -X -q -v ON_ERROR_STOP=1 >"$mirror.out" 2>&1); other=$!
echo "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t;" >&3
sleep 0.3; sql -c "$load" 2>/dev/null
gone "SELECT count(*) FROM sparkify_internal.load WHERE query_id < 0" >/dev/null
echo "$load; COPY t FROM 's3://bounded/one' WITH (FORMAT 'json', maxerror 3); COMMIT;" >&3
exec 3>&-; wait $other
is "a load under REPEATABLE READ never meets the pruning" "$(grep -c 'could not serialize' "$mirror.out")" 0
is "and loads" "$(grep -c 'loaded successfully' "$mirror.out")" 2

# two sessions' loads under SERIALIZABLE, one beside the other, don't depend on each other through the record, where
# theirs are the first
sql -c "DELETE FROM sparkify_internal.load"
for i in 1 2; do
  rm -f "$mirror.fifo$i"; mkfifo "$mirror.fifo$i"
  psql -X -q -v ON_ERROR_STOP=1 <"$mirror.fifo$i" >"$mirror.out$i" 2>&1 & sessions[i]=$!
done
exec 4>"$mirror.fifo1" 5>"$mirror.fifo2"
for s in "BEGIN ISOLATION LEVEL SERIALIZABLE; COPY t FROM 's3://bounded/good' WITH (FORMAT 'json');" "COMMIT;"; do
  echo "$s" >&4; echo "$s" >&5; sleep 0.5
done
exec 4>&- 5>&-; wait "${sessions[1]}" "${sessions[2]}"
is "loads under SERIALIZABLE don't fail each other" \
  "$(cat "$mirror.out1" "$mirror.out2" | grep -c 'loaded successfully') $(
  cat "$mirror.out1" "$mirror.out2" | grep -c 'could not serialize')" "2 0"
rm -f "$mirror".*

# twenty that fail at once
before=$(sql -c "SELECT count(*) FROM stl_load_errors")
for i in $(seq 20); do psql -X -q -c "COPY t FROM 's3://bounded/one' WITH (FORMAT 'json')" >"$mirror.$i" 2>&1 & done; \
  wait
lost=$(cat "$mirror".* | grep -c 'WARNING:  the record of load')
is "of twenty loads that fail at once, each is recorded or says that it isn't" \
  "$(($(sql -c "SELECT count(*) FROM stl_load_errors") - before + lost))" 20
is "and they wait for a free worker" "$lost" 0

# what went wrong in the worker is what the session says
sql -c "ALTER TABLE sparkify_internal.load_error ADD CONSTRAINT x CHECK (err_code IS NULL) NOT VALID" \
  -c "ALTER TABLE sparkify_internal.load_error RENAME TO hidden"
said=$(psql -X -q -c "$load" 2>&1)
is "without its table the load says what is missing" \
  "$(grep -c 'relation "sparkify_internal.load_error" of the extension does not exist' <<<"$said")" 1
sql -c "ALTER TABLE sparkify_internal.hidden RENAME TO load_error"

# a full disk below the record: the load says that, not that a worker was missing
disk=$SPARKIFY_ROOT/server/046_disk; mkdir -p "$disk"
if mount -t tmpfs -o size=128k,mode=777 tmpfs "$disk" 2>/dev/null; then
  trap 'umount "$disk"' EXIT
  chown --reference="$SPARKIFY_ROOT/server/data" "$disk"; chmod 700 "$disk"
  sql -c "CREATE TABLESPACE tiny LOCATION '$disk'"
  sql -c "DELETE FROM sparkify_internal.load_error" -c "VACUUM FULL sparkify_internal.load_error" \
    -c "ALTER TABLE sparkify_internal.load_error SET TABLESPACE tiny"
  said=$(psql -X -q -c "COPY t FROM 's3://bounded/many' WITH (FORMAT 'json', ignoreallerrors)" 2>&1)
  is "a full disk is what the load says" "$(grep -c '^DETAIL:.*No space left on device' <<<"$said")" 1
  is "and it blames no worker" "$(grep -ci 'worker' <<<"$said")" 0
  is "the load itself ends well" "$(grep -c 'completed, 0 record(s) loaded successfully' <<<"$said")" 1
  sql -c "SET client_min_messages = warning" -c "DROP EXTENSION sparkify_dwh CASCADE" -c "DROP TABLESPACE tiny"
  umount "$disk"; trap - EXIT
else
  echo "ok $((n += 1)) - a full disk # SKIP a small file system can't be mounted here"
fi
rm -f "$mirror".*
echo "1..$n"
exit $failed
