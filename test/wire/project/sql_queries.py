"""The statements of a project of this warehouse, as people write them for Redshift."""
import configparser

config = configparser.ConfigParser()
config.read('dwh.cfg')
ARN = config.get('IAM_ROLE', 'ARN')
LOG_DATA = config.get('S3', 'LOG_DATA')
LOG_JSONPATH = config.get('S3', 'LOG_JSONPATH')
SONG_DATA = config.get('S3', 'SONG_DATA')

tables = ['staging_events', 'staging_songs', 'songplays', 'users', 'songs', 'artists', 'time']
drop_table_queries = ['DROP TABLE IF EXISTS %s;' % table for table in tables]

create_table_queries = ["""
CREATE TABLE IF NOT EXISTS staging_events (
    artist VARCHAR, auth VARCHAR, firstName VARCHAR, gender CHAR(1), itemInSession INT, lastName VARCHAR,
    length FLOAT, level VARCHAR, location TEXT, method VARCHAR, page VARCHAR DISTKEY, registration VARCHAR,
    sessionId INT SORTKEY, song VARCHAR, status INT, ts BIGINT, userAgent TEXT, userId INT)
""", """
CREATE TABLE IF NOT EXISTS staging_songs (
    artist_id VARCHAR, artist_latitude FLOAT, artist_location VARCHAR(MAX), artist_longitude FLOAT,
    artist_name VARCHAR(1024), duration FLOAT, num_songs INT, song_id VARCHAR, title VARCHAR(1024), year INT)
DISTSTYLE EVEN;
""", """
CREATE TABLE IF NOT EXISTS songplays (
    songplay_id INT IDENTITY(0,1) PRIMARY KEY, start_time TIMESTAMP NOT NULL SORTKEY DISTKEY, user_id INT NOT NULL,
    level VARCHAR, song_id VARCHAR, artist_id VARCHAR, session_id INT, location TEXT, user_agent TEXT);
""", """
CREATE TABLE IF NOT EXISTS users (
    user_id INT PRIMARY KEY, first_name VARCHAR, last_name VARCHAR, gender CHAR(1), level VARCHAR) DISTSTYLE ALL;
""", """
CREATE TABLE IF NOT EXISTS songs (
    song_id VARCHAR PRIMARY KEY, title VARCHAR(1024), artist_id VARCHAR, year INT, duration FLOAT) DISTSTYLE ALL;
""", """
CREATE TABLE IF NOT EXISTS artists (
    artist_id VARCHAR PRIMARY KEY, name VARCHAR(1024), location VARCHAR(MAX), latitude FLOAT, longitude FLOAT)
    DISTSTYLE ALL;
""", """
CREATE TABLE IF NOT EXISTS time (
    start_time TIMESTAMP PRIMARY KEY SORTKEY, hour INT, day INT, week INT, month INT, year INT, weekday VARCHAR)
    DISTSTYLE ALL;
"""]

copy_table_queries = ["""
copy staging_events from {} credentials 'aws_iam_role={}' region 'us-west-2' format as json {} TRUNCATECOLUMNS
    compupdate off;
""".format(LOG_DATA, ARN.strip("'"), LOG_JSONPATH), """
COPY staging_songs FROM {} IAM_ROLE {} REGION 'us-west-2' JSON 'auto' TRUNCATECOLUMNS;
""".format(SONG_DATA, ARN)]

insert_table_queries = ["""
INSERT INTO songplays (start_time, user_id, level, song_id, artist_id, session_id, location, user_agent)
SELECT DISTINCT TIMESTAMP 'epoch' + e.ts/1000 * INTERVAL '1 second' AS start_time, e.userId, e.level, s.song_id,
       s.artist_id, e.sessionId, e.location, e.userAgent
FROM staging_events e LEFT JOIN staging_songs s
    ON e.song = s.title AND e.artist = s.artist_name AND e.length = s.duration
WHERE e.page = 'NextSong';
""", """
INSERT INTO users SELECT DISTINCT userId, firstName, lastName, gender, level FROM staging_events
WHERE page = 'NextSong' AND userId IS NOT NULL;
""", """
INSERT INTO songs SELECT DISTINCT song_id, title, artist_id, year, duration FROM staging_songs;
""", """
INSERT INTO artists SELECT DISTINCT artist_id, artist_name, artist_location, artist_latitude, artist_longitude
    FROM staging_songs;
""", """
INSERT INTO time
SELECT DISTINCT start_time, EXTRACT(hour FROM start_time), EXTRACT(day FROM start_time), EXTRACT(week FROM start_time),
       EXTRACT(month FROM start_time), EXTRACT(year FROM start_time), EXTRACT(weekday FROM start_time) FROM songplays;
"""]
