/* sparkify_dwh--1.0.sql: every SQL object of the extension, in sections */

\echo Use "CREATE EXTENSION sparkify_dwh" to load this file. \quit

-- Debian's own cluster on a machine without a locale; no collation of ours could be there.
DO $do$
BEGIN
    IF pg_catalog.getdatabaseencoding() OPERATOR(pg_catalog.=) 'SQL_ASCII' THEN
        RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'sparkify_dwh needs a database whose encoding is UTF8, not SQL_ASCII',
            HINT = 'CREATE DATABASE dev TEMPLATE template0 ENCODING ''UTF8'' LOCALE ''C.UTF-8'';';
    END IF;
END
$do$;

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
    phase text NOT NULL CHECK (phase IN ('drop', 'create', 'stage', 'transform', 'guard', 'analyze', 'view', 'job', 'index', 'question')),
    position integer NOT NULL,
    name text NOT NULL,
    statement text,
    builtin boolean NOT NULL DEFAULT false,
    mode text CHECK (mode IN ('anew', 'full', 'initial', 'incremental')),
    title text,
    form text CHECK (form IN ('table', 'bars', 'line', 'heat map')),
    x_axis text,
    y_axis text,
    PRIMARY KEY (phase, position),
    CHECK (phase = 'question' OR (title IS NULL AND form IS NULL AND x_axis IS NULL AND y_axis IS NULL))
);
COMMENT ON TABLE sparkify_definition IS 'the warehouse: a statement of Redshift SQL a row, run and exported in order of position';
COMMENT ON COLUMN sparkify_definition.statement IS 'NULL: neither run nor exported';
COMMENT ON COLUMN sparkify_definition.mode IS
    'anew: where all is loaded anew, in mode full and in the first load of mode incremental; full, initial: in one of these only; incremental: in the loads after the first, and in both where it is no part of the load; NULL: always';
COMMENT ON COLUMN sparkify_definition.title IS 'of a question: its heading in the report; NULL: its name';
COMMENT ON COLUMN sparkify_definition.form IS
    'of a question: table (any columns), bars (a label, then one to four numbers), line (a place, then one to four numbers), heat map (row, column, number)';
COMMENT ON COLUMN sparkify_definition.x_axis IS 'of a question: what its first column is; NULL: the name of the column';
COMMENT ON COLUMN sparkify_definition.y_axis IS 'of a question: what its second column is; NULL: the name of the column';

-- Everybody may run the definitions, as themselves; so only who may be trusted
-- by everybody may change them.
GRANT SELECT ON sparkify_setting, sparkify_definition TO PUBLIC;

INSERT INTO sparkify_setting (name, value, description, builtin) VALUES
    ('mode', 'full', 'full: sparkify_etl() loads everything anew; incremental: what is new', true),
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

-- A value and the 31 behind it are the ids of a session: src/record/log_table.c.
CREATE SEQUENCE sparkify_internal.query_id AS integer INCREMENT BY 32 MAXVALUE 2147483616 CYCLE;

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
    recorded_rows bigint, -- in the tables below
    copy_job_id bigint -- 0: none
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

CREATE TABLE sparkify_internal.unload (
    query_id bigint PRIMARY KEY,
    user_id oid,
    transaction_id bigint,
    session_id integer,
    database_name text,
    status text,
    start_time timestamptz,
    end_time timestamptz,
    location text,
    file_format text,
    compression text,
    unloaded_rows bigint,
    object_count bigint,
    object_bytes bigint,
    error_message text,
    recorded_rows bigint -- in the table below
);
CREATE INDEX ON sparkify_internal.unload (start_time);

CREATE TABLE sparkify_internal.unload_object (
    query_id bigint,
    path text,
    slice integer,
    line_count bigint,
    transfer_size bigint,
    end_time timestamptz
);
CREATE INDEX ON sparkify_internal.unload_object (query_id);

-- Unloads that have begun to send something which would stay in the store if
-- their process died: the next one to the same bucket removes it.
CREATE TABLE sparkify_internal.unload_open (
    query_id bigint PRIMARY KEY,
    user_id oid,
    session_id integer,
    start_time timestamptz,
    location text
);

REVOKE ALL ON sparkify_internal.load, sparkify_internal.load_object, sparkify_internal.load_error,
    sparkify_internal.load_error_field, sparkify_internal.load_replacement,
    sparkify_internal.unload, sparkify_internal.unload_object, sparkify_internal.unload_open
    FROM PUBLIC;

------------------------------------------------------------------------------
-- Definitions: the Sparkify warehouse in Redshift SQL
------------------------------------------------------------------------------
-- Statements mean the same on Redshift and here.  Lengths are bytes there, and
-- cost nothing on disk; they are chosen so that the whole public data set loads.
-- Every load and every transform empties its table with DELETE: TRUNCATE would
-- commit on Redshift, in the middle of the exported transaction.

INSERT INTO sparkify_definition (phase, position, mode, name, statement, builtin)
SELECT phase, position, CASE
    -- these two have a shorter way in mode incremental, from what it keeps
    WHEN name IN ('users', 'songplays') AND phase = 'transform' THEN 'full'
    WHEN name = 'songplays' AND phase = 'guard' THEN 'full'
    -- a night changes little: statistics are then left to PostgreSQL's and to Redshift's own
    WHEN phase IN ('stage', 'transform', 'guard', 'analyze') THEN 'anew'
END, name, btrim(statement, E'\n'), true
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
DISTKEY (artist_name)
$redshift$),
('create', 210, 'staging_songs', $redshift$COMMENT ON TABLE staging_songs IS 'The song files as they came: distributed by a column that plays are matched by, which moves less than a copy on every node; locations are longer than the 256 bytes of a bare VARCHAR'$redshift$),
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
('create', 710, 'songplays', $redshift$COMMENT ON TABLE songplays IS 'One row for each event of page NextSong; distributed and sorted by start_time, whose values are nearly unique: analysts ask by time, and the join with time moves nothing, which outweighs what loading moves from the ninth reading of the views on; song_id would be a poor distribution key, most plays have none'$redshift$),
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
-- One reading of the events. Two events in one millisecond: the later one of the
-- session; an event without a time comes before all others.
INSERT INTO users (user_id, first_name, last_name, gender, level)
WITH ranked AS (
    SELECT
        userId,
        firstName,
        lastName,
        gender,
        level,
        MAX(CASE WHEN page = 'NextSong' THEN 1 ELSE 0 END) OVER (PARTITION BY userId) AS played,
        ROW_NUMBER() OVER (
            PARTITION BY userId
            ORDER BY
                ts DESC NULLS LAST,
                sessionId DESC,
                itemInSession DESC,
                level DESC,
                firstName,
                lastName,
                gender
        ) AS place
    FROM staging_events
    WHERE userId IS NOT NULL
)
SELECT userId, firstName, lastName, gender, level
FROM ranked
WHERE place = 1 AND played = 1
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

-- Mode incremental: what the first load leaves behind for the later ones, and how these
-- apply what is new.  A play is known by its session, item, user and time; a song to the join by
-- title, artist and duration.  Times are milliseconds as the log has them, and the smallest
-- number there is where it has none, so that they can be compared.

INSERT INTO sparkify_definition (phase, position, mode, name, statement, builtin)
SELECT phase, position, mode, name, btrim(statement, E'\n'), true
FROM (VALUES
('drop', 1300, 'incremental', 'play_events', $redshift$DROP TABLE IF EXISTS play_events$redshift$),
('drop', 1350, 'incremental', 'play_runs', $redshift$DROP TABLE IF EXISTS play_runs$redshift$),
('drop', 1400, 'incremental', 'song_keys', $redshift$DROP TABLE IF EXISTS song_keys$redshift$),
('drop', 1500, 'incremental', 'latest_events', $redshift$DROP TABLE IF EXISTS latest_events$redshift$),
('create', 800, 'incremental', 'play_events', $redshift$
CREATE TABLE IF NOT EXISTS play_events (
    ts BIGINT NOT NULL ENCODE RAW,
    user_id INT ENCODE AZ64,
    session_id INT ENCODE AZ64,
    item_in_session INT ENCODE AZ64,
    run INT NOT NULL ENCODE AZ64,
    level VARCHAR(16) ENCODE ZSTD,
    location VARCHAR(1024) ENCODE ZSTD,
    user_agent VARCHAR(1024) ENCODE ZSTD,
    song VARCHAR(1024) ENCODE ZSTD,
    artist VARCHAR(1024) ENCODE ZSTD,
    length FLOAT ENCODE ZSTD
)
DISTKEY (ts)
SORTKEY (ts)
$redshift$),
('create', 810, 'incremental', 'play_events', $redshift$COMMENT ON TABLE play_events IS 'Every play that was ever loaded, with what it says of its song: plays are completed when their song arrives, and known when they are delivered twice'$redshift$),
('create', 812, 'incremental', 'play_runs', $redshift$
CREATE TABLE IF NOT EXISTS play_runs (
    run INT NOT NULL ENCODE RAW
)
DISTSTYLE ALL
SORTKEY (run)
$redshift$),
('create', 814, 'incremental', 'play_runs', $redshift$COMMENT ON TABLE play_runs IS 'The runs of play_events: 0 is the first load, later ones are the weeks of nights, each by its latest play, counted from 1970; the plays of a song are looked up run by run'$redshift$),
('create', 820, 'incremental', 'song_keys', $redshift$
CREATE TABLE IF NOT EXISTS song_keys (
    title VARCHAR(1024) NOT NULL ENCODE ZSTD,
    artist_name VARCHAR(1024) NOT NULL ENCODE ZSTD,
    duration FLOAT NOT NULL ENCODE RAW,
    song_id VARCHAR(32) ENCODE ZSTD,
    artist_id VARCHAR(32) ENCODE ZSTD
)
DISTSTYLE ALL
SORTKEY (duration)
$redshift$),
('create', 830, 'incremental', 'song_keys', $redshift$COMMENT ON TABLE song_keys IS 'The song that a title, an artist and a duration stand for: the first of its ids'$redshift$),
('create', 840, 'incremental', 'latest_events', $redshift$
CREATE TABLE IF NOT EXISTS latest_events (
    user_id INT NOT NULL ENCODE RAW,
    ts BIGINT NOT NULL ENCODE AZ64,
    session_id INT ENCODE AZ64,
    item_in_session INT ENCODE AZ64,
    level VARCHAR(16) ENCODE ZSTD,
    first_name VARCHAR(256) ENCODE ZSTD,
    last_name VARCHAR(256) ENCODE ZSTD,
    gender CHAR(1) ENCODE ZSTD,
    played INT NOT NULL ENCODE AZ64
)
DISTSTYLE ALL
SORTKEY (user_id)
$redshift$),
('create', 850, 'incremental', 'latest_events', $redshift$COMMENT ON TABLE latest_events IS 'The latest event of each user, and whether they ever played a song: late events don''t overtake it'$redshift$),
('job', 100, 'incremental', 'staging_events', $redshift$
COPY staging_events
FROM :'log_data'
IAM_ROLE :'iam_role'
REGION :'region'
FORMAT AS JSON :'log_jsonpath'
TIMEFORMAT 'epochmillisecs'
COMPUPDATE OFF
STATUPDATE OFF
JOB CREATE sparkify_events AUTO OFF
$redshift$),
('job', 200, 'incremental', 'staging_songs', $redshift$
COPY staging_songs
FROM :'song_data'
IAM_ROLE :'iam_role'
REGION :'region'
FORMAT AS JSON 'auto'
COMPUPDATE OFF
STATUPDATE ON
JOB CREATE sparkify_songs AUTO OFF
$redshift$),
('transform', 700, 'initial', 'repeated_keys', $redshift$
-- Plays that were delivered more than once, each by its second delivery.  They are
-- few or none: sorting what plays are known by, to find them, is cheaper than
-- ranking every play with all that it says.
CREATE TEMP TABLE repeated_keys AS
WITH plays AS (
    SELECT
        NVL(ts, -9223372036854775807) AS ts,
        userId AS user_id,
        sessionId AS session_id,
        itemInSession AS item_in_session,
        ROW_NUMBER() OVER (PARTITION BY ts, userId, sessionId, itemInSession ORDER BY ts) AS place
    FROM staging_events
    WHERE page = 'NextSong'
)
SELECT ts, user_id, session_id, item_in_session
FROM plays
WHERE place = 2
$redshift$),
('transform', 701, 'initial', 'repeated_keys', $redshift$ANALYZE repeated_keys$redshift$),
('transform', 710, 'initial', 'repeated_plays', $redshift$
-- Each of them once.
CREATE TEMP TABLE repeated_plays AS
WITH events AS (
    SELECT
        k.ts,
        e.userId AS user_id,
        e.sessionId AS session_id,
        e.itemInSession AS item_in_session,
        e.level,
        e.location,
        e.userAgent AS user_agent,
        e.song,
        e.artist,
        e.length,
        ROW_NUMBER() OVER (
            PARTITION BY e.ts, e.userId, e.sessionId, e.itemInSession
            ORDER BY e.song, e.artist, e.length, e.level, e.location, e.userAgent
        ) AS place
    FROM staging_events AS e
    INNER JOIN repeated_keys AS k
        ON NVL(e.ts, -9223372036854775807) = k.ts
        AND NVL(e.userId, -1) = NVL(k.user_id, -1)
        AND NVL(e.sessionId, -1) = NVL(k.session_id, -1)
        AND NVL(e.itemInSession, -1) = NVL(k.item_in_session, -1)
    WHERE e.page = 'NextSong'
)
SELECT ts, user_id, session_id, item_in_session, level, location, user_agent, song, artist, length
FROM events
WHERE place = 1
$redshift$),
('transform', 720, 'initial', 'play_events', $redshift$DELETE FROM play_events$redshift$),
('transform', 721, 'initial', 'play_events', $redshift$
INSERT INTO play_events (ts, user_id, session_id, item_in_session, run, level, location, user_agent, song, artist, length)
SELECT
    NVL(ts, -9223372036854775807) AS ts,
    userId,
    sessionId,
    itemInSession,
    0 AS run,
    level,
    location,
    userAgent,
    song,
    artist,
    length
FROM staging_events
WHERE page = 'NextSong'
$redshift$),
('transform', 722, 'initial', 'play_events', $redshift$
DELETE FROM play_events USING repeated_keys
WHERE play_events.ts = repeated_keys.ts
    AND NVL(play_events.user_id, -1) = NVL(repeated_keys.user_id, -1)
    AND NVL(play_events.session_id, -1) = NVL(repeated_keys.session_id, -1)
    AND NVL(play_events.item_in_session, -1) = NVL(repeated_keys.item_in_session, -1)
$redshift$),
('transform', 723, 'initial', 'play_events', $redshift$
INSERT INTO play_events (ts, user_id, session_id, item_in_session, run, level, location, user_agent, song, artist, length)
SELECT ts, user_id, session_id, item_in_session, 0, level, location, user_agent, song, artist, length FROM repeated_plays
$redshift$),
('transform', 724, 'initial', 'play_events', $redshift$ANALYZE play_events$redshift$),
('transform', 726, 'initial', 'play_runs', $redshift$DELETE FROM play_runs$redshift$),
('transform', 727, 'initial', 'play_runs', $redshift$INSERT INTO play_runs (run) VALUES (0)$redshift$),
('transform', 728, 'initial', 'play_runs', $redshift$ANALYZE play_runs$redshift$),
('transform', 730, 'initial', 'song_keys', $redshift$DELETE FROM song_keys$redshift$),
('transform', 731, 'initial', 'song_keys', $redshift$
INSERT INTO song_keys (title, artist_name, duration, song_id, artist_id)
WITH first_ids AS (
    SELECT
        title,
        artist_name,
        duration,
        MIN(song_id) AS song_id
    FROM staging_songs
    GROUP BY title, artist_name, duration
)
SELECT f.title, f.artist_name, f.duration, f.song_id, MIN(s.artist_id) AS artist_id
FROM first_ids AS f
INNER JOIN staging_songs AS s
    ON f.song_id = s.song_id
    AND f.title = s.title
    AND f.artist_name = s.artist_name
    AND f.duration = s.duration
GROUP BY f.title, f.artist_name, f.duration, f.song_id
$redshift$),
('transform', 732, 'initial', 'song_keys', $redshift$ANALYZE song_keys$redshift$),
('transform', 740, 'initial', 'latest_events', $redshift$DELETE FROM latest_events$redshift$),
('transform', 741, 'initial', 'latest_events', $redshift$
INSERT INTO latest_events (user_id, ts, session_id, item_in_session, level, first_name, last_name, gender, played)
WITH latest AS (
    SELECT
        userId,
        MAX(NVL(ts, -9223372036854775807)) AS ts,
        MAX(CASE WHEN page = 'NextSong' THEN 1 ELSE 0 END) AS played
    FROM staging_events
    WHERE userId IS NOT NULL
    GROUP BY userId
),
ranked AS (
    SELECT
        e.userId,
        l.ts,
        e.sessionId,
        e.itemInSession,
        e.level,
        e.firstName,
        e.lastName,
        e.gender,
        l.played,
        ROW_NUMBER() OVER (
            PARTITION BY e.userId
            ORDER BY e.sessionId DESC, e.itemInSession DESC, e.level DESC, e.firstName, e.lastName, e.gender
        ) AS place
    FROM staging_events AS e
    INNER JOIN latest AS l ON e.userId = l.userId AND NVL(e.ts, -9223372036854775807) = l.ts
)
SELECT userId, ts, sessionId, itemInSession, level, firstName, lastName, gender, played
FROM ranked
WHERE place = 1
$redshift$),
('transform', 742, 'initial', 'latest_events', $redshift$ANALYZE latest_events$redshift$),
('transform', 750, 'initial', 'users', $redshift$DELETE FROM users$redshift$),
('transform', 751, 'initial', 'users', $redshift$
INSERT INTO users (user_id, first_name, last_name, gender, level)
SELECT user_id, first_name, last_name, gender, level
FROM latest_events
WHERE played = 1 AND ts > -9223372036854775807
$redshift$),
('transform', 760, 'initial', 'songplays', $redshift$DELETE FROM songplays$redshift$),
('transform', 761, 'initial', 'songplays', $redshift$
INSERT INTO songplays (start_time, user_id, level, song_id, artist_id, session_id, location, user_agent)
SELECT
    CASE WHEN e.ts > -9223372036854775807 THEN TIMESTAMP 'epoch' + e.ts * INTERVAL '0.001 second' END AS start_time,
    e.user_id,
    e.level,
    k.song_id,
    k.artist_id,
    e.session_id,
    e.location,
    e.user_agent
FROM play_events AS e
LEFT JOIN song_keys AS k ON e.song = k.title AND e.artist = k.artist_name AND e.length = k.duration
$redshift$),
('guard', 690, 'initial', 'songplays', $redshift$
SELECT CAST(
    CASE WHEN e.plays = p.plays THEN '1' ELSE 'songplays has not one row for each song played' END AS INT
) AS songplays_complete
FROM (SELECT COUNT(*) AS plays FROM play_events) AS e
CROSS JOIN (SELECT COUNT(*) AS plays FROM songplays) AS p
$redshift$),
('guard', 695, 'initial', 'repeated_keys', $redshift$DROP TABLE repeated_keys, repeated_plays$redshift$),
('stage', 300, 'incremental', 'staging_events', $redshift$DELETE FROM staging_events$redshift$),
('stage', 310, 'incremental', 'staging_events', $redshift$COPY JOB RUN sparkify_events$redshift$),
-- what the joins want to know; of all columns it takes a tenth of a night
('stage', 315, 'incremental', 'staging_events', $redshift$ANALYZE staging_events (page, userId, ts)$redshift$),
('stage', 320, 'incremental', 'staging_songs', $redshift$DELETE FROM staging_songs$redshift$),
('stage', 330, 'incremental', 'staging_songs', $redshift$COPY JOB RUN sparkify_songs$redshift$),
('transform', 1000, 'incremental', 'new_artists', $redshift$
-- The most complete of what is new and what is known, by the order of the full load.
CREATE TEMP TABLE new_artists AS
WITH candidates AS (
    SELECT artist_id, artist_name AS name, artist_location AS location, artist_latitude AS latitude, artist_longitude AS longitude
    FROM staging_songs
    WHERE artist_id IS NOT NULL
    UNION ALL
    SELECT a.artist_id, a.name, a.location, a.latitude, a.longitude
    FROM artists AS a
    INNER JOIN (SELECT DISTINCT artist_id FROM staging_songs) AS n ON a.artist_id = n.artist_id
),
ranked AS (
    SELECT
        artist_id,
        name,
        location,
        latitude,
        longitude,
        ROW_NUMBER() OVER (
            PARTITION BY artist_id
            ORDER BY
                CASE WHEN name <> '' THEN 1 ELSE 0 END
                + CASE WHEN location <> '' THEN 1 ELSE 0 END
                + CASE WHEN latitude IS NOT NULL THEN 1 ELSE 0 END
                + CASE WHEN longitude IS NOT NULL THEN 1 ELSE 0 END DESC,
                name,
                location,
                latitude,
                longitude
        ) AS place
    FROM candidates
)
SELECT artist_id, name, location, latitude, longitude
FROM ranked
WHERE place = 1
$redshift$),
('transform', 1010, 'incremental', 'artists', $redshift$DELETE FROM artists USING new_artists WHERE artists.artist_id = new_artists.artist_id$redshift$),
('transform', 1020, 'incremental', 'artists', $redshift$
INSERT INTO artists (artist_id, name, location, latitude, longitude)
SELECT artist_id, name, location, latitude, longitude FROM new_artists
$redshift$),
('transform', 1100, 'incremental', 'new_songs', $redshift$
CREATE TEMP TABLE new_songs AS
WITH candidates AS (
    SELECT song_id, title, artist_id, year, duration
    FROM staging_songs
    WHERE song_id IS NOT NULL
    UNION ALL
    SELECT s.song_id, s.title, s.artist_id, s.year, s.duration
    FROM songs AS s
    INNER JOIN (SELECT DISTINCT song_id FROM staging_songs) AS n ON s.song_id = n.song_id
),
ranked AS (
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
    FROM candidates
)
SELECT song_id, title, artist_id, year, duration
FROM ranked
WHERE place = 1
$redshift$),
('transform', 1110, 'incremental', 'songs', $redshift$DELETE FROM songs USING new_songs WHERE songs.song_id = new_songs.song_id$redshift$),
('transform', 1120, 'incremental', 'songs', $redshift$
INSERT INTO songs (song_id, title, artist_id, year, duration)
SELECT song_id, title, artist_id, year, duration FROM new_songs
$redshift$),
('transform', 1200, 'incremental', 'new_keys', $redshift$
CREATE TEMP TABLE new_keys AS
WITH candidates AS (
    SELECT title, artist_name, duration, song_id, artist_id
    FROM staging_songs
    WHERE title IS NOT NULL AND artist_name IS NOT NULL AND duration IS NOT NULL AND song_id IS NOT NULL
    UNION ALL
    SELECT k.title, k.artist_name, k.duration, k.song_id, k.artist_id
    FROM song_keys AS k
    INNER JOIN (SELECT DISTINCT title, artist_name, duration FROM staging_songs) AS n
        ON k.title = n.title AND k.artist_name = n.artist_name AND k.duration = n.duration
),
first_ids AS (
    SELECT title, artist_name, duration, MIN(song_id) AS song_id
    FROM candidates
    GROUP BY title, artist_name, duration
)
SELECT f.title, f.artist_name, f.duration, f.song_id, MIN(c.artist_id) AS artist_id
FROM first_ids AS f
INNER JOIN candidates AS c
    ON f.song_id = c.song_id
    AND f.title = c.title
    AND f.artist_name = c.artist_name
    AND f.duration = c.duration
GROUP BY f.title, f.artist_name, f.duration, f.song_id
$redshift$),
('transform', 1210, 'incremental', 'changed_keys', $redshift$
-- Songs that nobody knew, and those that have become another song's twin.
CREATE TEMP TABLE changed_keys AS
SELECT n.title, n.artist_name, n.duration, n.song_id, n.artist_id
FROM new_keys AS n
LEFT JOIN song_keys AS k
    ON n.title = k.title AND n.artist_name = k.artist_name AND n.duration = k.duration
WHERE k.title IS NULL OR k.song_id <> n.song_id OR NVL(k.artist_id, '') <> NVL(n.artist_id, '')
$redshift$),
('transform', 1215, 'incremental', 'changed_keys', $redshift$ANALYZE changed_keys$redshift$),
('transform', 1220, 'incremental', 'song_keys', $redshift$
DELETE FROM song_keys USING changed_keys
WHERE song_keys.title = changed_keys.title
    AND song_keys.artist_name = changed_keys.artist_name
    AND song_keys.duration = changed_keys.duration
$redshift$),
('transform', 1230, 'incremental', 'song_keys', $redshift$
INSERT INTO song_keys (title, artist_name, duration, song_id, artist_id)
SELECT title, artist_name, duration, song_id, artist_id FROM changed_keys
$redshift$),
('transform', 1300, 'incremental', 'changed_plays', $redshift$
-- Plays that came before their song.  Run by run: an index that begins with the run takes
-- a night's plays in few places, one of all lengths anywhere.
CREATE TEMP TABLE changed_plays AS
SELECT DISTINCT
    e.ts,
    TIMESTAMP 'epoch' + e.ts * INTERVAL '0.001 second' AS start_time,
    e.user_id,
    e.session_id
FROM play_events AS e
INNER JOIN play_runs AS r ON e.run = r.run
INNER JOIN changed_keys AS c ON e.song = c.title AND e.artist = c.artist_name AND e.length = c.duration
WHERE e.ts > -9223372036854775807
$redshift$),
('transform', 1310, 'incremental', 'songplays', $redshift$
DELETE FROM songplays USING changed_plays
WHERE songplays.start_time = changed_plays.start_time
    AND NVL(songplays.user_id, -1) = NVL(changed_plays.user_id, -1)
    AND NVL(songplays.session_id, -1) = NVL(changed_plays.session_id, -1)
$redshift$),
('transform', 1320, 'incremental', 'songplays', $redshift$
INSERT INTO songplays (start_time, user_id, level, song_id, artist_id, session_id, location, user_agent)
SELECT c.start_time, e.user_id, e.level, k.song_id, k.artist_id, e.session_id, e.location, e.user_agent
FROM changed_plays AS c
INNER JOIN play_events AS e
    ON c.ts = e.ts
    AND NVL(c.user_id, -1) = NVL(e.user_id, -1)
    AND NVL(c.session_id, -1) = NVL(e.session_id, -1)
LEFT JOIN song_keys AS k ON e.song = k.title AND e.artist = k.artist_name AND e.length = k.duration
$redshift$),
('transform', 1390, 'incremental', 'known_plays', $redshift$
-- What was played before at the moments that are new, looked up once.  Nothing was after
-- the last moment that is known, and most nights bring nothing from before it.
CREATE TEMP TABLE known_plays AS
SELECT DISTINCT e.ts, e.user_id, e.session_id, e.item_in_session
FROM play_events AS e
INNER JOIN (
    SELECT DISTINCT NVL(ts, -9223372036854775807) AS ts
    FROM staging_events
    WHERE page = 'NextSong'
) AS n ON e.ts = n.ts
WHERE n.ts <= (SELECT MAX(ts) FROM play_events)
$redshift$),
('transform', 1400, 'incremental', 'new_plays', $redshift$
-- Each play once, though it was delivered twice, now or before.
CREATE TEMP TABLE new_plays AS
WITH events AS (
    SELECT
        NVL(ts, -9223372036854775807) AS ts,
        userId AS user_id,
        sessionId AS session_id,
        itemInSession AS item_in_session,
        level,
        location,
        userAgent AS user_agent,
        song,
        artist,
        length,
        ROW_NUMBER() OVER (
            PARTITION BY ts, userId, sessionId, itemInSession
            ORDER BY song, artist, length, level, location, userAgent
        ) AS place
    FROM staging_events
    WHERE page = 'NextSong'
)
SELECT n.ts, n.user_id, n.session_id, n.item_in_session, n.level, n.location, n.user_agent, n.song, n.artist, n.length
FROM events AS n
LEFT JOIN known_plays AS e
    ON n.ts = e.ts
    AND NVL(n.user_id, -1) = NVL(e.user_id, -1)
    AND NVL(n.session_id, -1) = NVL(e.session_id, -1)
    AND NVL(n.item_in_session, -1) = NVL(e.item_in_session, -1)
WHERE n.place = 1 AND e.ts IS NULL
$redshift$),
('transform', 1410, 'incremental', 'time', $redshift$
-- Moments at which nothing was played before.
INSERT INTO time (start_time, hour, day, week, month, year, weekday)
WITH moments AS (
    SELECT DISTINCT TIMESTAMP 'epoch' + n.ts * INTERVAL '0.001 second' AS start_time
    FROM new_plays AS n
    LEFT JOIN known_plays AS e ON n.ts = e.ts
    WHERE n.ts > -9223372036854775807 AND e.ts IS NULL
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
('transform', 1420, 'incremental', 'play_events', $redshift$
INSERT INTO play_events (ts, user_id, session_id, item_in_session, run, level, location, user_agent, song, artist, length)
SELECT n.ts, n.user_id, n.session_id, n.item_in_session, r.run, n.level, n.location, n.user_agent, n.song, n.artist, n.length
FROM new_plays AS n
CROSS JOIN (SELECT CAST(GREATEST(MAX(ts), 0) / 604800000 AS INT) AS run FROM new_plays) AS r
$redshift$),
('transform', 1425, 'incremental', 'play_runs', $redshift$
INSERT INTO play_runs (run)
SELECT n.run
FROM (SELECT CAST(GREATEST(MAX(ts), 0) / 604800000 AS INT) AS run FROM new_plays) AS n
LEFT JOIN play_runs AS r ON n.run = r.run
WHERE r.run IS NULL
$redshift$),
('transform', 1430, 'incremental', 'songplays', $redshift$
INSERT INTO songplays (start_time, user_id, level, song_id, artist_id, session_id, location, user_agent)
SELECT
    CASE WHEN n.ts > -9223372036854775807 THEN TIMESTAMP 'epoch' + n.ts * INTERVAL '0.001 second' END AS start_time,
    n.user_id,
    n.level,
    k.song_id,
    k.artist_id,
    n.session_id,
    n.location,
    n.user_agent
FROM new_plays AS n
LEFT JOIN song_keys AS k ON n.song = k.title AND n.artist = k.artist_name AND n.length = k.duration
$redshift$),
('transform', 1500, 'incremental', 'new_users', $redshift$
CREATE TEMP TABLE new_users AS
WITH candidates AS (
    SELECT
        userId AS user_id,
        NVL(ts, -9223372036854775807) AS ts,
        sessionId AS session_id,
        itemInSession AS item_in_session,
        level,
        firstName AS first_name,
        lastName AS last_name,
        gender,
        CASE WHEN page = 'NextSong' THEN 1 ELSE 0 END AS played
    FROM staging_events
    WHERE userId IS NOT NULL
    UNION ALL
    SELECT l.user_id, l.ts, l.session_id, l.item_in_session, l.level, l.first_name, l.last_name, l.gender, l.played
    FROM latest_events AS l
    INNER JOIN (SELECT DISTINCT userId FROM staging_events WHERE userId IS NOT NULL) AS n ON l.user_id = n.userId
),
totals AS (
    SELECT user_id, MAX(ts) AS ts, MAX(played) AS played
    FROM candidates
    GROUP BY user_id
),
ranked AS (
    SELECT
        c.user_id,
        c.ts,
        c.session_id,
        c.item_in_session,
        c.level,
        c.first_name,
        c.last_name,
        c.gender,
        t.played,
        ROW_NUMBER() OVER (
            PARTITION BY c.user_id
            ORDER BY c.session_id DESC, c.item_in_session DESC, c.level DESC, c.first_name, c.last_name, c.gender
        ) AS place
    FROM candidates AS c
    INNER JOIN totals AS t ON c.user_id = t.user_id AND c.ts = t.ts
)
SELECT user_id, ts, session_id, item_in_session, level, first_name, last_name, gender, played
FROM ranked
WHERE place = 1
$redshift$),
('transform', 1510, 'incremental', 'latest_events', $redshift$DELETE FROM latest_events USING new_users WHERE latest_events.user_id = new_users.user_id$redshift$),
('transform', 1520, 'incremental', 'latest_events', $redshift$
INSERT INTO latest_events (user_id, ts, session_id, item_in_session, level, first_name, last_name, gender, played)
SELECT user_id, ts, session_id, item_in_session, level, first_name, last_name, gender, played FROM new_users
$redshift$),
('transform', 1530, 'incremental', 'users', $redshift$DELETE FROM users USING new_users WHERE users.user_id = new_users.user_id$redshift$),
('transform', 1540, 'incremental', 'users', $redshift$
INSERT INTO users (user_id, first_name, last_name, gender, level)
SELECT user_id, first_name, last_name, gender, level
FROM new_users
WHERE played = 1 AND ts > -9223372036854775807
$redshift$),
('guard', 700, 'incremental', 'songplays', $redshift$
SELECT CAST(
    CASE WHEN COUNT(*) = 0 THEN '1' ELSE 'songplays lacks a play that was loaded' END AS INT
) AS songplays_complete
FROM new_plays AS n
LEFT JOIN songplays AS p
    ON p.start_time = TIMESTAMP 'epoch' + n.ts * INTERVAL '0.001 second'
    AND NVL(p.user_id, -1) = NVL(n.user_id, -1)
    AND NVL(p.session_id, -1) = NVL(n.session_id, -1)
WHERE n.ts > -9223372036854775807 AND p.songplay_id IS NULL
$redshift$),
('guard', 710, 'incremental', 'users', $redshift$
SELECT CAST(
    CASE WHEN COUNT(*) = COUNT(DISTINCT u.user_id) THEN '1' ELSE 'users has two rows of one user_id' END AS INT
) AS users_unique
FROM new_users AS n
INNER JOIN users AS u ON n.user_id = u.user_id
$redshift$),
('guard', 720, 'incremental', 'new_plays', $redshift$DROP TABLE new_artists, new_songs, new_keys, changed_keys, changed_plays, known_plays, new_plays, new_users$redshift$),
('index', 100, 'incremental', 'songplays', $redshift$CREATE INDEX IF NOT EXISTS songplays_start_time ON songplays (start_time)$redshift$),
('index', 300, 'incremental', 'users', $redshift$CREATE INDEX IF NOT EXISTS users_user_id ON users (user_id)$redshift$),
('index', 400, 'incremental', 'artists', $redshift$CREATE INDEX IF NOT EXISTS artists_artist_id ON artists (artist_id)$redshift$),
('index', 500, 'incremental', 'songs', $redshift$CREATE INDEX IF NOT EXISTS songs_song_id ON songs (song_id)$redshift$),
('index', 600, 'incremental', 'play_events', $redshift$CREATE INDEX IF NOT EXISTS play_events_ts ON play_events (ts)$redshift$),
('index', 700, 'incremental', 'play_events', $redshift$CREATE INDEX IF NOT EXISTS play_events_run_length ON play_events (run, length)$redshift$),
('index', 800, 'incremental', 'song_keys', $redshift$CREATE INDEX IF NOT EXISTS song_keys_duration ON song_keys USING hash (duration)$redshift$),
('index', 900, 'incremental', 'latest_events', $redshift$CREATE INDEX IF NOT EXISTS latest_events_user_id ON latest_events (user_id)$redshift$)
) AS built_in (phase, position, mode, name, statement);

-- What the analysts ask: the figures of sparkify_report().  The form says what
-- the columns are: a label and numbers, a place and numbers, or row, column, number.

INSERT INTO sparkify_definition (phase, position, name, title, form, x_axis, y_axis, statement, builtin)
SELECT 'question', position, name, title, form, x_axis, y_axis, btrim(statement, E'\n'), true
FROM (VALUES
(100, 'rows', 'How large are the tables?', 'bars', 'table', 'rows', $redshift$
SELECT table_name, table_rows AS "rows"
FROM (
    SELECT 1 AS place, 'songplays' AS table_name, COUNT(*) AS table_rows FROM songplays
    UNION ALL
    SELECT 2, 'users', COUNT(*) FROM users
    UNION ALL
    SELECT 3, 'songs', COUNT(*) FROM songs
    UNION ALL
    SELECT 4, 'artists', COUNT(*) FROM artists
    UNION ALL
    SELECT 5, 'time', COUNT(*) FROM time
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

-- (a plan made while the table is small would read all of it for each row of a long INSERT)
CREATE FUNCTION sparkify_replace_builtin() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    built_in_name text;
BEGIN
    IF TG_TABLE_NAME = 'sparkify_setting' THEN
        UPDATE @extschema@.sparkify_setting s
        SET value = NEW.value, description = coalesce(NEW.description, s.description)
        WHERE s.name = NEW.name AND s.builtin;
    ELSE
        -- whoever wanted a place of their own would not notice what they have taken
        SELECT d.name INTO built_in_name FROM @extschema@.sparkify_definition d
        WHERE d.phase = NEW.phase AND d.position = NEW.position AND d.builtin AND d.name <> NEW.name;
        IF FOUND THEN
            RAISE WARNING 'definition "%" takes the place of the built-in "%" (% %)', NEW.name, built_in_name, NEW.phase,
                    NEW.position
                USING HINT = 'Of phase and position there is one each: choose another position if both shall run.';
        END IF;
        UPDATE @extschema@.sparkify_definition d
        SET name = NEW.name, statement = NEW.statement,
            mode = NEW.mode, title = NEW.title, form = NEW.form, x_axis = NEW.x_axis, y_axis = NEW.y_axis
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

-- Who does what with the warehouse.
CREATE FUNCTION sparkify_internal.warehouse_relations(OUT relation regclass, OUT is_staged boolean) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'sparkify_warehouse_relations' LANGUAGE C STABLE;

CREATE FUNCTION sparkify_grant(job text, role regrole) RETURNS SETOF text LANGUAGE plpgsql VOLATILE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    schema name := (SELECT s.value FROM @extschema@.sparkify_setting s WHERE s.name = 'schema');
    preloaded text := CASE WHEN pg_has_role('pg_read_all_settings', 'MEMBER') THEN nullif(current_setting('session_preload_libraries'), '') END;
    statement text;
BEGIN
    IF job NOT IN ('analyst', 'engineer', 'loader') THEN
        RAISE EXCEPTION 'unknown job "%"', job
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The jobs are analyst, engineer and loader.';
    END IF;
    IF job <> 'engineer' AND NOT EXISTS (SELECT FROM sparkify_internal.warehouse_relations()) THEN
        RAISE EXCEPTION 'the warehouse has no tables yet'
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Run sparkify_create_tables() or sparkify_etl() first.';
    END IF;

    FOR statement IN
        -- of each job: on what, and which rights
        SELECT format('GRANT %s ON %s TO %s', g.rights, o.object, role)
        FROM (VALUES ('analyst', 1, 'database', 'CONNECT, TEMPORARY'), ('analyst', 2, 'schema', 'USAGE'), ('analyst', 3, 'readable', 'SELECT'),
                     ('loader', 1, 'database', 'CONNECT'), ('loader', 2, 'schema', 'USAGE'), ('loader', 3, 'staged', 'SELECT, INSERT, DELETE, TRUNCATE'),
                     ('loader', 4, 'stores', 'USAGE'),
                     ('engineer', 1, 'database', 'CONNECT, TEMPORARY, CREATE'), ('engineer', 2, 'schema', 'USAGE, CREATE'), ('engineer', 4, 'stores', 'USAGE'))
             AS g (job, place, kind, rights)
             JOIN (SELECT 'database' AS kind, format('DATABASE %I', current_database()) AS object
                   UNION ALL SELECT 'schema', format('SCHEMA %I', schema) WHERE to_regnamespace(quote_ident(schema)) IS NOT NULL
                   UNION ALL SELECT CASE WHEN r.is_staged THEN 'staged' ELSE 'readable' END, string_agg(r.relation::text, ', ' ORDER BY r.relation::text)
                             FROM sparkify_internal.warehouse_relations() r GROUP BY r.is_staged
                   UNION ALL SELECT 'stores', 'FOREIGN SERVER ' || string_agg(DISTINCT quote_ident(s.name), ', ')
                             FROM sparkify_internal.warehouse_stores s HAVING count(*) > 0) AS o ON o.kind = g.kind
        WHERE g.job = sparkify_grant.job
        UNION ALL
        -- who builds the warehouse owns it: only an owner empties, drops and replaces
        (SELECT format('ALTER TABLE %s OWNER TO %s', r.relation, role) FROM sparkify_internal.warehouse_relations() r JOIN pg_class c ON c.oid = r.relation
         WHERE job = 'engineer' AND c.relowner <> role ORDER BY r.relation::text)
        UNION ALL
        -- COPY of objects needs the module, and PostgreSQL lets only superusers say what is loaded
        SELECT format('ALTER ROLE %s IN DATABASE %I SET session_preload_libraries = %s', role, current_database(), concat_ws(', ', preloaded, 'sparkify_dwh'))
        WHERE job <> 'analyst' AND (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user) AND concat_ws(', ', preloaded, current_setting('shared_preload_libraries')) !~ '\msparkify_dwh\M'
    LOOP
        EXECUTE statement;
        RETURN NEXT statement;
    END LOOP;
END $$;
COMMENT ON FUNCTION sparkify_grant(text, regrole) IS 'gives a role what an analyst, an engineer or a loader needs; returns the statements';

-- Of each s3:// setting the stores that may serve it: those with the longest location.
CREATE VIEW sparkify_internal.warehouse_stores WITH (security_invoker) AS
SELECT l.setting, l.name
FROM (SELECT s.name AS setting, f.srvname AS name, rank() OVER (PARTITION BY s.name ORDER BY length(o.option_value) DESC) AS place
      FROM @extschema@.sparkify_setting s
           JOIN pg_catalog.pg_foreign_server f ON f.srvfdw = (SELECT w.oid FROM pg_catalog.pg_foreign_data_wrapper w WHERE w.fdwname = 'sparkify_s3')
           CROSS JOIN pg_catalog.pg_options_to_table(f.srvoptions) o
      WHERE s.value LIKE 's3://%' AND o.option_name = 'location' AND starts_with(s.value, o.option_value)) AS l
WHERE l.place = 1;

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

-- What the gateway asks a client's backend about each text: src/endpoint/answer.h has the form of the answer.
CREATE FUNCTION sparkify_internal.endpoint_translate(query text) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C STRICT;

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

CREATE FUNCTION pg_last_unload_id() RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION pg_last_unload_id() IS 'id of the last UNLOAD of this session that has completed; -1 if none';

CREATE FUNCTION pg_last_unload_count() RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION pg_last_unload_count() IS 'rows of the last UNLOAD of this session that has completed; 0 if none';

-- COPY JOBs: src/load/copy_job_catalog.c reads and writes them.  A dump carries them: a
-- restored warehouse loads only what is new, too.
CREATE TABLE sparkify_internal.copy_job (
    job_id bigint NOT NULL,
    job_name text NOT NULL,
    owner regrole NOT NULL,
    table_name regclass NOT NULL,
    data_source text NOT NULL,
    iam_role text NOT NULL,
    job_text text NOT NULL,
    is_auto boolean NOT NULL,
    created timestamptz NOT NULL,
    has_failed boolean NOT NULL -- there are objects that automatic runs pass over
);
CREATE UNIQUE INDEX ON sparkify_internal.copy_job (job_id);
CREATE UNIQUE INDEX ON sparkify_internal.copy_job (job_name);

CREATE TABLE sparkify_internal.copy_job_object (
    job_id bigint NOT NULL,
    file text COLLATE pg_catalog."C" NOT NULL, -- in the order in which a bucket is listed
    status "char" NOT NULL, -- B: there before the job, I: loaded, E: passed over by automatic runs
    query_id bigint,
    noted timestamptz NOT NULL,
    message text, -- why it could not be loaded
    file_size bigint, -- of one that was loaded, in bytes as it is stored
    file_etag text, -- likewise, where its store has any
    file_modified timestamptz -- likewise, as its store's listing has it
);
CREATE UNIQUE INDEX ON sparkify_internal.copy_job_object (job_id, file);

-- Directories of a mirror in which a job knows everything: what source/store/directory_memory.h
-- writes.  No dump carries it: elsewhere they are others.
CREATE TABLE sparkify_internal.copy_job_directories (
    job_id bigint NOT NULL,
    marks bytea NOT NULL
);
ALTER TABLE sparkify_internal.copy_job_directories ALTER COLUMN marks SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX ON sparkify_internal.copy_job_directories (job_id);

REVOKE ALL ON sparkify_internal.copy_job, sparkify_internal.copy_job_object, sparkify_internal.copy_job_directories
    FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('sparkify_internal.copy_job', '');
SELECT pg_catalog.pg_extension_config_dump('sparkify_internal.copy_job_object', '');

-- What the dialect makes of COPY ... JOB CREATE and COPY JOB RUN, ALTER, DROP.
CREATE FUNCTION sparkify_internal.copy_job_create(name text, is_auto boolean, copy text) RETURNS void
AS 'MODULE_PATHNAME', 'sparkify_copy_job_create' LANGUAGE C VOLATILE STRICT;
CREATE FUNCTION sparkify_internal.copy_job_run(name text) RETURNS bigint
AS 'MODULE_PATHNAME', 'sparkify_copy_job_run' LANGUAGE C VOLATILE STRICT;
CREATE FUNCTION sparkify_internal.copy_job_alter(name text, is_auto boolean) RETURNS void
AS 'MODULE_PATHNAME', 'sparkify_copy_job_alter' LANGUAGE C VOLATILE STRICT;
CREATE FUNCTION sparkify_internal.copy_job_drop(name text) RETURNS void
AS 'MODULE_PATHNAME', 'sparkify_copy_job_drop' LANGUAGE C VOLATILE STRICT;

-- The loads that the current user may see: what every view below joins.  Each is a
-- security barrier: a function in WHERE sees no row that its caller may not.
CREATE VIEW sparkify_internal.visible_load WITH (security_barrier) AS
SELECT l.*
FROM sparkify_internal.load l
WHERE l.user_id = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER)
   OR pg_catalog.pg_has_role(CURRENT_USER, 'pg_read_all_stats', 'USAGE');

CREATE VIEW sparkify_internal.visible_unload WITH (security_barrier) AS
SELECT u.*
FROM sparkify_internal.unload u
WHERE u.user_id = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER)
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
       coalesce(l.copy_job_id, 0) AS copy_job_id
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
       coalesce(l.copy_job_id, 0) AS copy_job_id
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
       r.raw_line::character(1024) AS raw_line,
       l.query_id::bigint AS user_query_id
FROM sparkify_internal.load_replacement r JOIN sparkify_internal.visible_load l USING (query_id);

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
       coalesce(l.copy_job_id, 0) AS copy_job_id
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
       e.err_reason::character(512) AS error_message
FROM sparkify_internal.load_error e JOIN sparkify_internal.visible_load l USING (query_id);

-- bytes_scanned is an integer there, so what is larger is cut off; stl_file_scan has all of it
CREATE VIEW sys_load_detail WITH (security_barrier) AS
SELECT l.user_id::bigint::integer AS user_id,
       l.query_id::integer AS query_id,
       o.filename::character(256) AS file_name,
       least(o.bytes, 2147483647)::integer AS bytes_scanned,
       o.lines_scanned::integer AS lines_scanned,
       o.curtime::timestamp AS record_time,
       1 AS splits_scanned,
       l.start_time::timestamp AS start_time,
       o.curtime::timestamp AS end_time,
       NULL::character(256) AS file_etag,
       NULL::timestamp AS file_last_modified
FROM sparkify_internal.load_object o JOIN sparkify_internal.visible_load l USING (query_id);

CREATE VIEW stl_unload_log WITH (security_barrier) AS
SELECT u.user_id::bigint::integer AS userid,
       u.query_id::integer AS query,
       o.slice,
       u.session_id AS pid,
       o.path::character(1280) AS path,
       u.start_time::timestamp AS start_time,
       o.end_time::timestamp AS end_time,
       o.line_count,
       o.transfer_size,
       u.file_format::character(10) AS file_format,
       u.query_id::bigint AS user_query_id,
       u.transaction_id
FROM sparkify_internal.unload_object o JOIN sparkify_internal.visible_unload u USING (query_id);

CREATE VIEW svcs_unload_log WITH (security_barrier) AS
SELECT userid, query, pid, path, start_time, end_time, line_count, transfer_size, file_format FROM stl_unload_log;

CREATE VIEW sys_unload_history WITH (security_barrier) AS
SELECT u.user_id::bigint::integer AS user_id,
       u.query_id,
       u.transaction_id,
       u.session_id,
       u.database_name,
       u.status,
       u.start_time::timestamp AS start_time,
       u.end_time::timestamp AS end_time,
       (extract(epoch FROM u.end_time - u.start_time) * 1000000)::bigint AS duration,
       u.file_format,
       u.compression AS compression_type,
       u.location AS unloaded_location,
       u.unloaded_rows,
       u.object_count AS unloaded_files_count,
       u.object_bytes AS unloaded_files_size,
       u.error_message
FROM sparkify_internal.visible_unload u;

CREATE VIEW sys_unload_detail WITH (security_barrier) AS
SELECT u.user_id::bigint::integer AS user_id,
       u.query_id::integer AS query_id,
       u.session_id,
       u.transaction_id,
       o.path::character(1280) AS file_name,
       u.start_time::timestamp AS start_time,
       o.end_time::timestamp AS end_time,
       o.line_count,
       o.transfer_size,
       u.file_format::character(10) AS file_format
FROM sparkify_internal.unload_object o JOIN sparkify_internal.visible_unload u USING (query_id);

CREATE VIEW sparkify_internal.visible_copy_job WITH (security_barrier) AS
SELECT j.*
FROM sparkify_internal.copy_job j
WHERE pg_catalog.pg_has_role(CURRENT_USER, j.owner, 'USAGE') OR pg_catalog.pg_has_role(CURRENT_USER, 'pg_read_all_stats', 'USAGE');

CREATE VIEW sys_copy_job WITH (security_barrier) AS
SELECT j.job_id,
       j.job_name::character(128) AS job_name,
       j.iam_role::character(128) AS iam_role,
       j.job_text::character(256) AS job_text,
       j.is_auto::integer AS is_auto,
       0 AS on_error_suspend
FROM sparkify_internal.visible_copy_job j;

-- What COPY JOB LIST and SHOW answer.
CREATE VIEW sparkify_internal.copy_job_list WITH (security_barrier) AS
SELECT j.job_id, j.job_name::varchar(128) AS job_name, j.data_source::varchar(128) AS data_source, j.job_text::varchar(65535) AS job_text,
       j.is_auto::integer AS is_auto, 0 AS on_error_suspend
FROM sparkify_internal.visible_copy_job j;
GRANT SELECT ON sparkify_internal.copy_job_list TO PUBLIC;

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

GRANT SELECT ON stl_unload_log, svcs_unload_log, sys_unload_history, sys_unload_detail,
    stl_load_errors, stl_loaderror_detail, stl_load_commits, stl_replacements,
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

CREATE VIEW redshift.sys_copy_job_detail WITH (security_barrier) AS
SELECT j.owner::oid::bigint::integer AS user_id,
       pg_catalog.current_database()::text AS database_name,
       j.job_id::integer AS job_id,
       j.job_name,
       substring(o.file FROM '^s3://([^/]*)') AS file_location,
       substring(o.file FROM '^s3://[^/]*/(.*)$') AS file_name,
       o.file_size,
       o.file_etag,
       j.job_text::character(256) AS job_text,
       pg_catalog.timezone('UTC', o.file_modified) AS modification_time,
       pg_catalog.timezone('UTC', o.noted) AS enqueue_time,
       o.status::character(1) AS status
FROM sparkify_internal.copy_job_object o JOIN sparkify_internal.visible_copy_job j USING (job_id)
WHERE o.status <> 'B';
GRANT SELECT ON redshift.sys_copy_job_detail TO PUBLIC;

CREATE VIEW redshift.sys_copy_job_info WITH (security_barrier) AS
SELECT j.job_id,
       j.job_name::character(128) AS job_name,
       pg_catalog.current_database()::character(128) AS database_name,
       o.noted::timestamp AS record_time,
       o.message::character(512) AS message
FROM sparkify_internal.copy_job_object o JOIN sparkify_internal.visible_copy_job j USING (job_id)
WHERE o.message IS NOT NULL;
GRANT SELECT ON redshift.sys_copy_job_info TO PUBLIC;

-- COLLATE CASE_INSENSITIVE; a server without ICU can't have it
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_collation WHERE collprovider = 'i') THEN
        CREATE COLLATION redshift.case_insensitive (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        COMMENT ON COLLATION redshift.case_insensitive IS 'Redshift''s COLLATE CASE_INSENSITIVE';
    END IF;
END
$$;

-- VARCHAR as on Redshift, where trailing blanks don't count and lengths are bytes: what src/script/varchar_plan.c
-- puts in the place of PostgreSQL's operators for text and of its coercion
CREATE FUNCTION redshift.varchar_index_support(internal) RETURNS internal LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_index_support';
CREATE FUNCTION redshift.varchar_eq(a text, b text) RETURNS boolean LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_eq';
CREATE FUNCTION redshift.varchar_ne(a text, b text) RETURNS boolean LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_ne';
CREATE FUNCTION redshift.varchar_lt(a text, b text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'bpcharlt';
CREATE FUNCTION redshift.varchar_le(a text, b text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'bpcharle';
CREATE FUNCTION redshift.varchar_gt(a text, b text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'bpchargt';
CREATE FUNCTION redshift.varchar_ge(a text, b text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'bpcharge';
CREATE FUNCTION redshift.varchar_cmp(a text, b text) RETURNS integer LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'bpcharcmp';
CREATE FUNCTION redshift.varchar_sortsupport(internal) RETURNS void LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'bpchar_sortsupport';
CREATE FUNCTION redshift.varchar_hash(value text) RETURNS integer LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_hash';
CREATE FUNCTION redshift.varchar_hash(value text, seed bigint) RETURNS bigint LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'hashbpcharextended';
ALTER FUNCTION redshift.varchar_eq(text, text) SUPPORT redshift.varchar_index_support;
CREATE OPERATOR redshift.= (LEFTARG = text, RIGHTARG = text, FUNCTION = redshift.varchar_eq, COMMUTATOR = OPERATOR(redshift.=), NEGATOR = OPERATOR(redshift.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR redshift.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = redshift.varchar_ne, COMMUTATOR = OPERATOR(redshift.<>), NEGATOR = OPERATOR(redshift.=), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR redshift.< (LEFTARG = text, RIGHTARG = text, FUNCTION = redshift.varchar_lt, COMMUTATOR = OPERATOR(redshift.>), NEGATOR = OPERATOR(redshift.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR redshift.<= (LEFTARG = text, RIGHTARG = text, FUNCTION = redshift.varchar_le, COMMUTATOR = OPERATOR(redshift.>=), NEGATOR = OPERATOR(redshift.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR redshift.> (LEFTARG = text, RIGHTARG = text, FUNCTION = redshift.varchar_gt, COMMUTATOR = OPERATOR(redshift.<), NEGATOR = OPERATOR(redshift.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR redshift.>= (LEFTARG = text, RIGHTARG = text, FUNCTION = redshift.varchar_ge, COMMUTATOR = OPERATOR(redshift.<=), NEGATOR = OPERATOR(redshift.<), RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR CLASS redshift.varchar_ops FOR TYPE text USING btree AS
  OPERATOR 1 redshift.<, OPERATOR 2 redshift.<=, OPERATOR 3 redshift.=, OPERATOR 4 redshift.>=, OPERATOR 5 redshift.>,
  FUNCTION 1 redshift.varchar_cmp(text, text), FUNCTION 2 redshift.varchar_sortsupport(internal);
CREATE OPERATOR CLASS redshift.varchar_ops FOR TYPE text USING hash AS
  OPERATOR 1 redshift.=, FUNCTION 1 redshift.varchar_hash(text), FUNCTION 2 redshift.varchar_hash(text, bigint);
-- the same equality for joins that may use an ordinary index: see JoinsByIndex()
CREATE OPERATOR redshift.== (LEFTARG = text, RIGHTARG = text, FUNCTION = redshift.varchar_eq, COMMUTATOR = OPERATOR(redshift.==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR CLASS redshift.varchar_join_ops FOR TYPE text USING hash AS
  OPERATOR 1 redshift.==, FUNCTION 1 redshift.varchar_hash(text), FUNCTION 2 redshift.varchar_hash(text, bigint);
-- an ordinary index finds what varchar_eq() asks for between two bounds, by operators of its own family
CREATE FUNCTION redshift.varchar_from(value text, key bpchar) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_from';
CREATE FUNCTION redshift.varchar_from_cmp(value text, key bpchar) RETURNS integer LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_from_cmp';
CREATE FUNCTION redshift.varchar_to(value text, key varchar) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_to';
CREATE FUNCTION redshift.varchar_to_cmp(value text, key varchar) RETURNS integer LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_to_cmp';
CREATE FUNCTION redshift.varchar_to_sel(internal, oid, internal, integer) RETURNS float8 LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varchar_to_sel';
CREATE OPERATOR redshift.>=~ (LEFTARG = text, RIGHTARG = bpchar, FUNCTION = redshift.varchar_from);
CREATE OPERATOR redshift.<=~ (LEFTARG = text, RIGHTARG = varchar, FUNCTION = redshift.varchar_to, RESTRICT = redshift.varchar_to_sel);
ALTER OPERATOR FAMILY pg_catalog.text_ops USING btree ADD
  OPERATOR 4 redshift.>=~ (text, bpchar), FUNCTION 1 (text, bpchar) redshift.varchar_from_cmp(text, bpchar),
  OPERATOR 2 redshift.<=~ (text, varchar), FUNCTION 1 (text, varchar) redshift.varchar_to_cmp(text, varchar);
CREATE FUNCTION redshift.assigned_varchar(value varchar, typmod integer, explicit boolean, "column" text) RETURNS varchar
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SUPPORT pg_catalog.varchar_support AS 'MODULE_PATHNAME', 'redshift_assigned_varchar';
CREATE FUNCTION redshift.cast_varchar(value varchar, typmod integer, explicit boolean) RETURNS varchar
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SUPPORT pg_catalog.varchar_support AS 'MODULE_PATHNAME', 'redshift_cast_varchar';

CREATE FUNCTION redshift.rewrite(statement text) RETURNS text
  LANGUAGE c STABLE STRICT AS 'MODULE_PATHNAME', 'redshift_rewrite';
COMMENT ON FUNCTION redshift.rewrite(text) IS 'a query or DML statement of Redshift as PostgreSQL runs it';
CREATE FUNCTION redshift.statement(statement text) RETURNS text
AS 'MODULE_PATHNAME', 'redshift_statement' LANGUAGE C STABLE STRICT;
COMMENT ON FUNCTION redshift.statement(text) IS 'SQL made by a procedure of Redshift as PostgreSQL runs it';
CREATE FUNCTION redshift.ends_transactions() RETURNS boolean
  LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'redshift_ends_transactions';
CREATE FUNCTION redshift.may_commit() RETURNS boolean
  LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'redshift_may_commit';
CREATE FUNCTION redshift.may_roll_back() RETURNS boolean
  LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'redshift_may_roll_back';
COMMENT ON FUNCTION redshift.may_commit() IS 'whether a procedure''s COMMIT is run; a script is one transaction';
COMMENT ON FUNCTION redshift.may_roll_back() IS 'likewise of ROLLBACK, which fails in a script';
COMMENT ON FUNCTION redshift.ends_transactions() IS 'whether a procedure of Redshift may end its transaction here';

-- The functions to come go to the extension's schema at the end of this section, as far as nobody has
-- functions of the same names there: a user's own len(text) stays the user's.  So do functions of
-- Redshift's further below, which are created in sparkify_functions.  What of the user's comes later
-- finds its place free, too: src/functions/give_way.c.
CREATE SCHEMA sparkify_functions;
SELECT pg_catalog.set_config('search_path', 'sparkify_functions', true);

-- Slices and encodings: see encoding_number() for the numbers

CREATE FUNCTION slice_num() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0;
CREATE FUNCTION format_encoding(encoding integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('{none,bytedict,delta,delta32k,lzo,mostly8,mostly16,mostly32,runlength,text255,text32k,zstd,az64}'::text[])[encoding + 1];

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
  BEGIN ATOMIC SELECT redshift.date_add($1, pg_catalog.trunc($2)::bigint, $3); END;
CREATE FUNCTION redshift.date_add(part text, number bigint, date date) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.date_add($1, $2, $3::timestamp); END;
CREATE FUNCTION redshift.date_add(part text, number bigint, "timestamp" timestamptz) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.timezone('UTC', redshift.date_add($1, $2, pg_catalog.timezone('UTC', $3))); END;
CREATE FUNCTION redshift.date_add(part text, number bigint, "time" time) RETURNS time
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.date_add($1, $2, date '2000-01-01' OPERATOR(pg_catalog.+) $3)::time; END;
CREATE FUNCTION redshift.date_diff(part text, "from" timestamptz, "to" timestamptz) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.date_diff($1, pg_catalog.timezone('UTC', $2), pg_catalog.timezone('UTC', $3)); END;
CREATE FUNCTION redshift.date_diff(part text, "from" date, "to" date) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.date_diff($1, $2::timestamp, $3::timestamp); END;
CREATE FUNCTION redshift.date_diff(part text, "from" time, "to" time) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.date_diff($1, date '2000-01-01' OPERATOR(pg_catalog.+) $2,
                                  date '2000-01-01' OPERATOR(pg_catalog.+) $3); END;
-- a TIMETZ is kept and counted in UTC
CREATE FUNCTION redshift.date_add(part text, number bigint, "time" timetz) RETURNS timetz
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.timezone('UTC', $3) OPERATOR(pg_catalog.+)
               (redshift.date_add($1, $2, timestamp '2000-01-01') OPERATOR(pg_catalog.-) timestamp '2000-01-01'); END;
CREATE FUNCTION redshift.date_diff(part text, "from" timetz, "to" timetz) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.date_diff($1, pg_catalog.timezone('UTC', $2)::time, pg_catalog.timezone('UTC', $3)::time); END;

-- EXTRACT: Redshift calls its column date_part, and that of DATE_PART pgdate_part; milliseconds
-- and microseconds are those behind the second (AWS: r_DATE_PART_function, r_EXTRACT_function)
CREATE FUNCTION redshift.date_part(part text, "timestamp" timestamp) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.extract_part($1, $2)::integer; END;
CREATE FUNCTION redshift.date_part(part text, date date) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.extract_part($1, $2::timestamp)::integer; END;
CREATE FUNCTION redshift.date_part(part text, "timestamp" timestamptz) RETURNS double precision
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN redshift.part_name($1) IN ('epoch', 'timezone', 'timezone_hour', 'timezone_minute')
                    THEN pg_catalog.trunc(pg_catalog.date_part(redshift.part_name($1), $2))
                    ELSE redshift.extract_part($1, $2::timestamp)::double precision END; END;
CREATE FUNCTION redshift.date_part(part text, "time" time) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.extract_part($1, date '1970-01-01' OPERATOR(pg_catalog.+) $2)::integer; END;
CREATE FUNCTION redshift.date_part(part text, "time" timetz) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN redshift.part_name($1) IN ('timezone', 'timezone_hour', 'timezone_minute')
                    THEN pg_catalog.date_part(redshift.part_name($1), $2)::integer
                    ELSE redshift.date_part($1, $2::time) END; END;
CREATE FUNCTION redshift.pgdate_part(part text, "timestamp" timestamp) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE redshift.part_name($1) WHEN 'decade' THEN redshift.extract_part($1, $2::timestamp)::double precision
          WHEN 'milliseconds' THEN redshift.extract_part($1, $2::timestamp)::double precision
          WHEN 'microseconds' THEN redshift.extract_part($1, $2::timestamp)::double precision
          ELSE pg_catalog.date_part(redshift.part_name($1), $2) END; END;
CREATE FUNCTION redshift.pgdate_part(part text, date date) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.pgdate_part($1, $2::timestamp); END;
CREATE FUNCTION redshift.pgdate_part(part text, "timestamp" timestamptz) RETURNS double precision
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE redshift.part_name($1) WHEN 'decade' THEN redshift.extract_part($1, $2::timestamp)::double precision
          WHEN 'milliseconds' THEN redshift.extract_part($1, $2::timestamp)::double precision
          WHEN 'microseconds' THEN redshift.extract_part($1, $2::timestamp)::double precision
          ELSE pg_catalog.date_part(redshift.part_name($1), $2) END; END;
CREATE FUNCTION redshift.pgdate_part(part text, "time" time) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT CASE redshift.part_name($1)
          WHEN 'milliseconds' THEN redshift.extract_part($1, date '1970-01-01' OPERATOR(pg_catalog.+) $2)::double precision
          WHEN 'microseconds' THEN redshift.extract_part($1, date '1970-01-01' OPERATOR(pg_catalog.+) $2)::double precision
          ELSE pg_catalog.date_part(redshift.part_name($1), $2) END; END;
CREATE FUNCTION redshift.pgdate_part(part text, "time" timetz) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT CASE WHEN redshift.part_name($1) IN ('timezone', 'timezone_hour', 'timezone_minute')
          THEN pg_catalog.date_part(redshift.part_name($1), $2) ELSE redshift.pgdate_part($1, $2::time) END; END;
CREATE FUNCTION redshift.pgdate_part(part text, "interval" interval) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT CASE redshift.part_name($1)
          WHEN 'milliseconds' THEN (pg_catalog.date_part('milliseconds', $2)::bigint OPERATOR(pg_catalog.%) 1000)::double precision
          WHEN 'microseconds' THEN (pg_catalog.date_part('microseconds', $2)::bigint OPERATOR(pg_catalog.%) 1000000)::double precision
          ELSE pg_catalog.date_part(redshift.part_name($1), $2) END; END;
CREATE FUNCTION redshift.date_part(part text, "interval" interval) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.trunc(redshift.pgdate_part($1, $2))::integer; END;

CREATE FUNCTION dateadd(part text, number bigint, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_dateadd';
CREATE FUNCTION dateadd(part text, number bigint, date date) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.date_add($1, $2, $3::timestamp); END;
CREATE FUNCTION date_add(part text, number bigint, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_dateadd';
CREATE FUNCTION datediff(part text, "from" timestamp, "to" timestamp) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_datediff';
CREATE FUNCTION date_diff(part text, "from" timestamp, "to" timestamp) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_datediff';

-- GETDATE() is when the statement began, to the second; SYSDATE when the transaction did
CREATE FUNCTION getdate() RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.date_trunc('second', pg_catalog.statement_timestamp()::timestamp); END;
CREATE FUNCTION redshift.sysdate() RETURNS timestamp LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.transaction_timestamp()::timestamp; END;
CREATE FUNCTION last_day("timestamp" timestamp) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT (pg_catalog.date_trunc('month', $1) OPERATOR(pg_catalog.+) interval '1 month -1 day')::date; END;
CREATE FUNCTION add_months("timestamp" timestamp, months bigint) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN $1::date OPERATOR(pg_catalog.=) (pg_catalog.date_trunc('month', $1) OPERATOR(pg_catalog.+) interval '1 month -1 day')::date
    THEN pg_catalog.date_trunc('month', redshift.date_add('month', $2, $1)) OPERATOR(pg_catalog.+) interval '1 month -1 day'
         OPERATOR(pg_catalog.+) $1::time::interval
    ELSE redshift.date_add('month', $2, $1) END; END;
CREATE FUNCTION months_between(late timestamp, early timestamp) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.date_diff('month', $2, $1)::double precision OPERATOR(pg_catalog.+)
    CASE WHEN pg_catalog.date_part('day', $1) OPERATOR(pg_catalog.=) pg_catalog.date_part('day', $2)
           OR (pg_catalog.date_part('day', $1 OPERATOR(pg_catalog.+) interval '1 day') OPERATOR(pg_catalog.=) 1
               AND pg_catalog.date_part('day', $2 OPERATOR(pg_catalog.+) interval '1 day') OPERATOR(pg_catalog.=) 1)
         THEN 0
         ELSE (pg_catalog.date_part('day', $1) OPERATOR(pg_catalog.-) pg_catalog.date_part('day', $2)
               OPERATOR(pg_catalog.+) (pg_catalog.date_part('epoch', $1::time OPERATOR(pg_catalog.-) $2::time)
                                       OPERATOR(pg_catalog./) 86400)) OPERATOR(pg_catalog./) 31 END; END;
CREATE FUNCTION next_day("timestamp" timestamp, day text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT $1::date OPERATOR(pg_catalog.+) (((d.dow OPERATOR(pg_catalog.-) pg_catalog.date_part('dow', $1)::integer
          OPERATOR(pg_catalog.+) 6) OPERATOR(pg_catalog.%) 7) OPERATOR(pg_catalog.+) 1)
        FROM (VALUES ('su', 0), ('mo', 1), ('m', 1), ('tu', 2), ('we', 3), ('w', 3), ('th', 4), ('fr', 5), ('f', 5), ('sa', 6)) AS d (name, dow)
        WHERE d.name OPERATOR(pg_catalog.=) pg_catalog.lower(pg_catalog.left($2, 2)); END;
CREATE FUNCTION date_part_year(date date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.date_part('year', $1)::integer; END;
CREATE FUNCTION date_cmp(a date, b date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.date_cmp($1, $2); END;
CREATE FUNCTION date_cmp_timestamp(a date, b timestamp) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.date_cmp_timestamp($1, $2); END;
CREATE FUNCTION date_cmp_timestamptz(a date, b timestamptz) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.date_cmp_timestamptz($1, $2); END;
CREATE FUNCTION timestamp_cmp(a timestamp, b timestamp) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timestamp_cmp($1, $2); END;
CREATE FUNCTION timestamp_cmp_date(a timestamp, b date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timestamp_cmp_date($1, $2); END;
CREATE FUNCTION timestamp_cmp_timestamptz(a timestamp, b timestamptz) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timestamp_cmp_timestamptz($1, $2); END;
CREATE FUNCTION timestamptz_cmp(a timestamptz, b timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timestamptz_cmp($1, $2); END;
CREATE FUNCTION timestamptz_cmp_date(a timestamptz, b date) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timestamptz_cmp_date($1, $2); END;
CREATE FUNCTION timestamptz_cmp_timestamp(a timestamptz, b timestamp) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timestamptz_cmp_timestamp($1, $2); END;
CREATE FUNCTION interval_cmp(a interval, b interval) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.interval_cmp($1, $2); END;
CREATE FUNCTION convert_timezone(source text, target text, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timezone($2, pg_catalog.timezone($1, $3)); END;
CREATE FUNCTION convert_timezone(target text, "timestamp" timestamp) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timezone($1, pg_catalog.timezone('UTC', $2)); END;
CREATE FUNCTION convert_timezone(target text, "timestamp" timestamptz) RETURNS timestamp
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.timezone($1, $2); END;
-- lenient: a day beyond its month runs over into the next
CREATE FUNCTION redshift.rolled_over(string text, format text) RETURNS timestamp
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_rolled_over';
CREATE FUNCTION redshift.to_date(string text, format text, is_strict boolean DEFAULT false) RETURNS date
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT COALESCE(CASE WHEN NOT $3 THEN redshift.rolled_over($1, $2)::date END, pg_catalog.to_date($1, $2)); END;
CREATE FUNCTION redshift.to_timestamp(string text, format text, is_strict boolean DEFAULT false) RETURNS timestamptz
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT COALESCE(CASE WHEN NOT $3 THEN redshift.rolled_over($1, $2)::timestamptz END, pg_catalog.to_timestamp($1, $2)); END;

CREATE FUNCTION redshift.to_char("timestamp" timestamp, format text) RETURNS text
  LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_to_char';

-- Numbers

CREATE FUNCTION redshift.truncated(value anyelement, scale integer) RETURNS numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.trunc(($1)::pg_catalog.numeric, $2) $$;
CREATE FUNCTION redshift.quotient(dividend pg_catalog.numeric, divisor pg_catalog.numeric, scale integer) RETURNS pg_catalog.numeric
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_quotient';
CREATE FUNCTION redshift.round(value double precision, digits integer) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN pg_catalog.abs($1) OPERATOR(pg_catalog.<) 'Infinity' THEN pg_catalog.round($1::pg_catalog.numeric, $2)::double precision ELSE $1 END; END;
CREATE FUNCTION redshift.round(value pg_catalog.numeric, digits integer) RETURNS pg_catalog.numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.round($1, $2); END;
CREATE FUNCTION redshift.trunc(value timestamp) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT $1::date; END;
CREATE FUNCTION redshift.trunc(value timestamptz) RETURNS date LANGUAGE sql STABLE PARALLEL SAFE BEGIN ATOMIC SELECT $1::date; END;
CREATE FUNCTION redshift.trunc(value date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT $1; END;
CREATE FUNCTION redshift.trunc(value double precision) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.trunc($1); END;
CREATE FUNCTION redshift.trunc(value pg_catalog.numeric) RETURNS pg_catalog.numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.trunc($1); END;
CREATE FUNCTION redshift.trunc(value double precision, digits integer) RETURNS double precision
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.trunc($1::pg_catalog.numeric, $2)::double precision; END;
CREATE FUNCTION redshift.trunc(value pg_catalog.numeric, digits integer) RETURNS pg_catalog.numeric
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.trunc($1, $2); END;
CREATE FUNCTION strtol(digits text, base integer) RETURNS bigint
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_strtol';

-- Text

CREATE FUNCTION len(string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.length($1); END;
CREATE FUNCTION len(string character) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.length($1); END;
CREATE FUNCTION textlen(string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.length($1); END;
CREATE FUNCTION charindex(part text, string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.strpos($2, $1); END;
CREATE FUNCTION octetindex(part text, string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN pg_catalog.strpos($2, $1) OPERATOR(pg_catalog.=) 0 THEN 0
      ELSE pg_catalog.octet_length(pg_catalog.left($2, pg_catalog.strpos($2, $1) OPERATOR(pg_catalog.-) 1)) OPERATOR(pg_catalog.+) 1 END; END;
CREATE FUNCTION replicate(string text, number integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.repeat($1, $2); END;
CREATE FUNCTION bpcharcmp(a text, b text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.sign(pg_catalog.bpcharcmp($1::pg_catalog.bpchar, $2::pg_catalog.bpchar))::integer; END;
CREATE FUNCTION redshift.concat(a text, b text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT $1 OPERATOR(pg_catalog.||) $2; END;
CREATE FUNCTION redshift.first_bytes(string text, bytes integer) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_first_bytes';
-- VARBYTE: an odd number of hexadecimal digits has a zero before it
CREATE FUNCTION from_hex(digits text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.decode(pg_catalog.repeat('0', pg_catalog.length($1) OPERATOR(pg_catalog.%) 2) OPERATOR(pg_catalog.||) $1, 'hex'); END;
CREATE FUNCTION redshift.varbyte_and(a bytea, b bytea) RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varbyte_and';
CREATE FUNCTION redshift.varbyte_or(a bytea, b bytea) RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varbyte_or';
CREATE FUNCTION redshift.varbyte_not(value bytea) RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varbyte_not';
CREATE FUNCTION getbit(value bytea, index integer) RETURNS integer LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_getbit';
CREATE FUNCTION redshift.varbyte_digits(value bytea) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varbyte_digits';
CREATE FUNCTION redshift.varbyte_from_digits(digits text) RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_varbyte_from_digits';
-- the bytes of a text, and the text of bytes
CREATE FUNCTION redshift.varbyte(string text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.convert_to($1, 'UTF8'); END;
CREATE FUNCTION redshift.varbyte_text(value bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.convert_from($1, 'UTF8'); END;
CREATE FUNCTION redshift.bad_format(format text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN RAISE EXCEPTION 'format "%" is not known', format USING ERRCODE = 'invalid_parameter_value', HINT = 'Use hex, binary, utf-8 or utf8.'; END $$;
CREATE FUNCTION from_varbyte(value bytea, format text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.lower($2) WHEN 'hex' THEN pg_catalog.encode($1, 'hex') WHEN 'binary' THEN redshift.varbyte_digits($1)
          WHEN 'utf-8' THEN redshift.varbyte_text($1) WHEN 'utf8' THEN redshift.varbyte_text($1) ELSE redshift.bad_format($2) END; END;
CREATE FUNCTION to_varbyte(string text, format text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.lower($2) WHEN 'hex' THEN from_hex($1) WHEN 'binary' THEN redshift.varbyte_from_digits($1)
          WHEN 'utf-8' THEN redshift.varbyte($1) WHEN 'utf8' THEN redshift.varbyte($1) ELSE redshift.bad_format($2)::bytea END; END;
CREATE FUNCTION redshift.to_hex(value bytea) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.encode($1, 'hex'); END;
CREATE FUNCTION redshift.to_hex(value bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.to_hex($1); END;
CREATE FUNCTION redshift.to_hex(value integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.to_hex($1); END;
CREATE FUNCTION redshift.concat(a bytea, b bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT $1 OPERATOR(pg_catalog.||) $2; END;
CREATE FUNCTION len(value bytea) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.octet_length($1); END;
-- a sign may stand behind the number; what is blank is 0 (AWS: r_TEXT_TO_INT_ALT, r_TEXT_TO_NUMERIC_ALT)
CREATE FUNCTION redshift.alternate_number(string text) RETURNS pg_catalog.numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN s OPERATOR(pg_catalog.=) '' THEN 0 ELSE pg_catalog.regexp_replace(s, '^(.*[^eE])([-+])$', '\2\1')::pg_catalog.numeric END
        FROM pg_catalog.btrim($1) AS s; END;
CREATE FUNCTION text_to_int_alt(string text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.trunc(redshift.alternate_number($1))::integer; END;
-- half of the last digit goes to the even one
CREATE FUNCTION redshift.number_too_long(string text, "precision" integer, scale integer) RETURNS pg_catalog.numeric LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN RAISE EXCEPTION 'number "%" does not fit DECIMAL(%, %)', string, "precision", scale USING ERRCODE = 'numeric_value_out_of_range'; END $$;
CREATE FUNCTION text_to_numeric_alt(string text, "precision" integer DEFAULT 38, scale integer DEFAULT 0) RETURNS pg_catalog.numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN pg_catalog.abs(r.value) OPERATOR(pg_catalog.<) pg_catalog.power(10::pg_catalog.numeric, $2 OPERATOR(pg_catalog.-) $3) THEN r.value
            ELSE redshift.number_too_long($1, $2, $3) END
        FROM (SELECT CASE WHEN pg_catalog.abs(n OPERATOR(pg_catalog.-) pg_catalog.trunc(n, $3)) OPERATOR(pg_catalog.*) pg_catalog.power(10::pg_catalog.numeric, $3) OPERATOR(pg_catalog.=) 0.5
                          THEN pg_catalog.round(pg_catalog.round(n OPERATOR(pg_catalog./) 2, $3) OPERATOR(pg_catalog.*) 2, $3) ELSE pg_catalog.round(n, $3) END
              FROM redshift.alternate_number($1) AS n) AS r (value); END;
CREATE FUNCTION sha1(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_sha1';
CREATE FUNCTION sha(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_sha1';
CREATE FUNCTION func_sha1(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_sha1';
CREATE FUNCTION sha2(string text, bits integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.encode(CASE $2 WHEN 224 THEN pg_catalog.sha224(b.bytes) WHEN 384 THEN pg_catalog.sha384(b.bytes)
                                         WHEN 512 THEN pg_catalog.sha512(b.bytes) WHEN 256 THEN pg_catalog.sha256(b.bytes)
                                         WHEN 0 THEN pg_catalog.sha256(b.bytes) END, 'hex')
        FROM (SELECT pg_catalog.convert_to($1, 'UTF8')) AS b (bytes); END;
CREATE FUNCTION crc32(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_crc32';
CREATE FUNCTION soundex(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_soundex';
CREATE FUNCTION redshift.soundex(string text) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_soundex';
-- how many characters of two Soundex codes are the same (AWS: DIFFERENCE)
CREATE FUNCTION difference(one text, other text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL
      WHEN $1 OPERATOR(pg_catalog.=) '' OR $2 OPERATOR(pg_catalog.=) '' THEN 0
      WHEN redshift.soundex($1) OPERATOR(pg_catalog.=) '' AND redshift.soundex($2) OPERATOR(pg_catalog.=) '' THEN 1
      ELSE (SELECT pg_catalog.count(*)::integer FROM pg_catalog.generate_series(1, 4) AS place
            WHERE pg_catalog.substr(redshift.soundex($1), place, 1) OPERATOR(pg_catalog.=) pg_catalog.substr(redshift.soundex($2), place, 1)) END; END;
CREATE FUNCTION redshift.fnv_bytes(bytes bytea, seed bigint) RETURNS bigint LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_fnv_hash';
CREATE FUNCTION redshift.little_endian(bytes bytea) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.string_agg(pg_catalog.substr($1, i, 1), ''::bytea ORDER BY i DESC) FROM pg_catalog.generate_series(1, pg_catalog.octet_length($1)) AS i; END;
CREATE FUNCTION fnv_hash(value text, seed bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.fnv_bytes(pg_catalog.convert_to($1, 'UTF8'), $2); END;
CREATE FUNCTION fnv_hash(value integer, seed bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.fnv_bytes(redshift.little_endian(pg_catalog.int4send($1)), $2); END;
CREATE FUNCTION fnv_hash(value bigint, seed bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.fnv_bytes(redshift.little_endian(pg_catalog.int8send($1)), $2); END;
CREATE FUNCTION fnv_hash(value smallint, seed bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.fnv_bytes(redshift.little_endian(pg_catalog.int2send($1)), $2); END;
CREATE FUNCTION fnv_hash(value bytea, seed bigint DEFAULT NULL) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.fnv_bytes($1, $2); END;
CREATE FUNCTION farmfingerprint64(value bytea) RETURNS bigint LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_farmfingerprint64';
CREATE FUNCTION farmfingerprint64(value text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT farmfingerprint64(redshift.varbyte($1)); END;
-- Iceberg's bytes of each type: integers of any width have eight, so has a day's or an instant's number
CREATE FUNCTION murmur3_32_hash(value bytea, seed integer DEFAULT 0) RETURNS integer LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_murmur3_32';
CREATE FUNCTION murmur3_32_hash(value text, seed integer DEFAULT 0) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT murmur3_32_hash(redshift.varbyte($1), $2); END;
CREATE FUNCTION murmur3_32_hash(value bigint, seed integer DEFAULT 0) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT murmur3_32_hash(redshift.little_endian(pg_catalog.int8send($1)), $2); END;
CREATE FUNCTION murmur3_32_hash(value integer, seed integer DEFAULT 0) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT murmur3_32_hash($1::bigint, $2); END;
CREATE FUNCTION murmur3_32_hash(value smallint, seed integer DEFAULT 0) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT murmur3_32_hash($1::bigint, $2); END;
CREATE FUNCTION murmur3_32_hash(value date, seed integer DEFAULT 0) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT murmur3_32_hash(($1 OPERATOR(pg_catalog.-) date '1970-01-01')::bigint, $2); END;
CREATE FUNCTION murmur3_32_hash(value timestamp, seed integer DEFAULT 0) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT murmur3_32_hash((EXTRACT(epoch FROM $1) OPERATOR(pg_catalog.*) 1000000)::bigint, $2); END;
CREATE FUNCTION h3_isvalid(index bigint) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_h3_isvalid';
CREATE FUNCTION h3_isvalid(index text) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_h3_isvalid_text';
CREATE FUNCTION h3_resolution(index bigint) RETURNS integer LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_h3_resolution';
CREATE FUNCTION h3_resolution(index text) RETURNS integer LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_h3_resolution_text';
CREATE FUNCTION h3_toparent(index bigint, resolution integer) RETURNS bigint LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_h3_toparent';
CREATE FUNCTION h3_toparent(index text, resolution integer) RETURNS bigint LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_h3_toparent_text';
CREATE FUNCTION h3_tochildren(index bigint, resolution integer) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_h3_tochildren';
CREATE FUNCTION h3_tochildren(index text, resolution integer) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_h3_tochildren_text';
-- of a DECIMAL it is the number without its point; an integer's is not documented by AWS, but chosen to be that of a DECIMAL without fraction
CREATE FUNCTION checksum(value pg_catalog.numeric) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT (((n OPERATOR(pg_catalog.+) 2147483648) OPERATOR(pg_catalog.%) 4294967296 OPERATOR(pg_catalog.+) 4294967296) OPERATOR(pg_catalog.%) 4294967296 OPERATOR(pg_catalog.-) 2147483648)::integer
        FROM (SELECT pg_catalog.replace($1::text, '.', '')::pg_catalog.numeric) AS t (n); END;
-- all matches, and $1 for a group
CREATE FUNCTION redshift.regexp_replace(string text, pattern text, replacement text DEFAULT '', "position" integer DEFAULT 1, parameters text DEFAULT '') RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.left($1, $4 OPERATOR(pg_catalog.-) 1) OPERATOR(pg_catalog.||)
               pg_catalog.regexp_replace(pg_catalog.substr($1, $4), $2, pg_catalog.regexp_replace($3, '\$(\d)', '\\\1', 'g'),
                                         'g' OPERATOR(pg_catalog.||) pg_catalog.translate($5, 'pe', '')); END;
CREATE FUNCTION redshift.regexp_count(string text, pattern text, "position" integer DEFAULT 1, parameters text DEFAULT '') RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.regexp_count($1, $2, $3, pg_catalog.translate($4, 'pe', '')); END;
-- with option e it is the first subexpression that is looked for, where the pattern has one (AWS: REGEXP_SUBSTR, REGEXP_INSTR)
CREATE FUNCTION redshift.regexp_part(pattern text, parameters text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN pg_catalog.strpos($2, 'e') OPERATOR(pg_catalog.>) 0 AND $1 OPERATOR(pg_catalog.~) '(^|[^\\])\((?!\?)' THEN 1 ELSE 0 END; END;
CREATE FUNCTION redshift.regexp_instr(string text, pattern text, "position" integer DEFAULT 1, occurrence integer DEFAULT 1, option integer DEFAULT 0, parameters text DEFAULT '') RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.regexp_instr($1, $2, $3, $4, $5, pg_catalog.translate($6, 'pe', ''), redshift.regexp_part($2, $6)); END;
CREATE FUNCTION redshift.regexp_substr(string text, pattern text, "position" integer DEFAULT 1, occurrence integer DEFAULT 1, parameters text DEFAULT '') RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC SELECT COALESCE(pg_catalog.regexp_substr($1, $2, $3, $4, pg_catalog.translate($5, 'pe', ''), redshift.regexp_part($2, $5)), ''); END;

-- JSON and SUPER

CREATE FUNCTION redshift.json_is_valid(string text) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_is_valid_json';
-- an array is for IS_VALID_JSON_ARRAY (AWS: IS_VALID_JSON)
CREATE FUNCTION is_valid_json(string text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.json_is_valid($1) AND pg_catalog.ltrim($1, E' \t\r\n') OPERATOR(pg_catalog.!~) '^\['; END;
CREATE FUNCTION can_json_parse(string text) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_is_valid_json';
CREATE FUNCTION is_valid_json_array(string text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN redshift.json_is_valid($1) THEN pg_catalog.json_typeof($1::json) OPERATOR(pg_catalog.=) 'array' ELSE false END; END;
CREATE FUNCTION redshift.json_path(string text, path text[], null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN $3 AND NOT redshift.json_is_valid($1) THEN NULL ELSE COALESCE($1::json OPERATOR(pg_catalog.#>>) $2, '') END; END;
CREATE FUNCTION redshift.json_extract_path_text(string text, VARIADIC path text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.json_path($1, $2, false); END;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.json_path($1, ARRAY[$2], $3); END;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, b text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.json_path($1, ARRAY[$2, $3], $4); END;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, b text, c text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.json_path($1, ARRAY[$2, $3, $4], $5); END;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, b text, c text, d text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.json_path($1, ARRAY[$2, $3, $4, $5], $6); END;
CREATE FUNCTION redshift.json_extract_path_text(string text, a text, b text, c text, d text, e text, null_if_invalid boolean) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT redshift.json_path($1, ARRAY[$2, $3, $4, $5, $6], $7); END;
CREATE FUNCTION json_extract_array_element_text(string text, index integer, null_if_invalid boolean DEFAULT false) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN $3 AND NOT redshift.json_is_valid($1) THEN NULL ELSE COALESCE($1::json OPERATOR(pg_catalog.->>) $2, '') END; END;
CREATE FUNCTION redshift.json_array_length(string text, null_if_invalid boolean DEFAULT false) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN $2 AND NOT redshift.json_is_valid($1) THEN NULL ELSE pg_catalog.json_array_length($1::json) END; END;
CREATE FUNCTION json_parse(string text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT $1::jsonb; END;
CREATE FUNCTION "json_serialize"(value jsonb) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_json_serialize';
CREATE FUNCTION redshift.json_typeof(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1); END;
CREATE FUNCTION get_array_length(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN pg_catalog.jsonb_array_length($1) END; END;
CREATE FUNCTION is_array(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'array'; END;
CREATE FUNCTION is_object(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'object'; END;
CREATE FUNCTION is_boolean(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'boolean'; END;
CREATE FUNCTION is_varchar(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'string'; END;
CREATE FUNCTION is_scalar(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1) NOT IN ('array', 'object'); END;
CREATE FUNCTION is_integer(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'number' AND $1::text OPERATOR(pg_catalog.~) '^-?\d+$'; END;
CREATE FUNCTION redshift.is_whole(value jsonb, maximum pg_catalog.numeric) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'number' THEN pg_catalog.scale($1::pg_catalog.numeric) OPERATOR(pg_catalog.=) 0
          AND $1::pg_catalog.numeric BETWEEN OPERATOR(pg_catalog.-) $2 OPERATOR(pg_catalog.-) 1 AND $2 ELSE false END; END;
CREATE FUNCTION is_bigint(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.is_whole($1, 9223372036854775807); END;
CREATE FUNCTION is_smallint(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.is_whole($1, 32767); END;
CREATE FUNCTION decimal_precision(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'number' THEN pg_catalog.length(pg_catalog.ltrim(pg_catalog.translate($1::text, '-.', ''), '0')) END; END;
CREATE FUNCTION decimal_scale(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'number' THEN pg_catalog.scale($1::pg_catalog.numeric) END; END;
CREATE FUNCTION redshift.super_text(value jsonb) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_json_serialize';
-- casts of a SUPER: of what it isn't they give NULL (AWS: query-super, limitations-super)
CREATE FUNCTION redshift.super_varchar(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN pg_catalog.jsonb_typeof($1) NOT IN ('array', 'object') THEN $1 OPERATOR(pg_catalog.#>>) '{}' END; END;
CREATE FUNCTION redshift.super_number(value jsonb) RETURNS pg_catalog.numeric LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_number';
CREATE FUNCTION redshift.super_integer(value jsonb, maximum bigint) RETURNS bigint LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_integer';
CREATE FUNCTION redshift.super_decimal(value jsonb, digits integer) RETURNS pg_catalog.numeric LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_decimal';
CREATE FUNCTION redshift.super_timestamp(value jsonb) RETURNS timestamp LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_timestamp';
CREATE FUNCTION redshift.super_timestamptz(value jsonb) RETURNS timestamptz LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_timestamptz';
CREATE FUNCTION redshift.super_boolean(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'boolean' THEN $1::boolean
          WHEN 'number' THEN CASE WHEN pg_catalog.scale($1::pg_catalog.numeric) OPERATOR(pg_catalog.=) 0 THEN $1::pg_catalog.numeric OPERATOR(pg_catalog.<>) 0 END
          WHEN 'string' THEN CASE WHEN pg_catalog.lower($1 OPERATOR(pg_catalog.#>>) '{}') IN ('t', 'true', 'y', 'yes', '1') THEN true
                                  WHEN pg_catalog.lower($1 OPERATOR(pg_catalog.#>>) '{}') IN ('f', 'false', 'n', 'no', '0') THEN false END END; END;
-- comparisons and arithmetic of a SUPER, by the types that its values have (AWS: query-super, operators-functions)
CREATE FUNCTION redshift.super_comparable(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_comparable';
CREATE FUNCTION redshift.super_order(a jsonb, b jsonb) RETURNS integer LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_order';
CREATE FUNCTION redshift.super_rank(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_rank';
CREATE FUNCTION redshift.super_if_number(value jsonb) RETURNS pg_catalog.numeric LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_if_number';
CREATE FUNCTION redshift.super_if_string(value jsonb) RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_if_string';
CREATE FUNCTION redshift.super_if_boolean(value jsonb) RETURNS boolean LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_if_boolean';
CREATE FUNCTION redshift.super_add(a jsonb, b jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_add';
CREATE FUNCTION redshift.super_subtract(a jsonb, b jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_subtract';
CREATE FUNCTION redshift.super_multiply(a jsonb, b jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_multiply';
CREATE FUNCTION redshift.super_divide(a jsonb, b jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_divide';
CREATE FUNCTION redshift.super_modulo(a jsonb, b jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_modulo';
CREATE FUNCTION redshift.super_plus(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_plus';
CREATE FUNCTION redshift.super_minus(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_minus';
CREATE FUNCTION redshift.abs(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_abs';
CREATE FUNCTION redshift.ceil(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_ceil';
CREATE FUNCTION redshift.floor(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_floor';
CREATE FUNCTION redshift.round(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_round';
CREATE FUNCTION redshift.trunc(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_trunc';
CREATE FUNCTION redshift.ceiling(value jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_ceil';
CREATE FUNCTION redshift.round(value jsonb, digits integer) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_round';
CREATE FUNCTION redshift.trunc(value jsonb, digits integer) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_trunc';
CREATE FUNCTION redshift.super_larger(a jsonb, b jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_larger';
CREATE FUNCTION redshift.super_smaller(a jsonb, b jsonb) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_smaller';
CREATE AGGREGATE redshift.max(jsonb) (SFUNC = redshift.super_larger, STYPE = jsonb, COMBINEFUNC = redshift.super_larger, PARALLEL = SAFE);
CREATE AGGREGATE redshift.min(jsonb) (SFUNC = redshift.super_smaller, STYPE = jsonb, COMBINEFUNC = redshift.super_smaller, PARALLEL = SAFE);
CREATE FUNCTION redshift.super_sum(sum pg_catalog.numeric, value jsonb) RETURNS pg_catalog.numeric LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_sum';
CREATE FUNCTION redshift.super_of_number(value pg_catalog.numeric) RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_super_of_number';
CREATE AGGREGATE redshift.sum(jsonb) (SFUNC = redshift.super_sum, STYPE = pg_catalog.numeric, FINALFUNC = redshift.super_of_number,
  COMBINEFUNC = numeric_add, PARALLEL = SAFE);
CREATE FUNCTION json_size(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.octet_length(redshift.super_text($1)); END;
CREATE FUNCTION array_concat(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'array' AND pg_catalog.jsonb_typeof($2) OPERATOR(pg_catalog.=) 'array' THEN $1 OPERATOR(pg_catalog.||) $2 END; END;
-- all levels of nesting
CREATE FUNCTION redshift.array_leaves(value jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN
    RETURN (SELECT coalesce(jsonb_agg(leaf.e ORDER BY member.n, leaf.n), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY AS member (e, n),
                 jsonb_array_elements(CASE jsonb_typeof(member.e) WHEN 'array' THEN redshift.array_leaves(member.e)
                                      ELSE jsonb_build_array(member.e) END) WITH ORDINALITY AS leaf (e, n));
  END $$;
CREATE FUNCTION array_flatten(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN redshift.array_leaves($1) END; END;
CREATE FUNCTION is_char(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'string' THEN ($1 OPERATOR(pg_catalog.#>>) '{}') OPERATOR(pg_catalog.~) '^[\x01-\x7f]*$' ELSE false END; END;
-- a number of up to 38 digits is a DECIMAL; whether it once was a FLOAT, jsonb doesn't tell
CREATE FUNCTION is_decimal(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'number' THEN pg_catalog.length(pg_catalog.ltrim(pg_catalog.translate($1::text, '-.', ''), '0')) OPERATOR(pg_catalog.<=) 38 ELSE false END; END;
CREATE FUNCTION is_float(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'number' AND NOT is_decimal($1); END;
CREATE FUNCTION json_serialize_to_varbyte(value jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.varbyte(redshift.super_text($1)); END;
-- Elements of an array with their place, and NULL where it is none.  NULL is an element like others
CREATE FUNCTION redshift.array_elements(value jsonb, OUT element jsonb, OUT place bigint) RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT e, n FROM pg_catalog.jsonb_array_elements(CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN $1 END) WITH ORDINALITY AS t (e, n); END;
CREATE FUNCTION redshift.both_arrays(a jsonb, b jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.jsonb_typeof($1) OPERATOR(pg_catalog.=) 'array' AND pg_catalog.jsonb_typeof($2) OPERATOR(pg_catalog.=) 'array'; END;
CREATE FUNCTION array_distinct(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN (SELECT COALESCE(pg_catalog.jsonb_agg(t.e ORDER BY t.n), '[]')
          FROM (SELECT element, pg_catalog.min(place) FROM redshift.array_elements($1) GROUP BY element) AS t (e, n)) END; END;
CREATE FUNCTION array_union(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN redshift.both_arrays($1, $2) THEN array_distinct($1 OPERATOR(pg_catalog.||) $2) END; END;
-- each element of the second takes one of the first away, or keeps it; among sets, all of them (AWS: array_except, array_intersection)
CREATE FUNCTION redshift.array_filter(a jsonb, b jsonb, "distinct" boolean, common boolean) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN redshift.both_arrays($1, $2) THEN (
          SELECT COALESCE(pg_catalog.jsonb_agg(l.element ORDER BY l.place), '[]')
          FROM (SELECT element, place, pg_catalog.row_number() OVER (PARTITION BY element ORDER BY place) FROM redshift.array_elements($1)) AS l (element, place, nth)
          LEFT JOIN (SELECT element, pg_catalog.count(*) FROM redshift.array_elements($2) GROUP BY element) AS r (element, times) ON r.element OPERATOR(pg_catalog.=) l.element
          WHERE CASE WHEN $3 THEN l.nth OPERATOR(pg_catalog.=) 1 AND (r.times IS NOT NULL) OPERATOR(pg_catalog.=) $4
                ELSE (l.nth OPERATOR(pg_catalog.<=) COALESCE(r.times, 0)) OPERATOR(pg_catalog.=) $4 END) END; END;
CREATE FUNCTION array_except(a jsonb, b jsonb, "distinct" boolean DEFAULT false) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.array_filter($1, $2, $3, false); END;
CREATE FUNCTION array_intersection(a jsonb, b jsonb, "distinct" boolean DEFAULT false) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.array_filter($1, $2, $3, true); END;
CREATE FUNCTION arrays_overlap(a jsonb, b jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN redshift.both_arrays($1, $2) THEN EXISTS (SELECT 1 FROM redshift.array_elements($1) AS l JOIN redshift.array_elements($2) AS r ON l.element OPERATOR(pg_catalog.=) r.element) END; END;
-- whether a search takes NULL for an element (AWS: r_default_array_search_null_handling)
CREATE FUNCTION redshift.null_matches(null_match boolean) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT COALESCE($1, NULLIF(pg_catalog.current_setting('redshift.default_array_search_null_handling', true), '')::boolean, true); END;
CREATE FUNCTION redshift.array_places(value jsonb, element jsonb, null_match boolean) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE WHEN pg_catalog.jsonb_typeof($1) IS DISTINCT FROM 'array' OR (NOT redshift.null_matches($3) AND COALESCE($2, 'null') OPERATOR(pg_catalog.=) 'null') THEN NULL
          ELSE (SELECT CASE WHEN pg_catalog.count(*) OPERATOR(pg_catalog.>) 0 THEN pg_catalog.jsonb_agg(e.place OPERATOR(pg_catalog.-) 1 ORDER BY e.place)
                     WHEN NOT redshift.null_matches($3) AND $1 OPERATOR(pg_catalog.@>) '[null]' THEN NULL ELSE '[]' END
                FROM redshift.array_elements($1) AS e WHERE e.element OPERATOR(pg_catalog.=) COALESCE($2, 'null')) END; END;
CREATE FUNCTION array_positions(value jsonb, element jsonb, null_match boolean DEFAULT NULL) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.array_places($1, $2, $3); END;
CREATE FUNCTION redshift.array_position(value jsonb, element jsonb, null_match boolean DEFAULT NULL) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE p WHEN '[]' THEN -1 ELSE (p OPERATOR(pg_catalog.->>) 0)::integer END FROM redshift.array_places($1, $2, $3) AS p; END;
CREATE FUNCTION array_contains(value jsonb, element jsonb, null_match boolean DEFAULT NULL) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT p OPERATOR(pg_catalog.<>) '[]' FROM redshift.array_places($1, $2, $3) AS p; END;
-- booleans, numbers, texts, arrays, objects (AWS: array_sort); NULLs where they are asked for, else as ORDER BY has them
CREATE FUNCTION array_sort(value jsonb, sort_ascending boolean DEFAULT true, nulls_first boolean DEFAULT NULL) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN (SELECT COALESCE(pg_catalog.jsonb_agg(element ORDER BY
            (element OPERATOR(pg_catalog.=) 'null') OPERATOR(pg_catalog.<>) COALESCE($3, NOT $2),
            CASE WHEN $2 THEN kind ELSE OPERATOR(pg_catalog.-) kind END,
            CASE WHEN $2 THEN element END, CASE WHEN NOT $2 THEN element END DESC), '[]')
          FROM redshift.array_elements($1), pg_catalog.array_position(ARRAY['boolean', 'number', 'string', 'array', 'object'], pg_catalog.jsonb_typeof(element)) AS kind) END; END;
CREATE FUNCTION get_number_attributes(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT CASE pg_catalog.jsonb_typeof($1) WHEN 'object' THEN (SELECT pg_catalog.count(*)::integer FROM pg_catalog.jsonb_object_keys($1)) END; END;
-- objects at any depth; of two names that become one the last stays
CREATE FUNCTION redshift.attribute_names(value jsonb, upper boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ BEGIN RETURN CASE pg_catalog.jsonb_typeof(value)
      WHEN 'object' THEN (SELECT COALESCE(pg_catalog.jsonb_object_agg(CASE WHEN upper THEN pg_catalog.upper(k) ELSE pg_catalog.lower(k) END, redshift.attribute_names(v, upper)), '{}')
                          FROM pg_catalog.jsonb_each(value) AS t (k, v))
      WHEN 'array' THEN (SELECT COALESCE(pg_catalog.jsonb_agg(redshift.attribute_names(element, upper) ORDER BY place), '[]') FROM redshift.array_elements(value))
      ELSE value END; END $$;
CREATE FUNCTION lower_attribute_names(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.attribute_names($1, false); END;
CREATE FUNCTION upper_attribute_names(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT redshift.attribute_names($1, true); END;
-- OBJECT_TRANSFORM: what KEEP names, then what SET puts in; a path is "a"."b" (AWS: r_object_transform_function)
CREATE FUNCTION redshift.object_path(path text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.array_agg(pg_catalog.replace(m[1], '""', '"') ORDER BY n) FROM pg_catalog.regexp_matches($1, '"((?:[^"]|"")*)"', 'g') WITH ORDINALITY AS t (m, n); END;
CREATE FUNCTION redshift.object_set(object jsonb, path text[], value jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ DECLARE inner_object jsonb := object OPERATOR(pg_catalog.->) path[1];
  BEGIN
    IF pg_catalog.cardinality(path) OPERATOR(pg_catalog.>) 1 THEN
      value := redshift.object_set(CASE pg_catalog.jsonb_typeof(inner_object) WHEN 'object' THEN inner_object ELSE '{}' END, path[2:], value);
    END IF;
    RETURN object OPERATOR(pg_catalog.||) pg_catalog.jsonb_build_object(path[1], value);
  END $$;
CREATE FUNCTION redshift.object_transform(object jsonb, kept text[], paths text[], value_list jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
  AS $$ DECLARE result jsonb := CASE WHEN kept IS NULL THEN object ELSE '{}' END; path text[]; name text; n integer := 0;
  BEGIN
    IF pg_catalog.jsonb_typeof(object) IS DISTINCT FROM 'object' THEN RETURN object; END IF;
    FOREACH name IN ARRAY COALESCE(kept, '{}') LOOP
      path := redshift.object_path(name);
      IF object OPERATOR(pg_catalog.#>) path IS NOT NULL THEN
        result := redshift.object_set(result, path, object OPERATOR(pg_catalog.#>) path);
      END IF;
    END LOOP;
    FOREACH name IN ARRAY paths LOOP
      result := redshift.object_set(result, redshift.object_path(name), value_list OPERATOR(pg_catalog.->) n);
      n := n OPERATOR(pg_catalog.+) 1;
    END LOOP;
    RETURN result;
  END $$;
CREATE FUNCTION split_to_array(string text, delimiter text DEFAULT ',') RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.to_jsonb(pg_catalog.string_to_array($1, $2)); END;
CREATE FUNCTION subarray(value jsonb, start integer, length integer) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  BEGIN ATOMIC SELECT COALESCE(pg_catalog.jsonb_agg(e ORDER BY n), '[]') FROM pg_catalog.jsonb_array_elements($1) WITH ORDINALITY AS t (e, n)
        WHERE n OPERATOR(pg_catalog.>) $2 AND n OPERATOR(pg_catalog.<=) ($2::bigint OPERATOR(pg_catalog.+) $3); END;
-- TRY_CAST: the cast of $1 as a text, and a NULL of the type it gives
CREATE FUNCTION redshift.try_cast(value "any", "cast" text, type anyelement) RETURNS anyelement LANGUAGE c STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'redshift_try_cast';
CREATE FUNCTION redshift.super_elements(value jsonb) RETURNS SETOF jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT e FROM pg_catalog.jsonb_array_elements(CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN $1 END) AS e; END;
CREATE FUNCTION redshift.super_positions(value jsonb, OUT element jsonb, OUT index bigint) RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT e, n OPERATOR(pg_catalog.-) 1 FROM pg_catalog.jsonb_array_elements(CASE pg_catalog.jsonb_typeof($1) WHEN 'array' THEN $1 END) WITH ORDINALITY AS t (e, n); END;
CREATE FUNCTION redshift.super_attributes(object jsonb, OUT value jsonb, OUT attribute varchar) RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT v, k FROM pg_catalog.jsonb_each(CASE pg_catalog.jsonb_typeof($1) WHEN 'object' THEN $1 END) AS t (k, v); END;

-- Who and where one is

CREATE FUNCTION redshift.current_user_id() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT oid::integer FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) CURRENT_USER; END;
CREATE FUNCTION user_is_member_of(user_name text, role_name text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.pg_has_role($1::name, $2::name, 'MEMBER') AND $1 OPERATOR(pg_catalog.<>) $2; END;
CREATE FUNCTION role_is_member_of(role_name text, granted_role_name text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.pg_has_role($1::name, $2::name, 'MEMBER') AND $1 OPERATOR(pg_catalog.<>) $2; END;
-- what only a cluster has: here there is one account, one namespace, and no role but the one of the settings
CREATE FUNCTION current_aws_account() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT '000000000000'; END;
CREATE FUNCTION current_namespace() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT '00000000-0000-0000-0000-000000000000'; END;
CREATE FUNCTION default_iam_role() RETURNS text LANGUAGE sql STABLE
  BEGIN ATOMIC SELECT value FROM @extschema@.sparkify_setting WHERE name OPERATOR(pg_catalog.=) 'iam_role'; END;
-- NULL but in a view of Lake Formation's (AWS: GET_MOUNTED_ROLE)
CREATE FUNCTION get_mounted_role() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT NULL::text; END;

-- Aggregates

CREATE FUNCTION redshift.listagg_step(state internal, value text) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_listagg_step';
CREATE FUNCTION redshift.listagg_step(state internal, value text, delimiter text) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_listagg_step';
CREATE FUNCTION redshift.listagg_final(state internal) RETURNS text LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_listagg_final';
-- LISTAGG(DISTINCT ...) OVER (...), which PostgreSQL's windows can't do
CREATE FUNCTION redshift.listagg_distinct_step(state internal, value text) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_listagg_distinct_step';
CREATE FUNCTION redshift.listagg_distinct_step(state internal, value text, delimiter text) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'redshift_listagg_distinct_step';
CREATE AGGREGATE redshift.listagg_distinct(text) (SFUNC = redshift.listagg_distinct_step, STYPE = internal, FINALFUNC = redshift.listagg_final, PARALLEL = SAFE);
CREATE AGGREGATE redshift.listagg_distinct(text, text) (SFUNC = redshift.listagg_distinct_step, STYPE = internal, FINALFUNC = redshift.listagg_final, PARALLEL = SAFE);
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
  BEGIN ATOMIC SELECT pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY v) FROM pg_catalog.unnest($1) AS v; END;
CREATE FUNCTION redshift.median_final(state numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.avg(m.v) FROM (SELECT v, pg_catalog.row_number() OVER (ORDER BY v), pg_catalog.count(*) OVER ()
          FROM pg_catalog.unnest($1) AS v WHERE v IS NOT NULL) AS m (v, i, n)
        WHERE m.i BETWEEN (m.n OPERATOR(pg_catalog.+) 1) OPERATOR(pg_catalog./) 2 AND (m.n OPERATOR(pg_catalog.+) 2) OPERATOR(pg_catalog./) 2; END;
CREATE AGGREGATE median(double precision) (SFUNC = array_append, STYPE = double precision[], FINALFUNC = redshift.median_final, PARALLEL = SAFE);
CREATE AGGREGATE median(numeric) (SFUNC = array_append, STYPE = numeric[], FINALFUNC = redshift.median_final, PARALLEL = SAFE);
CREATE FUNCTION redshift.median_step(state numeric[], value bigint) RETURNS numeric[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.array_append($1, $2::pg_catalog.numeric); END;
CREATE AGGREGATE median(bigint) (SFUNC = redshift.median_step, STYPE = numeric[], FINALFUNC = redshift.median_final, PARALLEL = SAFE);
CREATE FUNCTION redshift.median_step(state numeric[], value integer) RETURNS numeric[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.array_append($1, $2::pg_catalog.numeric); END;
CREATE AGGREGATE median(integer) (SFUNC = redshift.median_step, STYPE = numeric[], FINALFUNC = redshift.median_final, PARALLEL = SAFE);

CREATE FUNCTION redshift.percentile_step(state double precision[], value double precision, fraction double precision) RETURNS double precision[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE BEGIN ATOMIC SELECT CASE WHEN $2 IS NULL THEN COALESCE($1, ARRAY[$3]) ELSE COALESCE($1, ARRAY[$3]) OPERATOR(pg_catalog.||) $2 END; END;
CREATE FUNCTION redshift.percentile_cont_final(state double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.percentile_cont($1[1]) WITHIN GROUP (ORDER BY v) FROM pg_catalog.unnest($1[2:]) AS v; END;
CREATE FUNCTION redshift.percentile_disc_final(state double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC SELECT pg_catalog.percentile_disc($1[1]) WITHIN GROUP (ORDER BY v) FROM pg_catalog.unnest($1[2:]) AS v; END;
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

-- Puts the functions of sparkify_functions into their places.
CREATE FUNCTION sparkify_internal.place_functions() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    routine record;
BEGIN
    FOR routine IN SELECT p.oid::pg_catalog.regprocedure AS name,
                          EXISTS (SELECT FROM pg_catalog.pg_proc o WHERE o.pronamespace = '@extschema@'::pg_catalog.regnamespace
                                  AND o.proname = p.proname AND o.proargtypes = p.proargtypes) AS is_taken
                   FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'sparkify_functions'::pg_catalog.regnamespace LOOP
        EXECUTE pg_catalog.format('ALTER ROUTINE %s SET SCHEMA %s', routine.name,
                                  CASE WHEN routine.is_taken THEN 'sparkify_internal' ELSE '@extschema@' END);
        IF routine.is_taken THEN
            RAISE NOTICE 'function % of Redshift''s leaves its place to yours', pg_catalog.replace(routine.name::text, 'sparkify_functions.', '');
        END IF;
    END LOOP;
END
$$;
SELECT sparkify_internal.place_functions();
SELECT pg_catalog.set_config('search_path', '@extschema@, pg_temp', true);

------------------------------------------------------------------------------
-- Catalog: the physical design
------------------------------------------------------------------------------
-- Distribution, sort order and encodings are kept in security labels (see
-- src/catalog/design.h); a table without them has Redshift's defaults.

-- Loads the module where a procedure of Redshift's makes a table and nothing of the session has needed it yet.
CREATE FUNCTION sparkify_internal.load_module() RETURNS void LANGUAGE c PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'sparkify_load_module';

-- The query of a late-binding view that isn't bound (see src/late_binding/late_view.h): it raises the error that keeps it from that.
CREATE FUNCTION sparkify_internal.late_binding(text) RETURNS void LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'sparkify_late_binding';

-- Late-binding views and their texts: what follows the name in CREATE VIEW.
CREATE VIEW sparkify_internal.late_binding_view AS
SELECT c.oid AS relid, c.relnamespace, c.relname, substring(l.label FROM 'late binding \w+ (.*)') AS text
FROM pg_catalog.pg_seclabel l JOIN pg_catalog.pg_class c ON c.oid = l.objoid AND c.relkind = 'v'
WHERE l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND l.objsubid = 0 AND l.provider = 'sparkify_dwh'
  AND l.label ~ '^late binding (un)?bound ';
GRANT SELECT ON sparkify_internal.late_binding_view TO PUBLIC;

-- The definition of a view; of a late-binding one the whole statement, as on Redshift, where it has no rule.
CREATE FUNCTION redshift.pg_get_viewdef(view oid, pretty boolean) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN coalesce((SELECT pg_catalog.format('CREATE VIEW %I.%I %s WITH NO SCHEMA BINDING;', n.nspname, l.relname, l.text)
                 FROM sparkify_internal.late_binding_view l JOIN pg_catalog.pg_namespace n ON n.oid = l.relnamespace WHERE l.relid = view),
                pg_catalog.pg_get_viewdef(view, pretty));
CREATE FUNCTION redshift.pg_get_viewdef(view oid) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN redshift.pg_get_viewdef(view, false);
CREATE FUNCTION redshift.pg_get_viewdef(view text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN redshift.pg_get_viewdef(view::pg_catalog.regclass::oid, false);
CREATE FUNCTION redshift.pg_get_viewdef(view text, pretty boolean) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN redshift.pg_get_viewdef(view::pg_catalog.regclass::oid, pretty);

-- A type by its name on Redshift.
CREATE FUNCTION sparkify_internal.type_name(type oid, modifier integer) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE type
    WHEN 'jsonb'::pg_catalog.regtype THEN 'super'
    WHEN 'bytea'::pg_catalog.regtype THEN 'binary varying'
    WHEN 'text'::pg_catalog.regtype THEN CASE WHEN modifier IS NULL THEN 'character varying' ELSE 'character varying(65535)' END
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

-- Encodings by the numbers that attencodingtype has and format_encoding() reads; the numbers aren't documented, their names are.
CREATE FUNCTION sparkify_internal.encoding_number(encoding text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (coalesce(pg_catalog.array_position('{raw,bytedict,delta,delta32k,lzo,mostly8,mostly16,mostly32,runlength,text255,text32k,zstd,az64}'::text[], encoding), 1) - 1)::smallint;

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
       CASE d.encoding WHEN 'raw' THEN 'none' ELSE d.encoding END::character(32) AS encoding,
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
       -- 100: no statistics at all; else the share of rows that have changed since
       CASE WHEN c.reltuples < 0 THEN 100
            ELSE least(100, 100.0 * s.changed / greatest(s.live, c.reltuples, 1)) END::numeric(5,2) AS stats_off,
       CASE WHEN c.reltuples < 0 THEN s.live ELSE c.reltuples END::numeric(38,0) AS tbl_rows,
       NULL::numeric(19,2) AS skew_sortkey1,
       1::numeric(19,2) AS skew_rows,
       CASE WHEN c.reltuples < 0 THEN s.live ELSE c.reltuples END::numeric(38,0) AS estimated_visible_rows,
       NULL::text AS risk_event,
       NULL::numeric(12,2) AS vacuum_sort_benefit,
       NULL::timestamp AS create_time
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN sparkify_internal.table_design d ON d.relid = c.oid
     CROSS JOIN LATERAL (SELECT pg_catalog.pg_stat_get_live_tuples(c.oid) AS live, pg_catalog.pg_stat_get_mod_since_analyze(c.oid) AS changed) AS s
WHERE CASE WHEN c.reltuples < 0 THEN s.live ELSE c.reltuples END > 0
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

-- A word of a label as the name it stands for: %xx is a byte.
CREATE FUNCTION sparkify_internal.label_name(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.convert_from(pg_catalog.decode(pg_catalog.string_agg(CASE WHEN m[1] LIKE '\%__' THEN substr(m[1], 2)
        ELSE pg_catalog.encode(pg_catalog.convert_to(m[1], 'UTF8'), 'hex') END, '' ORDER BY i), 'hex'), 'UTF8')
    FROM pg_catalog.regexp_matches(word, '%[0-9a-f]{2}|[^%]+', 'g') WITH ORDINALITY AS t (m, i);
END;

-- Keys as they were written, a row for each column; Redshift enforces none of them, so PostgreSQL isn't told.
CREATE VIEW sparkify_internal.key_column WITH (security_invoker) AS
SELECT l.objoid AS relid, l.objsubid::smallint AS attnum, CASE m[1] WHEN 'primarykey' THEN 'p' WHEN 'unique' THEN 'u' ELSE 'f' END::"char" AS contype,
       coalesce(m[2]::integer, 1) AS number, m[3]::integer AS position, pg_catalog.string_to_array(m[4], '.') AS referenced,
       sparkify_internal.label_name(m[5]) AS name
FROM pg_catalog.pg_seclabel l
     CROSS JOIN LATERAL regexp_matches(l.label, '\m(primarykey|unique|foreign) (?:(\d+)\.)?(\d+)(?:=([^ :]+))?(?::(\S+))?', 'g') AS m
WHERE l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND l.objsubid > 0 AND l.provider = 'sparkify_dwh'
  AND l.label ~ '\m(?:primarykey|unique|foreign) ';

-- A row for each key; of a foreign key also what it refers to.
CREATE VIEW sparkify_internal.kept_key WITH (security_invoker) AS
SELECT k.relid AS attrelid, k.contype, CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END AS kind, k.number,
       min(k.name) AS name, pg_catalog.array_agg(k.attnum ORDER BY k.position) AS conkey, pg_catalog.array_agg(a.attname::text ORDER BY k.position) AS columns,
       sparkify_internal.label_name(min(k.referenced[1])) AS referenced_schema, sparkify_internal.label_name(min(k.referenced[2])) AS referenced_table,
       CASE k.contype WHEN 'f' THEN pg_catalog.array_agg(sparkify_internal.label_name(k.referenced[3]) ORDER BY k.position) END AS referenced_columns
FROM sparkify_internal.key_column k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.relid AND a.attnum = k.attnum
GROUP BY k.relid, k.contype, k.number;
GRANT SELECT ON sparkify_internal.key_column, sparkify_internal.kept_key TO PUBLIC;

-- A key as it is written behind the columns.
CREATE FUNCTION sparkify_internal.key_definition(key sparkify_internal.kept_key) RETURNS text LANGUAGE sql STABLE
RETURN pg_catalog.format('%s (%s)', key.kind, sparkify_internal.name_list(key.columns))
    || CASE key.contype WHEN 'f' THEN pg_catalog.format(' REFERENCES %I.%I (%s)', key.referenced_schema, key.referenced_table,
                                                        sparkify_internal.name_list(key.referenced_columns)) ELSE '' END;

CREATE FUNCTION sparkify_internal.show_table(relation regclass) RETURNS text LANGUAGE sql STABLE STRICT SET DateStyle = 'ISO, MDY'
BEGIN ATOMIC
    SELECT pg_catalog.format(E'CREATE TABLE %I.%I (\n    %s%s\n)\n%s%s%s;', n.nspname, c.relname,
        (SELECT pg_catalog.string_agg(sparkify_internal.show_column(a.attrelid, a.attnum), E',\n    ' ORDER BY a.attnum)
         FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
        (SELECT pg_catalog.string_agg(E',\n    ' || sparkify_internal.key_definition(k), '' ORDER BY k.contype = 'f', k.kind, k.number)
         FROM sparkify_internal.kept_key k WHERE k.attrelid = c.oid),
        CASE WHEN NOT d.backup THEN E'BACKUP NO\n' END,
        'DISTSTYLE ' || upper(d.dist_style),
        CASE WHEN d.sort_style = 'interleaved' THEN E'\nINTERLEAVED SORTKEY ( ' || sparkify_internal.name_list(d.sort_key) || ' )'
             WHEN d.sort_key IS NOT NULL THEN E'\nSORTKEY ( ' || sparkify_internal.name_list(d.sort_key) || ' )' END)
    FROM pg_catalog.pg_class c
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         JOIN sparkify_internal.table_design d ON d.relid = c.oid
    WHERE c.oid = relation;
END;

------------------------------------------------------------------------------
-- Catalog: system views
------------------------------------------------------------------------------
-- Every SVV_, SVL_, SVCS_, STL_, STV_, SYS_ and PG_ view of AWS's, with its
-- columns and types; each has a page of its own (r_STL_AGGR, SYS_QUERY_HISTORY
-- ...).  A view a line: name: column type, column type ...
--
--   i integer, l bigint, h smallint, d double precision, b boolean, t timestamp, e time, y interval,
--   x text, n name, o oid, cN character(N), vN varchar(N), mP.S numeric(P,S)
--
-- @step are the columns that the views of execution steps have in common.
-- What sparkify_internal.system_view_body has a query for is filled, the rest is
-- what only a cluster can fill, and empty.  The views that COPY fills stand above.

CREATE TABLE sparkify_internal.system_view (name text PRIMARY KEY, columns text NOT NULL);
INSERT INTO sparkify_internal.system_view
SELECT split_part(line, ': ', 1),
       replace(split_part(line, ': ', 2), '@step', 'userid i, query i, slice i, segment i, step i, starttime t, endtime t, tasknum i')
FROM regexp_split_to_table($views$
stl_aggr: @step, rows l, bytes l, slots i, occupied i, maxlength i, tbl i, is_diskbased c1, workmem l, type c6, resizes i, flushable i
stl_alert_event_log: userid i, query i, slice i, segment i, step i, pid i, xid l, event c1024, solution c1024, event_time t
stl_analyze: userid i, xid l, database c30, table_id i, status c15, rows d, modified_rows d, threshold_percent i, is_auto c1, starttime t, endtime t, prevtime t, num_predicate_cols i, num_new_predicate_cols i, is_background c1, auto_analyze_phase c100, schema_name c128, table_name c136
stl_analyze_compression: userid i, start_time t, xid l, tbl i, tablename c128, col i, old_encoding c15, new_encoding c15, mode c14, best_compression_encoding c15, recommended_bytes c15, best_compression_bytes c15, ndv l
stl_bcast: @step, rows l, bytes l, packets i
stl_commit_stats: xid l, node i, startqueue t, startwork t, endflush t, endstage t, endlocal t, startglobal t, endtime t, queuelen l, permblocks l, newblocks l, dirtyblocks l, headers l, numxids i, oldestxid l, extwritelatency l, metadatawritten i, tombstonedblocks l, tossedblocks l, batched_by l
stl_connection_log: event c50, recordtime t, remotehost c45, remoteport c32, pid i, dbname c50, username c50, authmethod c32, duration i, sslversion c50, sslcipher c128, mtu i, sslcompression c64, sslexpansion c64, iamauthguid c36, application_name c250, os_version c64, driver_version c64, plugin_name c32, protocol_version i, sessionid c36, compression c16
stl_ddltext: userid i, xid l, pid i, label c320, starttime t, endtime t, sequence i, text c200
stl_delete: @step, rows l, tbl i
stl_disk_full_diag: currenttime l, node_num l, query_id l, temp_blocks l
stl_dist: @step, rows l, bytes l, packets i
stl_error: userid i, process c12, recordtime t, pid i, errcode i, file c90, linenum i, context c100, error c512
stl_explain: userid i, query i, nodeid i, parentid i, plannode c400, info c400, user_query_id l, child_query_sequence i, query_uuid c36
stl_file_scan: userid i, query i, slice i, name c90, lines l, bytes l, loadtime l, curtime t, is_partial i, start_offset l
stl_hash: @step, rows l, bytes l, slots i, occupied i, maxlength i, tbl i, is_diskbased c1, workmem l, num_parts i, est_rows l, num_blocks_permitted i, resizes i, checksum l, runtime_filter_size i, max_runtime_filter_size i
stl_hashjoin: @step, rows l, tbl i, num_parts i, join_type i, hash_looped c1, switched_parts c1, used_prefetching c1, hash_segment i, hash_step i, checksum l, distribution i
stl_insert: @step, rows l, tbl i, inserted_mega_value c1
stl_limit: @step, rows l, checksum l
stl_merge: @step, rows l
stl_mergejoin: @step, rows l, tbl i, checksum l
stl_mv_state: userid l, starttime t, xid l, event_desc c500, db_name c128, base_table_schema c128, base_table_name c128, mv_schema c128, mv_name c128, state c32
stl_nestloop: @step, rows l, tbl i, checksum l
stl_parse: @step, rows l
stl_plan_info: userid i, query i, nodeid i, segment i, step i, locus i, plannode i, startupcost d, totalcost d, rows l, bytes l
stl_project: @step, rows l, checksum l
stl_query_metrics: userid i, service_class i, query i, segment i, step_type i, starttime t, slices i, max_rows l, rows l, max_cpu_time l, cpu_time l, max_blocks_read i, blocks_read l, max_run_time l, run_time l, max_blocks_to_disk l, blocks_to_disk l, step i, max_query_scan_size l, query_scan_size l, query_priority i, query_queue_time l, service_class_name c64
stl_querytext: userid i, xid l, pid i, query i, sequence i, text c200, user_query_id l, child_query_sequence i, query_uuid c36
stl_restarted_sessions: currenttime t, dbname c50, newpid i, oldpid i, username c50, remotehost c45, remoteport c32, parkedtime t, session_vars c2000
stl_return: @step, rows l, bytes l, packets i, checksum l
stl_s3client: userid i, query i, slice i, recordtime t, pid i, http_method c64, bucket c64, key c256, transfer_size l, data_size l, start_time l, end_time l, transfer_time l, compression_time l, connect_time l, app_connect_time l, retries l, request_id c32, extended_request_id c128, ip_address c64, is_partial i, start_offset l, query_uuid c36
stl_s3client_error: userid i, query i, sliceid i, recordtime t, pid i, http_method c64, bucket c64, key c256, error c1024, is_partial i, start_offset l
stl_save: @step, rows l, bytes l, tbl i, is_diskbased c1, workmem l
stl_scan: @step, rows l, bytes l, fetches l, type i, tbl i, is_rrscan c1, is_delayed_scan c1, rows_pre_filter l, rows_pre_user_filter l, perm_table_name c136, is_rlf_scan c1, is_rlf_scan_reason i, num_em_blocks i, checksum l, runtime_filtering c1, scan_region i, num_sortkey_as_predicate i, row_fetcher_state i, consumed_scan_ranges l, work_stealing_reason l, is_vectorized_scan c1, is_vectorized_scan_reason i, row_fetcher_reason l, topology_signature l, use_tpm_partition c1, is_rrscan_expr c1, scanned_mega_value c1
stl_schema_quota_violations: ownerid i, xid l, pid i, userid i, schema_id i, schema_name c128, quota i, disk_usage i, disk_usage_pct d, timestamp t
stl_sessions: userid i, starttime t, endtime t, process i, user_name c50, db_name c50, timeout_sec i, timed_out i
stl_sort: @step, rows l, bytes l, tbl i, is_diskbased c1, workmem l, checksum l
stl_sshclient_error: userid i, query i, slice i, recordtime t, pid i, ssh_username c1024, endpoint c1024, command c4096, error c1024
stl_stream_segs: userid i, query i, stream i, segment i, query_uuid c36
stl_tr_conflict: xact_id l, process_id l, xact_start_ts t, abort_time t, table_id l
stl_undone: userid i, xact_id l, xact_id_undone l, undo_start_ts t, undo_end_ts t, table_id l
stl_unique: @step, rows l, type c6, is_diskbased c1, slots i, workmem l, max_buffers_used l, resizes i, occupied i, flushable i, used_unique_prefetching c1, bytes l
stl_usage_control: eventtime t, query i, xid l, pid i, usage_limit_id c40, feature_type c30
stl_userlog: userid i, username c50, oldusername c50, action c10, usecreatedb i, usesuper i, usecatupd i, valuntil t, pid i, xid l, recordtime t
stl_utilitytext: userid i, xid l, pid i, label c320, starttime t, endtime t, sequence i, text c200
stl_vacuum: userid i, xid l, table_id i, status c30, rows l, sortedrows i, blocks i, max_merge_partitions i, eventtime t, reclaimable_rows l, reclaimable_space_mb l, cutoff_xid l, is_recluster i
stl_window: @step, rows l, is_diskbased c1, workmem l
stl_wlm_error: userid i, recordtime t, pid i, error_string c256
stl_wlm_query: userid i, xid i, task i, query i, service_class i, slot_count i, service_class_start_time t, queue_start_time t, queue_end_time t, total_queue_time l, exec_start_time t, exec_end_time t, total_exec_time l, service_class_end_time t, final_state c16, est_peak_mem l, query_priority c20, service_class_name c64
stl_wlm_rule_action: userid i, query i, service_class i, rule c256, action c256, recordtime t, action_value c256, service_class_name c64
stv_active_cursors: userid i, name c256, xid l, pid i, starttime t, row_count l, byte_count l, fetched_rows l
stv_blocklist: slice i, col i, tbl i, blocknum i, num_values i, extended_limits i, minvalue l, maxvalue l, sb_pos i, pinned i, on_disk i, modified i, hdr_modified i, unsorted i, tombstone i, preferred_diskno i, temporary i, newblock i, num_readers i, flags i
stv_cursor_configuration: current_cursor_count i, max_diskspace_usable i, current_diskspace_used i
stv_db_isolation_level: db_name c128, isolation_level c20
stv_exec_state: userid i, query i, slice i, segment i, step i, starttime t, currenttime t, tasknum i, rows l, bytes l, label c256, is_diskbased c1, workmem l, num_parts i, is_rrscan c1, is_delayed_scan c1, query_uuid c36
stv_inflight: userid i, slice i, query i, label c320, xid l, pid i, starttime t, text c100, suspended i, insert_pristine i, concurrency_scaling_status i
stv_locks: table_id l, last_commit t, last_update t, lock_owner l, lock_owner_pid l, lock_owner_start_ts t, lock_owner_end_ts t, lock_status c22
stv_ml_model_info: schema_name c128, user_name c128, model_name c128, life_cycle c20, is_refreshable i, model_state c128
stv_mv_deps: db_name c128, schema c128, name c128, ref_schema c128, ref_name c128, ref_database_name c128
stv_mv_info: db_name c128, schema c128, name c128, updated_upto_xid l, is_stale c1, owner_user_name c128, state i, autorewrite c1, autorefresh c1
stv_node_storage_capacity: node i, used i, capacity i
stv_partitions: owner i, host i, diskno i, part_begin l, part_end l, used i, tossed i, capacity i, reads l, writes l, seek_forward i, seek_back i, is_san i, failed i, mbps i, mount c256
stv_query_metrics: userid i, service_class i, query i, starttime t, slices i, segment i, step_type i, rows l, max_rows l, cpu_time l, max_cpu_time l, blocks_read l, max_blocks_read i, run_time l, max_run_time l, max_blocks_to_disk l, blocks_to_disk l, step i, max_query_scan_size l, query_scan_size l, query_priority i, query_queue_time l
stv_recents: userid i, status c20, starttime t, duration i, user_name c50, db_name c50, query c600, pid i
stv_sessions: starttime t, process i, user_name c50, db_name c50, timeout_sec i
stv_slices: node i, slice i, localslice i, type c1
stv_startup_recovery_state: db_id i, table_id i, table_name c137
stv_tbl_perm: slice i, id i, name c72, rows l, sorted_rows l, temp i, db_id i, insert_pristine i, delete_pristine i, backup i, dist_style i, block_count i
stv_tbl_trans: slice i, id i, rows l, size l, query_id l, ref_cnt i, from_suspended i, prep_swap i
stv_wlm_classification_config: id i, condition c128, action_seq i, action c64, action_service_class i
stv_wlm_qmr_config: service_class i, rule_name c256, action c256, metric_name c256, metric_operator c256, metric_value d, action_value c256
stv_wlm_query_queue_state: service_class i, position i, task i, query i, slot_count i, start_time t, queue_time l
stv_wlm_query_state: xid i, task i, query i, service_class i, slot_count i, wlm_start_time t, state c16, queue_time l, exec_time l, query_priority c20
stv_wlm_query_task_state: service_class i, task i, query i, slot_count i, start_time t, exec_time l
stv_wlm_service_class_config: service_class i, queueing_strategy c32, num_query_tasks i, target_num_query_tasks i, evictable c8, eviction_threshold l, query_working_mem i, target_query_working_mem i, min_step_mem i, name c64, max_execution_time l, user_group_wild_card b, query_group_wild_card b, concurrency_scaling c20, query_priority c20, user_role_wild_card b
stv_wlm_service_class_state: service_class i, num_queued_queries i, num_executing_queries i, num_serviced_queries i, num_executed_queries i, num_evicted_queries i, num_concurrency_scaling_queries i
stv_xrestore_alter_queue_state: userid i, db_id i, schema c128, table_name c128, tbl i, status c64, task_type i
svcs_alert_event_log: userid i, query i, segment i, step i, pid i, xid l, event c1024, solution c1024, event_time t
svcs_compile: userid i, xid l, pid i, query i, segment i, locus i, starttime t, endtime t, compile i
svcs_concurrency_scaling_usage: start_time t, end_time t, queries l, usage_in_seconds m27.0
svcs_explain: userid i, query i, nodeid i, parentid i, plannode c400, info c400
svcs_plan_info: userid i, query i, nodeid i, segment i, step i, locus i, plannode i, startupcost d, totalcost d, rows l, bytes l
svcs_query_summary: userid i, query i, stm i, seg i, step i, maxtime l, avgtime l, rows l, bytes l, rate_row d, rate_byte d, label x, is_diskbased c1, workmem l, is_rrscan c1, is_delayed_scan c1, rows_pre_filter l
svcs_s3list: query i, segment i, node i, eventtime t, bucket c256, prefix c256, recursive c1, retrieved_files i, max_file_size l, avg_file_size d, generated_splits i, avg_split_length d, duration l
svcs_s3log: pid i, query i, segment i, step i, node i, eventtime t, message c512
svcs_s3partition_summary: query i, segment i, assignment c1, min_starttime t, max_endtime t, min_duration l, max_duration l, avg_duration l, total_partitions i, qualified_partitions i, min_assigned_partitions i, max_assigned_partitions i, avg_assigned_partitions l
svcs_s3query_summary: userid i, query i, xid l, pid i, segment i, step i, starttime t, endtime t, elapsed i, aborted i, external_table_name c136, file_format c16, is_partitioned c1, is_rrscan c1, is_nested v1, s3_scanned_rows l, s3_scanned_bytes l, s3query_returned_rows l, s3query_returned_bytes l, files i, files_max i, files_avg i, splits l, splits_max i, splits_avg l, total_split_size l, max_split_size l, avg_split_size l, total_retries l, max_retries i, max_request_duration l, avg_request_duration l, max_request_parallelism i, avg_request_parallelism d, total_slowdown_count l, max_slowdown_count i
svcs_stream_segs: userid i, query i, stream i, segment i
svl_auto_worker_action: table_id i, type c32, status c128, eventtime t, sequence i, previous_state c200
svl_compile: userid i, xid l, pid i, query i, segment i, locus i, starttime t, endtime t, compile i
svl_datashare_change_log: userid i, username v128, pid i, xid l, share_id i, share_name v128, source_database_id i, source_database_name v128, consumer_database_id i, consumer_database_name v128, arn v192, recordtime t, action v128, status i, share_object_type v64, share_object_id i, share_object_name v128, target_user_type v16, target_userid i, target_username v128, consumer_account v16, consumer_namespace v64, producer_account v16, producer_namespace v64, attribute_name v64, attribute_value v128, message v512
svl_datashare_cross_region_usage: query i, segment l, start_time e, end_time e, transferred_data l, source_region c25, recordtime t
svl_datashare_usage_consumer: userid i, pid i, xid l, request_id v50, request_type v25, transaction_uid v50, recordtime t, status i, error v512
svl_datashare_usage_producer: share_id i, share_name v128, request_id v50, request_type v25, object_type v64, object_oid i, object_name v128, consumer_account v16, consumer_namespace v64, consumer_transaction_uid v50, recordtime t, status i, error v512, consumer_region c64
svl_federated_query: userid i, xid l, pid i, query i, sourcetype c32, recordtime t, querytext c4000, num_rows l, num_bytes l, duration l
svl_multi_statement_violations: userid i, database c32, cmdname c20, xid l, pid i, label c320, starttime t, endtime t, sequence i, type v10, text c200
svl_mv_refresh_status: db_name c128, userid l, schema_name c128, mv_name c128, xid l, starttime t, endtime t, status x, refresh_type c32, consumer_account c12, consumer_region c32, consumer_namespace c36
svl_qlog: userid i, query i, xid l, pid i, starttime t, endtime t, elapsed l, aborted i, label c320, substring c60, source_query i, concurrency_scaling_status_txt x, from_sp_call i
svl_query_metrics: userid i, query i, service_class i, dimension v24, segment i, step i, step_label v30, query_cpu_time l, query_blocks_read l, query_execution_time l, query_cpu_usage_percent l, query_temp_blocks_to_disk l, segment_execution_time l, cpu_skew m38.2, io_skew m38.2, scan_row_count l, join_row_count l, nested_loop_join_row_count l, return_row_count l, spectrum_scan_row_count l, spectrum_scan_size_mb l, query_queue_time l
svl_query_metrics_summary: userid i, query i, service_class i, query_cpu_time l, query_blocks_read l, query_execution_time l, query_cpu_usage_percent m38.2, query_temp_blocks_to_disk l, segment_execution_time l, cpu_skew m38.2, io_skew m38.2, scan_row_count l, join_row_count l, nested_loop_join_row_count l, return_row_count l, spectrum_scan_row_count l, spectrum_scan_size_mb l, query_queue_time l
svl_query_queue_info: database x, query i, xid l, userid i, querytxt x, queue_start_time t, exec_start_time t, service_class i, slots i, queue_elapsed l, exec_elapsed l, wlm_total_elapsed l, commit_queue_elapsed l, commit_exec_time l, service_class_name c64
svl_query_report: userid i, query i, slice i, segment i, step i, start_time t, end_time t, elapsed_time l, rows l, bytes l, label c256, is_diskbased c1, workmem l, is_rrscan c1, is_delayed_scan c1, rows_pre_filter l
svl_query_summary: userid i, query i, stm i, seg i, step i, maxtime l, avgtime l, rows l, bytes l, rate_row d, rate_byte d, label x, is_diskbased c1, workmem l, is_rrscan c1, is_delayed_scan c1, rows_pre_filter l
svl_restore_alter_table_progress: tbl i, progress c32, message c256
svl_s3list: query i, segment i, node i, slice i, eventtime t, bucket x, prefix x, recursive c1, retrieved_files i, max_file_size l, avg_file_size d, generated_splits i, avg_split_length d, duration l
svl_s3log: pid i, query i, segment i, step i, node i, slice i, eventtime t, message x
svl_s3partition: query i, segment i, node i, slice i, starttime t, endtime t, duration l, total_partitions i, qualified_partitions i, assigned_partitions i, assignment c1
svl_s3partition_summary: query i, segment i, assignment c1, min_starttime t, max_endtime t, min_duration l, max_duration l, avg_duration l, total_partitions i, qualified_partitions i, min_assigned_partitions i, max_assigned_partitions i, avg_assigned_partitions l
svl_s3query: userid i, query i, segment i, step i, node i, slice i, starttime t, endtime t, elapsed i, external_table_name c136, is_partitioned c1, is_rrscan c1, s3_scanned_rows l, s3_scanned_bytes l, s3query_returned_rows l, s3query_returned_bytes l, files i, splits i, total_split_size l, max_split_size l, total_retries i, max_retries i, max_request_duration i, avg_request_duration d, max_request_parallelism i, avg_request_parallelism d
svl_s3query_summary: userid i, query i, xid l, pid i, segment i, step i, starttime t, endtime t, elapsed i, aborted i, external_table_name c136, file_format c16, is_partitioned c1, is_rrscan c1, is_nested c1, s3_scanned_rows l, s3_scanned_bytes l, s3query_returned_rows l, s3query_returned_bytes l, files i, files_max i, files_avg i, splits i, splits_max i, splits_avg i, total_split_size l, max_split_size l, avg_split_size l, total_retries i, max_retries i, max_request_duration i, avg_request_duration d, max_request_parallelism i, avg_request_parallelism d, total_slowdown_count l, max_slowdown_count i
svl_s3retries: query i, segment i, node i, slice i, eventtime t, retries i, successful_fetches i, file_size l, location x, message x
svl_spatial_simplify: query i, line_number i, maximum_tolerance d, initial_size i, simplified c1, final_size i, final_tolerance d
svl_spectrum_scan_error: userid i, query i, location c128, rowid c128, colname c128, original_value c128, modified_value c128, trigger c128, action c128, action_value c128, error_code i
svl_statementtext: userid i, xid l, pid i, label c320, starttime t, endtime t, sequence i, type v10, text c200
svl_stored_proc_call: userid i, session_userid i, query i, label c320, xid l, pid i, database c32, querytxt c4000, starttime t, endtime t, aborted i, from_sp_call i
svl_stored_proc_messages: userid i, session_userid i, pid i, xid l, query i, recordtime t, loglevel i, loglevel_text c10, message c1024, linenum i, querytext c500, label c320, aborted i, message_xid l
svl_terminate: pid i, eventtime t, userid i, type x
svl_udf_log: query l, message c4096, created t, traceback c4096, funcname c256, node i, slice i, seq i
svl_user_info: usename x, usesysid i, usecreatedb b, usesuper b, usecatupd b, useconnlimit x, syslogaccess x, last_ddl_ts t, sessiontimeout i, external_id x
svl_vacuum_percentage: xid l, table_id i, percentage l
svv_active_cursors: user_id i, cursor_name v128, transaction_id l, session_id i, declare_time t, total_bytes l, total_rows l, fetched_rows l, cursor_storage_limit_used_percent i
svv_all_columns: database_name v128, schema_name v128, table_name v128, column_name v128, ordinal_position i, column_default v4000, is_nullable v3, data_type v128, character_maximum_length i, numeric_precision i, numeric_scale i, remarks v256
svv_all_schemas: database_name v128, schema_name v128, schema_owner i, schema_type v128, schema_acl v128, source_database v128, schema_option v256
svv_all_tables: database_name v128, schema_name v128, table_name v128, table_type v128, table_acl v128, remarks v256
svv_alter_table_recommendations: type c30, database c128, table_id i, group_id i, ddl c1024, auto_eligible c1
svv_attached_masking_policy: policy_name x, schema_name x, table_name x, table_type x, grantor x, grantee x, grantee_type x, priority i, input_columns x, output_columns x, is_masking_datashare_on b
svv_column_privileges: namespace_name x, relation_name x, column_name x, privilege_type x, identity_id i, identity_name x, identity_type x
svv_columns: table_catalog x, table_schema x, table_name x, column_name x, ordinal_position i, column_default x, is_nullable x, data_type x, character_maximum_length i, numeric_precision i, numeric_precision_radix i, numeric_scale i, datetime_precision i, interval_type x, interval_precision x, character_set_catalog x, character_set_schema x, character_set_name x, collation_catalog x, collation_schema x, collation_name x, domain_name x, remarks x
svv_copy_job_integrations: job_owner i, channel_arn n, bucket x, channel_state n, db_name n, job_name x, job_state i
svv_database_privileges: database_name x, privilege_type x, identity_id i, identity_name x, identity_type x, admin_option b, privilege_scope x
svv_datashare_consumers: share_name v128, consumer_account v16, consumer_namespace v64, share_date t
svv_datashare_objects: share_type v8, share_name v128, object_type v64, object_name v512, producer_account v16, producer_namespace v64, include_new b
svv_datashare_privileges: datashare_name x, privilege_type x, identity_id i, identity_name x, identity_type x, admin_option b
svv_datashares: share_name v128, share_id i, share_owner i, source_database v128, consumer_database v128, share_type v8, createdate t, is_publicaccessible b, share_acl v256, producer_account v16, producer_namespace v64, managed_by v64
svv_default_privileges: schema_name x, object_type x, owner_id i, owner_name x, owner_type x, privilege_type x, grantee_id i, grantee_name x, grantee_type x, admin_option b
svv_diskusage: db_id i, name c72, slice i, col i, tbl i, blocknum i, num_values i, minvalue l, maxvalue l, sb_pos i, pinned i, on_disk i, modified i, hdr_modified i, unsorted i, tombstone i, preferred_diskno i, temporary i, newblock i
svv_external_columns: redshift_database_name x, schemaname x, tablename x, columnname x, external_type x, columnnum i, part_key i, is_nullable x
svv_external_databases: eskind i, esoptions x, databasename x, location x, parameters x
svv_external_partitions: schemaname x, tablename x, values x, location x, input_format x, output_format x, serialization_lib x, serde_parameters x, compressed i, parameters x
svv_external_schemas: esoid o, eskind h, schemaname n, esowner i, databasename x, esoptions x
svv_external_tables: redshift_database_name x, schemaname x, tablename x, tabletype x, location x, input_format x, output_format x, serialization_lib x, serde_parameters x, compressed i, parameters x
svv_function_privileges: namespace_name x, function_name x, argument_types x, privilege_type x, identity_id i, identity_name x, identity_type x, admin_option b
svv_geography_columns: f_table_catalog v128, f_table_schema v128, f_table_name v128, f_geography_column v128, coord_dimension i, srid i, type v128
svv_geometry_columns: f_table_catalog v128, f_table_schema v128, f_table_name v128, f_geometry_column v128, coord_dimension i, srid i, type v128
svv_iam_privileges: iam_arn x, command_type x, identity_id i, identity_name x, identity_type x
svv_identity_providers: uid i, name x, type x, instanceid x, namespc x, params x, enabled b
svv_integration: integration_id c128, target_database c128, source c128, state c128, current_lag l, last_replicated_checkpoint c128, total_tables_replicated i, total_tables_failed i, creation_time t, refresh_interval i, source_database c128, is_history_mode b, latest_detected_change_time t, latest_applied_change_time t, auto_remediation b, latest_shipped_source_commit_time t
svv_integration_table_mapping: integration_id c128, source_database c128, target_database c128, source_schema_name c128, target_schema_name c128, source_table_name c128, target_table_name c128, source_column_name c128, target_column_name c128, source_data_type c128, target_data_type c128
svv_integration_table_state: integration_id c128, target_database c128, schema_name c128, table_name c128, table_state c128, table_last_replicated_checkpoint c128, reason c256, last_updated_timestamp t, table_rows l, table_size l, is_history_mode b
svv_interleaved_columns: tbl i, col i, interleaved_skew m19.2, last_reindex t
svv_language_privileges: language_name x, privilege_type x, identity_id i, identity_name x, identity_type x, admin_option b
svv_masking_policy: policy_database x, policy_name x, input_columns x, policy_expression x, policy_modified_by x, policy_modified_time t
svv_ml_model_info: database_name c128, schema_name c128, user_name c128, model_name c128, life_cycle c20, is_refreshable i, model_state c128
svv_ml_model_privileges: namespace_name x, model_name x, model_version i, privilege_type x, identity_id i, identity_name x, identity_type x, admin_option b
svv_mv_dependency: database_name c128, schema_name c128, name c128, dependent_database_name c128, dependent_schema_name c128, dependent_name c128
svv_mv_info: database_name c128, schema_name c128, user_name c128, name c128, is_stale c1, state i, autorewrite c1, autorefresh c1
svv_query_inflight: userid i, slice i, query i, pid i, starttime t, suspended i, text c200, sequence i
svv_query_state: userid i, query i, seg i, step i, maxtime y, avgtime y, rows l, bytes l, cpu l, memory l, rate_row d, rate_byte d, label c25, is_diskbased c1, workmem l, num_parts i, is_rrscan c1, is_delayed_scan c1
svv_redshift_columns: database_name v128, schema_name v128, table_name v128, column_name v128, ordinal_position i, data_type v32, column_default v4000, is_nullable v3, encoding v128, distkey b, sortkey i, column_acl v128, remarks v256
svv_redshift_databases: database_name v128, database_owner i, database_type v32, database_acl v128, database_options v128, database_isolation_level v128
svv_redshift_functions: database_name v128, schema_name v128, function_name v128, function_type v128, argument_type v512, result_type v128
svv_redshift_schema_quota: database_name c128, schema_name c128, schema_owner i, quota i, disk_usage i
svv_redshift_schemas: database_name v128, schema_name v128, schema_owner i, schema_type v16, schema_acl v128, schema_option v128
svv_redshift_tables: database_name v128, schema_name v128, table_name v128, table_type v128, table_acl v128, remarks v128, table_owner v128
svv_relation_privileges: namespace_name x, relation_name x, privilege_type x, identity_id i, identity_name x, identity_type x, admin_option b
svv_rls_applied_policy: username x, query i, xid l, pid i, recordtime t, command c1, datname x, relschema x, relname x, polname x, poldefault c1
svv_rls_attached_policy: relschema x, relname x, relkind x, polname x, grantor x, grantee x, granteekind x, is_pol_on b, is_rls_on b, rls_conjunction_type c3
svv_rls_policy: poldb x, polname x, polalias x, polatts x, polqual x, polenabled b, polmodifiedby x, polmodifiedtime t
svv_rls_relation: datname x, relschema x, relname x, relkind x, is_rls_on b, is_rls_datashare_on b, rls_conjunction_type c3, rls_datashare_conjunction_type c3
svv_role_grants: role_id i, role_name x, granted_role_id i, granted_role_name x
svv_roles: role_id i, role_name x, role_owner x, external_id x
svv_schema_privileges: namespace_name x, privilege_type x, identity_id i, identity_name x, identity_type x, admin_option b, privilege_scope x
svv_schema_quota_state: schema_id i, schema_name c128, schema_owner i, quota i, disk_usage i, disk_usage_pct d
svv_system_privileges: system_privilege x, identity_id i, identity_name x, identity_type x
svv_tables: table_catalog x, table_schema x, table_name x, table_type x, remarks x
svv_transactions: txn_owner x, txn_db x, xid l, pid i, txn_start t, lock_mode x, lockable_object_type x, relation i, granted b
svv_user_grants: user_id i, user_name x, role_id i, role_name x, admin_option b
svv_user_info: user_name x, user_id i, createdb b, superuser b, catalog_update b, connection_limit x, syslog_access x, last_ddl_timestamp t, session_timeout i, external_user_id x
svv_vacuum_progress: table_name x, status x, time_remaining_estimate x
svv_vacuum_summary: table_name x, xid l, sort_partitions l, merge_increments l, elapsed_time l, row_delta l, sortedrow_delta l, block_delta i, max_merge_partitions i
sys_analyze_compression_history: user_id i, start_time t, transaction_id l, table_id i, table_name c128, column_position i, old_encoding c15, new_encoding c15, mode c14
sys_analyze_history: user_id i, transaction_id l, database_name c30, schema_name c128, table_name c30, table_id i, is_automatic c1, status c15, start_time t, end_time t, rows d, modified_rows d, analyze_threshold_percent i, last_analyze_time t
sys_applied_masking_policy_log: policy_name x, user_id x, record_time t, session_id i, transaction_id l, query_id i, database_name x, relation_name x, schema_name x, attachment_id l, relation_kind x, query_uuid c36
sys_auto_table_optimization: transaction_id l, session_id i, table_id i, alter_table_type c32, status c128, event_time t, alter_from c200
sys_automatic_optimization: session_id i, database_name c128, object_type c30, object_ids c512, task_type c100, event c50, event_time t, status c512, compute_type c100, task_details c512
sys_child_query_text: user_id i, query_id l, child_query_sequence i, sequence i, text c200, query_uuid c36
sys_connection_log: event c50, record_time t, remote_host c45, remote_port c32, session_id i, database_name c50, user_name c50, auth_method c32, duration i, ssl_version c50, ssl_cipher c128, mtu i, ssl_compression c64, ssl_expansion c64, iam_auth_guid c36, application_name c250, driver_version c64, os_version c64, plugin_name c32, protocol_version i, global_session_id c36
sys_copy_replacements: user_id i, query_id l, table_id i, file_name c256, column_name c127, line_number l, raw_line c1024
sys_datashare_change_log: user_id i, user_name v128, session_id i, transaction_id l, share_id i, share_name v128, source_database_id i, source_database_name v128, consumer_database_id i, consumer_database_name v128, arn v192, record_time t, action v128, status i, share_object_type v64, share_object_id i, share_object_name v128, target_user_type v16, target_user_id i, target_user_name v128, consumer_account v16, consumer_namespace v64, producer_account v16, producer_namespace v64, attribute_name v64, attribute_value v128, message v512
sys_datashare_cross_region_usage: query_id i, child_query_sequence i, segment_id l, start_time e, end_time e, transferred_data l, source_region c25, query_uuid c36
sys_datashare_usage_consumer: user_id i, session_id i, transaction_id l, request_id v50, request_type v25, transaction_uid v50, record_time t, status i, error v512
sys_datashare_usage_producer: share_id i, share_name v128, request_id v50, request_type v25, object_type v64, object_oid i, object_name v128, consumer_account v16, consumer_namespace v64, consumer_transaction_uid v50, record_time t, status i, error v512, consumer_region c64
sys_external_query_detail: user_id i, query_id l, transaction_id l, child_query_sequence i, segment_id i, source_type c32, start_time t, end_time t, duration l, total_partitions i, qualified_partitions i, scanned_files l, returned_rows l, returned_bytes l, file_format x, file_location x, external_query_text x, warning_message c4000, table_name c136, is_recursive c1, is_nested c1, s3list_time l, get_partition_time l, query_uuid c36
sys_external_query_error: user_id i, query_id l, file_location c256, rowid c2100, column_name c127, original_value c1024, modified_value c1024, trigger c128, action c128, action_value c128, error_code i, query_uuid c36
sys_extra_compute_for_automatic_optimization: start_time t, end_time t, query_count l, compute_seconds m27.0
sys_integration_activity: integration_id c128, target_database c128, source c128, checkpoint_name c128, checkpoint_type c16, checkpoint_bytes l, last_commit_timestamp t, modified_tables i, integration_start_time t, integration_end_time t
sys_integration_table_activity: integration_id c128, checkpoint_name c128, target_database c128, schema_name c128, table_name c128, table_id i, record_time t, transaction_id l, inserted_rows l, deleted_rows l, updated_rows l, bytes_ingested l
sys_integration_table_state_change: integration_id c128, database_name c128, schema_name c128, table_name c128, new_state c128, table_last_replicated_checkpoint c128, state_change_reason c256, record_time t
sys_ludf_detail: user_id i, transaction_id l, query_id l, function_oid l, function_position i, stream_id i, segment_id i, step_id i, lambda_function_name c256, start_time t, end_time t, total_duration l, invocations i, total_rows l, input_bytes l, output_bytes l, query_uuid c36
sys_mv_refresh_history: user_id i, session_id i, transaction_id l, database_name c128, schema_name c128, mv_id l, mv_name c128, refresh_type c32, status x, start_time t, end_time t, duration l, consumer_account c12, consumer_region c32, consumer_namespace c36
sys_mv_state: user_id l, transaction_id l, database_name c128, event_desc c500, start_time t, base_table_database_name c128, base_table_schema c128, base_table_name c128, mv_schema c128, mv_name c128, state c32
sys_procedure_call: session_user_id i, security_user_id i, query_id i, query_text c4000, start_time t, end_time t, status c10, caller_procedure_query_id i, query_uuid c36
sys_procedure_messages: transaction_id l, query_id i, record_time t, log_level c10, message c1024, line_number i, query_uuid c36
sys_query_detail: user_id i, query_id l, child_query_sequence i, stream_id i, segment_id i, step_id i, step_name x, table_id i, table_name c136, is_rrscan c1, start_time t, end_time t, duration l, alert x, input_bytes l, input_rows l, output_bytes l, output_rows l, blocks_read l, blocks_write l, local_read_io l, remote_read_io l, source x, data_skewness i, time_skewness i, is_active c1, spilled_block_local_disk l, spilled_block_remote_disk l, step_attribute c64, metrics_level c64, plan_parent_id i, plan_node_id i
sys_query_explain: userid i, query_id l, child_query_sequence i, plan_node_id i, plan_parent_id i, plan_node c400, plan_info c400, query_uuid c36
sys_query_history: user_id i, query_id l, query_label c320, transaction_id l, session_id i, database_name c128, query_type c32, status c10, result_cache_hit b, start_time t, end_time t, elapsed_time l, queue_time l, execution_time l, error_message c512, returned_rows l, returned_bytes l, query_text c4000, redshift_version c256, usage_limit c150, compute_type v32, compile_time l, planning_time l, lock_wait_time l, service_class_id i, service_class_name c64, query_priority c20, short_query_accelerated c10, user_query_hash c40, generic_query_hash c40, query_hash_version i, result_cache_query_id i, username c128
sys_query_text: user_id i, query_id l, transaction_id l, session_id i, start_time t, sequence i, text c4000, query_uuid c36
sys_redshift_template: database_name c128, schema_name c128, template_name c128, template_type i, create_time t, last_modified_time t, owner_id i, last_modified_by i, template_parameters x
sys_restore_log: event_time t, database_name c128, schema_name c128, table_name c128, table_id i, action c128, table_size l, total_data_processed l, delta_data_processed l, message c512, redistribution_type c32
sys_restore_state: user_id i, database_name c64, schema_id i, table_id i, table_name c128, redistribution_status c128, percentage_redistributed d, redistribution_type c32
sys_schema_quota_violations: owner_id i, user_id i, transaction_id l, session_id i, schema_id i, schema_name c128, quota i, disk_usage i, record_time t
sys_serverless_usage: start_time t, end_time t, compute_seconds d, compute_capacity d, data_storage l, cross_region_transferred_data l, charged_seconds l, charged_extra_compute_for_automatic_optimization_seconds l
sys_session_history: user_id c50, session_id i, database_name c50, status c9, session_timeout i, start_time t, end_time t
sys_spatial_simplify: query_id l, line_number l, maximum_tolerance d, initial_size l, simplified c1, final_size l, final_tolerance d
sys_stream_scan_errors: external_schema_name c128, stream_name c255, mv_name c128, transaction_id l, query_id l, stream_timestamp_type c1, stream_timestamp t, record_time t, partition_id c128, position c128, error_code i, error_reason c128
sys_stream_scan_states: external_schema_name c128, stream_name c255, mv_name c128, transaction_id l, query_id l, record_time t, partition_id c128, latest_position c128, scanned_rows l, skipped_rows l, scanned_bytes l, stream_record_time_min t, stream_record_time_max t
sys_transaction_history: user_id i, transaction_id l, isolation_level x, status x, transaction_start_time t, commit_start_time t, commit_end_time t, blocks_committed l, undo_transaction_id l
sys_udf_log: query_id l, function_name x, record_time t, sequence i, message x, query_uuid c36
sys_userlog: user_id i, user_name c50, original_user_name c50, action c10, has_create_db_privs i, is_superuser i, has_update_catalog_privs i, password_expiration t, session_id i, transaction_id l, record_time t
sys_vacuum_history: user_id i, transaction_id l, query_id l, database_name x, schema_name x, table_name x, table_id i, vacuum_type c20, is_automatic b, status c50, start_time t, end_time t, record_time t, duration i, rows_before_vacuum l, size_before_vacuum i, reclaimable_rows l, reclaimed_rows l, reclaimed_blocks l, sortedrows_before_vacuum i, sortedrows_after_vacuum i
pg_external_schema: esoid o, eskind i, esdbname x, esoptions x
pg_library: name n, language_oid o, file_store_id i, owner i
pg_statistic_indicator: stairelid o, stairows d, staiins d, staidels d
$views$, E'\n') AS line
WHERE line <> '';

-- Whether the current user may see what concerns another: superusers and pg_read_all_stats see all.
CREATE FUNCTION sparkify_internal.may_see(subject oid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN subject = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER)
    OR pg_catalog.pg_has_role(CURRENT_USER, 'pg_read_all_stats', 'USAGE');

-- The name and the kind of who has a privilege, as the privilege views have them.
CREATE FUNCTION sparkify_internal.identity_name(id oid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE id WHEN 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(id)::text END;
CREATE FUNCTION sparkify_internal.identity_type(id oid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN id = 0 THEN 'public' WHEN (SELECT r.rolcanlogin FROM pg_catalog.pg_roles r WHERE r.oid = id) THEN 'user' ELSE 'role' END;

-- Schemas and relations that the current user may use; none of the extension's own.
CREATE VIEW sparkify_internal.visible_schema AS
SELECT n.oid, n.nspname, n.nspowner, n.nspacl
FROM pg_catalog.pg_namespace n
WHERE n.nspname !~ '^pg_(toast|temp_|toast_temp_)' AND n.nspname NOT IN ('redshift', 'sparkify_internal')
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE');

CREATE VIEW sparkify_internal.maintenance AS
SELECT c.oid, n.nspname, c.relname, greatest(c.reltuples, 0) AS rows, m.kind, m.automatic, m.at
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL (VALUES ('analyze', false, pg_catalog.pg_stat_get_last_analyze_time(c.oid)), ('analyze', true, pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid)),
                                ('vacuum', false, pg_catalog.pg_stat_get_last_vacuum_time(c.oid)), ('vacuum', true, pg_catalog.pg_stat_get_last_autovacuum_time(c.oid)))
         AS m (kind, automatic, at)
WHERE c.relkind IN ('r', 'm') AND m.at IS NOT NULL AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'redshift', 'sparkify_internal') AND n.nspname !~ '^pg_toast'
  AND (pg_catalog.pg_has_role(c.relowner, 'USAGE') OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e');
GRANT SELECT ON sparkify_internal.maintenance TO PUBLIC;

CREATE VIEW sparkify_internal.visible_relation AS
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relacl, c.reltuples, c.relpersistence,
       pg_catalog.obj_description(c.oid, 'pg_class') AS remarks
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_toast' AND n.nspname NOT IN ('redshift', 'sparkify_internal')
  AND (pg_catalog.pg_has_role(c.relowner, 'USAGE')
       OR pg_catalog.has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
       OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e');

CREATE VIEW sparkify_internal.visible_column AS
SELECT r.oid, r.nspname, r.relname, r.relkind, a.attname, a.attnum, a.atttypid, a.atttypmod, a.attacl,
       CASE WHEN a.attidentity <> '' THEN pg_catalog.format(CASE a.attidentity WHEN 'a' THEN '"identity"(%s, %s, ''%s,%s''::text)'
                                                                              ELSE '"default_identity"(%s, %s, ''%s,%s''::text)' END,
                                                            r.oid, a.attnum - 1, s.seqstart, s.seqincrement)
            ELSE pg_catalog.pg_get_expr(e.adbin, e.adrelid) END AS column_default,
       CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END AS is_nullable,
       CASE WHEN a.atttypid IN ('varchar'::pg_catalog.regtype, 'bpchar'::pg_catalog.regtype) AND a.atttypmod > 4 THEN a.atttypmod - 4
            WHEN a.atttypid = 'text'::pg_catalog.regtype THEN 65535 END AS character_maximum_length,
       CASE a.atttypid WHEN 'smallint'::pg_catalog.regtype THEN 16 WHEN 'integer'::pg_catalog.regtype THEN 32
                       WHEN 'bigint'::pg_catalog.regtype THEN 64 WHEN 'real'::pg_catalog.regtype THEN 24
                       WHEN 'float8'::pg_catalog.regtype THEN 53
                       WHEN 'numeric'::pg_catalog.regtype THEN CASE WHEN a.atttypmod > 4 THEN (a.atttypmod - 4) >> 16 & 65535 END END AS numeric_precision,
       CASE WHEN a.atttypid IN ('smallint'::pg_catalog.regtype, 'integer'::pg_catalog.regtype, 'bigint'::pg_catalog.regtype) THEN 0
            WHEN a.atttypid = 'numeric'::pg_catalog.regtype AND a.atttypmod > 4 THEN (a.atttypmod - 4) & 65535 END AS numeric_scale,
       pg_catalog.col_description(r.oid, a.attnum) AS remarks
FROM sparkify_internal.visible_relation r
     JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
         AND (pg_catalog.pg_has_role(r.relowner, 'USAGE') OR pg_catalog.has_column_privilege(r.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES'))
     LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
     LEFT JOIN pg_catalog.pg_depend p ON a.attidentity <> '' AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.refobjid = a.attrelid
         AND p.refobjsubid = a.attnum AND p.deptype = 'i' AND p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
     LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.objid;
GRANT SELECT ON sparkify_internal.visible_column TO PUBLIC;

-- The 1 MB blocks that the columns of a table would fill, from the average width that ANALYZE found; encodings aren't counted in.
CREATE VIEW sparkify_internal.column_block AS
SELECT r.oid, r.relname, r.relpersistence, c.attnum, b.number, least(w.per_block, r.reltuples::bigint - b.number * w.per_block)::integer AS num_values
FROM sparkify_internal.visible_relation r
     JOIN pg_catalog.pg_attribute c ON c.attrelid = r.oid AND c.attnum > 0 AND NOT c.attisdropped
     JOIN pg_catalog.pg_stats s ON s.schemaname = r.nspname AND s.tablename = r.relname AND s.attname = c.attname
     CROSS JOIN LATERAL (SELECT 1048576 / greatest(1, s.avg_width) AS per_block) w
     CROSS JOIN LATERAL generate_series(0, (greatest(1, r.reltuples)::bigint - 1) / w.per_block) AS b (number)
WHERE r.relkind IN ('r', 'm') AND r.nspname NOT IN ('pg_catalog', 'information_schema');

-- The record of queries (see src/catalog/query_log.h); the caller's own, or all for pg_read_all_stats.
CREATE FUNCTION sparkify_internal.query_log(
    OUT query_id integer, OUT user_id oid, OUT transaction_id bigint, OUT session_id integer, OUT start_time timestamptz, OUT end_time timestamptz,
    OUT rows bigint, OUT failed boolean, OUT tag text, OUT query text, OUT error text, OUT label text
) RETURNS SETOF record LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'sparkify_query_log';

CREATE FUNCTION sparkify_internal.last_query_id() RETURNS integer LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'sparkify_last_query_id';
CREATE FUNCTION pg_last_query_id() RETURNS integer LANGUAGE sql VOLATILE PARALLEL RESTRICTED
RETURN greatest(sparkify_internal.last_query_id(), pg_last_copy_id(), pg_last_unload_id());
-- the same in the words of the SYS_ views (AWS: LAST_USER_QUERY_ID)
CREATE FUNCTION sparkify_functions.last_user_query_id() RETURNS integer LANGUAGE sql VOLATILE PARALLEL RESTRICTED
RETURN pg_last_query_id();

-- Queries and loads, with what kind of system table Redshift writes them to.
CREATE VIEW sparkify_internal.query WITH (security_barrier) AS
SELECT q.*,
       CASE WHEN q.tag IN ('CREATE TABLE AS', 'SELECT INTO') THEN 'CTAS'
            WHEN q.tag IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY', 'UNLOAD', 'CALL') THEN q.tag
            WHEN q.tag ~ '^(CREATE|ALTER|DROP|TRUNCATE|COMMENT)' THEN 'DDL' ELSE 'UTILITY' END AS query_type,
       CASE WHEN q.tag IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY', 'UNLOAD', 'CREATE TABLE AS', 'SELECT INTO') THEN 'QUERY'
            WHEN q.tag ~ '^(CREATE|ALTER|DROP|TRUNCATE|COMMENT)' THEN 'DDL' ELSE 'UTILITY' END AS kind
FROM (SELECT query_id, user_id, transaction_id, session_id, start_time, end_time, rows, failed, tag, query, error, label FROM sparkify_internal.query_log()
      UNION ALL
      SELECT l.query_id::integer, l.user_id, l.transaction_id, l.session_id, l.start_time, l.end_time, l.loaded_rows, l.status = 'aborted', 'COPY',
             pg_catalog.format('COPY %I FROM %L', l.table_name, l.data_source), NULL, 'default'
      FROM sparkify_internal.visible_load l
      UNION ALL
      SELECT u.query_id::integer, u.user_id, u.transaction_id, u.session_id, u.start_time, u.end_time, u.unloaded_rows, u.status = 'aborted', 'UNLOAD',
             pg_catalog.format('UNLOAD (...) TO %L', u.location), u.error_message, 'default'
      FROM sparkify_internal.visible_unload u) q;

CREATE VIEW stl_query WITH (security_barrier) AS
SELECT q.user_id::bigint::integer AS userid,
       q.query_id AS query,
       q.label::character(320) AS label,
       q.transaction_id AS xid,
       q.session_id AS pid,
       pg_catalog.current_database()::character(32) AS database,
       q.query::character(4000) AS querytxt,
       q.start_time::timestamp AS starttime,
       q.end_time::timestamp AS endtime,
       q.failed::integer AS aborted,
       0 AS insert_pristine,
       0 AS concurrency_scaling_status
FROM sparkify_internal.query q
WHERE q.kind = 'QUERY';
GRANT SELECT ON stl_query TO PUBLIC;

-- A name as it is kept: without quotes, or in lower case.
CREATE FUNCTION sparkify_internal.plain_name(written text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN left(written, 1) = '"' THEN replace(substr(written, 2, length(written) - 2), '""', '"') ELSE lower(written) END;

-- What was done to users, read from the recorded statements: a row for each user (r_STL_USERLOG).  A privilege that a statement doesn't
-- name is as the last one before it left it; CREATEUSER is what makes a superuser (r_CREATE_USER).
CREATE VIEW sparkify_internal.user_action WITH (security_barrier) AS
SELECT a.query_id, a.session_id, a.transaction_id, a.start_time,
       CASE WHEN a.new_name IS NOT NULL THEN 'rename' ELSE a.verb END AS action,
       coalesce(a.new_name, a.name) AS username,
       CASE WHEN a.new_name IS NOT NULL THEN a.name END AS oldusername,
       coalesce((max(ARRAY[a.query_id, a.createdb]) FILTER (WHERE a.createdb IS NOT NULL) OVER w)[2], 0) AS createdb,
       coalesce((max(ARRAY[a.query_id, a.super]) FILTER (WHERE a.super IS NOT NULL) OVER w)[2], 0) AS super
FROM (SELECT q.query_id, q.session_id, q.transaction_id, q.start_time, lower(m[1]) AS verb, sparkify_internal.plain_name(n[1]) AS name,
             sparkify_internal.plain_name(substring(m[3] FROM '(?i)^\s*rename\s+to\s+("(?:[^"]|"")+"|[\w$]+)')) AS new_name,
             CASE WHEN m[3] ~* '\mnocreatedb\M' THEN 0 WHEN m[3] ~* '\mcreatedb\M' THEN 1 END AS createdb,
             CASE WHEN m[3] ~* '\mnocreateuser\M' THEN 0 WHEN m[3] ~* '\mcreateuser\M' THEN 1 END AS super
      FROM sparkify_internal.query q
           CROSS JOIN LATERAL regexp_match(q.query, '^(?:\s|/\*(?:[^*]|\*(?!/))*\*/|--[^\n]*\n)*(create|alter|drop)\s+user\s+(?:if\s+exists\s+)?'
               || '((?:"(?:[^"]|"")+"|[\w$]+)(?:\s*,\s*(?:"(?:[^"]|"")+"|[\w$]+))*)(.*)$', 'i') AS m
           CROSS JOIN LATERAL regexp_matches(m[2], '"(?:[^"]|"")+"|[\w$]+', 'g') AS n
      WHERE NOT q.failed AND pg_catalog.pg_has_role(CURRENT_USER, 'pg_read_all_stats', 'USAGE')) AS a
WINDOW w AS (PARTITION BY a.name ORDER BY a.query_id);
GRANT SELECT ON sparkify_internal.user_action TO PUBLIC;

-- A query's text in pieces, line breaks as Redshift has them.
CREATE FUNCTION sparkify_internal.text_pieces(text text, size integer, OUT sequence integer, OUT piece text) RETURNS SETOF record LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT i, pg_catalog.substr(t, i * size + 1, size)
    FROM pg_catalog.replace(text, E'\n', '\n') AS t, pg_catalog.generate_series(0, (greatest(1, pg_catalog.length(t)) - 1) / size) AS i;
END;

CREATE TABLE sparkify_internal.system_view_body (name text PRIMARY KEY, body text NOT NULL);
INSERT INTO sparkify_internal.system_view_body VALUES
-- statistics and vacuums: the last of each kind; PostgreSQL keeps no others
('stl_analyze', $$SELECT current_database() AS database, oid AS table_id, 'Full' AS status, rows, 0 AS modified_rows, CASE WHEN automatic THEN 't' ELSE 'f' END AS is_auto,
    at AS starttime, at AS endtime, CASE WHEN automatic THEN 't' ELSE 'f' END AS is_background, nspname AS schema_name, relname AS table_name
    FROM sparkify_internal.maintenance WHERE kind = 'analyze'$$),
('sys_analyze_history', $$SELECT current_database() AS database_name, nspname AS schema_name, relname AS table_name, oid AS table_id,
    CASE WHEN automatic THEN 't' ELSE 'f' END AS is_automatic, 'Full' AS status, at AS start_time, at AS end_time, rows, 0 AS modified_rows
    FROM sparkify_internal.maintenance WHERE kind = 'analyze'$$),
('stl_vacuum', $$SELECT oid AS table_id, CASE WHEN automatic THEN '[VacuumBG] ' ELSE '' END || 'Finished' AS status, rows, at AS eventtime,
    pg_catalog.pg_table_size(oid) / 1048576 AS blocks, 0 AS reclaimable_rows, 0 AS is_recluster
    FROM sparkify_internal.maintenance WHERE kind = 'vacuum'$$),
('sys_vacuum_history', $$SELECT current_database() AS database_name, nspname AS schema_name, relname AS table_name, oid AS table_id, 'Delete' AS vacuum_type,
    automatic AS is_automatic, 'Completed' AS status, at AS end_time, at AS record_time
    FROM sparkify_internal.maintenance WHERE kind = 'vacuum'$$),

-- tables, columns, schemas, databases
('svv_tables', $$SELECT current_database() AS table_catalog, nspname AS table_schema, relname AS table_name,
    CASE WHEN relkind IN ('v', 'm') THEN 'VIEW' ELSE 'BASE TABLE' END AS table_type, remarks FROM sparkify_internal.visible_relation$$),
('svv_all_tables', $$SELECT current_database() AS database_name, nspname AS schema_name, relname AS table_name,
    CASE WHEN relkind IN ('v', 'm') THEN 'VIEW' ELSE 'TABLE' END AS table_type, array_to_string(relacl, '~') AS table_acl, remarks
    FROM sparkify_internal.visible_relation$$),
('svv_redshift_tables', $$SELECT current_database() AS database_name, nspname AS schema_name, relname AS table_name,
    CASE WHEN relkind IN ('v', 'm') THEN 'VIEW' ELSE 'TABLE' END AS table_type, array_to_string(relacl, '~') AS table_acl, remarks,
    pg_catalog.pg_get_userbyid(relowner) AS table_owner FROM sparkify_internal.visible_relation$$),
('svv_columns', $$SELECT current_database() AS table_catalog, nspname AS table_schema, relname AS table_name, attname AS column_name,
    attnum AS ordinal_position, column_default, is_nullable, sparkify_internal.type_name(atttypid, NULL) AS data_type, character_maximum_length,
    numeric_precision, CASE WHEN atttypid = 'numeric'::pg_catalog.regtype THEN 10 WHEN numeric_precision IS NOT NULL THEN 2 END AS numeric_precision_radix,
    numeric_scale, remarks FROM sparkify_internal.visible_column$$),
('svv_all_columns', $$SELECT current_database() AS database_name, nspname AS schema_name, relname AS table_name, attname AS column_name,
    attnum AS ordinal_position, column_default, is_nullable, sparkify_internal.type_name(atttypid, NULL) AS data_type, character_maximum_length,
    numeric_precision, numeric_scale, remarks FROM sparkify_internal.visible_column$$),
('svv_redshift_columns', $$SELECT current_database() AS database_name, nspname AS schema_name, relname AS table_name, attname AS column_name,
    c.attnum AS ordinal_position, sparkify_internal.type_name(atttypid, atttypmod) AS data_type, column_default, is_nullable,
    CASE d.encoding WHEN 'raw' THEN 'none' ELSE d.encoding END AS encoding, coalesce(d.distkey, false) AS distkey, coalesce(d.sortkey, 0) AS sortkey,
    array_to_string(attacl, '~') AS column_acl, remarks
    FROM sparkify_internal.visible_column c LEFT JOIN sparkify_internal.column_design d ON d.attrelid = c.oid AND d.attnum = c.attnum$$),
('svv_all_schemas', $$SELECT current_database() AS database_name, nspname AS schema_name, nspowner AS schema_owner, 'local' AS schema_type,
    array_to_string(nspacl, '~') AS schema_acl FROM sparkify_internal.visible_schema$$),
('svv_redshift_schemas', $$SELECT current_database() AS database_name, nspname AS schema_name, nspowner AS schema_owner, 'local' AS schema_type,
    array_to_string(nspacl, '~') AS schema_acl FROM sparkify_internal.visible_schema$$),
('svv_redshift_databases', $$SELECT datname AS database_name, datdba AS database_owner, 'local' AS database_type, array_to_string(datacl, '~') AS database_acl,
    'Snapshot Isolation' AS database_isolation_level FROM pg_catalog.pg_database WHERE NOT datistemplate AND datallowconn$$),
('stv_db_isolation_level', $$SELECT datname AS db_name, 'Snapshot Isolation' AS isolation_level FROM pg_catalog.pg_database WHERE datallowconn$$),
('svv_redshift_functions', $$SELECT current_database() AS database_name, n.nspname AS schema_name, p.proname AS function_name,
    CASE p.prokind WHEN 'p' THEN 'STORED PROCEDURE' WHEN 'a' THEN 'AGGREGATE FUNCTION' ELSE 'REGULAR FUNCTION' END AS function_type,
    pg_catalog.pg_get_function_identity_arguments(p.oid) AS argument_type, pg_catalog.format_type(p.prorettype, NULL) AS result_type
    FROM pg_catalog.pg_proc p JOIN sparkify_internal.visible_schema n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e')$$),
('pg_statistic_indicator', $$SELECT r.oid AS stairelid, r.reltuples AS stairows, s.n_mod_since_analyze AS staiins, s.n_tup_del AS staidels
    FROM sparkify_internal.visible_relation r JOIN pg_catalog.pg_stat_user_tables s ON s.relid = r.oid$$),
-- materialized views
('svv_mv_info', $$SELECT current_database() AS database_name, nspname AS schema_name, pg_catalog.pg_get_userbyid(r.relowner) AS user_name, r.relname AS name,
    CASE WHEN c.relispopulated THEN 'f' ELSE 't' END AS is_stale, 0 AS state, 'f' AS autorewrite, 'f' AS autorefresh
    FROM sparkify_internal.visible_relation r JOIN pg_catalog.pg_class c ON c.oid = r.oid WHERE r.relkind = 'm'$$),
('stv_mv_info', $$SELECT current_database() AS db_name, nspname AS schema, r.relname AS name, CASE WHEN c.relispopulated THEN 'f' ELSE 't' END AS is_stale,
    pg_catalog.pg_get_userbyid(r.relowner) AS owner_user_name, 0 AS state, 'f' AS autorewrite, 'f' AS autorefresh
    FROM sparkify_internal.visible_relation r JOIN pg_catalog.pg_class c ON c.oid = r.oid WHERE r.relkind = 'm'$$),
('svv_mv_dependency', $$SELECT DISTINCT current_database() AS database_name, r.nspname AS schema_name, r.relname AS name,
    current_database() AS dependent_database_name, o.nspname AS dependent_schema_name, o.relname AS dependent_name
    FROM sparkify_internal.visible_relation r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    JOIN sparkify_internal.visible_relation o ON o.oid = d.refobjid AND o.oid <> r.oid AND o.relkind = 'm' WHERE r.relkind = 'm'$$),
('stv_mv_deps', $$SELECT DISTINCT current_database() AS db_name, r.nspname AS schema, r.relname AS name, o.nspname AS ref_schema, o.relname AS ref_name,
    current_database() AS ref_database_name
    FROM sparkify_internal.visible_relation r JOIN pg_catalog.pg_rewrite w ON w.ev_class = r.oid
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    JOIN sparkify_internal.visible_relation o ON o.oid = d.refobjid AND o.oid <> r.oid WHERE r.relkind = 'm'$$),
-- users, roles, privileges
('svv_user_info', $$SELECT rolname AS user_name, oid AS user_id, rolcreatedb AS createdb, rolsuper AS superuser, rolsuper AS catalog_update,
    CASE rolconnlimit WHEN -1 THEN 'UNLIMITED' ELSE rolconnlimit::text END AS connection_limit, CASE WHEN rolsuper THEN 'UNRESTRICTED' ELSE 'RESTRICTED' END AS syslog_access,
    0 AS session_timeout FROM pg_catalog.pg_roles WHERE rolcanlogin AND sparkify_internal.may_see(oid)$$),
('svl_user_info', $$SELECT rolname AS usename, oid AS usesysid, rolcreatedb AS usecreatedb, rolsuper AS usesuper, rolsuper AS usecatupd,
    CASE rolconnlimit WHEN -1 THEN 'UNLIMITED' ELSE rolconnlimit::text END AS useconnlimit, CASE WHEN rolsuper THEN 'UNRESTRICTED' ELSE 'RESTRICTED' END AS syslogaccess,
    0 AS sessiontimeout FROM pg_catalog.pg_roles WHERE rolcanlogin AND sparkify_internal.may_see(oid)$$),
('svv_roles', $$SELECT oid AS role_id, rolname AS role_name, pg_catalog.pg_get_userbyid(10) AS role_owner FROM pg_catalog.pg_roles
    WHERE NOT rolcanlogin AND rolname !~ '^pg_' AND (sparkify_internal.may_see(oid) OR pg_catalog.pg_has_role(oid, 'MEMBER'))$$),
('svv_role_grants', $$SELECT m.member AS role_id, u.rolname AS role_name, m.roleid AS granted_role_id, r.rolname AS granted_role_name
    FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid JOIN pg_catalog.pg_roles u ON u.oid = m.member
    WHERE NOT u.rolcanlogin AND NOT r.rolcanlogin AND r.rolname !~ '^pg_' AND (sparkify_internal.may_see(m.member) OR pg_catalog.pg_has_role(m.roleid, 'MEMBER'))$$),
('svv_user_grants', $$SELECT m.member AS user_id, u.rolname AS user_name, m.roleid AS role_id, r.rolname AS role_name, m.admin_option
    FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid JOIN pg_catalog.pg_roles u ON u.oid = m.member
    WHERE u.rolcanlogin AND NOT r.rolcanlogin AND r.rolname !~ '^pg_' AND sparkify_internal.may_see(m.member)$$),
('svv_relation_privileges', $$SELECT r.nspname AS namespace_name, r.relname AS relation_name, p.privilege_type, p.grantee AS identity_id,
    sparkify_internal.identity_name(p.grantee) AS identity_name, sparkify_internal.identity_type(p.grantee) AS identity_type, p.is_grantable AS admin_option
    FROM sparkify_internal.visible_relation r CROSS JOIN LATERAL aclexplode(r.relacl) AS p WHERE r.nspname NOT IN ('pg_catalog', 'information_schema')$$),
('svv_column_privileges', $$SELECT c.nspname AS namespace_name, c.relname AS relation_name, c.attname AS column_name, p.privilege_type, p.grantee AS identity_id,
    sparkify_internal.identity_name(p.grantee) AS identity_name, sparkify_internal.identity_type(p.grantee) AS identity_type
    FROM sparkify_internal.visible_column c CROSS JOIN LATERAL aclexplode(c.attacl) AS p WHERE c.nspname NOT IN ('pg_catalog', 'information_schema')$$),
('svv_schema_privileges', $$SELECT s.nspname AS namespace_name, p.privilege_type, p.grantee AS identity_id, sparkify_internal.identity_name(p.grantee) AS identity_name,
    sparkify_internal.identity_type(p.grantee) AS identity_type, p.is_grantable AS admin_option, 'SCHEMA' AS privilege_scope
    FROM sparkify_internal.visible_schema s CROSS JOIN LATERAL aclexplode(s.nspacl) AS p$$),
('svv_database_privileges', $$SELECT d.datname AS database_name, p.privilege_type, p.grantee AS identity_id, sparkify_internal.identity_name(p.grantee) AS identity_name,
    sparkify_internal.identity_type(p.grantee) AS identity_type, p.is_grantable AS admin_option, 'DATABASE' AS privilege_scope
    FROM pg_catalog.pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) AS p WHERE d.datname = current_database()$$),
('svv_function_privileges', $$SELECT n.nspname AS namespace_name, f.proname AS function_name, pg_catalog.pg_get_function_identity_arguments(f.oid) AS argument_types,
    p.privilege_type, p.grantee AS identity_id, sparkify_internal.identity_name(p.grantee) AS identity_name, sparkify_internal.identity_type(p.grantee) AS identity_type,
    p.is_grantable AS admin_option
    FROM pg_catalog.pg_proc f JOIN sparkify_internal.visible_schema n ON n.oid = f.pronamespace CROSS JOIN LATERAL aclexplode(f.proacl) AS p
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = f.oid AND e.deptype = 'e')$$),
('svv_language_privileges', $$SELECT l.lanname AS language_name, p.privilege_type, p.grantee AS identity_id, sparkify_internal.identity_name(p.grantee) AS identity_name,
    sparkify_internal.identity_type(p.grantee) AS identity_type, p.is_grantable AS admin_option
    FROM pg_catalog.pg_language l CROSS JOIN LATERAL aclexplode(l.lanacl) AS p$$),
('svv_default_privileges', $$SELECT n.nspname AS schema_name, CASE d.defaclobjtype WHEN 'r' THEN 'RELATION' WHEN 'f' THEN 'FUNCTION' WHEN 'n' THEN 'SCHEMA' ELSE upper(d.defaclobjtype::text) END AS object_type,
    d.defaclrole AS owner_id, sparkify_internal.identity_name(d.defaclrole) AS owner_name, sparkify_internal.identity_type(d.defaclrole) AS owner_type, p.privilege_type,
    p.grantee AS grantee_id, sparkify_internal.identity_name(p.grantee) AS grantee_name, sparkify_internal.identity_type(p.grantee) AS grantee_type, p.is_grantable AS admin_option
    FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace CROSS JOIN LATERAL aclexplode(d.defaclacl) AS p
    WHERE sparkify_internal.may_see(d.defaclrole) OR sparkify_internal.may_see(p.grantee)$$),
-- sessions, locks, transactions, queries under way
('stv_sessions', $$SELECT backend_start AS starttime, pid AS process, usename AS user_name, datname AS db_name, 0 AS timeout_sec
    FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND sparkify_internal.may_see(usesysid)$$),
('stl_sessions', $$SELECT usesysid AS userid, backend_start AS starttime, pid AS process, usename AS user_name, datname AS db_name, 0 AS timeout_sec, 0 AS timed_out
    FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND sparkify_internal.may_see(usesysid)$$),
('sys_session_history', $$SELECT usesysid::text AS user_id, pid AS session_id, datname AS database_name, 'active' AS status, 0 AS session_timeout, backend_start AS start_time
    FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND sparkify_internal.may_see(usesysid)$$),
('stv_inflight', $$SELECT usesysid AS userid, 0 AS slice, pid AS query, 'default' AS label, backend_xid::text::bigint AS xid, pid, query_start AS starttime, query AS text,
    0 AS suspended, 0 AS insert_pristine, 0 AS concurrency_scaling_status
    FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND state = 'active' AND sparkify_internal.may_see(usesysid)$$),
('svv_query_inflight', $$SELECT usesysid AS userid, 0 AS slice, pid AS query, pid, query_start AS starttime, 0 AS suspended, query AS text, 0 AS sequence
    FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND state = 'active' AND sparkify_internal.may_see(usesysid)$$),
('svv_active_cursors', $$SELECT r.oid AS user_id, c.name AS cursor_name, pg_catalog.pg_backend_pid() AS session_id, c.creation_time AS declare_time
    FROM pg_catalog.pg_cursors c JOIN pg_catalog.pg_roles r ON r.rolname = SESSION_USER WHERE c.name <> ''$$),
('stv_active_cursors', $$SELECT r.oid AS userid, c.name, pg_catalog.pg_backend_pid() AS pid, c.creation_time AS starttime
    FROM pg_catalog.pg_cursors c JOIN pg_catalog.pg_roles r ON r.rolname = SESSION_USER WHERE c.name <> ''$$),
('stv_locks', $$SELECT l.relation AS table_id, a.usesysid AS lock_owner, l.pid AS lock_owner_pid, a.xact_start AS lock_owner_start_ts,
    CASE WHEN NOT l.granted THEN 'Waiting' WHEN l.mode ~ '^(Access|Row)Share' THEN 'Holding read lock' ELSE 'Holding write lock' END AS lock_status
    FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
    JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm') JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'redshift', 'sparkify_internal') AND sparkify_internal.may_see(a.usesysid)$$),
('svv_transactions', $$SELECT a.usename AS txn_owner, a.datname AS txn_db, a.backend_xid::text::bigint AS xid, a.pid, a.xact_start AS txn_start, l.mode AS lock_mode,
    l.locktype AS lockable_object_type, l.relation, l.granted
    FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype IN ('relation', 'transactionid') AND a.xact_start IS NOT NULL AND sparkify_internal.may_see(a.usesysid)$$),
-- storage: one node with one slice
('stv_slices', $$SELECT 0 AS node, 0 AS slice, 0 AS localslice, 'D' AS type$$),
('stv_tbl_perm', $$SELECT 0 AS slice, r.oid AS id, r.relname AS name, greatest(r.reltuples, 0) AS rows, 0 AS sorted_rows, (r.relpersistence = 't')::integer AS temp,
    (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AS db_id, 0 AS insert_pristine, 0 AS delete_pristine, d.backup::integer AS backup,
    CASE d.dist_style WHEN 'even' THEN 0 WHEN 'key' THEN 1 WHEN 'all' THEN 8 ELSE CASE d.effective_style WHEN 'all' THEN 10 ELSE 11 END END AS dist_style,
    pg_catalog.pg_table_size(r.oid) / 1048576 AS block_count
    FROM sparkify_internal.visible_relation r JOIN sparkify_internal.table_design d ON d.relid = r.oid WHERE r.nspname NOT IN ('pg_catalog', 'information_schema')$$),
('stv_blocklist', $$SELECT 0 AS slice, attnum - 1 AS col, oid AS tbl, number AS blocknum, num_values, 1 AS on_disk, 0 AS modified, 0 AS tombstone,
    (relpersistence = 't')::integer AS temporary FROM sparkify_internal.column_block$$),
('svv_diskusage', $$SELECT (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()) AS db_id, relname AS name, 0 AS slice, attnum - 1 AS col, oid AS tbl,
    number AS blocknum, num_values, 1 AS on_disk, 0 AS modified, 0 AS tombstone, (relpersistence = 't')::integer AS temporary FROM sparkify_internal.column_block$$),
-- how skewed the values are, and when they were reindexed, nobody counts here: nothing is interleaved (r_SVV_INTERLEAVED_COLUMNS)
('svv_interleaved_columns', $$SELECT r.oid AS tbl, k.attnum - 1 AS col
    FROM sparkify_internal.visible_relation r JOIN sparkify_internal.table_design d ON d.relid = r.oid
    JOIN sparkify_internal.column_design k ON k.attrelid = r.oid AND k.sortkey <> 0
    WHERE d.sort_style = 'interleaved' AND sparkify_internal.may_see(r.relowner)$$),
-- queries
('stl_querytext', $$SELECT q.user_id AS userid, q.transaction_id AS xid, q.session_id AS pid, q.query_id AS query, p.sequence, p.piece AS text,
    q.query_id AS user_query_id, 1 AS child_query_sequence
    FROM sparkify_internal.query q CROSS JOIN LATERAL sparkify_internal.text_pieces(q.query, 200) AS p WHERE q.kind = 'QUERY'$$),
('stl_ddltext', $$SELECT q.user_id AS userid, q.transaction_id AS xid, q.session_id AS pid, q.label, q.start_time AS starttime, q.end_time AS endtime,
    p.sequence, p.piece AS text FROM sparkify_internal.query q CROSS JOIN LATERAL sparkify_internal.text_pieces(q.query, 200) AS p WHERE q.kind = 'DDL'$$),
('stl_utilitytext', $$SELECT q.user_id AS userid, q.transaction_id AS xid, q.session_id AS pid, q.label, q.start_time AS starttime, q.end_time AS endtime,
    p.sequence, p.piece AS text FROM sparkify_internal.query q CROSS JOIN LATERAL sparkify_internal.text_pieces(q.query, 200) AS p WHERE q.kind = 'UTILITY'$$),
('svl_statementtext', $$SELECT q.user_id AS userid, q.transaction_id AS xid, q.session_id AS pid, q.label, q.start_time AS starttime, q.end_time AS endtime,
    p.sequence, q.kind AS type, p.piece AS text FROM sparkify_internal.query q CROSS JOIN LATERAL sparkify_internal.text_pieces(q.query, 200) AS p$$),
('svl_qlog', $$SELECT q.user_id AS userid, q.query_id AS query, q.transaction_id AS xid, q.session_id AS pid, q.start_time AS starttime, q.end_time AS endtime,
    (extract(epoch FROM q.end_time - q.start_time) * 1000000)::bigint AS elapsed, q.failed::integer AS aborted, q.label, left(q.query, 60) AS substring
    FROM sparkify_internal.query q WHERE q.kind = 'QUERY'$$),
('svl_query_queue_info', $$SELECT current_database() AS database, q.query_id AS query, q.transaction_id AS xid, q.user_id AS userid, left(q.query, 100) AS querytxt,
    q.start_time AS queue_start_time, q.start_time AS exec_start_time, 1 AS slots, 0 AS queue_elapsed,
    extract(epoch FROM q.end_time - q.start_time)::bigint AS exec_elapsed, extract(epoch FROM q.end_time - q.start_time)::bigint AS wlm_total_elapsed,
    0 AS commit_queue_elapsed, 0 AS commit_exec_time FROM sparkify_internal.query q WHERE q.kind = 'QUERY'$$),
('sys_query_history', $$SELECT q.user_id, q.query_id, q.label AS query_label, q.transaction_id, q.session_id, current_database() AS database_name, q.query_type,
    CASE WHEN q.failed THEN 'failed' WHEN q.end_time IS NULL THEN 'running' ELSE 'success' END AS status, false AS result_cache_hit, q.start_time, q.end_time,
    (extract(epoch FROM q.end_time - q.start_time) * 1000000)::bigint AS elapsed_time, 0 AS queue_time,
    (extract(epoch FROM q.end_time - q.start_time) * 1000000)::bigint AS execution_time, q.error AS error_message,
    CASE WHEN q.tag = 'SELECT' THEN q.rows ELSE 0 END AS returned_rows, q.query AS query_text, pg_catalog.pg_get_userbyid(q.user_id) AS username
    FROM sparkify_internal.query q$$),
('stl_userlog', $$SELECT r.oid AS userid, a.username, a.oldusername, a.action, a.createdb AS usecreatedb, a.super AS usesuper, a.super AS usecatupd,
    r.rolvaliduntil AS valuntil, a.session_id AS pid, a.transaction_id AS xid, a.start_time AS recordtime
    FROM sparkify_internal.user_action a LEFT JOIN pg_catalog.pg_roles r ON r.rolname = a.username$$),
('sys_userlog', $$SELECT r.oid AS user_id, a.username AS user_name, a.oldusername AS original_user_name, a.action, a.createdb AS has_create_db_privs,
    a.super AS is_superuser, a.super AS has_update_catalog_privs, r.rolvaliduntil AS password_expiration, a.session_id, a.transaction_id, a.start_time AS record_time
    FROM sparkify_internal.user_action a LEFT JOIN pg_catalog.pg_roles r ON r.rolname = a.username$$),
('sys_query_text', $$SELECT q.user_id, q.query_id, q.transaction_id, q.session_id, q.start_time, p.sequence, p.piece AS text
    FROM sparkify_internal.query q CROSS JOIN LATERAL sparkify_internal.text_pieces(q.query, 4000) AS p$$),
('svl_stored_proc_call', $$SELECT q.user_id AS userid, q.user_id AS session_userid, q.query_id AS query, q.label, q.transaction_id AS xid, q.session_id AS pid,
    current_database() AS database, q.query AS querytxt, q.start_time AS starttime, q.end_time AS endtime, q.failed::integer AS aborted
    FROM sparkify_internal.query q WHERE q.tag = 'CALL'$$),
('sys_procedure_call', $$SELECT q.user_id AS session_user_id, q.user_id AS security_user_id, q.query_id, q.query AS query_text, q.start_time, q.end_time,
    CASE WHEN q.failed THEN 'canceled' ELSE 'success' END AS status FROM sparkify_internal.query q WHERE q.tag = 'CALL'$$),
('stv_recents', $$SELECT usesysid AS userid, 'Running' AS status, query_start AS starttime,
    (extract(epoch FROM clock_timestamp() - query_start) * 1000000)::bigint::integer AS duration, usename AS user_name, datname AS db_name, query, pid
    FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND state = 'active' AND sparkify_internal.may_see(usesysid)
    UNION ALL
    SELECT q.user_id, 'Done', q.start_time, (extract(epoch FROM q.end_time - q.start_time) * 1000000)::bigint::integer,
    pg_catalog.pg_get_userbyid(q.user_id), current_database(), q.query, -1 FROM sparkify_internal.query q WHERE q.end_time > now() - interval '1 hour'$$),
-- loads
('sys_copy_replacements', $$SELECT userid AS user_id, query AS query_id, tbl AS table_id, filename AS file_name, colname AS column_name, line_number, raw_line
    FROM @extschema@.stl_replacements$$),
('stl_file_scan', $$SELECT l.user_id AS userid, l.query_id AS query, 0 AS slice, o.filename AS name, o.lines_scanned AS lines, o.bytes,
    (extract(epoch FROM o.curtime - l.start_time) * 1000000)::bigint AS loadtime, o.curtime, 0 AS is_partial, 0 AS start_offset
    FROM sparkify_internal.load_object o JOIN sparkify_internal.visible_load l USING (query_id)$$);

-- Makes the views: what a body doesn't say is NULL; without a body there are no rows.
DO $do$
DECLARE
    view record;
    given name[];
    list text;
BEGIN
    FOR view IN SELECT v.name, v.columns, b.body FROM sparkify_internal.system_view v LEFT JOIN sparkify_internal.system_view_body b USING (name) LOOP
        given := '{}';
        IF view.body IS NOT NULL THEN
            EXECUTE 'CREATE TEMP VIEW system_view_body AS ' || view.body;
            SELECT array_agg(attname) INTO given FROM pg_attribute WHERE attrelid = 'pg_temp.system_view_body'::regclass AND attnum > 0;
            DROP VIEW pg_temp.system_view_body;
        END IF;
        SELECT string_agg(format('%s::%s AS %I', CASE WHEN d[1] = ANY (given) THEN format('q.%I', d[1]) ELSE 'NULL' END,
            CASE left(d[2], 1) WHEN 'i' THEN 'integer' WHEN 'l' THEN 'bigint' WHEN 'h' THEN 'smallint' WHEN 'd' THEN 'double precision' WHEN 'b' THEN 'boolean'
                WHEN 't' THEN 'timestamp' WHEN 'e' THEN 'time' WHEN 'y' THEN 'interval' WHEN 'x' THEN 'text' WHEN 'n' THEN 'name' WHEN 'o' THEN 'oid' WHEN 'c' THEN 'character(' || substr(d[2], 2) || ')'
                WHEN 'v' THEN 'varchar(' || substr(d[2], 2) || ')' WHEN 'm' THEN 'numeric(' || replace(substr(d[2], 2), '.', ',') || ')' END, d[1]), ', ' ORDER BY i)
        INTO list
        FROM unnest(string_to_array(view.columns, ', ')) WITH ORDINALITY AS c (definition, i), string_to_array(c.definition, ' ') AS d;
        EXECUTE format('CREATE VIEW redshift.%I WITH (security_barrier) AS SELECT %s %s', view.name, list,
            CASE WHEN view.body IS NULL THEN 'WHERE false' ELSE 'FROM (' || view.body || ') AS q' END);
        EXECUTE format('GRANT SELECT ON redshift.%I TO PUBLIC', view.name);
        IF NOT given <@ (SELECT array_agg(split_part(c, ' ', 1)::name) FROM unnest(string_to_array(view.columns, ', ')) AS c) THEN
            RAISE EXCEPTION 'system view % has a body with other columns: %', view.name, given;
        END IF;
    END LOOP;
END
$do$;
DROP TABLE sparkify_internal.system_view_body;
ALTER TABLE sparkify_internal.system_view DROP COLUMN columns;
GRANT SELECT ON sparkify_internal.system_view TO PUBLIC;

-- The views over PostgreSQL's own tables that add what Redshift keeps beside them.
CREATE VIEW redshift.pg_class_info AS
SELECT c.oid AS reloid, c.relname, c.relnamespace, c.reltype, c.relowner, c.relam, c.relfilenode, c.reltablespace, c.relpages, c.reltuples, c.reltoastrelid,
       0::oid AS reltoastidxid, c.relhasindex, c.relisshared, c.relkind, c.relnatts, 0::oid AS relexternid, false AS relisreplicated, false AS relispinned,
       CASE d.dist_style WHEN 'even' THEN 0 WHEN 'key' THEN 1 WHEN 'all' THEN 8 WHEN 'auto' THEN 9 ELSE 0 END::smallint AS reldiststyle,
       0::oid AS relprojbaseid, c.relchecks, 0::smallint AS reltriggers, 0::smallint AS relukeys, 0::smallint AS relfkeys, 0::smallint AS relrefs, false AS relhasoids,
       false AS relhaspkey, c.relhasrules, c.relhassubclass, c.relacl,
       CASE d.dist_style WHEN 'even' THEN 0 WHEN 'key' THEN 1 WHEN 'all' THEN 8 WHEN 'auto' THEN CASE d.effective_style WHEN 'all' THEN 10 ELSE 11 END ELSE 0 END AS releffectivediststyle,
       NULL::timestamp AS relcreationtime
FROM pg_catalog.pg_class c LEFT JOIN sparkify_internal.table_design d ON d.relid = c.oid;

CREATE VIEW redshift.pg_attribute_info AS
SELECT a.attrelid, a.attname, a.atttypid, a.attstattarget::integer AS attstattarget, a.attlen, a.attnum, a.attndims::integer AS attndims, -1 AS attcacheoff, a.atttypmod, a.attbyval,
       a.attstorage, a.attalign, a.attnotnull, a.atthasdef, a.attisdropped, a.attislocal, a.attinhcount::integer AS attinhcount, false AS attispreloaded,
       coalesce(d.distkey, false) AS attisdistkey, coalesce(d.sortkey, 0) AS attsortkeyord,
       sparkify_internal.encoding_number(d.encoding) AS attencodingtype, 0::smallint AS attencrypttype, a.attacl
FROM pg_catalog.pg_attribute a LEFT JOIN sparkify_internal.column_design d ON d.attrelid = a.attrelid AND d.attnum = a.attnum;

-- Redshift's own functions have no names of arguments; drivers multiply these by all functions
CREATE VIEW redshift.pg_proc_info AS
SELECT p.oid AS prooid, p.proname, p.pronamespace, p.proowner, p.prolang, p.prokind = 'a' AS proisagg, p.prosecdef, p.proisstrict, p.proretset, p.provolatile,
       p.pronargs, p.prorettype, p.proargtypes,
       CASE WHEN p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'redshift'::regnamespace, 'sparkify_internal'::regnamespace)
            THEN p.proargnames END AS proargnames,
       p.prosrc, convert_to(p.probin, 'UTF8') AS probin, p.proacl, p.prokind, p.proargmodes, p.proallargtypes
FROM pg_catalog.pg_proc p;

CREATE VIEW redshift.pg_database_info AS
SELECT d.oid AS datid, d.datname, d.datdba, d.encoding, d.datistemplate, d.datallowconn, d.datacl,
       CASE d.datconnlimit WHEN -1 THEN 'UNLIMITED' ELSE d.datconnlimit::text END AS datconnlimit,
       (SELECT s.setconfig FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = d.oid AND s.setrole = 0) AS datconfig
FROM pg_catalog.pg_database d;

CREATE VIEW redshift.pg_user_info AS
SELECT r.rolname AS usename, r.oid::bigint::integer AS usesysid, r.rolcreatedb AS usecreatedb, r.rolsuper AS usesuper, r.rolsuper AS usecatupd, '********'::text AS passwd,
       r.rolvaliduntil AS valuntil, r.rolconfig AS useconfig, CASE r.rolconnlimit WHEN -1 THEN 'UNLIMITED' ELSE r.rolconnlimit::text END AS useconnlimit
FROM pg_catalog.pg_roles r
WHERE r.rolcanlogin AND sparkify_internal.may_see(r.oid);

GRANT SELECT ON redshift.pg_class_info, redshift.pg_attribute_info, redshift.pg_proc_info, redshift.pg_database_info, redshift.pg_user_info TO PUBLIC;

-- Version and settings: what says of itself that it is Redshift (VERSION, SHOW, CURRENT_SETTING, SET_CONFIG).
-- src/dialect/text/settings.c has Redshift's own settings; their values are kept as redshift.<name>.
CREATE FUNCTION sparkify_internal.settings(OUT name text, OUT value text) RETURNS SETOF record LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_settings';
CREATE FUNCTION sparkify_internal.setting_value(name text, value text) RETURNS text LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_setting_value';
CREATE FUNCTION redshift.version() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.77467';
CREATE FUNCTION redshift.current_setting(name text, missing_ok boolean) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE pg_catalog.lower(name)
    WHEN 'server_version' THEN '8.0.2'
    WHEN 'server_version_num' THEN '80002'
    WHEN 'standard_conforming_strings' THEN 'off'
    ELSE CASE WHEN sparkify_internal.setting_value(name, NULL) IS NULL THEN pg_catalog.current_setting(name, missing_ok)
              ELSE coalesce(nullif(pg_catalog.current_setting('redshift.' || name, true), ''), sparkify_internal.setting_value(name, NULL)) END
END;
CREATE FUNCTION redshift.current_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE RETURN redshift.current_setting(name, false);
CREATE FUNCTION redshift.set_config(name text, value text, is_local boolean) RETURNS text LANGUAGE sql VOLATILE
RETURN CASE WHEN sparkify_internal.setting_value(name, NULL) IS NULL THEN pg_catalog.set_config(name, value, is_local)
            ELSE pg_catalog.set_config('redshift.' || pg_catalog.lower(name), sparkify_internal.setting_value(name, value), is_local) END;

-- MAKEACLITEM of PostgreSQL 8.0: to a user or to a group.
CREATE FUNCTION redshift.makeaclitem(grantee oid, "group" oid, grantor oid, privilege text, grantable boolean) RETURNS aclitem LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.makeaclitem(CASE WHEN grantee <> 0::oid THEN grantee ELSE "group" END, grantor, privilege, grantable);
CREATE FUNCTION redshift.makeaclitem(grantee oid, grantor oid, privilege text, grantable boolean) RETURNS aclitem LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN pg_catalog.makeaclitem(grantee, grantor, privilege, grantable);

-- Keys that Redshift doesn't enforce and PostgreSQL therefore hasn't, for the catalogs below: drivers look for primary keys
-- in pg_constraint, older ones in pg_index.  The oids are above those that PostgreSQL has come to in the life of a cluster.
CREATE VIEW sparkify_internal.key_oid WITH (security_invoker) AS
SELECT (3221225472 + (k.attrelid::bigint * 64 + k.number - (k.contype = 'p')::integer + CASE k.contype WHEN 'f' THEN 32 ELSE 0 END) % 1073741824)::oid AS oid,
       k.attrelid AS relid, k.contype, k.conkey, k.name::name AS conname, k.referenced_schema, k.referenced_table, k.referenced_columns
FROM sparkify_internal.kept_key k;

-- conindid is the key itself, of a foreign key the key that it refers to.
CREATE VIEW sparkify_internal.key_constraint WITH (security_invoker) AS
SELECT k.oid, k.relid, c.relnamespace, c.relowner, k.contype, k.conkey, k.conname, coalesce(p.oid, 0::oid) AS confrelid, f.confkey,
       CASE k.contype WHEN 'f' THEN coalesce((SELECT r.oid FROM sparkify_internal.key_oid r
           WHERE r.relid = p.oid AND r.contype <> 'f' AND r.conkey @> f.confkey AND r.conkey <@ f.confkey ORDER BY r.contype LIMIT 1), 0::oid) ELSE k.oid END AS conindid,
       c.tableoid, c.ctid, c.xmin
FROM sparkify_internal.key_oid k JOIN pg_catalog.pg_class c ON c.oid = k.relid
     LEFT JOIN (pg_catalog.pg_class p JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace)
         ON k.contype = 'f' AND n.nspname = k.referenced_schema AND p.relname = k.referenced_table
     LEFT JOIN LATERAL (SELECT pg_catalog.array_agg(a.attnum ORDER BY i.i) AS confkey
                        FROM pg_catalog.unnest(k.referenced_columns) WITH ORDINALITY AS i (name, i)
                             JOIN pg_catalog.pg_attribute a ON a.attrelid = p.oid AND a.attname = i.name) AS f ON k.contype = 'f'
WHERE k.contype <> 'f' OR p.oid IS NOT NULL;
-- The index by which PostgreSQL 8.0 kept a key, and its columns: older drivers read a key's names from those.
CREATE VIEW sparkify_internal.key_index WITH (security_invoker) AS
SELECT k.oid, k.relid, k.contype, k.conkey, k.conname, c.relnamespace, c.relowner, c.tableoid, c.ctid, c.xmin
FROM sparkify_internal.key_oid k JOIN pg_catalog.pg_class c ON c.oid = k.relid WHERE k.contype <> 'f';
CREATE VIEW sparkify_internal.key_index_column WITH (security_invoker) AS
SELECT k.oid AS attrelid, i.i::smallint AS attnum, a.attname, a.atttypid, a.attlen, a.atttypmod, a.attbyval, a.attalign, a.attstorage, a.attcollation, a.tableoid, a.ctid, a.xmin
FROM sparkify_internal.key_index k CROSS JOIN LATERAL pg_catalog.unnest(k.conkey) WITH ORDINALITY AS i (attnum, i)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = k.relid AND a.attnum = i.attnum;
GRANT SELECT ON sparkify_internal.key_oid, sparkify_internal.key_index, sparkify_internal.key_index_column TO PUBLIC;
GRANT SELECT ON sparkify_internal.key_constraint TO PUBLIC;

-- Columns by their numbers, as they are written.
CREATE FUNCTION sparkify_internal.column_list(relation oid, numbers smallint[]) RETURNS text LANGUAGE sql STABLE
RETURN (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY i.i) FROM pg_catalog.unnest(numbers) WITH ORDINALITY AS i (attnum, i)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = relation AND a.attnum = i.attnum);

-- Spelled as PostgreSQL does, for drivers take it apart.
CREATE FUNCTION redshift.pg_get_constraintdef(constraint_oid oid) RETURNS text LANGUAGE sql STABLE STRICT
RETURN CASE WHEN constraint_oid < '3221225472'::oid THEN pg_catalog.pg_get_constraintdef(constraint_oid)
    ELSE (SELECT pg_catalog.format('%s (%s)', CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END, sparkify_internal.column_list(k.relid, k.conkey))
              || CASE k.contype WHEN 'f' THEN pg_catalog.format(' REFERENCES %s(%s)', k.confrelid::pg_catalog.regclass, sparkify_internal.column_list(k.confrelid, k.confkey)) ELSE '' END
          FROM sparkify_internal.key_constraint k WHERE k.oid = constraint_oid) END;
CREATE FUNCTION redshift.pg_get_constraintdef(constraint_oid oid, pretty boolean) RETURNS text LANGUAGE sql STABLE STRICT
RETURN CASE WHEN constraint_oid < '3221225472'::oid THEN pg_catalog.pg_get_constraintdef(constraint_oid, pretty) ELSE redshift.pg_get_constraintdef(constraint_oid) END;

-- psql and JDBC show the index that a key is, too.  Of a column, its name alone.
CREATE FUNCTION redshift.pg_get_indexdef(index_oid oid) RETURNS text LANGUAGE sql STABLE STRICT
RETURN CASE WHEN index_oid < '3221225472'::oid THEN pg_catalog.pg_get_indexdef(index_oid)
    ELSE (SELECT pg_catalog.format('CREATE UNIQUE INDEX %I ON %s USING btree (%s)', k.conname, k.relid::pg_catalog.regclass, sparkify_internal.column_list(k.relid, k.conkey))
          FROM sparkify_internal.key_index k WHERE k.oid = index_oid) END;
CREATE FUNCTION redshift.pg_get_indexdef(index_oid oid, "column" integer, pretty boolean) RETURNS text LANGUAGE sql STABLE STRICT
RETURN CASE WHEN index_oid < '3221225472'::oid THEN pg_catalog.pg_get_indexdef(index_oid, "column", pretty)
    WHEN "column" = 0 THEN redshift.pg_get_indexdef(index_oid)
    ELSE (SELECT sparkify_internal.column_list(k.relid, k.conkey["column":"column"]) FROM sparkify_internal.key_index k WHERE k.oid = index_oid) END;

-- What an IDENTITY column's default reads on Redshift, where it is one.
CREATE VIEW sparkify_internal.identity_default WITH (security_invoker) AS
SELECT a.attrelid, a.attnum, pg_catalog.format('"%s"(%s, %s, ''%s,%s''::text)', CASE a.attidentity WHEN 'a' THEN 'identity' ELSE 'default_identity' END,
                                               a.attrelid, a.attnum - 1, s.seqstart, s.seqincrement) AS source, d.objid, a.tableoid, a.ctid, a.xmin
FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
         AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'i'
     JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
WHERE a.attidentity <> '';
GRANT SELECT ON sparkify_internal.identity_default TO PUBLIC;

-- Views bound late: on Redshift they depend on nothing, and information_schema has none of their columns.
CREATE VIEW sparkify_internal.late_view WITH (security_invoker) AS
SELECT c.oid AS relid, n.nspname, c.relname
FROM pg_catalog.pg_seclabel l JOIN pg_catalog.pg_class c ON c.oid = l.objoid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND l.objsubid = 0 AND l.provider = 'sparkify_dwh' AND l.label LIKE 'late binding %';
GRANT SELECT ON sparkify_internal.late_view TO PUBLIC;

-- PostgreSQL's catalogs as Redshift has them: the columns that only PostgreSQL 8.0 had, and Redshift's own.  The
-- dialect leads the catalogs' names here (src/script/system_names.c).  What belongs to the extension stands in
-- pg_catalog, as it does on Redshift, and its schemas aren't there.  Each is inlined, so oid and names find their
-- indexes; a column that isn't asked for costs nothing.  A line: catalog, column, expression over c; one that the
-- catalog has is replaced only where it says so.  @own(class, oid) is whether an object is the extension's,
-- @label(relation, column) its physical design (see above): sub-selects, as functions with such aren't inlined.
DO $do$
DECLARE
    catalog record;
    list text;
    keys text;
BEGIN
    CREATE TEMP TABLE shadow (catalog text, name text, replaces boolean, expression text);
    INSERT INTO shadow VALUES
    ('pg_class', 'relnamespace', true, $$CASE WHEN c.oid >= 16384::oid AND @own(pg_class, CASE c.relkind WHEN 'i' THEN (SELECT i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid = c.oid) ELSE c.oid END)
        THEN 11::oid ELSE c.relnamespace END$$),
    ('pg_class', 'relhasindex', true, $$c.relhasindex OR (c.oid >= 16384::oid AND c.relkind = 'r' AND EXISTS (SELECT FROM sparkify_internal.key_column k WHERE k.relid = c.oid AND k.contype <> 'f'))$$),
    ('pg_class', 'relhastriggers', true, $$c.relhastriggers OR (c.oid >= 16384::oid AND c.relkind = 'r' AND EXISTS (SELECT FROM sparkify_internal.key_column k WHERE k.relid = c.oid AND k.contype = 'f'))$$),
    ('pg_class', 'reltoastidxid', false, '0::oid'),
    ('pg_class', 'relexternid', false, '0::oid'),
    ('pg_class', 'relisreplicated', false, 'false'),
    ('pg_class', 'relispinned', false, 'false'),
    ('pg_class', 'reldiststyle', false, $$CASE substring(@label(c.oid, 0) FROM 'diststyle (\w+)') WHEN 'even' THEN 0 WHEN 'key' THEN 1
        WHEN 'all' THEN 8 WHEN 'auto' THEN 9 ELSE CASE WHEN c.relkind IN ('r', 'p') AND c.oid >= 16384::oid THEN 9 ELSE 0 END END::smallint$$),
    ('pg_class', 'relprojbaseid', false, '0::oid'),
    ('pg_class', 'reltriggers', false, $$(c.oid >= 16384::oid AND c.relkind = 'r' AND EXISTS (SELECT FROM sparkify_internal.key_column k WHERE k.relid = c.oid AND k.contype = 'f'))::integer::smallint$$),
    ('pg_class', 'relukeys', false, '0::smallint'),
    ('pg_class', 'relfkeys', false, '0::smallint'),
    ('pg_class', 'relrefs', false, '0::smallint'),
    ('pg_class', 'relhasoids', false, 'false'),
    ('pg_class', 'relhaspkey', false, $$(c.relhasindex AND EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary))
        OR EXISTS (SELECT FROM sparkify_internal.key_constraint k WHERE k.relid = c.oid AND k.contype = 'p')$$),
    ('pg_attribute', 'atthasdef', true, $$c.atthasdef OR c.attidentity <> ''$$),
    ('pg_attribute', 'attcacheoff', false, '-1'),
    ('pg_attribute', 'attispreloaded', false, 'false'),
    ('pg_attribute', 'attisdistkey', false, $$c.attrelid >= 16384::oid AND coalesce(@label(c.attrelid, c.attnum) ~ '\mdistkey\M', false)$$),
    ('pg_attribute', 'attsortkeyord', false, $$CASE WHEN c.attrelid < 16384::oid OR @label(c.attrelid, c.attnum) IS NULL THEN 0
        ELSE (SELECT d.sortkey FROM sparkify_internal.column_design d WHERE d.attrelid = c.attrelid AND d.attnum = c.attnum) END$$),
    ('pg_attribute', 'attencodingtype', false, $$CASE WHEN c.attrelid < 16384::oid THEN 0::smallint
        ELSE coalesce((SELECT sparkify_internal.encoding_number(d.encoding) FROM sparkify_internal.column_design d WHERE d.attrelid = c.attrelid AND d.attnum = c.attnum), 0::smallint) END$$),
    ('pg_attribute', 'attencrypttype', false, '0::smallint'),
    ('pg_proc', 'pronamespace', true, 'CASE WHEN c.oid >= 16384::oid AND @own(pg_proc, c.oid) THEN 11::oid ELSE c.pronamespace END'),
    ('pg_proc', 'proisagg', false, $$c.prokind = 'a'$$),
    ('pg_proc', 'proiswindow', false, $$c.prokind = 'w'$$),
    ('pg_namespace', 'nspname', true, 'c.nspname'),
    ('pg_attrdef', 'adsrc', false, 'pg_catalog.pg_get_expr(c.adbin, c.adrelid)'),
    ('pg_depend', 'deptype', true, 'c.deptype'),
    ('pg_constraint', 'consrc', false, $$CASE c.contype WHEN 'c' THEN pg_catalog.pg_get_expr(c.conbin, c.conrelid) END$$),
    ('pg_index', 'indisunique', true, 'c.indisunique'),
    ('pg_trigger', 'tgisconstraint', false, 'c.tgconstraint <> 0::oid'),
    ('pg_trigger', 'tgconstrname', false, 'c.tgname'),
    ('pg_opclass', 'opcamid', false, 'c.opcmethod'),
    ('pg_tablespace', 'spclocation', false, 'pg_catalog.pg_tablespace_location(c.oid)'),
    ('pg_database', 'datlastsysoid', false, '0::oid'),
    ('pg_database', 'datvacuumxid', false, 'c.datfrozenxid'),
    ('pg_database', 'datconfig', false, '(SELECT s.setconfig FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = c.oid AND s.setrole = 0::oid)'),
    ('pg_roles', 'rolcatupdate', false, 'c.rolsuper'),
    ('pg_user', 'usecatupd', false, 'c.usesuper'),
    ('pg_stat_activity', 'procpid', false, 'c.pid'),
    ('pg_stat_activity', 'current_query', false, $$CASE WHEN c.state = 'idle' THEN '<IDLE>' WHEN c.state LIKE 'idle in%' THEN '<IDLE> in transaction' ELSE c.query END$$),
    ('pg_locks', 'transaction', false, 'c.transactionid'),
    ('pg_default_acl', 'defacluser', false, 'c.defaclrole'),
    ('pg_views', 'schemaname', true, 'c.schemaname'),
    ('pg_views', 'definition', true, $$coalesce((SELECT pg_catalog.format('CREATE VIEW %I.%I %s WITH NO SCHEMA BINDING;', n.nspname, l.relname, l.text)
        FROM sparkify_internal.late_binding_view l JOIN pg_catalog.pg_namespace n ON n.oid = l.relnamespace WHERE n.nspname = c.schemaname AND l.relname = c.viewname), c.definition)$$),
    -- a late-binding view has no columns in the catalog: PG_GET_LATE_BINDING_VIEW_COLS has them
    ('pg_class', 'relnatts', true, $$CASE WHEN c.relkind = 'v' AND @label(c.oid, 0) LIKE 'late binding %' THEN 0::smallint ELSE c.relnatts END$$),
    ('pg_tables', 'schemaname', true, 'c.schemaname');

    FOR catalog IN SELECT DISTINCT s.catalog AS name, c.oid, c.relkind FROM shadow s JOIN pg_class c ON c.oid = ('pg_catalog.' || s.catalog)::regclass LOOP
        SELECT string_agg(coalesce(s.expression, 'c.' || quote_ident(a.attname) || CASE a.atttypid WHEN 'anyarray'::regtype THEN '::text' ELSE '' END) || ' AS ' || quote_ident(a.attname), ', ' ORDER BY a.attnum)
        INTO list
        FROM pg_attribute a LEFT JOIN shadow s ON s.catalog = catalog.name AND s.name = a.attname AND s.replaces
        WHERE a.attrelid = catalog.oid AND a.attnum > 0 AND NOT a.attisdropped;

        SELECT concat_ws(', ', list, string_agg(s.expression || ' AS ' || s.name, ', '))
        INTO list
        FROM shadow s
        WHERE s.catalog = catalog.name AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = catalog.oid AND a.attname = s.name);

        -- a view may have columns with the names of system columns
        IF catalog.relkind = 'r' THEN
            list := list || ', c.tableoid, c.ctid, c.xmin';
        END IF;
        list := format('SELECT %s FROM pg_catalog.%I c %s', list, catalog.name, CASE
            WHEN catalog.name = 'pg_namespace' THEN $$WHERE c.nspname NOT IN ('redshift', 'sparkify_internal')$$
            -- from PostgreSQL 18 on NOT NULL is there, too, which Redshift has in pg_attribute only
            WHEN catalog.name = 'pg_constraint' THEN $$WHERE c.contype <> 'n'$$
            WHEN catalog.name = 'pg_depend' THEN $$WHERE c.classid <> 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                OR NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite r JOIN sparkify_internal.late_view v ON v.relid = r.ev_class WHERE r.oid = c.objid)$$
            WHEN catalog.name = 'pg_attribute' THEN $$WHERE c.attrelid < 16384::oid OR c.attrelid NOT IN (SELECT l.relid FROM sparkify_internal.late_binding_view l)$$
            -- these views stand for what they shadow
            WHEN catalog.name = 'pg_class' THEN $$WHERE c.oid < 16384::oid OR (c.relnamespace <> 'sparkify_internal'::pg_catalog.regnamespace AND (c.relnamespace <> 'redshift'::pg_catalog.regnamespace
                OR NOT EXISTS (SELECT FROM pg_catalog.pg_class b WHERE b.relname = c.relname AND b.relnamespace = 11::oid)))$$
            -- names in them are put together and looked up, which ends in an error where there is no such table in pg_catalog
            WHEN catalog.name IN ('pg_views', 'pg_tables') THEN format($$WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_class b JOIN pg_catalog.pg_namespace n ON n.oid = b.relnamespace
                WHERE b.relname = c.%s AND n.nspname = c.schemaname AND @own(pg_class, b.oid))$$, CASE catalog.name WHEN 'pg_views' THEN 'viewname' ELSE 'tablename' END) END);
        list := regexp_replace(list, '@own\((\w+), ((?:[^()]|\([^()]*\))*)\)', $$(EXISTS (SELECT FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'sparkify_dwh' WHERE d.classid = 'pg_catalog.\1'::pg_catalog.regclass AND d.objid = \2
            AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass))$$, 'g');
        list := regexp_replace(list, '@label\(([\w.]+), ([\w.]+)\)', $$(SELECT l.label FROM pg_catalog.pg_seclabel l
            WHERE l.objoid = \1 AND l.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND l.objsubid = \2 AND l.provider = 'sparkify_dwh')$$, 'g');

        -- a materialized view is one of the views, and its definition tells that it is one
        IF catalog.name = 'pg_views' THEN
            list := list || $$ UNION ALL SELECT m.schemaname, m.matviewname, m.matviewowner, format('CREATE MATERIALIZED VIEW %I.%I AS %s', m.schemaname, m.matviewname, m.definition)
                FROM pg_catalog.pg_matviews m$$;
        END IF;
        EXECUTE format('CREATE VIEW redshift.%I WITH (security_invoker) AS ', catalog.name) || list;

        -- the keys, and the defaults of IDENTITY; what isn't named here is false, 0 or NULL
        IF catalog.name IN ('pg_constraint', 'pg_index', 'pg_class', 'pg_attribute', 'pg_attrdef', 'pg_depend') THEN
            SELECT string_agg(coalesce(k.expression, CASE a.atttypid WHEN 'bool'::regtype THEN 'false' WHEN 'oid'::regtype THEN '0::oid' WHEN 'int4'::regtype THEN '0'
                WHEN 'float4'::regtype THEN '0::real' WHEN 'int2'::regtype THEN '0::smallint' WHEN '"char"'::regtype THEN $$' '::"char"$$
                ELSE 'NULL::' || format_type(a.atttypid, NULL) END), ', ' ORDER BY a.attnum)
            INTO keys
            FROM pg_attribute a LEFT JOIN (VALUES
                ('oid', 'k.oid'), ('conname', 'k.conname'), ('connamespace', 'k.relnamespace'), ('contype', 'k.contype'), ('convalidated', 'true'), ('conenforced', 'false'),
                ('conrelid', 'k.relid'), ('conislocal', 'true'), ('connoinherit', 'true'), ('conkey', 'k.conkey'), ('confrelid', 'k.confrelid'), ('confkey', 'k.confkey'),
                ('conindid', 'k.conindid'), ('classid', $$'pg_catalog.pg_constraint'::pg_catalog.regclass::oid$$), ('objid', 'k.oid'),
                ('refclassid', $$'pg_catalog.pg_class'::pg_catalog.regclass::oid$$), ('refobjid', 'k.conindid'), ('deptype', $$'n'::"char"$$),
                ('confupdtype', $$CASE k.contype WHEN 'f' THEN 'a' ELSE ' ' END::"char"$$),
                ('confdeltype', $$CASE k.contype WHEN 'f' THEN 'a' ELSE ' ' END::"char"$$), ('confmatchtype', $$CASE k.contype WHEN 'f' THEN 's' ELSE ' ' END::"char"$$),
                ('indexrelid', 'k.oid'), ('indrelid', 'k.relid'), ('indnatts', 'cardinality(k.conkey)::smallint'), ('indnkeyatts', 'cardinality(k.conkey)::smallint'),
                ('indisunique', 'true'), ('indisprimary', $$k.contype = 'p'$$), ('indimmediate', 'true'), ('indisvalid', 'true'), ('indisready', 'true'), ('indislive', 'true'),
                ('indkey', $$array_to_string(k.conkey, ' ')::int2vector$$), ('indoption', $$array_to_string(array_fill(0, ARRAY[cardinality(k.conkey)]), ' ')::int2vector$$),
                ('relname', 'k.conname'), ('relnamespace', 'k.relnamespace'), ('relowner', 'k.relowner'), ('relam', '403::oid'), ('relkind', $$'i'::"char"$$),
                ('relpersistence', $$'p'::"char"$$), ('relreplident', $$'n'::"char"$$), ('relnatts', 'cardinality(k.conkey)::smallint'), ('relispopulated', 'true'),
                ('adrelid', 'k.attrelid'), ('adnum', 'k.attnum'), ('adsrc', 'k.source'),
                ('attrelid', 'k.attrelid'), ('attnum', 'k.attnum'), ('attname', 'k.attname'), ('atttypid', 'k.atttypid'), ('attlen', 'k.attlen'), ('atttypmod', 'k.atttypmod'),
                ('attbyval', 'k.attbyval'), ('attalign', 'k.attalign'), ('attstorage', 'k.attstorage'), ('attcollation', 'k.attcollation'), ('attislocal', 'true'),
                ('attstattarget', CASE current_setting('server_version_num')::integer / 10000 WHEN 15 THEN '-1' WHEN 16 THEN '-1::smallint' ELSE 'NULL::smallint' END), ('attcacheoff', '-1'),
                ('tableoid', 'k.tableoid'), ('ctid', 'k.ctid'), ('xmin', 'k.xmin')) AS k (name, expression) ON k.name = a.attname
            WHERE a.attrelid = ('redshift.' || catalog.name)::regclass AND a.attnum > 0 AND NOT a.attisdropped;
            IF catalog.name = 'pg_attrdef' THEN
                keys := replace(keys, 'k.oid', 'k.objid');
            END IF;
            EXECUTE format('CREATE OR REPLACE VIEW redshift.%I WITH (security_invoker) AS %s UNION ALL SELECT %s FROM sparkify_internal.%s', catalog.name, list, keys,
                CASE catalog.name WHEN 'pg_attrdef' THEN 'identity_default k' WHEN 'pg_attribute' THEN 'key_index_column k' WHEN 'pg_constraint' THEN 'key_constraint k'
                WHEN 'pg_depend' THEN $$key_constraint k WHERE k.contype = 'f' AND k.conindid <> 0::oid$$
                -- primary keys alone: PostgreSQL's dialect of SQLAlchemy ends with an error where a server of this age has another index
                WHEN 'pg_index' THEN $$key_index k WHERE k.contype = 'p'$$
                ELSE 'key_index k' END);
        END IF;
        EXECUTE format('GRANT SELECT ON redshift.%I TO PUBLIC', catalog.name);
    END LOOP;
    DROP TABLE shadow;
END
$do$;

-- What Redshift keeps of tables beside their catalog, as far as scripts read it: BACKUP NO.  Not documented by AWS; the keys are those its own scripts look for.
CREATE VIEW redshift.pg_conf WITH (security_invoker) AS
SELECT pg_catalog.format('pg_class_backup_%s_%s', b.oid, d.relid)::varchar AS key, 'NO'::varchar AS value
FROM sparkify_internal.table_design d CROSS JOIN pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database() AND NOT d.backup;
GRANT SELECT ON redshift.pg_conf TO PUBLIC;

CREATE VIEW redshift.pg_settings WITH (security_invoker) AS
SELECT s.name, CASE WHEN s.name IN ('server_version', 'server_version_num', 'standard_conforming_strings') THEN redshift.current_setting(s.name) ELSE s.setting END AS setting, s.unit, s.category,
       s.short_desc, s.extra_desc, s.context, s.vartype, s.source, s.min_val, s.max_val, s.enumvals, s.boot_val, s.reset_val, s.sourcefile, s.sourceline, s.pending_restart
FROM pg_catalog.pg_settings s WHERE s.name NOT LIKE 'redshift.%'
UNION ALL
SELECT s.name, redshift.current_setting(s.name), NULL, 'Redshift', NULL, NULL, 'user', NULL,
       CASE WHEN nullif(pg_catalog.current_setting('redshift.' || s.name, true), '') IS NULL THEN 'default' ELSE 'session' END,
       NULL, NULL, NULL, s.value, s.value, NULL, NULL, false
FROM sparkify_internal.settings() s;
CREATE VIEW sparkify_internal.show_all WITH (security_invoker) AS SELECT s.name, s.setting FROM redshift.pg_settings s ORDER BY s.name;
GRANT SELECT ON redshift.pg_settings, sparkify_internal.show_all TO PUBLIC;

-- information_schema of keys and IDENTITY: the dialect leads these names here (src/script/system_names.c).  PostgreSQL's own
-- views have none of the keys above, and NOT NULL among the constraints, which Redshift has not.
CREATE VIEW sparkify_internal.shown_key WITH (security_invoker) AS
SELECT k.*, n.nspname, c.relname, CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END AS type
FROM sparkify_internal.key_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE pg_catalog.pg_has_role(c.relowner, 'USAGE') OR pg_catalog.has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER');

CREATE VIEW sparkify_internal.table_constraints WITH (security_invoker) AS
SELECT t.constraint_catalog, t.constraint_schema, t.constraint_name, t.table_catalog, t.table_schema, t.table_name, t.constraint_type, t.is_deferrable, t.initially_deferred
FROM information_schema.table_constraints t WHERE t.table_schema NOT IN ('redshift', 'sparkify_internal') AND NOT (t.constraint_type = 'CHECK' AND t.constraint_name LIKE '%\_not\_null')
UNION ALL
SELECT current_database(), k.nspname, k.conname, current_database(), k.nspname, k.relname, k.type, 'NO', 'NO' FROM sparkify_internal.shown_key k;

CREATE VIEW sparkify_internal.key_column_usage WITH (security_invoker) AS
SELECT u.constraint_catalog, u.constraint_schema, u.constraint_name, u.table_catalog, u.table_schema, u.table_name, u.column_name, u.ordinal_position,
       u.position_in_unique_constraint
FROM information_schema.key_column_usage u WHERE u.table_schema NOT IN ('redshift', 'sparkify_internal')
UNION ALL
SELECT current_database(), k.nspname, k.conname, current_database(), k.nspname, k.relname, a.attname, c.i::integer,
       (SELECT pg_catalog.array_position(r.conkey, k.confkey[c.i]) FROM sparkify_internal.key_oid r WHERE k.contype = 'f' AND r.oid = k.conindid)
FROM sparkify_internal.shown_key k CROSS JOIN LATERAL pg_catalog.unnest(k.conkey) WITH ORDINALITY AS c (attnum, i)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = k.relid AND a.attnum = c.attnum;

CREATE VIEW sparkify_internal.referential_constraints WITH (security_invoker) AS
SELECT r.constraint_catalog, r.constraint_schema, r.constraint_name, r.unique_constraint_catalog, r.unique_constraint_schema, r.unique_constraint_name,
       r.match_option, r.update_rule, r.delete_rule
FROM information_schema.referential_constraints r WHERE r.constraint_schema NOT IN ('redshift', 'sparkify_internal')
UNION ALL
SELECT current_database(), k.nspname, k.conname, CASE WHEN r.oid IS NOT NULL THEN current_database() END, n.nspname, r.conname, 'NONE', 'NO ACTION', 'NO ACTION'
FROM sparkify_internal.shown_key k
     LEFT JOIN sparkify_internal.key_constraint r ON r.oid = k.conindid
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace
WHERE k.contype = 'f';

-- what a key is of: for a foreign key the columns that it refers to
CREATE VIEW sparkify_internal.constraint_column_usage WITH (security_invoker) AS
SELECT u.table_catalog, u.table_schema, u.table_name, u.column_name, u.constraint_catalog, u.constraint_schema, u.constraint_name
FROM information_schema.constraint_column_usage u WHERE u.table_schema NOT IN ('redshift', 'sparkify_internal')
UNION ALL
SELECT current_database(), n.nspname, c.relname, a.attname, current_database(), k.nspname, k.conname
FROM sparkify_internal.shown_key k JOIN pg_catalog.pg_class c ON c.oid = CASE k.contype WHEN 'f' THEN k.confrelid ELSE k.relid END
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (CASE k.contype WHEN 'f' THEN k.confkey ELSE k.conkey END);

DO $do$
DECLARE
    list text;
BEGIN
    SELECT string_agg(CASE a.attname WHEN 'column_default' THEN 'coalesce(d.source::information_schema.character_data, c.column_default) AS column_default'
                                     ELSE 'c.' || quote_ident(a.attname) END, ', ' ORDER BY a.attnum)
    INTO list
    FROM pg_attribute a WHERE a.attrelid = 'information_schema.columns'::regclass AND a.attnum > 0;
    EXECUTE format($$CREATE VIEW sparkify_internal.columns WITH (security_invoker) AS SELECT %s FROM information_schema.columns c
        LEFT JOIN (sparkify_internal.identity_default d JOIN pg_catalog.pg_class t ON t.oid = d.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace)
            ON n.nspname = c.table_schema AND t.relname = c.table_name AND d.attnum = c.ordinal_position
        WHERE c.table_schema NOT IN ('redshift', 'sparkify_internal')
          AND NOT EXISTS (SELECT FROM sparkify_internal.late_view v WHERE v.nspname = c.table_schema AND v.relname = c.table_name)$$, list);
END
$do$;
GRANT SELECT ON sparkify_internal.shown_key, sparkify_internal.table_constraints, sparkify_internal.key_column_usage, sparkify_internal.referential_constraints,
    sparkify_internal.constraint_column_usage, sparkify_internal.columns TO PUBLIC;

-- What SHOW reads beside the system views.
CREATE FUNCTION sparkify_internal.show_view(relation regclass) RETURNS text LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT c.relkind FROM pg_class c WHERE c.oid = relation) NOT IN ('v', 'm') THEN
        RAISE EXCEPTION '"%" is not a view', relation USING ERRCODE = 'wrong_object_type';
    END IF;
    RETURN redshift.pg_get_viewdef(relation, true);
END $$;

-- Types as the lists of arguments below have them, however they are spelled.
CREATE FUNCTION sparkify_internal.type_list(types text[]) RETURNS text LANGUAGE sql STABLE
RETURN coalesce((SELECT pg_catalog.string_agg(CASE WHEN pg_catalog.lower(t) IN ('binary varying', 'varbinary', 'varbyte') THEN 'binary varying' -- no words of PostgreSQL's grammar
                                                ELSE coalesce(sparkify_internal.type_name(pg_catalog.to_regtype(t), NULL), pg_catalog.lower(t)) END, ', ' ORDER BY i)
    FROM pg_catalog.unnest(types) WITH ORDINALITY AS a (t, i)), '');

CREATE VIEW sparkify_internal.visible_routine AS
SELECT current_database()::varchar AS database_name, n.nspname::varchar AS schema_name, p.proname::varchar AS routine_name, p.oid AS routine, p.prokind AS kind,
       p.pronargs::integer AS number_of_arguments,
       coalesce((SELECT pg_catalog.string_agg(sparkify_internal.type_name(t, NULL), ', ' ORDER BY i)
                 FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, i)), '')::varchar AS argument_list,
       CASE WHEN p.prokind = 'p' THEN (SELECT pg_catalog.string_agg(sparkify_internal.type_name(t, NULL), ', ' ORDER BY i)
                                       FROM unnest(p.proallargtypes, p.proargmodes) WITH ORDINALITY AS a (t, m, i) WHERE m IN ('o', 'b'))
            ELSE sparkify_internal.type_name(p.prorettype, NULL) END::varchar AS return_type,
       pg_catalog.obj_description(p.oid, 'pg_proc')::varchar AS remarks
FROM pg_catalog.pg_proc p JOIN sparkify_internal.visible_schema n ON n.oid = p.pronamespace
-- Amazon's JDBC driver asks for the parameters of each, and knows Redshift's types alone
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = p.oid AND e.deptype = 'e');

CREATE VIEW sparkify_internal.routine_parameter AS
SELECT r.database_name, r.schema_name, r.routine_name, r.routine, r.kind, p.proargnames[i]::varchar AS parameter_name, i::integer AS ordinal_position,
       CASE coalesce(p.proargmodes[i], 'i') WHEN 'b' THEN 'INOUT' WHEN 'o' THEN 'OUT' ELSE 'IN' END::varchar AS parameter_type,
       sparkify_internal.type_name(t, NULL)::varchar AS data_type,
       CASE WHEN t IN ('varchar'::pg_catalog.regtype, 'bpchar'::pg_catalog.regtype) THEN -1 END AS character_maximum_length,
       CASE t WHEN 'smallint'::pg_catalog.regtype THEN 16 WHEN 'integer'::pg_catalog.regtype THEN 32 WHEN 'bigint'::pg_catalog.regtype THEN 64 END AS numeric_precision,
       CASE WHEN t IN ('smallint'::pg_catalog.regtype, 'integer'::pg_catalog.regtype, 'bigint'::pg_catalog.regtype) THEN 0 END AS numeric_scale,
       r.argument_list
FROM sparkify_internal.visible_routine r JOIN pg_catalog.pg_proc p ON p.oid = r.routine
     CROSS JOIN LATERAL unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS a (t, i)
UNION ALL
SELECT r.database_name, r.schema_name, r.routine_name, r.routine, r.kind, NULL, 0, 'RETURN', r.return_type,
       CASE WHEN r.return_type IN ('character varying', 'character') THEN -1 END, NULL, NULL, r.argument_list
FROM sparkify_internal.visible_routine r WHERE r.kind = 'f';

CREATE VIEW sparkify_internal.primary_key AS
SELECT current_database()::varchar AS database_name, r.nspname::varchar AS schema_name, r.relname::varchar AS table_name, c.conname::varchar AS pk_name,
       a.attname::varchar AS column_name, k.i::integer AS key_seq
FROM sparkify_internal.visible_relation r JOIN pg_catalog.pg_constraint c ON c.conrelid = r.oid AND c.contype = 'p'
     CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k (attnum, i)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.attnum
UNION ALL
SELECT current_database(), r.nspname, r.relname, k.name, c.name, c.i::integer
FROM sparkify_internal.visible_relation r JOIN sparkify_internal.kept_key k ON k.attrelid = r.oid AND k.contype = 'p'
     CROSS JOIN LATERAL unnest(k.columns) WITH ORDINALITY AS c (name, i);

CREATE VIEW sparkify_internal.foreign_key AS
SELECT current_database()::varchar AS pk_database_name, p.nspname::varchar AS pk_schema_name, p.relname::varchar AS pk_table_name, pa.attname::varchar AS pk_column_name,
       current_database()::varchar AS fk_database_name, r.nspname::varchar AS fk_schema_name, r.relname::varchar AS fk_table_name, fa.attname::varchar AS fk_column_name,
       k.i::integer AS key_seq, c.conname::varchar AS fk_name, pk.conname::varchar AS pk_name,
       NULL::integer AS update_rule, NULL::integer AS delete_rule, NULL::integer AS deferrability
FROM sparkify_internal.visible_relation r JOIN pg_catalog.pg_constraint c ON c.conrelid = r.oid AND c.contype = 'f'
     JOIN sparkify_internal.visible_relation p ON p.oid = c.confrelid
     LEFT JOIN pg_catalog.pg_constraint pk ON pk.conrelid = p.oid AND pk.contype = 'p'
     CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (f, p, i)
     JOIN pg_catalog.pg_attribute fa ON fa.attrelid = r.oid AND fa.attnum = k.f
     JOIN pg_catalog.pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = k.p
UNION ALL
SELECT current_database(), p.nspname, p.relname, c.referenced, current_database(), r.nspname, r.relname, c.name, c.i::integer, k.name,
       (SELECT pk.name FROM sparkify_internal.kept_key pk WHERE pk.attrelid = p.oid AND pk.contype = 'p'), NULL, NULL, NULL
FROM sparkify_internal.visible_relation r JOIN sparkify_internal.kept_key k ON k.attrelid = r.oid AND k.contype = 'f'
     JOIN sparkify_internal.visible_relation p ON p.nspname = k.referenced_schema AND p.relname = k.referenced_table
     CROSS JOIN LATERAL unnest(k.columns, k.referenced_columns) WITH ORDINALITY AS c (name, referenced, i);

CREATE VIEW sparkify_internal.object_grant AS
SELECT current_database()::varchar AS database_name, o.schema_name::varchar, o.object_name::varchar, o.object_type::varchar, p.privilege_type::varchar,
       p.grantee::integer AS identity_id, sparkify_internal.identity_name(p.grantee)::varchar AS identity_name,
       sparkify_internal.identity_type(p.grantee)::varchar AS identity_type, p.is_grantable AS admin_option, o.object_type::varchar AS privilege_scope,
       pg_catalog.pg_get_userbyid(p.grantor)::varchar AS grantor_name
FROM (SELECT r.nspname AS schema_name, r.relname AS object_name, 'TABLE' AS object_type, r.relacl AS acl
      FROM sparkify_internal.visible_relation r WHERE r.nspname NOT IN ('pg_catalog', 'information_schema')
      UNION ALL SELECT s.nspname, s.nspname, 'SCHEMA', s.nspacl FROM sparkify_internal.visible_schema s
      UNION ALL SELECT n.nspname, f.proname, 'FUNCTION', f.proacl
      FROM pg_catalog.pg_proc f JOIN sparkify_internal.visible_schema n ON n.oid = f.pronamespace
      WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                        WHERE e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND e.objid = f.oid AND e.deptype = 'e')
      UNION ALL SELECT NULL, NULL, 'DATABASE', d.datacl FROM pg_catalog.pg_database d WHERE d.datname = current_database()) AS o
     CROSS JOIN LATERAL aclexplode(o.acl) AS p;

CREATE VIEW sparkify_internal.column_grant AS
SELECT current_database()::varchar AS database_name, c.nspname::varchar AS schema_name, c.relname::varchar AS table_name, c.attname::varchar AS column_name,
       'COLUMN'::varchar AS object_type, p.privilege_type::varchar, p.grantee::integer AS identity_id,
       sparkify_internal.identity_name(p.grantee)::varchar AS identity_name, sparkify_internal.identity_type(p.grantee)::varchar AS identity_type,
       p.is_grantable AS admin_option, 'COLUMN'::varchar AS privilege_scope, pg_catalog.pg_get_userbyid(p.grantor)::varchar AS grantor_name
FROM sparkify_internal.visible_column c CROSS JOIN LATERAL aclexplode(c.attacl) AS p WHERE c.nspname NOT IN ('pg_catalog', 'information_schema');

-- When a table was made or changed is nowhere in PostgreSQL's catalogue.
CREATE VIEW sparkify_internal.shown_relation AS
SELECT current_database()::varchar AS database_name, r.nspname::varchar AS schema_name, r.relname::varchar AS table_name,
       CASE WHEN r.relkind IN ('v', 'm') THEN 'VIEW' ELSE 'TABLE' END::varchar AS table_type, array_to_string(r.relacl, '~')::varchar AS table_acl,
       r.remarks::varchar, pg_catalog.pg_get_userbyid(r.relowner)::varchar AS owner,
       NULL::timestamp AS last_altered_time, NULL::timestamp AS last_modified_time,
       CASE WHEN r.relkind = 'm' THEN NULL WHEN d.dist_style = 'auto' THEN pg_catalog.format('AUTO (%s)', upper(d.effective_style))
            ELSE upper(d.dist_style) END::varchar AS dist_style,
       CASE r.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'EXTERNAL TABLE'
            WHEN 'v' THEN CASE WHEN EXISTS (SELECT FROM sparkify_internal.late_view v WHERE v.relid = r.oid) THEN 'LATE BINDING VIEW' ELSE 'REGULAR VIEW' END
            ELSE 'REGULAR TABLE' END::varchar AS table_subtype
FROM sparkify_internal.visible_relation r LEFT JOIN sparkify_internal.table_design d ON d.relid = r.oid;

CREATE VIEW sparkify_internal.shown_column AS
SELECT current_database()::varchar AS database_name, c.nspname::varchar AS schema_name, c.relname::varchar AS table_name, c.attname::varchar AS column_name,
       c.attnum::integer AS ordinal_position, c.column_default::varchar, c.is_nullable::varchar, sparkify_internal.type_name(c.atttypid, NULL)::varchar AS data_type,
       c.character_maximum_length, c.numeric_precision, c.numeric_scale, c.remarks::varchar,
       CASE WHEN k.sortkey <> 0 THEN upper(d.sort_style) END::varchar AS sort_key_type, coalesce(k.sortkey, 0) AS sort_key,
       CASE WHEN k.distkey THEN 1 END AS dist_key, k.encoding::varchar,
       CASE WHEN c.atttypid IN ('varchar'::pg_catalog.regtype, 'bpchar'::pg_catalog.regtype, 'text'::pg_catalog.regtype)
            THEN coalesce((SELECT o.collname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_collation o ON o.oid = a.attcollation
                           WHERE a.attrelid = c.oid AND a.attnum = c.attnum AND o.collname = 'case_insensitive'), 'default') END::varchar AS collation
FROM sparkify_internal.visible_column c
     LEFT JOIN sparkify_internal.column_design k ON k.attrelid = c.oid AND k.attnum = c.attnum
     LEFT JOIN sparkify_internal.table_design d ON d.relid = c.oid;

GRANT SELECT ON sparkify_internal.visible_routine, sparkify_internal.routine_parameter, sparkify_internal.primary_key, sparkify_internal.foreign_key, sparkify_internal.object_grant,
    sparkify_internal.column_grant, sparkify_internal.shown_relation, sparkify_internal.shown_column TO PUBLIC;

------------------------------------------------------------------------------
-- How a cluster would run it
------------------------------------------------------------------------------

CREATE FUNCTION sparkify_internal.slice_of(value "any", slices integer) RETURNS integer LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_slice_of';

-- What one pass over a table counts (src/explain/facts/fact_aggregate.c): for each slice its rows and those of two conditions; then the
-- blocks with rows of both, and all blocks.
CREATE FUNCTION sparkify_internal.count_facts_row(state internal, slices integer, key "any", place tid, rows_a_page double precision, rows_a_block double precision,
    first boolean, second boolean) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_count_facts_row';
CREATE FUNCTION sparkify_internal.count_facts_combine(state internal, other internal) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_count_facts_combine';
CREATE FUNCTION sparkify_internal.count_facts_serialize(state internal) RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_count_facts_serialize';
CREATE FUNCTION sparkify_internal.count_facts_deserialize(sent bytea, state internal) RETURNS internal LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_count_facts_deserialize';
CREATE FUNCTION sparkify_internal.count_facts_final(state internal) RETURNS bigint[] LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_count_facts_final';
CREATE FUNCTION sparkify_internal.count_sorted_facts_row(state internal, slices integer, key "any", place tid, rows_a_page double precision, rows_a_block double precision,
    first boolean, second boolean) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_count_sorted_facts_row';
CREATE AGGREGATE sparkify_internal.count_facts(integer, "any", tid, double precision, double precision, boolean, boolean) (
    SFUNC = sparkify_internal.count_facts_row, STYPE = internal, FINALFUNC = sparkify_internal.count_facts_final, COMBINEFUNC = sparkify_internal.count_facts_combine,
    SERIALFUNC = sparkify_internal.count_facts_serialize, DESERIALFUNC = sparkify_internal.count_facts_deserialize, PARALLEL = SAFE
);
-- the blocks of a column in a table that is sorted by others, without sorting it (src/explain/facts/ordered_facts.c)
CREATE FUNCTION sparkify_internal.ordered_facts_row(state internal, slices integer, key "any", place tid, sort "any", is_whole boolean, rows_a_block integer,
    first boolean, second boolean) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_ordered_facts_row';
CREATE FUNCTION sparkify_internal.ordered_facts_combine(state internal, other internal) RETURNS internal LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_ordered_facts_combine';
CREATE FUNCTION sparkify_internal.ordered_facts_serialize(state internal) RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_ordered_facts_serialize';
CREATE FUNCTION sparkify_internal.ordered_facts_deserialize(sent bytea, state internal) RETURNS internal LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_ordered_facts_deserialize';
CREATE FUNCTION sparkify_internal.ordered_facts_final(state internal) RETURNS bigint[] LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'sparkify_ordered_facts_final';
CREATE AGGREGATE sparkify_internal.count_ordered_facts(integer, "any", tid, "any", boolean, integer, boolean, boolean) (
    SFUNC = sparkify_internal.ordered_facts_row, STYPE = internal, FINALFUNC = sparkify_internal.ordered_facts_final, COMBINEFUNC = sparkify_internal.ordered_facts_combine,
    SERIALFUNC = sparkify_internal.ordered_facts_serialize, DESERIALFUNC = sparkify_internal.ordered_facts_deserialize, PARALLEL = SAFE
);
-- where that isn't sure: the same of rows that come sorted: what workers counted of them could not be put together
CREATE AGGREGATE sparkify_internal.count_sorted_facts(integer, "any", tid, double precision, double precision, boolean, boolean) (
    SFUNC = sparkify_internal.count_sorted_facts_row, STYPE = internal, FINALFUNC = sparkify_internal.count_facts_final
);

CREATE FUNCTION sparkify_explain(query text, slices integer DEFAULT 4) RETURNS TABLE ("QUERY PLAN" text)
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sparkify_explain(text, integer) IS 'how a Redshift cluster would run a query: the plan, what moves between slices, the spread of the tables and the blocks read, counted over the rows that are here';

CREATE FUNCTION sparkify_internal.explain_plan(query text) RETURNS TABLE ("QUERY PLAN" text)
AS 'MODULE_PATHNAME', 'sparkify_explain_plan' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION sparkify_advise(
    script text, slices integer DEFAULT 4, reads integer DEFAULT 1,
    OUT table_name text, OUT statement text, OUT is_current boolean, OUT moved_rows bigint, OUT moved_bytes bigint,
    OUT blocks_read bigint, OUT blocks bigint, OUT skew real
) RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION sparkify_advise(text, integer, integer) IS 'what each other distribution and sort key of each table would move and read for the queries of a script, the best one first; reads: how often what fills no table runs';

CREATE FUNCTION sparkify_advise(
    slices integer DEFAULT 4, reads integer DEFAULT 1,
    OUT table_name text, OUT statement text, OUT is_current boolean, OUT moved_rows bigint, OUT moved_bytes bigint,
    OUT blocks_read bigint, OUT blocks bigint, OUT skew real
) RETURNS SETOF record LANGUAGE plpgsql VOLATILE STRICT AS $$
BEGIN
    RETURN QUERY
    SELECT * FROM @extschema@.sparkify_advise((SELECT pg_catalog.string_agg(d.statement, E';\n' ORDER BY d.phase, d.position)
                                              FROM @extschema@.sparkify_definition d
                                              WHERE d.phase OPERATOR(pg_catalog.=) ANY ('{transform,view}'::pg_catalog.text[])
                                                AND coalesce(d.mode, 'full') OPERATOR(pg_catalog.=) ANY ('{anew,full}'::pg_catalog.text[])), slices, reads);
END $$;
COMMENT ON FUNCTION sparkify_advise(integer, integer) IS 'the same for the definitions: their transforms, and their views as often as reads says';

------------------------------------------------------------------------------
-- Catalog: functions that clients ask
------------------------------------------------------------------------------

-- The columns of late-binding views (PG_GET_LATE_BINDING_VIEW_COLS), of those whose tables are there and which the caller may read.
CREATE FUNCTION pg_get_late_binding_view_cols() RETURNS SETOF record LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC SELECT n.nspname, l.relname, a.attname, sparkify_internal.type_name(a.atttypid, a.atttypmod)::varchar, a.attnum::integer
FROM sparkify_internal.late_binding_view l JOIN pg_catalog.pg_namespace n ON n.oid = l.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = l.relid AND a.attnum > 0
WHERE pg_catalog.has_table_privilege(l.relid, 'SELECT') ORDER BY 1, 2, 5; END;

-- The masking policy of the highest priority on a column (r_SVV_ATTACHED_MASKING_POLICY): there are none here to attach.
CREATE FUNCTION sparkify_functions.mask_get_policy_for_role_on_column(relschema text, relname text, colname text, rolename text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULL::text;
CREATE FUNCTION sparkify_functions.mask_get_policy_for_user_on_column(relschema text, relname text, colname text, username text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULL::text;

-- The columns of a table or view (PG_GET_COLS).
CREATE FUNCTION pg_get_cols(relation text) RETURNS SETOF record LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC SELECT n.nspname, c.relname, a.attname, sparkify_internal.type_name(a.atttypid, a.atttypmod)::varchar, a.attnum::integer
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE c.oid = $1::pg_catalog.regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum; END;

-- The functions that were created since.
SELECT sparkify_internal.place_functions();
DROP FUNCTION sparkify_internal.place_functions();
DROP SCHEMA sparkify_functions;
