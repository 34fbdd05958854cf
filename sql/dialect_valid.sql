-- SQL that AWS's guide documents, or that clusters were seen to take: it runs here as it does there.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
SET timezone = 'UTC';
CREATE SCHEMA dialect_valid;
SET search_path = dialect_valid, public;
CREATE TABLE visits (id int, who varchar(20), n smallint, tags jsonb, at_time timetz);
INSERT INTO visits VALUES (1, 'ann', 30, '["a", "b"]', '10:00+01'), (2, 'bob', 20, '["c"]', '20:00-08'),
    (3, 'ann', 10, '[]', '00:30+00'), (4, 'cy', 15, NULL, NULL);

-- joins in parentheses, of queries in parentheses; a query around a query stays one
SELECT redshift.rewrite($$SELECT a.id, b.who
    FROM ((SELECT id FROM visits) AS a JOIN (SELECT id, who FROM visits) AS b ON a.id = b.id) ORDER BY a.id$$) \gexec
SELECT redshift.rewrite($$SELECT count(*) FROM (((SELECT id FROM visits) UNION ALL (SELECT n FROM visits)))$$) \gexec
SELECT redshift.rewrite($$SELECT count(*) FROM (((SELECT id FROM visits) x JOIN visits y ON x.id = y.id)
    JOIN visits z ON z.id = y.id)$$) \gexec

-- DISTINCT over what is visible; each row stands where the first of its rows would
SELECT redshift.rewrite($$SELECT DISTINCT who FROM visits ORDER BY n$$) \gexec
SELECT redshift.rewrite($$SELECT DISTINCT who FROM visits ORDER BY n DESC NULLS LAST, id LIMIT 2$$) \gexec
SELECT redshift.rewrite($$SELECT DISTINCT who AS name, length(who) AS length FROM visits v
    ORDER BY length, v.n DESC$$) \gexec
SELECT redshift.rewrite($$SELECT DISTINCT TOP 1 v.who FROM visits v WHERE n < 30 ORDER BY upper(v.who) DESC,
    v.id$$) \gexec
SELECT redshift.rewrite($$SELECT DISTINCT v.* FROM visits v ORDER BY n % 10, v.n$$) \gexec
-- PostgreSQL finds these in the list itself
SELECT redshift.rewrite($$SELECT DISTINCT who, upper(v.who) FROM visits v ORDER BY v.who, upper(v.who), 2$$) \gexec

-- GROUP BY ALL: by all that no aggregate stands in
SELECT redshift.rewrite($$SELECT who, n > 15 AS many, count(*), sum(n) / count(*) AS mean FROM visits GROUP BY ALL
    HAVING count(*) > 0 ORDER BY 1, 2$$) \gexec
SELECT redshift.rewrite($$SELECT count(*) FROM visits GROUP BY ALL$$) \gexec
SELECT redshift.rewrite($$SELECT v.*, max(v.id) AS most FROM (SELECT who, id FROM visits) v GROUP BY ALL
    ORDER BY id$$) \gexec
SELECT redshift.rewrite($$SELECT v.*, count(*) FROM nowhere v GROUP BY ALL$$);

-- keywords right behind a number
SELECT sparkify_translate($$SELECT CASE WHEN n=10THEN 1WHEN n = 1.5e1THEN 2ELSE 3END AS c FROM visits
    WHERE id=3and 1=1or id = 4/* 1and */ORDER BY id$$) \gexec
SELECT sparkify_translate($$SELECT '1and' AS "1or", a1and FROM t -- 1and$$);
SELECT sparkify_translate($$SELECT 1x$$);
-- and words right beside a name in quotes, which is folded
SELECT sparkify_translate($$SELECT"Id"AS"Number","Who"FROM visits WHERE"Id"IN(3)OR"Visits"."Id"=4AND 1=1$$);
-- behind a point, an exponent, a parameter, a string; Redshift's own words
SELECT sparkify_translate($$SELECT .5AS a, 1.AS b, 1.5AND true AS c, 2e3AS d, 1E+2AS e,
    3ELSE, 4.ELSE, 5.e2ELSE, $1AND, $2ELSE$$);
SELECT sparkify_translate($$SELECT 'x'E-2AS plus$$);
-- at the beginning of the line behind a command of psql's
SELECT sparkify_translate(E'SELECT 1 \\g out\n.5AS half; SELECT 2 \\g\n3OR 4');
-- a vertical tab is a blank to newer servers only
SELECT translate(sparkify_translate(translate('SELECT a~1AND b~.5AS half', '~', chr(11))), chr(11), '~');
SELECT sparkify_translate($$SELECT id-.5AS half, "n"-10AS less,
    rank() OVER (ORDER BY n) AS place FROM visits
    WHERE id<>0QUALIFY place = 1MINUS SELECT 1,2,3$$) \gexec
SELECT sparkify_translate($$CREATE TABLE t (a int DEFAULT 0ENCODE az64)$$);
-- names that end so are names
SELECT sparkify_translate($$SELECT E-2AS plus, e1and, e2as, t.e1name, t1.name, t1.value, a1.e1date FROM t1 e1as$$);
SELECT sparkify_translate($$SELECT 1e$$);

-- QUALIFY's * where a column has the name of the table
CREATE TABLE score (score int, who int);
INSERT INTO score VALUES (1, 1), (2, 1), (3, 2);
SELECT redshift.rewrite($$SELECT * FROM score QUALIFY row_number() OVER (PARTITION BY who ORDER BY score DESC) = 1
    ORDER BY who$$) \gexec

-- columns that a join has in common are there once, and first: in EXCLUDE, behind QUALIFY, in what fills a table
CREATE TABLE points (points int, who int, score int, more jsonb);
INSERT INTO points VALUES (7, 1, 1, '[1, 2]'), (8, 2, 3, '2'), (9, 9, 9, '3');
SELECT redshift.rewrite($$SELECT * EXCLUDE points FROM score JOIN points USING (who) WHERE points.points = 7
    ORDER BY score.score$$) \gexec
SELECT redshift.rewrite($$SELECT * FROM score FULL JOIN points USING (who, score)
    QUALIFY row_number() OVER (PARTITION BY who ORDER BY score) = 1 ORDER BY who$$) \gexec
SELECT redshift.rewrite($$SELECT * EXCLUDE more FROM score NATURAL JOIN points ORDER BY who$$) \gexec
SELECT redshift.rewrite($$SELECT points.* EXCLUDE more, score.* FROM score JOIN points USING (who)
    ORDER BY 1, 4$$) \gexec
SELECT sparkify_translate($$SELECT * FROM score JOIN points USING (score) ORDER BY score$$) \gexec
SELECT sparkify_translate($$SELECT * FROM score s JOIN (points p JOIN points q ON p.who = q.who) USING (score)$$);

-- UNNEST of a SUPER, its elements' places from 0
SELECT redshift.rewrite($$SELECT v.id, u.tag FROM visits v, UNNEST(v.tags) AS u (tag) ORDER BY 1, 2$$) \gexec
SELECT redshift.rewrite($$SELECT v.id, u.place, u.tag FROM visits v, UNNEST(v.tags) WITH OFFSET AS u (tag, place)
    WHERE u.place > 0$$) \gexec
SELECT redshift.rewrite($$SELECT v.id, tag FROM visits v JOIN UNNEST(v.tags) AS tag ON tag <> 'a' ORDER BY 1$$) \gexec
SELECT redshift.rewrite($$SELECT o.item.name || '!' AS name
    FROM UNNEST(array(object('name', 'x'), object('name', 'y'))) AS o (item)$$) \gexec

-- TRY_CAST: NULL where the data can't be cast, an error where the type can't
SELECT redshift.rewrite($$SELECT TRY_CAST(who AS INT), TRY_CAST('12' AS INT) + 1, TRY_CAST('2024-02-30' AS DATE),
    TRY_CAST('7.899' AS DECIMAL(5,2)), TRY_CAST(70000 AS SMALLINT), TRY_CAST(tags AS INT) FROM visits ORDER BY id
    LIMIT 1$$) \gexec
SELECT redshift.rewrite($$SELECT TRY_CAST(TRUE AS TIMESTAMP)$$) \gexec

-- LISTAGG(DISTINCT ...) over a window, in order; blanks at the end make no difference
SELECT redshift.rewrite($$SELECT id,
    LISTAGG(DISTINCT who, ', ') WITHIN GROUP (ORDER BY who DESC) OVER (PARTITION BY n > 15) FROM visits
    ORDER BY id$$) \gexec
SELECT redshift.rewrite($$SELECT DISTINCT LISTAGG(DISTINCT w, '|') OVER () FROM (SELECT who || ' ' AS w FROM visits
    WHERE who = 'ann' UNION ALL SELECT who FROM visits WHERE who = 'ann')$$) \gexec

-- literals of several types: the number's type is the common one, and the text must read as such
SELECT redshift.rewrite($$SELECT COALESCE(NULL, '12', 3), NVL(2, '5.'), COALESCE(NULL, 1, 2.5)$$);
SELECT redshift.rewrite($$SELECT COALESCE(NULL, '12', 3) AS a, COALESCE(NULL, 1, 2.5) AS b$$) \gexec
SELECT redshift.rewrite($$SELECT COALESCE(NULL, 'twelve', 3)$$) \gexec

-- a TIMETZ is counted in UTC, and EXTRACT leaves it as it is written
SELECT redshift.rewrite($$SELECT DATEADD(hour, 2, at_time), DATEADD(minute, -45, at_time) AS before,
    DATEDIFF(hours, at_time, timetz '05:00:00+00') AS hours, EXTRACT(hour FROM at_time) AS h, EXTRACT(timezone_hour
    FROM at_time) AS z FROM visits ORDER BY id$$) \gexec

-- FNV_HASH of each integer type
SELECT redshift.rewrite($$SELECT FNV_HASH(n) = FNV_HASH(30::smallint), FNV_HASH(n) = FNV_HASH(id),
    FNV_HASH(n, FNV_HASH(id)) IS NULL FROM visits WHERE id = 1$$) \gexec

-- tables: MATCH, a default of a sequence that isn't there until it is asked, keys by position
SELECT command, rows FROM sparkify_execute($$
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int REFERENCES parent (id) MATCH SIMPLE, other int, FOREIGN KEY (other) REFERENCES parent MATCH
    FULL);
CREATE TABLE numbered (id int DEFAULT nextval('dialect_valid.none_such') NOT NULL, x int);
INSERT INTO numbered VALUES (1, 2);
CREATE TABLE placed DISTSTYLE KEY DISTKEY (2) COMPOUND SORTKEY (2, 1) AS SELECT id, who FROM visits;
$$);
SELECT command FROM sparkify_execute($$INSERT INTO numbered (x) VALUES (3)$$);
SELECT "column", distkey, sortkey FROM pg_table_def WHERE tablename = 'placed';
SELECT rule, fatal FROM sparkify_check($$CREATE TABLE numbered (id int DEFAULT nextval('none_such') NOT NULL);
SELECT nextval('s'); SELECT unnest(x), (SELECT 1 FROM t, UNNEST(t.a) AS b) FROM t$$);

-- START WITH ... CONNECT BY as a recursive query: LEVEL in the list, in WHERE and in its own condition
CREATE TABLE staff (id int, name varchar(20), boss int);
INSERT INTO staff VALUES (1, 'ann', NULL), (2, 'bob', 1), (3, 'cy', 1), (4, 'dee', 2), (5, 'eve', 4), (6, 'fay', NULL);
SELECT redshift.rewrite($$SELECT name, level FROM staff START WITH name = 'ann' CONNECT BY PRIOR id = boss
    ORDER BY level, id$$) \gexec
SELECT redshift.rewrite($$SELECT * FROM staff s WHERE level < 3 CONNECT BY s.boss = PRIOR s.id
    AND level < 4 START WITH s.boss IS NULL ORDER BY 1$$) \gexec
SELECT redshift.rewrite($$SELECT count(*), max(level)
    FROM (SELECT id, boss FROM staff WHERE id <> 5) CONNECT BY PRIOR id = boss$$) \gexec
SELECT redshift.rewrite($$SELECT s.name FROM staff s, visits v START WITH s.id = 1 CONNECT BY PRIOR s.id = s.boss$$);
SELECT redshift.rewrite($$SELECT name FROM staff START WITH id = 1$$);
-- START and CONNECT are names all the same
SELECT redshift.rewrite($$SELECT start.id FROM staff AS start, staff "connect" WHERE start.id = connect.id AND start.id
    = 1$$) \gexec

-- statements: MERGE from a subquery, users, roles, databases
SELECT command, rows FROM sparkify_execute($$
CREATE TABLE chart (id int, name varchar(20));
INSERT INTO chart VALUES (1, 'old'), (9, 'kept');
MERGE INTO chart USING (SELECT id, name FROM staff WHERE id < 3) AS s ON chart.id = s.id
WHEN MATCHED THEN UPDATE SET name = s.name || '!' WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.name);
MERGE INTO chart USING (SELECT id, NVL(name, '') FROM staff QUALIFY row_number() OVER (ORDER BY id DESC) < 6) AS s
    ON chart.id = s.id REMOVE DUPLICATES;
$$);
SELECT * FROM chart ORDER BY id;
SELECT sparkify_translate($$
GRANT ROLE sys:monitor TO ann; REVOKE ROLE sys:dba FROM ROLE r; GRANT ROLE "sys:operator" TO ROLE r;
GRANT ROLE r TO USER ann WITH ADMIN OPTION; REVOKE ADMIN OPTION FOR ROLE r FROM ann;
ALTER ROLE r WITH RENAME TO q; ALTER USER ann RENAME TO bob; ALTER USER ann SET query_group TO 'x';
    ALTER USER ann WITH RESET query_group;
ALTER DATABASE dev ISOLATION LEVEL SNAPSHOT; ALTER DATABASE dev ISOLATION LEVEL SERIALIZABLE;
    ALTER DATABASE dev CONNECTION LIMIT UNLIMITED;
ALTER DATABASE dev COLLATE CASE_SENSITIVE;
CREATE DATABASE q WITH OWNER ann CONNECTION LIMIT UNLIMITED ISOLATION LEVEL SNAPSHOT;
ALTER TABLE chart ADD COLUMN a int ENCODE az64, ADD COLUMN b nvarchar(10), ALTER COLUMN name TYPE varchar(30)$$);
SELECT line, rule, fatal FROM sparkify_check($$ALTER TABLE chart ADD COLUMN a int, ADD COLUMN b int;
MERGE INTO chart USING (SELECT 1 AS id) AS s ON chart.id = s.id REMOVE DUPLICATES$$);
SELECT sparkify_translate($$CREATE DATABASE shared FROM DATASHARE d OF NAMESPACE 'n'$$);
SELECT sparkify_translate($$CREATE OR REPLACE TEMPLATE t FOR COPY AS CSV$$);

-- a table alone in parentheses; a name given in passing; AT where the type of what is walked through isn't known
SELECT redshift.rewrite($$SELECT v.id FROM (visits) v JOIN ((visits)) ON v.id = visits.id WHERE v.id = 1$$) \gexec
SELECT redshift.rewrite($$SELECT (1 AS one) + 1 AS two, one + two AS three$$) \gexec
SELECT redshift.rewrite($$WITH w AS (SELECT id, tags FROM visits) SELECT w.id, t, i FROM w, w.tags AS t AT i
    ORDER BY 1, 3$$) \gexec
SELECT redshift.rewrite($$SELECT t FROM visits v, v.who AS t AT i$$);
-- rows and the rows of a query: a number is compared with a string as a string, pair by pair
SELECT redshift.rewrite($$SELECT count(*) FROM staff WHERE (id, name) IN (SELECT name, id FROM staff)
    OR (name, id) = (SELECT 1, 'x') OR (id, boss) <> ALL (SELECT boss, id FROM staff)$$) \gexec
-- ORDER BY of a set operation takes names of columns and positions only, there and here (AWS: r_UNION)
SELECT redshift.rewrite($$SELECT id FROM staff UNION SELECT boss FROM staff ORDER BY id::varchar$$) \gexec
SELECT redshift.rewrite($$SELECT id AS number, name FROM staff WHERE id < 3 UNION (SELECT 5, 'zoe') UNION ALL
    SELECT boss, NULL FROM staff WHERE boss > 1 ORDER BY name NULLS FIRST, 1 DESC LIMIT 3 OFFSET 1$$) \gexec
-- the session's user needs no GROUP BY, and may be in one
SELECT redshift.rewrite($$SELECT current_user = user AS same, boss, count(*) FROM staff
    GROUP BY current_user, boss, session_user HAVING current_user <> '' ORDER BY current_user, boss$$) \gexec
SELECT redshift.rewrite($$SELECT LEN(current_user) > 0 AS named, current_user_id > 0 AS numbered, count(*)
    FROM staff GROUP BY ALL$$) \gexec
-- grantees with and without their word; types between double quotes and of two words; names of columns made by
-- calls without parentheses
SELECT sparkify_translate($$GRANT SELECT ON TABLE chart TO USER ann; GRANT SELECT ON chart TO ROLE r, TO ROLE q;
REVOKE SELECT ON chart FROM USER ann, GROUP g;
GRANT USAGE ON sales_share TO ACCOUNT '123456789012' VIA DATA CATALOG;
REVOKE USAGE ON DATASHARE s FROM NAMESPACE 'n'; GRANT USAGE ON LANGUAGE plpythonu TO ann;
REVOKE USAGE ON LANGUAGE exfunc FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO ann$$);
SELECT redshift.rewrite($$SELECT 1::"int" AS a, CAST('x' AS "varchar"(3)) AS b, CAST('61' AS BINARY VARYING(3)) AS c,
    'a'::"char" AS d$$) \gexec
SELECT redshift.rewrite($$SELECT current_user, id FROM staff QUALIFY row_number() OVER (ORDER BY id) = 1$$);
SELECT redshift.rewrite($$SELECT DISTINCT session_user, boss FROM staff ORDER BY id$$);
-- what Redshift hasn't is named, and not a syntax error
SELECT redshift.rewrite($$SELECT id, name, FROM staff$$);
SELECT redshift.rewrite($$SELECT * EXCLUDE (id, name, boss) FROM (SELECT id, name, boss FROM staff)$$);
SELECT redshift.rewrite($$SELECT v FROM visits AS v, UNPIVOT v.tags[0]$$);
SELECT redshift.rewrite($$SELECT 'abc'::BINARY$$);
SELECT sparkify_translate($$ALTER TABLE dialect_valid.chart RENAME TO dialect_valid.graph$$);
SELECT sparkify_translate($$ALTER TABLE chart APPEND FROM more IGNOREEXTRA FILLTARGET$$);
-- types, tables and statements that aren't here are refused by name
SELECT sparkify_translate($$CREATE USER my_provider:ann EXTERNALID "X" PASSWORD DISABLE$$);
SELECT sparkify_translate($$DROP SCHEMA lake, pond DROP EXTERNAL DATABASE CASCADE$$);
SELECT redshift.rewrite($$SELECT CAST(NULL AS HLLSKETCH)$$);
SELECT sparkify_translate($$CREATE TABLE shapes (g GEOMETRY)$$);
SELECT sparkify_translate($$CREATE TABLE lake (id int) USING ICEBERG LOCATION 's3://b/x'$$);
SELECT sparkify_translate($$ALTER TABLE lake SET FILE FORMAT AVRO$$);
SELECT sparkify_translate($$ALTER TABLE lake ADD IF NOT EXISTS PARTITION (d='2024-01-01') LOCATION 's3://b/x'$$);

DROP SCHEMA dialect_valid CASCADE;
