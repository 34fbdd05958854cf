#!/bin/bash
# A COPY JOB passes over directories of a mirror that are as they were, and loads whatever comes: rounds of random
# changes, after each of which a run must have loaded every name that it could see, once.
#
#   SEED=7 ROUNDS=500 test/t/076_a_job_passes_over_what_it_knows.sh
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ "${1:-}" != --inside ]; then exec test/cluster.sh run "test/t/$(basename "$0")" --inside; fi
export PGOPTIONS='-c client_min_messages=warning'
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
umask 022
mirror=$SPARKIFY_ROOT/server/known; mkdir -p "$mirror/data" "$SPARKIFY_ROOT/server/aside"
cd "$mirror/data" || exit 1
RANDOM=${SEED:-1}
put() { mkdir -p "$(dirname "$1")"; echo '{"a":1}' >"$1"; }
run() { sql -c "SELECT count(*) FROM sparkify_execute('COPY JOB RUN known')" >/dev/null; }
marks() { sql -c "SELECT coalesce(sum(length(marks)), 0) / 16 FROM sparkify_internal.copy_job_directories"; }
loaded() { sql -c "SELECT substr(file_name, 6) FROM redshift.sys_copy_job_detail" | LC_ALL=C sort | md5sum; }
sql -v mirror="$mirror" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER known FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://known/', mirror :'mirror');
CREATE TABLE t (a int);
SQL
sql -c "SELECT count(*) FROM sparkify_execute('COPY t FROM ''s3://known/data'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON
  JOB CREATE known')" >/dev/null
for i in $(seq 60); do put "d$((i / 10))/e$i/first.json"; done
sleep 4
run
system=$(stat -f -c %T .)
case $system in ext2/ext3 | xfs | btrfs | tmpfs) learns=60 ;; *) learns=0 ;; esac
is "a run notes the directories that hold nothing else (on $system)" "$(marks)" "$learns"
sql -c "SELECT count(*) FROM sparkify_execute('COPY t FROM ''s3://known/data'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON
  JOB CREATE another')" >/dev/null
is "a job that is made finds and notes them" "$(marks)" $((2 * learns))
sql -c "SELECT count(*) FROM sparkify_execute('COPY JOB DROP another')" >/dev/null
find . -type f | cut -c3- | LC_ALL=C sort >../seen
is "and has loaded everything" "$(loaded)" "$(md5sum <../seen)"

# a name that was there once is not loaded again, so each change brings new ones
fresh=0
for _ in $(seq "${ROUNDS:-60}"); do
  for _ in 1 2 3; do
    leaves=(d*/e*); some=${leaves[RANDOM % ${#leaves[@]}]}; fresh=$((fresh + 1))
    case $((RANDOM % 8)) in
      0 | 1) put "$some/new$fresh.json" ;;
      2) put "$some/new$fresh.json"; touch -d 2001-01-01 "$some" "$some/new$fresh.json" ;;
      3) put "$some/deeper/new$fresh.json" ;;
      4) mv "$some" "d0/e_moved$fresh" ;;
      5) mv "$some" "$SPARKIFY_ROOT/server/aside/$fresh"; put "$some/new$fresh.json" ;;
      6) rm -f "$some"/*.json ;;
      7) aside=("$SPARKIFY_ROOT"/server/aside/*)
        [ ! -d "${aside[0]}" ] || { mv "${aside[0]}" "d1/e_back$fresh"; touch -d 2001-01-01 d1 "d1/e_back$fresh"; } ;;
    esac
  done
  [ $((RANDOM % 15)) -gt 0 ] || sql -c "BEGIN; SELECT count(*) FROM sparkify_execute('COPY JOB RUN known'); ROLLBACK" \
    >/dev/null
  [ $((RANDOM % 20)) -gt 0 ] || sleep 4
  run
  find . -type f | cut -c3- | LC_ALL=C sort - ../seen | uniq >../seen.all; mv ../seen.all ../seen
  [ "$(loaded)" = "$(md5sum <../seen)" ] || break
done
is "after each of ${ROUNDS:-60} rounds of changes it has loaded what it could see" "$(loaded)" "$(md5sum <../seen)"
is "each object once" "$(sql -c 'SELECT count(*) FROM t')" "$(wc -l <../seen)"

# a directory that may not be read is an error, though it was known
if [ "$(id -u)" = 0 ]; then
  sleep 4; run; run; before=$(marks); chmod 700 d1
  said=$(sql -c "SELECT count(*) FROM sparkify_execute('COPY JOB RUN known')")
  [[ $said == *"Permission denied"* ]] && denied=yes
  is "what may no longer be read is no silent skip" "${denied:-no: $said}" yes
  chmod 755 d1; run
  is "and later all is known again" "$(marks)" "$before"
fi
sql -c "SELECT count(*) FROM sparkify_execute('COPY JOB DROP known')" >/dev/null
is "a job that is dropped leaves nothing" "$(marks)" 0
echo "1..$n"
exit "$failed"
