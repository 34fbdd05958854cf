SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
SET intervalstyle = postgres;
-- Queries of Redshift's dialect, rewritten and run.  run(statement) gives the
-- text PostgreSQL gets; \gexec runs it.
\set ECHO all
CREATE TABLE staging_events (ts varchar(50), userid int, page varchar(100), song varchar(200),
	length float8, num numeric(18,0), e jsonb, start timestamp, id varchar(10), level char(4));
INSERT INTO staging_events VALUES
	('1541121934796', 8, 'NextSong', 'x', 12.5, 3, '{"a":{"b":[{"c":"deep"}]},"n":5}', '2018-11-02 01:25:34.796', '8',
  'free'),
	('1541121934000', 8, 'NextSong', '', 10.5, 4, '{}', '2018-11-03 02:00:00', ' ', 'paid'),
	('1541121999000', 9, 'Home', '  ', 1.5, 5, NULL, '2018-12-31 23:59:59', '', 'paid');

-- lateral aliases: in the list, of an alias, in WHERE, in a window; comments stay
SELECT redshift.rewrite($$SELECT /* ms */ timestamp 'epoch' + ts/1000 * interval '1 second' AS start_time, -- alias
	EXTRACT(hour FROM start_time) hour, EXTRACT(weekday from start_time) AS weekday, hour + 1 AS next_hour
FROM staging_events WHERE page = 'NextSong' AND start_time IS NOT NULL ORDER BY start_time$$) \gexec
SELECT redshift.rewrite($$SELECT userid u, u * 2 AS d, d + 1, row_number() OVER (ORDER BY d, ts) FROM staging_events
    ORDER BY ts$$) \gexec
-- a column of FROM wins over the alias
SELECT redshift.rewrite($$SELECT length * 2 AS num, num + 1 AS after FROM staging_events ORDER BY 1$$) \gexec
-- strings and comments are left alone
SELECT redshift.rewrite($$SELECT 'NVL(a, b) -- x', 1 /* DATEADD(day, 1, x) */, 'it''s' FROM staging_events$$) =
  $$SELECT 'NVL(a, b) -- x', 1 /* DATEADD(day, 1, x) */, 'it''s' FROM staging_events$$;

-- derived tables without alias
SELECT redshift.rewrite($$SELECT count(*) FROM (SELECT userid AS u, u + 1 AS v FROM (SELECT * FROM staging_events))
    WHERE v = '9'$$) \gexec

-- implicit casts
SELECT redshift.rewrite($$SELECT ts / 1000, -ts FROM staging_events WHERE ts = 1541121999000 AND id <> userid
    AND ts BETWEEN 1 AND 2541121999000$$) \gexec
SELECT redshift.rewrite($$SELECT count(*) FROM staging_events a JOIN staging_events b ON a.id = b.userid$$) \gexec
SELECT redshift.rewrite($$SELECT LENGTH(userid), LOWER(num), userid || num FROM staging_events
    WHERE userid <> '' AND userid IN ('8') AND id IN (8, 9)$$) \gexec
-- trailing blanks don't count: '' = ' '
SELECT redshift.rewrite($$SELECT count(*) FROM staging_events WHERE id = ' '$$) \gexec
SELECT redshift.rewrite($$SELECT count(*) FROM staging_events WHERE song <> '' AND id IN ('8 ', '')$$) \gexec

-- clauses
SELECT redshift.rewrite($$SELECT TOP 2 userid, ts FROM staging_events ORDER BY ts$$) \gexec
SELECT redshift.rewrite($$SELECT userid FROM staging_events MINUS SELECT 9$$) \gexec
SELECT redshift.rewrite($$SELECT s.userid, e.a.b[0].c, row_number() OVER (PARTITION BY userid ORDER BY ts DESC) AS rn
    FROM staging_events s QUALIFY rn = 1 ORDER BY s.userid$$) \gexec
SELECT redshift.rewrite($$SELECT * FROM (SELECT userid, ts FROM staging_events) t
    QUALIFY row_number() OVER (PARTITION BY userid ORDER BY ts) = 1 ORDER BY t.ts$$) \gexec
SELECT redshift.rewrite($$SELECT * EXCLUDE (e, start, song, level, num) FROM staging_events ORDER BY ts$$) \gexec
-- EXCLUDE without parentheses, and behind other items
SELECT redshift.rewrite($$SELECT * EXCLUDE b, c FROM (SELECT 1 AS a, 2 AS b, 3 AS c) AS t$$) \gexec
SELECT redshift.rewrite($$SELECT *, a + 1 AS next EXCLUDE (b, c) FROM (SELECT 1 AS a, 2 AS b, 3 AS c) AS t$$) \gexec
SELECT redshift.rewrite($$SELECT c AS first, t.*, b EXCLUDE b, c FROM (SELECT 1 AS a, 2 AS b, 3 AS c) AS t WHERE b = 2
    ORDER BY a$$) \gexec
SELECT redshift.rewrite($$SELECT a AS exclude, b exclude FROM (SELECT 1 AS a, 2 AS b) AS t$$) \gexec
SELECT redshift.rewrite($$SELECT *
    FROM (SELECT page, userid, num FROM staging_events) PIVOT (sum(num) FOR page IN ('NextSong' AS songs, 'Home'))
    ORDER BY userid$$) \gexec
-- NULL is a value of PIVOT's list, its aggregates are Redshift's
SELECT redshift.rewrite($$SELECT * FROM (SELECT 1 AS q, 'm' AS m, 4 AS v UNION ALL SELECT 1, 'm', 5 UNION ALL
    SELECT NULL, 'm', 6 UNION ALL SELECT NULL, 'n', 7) PIVOT (COUNT(*), AVG(v) AS mean FOR q IN (1, 2 AS two, NULL))
    ORDER BY m$$) \gexec
SELECT redshift.rewrite($$SELECT * FROM (SELECT k, (v * 1.00)::decimal(12,2) AS v
    FROM (SELECT 'a' AS k, 700 AS v UNION ALL SELECT 'a', 250 UNION ALL SELECT 'a', 190)) PIVOT (AVG(v) FOR k IN ('a'
    AS mean))$$) \gexec
SELECT redshift.rewrite($$SELECT * FROM (SELECT userid, length, num::float8 AS num
    FROM staging_events) UNPIVOT (value FOR kind IN (length, num AS "number")) ORDER BY 1, 2, 3$$) \gexec
SELECT redshift.rewrite($$SELECT 1 FROM staging_events a, staging_events b WHERE a.id = b.id(+)$$);
SELECT redshift.rewrite($$SELECT id FROM employee START WITH name = 'x' CONNECT BY PRIOR id = manager_id$$);
SELECT redshift.rewrite($$SELECT 'connect by', "connect" FROM t$$);

-- SUPER
SELECT redshift.rewrite($$SELECT e.a.b[0].c, e.a.b[0].c::varchar AS text, e.n::int + 1, e.nothing.here
    FROM staging_events WHERE e.a.b[0].c = 'deep'$$) \gexec
SELECT redshift.rewrite($$SELECT i.c FROM staging_events t, t.e.a.b AS i$$) \gexec

-- DML
CREATE TABLE target (id bigint GENERATED BY DEFAULT AS IDENTITY, n numeric(18,0), i int, b boolean, d date,
  t varchar(20));
SELECT redshift.rewrite($$INSERT INTO target SELECT length::varchar, ts/1000, EXTRACT(dw FROM start), '2018-01-0'
    || id, userid FROM staging_events WHERE id = '8'$$) \gexec
SELECT redshift.rewrite($$INSERT INTO target (n, i) (SELECT song, id FROM staging_events WHERE 1 = 0)$$) \gexec
SELECT redshift.rewrite($$UPDATE target SET n = s.id, t = s.userid FROM staging_events s
    WHERE s.userid = 8 AND s.id = target.t$$) \gexec
SELECT n, i, b, d, t FROM target;
SELECT redshift.rewrite($$DELETE target$$) \gexec
SELECT redshift.rewrite($$CREATE TABLE made AS SELECT NVL(song, 'none') AS s, NVL2(song, s, 'b') AS k
    FROM staging_events$$);
SELECT redshift.rewrite($$SELECT a INTO #x FROM db.public.t$$);

-- rewriting again changes nothing
SELECT redshift.rewrite(redshift.rewrite(q)) = redshift.rewrite(q) AS idempotent FROM (VALUES
	($$SELECT TOP 2 ts/1000 AS a, a::numeric AS b, NVL(song, ' '), DATEADD(d, 1, start), AVG(userid)
     FROM (SELECT * FROM staging_events) WHERE id = ' ' GROUP BY 1$$),
	($$INSERT INTO target SELECT length::varchar, ts/1000, EXTRACT(dw FROM start), id, userid FROM staging_events$$),
	($$SELECT LISTAGG(song, ',') WITHIN GROUP (ORDER BY ts), e.a FROM staging_events WHERE id = 5$$)) AS t (q);
-- nesting takes time by its length, not by doubling, also where it is no SQL
SET statement_timeout = '60s';
SELECT open, close, length(redshift.rewrite('SELECT ' || repeat(open, 40) || 'a' || repeat(close, 40))) > 0 AS ends
FROM (VALUES ('cast(', ')'), ('convert(a, ', ', 1)'), ('extract(year FROM ', ' 1)'), ('f(NOT a BETWEEN (', '))'),
  ('f(a BETWEEN b AND (', '))')) AS nested(open, close);
RESET statement_timeout;
-- aliases that hold one another twice have a limit
SELECT redshift.rewrite('SELECT a + a AS b1' || string_agg(format(', b%s + b%1$s AS b%s', i, i + 1), '') || ' FROM t')
    FROM generate_series(1, 30) AS i;
DROP TABLE staging_events, target;

-- strings: text + text joins; a backslash escapes in every string, a quote too
CREATE TEMP TABLE word (id integer, one varchar(20), other varchar(20));
INSERT INTO word VALUES (1, 'a.b', 'it''s'), (2, '50%', 'x');
SELECT sparkify_translate($$SELECT one + '-' + other, 'no ' + (one + other), id + 1, one || other FROM word ORDER BY id;
SELECT id FROM word WHERE regexp_count(one, '\\.') = 1 OR one LIKE '50\\%' ORDER BY 1; -- it's no string
SELECT other = 'it\'s', length('\\'), /* ' */ length('a\tb'), E'\'', "word"."id",
    $q$\'$q$ FROM word WHERE other <> 'x'$$) \gexec
SELECT sparkify_translate($$SELECT id, CASE WHEN charindex('t', other) THEN 'has a t' ELSE 'has
    none' END FROM word ORDER BY id$$) \gexec
SELECT command, rows FROM
  sparkify_execute($$INSERT INTO word VALUES (3, 'c\'d', '\\'); DELETE word WHERE one = 'c\'d' AND len(other) = 1$$);
-- right behind a word, behind a comment, on lines of its own
SELECT sparkify_translate($$SELECT other LIKE'it\'s' AS a, other = /* '\' */ 'it' -- '\'
  '\'s' AS b FROM word WHERE id = 1$$) \gexec
-- functions of the leader node work over the catalog
SELECT rule
    FROM sparkify_check($$SELECT array_to_string(relacl, ',') FROM pg_class; SELECT array_to_string(a, ',') FROM word$$);
DROP TABLE word;
-- DATEPART is DATE_PART; arrays of the catalog's are the leader node's own
SELECT sparkify_translate($$SELECT DATEPART(hr, TIMESTAMP '2018-11-01
    21:05:52'), datepart('year', '2018-11-01'), '{}'::aclitem[] IS NULL AS no FROM pg_class LIMIT 1$$) \gexec
SELECT rule FROM sparkify_check($$SELECT a::int[] FROM word; SELECT relacl::text[] FROM pg_class$$);
-- CASE whose result is a set of rows, which PostgreSQL took before version 10: the rows of the result that is chosen; a
-- result without rows, NULL too, is one row, an empty set is none
CREATE TEMP TABLE several (n integer, big bigint, names text[]);
INSERT INTO several VALUES (1, 10, '{a,b}'), (2, 20, '{c}'), (3, 30, NULL), (4, 40, '{}');
SELECT sparkify_translate($$SELECT n, CASE WHEN n > 1 THEN generate_series(1, n) - 1 ELSE generate_series(8, 9) END
    FROM several WHERE n < 3 ORDER BY n, 2$$) \gexec
SELECT sparkify_translate($$SELECT s.n, CASE n WHEN 1 THEN NULL WHEN 2 THEN big WHEN 3 THEN generate_series(1, 0) ELSE
    CASE WHEN big > 0 THEN (information_schema._pg_expandarray(ARRAY[7, 5])).n END END AS column1 FROM several s ORDER
    BY 1, 2$$) \gexec
SELECT sparkify_translate($$SELECT n, names[place + 1] AS name FROM several JOIN (SELECT n AS of, CASE WHEN names IS
    NOT NULL THEN generate_series(array_lower(names, 1), array_upper(names, 1)) - 1 END AS place FROM several) ON of =
    n WHERE place >= 0 ORDER BY 1, 2$$) \gexec
-- several sets in one list go side by side, as in PostgreSQL; before version 10 each began again until all ended
SELECT sparkify_translate($$SELECT CASE WHEN n = 1 THEN generate_series(1, 2) END AS a, generate_series(1, 3) AS b FROM
    several WHERE n = 1$$) \gexec
-- what has an aggregate in it, and CASEs within one another without an end, are PostgreSQL's to judge
-- rows of a subquery are one value
SELECT sparkify_translate($$SELECT 1 AS one WHERE 3 = CASE WHEN true THEN CASE WHEN true THEN
    (SELECT max(g) FROM (SELECT generate_series(1, 3)) AS t (g)) END END$$) \gexec
SELECT redshift.rewrite('SELECT CASE WHEN count(*) > 1 THEN generate_series(1, 2) END FROM several');
SELECT length(redshift.rewrite('SELECT ' || repeat('CASE WHEN a THEN ', 200) || 'generate_series(1, 2)' ||
    repeat(' END', 200))) BETWEEN 4000 AND 9000 AS bounded;
-- a result within many casts: each is looked at once
SELECT length(redshift.rewrite('SELECT CASE WHEN a THEN generate_series(1, 2) ELSE b' || repeat('::int', 60) ||
    ' END')) > 300 AS rewritten;
DROP TABLE several;
