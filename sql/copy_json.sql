SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
RESET client_min_messages;
LOAD 'sparkify_dwh';
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/load'
CREATE SERVER load_mirror FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load/', mirror :'mirror');

-- 'auto' matches names exactly; values back to back, pretty-printed; '' is NULL but for characters;
-- a fraction becomes the 17 digits of its double, x.0 an integer
CREATE TABLE songs (id int, title varchar(256), length varchar, plays bigint);
COPY songs FROM 's3://load/json/songs' WITH (FORMAT 'json');
SELECT * FROM songs ORDER BY id;
TRUNCATE songs;
COPY songs FROM 's3://load/json/songs' WITH (FORMAT 'json', jsonpaths 'auto ignorecase');
SELECT id, plays FROM songs ORDER BY id;
TRUNCATE songs;
SET sparkify_dwh.fraction_text = source;
COPY songs (length, id) FROM 's3://load/json/songs' WITH (FORMAT 'json', jsonpaths 'auto');
RESET sparkify_dwh.fraction_text;
SELECT * FROM songs ORDER BY id;
DROP TABLE songs;

-- nested values into text and SUPER; jsonpaths, missing keys, missing elements
CREATE TABLE nested (id int, doc jsonb, text varchar(100));
COPY nested (id, doc) FROM 's3://load/json/nested' WITH (FORMAT 'json');
COPY nested (id, text) FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/nested.json');
COPY nested (id, text) FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/nested.json',
  maxerror 2);
SELECT * FROM nested ORDER BY id, doc, text;
COPY nested (id, text) FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/second.json',
  maxerror 3);
SELECT trim(filename) AS filename, line_number, trim(colname) AS colname, err_code, trim(err_reason) AS err_reason
FROM stl_load_errors WHERE query = pg_last_copy_id() ORDER BY line_number;
TRUNCATE nested;
COPY nested (id, text) FROM 's3://load/json/arrays' WITH (FORMAT 'json', jsonpaths 's3://load/paths/arrays.json',
  maxerror 2);
SELECT id, text FROM nested ORDER BY id;
TRUNCATE nested;
COPY nested (doc) FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 'noshred');
SELECT doc FROM nested ORDER BY doc ->> 'id';
COPY nested FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 'noshred');
DROP TABLE nested;

-- jsonpaths documents that are none
CREATE TABLE target (id int, name varchar(10));
COPY target FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/one.json');
COPY target FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/number.json');
COPY target FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/broken.json');
COPY target FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/two.json');
\set VERBOSITY terse
COPY target FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/gone.json');
\set VERBOSITY default
COPY target FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 'automatic');
-- another key than "jsonpaths" means 'auto'
COPY target (id) FROM 's3://load/json/nested' WITH (FORMAT 'json', jsonpaths 's3://load/paths/other_key.json');
SELECT * FROM target ORDER BY id;
TRUNCATE target;

-- malformed objects
COPY target FROM 's3://load/json/cut_off' WITH (FORMAT 'json');
COPY target FROM 's3://load/json/no_json' WITH (FORMAT 'json');
COPY target FROM 's3://load/json/arrays' WITH (FORMAT 'json');
COPY target FROM 's3://load/json/empty' WITH (FORMAT 'json');
SELECT count(*) FROM target;

-- MAXERROR: the load fails at the n-th error; 0 and 1 both mean the first
COPY target FROM 's3://load/json/bad_rows.json' WITH (FORMAT 'json');
COPY target FROM 's3://load/json/bad_rows.json' WITH (FORMAT 'json', maxerror 1);
COPY target FROM 's3://load/json/bad_rows.json' WITH (FORMAT 'json', maxerror 2);
SELECT count(*) FROM target;
SELECT pg_last_copy_count();
COPY target FROM 's3://load/json/bad_rows.json' WITH (FORMAT 'json', maxerror 100);
SELECT * FROM target ORDER BY id;
SELECT pg_last_copy_count();
-- what was rejected stays, also after the rollback
BEGIN;
COPY target FROM 's3://load/json/bad_rows.json' WITH (FORMAT 'json');
ROLLBACK;
SELECT trim(filename) AS filename, line_number, trim(colname) AS colname, trim(type) AS type,
       trim(col_length) AS col_length, trim(raw_field_value) AS value, err_code, trim(err_reason) AS err_reason
FROM stl_load_errors WHERE query = pg_last_copy_id() ORDER BY line_number;
SET sparkify_dwh.load_error_view = 'sys_load_error_detail';
COPY target FROM 's3://load/json/bad_rows.json' WITH (FORMAT 'json');
RESET sparkify_dwh.load_error_view;
DROP TABLE target;

-- the naive width of VARCHAR is too little in bytes
CREATE TABLE naive (title varchar(12));
COPY naive FROM 's3://load/json/songs' WITH (FORMAT 'json');
COPY naive FROM 's3://load/json/songs' WITH (FORMAT 'json', truncatecolumns);
SELECT title, octet_length(title) FROM naive ORDER BY title COLLATE "C";
DROP TABLE naive;
DROP SERVER load_mirror;
