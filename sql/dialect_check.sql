-- What would fail, or mean something else, on Redshift.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- Each rule: where it fires and what it says
SELECT line, rule, fatal, message, hint FROM sparkify_check($$INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING;
INSERT INTO t VALUES (1) RETURNING a;
UPDATE t SET a = 1 RETURNING *;
DELETE FROM t RETURNING *;
SELECT DISTINCT ON (a) a FROM t;
SELECT count(*) FILTER (WHERE a > 1) FROM t;
SELECT * FROM t, LATERAL (SELECT t.a) AS x;
SELECT string_agg(a, ','), array_agg(a) FROM t;
SELECT * FROM generate_series(1, 10);
SELECT a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b FROM t;
SELECT * FROM (VALUES (1), (2)) AS v (a);
VALUES (1);
SELECT NOW();
SELECT j -> 'a', j ->> 'b', j @> '{}' FROM t;
SELECT a::jsonb, b::uuid, c::int[], ARRAY[1, 2], d = ANY (ARRAY[1]) FROM t;
SELECT * FROM t FOR UPDATE;
WITH x AS MATERIALIZED (SELECT 1) SELECT * FROM x;
MERGE INTO t USING (SELECT 1 AS a) AS s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1);
MERGE INTO t USING s ON t.a = s.a WHEN MATCHED AND s.b > 1 THEN DELETE;
CREATE INDEX i ON t (a);
CREATE SEQUENCE s; CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f(); CREATE TYPE e AS ENUM ('a');
CREATE EXTENSION hstore; CREATE UNLOGGED TABLE u (a int); SAVEPOINT s; ROLLBACK TO s; DO 'BEGIN END'; EXPLAIN ANALYZE SELECT 1;
CREATE FUNCTION f() RETURNS int AS 'x' LANGUAGE plpythonu;
CREATE FUNCTION f() RETURNS int AS 'BEGIN RETURN 1; END' LANGUAGE plpgsql;
COPY t FROM STDIN;
ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int;
ALTER TABLE t ALTER COLUMN a TYPE bigint;
ALTER TABLE t ALTER COLUMN a SET NOT NULL; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);$$);

-- Tables
SELECT line, rule, fatal, message, hint
  FROM sparkify_check($$CREATE TABLE a (id SERIAL, b BIGSERIAL, c JSONB, d UUID, e INT[], f mood, g bytea, h money);
CREATE TABLE b (a INT CHECK (a > 0), CHECK (a < 9), b INT GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE c (a INT DISTKEY, b INT DISTKEY) DISTSTYLE KEY;
CREATE TABLE d (a INT) DISTSTYLE ALL DISTKEY (a);
CREATE TABLE e (a INT) DISTSTYLE KEY;
CREATE TABLE f (a INT SORTKEY) SORTKEY (a);
CREATE TABLE g (a INT REFERENCES f (a) ON DELETE CASCADE);
CREATE TABLE h (a VARCHAR(70000), b CHAR(5000), c DECIMAL(40, 2), d VARCHAR IDENTITY(0, 1));
CREATE TABLE i (tag VARCHAR, "top" INT, percent INT);
CREATE TABLE j (a INT) INHERITS (f); CREATE TABLE k (a INT) TABLESPACE x; CREATE TABLE l (a INT) PARTITION BY LIST (a);
CREATE TABLE m (a INT, b INT, c INT, d INT, e INT, f INT, g INT, h INT, i INT) INTERLEAVED SORTKEY (a, b, c, d, e, f, g, h, i);
CREATE TABLE n (a VARCHAR COLLATE "C")$$);

-- Names longer than Redshift's
SELECT line, rule, message FROM sparkify_check('SELECT 1 AS ' || repeat('x', 127));
SET client_min_messages = warning;
SELECT line, rule, message FROM sparkify_check('SELECT 1 AS ' || repeat('x', 128));
RESET client_min_messages;

-- Transactions: the same statement is fine before BEGIN and after COMMIT
SELECT line, statement, rule, fatal, message
  FROM sparkify_check($$TRUNCATE t; VACUUM t; ALTER TABLE t APPEND FROM s; ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(9);
BEGIN; TRUNCATE t;
VACUUM t;
ALTER TABLE t APPEND FROM s;
ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(9);
COMMIT; TRUNCATE t; VACUUM t;$$);

-- What is in strings, comments, quoted names and bodies is nobody's business
SELECT * FROM sparkify_check($$SELECT 'ON CONFLICT', 'x RETURNING y', "returning", "lateral" AS "distinct on", E'a -> b' -- ON CONFLICT RETURNING
/* SELECT DISTINCT ON (a) string_agg(b) FROM generate_series(1, 2) */ FROM "string_agg";
CREATE PROCEDURE p() AS $body$ BEGIN PERFORM string_agg(a, ',') FROM t; END $body$ LANGUAGE plpgsql;
COMMENT ON TABLE t IS 'CREATE INDEX ... SERIAL';
INSERT INTO age (a) VALUES (1); CREATE TABLE crosstab (a INT)$$);

-- What Redshift takes is not complained of
SELECT * FROM sparkify_check($$CREATE TABLE IF NOT EXISTS t (id INT IDENTITY(0,1) PRIMARY KEY DISTKEY SORTKEY, a VARCHAR(MAX) ENCODE zstd NOT NULL, t TIMESTAMP, time_ INT, j SUPER, v VARBYTE)
    DISTSTYLE KEY BACKUP NO;
COPY t FROM 's3://b/x' IAM_ROLE default JSON 'auto';
INSERT INTO t (a) SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY a) FROM s QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1;
MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN UPDATE SET a = s.a WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.a);
MERGE INTO t USING s ON t.id = s.id REMOVE DUPLICATES;
DELETE t; SELECT TOP 5 * FROM t; UNLOAD ('SELECT * FROM t') TO 's3://b/y' IAM_ROLE default; SELECT 1 IN (1, 2);
CREATE VIEW v AS SELECT 1 AS a WITH NO SCHEMA BINDING; CREATE MATERIALIZED VIEW m AUTO REFRESH YES AS SELECT 1 AS a$$);

-- The definitions pass
SELECT c.* FROM sparkify_definition AS d, sparkify_check(d.statement) AS c WHERE d.phase <> 'index';

-- A script that can't be read is refused at its place
SELECT * FROM sparkify_check('SELECT 1;
CREATE TABLE t (a INT');
