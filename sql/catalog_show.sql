-- SHOW answers with rows.
\set home :DBNAME
CREATE DATABASE catalog_show;
\c catalog_show
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
-- owner and grantor of what follows have a name of the test's own
CREATE ROLE show_owner SUPERUSER;
ALTER DATABASE catalog_show OWNER TO show_owner;
SET ROLE show_owner;
SELECT count(*) FROM sparkify_execute($$
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id INT NOT NULL DISTKEY, note VARCHAR(20) DEFAULT 'none');
CREATE TABLE shop."Old orders" (id INT) BACKUP NO;
CREATE TABLE loose (a INT);
CREATE VIEW shop.open AS SELECT o.id FROM shop.orders AS o, loose AS l WHERE o.id = l.a;
CREATE PROCEDURE shop.tidy(a INT, INOUT b VARCHAR) LANGUAGE plpgsql AS $body$ BEGIN b := 'x'; END $body$;
CREATE FUNCTION shop.twice(INT) RETURNS INT IMMUTABLE AS $body$ SELECT $1 * 2 $body$ LANGUAGE sql;
CREATE USER show_user PASSWORD 'Secret123';
CREATE ROLE show_role;
GRANT SELECT, INSERT ON shop.orders TO show_user;
GRANT SELECT (note) ON shop.orders TO show_role;
GRANT USAGE ON SCHEMA shop TO ROLE show_role;
GRANT TEMP ON DATABASE catalog_show TO show_user $$);
CREATE TABLE shop.parent (a int, b int, PRIMARY KEY (b, a));
CREATE TABLE shop.child (x int, y int, CONSTRAINT to_parent FOREIGN KEY (y, x) REFERENCES shop.parent (b, a));

\set show 'SHOW DATABASES LIKE ''catalog_sho_'''
-- the name and the number of who runs this are not the test's business
\set own '= (SELECT usesysid FROM pg_user WHERE usename = current_user) AS own'
SELECT replace(replace(sparkify_translate(:'show'), 'database_acl, ', ''), 'database_owner',
  'database_owner ' || :'own') \gexec
SELECT sparkify_translate('SHOW DATABASES FROM DATA CATALOG ACCOUNT ''123'' LIKE ''x%''') \gexec
SELECT replace(sparkify_translate('SHOW SCHEMAS FROM DATABASE catalog_show LIKE ''sh%'' LIMIT 5'), '*',
    'schema_name, schema_owner ' || :'own'
        || ', schema_type, replace(schema_acl, quote_ident(current_user), ''owner'') AS schema_acl, source_database, schema_option') \gexec
SELECT sparkify_translate('SHOW SCHEMAS FROM DATABASE elsewhere') \gexec
SELECT sparkify_translate('SHOW TABLES FROM SCHEMA catalog_show.shop LIKE ''o_e%''') \gexec
SELECT sparkify_translate('show tables from schema shop limit 1') \gexec
SELECT sparkify_translate('SHOW COLUMNS FROM TABLE catalog_show.shop.orders') \gexec
SELECT sparkify_translate('SHOW COLUMNS FROM TABLE shop.orders LIKE ''n%''') \gexec
SELECT sparkify_translate('SHOW COLUMNS FROM TABLE loose') \gexec
\t
\a
SELECT sparkify_translate('SHOW TABLE shop.orders') \gexec
SELECT sparkify_translate('SHOW TABLE shop."Old orders"') \gexec
SELECT sparkify_translate('SHOW TABLE loose') \gexec
SELECT sparkify_translate('SHOW VIEW shop.open') \gexec
SELECT sparkify_translate('SHOW PROCEDURE shop.tidy(INT, VARCHAR)') \gexec
SELECT sparkify_translate('SHOW PROCEDURE shop.tidy') \gexec
\t
\a
SELECT sparkify_translate('SHOW VIEW shop.orders') \gexec
SELECT sparkify_translate('SHOW TABLE nosuch') \gexec
SELECT sparkify_translate('SHOW PROCEDURES FROM SCHEMA shop') \gexec
SELECT sparkify_translate('SHOW FUNCTIONS FROM SCHEMA catalog_show.shop LIKE ''tw%''') \gexec
SELECT sparkify_translate('SHOW PARAMETERS OF PROCEDURE shop.tidy(INT, VARCHAR)') \gexec
SELECT sparkify_translate('SHOW PARAMETERS OF FUNCTION shop.twice(INT)') \gexec
SELECT sparkify_translate('SHOW CONSTRAINTS PRIMARY KEYS FROM TABLE shop.parent') \gexec
\x
SELECT sparkify_translate('SHOW CONSTRAINTS FOREIGN KEYS FROM TABLE shop.child') \gexec
SELECT sparkify_translate('SHOW CONSTRAINTS FOREIGN KEYS EXPORTED FROM TABLE shop.parent LIMIT 1') \gexec
-- keys of the dialect, which nobody enforces: written with a column, behind the columns, without columns, to names that
-- need quotes
SELECT sparkify_execute($$
CREATE TABLE shop.made (a INT, b INT, "distkey" INT, PRIMARY KEY (a, b));
CREATE TABLE shop."Other 1" ("c d" INT PRIMARY KEY);
CREATE TABLE shop.refers (x INT, y INT, z INT REFERENCES shop."Other 1", w INT REFERENCES shop.made ("distkey"),
    v INT REFERENCES nowhere (id),
    FOREIGN KEY (y, x) REFERENCES shop.made);
INSERT INTO shop.refers VALUES (1, 2, 3, 4, 5)
$$) IS NOT NULL AS ran;
SELECT sparkify_translate('SHOW CONSTRAINTS FOREIGN KEYS FROM TABLE shop.refers') \gexec
SELECT sparkify_translate('SHOW CONSTRAINTS FOREIGN KEYS EXPORTED FROM TABLE shop.made') \gexec
SELECT sparkify_translate('SHOW TABLE shop.refers') \gexec
SELECT attname, distkey, sortkey FROM sparkify_internal.column_design JOIN pg_attribute USING (attrelid, attnum)
    WHERE attrelid = 'shop.refers'::regclass AND (distkey OR sortkey <> 0);
SECURITY LABEL FOR sparkify_dwh ON COLUMN shop.refers.x IS 'foreign 1.x=a.b.c';
\x
\set no_ids 'SELECT regexp_replace(sparkify_translate(:''show''), ''identity_id, '', '''')' \\
\set show 'SHOW GRANTS ON TABLE shop.orders FOR show_user'
:no_ids \gexec
\set show 'SHOW GRANTS ON SCHEMA shop FOR ROLE show_role'
:no_ids \gexec
\set show 'SHOW GRANTS ON DATABASE catalog_show FOR show_user'
:no_ids \gexec
\set show 'SHOW GRANTS FOR show_user LIMIT 2'
:no_ids \gexec
SELECT replace(sparkify_translate('SHOW COLUMN GRANTS ON TABLE shop.orders'), '*', 'database_name, schema_name, table_name, column_name,
    object_type, privilege_type, identity_name, identity_type, admin_option, privilege_scope, grantor_name') \gexec
\set show 'SHOW GRANTS FOR ROLE show_role FROM DATABASE catalog_show'
:no_ids \gexec
SELECT sparkify_translate('SHOW GRANTS ON TEMPLATE shop.one') \gexec
SELECT sparkify_translate('SHOW RLS POLICIES') \gexec
SELECT sparkify_translate('SHOW RLS POLICIES FROM DATABASE catalog_show LIMIT 1') \gexec
SELECT sparkify_translate('SHOW RLS POLICIES ON shop.orders FOR ROLE show_role') \gexec
SELECT sparkify_translate('SHOW MASKING POLICIES') \gexec
SELECT sparkify_translate('SHOW MASKING POLICIES ON catalog_show.shop.orders FOR show_user LIMIT 1') \gexec
-- what each kind of relation, and of key, is shown as
SELECT count(*) FROM sparkify_execute($$
CREATE TABLE shop.sorted (a INT DISTKEY, b CHAR(4) COLLATE CASE_INSENSITIVE, c DATE) COMPOUND SORTKEY (c, b);
CREATE TABLE shop.woven (a INT, b VARCHAR(9) ENCODE text255) DISTSTYLE ALL INTERLEAVED SORTKEY (a, b);
CREATE VIEW shop.bound AS SELECT a FROM shop.sorted;
CREATE VIEW shop.late AS SELECT a FROM shop.sorted WITH NO SCHEMA BINDING;
CREATE MATERIALIZED VIEW shop.kept AS SELECT a FROM shop.sorted$$);
SELECT replace(sparkify_translate('SHOW TABLES FROM SCHEMA shop'), '*', 'table_name, table_type, owner, dist_style, table_subtype') \gexec
\set columns 'column_name, data_type, sort_key_type, sort_key, dist_key, encoding, "collation"'
SELECT replace(sparkify_translate('SHOW COLUMNS FROM TABLE shop.sorted'), '*', :'columns') \gexec
SELECT replace(sparkify_translate('SHOW COLUMNS FROM TABLE shop.woven'), '*', :'columns') \gexec
SELECT replace(sparkify_translate('SHOW COLUMNS FROM TABLE shop.late'), '*', :'columns') \gexec
SELECT sparkify_translate('SHOW DATASHARES LIKE ''sales%''') \gexec
-- as drivers send it: names, patterns and types as parameters; types choose one of two routines
SELECT count(*) FROM sparkify_execute($$
CREATE FUNCTION shop.half(NUMERIC(8, 2), VARCHAR(9)) RETURNS INT IMMUTABLE AS $body$ SELECT 1 $body$ LANGUAGE sql;
CREATE FUNCTION shop.half(SUPER) RETURNS VARCHAR(5) IMMUTABLE AS $body$ SELECT 'x'::VARCHAR $body$ LANGUAGE sql;
CREATE FUNCTION shop.bits(VARBYTE, BIGINT) RETURNS INT IMMUTABLE AS $body$ SELECT 1 $body$ LANGUAGE sql;
CREATE PROCEDURE shop.rest() LANGUAGE plpgsql AS $body$ BEGIN NULL; END $body$ $$);
SELECT 'PREPARE schemas AS ' || sparkify_translate('SHOW SCHEMAS FROM DATABASE $1 LIKE $2') \gexec
SELECT 'PREPARE shown AS ' || sparkify_translate('SHOW TABLES FROM SCHEMA $1.$2 LIKE $3') \gexec
SELECT 'PREPARE columns AS ' || sparkify_translate('SHOW COLUMNS FROM TABLE $1.$2.$3') \gexec
SELECT 'PREPARE key AS ' || sparkify_translate('SHOW CONSTRAINTS PRIMARY KEYS FROM TABLE $1.$2.$3') \gexec
SELECT 'PREPARE routines AS ' || sparkify_translate('SHOW FUNCTIONS FROM SCHEMA $1.$2 LIKE $3') \gexec
SELECT 'PREPARE one AS ' || sparkify_translate('SHOW PARAMETERS OF FUNCTION $1.$2.$3($4)') \gexec
SELECT 'PREPARE two AS ' || sparkify_translate('SHOW PARAMETERS OF FUNCTION $1.$2.$3($4, $5)') \gexec
\t
\a
EXECUTE schemas('catalog_show', 'nosuch%');
EXECUTE shown('catalog_show', 'shop', 'o_e%');
EXECUTE shown('catalog_show', 'SHOP', 'o_e%');
EXECUTE columns('catalog_show', 'shop', 'old orders');
EXECUTE key('catalog_show', 'shop', 'parent');
EXECUTE routines('catalog_show', 'shop', 'half');
EXECUTE one('catalog_show', 'shop', 'half', 'super');
EXECUTE two('catalog_show', 'shop', 'half', 'numeric', 'character varying');
EXECUTE two('catalog_show', 'shop', 'bits', 'binary varying', 'bigint');
EXECUTE two('catalog_show', 'shop', 'bits', 'VARBYTE', 'int8');
SELECT sparkify_translate('SHOW PARAMETERS OF FUNCTION shop.half(Decimal(8, 2), varchar(3))') \gexec
SELECT sparkify_translate('SHOW PARAMETERS OF PROCEDURE shop.rest()') \gexec
SELECT sparkify_translate('SHOW PARAMETERS OF FUNCTION shop.half(INT,)');
\t
\a
-- settings are PostgreSQL's
SELECT sparkify_translate('SHOW search_path') \gexec
-- no database but the connection's is ever used
SELECT sparkify_translate('SHOW USE') \gexec
SELECT statement, command FROM sparkify_execute('USE catalog_show; RESET USE');
-- what SHOW doesn't take
SELECT sparkify_translate('SHOW TABLES FROM SCHEMA a.b.c');
SELECT sparkify_translate('SHOW TABLES FROM SCHEMA a LIKE b');
SELECT sparkify_translate('SHOW TABLES FROM SCHEMA a LIMIT x');
SELECT statement, command, rows FROM sparkify_execute('SHOW TABLES FROM SCHEMA shop; SHOW MODEL ALL');
RESET ROLE;
-- a materialized view is a view to a comment
SELECT command FROM sparkify_execute('COMMENT ON VIEW shop.kept IS ''what is kept''');
SELECT obj_description('shop.kept'::regclass);
DROP OWNED BY show_user, show_role;
DROP USER show_user;
DROP ROLE show_role;
\c :home
DROP DATABASE catalog_show;
DROP ROLE show_owner;
