-- INSERT ... SELECT of a script into every kind of table, from every kind of SELECT: what comes of it is what comes
-- of PostgreSQL's own INSERT.
\set home :DBNAME
CREATE DATABASE warehouse_insert_targets;
\c warehouse_insert_targets
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
-- the lengths of VARCHAR are counted by the same rules, and named in the same words
SET sparkify_dwh.varchar_rules = redshift;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
-- every statement is a long one
SET cpu_tuple_cost = 100;
SET jit = off;
CREATE TABLE public.many AS
SELECT g AS a, CASE WHEN g % 9 <> 0 THEN g % 70 END AS b,
  CASE WHEN g % 11 <> 0 THEN 'text ' || repeat('x', g % 90) END AS c, g::numeric / 7 AS d
FROM generate_series(1, 14000) AS g;
CREATE TABLE public.few AS SELECT * FROM many WHERE a <= 300;
ANALYZE many;
ANALYZE few;
CREATE ROLE warehouse_targets;
GRANT SELECT ON many, few TO warehouse_targets;
GRANT CREATE ON DATABASE warehouse_insert_targets TO warehouse_targets;
CREATE FUNCTION public.noisy(int) RETURNS int LANGUAGE plpgsql PARALLEL UNSAFE AS $$
  BEGIN INSERT INTO noise VALUES ($1); RETURN $1; END $$;
CREATE FUNCTION public.restricted(int) RETURNS int LANGUAGE plpgsql PARALLEL RESTRICTED AS $$
  BEGIN RETURN $1 + 1; END $$;

-- Builds a table t in two schemas, fills one by the script and one by PostgreSQL; compares what is there, or what was
-- said.
CREATE FUNCTION public.class(setup text, inserts text, look text DEFAULT 'TABLE t')
  RETURNS TABLE (rows bigint, same boolean, said text) LANGUAGE plpgsql AS $$
DECLARE
    spoken text[] = '{}';
    found text[] = '{}';
    one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['ours', 'theirs'] LOOP
        EXECUTE format('CREATE SCHEMA %s; SET search_path = %1$s, public', one);
        EXECUTE setup;
        said = '';
        BEGIN
            IF one = 'ours' THEN
                PERFORM sparkify_execute(inserts);
            ELSE
                EXECUTE inserts;
            END IF;
            SET CONSTRAINTS ALL IMMEDIATE;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
            said = SQLSTATE || ' ' || replace(concat_ws(' ', SQLERRM, nullif(said, '')), 'theirs', 'ours');
        END;
        RESET ROLE;
        spoken = spoken || said;
        EXECUTE format('SELECT count(*), md5(string_agg(r::text, '','' ORDER BY r::text)) FROM (%s) AS r', look) INTO rows, one;
        found = found || coalesce(one, '');
    END LOOP;
    DROP SCHEMA ours, theirs CASCADE;
    RESET search_path;
    same = found[1] = found[2] AND spoken[1] = spoken[2];
    said = spoken[1] || CASE WHEN spoken[1] <> spoken[2] THEN ' / ' || spoken[2] ELSE '' END;
    RETURN NEXT;
END $$;

-- triggers: of rows, of statements, with transition tables, of views; rules
SELECT * FROM class('CREATE TABLE t (a int, c text); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN IF NEW.a % 2 = 0 THEN RETURN NULL; END IF; NEW.c = NEW.c || NEW.a; RETURN NEW; END''; CREATE TRIGGER f BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
    'INSERT INTO t SELECT a, c FROM few');
SELECT * FROM class('CREATE TABLE t (a int, c text); CREATE TABLE log (a int, n bigint); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN INSERT INTO log SELECT NEW.a, count(*) FROM t; RETURN NULL; END''; CREATE TRIGGER f AFTER INSERT ON t FOR EACH ROW WHEN (NEW.a % 3 = 0) EXECUTE FUNCTION f()',
    'INSERT INTO t SELECT a, c FROM few', 'SELECT * FROM t AS t LEFT JOIN log AS l ON t.a = l.a');
SELECT * FROM class('CREATE TABLE t (a int, c text); CREATE TABLE log (a bigint); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN INSERT INTO log SELECT sum(a) FROM new; RETURN NULL; END''; CREATE TRIGGER f AFTER INSERT ON t REFERENCING NEW TABLE AS new FOR EACH STATEMENT EXECUTE FUNCTION f()',
    'INSERT INTO t SELECT a, c FROM few', 'TABLE log');
SELECT * FROM class('CREATE TABLE t (a int, c text); CREATE TABLE log (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN INSERT INTO log VALUES (1); RETURN NULL; END''; CREATE TRIGGER b BEFORE INSERT ON t EXECUTE FUNCTION f(); CREATE TRIGGER a AFTER INSERT ON t EXECUTE FUNCTION f()',
    'INSERT INTO t SELECT a, c FROM few WHERE a < 0', 'TABLE log');
SELECT * FROM class('CREATE TABLE u (a int, c text); CREATE VIEW t AS SELECT a, c FROM u; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS ''BEGIN INSERT INTO u VALUES (-NEW.a, NEW.c); RETURN NEW; END''; CREATE TRIGGER f INSTEAD OF INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
    'INSERT INTO t SELECT a, c FROM few');
SELECT * FROM class('CREATE TABLE u (a int, c text); CREATE VIEW t AS SELECT a, c FROM u WHERE a > 10 WITH CHECK OPTION', 'INSERT INTO t SELECT a, c FROM few WHERE a > 10');
SELECT * FROM class('CREATE TABLE u (a int, c text); CREATE VIEW t AS SELECT a, c FROM u WHERE a > 10 WITH CHECK OPTION', 'INSERT INTO t SELECT a, c FROM few');
SELECT * FROM class('CREATE TABLE t (a int, c text); CREATE TABLE log (a int); CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (NEW.a)', 'INSERT INTO t SELECT a, c FROM few', 'SELECT t.*, l.a AS l FROM t LEFT JOIN log AS l USING (a)');
SELECT * FROM class('CREATE TABLE t (a int, c text); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING', 'INSERT INTO t SELECT a, c FROM few');
SELECT * FROM class('CREATE TABLE t (a int, c text); CREATE RULE r AS ON INSERT TO t WHERE NEW.a % 2 = 0 DO INSTEAD NOTHING', 'INSERT INTO t SELECT a, c FROM few');
-- constraints, kept and broken, at once and later
SELECT * FROM class('CREATE TABLE t (a int CHECK (a > 0), c text)', 'INSERT INTO t SELECT a, c FROM many');
SELECT * FROM class('CREATE TABLE t (a int CHECK (a <> 13000), c text)', 'INSERT INTO t SELECT a, 0 FROM many');
SELECT * FROM class('CREATE TABLE t (a int, b int NOT NULL)', 'INSERT INTO t SELECT a, CASE WHEN a <> 13000 THEN 1 END FROM many');
SELECT * FROM class('CREATE TABLE t (a int, b int NOT NULL)', 'INSERT INTO t (a) SELECT 1 FROM many');
SELECT * FROM class('CREATE TABLE t (a int UNIQUE, c text)', 'INSERT INTO t SELECT a, c FROM few');
SELECT * FROM class('CREATE TABLE t (a int PRIMARY KEY, c text)', 'INSERT INTO t SELECT a, c FROM few UNION ALL SELECT 7, ''again''');
SELECT * FROM class('CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED, c text)', 'INSERT INTO t SELECT a, c FROM few UNION ALL SELECT 7, ''again''');
SELECT * FROM class('CREATE TABLE k (a int PRIMARY KEY); INSERT INTO k SELECT a FROM few; CREATE TABLE t (a int REFERENCES k, c text)', 'INSERT INTO t SELECT a, c FROM few');
SELECT * FROM class('CREATE TABLE k (a int PRIMARY KEY); INSERT INTO k SELECT a FROM few WHERE a <> 7; CREATE TABLE t (a int REFERENCES k, c text)', 'INSERT INTO t SELECT a, c FROM few');
SELECT * FROM class('CREATE TABLE k (a int PRIMARY KEY); INSERT INTO k SELECT a FROM few WHERE a <> 7; CREATE TABLE t (a int REFERENCES k DEFERRABLE INITIALLY DEFERRED, c text)', 'INSERT INTO t SELECT a, c FROM few');
SELECT * FROM class('CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&))', 'INSERT INTO t SELECT int4range(a, a + 1) FROM few');
SELECT * FROM class('CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&))', 'INSERT INTO t SELECT int4range(7, 8) FROM few LIMIT 2');
SELECT * FROM class('CREATE TABLE t (a int, EXCLUDE USING btree (a WITH =))', 'INSERT INTO t SELECT a FROM few');
SELECT * FROM class('CREATE TABLE t (a int, EXCLUDE USING btree (a WITH =))', 'INSERT INTO t SELECT 7 FROM few LIMIT 2');
-- columns that are made: generated, identity, from sequences, by defaults; and domains
SELECT * FROM class('CREATE TABLE t (a int, twice int GENERATED ALWAYS AS (a * 2) STORED)', 'INSERT INTO t (a) SELECT a FROM few');
SELECT * FROM class('CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int)', 'INSERT INTO t (a) SELECT a FROM many', 'SELECT id FROM t');
SELECT * FROM class('CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY, a int)', 'INSERT INTO t (id, a) SELECT a + 5, a FROM many');
SELECT * FROM class('CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int)', 'INSERT INTO t (id, a) SELECT a + 5, a FROM many');
SELECT * FROM class('CREATE TABLE t (id serial, a int, made timestamp DEFAULT now(), by text DEFAULT current_user)', 'INSERT INTO t (a) SELECT a FROM many', 'SELECT id, made, by FROM t');
SELECT * FROM class('CREATE DOMAIN short AS text CHECK (length(VALUE) < 80); CREATE TABLE t (a int, c short)', 'INSERT INTO t SELECT a, c FROM many WHERE length(c) < 80');
SELECT * FROM class('CREATE DOMAIN short AS text CHECK (length(VALUE) < 80); CREATE TABLE t (a int, c short)', 'INSERT INTO t SELECT a, c FROM many ORDER BY a');
SELECT * FROM class('CREATE TYPE pair AS (x int, y text); CREATE TABLE t (p pair, l int[], d numeric, b bytea)', 'INSERT INTO t SELECT NULL, NULL, d, NULL FROM many');
SELECT * FROM class('CREATE TABLE t (a int, c char(100), v varchar(95), n numeric(8, 2), f float4, s smallint)', 'INSERT INTO t SELECT a, c, c, d, d, a FROM many');
SELECT * FROM class('CREATE TABLE t (a int, v varchar(90))', 'INSERT INTO t SELECT a, c FROM many ORDER BY a');
-- columns that are gone, or came later; storage; fill factor; wide values
SELECT * FROM class('CREATE TABLE t (x int, a int, y text, c text); ALTER TABLE t DROP COLUMN x, DROP COLUMN y, ADD COLUMN z int DEFAULT 5', 'INSERT INTO t (a, c) SELECT a, c FROM many');
SELECT * FROM class('CREATE TABLE t (a int, c text) WITH (fillfactor = 30)', 'INSERT INTO t SELECT a, c FROM many', 'SELECT a, c, pg_relation_size(''t'') > 100 * 8192 AS loose FROM t');
SELECT * FROM class('CREATE TABLE t (a int, c text); ALTER TABLE t ALTER COLUMN c SET STORAGE EXTERNAL', 'INSERT INTO t SELECT a, CASE WHEN a % 1000 = 0 THEN REPEAT(''wide'', 2000) ELSE c END FROM many', 'SELECT a, c, pg_column_size(c) AS stored FROM t');
SELECT * FROM class('CREATE TABLE t (a int, c text, d text)', 'INSERT INTO t SELECT a, REPEAT(c, 20), REPEAT(''z'', a % 3000) FROM many', 'SELECT a, c, d, pg_column_size(c) AS stored FROM t');
-- indexes: one row at a time knows of them
SELECT * FROM class('CREATE TABLE t (a int, b int, c text); CREATE INDEX ON t (b); CREATE INDEX ON t USING gin (to_tsvector(''simple'', c)); CREATE INDEX ON t (a) WHERE a % 2 = 0; CREATE INDEX ON t (upper(c)); SET LOCAL enable_seqscan = off', 'INSERT INTO t SELECT a, b, c FROM few', 'SELECT a, c FROM t WHERE b = 7 OR upper(c) = ''TEXT X''');
-- partitions, parents, children, temporary and unlogged tables
SELECT * FROM class('CREATE TABLE t (a int, c text) PARTITION BY RANGE (a); CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (100); CREATE TABLE high PARTITION OF t DEFAULT', 'INSERT INTO t SELECT a, c FROM few', 'SELECT tableoid::regclass::text LIKE ''%low'' AS low, a, c FROM t');
SELECT * FROM class('CREATE TABLE t (a int, c text) PARTITION BY RANGE (a); CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (100)', 'INSERT INTO t SELECT a, c FROM few ORDER BY a');
SELECT * FROM class('CREATE TABLE t (a int, c text) PARTITION BY RANGE (a); CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (100)', 'INSERT INTO low SELECT a, c FROM few ORDER BY a');
SELECT * FROM class('CREATE TABLE t (a int, c text); CREATE TABLE child () INHERITS (t)', 'INSERT INTO t SELECT a, c FROM many; INSERT INTO child SELECT a, c FROM many', 'SELECT tableoid::regclass::text LIKE ''%child'' AS child, a, c FROM t');
SELECT * FROM class('CREATE TEMPORARY TABLE t (a int, c text) ON COMMIT DROP', 'INSERT INTO t SELECT a, c FROM few; INSERT INTO t SELECT a, c FROM few; DROP TABLE t; CREATE TABLE t (a int, c text); INSERT INTO t SELECT a, c FROM many');
SELECT * FROM class('CREATE UNLOGGED TABLE t (a int, c text)', 'INSERT INTO t SELECT a, c FROM many; INSERT INTO t SELECT a, c FROM t; DELETE FROM t WHERE a < 100; UPDATE t SET c = a WHERE a < 1000');
-- who may: rights, of columns, too, and policies
SELECT * FROM class('CREATE TABLE t (a int, c text); DO ''BEGIN EXECUTE format(''''GRANT USAGE ON SCHEMA %I TO warehouse_targets'''', current_schema()); END''; SET ROLE warehouse_targets', 'INSERT INTO t SELECT a, c FROM many');
SELECT * FROM class('CREATE TABLE t (a int, c text); DO ''BEGIN EXECUTE format(''''GRANT USAGE ON SCHEMA %I TO warehouse_targets'''', current_schema()); END''; GRANT INSERT (a) ON t TO warehouse_targets; SET ROLE warehouse_targets', 'INSERT INTO t (a) SELECT a FROM many');
SELECT * FROM class('CREATE TABLE t (a int, c text); DO ''BEGIN EXECUTE format(''''GRANT USAGE ON SCHEMA %I TO warehouse_targets'''', current_schema()); END''; GRANT INSERT (a) ON t TO warehouse_targets; SET ROLE warehouse_targets', 'INSERT INTO t SELECT a, c FROM many');
SELECT * FROM class('CREATE TABLE t (a int, c text); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t FOR INSERT WITH CHECK (a < 5); DO ''BEGIN EXECUTE format(''''GRANT USAGE ON SCHEMA %I TO warehouse_targets'''', current_schema()); END''; GRANT INSERT ON t TO warehouse_targets; SET ROLE warehouse_targets', 'INSERT INTO t SELECT a, c FROM many WHERE a < 5');
SELECT * FROM class('CREATE TABLE t (a int, c text); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t FOR INSERT WITH CHECK (a < 5); DO ''BEGIN EXECUTE format(''''GRANT USAGE ON SCHEMA %I TO warehouse_targets'''', current_schema()); END''; GRANT INSERT ON t TO warehouse_targets; SET ROLE warehouse_targets', 'INSERT INTO t SELECT a, c FROM many');
-- SELECTs that only the leader may compute, in part or as a whole; that have side effects; that fail half way
SELECT * FROM class('CREATE TABLE t (a int, b int, c text)', 'INSERT INTO t SELECT a, restricted(b), c FROM many');
SELECT * FROM class('CREATE TABLE t (c text, b int, a int)', 'INSERT INTO t SELECT c, b, restricted(a) FROM many WHERE b > 3');
SELECT * FROM class('CREATE TABLE t (a int, r boolean)', 'INSERT INTO t (r, a) SELECT pg_backend_pid() > 0, a FROM many');
SELECT * FROM class('CREATE TABLE t (a int, c text)', 'INSERT INTO t SELECT a, c FROM many WHERE restricted(a) > 100');
SELECT * FROM class('CREATE TABLE noise (a int); CREATE TABLE t (a int, c text)', 'INSERT INTO t SELECT noisy(a), c FROM few', 'SELECT * FROM t JOIN noise USING (a)');
SELECT * FROM class('CREATE TABLE t (a int, c text)', 'INSERT INTO t SELECT 1 / (a - 13000), c FROM many');
SELECT * FROM class('CREATE TABLE t (a int, c text)', 'INSERT INTO t SELECT CAST(c AS int), c FROM many WHERE a = 13000 OR a < 5');
-- sorts by what isn't selected, LIMIT, DISTINCT, sets, windows, subqueries, joins of each kind, locks, nothing at all
SELECT * FROM class('CREATE TABLE t (a int, c text)', 'INSERT INTO t SELECT a, c FROM many ORDER BY d DESC LIMIT 12000 OFFSET 5');
SELECT * FROM class('CREATE TABLE t (b int, c text)', 'INSERT INTO t SELECT DISTINCT b, c FROM many');
SELECT * FROM class('CREATE TABLE t (a int, c text)', 'INSERT INTO t SELECT a, c FROM many EXCEPT SELECT a, c FROM few UNION ALL SELECT b, c FROM few');
SELECT * FROM class('CREATE TABLE t (a int, n bigint, s numeric)', 'INSERT INTO t SELECT a, COUNT(*) OVER (PARTITION BY b), SUM(d) OVER (ORDER BY a ROWS UNBOUNDED PRECEDING) FROM many');
SELECT * FROM class('CREATE TABLE t (a int, n int)', 'INSERT INTO t SELECT m.a, f.a FROM many AS m FULL JOIN few AS f ON m.a = f.a * 50');
SELECT * FROM class('CREATE TABLE t (a int, n int)', 'INSERT INTO t SELECT m.a, (SELECT MAX(f.a) FROM few AS f WHERE f.b = m.b) FROM many AS m WHERE EXISTS (SELECT 1 FROM few AS g WHERE g.b = m.b) AND m.a > (SELECT MIN(a) FROM few)');
SELECT * FROM class('CREATE TABLE t (b int, n bigint, d numeric)', 'INSERT INTO t SELECT b, COUNT(*), SUM(d) FROM many GROUP BY ROLLUP (b)');
SELECT * FROM class('CREATE TABLE t (a int)', 'INSERT INTO t WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 13000) SELECT n FROM up');
SELECT * FROM class('CREATE TABLE t ()', 'INSERT INTO t SELECT FROM many', 'SELECT count(*) FROM t');
-- inside a block that fails, a function, a cursor, a prepared statement whose table has changed since
CREATE TABLE t (a int, c text);
DO $$ BEGIN
    PERFORM sparkify_execute('INSERT INTO t SELECT a, c FROM many');
    BEGIN
        PERFORM sparkify_execute('INSERT INTO t SELECT a + 100000, c FROM many');
        RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN NULL;
    END;
    PERFORM sparkify_execute('INSERT INTO t SELECT a + 200000, c FROM many');
END $$;
SELECT count(*), count(DISTINCT a), count(*) FILTER (WHERE a BETWEEN 100000 AND 200000) AS taken_back FROM t;
BEGIN;
DECLARE rows_before CURSOR FOR SELECT a FROM t;
MOVE 1 FROM rows_before;
DECLARE by_cursor CURSOR FOR SELECT rows FROM sparkify_execute('INSERT INTO t SELECT a + 300000, c FROM many');
FETCH ALL FROM by_cursor;
MOVE FORWARD ALL FROM rows_before;
SELECT count(*) FROM t;
ROLLBACK;
PREPARE fill AS SELECT rows FROM sparkify_execute('INSERT INTO t (a, c) SELECT a, c FROM many');
EXECUTE fill;
ALTER TABLE t DROP COLUMN c, ADD COLUMN e int DEFAULT 8, ADD COLUMN c varchar(200);
EXECUTE fill;
CREATE INDEX ON t (a);
EXECUTE fill;
SELECT count(*), sum(e), count(c) FROM t;
SET enable_seqscan = off;
SELECT count(*) FROM t WHERE a = 13000;
RESET enable_seqscan;
\c :home
DROP DATABASE warehouse_insert_targets;
DROP ROLE warehouse_targets;
