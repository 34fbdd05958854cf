-- The exported script, executed in a second database over the same store, gives
-- the same rows in every table; also when it runs twice, and with a table of
-- the user's own.
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/warehouse'
\set bucket 'CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location ''s3://warehouse/'', mirror :''mirror'')'
\set settings '[IAM_ROLE]\nARN=arn:aws:iam::123456789012:role/dwhRole\n[S3]\nLOG_DATA=s3://warehouse/log_data\nLOG_JSONPATH=s3://warehouse/log_json_path.json\nSONG_DATA=s3://warehouse/song_data\n'
\set contents 'SELECT t.name, md5(query_to_xml(format(''SELECT %s FROM %I ORDER BY 1, 2, 3, 4, 5'', t.columns, t.name), true, false, '''')::text) AS hash, (xpath(''/row/c/text()'', query_to_xml(format(''SELECT count(*) AS c FROM %I'', t.name), false, true, '''')))[1] AS rows FROM (SELECT table_name AS name, string_agg(quote_ident(column_name), '', '' ORDER BY column_name) AS columns FROM information_schema.columns WHERE table_schema = ''public'' AND table_name IN (''staging_events'', ''staging_songs'', ''songplays'', ''users'', ''songs'', ''artists'', ''time'', ''fans'') AND column_name <> ''songplay_id'' GROUP BY 1) AS t'
\set all 'SELECT count(*) AS tables, sum(rows::text::int) AS rows, md5(string_agg(name || hash || rows::text, '','' ORDER BY name)) AS hash FROM (' :contents ') AS c'

\set home :DBNAME
CREATE DATABASE export_from;
\c export_from
CREATE EXTENSION sparkify_dwh;
:bucket;
SELECT count(*) FROM sparkify_configure(:'settings');
SET client_min_messages = warning;
SELECT count(*) FROM sparkify_etl();
:all \gset from_
\echo :from_tables tables, :from_rows rows
SELECT sparkify_export('psql') AS script, sparkify_export('ddl') AS ddl, sparkify_export('load') AS load,
       sparkify_export('drop') AS drop, sparkify_export('psql', 'serverless') AS serverless \gset
-- with a table of the user's own
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES
    ('create', 50, 'fans', 'CREATE TABLE IF NOT EXISTS fans (user_id INT, plays BIGINT, a INT, b INT, c INT)'),
    ('transform', 50, 'fans', 'DELETE FROM fans'),
    ('transform', 60, 'fans',
      'INSERT INTO fans (user_id, plays) SELECT user_id, COUNT(*) FROM songplays GROUP BY user_id');
SELECT count(*) FROM sparkify_etl();
:all \gset own_
\echo :own_tables tables, :own_rows rows
SELECT sparkify_export('psql') AS own_script \gset

CREATE DATABASE export_to;
\c export_to
CREATE EXTENSION sparkify_dwh;
:bucket;
SELECT count(*) FROM sparkify_configure(:'settings');
SET client_min_messages = warning;
SELECT bool_and(rows IS NOT NULL) FROM sparkify_execute(:'script') WHERE command = 'COPY';
:all \gset to_
SELECT :'to_hash' = :'from_hash' AS same;
SELECT count(*) > 0 FROM sparkify_execute(:'script');
:all \gset to_
SELECT :'to_hash' = :'from_hash' AS same_when_run_twice;
SELECT count(*) > 0 FROM sparkify_execute(:'own_script');
:all \gset to_
SELECT :'to_hash' = :'own_hash' AS same_with_own_table;
-- the parts, one after another, for the other target
SELECT count(*) > 0 FROM sparkify_execute(:'drop');
DROP TABLE fans;
SELECT count(*) > 0 FROM sparkify_execute(:'ddl');
SELECT count(*) > 0 FROM sparkify_execute(:'load');
:all \gset to_
SELECT :'to_hash' = :'from_hash' AS same_from_parts;
SELECT count(*) > 0 FROM sparkify_execute(:'serverless');
:all \gset to_
SELECT :'to_hash' = :'from_hash' AS same_for_serverless;

\c :home
DROP DATABASE export_from;
DROP DATABASE export_to;
