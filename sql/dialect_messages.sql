-- Messages: what is wrong in Redshift's words, and what to write instead.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
CREATE SCHEMA dialect_messages;
SET search_path = dialect_messages, public;
CREATE TABLE staging_events (user_id int, page varchar(20), "Level" int);
CREATE TABLE songs (song_id varchar(20), artist_id int);

-- a column that none of the tables has; a name where a string was meant
SELECT count(*) FROM sparkify_execute('SELECT userid FROM staging_events');
SELECT count(*) FROM sparkify_execute('SELECT s.song_id, title FROM staging_events e JOIN songs s ON e.user_id = s.artist_id');
SELECT count(*) FROM sparkify_execute('SELECT page FROM staging_events WHERE page = "NextSong"');
-- what isn't known isn't judged: aliases, other queries' columns, what the script makes first
SELECT statement, rule FROM sparkify_check($$SELECT page AS p, count(*) FROM staging_events WHERE p <> 'x' GROUP BY p ORDER BY count;
SELECT DATEDIFF(day, SYSDATE, SYSDATE), staging_events FROM staging_events;
WITH songs AS (SELECT 1 AS title) SELECT title FROM songs;
SELECT page FROM staging_events e WHERE EXISTS (SELECT 1 FROM songs WHERE artist_id = user_id);
SELECT a FROM staging_events AS e (a, b); SELECT x FROM nowhere; SELECT level FROM (SELECT 1) q;
UPDATE songs SET artist_id = 1 WHERE EXISTS (SELECT 1 FROM staging_events WHERE user_id = artist_id);
ALTER TABLE songs ADD COLUMN year int; SELECT year FROM songs$$);

-- a near miss of an option, a URL without quotes
SELECT sparkify_translate($$COPY songs FROM 's3://b/x' IAM_ROLE DEFAULT TRUNCATECOLUMN$$);
SELECT sparkify_translate($$COPY songs FROM 's3://b/x' IAM_ROLE DEFAULT COMPUPDAT OFF$$);
SELECT sparkify_translate($$COPY songs FROM 's3://b/x' WITH (maxerrors 10)$$);
SELECT sparkify_translate($$COPY songs FROM 's3://b/x' IAM_ROLE DEFAULT FASTER$$);
SELECT sparkify_translate($$UNLOAD ('SELECT 1') TO 's3://b/x' IAM_ROLE DEFAULT PARALELL OFF$$);
SELECT sparkify_translate($$COPY songs FROM s3://b/x IAM_ROLE DEFAULT$$);

-- of a long script the statement is shown, with the place in it
\set VERBOSITY default
SELECT count(*) FROM sparkify_execute(repeat(E'SELECT 1; -- a line of a long script\n', 40) || E'SELECT\n  song_id + nothing.x FROM songs; SELECT 2');

-- rows, and ANY and ALL of a query: compared as single values are
SELECT redshift.rewrite($$SELECT count(*) FROM songs WHERE (song_id, artist_id) = (artist_id, song_id)$$) \gexec
SELECT redshift.rewrite($$SELECT count(*) FROM songs WHERE artist_id = ANY (SELECT song_id FROM songs) OR song_id <> ALL (SELECT artist_id FROM songs)$$) \gexec

DROP SCHEMA dialect_messages CASCADE;
