#!/bin/bash
# t_copy.sh: COPY from a real S3 server and from a faulty one, through stores;
# runs inside test/cluster.sh run, at debug5, so that the server's log can be
# searched for secrets at the end.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/tap.sh"
. "$S3_ENV"
start_fault_server
put() { "$here/s3_request.pl" "$S3_ENDPOINT" "$S3_KEY_ID" "$S3_SECRET"; }
sql() { psql -X -q -A -t "$@" 2>&1 | grep -v '^INFO: '; }
store() { # NAME OPTIONS: replaces the store of s3://songs/
  sql -c "DROP SERVER IF EXISTS current CASCADE" -c \
    "CREATE SERVER current FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://$1/'$2)" | grep -v NOTICE
}
keys() { sql -c "CREATE USER MAPPING FOR CURRENT_USER SERVER current OPTIONS (access_key_id '$1', secret_access_key\
 '$2'$3)"; }
load() { # PREFIX [MORE OPTIONS]
  sql -c "TRUNCATE copied" -c "COPY copied FROM 's3://$1' WITH (FORMAT 'json'${2:-})" -c \
    "SELECT count(*), sum(n) FROM copied"
}

sql -c "CREATE EXTENSION IF NOT EXISTS sparkify_dwh" -c "CREATE TABLE copied (n int, t varchar(200))"
{
  echo "PUT /songs"
  for i in $(seq 2500); do printf 'PUT /songs/rows/%05d.json ={"n": %d, "t": "x"}\n' "$i" "$i"; done
  i=0
  for k in "a%20b" "a%2Bb" "a%2520b" "a%23b" "a%3Db%26c" "a%3Fb" "%F0%9F%8E%B5" "%C3%BC" "dots/./x" "double//x"; do
    i=$((i + 1)); printf 'PUT /songs/odd_rows/%s ={"n": %d, "t": "odd"}\n' "$k" "$i"
  done
  for i in 1 2 3; do
    for n in $(seq 1000); do echo "{\"n\": $n, \"t\": \"zip $i\"}"; done | gzip >"$work/zip$i"
    echo "PUT /songs/zip/$i.gz @$work/zip$i"
  done
  perl -e 'print "{\"n\": $_, \"t\": \"", "y" x 150, "\"}\n" for 1 .. 150000' >"$work/large"
  echo "PUT /songs/large_rows/one @$work/large"
  echo 'PUT /public x-amz-acl:public-read'
  echo 'PUT /public/a x-amz-acl:public-read ={"n": 7, "t": "public"}'
} | put

store songs ", endpoint '$S3_ENDPOINT', path_style 'on'"
keys "$S3_KEY_ID" "$S3_SECRET" ""
is "$(load songs/rows/)" "2500|3126250" "2,500 objects are loaded"
is "$(PGOPTIONS="-c sparkify_dwh.workers=0" load songs/rows/)" "2500|3126250" "also without threads"
is "$(load songs/odd_rows/)" "10|55" "odd keys are loaded"
is "$(load songs/zip/ ", compression 'gzip'")" "3000|1501500" "gzip"
is "$(load songs/large_rows/)" "150000|11250075000" "a large object in ranges"
like "$(load songs/nothing/)" "does not exist" "a prefix without objects is an error"
sql -c "SELECT count(*) FROM sparkify_execute('COPY copied FROM ''s3://songs/job/'' IAM_ROLE ''arn:aws:iam::1:role/r''
  JSON JOB CREATE of_s3')" >/dev/null
echo 'PUT /songs/job/1 ={"n": 1}' | put
sql -c "SELECT count(*) FROM sparkify_execute('COPY JOB RUN of_s3')" >/dev/null
is "$(sql -c "SELECT file_name, file_size, length(file_etag), modification_time BETWEEN enqueue_time
  - INTERVAL '1 minute' AND enqueue_time + INTERVAL '1 second', status FROM redshift.sys_copy_job_detail")" \
  "job/1|8|32|t|I" \
  "a job knows size, ETag and time of what it has loaded"

store songs ", endpoint '$S3_NAMED_ENDPOINT'"
keys "$S3_KEY_ID" "$S3_SECRET" ""
is "$(load songs/rows/)" "2500|3126250" "the bucket in the host's name"
is "$(load songs/odd_rows/)" "10|55" "with odd keys"

cp "$S3_CA" "$SPARKIFY_ROOT/ca.crt"; chmod 644 "$SPARKIFY_ROOT/ca.crt"
store songs ", endpoint '$S3_TLS_ENDPOINT', path_style 'on', ca_bundle '$SPARKIFY_ROOT/ca.crt'"
keys "$S3_KEY_ID" "$S3_SECRET" ""
is "$(load songs/zip/ ", compression 'gzip'")" "3000|1501500" "https"
store songs ", endpoint '$S3_TLS_ENDPOINT', path_style 'on'"
keys "$S3_KEY_ID" "$S3_SECRET" ""
like "$(load songs/zip/ ", compression 'gzip'")" 'certificate is not to be trusted' \
  "https with an unknown authority is refused"

store songs ", endpoint '$S3_ENDPOINT', path_style 'on'"
keys "$S3_KEY_ID" "wrong-secret-0123456789" ""
like "$(load songs/rows/)" "SignatureDoesNotMatch" "a wrong secret is denied"
is "$(sql -c 'SELECT count(*) FROM copied')" 0 "and loads nothing"
sql -c "DROP USER MAPPING FOR CURRENT_USER SERVER current"
keys AKIANOBODYNOBODY "nobody-secret-0123456789" ""
like "$(load songs/rows/)" "InvalidAccessKeyId" "an unknown key is denied"

read -r temporary_id temporary_secret temporary_token < \
  <("$S3_DRIVER" access_key_id="$S3_KEY_ID" secret_access_key="$S3_SECRET" \
  assume_role_arns="$S3_ROLE_ARN" sts_endpoint="$S3_ENDPOINT" keys)
sql -c "DROP USER MAPPING FOR CURRENT_USER SERVER current"
keys "$temporary_id" "$temporary_secret" ", session_token '$temporary_token'"
is "$(load songs/odd_rows/)" "10|55" "temporary keys with their session token"
sql -c "DROP USER MAPPING FOR CURRENT_USER SERVER current"
keys "$temporary_id" "$temporary_secret" ""
like "$(load songs/odd_rows/)" "the store answered 40[03]" "and not without it"
sql -c "DROP USER MAPPING FOR CURRENT_USER SERVER current"
is "$(load songs/odd_rows/ ", access_key_id '$S3_KEY_ID', secret_access_key '$S3_SECRET'")" "10|55" "keys of COPY's own"

store public ", endpoint '$S3_ENDPOINT', path_style 'on', anonymous 'on'"
is "$(load public/)" "1|7" "a public bucket without keys"

# IAM_ROLE: assumed where the store says so, once a session; elsewhere accepted and not used.
sts() { grep -c '^POST / ' "$work/fault.log"; }
role="COPY copied FROM 's3://many-20-0/m/' WITH (FORMAT 'json', iam_role 'arn:aws:iam::1:role/reader')"
store many-20-0 ", endpoint '$fault', path_style 'on'"
keys ROLEKEY role-secret-0123456789 ""
is "$(sql -c "TRUNCATE copied" -c "$role" -c "SELECT count(*) FROM copied") $(sts)" "20 0" \
  "IAM_ROLE is accepted, and not used where the store does not say so"
sql -c "ALTER SERVER current OPTIONS (ADD assume_role 'on', ADD sts_endpoint '$fault')"
is "$(sql -c "TRUNCATE copied" -c "$role" -c "$role" -c "SELECT count(*) FROM copied") $(sts)" "40 1" \
  "it is assumed where the store says so, once for two loads of a session"
is "$(sql -c "TRUNCATE copied" -c "${role/reader/forbidden}" | grep -o 'could not assume role .*')" \
  'could not assume role "arn:aws:iam::1:role/forbidden": STS answered 403 AccessDenied' \
  "a role that STS denies is an error"

# PostgreSQL's other interrupts are no cancel.
store many-100-20 ", endpoint '$fault', path_style 'on', anonymous 'on', window '1'"
for workers in 0 2; do
  PGOPTIONS="-c sparkify_dwh.workers=$workers" load many-100-20/m/ >"$work/said" & loading=$!
  for _ in $(seq 30); do
    sql -c "SELECT pg_log_backend_memory_contexts(pid) FROM pg_stat_progress_copy" >/dev/null; sleep 0.02
  done
  wait $loading
  is "$(cat "$work/said")" "100|5050" "a load goes on when PostgreSQL wants something else of it ($workers workers)"
done

# The faulty server: nothing half-loaded, every error clear, cancels prompt.
for b in vanished changed stallalways cutalways; do
  store $b ", endpoint '$fault', path_style 'on', anonymous 'on', retries '1', transfer_timeout '1'"
  said=$(sql -c "TRUNCATE copied" -c "COPY copied (t) FROM 's3://$b/o/' WITH (FORMAT 'json', maxerror 100000)")
  like "$said" "ERROR: .*s3://$b/o/" "$b: one error that names the object"
  is "$(sql -c 'SELECT count(*) FROM copied')" 0 "and nothing is loaded"
done
for b in stallalways silentlist; do
  for workers in 0 2; do
    store $b ", endpoint '$fault', path_style 'on', anonymous 'on', transfer_timeout '60'"
    PGOPTIONS="-c sparkify_dwh.workers=$workers -c statement_timeout=700" sql -c \
      "COPY copied (t) FROM 's3://$b/o/' WITH (FORMAT 'json', maxerror 100000)" >"$work/said" &
    start=$(date +%s%N); wait $!
    elapsed=$((($(date +%s%N) - start) / 1000000))
    like "$(cat "$work/said")" "canceling statement due to statement timeout" "$b is cancelled ($workers workers)"
    [ $elapsed -lt 1200 ]; result $? "within half a second ($((elapsed - 700)) ms)"
  done
done

# At debug5 with log_statement the log has everything the server does and is told.
log=$SPARKIFY_ROOT/server/log
[ "$(wc -l <"$log")" -gt 1000 ]; result $? "the log is one at debug5"
for secret in "$S3_SECRET" "$temporary_secret" "$temporary_token" "wrong-secret-0123456789" \
  "nobody-secret-0123456789" "role-secret-0123456789"; do
  [ ${#secret} -gt 15 ] && ! grep -F -m 3 -- "$secret" "$log" | cut -c1-200 | sed 's/^/# /' | grep .; \
    result $? "the log has no ${secret:0:4}..."
done
done_testing
