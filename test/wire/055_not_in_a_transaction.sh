#!/bin/bash
# What AWS says can't run in a transaction block doesn't: COPY JOB CREATE and DROP, which to PostgreSQL are queries, and
# ALTER TABLE APPEND, whatever sparkify_dwh.strict says; outside of one it does, and RUN and ALTER do everywhere.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
gate() { timeout 20 psql -X -qAt -v VERBOSITY=verbose \
  "host=127.0.0.1 port=$WIRE_PORT user=postgres dbname=$PGDATABASE" "$@" 2>&1 | grep -v '^LOCATION'; }
mirror=$SPARKIFY_ROOT/server/jobs; mkdir -p "$mirror/x"; chmod -R a+rX "$mirror"
psql -qX -v mirror="$mirror" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER jobs FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://jobs/', mirror :'mirror');
CREATE TABLE t (a int);
CREATE TABLE more (a int);
SQL
create="COPY t FROM 's3://jobs/x' IAM_ROLE 'arn:aws:iam::1:role/r' JSON JOB CREATE"
is "a job isn't created in one" \
  "$(gate -c BEGIN -c "$create j AUTO OFF" -c 'SELECT 1' -c COMMIT)" \
  "ERROR:  25001: COPY JOB CREATE cannot run inside a transaction block
ERROR:  25P02: current transaction is aborted, commands ignored until end of transaction block"
is "outside it is" "$(gate -c "$create j AUTO OFF" -c 'COPY JOB LIST' | grep -c ERROR)" 0
is "nor dropped" \
  "$(gate -c BEGIN -c 'COPY JOB DROP j' -c ROLLBACK)" \
  "ERROR:  25001: COPY JOB DROP cannot run inside a transaction block"
is "but altered and run" "$(gate -c BEGIN -c 'COPY JOB ALTER j AUTO OFF' -c 'COPY JOB RUN j' -c COMMIT | grep ERROR)" ""
is "nor is a table appended, strict or not" \
  "$(gate -c 'SET sparkify_dwh.strict = off' -c BEGIN -c 'ALTER TABLE t APPEND FROM more' -c ROLLBACK)" \
  "ERROR:  25001: ALTER TABLE APPEND cannot run inside a transaction block"
is "other ALTER TABLEs are fine" "$(gate -c BEGIN -c 'ALTER TABLE t ADD b int' -c COMMIT)" ""
is "and outside all are" \
  "$(gate -c 'COPY JOB DROP j' -c 'ALTER TABLE t DROP COLUMN b' -c 'ALTER TABLE t APPEND FROM more' | grep ERROR)" \
  ""
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
