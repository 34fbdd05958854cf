-- attempt(rule, object, columns, options): what a COPY of one object into a
-- fresh table does: the rows that are there afterwards, or Redshift's error,
-- and what stl_load_errors says.  The mirror is a directory of this server's.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
LOAD 'sparkify_dwh';
SELECT current_setting('data_directory') || '/rules_mirror' AS rules_mirror \gset
\set make_directory 'mkdir -p ' :rules_mirror
COPY (SELECT WHERE false) TO PROGRAM :'make_directory';
CREATE SERVER IF NOT EXISTS rules FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://rules/', mirror :'rules_mirror');

CREATE OR REPLACE FUNCTION put(key text, content bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  lob oid := lo_from_bytea(0, content);
BEGIN
  PERFORM lo_export(lob, current_setting('data_directory') || '/rules_mirror/' || key);
  PERFORM lo_unlink(lob);
END $$;

CREATE OR REPLACE FUNCTION attempt(rule text, object bytea, columns text, options text DEFAULT 'format ''json''',
                                   url text DEFAULT 's3://rules/object')
RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  PERFORM put('object', object);
  DROP TABLE IF EXISTS pg_temp.t;
  EXECUTE format('CREATE TEMP TABLE t (%s)', columns);
  BEGIN
    EXECUTE format('COPY t FROM %L WITH (%s)', url, options);
    RETURN QUERY EXECUTE 'SELECT t::text FROM t';
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN NEXT 'ERROR: ' || SQLERRM;
    IF SQLERRM NOT LIKE 'Load into%' THEN
      RETURN QUERY SELECT 'DETAIL: ' || detail WHERE detail <> '' AND detail NOT LIKE '%directory%';
      RETURN;
    END IF;
  END;
  RETURN QUERY SELECT format('%s %s line %s: %s', err_code, trim(colname), line_number, trim(err_reason))
    FROM stl_load_errors WHERE query = pg_last_copy_id() ORDER BY start_offset, line_number;
END $$;

CREATE OR REPLACE FUNCTION attempt(rule text, object text, columns text, options text DEFAULT 'format ''json''',
                                   url text DEFAULT 's3://rules/object')
RETURNS SETOF text LANGUAGE sql AS $$ SELECT attempt(rule, convert_to(object, 'UTF8'), columns, options, url) $$;
