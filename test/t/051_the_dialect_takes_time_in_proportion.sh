#!/bin/bash
# 051_the_dialect_takes_time_in_proportion.sh: whatever grows in a script, translating and
# checking it takes time in proportion: eight times as much of it may take at most 24 times as long
# (a quadratic step takes 64) of a processor, measured on sizes that take long enough to tell.
# And a long script can be left at once, by cancel or statement_timeout.
set -uo pipefail
psql -qX -v ON_ERROR_STOP=1 -c 'SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS sparkify_dwh' \
  >/dev/null || exit 1

# name | the script, where {item|separator} is a list of items, # in them their number | how many
cases='columns|CREATE TABLE a ({c# varchar(9) DEFAULT (1)|, })|500
key|CREATE TABLE a ({c# int|, }, PRIMARY KEY ({c#|, }))|1000
rows|INSERT INTO sizes (a, b) VALUES {(#, 1.5)|, }|1000
statements|{SELECT # FROM sizes|; }|500
in list|SELECT 1 FROM sizes WHERE a IN ({#|, })|2000
case arms|SELECT CASE {WHEN a = # THEN #| } END FROM sizes|1000
aliases|SELECT {a AS x#|, } FROM sizes|2000
quoted names|SELECT {"A#"|, } FROM sizes|1000
names|SELECT {b#|, } FROM sizes|2000
casts|SELECT {a::decimal(5)|, } FROM sizes|1000
calls|SELECT {nvl(a, len(b))|, } FROM sizes|1000
date parts|SELECT {dateadd(day, #, getdate())|, }|500
extracts|SELECT {extract(day from getdate())|, }|500
arguments|SELECT coalesce({a|, }) FROM sizes|2000
decode|SELECT decode(a, {#, #|, }) FROM sizes|500
common tables|WITH {c# AS (SELECT 1 AS x)|, } SELECT x FROM c1|2000
uses of them|WITH {c# AS (SELECT 1 AS x)|, } SELECT 1 FROM {c#|, }|3000
set operations|{SELECT # AS a| UNION ALL }|500
set operations of decimals|SELECT avg(x / 3) FROM ({SELECT 1.5::decimal(5,2) AS x| UNION }) AS u|300
shared columns|SELECT * EXCLUDE b FROM sizes AS t {JOIN sizes AS t# USING (a)| }|500
from list|SELECT {t#.a|, } FROM {sizes AS t#|, }|3000
bare names|SELECT {b#|, } FROM {sizes AS t#|, }|1000
booleans|SELECT {t#.a::varchar|, } FROM {sizes AS t#|, }|3000
unknown tables|SELECT {t#.a|, } FROM {nothing# AS t#|, }|2000
assignments|UPDATE sizes SET {a = #|, }|1000
grouping|SELECT 1 FROM sizes GROUP BY {a + #|, }|1000
comments|SELECT 1 {/* # */| }|4000
escapes|SELECT {E"\n#"|, }|500
statements of a body|CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN {x := nvl(x, #);| } END $$|300
grants|GRANT SELECT ON {t#|, } TO PUBLIC|1000'
count=$(grep -c . <<<"$cases")
echo 1..$((2 * count + 1))

psql -qXAt -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
CREATE TABLE sizes (a int, b varchar(20));
CREATE FUNCTION lists(script text, n int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE part text[];
BEGIN
    LOOP
        part := regexp_match(script, '\{([^{}|]*)\|([^{}]*)\}');
        EXIT WHEN part IS NULL;
        script := replace(script, format('{%s|%s}', part[1], part[2]),
                          (SELECT string_agg(replace(part[1], '#', i::text), part[2] ORDER BY i)
                            FROM generate_series(1, n) AS i));
    END LOOP;
    RETURN script;
END $$;
-- What this process has used of a processor, in ms: what else the machine does is no matter.  The kernel brings the
-- number of nanoseconds up to date when the process gives the processor away; without it there are hundredths of a
-- second.
CREATE FUNCTION used() RETURNS float LANGUAGE plpgsql AS $$
DECLARE
    precise text;
    part text[];
BEGIN
    PERFORM pg_sleep(0.0002);
    precise := pg_read_file('/proc/self/schedstat', 0, 100, true);
    IF precise IS NOT NULL THEN
        RETURN split_part(precise, ' ', 1)::float / 1000000;
    END IF;
    part := string_to_array(substring(pg_read_file('/proc/self/stat') FROM '\) (.*)'), ' ');
    RETURN 10 * (part[12]::float + part[13]::float);
END $$;
-- the best of three; what the script is refused for doesn't matter here
CREATE FUNCTION takes(call text, script text) RETURNS float LANGUAGE plpgsql AS $$
DECLARE
    begun float;
    best float;
BEGIN
    FOR i IN 1..3 LOOP
        begun := used();
        EXECUTE format('SELECT count(*) FROM %s($1)', call) USING script;
        best := least(best, used() - begun);
    END LOOP;
    RETURN best;
END $$;
SQL

number=0
while IFS='|' read -r name script; do
  n=${script##*|}; script=${script%|*}
  for call in sparkify_translate sparkify_check; do
    number=$((number + 1))
    line=$(psql -qXAt -v ON_ERROR_STOP=1 -v script="$script" -v n="$n" -v call="$call" 2>&1 <<'SQL'
SET client_min_messages = error;
SET statement_timeout = '60s';
SELECT round(one::numeric, 1) || ' ms, eight times as much ' || round(eight::numeric, 1) || ' ms',
       eight < 24 * greatest(one, 5) AS good
FROM (SELECT takes(:'call', lists(:'script', :n)) AS one,
  takes(:'call', lists(:'script', 8 * :n)) AS eight) AS measured;
SQL
    )
    if [[ $line == *"|t" ]]; then echo "ok $number - $call: $name"; else echo "not ok $number - $call: $name"; \
      echo "# ${line:0:200}"; fi
  done
done <<<"$cases"

# A script of some seconds, left after half of one.
left=$(psql -qXAt 2>&1 <<'SQL'
SET client_min_messages = error;
SET statement_timeout = '500ms';
SELECT count(*) FROM sparkify_translate(lists('SELECT {dateadd(day, #, getdate())|, }', 400000));
SQL
)
number=$((number + 1))
if grep -q 'statement timeout' <<<"$left"; then echo "ok $number - a long translation ends with statement_timeout"
else echo "not ok $number - a long translation ends with statement_timeout"; echo "# ${left:0:200}"; fi
