-- INSERT ... SELECT of a script: the same rows as PostgreSQL's own, whatever the table.
\set home :DBNAME
CREATE DATABASE warehouse_insert_select;
\c warehouse_insert_select
CREATE EXTENSION sparkify_dwh;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE TABLE source AS
SELECT g AS a, CASE WHEN g % 10 <> 0 THEN 'text ' || g END AS b, repeat('wide', CASE WHEN g = 777 THEN 5000 ELSE 1 END)
  AS c
FROM generate_series(1, 20000) AS g;
ANALYZE source;
-- the query below would be a parallel one
EXPLAIN (COSTS OFF) SELECT a, b, c FROM source WHERE a % 2 = 0;

-- an identity column counts on, without a gap, and stays right for whoever inserts next
CREATE TABLE target (id INT GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 5), a INT, b VARCHAR(20), c TEXT,
  d INT DEFAULT 7);
SELECT command, rows FROM sparkify_execute('INSERT INTO target (a, b, c) SELECT a, b, c FROM source WHERE a % 2 = 0');
SELECT count(*), min(id), max(id), count(DISTINCT id), sum(d) FROM target;
SELECT count(*) FROM (SELECT a, b, c FROM target EXCEPT ALL SELECT a, b, c FROM source WHERE a % 2 = 0) AS differences;
INSERT INTO target (a) VALUES (-1) RETURNING id;
SELECT command, rows FROM
  sparkify_execute('INSERT INTO target (a) SELECT a FROM source WHERE a < 0; INSERT INTO target (a) SELECT -2');
SELECT id > 50015 AS goes_on FROM target WHERE a = -2;
-- a sequence that ends says so
CREATE TABLE short (id SMALLINT GENERATED ALWAYS AS IDENTITY (START 32000), a INT);
SELECT * FROM sparkify_execute('INSERT INTO short (a) SELECT a FROM source');
SELECT count(*) FROM short;
-- a table may be read while it is filled
SELECT command, rows FROM sparkify_execute('INSERT INTO target (a, b) SELECT a, b FROM target; SELECT * FROM target');
-- what a table demands is demanded
CREATE TABLE strict (a INT CHECK (a <> 19999), b TEXT NOT NULL);
SELECT * FROM sparkify_execute('INSERT INTO strict SELECT a, c FROM source');
SELECT * FROM sparkify_execute('INSERT INTO strict SELECT a, b FROM source WHERE a = 10');
SELECT command, rows FROM sparkify_execute('INSERT INTO strict SELECT a, c FROM source WHERE a < 19999');
SELECT * FROM sparkify_execute('INSERT INTO target (b) SELECT c FROM source WHERE a = 777');
-- indexes, triggers, generated columns, partitions: PostgreSQL's own way
CREATE TABLE odd (a INT PRIMARY KEY, b INT GENERATED ALWAYS AS (a * 2) STORED) PARTITION BY RANGE (a);
CREATE TABLE odd_low PARTITION OF odd FOR VALUES FROM (0) TO (1000);
CREATE TABLE odd_high PARTITION OF odd FOR VALUES FROM (1000) TO (100000);
CREATE FUNCTION count_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := NEW.a + 1; RETURN NEW; END $$;
CREATE TRIGGER t BEFORE INSERT ON odd_low FOR EACH ROW EXECUTE FUNCTION count_row();
SELECT command, rows FROM sparkify_execute('INSERT INTO odd (a) SELECT a FROM source WHERE a < 999 OR a > 1000');
SELECT count(*), min(a), sum(b) FROM odd;
SELECT * FROM sparkify_execute('INSERT INTO odd (a) SELECT 5');
-- the right to insert is asked for, also without the right to read
CREATE ROLE warehouse_writer;
GRANT SELECT ON source TO warehouse_writer;
GRANT INSERT (a) ON strict TO warehouse_writer;
SET ROLE warehouse_writer;
SELECT * FROM sparkify_execute('INSERT INTO target (a) SELECT a FROM source');
SELECT * FROM sparkify_execute('INSERT INTO strict SELECT a, c FROM source WHERE a = 1');
RESET ROLE;
GRANT INSERT ON target TO warehouse_writer;
SET ROLE warehouse_writer;
SELECT command, rows FROM sparkify_execute('INSERT INTO target (a) SELECT a FROM source');
RESET ROLE;
-- a read-only transaction stays one
BEGIN READ ONLY;
SELECT * FROM sparkify_execute('INSERT INTO target (a) SELECT a FROM source');
ROLLBACK;
-- CREATE TABLE AS: the table, then its rows in the same way
SELECT command, rows FROM sparkify_execute('CREATE TABLE made DISTKEY (a) SORTKEY (b) AS SELECT a, b, c, a / 2.0 AS half, NULL AS nothing FROM source WHERE a % 2 = 0');
SELECT count(*) FROM ((SELECT a, b, c, half, nothing FROM made EXCEPT ALL
    SELECT a, b, c, a / 2.0, NULL FROM source WHERE a % 2 = 0)
  UNION ALL (SELECT a, b, c, a / 2.0, NULL FROM source WHERE a % 2 = 0 EXCEPT ALL
    SELECT a, b, c, half, nothing FROM made)) AS differences;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'made'::regclass AND attnum > 0;
SELECT "column", distkey, sortkey FROM pg_table_def WHERE tablename = 'made' ORDER BY 2 DESC, 3, 1;
SELECT command, rows FROM sparkify_execute('CREATE TABLE renamed (x, y) AS (WITH w AS (SELECT a, b FROM source) SELECT a, b FROM w UNION ALL SELECT -a, b FROM w ORDER BY 1 LIMIT 30000)');
SELECT count(*), min(x), max(x), count(y) FROM renamed;
SELECT command, rows FROM sparkify_execute('CREATE TEMP TABLE renamed AS SELECT a FROM source; SELECT a INTO taken FROM renamed ORDER BY a % 2, a DESC');
SELECT count(*), (SELECT count(*) FROM (SELECT a > lag(a) OVER (ORDER BY ctid) AS up FROM taken) AS t WHERE up) AS ups
  FROM renamed, taken WHERE renamed.a = taken.a;
SELECT command, rows FROM sparkify_execute('CREATE TABLE failing AS SELECT 1 / (a - 10000) AS x FROM source');
SELECT to_regclass('failing') IS NULL AS nothing_is_left;
SELECT command, rows FROM sparkify_execute('CREATE TABLE empty AS SELECT a FROM source WHERE a < 0');
DROP TABLE made, taken, empty, pg_temp.renamed, public.renamed;
-- what returns rows or minds a conflict is PostgreSQL's to insert, with its rows
CREATE TABLE keyed (a INT PRIMARY KEY, b TEXT);
CREATE TABLE plain (id INT GENERATED ALWAYS AS IDENTITY, a INT);
SET sparkify_dwh.strict = off;
SET client_min_messages = error;
SELECT command, rows FROM sparkify_execute('INSERT INTO keyed SELECT a / 2, b FROM source ON CONFLICT DO NOTHING');
SELECT count(*) FROM keyed;
SELECT command, rows FROM sparkify_execute('INSERT INTO keyed SELECT a, ''new'' FROM source WHERE a % 3 = 0 ON CONFLICT (a) DO UPDATE SET b = excluded.b');
SELECT count(*), count(*) FILTER (WHERE b = 'new') FROM keyed;
SELECT command, rows FROM sparkify_execute('INSERT INTO plain (a) SELECT a FROM source RETURNING id');
SELECT count(*), count(DISTINCT id), min(id), max(id) FROM plain;
RESET sparkify_dwh.strict;
RESET client_min_messages;
DROP TABLE keyed, plain;
-- a table emptied as a whole in a stage definition: at once when it is unlogged and nothing looks on
CREATE UNLOGGED TABLE fast AS TABLE source;
SELECT sparkify_adopt('fast');
CREATE TABLE slow AS TABLE source;
SELECT sparkify_adopt('slow');
UPDATE sparkify_definition SET statement = NULL WHERE phase = 'stage';
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES
    ('stage', 1, 'fast', 'DELETE FROM fast'), ('stage', 2, 'slow', 'DELETE FROM slow');
SELECT table_name, rows FROM sparkify_stage();
SELECT pg_relation_size('fast') AS fast, pg_relation_size('slow') > 0 AS slow,
  (SELECT count(*) FROM fast) + (SELECT count(*) FROM slow) AS rows;

-- what only PostgreSQL's own plan of an INSERT does is left to it
CREATE DOMAIN never_null AS int NOT NULL;
CREATE TABLE with_domain (a int, b never_null);
CREATE TABLE with_cycle (a int, id int GENERATED ALWAYS AS IDENTITY (MAXVALUE 2 CYCLE));
SELECT * FROM sparkify_execute('INSERT INTO with_domain (a) SELECT 1 FROM pg_class');
SELECT rows FROM sparkify_execute('INSERT INTO with_cycle (a) SELECT 1 FROM pg_class LIMIT 5');
SELECT * FROM with_cycle;
DROP TABLE with_domain, with_cycle;
DROP DOMAIN never_null;
\c :home
DROP DATABASE warehouse_insert_select;
DROP ROLE warehouse_writer;
