-- UNLOAD: what stands in the objects, their names, options and what contradicts them, who may, the record
\set VERBOSITY default
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
RESET client_min_messages;
LOAD 'sparkify_dwh';
SET sparkify_dwh.workers = 2;
SET TimeZone = 'UTC';
SELECT current_setting('data_directory') || '/unload_out' AS out \gset
CREATE TEMP TABLE command (line text);
COPY command FROM PROGRAM 'mkdir -p unload_out';
CREATE SERVER unload_out FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://out/', mirror :'out', writable 'on');
CREATE TABLE listing (line text);
CREATE FUNCTION objects(prefix text) RETURNS TABLE (object text, line text) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE listing;
    EXECUTE format($c$COPY listing FROM PROGRAM $p$cd unload_out && find . -type f -path "./%s*" | sed "s:^./::" | LC_ALL=C sort | while read f; do awk -v "f=$f" '{ print f " > " $0 }' "$f"; [ -s "$f" ] || echo "$f > (empty)"; done$p$ (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02')$c$, prefix);
    RETURN QUERY SELECT split_part(l.line, ' > ', 1), replace(substr(l.line, length(split_part(l.line, ' > ', 1)) + 4), E'\t', '<TAB>') FROM listing l;
END $$;

CREATE TABLE venue (venueid integer, venuename varchar(100), venuestate char(2), open boolean, seats numeric(8,2),
  since date);
INSERT INTO venue VALUES (1, 'Pinewood Race|track', 'OH', true, 0, '2001-02-03'),
  (2, 'Columbus "Crew" Stadium', 'O', false, 1234.5, NULL),
    (4, 'Community, Ballpark', NULL, NULL, NULL, '2020-02-29'), (5, E'two\nlines \\ of text', 'KS', true, -0.05,
      '1999-12-31');

-- the default is text with '|'
SELECT statement, command, rows
  FROM sparkify_execute($$UNLOAD ('select * from venue order by venueid') TO 's3://out/text_' IAM_ROLE default$$);
SELECT * FROM objects('text_');
SELECT statement, command, rows FROM sparkify_execute($$unload ($q$select venueid, venuename, since from venue where venuestate is null or venuestate <> 'KS' order by 1$q$)
  to 's3://out/escaped_' credentials 'aws_iam_role=arn:aws:iam::123456789012:role/r' delimiter as '\t' null as '\\N' addquotes escape header parallel off$$);
SELECT * FROM objects('escaped_');
SELECT statement, command, rows FROM sparkify_execute($$UNLOAD ('select venueid, venuename, venuestate, seats from venue where venueid < 5 order by 1') TO 's3://out/fixed_'
  IAM_ROLE default FIXEDWIDTH AS 'venueid:3,venuename:24,venuestate:2,seats:8' NULL AS '--' EXTENSION 'txt'$$);
SELECT * FROM objects('fixed_');
SELECT statement, command, rows FROM sparkify_execute($$UNLOAD ('select * from venue order by venueid') TO 's3://out/csv_' IAM_ROLE default FORMAT AS CSV HEADER$$);
SELECT * FROM objects('csv_');
SELECT statement, command, rows FROM sparkify_execute($$UNLOAD ('select *, json_parse(''{"a": [1, "x y"]}'') as s, ''NaN''::float8 as nan, 0.1::float4 as f, 1e22::float8 as e from venue order by venueid') TO 's3://out/json_'
  IAM_ROLE default JSON MANIFEST$$);
SELECT * FROM objects('json_');
-- partitions: PARTITION BY ends the prefix with a slash; NULL and what a name can't have in it
SELECT statement, command, rows FROM sparkify_execute($$UNLOAD ('select venueid, coalesce(venuestate, ''a/b=c'') as st, since from venue order by venueid desc') TO 's3://out/parts'
  IAM_ROLE default CSV PARTITION BY (since, st) MANIFEST VERBOSE$$);
SELECT * FROM objects('parts');
SELECT statement, command, rows FROM sparkify_execute($$UNLOAD ('select venueid, venuestate from venue') TO 's3://out/included/' IAM_ROLE default CSV PARTITION BY (venuestate) INCLUDE PARALLEL FALSE$$);
SELECT * FROM objects('included');
-- no rows: one object, which may be empty; none with PARTITION BY
COPY (SELECT * FROM venue WHERE false) TO 's3://out/none_' WITH (format 'csv');
COPY (SELECT * FROM venue WHERE false) TO 's3://out/none_header_' WITH (format 'csv', header on);
COPY (SELECT * FROM venue WHERE false) TO 's3://out/none_parts_' WITH (format 'csv', partition_by (open));
SELECT * FROM objects('none_');
-- a table, PostgreSQL's spelling; generated columns are left out
CREATE TABLE doubled (n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED, m integer);
INSERT INTO doubled (n, m) VALUES (1, 2);
COPY doubled TO 's3://out/doubled_' WITH (delimiter ',');
COPY doubled (m, twice) TO 's3://out/doubled_columns_';
SELECT * FROM objects('doubled_');

-- what is there already
COPY venue TO 's3://out/csv_' WITH (format 'csv');
COPY (SELECT 1) TO 's3://out/csv_' WITH (format 'csv', allowoverwrite on);
COPY (SELECT 2) TO 's3://out/csv_9' WITH (format 'csv');
COPY (SELECT 3) TO 's3://out/csv_' WITH (format 'csv', extension '.csv', cleanpath on);
SELECT * FROM objects('csv_');
-- CLEANPATH with PARTITION BY cleans the folders that receive objects only
COPY (SELECT 9 AS n, DATE '2020-02-29' AS since, 'OH' AS st) TO 's3://out/parts'
  WITH (format 'csv', extension 'new', partition_by 'since, st', cleanpath on);
COPY (SELECT 9 AS n, DATE '2001-02-03' AS since, 'OH' AS st) TO 's3://out/parts'
  WITH (format 'csv', extension 'new', partition_by 'since, st', cleanpath on);
SELECT DISTINCT object FROM objects('parts') ORDER BY 1;
-- a failure leaves what was there, and nothing else
COPY (SELECT 1 / (3 - g) FROM generate_series(1, 3) g) TO 's3://out/csv_' WITH (format 'csv', cleanpath on);
COPY (SELECT 1 / (300000 - g) FROM generate_series(1, 300000) g) TO 's3://out/csv_' WITH (format 'csv', allowoverwrite on);
COPY (SELECT repeat('x', g) FROM generate_series(1, 3) g) TO 's3://out/csv_' WITH (fixedwidth 'a:2', allowoverwrite on);
SELECT * FROM objects('csv_');
SELECT * FROM objects('.sparkify');

-- MAXFILESIZE
COPY (SELECT g, repeat('x', 1000) FROM generate_series(1, 12000) g) TO 's3://out/large_'
  WITH (format 'csv', maxfilesize '5 mb', parallel off, header on, manifest on);
SELECT trim(path) AS path, line_count, transfer_size FROM stl_unload_log WHERE query = pg_last_unload_id() ORDER BY 1;

-- options that contradict each other, or aren't there
COPY venue TO 's3://out/e_' WITH (format 'csv', fixedwidth 'a:1');
COPY venue TO 's3://out/e_' WITH (format 'csv', addquotes on);
COPY venue TO 's3://out/e_' WITH (format 'json', header on);
COPY venue TO 's3://out/e_' WITH (format 'json', null 'x');
COPY venue TO 's3://out/e_' WITH (fixedwidth 'a:1', header on);
COPY venue TO 's3://out/e_' WITH (fixedwidth 'a:1', delimiter ',');
COPY venue TO 's3://out/e_' WITH (fixedwidth 'a:1');
COPY venue TO 's3://out/e_' WITH (fixedwidth 'a');
COPY venue TO 's3://out/e_' WITH (cleanpath on, allowoverwrite on);
COPY venue TO 's3://out/e_' WITH (delimiter '||');
COPY venue TO 's3://out/e_' WITH (delimiter E'\n');
COPY venue TO 's3://out/e_' WITH (maxfilesize '4 MB');
COPY venue TO 's3://out/e_' WITH (maxfilesize '6.3 GB');
COPY venue TO 's3://out/e_' WITH (maxfilesize 'much');
COPY venue TO 's3://out/e_' WITH (format 'parquet');
COPY venue TO 's3://out/e_' WITH (compression 'lzop');
COPY venue TO 's3://out/e_' WITH (extension 'a/b');
COPY venue TO 's3://out/e_' WITH (include on);
COPY venue TO 's3://out/e_' WITH (partition_by (nothing));
COPY venue TO 's3://out/e_' WITH (partition_by (venueid, venuename, venuestate, open, seats, since));
COPY (SELECT 1 AS a, now() AS b) TO 's3://out/e_' WITH (partition_by (b));
COPY (SELECT 1 AS a, 2 AS a) TO 's3://out/e_' WITH (format 'json');
COPY (SELECT '\x01'::bytea AS a) TO 's3://out/e_' WITH (format 'json');
COPY venue TO 's3://out/e_' WITH (iam_role 'arn:aws:iam::1:role/r', access_key_id 'a', secret_access_key 'b');
COPY venue TO 's3://out/e_' WITH (gzip on);
COPY venue TO 's3://out/e_' WITH (nothing on);
COPY (DELETE FROM venue RETURNING *) TO 's3://out/e_';
COPY venue TO 's3://out/../e_';
COPY venue TO 's3://elsewhere/e_';
SELECT * FROM sparkify_execute($$UNLOAD ('select * from venue limit 1') TO 's3://out/e_' IAM_ROLE default$$);
SELECT * FROM sparkify_execute($$UNLOAD ('select top 1 * from venue') TO 's3://out/e_' IAM_ROLE default$$);
SELECT * FROM sparkify_execute($$UNLOAD ('delete from venue') TO 's3://out/e_' IAM_ROLE default$$);
SELECT * FROM sparkify_execute($$UNLOAD ('select * from nowhere') TO 's3://out/e_' IAM_ROLE default$$);
SELECT * FROM sparkify_execute($$UNLOAD ('select * from venue') TO 's3://out/e_' IAM_ROLE default PARQUET$$);
SELECT * FROM sparkify_execute($$UNLOAD ('select * from venue') TO 's3://out/e_' IAM_ROLE default KMS_KEY_ID 'x' ENCRYPTED$$);
SELECT * FROM sparkify_execute($$UNLOAD ('select * from venue') TO 's3://out/e_' IAM_ROLE default GZIP ZSTD$$);
SELECT * FROM sparkify_execute($$UNLOAD ('select * from venue') TO 's3://out/e_' IAM_ROLE default NOTHING$$);
SELECT * FROM sparkify_execute($$UNLOAD 'select * from venue' TO 's3://out/e_'$$);
SELECT * FROM objects('e_');

-- the dialect: Redshift's query inside, the same on the way back
SELECT regexp_replace(postgres, ', ', E',\n  ', 'g') AS postgres FROM sparkify_dialect($$UNLOAD ('select nvl(venuename, ''none'') n, n || ''!'' m from venue') TO 's3://b/k' IAM_ROLE 'arn:aws:iam::1:role/r' FORMAT AS JSON
  MANIFEST VERBOSE MAXFILESIZE AS 1.5 GB PARTITION BY (m, "N") INCLUDE ENCRYPTED AUTO REGION AS 'us-west-2' ZSTD PARALLEL TRUE CLEANPATH EXTENSION 'x'$$);
SELECT redshift FROM sparkify_dialect($$COPY (SELECT a, 'it''s' FROM t) TO 's3://b/k' WITH (format 'csv', compression 'gzip', null 'x', header on, allowoverwrite off,
  partition_by (a), manifest 'verbose', maxfilesize '100 MB', parallel off, access_key_id 'AKIA', secret_access_key 'secret')$$);
SELECT redshift FROM sparkify_dialect($$UNLOAD ('select 1') TO 's3://b/k' ACCESS_KEY_ID 'AKIA' SECRET_ACCESS_KEY 'secret' CSV$$);

-- who may
CREATE ROLE regress_unload_reader; CREATE ROLE regress_unload_writer; CREATE ROLE regress_unload_owner;
GRANT SELECT ON venue TO regress_unload_reader, regress_unload_writer;
CREATE SERVER unload_read_only FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://read-only/', mirror :'out');
GRANT USAGE ON FOREIGN SERVER unload_out, unload_read_only TO regress_unload_reader, regress_unload_writer;
GRANT pg_write_server_files TO regress_unload_writer;
COPY venue TO 's3://read-only/x';
SET ROLE regress_unload_reader;
COPY venue TO 's3://out/denied';
COPY doubled TO 's3://out/denied';
SET ROLE regress_unload_writer;
COPY venue TO 's3://out/allowed';
COPY doubled TO 's3://out/denied';
RESET ROLE;
GRANT USAGE ON FOREIGN DATA WRAPPER sparkify_s3 TO regress_unload_owner;
GRANT pg_read_server_files TO regress_unload_owner;
SET ROLE regress_unload_owner;
CREATE SERVER unload_mine FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://mine/', mirror '/nowhere', writable 'on');
CREATE SERVER unload_mine FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://mine/', endpoint 'http://127.0.0.1:1', writable 'on');
ALTER SERVER unload_mine OPTIONS (SET writable 'perhaps');
RESET ROLE;
SELECT * FROM objects('denied');

-- the record; users see their own
SELECT status, file_format, compression_type, unloaded_location, unloaded_rows, unloaded_files_count,
  unloaded_files_size, error_message
FROM sys_unload_history WHERE unloaded_location ~ '(csv_|json_|large_)' ORDER BY query_id;
SELECT pg_last_unload_count(), pg_last_query_id() = pg_last_unload_id(), pg_last_unload_id() > 0;
SELECT trim(file_name) AS file_name, line_count, transfer_size, trim(file_format) AS file_format FROM sys_unload_detail
  WHERE file_name ~ '(allowed|parts)' ORDER BY query_id, 1;
SELECT trim(querytxt) AS querytxt, aborted FROM stl_query WHERE querytxt LIKE 'UNLOAD%large%';
SET ROLE regress_unload_writer;
SELECT unloaded_location FROM sys_unload_history;
RESET ROLE;
DROP SERVER unload_mine; DROP SERVER unload_read_only; DROP SERVER unload_out;
DROP OWNED BY regress_unload_reader, regress_unload_writer, regress_unload_owner;
DROP ROLE regress_unload_reader, regress_unload_writer, regress_unload_owner;
COPY command FROM PROGRAM 'rm -r unload_out';
-- of PostgreSQL's spelling only a switch may stand without a value
SELECT option, sparkify_translate(format($$COPY (SELECT 1) TO 's3://out/v_' WITH (format 'csv', %s)$$, option))
    LIKE '%format%' AS translated FROM unnest('{header, parallel, manifest, escape}'::text[]) AS o(option);
DO $$
DECLARE
    option text;
BEGIN
    FOREACH option IN ARRAY '{iam_role, partition_by, maxfilesize, delimiter, extension, compression, region}'::text[]
    LOOP
        BEGIN
            PERFORM sparkify_dialect(format('COPY (SELECT 1) TO ''s3://out/v_'' WITH (format ''csv'', %s)', option));
            RAISE WARNING '%', option;
        EXCEPTION WHEN syntax_error THEN
            RAISE NOTICE '%', sqlerrm;
        END;
        BEGIN
            EXECUTE format('COPY (SELECT 1) TO ''s3://out/v_'' WITH (format ''csv'', %s)', option);
            RAISE WARNING '%', option;
        EXCEPTION WHEN OTHERS THEN
            RAISE NOTICE '%', sqlerrm;
        END;
    END LOOP;
END $$;
-- what a string says stays one option in Redshift's spelling, too
SELECT redshift FROM unnest(ARRAY[$$maxfilesize '4 mb; DROP TABLE t'$$, $$maxfilesize '6.2 gb'$$, $$maxfilesize 100$$,
    $$parallel 'off; DROP TABLE t'$$, $$parallel 'off'$$, $$partition_by 'a, "b c", D'$$]) AS o(option),
    sparkify_dialect(format($$COPY (SELECT 1) TO 's3://out/v_' WITH (format 'csv', %s)$$, option));
SELECT redshift FROM sparkify_dialect($$COPY (SELECT 1) TO 's3://out/v_' WITH (partition_by 'a); DROP TABLE t; (')$$);
-- a query between dollars must not end with one
SELECT redshift FROM sparkify_dialect($$COPY (SELECT 1 AS a$) TO 's3://out/v_' WITH (format 'csv')$$);
