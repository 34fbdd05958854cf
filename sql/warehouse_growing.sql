-- Mode incremental over a hand-made bucket that grows.
\set home :DBNAME
CREATE DATABASE warehouse_growing;
\c warehouse_growing
CREATE EXTENSION sparkify_dwh;
SET client_min_messages = warning;
SELECT current_setting('data_directory') || '/growing_mirror' AS mirror \gset
\set make_directory 'mkdir -p ' :mirror '/l ' :mirror '/s'
COPY (SELECT WHERE false) TO PROGRAM :'make_directory';
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://g/', mirror :'mirror');
CREATE FUNCTION put(key text, content text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  lob oid := lo_from_bytea(0, convert_to(content, 'UTF8'));
BEGIN
  PERFORM lo_export(lob, current_setting('data_directory') || '/growing_mirror/' || key);
  PERFORM lo_unlink(lob);
END $$;
CREATE FUNCTION play(ts bigint, song text, item int, level text) RETURNS text LANGUAGE sql AS $$
  SELECT json_build_object('artist', 'A', 'firstName', 'F', 'lastName', 'L', 'gender', 'F', 'itemInSession', item,
      'length', 200.5, 'level', level,
    'location', 'X', 'page', 'NextSong', 'sessionId', 1, 'song', song, 'ts', ts, 'userAgent', 'u', 'userId',
        '7')::text $$;
CREATE FUNCTION song(id text, title text) RETURNS text LANGUAGE sql AS $$
  SELECT json_build_object('artist_id', 'AR' || id, 'artist_name', 'A', 'duration', 200.5, 'song_id', id, 'title',
      title, 'year', 2000)::text $$;
SELECT put('paths.json',
    '{"jsonpaths":["$.artist","$.auth","$.firstName","$.gender","$.itemInSession","$.lastName","$.length","$.level","$.location","$.method","$.page","$.registration","$.sessionId","$.song","$.status","$.ts","$.userAgent","$.userId"]}');
UPDATE sparkify_setting SET value = CASE name WHEN 'mode' THEN 'incremental' WHEN 'iam_role' THEN
  'arn:aws:iam::1:role/x'
  WHEN 'log_data' THEN 's3://g/l/' WHEN 'song_data' THEN 's3://g/s/' ELSE 's3://g/paths.json' END
WHERE name IN ('mode', 'iam_role', 'log_data', 'song_data', 'log_jsonpath');

-- the first load
SELECT put('l/1.json', play(1541105830796, 'One', 0, 'free')), put('s/1.json', song('S1', 'One'));
SELECT phase, table_name, rows FROM sparkify_etl();
SELECT start_time, level, song_id FROM songplays ORDER BY 1;
-- nothing new
SELECT phase, table_name, rows FROM sparkify_etl();
-- a play whose song is not there yet; a late event that doesn't overtake the level; one delivered twice, under two keys
SELECT put('l/2.json', play(1541105900000, 'Two', 1, 'paid')), put('l/3.json', play(1541105000000, 'One', 2, 'free')),
  put('l/3-again.json', play(1541105000000, 'One', 2, 'free'));
SELECT phase, table_name, rows FROM sparkify_etl();
SELECT start_time, level, song_id FROM songplays ORDER BY 1;
SELECT user_id, level FROM users;
-- the song arrives: its play is completed
SELECT put('s/2.json', song('S3', 'Two'));
SELECT count(*) > 0 AS ran FROM sparkify_etl();
SELECT start_time, song_id, artist_id FROM songplays ORDER BY 1;
-- a twin with a lower id becomes the song that is joined, as in a full load
SELECT put('s/3.json', song('S2', 'Two'));
SELECT count(*) > 0 AS ran FROM sparkify_etl();
SELECT start_time, song_id, artist_id FROM songplays ORDER BY 1;
-- a bad object stops the run, and nothing of it is there; the next run takes it up
SELECT put('l/4.json', play(1541106000000, 'One', 3, 'free')), put('l/5.json', '{"ts":"x"}');
\set VERBOSITY terse
SELECT count(*) FROM sparkify_etl();
\set VERBOSITY default
SELECT count(*) FROM songplays;
SELECT put('l/5.json', play(1541106100000, 'One', 4, 'paid'));
SELECT count(*) > 0 AS ran FROM sparkify_etl();
SELECT count(*) FROM songplays;
-- a guard keeps a wrong night from being committed, and the next one takes it up
INSERT INTO sparkify_definition (phase, position, mode, name, statement)
VALUES ('transform', 1435, 'incremental', 'songplays', 'DELETE FROM songplays WHERE level = ''paid''');
SELECT put('l/6.json', play(1541106200000, 'One', 5, 'paid'));
SELECT count(*) FROM sparkify_etl();
DELETE FROM sparkify_definition WHERE position = 1435;
SELECT count(*) > 0 AS ran FROM sparkify_etl();
SELECT count(*) FROM songplays;
-- what sort keys are on Redshift, indexes are here
SELECT indexrelname FROM pg_stat_user_indexes WHERE schemaname = 'public' AND relname IN ('songplays', 'time',
  'play_events') ORDER BY 1;

-- staging and transforming apart would lose what is staged
SELECT * FROM sparkify_stage();
SELECT * FROM sparkify_transform();
-- the nightly script is what ran here; the first one creates the jobs
SELECT m[1] FROM regexp_matches(sparkify_export('psql'), '^((?:JOB CREATE|COPY JOB|CREATE INDEX|BEGIN|COMMIT)[^\n;]*)',
  'gn') AS m;
SELECT m[1] FROM regexp_matches(sparkify_export('nightly'),
  '^((?:JOB CREATE|COPY JOB|CREATE (?:TEMP )?TABLE|BEGIN|COMMIT)[^\n;(]*)', 'gn') AS m;
SELECT j ->> 'operation' AS operation, jsonb_array_length(j -> 'input' -> 'Sqls') <= 40 AS fits
  FROM jsonb_array_elements(sparkify_export('data-api-nightly')::jsonb) AS j;
SELECT max(jsonb_array_length(j -> 'input' -> 'Sqls')) <= 40 AS first_load_fits
  FROM jsonb_array_elements(sparkify_export('data-api')::jsonb) AS j WHERE j ->> 'operation' = 'BatchExecuteStatement';
-- no transaction holds the creation of a job: a call of its own, which names the schema
SELECT substring(j -> 'input' ->> 'Sql' FROM '^[^\n]*') AS begins, substring(j -> 'input' ->> 'Sql' FROM '[^\n]*$') AS ends
  FROM jsonb_array_elements(sparkify_export('data-api')::jsonb) AS j WHERE j ->> 'operation' = 'ExecuteStatement';
UPDATE sparkify_setting SET value = 'dwh' WHERE name = 'schema';
SELECT substring(j -> 'input' ->> 'Sql' FROM '^[^\n]*') AS begins
  FROM jsonb_array_elements(sparkify_export('data-api')::jsonb) AS j WHERE j ->> 'operation' = 'ExecuteStatement';
UPDATE sparkify_setting SET value = 'public' WHERE name = 'schema';
-- the script of the first load says that it runs once; the nightly one may run again
SELECT m[1] FROM regexp_matches(sparkify_export('psql') || sparkify_export('nightly'),
  '^-- ((?:It may be run again|It is the first load|COPY JOB DROP)[^\n]*)', 'gn') AS m;
-- more statements than a batch of the Data API may hold are refused: the night is one transaction
INSERT INTO sparkify_definition (phase, position, mode, name, statement)
SELECT 'transform', 1600 + i, 'incremental', 'mine', 'DELETE FROM staging_songs WHERE year = ' || i
FROM generate_series(1, 40) AS i;
SELECT sparkify_export('data-api-nightly');
SELECT length(sparkify_export('nightly')) > 0 AS psql_holds_them;
UPDATE sparkify_definition SET mode = NULL WHERE name = 'mine';
SELECT sparkify_export('data-api');
DELETE FROM sparkify_definition WHERE name = 'mine';
SELECT * FROM sparkify_check();

-- back to a full load: the same tables, no jobs, no indexes
CREATE TABLE before AS SELECT start_time, user_id, level, song_id, artist_id FROM songplays;
UPDATE sparkify_setting SET value = 'full' WHERE name = 'mode';
SELECT put('l/3-again.json', '');
SELECT count(*) > 0 AS ran FROM sparkify_etl();
SELECT count(*) FROM (SELECT * FROM before EXCEPT ALL SELECT start_time, user_id, level, song_id, artist_id
  FROM songplays) AS lost;
SELECT count(*) FROM (SELECT start_time, user_id, level, song_id, artist_id FROM songplays EXCEPT ALL SELECT *
  FROM before) AS more;
SELECT count(*) FROM sys_copy_job;
SELECT count(*) FROM pg_indexes WHERE tablename = 'songplays';
SELECT sparkify_export('nightly');
UPDATE sparkify_setting SET value = 'sometimes' WHERE name = 'mode';
SELECT sparkify_etl();

\c :home
DROP DATABASE warehouse_growing;
