-- What drivers and tools ask of the catalogue, each question in words of our own: it is answered without an error.
\set home :DBNAME
CREATE DATABASE catalog_clients;
\c catalog_clients
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
SET search_path = public, redshift;
SELECT count(*) FROM sparkify_execute($$
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id INT IDENTITY(1, 1) NOT NULL, at TIMESTAMP SORTKEY, customer VARCHAR(20)
    DISTKEY ENCODE ZSTD, price DECIMAL(8,2));
CREATE VIEW shop.cheap AS SELECT id FROM shop.orders WHERE price < 10;
CREATE PROCEDURE shop.tidy(a INT, OUT b VARCHAR) LANGUAGE plpgsql AS $body$ BEGIN b := 'x'; END $body$ $$);
INSERT INTO shop.orders (at, customer, price) VALUES ('2018-11-01', 'a', 5);
ANALYZE shop.orders;
-- asked through the dialect, as a client's queries come
CREATE FUNCTION ask(question text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    asked text;
BEGIN
    FOR asked IN SELECT sparkify_translate(question) LOOP
        RETURN QUERY EXECUTE format('SELECT q::text FROM (%s) AS q', asked);
    END LOOP;
END $$;
\t
\a
-- drivers: databases, schemas, tables with their kinds, columns with types, procedures with arguments
SELECT ask('SELECT database_name FROM svv_redshift_databases WHERE database_name LIKE ''catalog_cl%'' ORDER BY 1');
SELECT ask('SELECT schema_name, database_name FROM svv_all_schemas WHERE database_name = CURRENT_DATABASE() AND schema_name LIKE ''sh%''');
SELECT ask('SELECT table_schema, table_name, CASE WHEN table_type = ''BASE TABLE'' THEN ''TABLE'' ELSE table_type END AS kind, remarks FROM svv_tables WHERE table_schema = ''shop'' ORDER BY 2');
SELECT ask('SELECT schema_name, table_name, table_type FROM svv_all_tables WHERE schema_name = ''shop'' AND table_type IN (''TABLE'', ''VIEW'') ORDER BY 2');
SELECT ask('SELECT column_name, data_type, CASE data_type WHEN ''integer'' THEN 4 WHEN ''numeric'' THEN 2 ELSE 12 END AS code, COALESCE(character_maximum_length, numeric_precision), numeric_scale, is_nullable,
    CASE WHEN column_default LIKE ''"identity"%'' THEN ''YES'' ELSE ''NO'' END AS counted, ordinal_position FROM svv_columns WHERE table_schema = ''shop'' AND table_name = ''orders'' ORDER BY ordinal_position');
SELECT ask('SELECT p.proname, p.prokind, p.proargtypes[0], n.nspname FROM pg_proc_info p JOIN pg_namespace n ON p.pronamespace = n.oid WHERE n.nspname = ''shop'' ORDER BY p.prooid');
SELECT ask('SELECT 1 FROM svv_external_schemas WHERE schemaname LIKE ''shop''');
SELECT ask('SELECT schemaname, tablename FROM svv_external_tables UNION ALL SELECT schemaname, columnname FROM svv_external_columns');
SELECT ask('SELECT view_name, col_name, col_type FROM pg_get_late_binding_view_cols() AS c (view_schema NAME, view_name NAME, col_name NAME, col_type VARCHAR, col_num INT)');
SELECT * FROM pg_get_cols('shop.orders') AS c (view_schema name, view_name name, col_name name, col_type varchar,
    col_num int);
SELECT ask('SELECT t.table_name, p.privilege_type, p.identity_name FROM svv_tables t LEFT JOIN svv_relation_privileges p ON p.relation_name = t.table_name WHERE t.table_schema = ''shop'' ORDER BY 1');
-- reflection: keys and encodings of each column, comments, owner, the view's text
SELECT ask('SELECT a.attname, FORMAT_ENCODING(a.attencodingtype::INT) AS encoding, a.attisdistkey, a.attsortkeyord, FORMAT_TYPE(a.atttypid, a.atttypmod) AS type
    FROM pg_class_info c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute_info a ON a.attrelid = c.reloid WHERE n.nspname = ''shop'' AND c.relname = ''orders'' AND a.attnum > 0 ORDER BY a.attnum');
SELECT ask('SELECT c.relname, CASE c.reldiststyle WHEN 0 THEN ''EVEN'' WHEN 1 THEN ''KEY'' WHEN 8 THEN ''ALL'' ELSE ''AUTO'' END AS style, PG_GET_USERBYID(c.relowner) = CURRENT_USER FROM pg_class_info c WHERE c.relname IN (''orders'') ');
SELECT ask('SELECT viewname, definition IS NOT NULL FROM pg_views WHERE schemaname = ''shop''');
SELECT ask('SELECT tablename, "column", encoding, distkey, sortkey FROM pg_table_def WHERE schemaname = ''public'' AND tablename = ''none''');
-- builders of models: size, style and order of a table for its documentation; who may read it; what is refreshed
SELECT ask('SELECT "schema", "table", diststyle, sortkey1, encoded, max_varchar, tbl_rows, unsorted, stats_off BETWEEN 0 AND 100 FROM svv_table_info WHERE "schema" = ''shop''');
SELECT ask('SELECT u.usename = CURRENT_USER, HAS_TABLE_PRIVILEGE(u.usename, ''shop.orders'', ''select'') FROM pg_user u WHERE u.usename = CURRENT_USER');
SELECT ask('SELECT name, autorefresh, is_stale FROM svv_mv_info WHERE schema_name = ''shop''');
SELECT ask('SELECT pid = PG_BACKEND_PID() AS me FROM stv_sessions s JOIN (SELECT process AS pid FROM stv_sessions) p ON p.pid = s.process WHERE pid = PG_BACKEND_PID()');
-- keys: a table's own, what it refers to, what refers to it, and what would hinder a DROP
SELECT count(*) FROM sparkify_execute('CREATE TABLE shop.customers (name VARCHAR(20) NOT NULL); ALTER TABLE shop.customers ADD PRIMARY KEY (name);
    ALTER TABLE shop.orders ADD CONSTRAINT by_whom FOREIGN KEY (customer) REFERENCES shop.customers');
SELECT ask('SHOW CONSTRAINTS PRIMARY KEYS FROM TABLE shop.customers');
SELECT ask('SHOW CONSTRAINTS FOREIGN KEYS FROM TABLE shop.orders');
SELECT ask('SHOW CONSTRAINTS FOREIGN KEYS EXPORTED FROM TABLE shop.customers');
SELECT ask('SELECT c.conname, c.contype, PG_GET_CONSTRAINTDEF(c.oid) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE t.relname = ''customers'' AND c.contype = ''p''');
SELECT ask('SELECT k.attname FROM pg_index i JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey) JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = ''customers'' AND i.indisprimary');
-- administrators: space, skew and order of tables; locks; long queries; loads; who is connected; queues and alerts that
-- a cluster has
SELECT ask('SELECT TRIM(p.name) AS name, SUM(p.rows) AS rows, COUNT(DISTINCT b.blocknum) AS blocks FROM stv_tbl_perm p LEFT JOIN stv_blocklist b ON b.tbl = p.id AND b.slice = p.slice WHERE p.name = ''orders'' GROUP BY 1');
SELECT ask('SELECT COUNT(*) FROM svv_diskusage d JOIN stv_slices s ON s.slice = d.slice JOIN pg_database b ON b.oid = d.db_id WHERE b.datname = CURRENT_DATABASE()');
SELECT ask('SELECT l.table_id, l.lock_status, t.txn_owner FROM stv_locks l JOIN svv_transactions t ON t.pid = l.lock_owner_pid WHERE l.table_id = -1');
SELECT ask('SELECT q.query, DATEDIFF(seconds, q.starttime, q.endtime), TRIM(t.text) FROM stl_query q JOIN stl_querytext t USING (query) WHERE q.userid > 1 AND q.starttime > DATEADD(day, -1, GETDATE()) AND t.sequence = 0 AND q.aborted = 1');
SELECT ask('SELECT w.service_class, AVG(w.total_queue_time) FROM stl_wlm_query w JOIN stv_wlm_service_class_config c ON c.service_class = w.service_class WHERE w.service_class > 4 GROUP BY 1');
SELECT ask('SELECT a.event, a.solution, s.perm_table_name, COUNT(*) FROM stl_alert_event_log a LEFT JOIN stl_scan s ON a.query = s.query AND a.segment = s.segment AND a.step = s.step GROUP BY 1, 2, 3');
SELECT ask('SELECT e.plannode, e.info, SUM(s.rows) FROM stl_explain e LEFT JOIN svl_query_summary s ON s.query = e.query GROUP BY 1, 2');
SELECT ask('SELECT COUNT(*) FROM sys_query_history h LEFT JOIN sys_query_detail d ON d.query_id = h.query_id WHERE h.status = ''failed'' AND h.query_type = ''COPY''');
SELECT ask('SELECT v.status, SUM(v.rows) FROM stl_vacuum v GROUP BY 1 UNION ALL SELECT status, SUM(rows::BIGINT) FROM stl_analyze GROUP BY 1');
SELECT ask('SELECT r.table_id, r.ddl FROM svv_alter_table_recommendations r');
SELECT ask('SELECT COUNT(*), SUM(transfer_size) / (1024 * 1024) AS mb, (MAX(end_time) - MIN(start_time)) / 1000000 AS seconds FROM stl_s3client WHERE http_method = ''GET'' GROUP BY query');
SELECT ask('SELECT c.username, DATEDIFF(minute, c.recordtime, GETDATE()) FROM stl_connection_log c LEFT JOIN stl_connection_log d ON d.pid = c.pid AND d.event = ''disconnecting session'' WHERE c.event = ''initiating session'' AND d.pid IS NULL');
SELECT ask('SELECT t.query_uuid, t.user_query_id, u.starttime FROM stl_querytext t JOIN stl_utilitytext u ON u.xid = t.xid AND TRIM(u.text) = ''COMMIT''');
SELECT ask('SELECT template_name FROM sys_redshift_template');
SELECT ask('SELECT COUNT(*) FROM stl_connection_log l LEFT JOIN stl_sessions s ON s.process = l.pid WHERE l.event = ''authenticated''');
SELECT ask('SELECT COUNT(*) FROM stl_load_errors e JOIN stl_loaderror_detail d ON d.query = e.query LEFT JOIN stl_s3client c ON c.query = e.query LEFT JOIN stl_file_scan f ON f.query = e.query');
SELECT ask('SELECT n.node, n.used, p.capacity FROM stv_node_storage_capacity n JOIN stv_partitions p ON p.owner = n.node');
SELECT ask('SELECT role_name, role_owner FROM svv_roles WHERE role_name = ''none'' UNION ALL SELECT user_name, role_name FROM svv_user_grants WHERE user_name = ''none''');
-- keys that Redshift does not enforce
SELECT count(*) FROM sparkify_execute('CREATE TABLE shop.keyed (a INT, b INT, c INT UNIQUE, PRIMARY KEY (b, a))');
SELECT ask('SELECT con.conname, con.contype, con.conkey, pg_get_constraintdef(con.oid) FROM pg_constraint con JOIN pg_class t ON t.oid = con.conrelid WHERE t.relname = ''keyed'' ORDER BY 1');
SELECT ask('SELECT a.attname, ix.indisprimary, t.relhaspkey FROM pg_class t JOIN pg_index ix ON t.oid = ix.indrelid JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (ix.indkey::SMALLINT[]) WHERE t.relname = ''keyed'' ORDER BY 1');
-- as drivers read them: foreign keys with the key they refer to, the index by which a key was kept,
-- information_schema, IDENTITY
SELECT count(*) FROM sparkify_execute('CREATE TABLE shop.pairs (n BIGINT IDENTITY(7,2), x INT DEFAULT 5, y INT, "Odd one" INT REFERENCES shop.keyed (c), PRIMARY KEY (n), FOREIGN KEY (y, x) REFERENCES shop.keyed (b, a))');
SELECT ask('SELECT con.conname, con.contype, con.conkey, con.confrelid::REGCLASS, con.confkey, con.confupdtype, con.confdeltype, con.confmatchtype, pg_get_constraintdef(con.oid, true) FROM pg_constraint con WHERE con.conrelid = ''shop.pairs''::REGCLASS ORDER BY 1');
SELECT ask('SELECT c.conname, i.relname FROM pg_constraint c JOIN pg_class i ON i.oid = c.conindid WHERE c.conrelid = ''shop.pairs''::REGCLASS ORDER BY 1');
SELECT ask('SELECT fk.relname, d.deptype, i.relname, i.relkind FROM pg_depend d JOIN pg_constraint c ON c.oid = d.objid AND d.classid = ''pg_constraint''::REGCLASS JOIN pg_class fk ON fk.oid = c.conrelid JOIN pg_class i ON i.oid = d.refobjid WHERE c.conname = ''pairs_y_fkey''');
SELECT ask('SELECT t.relname, t.relhasindex, i.relname, am.amname, ix.indkey, ix.indoption, pg_get_indexdef(ix.indexrelid), pg_get_indexdef(ix.indexrelid, 2, true) FROM pg_class t JOIN pg_index ix ON ix.indrelid = t.oid JOIN pg_class i ON i.oid = ix.indexrelid JOIN pg_am am ON am.oid = i.relam WHERE t.relname IN (''keyed'', ''pairs'') ORDER BY 1, 3');
SELECT ask('SELECT table_name, constraint_name, constraint_type, is_deferrable FROM information_schema.table_constraints WHERE table_schema = ''shop'' AND table_name IN (''keyed'', ''pairs'') ORDER BY 1, 2');
SELECT ask('SELECT kcu.constraint_name, kcu.column_name, kcu.ordinal_position, kcu.position_in_unique_constraint FROM information_schema.key_column_usage kcu WHERE kcu.table_name IN (''keyed'', ''pairs'') ORDER BY 1, 3');
SELECT ask('SELECT tc.table_name, kcu.column_name, ccu.table_name, ccu.column_name FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu USING (constraint_schema, constraint_name) JOIN information_schema.constraint_column_usage ccu USING (constraint_schema, constraint_name) WHERE tc.constraint_type = ''FOREIGN KEY'' AND tc.table_name = ''pairs'' ORDER BY 2, 4');
SELECT ask('SELECT constraint_name, unique_constraint_schema, unique_constraint_name, match_option, delete_rule FROM information_schema.referential_constraints WHERE constraint_schema = ''shop'' ORDER BY 1');
SELECT ask('SELECT column_name, REGEXP_REPLACE(column_default, ''[0-9]{4,}'', ''N'') FROM information_schema."columns" WHERE table_name = ''pairs'' ORDER BY ordinal_position');
SELECT ask('SELECT a.attname, a.atthasdef, REGEXP_REPLACE(d.adsrc, ''[0-9]{4,}'', ''N'') FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = ''shop.pairs''::REGCLASS AND a.attnum > 0 ORDER BY a.attnum');
-- older drivers read a key's columns from its index, newer ones expand its numbers; a query of no table is the leader
-- node's
SELECT ask('SELECT t.relname, i.relname AS key, a.attname, a.attnum, FORMAT_TYPE(a.atttypid, a.atttypmod) FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_attribute a ON a.attrelid = i.oid WHERE x.indisprimary AND t.relname IN (''keyed'', ''pairs'', ''customers'') ORDER BY 1, 4');
SELECT ask('SELECT found.name AS "NAME", found.place AS "PLACE"FROM (SELECT a.attname AS name, (information_schema._pg_expandarray(k.conkey)).n AS place, information_schema._pg_expandarray(k.conkey) AS pair, a.attnum FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid JOIN pg_class t ON t.oid = k.conrelid WHERE k.contype = ''p'' AND t.relname = ''keyed'') AS found WHERE found.attnum = (found.pair).x ORDER BY 2');
SELECT ask('SELECT ''"shop"."keyed"''::REGCLASS::OID > 0');
-- the arguments of procedures and functions: as many places as any has, counted in a CASE, then those that each has;
-- Redshift's own functions have no names of arguments, and what is kept about them is bytes
SELECT count(*) FROM sparkify_execute($$CREATE FUNCTION shop.twice(x INT) RETURNS INT IMMUTABLE
    LANGUAGE sql AS $body$ SELECT $1 * 2 $body$ $$);
SELECT ask('SELECT DISTINCT r.proname, places.place, CASE WHEN r.proallargtypes IS NULL THEN FORMAT_TYPE(r.proargtypes[places.place - 1], NULL) ELSE FORMAT_TYPE(r.proallargtypes[places.place], NULL) END AS type, r.proargnames[places.place] AS name,
    CASE WHEN r.proargmodes IS NULL THEN ''i'' ELSE r.proargmodes[places.place] END AS mode
    FROM pg_catalog.pg_proc_info r JOIN pg_namespace n ON n.oid = r.pronamespace LEFT JOIN (SELECT CASE WHEN proargmodes IS NULL THEN generate_series(1, pronargs::INT) ELSE generate_series(ARRAY_LOWER(proargmodes, 1), ARRAY_UPPER(proargmodes, 1)) END AS place FROM pg_catalog.pg_proc_info)
    AS places ON places.place <= ARRAY_UPPER(r.proargnames, 1) WHERE n.nspname = ''shop'' ORDER BY 1, 2');
SELECT ask('SELECT COUNT(*) FROM pg_proc_info WHERE proargnames IS NOT NULL AND pronamespace = ''pg_catalog''::REGNAMESPACE::OID');
SELECT ask('SELECT proname, STRING_TO_ARRAY(TEXTIN(BYTEAOUT(SUBSTRING(probin FROM 1 FOR LENGTH(probin) - 3))), '','') AS sizes FROM pg_proc_info WHERE proname = ''tidy''');
-- who has no right on a table is shown none of its keys
CREATE ROLE clients_nobody;
SET ROLE clients_nobody;
SELECT ask('SELECT constraint_name FROM information_schema.table_constraints WHERE table_name = ''pairs''');
RESET ROLE;
DROP ROLE clients_nobody;
-- the check of a script knows the columns that Redshift's catalogs have
SELECT command, rows > 0 AS some
    FROM sparkify_execute($$SELECT MIN(CASE attisdistkey WHEN 't' THEN attname ELSE NULL END) AS "distkey",
    MAX(attsortkeyord) FROM pg_attribute GROUP BY attrelid;
SELECT reldiststyle FROM pg_catalog.pg_class WHERE relname = 'orders'$$);
SELECT count(*) FROM sparkify_check('SELECT attisdistkey, nosuch FROM pg_attribute');
\c :home
DROP DATABASE catalog_clients;
