-- Every system view with its columns and types, a line a view.  The output was compared with the tables in AWS's
-- pages (r_STL_AGGR.html ... of the developer guide; r_SVV_LANUGAGE_PRIVILEGES.html is spelled so): a line that
-- changes is compared with its page again.  SVL_QERROR is deprecated, and its page has no columns.
-- svv_rls_applied_policy.recordtime is a time there, which has no day.
-- Where a page has a type that PostgreSQL lacks: abstime (pg_user_info.valuntil) is timestamp with time zone here.
\set home :DBNAME
CREATE DATABASE catalog_columns;
\c catalog_columns
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;

\pset format unaligned
\pset tuples_only on
SELECT c.relname || ': ' || string_agg(quote_ident(a.attname) || ' '
         || replace(format_type(a.atttypid, a.atttypmod), ' without time zone', ''), ', ' ORDER BY a.attnum)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind = 'v' AND c.relnamespace <> 'pg_catalog'::regnamespace
   AND (c.relname ~ '^(stl|stv|svl|svcs|svv|sys)_'
        OR c.relname IN ('pg_attribute_info', 'pg_class_info', 'pg_database_info', 'pg_default_acl', 'pg_external_schema', 'pg_library',
                         'pg_proc_info', 'pg_statistic_indicator', 'pg_table_def', 'pg_user_info'))
 GROUP BY c.oid, c.relname ORDER BY c.relname COLLATE "C";
\pset tuples_only off

-- nobody is kept from any of them
SELECT count(*) FROM pg_class c
 WHERE c.relkind = 'v' AND c.relname ~ '^(stl|stv|svl|svcs|svv|sys)_' AND NOT has_table_privilege('pg_monitor', c.oid, 'SELECT');

\c :home
DROP DATABASE catalog_columns;
