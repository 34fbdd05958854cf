SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- VARCHAR: trailing blanks don't count in comparisons, joins, groups and orders, but stay in the values; lengths are bytes (AWS: r_Character_types).
\set ECHO all
\set VERBOSITY terse
CREATE TABLE plays (artist varchar(10), n integer);
CREATE TABLE artists (artist varchar(10), id integer);
CREATE TABLE answers (what text, got text);
INSERT INTO plays VALUES ('Abba', 1), ('Abba ', 2), ('Cher', 3), ('Cher   ', 4), (NULL, 5);
INSERT INTO artists VALUES ('Abba  ', 1), ('Cher', 2), ('Cher ', 3), (' Cher', 4);
-- in a script, whatever the way: none names an operator where GROUP BY, UNION and the like don't
SELECT count(*) FROM sparkify_execute($$
INSERT INTO answers SELECT 'join: 6', COUNT(*) FROM plays AS p JOIN artists AS a ON p.artist = a.artist;
INSERT INTO answers SELECT 'using: 6', COUNT(*) FROM plays JOIN artists USING (artist);
INSERT INTO answers SELECT 'group: 3', COUNT(*) FROM (SELECT artist FROM plays GROUP BY artist);
INSERT INTO answers SELECT 'distinct: 3', COUNT(*) FROM (SELECT DISTINCT artist FROM plays);
INSERT INTO answers SELECT 'count distinct: 2', COUNT(DISTINCT artist) FROM plays;
INSERT INTO answers SELECT 'in a query: 2', COUNT(*) FROM plays WHERE artist IN (SELECT artist FROM artists WHERE id = 1);
INSERT INTO answers SELECT 'not in a query: 2', COUNT(*) FROM plays WHERE artist NOT IN (SELECT artist FROM artists WHERE id = 1);
INSERT INTO answers SELECT 'in a list: 2', COUNT(*) FROM plays WHERE artist IN ('Abba', 'x');
INSERT INTO answers SELECT 'in a long list: 2', COUNT(*) FROM plays WHERE artist IN ('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'Cher');
INSERT INTO answers SELECT 'union: 4', COUNT(*) FROM (SELECT artist FROM plays UNION SELECT artist FROM artists);
INSERT INTO answers SELECT 'except: 1', COUNT(*) FROM (SELECT artist FROM plays EXCEPT SELECT artist FROM artists);
INSERT INTO answers SELECT 'intersect: 2', COUNT(*) FROM (SELECT artist FROM plays INTERSECT SELECT artist FROM artists);
INSERT INTO answers SELECT 'window: 2', MAX(c) FROM (SELECT COUNT(*) OVER (PARTITION BY artist) AS c FROM plays);
INSERT INTO answers SELECT 'rank: 1, 3, 5', LISTAGG(DISTINCT r, ', ') WITHIN GROUP (ORDER BY r) FROM (SELECT RANK() OVER (ORDER BY artist) AS r FROM plays);
INSERT INTO answers SELECT 'order: 2, 1, 4, 3', LISTAGG(n, ', ') WITHIN GROUP (ORDER BY artist, n DESC) FROM plays WHERE n < 5;
INSERT INTO answers SELECT 'row: 6', COUNT(*) FROM plays AS p, artists AS a WHERE (p.artist, 1) = (a.artist, 1);
INSERT INTO answers SELECT 'rows in order: 2', COUNT(*) FROM plays WHERE (artist, n) < ('Abba', 3);
INSERT INTO answers SELECT 'less: 0 and 2', SUM(CASE WHEN artist < 'Abba' THEN 1 ELSE 0 END) || ' and ' || SUM(CASE WHEN artist <= 'Abba' THEN 1 ELSE 0 END) FROM plays;
INSERT INTO answers SELECT 'other than: 2', COUNT(*) FROM plays WHERE artist <> 'Cher';
INSERT INTO answers SELECT 'nullif: 2', COUNT(NULLIF(artist, 'Abba')) FROM plays;
INSERT INTO answers SELECT 'case and decode: 2 and 2', COUNT(CASE artist WHEN 'Cher' THEN 1 END) || ' and ' || COUNT(DECODE(artist, 'Cher', 1)) FROM plays;
INSERT INTO answers SELECT 'any: 4', COUNT(*) FROM plays WHERE artist = ANY (SELECT artist FROM artists);
INSERT INTO answers SELECT 'correlated: 4', COUNT(*) FROM plays AS p WHERE EXISTS (SELECT 1 FROM artists AS a WHERE a.artist = p.artist);
INSERT INTO answers SELECT 'literals: 1', COUNT(*) FROM plays WHERE 'a' = 'a  ' AND n = 1;
INSERT INTO answers SELECT 'length stays: 20', SUM(LEN(artist)) FROM plays;
INSERT INTO answers SELECT 'LIKE counts them: 1', COUNT(*) FROM plays WHERE artist LIKE 'Abba';
$$);
SELECT * FROM answers WHERE split_part(what, ': ', 2) <> got;
SELECT count(*) FROM answers;
-- DELETE, UPDATE and MERGE find their rows so, too
SELECT count(*) FROM sparkify_execute($$
UPDATE plays SET n = n + 10 WHERE artist = 'Abba';
DELETE FROM plays WHERE artist IN ('Cher');
MERGE INTO plays USING artists ON plays.artist = artists.artist AND artists.id = 1 WHEN MATCHED THEN UPDATE SET n = plays.n + 100 WHEN NOT MATCHED THEN INSERT VALUES ('new', 0);
$$);
SELECT n, artist || '|' AS artist FROM plays ORDER BY n;
-- elsewhere the rules are PostgreSQL's unless they are asked for; a view follows whoever reads it, and its text is as it was
CREATE VIEW abba AS SELECT artist, count(*) FROM plays WHERE artist = 'Abba' GROUP BY artist;
SELECT count FROM abba;
SET sparkify_dwh.varchar_rules = redshift;
SELECT count FROM abba;
SELECT pg_get_viewdef('abba') LIKE '%= ''Abba''::text%' AS as_it_was;
SELECT count(*) FROM plays WHERE artist COLLATE "C" = 'Abba' COLLATE "C";
-- joins hash, merge and sort as they do
EXPLAIN (COSTS OFF) SELECT * FROM plays JOIN artists USING (artist);
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT * FROM plays JOIN artists USING (artist);
RESET enable_mergejoin;
-- an ordinary index serves where texts are in the order of their bytes, one of redshift.varchar_ops everywhere
CREATE TABLE indexed AS SELECT ('song ' || i / 2 || repeat(' ', i % 2 * 3))::varchar(20) COLLATE "C" AS song, i FROM generate_series(1, 10000) AS i;
ALTER TABLE indexed ALTER song TYPE varchar(20) COLLATE "C";
CREATE INDEX indexed_song ON indexed (song);
ANALYZE indexed;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT i FROM indexed WHERE song = 'song 42';
SELECT i FROM indexed WHERE song = 'song 42' ORDER BY i;
SELECT i FROM indexed WHERE 'song 42    ' = song ORDER BY i;
SELECT i FROM (VALUES ('song 1'), ('song 2 ')) AS v (name), LATERAL (SELECT i FROM indexed WHERE song = name) AS found ORDER BY i;
DROP INDEX indexed_song;
CREATE INDEX ON indexed (song redshift.varchar_ops);
EXPLAIN (COSTS OFF) SELECT i FROM indexed WHERE song = 'song 42';
SELECT i FROM indexed WHERE song = 'song 42' ORDER BY i;
RESET enable_seqscan;
RESET enable_bitmapscan;
-- INSERT, UPDATE, MERGE and CTAS count bytes; blanks beyond the length are cut off
\set VERBOSITY default
CREATE TABLE short (id integer, name varchar(4));
INSERT INTO short VALUES (1, 'éé'), (2, 'é     '), (3, 'abcd  ');
INSERT INTO short VALUES (4, 'ééé');
INSERT INTO short VALUES (4, 'a'), (5, 'aéé');
INSERT INTO short (name) SELECT 'é' || artist FROM artists;
UPDATE short SET name = name || 'é' WHERE id = 1;
SELECT sparkify_execute($$MERGE INTO short USING artists ON short.id = artists.id WHEN MATCHED THEN UPDATE SET name = 'ééé' WHEN NOT MATCHED THEN INSERT VALUES (9, 'x')$$);
SELECT sparkify_execute($$INSERT INTO short SELECT id, 'üüü' FROM artists$$);
SELECT count(*) FROM sparkify_execute($$CREATE TABLE made AS SELECT name::varchar(3) AS name, CAST('éé' AS VARCHAR(3)) AS literal FROM short$$);
SELECT id, name || '|' AS name, octet_length(name) FROM short ORDER BY id;
SELECT name, literal, octet_length(name), octet_length(literal) FROM made ORDER BY name;
RESET sparkify_dwh.varchar_rules;
INSERT INTO short VALUES (4, 'éééé');
DROP VIEW abba;
DROP TABLE plays, artists, answers, indexed, short, made;
