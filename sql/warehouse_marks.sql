-- The warehouse knows its own tables: those of others are neither dropped nor emptied nor filled.
\set home :DBNAME
CREATE DATABASE warehouse_marks;
\c warehouse_marks
CREATE EXTENSION sparkify_dwh;
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/warehouse'
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://warehouse/', mirror :'mirror');
SET client_min_messages = warning;
UPDATE sparkify_setting SET value = 's3://warehouse/' || CASE name WHEN 'log_data' THEN 'log_data' WHEN 'song_data'
  THEN 'song_data' ELSE 'log_json_path.json' END
WHERE name IN ('log_data', 'song_data', 'log_jsonpath');
UPDATE sparkify_setting SET value = 'arn:aws:iam::1:role/x' WHERE name = 'iam_role';

-- a table "users" of another application, and a view
CREATE TABLE users (login text, password text);
INSERT INTO users VALUES ('root', 'hunter2');
CREATE VIEW peak_hours AS SELECT 1 AS one;
SELECT sparkify_create_tables();
SELECT count(*) FROM sparkify_etl();
SELECT sparkify_drop_tables();
DROP VIEW peak_hours;
SELECT sparkify_drop_tables();
SELECT * FROM sparkify_transform();
SELECT * FROM users;

-- in another schema it lives beside them; the schema is made, no search_path is needed
UPDATE sparkify_setting SET value = 'dwh' WHERE name = 'schema';
SELECT count(*) FROM sparkify_etl();
SELECT count(*) FROM dwh.users;
SELECT count(*) FROM public.users;
SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = 'songplays';
SELECT substring(sparkify_report() FROM 'songplays: [0-9]* rows');
SELECT sparkify_drop_tables() > 0 AS dropped;
SELECT count(*) FROM pg_class WHERE relnamespace = 'dwh'::regnamespace;
SELECT * FROM users;
-- a table that it hasn't is looked for along the search_path, and found to be another's
SELECT * FROM sparkify_stage();
CREATE TABLE dwh.staging_events (a int);
SELECT * FROM sparkify_stage();

-- what a definition made may be refilled; a table of its name that has other columns is said to
DROP TABLE dwh.staging_events;
SELECT sparkify_create_tables() > 0 AS created;
SELECT sparkify_create_tables() > 0 AS created;
ALTER TABLE dwh.songs RENAME COLUMN title TO name;
SELECT sparkify_create_tables();
ALTER TABLE dwh.songs RENAME COLUMN name TO title;
ALTER TABLE dwh.songs ALTER year TYPE text;
SELECT sparkify_create_tables();
ALTER TABLE dwh.songs ALTER year TYPE integer USING year::integer;
SELECT count(*) FROM sparkify_etl();

-- taking one over: the owner may
CREATE TABLE dwh.plays_of_old (LIKE dwh.songplays);
INSERT INTO sparkify_definition (phase, position, name, statement)
    VALUES ('transform', 900, 'plays_of_old', 'INSERT INTO plays_of_old SELECT * FROM songplays');
SELECT count(*) FROM sparkify_transform();
CREATE ROLE marks_user;
GRANT USAGE ON SCHEMA dwh TO marks_user;
SET ROLE marks_user;
SELECT sparkify_adopt('dwh.plays_of_old');
RESET ROLE;
DROP OWNED BY marks_user;
DROP ROLE marks_user;
SELECT sparkify_adopt('dwh.plays_of_old');
SELECT count(*) FROM sparkify_transform();
SELECT count(*) FROM dwh.plays_of_old;
SELECT sparkify_adopt('pg_class_oid_index');
SECURITY LABEL FOR sparkify_warehouse ON TABLE dwh.songs IS 'mine';
SECURITY LABEL FOR sparkify_warehouse ON COLUMN dwh.songs.year IS 'warehouse';
-- a temporary table is the session's own
CREATE TEMP TABLE scratch (a int);
UPDATE sparkify_definition SET statement = 'INSERT INTO scratch SELECT 1' WHERE phase = 'transform' AND position = 900;
SELECT count(*) FROM sparkify_transform();
-- every table that TRUNCATE names; what SELECT INTO makes is the warehouse's
CREATE TABLE dwh.other (a int);
UPDATE sparkify_definition SET statement = 'TRUNCATE songplays, other' WHERE phase = 'transform' AND position = 900;
SELECT count(*) FROM sparkify_transform();
UPDATE sparkify_definition SET statement = 'SELECT 1 AS a INTO made; INSERT INTO made VALUES (2)'
  WHERE phase = 'transform' AND position = 900;
SELECT count(*) FROM sparkify_transform();
SELECT * FROM dwh.made;
DROP TABLE dwh.made;
UPDATE sparkify_definition SET statement = NULL WHERE phase = 'transform' AND position = 900;
-- a mark is worth as much as the table's owner: their triggers would run with the caller's rights
CREATE ROLE marks_user;
GRANT CREATE, USAGE ON SCHEMA dwh TO marks_user;
ALTER TABLE dwh.songs OWNER TO marks_user;
SELECT count(*) FROM sparkify_etl();
SET ROLE marks_user;
SELECT sparkify_adopt('dwh.songs');
RESET ROLE;
SELECT count(*) FROM sparkify_transform();
ALTER TABLE dwh.songs OWNER TO CURRENT_USER;
SELECT count(*) FROM sparkify_transform();
DROP OWNED BY marks_user;
DROP ROLE marks_user;
-- the user's own scripts are not held to it
SELECT command, rows FROM sparkify_execute('INSERT INTO public.users VALUES (''a'', ''b'')');

\c :home
DROP DATABASE warehouse_marks;
