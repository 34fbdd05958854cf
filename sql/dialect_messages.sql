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
-- in each clause, and in what changes rows
SELECT line, message FROM sparkify_check($$SELECT CASE WHEN a1 > 1 THEN 1 END, SUM(user_id) OVER (PARTITION BY a2) FROM staging_events WHERE page IN (SELECT a3 FROM songs);
SELECT e.page FROM staging_events e JOIN songs s ON s.artist_id = b1 GROUP BY e.page, b2 HAVING MAX(b3) > 1 ORDER BY b4;
SELECT page FROM staging_events QUALIFY ROW_NUMBER() OVER (ORDER BY c1) = c2;
INSERT INTO songs (artist_id) SELECT d1 FROM staging_events;
UPDATE songs SET artist_id = e1 + 1 FROM staging_events WHERE user_id = artist_id AND e2 = 1;
UPDATE songs SET artist_id = 1 WHERE EXISTS (SELECT 1 FROM staging_events WHERE user_id = e3);
DELETE FROM songs USING staging_events WHERE f1 = user_id;
MERGE INTO songs USING staging_events ON song_id = g1 WHEN MATCHED THEN UPDATE SET artist_id = g2 WHEN NOT MATCHED THEN INSERT VALUES ('x', g3);
EXPLAIN SELECT h1 FROM songs; DECLARE c CURSOR FOR SELECT h2 FROM songs; SELECT h3 INTO #songs FROM songs$$);
SELECT line, message FROM sparkify_check('CREATE VIEW v AS SELECT i1 FROM songs');
SELECT count(*) FROM sparkify_execute('UPDATE songs SET artist_id = 1 WHERE userid = 2');
SELECT count(*) FROM sparkify_execute('DELETE FROM songs WHERE song_id = "x"');
-- what isn't known isn't judged: aliases, other queries' columns, what the script makes first
SELECT statement, rule FROM sparkify_check($$SELECT page AS p, count(*) FROM staging_events WHERE p <> 'x' GROUP BY p ORDER BY count;
SELECT DATEDIFF(day, SYSDATE, SYSDATE), staging_events FROM staging_events;
WITH songs AS (SELECT 1 AS title) SELECT title FROM songs;
SELECT page FROM staging_events e WHERE EXISTS (SELECT 1 FROM songs WHERE artist_id = user_id);
SELECT a FROM staging_events AS e (a, b); SELECT x FROM nowhere; SELECT level FROM (SELECT 1) q;
UPDATE songs SET artist_id = 1 WHERE EXISTS (SELECT 1 FROM staging_events WHERE user_id = artist_id);
SELECT count(*), page::char(3), s.v.city FROM staging_events, super_songs s GROUP BY page, city ORDER BY count, bpchar;
UPDATE songs s SET artist_id = s.artist_id FROM (SELECT 1 AS n) q WHERE n = s.artist_id; DELETE FROM nowhere WHERE x = 1;
SELECT (artist_id AS a) + 1 AS b, a * 2 FROM songs;
ALTER TABLE songs ADD COLUMN year int; SELECT year FROM songs$$);
SELECT count(*) FROM sparkify_check('CREATE VIEW v AS SELECT later FROM dialect_messages.songs WITH NO SCHEMA BINDING');

-- a near miss of an option, a URL without quotes
SELECT sparkify_translate($$COPY songs FROM 's3://b/x' IAM_ROLE DEFAULT TRUNCATECOLUMN$$);
SELECT sparkify_translate($$COPY songs FROM 's3://b/x' IAM_ROLE DEFAULT COMPUPDAT OFF$$);
SELECT sparkify_translate($$COPY songs FROM 's3://b/x' WITH (maxerrors 10)$$);
SELECT sparkify_translate($$COPY songs FROM 's3://b/x' IAM_ROLE DEFAULT FASTER$$);
SELECT sparkify_translate($$UNLOAD ('SELECT 1') TO 's3://b/x' IAM_ROLE DEFAULT PARALELL OFF$$);
SELECT sparkify_translate($$COPY songs FROM s3://b/x IAM_ROLE DEFAULT$$);
-- what is no URL at all
SELECT sparkify_translate($$COPY songs FROM 'songs.csv' IAM_ROLE DEFAULT CSV$$);
SELECT sparkify_translate($$COPY songs FROM '' WITH CREDENTIALS ''$$);
SELECT sparkify_translate($$UNLOAD ('SELECT 1') TO 'songs/' IAM_ROLE DEFAULT$$);
SELECT sparkify_translate($$COPY songs FROM '/srv/songs.csv' WITH (FORMAT csv)$$);

-- of a long script the statement is shown, with the place in it
\set VERBOSITY default
SELECT count(*) FROM sparkify_execute(repeat(E'SELECT 1; -- don''t\n', 60) || E'SELECT ''a;b'' FROM\n  COPY WHERE; SELECT 2');
SELECT count(*) FROM sparkify_execute(repeat(E'SELECT 1; -- a line of a long script\n', 40) || E'CREATE TABLE x (\n  i DECIMAL(40, 2); SELECT 2');
SELECT count(*) FROM sparkify_execute(repeat(E'SELECT 1; -- a line of a long script\n', 40) || E'COPY songs FROM ''s3://b/x'' IAM_ROLE DEFAULT FASTER; SELECT 2');
SELECT count(*) FROM sparkify_execute(repeat(E'SELECT 1; -- a line of a long script\n', 40) || E'SELECT ST_Point(1, 2); SELECT 2');
SELECT count(*) FROM sparkify_execute(repeat(E'SELECT 1; -- a line of a long script\n', 40) || E'SELECT ''a string without end; SELECT 2');
SELECT count(*) FROM sparkify_execute(repeat(E'SELECT 1; -- a line of a long script\n', 40) || E'SELECT NOW() FROM songs; SELECT 2');
SELECT count(*) FROM sparkify_execute(repeat(E'SELECT 1; -- a line of a long script\n', 40) || E'SELECT\n  song_id + nothing.x FROM songs; SELECT 2');

-- rows, and ANY and ALL of a query: compared as single values are
SELECT redshift.rewrite($$SELECT count(*) FROM songs WHERE (song_id, artist_id) = (artist_id, song_id)$$) \gexec
SELECT redshift.rewrite($$SELECT count(*) FROM songs WHERE artist_id = ANY (SELECT song_id FROM songs) OR song_id <> ALL (SELECT artist_id FROM songs)$$) \gexec

DROP SCHEMA dialect_messages CASCADE;
