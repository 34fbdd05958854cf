#!/bin/bash
# COPY JOB ... AUTO ON: a background worker loads what is new, as the job's owner, also after a restart; an object that
# fails is skipped by later automatic runs, as AWS's page of SYS_COPY_JOB_DETAIL says; kill -9 loses nothing.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ "${1:-}" != --inside ]; then
  SERVER_SETTINGS="shared_preload_libraries=sparkify_dwh sparkify_dwh.copy_job_interval=1" \
    exec test/cluster.sh run "test/t/$(basename "$0")" --inside
fi
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
mirror=$SPARKIFY_ROOT/server/auto; mkdir -p "$mirror"; chmod a+rX "$mirror"
# Written beside the bucket, so that the object is there whole or not at all, and under one name.
put() {
  printf '%s' "$2" >"$mirror.part"; chmod a+r "$mirror.part"; mkdir -p "$(dirname "$mirror/$1")"
  mv "$mirror.part" "$mirror/$1"
}
rows() { # EXPECTED: waits until the table has so many rows
  for _ in $(seq 150); do [ "$(sql -c 'SELECT count(*) FROM t')" = "$1" ] && break; sleep 0.1; done
  sql -c 'SELECT count(*) FROM t'
}
# directories that the job knows, so that it looks at what changes only
for i in $(seq 10 41); do put "d$i/old.json" '{"a":0}'; done
sleep 4
sql -v mirror="$mirror" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE ROLE engineer LOGIN;
CREATE SERVER auto FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://auto/', mirror :'mirror');
GRANT USAGE ON FOREIGN SERVER auto TO engineer;
CREATE TABLE t (a int, who text DEFAULT CURRENT_USER);
GRANT INSERT ON t TO engineer;
SQL
psql -X -q -U engineer -c \
  "SELECT count(*) FROM sparkify_execute('COPY t (a) FROM ''s3://auto/'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB\
 CREATE auto_job AUTO ON')" >/dev/null
put 1.json '{"a":1}'
is "what comes is loaded" "$(rows 1)" 1
is "with the rights of the job's owner" "$(sql -c 'SELECT DISTINCT who FROM t')" engineer
put d20/2.json '{"a":"x"}'; put 3.json '{"a":3}'
is "an object that fails doesn't hold the others back" "$(rows 2)" 2
is "the views name it" \
  "$(sql -c "SELECT file_name, status FROM redshift.sys_copy_job_detail ORDER BY 1" | paste -sd ' ')" \
  "1.json|I 3.json|I d20/2.json|E"
is "and say what was wrong with it" \
  "$(sql -c "SELECT trim(job_name), message ~ 'Invalid' FROM redshift.sys_copy_job_info")" \
  "auto_job|t"
put d20/2.json '{"a":2}'; put 6.json '{"a":6}'; rows 3 >/dev/null
is "automatic runs skip it, when it is well, too" "$(sql -c "SELECT string_agg(a::text, ',' ORDER BY a) FROM t")" 1,3,6
# by now an automatic run knows that directory again
sleep 5
psql -X -q -U engineer -c "SELECT count(*) FROM sparkify_execute('COPY JOB RUN auto_job')" >/dev/null 2>&1
is "COPY JOB RUN tries it again" "$(sql -c "SELECT string_agg(a::text, ',' ORDER BY a) FROM t")" 1,2,3,6
is "and then it is loaded" "$(sql -c "SELECT DISTINCT status FROM redshift.sys_copy_job_detail")" I
psql -X -q -U engineer -c "SELECT count(*) FROM sparkify_execute('COPY JOB ALTER auto_job AUTO OFF')" >/dev/null
put 4.json '{"a":4}'; sleep 3
is "AUTO OFF ends it" "$(sql -c 'SELECT count(*) FROM t')" 4
is "and its worker" "$(for _ in $(seq 50); \
  do c=$(sql -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'sparkify_dwh copy jobs'"); \
  [ "$c" = 0 ] && break; sleep 0.1; done; echo "$c")" 0
psql -X -q -U engineer -c "SELECT count(*) FROM sparkify_execute('COPY JOB ALTER auto_job AUTO ON')" >/dev/null
is "AUTO ON takes it up again" "$(rows 5)" 5

# kill -9 of a backend restarts the whole server: what was committed is there, once
kill -9 "$(sql -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'sparkify_dwh copy jobs'")"
for _ in $(seq 100); do psql -X -q -c 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.1; done
put 5.json '{"a":5}'
is "a restarted server goes on where it was" "$(rows 6)" 6
is "and loads nothing twice" "$(sql -c "SELECT string_agg(a::text, ',' ORDER BY a) FROM t")" 1,2,3,4,5,6
sql -c "DROP OWNED BY engineer" >/dev/null
echo "1..$n"
exit $failed
