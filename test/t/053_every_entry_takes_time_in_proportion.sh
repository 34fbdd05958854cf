#!/bin/bash
# Whoever takes a text, or a number of things, takes time in proportion: eight times as much may take at most 24 times
# as long (a quadratic step takes 64).  Scripts and their parts are in 051; these are the other entries.
set -uo pipefail
work=$SPARKIFY_ROOT/053; mkdir -p "$work/bucket"; trap 'rm -rf "$work"' EXIT
printf '{"a":1,"b":"x"}\n' >"$work/bucket/one"
for i in $(seq 300); do ln "$work/bucket/one" "$work/bucket/few.$i"; done
for i in $(seq 2400); do ln "$work/bucket/one" "$work/bucket/many.$i"; done
for list in few:300 many:2400; do
  seq "${list#*:}" | awk -v name="${list%:*}" 'BEGIN { printf "{\"entries\":[" }
    { printf "%s{\"url\":\"s3://b/%s.%d\",\"mandatory\":true}", (NR > 1 ? "," : ""), name, $1 }
    END { print "]}" }' >"$work/bucket/manifest.${list#*:}"
done
chmod -R a+rX "$work"

# name | a statement, in which #n is the number and " a quote | #n; a line with blanks before it goes on with the last
cases='sparkify_configure|SELECT count(*) FROM sparkify_configure(E"[S3]\n" \|\|
  repeat(E"# comment\nLOG_DATA = s3://a/b\n", #n))|5000
sparkify_execute|SELECT count(*) FROM sparkify_execute(repeat("SELECT 1 FROM sizes WHERE a = 1; ", #n))|200
an error of a long script|SELECT count(*) FROM sparkify_execute(repeat("SELECT 1; ", #n) \|\|
  "SELECT password FROM nothing")|300
secrets of a long script|SELECT count(*) FROM sparkify_execute("SELEKT 1; " \|\|
  repeat("COPY t FROM ""s3://x"" SECRET_ACCESS_KEY ""abcdefgh"" JSON; ", #n))|1000
secrets of a long message|DO $do$ BEGIN RAISE LOG "%", repeat("password=abcdefgh and more ", #n); END $do$|3000
sparkify_explain|SELECT count(*) FROM sparkify_explain("SELECT b FROM sizes WHERE a IN (1" \|\|
  repeat(", 2", #n) \|\| ")")|1000
sparkify_advise|SELECT count(*) FROM sparkify_advise(repeat("SELECT b FROM sizes WHERE a = 1; ", #n))|50
the endpoint|SELECT length(sparkify_internal.endpoint_translate("SELECT 1" \|\|
  repeat(", nvl(a, 2)", #n) \|\| " FROM sizes"))|1000
sparkify_export_diff, all new|SELECT count(*) FROM sparkify_export_diff((SELECT string_agg("line " \|\| i, E"\n")
  FROM generate_series(1, #n) AS i))|1000
sparkify_export of definitions|SELECT length(sparkify_export()) FROM definitions(#n)|100
sparkify_check of definitions|SELECT count(*) FROM definitions(#n), sparkify_check()|100
an INSERT of definitions|SELECT definitions(#n)|500
a prefix|COPY sizes FROM "s3://b/PREFIX" WITH (FORMAT "json")|300
a manifest|COPY sizes FROM "s3://b/manifest.#n" WITH (FORMAT "json", manifest)|300
sha1|SELECT sha1(repeat("abcd", #n))|1000000
crc32|SELECT crc32(repeat("abcd", #n))|2000000
fnv_hash|SELECT fnv_hash(repeat("abcd", #n))|1000000
soundex|SELECT soundex(repeat("1234", #n))|500000
is_valid_json|SELECT is_valid_json("{""a"":[" \|\| repeat("{""a"":[1]},", #n) \|\| "1]}")|50000
is_valid_json, nested|SELECT is_valid_json("{""a"":" \|\| repeat("[", #n))|50000
strtol|SELECT strtol(repeat("0", #n), 10)|2000000
json_serialize|SELECT length(json_serialize(jsonb_agg(i))) FROM generate_series(1, #n) AS i|20000
json_extract_path_text|SELECT redshift.json_extract_path_text("{""a"":1" \|\|
  repeat(",""b"":2", #n) \|\| "}", "a")|50000
array_flatten|SELECT jsonb_array_length(array_flatten(jsonb_agg(jsonb_build_array(i, i))))
  FROM generate_series(1, #n) AS i|5000
split_to_array|SELECT jsonb_array_length(split_to_array(repeat("a,", #n)))|20000
regexp_replace|SELECT length(redshift.regexp_replace(repeat("abcd", #n), "b", "x"))|10000
octetindex|SELECT octetindex("x", repeat("abcd", #n) \|\| "x")|500000'
cases=$(sed -z 's/\n  */ /g' <<<"$cases")
echo "1..$(grep -c . <<<"$cases")"

psql -qX -v ON_ERROR_STOP=1 -v dir="$work/bucket" >/dev/null <<'SQL' || exit 1
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
CREATE SERVER b FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', mirror :'dir');
CREATE TABLE sizes (a int, b varchar(20));
-- so many definitions more than the extension brings
CREATE FUNCTION definitions(n int) RETURNS int LANGUAGE sql AS $$
    DELETE FROM sparkify_definition WHERE position >= 10000;
    INSERT INTO sparkify_definition (phase, position, name, statement)
        SELECT 'create', 10000 + i, 'table_' || i, 'CREATE TABLE table_' || i || ' (a INTEGER, b VARCHAR(10))'
        FROM generate_series(1, n) AS i;
    SELECT 1 $$;
-- what this process has used of a processor, in ms, to 10: what else the machine does is no matter
CREATE FUNCTION used() RETURNS float LANGUAGE sql AS $$
    SELECT 10 * (part[12]::float + part[13]::float)
    FROM string_to_array(substring(pg_read_file('/proc/self/stat') FROM '\) (.*)'), ' ') AS part $$;
-- Milliseconds, the better of two; what is refused takes its time, too.
CREATE FUNCTION takes(statement text, n int) RETURNS float LANGUAGE plpgsql AS $$
DECLARE
    begun float;
    best float;
BEGIN
    statement := replace(replace(statement, '"', ''''), '#n', n::text);
    statement := replace(statement, 'PREFIX', CASE n WHEN 300 THEN 'few' ELSE 'many' END);
    FOR i IN 1..2 LOOP
        begun := used();
        BEGIN
            EXECUTE statement;
        EXCEPTION WHEN OTHERS THEN
            IF SQLSTATE IN ('42601', '42883') AND statement !~ 'SELEKT' THEN RAISE; END IF; -- the test's own mistake
        END;
        best := least(best, used() - begun);
    END LOOP;
    RETURN best;
END $$;
SQL

number=0 failed=0
while IFS= read -r case; do
  number=$((number + 1))
  name=${case%%|*}; n=${case##*|}; statement=${case#*|}; statement=${statement%|*}; statement=${statement//\\|/|}
  line=$(psql -qXAt -v ON_ERROR_STOP=1 -v statement="$statement" -v n="$n" 2>&1 <<'SQL'
LOAD 'sparkify_dwh';
SET client_min_messages = error;
SET statement_timeout = '60s';
SELECT round(one::numeric, 1) || ' ms, eight times as much ' || round(eight::numeric, 1) || ' ms',
  eight < 24 * greatest(one, 10) AS good
FROM (SELECT takes(:'statement', :n) AS one, takes(:'statement', 8 * :n) AS eight) AS measured;
SQL
  )
  line=${line##*$'\n'} # behind what loads say
  if [[ $line == *"|t" ]]; then echo "ok $number - $name (${line%|t})"; else echo "not ok $number - $name"; \
    echo "# ${line:0:200}"; failed=1; fi
done <<<"$cases"
exit $failed
