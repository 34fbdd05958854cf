-- The definitions and settings are tables, open to edits.
\set home :DBNAME
CREATE DATABASE warehouse_definitions;
\c warehouse_definitions
CREATE EXTENSION sparkify_dwh;

SELECT phase, position, name FROM sparkify_definition
  ORDER BY array_position('{drop,create,view,stage,transform,guard,analyze}', phase), position, phase;
SELECT name, value FROM sparkify_setting ORDER BY name;
-- nothing in them would fail on Redshift
SELECT * FROM sparkify_check();

-- a built-in row can be changed and silenced, not deleted or moved
UPDATE sparkify_definition SET statement = NULL WHERE phase = 'view' AND position = 500;
DELETE FROM sparkify_definition WHERE phase = 'view' AND position = 400;
UPDATE sparkify_definition SET position = 450 WHERE phase = 'view' AND position = 400;
DELETE FROM sparkify_setting WHERE name = 'region';
-- a row of the user's takes the place of a built-in one, and of no other
INSERT INTO sparkify_setting (name, value) VALUES ('region', 'eu-west-1'), ('city', 'Lisbon');
INSERT INTO sparkify_setting (name, value) VALUES ('city', 'Porto');
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES
    ('create', 50, 'city_plays',
        E'CREATE TABLE IF NOT EXISTS city_plays (\n    city VARCHAR(64),\n    plays BIGINT\n)\nDISTSTYLE ALL'),
    ('view', 400, 'peak_hours', 'CREATE OR REPLACE VIEW peak_hours AS SELECT 1 AS hour');
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES ('create', 50, 'twice', 'SELECT 1');
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES ('later', 1, 'x', 'SELECT 1');
INSERT INTO sparkify_setting (name, value) VALUES ('no name', 'x');
DELETE FROM sparkify_setting WHERE name = 'city';
-- what a dump carries
SELECT name, value, description FROM sparkify_setting WHERE NOT builtin ORDER BY name;
SELECT phase, position, name, statement FROM sparkify_definition WHERE NOT builtin ORDER BY phase, position;
SELECT extcondition FROM pg_extension WHERE extname = 'sparkify_dwh';

-- in whatever position, a definition comes after what it reads
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES
    ('view', 1, 'busiest',
      'CREATE OR REPLACE VIEW busiest AS SELECT title, plays FROM most_played_songs -- not peak_weekdays');
SET client_min_messages = warning;
SELECT sparkify_create_tables();
SELECT count(*) FROM busiest;
SELECT relname FROM pg_class WHERE relname IN ('peak_weekdays', 'peak_hours', 'city_plays') ORDER BY relname;

-- configure takes what it knows, in the ways people write it, and keeps no secret
SELECT * FROM sparkify_configure(E'# comment\r\n[iam_role]\r\narn = arn:aws:iam::123456789012:role/a b\r\n[CLUSTER]\r\nDB_PASSWORD=Secret1\r\n[AWS]\r\nKEY=AKIAIOSFODNN7EXAMPLE\r\nSECRET=x\r\nREGION: eu-central-1\r\n');
SELECT * FROM sparkify_configure('[S3]
LOG_DATA=''s3://mine/log_data''
SONG_DATA=
; LOG_JSONPATH=s3://no
');
SELECT * FROM sparkify_configure('[S3]
LOG_DATA=/tmp/log_data');
SELECT * FROM sparkify_configure('[CLUSTER]
HOST=x');
SELECT * FROM sparkify_configure('[IAM_ROLE]
ARN=arn:aws_access_key_id=AKIAIOSFODNN7EXAMPLE;aws_secret_access_key=wJalrXUtnFEMI');
SELECT sparkify_configure(NULL);
SELECT name, value FROM sparkify_setting ORDER BY name;

\c :home
DROP DATABASE warehouse_definitions;
