-- Redshift's physical design: what each statement makes of it, and where it is shown.
\set home :DBNAME
CREATE DATABASE catalog_design;
\c catalog_design
CREATE EXTENSION sparkify_dwh;
SET client_min_messages = warning;
CREATE VIEW design AS
SELECT relid::regclass::text AS "table", dist_style || coalesce('(' || dist_key || ')', '') AS dist,
       sort_style || coalesce(sort_key::text, '') AS sort, CASE WHEN encode_auto THEN 'auto' ELSE 'given' END AS encode, backup
FROM sparkify_internal.table_design WHERE relid::regclass::text !~ '^(sparkify|pg_|information)';
CREATE FUNCTION run(script text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM sparkify_execute(script);
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END $$;

-- CREATE TABLE: in column form and in table form, in every order
SELECT run($$
CREATE TABLE nothing (a INT, b VARCHAR(10));
CREATE TABLE in_columns (a INT ENCODE RAW DISTKEY SORTKEY, b VARCHAR(10) ENCODE ZSTD, c BOOLEAN);
CREATE TABLE in_table (a INT, b VARCHAR(10), c DATE) SORTKEY (c, a) DISTKEY (b) DISTSTYLE KEY BACKUP NO;
CREATE TABLE spread (a INT) DISTSTYLE EVEN COMPOUND SORTKEY (a);
CREATE TABLE everywhere (a INT, b INT, c INT, "d, ""e" INT ENCODE DELTA) INTERLEAVED SORTKEY (c, a, "d, ""e")
  DISTSTYLE ALL;
CREATE TABLE automatic (a INT) DISTSTYLE AUTO SORTKEY AUTO ENCODE AUTO;
CREATE TEMP TABLE passing (a INT SORTKEY, b INT);
CREATE TABLE IF NOT EXISTS spread (a INT) DISTSTYLE ALL;
$$);
SELECT * FROM design ORDER BY 1;
SELECT tablename, "column", type, encoding, distkey, sortkey, "notnull" FROM pg_table_def
  WHERE tablename ~ '^(in_|every|noth|pass)' ORDER BY 1, 2;

-- what doesn't go together
SELECT run('CREATE TABLE bad (a INT) DISTKEY (b)');
SELECT run('CREATE TABLE bad (a INT) SORTKEY (a, b)');
SELECT run('CREATE TABLE bad (a INT) SORTKEY (a, a)');
SELECT run('CREATE TABLE bad (a INT SORTKEY) SORTKEY (a)');
SET sparkify_dwh.strict = off;
SELECT run('CREATE TABLE bad (a INT) DISTSTYLE KEY');
SELECT run('CREATE TABLE bad (a INT DISTKEY) DISTSTYLE EVEN');
SELECT run('CREATE TABLE bad (a INT ENCODE GZIP)');
RESET sparkify_dwh.strict;
SELECT count(*) FROM pg_class WHERE relname = 'bad';

-- LIKE and CREATE TABLE AS; AWS's five examples of r_CTAS_usage_notes
SELECT run($$
CREATE TABLE alike (LIKE in_table);
CREATE TABLE alike_too (LIKE everywhere, f INT);
CREATE TABLE sales (salesid INT, listid INT DISTKEY, dateid INT SORTKEY, qtysold INT, pricepaid DECIMAL(8,2));
CREATE TABLE sales1_simple AS SELECT listid, dateid, qtysold FROM sales;
CREATE TABLE sales2_limit AS SELECT listid, dateid, qtysold FROM sales LIMIT 100;
CREATE TABLE sales3_orderbylistid AS SELECT listid, dateid, qtysold FROM sales ORDER BY listid;
CREATE TABLE sales4_orderbyqty AS SELECT listid, dateid, qtysold FROM sales ORDER BY qtysold;
CREATE TABLE sales5_groupby AS SELECT listid, dateid, SUM(qtysold) FROM sales GROUP BY listid, dateid;
CREATE TABLE sales6_given DISTKEY (2) SORTKEY (qty, listid) AS SELECT listid, dateid, qtysold AS qty FROM sales
  ORDER BY 1;
CREATE TABLE sales7_even DISTSTYLE EVEN AS SELECT * FROM sales;
CREATE TABLE sales8_without_key AS SELECT dateid AS d, qtysold FROM sales;
SELECT listid AS l INTO sales9_into FROM sales;
CREATE MATERIALIZED VIEW view_plain AS SELECT listid FROM sales;
CREATE MATERIALIZED VIEW view_keyed DISTSTYLE KEY DISTKEY (listid) SORTKEY (dateid) AUTO REFRESH NO AS
  SELECT listid, dateid FROM sales
$$);
-- LIKE in PostgreSQL's own SQL takes the keys over, and stays a logged table
CREATE TABLE alike_postgres (LIKE in_table);
SELECT * FROM design WHERE "table" ~ 'alike|sales|view' ORDER BY 1;

-- ALTER TABLE, and several clauses at once
CREATE TABLE changed (a int, b varchar(10), c date, d int);
CREATE FUNCTION alter_it(clause text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text := run('ALTER TABLE changed ' || clause);
BEGIN
    RETURN said || ': ' || (SELECT design::text FROM design WHERE "table" = 'changed');
END $$;
SELECT alter_it('ALTER DISTKEY a');
SELECT alter_it('ALTER DISTSTYLE ALL');
SELECT alter_it('ALTER DISTSTYLE KEY DISTKEY b');
SELECT alter_it('ALTER SORTKEY (c, d)');
SELECT alter_it('ALTER DISTSTYLE EVEN, ALTER COMPOUND SORTKEY (b)');
SELECT alter_it('ALTER SORTKEY (a, c), ALTER DISTKEY d');
SELECT alter_it('ALTER SORTKEY NONE');
SELECT alter_it('ALTER COLUMN a ENCODE ZSTD, ALTER COLUMN b ENCODE BYTEDICT');
SELECT alter_it('ALTER ENCODE AUTO');
SELECT alter_it('ALTER SORTKEY (a)');
SELECT alter_it('ALTER SORTKEY AUTO');
SELECT alter_it('ALTER DISTSTYLE AUTO');
SELECT alter_it('ADD COLUMN e INT ENCODE MOSTLY8');
SELECT alter_it('ALTER INTERLEAVED SORTKEY (a)');
SELECT alter_it('ALTER DISTKEY nosuch');
SELECT alter_it('ALTER SORTKEY (a, nosuch)');
SELECT "column", encoding, sortkey FROM pg_table_def WHERE tablename = 'changed';
SELECT run('ALTER TABLE everywhere ALTER DISTSTYLE EVEN');
SELECT run('ALTER TABLE everywhere ALTER SORTKEY (b)');
SELECT run('ALTER TABLE nosuch ALTER DISTSTYLE EVEN');

-- it follows the table and its columns; what is new under an old name has none
ALTER TABLE in_table RENAME TO renamed;
ALTER TABLE renamed RENAME COLUMN c TO date;
ALTER TABLE renamed ADD COLUMN extra int;
ALTER TABLE renamed DROP COLUMN extra;
SELECT run('ALTER TABLE renamed DROP COLUMN b');
SELECT run('ALTER TABLE renamed DROP COLUMN a');
CREATE SCHEMA other;
ALTER TABLE renamed SET SCHEMA other;
SELECT * FROM design WHERE "table" ~ 'renamed';
DROP TABLE in_columns;
CREATE TABLE in_columns (a int, b int);
SELECT * FROM design WHERE "table" = 'in_columns';
SELECT count(*) FROM pg_seclabel l WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = l.objoid);
BEGIN;
SELECT run('ALTER TABLE spread ALTER DISTSTYLE ALL');
ROLLBACK;
SELECT dist FROM design WHERE "table" = 'spread';

-- a procedure makes its tables with their design, in a session that hasn't loaded the module
SELECT run($$CREATE PROCEDURE make() LANGUAGE plpgsql AS $body$ BEGIN CREATE TABLE made (a INT DISTKEY); END $body$ $$);
\c
CALL make();
SELECT * FROM design WHERE "table" = 'made';

-- svv_table_info, and SHOW TABLE, whose output makes the same table again
INSERT INTO everywhere SELECT 1, 2, 3, 4;
INSERT INTO sales VALUES (1, 2, 3, 4, 5);
INSERT INTO spread VALUES (1);
INSERT INTO nothing VALUES (1);
ANALYZE everywhere, sales, spread, nothing;
SELECT "table", encoded, diststyle, sortkey1, max_varchar, sortkey1_enc, sortkey_num, tbl_rows FROM svv_table_info
  ORDER BY 1;
SELECT run('CREATE TABLE shown (id INT IDENTITY(0, 2) NOT NULL, other BIGINT GENERATED BY DEFAULT AS IDENTITY(5, 1),
    day DATE DEFAULT ''2018-11-01'' ENCODE RAW, price DECIMAL(8,2) ENCODE ZSTD UNIQUE, "Mixed name" VARCHAR(9) NOT NULL, s SUPER,
    PRIMARY KEY ("Mixed name", id), CONSTRAINT other_day UNIQUE (other, day))
    BACKUP NO DISTKEY (price) INTERLEAVED SORTKEY (day, other)');
SELECT sparkify_internal.show_table('shown') AS made \gset
\echo :made
DROP TABLE shown;
SELECT run(:'made');
SELECT sparkify_internal.show_table('shown') = :'made' AS same;
SELECT sparkify_internal.show_table('nothing');

-- keys follow their columns
ALTER TABLE shown RENAME COLUMN id TO ident;
SELECT pk_name, column_name, key_seq FROM sparkify_internal.primary_key WHERE table_name = 'shown' ORDER BY key_seq;
SELECT kind, columns FROM sparkify_internal.kept_key WHERE attrelid = 'shown'::regclass ORDER BY kind, number;
SELECT run('CREATE TABLE bad (a INT, PRIMARY KEY (b))');
-- and are added and dropped by ALTER TABLE as CREATE TABLE writes them
SELECT run('CREATE TABLE keyed (a INT NOT NULL, "B c" INT NOT NULL, d INT); CREATE TABLE refers (x INT, y INT)');
\set keys 'SELECT attrelid::regclass, name, kind, columns, referenced_table AS "table", referenced_columns AS referenced FROM sparkify_internal.kept_key WHERE attrelid::regclass::text IN (''keyed'', ''renamed'', ''refers'') ORDER BY contype, attrelid, number'
SELECT run('ALTER TABLE keyed ADD PRIMARY KEY ("B c", a)');
SELECT run('ALTER TABLE keyed ADD CONSTRAINT "One d" UNIQUE (d); ALTER TABLE keyed ADD UNIQUE (d, a); ALTER TABLE keyed ADD UNIQUE (d, a)');
SELECT run('ALTER TABLE refers ADD FOREIGN KEY (x, y) REFERENCES keyed; ALTER TABLE refers ADD CONSTRAINT to_d FOREIGN KEY (x) REFERENCES keyed (d)');
:keys;
SELECT sparkify_internal.show_table('keyed');
SELECT run('ALTER TABLE keyed ADD PRIMARY KEY (a)');
SELECT run('ALTER TABLE refers ADD PRIMARY KEY (x)');
SELECT run('ALTER TABLE keyed ADD UNIQUE (nosuch)');
SELECT run('ALTER TABLE keyed ADD CONSTRAINT "One d" UNIQUE (a)');
SELECT run('ALTER TABLE keyed DROP CONSTRAINT nosuch');
-- whatever they refer to is renamed or moved
SELECT run('ALTER TABLE keyed RENAME TO renamed; ALTER TABLE renamed RENAME COLUMN "B c" TO e; CREATE SCHEMA first_place');
ALTER TABLE refers RENAME COLUMN x TO z;
:keys;
ALTER TABLE renamed SET SCHEMA first_place;
ALTER SCHEMA first_place RENAME TO second_place;
SELECT fk_name, pk_schema_name, pk_table_name, pk_column_name, fk_column_name, pk_name
  FROM sparkify_internal.foreign_key ORDER BY fk_name, key_seq;
ALTER TABLE second_place.renamed SET SCHEMA public;
:keys;
-- a column takes the keys with it that it is part of, a key with CASCADE those that refer to it, a table all of them
SELECT run('ALTER TABLE renamed DROP CONSTRAINT renamed_pkey');
SELECT run('ALTER TABLE renamed DROP CONSTRAINT keyed_pkey');
:keys;
SELECT run('ALTER TABLE renamed DROP CONSTRAINT "One d" CASCADE; ALTER TABLE renamed DROP COLUMN d');
:keys;
SELECT run('ALTER TABLE renamed ADD PRIMARY KEY (a); ALTER TABLE refers ADD FOREIGN KEY (y) REFERENCES renamed; DROP TABLE renamed; CREATE TABLE renamed (a INT)');
:keys;
SELECT run('DROP TABLE renamed; DROP TABLE refers');
-- in a procedure, which may be the first thing that a session runs
SELECT run('CREATE TABLE keyed (a INT NOT NULL);
CREATE PROCEDURE add_keys() LANGUAGE plpgsql AS $b$ BEGIN ALTER TABLE keyed ADD CONSTRAINT k PRIMARY KEY (a); END $b$; CALL add_keys()');
:keys;
SELECT run('DROP TABLE keyed; DROP PROCEDURE add_keys()');
-- labels by hand are checked
SECURITY LABEL FOR sparkify_dwh ON COLUMN nothing.a IS 'unique 1.x';
SECURITY LABEL FOR sparkify_dwh ON TABLE nothing IS 'diststyle odd';
SECURITY LABEL FOR sparkify_dwh ON COLUMN nothing.a IS 'sortkey 1 encode gzip';
SECURITY LABEL FOR sparkify_dwh ON SCHEMA public IS 'diststyle all';
SECURITY LABEL FOR sparkify_dwh ON TABLE nothing IS 'diststyle all';
SELECT * FROM design WHERE "table" = 'nothing';
\c :home
DROP DATABASE catalog_design;
