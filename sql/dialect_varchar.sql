SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- VARCHAR: trailing blanks don't count in comparisons, joins, groups and orders, but stay in the values; lengths are
-- bytes (AWS: r_Character_types).
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
INSERT INTO answers SELECT 'rank: 1, 3, 5', LISTAGG(DISTINCT r, ', ') WITHIN GROUP (ORDER BY r)
  FROM (SELECT RANK() OVER (ORDER BY artist) AS r FROM plays);
INSERT INTO answers SELECT 'order: 2, 1, 4, 3', LISTAGG(n, ', ') WITHIN GROUP (ORDER BY artist, n DESC) FROM plays WHERE n < 5;
INSERT INTO answers SELECT 'row: 6', COUNT(*) FROM plays AS p, artists AS a WHERE (p.artist, 1) = (a.artist, 1);
INSERT INTO answers SELECT 'rows in order: 2', COUNT(*) FROM plays WHERE (artist, n) < ('Abba', 3);
INSERT INTO answers SELECT 'less: 0 and 2',
  SUM(CASE WHEN artist < 'Abba' THEN 1 ELSE 0 END) || ' and ' || SUM(CASE WHEN artist <= 'Abba' THEN 1 ELSE 0 END) FROM plays;
INSERT INTO answers SELECT 'other than: 2', COUNT(*) FROM plays WHERE artist <> 'Cher';
INSERT INTO answers SELECT 'nullif: 2', COUNT(NULLIF(artist, 'Abba')) FROM plays;
INSERT INTO answers SELECT 'case and decode: 2 and 2', COUNT(CASE artist WHEN 'Cher' THEN 1 END) || ' and ' || COUNT(DECODE(artist, 'Cher', 1)) FROM plays;
INSERT INTO answers SELECT 'any: 4', COUNT(*) FROM plays WHERE artist = ANY (SELECT artist FROM artists);
INSERT INTO answers SELECT 'correlated: 4', COUNT(*) FROM plays AS p
  WHERE EXISTS (SELECT 1 FROM artists AS a WHERE a.artist = p.artist);
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
MERGE INTO plays USING artists ON plays.artist = artists.artist AND artists.id = 1
  WHEN MATCHED THEN UPDATE SET n = plays.n + 100 WHEN NOT MATCHED THEN INSERT VALUES ('new', 0);
$$);
SELECT n, artist || '|' AS artist FROM plays ORDER BY n;
-- elsewhere the rules are PostgreSQL's unless they are asked for; a view follows whoever reads it, and its text is as
-- it was
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
-- an ordinary index serves, too, in whatever order its collation puts texts; so does one of redshift.varchar_ops
CREATE COLLATION either_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION no_blanks (provider = icu, locale = 'und-u-ka-shifted');
CREATE TABLE names (name varchar(20), i integer);
INSERT INTO names SELECT x || repeat(' ', n) || y, row_number() OVER (ORDER BY x COLLATE "C", n, y COLLATE "C")
FROM unnest(ARRAY['', 'a', 'A', 'á', 'ab', 'a b', 'a-', 'b', E'a\tb', E'a\u00a0', 'ß', '日本', 'z']) AS x,
     generate_series(0, 3) AS n, unnest(ARRAY['', E'\t', '!', E'\x01', 'a', E'\u00a0', '-', E'\u0301']) AS y;
CREATE FUNCTION found(key text, kind text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    rows bigint;
BEGIN
    PERFORM set_config('enable_seqscan', (kind <> 'index')::text, true), set_config('enable_indexscan', (kind = 'index')::text, true);
    EXECUTE 'SELECT sum(i * i) + max(octet_length(max)) FROM ordered, (SELECT max(name COLLATE "C") FROM ordered WHERE name = $1) AS last WHERE name = $1' INTO rows USING key;
    RETURN rows;
END $$;
CREATE FUNCTION same(kind text) RETURNS TABLE (keys bigint, sum numeric, differ bigint, plan text)
  LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE ordered AS SELECT (name %s)::varchar(20) AS name, i FROM names', kind);
    CREATE INDEX ON ordered (name);
    SELECT count(*), sum(found(name, 'index')::numeric),
        count(*) FILTER (WHERE found(name, 'index') IS DISTINCT FROM found(name, 'scan')) FROM names INTO keys, sum, differ;
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_indexscan = on;
    FOR plan IN EXECUTE 'EXPLAIN (COSTS OFF) SELECT i FROM ordered WHERE name = ''a''' LOOP
        EXIT WHEN plan ~ 'Index Cond';
    END LOOP;
    DROP TABLE ordered;
    RETURN NEXT;
END $$;
SET enable_bitmapscan = off;
SELECT * FROM same('COLLATE "C"');
SELECT * FROM same('COLLATE "en-x-icu"');
SELECT * FROM same('COLLATE "und-x-icu"');
SELECT * FROM same('COLLATE no_blanks');
SELECT * FROM same('COLLATE either_case');
SELECT differ FROM same('');
CREATE TABLE indexed AS SELECT ('song ' || i / 2 || repeat(' ', i % 2 * 3))::varchar(20) AS song, i
  FROM generate_series(1, 10000) AS i;
CREATE INDEX indexed_song ON indexed (song);
ANALYZE indexed;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT i FROM indexed WHERE song = 'song 42';
SELECT i FROM indexed WHERE 'song 42    ' = song ORDER BY i;
SELECT i FROM (VALUES ('song 1'), ('song 2 ')) AS v (name), LATERAL (SELECT i FROM indexed WHERE song = name) AS found ORDER BY i;
RESET enable_seqscan;
-- joins look into an ordinary index, too, or hash; those of columns without one may merge as well
CREATE TABLE wanted (name varchar(20));
INSERT INTO wanted VALUES ('song 1'), ('song 2 ');
ANALYZE wanted;
CREATE VIEW all_songs AS SELECT song AS title, i FROM indexed;
EXPLAIN (COSTS OFF) SELECT count(*) FROM wanted JOIN all_songs ON name = title;
SELECT count(*) FROM wanted JOIN all_songs ON name = title;
EXPLAIN (COSTS OFF) SELECT count(*) FROM wanted
  LEFT JOIN (SELECT * FROM indexed JOIN plays ON i = n) AS s ON name = song;
EXPLAIN (COSTS OFF) SELECT count(*) FROM wanted WHERE EXISTS (SELECT 1 FROM indexed WHERE song = name);
SELECT count(*) FROM wanted WHERE EXISTS (SELECT 1 FROM indexed WHERE song = name);
EXPLAIN (COSTS OFF) SELECT count(*) FROM indexed AS a FULL JOIN indexed AS b USING (song);
SELECT count(*) FROM indexed AS a FULL JOIN indexed AS b USING (song);
SELECT count(*) FROM indexed WHERE song NOT IN (SELECT name FROM wanted);
-- estimated as equality is, whether the key is known or not
CREATE FUNCTION estimate(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        RETURN regexp_replace(line, '^.*(cost=.*rows=\d+).*', '\1');
    END LOOP;
END $$;
PREPARE by_song(text) AS SELECT i FROM indexed WHERE song = $1;
SET plan_cache_mode = force_generic_plan;
SELECT estimate('EXECUTE by_song(''song 42'')');
RESET plan_cache_mode;
SELECT estimate('SELECT i FROM indexed WHERE song = ''song 42''');
-- equality of another collation is not the index's
SELECT count(*) FROM indexed WHERE song = 'SONG 42' COLLATE either_case;
DROP INDEX indexed_song;
CREATE INDEX ON indexed (song redshift.varchar_ops);
EXPLAIN (COSTS OFF) SELECT i FROM indexed WHERE song = 'song 42';
EXPLAIN (COSTS OFF) SELECT i FROM indexed WHERE song IN ('song 42', 'song 43') ORDER BY song;
SELECT i FROM indexed WHERE song = 'song 42' ORDER BY i;
RESET enable_bitmapscan;
-- foreign keys and policies of rows mean what they meant to whoever made them
CREATE TABLE parents (name varchar(10) PRIMARY KEY);
CREATE TABLE children (name varchar(10) REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO parents VALUES ('a'), ('b ');
INSERT INTO children VALUES ('a'), ('b ');
INSERT INTO children VALUES ('b');
INSERT INTO parents VALUES ('b');
DELETE FROM parents WHERE octet_length(name) = 1 AND name = 'b';
SELECT name || '|' AS name FROM children ORDER BY 1;
CREATE ROLE varchar_reader;
GRANT SELECT, INSERT ON parents TO varchar_reader;
CREATE POLICY only_a ON parents TO varchar_reader USING (name = 'b');
ALTER TABLE parents ENABLE ROW LEVEL SECURITY;
SET ROLE varchar_reader;
SELECT count(*) FROM parents;
INSERT INTO parents VALUES ('b  ');
RESET ROLE;
-- functions follow whoever calls them, whether or not their plans are kept
CREATE FUNCTION same_name(varchar, varchar) RETURNS boolean STABLE LANGUAGE sql AS $$ SELECT $1 = $2 $$;
CREATE FUNCTION how_many(varchar) RETURNS bigint STABLE LANGUAGE plpgsql AS $$
  BEGIN RETURN (SELECT count(*) FROM plays WHERE artist = $1); END $$;
INSERT INTO plays VALUES ('new', 5), ('new  ', 5);
PREPARE how_many AS SELECT how_many('new'), count(*) FROM plays WHERE same_name(artist, 'new  ') AND same_name('a', 'a ');
EXECUTE how_many;
SET sparkify_dwh.varchar_rules = postgresql;
EXECUTE how_many;
SET sparkify_dwh.varchar_rules = redshift;
EXECUTE how_many;
-- INSERT, UPDATE, MERGE and CTAS count bytes; blanks beyond the length are cut off
\set VERBOSITY default
CREATE TABLE short (id integer, name varchar(4));
INSERT INTO short VALUES (1, 'éé'), (2, 'é     '), (3, 'abcd  ');
INSERT INTO short VALUES (4, 'ééé');
INSERT INTO short VALUES (4, 'a'), (5, 'aéé');
INSERT INTO short (name) SELECT 'é' || artist FROM artists;
UPDATE short SET name = name || 'é' WHERE id = 1;
SELECT sparkify_execute($$MERGE INTO short USING artists ON short.id = artists.id
  WHEN MATCHED THEN UPDATE SET name = 'ééé' WHEN NOT MATCHED THEN INSERT VALUES (9, 'x')$$);
SELECT sparkify_execute($$INSERT INTO short SELECT id, 'üüü' FROM artists$$);
SELECT count(*) FROM sparkify_execute($$CREATE TABLE made AS
  SELECT name::varchar(3) AS name, CAST('éé' AS VARCHAR(3)) AS literal FROM short$$);
SELECT id, name || '|' AS name, octet_length(name) FROM short ORDER BY id;
SELECT name, literal, octet_length(name), octet_length(literal) FROM made ORDER BY name;
RESET sparkify_dwh.varchar_rules;
INSERT INTO short VALUES (4, 'éééé');
DROP VIEW abba;
DROP FUNCTION found, same, estimate, same_name, how_many;
DROP VIEW all_songs;
DROP TABLE wanted, plays, artists, answers, names, indexed, parents, children, short, made;
DROP COLLATION either_case, no_blanks;
DROP ROLE varchar_reader;
