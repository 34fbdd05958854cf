-- what COPY packs is what PostgreSQL's own input functions make of the same texts ('' of VARBYTE is NULL, as of all
-- that are no characters)
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
RESET client_min_messages;
LOAD 'sparkify_dwh';
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/load'
CREATE SERVER types_mirror FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load/', mirror :'mirror');
SET timezone = 'UTC';
SET datestyle = 'ISO, MDY';

CREATE TABLE as_text (id int, t varchar, n varchar, i2 varchar, i8 varchar, b varchar, f4 varchar, f8 varchar,
  c varchar,
  tt varchar, tz varchar, ts varchar, d varchar, vb varchar, s varchar, num varchar, num10 varchar, u varchar);
CREATE TABLE as_types (LIKE as_text);
ALTER TABLE as_types ALTER i2 TYPE smallint USING NULL, ALTER i8 TYPE bigint USING NULL,
  ALTER b TYPE boolean USING NULL,
  ALTER f4 TYPE real USING NULL, ALTER f8 TYPE double precision USING NULL, ALTER c TYPE char(6) USING NULL,
  ALTER tt TYPE timetz USING NULL, ALTER tz TYPE timestamptz USING NULL, ALTER ts TYPE timestamp USING NULL,
  ALTER d TYPE date USING NULL, ALTER vb TYPE bytea USING NULL, ALTER num TYPE numeric USING NULL,
  ALTER num10 TYPE numeric(20, 10) USING NULL, ALTER u TYPE inet USING NULL;
CREATE TABLE by_postgres (LIKE as_types);
COPY as_text FROM 's3://load/json/every_type.json' WITH (FORMAT 'json');
COPY as_types FROM 's3://load/json/every_type.json' WITH (FORMAT 'json', dateformat 'auto', timeformat 'auto', roundec);
INSERT INTO by_postgres SELECT id, t, n, i2::smallint, i8::bigint, b::boolean, f4::real, f8::float8, c::char(6),
  tt::timetz,
  tz::timestamptz, ts::timestamp, d::date, decode(nullif(vb, ''), 'hex'), s, num::numeric, num10::numeric(20, 10),
      u::inet FROM as_text;
SELECT count(*) AS rows FROM as_types;
-- same values
(SELECT * FROM as_types EXCEPT SELECT * FROM by_postgres) UNION ALL (SELECT * FROM by_postgres EXCEPT SELECT *
  FROM as_types);
-- same bytes: the stored size of each value, and each value as the wire has it
SELECT count(*) AS different
FROM as_types a JOIN by_postgres p USING (id)
WHERE (pg_column_size(a.num), pg_column_size(a.num10), pg_column_size(a.c), pg_column_size(a.s), pg_column_size(a.vb),
       numeric_send(a.num), numeric_send(a.num10), timetz_send(a.tt), a.c::text, a.num::text)
  IS DISTINCT FROM
      (pg_column_size(p.num), pg_column_size(p.num10), pg_column_size(p.c), pg_column_size(p.s), pg_column_size(p.vb),
       numeric_send(p.num), numeric_send(p.num10), timetz_send(p.tt), p.c::text, p.num::text);
-- same room on the pages
SELECT pg_relation_size('as_types') = pg_relation_size('by_postgres') AS same_size;
ANALYZE as_types;
SELECT id, num, num10, ts, d, c, tt FROM as_types ORDER BY id;
DROP TABLE as_text, as_types, by_postgres;
DROP SERVER types_mirror;
