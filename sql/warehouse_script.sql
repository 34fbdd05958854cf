-- Scripts of Redshift SQL: execute, translate, check.
\set home :DBNAME
CREATE DATABASE warehouse_script;
\c warehouse_script
CREATE EXTENSION sparkify_dwh;

-- each statement with its line, its command and its rows
SELECT statement, line, command, rows FROM sparkify_execute($$
-- a comment first
CREATE TABLE plays (id INT IDENTITY(0, 1), song VARCHAR(20) DISTKEY, at TIMESTAMP SORTKEY);

INSERT INTO plays (song, at) SELECT 'one', '2018-11-01';
INSERT INTO plays (song, at) SELECT song, DATEADD(day, 1, at) FROM plays;;
SELECT * FROM plays
$$);
SELECT * FROM plays ORDER BY id;

-- one call is one transaction: ROLLBACK undoes what came since BEGIN, COMMIT keeps it
SELECT statement, command, rows FROM sparkify_execute('
INSERT INTO plays (song) VALUES (''kept before'');
BEGIN; DELETE FROM plays; INSERT INTO plays (song) VALUES (''undone''); ROLLBACK;
BEGIN TRANSACTION; INSERT INTO plays (song) VALUES (''kept''); COMMIT;
BEGIN; INSERT INTO plays (song) VALUES (''kept at the end'')');
SELECT song FROM plays ORDER BY id;
SELECT statement, command FROM sparkify_execute('COMMIT; BEGIN; BEGIN; END');
-- an error undoes the whole call, and leaves the session in order
SELECT * FROM sparkify_execute('INSERT INTO plays (song) VALUES (''lost''); BEGIN; DELETE FROM plays; SELECT 1 / 0');
SELECT count(*) FROM plays;
DO $$
BEGIN
    PERFORM sparkify_execute('BEGIN; DELETE FROM plays; SELECT 1 / 0');
EXCEPTION WHEN division_by_zero THEN
    RAISE NOTICE 'caught, plays has % rows', (SELECT count(*) FROM plays);
END $$;

-- an error is located in the script, through translation and multibyte characters
SELECT * FROM sparkify_execute('SELECT ''ü'';
SELECT NVL(song, ''ü'') AS s,
       missing_column
FROM plays');
SELECT * FROM sparkify_execute('SELECT 1;

SELECT * FROM no_such_table');
SELECT * FROM sparkify_execute('SELECT 1; SELEKT 2');
-- a credential is painted over where an error shows the script
SELECT * FROM sparkify_execute('SELEKT 2; COPY plays FROM ''s3://b/k'' ACCESS_KEY_ID ''AKIAIOSFODNN7EXAMPLE'' SECRET_ACCESS_KEY ''wJalrXUtnFEMI'' JSON ''auto''');
-- the place of an error behind keys, whose masks are shorter than they are, or longer
SELECT sparkify_execute('COPY plays FROM ''s3://b/k'' ACCESS_KEY_ID ''AKIAIOSFODNN7EXAMPLE'' SECRET_ACCESS_KEY ''kéy'' JSON ''auto'' SELEKT 2');

-- what can't run inside a transaction here is left out, and says so
SELECT statement, command, rows FROM sparkify_execute('VACUUM plays; ANALYZE plays');

-- settings are the psql variables
SELECT statement, rows FROM sparkify_execute('SELECT :''region''');
SELECT statement, rows FROM sparkify_execute('SELECT :''no_such_setting''');

-- what would fail on Redshift is refused, or warned of
SELECT line, statement, rule, fatal FROM sparkify_check('SELECT 1;
CREATE INDEX i ON plays (song);
INSERT INTO plays (song) VALUES (''x'') ON CONFLICT DO NOTHING');
SELECT statement FROM sparkify_execute('SELECT 1; CREATE INDEX i ON plays (song)');
SET sparkify_dwh.strict = off;
SELECT statement, command FROM sparkify_execute('SELECT 1; CREATE INDEX i ON plays (song)');
RESET sparkify_dwh.strict;

-- translate gives statements for \gexec
SELECT sparkify_translate('CREATE TABLE t (a INT DISTKEY); SELECT NVL(1, 2);') AS sql;
SELECT sparkify_translate('SELECT TOP 2 song FROM plays ORDER BY id') \gexec

-- all rows of an unlogged table go at once only in a definition; elsewhere DELETE is DELETE
SELECT statement, command, rows
  FROM sparkify_execute('CREATE TABLE s (a INT) BACKUP NO; INSERT INTO s SELECT id FROM plays; DELETE FROM s');

SELECT * FROM sparkify_execute(NULL);
SELECT * FROM sparkify_execute('');

-- a script is translated before it has run: a statement that depends on one before it says so
SELECT sparkify_translate($$CREATE TABLE late_plays (id BIGINT, level VARCHAR(10)); INSERT INTO late_plays
    VALUES (1, 2); SELECT TOP 1 p.level FROM late_plays p; SELECT 1 AS one$$);
-- what is there already is known, unless it is changed on the way
CREATE TABLE late_plays (id bigint, level varchar(10));
SELECT sparkify_translate($$CREATE TABLE IF NOT EXISTS late_plays (id BIGINT, level VARCHAR(10));
    INSERT INTO late_plays VALUES (1, 2)$$);
SELECT sparkify_translate($$ALTER TABLE public.late_plays ADD COLUMN paid BOOLEAN; SELECT level FROM late_plays
    WHERE paid$$);
DROP TABLE late_plays;

\c :home
DROP DATABASE warehouse_script;
