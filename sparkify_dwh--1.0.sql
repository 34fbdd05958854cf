/* sparkify_dwh--1.0.sql: every SQL object of the extension, in sections */

\echo Use "CREATE EXTENSION sparkify_dwh" to load this file. \quit

------------------------------------------------------------------------------
-- Stores: foreign servers of the wrapper sparkify_s3
------------------------------------------------------------------------------

------------------------------------------------------------------------------
-- Catalog: settings, definitions, the record of loads
------------------------------------------------------------------------------

------------------------------------------------------------------------------
-- The record of loads: what the system views show
------------------------------------------------------------------------------

CREATE SEQUENCE sparkify_query_id AS integer CYCLE;

CREATE TABLE sparkify_load (
    query_id bigint PRIMARY KEY,
    user_id oid,
    transaction_id bigint,
    session_id integer,
    database_name text,
    table_id oid,
    table_name text,
    status text,
    start_time timestamptz,
    end_time timestamptz,
    data_source text,
    file_format text,
    loaded_rows bigint,
    loaded_bytes bigint,
    source_file_count bigint,
    source_file_bytes bigint,
    error_count bigint
);
CREATE INDEX ON sparkify_load (start_time);

CREATE TABLE sparkify_load_object (
    query_id bigint,
    filename text,
    lines_scanned bigint,
    bytes bigint,
    errors bigint,
    curtime timestamptz
);
CREATE INDEX ON sparkify_load_object (query_id);

CREATE TABLE sparkify_load_error (
    query_id bigint,
    filename text,
    line_number bigint,
    start_offset bigint,
    colname text,
    type text,
    col_length text,
    position integer,
    raw_line text,
    raw_field_value text,
    err_code integer,
    err_reason text
);
CREATE INDEX ON sparkify_load_error (query_id);

CREATE TABLE sparkify_load_error_field (
    query_id bigint,
    filename text,
    line_number bigint,
    field integer,
    colname text,
    type text,
    col_length text,
    value text,
    is_null integer
);
CREATE INDEX ON sparkify_load_error_field (query_id);

CREATE TABLE sparkify_load_replacement (
    query_id bigint,
    filename text,
    line_number bigint,
    colname text,
    raw_line text
);
CREATE INDEX ON sparkify_load_replacement (query_id);

REVOKE ALL ON sparkify_load, sparkify_load_object, sparkify_load_error,
    sparkify_load_error_field, sparkify_load_replacement FROM PUBLIC;

------------------------------------------------------------------------------
-- Definitions: the Sparkify warehouse in Redshift SQL
------------------------------------------------------------------------------

------------------------------------------------------------------------------
-- Functions: the warehouse, the dialect, the export
------------------------------------------------------------------------------

------------------------------------------------------------------------------
-- System views: Redshift's views and functions over what COPY did
------------------------------------------------------------------------------
-- Columns, types and widths are those of Redshift's documentation (pages
-- r_STL_LOAD_ERRORS, r_STL_LOADERROR_DETAIL, SYS_LOAD_HISTORY ...), CHAR
-- padding included.  A user sees the loads of their own; superusers and
-- members of pg_read_all_stats see all.  There is one slice, number 0.

CREATE FUNCTION pg_last_copy_id() RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION pg_last_copy_id() IS 'id of the last COPY of this session that began to load; -1 if none';

CREATE FUNCTION pg_last_copy_count() RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION pg_last_copy_count() IS 'rows of the last COPY of this session; 0 after one that failed';

CREATE FUNCTION pg_last_query_id() RETURNS integer
LANGUAGE sql VOLATILE PARALLEL RESTRICTED RETURN pg_last_copy_id();
CREATE FUNCTION pg_last_unload_id() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN -1;
CREATE FUNCTION pg_last_unload_count() RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0::bigint;
CREATE FUNCTION slice_num() RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 0;

-- The loads that the current user may see: what every view below joins.
CREATE VIEW sparkify_visible_load AS
SELECT l.*
FROM sparkify_load l
WHERE l.user_id = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER)
   OR pg_catalog.pg_has_role(CURRENT_USER, 'pg_read_all_stats', 'USAGE');

CREATE VIEW stl_load_errors AS
SELECT l.user_id::bigint::integer AS userid,
       0 AS slice,
       l.table_id::bigint::integer AS tbl,
       l.start_time::timestamp AS starttime,
       l.session_id AS session,
       l.query_id::integer AS query,
       e.filename::character(256) AS filename,
       e.line_number,
       coalesce(e.colname, '')::character(127) AS colname,
       coalesce(e.type, '')::character(10) AS type,
       coalesce(e.col_length, '')::character(10) AS col_length,
       e.position,
       e.raw_line::character(1024) AS raw_line,
       coalesce(e.raw_field_value, '')::character(1024) AS raw_field_value,
       e.err_code,
       e.err_reason::character(100) AS err_reason,
       0 AS is_partial,
       e.start_offset,
       0::bigint AS copy_job_id
FROM sparkify_load_error e JOIN sparkify_visible_load l USING (query_id);

CREATE VIEW stl_loaderror_detail AS
SELECT l.user_id::bigint::integer AS userid,
       0 AS slice,
       l.session_id AS session,
       l.query_id::integer AS query,
       f.filename::character(256) AS filename,
       f.line_number,
       f.field,
       f.colname::character(1024) AS colname,
       f.value::character(1024) AS value,
       f.is_null,
       f.type::character(10) AS type,
       f.col_length::character(10) AS col_length
FROM sparkify_load_error_field f JOIN sparkify_visible_load l USING (query_id);

CREATE VIEW stl_load_commits AS
SELECT l.user_id::bigint::integer AS userid,
       l.query_id::integer AS query,
       0 AS slice,
       o.filename::character(256) AS name,
       o.filename::character(256) AS filename,
       0 AS byte_offset,
       o.lines_scanned::integer AS lines_scanned,
       o.errors::integer AS errors,
       o.curtime::timestamp AS curtime,
       1 AS status,
       l.file_format::character(16) AS file_format,
       0 AS is_partial,
       0::bigint AS start_offset,
       0::bigint AS copy_job_id
FROM sparkify_load_object o JOIN sparkify_visible_load l USING (query_id);

CREATE VIEW stl_replacements AS
SELECT l.user_id::bigint::integer AS userid,
       l.query_id::integer AS query,
       0 AS slice,
       l.table_id::bigint::integer AS tbl,
       l.start_time::timestamp AS starttime,
       l.session_id AS session,
       r.filename::character(256) AS filename,
       r.line_number,
       r.colname::character(127) AS colname,
       r.raw_line::character(1024) AS raw_line
FROM sparkify_load_replacement r JOIN sparkify_visible_load l USING (query_id);

CREATE VIEW stl_query AS
SELECT l.user_id::bigint::integer AS userid,
       l.query_id::integer AS query,
       'default'::character(30) AS label,
       l.transaction_id AS xid,
       l.session_id AS pid,
       l.database_name::character(32) AS database,
       pg_catalog.format('COPY %I FROM %L', l.table_name, l.data_source)::character(4000) AS querytxt,
       l.start_time::timestamp AS starttime,
       l.end_time::timestamp AS endtime,
       (l.status = 'aborted')::integer AS aborted
FROM sparkify_visible_load l;

CREATE VIEW sys_load_history AS
SELECT l.user_id::bigint::integer AS user_id,
       l.query_id,
       l.transaction_id,
       l.session_id,
       l.database_name,
       l.status,
       l.table_name,
       l.start_time::timestamp AS start_time,
       l.end_time::timestamp AS end_time,
       (extract(epoch FROM l.end_time - l.start_time) * 1000000)::bigint AS duration,
       l.data_source,
       CASE l.file_format WHEN 'Text' THEN 'txt' ELSE lower(l.file_format) END AS file_format,
       l.loaded_rows,
       l.loaded_bytes,
       l.source_file_count::integer AS source_file_count,
       l.source_file_bytes,
       l.source_file_count::integer AS file_count_scanned,
       l.source_file_bytes AS file_bytes_scanned,
       l.error_count,
       0::bigint AS copy_job_id
FROM sparkify_visible_load l;

CREATE VIEW sys_load_error_detail AS
SELECT l.user_id::bigint::integer AS user_id,
       l.query_id,
       l.transaction_id,
       l.session_id,
       l.database_name::character(64) AS database_name,
       l.table_id::bigint::integer AS table_id,
       l.start_time::timestamp AS start_time,
       e.filename::character(256) AS file_name,
       e.line_number,
       coalesce(e.colname, '')::character(127) AS column_name,
       coalesce(e.type, '')::character(10) AS column_type,
       coalesce(e.col_length, '')::character(10) AS column_length,
       e.position,
       e.err_code AS error_code,
       e.err_reason::character(512) AS error_message,
       0::bigint AS copy_job_id
FROM sparkify_load_error e JOIN sparkify_visible_load l USING (query_id);

CREATE VIEW sys_load_detail AS
SELECT l.user_id::bigint::integer AS user_id,
       l.query_id::integer AS query_id,
       o.filename::character(256) AS file_name,
       o.bytes AS bytes_scanned,
       o.lines_scanned::integer AS lines_scanned,
       o.curtime::timestamp AS record_time,
       1 AS splits_scanned,
       l.start_time::timestamp AS start_time,
       o.curtime::timestamp AS end_time
FROM sparkify_load_object o JOIN sparkify_visible_load l USING (query_id);

-- COPY JOB is Redshift's own: there are none here.
CREATE VIEW sys_copy_job AS
SELECT NULL::bigint AS job_id, NULL::character(128) AS job_name, NULL::character(128) AS data_source,
       NULL::character(256) AS job_text, NULL::integer AS is_auto, NULL::integer AS on_error_suspend
WHERE false;

-- The loads under way; parameters past PostgreSQL's own are this extension's (see progress.h).
CREATE VIEW stv_load_state AS
SELECT r.oid::bigint::integer AS userid,
       p.pid AS session,
       s.param18::integer AS query,
       0 AS slice,
       p.pid AS pid,
       pg_catalog.clock_timestamp()::timestamp AS recordtime,
       p.bytes_total AS bytes_to_load,
       p.bytes_processed AS bytes_loaded,
       p.bytes_total AS bytes_to_load_compressed,
       p.bytes_processed AS bytes_loaded_compressed,
       p.tuples_processed::integer AS lines,
       s.param19::integer AS num_files,
       s.param20::integer AS num_files_complete,
       NULL::character(256) AS current_file,
       CASE WHEN p.bytes_total > 0 THEN (100 * p.bytes_processed / p.bytes_total)::integer ELSE 0 END AS pct_complete
FROM pg_catalog.pg_stat_progress_copy p
     JOIN pg_catalog.pg_stat_get_progress_info('COPY') s ON s.pid = p.pid
     JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid
     LEFT JOIN pg_catalog.pg_roles r ON r.rolname = a.usename
WHERE s.param18 > 0;

-- What Redshift's pg_table_def and svv_table_info tell of tables, as far as it
-- has a meaning here: keys and encodings live in the definitions, not in
-- PostgreSQL's catalog.
CREATE VIEW pg_table_def AS
SELECT n.nspname AS schemaname,
       c.relname AS tablename,
       a.attname AS "column",
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       'none'::text AS encoding,
       false AS distkey,
       0 AS sortkey,
       a.attnotnull AS "notnull"
FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname = ANY (pg_catalog.current_schemas(false));

CREATE VIEW svv_table_info AS
SELECT pg_catalog.current_database()::text AS database,
       n.nspname::text AS schema,
       c.oid AS table_id,
       c.relname::text AS "table",
       'N'::text AS encoded,
       'AUTO(ALL)'::text AS diststyle,
       'AUTO(SORTKEY)'::text AS sortkey1,
       (SELECT coalesce(max(a.atttypmod - 4), 0)
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = c.oid AND a.atttypid = 'varchar'::pg_catalog.regtype
          AND NOT a.attisdropped)::integer AS max_varchar,
       NULL::character(32) AS sortkey1_enc,
       0 AS sortkey_num,
       greatest(1, pg_catalog.pg_table_size(c.oid) / 1048576) AS size,
       NULL::numeric(10,4) AS pct_used,
       0::bigint AS empty,
       NULL::numeric(5,2) AS unsorted,
       NULL::numeric(5,2) AS stats_off,
       c.reltuples::numeric(38,0) AS tbl_rows,
       NULL::numeric(19,2) AS skew_sortkey1,
       1::numeric(19,2) AS skew_rows,
       c.reltuples::numeric(38,0) AS estimated_visible_rows,
       NULL::text AS risk_event,
       NULL::numeric(12,2) AS vacuum_sort_benefit,
       NULL::timestamp AS create_time
FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.reltuples > 0
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
  AND pg_catalog.has_table_privilege(c.oid, 'SELECT');

GRANT SELECT ON stl_load_errors, stl_loaderror_detail, stl_load_commits, stl_replacements, stl_query,
    sys_load_history, sys_load_error_detail, sys_load_detail, sys_copy_job, stv_load_state,
    pg_table_def, svv_table_info TO PUBLIC;


------------------------------------------------------------------------------
-- Redshift functions
------------------------------------------------------------------------------

