-- Redshift's system views: all there, those whose facts this server has are filled, and nobody sees what isn't theirs.
\set home :DBNAME
CREATE DATABASE catalog_views;
\c catalog_views
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
SET search_path = public, redshift;

-- each view answers; how many there are, and which ones a new database has rows in
CREATE FUNCTION rows_of(view text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT * FROM redshift.%I LIMIT 1) AS t', view) INTO n;
    RETURN n;
END $$;
SELECT left(name, strpos(name, '_') - 1) AS kind, count(*), sum(rows_of(name)) AS with_rows
  FROM sparkify_internal.system_view GROUP BY 1 ORDER BY 1;

SELECT sparkify_execute($$
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id INT IDENTITY(0, 1), placed TIMESTAMP NOT NULL SORTKEY,
  customer VARCHAR(20) DEFAULT 'nobody' DISTKEY ENCODE ZSTD, price DECIMAL(8,2), s SUPER);
COMMENT ON COLUMN shop.orders.price IS 'in cents';
INSERT INTO shop.orders (placed, price) SELECT '2018-11-01', 5;
CREATE VIEW shop.recent AS SELECT id, placed FROM shop.orders;
CREATE MATERIALIZED VIEW shop.daily AS SELECT placed, COUNT(*) AS n FROM shop.orders GROUP BY 1;
CREATE MATERIALIZED VIEW shop.weekly AS SELECT n FROM shop.daily;
CREATE PROCEDURE shop.tidy(a INT) LANGUAGE plpgsql AS $body$ BEGIN DELETE FROM shop.orders WHERE id = a; END $body$;
CALL shop.tidy(7);
CREATE USER viewer_other PASSWORD 'Secret1234';
CREATE ROLE viewer_role;
CREATE ROLE viewer_inner;
GRANT ROLE viewer_inner TO ROLE viewer_role;
GRANT ROLE viewer_role TO viewer_other;
GRANT USAGE ON SCHEMA shop TO viewer_role;
GRANT SELECT ON shop.recent TO viewer_other;
GRANT SELECT (id) ON shop.orders TO viewer_role;
ANALYZE shop.orders
$$) IS NOT NULL AS ran;

-- tables, columns, schemas, functions
SELECT table_schema, table_name, table_type FROM svv_tables
  WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2;
SELECT database_name, schema_name, table_name, table_type, table_acl ~ 'viewer_other=r/' AS granted,
  table_owner = current_user AS own FROM svv_redshift_tables WHERE schema_name = 'shop' ORDER BY 3;
SELECT column_name, ordinal_position AS at, regexp_replace(column_default, '\d{3,}', 'oid') AS column_default,
  is_nullable AS "null", data_type, character_maximum_length AS chars,
    numeric_precision AS precision, numeric_scale AS scale, remarks
FROM svv_columns WHERE table_name = 'orders' ORDER BY 2;
SELECT column_name, data_type, encoding, distkey, sortkey, replace(column_acl, quote_ident(current_user), 'owner') AS
  column_acl FROM svv_redshift_columns WHERE table_name = 'orders' ORDER BY ordinal_position;
SELECT count(*) FROM svv_all_columns WHERE schema_name = 'shop';
SELECT schema_name, schema_type FROM svv_all_schemas ORDER BY 1;
SELECT database_name, database_type FROM svv_redshift_databases WHERE database_name = current_database();
SELECT schema_name, function_name, function_type, argument_type FROM svv_redshift_functions ORDER BY 1, 2;
SELECT trim(name) AS name, is_stale FROM svv_mv_info ORDER BY 1;
SELECT trim(name) AS name, trim(dependent_name) AS dependent_name FROM svv_mv_dependency;
SELECT trim(name) AS name, trim(ref_name) AS ref_name FROM stv_mv_deps ORDER BY 1;

-- storage: one slice; blocks by the width of the columns
SELECT trim(name) AS name, rows, dist_style, backup FROM stv_tbl_perm WHERE name = 'orders';
SELECT node, slice FROM stv_slices;
SELECT col, blocknum, num_values FROM stv_blocklist WHERE tbl = 'shop.orders'::regclass::oid::int ORDER BY 1;

-- users, roles, privileges
SELECT user_name, superuser FROM svv_user_info WHERE user_name = 'viewer_other';
SELECT role_name FROM svv_roles WHERE role_name ~ 'viewer' ORDER BY 1;
SELECT role_name, granted_role_name FROM svv_role_grants WHERE role_name ~ 'viewer';
SELECT user_name, role_name, admin_option FROM svv_user_grants WHERE user_name ~ 'viewer';
SELECT relation_name, privilege_type, identity_name, identity_type, admin_option FROM svv_relation_privileges
  WHERE identity_name ~ 'viewer';
SELECT column_name, privilege_type, identity_name, identity_type FROM svv_column_privileges;
SELECT namespace_name, privilege_type, identity_name, identity_type FROM svv_schema_privileges
  WHERE identity_name ~ 'viewer';

-- sessions, locks, transactions
SELECT count(*) > 0 AS mine FROM stv_sessions WHERE process = pg_backend_pid() AND db_name = 'catalog_views';
BEGIN;
LOCK TABLE shop.orders IN ACCESS EXCLUSIVE MODE;
SELECT lock_owner_pid = pg_backend_pid() AS mine, trim(lock_status) AS lock_status FROM stv_locks
  WHERE table_id = 'shop.orders'::regclass::oid;
SELECT lock_mode, granted FROM svv_transactions WHERE relation = 'shop.orders'::regclass::oid::int AND pid =
  pg_backend_pid();
ROLLBACK;

-- queries: each statement, failed ones too and after the rollback, without their secrets, in the table of their kind
SELECT sparkify_execute('SELECT 1 / 0');
SELECT sparkify_execute('SELECT id FROM shop.orders WHERE customer = ''aws_secret_access_key=AKIAIOSFODNN7EXAMPLE''')
  IS NOT NULL AS ran;
SELECT rtrim(query_type) AS type, rtrim(status) AS status, returned_rows AS rows, rtrim(left(query_text, 70)) AS query,
  rtrim(error_message) AS error
FROM sys_query_history WHERE query_type <> 'DDL' ORDER BY query_id;
SELECT aborted, rtrim(querytxt) AS querytxt FROM stl_query ORDER BY query DESC LIMIT 3;
SELECT sequence, text FROM stl_ddltext WHERE text ~ 'orders|default' ORDER BY starttime, sequence LIMIT 3;
SELECT count(*) FROM stl_utilitytext WHERE text ~ '^GRANT';
SELECT rtrim(type) AS type, count(*) FROM svl_statementtext WHERE sequence = 0 GROUP BY 1 ORDER BY 1;
SELECT rtrim(query_text) AS call, rtrim(status) AS status FROM sys_procedure_call;
SELECT rtrim(substring) AS substring FROM svl_qlog WHERE query = pg_last_query_id();
SELECT last_user_query_id() = pg_last_query_id() AS same, rtrim(query_text) AS text FROM sys_query_history
  WHERE query_id = last_user_query_id();
SELECT database = current_database() AS here, slots, queue_elapsed, exec_elapsed = wlm_total_elapsed AS whole,
  rtrim(querytxt) AS querytxt FROM svl_query_queue_info WHERE query = pg_last_query_id();
SELECT rtrim(status) AS status, rtrim(query) AS query FROM stv_recents WHERE query ~ 'AKIA|\*\*\*' AND status = 'Done';
SELECT count(*) FROM svl_statementtext WHERE text ~ 'AKIAIOSFODNN7EXAMPLE|Secret1234';
-- the record is bounded, and can be switched off
SET sparkify_dwh.query_log_size = 64;
SELECT count(*) FROM generate_series(1, 1500) AS i, sparkify_execute('SELECT ''' || repeat('x', 300) || i || '''');
SELECT count(*) BETWEEN 100 AND 600 AS bounded, max(query) = pg_last_query_id() AS newest FROM stl_query;
RESET sparkify_dwh.query_log_size;
SET sparkify_dwh.query_log = off;
SELECT sparkify_execute('SELECT ''unseen''') IS NOT NULL AS ran;
RESET sparkify_dwh.query_log;
SELECT count(*) FROM stl_query WHERE querytxt ~ 'unseen';

-- what others did is theirs: a plain user sees their own rows only
SET ROLE viewer_other;
SELECT sparkify_execute('SELECT 2') IS NOT NULL AS ran;
SELECT count(*) AS mine FROM sys_query_history;
SELECT count(*) AS mine FROM sparkify_internal.query_log();
SELECT user_name FROM svv_user_info;
SELECT table_name FROM svv_tables WHERE table_schema = 'shop' ORDER BY 1;
SELECT column_name FROM svv_columns WHERE table_schema = 'shop' ORDER BY 1;
SELECT count(*) FROM stv_locks;
SELECT bool_and(usename = 'viewer_other') FROM pg_user_info;
RESET ROLE;

-- the extension's own tables are in none of them
SELECT count(*) FROM svv_all_tables WHERE table_name ~ 'sparkify|^stl_' OR schema_name IN ('redshift',
  'sparkify_internal');

-- the views over PostgreSQL's own tables
SELECT relname, reldiststyle, releffectivediststyle FROM pg_class_info WHERE relname IN ('orders', 'daily') ORDER BY 1;
SELECT attname, attisdistkey, attsortkeyord, format_encoding(attencodingtype) FROM pg_attribute_info
  WHERE attrelid = 'shop.orders'::regclass AND attnum > 0 ORDER BY attnum;
SELECT proname, prokind, proargtypes[0]::regtype FROM pg_proc_info WHERE proname = 'tidy';
SELECT datconnlimit FROM pg_database_info WHERE datname = current_database();

-- maintenance: the last ANALYZE and VACUUM of each table
VACUUM shop.orders;
ANALYZE shop.orders;
SELECT trim(status) AS status, rows, is_auto, trim(schema_name) AS schema, trim(table_name) AS "table",
  endtime > now() - interval '1 hour' AS late FROM stl_analyze WHERE table_id = 'shop.orders'::regclass::oid::int;
SELECT trim(status) AS status, is_automatic, trim(table_name) AS "table" FROM sys_analyze_history
  WHERE schema_name = 'shop' AND table_name = 'orders';
SELECT trim(status) AS status, rows FROM stl_vacuum WHERE table_id = 'shop.orders'::regclass::oid::int;
SELECT trim(vacuum_type) AS type, is_automatic, trim(status) AS status FROM sys_vacuum_history
  WHERE table_name = 'orders';
SET ROLE viewer_other;
SELECT (SELECT count(*) FROM stl_analyze) AS analyzed, (SELECT count(*) FROM stl_vacuum) AS vacuumed;
RESET ROLE;

-- users made, altered, renamed and dropped, in the manner of r_STL_USERLOG; superusers see it
SELECT sparkify_execute($$
CREATE USER userlog1 PASSWORD 'Userlog1';
ALTER USER userlog1 CREATEDB;
/* a name in quotes, two at once */ CREATE USER "userlog ""3""" PASSWORD 'Userlog1';
ALTER USER userlog1 RENAME TO userlog2;
DROP USER userlog2, "userlog ""3"""
$$) IS NOT NULL AS ran;
SELECT trim(username) AS username, trim(oldusername) AS oldusername, trim(action) AS action, usecreatedb, usesuper,
  userid IS NULL AS gone FROM stl_userlog WHERE username ~ '^userlog' ORDER BY recordtime, 1;
SELECT count(*) FROM sys_userlog WHERE user_name ~ '^userlog' AND has_create_db_privs = 1;
SET ROLE viewer_other;
SELECT count(*) FROM stl_userlog;
RESET ROLE;

-- interleaved sort keys: their columns, counted from 0, to who owns the table and to superusers
SELECT sparkify_execute($$
CREATE TABLE shop.visits (day DATE, page VARCHAR(20), visitor INT) INTERLEAVED SORTKEY (visitor, day);
GRANT SELECT ON shop.visits TO viewer_other
$$) IS NOT NULL AS ran;
SELECT trim(name) AS name, col, interleaved_skew, last_reindex
  FROM svv_interleaved_columns JOIN stv_tbl_perm ON id = tbl ORDER BY col;
SET ROLE viewer_other;
SELECT count(*) FROM svv_interleaved_columns;
RESET ROLE;

-- columns as AWS documents them, of the views that it has added to last
SELECT c.relname, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'redshift'::regnamespace AND c.relname IN ('sys_query_explain', 'svv_rls_relation', 'svv_query_state', 'sys_stream_scan_errors', 'sys_serverless_usage') GROUP BY 1 ORDER BY 1;
SELECT trim(username) = current_user AS own FROM sys_query_history LIMIT 1;
SELECT mask_get_policy_for_role_on_column('shop', 'orders', 'id', 'viewer_role') IS NULL AS none,
  mask_get_policy_for_user_on_column('shop', 'orders', 'id', 'viewer_other') IS NULL AS none_either;

-- sparkify_check says which of them have no rows here: the list it goes by is that of the views without a body
SELECT line, rule, fatal, message, hint FROM sparkify_check($$
SELECT * FROM stl_aggr JOIN pg_catalog.svl_s3query USING (query);
SELECT * FROM stl_query$$);
SELECT name, pg_get_viewdef(('redshift.' || name)::regclass) ~ 'WHERE false' AS is_empty
  FROM sparkify_internal.system_view
WHERE pg_get_viewdef(('redshift.' || name)::regclass) ~ 'WHERE false'
    <> EXISTS (SELECT FROM sparkify_check('SELECT * FROM ' || name) WHERE rule = 'empty-view');
DROP OWNED BY viewer_role, viewer_inner, viewer_other;
DROP ROLE viewer_role, viewer_inner, viewer_other;
\c :home
DROP DATABASE catalog_views;
