-- Scripts in the manner of real projects, run as they are by sparkify_execute.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
SET search_path = public;
-- psycopg2: one string, no final semicolon, keys that Redshift doesn't enforce
SELECT count(*) > 0 AS ran FROM sparkify_execute($script$
DROP TABLE IF EXISTS elt_events; -- staging
CREATE TABLE IF NOT EXISTS elt_events (ts VARCHAR, user_id VARCHAR(18), page VARCHAR, level TEXT, session_id INTEGER SORTKEY, song VARCHAR(MAX)) DISTSTYLE EVEN;
CREATE TABLE elt_plays (play_id BIGINT IDENTITY(0,1) PRIMARY KEY, start_time TIMESTAMP NOT NULL SORTKEY DISTKEY, user_id INT, level VARCHAR, weekday INT);
CREATE TABLE elt_users (user_id INT PRIMARY KEY, level VARCHAR) DISTSTYLE ALL;
INSERT INTO elt_events VALUES ('1542837407796', '15', 'NextSong', 'paid', 818, 'x'), ('1542147407796', '15', 'NextSong', 'free', 818, 'y'), ('1541121934796', ' ', 'Home', 'free', 52, NULL);
BEGIN TRANSACTION;
INSERT INTO elt_plays (start_time, user_id, level, weekday) SELECT timestamp 'epoch' + ts/1000 * interval '1 second' AS start_time, user_id, level, EXTRACT(weekday FROM start_time) FROM elt_events WHERE page = 'NextSong' ORDER BY start_time;
INSERT INTO elt_users (SELECT DISTINCT user_id, level FROM (SELECT * FROM elt_events) WHERE user_id <> '');
END TRANSACTION
$script$);
SELECT * FROM elt_plays ORDER BY 1;
SELECT * FROM elt_users ORDER BY 1, 2;
-- dbt: CTAS with attributes, a temporary table, MERGE
SELECT count(*) > 0 AS ran FROM sparkify_execute($script$
CREATE TABLE elt_daily DISTKEY(day) SORTKEY(day) AS (SELECT TRUNC(start_time) AS day, COUNT(*) AS plays, plays * 2 AS twice FROM elt_plays GROUP BY 1);
CREATE TEMP TABLE elt_new AS SELECT DATEADD(day, 1, MAX(day))::date AS day, 7 AS plays FROM elt_daily;
MERGE INTO elt_daily USING elt_new ON elt_daily.day = elt_new.day WHEN MATCHED THEN UPDATE SET plays = elt_new.plays WHEN NOT MATCHED THEN INSERT (day, plays) VALUES (elt_new.day, elt_new.plays);
ANALYZE elt_daily;
$script$);
SELECT * FROM elt_daily ORDER BY 1;
-- an admin's questions, over the record of loads
SELECT count(*) > 0 AS ran FROM sparkify_execute($script$
SELECT TOP 10 * FROM stl_load_errors ORDER BY starttime DESC;
SELECT user_id, LISTAGG(DISTINCT level, ',') WITHIN GROUP (ORDER BY level) FROM elt_users GROUP BY 1 MINUS SELECT 1, 'x';
SELECT day FROM elt_daily d QUALIFY ROW_NUMBER() OVER (ORDER BY plays DESC) = 1;
DELETE elt_users WHERE NVL(level, '') = 'free';
DROP TABLE elt_events;
$script$);
SELECT * FROM elt_users;
DROP TABLE elt_plays, elt_users, elt_daily, elt_new;
