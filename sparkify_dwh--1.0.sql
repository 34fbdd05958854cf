/* sparkify_dwh--1.0.sql: every SQL object of the extension, in sections */

\echo Use "CREATE EXTENSION sparkify_dwh" to load this file. \quit

------------------------------------------------------------------------------
-- Stores: foreign servers of the wrapper sparkify_s3
------------------------------------------------------------------------------

CREATE FUNCTION sparkify_s3_validator(options text[], catalog oid) RETURNS void
    AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
COMMENT ON FUNCTION sparkify_s3_validator IS 'checks the options of stores';

CREATE FOREIGN DATA WRAPPER sparkify_s3 NO HANDLER VALIDATOR sparkify_s3_validator;
COMMENT ON FOREIGN DATA WRAPPER sparkify_s3 IS 'stores of objects: buckets of S3, or directories that stand in for them';

------------------------------------------------------------------------------
-- Catalog: settings, definitions, the record of loads
------------------------------------------------------------------------------

CREATE TABLE sparkify_setting (
    name text PRIMARY KEY CHECK (name ~ '^[a-z_][a-z0-9_]*$'),
    value text,
    description text,
    builtin boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE sparkify_setting IS 'values of the psql variables in the definitions; never a password or a key';
COMMENT ON COLUMN sparkify_setting.value IS 'NULL: not set; a statement that needs it says so';

CREATE TABLE sparkify_definition (
    phase text NOT NULL CHECK (phase IN ('drop', 'create', 'stage', 'transform', 'guard', 'analyze', 'view', 'question')),
    position integer NOT NULL,
    name text NOT NULL,
    statement text,
    builtin boolean NOT NULL DEFAULT false,
    title text,
    form text CHECK (form IN ('table', 'bars', 'line', 'heat map')),
    x_axis text,
    y_axis text,
    PRIMARY KEY (phase, position),
    CHECK (phase = 'question' OR (title IS NULL AND form IS NULL AND x_axis IS NULL AND y_axis IS NULL))
);
COMMENT ON TABLE sparkify_definition IS 'the warehouse: a statement of Redshift SQL a row, run and exported in order of position';
COMMENT ON COLUMN sparkify_definition.statement IS 'NULL: neither run nor exported';
COMMENT ON COLUMN sparkify_definition.title IS 'of a question: its heading in the report; NULL: its name';
COMMENT ON COLUMN sparkify_definition.form IS
    'of a question: table (any columns), bars (a label, then one to four numbers), line (a place, then one to four numbers), heat map (row, column, number)';
COMMENT ON COLUMN sparkify_definition.x_axis IS 'of a question: what its first column is; NULL: the name of the column';
COMMENT ON COLUMN sparkify_definition.y_axis IS 'of a question: what its second column is; NULL: the name of the column';

-- Everybody may run the definitions, as themselves; so only who may be trusted
-- by everybody may change them.
GRANT SELECT ON sparkify_setting, sparkify_definition TO PUBLIC;

INSERT INTO sparkify_setting (name, value, description, builtin) VALUES
    ('iam_role', NULL, 'ARN of the role that lets Redshift read the buckets', true),
    ('region', 'us-west-2', 'AWS region of the buckets', true),
    ('schema', 'public', 'schema of the warehouse, here and in the exported script', true),
    ('reader', NULL, 'role that may read the warehouse, in the exported script', true),
    ('log_data', 's3://udacity-dend/log_data', 'prefix of the event logs', true),
    ('log_jsonpath', 's3://udacity-dend/log_json_path.json', 'jsonpaths file of the event logs', true),
    ('song_data', 's3://udacity-dend/song_data', 'prefix of the song files', true);

------------------------------------------------------------------------------
-- The record of loads: what the system views show
------------------------------------------------------------------------------

-- The extension's own tables stand in a schema of their own.  They are written by
-- src/record/log_table.c, past SQL; nobody has a right on them.

CREATE SCHEMA sparkify_internal;
GRANT USAGE ON SCHEMA sparkify_internal TO PUBLIC;

CREATE SEQUENCE sparkify_internal.query_id AS integer CYCLE;

CREATE TABLE sparkify_internal.load (
    query_id bigint PRIMARY KEY,
    user_id oid,
    transaction_id bigint,
    session_id integer,
    database_name text,
    table_id oid,
    table_name text,
    status text,
    start_time timestamptz,
    end_time timestamptz,
    data_source text,
    file_format text,
    loaded_rows bigint,
    loaded_bytes bigint,
    source_file_count bigint,
    source_file_bytes bigint,
    error_count bigint,
    recorded_rows bigint -- in the tables below
);
CREATE INDEX ON sparkify_internal.load (start_time);

CREATE TABLE sparkify_internal.load_object (
    query_id bigint,
    filename text,
    lines_scanned bigint,
    bytes bigint,
    errors bigint,
    curtime timestamptz
);
CREATE INDEX ON sparkify_internal.load_object (query_id);

CREATE TABLE sparkify_internal.load_error (
    query_id bigint,
    filename text,
    line_number bigint,
    start_offset bigint,
    colname text,
    type text,
    col_length text,
    position integer,
    raw_line text,
    raw_field_value text,
    err_code integer,
    err_reason text
);
CREATE INDEX ON sparkify_internal.load_error (query_id);

CREATE TABLE sparkify_internal.load_error_field (
    query_id bigint,
    filename text,
    line_number bigint,
    field integer,
    colname text,
    type text,
    col_length text,
    value text,
    is_null integer
);
CREATE INDEX ON sparkify_internal.load_error_field (query_id);

CREATE TABLE sparkify_internal.load_replacement (
    query_id bigint,
    filename text,
    line_number bigint,
    colname text,
    raw_line text
);
CREATE INDEX ON sparkify_internal.load_replacement (query_id);

REVOKE ALL ON sparkify_internal.load, sparkify_internal.load_object, sparkify_internal.load_error,
    sparkify_internal.load_error_field, sparkify_internal.load_replacement FROM PUBLIC;

------------------------------------------------------------------------------
-- Definitions: the Sparkify warehouse in Redshift SQL
------------------------------------------------------------------------------
-- Statements mean the same on Redshift and here.  Lengths are bytes there, and
-- cost nothing on disk; they are chosen so that the whole public data set loads.
-- Every load and every transform empties its table with DELETE: TRUNCATE would
-- commit on Redshift, in the middle of the exported transaction.

INSERT INTO sparkify_definition (phase, position, name, statement, builtin)
SELECT phase, position, name, btrim(statement, E'\n'), true
FROM (VALUES
('drop', 100, 'peak_weekdays', $redshift$DROP VIEW IF EXISTS peak_weekdays$redshift$),
('drop', 200, 'peak_hours', $redshift$DROP VIEW IF EXISTS peak_hours$redshift$),
('drop', 300, 'plays_by_demographics', $redshift$DROP VIEW IF EXISTS plays_by_demographics$redshift$),
('drop', 400, 'trending_artists', $redshift$DROP VIEW IF EXISTS trending_artists$redshift$),
('drop', 500, 'most_played_songs', $redshift$DROP VIEW IF EXISTS most_played_songs$redshift$),
('drop', 600, 'songplays', $redshift$DROP TABLE IF EXISTS songplays$redshift$),
('drop', 700, 'time', $redshift$DROP TABLE IF EXISTS time$redshift$),
('drop', 800, 'songs', $redshift$DROP TABLE IF EXISTS songs$redshift$),
('drop', 900, 'artists', $redshift$DROP TABLE IF EXISTS artists$redshift$),
('drop', 1000, 'users', $redshift$DROP TABLE IF EXISTS users$redshift$),
('drop', 1100, 'staging_songs', $redshift$DROP TABLE IF EXISTS staging_songs$redshift$),
('drop', 1200, 'staging_events', $redshift$DROP TABLE IF EXISTS staging_events$redshift$),
('create', 100, 'staging_events', $redshift$
CREATE TABLE IF NOT EXISTS staging_events (
    artist VARCHAR(1024),
    auth VARCHAR(32),
    firstName VARCHAR(256),
    gender CHAR(1),
    itemInSession INT,
    lastName VARCHAR(256),
    length FLOAT,
    level VARCHAR(16),
    location VARCHAR(1024),
    method VARCHAR(16),
    page VARCHAR(64),
    registration VARCHAR(32),
    sessionId INT,
    song VARCHAR(1024),
    status INT,
    ts BIGINT,
    userAgent VARCHAR(1024),
    userId INT
)
BACKUP NO
DISTSTYLE EVEN
$redshift$),
('create', 110, 'staging_events', $redshift$COMMENT ON TABLE staging_events IS 'The event log as it came: read once from end to end, so spread evenly and not sorted; song would be a poor distribution key, a fifth of the events have none'$redshift$),
('create', 200, 'staging_songs', $redshift$
CREATE TABLE IF NOT EXISTS staging_songs (
    artist_id VARCHAR(32),
    artist_latitude FLOAT,
    artist_location VARCHAR(1024),
    artist_longitude FLOAT,
    artist_name VARCHAR(1024),
    duration FLOAT,
    num_songs INT,
    song_id VARCHAR(32),
    title VARCHAR(1024),
    year INT
)
BACKUP NO
DISTSTYLE ALL
$redshift$),
('create', 210, 'staging_songs', $redshift$COMMENT ON TABLE staging_songs IS 'The song files as they came: small beside the events and joined to each of them, so every node has a copy; locations are longer than the 256 bytes of a bare VARCHAR'$redshift$),
('create', 300, 'users', $redshift$
CREATE TABLE IF NOT EXISTS users (
    user_id INT NOT NULL ENCODE RAW,
    first_name VARCHAR(256) ENCODE ZSTD,
    last_name VARCHAR(256) ENCODE ZSTD,
    gender CHAR(1) ENCODE ZSTD,
    level VARCHAR(16) ENCODE ZSTD,
    PRIMARY KEY (user_id)
)
DISTSTYLE ALL
SORTKEY (user_id)
$redshift$),
('create', 310, 'users', $redshift$COMMENT ON TABLE users IS 'One row for each user who played a song, with the names and the level of their latest event; small, so every node has a copy'$redshift$),
('create', 400, 'artists', $redshift$
CREATE TABLE IF NOT EXISTS artists (
    artist_id VARCHAR(32) NOT NULL ENCODE RAW,
    name VARCHAR(1024) ENCODE ZSTD,
    location VARCHAR(1024) ENCODE ZSTD,
    latitude FLOAT ENCODE ZSTD,
    longitude FLOAT ENCODE ZSTD,
    PRIMARY KEY (artist_id)
)
DISTSTYLE ALL
SORTKEY (artist_id)
$redshift$),
('create', 410, 'artists', $redshift$COMMENT ON TABLE artists IS 'One row for each artist, the most complete one; small, so every node has a copy'$redshift$),
('create', 500, 'songs', $redshift$
CREATE TABLE IF NOT EXISTS songs (
    song_id VARCHAR(32) NOT NULL ENCODE RAW,
    title VARCHAR(1024) ENCODE ZSTD,
    artist_id VARCHAR(32) ENCODE ZSTD REFERENCES artists (artist_id),
    year INT ENCODE AZ64,
    duration FLOAT ENCODE ZSTD,
    PRIMARY KEY (song_id)
)
DISTSTYLE ALL
SORTKEY (song_id)
$redshift$),
('create', 510, 'songs', $redshift$COMMENT ON TABLE songs IS 'One row for each song, the most complete one; small, so every node has a copy'$redshift$),
('create', 600, 'time', $redshift$
CREATE TABLE IF NOT EXISTS time (
    start_time TIMESTAMP NOT NULL ENCODE RAW,
    hour INT ENCODE AZ64,
    day INT ENCODE AZ64,
    week INT ENCODE AZ64,
    month INT ENCODE AZ64,
    year INT ENCODE AZ64,
    weekday VARCHAR(16) ENCODE ZSTD,
    PRIMARY KEY (start_time)
)
DISTKEY (start_time)
SORTKEY (start_time)
$redshift$),
('create', 610, 'time', $redshift$COMMENT ON TABLE time IS 'One row for each start time of a song play, week by ISO 8601; as large as songplays and joined to it on start_time, so both are distributed and sorted by it: a merge join without redistribution'$redshift$),
('create', 700, 'songplays', $redshift$
CREATE TABLE IF NOT EXISTS songplays (
    songplay_id INT IDENTITY(0, 1) ENCODE AZ64,
    start_time TIMESTAMP ENCODE RAW REFERENCES time (start_time),
    user_id INT ENCODE AZ64 REFERENCES users (user_id),
    level VARCHAR(16) ENCODE ZSTD,
    song_id VARCHAR(32) ENCODE ZSTD REFERENCES songs (song_id),
    artist_id VARCHAR(32) ENCODE ZSTD REFERENCES artists (artist_id),
    session_id INT ENCODE AZ64,
    location VARCHAR(1024) ENCODE ZSTD,
    user_agent VARCHAR(1024) ENCODE ZSTD,
    PRIMARY KEY (songplay_id)
)
DISTKEY (start_time)
SORTKEY (start_time)
$redshift$),
('create', 710, 'songplays', $redshift$COMMENT ON TABLE songplays IS 'One row for each event of page NextSong; distributed by start_time, whose values are nearly unique, and sorted by it, because analysts ask by time; song_id would be a poor distribution key, most plays have none'$redshift$),
('stage', 100, 'staging_events', $redshift$DELETE FROM staging_events$redshift$),
('stage', 110, 'staging_events', $redshift$
COPY staging_events
FROM :'log_data'
IAM_ROLE :'iam_role'
REGION :'region'
FORMAT AS JSON :'log_jsonpath'
TIMEFORMAT 'epochmillisecs'
COMPUPDATE OFF
STATUPDATE ON
$redshift$),
('stage', 200, 'staging_songs', $redshift$DELETE FROM staging_songs$redshift$),
('stage', 210, 'staging_songs', $redshift$
COPY staging_songs
FROM :'song_data'
IAM_ROLE :'iam_role'
REGION :'region'
FORMAT AS JSON 'auto'
COMPUPDATE OFF
STATUPDATE ON
$redshift$),
('transform', 100, 'users', $redshift$DELETE FROM users$redshift$),
('transform', 110, 'users', $redshift$
-- The latest events first, then the rows that are them: cheaper than ranking
-- every event.  Two events in one millisecond: the later one of the session.
INSERT INTO users (user_id, first_name, last_name, gender, level)
WITH latest AS (
    SELECT userId, MAX(ts) AS ts
    FROM staging_events
    WHERE userId IS NOT NULL
    GROUP BY userId
    HAVING MAX(CASE WHEN page = 'NextSong' THEN 1 ELSE 0 END) = 1
),
ranked AS (
    SELECT
        e.userId,
        e.firstName,
        e.lastName,
        e.gender,
        e.level,
        ROW_NUMBER() OVER (
            PARTITION BY e.userId
            ORDER BY e.sessionId DESC, e.itemInSession DESC, e.level DESC, e.firstName, e.lastName, e.gender
        ) AS place
    FROM staging_events AS e
    INNER JOIN latest AS l ON e.userId = l.userId AND e.ts = l.ts
)
SELECT userId, firstName, lastName, gender, level
FROM ranked
WHERE place = 1
$redshift$),
('transform', 200, 'artists', $redshift$DELETE FROM artists$redshift$),
('transform', 210, 'artists', $redshift$
INSERT INTO artists (artist_id, name, location, latitude, longitude)
WITH ranked AS (
    SELECT
        artist_id,
        artist_name,
        artist_location,
        artist_latitude,
        artist_longitude,
        ROW_NUMBER() OVER (
            PARTITION BY artist_id
            ORDER BY
                CASE WHEN artist_name <> '' THEN 1 ELSE 0 END
                + CASE WHEN artist_location <> '' THEN 1 ELSE 0 END
                + CASE WHEN artist_latitude IS NOT NULL THEN 1 ELSE 0 END
                + CASE WHEN artist_longitude IS NOT NULL THEN 1 ELSE 0 END DESC,
                artist_name,
                artist_location,
                artist_latitude,
                artist_longitude
        ) AS place
    FROM staging_songs
    WHERE artist_id IS NOT NULL
)
SELECT artist_id, artist_name, artist_location, artist_latitude, artist_longitude
FROM ranked
WHERE place = 1
$redshift$),
('transform', 300, 'songs', $redshift$DELETE FROM songs$redshift$),
('transform', 310, 'songs', $redshift$
INSERT INTO songs (song_id, title, artist_id, year, duration)
WITH ranked AS (
    SELECT
        song_id,
        title,
        artist_id,
        year,
        duration,
        ROW_NUMBER() OVER (
            PARTITION BY song_id
            ORDER BY
                CASE WHEN title <> '' THEN 1 ELSE 0 END
                + CASE WHEN artist_id <> '' THEN 1 ELSE 0 END
                + CASE WHEN year > 0 THEN 1 ELSE 0 END
                + CASE WHEN duration > 0 THEN 1 ELSE 0 END DESC,
                title,
                artist_id,
                year DESC,
                duration
        ) AS place
    FROM staging_songs
    WHERE song_id IS NOT NULL
)
SELECT song_id, title, artist_id, year, duration
FROM ranked
WHERE place = 1
$redshift$),
('transform', 400, 'time', $redshift$DELETE FROM time$redshift$),
('transform', 410, 'time', $redshift$
-- Written in the order of the sort key.
INSERT INTO time (start_time, hour, day, week, month, year, weekday)
WITH moments AS (
    SELECT DISTINCT TIMESTAMP 'epoch' + ts * INTERVAL '0.001 second' AS start_time
    FROM staging_events
    WHERE page = 'NextSong' AND ts IS NOT NULL
)
SELECT
    start_time,
    EXTRACT(HOUR FROM start_time) AS hour,
    EXTRACT(DAY FROM start_time) AS day,
    EXTRACT(WEEK FROM start_time) AS week,
    EXTRACT(MONTH FROM start_time) AS month,
    EXTRACT(YEAR FROM start_time) AS year,
    RTRIM(TO_CHAR(start_time, 'Day')) AS weekday
FROM moments
ORDER BY start_time
$redshift$),
('transform', 500, 'songplays', $redshift$DELETE FROM songplays$redshift$),
('transform', 510, 'songplays', $redshift$
-- A song that is there under two ids is one song to the join, so no play is
-- counted twice.  Not ts / 1000: that would cut the milliseconds off.
INSERT INTO songplays (start_time, user_id, level, song_id, artist_id, session_id, location, user_agent)
WITH first_ids AS (
    SELECT
        title,
        artist_name,
        duration,
        MIN(song_id) AS song_id
    FROM staging_songs
    GROUP BY title, artist_name, duration
),
known_songs AS (
    SELECT
        f.title,
        f.artist_name,
        f.duration,
        f.song_id,
        MIN(s.artist_id) AS artist_id
    FROM first_ids AS f
    INNER JOIN staging_songs AS s
        ON f.song_id = s.song_id
        AND f.title = s.title
        AND f.artist_name = s.artist_name
        AND f.duration = s.duration
    GROUP BY f.title, f.artist_name, f.duration, f.song_id
)
SELECT
    TIMESTAMP 'epoch' + e.ts * INTERVAL '0.001 second' AS start_time,
    e.userId,
    e.level,
    s.song_id,
    s.artist_id,
    e.sessionId,
    e.location,
    e.userAgent
FROM staging_events AS e
LEFT JOIN known_songs AS s
    ON e.song = s.title AND e.artist = s.artist_name AND e.length = s.duration
WHERE e.page = 'NextSong'
$redshift$),
('guard', 100, 'staging_events', $redshift$
-- A guard selects 1, or fails with what is wrong.
SELECT CAST(
    CASE WHEN COUNT(*) > 0 THEN '1' ELSE 'staging_events is empty: no event was loaded' END AS INT
) AS staging_events_loaded
FROM staging_events
$redshift$),
('guard', 200, 'staging_songs', $redshift$
SELECT CAST(
    CASE WHEN COUNT(*) > 0 THEN '1' ELSE 'staging_songs is empty: no song was loaded' END AS INT
) AS staging_songs_loaded
FROM staging_songs
$redshift$),
('guard', 300, 'songplays', $redshift$
SELECT CAST(
    CASE WHEN e.plays = p.plays THEN '1' ELSE 'songplays has not one row for each song played' END AS INT
) AS songplays_complete
FROM (SELECT COUNT(*) AS plays FROM staging_events WHERE page = 'NextSong') AS e
CROSS JOIN (SELECT COUNT(*) AS plays FROM songplays) AS p
$redshift$),
('guard', 400, 'users', $redshift$
SELECT CAST(
    CASE WHEN COUNT(*) = COUNT(DISTINCT user_id) THEN '1' ELSE 'users has two rows of one user_id' END AS INT
) AS users_unique
FROM users
$redshift$),
('guard', 500, 'songs', $redshift$
SELECT CAST(
    CASE WHEN COUNT(*) = COUNT(DISTINCT song_id) THEN '1' ELSE 'songs has two rows of one song_id' END AS INT
) AS songs_unique
FROM songs
$redshift$),
('guard', 600, 'artists', $redshift$
SELECT CAST(
    CASE WHEN COUNT(*) = COUNT(DISTINCT artist_id) THEN '1' ELSE 'artists has two rows of one artist_id' END AS INT
) AS artists_unique
FROM artists
$redshift$),
('analyze', 100, 'users', $redshift$ANALYZE users$redshift$),
('analyze', 200, 'artists', $redshift$ANALYZE artists$redshift$),
('analyze', 300, 'songs', $redshift$ANALYZE songs$redshift$),
('analyze', 400, 'time', $redshift$ANALYZE time$redshift$),
('analyze', 500, 'songplays', $redshift$ANALYZE songplays$redshift$),
('view', 100, 'most_played_songs', $redshift$
CREATE OR REPLACE VIEW most_played_songs AS
SELECT
    s.song_id,
    s.title,
    a.name AS artist,
    COUNT(*) AS plays,
    COUNT(DISTINCT p.user_id) AS listeners
FROM songplays AS p
INNER JOIN songs AS s ON p.song_id = s.song_id
LEFT JOIN artists AS a ON s.artist_id = a.artist_id
GROUP BY s.song_id, s.title, a.name
ORDER BY plays DESC, s.title, s.song_id
$redshift$),
('view', 200, 'trending_artists', $redshift$
-- The last seven days of the data against the seven before them.
CREATE OR REPLACE VIEW trending_artists AS
WITH newest AS (
    SELECT MAX(start_time) AS latest_play
    FROM songplays
),
weekly AS (
    SELECT
        p.artist_id,
        SUM(CASE WHEN p.start_time > n.latest_play - INTERVAL '7 days' THEN 1 ELSE 0 END) AS plays,
        SUM(CASE WHEN p.start_time > n.latest_play - INTERVAL '7 days' THEN 0 ELSE 1 END) AS plays_before
    FROM songplays AS p
    CROSS JOIN newest AS n
    WHERE p.artist_id IS NOT NULL AND p.start_time > n.latest_play - INTERVAL '14 days'
    GROUP BY p.artist_id
)
SELECT
    w.artist_id,
    a.name AS artist,
    w.plays,
    w.plays_before,
    w.plays - w.plays_before AS gain
FROM weekly AS w
INNER JOIN artists AS a ON w.artist_id = a.artist_id
ORDER BY gain DESC, w.plays DESC, a.name, w.artist_id
$redshift$),
('view', 300, 'plays_by_demographics', $redshift$
CREATE OR REPLACE VIEW plays_by_demographics AS
SELECT
    u.gender,
    p.level,
    p.location,
    COUNT(*) AS plays,
    COUNT(DISTINCT p.user_id) AS listeners,
    COUNT(DISTINCT p.session_id) AS sessions
FROM songplays AS p
INNER JOIN users AS u ON p.user_id = u.user_id
GROUP BY u.gender, p.level, p.location
ORDER BY plays DESC, u.gender, p.level, p.location
$redshift$),
('view', 400, 'peak_hours', $redshift$
CREATE OR REPLACE VIEW peak_hours AS
SELECT
    t.hour,
    COUNT(*) AS plays,
    COUNT(DISTINCT p.user_id) AS listeners
FROM songplays AS p
INNER JOIN time AS t ON p.start_time = t.start_time
GROUP BY t.hour
ORDER BY plays DESC, t.hour
$redshift$),
('view', 500, 'peak_weekdays', $redshift$
CREATE OR REPLACE VIEW peak_weekdays AS
SELECT
    t.weekday,
    COUNT(*) AS plays,
    COUNT(DISTINCT p.user_id) AS listeners
FROM songplays AS p
INNER JOIN time AS t ON p.start_time = t.start_time
GROUP BY t.weekday
ORDER BY plays DESC, t.weekday
$redshift$)
) AS built_in (phase, position, name, statement);

-- What the analysts ask: the figures of sparkify_report().  The form says what
-- the columns are: a label and numbers, a place and numbers, or row, column, number.

INSERT INTO sparkify_definition (phase, position, name, title, form, x_axis, y_axis, statement, builtin)
SELECT 'question', position, name, title, form, x_axis, y_axis, btrim(statement, E'\n'), true
FROM (VALUES
(100, 'rows', 'How large are the tables?', 'bars', 'table', 'rows', $redshift$
SELECT table_name, table_rows AS "rows"
FROM (
    SELECT 1 AS place, 'staging_events' AS table_name, COUNT(*) AS table_rows FROM staging_events
    UNION ALL
    SELECT 2, 'staging_songs', COUNT(*) FROM staging_songs
    UNION ALL
    SELECT 3, 'songplays', COUNT(*) FROM songplays
    UNION ALL
    SELECT 4, 'users', COUNT(*) FROM users
    UNION ALL
    SELECT 5, 'songs', COUNT(*) FROM songs
    UNION ALL
    SELECT 6, 'artists', COUNT(*) FROM artists
    UNION ALL
    SELECT 7, 'time', COUNT(*) FROM time
) AS counted
ORDER BY place
$redshift$),
(200, 'plays_a_day', 'How many songs are played each day?', 'line', 'day', 'plays', $redshift$
SELECT TRUNC(start_time) AS day, COUNT(*) AS plays, COUNT(DISTINCT user_id) AS listeners
FROM songplays
GROUP BY 1
ORDER BY 1
$redshift$),
(300, 'top_songs', 'What songs are users listening to the most?', 'bars', 'song', 'plays', $redshift$
SELECT title || ' - ' || NVL(artist, 'unknown artist') AS song, plays, listeners
FROM most_played_songs
ORDER BY plays DESC, title, song_id
LIMIT 15
$redshift$),
(400, 'trending', 'What artists are trending?', 'bars', 'artist', 'plays', $redshift$
SELECT NVL(artist, artist_id) AS artist, plays AS "last 7 days", plays_before AS "7 days before"
FROM trending_artists
ORDER BY gain DESC, plays DESC, artist, artist_id
LIMIT 15
$redshift$),
(500, 'listeners', 'Who is listening?', 'bars', 'gender', 'listeners', $redshift$
SELECT
    CASE u.gender WHEN 'F' THEN 'female' WHEN 'M' THEN 'male' ELSE 'not said' END AS gender,
    COUNT(DISTINCT CASE WHEN p.level = 'paid' THEN p.user_id END) AS paid,
    COUNT(DISTINCT CASE WHEN p.level = 'free' THEN p.user_id END) AS free
FROM songplays AS p
INNER JOIN users AS u ON p.user_id = u.user_id
GROUP BY 1
ORDER BY 1
$redshift$),
(600, 'places', 'Where are they listening?', 'bars', 'place', 'plays', $redshift$
SELECT NVL(location, 'unknown') AS place, COUNT(*) AS plays
FROM songplays
GROUP BY 1
ORDER BY plays DESC, place
LIMIT 20
$redshift$),
(700, 'peak_times', 'What are the peak times?', 'heat map', 'weekday', 'hour', $redshift$
SELECT t.weekday, t.hour, COUNT(*) AS plays
FROM songplays AS p
INNER JOIN time AS t ON p.start_time = t.start_time
GROUP BY t.weekday, t.hour
ORDER BY MIN(DATE_PART(dow, t.start_time)), t.hour
$redshift$),
(800, 'active_users', 'Who are the most active users?', 'bars', 'user', 'plays', $redshift$
SELECT
    NVL(u.first_name || ' ' || u.last_name, 'user') || ' (' || u.user_id::VARCHAR || ')' AS listener,
    COUNT(*) AS plays
FROM songplays AS p
INNER JOIN users AS u ON p.user_id = u.user_id
GROUP BY u.user_id, u.first_name, u.last_name
ORDER BY plays DESC, u.user_id
LIMIT 15
$redshift$),
(900, 'user_agents', 'What are they listening with?', 'bars', 'browser', 'plays', $redshift$
SELECT
    CASE
        WHEN user_agent LIKE '%Trident%' OR user_agent LIKE '%MSIE%' THEN 'Internet Explorer'
        WHEN user_agent LIKE '%Edg%' THEN 'Edge'
        WHEN user_agent LIKE '%Firefox%' THEN 'Firefox'
        WHEN user_agent LIKE '%Chrome%' THEN 'Chrome'
        WHEN user_agent LIKE '%Safari%' THEN 'Safari'
        ELSE 'other'
    END || ', ' || CASE
        WHEN user_agent LIKE '%iPhone%' OR user_agent LIKE '%iPad%' THEN 'iOS'
        WHEN user_agent LIKE '%Android%' THEN 'Android'
        WHEN user_agent LIKE '%Windows%' THEN 'Windows'
        WHEN user_agent LIKE '%Mac OS X%' THEN 'macOS'
        WHEN user_agent LIKE '%Linux%' THEN 'Linux'
        ELSE 'other'
    END AS browser,
    COUNT(*) AS plays
FROM songplays
GROUP BY 1
ORDER BY plays DESC, browser
$redshift$),
(1000, 'loads', 'What was loaded, and what was rejected?', 'table', NULL, NULL, $redshift$
SELECT start_time, table_name, status, source_file_count AS objects, loaded_rows, error_count AS rejected_rows, data_source
FROM sys_load_history
ORDER BY start_time DESC, query_id DESC
LIMIT 20
$redshift$)
) AS built_in (position, name, title, form, x_axis, y_axis, statement);

-- A database dump leaves out the rows that are as the extension made them:
-- CREATE EXTENSION brings them back.  A row that was changed is the user's own
-- and is dumped; when it is restored, it takes the place of the built-in one.

CREATE FUNCTION sparkify_replace_builtin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_TABLE_NAME = 'sparkify_setting' THEN
        UPDATE @extschema@.sparkify_setting s
        SET value = NEW.value, description = coalesce(NEW.description, s.description)
        WHERE s.name = NEW.name AND s.builtin;
    ELSE
        UPDATE @extschema@.sparkify_definition d
        SET name = NEW.name, statement = NEW.statement,
            title = NEW.title, form = NEW.form, x_axis = NEW.x_axis, y_axis = NEW.y_axis
        WHERE d.phase = NEW.phase AND d.position = NEW.position AND d.builtin;
    END IF;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    NEW.builtin := false;
    RETURN NEW;
END
$$;

CREATE FUNCTION sparkify_own_builtin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.builtin AND TG_TABLE_NAME = 'sparkify_definition' THEN
            IF (NEW.phase, NEW.position) IS DISTINCT FROM (OLD.phase, OLD.position) THEN
                RAISE EXCEPTION 'a built-in definition cannot be moved'
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                          HINT = 'Insert a copy of it and set the statement of this one to NULL.';
            END IF;
        END IF;
        NEW.builtin := false;
        RETURN NEW;
    END IF;
    IF OLD.builtin THEN
        RAISE EXCEPTION 'a built-in row of % cannot be deleted', TG_TABLE_NAME
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = CASE TG_TABLE_NAME
                             WHEN 'sparkify_setting' THEN 'Set its value to NULL.'
                             ELSE 'Set its statement to NULL: it is then neither run nor exported.'
                         END;
    END IF;
    RETURN OLD;
END
$$;

REVOKE ALL ON FUNCTION sparkify_replace_builtin(), sparkify_own_builtin() FROM PUBLIC;

CREATE TRIGGER replace_builtin BEFORE INSERT ON sparkify_setting
    FOR EACH ROW EXECUTE FUNCTION sparkify_replace_builtin();
CREATE TRIGGER own_builtin BEFORE UPDATE OR DELETE ON sparkify_setting
    FOR EACH ROW EXECUTE FUNCTION sparkify_own_builtin();
CREATE TRIGGER replace_builtin BEFORE INSERT ON sparkify_definition
    FOR EACH ROW EXECUTE FUNCTION sparkify_replace_builtin();
CREATE TRIGGER own_builtin BEFORE UPDATE OR DELETE ON sparkify_definition
    FOR EACH ROW EXECUTE FUNCTION sparkify_own_builtin();

SELECT pg_catalog.pg_extension_config_dump('sparkify_setting', 'WHERE NOT builtin');
SELECT pg_catalog.pg_extension_config_dump('sparkify_definition', 'WHERE NOT builtin');

------------------------------------------------------------------------------
-- Functions: the warehouse, the dialect, the export
------------------------------------------------------------------------------
-- They run as whoever calls them: what a definition does, its caller must be
-- allowed to do.

CREATE FUNCTION sparkify_create_tables() RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION sparkify_create_tables() IS 'creates the tables and views of the warehouse; returns the number of statements';

CREATE FUNCTION sparkify_drop_tables() RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION sparkify_drop_tables() IS 'drops the tables and views of the warehouse; returns the number of statements';

CREATE FUNCTION sparkify_adopt(relation regclass) RETURNS void
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sparkify_adopt(regclass) IS 'lets the warehouse have a table or view of yours: definitions may fill, empty and drop it then';

CREATE FUNCTION sparkify_stage(
    OUT table_name text, OUT objects bigint, OUT bytes bigint, OUT rows bigint, OUT rejected bigint, OUT elapsed interval
) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION sparkify_stage() IS 'loads the staging tables from the buckets';

CREATE FUNCTION sparkify_transform(OUT table_name text, OUT rows bigint, OUT elapsed interval) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION sparkify_transform() IS 'fills the star schema from the staging tables';

CREATE FUNCTION sparkify_etl(OUT phase text, OUT table_name text, OUT rows bigint, OUT elapsed interval) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE;
COMMENT ON FUNCTION sparkify_etl() IS 'creates, stages, transforms, checks and analyzes the warehouse, all or nothing';

CREATE FUNCTION sparkify_execute(
    script text,
    OUT statement integer, OUT line integer, OUT command text, OUT rows bigint, OUT elapsed interval
) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sparkify_execute(text) IS 'runs a script of Redshift SQL';

CREATE FUNCTION sparkify_translate(script text) RETURNS SETOF text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION sparkify_translate(text) IS 'the PostgreSQL statements that sparkify_execute would run';

CREATE FUNCTION sparkify_check(
    script text,
    OUT line integer, OUT statement integer, OUT rule text, OUT fatal boolean, OUT message text, OUT hint text
) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION sparkify_check(text) IS 'what in a script would fail on Redshift (fatal), or mean something else there';

CREATE FUNCTION sparkify_check(
    OUT phase text, OUT "position" integer, OUT name text,
    OUT line integer, OUT rule text, OUT fatal boolean, OUT message text, OUT hint text
) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'sparkify_check_definitions' LANGUAGE C STABLE;
COMMENT ON FUNCTION sparkify_check() IS 'the same of the definitions, each as the part of the deployment that it is';

CREATE FUNCTION sparkify_configure(dwh_cfg text, OUT name text, OUT value text) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sparkify_configure(text) IS 'takes the settings from the text of a dwh.cfg; its passwords and keys are not kept';

CREATE FUNCTION sparkify_export(format text DEFAULT 'psql', target text DEFAULT 'provisioned') RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION sparkify_export(text, text) IS 'the definitions as a deployment script for Redshift: psql, ddl, load, drop, data-api, cloudformation, cloudformation-drop; for provisioned or serverless';

CREATE FUNCTION sparkify_export_diff(previous text, format text DEFAULT 'psql', target text DEFAULT 'provisioned') RETURNS SETOF text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION sparkify_export_diff(text, text, text) IS 'what changed since a script that was exported before, line by line';

CREATE FUNCTION sparkify_report(title text DEFAULT 'The warehouse of Sparkify') RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sparkify_report(text) IS 'the analysts'' questions (phase question of the definitions) and their answers, drawn: one HTML page, complete in itself';

-- What the dialect makes of a script, statement by statement, nothing run: for tests and bug reports.
CREATE FUNCTION sparkify_dialect(script text)
RETURNS TABLE (line integer, byte_offset integer, tag text, relation text, postgres text, redshift text, skipped text)
AS 'MODULE_PATHNAME' LANGUAGE C STRICT;
REVOKE ALL ON FUNCTION sparkify_dialect(text) FROM PUBLIC;

------------------------------------------------------------------------------
-- System views: Redshift's views and functions over what COPY did
------------------------------------------------------------------------------
-- Columns, types and widths are those of Redshift's documentation (pages
-- r_STL_LOAD_ERRORS, r_STL_LOADERROR_DETAIL, SYS_LOAD_HISTORY ...), CHAR
-- padding included.  A user sees the loads of their own; superusers and
-- members of pg_read_all_stats see all.  There is one slice, number 0.

CREATE FUNCTION pg_last_copy_id() RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION pg_last_copy_id() IS 'id of the last COPY of this session that began to load; -1 if none';

CREATE FUNCTION pg_last_copy_count() RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION pg_last_copy_count() IS 'rows of the last COPY of this session; 0 after one that failed';

CREATE FUNCTION pg_last_query_id() RETURNS integer
LANGUAGE sql VOLATILE PARALLEL RESTRICTED RETURN pg_last_copy_id();
CREATE FUNCTION pg_last_unload_id() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN -1;
CREATE FUNCTION pg_last_unload_count() RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0::bigint;
CREATE FUNCTION slice_num() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0;

-- The loads that the current user may see: what every view below joins.  Each is a
-- security barrier: a function in WHERE sees no row that its caller may not.
CREATE VIEW sparkify_internal.visible_load WITH (security_barrier) AS
SELECT l.*
FROM sparkify_internal.load l
WHERE l.user_id = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER)
   OR pg_catalog.pg_has_role(CURRENT_USER, 'pg_read_all_stats', 'USAGE');

CREATE VIEW stl_load_errors WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS userid,
       0 AS slice,
       l.table_id::bigint::integer AS tbl,
       l.start_time::timestamp AS starttime,
       l.session_id AS session,
       l.query_id::integer AS query,
       e.filename::character(256) AS filename,
       e.line_number,
       coalesce(e.colname, '')::character(127) AS colname,
       coalesce(e.type, '')::character(10) AS type,
       coalesce(e.col_length, '')::character(10) AS col_length,
       e.position,
       e.raw_line::character(1024) AS raw_line,
       coalesce(e.raw_field_value, '')::character(1024) AS raw_field_value,
       e.err_code,
       e.err_reason::character(100) AS err_reason,
       0 AS is_partial,
       e.start_offset,
       0::bigint AS copy_job_id
FROM sparkify_internal.load_error e JOIN sparkify_internal.visible_load l USING (query_id);

CREATE VIEW stl_loaderror_detail WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS userid,
       0 AS slice,
       l.session_id AS session,
       l.query_id::integer AS query,
       f.filename::character(256) AS filename,
       f.line_number,
       f.field,
       f.colname::character(1024) AS colname,
       f.value::character(1024) AS value,
       f.is_null,
       f.type::character(10) AS type,
       f.col_length::character(10) AS col_length
FROM sparkify_internal.load_error_field f JOIN sparkify_internal.visible_load l USING (query_id);

CREATE VIEW stl_load_commits WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS userid,
       l.query_id::integer AS query,
       0 AS slice,
       o.filename::character(256) AS name,
       o.filename::character(256) AS filename,
       0 AS byte_offset,
       o.lines_scanned::integer AS lines_scanned,
       o.errors::integer AS errors,
       o.curtime::timestamp AS curtime,
       1 AS status,
       CASE l.file_format WHEN 'CSV' THEN 'Text' ELSE l.file_format END::character(16) AS file_format,
       0 AS is_partial,
       0::bigint AS start_offset,
       0::bigint AS copy_job_id
FROM sparkify_internal.load_object o JOIN sparkify_internal.visible_load l USING (query_id);

CREATE VIEW stl_replacements WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS userid,
       l.query_id::integer AS query,
       0 AS slice,
       l.table_id::bigint::integer AS tbl,
       l.start_time::timestamp AS starttime,
       l.session_id AS session,
       r.filename::character(256) AS filename,
       r.line_number,
       r.colname::character(127) AS colname,
       r.raw_line::character(1024) AS raw_line
FROM sparkify_internal.load_replacement r JOIN sparkify_internal.visible_load l USING (query_id);

CREATE VIEW stl_query WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS userid,
       l.query_id::integer AS query,
       'default'::character(30) AS label,
       l.transaction_id AS xid,
       l.session_id AS pid,
       l.database_name::character(32) AS database,
       pg_catalog.format('COPY %I FROM %L', l.table_name, l.data_source)::character(4000) AS querytxt,
       l.start_time::timestamp AS starttime,
       l.end_time::timestamp AS endtime,
       (l.status = 'aborted')::integer AS aborted
FROM sparkify_internal.visible_load l;

CREATE VIEW sys_load_history WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS user_id,
       l.query_id,
       l.transaction_id,
       l.session_id,
       l.database_name,
       l.status,
       l.table_name,
       l.start_time::timestamp AS start_time,
       l.end_time::timestamp AS end_time,
       (extract(epoch FROM l.end_time - l.start_time) * 1000000)::bigint AS duration,
       l.data_source,
       CASE l.file_format WHEN 'Text' THEN 'txt' ELSE lower(l.file_format) END AS file_format,
       l.loaded_rows,
       l.loaded_bytes,
       l.source_file_count::integer AS source_file_count,
       l.source_file_bytes,
       l.source_file_count::integer AS file_count_scanned,
       l.source_file_bytes AS file_bytes_scanned,
       l.error_count,
       0::bigint AS copy_job_id
FROM sparkify_internal.visible_load l;

CREATE VIEW sys_load_error_detail WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS user_id,
       l.query_id,
       l.transaction_id,
       l.session_id,
       l.database_name::character(64) AS database_name,
       l.table_id::bigint::integer AS table_id,
       l.start_time::timestamp AS start_time,
       e.filename::character(256) AS file_name,
       e.line_number,
       coalesce(e.colname, '')::character(127) AS column_name,
       coalesce(e.type, '')::character(10) AS column_type,
       coalesce(e.col_length, '')::character(10) AS column_length,
       e.position,
       e.err_code AS error_code,
       e.err_reason::character(512) AS error_message,
       0::bigint AS copy_job_id
FROM sparkify_internal.load_error e JOIN sparkify_internal.visible_load l USING (query_id);

CREATE VIEW sys_load_detail WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS user_id,
       l.query_id::integer AS query_id,
       o.filename::character(256) AS file_name,
       o.bytes AS bytes_scanned,
       o.lines_scanned::integer AS lines_scanned,
       o.curtime::timestamp AS record_time,
       1 AS splits_scanned,
       l.start_time::timestamp AS start_time,
       o.curtime::timestamp AS end_time
FROM sparkify_internal.load_object o JOIN sparkify_internal.visible_load l USING (query_id);

-- COPY JOB is Redshift's own: there are none here.
CREATE VIEW sys_copy_job WITH (security_barrier) AS
SELECT NULL::bigint AS job_id, NULL::character(128) AS job_name, NULL::character(128) AS data_source,
       NULL::character(256) AS job_text, NULL::integer AS is_auto, NULL::integer AS on_error_suspend
WHERE false;

-- The loads under way; parameters past PostgreSQL's own are this extension's (see progress.h).
CREATE VIEW stv_load_state WITH (security_barrier) AS
SELECT r.oid::bigint::integer AS userid,
       p.pid AS session,
       s.param18::integer AS query,
       0 AS slice,
       p.pid AS pid,
       pg_catalog.clock_timestamp()::timestamp AS recordtime,
       p.bytes_total AS bytes_to_load,
       p.bytes_processed AS bytes_loaded,
       p.bytes_total AS bytes_to_load_compressed,
       p.bytes_processed AS bytes_loaded_compressed,
       p.tuples_processed::integer AS lines,
       s.param19::integer AS num_files,
       s.param20::integer AS num_files_complete,
       NULL::character(256) AS current_file,
       CASE WHEN p.bytes_total > 0 THEN (100 * p.bytes_processed / p.bytes_total)::integer ELSE 0 END AS pct_complete
FROM pg_catalog.pg_stat_progress_copy p
     JOIN pg_catalog.pg_stat_get_progress_info('COPY') s ON s.pid = p.pid
     JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid
     LEFT JOIN pg_catalog.pg_roles r ON r.rolname = a.usename
WHERE s.param18 > 0;

GRANT SELECT ON stl_load_errors, stl_loaderror_detail, stl_load_commits, stl_replacements, stl_query,
    sys_load_history, sys_load_error_detail, sys_load_detail, sys_copy_job, stv_load_state
    TO PUBLIC;


------------------------------------------------------------------------------
-- Redshift functions
------------------------------------------------------------------------------

-- What PostgreSQL lacks goes here; what it has with another result goes into
-- the schema "redshift", where the dialect leads calls. Bodies name
-- everything by schema, so that no search_path changes their meaning.

CREATE SCHEMA redshift;
GRANT USAGE ON SCHEMA redshift TO PUBLIC;

CREATE FUNCTION redshift.rewrite(statement text) RETURNS text
  LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'redshift_rewrite';
COMMENT ON FUNCTION redshift.rewrite(text) IS 'a query or DML statement of Redshift as PostgreSQL runs it';
CREATE FUNCTION redshift.statement(statement text) RETURNS text
AS 'MODULE_PATHNAME', 'redshift_statement' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION redshift.statement(text) IS 'SQL made by a procedure of Redshift as PostgreSQL runs it';

-- Date and time

CREATE FUNCTION redshift.date_add(part text, number bigint, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_dateadd';
CREATE FUNCTION redshift.date_diff(part text, "from" timestamp, "to" timestamp) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_datediff';
CREATE FUNCTION redshift.part_name(part text) RETURNS text
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_part_name';
CREATE FUNCTION redshift.extract_part(part text, "timestamp" timestamp) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_extract';

CREATE FUNCTION redshift.date_add(part text, number double precision, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.date_add($1, pg_catalog.trunc($2)::bigint, $3) $$;
CREATE FUNCTION redshift.date_add(part text, number bigint, date date) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.date_add($1, $2, $3::timestamp) $$;
CREATE FUNCTION redshift.date_add(part text, number bigint, "timestamp" timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.timezone('UTC', redshift.date_add($1, $2, pg_catalog.timezone('UTC', $3))) $$;
CREATE FUNCTION redshift.date_add(part text, number bigint, "time" time) RETURNS time
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.date_add($1, $2, date '2000-01-01' OPERATOR(pg_catalog.+) $3)::time $$;
CREATE FUNCTION redshift.date_diff(part text, "from" timestamptz, "to" timestamptz) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.date_diff($1, pg_catalog.timezone('UTC', $2), pg_catalog.timezone('UTC', $3)) $$;
CREATE FUNCTION redshift.date_diff(part text, "from" date, "to" date) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.date_diff($1, $2::timestamp, $3::timestamp) $$;
CREATE FUNCTION redshift.date_diff(part text, "from" time, "to" time) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.date_diff($1, date '2000-01-01' OPERATOR(pg_catalog.+) $2,
                                  date '2000-01-01' OPERATOR(pg_catalog.+) $3) $$;

-- EXTRACT: Redshift calls its column date_part, and that of DATE_PART pgdate_part
CREATE FUNCTION redshift.date_part(part text, "timestamp" timestamp) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.extract_part($1, $2)::integer $$;
CREATE FUNCTION redshift.date_part(part text, date date) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.extract_part($1, $2::timestamp)::integer $$;
CREATE FUNCTION redshift.date_part(part text, "timestamp" timestamptz) RETURNS double precision
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN redshift.part_name($1) IN ('epoch', 'timezone', 'timezone_hour', 'timezone_minute')
                    THEN pg_catalog.trunc(pg_catalog.date_part(redshift.part_name($1), $2))
                    ELSE redshift.extract_part($1, $2::timestamp)::double precision END $$;
CREATE FUNCTION redshift.date_part(part text, "time" time) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.extract_part($1, date '1970-01-01' OPERATOR(pg_catalog.+) $2)::integer $$;
CREATE FUNCTION redshift.date_part(part text, "interval" interval) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.trunc(pg_catalog.date_part(redshift.part_name($1), $2))::integer $$;
CREATE FUNCTION redshift.pgdate_part(part text, "timestamp" timestamp) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.date_part(redshift.part_name($1), $2)
               OPERATOR(pg_catalog.+) CASE redshift.part_name($1) WHEN 'decade' THEN 1 ELSE 0 END $$;
CREATE FUNCTION redshift.pgdate_part(part text, date date) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.pgdate_part($1, $2::timestamp) $$;
CREATE FUNCTION redshift.pgdate_part(part text, "timestamp" timestamptz) RETURNS double precision
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.date_part(redshift.part_name($1), $2)
               OPERATOR(pg_catalog.+) CASE redshift.part_name($1) WHEN 'decade' THEN 1 ELSE 0 END $$;
CREATE FUNCTION redshift.pgdate_part(part text, "time" time) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.date_part(redshift.part_name($1), $2) $$;
CREATE FUNCTION redshift.pgdate_part(part text, "interval" interval) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.date_part(redshift.part_name($1), $2) $$;

CREATE FUNCTION dateadd(part text, number bigint, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_dateadd';
CREATE FUNCTION dateadd(part text, number bigint, date date) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.date_add($1, $2, $3::timestamp) $$;
CREATE FUNCTION date_add(part text, number bigint, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_dateadd';
CREATE FUNCTION datediff(part text, "from" timestamp, "to" timestamp) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_datediff';
CREATE FUNCTION date_diff(part text, "from" timestamp, "to" timestamp) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_datediff';

-- GETDATE() is when the statement began, to the second; SYSDATE when the transaction did
CREATE FUNCTION getdate() RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.date_trunc('second', pg_catalog.statement_timestamp()::timestamp) $$;
CREATE FUNCTION redshift.sysdate() RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.transaction_timestamp()::timestamp $$;
CREATE FUNCTION last_day("timestamp" timestamp) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT (pg_catalog.date_trunc('month', $1) OPERATOR(pg_catalog.+) interval '1 month -1 day')::date $$;
CREATE FUNCTION add_months("timestamp" timestamp, months bigint) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN $1::date OPERATOR(pg_catalog.=) (pg_catalog.date_trunc('month', $1) OPERATOR(pg_catalog.+) interval '1 month -1 day')::date
    THEN pg_catalog.date_trunc('month', redshift.date_add('month', $2, $1)) OPERATOR(pg_catalog.+) interval '1 month -1 day'
         OPERATOR(pg_catalog.+) $1::time::interval
    ELSE redshift.date_add('month', $2, $1) END $$;
CREATE FUNCTION months_between(late timestamp, early timestamp) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.date_diff('month', $2, $1)::double precision OPERATOR(pg_catalog.+)
    CASE WHEN pg_catalog.date_part('day', $1) OPERATOR(pg_catalog.=) pg_catalog.date_part('day', $2)
           OR (pg_catalog.date_part('day', $1 OPERATOR(pg_catalog.+) interval '1 day') OPERATOR(pg_catalog.=) 1
               AND pg_catalog.date_part('day', $2 OPERATOR(pg_catalog.+) interval '1 day') OPERATOR(pg_catalog.=) 1)
         THEN 0
         ELSE (pg_catalog.date_part('day', $1) OPERATOR(pg_catalog.-) pg_catalog.date_part('day', $2)
               OPERATOR(pg_catalog.+) (pg_catalog.date_part('epoch', $1::time OPERATOR(pg_catalog.-) $2::time)
                                       OPERATOR(pg_catalog./) 86400)) OPERATOR(pg_catalog./) 31 END $$;
CREATE FUNCTION next_day("timestamp" timestamp, day text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT $1::date OPERATOR(pg_catalog.+) (((d.dow OPERATOR(pg_catalog.-) pg_catalog.date_part('dow', $1)::integer
          OPERATOR(pg_catalog.+) 6) OPERATOR(pg_catalog.%) 7) OPERATOR(pg_catalog.+) 1)
        FROM (VALUES ('su', 0), ('mo', 1), ('m', 1), ('tu', 2), ('we', 3), ('w', 3), ('th', 4), ('fr', 5), ('f', 5), ('sa', 6)) AS d (name, dow)
        WHERE d.name OPERATOR(pg_catalog.=) pg_catalog.left(pg_catalog.lower($2), 2) $$;
CREATE FUNCTION date_part_year(date date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.date_part('year', $1)::integer $$;
CREATE FUNCTION date_cmp(a date, b date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.date_cmp($1, $2) $$;
CREATE FUNCTION date_cmp_timestamp(a date, b timestamp) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.date_cmp_timestamp($1, $2) $$;
CREATE FUNCTION date_cmp_timestamptz(a date, b timestamptz) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT pg_catalog.date_cmp_timestamptz($1, $2) $$;
CREATE FUNCTION timestamp_cmp(a timestamp, b timestamp) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timestamp_cmp($1, $2) $$;
CREATE FUNCTION timestamp_cmp_date(a timestamp, b date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timestamp_cmp_date($1, $2) $$;
CREATE FUNCTION timestamp_cmp_timestamptz(a timestamp, b timestamptz) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timestamp_cmp_timestamptz($1, $2) $$;
CREATE FUNCTION timestamptz_cmp(a timestamptz, b timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timestamptz_cmp($1, $2) $$;
CREATE FUNCTION timestamptz_cmp_date(a timestamptz, b date) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timestamptz_cmp_date($1, $2) $$;
CREATE FUNCTION timestamptz_cmp_timestamp(a timestamptz, b timestamp) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timestamptz_cmp_timestamp($1, $2) $$;
CREATE FUNCTION interval_cmp(a interval, b interval) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.interval_cmp($1, $2) $$;
CREATE FUNCTION convert_timezone(source text, target text, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timezone($2, pg_catalog.timezone($1, $3)) $$;
CREATE FUNCTION convert_timezone(target text, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timezone($1, pg_catalog.timezone('UTC', $2)) $$;
CREATE FUNCTION convert_timezone(target text, "timestamp" timestamptz) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.timezone($1, $2) $$;
-- lenient: a day beyond its month runs over into the next
CREATE FUNCTION redshift.rolled_over(string text, format text) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_rolled_over';
CREATE FUNCTION redshift.to_date(string text, format text, is_strict boolean DEFAULT false) RETURNS date
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(CASE WHEN NOT $3 THEN redshift.rolled_over($1, $2)::date END, pg_catalog.to_date($1, $2)) $$;
CREATE FUNCTION redshift.to_timestamp(string text, format text, is_strict boolean DEFAULT false) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(CASE WHEN NOT $3 THEN redshift.rolled_over($1, $2)::timestamptz END, pg_catalog.to_timestamp($1, $2)) $$;

CREATE FUNCTION redshift.to_char("timestamp" timestamp, format text) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.to_char($1, pg_catalog.replace(pg_catalog.replace($2, 'TZ', '"UTC"'), 'tz', '"utc"')) $$;

-- Numbers

CREATE FUNCTION redshift.truncated(value anyelement, scale integer) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.trunc(($1)::pg_catalog.numeric, $2) $$;
CREATE FUNCTION redshift.quotient(dividend pg_catalog.numeric, divisor pg_catalog.numeric, scale integer) RETURNS pg_catalog.numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_quotient';
CREATE FUNCTION redshift.round(value double precision, digits integer) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN pg_catalog.abs($1) OPERATOR(pg_catalog.<) 'Infinity' THEN pg_catalog.round($1::pg_catalog.numeric, $2)::double precision ELSE $1 END $$;
CREATE FUNCTION redshift.round(value pg_catalog.numeric, digits integer) RETURNS pg_catalog.numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.round($1, $2) $$;
CREATE FUNCTION redshift.trunc(value timestamp) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT $1::date $$;
CREATE FUNCTION redshift.trunc(value timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT $1::date $$;
CREATE FUNCTION redshift.trunc(value date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT $1 $$;
CREATE FUNCTION redshift.trunc(value double precision) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.trunc($1) $$;
CREATE FUNCTION redshift.trunc(value pg_catalog.numeric) RETURNS pg_catalog.numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.trunc($1) $$;
CREATE FUNCTION redshift.trunc(value double precision, digits integer) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.trunc($1::pg_catalog.numeric, $2)::double precision $$;
CREATE FUNCTION redshift.trunc(value pg_catalog.numeric, digits integer) RETURNS pg_catalog.numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.trunc($1, $2) $$;
CREATE FUNCTION strtol(digits text, base integer) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT COALESCE(pg_catalog.sum((pg_catalog.strpos('0123456789abcdefghijklmnopqrstuvwxyz', d.digit) OPERATOR(pg_catalog.-) 1)::pg_catalog.numeric
                 OPERATOR(pg_catalog.*) pg_catalog.power($2::pg_catalog.numeric, (pg_catalog.length(n.number) OPERATOR(pg_catalog.-) d.place)::pg_catalog.numeric)), 0)::bigint
               OPERATOR(pg_catalog.*) CASE WHEN pg_catalog.btrim($1) OPERATOR(pg_catalog.~) '^-' THEN -1 ELSE 1 END
        FROM (SELECT pg_catalog.regexp_replace(pg_catalog.lower(pg_catalog.btrim($1)), CASE $2 WHEN 16 THEN '^[+-]?(0x)?' ELSE '^[+-]?' END, '')) AS n (number),
             pg_catalog.regexp_split_to_table(n.number, '') WITH ORDINALITY AS d (digit, place)
        WHERE d.digit OPERATOR(pg_catalog.<>) '' $$;

-- Text

CREATE FUNCTION len(string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.length($1) $$;
CREATE FUNCTION len(string character) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.length($1) $$;
CREATE FUNCTION textlen(string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.length($1) $$;
CREATE FUNCTION charindex(part text, string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.strpos($2, $1) $$;
CREATE FUNCTION octetindex(part text, string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN pg_catalog.strpos($2, $1) OPERATOR(pg_catalog.=) 0 THEN 0
      ELSE pg_catalog.octet_length(pg_catalog.left($2, pg_catalog.strpos($2, $1) OPERATOR(pg_catalog.-) 1)) OPERATOR(pg_catalog.+) 1 END $$;
CREATE FUNCTION replicate(string text, number integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.repeat($1, $2) $$;
CREATE FUNCTION bpcharcmp(a text, b text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.sign(pg_catalog.bpcharcmp($1::pg_catalog.bpchar, $2::pg_catalog.bpchar))::integer $$;
CREATE FUNCTION redshift.concat(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT $1 OPERATOR(pg_catalog.||) $2 $$;
CREATE FUNCTION from_hex(digits text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.decode($1, 'hex') $$;
CREATE FUNCTION sha1(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_sha1';
CREATE FUNCTION sha(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_sha1';
CREATE FUNCTION func_sha1(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_sha1';
CREATE FUNCTION sha2(string text, bits integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.encode(CASE $2 WHEN 224 THEN pg_catalog.sha224(b.bytes) WHEN 384 THEN pg_catalog.sha384(b.bytes)
                                         WHEN 512 THEN pg_catalog.sha512(b.bytes) WHEN 256 THEN pg_catalog.sha256(b.bytes)
                                         WHEN 0 THEN pg_catalog.sha256(b.bytes) END, 'hex')
        FROM (SELECT pg_catalog.convert_to($1, 'UTF8')) AS b (bytes) $$;
CREATE FUNCTION crc32(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_crc32';
CREATE FUNCTION soundex(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_soundex';
-- how many characters of two Soundex codes are the same (AWS: DIFFERENCE)
CREATE FUNCTION difference(one text, other text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL
      WHEN $1 OPERATOR(pg_catalog.=) '' OR $2 OPERATOR(pg_catalog.=) '' THEN 0
      WHEN @extschema@.soundex($1) OPERATOR(pg_catalog.=) '' AND @extschema@.soundex($2) OPERATOR(pg_catalog.=) '' THEN 1
      ELSE (SELECT pg_catalog.count(*)::integer FROM pg_catalog.generate_series(1, 4) AS place
            WHERE pg_catalog.substr(@extschema@.soundex($1), place, 1) OPERATOR(pg_catalog.=) pg_catalog.substr(@extschema@.soundex($2), place, 1)) END $$;
CREATE FUNCTION redshift.fnv_bytes(bytes bytea, seed bigint) RETURNS bigint LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_fnv_hash';
CREATE FUNCTION redshift.little_endian(bytes bytea) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT pg_catalog.string_agg(pg_catalog.substr($1, i, 1), ''::bytea ORDER BY i DESC) FROM pg_catalog.generate_series(1, pg_catalog.octet_length($1)) AS i $$;
CREATE FUNCTION fnv_hash(value text, seed bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.fnv_bytes(pg_catalog.convert_to($1, 'UTF8'), $2) $$;
CREATE FUNCTION fnv_hash(value integer, seed bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.fnv_bytes(redshift.little_endian(pg_catalog.int4send($1)), $2) $$;
CREATE FUNCTION fnv_hash(value bigint, seed bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.fnv_bytes(redshift.little_endian(pg_catalog.int8send($1)), $2) $$;
-- all matches, and $1 for a group
CREATE FUNCTION redshift.regexp_replace(string text, pattern text, replacement text DEFAULT '', "position" integer DEFAULT 1, parameters text DEFAULT '') RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.left($1, $4 OPERATOR(pg_catalog.-) 1) OPERATOR(pg_catalog.||)
               pg_catalog.regexp_replace(pg_catalog.substr($1, $4), $2, pg_catalog.regexp_replace($3, '\$(\d)', '\\\1', 'g'),
                                         'g' OPERATOR(pg_catalog.||) pg_catalog.translate($5, 'pe', '')) $$;
CREATE FUNCTION redshift.regexp_count(string text, pattern text, "position" integer DEFAULT 1, parameters text DEFAULT '') RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.regexp_count($1, $2, $3, pg_catalog.translate($4, 'pe', '')) $$;
CREATE FUNCTION redshift.regexp_instr(string text, pattern text, "position" integer DEFAULT 1, occurrence integer DEFAULT 1, option integer DEFAULT 0, parameters text DEFAULT '') RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.regexp_instr($1, $2, $3, $4, $5, pg_catalog.translate($6, 'pe', '')) $$;
CREATE FUNCTION redshift.regexp_substr(string text, pattern text, "position" integer DEFAULT 1, occurrence integer DEFAULT 1, parameters text DEFAULT '') RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT COALESCE(pg_catalog.regexp_substr($1, $2, $3, $4, pg_catalog.translate($5, 'pe', '')), '') $$;

-- JSON and SUPER

CREATE FUNCTION redshift.json_is_valid(string text) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_is_valid_json';
CREATE FUNCTION is_valid_json(string text) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_is_valid_json';
CREATE FUNCTION can_json_parse(string text) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_is_valid_json';
CREATE FUNCTION is_valid_json_array(string text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN redshift.json_is_valid($1) THEN pg_catalog.json_typeof($1::json) OPERATOR(pg_catalog.=) 'array' ELSE false END $$;
CREATE FUNCTION redshift.json_path(string text, path text[], null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT CASE WHEN $3 AND NOT redshift.json_is_valid($1) THEN NULL ELSE COALESCE($1::json OPERATOR(pg_catalog.#>>) $2, '') END $$;
CREATE FUNCTION redshift.json_extract_path_text(string text, VARIADIC path text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.json_path($1, $2, false) $$;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.json_path($1, ARRAY[$2], $3) $$;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, b text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.json_path($1, ARRAY[$2, $3], $4) $$;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, b text, c text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.json_path($1, ARRAY[$2, $3, $4], $5) $$;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, b text, c text, d text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.json_path($1, ARRAY[$2, $3, $4, $5], $6) $$;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, b text, c text, d text, e text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT redshift.json_path($1, ARRAY[$2, $3, $4, $5, $6], $7) $$;
CREATE FUNCTION json_extract_array_element_text(string text, index integer, null_if_invalid boolean DEFAULT false) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT CASE WHEN $3 AND NOT redshift.json_is_valid($1) THEN NULL ELSE COALESCE($1::json OPERATOR(pg_catalog.->>) $2, '') END $$;
CREATE FUNCTION redshift.json_array_length(string text, null_if_invalid boolean DEFAULT false) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT CASE WHEN $2 AND NOT redshift.json_is_valid($1) THEN NULL ELSE pg_catalog.json_array_length($1::json) END $$;
CREATE FUNCTION json_parse(string text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT $1::jsonb $$;
CREATE FUNCTION "json_serialize"(value jsonb) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_json_serialize';
CREATE FUNCTION redshift.json_typeof(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.jsonb_typeof($1) $$;
CREATE FUNCTION get_array_length(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN pg_catalog.jsonb_array_length($1) END $$;
CREATE FUNCTION is_array(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'array' $$;
CREATE FUNCTION is_object(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'object' $$;
CREATE FUNCTION is_boolean(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'boolean' $$;
CREATE FUNCTION is_varchar(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'string' $$;
CREATE FUNCTION is_scalar(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.jsonb_typeof($1) NOT IN ('array', 'object') $$;
CREATE FUNCTION is_integer(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'number' AND $1::text OPERATOR(pg_catalog.~) '^-?\d+$' $$;
CREATE FUNCTION redshift.is_whole(value jsonb, maximum pg_catalog.numeric) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'number' THEN pg_catalog.scale($1::pg_catalog.numeric) OPERATOR(pg_catalog.=) 0
          AND $1::pg_catalog.numeric BETWEEN OPERATOR(pg_catalog.-) $2 OPERATOR(pg_catalog.-) 1 AND $2 ELSE false END $$;
CREATE FUNCTION is_bigint(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.is_whole($1, 9223372036854775807) $$;
CREATE FUNCTION is_smallint(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT redshift.is_whole($1, 32767) $$;
CREATE FUNCTION decimal_precision(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'number' THEN pg_catalog.length(pg_catalog.ltrim(pg_catalog.translate($1::text, '-.', ''), '0')) END $$;
CREATE FUNCTION decimal_scale(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'number' THEN pg_catalog.scale($1::pg_catalog.numeric) END $$;
CREATE FUNCTION redshift.super_text(value jsonb) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_json_serialize';
CREATE FUNCTION json_size(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.octet_length(redshift.super_text($1)) $$;
CREATE FUNCTION array_concat(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT CASE WHEN pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'array' AND pg_catalog.jsonb_typeof($2) OPERATOR(pg_catalog.=) 'array' THEN $1 OPERATOR(pg_catalog.||) $2 END $$;
CREATE FUNCTION array_flatten(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT COALESCE(pg_catalog.jsonb_agg(i.e ORDER BY o.n, i.n), '[]') FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS o (e, n),
          pg_catalog.jsonb_array_elements(CASE pg_catalog.jsonb_typeof(o.e) WHEN 'array' THEN o.e ELSE pg_catalog.jsonb_build_array(o.e) END) WITH ORDINALITY AS i (e, n) $$;
CREATE FUNCTION split_to_array(string text, delimiter text DEFAULT ',') RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.to_jsonb(pg_catalog.string_to_array($1, $2)) $$;
CREATE FUNCTION subarray(value jsonb, start integer, length integer) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT COALESCE(pg_catalog.jsonb_agg(e ORDER BY n), '[]') FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS t (e, n)
        WHERE n OPERATOR(pg_catalog.>) $2 AND n OPERATOR(pg_catalog.<=) ($2::bigint OPERATOR(pg_catalog.+) $3) $$;
CREATE FUNCTION redshift.super_elements(value jsonb) RETURNS SETOF jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT e FROM pg_catalog.jsonb_array_elements(CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN $1 END) AS e $$;
CREATE FUNCTION redshift.super_positions(value jsonb, OUT element jsonb, OUT index bigint) RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT e, n OPERATOR(pg_catalog.-) 1 FROM pg_catalog.jsonb_array_elements(CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN $1 END) WITH ORDINALITY AS t (e, n) $$;
CREATE FUNCTION redshift.super_attributes(object jsonb, OUT value jsonb, OUT attribute varchar) RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT v, k FROM pg_catalog.jsonb_each(CASE pg_catalog.jsonb_typeof($1) WHEN 'object' THEN $1 END) AS t (k, v) $$;

-- Aggregates

CREATE FUNCTION redshift.listagg_step(state internal, value text) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_listagg_step';
CREATE FUNCTION redshift.listagg_step(state internal, value text, delimiter text) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_listagg_step';
CREATE FUNCTION redshift.listagg_final(state internal) RETURNS text LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_listagg_final';
CREATE AGGREGATE listagg(text) (SFUNC = redshift.listagg_step, STYPE = internal, FINALFUNC = redshift.listagg_final, PARALLEL = SAFE);
CREATE AGGREGATE listagg(text, text) (SFUNC = redshift.listagg_step, STYPE = internal, FINALFUNC = redshift.listagg_final, PARALLEL = SAFE);

CREATE FUNCTION redshift.avg_step(state internal, value bigint) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_avg_step';
CREATE FUNCTION redshift.avg_final(state internal) RETURNS bigint LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_avg_final';
CREATE AGGREGATE redshift.avg(bigint) (SFUNC = redshift.avg_step, STYPE = internal, FINALFUNC = redshift.avg_final, PARALLEL = SAFE);
-- integers of any width take the cast to bigint; what isn't integer averages and sums as in PostgreSQL
CREATE AGGREGATE redshift.avg(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine,
  SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = SAFE);
CREATE FUNCTION redshift.avg_step(state internal, value pg_catalog.numeric, scale integer) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_avg_decimal_step';
CREATE FUNCTION redshift.avg_decimal_final(state internal) RETURNS pg_catalog.numeric LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_avg_decimal_final';
CREATE AGGREGATE redshift.avg(pg_catalog.numeric, integer) (SFUNC = redshift.avg_step, STYPE = internal, FINALFUNC = redshift.avg_decimal_final, PARALLEL = SAFE);
CREATE AGGREGATE redshift.avg(double precision) (SFUNC = float8_accum, STYPE = double precision[], FINALFUNC = float8_avg,
  COMBINEFUNC = float8_combine, INITCOND = '{0,0,0}', PARALLEL = SAFE);
CREATE FUNCTION redshift.avg_step(state internal, value integer) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_avg_step_int4';
CREATE AGGREGATE redshift.avg(integer) (SFUNC = redshift.avg_step, STYPE = internal, FINALFUNC = redshift.avg_final, PARALLEL = SAFE);
CREATE AGGREGATE redshift.sum(bigint) (SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE);
CREATE AGGREGATE redshift.sum(integer) (SFUNC = int4_sum, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE);
CREATE AGGREGATE redshift.sum(smallint) (SFUNC = int2_sum, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE);
CREATE AGGREGATE redshift.sum(numeric) (SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_sum, COMBINEFUNC = numeric_avg_combine,
  SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, PARALLEL = SAFE);
CREATE AGGREGATE redshift.sum(double precision) (SFUNC = float8pl, STYPE = double precision, COMBINEFUNC = float8pl, PARALLEL = SAFE);
CREATE AGGREGATE redshift.sum(interval) (SFUNC = interval_pl, STYPE = interval, COMBINEFUNC = interval_pl, PARALLEL = SAFE);

CREATE FUNCTION redshift.median_final(state double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY v) FROM pg_catalog.unnest($1) AS v $$;
CREATE FUNCTION redshift.median_final(state numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.avg(m.v) FROM (SELECT v, pg_catalog.row_number() OVER (ORDER BY v), pg_catalog.count(*) OVER ()
          FROM pg_catalog.unnest($1) AS v WHERE v IS NOT NULL) AS m (v, i, n)
        WHERE m.i BETWEEN (m.n OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog./) 2 AND (m.n OPERATOR(pg_catalog.+) 2) OPERATOR(pg_catalog./) 2 $$;
CREATE AGGREGATE median(double precision) (SFUNC = array_append, STYPE = double precision[], FINALFUNC = redshift.median_final, PARALLEL = SAFE);
CREATE AGGREGATE median(numeric) (SFUNC = array_append, STYPE = numeric[], FINALFUNC = redshift.median_final, PARALLEL = SAFE);
CREATE FUNCTION redshift.median_step(state numeric[], value bigint) RETURNS numeric[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.array_append($1, $2::pg_catalog.numeric) $$;
CREATE AGGREGATE median(bigint) (SFUNC = redshift.median_step, STYPE = numeric[], FINALFUNC = redshift.median_final, PARALLEL = SAFE);
CREATE FUNCTION redshift.median_step(state numeric[], value integer) RETURNS numeric[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.array_append($1, $2::pg_catalog.numeric) $$;
CREATE AGGREGATE median(integer) (SFUNC = redshift.median_step, STYPE = numeric[], FINALFUNC = redshift.median_final, PARALLEL = SAFE);

CREATE FUNCTION redshift.percentile_step(state double precision[], value double precision, fraction double precision) RETURNS double precision[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE WHEN $2 IS NULL THEN COALESCE($1, ARRAY[$3]) ELSE COALESCE($1, ARRAY[$3]) OPERATOR(pg_catalog.||) $2 END $$;
CREATE FUNCTION redshift.percentile_cont_final(state double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.percentile_cont($1[1]) WITHIN GROUP (ORDER BY v) FROM pg_catalog.unnest($1[2:]) AS v $$;
CREATE FUNCTION redshift.percentile_disc_final(state double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  AS $$ SELECT pg_catalog.percentile_disc($1[1]) WITHIN GROUP (ORDER BY v) FROM pg_catalog.unnest($1[2:]) AS v $$;
CREATE AGGREGATE redshift.percentile_cont(double precision, double precision) (SFUNC = redshift.percentile_step, STYPE = double precision[],
  FINALFUNC = redshift.percentile_cont_final, PARALLEL = SAFE);
CREATE AGGREGATE redshift.percentile_disc(double precision, double precision) (SFUNC = redshift.percentile_step, STYPE = double precision[],
  FINALFUNC = redshift.percentile_disc_final, PARALLEL = SAFE);
-- IGNORE NULLS
CREATE FUNCTION redshift.first_value(value anyelement) RETURNS anyelement LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_first_value';
CREATE FUNCTION redshift.last_value(value anyelement) RETURNS anyelement LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_last_value';
CREATE FUNCTION redshift.nth_value(value anyelement, number integer) RETURNS anyelement LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_nth_value';
CREATE FUNCTION redshift.lag(value anyelement, number integer) RETURNS anyelement LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_lag';
CREATE FUNCTION redshift.lag(value anyelement) RETURNS anyelement LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_lag';
CREATE FUNCTION redshift.lead(value anyelement, number integer) RETURNS anyelement LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_lead';
CREATE FUNCTION redshift.lead(value anyelement) RETURNS anyelement LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_lead';
CREATE FUNCTION redshift.any_value_step(state anyelement, value anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT $1 $$;
CREATE AGGREGATE any_value(anyelement) (SFUNC = redshift.any_value_step, STYPE = anyelement, PARALLEL = SAFE);

------------------------------------------------------------------------------
-- Catalog: the physical design
------------------------------------------------------------------------------
-- Distribution, sort order and encodings are kept in security labels (see
-- src/catalog/design.h); a table without them has Redshift's defaults.

-- Loads the module where a procedure of Redshift's makes a table and nothing of the session has needed it yet.
CREATE FUNCTION sparkify_internal.load_module() RETURNS void LANGUAGE c PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'sparkify_load_module';

-- A type by its name on Redshift.
CREATE FUNCTION sparkify_internal.type_name(type oid, modifier integer) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE type
    WHEN 'jsonb'::pg_catalog.regtype THEN 'super'
    WHEN 'bytea'::pg_catalog.regtype THEN 'binary varying'
    WHEN 'text'::pg_catalog.regtype THEN 'character varying(65535)'
    ELSE pg_catalog.format_type(type, modifier)
END;

-- The encoding that Redshift chooses for a column (r_CREATE_TABLE_NEW, ENCODE).
CREATE FUNCTION sparkify_internal.default_encoding(type oid, sorted boolean, temporary boolean) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN sorted OR temporary THEN 'raw'
    WHEN type IN ('smallint'::pg_catalog.regtype, 'integer'::pg_catalog.regtype, 'bigint'::pg_catalog.regtype,
                  'numeric'::pg_catalog.regtype, 'date'::pg_catalog.regtype, 'time'::pg_catalog.regtype,
                  'timetz'::pg_catalog.regtype, 'timestamp'::pg_catalog.regtype, 'timestamptz'::pg_catalog.regtype) THEN 'az64'
    WHEN type IN ('bpchar'::pg_catalog.regtype, 'varchar'::pg_catalog.regtype, 'text'::pg_catalog.regtype, 'bytea'::pg_catalog.regtype) THEN 'lzo'
    ELSE 'raw'
END;

-- sortkey counts from 1, 0 is none; the odd positions of an interleaved key are negative, as Redshift has them (r_PG_TABLE_DEF).
CREATE VIEW sparkify_internal.column_design AS
SELECT a.attrelid,
       a.attnum,
       coalesce(k.label ~ '\mdistkey\M', false) AS distkey,
       CASE WHEN t.label ~ 'sortkey interleaved' AND k.position % 2 = 1 THEN - k.position ELSE coalesce(k.position, 0) END AS sortkey,
       coalesce(k.encoding, sparkify_internal.default_encoding(a.atttypid, k.position > 0, c.relpersistence = 't')) AS encoding,
       k.encoding IS NOT NULL AS encoding_given
FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     LEFT JOIN pg_catalog.pg_seclabel t ON t.objoid = c.oid AND t.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
         AND t.objsubid = 0 AND t.provider = 'sparkify_dwh'
     LEFT JOIN LATERAL (
         SELECT l.label, substring(l.label FROM 'sortkey (\d+)')::integer AS position, substring(l.label FROM 'encode (\w+)') AS encoding
         FROM pg_catalog.pg_seclabel l
         WHERE l.objoid = c.oid AND l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND l.objsubid = a.attnum AND l.provider = 'sparkify_dwh') k ON true
WHERE c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 AND NOT a.attisdropped;

-- effective_style is what Redshift does under AUTO: a small table is on every node, a large one spread evenly.
-- Where it draws the line isn't documented; sparkify_explain draws the same.
CREATE VIEW sparkify_internal.table_design AS
SELECT c.oid AS relid,
       d.dist_style,
       CASE WHEN d.dist_style <> 'auto' THEN d.dist_style WHEN c.reltuples < 1000000 THEN 'all' ELSE 'even' END AS effective_style,
       d.sort_style,
       d.encode_auto,
       c.relpersistence <> 'u' AS backup,
       (SELECT a.attname::text FROM sparkify_internal.column_design k JOIN pg_catalog.pg_attribute a USING (attrelid, attnum)
        WHERE k.attrelid = c.oid AND k.distkey) AS dist_key,
       (SELECT pg_catalog.array_agg(a.attname::text ORDER BY abs(k.sortkey))
        FROM sparkify_internal.column_design k JOIN pg_catalog.pg_attribute a USING (attrelid, attnum)
        WHERE k.attrelid = c.oid AND k.sortkey <> 0) AS sort_key
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_seclabel l ON l.objoid = c.oid AND l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
         AND l.objsubid = 0 AND l.provider = 'sparkify_dwh'
     CROSS JOIN LATERAL (
         SELECT coalesce(substring(l.label FROM 'diststyle (\w+)'), CASE c.relkind WHEN 'm' THEN 'even' ELSE 'auto' END) AS dist_style,
                coalesce(substring(l.label FROM 'sortkey (\w+)'), CASE c.relkind WHEN 'm' THEN 'none' ELSE 'auto' END) AS sort_style,
                coalesce(substring(l.label FROM 'encode (\w+)') = 'auto', true) AS encode_auto) d
WHERE c.relkind IN ('r', 'p', 'm');

CREATE VIEW pg_table_def AS
SELECT n.nspname AS schemaname,
       c.relname AS tablename,
       a.attname AS "column",
       sparkify_internal.type_name(a.atttypid, a.atttypmod) AS type,
       CASE d.encoding WHEN 'raw' THEN 'none' ELSE d.encoding END AS encoding,
       d.distkey,
       d.sortkey,
       a.attnotnull AS "notnull"
FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN sparkify_internal.column_design d ON d.attrelid = a.attrelid AND d.attnum = a.attnum
WHERE n.nspname = ANY (pg_catalog.current_schemas(false))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e');

CREATE VIEW svv_table_info AS
SELECT pg_catalog.current_database()::text AS database,
       n.nspname::text AS schema,
       c.oid AS table_id,
       c.relname::text AS "table",
       CASE WHEN d.encode_auto THEN 'Y, AUTO(ENCODE)'
            WHEN EXISTS (SELECT FROM sparkify_internal.column_design k WHERE k.attrelid = c.oid AND k.encoding <> 'raw') THEN 'Y'
            ELSE 'N' END AS encoded,
       CASE d.dist_style WHEN 'key' THEN pg_catalog.format('KEY(%s)', d.dist_key)
            WHEN 'auto' THEN pg_catalog.format('AUTO(%s)', upper(d.effective_style))
            ELSE upper(d.dist_style) END AS diststyle,
       CASE WHEN d.sort_style = 'auto' AND d.sort_key IS NULL THEN 'AUTO(SORTKEY)'
            WHEN d.sort_style = 'auto' THEN pg_catalog.format('AUTO(SORTKEY(%s))', d.sort_key[1])
            ELSE d.sort_key[1] END AS sortkey1,
       (SELECT coalesce(max(a.atttypmod - 4), 0)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.atttypid = 'varchar'::pg_catalog.regtype
          AND NOT a.attisdropped)::integer AS max_varchar,
       (SELECT CASE k.encoding WHEN 'raw' THEN 'none' ELSE k.encoding END
        FROM sparkify_internal.column_design k
        WHERE k.attrelid = c.oid AND abs(k.sortkey) = 1)::character(32) AS sortkey1_enc,
       coalesce(pg_catalog.cardinality(d.sort_key), 0) AS sortkey_num,
       greatest(1, pg_catalog.pg_table_size(c.oid) / 1048576) AS size,
       NULL::numeric(10,4) AS pct_used,
       0::bigint AS empty,
       NULL::numeric(5,2) AS unsorted,
       NULL::numeric(5,2) AS stats_off,
       c.reltuples::numeric(38,0) AS tbl_rows,
       NULL::numeric(19,2) AS skew_sortkey1,
       1::numeric(19,2) AS skew_rows,
       c.reltuples::numeric(38,0) AS estimated_visible_rows,
       NULL::text AS risk_event,
       NULL::numeric(12,2) AS vacuum_sort_benefit,
       NULL::timestamp AS create_time
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN sparkify_internal.table_design d ON d.relid = c.oid
WHERE c.reltuples > 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'sparkify_internal') AND n.nspname !~ '^pg_toast'
  AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e');

GRANT SELECT ON sparkify_internal.column_design, sparkify_internal.table_design, pg_table_def, svv_table_info TO PUBLIC;

CREATE FUNCTION sparkify_internal.name_list(names text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.string_agg(pg_catalog.quote_ident(n), ', ' ORDER BY i) FROM pg_catalog.unnest(names) WITH ORDINALITY AS t (n, i);
END;

-- A column as SHOW TABLE prints it (r_SHOW_TABLE).
CREATE FUNCTION sparkify_internal.show_column(relation oid, number smallint) RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT pg_catalog.concat_ws(' ',
        pg_catalog.quote_ident(a.attname),
        sparkify_internal.type_name(a.atttypid, a.atttypmod),
        CASE a.attidentity WHEN 'a' THEN pg_catalog.format('identity(%s,%s)', s.seqstart, s.seqincrement)
                           WHEN 'd' THEN pg_catalog.format('GENERATED BY DEFAULT AS identity(%s,%s)', s.seqstart, s.seqincrement) END,
        CASE WHEN a.attnotnull THEN 'NOT NULL' END,
        'DEFAULT ' || pg_catalog.pg_get_expr(e.adbin, e.adrelid),
        CASE WHEN d.encoding <> 'raw' OR d.encoding_given THEN 'ENCODE ' || d.encoding END,
        CASE WHEN d.distkey THEN 'distkey' END)
    FROM pg_catalog.pg_attribute a
         JOIN sparkify_internal.column_design d USING (attrelid, attnum)
         LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
         LEFT JOIN pg_catalog.pg_depend p ON p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.refobjid = a.attrelid
             AND p.refobjsubid = a.attnum AND p.deptype = 'i' AND p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
         LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.objid
    WHERE a.attrelid = relation AND a.attnum = number;
END;

CREATE FUNCTION sparkify_internal.show_table(relation regclass) RETURNS text LANGUAGE sql STABLE STRICT SET DateStyle = 'ISO, MDY'
BEGIN ATOMIC
    SELECT pg_catalog.format(E'CREATE TABLE %I.%I (\n    %s\n)\n%s%s%s;', n.nspname, c.relname,
        (SELECT pg_catalog.string_agg(sparkify_internal.show_column(a.attrelid, a.attnum), E',\n    ' ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
        CASE WHEN NOT d.backup THEN E'BACKUP NO\n' END,
        'DISTSTYLE ' || upper(d.dist_style),
        CASE WHEN d.sort_style = 'interleaved' THEN E'\nINTERLEAVED SORTKEY ( ' || sparkify_internal.name_list(d.sort_key) || ' )'
             WHEN d.sort_key IS NOT NULL THEN E'\nSORTKEY ( ' || sparkify_internal.name_list(d.sort_key) || ' )' END)
    FROM pg_catalog.pg_class c
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         JOIN sparkify_internal.table_design d ON d.relid = c.oid
    WHERE c.oid = relation;
END;
