-- Indexes are built after a load where the table is new to everybody, and kept up row by row elsewhere
\getenv abs_srcdir PG_ABS_SRCDIR
\set include :abs_srcdir '/sql/include/attempt.sql'
\set ECHO none
\i :include
\set ECHO all
\pset format unaligned
\pset tuples_only on
SELECT put('object', convert_to(string_agg(format('{"a":%s,"b":"x%s"}', i, i % 7), E'\n'), 'UTF8'))
  FROM generate_series(1, 20000) i;
BEGIN;
CREATE UNLOGGED TABLE fresh (a int PRIMARY KEY, b varchar(9));
CREATE INDEX fresh_b ON fresh (b, a);
COPY fresh FROM 's3://rules/object' WITH (FORMAT 'json');
SET LOCAL enable_seqscan = off;
SELECT b FROM fresh WHERE a = 12345;
SELECT count(*) FROM fresh WHERE b = 'x3';
SAVEPOINT again;
COPY fresh FROM 's3://rules/object' WITH (FORMAT 'json');
ROLLBACK TO again;
COMMIT;
SELECT indexrelid::regclass, indisvalid, indisready FROM pg_index WHERE indrelid = 'fresh'::regclass ORDER BY 1;
-- emptied in the transaction, with a duplicate in the object
SELECT put('object', '{"a":1}{"a":2}{"a":1}');
BEGIN;
TRUNCATE fresh;
COPY fresh FROM 's3://rules/object' WITH (FORMAT 'json');
ROLLBACK;
SELECT count(*) FROM fresh;
-- somebody else's rows may be there: row by row
SELECT put('object', '{"a":20001,"b":"new"}');
COPY fresh FROM 's3://rules/object' WITH (FORMAT 'json');
SET enable_seqscan = off;
SELECT b FROM fresh WHERE a = 20001;
RESET enable_seqscan;
DROP TABLE fresh;
