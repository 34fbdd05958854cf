-- What analysts may rely on, over rows made to break it: each claim is checked
-- by a query that says it in another way than the transform does.
\set home :DBNAME
CREATE DATABASE warehouse_semantics;
\c warehouse_semantics
CREATE EXTENSION sparkify_dwh;
SET client_min_messages = warning;
SELECT sparkify_create_tables() > 0 AS created;

-- Songs: twins under two ids, one id twice with more and less in it, equal
-- durations of other songs, parts that are missing or empty.
INSERT INTO staging_songs (song_id, title, artist_id, artist_name, duration, year, artist_location, artist_latitude,
  artist_longitude) VALUES
    ('S1', 'Twin', 'A1', 'Ann', 100.5, 1999, 'Oslo', 1, 2),
    ('S2', 'Twin', 'A1', 'Ann', 100.5, 0, '', NULL, NULL),
    ('S0', 'Twin', 'A9', 'Ann', 100.5, NULL, NULL, NULL, NULL),
    ('S3', 'Other', 'A2', 'Bob', 100.5, 2001, NULL, 3, NULL),
    ('S4', 'Twin', 'A2', 'Bob', 100.5, 2001, NULL, NULL, 4),
    ('S5', 'Twin', 'A1', 'Ann', 100.50001, 2001, 'Oslo', NULL, NULL),
    ('S6', NULL, 'A3', 'Cat', 7, 0, 'Rome', NULL, NULL),
    ('S6', 'Full', 'A3', 'Cat', 7, 2010, NULL, 5, 6),
    ('S6', 'Full', 'A3', 'Cat', 7, 2010, NULL, 5, 6),
    ('S7', 'No artist', NULL, NULL, 8, 2010, NULL, NULL, NULL),
    ('S8', 'No duration', 'A4', 'Dan', NULL, 2010, NULL, 0, 0),
    ('S9', '', 'A5', '', 0, 0, '', NULL, NULL),
    (NULL, 'Nameless', 'A6', 'Eve', 9, 2010, 'Paris', 7, 8),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO staging_songs (song_id, title, artist_id, artist_name, duration, year, artist_location, artist_latitude,
  artist_longitude)
SELECT 'R' || i * 7919 % 211, nullif('title ' || i * 31 % 50, 'title 7'), nullif('B' || i * 17 % 40, 'B3'),
  'artist ' || i * 17 % 40,
       i * 13 % 20 + 0.25, nullif(i * 11 % 5, 3) * 500, nullif(left('place', i * 3 % 6), 'p'), nullif(i * 5 % 9, 2),
         nullif(i * 7 % 9, 4)
FROM generate_series(1, 1500) AS i;

-- Events: ties to the millisecond within and across sessions, users without a
-- play, plays without a user, song or time; before 1970, around leap days, new
-- years and midnights.
INSERT INTO staging_events (page, userId, firstName, lastName, gender, level, sessionId, itemInSession, ts, song,
  artist, length, location, userAgent) VALUES
    ('NextSong', 1, 'Old', 'Name', 'F', 'free', 1, 1, 1541121934796, 'Twin', 'Ann', 100.5, 'Oslo', 'a'),
    ('NextSong', 1, 'Old', 'Name', 'F', 'free', 1, 1, 1541121934796, 'Twin', 'Ann', 100.5, 'Oslo', 'a'),
    ('Upgrade', 1, 'New', 'Name', 'F', 'paid', 1, 2, 1541121934796, NULL, NULL, NULL, 'Oslo', 'a'),
    ('Home', 2, 'Never', 'Played', 'M', 'free', 2, 1, 1541121934797, NULL, NULL, NULL, NULL, NULL),
    ('NextSong', 3, 'Two', 'Sessions', NULL, 'paid', 4, 0, 1541121934000, 'Twin', 'Bob', 100.5, NULL, NULL),
    ('NextSong', 3, 'Two', 'Sessions', NULL, 'free', 3, 9, 1541121934000, 'Twin', 'Ann', 100.50001, NULL, NULL),
    ('NextSong', NULL, NULL, NULL, NULL, 'free', 5, 0, 0, 'Full', 'Cat', 7, NULL, NULL),
    ('NextSong', 4, NULL, NULL, NULL, NULL, NULL, NULL, -1, 'No artist', NULL, 8, NULL, NULL),
    ('NextSong', 4, NULL, NULL, NULL, NULL, NULL, NULL, 1582934399999, 'No duration', 'Dan', NULL, NULL, NULL),
    ('NextSong', 4, NULL, NULL, NULL, NULL, NULL, NULL, 1582934400000, 'Nameless', 'Eve', 9, NULL, NULL),
    ('NextSong', 4, NULL, NULL, NULL, NULL, NULL, NULL, 1609459199999, '', '', 0, NULL, NULL),
    ('NextSong', 4, 'Last', NULL, NULL, NULL, NULL, NULL, 1609459200000, NULL, NULL, NULL, NULL, NULL),
    ('NextSong', 1, 'No', 'Time', 'F', 'free', 9, 9, NULL, 'Other', 'Bob', 100.5, NULL, NULL),
    ('NextSong', 7, 'Never', 'Timed', 'F', 'free', 1, 1, NULL, 'Other', 'Bob', 100.5, NULL, NULL),
    (NULL, 5, 'No', 'Page', NULL, NULL, 1, 1, 1541121934796, 'Twin', 'Ann', 100.5, NULL, NULL),
    ('nextsong', 6, 'Other', 'Page', NULL, NULL, 1, 1, 1541121934796, 'Twin', 'Ann', 100.5, NULL, NULL);
INSERT INTO staging_events (page, userId, firstName, lastName, gender, level, sessionId, itemInSession, ts, song,
  artist, length)
SELECT CASE WHEN i * 7 % 10 < 8 THEN 'NextSong' ELSE 'Home' END, 100 + i * 7 % 37, 'first ' || i % 11, 'last ' || i % 3,
       CASE WHEN i % 2 = 0 THEN 'F' ELSE 'M' END, CASE WHEN i % 5 = 0 THEN 'paid' ELSE 'free' END, i * 13 % 19, i,
       1541000000000 + i * 9973 % 200 * 7200123, nullif('title ' || i * 3 % 60, 'title 9'), 'artist ' || i * 17 % 40, i * 13 % 20 + 0.25
FROM generate_series(1, 4000) AS i;

CREATE VIEW differences AS
-- songplays: one row for each event of page NextSong, with what the event says
SELECT 'events without their play' AS claim, count(*) AS differences FROM (
    SELECT timestamp 'epoch' + ts / 1000 * interval '1 s' + ts % 1000 * interval '1 ms' AS start_time, userId, level,
      sessionId, location, userAgent
    FROM staging_events WHERE page = 'NextSong'
    EXCEPT ALL SELECT start_time, user_id, level, session_id, location, user_agent FROM songplays) AS d
UNION ALL
SELECT 'plays beyond the events', (SELECT count(*) FROM songplays) - (SELECT count(*) FROM staging_events
  WHERE page = 'NextSong')
UNION ALL
SELECT 'plays of one event and its twins with another number of them known', count(*) FROM (
    SELECT timestamp 'epoch' + e.ts / 1000 * interval '1 s' + e.ts % 1000 * interval '1 ms', e.userId, e.sessionId, (
        SELECT min(s.song_id COLLATE "C") FROM staging_songs AS s
        WHERE s.title = e.song AND s.artist_name = e.artist AND s.duration = e.length) AS song_id
    FROM staging_events AS e WHERE e.page = 'NextSong'
    EXCEPT ALL SELECT start_time, user_id, session_id, song_id FROM songplays) AS d
UNION ALL
SELECT 'plays whose song is not of their artist', count(*) FROM songplays AS p
WHERE p.song_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM staging_songs AS s WHERE s.song_id = p.song_id AND s.artist_id IS NOT DISTINCT FROM p.artist_id)
UNION ALL
SELECT 'plays with an artist and no song', count(*) FROM songplays WHERE song_id IS NULL AND artist_id IS NOT NULL
UNION ALL
SELECT 'songplay_id twice or missing', count(*) - count(DISTINCT songplay_id) FROM songplays
-- users: those who played, as the latest of all their events has them
UNION ALL
SELECT 'users who played, and are not there or are twice', count(*) FROM (
    SELECT DISTINCT userId FROM staging_events WHERE page = 'NextSong' AND userId IS NOT NULL
    EXCEPT ALL SELECT user_id FROM users) AS d
UNION ALL
SELECT 'users beyond those', (SELECT count(*) FROM users) - (SELECT count(DISTINCT userId) FROM staging_events
  WHERE page = 'NextSong')
UNION ALL
SELECT 'users that are not as their latest event has them', count(*) FROM users AS u WHERE NOT EXISTS (
    SELECT FROM staging_events AS e
    WHERE e.userId = u.user_id AND (e.firstName, e.lastName, e.gender, e.level) IS NOT DISTINCT
      FROM (u.first_name, u.last_name, u.gender, u.level)
      AND NOT EXISTS (SELECT FROM staging_events AS later WHERE later.userId = e.userId
                      AND (later.ts > e.ts OR e.ts IS NULL AND later.ts IS NOT NULL
                        OR later.ts = e.ts AND (later.sessionId, later.itemInSession) >
                          (e.sessionId, e.itemInSession))))
-- songs and artists: one row an id, and no row of the id has more in it
UNION ALL
SELECT 'songs that are not there, are twice, or have more than one id', count(*) FROM (
    (SELECT DISTINCT song_id FROM staging_songs WHERE song_id IS NOT NULL EXCEPT ALL SELECT song_id FROM songs)
    UNION ALL (SELECT song_id FROM songs EXCEPT ALL SELECT DISTINCT song_id FROM staging_songs)) AS d
UNION ALL
SELECT 'songs that no file has like that', count(*) FROM (
    SELECT song_id, title, artist_id, year, duration FROM songs EXCEPT SELECT song_id, title, artist_id, year, duration
      FROM staging_songs) AS d
UNION ALL
SELECT 'songs of which a file knows more', count(*) FROM songs AS s JOIN staging_songs AS f USING (song_id)
WHERE num_nonnulls(nullif(f.title, ''), nullif(f.artist_id, ''), nullif(f.year, 0), nullif(f.duration, 0))
    > num_nonnulls(nullif(s.title, ''), nullif(s.artist_id, ''), nullif(s.year, 0), nullif(s.duration, 0))
UNION ALL
SELECT 'artists that are not there, or are twice', count(*) FROM (
    (SELECT DISTINCT artist_id FROM staging_songs WHERE artist_id IS NOT NULL EXCEPT ALL SELECT artist_id FROM artists)
    UNION ALL (SELECT artist_id FROM artists EXCEPT ALL SELECT DISTINCT artist_id FROM staging_songs)) AS d
UNION ALL
SELECT 'artists that no file has like that', count(*) FROM (
    SELECT artist_id, name, location, latitude, longitude FROM artists
    EXCEPT SELECT artist_id, artist_name, artist_location, artist_latitude, artist_longitude FROM staging_songs) AS d
UNION ALL
SELECT 'artists of which a file knows more', count(*) FROM artists AS a JOIN staging_songs AS f USING (artist_id)
WHERE num_nonnulls(nullif(f.artist_name, ''), nullif(f.artist_location, ''), f.artist_latitude, f.artist_longitude)
    > num_nonnulls(nullif(a.name, ''), nullif(a.location, ''), a.latitude, a.longitude)
-- time: a row for each start time, by the calendar of to_char
UNION ALL
SELECT 'start times that are not there, or are twice', count(*) FROM (
    (SELECT DISTINCT start_time FROM songplays WHERE start_time IS NOT NULL EXCEPT ALL SELECT start_time FROM time)
    UNION ALL (SELECT start_time FROM time EXCEPT ALL SELECT DISTINCT start_time FROM songplays)) AS d
UNION ALL
SELECT 'start times taken apart in another way', count(*) FROM time AS t
WHERE (t.hour, t.day, t.week, t.month, t.year) IS DISTINCT FROM (
          to_char(start_time, 'HH24')::int, to_char(start_time, 'DD')::int, to_char(start_time, 'IW')::int,
          to_char(start_time, 'MM')::int, to_char(start_time, 'YYYY')::int)
   OR t.weekday IS DISTINCT FROM (ARRAY['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday',
     'Sunday'])[to_char(start_time, 'ID')::int];

SELECT count(*) AS filled FROM sparkify_transform();
SELECT * FROM differences;
SELECT * FROM users WHERE user_id < 100 ORDER BY user_id;
SELECT * FROM songs WHERE song_id = 'S6';
SELECT * FROM time WHERE start_time < '1971-01-01' OR start_time > '2019-01-01' ORDER BY start_time;

-- the same rows again, whatever the order of the files and with or without the statistics of a load
CREATE TABLE before AS SELECT 'songplays' AS name, (p.start_time, p.user_id, p.level, p.song_id, p.artist_id,
  p.session_id, p.location, p.user_agent)::text AS contents FROM songplays AS p
UNION ALL SELECT 'users', u::text FROM users AS u UNION ALL SELECT 'songs', s::text FROM songs AS s
UNION ALL SELECT 'artists', a::text FROM artists AS a UNION ALL SELECT 'time', t::text FROM time AS t;
CREATE TABLE shuffled_events AS SELECT * FROM staging_events ORDER BY md5(staging_events::text);
CREATE TABLE shuffled_songs AS SELECT * FROM staging_songs ORDER BY md5(staging_songs::text);
DELETE FROM staging_events;
DELETE FROM staging_songs;
INSERT INTO staging_events TABLE shuffled_events;
INSERT INTO staging_songs TABLE shuffled_songs;
ANALYZE staging_events, staging_songs;
SELECT count(*) AS filled FROM sparkify_transform();
SELECT sum(differences) AS differences FROM differences;
CREATE TABLE after AS SELECT 'songplays' AS name, (p.start_time, p.user_id, p.level, p.song_id, p.artist_id,
  p.session_id, p.location, p.user_agent)::text AS contents FROM songplays AS p
UNION ALL SELECT 'users', u::text FROM users AS u UNION ALL SELECT 'songs', s::text FROM songs AS s
UNION ALL SELECT 'artists', a::text FROM artists AS a UNION ALL SELECT 'time', t::text FROM time AS t;
SELECT * FROM ((TABLE before EXCEPT ALL TABLE after) UNION ALL (TABLE after EXCEPT ALL TABLE before)) AS d;

-- nothing staged: empty tables
DELETE FROM staging_events;
DELETE FROM staging_songs;
SELECT table_name, rows FROM sparkify_transform();

\c :home
DROP DATABASE warehouse_semantics;
