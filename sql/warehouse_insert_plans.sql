-- INSERT ... SELECT of a script writes where the rows are made: the rows that PostgreSQL's own plan gives, whatever
-- they hold.
\set home :DBNAME
CREATE DATABASE warehouse_insert_plans;
\c warehouse_insert_plans
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
-- whose duplicates are told by the same rules
SET sparkify_dwh.varchar_rules = redshift;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
-- every statement is a long one
SET cpu_tuple_cost = 10;
SET jit = off;
-- NULLs, ties, duplicates, values at the borders, compressed ones and such as need TOAST
CREATE TABLE plays AS
SELECT g AS id,
    CASE WHEN g % 7 <> 0 THEN g % 500 END AS listener,
    CASE WHEN g % 11 <> 0 THEN 'song ' || g % 300 END AS song,
    CASE WHEN g % 13 <> 0 THEN (g % 50)::float8 / 10 END AS length,
    CASE g % 5 WHEN 0 THEN 'Home' WHEN 1 THEN '' WHEN 2 THEN NULL ELSE 'NextSong' END AS page,
    CASE WHEN g % 17 <> 0 THEN 1541000000000 + (g / 3) * 997::bigint END AS ts,
    CASE WHEN g % 1000 = 1 THEN repeat('wide and flat ', 300)
      WHEN g % 5000 = 2 THEN (SELECT string_agg(md5((g * 1000 + n)::text), '') FROM generate_series(1, 300) AS n)
        ELSE repeat('x', g % 40) END AS agent
FROM generate_series(1, 16000) AS g;
INSERT INTO plays SELECT * FROM plays WHERE id % 4 = 0;
INSERT INTO plays VALUES (NULL, NULL, NULL, 'NaN', 'NextSong', NULL, NULL), (2147483647, -2147483648, '', '-Infinity', ' ', 0, '');
CREATE TABLE songs AS
SELECT 'S' || g AS song_id, CASE WHEN g % 19 <> 0 THEN 'song ' || g % 200 END AS title,
  (g % 60)::float8 / 10 AS duration, 'A' || g % 40 AS artist_id
FROM generate_series(1, 1000) AS g;
ANALYZE plays;
ANALYZE songs;
-- Fills one table by the script and one by PostgreSQL's INSERT, logged and not; says what differs.
CREATE FUNCTION same(columns text, query text) RETURNS TABLE (kind text, rows bigint, missing bigint, too_many bigint)
  LANGUAGE plpgsql AS $$
BEGIN
    FOREACH kind IN ARRAY ARRAY['TABLE', 'UNLOGGED TABLE'] LOOP
        EXECUTE format('CREATE %s ours (%s); CREATE %1$s theirs (%2$s)', kind, columns);
        PERFORM sparkify_execute('INSERT INTO ours ' || query);
        EXECUTE 'INSERT INTO theirs ' || query;
        SELECT count(*) INTO rows FROM ours;
        SELECT count(*) INTO missing FROM (SELECT * FROM theirs EXCEPT ALL SELECT * FROM ours) AS m;
        SELECT count(*) INTO too_many FROM (SELECT * FROM ours EXCEPT ALL SELECT * FROM theirs) AS m;
        RETURN NEXT;
        DROP TABLE ours, theirs;
    END LOOP;
END $$;
-- a scan, wide rows and dropped and defaulted columns included
SELECT * FROM same('id int, listener int, song varchar(40), length float8, page text, ts bigint, agent text, more int DEFAULT 7', 'SELECT * FROM plays');
SELECT * FROM same('a int', 'SELECT id FROM plays WHERE id % 1000 = 5');
SELECT * FROM same('a int', 'SELECT id FROM plays WHERE id < 0');
-- joins, with and without a match, and with keys that have ties
SELECT * FROM same('id int, song_id varchar(10), artist_id varchar(10), agent text',
    'SELECT p.id, s.song_id, s.artist_id, p.agent FROM plays AS p LEFT JOIN (SELECT title, duration, MIN(song_id) AS song_id, MIN(artist_id) AS artist_id FROM songs GROUP BY title, duration) AS s ON p.song = s.title AND p.length = s.duration WHERE p.page = ''NextSong''');
SELECT * FROM same('a int, b varchar(10)', 'SELECT p.id, s.song_id FROM plays AS p INNER JOIN songs AS s ON p.song = s.title WHERE p.id < 8000');
-- groups, distinct rows, windows, sorts
SELECT * FROM same('a int, b bigint, c bigint, d text', 'SELECT listener, COUNT(*), MAX(ts), MIN(page) FROM plays GROUP BY listener HAVING COUNT(*) > 1');
SELECT * FROM same('a timestamp, b int', 'SELECT t, EXTRACT(hour FROM t) FROM (SELECT DISTINCT TIMESTAMP ''epoch'' + ts * INTERVAL ''0.001 second'' AS t FROM plays WHERE ts IS NOT NULL) AS d ORDER BY t');
SELECT * FROM same('a int, b int, c text', 'SELECT listener, id, song FROM (SELECT listener, id, song, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY ts DESC, id, song) AS place FROM plays) AS r WHERE place = 1');
SELECT * FROM same('a int, b text', 'SELECT id, page FROM plays UNION ALL SELECT id, song FROM plays');
SELECT * FROM same('a int, b text', 'SELECT id, page FROM plays UNION SELECT id, song FROM plays');
SELECT * FROM same('a int', 'SELECT id FROM plays ORDER BY id, ts LIMIT 15000');
SELECT * FROM same('a int, b text', 'WITH few AS (SELECT listener, MAX(id) AS id FROM plays GROUP BY listener) SELECT p.id, p.agent FROM plays AS p WHERE p.id IN (SELECT id FROM few) OR p.listener = (SELECT MAX(listener) FROM few)');
-- the order that the SELECT asks for is the table's
CREATE TABLE sorted (id int, ts bigint);
SELECT rows FROM sparkify_execute('INSERT INTO sorted SELECT id, ts FROM plays ORDER BY ts, id');
SELECT count(*) FROM (SELECT (ts, id) < lag((ts, id)) OVER (ORDER BY ctid) AS back FROM sorted
  WHERE ts IS NOT NULL) AS s WHERE back;
-- every row its own IDENTITY, in all processes together, in both directions
CREATE TABLE counted (id bigint GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 3), a int, gone text, b text);
ALTER TABLE counted DROP COLUMN gone;
SELECT rows FROM sparkify_execute('INSERT INTO counted (a, b) SELECT id, song FROM plays');
SELECT count(*), count(DISTINCT id), min(id), (max(id) - 5) / 3 + 1 AS values FROM counted;
INSERT INTO counted (a) VALUES (-1) RETURNING id = (SELECT max(id) + 3 FROM counted) AS goes_on;
CREATE TABLE downwards (id int GENERATED ALWAYS AS IDENTITY (START -1 INCREMENT -1), a int);
SELECT rows FROM sparkify_execute('INSERT INTO downwards (a) SELECT id FROM plays');
SELECT count(DISTINCT id), max(id), min(id) FROM downwards;
CREATE TABLE short (id smallint GENERATED ALWAYS AS IDENTITY (START 20000), a int);
SELECT rows FROM sparkify_execute('INSERT INTO short (a) SELECT id FROM plays');
SELECT count(*) FROM short;
-- what a table demands: said as ever, wherever the row was made
CREATE TABLE demanding (id int NOT NULL, song text NOT NULL);
SELECT rows FROM sparkify_execute('INSERT INTO demanding SELECT id, song FROM plays WHERE song IS NOT NULL OR id = 15994');
SELECT rows FROM sparkify_execute('INSERT INTO demanding SELECT id, song FROM plays WHERE song IS NOT NULL AND id IS NOT NULL');
SELECT count(*) FROM demanding;
-- a table may be read while it is filled, twice in a transaction, and what a savepoint takes back is gone
BEGIN;
SELECT rows FROM sparkify_execute('INSERT INTO demanding SELECT id + 100000, song FROM demanding WHERE id < 100000');
SAVEPOINT s;
SELECT rows FROM sparkify_execute('INSERT INTO demanding SELECT id + 200000, song FROM demanding WHERE id < 300000');
SELECT count(*), count(DISTINCT ctid) FROM demanding;
ROLLBACK TO s;
SELECT count(*) FROM demanding;
SELECT rows FROM sparkify_execute('INSERT INTO demanding SELECT id + 200000, song FROM demanding WHERE id < 8000');
COMMIT;
SELECT count(*), count(*) FILTER (WHERE id > 100000), count(*) FILTER (WHERE id > 200000) FROM demanding;
-- free space is filled before the table grows, so that a table that is emptied and filled again stays as large as it is
DELETE FROM demanding;
VACUUM (TRUNCATE off) demanding;
SELECT pg_relation_size('demanding') AS before \gset
SELECT rows FROM sparkify_execute('INSERT INTO demanding SELECT id, song FROM plays WHERE song IS NOT NULL AND id IS NOT NULL');
SELECT pg_relation_size('demanding') = :before AS as_large;
-- under SERIALIZABLE, and into a temporary table, which only its session can write
CREATE TEMPORARY TABLE passing (a int, b text);
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT rows FROM sparkify_execute('INSERT INTO demanding SELECT id, song FROM demanding; INSERT INTO passing SELECT id, song FROM plays');
SELECT count(*) FROM passing;
COMMIT;
\c :home
DROP DATABASE warehouse_insert_plans;
