#!/bin/bash
# 052_dialect_survives_any_script.sh: thousands of cut, mutated and deeply nested
# scripts go through scanner, parser, both printers and the check in one session;
# each is read or refused with an error, and the server is the same afterwards.
# ROUNDS sets how many mutations; they are the same every time.
set -uo pipefail
rounds=${ROUNDS:-4000}
psql -qX -v ON_ERROR_STOP=1 -c 'SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS sparkify_dwh' \
  >/dev/null || exit 1
echo 1..4

psql -qXAt -v ON_ERROR_STOP=1 -v rounds="$rounds" >"$SPARKIFY_ROOT/fuzz.out" 2>&1 <<'SQL'
SET client_min_messages = error;
SET statement_timeout = '300s';
CREATE TEMP TABLE seed AS
    SELECT row_number() OVER (ORDER BY phase, position)::int AS n, statement FROM sparkify_definition
      WHERE statement IS NOT NULL;
INSERT INTO seed SELECT (SELECT max(n) FROM seed) + row_number() OVER (), s FROM unnest(ARRAY[
    $$create table if not exists a.b.c (x int identity(0,-1) encode zstd
      distkey, y varchar(max) default 'a''b' || f(1) references t(a), like z including defaults, primary key (x),
      check (x > 0)) backup no diststyle key compound sortkey (x, y) encode auto$$,
    $$copy #t (a, b) from's3://b/x'
      with credentials as 'aws_iam_role=r' json as "auto" delimiter '\t' null as '\000' maxerror as 10 compupdate
      preset gzip acceptinvchars$$,
    $$copy t from 's3://b/x' with (format 'json', maxerror 3, truncatecolumns)$$,
    $$merge into a using b on a.i = b.i remove duplicates; delete e; alter table a append from b ignoreextra;
      alter table a add column c time with time zone$$,
    $$select top 5 #t.a, :v, :'v', :"v", E'\n', $q$ ; $q$, U&'\0041', x[1:2] into #u from (select 1) where a=#t.b
      qualify row_number() over (order by 1) = 1 -- c$$,
    $$grant select, alter, drop on all tables in schema s to group g, role r; analyze t all columns;
      set query_group to 'x'; create materialized view m backup no auto refresh yes as select 1$$,
    $$create or replace procedure p(a varchar(max)) nonatomic as $body$ begin end $body$ language plpgsql;
      \echo it's$$]) AS s;
CREATE TEMP TABLE piece AS SELECT row_number() OVER ()::int AS n, p
  FROM unnest(ARRAY['(', ')', '''', '"', '$$', '#', ':', ';', '--', '/*', '*/', '\', ',', '.',
    ' create table ', ' copy ', ' from ', ' as ', ' identity ', ' default ', ' (', ' 1e', ' é', '::', '[', ']', E'\n',
    ' references ', ' with ', ' json ', ' :''x'' ']) AS p;
CREATE FUNCTION pg_temp.try(script text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count(postgres), count(redshift) FROM sparkify_dialect(script);
    RETURN 'read';
EXCEPTION
    WHEN syntax_error OR feature_not_supported OR undefined_object OR invalid_parameter_value OR statement_too_complex
        OR undefined_function OR undefined_table OR undefined_column OR ambiguous_column OR invalid_text_representation
        OR invalid_escape_sequence OR nonstandard_use_of_escape_character OR character_not_in_repertoire
        OR untranslatable_character
      THEN RETURN 'refused';
    WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM || ' <<' || left(script, 200) || '>>';
END $$;
SELECT setseed(0.42);
CREATE TEMP TABLE outcome AS
    SELECT pg_temp.try(CASE k % 4
        WHEN 0 THEN left(s, at)
        WHEN 1 THEN left(s, at) || p || substr(s, at + 1)
        WHEN 2 THEN left(s, at) || p || substr(s, at + 1 + (random() * 20)::int)
        ELSE left(s, at) || substr(other, 1 + (random() * length(other))::int) || p END) AS outcome
    FROM (SELECT k, seed.statement AS s, (random() * length(seed.statement))::int AS at, piece.p, b.statement AS other
          FROM generate_series(1, :rounds) AS k
          JOIN seed ON seed.n = 1 + k * 7919 % (SELECT count(*) FROM seed)
          JOIN seed AS b ON b.n = 1 + k * 104729 % (SELECT count(*) FROM seed)
          JOIN piece ON piece.n = 1 + k * 15485863::bigint % (SELECT count(*) FROM piece)) AS mutated;
SELECT 'odd: ' || outcome FROM outcome WHERE outcome NOT IN ('read', 'refused') LIMIT 5;
SELECT outcome, count(*) > 0 FROM outcome GROUP BY 1 ORDER BY 1;
SQL
status=$?
if [ $status = 0 ] && ! grep -q '^odd' "$SPARKIFY_ROOT/fuzz.out" && grep -q '^read|t' "$SPARKIFY_ROOT/fuzz.out" &&
  grep -q '^refused|t' "$SPARKIFY_ROOT/fuzz.out"
then echo "ok 1 - $rounds mutated scripts are read or refused"
else echo "not ok 1 - $rounds mutated scripts are read or refused"; sed 's/^/# /' "$SPARKIFY_ROOT/fuzz.out" |
  head -20; fi

# Nesting deeper than the stack allows is an error, not a crash.
deep=$(psql -qXAt 2>&1 <<'SQL'
SET client_min_messages = error;
SELECT count(*) FROM sparkify_dialect('SELECT ' || repeat('(', 100000) || '1' || repeat(')', 100000));
SELECT count(*) FROM sparkify_dialect('CREATE TABLE t (a int DEFAULT ' || repeat('(', 100000) || '1' ||
  repeat(')', 100000) || ')');
SELECT count(*) FROM sparkify_dialect(repeat('SELECT * FROM (', 20000));
SELECT 'alive';
SQL
)
case $deep in *alive) echo "ok 2 - deep nesting is survived" ;; *) echo "not ok 2 - deep nesting is survived"; \
  echo "# ${deep:0:600}" ;; esac

# A long script takes time in proportion to its length, and can be cancelled.
start=$(date +%s%N)
psql -qXAt -c "SELECT count(*) FROM sparkify_dialect(repeat('INSERT INTO t VALUES (1, ''a'');', 20000))" |
  grep -qx 20000 && took=$((($(date +%s%N) - start) / 1000000)) || took=999999
[ "$took" -lt 20000 ] && echo "ok 3 - 20,000 statements within seconds" ||
  echo "not ok 3 - 20,000 statements within seconds ($took ms)"
cancelled=$(psql -qXAt -c "SET statement_timeout = '50ms'" -c \
  "SELECT count(*) FROM sparkify_dialect(repeat('INSERT INTO t VALUES (1, ''a'');', 200000))" 2>&1)
case $cancelled in *"statement timeout"*) echo "ok 4 - a long script is cancelled" ;; \
  *) echo "not ok 4 - a long script is cancelled"; echo "# $cancelled" ;; esac
