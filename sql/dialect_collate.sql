SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- COLLATE CASE_INSENSITIVE of columns, expressions and databases (AWS: r_CREATE_DATABASE, r_COLLATE, c_collation_sequences).
\set ECHO all
\set VERBOSITY terse
SELECT sparkify_translate($$CREATE TABLE people (name VARCHAR(20) COLLATE CASE_INSENSITIVE, code CHAR(4) COLLATE CASE_INSENSITIVE, strict VARCHAR(20) COLLATE CASE_SENSITIVE, plain VARCHAR(20))$$) \gexec
INSERT INTO people VALUES ('john', 'ab', 'john', 'john'), ('JOHN', 'AB', 'JOHN', 'JOHN'), ('Bob', 'cd', 'Bob', 'Bob'),
  ('bob', 'CD', 'bob', 'bob'), ('Mary', 'ef', 'Mary', 'Mary');
-- comparisons, IN, joins, DISTINCT, GROUP BY, windows
SELECT sparkify_translate($$SELECT COUNT(*) AS equal, COUNT(CASE WHEN name < 'C' THEN 1 END) AS less, COUNT(CASE WHEN name IN ('MARY', 'bob') THEN 1 END) AS listed, COUNT(CASE WHEN code = 'aB' THEN 1 END) AS char, COUNT(CASE WHEN strict = 'john' THEN 1 END) AS strict, COUNT(DISTINCT name) AS names FROM people WHERE name <> 'x'$$) \gexec
SELECT sparkify_translate($$SELECT LOWER(name) AS name, COUNT(*) FROM people GROUP BY name ORDER BY name$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(*) FROM (SELECT DISTINCT name, code FROM people)$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(*) FROM people AS a JOIN people AS b ON a.name = b.name$$) \gexec
SELECT sparkify_translate($$SELECT r, COUNT(*) FROM (SELECT RANK() OVER (ORDER BY name) AS r FROM people) GROUP BY r ORDER BY r$$) \gexec
-- the case that was stored stays
SELECT sparkify_translate($$SELECT name FROM people ORDER BY name, strict$$) \gexec
-- patterns, regular expressions and searches
SELECT sparkify_translate($$SELECT COUNT(*) FROM people WHERE name LIKE 'J%' AND name NOT LIKE '%x%' AND name SIMILAR TO 'jo(h|x)n'$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(CASE WHEN name ~ '^J' THEN 1 END) AS j, COUNT(CASE WHEN name !~ 'o' THEN 1 END) AS no_o, SUM(POSITION('OH' IN name)) AS place, SUM(STRPOS(name, 'OB')) AS strpos FROM people WHERE code <> 'x'$$) \gexec
SELECT sparkify_translate($$SELECT strict, REGEXP_COUNT(name, 'O') AS o, REGEXP_REPLACE(name, 'h', '-') AS replaced, CHARINDEX('o', name) AS place FROM people WHERE name = 'john' ORDER BY strict$$) \gexec
SELECT sparkify_translate($$SELECT n FROM (SELECT name AS n FROM people) WHERE (n) LIKE 'ma%'$$) \gexec
-- in expressions
SELECT sparkify_translate($$SELECT plain FROM people WHERE COLLATE(plain, 'case_insensitive') = 'JOHN' ORDER BY plain$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(*) FROM people WHERE COLLATE(name, 'case_sensitive') = 'john' AND COLLATE('A', 'CASE_INSENSITIVE') = 'a'$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(*) FROM people WHERE plain COLLATE case_insensitive = 'BOB' AND COLLATE(plain, 'case_insensitive') LIKE 'B%'$$) \gexec
SELECT sparkify_translate($$SELECT COLLATE(plain, 'case_insensitive') FROM people WHERE plain = 'Mary'$$) \gexec
SELECT sparkify_translate($$SELECT COLLATE('a', 'german')$$);
-- the two don't mix, as on Redshift
SELECT sparkify_translate($$SELECT COUNT(*) FROM people WHERE COLLATE(name, 'case_insensitive') = COLLATE(plain, 'case_sensitive')$$) \gexec
-- columns that come later, and those that inherit
SELECT sparkify_translate($$ALTER TABLE people ADD COLUMN town VARCHAR(20) COLLATE CASE_INSENSITIVE$$) \gexec
SELECT sparkify_translate($$CREATE TABLE copied AS SELECT name FROM people$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(*) FROM copied WHERE name = 'JOHN'$$) \gexec
-- a database's own collation is a setting of its sessions
SELECT sparkify_translate($$CREATE DATABASE any_case COLLATE CASE_INSENSITIVE$$);
SELECT sparkify_translate($$CREATE DATABASE any_case COLLATE CASE_SENSITIVE$$);
SELECT sparkify_translate($$ALTER DATABASE any_case COLLATE CASE_INSENSITIVE$$);
SELECT sparkify_translate($$ALTER DATABASE any_case COLLATE CASE_SENSITIVE$$);
SELECT sparkify_translate($$ALTER DATABASE any_case COLLATE CI$$);
SET redshift.database_collation = 'case_insensitive';
SELECT sparkify_translate($$CREATE TABLE whole (a VARCHAR(5), b CHAR(5), c VARCHAR(5) COLLATE CASE_SENSITIVE, d INT, e DATE)$$) \gexec
RESET redshift.database_collation;
DROP TABLE people, copied, whole;
