-- What was unloaded and loaded again is the same table: every type, format, compression and option that
-- promises it, over every character and values at the ends of their types.
\set VERBOSITY terse
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
LOAD 'sparkify_dwh';
SET sparkify_dwh.workers = 2;
SET TimeZone = 'UTC';
SELECT current_setting('data_directory') || '/unload_round_trip' AS out \gset
CREATE TEMP TABLE command (line text);
COPY command FROM PROGRAM 'mkdir -p unload_round_trip';
CREATE SERVER unload_round_trip FOREIGN DATA WRAPPER sparkify_s3
  OPTIONS (location 's3://round-trip/', mirror :'out', writable 'on');

CREATE TABLE original (
    id integer, b boolean, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, n numeric(38,10),
    m numeric(5,0), c char(12), v varchar(400), d date, ti time, tz timetz, ts timestamp, tstz timestamptz, s jsonb);

-- characters one by one, in front, behind, between
INSERT INTO original (id, v, c, s)
SELECT i, chr(i) || 'a' || chr(i) || chr(i) || 'b' || chr(i), CASE WHEN i < 128 THEN chr(i) || 'x' END,
  to_jsonb('a' || chr(i) || 'b')
FROM generate_series(1, 300) i;
-- what formats give a meaning to
INSERT INTO original (id, v, s)
SELECT 1000 + row_number() OVER (), t, to_jsonb(t) || jsonb_build_object('k "' || t, ARRAY[t, 'x, y: z'])
FROM unnest(ARRAY['"', '""', '"a"', 'a"b', '"a', 'a"', '\', '\\', 'a\', '\N', '\\N', '\n', '|', '||', 'a|', ',', 'a,b',
  ',",', '"|"', E'\n', E'\r',
    E'\r\n', E'a\nb', E'"\n"', E'a\\\nb', E'\t', '''', 'null', 'NULL', 'NULL!', ' NULL!', 'a NULL! b', '-', '{"a": 1}',
      '[', 'ü', '音楽', '🎵', E'\u200b',
    repeat('"', 100), repeat(E'\n', 50), repeat('x,', 150), ' a', 'a ', '  ', E' "a"', E'"a" ', '#', ';', E'\x01',
        E'\x7f', E'\u0085', E'\ufeff', '%s', '$1']) t;
-- values at the ends of their types
INSERT INTO original VALUES
    (2001, true, 32767, 2147483647, 9223372036854775807, 3.4028235e38, 1.7976931348623157e308,
      9999999999999999999999999999.9999999999, 99999,
     'c', 'v', '9999-12-31', '23:59:59.999999', '23:59:59.999999-12', '9999-12-31 23:59:59.999999',
         '9999-12-31 11:59:59.999999+00', '{"a": {"b": [1.50, null, true]}}'),
    (2002, false, -32768, -2147483648, -9223372036854775808, -3.4028235e38, -1.7976931348623157e308,
      -9999999999999999999999999999.9999999999, -99999,
     '', '', '0001-01-01', '00:00', '00:00+12', '0001-01-01', '0001-01-02 00:00+00', '[]'),
    (2003, NULL, 0, 0, 0, 1.1754944e-38, 2.2250738585072014e-308, 0.0000000001, 0, ' ', ' ', '2000-02-29',
      '00:00:00.000001', '12:00:00.1+05:30', '1969-12-31 23:59:59.999', '1900-01-01 00:00+00', '{"x": null}'),
    (2004, true, 1, 10, 100, 'NaN', 'NaN', 1, 1, 'NaN', 'NaN', '1582-10-15', '12:34', '12:34:56.78+00',
      '2000-01-01 00:00:00.5', '2024-03-31 01:00+00', '"x"');
-- numbers of all kinds, generated
INSERT INTO original (id, b, i2, i4, i8, f4, f8, n, m, d, ti, tz, ts, tstz)
SELECT 3000 + i, i % 2 = 0, hashint4(i) % 32768, hashint4(i + 1), hashint8extended(i, 1),
       (hashint4(i + 2) * 10::float8 ^ (hashint4(i) % 30))::real, hashint8extended(i, 2) * 10::float8 ^
         (hashint4(i + 3) % 280),
       (hashint8extended(i, 3)::numeric * 10 ^ (abs(hashint4(i)) % 8)) / 10000000000, hashint4(i + 4) % 100000,
       '2000-01-01'::date + hashint4(i + 5) % 300000,
           '00:00'::time + make_interval(secs => abs(hashint4(i + 6)) % 86400 + i / 1000000.0),
       ('00:00'::time + make_interval(secs => abs(hashint4(i + 7)) % 86400))::text::timetz,
         '2000-01-01'::timestamp + make_interval(secs => hashint4(i + 8) + i / 997.0),
       '2000-01-01 00:00+00'::timestamptz + make_interval(secs => hashint4(i + 9) / 2)
FROM generate_series(1, 1000) i;
INSERT INTO original (id) SELECT 9000 + i FROM generate_series(1, 10) i;
CREATE TABLE again (LIKE original);

-- Unloads and loads; says what is not the same.  A missing text and an empty one are one where NULL is ''.
CREATE FUNCTION round_trip(query text, how text, back text, columns text DEFAULT '*') RETURNS text LANGUAGE plpgsql AS
  $$
DECLARE differing bigint; example text;
BEGIN
    TRUNCATE again;
    EXECUTE format('COPY (%s) TO ''s3://round-trip/%s/'' WITH (cleanpath on, %s)', query, md5(how), how);
    EXECUTE format('COPY again FROM ''s3://round-trip/%s/%s'' WITH (%s)', md5(how),
        CASE WHEN how ~ 'manifest' THEN 'manifest' END, back);
    EXECUTE format('WITH missing AS (SELECT o::text FROM (%s) o EXCEPT ALL SELECT a::text FROM (SELECT %s FROM again) a),
        added AS (SELECT a::text FROM (SELECT %s FROM again) a EXCEPT ALL SELECT o::text FROM (%s) o)
        SELECT count(*), min(o) FROM (SELECT ''missing: '' || o FROM missing UNION ALL SELECT ''added: '' || a FROM added) d(o)', query, columns, columns, query)
      INTO differing, example;
    RETURN CASE WHEN differing = 0 THEN 'the same' ELSE format('%s rows differ: %s', differing, example) END;
END $$;

\set all 'SELECT * FROM original'
-- CSV
SELECT c, d, round_trip(:'all', format('format ''csv'', null ''NULL!'', compression ''%s'', delimiter %L', c, d),
    format('format ''csv'', null ''NULL!'', compression ''%s'', delimiter %L', c, d))
FROM unnest(ARRAY['none', 'gzip', 'bzip2', 'zstd']) c, unnest(ARRAY[',', '|', '\t', '-', '1']) d
  WHERE c = 'none' OR d = ',' ORDER BY 1, 2;
SELECT round_trip(:'all', 'format ''csv'', null ''NULL!'', header on',
  'format ''csv'', null ''NULL!'', ignoreheader 1');
SELECT round_trip(:'all', 'format ''csv'', null ''NULL!'', manifest ''verbose''',
  'format ''csv'', null ''NULL!'', manifest on');
SELECT round_trip(:'all', 'format ''csv'', null ''NULL!'', parallel off, extension ''csv''',
  'format ''csv'', null ''NULL!''');
-- delimited text; without NULL AS, COPY takes the text \N for NULL however it is escaped
SELECT c, d, round_trip(:'all', format('escape on, null ''\N'', compression ''%s'', delimiter %L', c, d),
  format('escape on, null ''\N'', compression ''%s'', delimiter %L', c, d))
FROM unnest(ARRAY['none', 'gzip', 'bzip2', 'zstd']) c, unnest(ARRAY['|', ',', '\t', '~']) d WHERE c = 'none' OR d = '|'
  ORDER BY 1, 2;
SELECT round_trip(:'all', 'escape on, null ''NULL!''', 'escape on, null ''NULL!''');
SELECT round_trip(:'all', 'escape on, addquotes on, null ''NULL!''', 'escape on, removequotes on, null ''NULL!''');
SELECT round_trip(:'all', 'escape on, header on, null ''\N''', 'escape on, null ''\N'', ignoreheader 1');
-- JSON; COPY takes its numbers for doubles and cuts them, so DECIMALs of 15 digits come back with ROUNDEC
\set json 'SELECT id, b, i2, i4, i8, f4, f8, ((i8 % 100000000000000) / 10000000000.0)::numeric(38,10) AS n, m, c, v, d, ti, tz, ts, tstz, s FROM original'
SELECT c, round_trip(:'json', format('format ''json'', compression ''%s''', c),
  format('format ''json'', jsonpaths ''auto'', roundec on, compression ''%s''', c))
FROM unnest(ARRAY['none', 'gzip', 'bzip2', 'zstd']) c ORDER BY 1;
SELECT round_trip(:'json', 'format ''json'', partition_by (b, d), include on',
  'format ''json'', jsonpaths ''auto'', roundec on');
-- fixed width: no line ends, no blanks at the ends
\set plain 'SELECT id, b, i2, i4, i8, f4, f8, n, m, NULL::char(12) AS c, CASE WHEN id > 2000 THEN ''w'' || id END::varchar(400) AS v, d, ti, tz, ts, tstz, NULL::jsonb AS s FROM original WHERE v IS NULL OR v !~ ''^\\s'''
SELECT round_trip(:'plain',
  'fixedwidth ''a:8,b:1,c:8,d:12,e:22,f:20,g:28,h:45,i:7,j:4,k:40,l:12,m:20,n:25,o:30,p:35,q:4'', null ''@@''',
                  'fixedwidth ''a:8,b:1,c:8,d:12,e:22,f:20,g:28,h:45,i:7,j:4,k:40,l:12,m:20,n:25,o:30,p:35,q:4'', null ''@@''');
-- NULL as '' comes back as '' in texts
SELECT round_trip('SELECT id, b, i2, i4, i8, f4, f8, n, m, coalesce(c, '''')::char(12), coalesce(v, '''')::varchar(400), d, ti, tz, ts, tstz, s FROM original WHERE s IS NOT NULL AND coalesce(v, '''') <> ''\N''',
                  'format ''csv''', 'format ''csv''');
-- dates don't follow the session's settings
SET DateStyle = 'German, DMY'; SET TimeZone = 'America/New_York'; SET extra_float_digits = 0;
  SET bytea_output = 'escape';
SELECT round_trip(:'all', 'format ''csv'', null ''NULL!''', 'format ''csv'', null ''NULL!''');
RESET DateStyle; SET TimeZone = 'UTC'; RESET extra_float_digits; RESET bytea_output;
-- without threads
SET sparkify_dwh.workers = 0;
SELECT round_trip(:'all', 'format ''csv'', null ''NULL!'', compression ''zstd''',
  'format ''csv'', null ''NULL!'', compression ''zstd''');
SELECT round_trip(:'json', 'format ''json'', partition_by (b), include on',
  'format ''json'', jsonpaths ''auto'', roundec on');
-- VARBYTE
RESET sparkify_dwh.workers;
CREATE TABLE bytes AS SELECT i AS id, decode(repeat(lpad(to_hex(i), 2, '0'), i % 7), 'hex') AS b
  FROM generate_series(0, 255) i;
CREATE TABLE bytes_again (LIKE bytes);
COPY bytes TO 's3://round-trip/bytes/' WITH (format 'csv');
COPY bytes_again FROM 's3://round-trip/bytes/' WITH (format 'csv');
SELECT count(*) FROM (SELECT * FROM bytes WHERE b <> '' EXCEPT ALL SELECT * FROM bytes_again) d;
COPY command FROM PROGRAM 'rm -r unload_round_trip';
