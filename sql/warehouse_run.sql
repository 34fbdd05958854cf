-- The pipeline over a hand-made bucket: eleven events, six song files.
\set home :DBNAME
CREATE DATABASE warehouse_run;
\c warehouse_run
CREATE EXTENSION sparkify_dwh;
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/warehouse'
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://warehouse/', mirror :'mirror');
SET client_min_messages = warning;

-- a setting that is missing is named, with the way to set it
SELECT sparkify_create_tables();
SELECT * FROM sparkify_stage();
SELECT * FROM sparkify_configure($$
[CLUSTER]
HOST=example.com
DB_PASSWORD='hush'
[IAM_ROLE]
ARN='arn:aws:iam::123456789012:role/dwhRole'
[S3]
LOG_DATA='s3://warehouse/log_data'
LOG_JSONPATH="s3://warehouse/log_json_path.json"
SONG_DATA=s3://warehouse/song_data
$$);

SELECT table_name, objects, bytes > 1000 AS bytes, rows, rejected FROM sparkify_stage();
SELECT table_name, rows FROM sparkify_transform();

-- one row for each NextSong event, to the millisecond; a twin of a song doubles nothing
SELECT start_time, user_id, level, song_id, artist_id, session_id, location, user_agent
FROM songplays ORDER BY start_time, session_id, song_id;
-- who only looked around (12) is no listener; 11 is paid since their latest event
SELECT * FROM users ORDER BY user_id;
-- the fuller of two files of one song, of two rows of one artist
SELECT * FROM songs ORDER BY song_id;
SELECT artist_id, name, left(location, 30) AS location, octet_length(location) AS bytes, latitude, longitude
FROM artists ORDER BY artist_id;
SELECT * FROM time ORDER BY start_time;

-- a run more gives the same warehouse
CREATE TABLE before_etl AS SELECT start_time, user_id, level, song_id, artist_id, session_id, location, user_agent
  FROM songplays;
SELECT phase, table_name, rows FROM sparkify_etl();
SELECT count(*) FROM (
    (SELECT start_time, user_id, level, song_id, artist_id, session_id, location, user_agent
      FROM songplays EXCEPT ALL TABLE before_etl)
    UNION ALL
    (TABLE before_etl EXCEPT ALL SELECT start_time, user_id, level, song_id, artist_id, session_id, location,
      user_agent FROM songplays)
) AS differences;
SELECT count(*), count(DISTINCT songplay_id) FROM songplays;

-- what the analysts see
SELECT * FROM most_played_songs;
SELECT * FROM trending_artists;
SELECT * FROM plays_by_demographics;
SELECT * FROM peak_hours;
SELECT * FROM peak_weekdays;

-- staging is unlogged, the warehouse is not
SELECT relname, relpersistence FROM pg_class
WHERE relname IN ('staging_events', 'staging_songs', 'songplays', 'time', 'users', 'songs', 'artists') ORDER BY relname;

-- a load that fails leaves everything as it was, and says why
UPDATE sparkify_setting SET value = 's3://warehouse/nothing/here' WHERE name = 'log_data';
SELECT * FROM sparkify_etl();
UPDATE sparkify_setting SET value = 's3://warehouse/broken/log_data' WHERE name = 'log_data';
SELECT * FROM sparkify_etl();
SELECT trim(filename) AS filename, line_number, err_code, trim(err_reason) AS err_reason
FROM stl_load_errors WHERE query = pg_last_copy_id();
UPDATE sparkify_setting SET value = 's3://warehouse/log_data' WHERE name = 'log_data';
UPDATE sparkify_setting SET value = 's3://warehouse/broken/short_paths.json' WHERE name = 'log_jsonpath';
SELECT * FROM sparkify_stage();
UPDATE sparkify_setting SET value = 's3://warehouse/no_such_file.json' WHERE name = 'log_jsonpath';
\set VERBOSITY terse
SELECT * FROM sparkify_stage();
\set VERBOSITY default
UPDATE sparkify_setting SET value = 's3://warehouse/log_json_path.json' WHERE name = 'log_jsonpath';
CREATE SERVER gone FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://gone/', mirror '/nonexistent/bucket');
UPDATE sparkify_setting SET value = 's3://gone/song_data' WHERE name = 'song_data';
SELECT * FROM sparkify_stage();
UPDATE sparkify_setting SET value = 's3://warehouse/song_data' WHERE name = 'song_data';
SELECT (SELECT count(*) FROM songplays) AS songplays, (SELECT count(*) FROM staging_events) AS staging_events;

-- a guard keeps a wrong warehouse from being committed
INSERT INTO sparkify_definition (phase, position, name, statement)
VALUES ('transform', 520, 'songplays', 'DELETE FROM songplays WHERE user_id = 11');
SELECT * FROM sparkify_etl();
DELETE FROM sparkify_definition WHERE phase = 'transform' AND position = 520;

-- an error names the definition; a table that is missing is named
INSERT INTO sparkify_definition (phase, position, name, statement)
VALUES ('transform', 600, 'extra', E'INSERT INTO extra\nSELECT nothing FROM songplays');
SELECT * FROM sparkify_transform();
DELETE FROM sparkify_definition WHERE name = 'extra';

-- whoever calls needs the right to the store and to the tables
CREATE ROLE warehouse_clerk;
GRANT CREATE ON SCHEMA public TO warehouse_clerk;
SET ROLE warehouse_clerk;
SELECT * FROM sparkify_stage();
UPDATE sparkify_setting SET value = NULL;
UPDATE sparkify_definition SET statement = 'SELECT 1';
RESET ROLE;
GRANT ALL ON staging_events, staging_songs TO warehouse_clerk;
SET ROLE warehouse_clerk;
SELECT * FROM sparkify_stage();
RESET ROLE;

SELECT sparkify_drop_tables();
SELECT relname FROM pg_class WHERE relname IN ('staging_events', 'songplays', 'peak_hours');
SELECT * FROM sparkify_transform();

\c :home
DROP DATABASE warehouse_run;
DROP ROLE warehouse_clerk;
