-- Scripts in the manner of real projects, run as they are by sparkify_execute.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
SET search_path = public;
-- psycopg2: one string, no final semicolon, keys that Redshift doesn't enforce
SELECT count(*) > 0 AS ran FROM sparkify_execute($script$
DROP TABLE IF EXISTS elt_events; -- staging
CREATE TABLE IF NOT EXISTS elt_events (ts VARCHAR, user_id VARCHAR(18), page VARCHAR, level TEXT, session_id INTEGER
    SORTKEY, song VARCHAR(MAX)) DISTSTYLE EVEN;
CREATE TABLE elt_plays (play_id BIGINT IDENTITY(0,1) PRIMARY KEY, start_time TIMESTAMP NOT NULL SORTKEY DISTKEY,
    user_id INT, level VARCHAR, weekday INT);
CREATE TABLE elt_users (user_id INT PRIMARY KEY, level VARCHAR) DISTSTYLE ALL;
INSERT INTO elt_events VALUES ('1542837407796', '15', 'NextSong', 'paid', 818, 'x'),
    ('1542147407796', '15', 'NextSong', 'free', 818, 'y'), ('1541121934796', ' ', 'Home', 'free', 52, NULL);
BEGIN TRANSACTION;
INSERT INTO elt_plays (start_time, user_id, level, weekday) SELECT timestamp 'epoch' + ts/1000 * interval '1 second'
    AS start_time, user_id, level, EXTRACT(weekday FROM start_time) FROM elt_events WHERE page = 'NextSong'
    ORDER BY start_time;
INSERT INTO elt_users (SELECT DISTINCT user_id, level FROM (SELECT * FROM elt_events) WHERE user_id <> '');
END TRANSACTION
$script$);
SELECT * FROM elt_plays ORDER BY 1;
SELECT * FROM elt_users ORDER BY 1, 2;
-- dbt: CTAS with attributes, a temporary table, MERGE
SELECT count(*) > 0 AS ran FROM sparkify_execute($script$
CREATE TABLE elt_daily DISTKEY(day) SORTKEY(day) AS (SELECT TRUNC(start_time) AS day, COUNT(*) AS plays,
    plays * 2 AS twice FROM elt_plays GROUP BY 1);
CREATE TEMP TABLE elt_new AS SELECT DATEADD(day, 1, MAX(day))::date AS day, 7 AS plays FROM elt_daily;
MERGE INTO elt_daily USING elt_new ON elt_daily.day = elt_new.day WHEN MATCHED THEN
    UPDATE SET plays = elt_new.plays WHEN NOT MATCHED THEN INSERT (day, plays) VALUES (elt_new.day, elt_new.plays);
ANALYZE elt_daily;
$script$);
SELECT * FROM elt_daily ORDER BY 1;
-- an admin's questions, over the record of loads
SELECT count(*) > 0 AS ran FROM sparkify_execute($script$
SELECT TOP 10 * FROM stl_load_errors ORDER BY starttime DESC;
SELECT user_id, LISTAGG(DISTINCT level, ',') WITHIN GROUP (ORDER BY level) FROM elt_users GROUP BY 1 MINUS
    SELECT 1, 'x';
SELECT day FROM elt_daily d QUALIFY ROW_NUMBER() OVER (ORDER BY plays DESC) = 1;
DELETE elt_users WHERE NVL(level, '') = 'free';
DROP TABLE elt_events;
$script$);
SELECT * FROM elt_users;
DROP TABLE elt_plays, elt_users, elt_daily, elt_new;
-- psycopg2 again, from buckets to the star: odd spellings, a jsonpaths file, keys that repeat
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/warehouse'
CREATE SERVER elt_bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://warehouse/', mirror :'mirror');
CREATE SCHEMA elt;
SET search_path = elt, public;
SELECT count(*) > 0 AS ran FROM sparkify_execute($script$
DROP TABLE IF EXISTS staging_events; drop table if exists time;
CREATE TABLE IF NOT EXISTS staging_events (artist VARCHAR, auth VARCHAR, firstName VARCHAR, gender CHAR(1),
    itemInSession INT, lastName VARCHAR, length NUMERIC, level VARCHAR, location VARCHAR,
    method VARCHAR, page VARCHAR, registration NUMERIC, sessionId INT SORTKEY DISTKEY, song VARCHAR, status INT,
        ts TIMESTAMP, userAgent VARCHAR, userId VARCHAR);
CREATE TABLE staging_events_ms (page text, ts bigint, userid varchar);
CREATE TABLE staging_songs (num_songs INT, artist_id VARCHAR, artist_latitude FLOAT, artist_longitude FLOAT,
    artist_location VARCHAR(MAX), artist_name VARCHAR(500), song_id VARCHAR, title VARCHAR(500), duration NUMERIC,
    year INT);
CREATE TABLE users (user_id INT PRIMARY KEY, first_name VARCHAR NOT NULL, level VARCHAR) diststyle all;
CREATE TABLE songs (song_id varchar primary key sortkey, title varchar(500), year int, duration numeric);
CREATE TABLE time (start_time TIMESTAMP PRIMARY KEY SORTKEY, hour INT, weekday INT, is_weekend BOOLEAN);
CREATE TABLE songplays (songplay_id INT IDENTITY(0,1) PRIMARY KEY,
    start_time TIMESTAMP NOT NULL REFERENCES time(start_time), user_id INT REFERENCES users (user_id),
    song_id VARCHAR REFERENCES songs);
copy staging_events from's3://warehouse/log_data' credentials 'aws_iam_role=arn:aws:iam::123456789012:role/dwhRole'
    region as 'us-west-2' compupdate off statupdate off
    TIMEFORMAT as 'epochmillisecs' TRUNCATECOLUMNS BLANKSASNULL EMPTYASNULL format as
        JSON's3://warehouse/log_json_path.json';
COPY staging_events_ms FROM 's3://warehouse/log_data/' with credentials
    as 'aws_iam_role=arn:aws:iam::123456789012:role/dwhRole' json as 'auto ignorecase' maxerror 50000;
COPY staging_songs FROM 's3://warehouse/song_data/A' iam_role 'arn:aws:iam::123456789012:role/dwhRole' FORMAT JSON
    AS 'auto' COMPUPDATE OFF region 'us-west-2';
INSERT INTO users (user_id, first_name, level) (SELECT DISTINCT(userId), firstName, level FROM staging_events
    WHERE userId IS NOT NULL AND page = 'NextSong');
INSERT INTO songs SELECT DISTINCT(song_id), title, year, duration FROM staging_songs;
INSERT INTO songs SELECT * FROM songs;
INSERT INTO time SELECT ts AS start_time, EXTRACT(hour FROM start_time), EXTRACT(weekday FROM start_time) AS weekday,
    CASE WHEN weekday IN (0, 6) THEN true ELSE false END
    FROM (SELECT DISTINCT timestamp 'epoch' + ts/1000 * interval '1 second' AS ts FROM staging_events_ms
        WHERE page = 'NextSong');
INSERT INTO songplays (start_time, user_id, song_id) SELECT e.ts, e.userId, s.song_id FROM staging_events e
    LEFT JOIN (SELECT DISTINCT(song_id), title FROM songs) s ON e.song = s.title WHERE e.page = 'NextSong';
$script$);
SELECT * FROM users ORDER BY 1, 2, 3;
SELECT * FROM songs ORDER BY 1;
SELECT * FROM time ORDER BY 1;
SELECT start_time, user_id, song_id FROM songplays ORDER BY 1, 2, 3;
SELECT min(songplay_id), max(songplay_id) + 1 = count(*) AS dense FROM songplays;
-- an admin's script over the views
SELECT statement, rows FROM sparkify_execute($script$
ANALYZE users;
select le.query, TRIM(le.filename) file, le.line_number, TRIM(le.colname) col, TRIM(le.err_reason) reason, d.value
    from stl_load_errors le, stl_loaderror_detail d where d.query = le.query and le.query = 0
    order by le.starttime desc limit 100;
select "schema", "table", diststyle, tbl_rows, unsorted, size mb from svv_table_info where "schema" = 'elt' and "table"
    = 'users' order by 4 desc;
select "column", type, encoding, distkey, sortkey from pg_table_def where schemaname = 'elt' and tablename
    = 'songplays';
select top 5 query, TRIM(querytxt) as txt, DATEDIFF(ms, starttime, endtime) as took from stl_query
    where took < 0 and userid > 1 order by took desc;
select TRIM(filename), lines_scanned from stl_load_commits where query = pg_last_copy_id() order by 1;
$script$);
SET client_min_messages = warning;
DROP SCHEMA elt CASCADE;
DROP SERVER elt_bucket;
