-- What of the dialect works where: the table of doc/dialect.md. First in a plain session of PostgreSQL, without the
-- endpoint, then the same in a script.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
\set VERBOSITY terse
CREATE SCHEMA dialect_plain;
SET search_path = dialect_plain, public;
CREATE TABLE plays (song varchar(20), at timestamp, level varchar(10), played jsonb);
INSERT INTO plays VALUES ('b', '2018-11-01 21:05', 'free', '{"n": 1}'), ('a', '2018-11-30 01:00', NULL, '{"n": 2}');

-- functions that PostgreSQL lacks are there, with their date parts as strings
SELECT getdate() IS NOT NULL AS getdate, dateadd('day', 1, max(at)), datediff('day', min(at), max(at)), strtol('ff', 16),
  listagg(song, ',') IS NOT NULL AS listagg, len('abc '), charindex('b', 'abc') FROM plays;
SELECT convert_timezone('CET', '2018-11-01'::timestamp), add_months('2018-01-31'::date, 1), last_day('2018-02-01'),
  regexp_count('abab', 'a'), func_sha1('a') = sha('a') AS same;
-- those that PostgreSQL has with another result stand in the schema redshift
SELECT redshift.json_extract_path_text('{"a": {"b": 1}}', 'a', 'b'), redshift.regexp_replace('aa', 'a', 'b');
-- what is no function there, but a word or a form of the dialect's, isn't known
SELECT nvl(level, 'none') FROM plays;
SELECT nvl2(level, 1, 2) FROM plays;
SELECT decode(level, 'free', 1) FROM plays;
SELECT isnull(level, 'none') FROM plays;
SELECT listagg(song, ',') WITHIN GROUP (ORDER BY song) FROM plays;
SELECT dateadd(day, 1, at) FROM plays;
SELECT datediff(day, at, at) FROM plays;
SELECT TOP 1 song FROM plays;
SELECT song FROM plays QUALIFY row_number() OVER (ORDER BY at) = 1;
SELECT at AS t, t IS NULL FROM plays;
SELECT getdate() - SYSDATE;

-- in a script all of it works
SELECT count(*), min(rows), max(rows) FROM sparkify_execute($$
SELECT NVL(level, 'none'), NVL2(level, 1, 2), DECODE(level, 'free', 1), ISNULL(level, 'none') FROM plays WHERE song = 'a';
SELECT LISTAGG(song, ',') WITHIN GROUP (ORDER BY song) FROM plays;
SELECT DATEADD(day, 1, at), DATEDIFF(day, at, SYSDATE), DATE_PART(hour, at) FROM plays WHERE song = 'a';
SELECT TOP 1 song FROM plays;
SELECT song FROM plays QUALIFY ROW_NUMBER() OVER (ORDER BY at) = 1;
SELECT at AS t, t IS NULL FROM plays WHERE played.n = 1$$);
-- and sparkify_translate says it in PostgreSQL's words
SELECT sparkify_translate($$SELECT NVL(level, 'none') AS level, DATEADD(day, 1, at) AS later, played.n FROM plays
  ORDER BY song$$) \gexec
SELECT sparkify_translate($$SELECT LISTAGG(song, ',') WITHIN GROUP (ORDER BY song) AS songs FROM plays$$) \gexec

DROP SCHEMA dialect_plain CASCADE;
