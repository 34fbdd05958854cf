#!/bin/bash
# varchar.sh: what it costs that trailing blanks don't count in VARCHAR: PostgreSQL's own comparison against the ways
# to leave them out, in turn, best of RUNS (default 7), milliseconds.
#
#   test/cluster.sh run test/bench/varchar.sh
#   WHAT=transform EVENTS=500000 test/cluster.sh run test/bench/varchar.sh     sparkify_transform() by both rules, in
#   turn
#
#   as is     PostgreSQL's operators
#   plan      the planner is given those of redshift.varchar_ops (src/script/varchar_plan.c)
#   type      a type of our own that is CHAR in its comparisons and VARCHAR in its values
#   rtrim     RTRIM on both sides, in the text
set -euo pipefail
cd "$(dirname "$0")/../.."
ROWS=${ROWS:-2000000} RUNS=${RUNS:-7}

# The same settings for every way; one process, so that a join is a join.
run() {
  PGOPTIONS='-c max_parallel_workers_per_gather=0 -c jit=off -c work_mem=256MB -c statement_timeout=0' \
    psql -X -q -At -v ON_ERROR_STOP=1 "$@"
}

# sparkify_transform() over generated events, which are staged once: median of RUNS by each rule, in turn.
transform() {
  local bucket i rules
  make -s generator
  bucket=$(run -c 'SHOW data_directory')/../mirror/varchar
  build/sparkify_generate --events "${EVENTS:-500000}" --songs 25000 --bucket "$bucket" >/dev/null
  chmod -R a+rX "$bucket"
  run -v mirror="$(cd "$bucket" && pwd)" >/dev/null <<'SQL'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
CREATE SERVER bench FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bench/', mirror :'mirror');
SELECT sparkify_configure($$[IAM_ROLE]
ARN = arn:aws:iam::123456789012:role/bench
[S3]
LOG_DATA = s3://bench/log_data
LOG_JSONPATH = s3://bench/log_json_path.json
SONG_DATA = s3://bench/song_data
$$);
SELECT sparkify_create_tables();
SELECT sparkify_stage();
VACUUM ANALYZE staging_events;
VACUUM ANALYZE staging_songs;
SQL
  for i in $(seq "$RUNS"); do
    for rules in postgresql redshift; do
      echo -n "$rules "
      { echo "LOAD 'sparkify_dwh'; SET sparkify_dwh.varchar_rules = $rules;"
        echo "TRUNCATE songplays, users, songs, artists, time; CHECKPOINT;"
        echo '\timing on'; echo "SELECT sparkify_transform();"; } |
        PGOPTIONS='-c statement_timeout=0' psql -X -q -At -v ON_ERROR_STOP=1 | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p'
    done
  done | sort -k1,1 -k2,2n |
    awk '{ v[$1, ++n[$1]] = $2 }
    END { for (k in n) printf "transform  %-10s median %.0f ms, best %.0f\n", k, v[k, int((n[k] + 1) / 2)], v[k, 1] }'
}

if [ "${WHAT:-}" = transform ]; then transform; exit; fi

run -v rows="$ROWS" >/dev/null <<'SQL'
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
CREATE TYPE own;
CREATE FUNCTION own_in(cstring, oid, integer) RETURNS own
  LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varcharin';
CREATE FUNCTION own_out(own) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'varcharout';
CREATE TYPE own (INPUT = own_in, OUTPUT = own_out, LIKE = varchar, CATEGORY = 'S', COLLATABLE = true);
CREATE CAST (own AS text) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (text AS own) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (varchar AS own) WITHOUT FUNCTION AS IMPLICIT;
CREATE FUNCTION own_eq(own, own) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpchareq';
CREATE FUNCTION own_cmp(own, own) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpcharcmp';
CREATE FUNCTION own_lt(own, own) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpcharlt';
CREATE FUNCTION own_le(own, own) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpcharle';
CREATE FUNCTION own_gt(own, own) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpchargt';
CREATE FUNCTION own_ge(own, own) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpcharge';
CREATE FUNCTION own_hash(own) RETURNS integer LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashbpchar';
CREATE OPERATOR = (LEFTARG = own, RIGHTARG = own, FUNCTION = own_eq, COMMUTATOR = =, RESTRICT = eqsel,
  JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR < (LEFTARG = own, RIGHTARG = own, FUNCTION = own_lt);
CREATE OPERATOR <= (LEFTARG = own, RIGHTARG = own, FUNCTION = own_le);
CREATE OPERATOR > (LEFTARG = own, RIGHTARG = own, FUNCTION = own_gt);
CREATE OPERATOR >= (LEFTARG = own, RIGHTARG = own, FUNCTION = own_ge);
CREATE OPERATOR CLASS own_ops DEFAULT FOR TYPE own USING btree
  AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 own_cmp(own, own),
  FUNCTION 2 redshift.varchar_sortsupport(internal);
CREATE OPERATOR CLASS own_ops DEFAULT FOR TYPE own USING hash AS OPERATOR 1 =, FUNCTION 1 own_hash(own);

CREATE UNLOGGED TABLE fact AS SELECT 'artist ' || (i * 7919::bigint % (:rows / 10)) || ' of a longer name' AS v, i AS n
  FROM generate_series(1, :rows) AS i;
CREATE UNLOGGED TABLE dim AS SELECT 'artist ' || i || ' of a longer name' AS v, i AS n
  FROM generate_series(0, :rows / 10) AS i;
ALTER TABLE fact ALTER v TYPE varchar(256);
ALTER TABLE dim ALTER v TYPE varchar(256);
CREATE UNLOGGED TABLE own_fact AS SELECT v::own, n FROM fact;
CREATE UNLOGGED TABLE own_dim AS SELECT v::own, n FROM dim;
CREATE UNLOGGED TABLE target (v varchar(100), n integer);
CREATE UNLOGGED TABLE own_target (v own, n integer);
CREATE INDEX dim_v ON dim (v);
CREATE INDEX own_dim_v ON own_dim (v);
VACUUM ANALYZE fact; VACUUM ANALYZE dim; VACUUM ANALYZE own_fact; VACUUM ANALYZE own_dim;
SQL

# What is measured: a name, and the statement of each way; @ stands for the table's prefix, {x} for a key.
statement() {
  case $1 in
    join)     echo "SELECT count(*) FROM @fact AS f JOIN @dim AS d ON {f.v} = {d.v} AND d.n >= 0" ;;
    group)    echo "SELECT count(*) FROM (SELECT {v} FROM @fact GROUP BY {v}) AS g" ;;
    distinct) echo "SELECT count(DISTINCT {v}) FROM @fact" ;;
    filter)   echo "SELECT count(*) FROM @fact WHERE {v} = 'artist 17 of a longer name'" ;;
    sort)     echo "SELECT max(n) FROM (SELECT n FROM @fact ORDER BY {v} OFFSET 10) AS s" ;;
    lookup)   echo "DO \$\$ BEGIN FOR i IN 1 .. 20000 LOOP PERFORM n FROM @dim
      WHERE {v} = ('artist ' || i || ' of a longer name')%; END LOOP; END \$\$" ;;
    probe)    echo "SELECT count(d.n) FROM (SELECT v FROM @fact LIMIT 20000) AS f JOIN @dim AS d ON {f.v} = {d.v}" ;;
    insert)   echo "TRUNCATE @target; INSERT INTO @target SELECT v, n FROM @fact" ;;
  esac
}

# The best of some runs of a statement, in a session of its own.
best() {
  local prefix='' cast='' key='\1' rules=postgresql text i
  case $2 in plan) rules=redshift ;; type) prefix=own_ cast=::own ;; rtrim) key='rtrim(\1)' ;; esac
  text=$(statement "$1" | sed -E "s/@/$prefix/g; s/%/$cast/g; s/\{([^}]*)\}/$key/g")
  { echo "LOAD 'sparkify_dwh'; SET sparkify_dwh.varchar_rules = $rules;"
    [ "$1" != probe ] || echo 'SET enable_hashjoin = off; SET enable_mergejoin = off;'
    echo '\timing on'
    for i in $(seq "$RUNS"); do echo "$text" | tr ';' '\n' | sed 's/$/;/' ; done; } |
    if [ "$1" = lookup ]; then
      { echo "LOAD 'sparkify_dwh'; SET sparkify_dwh.varchar_rules = $rules;"
        echo '\timing on'; for i in $(seq "$RUNS"); do echo "$text;"; done; } | run
    else run; fi |
    sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' |
    if [ "$1" = insert ]; then awk 'NR % 2 == 0'; else cat; fi | sort -n | head -1
}

printf '%-10s %10s %10s %10s %10s\n' '' 'as is' plan type rtrim
for what in ${WHAT:-join group distinct filter sort lookup probe insert}; do
  printf '%-10s' "$what"
  for way in as_is plan type rtrim; do
    case "$what $way" in
      'lookup rtrim' | 'probe rtrim' | 'insert rtrim') printf ' %10s' - ;;
      *) printf ' %10.0f' "$(best "$what" $way)" ;;
    esac
  done
  echo
done
