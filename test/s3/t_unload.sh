#!/bin/bash
# t_unload.sh: UNLOAD to a real S3 server and to a faulty one, through stores;
# runs inside test/cluster.sh run.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/tap.sh"
. "$S3_ENV"
start_fault_server
real() { "$here/s3_request.pl" "$S3_ENDPOINT" "$S3_KEY_ID" "$S3_SECRET"; }
sql() { psql -X -q -A -t "$@" 2>&1 | grep -v '^INFO: '; }
store() { # BUCKET ENDPOINT [OPTIONS]: the store of s3://BUCKET/, with keys
  sql -c "DROP SERVER IF EXISTS \"$1\" CASCADE" -c \
    "CREATE SERVER \"$1\" FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://$1/', endpoint '$2', path_style\
 'on', writable 'on'${3:-})" \
    -c "CREATE USER MAPPING FOR CURRENT_USER SERVER \"$1\" OPTIONS (access_key_id '$S3_KEY_ID', secret_access_key\
 '$S3_SECRET')" | grep -v NOTICE
}
unload() { # PREFIX OPTIONS [QUERY]
  sql -c "COPY (${3:-SELECT g AS n, repeat('x', 90) || g AS t FROM generate_series(1, 200000) g}) TO 's3://$1' WITH\
 (format 'csv', ${2:-allowoverwrite on})"
}
load() { # PREFIX [OPTIONS]
  sql -c "TRUNCATE copied" -c "COPY copied FROM 's3://$1' WITH (format 'csv'${2:-})" -c \
    "SELECT count(*), sum(n), sum(length(t)) FROM copied"
}
listed() { curl -s "$fault/$1/?list-type=2" | grep -o '<Key>[^<]*' | sed 's/<Key>//' | tr '\n' ' '; }
open_uploads() { curl -s "$fault/$1/?uploads=" | grep -c '<Upload>'; }
real_uploads() { echo "GET /unloaded?uploads=" | SHOW=1 real | grep -o '<UploadId>' | wc -l; }
all="200000|20000100000|19088895"

sql -c "CREATE EXTENSION IF NOT EXISTS sparkify_dwh" -c "CREATE TABLE copied (n int, t varchar(400))"
echo "PUT /unloaded" | real >/dev/null
store unloaded "$S3_ENDPOINT"

is "$(unload unloaded/small_ "manifest on" "SELECT g, 'x' FROM generate_series(1, 10) g"; \
  load unloaded/small_manifest ", manifest on")" "10|55|10" "a small object in one request, its manifest"
is "$(unload unloaded/empty_ "parallel off" "SELECT 1, 'x' WHERE false"; \
  sql -c "COPY copied FROM 's3://unloaded/empty_000' WITH (format 'csv')" -c \
  'SELECT count(*) FROM stl_unload_log WHERE transfer_size = 0')" "1" "an empty object"
is "$(unload unloaded/large_; load unloaded/large_)" "$all" "large objects in parts"
is "$(PGOPTIONS='-c sparkify_dwh.workers=0' unload unloaded/inline_; load unloaded/inline_)" "$all" \
  "also without threads"
is "$(unload unloaded/zip_ "compression 'zstd', maxfilesize '5 mb'"; load unloaded/zip_ ", compression 'zstd'")" \
  "$all" "packed"
is "$(unload "unloaded/odd ü+%&=_" "parallel off"; load "unloaded/odd ü+%&=_")" "$all" "an odd key"
is "$(unload unloaded/parts "partition_by (p)" \
  "SELECT g AS n, 'x' AS t, g % 100 AS p FROM generate_series(1, 1000) g"; load unloaded/parts/)" "1000|500500|1000" \
  "a hundred partitions"
like "$(unload unloaded/large_ "parallel off")" 'destination on S3 is not empty' "what is there is in the way"
is "$(unload unloaded/large_ "cleanpath on, parallel off"; load unloaded/large_; \
  sql -c "SELECT count(*) FROM stl_unload_log WHERE query = (SELECT max(query) FROM stl_unload_log)")" "$all
1" "CLEANPATH replaces it"
like "$(unload unloaded/broken_ "allowoverwrite on" \
  "SELECT 1 / (150000 - g), repeat('x', 100) FROM generate_series(1, 150000) g")" 'division by zero' \
  "a query that fails in the middle"
like "$(load unloaded/broken_)" 'does not exist' "leaves no object"
is "$(real_uploads)" "0" "and no upload"

# a store that is someone else's, keys that have expired
sql -c "CREATE USER MAPPING FOR PUBLIC SERVER unloaded OPTIONS (access_key_id '$S3_KEY_ID', secret_access_key\
 'wrong')" -c "CREATE ROLE unload_user LOGIN" \
  -c "GRANT USAGE ON FOREIGN SERVER unloaded TO unload_user" >/dev/null
like "$(PGUSER=unload_user unload unloaded/denied_ "allowoverwrite on" "SELECT 1")" 'permission denied to write' \
  "USAGE and PUBLIC's keys are not enough"
sql -c "CREATE USER MAPPING FOR unload_user SERVER unloaded OPTIONS (access_key_id '$S3_KEY_ID', secret_access_key\
 '$S3_SECRET')"
is "$(PGUSER=unload_user unload unloaded/allowed_ "allowoverwrite on" "SELECT 1, 'x'"; load unloaded/allowed_)" \
  "1|1|1" "keys of one's own are"

# kill -9 in the middle: nothing to be seen, the next one clears up
"$here/../../test/s3/kill_backend.sh" unloaded/killed_ >"$work/kill" 2>&1
like "$(cat "$work/kill")" 'killed' "a backend is killed in the middle of an unload"
for _ in $(seq 100); do sql -c 'SELECT 1' | grep -qx 1 && break; sleep .1; done
like "$(load unloaded/killed_)" 'does not exist' "no object of it can be seen"
is "$([ "$(real_uploads)" -gt 0 ] && echo open)" "open" "its uploads are open"
is "$(unload unloaded/next_ "allowoverwrite on" "SELECT 1"; real_uploads; \
  sql -c 'SELECT count(*) FROM sparkify_internal.unload_open')" "0
0" "the next unload aborts them"

# the faulty server: what a real one seldom does
try() { # BUCKET CLAIM: the unload succeeds, whole
  store "$1" "$fault"
  is "$(unload "$1/k_" "allowoverwrite on, parallel off"; load "$1/k_")" "$all" "$2"
}
try put-good "the faulty server, when it is not"
try put-busy "503 twice for every request"
try put-reset "connections that break while an answer is due"
try put-answer "CompleteMultipartUpload answers 200 and an error"
try put-lost "the answer of CompleteMultipartUpload gets lost"
fails() { # BUCKET PATTERN CLAIM [OPTIONS OF STORE]: fails, and leaves nothing
  store "$1" "$fault" "${4:-}"
  curl -s -X PUT --data-binary old "$fault/$1/k_000" >/dev/null
  like "$(unload "$1/k_" "allowoverwrite on, parallel off")" "$2" "$3"
  is "$(listed "$1")$(open_uploads "$1")$(curl -s "$fault/$1/k_000")" "k_000 0old" \
    "$3: nothing is left, and what was there is"
}
fails put-denied "AccessDenied" "a part is refused"
fails put-expired "ExpiredToken" "credentials expire in the middle"
fails put-full "507|InsufficientStorage|EntityTooLarge" "a store without room"
fails put-down "503 SlowDown" "a store that goes down" ", retries '1', deadline '2'"
fails put-noetag "no version" "a store that doesn't say what it has"
store put-second "$fault"
like "$(unload put-second/k_ "allowoverwrite on, maxfilesize '5 mb'")" 'AccessDenied' \
  "the second object can't be completed"
is "$(listed put-second)$(open_uploads put-second)" "0" "the first one goes again"
store put-silent "$fault"
start=$(date +%s%N)
like "$(PGOPTIONS='-c statement_timeout=1000' unload put-silent/k_)" 'statement timeout' \
  "a store that falls silent can be left"
is "$([ $((($(date +%s%N) - start) / 1000000)) -lt 2500 ] && echo soon)" "soon" "at once"
unlike "$(cat "$SPARKIFY_ROOT/server/log")" "$S3_SECRET" "no secret in the server's log"
done_testing
