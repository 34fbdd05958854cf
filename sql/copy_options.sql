SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
RESET client_min_messages;
LOAD 'sparkify_dwh';
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/load'
CREATE SERVER load_mirror FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load/', mirror :'mirror');

-- manifest: listed twice is loaded twice, what is missing and not mandatory is skipped
CREATE TABLE rows (id int, name varchar(20));
COPY rows FROM 's3://load/manifest/good.json' WITH (FORMAT 'json', manifest);
SELECT * FROM rows ORDER BY id;
COPY rows FROM 's3://load/manifest/mandatory.json' WITH (FORMAT 'json', manifest);
COPY rows FROM 's3://load/manifest/gone.json' WITH (FORMAT 'json', manifest);
COPY rows FROM 's3://load/manifest/no_entries.json' WITH (FORMAT 'json', manifest);
COPY rows FROM 's3://load/manifest/bucket.json' WITH (FORMAT 'json', manifest);
COPY rows FROM 's3://load/json/no_json.json' WITH (FORMAT 'json', manifest);
TRUNCATE rows;

-- compression is what COPY says, for all objects
COPY rows FROM 's3://load/packed/rows.json.gz' WITH (FORMAT 'json', compression 'gzip');
SELECT count(*) FROM rows;
COPY rows FROM 's3://load/packed/rows.json.gz' WITH (FORMAT 'json');
COPY rows FROM 's3://load/kinds/rows.json' WITH (FORMAT 'json', compression 'gzip');
TRUNCATE rows;

-- ACCEPTINVCHARS
COPY rows FROM 's3://load/json/invalid_utf8.json' WITH (FORMAT 'json');
COPY rows FROM 's3://load/json/invalid_utf8.json' WITH (FORMAT 'json', acceptinvchars '^');
SELECT * FROM rows ORDER BY id;
SELECT trim(filename) AS filename, line_number, trim(colname) AS colname FROM stl_replacements
  WHERE query = pg_last_copy_id();
TRUNCATE rows;

-- NOLOAD checks everything and loads nothing; IGNOREHEADER skips lines; STATUPDATE analyzes
COPY rows FROM 's3://load/json/bad_rows.json' WITH (FORMAT 'json', noload, maxerror 5);
COPY rows FROM 's3://load/json/bad_rows.json' WITH (FORMAT 'json', ignoreallerrors);
COPY rows FROM 's3://load/kinds/rows.json' WITH (FORMAT 'json', ignoreheader 2, statupdate on);
SELECT reltuples FROM pg_class WHERE oid = 'rows'::regclass;
SELECT * FROM rows ORDER BY id;
TRUNCATE rows;

-- what COPY of objects has not
COPY rows FROM 's3://load/kinds/rows.json' WITH (FORMAT 'json') WHERE id > 1;
COPY rows FROM 's3://load/kinds/rows.json' WITH (FORMAT parquet);
SELECT sparkify_translate($$COPY rows FROM 's3://load/kinds/rows.json' IAM_ROLE default USING TEMPLATE night
    JSON 'auto'$$);
COPY rows FROM 's3://load/kinds/rows.json' WITH (FORMAT 'json', maxerrors 3);

-- text formats go the same way
COPY rows FROM 's3://load/text/pipe.txt' WITH (escape);
COPY rows FROM 's3://load/text/pipe.txt' WITH (FORMAT text, escape, maxerror 2);
SELECT * FROM rows ORDER BY id;
TRUNCATE rows;
COPY rows FROM 's3://load/text/table.csv' WITH (FORMAT csv, ignoreheader 1);
COPY rows FROM 's3://load/text/fixed.txt' WITH (FORMAT fixedwidth, fixedwidth 'id:3,name:5');
COPY rows FROM 's3://load/text/fixed.txt' WITH (FORMAT fixedwidth, fixedwidth 'id:3');
COPY rows FROM 's3://load/text/fixed.txt' WITH (FORMAT fixedwidth, fixedwidth 'id:3,name');
SELECT * FROM rows ORDER BY id, name;

-- the same rows, inline and with threads
CREATE TABLE inline (LIKE rows);
CREATE TABLE threaded (LIKE rows);
SET sparkify_dwh.workers = 0;
COPY inline FROM 's3://load/manifest/good.json' WITH (FORMAT 'json', manifest);
SET sparkify_dwh.workers = 4;
COPY threaded FROM 's3://load/manifest/good.json' WITH (FORMAT 'json', manifest);
RESET sparkify_dwh.workers;
SELECT i.ctid, i.*, i IS NOT DISTINCT FROM t AS same FROM inline i FULL JOIN threaded t ON i.ctid = t.ctid
  ORDER BY i.ctid;
DROP TABLE rows, inline, threaded;

-- settings
SET sparkify_dwh.workers = 65;
\set VERBOSITY sqlstate
SET sparkify_dwh.memory_limit = '1kB';
\set VERBOSITY default
SET sparkify_dwh.fraction_text = 'whatever';
DROP SERVER load_mirror;
