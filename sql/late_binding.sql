--
-- Late-binding views (CREATE VIEW ... WITH NO SCHEMA BINDING): created without their tables, bound when these come,
-- freed when they go or change; their owner's rights; what the catalog shows of them.  Dump and restore: test/t/033.
-- https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
--
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SELECT rows FROM sparkify_execute($$CREATE SCHEMA late; CREATE SCHEMA late_reports$$);

-- what PostgreSQL is told
SELECT sparkify_translate($$CREATE OR REPLACE VIEW late.v (a, b) AS SELECT x, 'it\'s' FROM late.t -- kept
WITH NO SCHEMA BINDING$$);

-- names in it need their schemas, which have to be there; WITH's names don't
SELECT rule, fatal, message, hint FROM sparkify_check($$CREATE VIEW late.v AS WITH w AS (SELECT 1 AS a) SELECT w.a, t.b FROM w JOIN t ON t.a = w.a WITH NO SCHEMA BINDING$$);
SELECT rows FROM sparkify_execute($$CREATE VIEW late.v AS SELECT * FROM t WITH NO SCHEMA BINDING$$);
SELECT rows FROM sparkify_execute($$CREATE VIEW late.v AS SELECT * FROM nowhere.t WITH NO SCHEMA BINDING$$);
SELECT rows FROM sparkify_execute($$CREATE VIEW late.v AS SELECT FROM WHERE WITH NO SCHEMA BINDING$$);

-- made before its table: a query of it has the error of its own query
SELECT rows FROM sparkify_execute($$CREATE VIEW late.v AS SELECT a, DATEADD(day, 1, d) AS next_day FROM late.t WITH NO SCHEMA BINDING$$);
SELECT rows FROM sparkify_execute('SELECT a FROM late.v');
SELECT rows FROM sparkify_execute('SELECT count(*) FROM late.v');
SELECT * FROM late.v;
SELECT * FROM pg_get_late_binding_view_cols() AS c (view_schema name, view_name name, col_name name, col_type varchar, col_num int);

-- works once it is there
SELECT rows FROM sparkify_execute($$CREATE TABLE late.t (a INT, d DATE); INSERT INTO late.t VALUES (1, '2018-11-01')$$);
SELECT * FROM late.v;
SELECT * FROM pg_get_late_binding_view_cols() AS c (view_schema name, view_name name, col_name name, col_type varchar, col_num int);

-- lacks a column
SELECT rows FROM sparkify_execute($$DROP TABLE late.t; CREATE TABLE late.t (a INT)$$);
SELECT rows FROM sparkify_execute('SELECT a FROM late.v');

-- and works again, with other columns
SELECT rows FROM sparkify_execute($$DROP TABLE late.t; CREATE TABLE late.t (a VARCHAR(5), x INT, d TIMESTAMP); INSERT INTO late.t VALUES ('one', 2, '2018-11-01 10:00')$$);
SELECT * FROM late.v;

-- a star is what the table has now
SELECT rows FROM sparkify_execute($$CREATE VIEW late.star AS SELECT * FROM late.t WITH NO SCHEMA BINDING$$);
SELECT * FROM late.star;
SELECT rows FROM sparkify_execute('ALTER TABLE late.t ADD COLUMN y INT DEFAULT 7');
SELECT * FROM late.star;
SELECT rows FROM sparkify_execute('ALTER TABLE late.t DROP COLUMN x');
SELECT * FROM late.star;
SELECT rows FROM sparkify_execute('ALTER TABLE late.t RENAME COLUMN y TO z');
SELECT * FROM late.star;
SELECT rows FROM sparkify_execute('ALTER TABLE late.t ALTER COLUMN a TYPE VARCHAR(100)');
SELECT * FROM pg_get_late_binding_view_cols() AS c (view_schema name, view_name name, col_name name, col_type varchar, col_num int) WHERE view_name = 'star';

-- names, not tables: another table in the place of the first, as an ETL swaps them
SELECT rows FROM sparkify_execute($$CREATE TABLE late.t_new (a VARCHAR(5), d DATE, w INT); INSERT INTO late.t_new VALUES ('new', '2019-01-01', 1);
ALTER TABLE late.t RENAME TO t_old; ALTER TABLE late.t_new RENAME TO t; DROP TABLE late.t_old$$);
SELECT * FROM late.star;
SELECT * FROM late.v;
SELECT rows FROM sparkify_execute($$ALTER TABLE late.t SET SCHEMA late_reports$$);
SELECT * FROM late.star;
SELECT rows FROM sparkify_execute($$ALTER TABLE late_reports.t SET SCHEMA late$$);
SELECT * FROM late.star;

-- views of views, of both kinds, and functions; all wait for one table
SELECT rows FROM sparkify_execute($$DROP TABLE late.t;
CREATE VIEW late_reports.of_view AS SELECT next_day FROM late.v WITH NO SCHEMA BINDING;
CREATE VIEW late_reports.of_of_view AS SELECT max(next_day) AS last FROM late_reports.of_view WITH NO SCHEMA BINDING;
CREATE VIEW late_reports.of_function AS SELECT late.f_double(w) AS twice FROM late.t WITH NO SCHEMA BINDING$$);
SELECT rows FROM sparkify_execute('SELECT last FROM late_reports.of_of_view');
SELECT rows FROM sparkify_execute($$CREATE TABLE late.t (a INT, d DATE, w INT); INSERT INTO late.t VALUES (1, '2020-02-28', 4)$$);
SELECT * FROM late_reports.of_of_view;
SELECT rows FROM sparkify_execute('SELECT twice FROM late_reports.of_function');
SELECT rows FROM sparkify_execute('CREATE FUNCTION late.f_double(INT) RETURNS INT STABLE AS $f$ SELECT $1 * 2 $f$ LANGUAGE sql');
SELECT * FROM late_reports.of_function;
SELECT rows FROM sparkify_execute('DROP FUNCTION late.f_double(INT)');
SELECT rows FROM sparkify_execute('SELECT twice FROM late_reports.of_function');
SELECT rows FROM sparkify_execute($$CREATE VIEW late.plain AS SELECT a, d FROM late.t; CREATE VIEW late_reports.of_plain AS SELECT * FROM late.plain WITH NO SCHEMA BINDING;
ALTER TABLE late.t ADD COLUMN more INT; CREATE OR REPLACE VIEW late.plain AS SELECT a, d, more FROM late.t$$);
SELECT * FROM late_reports.of_plain;
SELECT rows FROM sparkify_execute('DROP VIEW late.plain');
SELECT * FROM late_reports.of_plain;

-- a circle has no end, and says so
SELECT rows FROM sparkify_execute($$CREATE VIEW late.one AS SELECT a FROM late.other WITH NO SCHEMA BINDING; CREATE VIEW late.other AS SELECT a FROM late.one WITH NO SCHEMA BINDING$$);
SELECT rows FROM sparkify_execute('SELECT a FROM late.one');
SELECT rows FROM sparkify_execute('DROP VIEW late.one; DROP VIEW late.other');

-- a view that is bound keeps the columns it reads, and a late-binding one in between keeps them, too
SELECT rows FROM sparkify_execute($$CREATE VIEW late.bound AS SELECT a FROM late.v; DROP TABLE late.t$$);
SELECT * FROM late.bound;
SELECT rows FROM sparkify_execute($$CREATE TABLE late.t (a DATE, d DATE, w INT)$$);
SELECT * FROM late.bound;
SELECT rows FROM sparkify_execute($$DROP VIEW late.bound; ALTER TABLE late.t ADD COLUMN again INT; INSERT INTO late.t VALUES ('2020-01-01', '2020-01-02', 3, 4)$$);
SELECT * FROM late.v;

-- replaced: by another late-binding view, by an ordinary one, and that by a late-binding one
SELECT rows FROM sparkify_execute($$CREATE OR REPLACE VIEW late.v (only_one) AS SELECT w FROM late.t WITH NO SCHEMA BINDING$$);
SELECT * FROM late.v;
SELECT rows FROM sparkify_execute($$CREATE OR REPLACE VIEW late.v AS SELECT again FROM late.t$$);
SELECT rows FROM sparkify_execute($$DROP TABLE late.t$$);
SELECT rows FROM sparkify_execute($$DROP VIEW late.v; CREATE VIEW late.v AS SELECT again FROM late.t WITH NO SCHEMA BINDING; DROP TABLE late.t CASCADE$$);
SELECT rows FROM sparkify_execute('SELECT again FROM late.v');

-- what a transaction takes back, it takes back whole
BEGIN;
SELECT rows FROM sparkify_execute('CREATE TABLE late.t (again INT)');
SELECT * FROM late.v;
ROLLBACK;
SELECT * FROM late.v;

-- a schema that goes with all its tables; the view in another one stays
SELECT rows FROM sparkify_execute($$CREATE SCHEMA late_source; CREATE TABLE late_source.s (a INT); CREATE VIEW late.of_source AS SELECT * FROM late_source.s WITH NO SCHEMA BINDING$$);
SELECT * FROM late.of_source;
SELECT rows FROM sparkify_execute('DROP SCHEMA late_source CASCADE');
SELECT rows FROM sparkify_execute('SELECT a FROM late.of_source');
SELECT rows FROM sparkify_execute('CREATE SCHEMA late_other; CREATE TABLE late_other.s (b INT); ALTER SCHEMA late_other RENAME TO late_source');
SELECT * FROM late.of_source;

-- rights: the view's for who reads it, its owner's for what it reads
CREATE ROLE late_owner;
CREATE ROLE late_reader;
GRANT USAGE, CREATE ON SCHEMA late_reports TO late_owner;
GRANT USAGE ON SCHEMA late TO late_owner;
GRANT USAGE ON SCHEMA late_reports TO late_reader;
SELECT rows FROM sparkify_execute('CREATE TABLE late.secret (a INT); INSERT INTO late.secret VALUES (42)');
SET ROLE late_owner;
SELECT rows FROM sparkify_execute('CREATE VIEW late_reports.of_secret AS SELECT a FROM late.secret
  WITH NO SCHEMA BINDING; GRANT SELECT ON late_reports.of_secret TO late_reader');
SELECT * FROM late_reports.of_secret;
RESET ROLE;
GRANT SELECT ON late.secret TO late_owner;
SET ROLE late_reader;
SELECT * FROM late_reports.of_secret;
SELECT rows FROM sparkify_execute('SELECT a FROM late_reports.of_plain');
RESET ROLE;

-- who changes the table changes the view of another, whose rights and owner stay; the table's rights are its own (AWS says so)
SELECT rows FROM sparkify_execute('DROP TABLE late.secret; CREATE TABLE late.secret (b INT, a VARCHAR(10)); INSERT INTO late.secret VALUES (1, $x$new$x$)');
SELECT c.relowner::regrole, a.grantee::regrole, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
	WHERE c.oid = 'late_reports.of_secret'::regclass AND a.grantee <> c.relowner;
SET ROLE late_reader;
SELECT * FROM late_reports.of_secret;
RESET ROLE;
GRANT SELECT ON late.secret TO late_owner;
SET ROLE late_reader;
SELECT view_name, col_name FROM pg_get_late_binding_view_cols()
  AS c (view_schema name, view_name name, col_name name, col_type varchar, col_num int);
SELECT col_name, col_type FROM pg_get_cols('late_reports.of_secret')
  AS c (view_schema name, view_name name, col_name name, col_type varchar, col_num int);
SELECT * FROM late_reports.of_secret;
RESET ROLE;

-- a function of who changes the table is not called by the view: a name without a schema is looked up in pg_catalog
-- and public only
CREATE SCHEMA late_trap;
CREATE FUNCTION late_trap.mine(integer) RETURNS integer LANGUAGE sql AS 'SELECT 666';
SELECT rows FROM sparkify_execute('CREATE VIEW late.trapped AS SELECT mine(b) AS m FROM late.secret WITH NO SCHEMA BINDING');
SET search_path = late_trap, public;
SELECT rows FROM sparkify_execute('ALTER TABLE late.secret ADD COLUMN c INT');
RESET search_path;
SELECT * FROM late.trapped;

-- shown as on Redshift: the whole statement, no columns in the catalog
SELECT rows FROM sparkify_execute($$CREATE TEMP TABLE shown AS
  SELECT c.relnatts, pg_get_viewdef(c.oid) AS definition,
    (SELECT COUNT(*) FROM pg_attribute a WHERE a.attrelid = c.oid) AS attributes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'late_reports' AND c.relname = 'of_secret'$$);
SELECT * FROM shown;
SELECT definition FROM redshift.pg_views WHERE schemaname = 'late' ORDER BY viewname;
SELECT table_name, column_name, data_type FROM redshift.svv_columns WHERE table_schema = 'late_reports' AND table_name = 'of_secret';
SELECT sparkify_internal.show_view('late.star');

-- in a procedure's body, which may be the first thing that a session runs
SELECT rows FROM sparkify_execute($$CREATE PROCEDURE late.make() AS $p$
BEGIN CREATE VIEW late.made AS SELECT * FROM late.to_come WITH NO SCHEMA BINDING; END $p$ LANGUAGE plpgsql$$);
\c -
SET client_min_messages = warning;
CALL late.make();
SELECT rows FROM sparkify_execute('CREATE TABLE late.to_come (a INT)');
SELECT * FROM late.made;

-- DROP
SELECT rows FROM sparkify_execute('DROP VIEW late.star; DROP VIEW IF EXISTS late.star');
SET client_min_messages = error;
DROP SCHEMA late, late_reports, late_source, late_trap CASCADE;
DROP ROLE late_owner, late_reader;
SELECT count(*) FROM sparkify_internal.late_binding_view;
