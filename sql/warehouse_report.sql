-- sparkify_report(): the questions of the definitions, asked and drawn.
\set home :DBNAME
CREATE DATABASE warehouse_report;
\c warehouse_report
CREATE EXTENSION sparkify_dwh;
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/warehouse'
CREATE SERVER bucket FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://warehouse/', mirror :'mirror');
SET client_min_messages = warning;
UPDATE sparkify_setting SET value = 's3://warehouse/' || CASE name WHEN 'log_data' THEN 'log_data' WHEN 'song_data'
  THEN 'song_data' ELSE 'log_json_path.json' END
WHERE name IN ('log_data', 'song_data', 'log_jsonpath');
UPDATE sparkify_setting SET value = 'arn:aws:iam::1:role/x' WHERE name = 'iam_role';

-- without tables the first question says which definition fails
SELECT sparkify_report();
-- over empty tables there is nothing to draw
SELECT count(*) > 0 AS created FROM sparkify_create_tables();
SELECT count(*) FROM regexp_matches(sparkify_report(), 'There are no rows yet', 'g');

SELECT count(*) FROM sparkify_etl();
CREATE TABLE page AS SELECT sparkify_report() AS html;
-- a section for each question, and the schema
SELECT m[1] AS section, m[2] AS heading FROM page, regexp_matches(html, '<section id="([a-z_]+)">\n<h2>([^<]*)', 'g')
  AS m;
-- what is drawn are the numbers of the tables: the place of every mark says so
SELECT m[1]::numeric AS drawn_percent, m[2] AS value, m[3] AS title
FROM page, regexp_matches(substring(html FROM '<section id="rows">.*?</section>'),
    '<rect x="[^"]*" y="[^"]*" width="([0-9.]+)%"[^>]*data-value="([0-9]+)"><title>([^<]*)', 'g') AS m;
SELECT (SELECT count(*) FROM staging_events) AS staging_events, (SELECT count(*) FROM songplays) AS songplays;
SELECT m[1] AS heat FROM page, regexp_matches(substring(html FROM '<section id="peak_times">.*?</section>'),
  '<title>([^<]*)', 'g') AS m ORDER BY 1;
SELECT weekday, hour, count(*) FROM songplays JOIN time USING (start_time) GROUP BY 1, 2 ORDER BY 1, 2;
-- each picture has its table
SELECT count(*) AS pictures, (SELECT count(*) FROM regexp_matches(html, '<details>', 'g')) AS tables
FROM page, regexp_matches(html, '<figure>', 'g') GROUP BY html;
-- nothing is fetched, nothing runs
SELECT html ~* '<script|<link|<img|<iframe|src=|url\(|@import|javascript:| on[a-z]+=' AS reaches_out FROM page;

-- a question of one's own is one row more, whatever is in it; a built-in one is silenced
UPDATE sparkify_definition SET statement = NULL WHERE phase = 'question' AND position > 100;
INSERT INTO sparkify_definition (phase, position, name, title, form, x_axis, y_axis, statement) VALUES
    ('question', 50, 'mine', 'A < B & "C" <script>', 'bars', 'letter', 'count',
     $$SELECT '<b>&"' AS x, 2.5 AS "<i>" UNION ALL SELECT NULL, -1 ORDER BY 2 DESC$$),
    ('question', 60, 'flat', NULL, 'line', NULL, NULL, $$SELECT DATE '2018-11-01' AS day, 0 AS plays$$),
    ('question', 70, 'free', 'Any columns', NULL, NULL, NULL, $$SELECT 1 AS a, 'x' AS b, NULL AS c$$);
SELECT substring(sparkify_report('T <&>') FROM '<title>.*?</title>');
SELECT substring(sparkify_report() FROM '<section id="mine">.*?</section>');
SELECT substring(sparkify_report() FROM '<section id="flat">.*?</figure>');
SELECT substring(sparkify_report() FROM '<section id="free">.*?</section>');
-- more rows than can be drawn are said, and are in the table
UPDATE sparkify_definition SET form = 'bars', statement = $$SELECT song || i, i
    FROM (SELECT 'song ' AS song, ROW_NUMBER() OVER (ORDER BY s.song_id) AS i FROM staging_songs AS s
    CROSS JOIN staging_songs AS t) AS many$$
WHERE phase = 'question' AND position = 70;
SELECT m[1] FROM regexp_matches(sparkify_report(), '(The picture shows[^<]*|<caption>[^<]*)', 'g') AS m;

-- what is no question is refused by name, and nothing is changed by one
\set VERBOSITY terse
UPDATE sparkify_definition SET form = 'pie' WHERE phase = 'question' AND position = 70;
UPDATE sparkify_definition SET title = 'x' WHERE phase = 'create' AND position = 100;
\set VERBOSITY default
UPDATE sparkify_definition SET statement = 'SELECT 1; SELECT 2' WHERE phase = 'question' AND position = 70;
SELECT sparkify_report();
UPDATE sparkify_definition SET statement = 'DELETE FROM users' WHERE phase = 'question' AND position = 70;
SELECT sparkify_report();
UPDATE sparkify_definition SET statement = 'SELECT 1 AS a, 2 AS b, ''x'' AS c', form = 'bars'
    WHERE phase = 'question' AND position = 70;
SELECT sparkify_report();
UPDATE sparkify_definition SET statement = 'SELECT COUNT(*) FROM nowhere' WHERE phase = 'question' AND position = 70;
SELECT sparkify_report();
SELECT count(*) > 0 AS kept FROM users;
-- the check of the definitions reads questions, too
UPDATE sparkify_definition SET statement = 'SELECT DISTINCT ON (user_id) user_id FROM users'
  WHERE phase = 'question' AND position = 70;
SELECT phase, position, rule, fatal FROM sparkify_check();

-- whoever may not read a table gets no report of it
CREATE ROLE report_reader;
UPDATE sparkify_definition SET statement = NULL WHERE phase = 'question' AND position = 70;
SET ROLE report_reader;
SELECT sparkify_report();
RESET ROLE;
DROP ROLE report_reader;

\c :home
DROP DATABASE warehouse_report;
