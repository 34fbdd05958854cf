-- The names that Redshift has in pg_catalog: found whatever search_path is, with the catalog's and the
-- database's name before them, and PostgreSQL's catalogs with Redshift's columns.
\set VERBOSITY terse
SET client_min_messages TO warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
RESET client_min_messages;
CREATE SCHEMA names;
SET search_path TO names;

-- what a name becomes: alone, behind pg_catalog, behind the database
SELECT public.sparkify_translate($$
SELECT q.query FROM stl_query q JOIN pg_catalog.stl_querytext t ON t.query = q.query;
SELECT pg_catalog.svv_table_info."table" FROM dev.pg_catalog.svv_table_info;
SELECT pg_last_copy_count(), pg_catalog.pg_last_query_id(), dev.pg_catalog.format_encoding(1), pg_catalog.len('a'),
    pg_catalog.nvl(1, 2);
SELECT pg_catalog.lower('A'), pg_catalog.pg_get_userbyid(10), version(), pg_catalog.version();
SELECT count(*) FROM pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND c.oid = 'pg_class'::regclass;
WITH stl_query AS (SELECT 1 AS query) SELECT query FROM stl_query;
UPDATE sparkify_setting SET value = 'us-west-2' WHERE name = 'region';
SELECT * FROM information_schema.tables, names.stl_query, pg_tables;
$$);

-- a table of the user's own is hidden by a system view of its name, unless it is temporary, or the path says so
CREATE TABLE stl_query AS SELECT -1 AS query;
CREATE TABLE answers (test text, answer int);
SELECT count(*) FROM public.sparkify_execute($$INSERT INTO answers SELECT 'hidden', count(*) FROM stl_query
    WHERE query = -1$$);
SET search_path TO names, pg_catalog;
SELECT count(*) FROM public.sparkify_execute($$INSERT INTO answers SELECT 'path', count(*) FROM stl_query
    WHERE query = -1$$);
SET search_path TO names;
SELECT count(*) FROM public.sparkify_execute($$INSERT INTO answers SELECT 'schema', count(*) FROM names.stl_query$$);
CREATE TEMP TABLE stl_query AS SELECT -1 AS query;
SELECT count(*) FROM public.sparkify_execute($$INSERT INTO answers SELECT 'temporary', count(*) FROM stl_query
    WHERE query = -1$$);
DROP TABLE pg_temp.stl_query;
SELECT * FROM answers;

-- a function of the user's own that the path finds stays
CREATE FUNCTION names.slice_num() RETURNS int LANGUAGE sql AS 'SELECT 42';
SELECT public.sparkify_translate('SELECT slice_num(), pg_catalog.slice_num()');

-- PostgreSQL's catalogs with the columns of Redshift's
SELECT count(*) FROM public.sparkify_execute($$CREATE TABLE songs (id int NOT NULL SORTKEY, artist varchar(20)
    DISTKEY ENCODE zstd, year int DEFAULT 7)$$);
SELECT public.sparkify_translate($$SELECT c.relname, c.reldiststyle, c.relhasoids, c.relnatts FROM pg_class c
    WHERE c.oid = 'names.songs'::regclass$$) \gexec
SELECT public.sparkify_translate($$SELECT attname, attisdistkey, attsortkeyord,
    format_encoding(attencodingtype::integer) FROM pg_attribute WHERE attrelid = 'names.songs'::regclass AND attnum > 0
    ORDER BY attnum$$) \gexec
SELECT public.sparkify_translate($$SELECT adsrc FROM pg_attrdef WHERE adrelid = 'names.songs'::regclass$$) \gexec
SELECT public.sparkify_translate($$SELECT proisagg, proiswindow FROM pg_proc WHERE proname IN ('sum', 'rank')
    GROUP BY 1, 2 ORDER BY 1$$) \gexec
SELECT public.sparkify_translate($$SELECT procpid = pid AS same, current_query LIKE 'SELECT procpid%' AS mine
    FROM pg_stat_activity a WHERE procpid = pg_backend_pid()$$) \gexec
SELECT public.sparkify_translate($$SELECT usecatupd FROM pg_user WHERE usename = current_user$$) \gexec
SELECT public.sparkify_translate($$SELECT datlastsysoid, datvacuumxid = datfrozenxid AS same FROM pg_database
    WHERE datname = current_database()$$) \gexec

-- what is the extension's stands in pg_catalog, its schemas nowhere; the oid, ctid and xmin of the catalogs are there
SELECT public.sparkify_translate($$SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname IN ('stl_query', 'songs', 'pg_class', 'sparkify_setting_pkey') ORDER BY 1$$) \gexec
SELECT public.sparkify_translate($$SELECT count(*) FROM pg_namespace
    WHERE nspname IN ('redshift', 'sparkify_internal')$$) \gexec
SELECT public.sparkify_translate($$SELECT count(*) FROM pg_views
    WHERE viewname IN ('stl_query', 'svv_tables', 'pg_class')$$) \gexec
SELECT public.sparkify_translate($$SELECT n.nspname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.proname = 'slice_num' ORDER BY 1$$) \gexec
SELECT public.sparkify_translate($$SELECT c.tableoid::regclass, c.ctid IS NOT NULL AS ctid, c.xmin IS NOT NULL AS xmin
    FROM pg_class c WHERE c.oid = 'songs'::regclass$$) \gexec

-- a look-up by oid or by name finds its index through the views
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text; scans text[] := '{}';
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || public.sparkify_translate(query) LOOP
		scans := scans || substring(line FROM '(Index (?:Only )?Scan using pg_(?:class|attribute)\w+|(?:Seq|Bitmap) .*Scan on \w+)');
	END LOOP;
	RETURN QUERY SELECT DISTINCT s FROM unnest(scans) AS s WHERE s IS NOT NULL AND s !~ 'pg_seclabel' ORDER BY s;
END $$;
SELECT plan($$SELECT a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.oid = 1259 AND a.attnum = 1$$);
SELECT plan($$SELECT c.oid FROM pg_class c WHERE c.relname = 'songs'$$);

-- a query of the catalog alone isn't compiled, through a view of one's own neither; one of a table is
CREATE VIEW own_tables AS SELECT relname FROM pg_catalog.pg_class;
CREATE VIEW own_songs AS SELECT id FROM songs WHERE year > 3;
SET jit_above_cost = 0;
CREATE FUNCTION compiles(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF) ' || public.sparkify_translate(query) LOOP
		IF line LIKE 'JIT:%' THEN RETURN true; END IF;
	END LOOP;
	RETURN false;
END $$;
SELECT compiles($$SELECT count(*) FROM svv_tables WHERE table_name = 'none'$$) AS catalog,
  compiles('SELECT count(*) FROM own_tables') AS view_of_it,
  compiles('SELECT sum(id + 1) FROM songs WHERE year > 3') = pg_catalog.pg_jit_available() AS own,
  compiles('SELECT sum(id + 1) FROM own_songs') = pg_catalog.pg_jit_available() AS view_of_own;
RESET jit_above_cost;
DROP VIEW own_tables, own_songs;

-- of what everybody may read in PostgreSQL's catalogs, no more is to be read
CREATE ROLE names_reader;
GRANT USAGE ON SCHEMA names TO names_reader;
SET ROLE names_reader;
SELECT public.sparkify_translate($$SELECT count(*) > 0 AS many FROM pg_class$$) \gexec
SELECT public.sparkify_translate($$SELECT passwd FROM pg_user WHERE usename = current_user$$) \gexec
SELECT public.sparkify_translate($$SELECT rolpassword FROM pg_authid$$) \gexec
RESET ROLE;

-- PostgreSQL 8.0's function; what catalogs of later days have under another name
SELECT public.sparkify_translate($$SELECT makeaclitem(r.usesysid, 0, r.usesysid, 'SELECT', false)::text LIKE '%=r/%'
    AS item FROM pg_user r WHERE usename = current_user$$) \gexec
SELECT public.sparkify_translate($$SELECT count(transaction) > 0 AS mine FROM pg_locks
    WHERE pid = pg_backend_pid() AND transaction = pg_current_xact_id()::xid$$) \gexec
SELECT public.sparkify_translate($$SELECT 'ENCODE ' + format_encoding(12) AS encode$$) \gexec

-- BACKUP NO, as scripts look for it; a text compared with an oid
SELECT count(*) FROM public.sparkify_execute('CREATE TABLE unkept (a int) BACKUP NO');
SELECT public.sparkify_translate($$SELECT c.relname FROM pg_class c JOIN (SELECT SPLIT_PART(key, '_', 5) AS id
    FROM pg_conf WHERE key LIKE 'pg_class_backup_%' AND SPLIT_PART(key, '_', 4) = (SELECT oid FROM pg_database
    WHERE datname = current_database())) k ON k.id = c.oid WHERE c.relnamespace = 'names'::regnamespace$$) \gexec

-- a number for a truth value, as drivers write it
SELECT public.sparkify_translate($$SELECT 1 AS one WHERE 1 AND NOT 0 AND ('a' = 'b' OR 2)$$) \gexec
SELECT public.sparkify_translate($$SELECT count(*) FROM pg_class WHERE 0$$) \gexec

-- version and settings
SELECT public.sparkify_translate($$SELECT version() ~
    '^PostgreSQL 8\.0\.2 on i686-pc-linux-gnu, compiled by GCC .*, Redshift [0-9.]+$'$$) \gexec
SELECT public.sparkify_translate('SHOW server_version') \gexec
SELECT public.sparkify_translate('SHOW standard_conforming_strings') \gexec
SELECT public.sparkify_translate($$SELECT current_setting('server_version_num'), current_setting('query_group'),
    current_setting('no.such', true)$$) \gexec
SELECT public.sparkify_translate('SHOW query_group') \gexec
SELECT count(*) FROM public.sparkify_execute($$SET query_group TO 'load'; SET enable_result_cache_for_session = false;
    SET SESSION wlm_query_slot_count TO 3; SET LOCAL spectrum_query_maxerror TO -1$$);
SELECT public.sparkify_translate('SHOW query_group') \gexec
SELECT public.sparkify_translate('SHOW enable_result_cache_for_session') \gexec
SELECT public.sparkify_translate('SHOW ALL') \gset
SELECT name, setting FROM (:sparkify_translate) AS s WHERE name IN ('query_group', 'search_path', 'server_version',
  'json_serialization_enable', 'redshift.query_group') ORDER BY 1;
SELECT public.sparkify_translate($$SELECT set_config('QUERY_GROUP', 'report', false),
    set_config('readonly', 'yes', false), set_config('DateStyle', 'ISO', false)$$) \gexec
SELECT public.sparkify_translate($$SELECT name, setting, source FROM pg_settings
    WHERE name IN ('query_group', 'readonly', 'auto_mv') ORDER BY 1$$) \gexec
-- a setting lasts as long as a transaction's do
BEGIN;
SELECT count(*) FROM public.sparkify_execute($$SET query_group TO 'gone'$$);
ROLLBACK;
SELECT public.sparkify_translate('SHOW query_group') \gexec
SELECT count(*) FROM public.sparkify_execute('RESET query_group; SET wlm_query_slot_count TO DEFAULT');
SELECT public.sparkify_translate('SHOW query_group') \gexec
SELECT public.sparkify_translate('SHOW wlm_query_slot_count') \gexec
RESET ALL;
SELECT public.sparkify_translate('SHOW readonly') \gexec
SELECT public.sparkify_translate('ALTER USER u SET query_group TO ''x''; ALTER USER u RESET enable_vacuum_boost; ALTER USER u SET statement_timeout TO 10');
-- every setting shows its default
SELECT s.name FROM sparkify_internal.settings() s WHERE redshift.current_setting(s.name) <> s.value;
-- values that a setting doesn't take
SELECT public.sparkify_execute('SET enable_result_cache_for_session TO maybe');
SELECT public.sparkify_execute('SET wlm_query_slot_count TO 51');
SELECT public.sparkify_execute('SET analyze_threshold_percent TO ''many''');
SELECT redshift.set_config('enable_vacuum_boost', 'perhaps', false);

SET client_min_messages TO warning;
DROP OWNED BY names_reader;
DROP ROLE names_reader;
DROP SCHEMA names CASCADE;
