SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
-- The casts that Redshift makes by itself, through every way a type takes into an expression.
\set ECHO all
CREATE TABLE staging (ts varchar(50), userid varchar(20), level varchar(10), score numeric(18,0));
INSERT INTO staging VALUES ('1541121934796', '8', 'free', 3), ('1541121934797', '8', 'paid', 4),
  ('1541121934798', '9', 'free', 5);
CREATE TABLE users (id int, name varchar(20), level varchar(10), changed bigint, score int);
INSERT INTO users VALUES (8, 'x', 'free', 1, 1), (10, 'y', 'paid', 2, 2);

-- names that a FROM item or WITH gives to its columns
SELECT sparkify_translate($$SELECT a.t / 1000 AS s FROM (SELECT ts, userid FROM staging) AS a (t, u)
    WHERE u = 9$$) \gexec
SELECT sparkify_translate($$WITH c (t, u) AS (SELECT ts, userid FROM staging) SELECT MAX(t / 1000) AS s FROM c
    JOIN users ON c.u = users.id$$) \gexec
SELECT sparkify_translate($$SELECT MIN(b.t - 1) AS s FROM staging AS b (t) WHERE b.userid = 8$$) \gexec

-- DELETE and UPDATE with aliases and more tables
SELECT sparkify_translate($$UPDATE users u SET changed = s.ts, name = s.score FROM staging AS s
    WHERE u.id = s.userid AND s.level = 'paid'$$) \gexec
SELECT id, name, changed FROM users ORDER BY id;
SELECT sparkify_translate($$DELETE FROM staging s USING users u WHERE s.userid = u.id AND s.ts < 1541121934797$$) \gexec
SELECT sparkify_translate($$DELETE users WHERE id NOT IN (SELECT userid FROM staging)$$) \gexec

-- IN (SELECT ...) of another type, from either side; % of VARCHAR
SELECT sparkify_translate($$SELECT userid FROM staging WHERE userid IN (SELECT id FROM users)
    AND userid NOT IN (SELECT TOP 1 score FROM users WHERE score < 0 ORDER BY 1)$$) \gexec
SELECT sparkify_translate($$SELECT id FROM users WHERE id IN (SELECT userid FROM staging UNION SELECT '7')
    AND score NOT IN (SELECT userid FROM staging)$$) \gexec
SELECT sparkify_translate($$SELECT level FROM staging WHERE score IN (SELECT userid FROM staging)
    OR score IN (SELECT JSON_PARSE('[4]')[0])$$) \gexec
SELECT sparkify_translate($$SELECT userid % 3 AS rest, userid - 1 AS less FROM staging WHERE ts % 2 = 1
    ORDER BY ts$$) \gexec

-- what fills a table behind QUALIFY, UNION and WITH
SELECT sparkify_translate($$INSERT INTO users (id, changed, score) SELECT userid, ts, score FROM staging
    QUALIFY ROW_NUMBER() OVER (PARTITION BY userid ORDER BY ts DESC) = 1$$) \gexec
-- a window function compared with a number: each side has its casts
SELECT sparkify_translate($$SELECT ts FROM staging QUALIFY FIRST_VALUE(userid) OVER (ORDER BY ts
    ROWS UNBOUNDED PRECEDING) = 8$$) \gexec
SELECT sparkify_translate($$INSERT INTO users SELECT ts / 1000000000, userid, level, ts, userid FROM staging
    WHERE 1 = 0 UNION ALL (SELECT userid, ts, level, ts, userid FROM staging)$$) \gexec
SELECT sparkify_translate($$INSERT INTO users (id, changed) WITH s (u, t) AS (SELECT userid, ts FROM staging)
    SELECT u, t FROM s$$) \gexec
-- NULL and '...' where PostgreSQL makes text of them first: DISTINCT, GROUP BY, UNION, CASE, COALESCE
CREATE TABLE filled (id int, changed timestamp, score numeric(5, 1), name varchar(9), data bytea);
SELECT sparkify_translate($$INSERT INTO filled (id, changed, score, name) SELECT DISTINCT 1, NULL, '2.5', NULL
    FROM staging$$) \gexec
SELECT sparkify_translate($$INSERT INTO filled (id, changed, score) SELECT MAX(2), '2018-11-02', NULL FROM staging
    GROUP BY 2, 3$$) \gexec
SELECT sparkify_translate($$INSERT INTO filled (id, changed, data) SELECT 6, '2018-11-05', NULL FROM staging
    WHERE ts = '1541121934798' ORDER BY ts$$) \gexec
SELECT sparkify_translate($$INSERT INTO filled (id, changed) SELECT 3, NULL UNION ALL (SELECT 4, '2018-11-02')$$) \gexec
SELECT sparkify_translate($$INSERT INTO filled (id, changed, score)
    SELECT 5, CASE WHEN COUNT(*) > 0 THEN '2018-11-03' END, NVL(NULL, '1.5') FROM staging$$) \gexec
SELECT sparkify_translate($$UPDATE filled SET changed = CASE WHEN id = 5 THEN '2018-11-04' ELSE NULL END
    WHERE id = 5$$) \gexec
SELECT id, changed, score, name FROM filled ORDER BY id, changed;
DROP TABLE filled;
-- * is written out where one of its columns has to be cast, and only there
CREATE TABLE scores (id int, changed bigint, score numeric(18,0));
SELECT sparkify_translate($$INSERT INTO scores SELECT * FROM (SELECT userid, ts, score FROM staging)$$) \gexec
SELECT sparkify_translate($$INSERT INTO scores SELECT s.*, u.score FROM (SELECT userid, ts FROM staging) AS s, users u
    WHERE s.userid = u.id$$) \gexec
SELECT sparkify_translate($$INSERT INTO scores (changed, id, score) SELECT * EXCLUDE level FROM staging
    QUALIFY ROW_NUMBER() OVER (PARTITION BY userid ORDER BY ts) = 1$$) \gexec
SELECT sparkify_translate($$INSERT INTO scores SELECT * FROM scores WHERE id = '8'$$) \gexec
SELECT sparkify_translate($$SELECT * EXCLUDE (level, score), userid FROM staging
    QUALIFY ROW_NUMBER() OVER (PARTITION BY userid ORDER BY ts DESC) = 1 ORDER BY ts$$) \gexec
DROP TABLE scores;
-- the same column twice behind QUALIFY
SELECT sparkify_translate($$SELECT userid, level, userid FROM staging QUALIFY ROW_NUMBER() OVER (ORDER BY ts)
    = 1$$) \gexec

-- MERGE, as dbt writes it: values are cast as INSERT casts them
TRUNCATE users;
SELECT sparkify_translate($$MERGE INTO users USING staging AS s ON users.id = s.userid
	WHEN MATCHED THEN UPDATE SET changed = s.ts, level = s.level
	WHEN NOT MATCHED THEN INSERT (id, changed, score) VALUES (s.userid, s.ts, s.score)$$) \gexec
SELECT id, name, level, changed, score FROM users ORDER BY changed, name;
SELECT sparkify_translate($$MERGE INTO users USING staging AS s ON users.id = s.userid AND users.changed = s.ts
	WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.userid, s.ts, s.level, s.ts, s.score)$$) \gexec
SELECT count(*) FROM users;
-- an IDENTITY isn't counted
CREATE TABLE numbered (n bigint GENERATED BY DEFAULT AS IDENTITY, id int);
SELECT sparkify_translate($$MERGE INTO numbered USING staging AS s ON numbered.id = s.userid WHEN MATCHED THEN
    UPDATE SET id = s.userid WHEN NOT MATCHED THEN INSERT VALUES (s.userid)$$) \gexec
SELECT n > 0 AS numbered, id FROM numbered ORDER BY n;
-- without a length VARCHAR takes what the expression has (AWS: r_Character_types); with one it cuts
SELECT sparkify_translate($$SELECT LEN(REPEAT('x', 300)::varchar) AS bare, LEN(CAST(REPEAT('x', 300) AS text)) AS text,
    'abcdef'::varchar(3) AS cut, CONVERT(char(2), 'abc') AS converted, 'abc'::char AS one$$) \gexec
DROP TABLE staging, users, numbered;
-- floats have 15 digits as text, unless the session has asked for others
SELECT count(*) FROM sparkify_execute($$CREATE TABLE digits AS SELECT PI()::varchar AS pi, (1::float8 / 3)::varchar
    AS third, 0.1::real::varchar AS real, 123456789012345678::float8::varchar AS large$$);
SELECT * FROM digits;
SHOW extra_float_digits;
SET extra_float_digits = 3;
SELECT count(*) FROM sparkify_execute($$DROP TABLE digits; CREATE TABLE digits AS SELECT PI()::varchar AS pi$$);
RESET extra_float_digits;
SELECT * FROM digits;
SELECT count(*) FROM sparkify_execute($$SET extra_float_digits TO 2; DROP TABLE digits$$);
SHOW extra_float_digits;
RESET extra_float_digits;
-- names of columns are Redshift's, whatever a call has become
SELECT redshift.rewrite($$SELECT 'a', 1 + 1, 1::int, 'a'::varchar(3), '5'::super::int, 'a'::varbyte, COUNT(*),
    NVL(1, 2), NVL2(1, 2, 3), DECODE(1, 1, 2), ARRAY(1), OBJECT('a', 1), HLL(1), DLOG10(100), CURRENT_DATE < SYSDATE
    AS later$$) \gexec
SELECT redshift.rewrite($$SELECT SYSDATE IS NULL, s.a, s.b[0], s[0], JSON_PARSE('{"a": 1}').a::int, USER = USER
    FROM (SELECT JSON_PARSE('[]') AS s)$$) \gexec
SELECT redshift.rewrite($$SELECT SYSDATE$$), redshift.rewrite($$SELECT CURRENT_DATE, USER, CURRENT_USER$$);
SELECT redshift.rewrite($$SELECT 1, n + 1, n FROM (SELECT 1 AS n) QUALIFY ROW_NUMBER() OVER (ORDER BY n) = 1$$) \gexec
-- what a client is shown: SUPER without white space, VARBYTE in hexadecimal digits, both as text
CREATE TABLE shown (s jsonb, v bytea, n int);
INSERT INTO shown VALUES ('{"b": [1, 2]}', '\x6162', 1), ('"text"', NULL, 2);
SELECT sparkify_translate($$SELECT * FROM shown ORDER BY n DESC$$) \gexec
SELECT sparkify_translate($$WITH w AS (SELECT s, n FROM shown) SELECT s FROM w UNION ALL SELECT s FROM w WHERE n = 1
    LIMIT 2$$) \gexec
SELECT sparkify_translate($$SELECT n FROM shown; CREATE TABLE copied AS SELECT s FROM shown; CREATE VIEW viewed AS
    SELECT v FROM shown; INSERT INTO shown (s) SELECT s FROM shown; UNLOAD ('SELECT v FROM shown') TO 's3://b/p'
    IAM_ROLE default$$);
DROP TABLE shown;
-- CAST to VARCHAR(n) cuts off at n bytes, between characters
SELECT redshift.rewrite($$SELECT t::varchar(4) AS two, CAST(t AS VARCHAR(5)) AS still_two, t::varchar(9) AS whole,
    t::varchar AS all, LEN(t::varchar(3)) AS one, n::varchar(2) AS number, NULLIF(t, t)::varchar(3) IS NULL AS null
    FROM (SELECT 'éüä' || '' AS t, 123 AS n)$$) \gexec
