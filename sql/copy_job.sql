-- COPY JOB: COPYs that remember what they have loaded.
\set home :DBNAME
CREATE DATABASE copy_job;
\c copy_job
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
\set VERBOSITY terse
SELECT current_setting('data_directory') || '/copy_job_mirror' AS mirror \gset
\set make_directory 'mkdir -p ' :mirror
COPY (SELECT WHERE false) TO PROGRAM :'make_directory';
CREATE SERVER jobs FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://jobs/', mirror :'mirror');
CREATE FUNCTION put(key text, content text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  lob oid := lo_from_bytea(0, convert_to(content, 'UTF8'));
BEGIN
  PERFORM lo_export(lob, current_setting('data_directory') || '/copy_job_mirror/' || key);
  PERFORM lo_unlink(lob);
END $$;
CREATE FUNCTION run(script text) RETURNS TABLE (command text, rows bigint) LANGUAGE sql AS
  'SELECT command, rows FROM sparkify_execute(script)';

-- what is there before the job is not the job's to load
SELECT put('logs1.json', '{"a":1}');
CREATE TABLE t (a int);
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' FORMAT JSON ''auto'' JOB CREATE nightly AUTO OFF');
SELECT * FROM run('COPY JOB RUN nightly');
SELECT put('logs2.json', '{"a":2}{"a":3}');
SELECT put('other.json', '{"a":99}');
SELECT * FROM run('COPY JOB RUN nightly');
SELECT * FROM t ORDER BY a;
-- an object is loaded once, by its name, also when it has changed
SELECT put('logs2.json', '{"a":20}');
SELECT * FROM run('COPY JOB RUN nightly');
SELECT put('logs3.json', '{"a":4}');
SELECT * FROM run('COPY JOB RUN nightly');
SELECT * FROM t ORDER BY a;

-- what failed is tried again: all of a run is there, or none
SELECT put('logs4.json', '{"a":5}');
SELECT put('logs5.json', '{"a":"x"}');
SELECT * FROM run('COPY JOB RUN nightly');
SELECT count(*) FROM t;
SELECT trim(colname) AS colname, trim(err_reason) AS reason, copy_job_id > 0 AS of_a_job FROM stl_load_errors;
SELECT put('logs5.json', '{"a":6}');
SELECT * FROM run('COPY JOB RUN nightly');
SELECT * FROM t ORDER BY a;
-- and what was rolled back, too
SELECT put('logs6.json', '{"a":7}');
SELECT * FROM run('BEGIN; COPY JOB RUN nightly; ROLLBACK');
SELECT count(*) FROM t;
SELECT * FROM run('COPY JOB RUN nightly');
SELECT count(*) FROM t;

-- LIST, SHOW, ALTER, the views
CREATE TABLE shown AS SELECT * FROM sys_copy_job;
SELECT job_id > 0 AS id, trim(job_name) AS name, trim(iam_role) AS iam_role, is_auto, on_error_suspend FROM shown;
SELECT * FROM sparkify_translate('COPY JOB LIST; COPY JOB SHOW nightly; COPY JOB ALTER nightly AUTO OFF; COPY JOB DROP nightly');
SELECT job_name, job_text FROM sparkify_internal.copy_job_list;
SELECT file_location, file_name, file_size, file_etag, status FROM redshift.sys_copy_job_detail ORDER BY 2;
-- times are UTC: an object is modified, and then noted, whatever the session's time zone is
SET TimeZone = 'Asia/Tokyo';
SELECT bool_and(modification_time BETWEEN timezone('UTC', now()) - INTERVAL '1 hour' AND enqueue_time) AS modified_before,
  bool_and(enqueue_time <= timezone('UTC', clock_timestamp())) AS noted FROM redshift.sys_copy_job_detail;
RESET TimeZone;
SELECT status, loaded_rows, copy_job_id > 0 AS of_a_job FROM sys_load_history ORDER BY query_id;
SELECT trim(substring(filename, 11)) AS file, copy_job_id > 0 AS of_a_job FROM stl_load_commits ORDER BY query, 1;

-- the table is the one the job was made for: it may be renamed, another may come in its place
ALTER TABLE t RENAME TO renamed;
CREATE TABLE t (a int);
SELECT put('logs7.json', '{"a":8}');
SELECT * FROM run('COPY JOB RUN nightly');
SELECT count(*) FROM t;
DROP TABLE renamed;
SELECT * FROM run('COPY JOB RUN nightly');

-- a table of the name "job" is a table
CREATE TABLE job (a int);
SELECT * FROM run('COPY job FROM ''s3://jobs/logs1'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON');

-- whose job it is
CREATE ROLE job_user;
SET ROLE job_user;
SELECT * FROM run('COPY JOB RUN nightly');
SELECT * FROM run('COPY JOB DROP nightly');
SELECT count(*) FROM sys_copy_job;
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB CREATE theirs');
RESET ROLE;
GRANT INSERT ON t TO job_user;
SET ROLE job_user;
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB CREATE theirs AUTO OFF');
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER jobs TO job_user;
SET ROLE job_user;
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB CREATE theirs AUTO OFF');
SELECT count(*) FROM sys_copy_job;
RESET ROLE;
SELECT put('logs8.json', '{"a":9}');
SET ROLE job_user;
SELECT * FROM run('COPY JOB RUN theirs; COPY JOB DROP theirs');
RESET ROLE;
SELECT * FROM t;
DROP OWNED BY job_user;
DROP ROLE job_user;

-- what doesn't go with a job
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB CREATE nightly');
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON MAXERROR 5 JOB CREATE bad AUTO OFF');
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON MANIFEST JOB CREATE bad AUTO OFF');
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' ACCESS_KEY_ID ''AKIAIOSFODNN7EXAMPLE'' SECRET_ACCESS_KEY ''x'' JSON JOB CREATE bad AUTO OFF');
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE default JSON JOB CREATE bad AUTO OFF');
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB CREATE with-hyphen AUTO OFF');
SELECT * FROM run('COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB CREATE bad AUTO PERHAPS');
SELECT * FROM run('COPY JOB ALTER nightly');
SELECT * FROM run('COPY JOB RUN nowhere');
SELECT count(*) FROM sys_copy_job;
-- a transaction holds neither the creation nor the end of a job
SELECT statement, rule, fatal, message FROM sparkify_check('BEGIN;
COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB CREATE j; COPY JOB RUN j; COPY JOB DROP j; COMMIT');
SELECT * FROM run('BEGIN; COPY t FROM ''s3://jobs/logs'' IAM_ROLE ''arn:aws:iam::1:role/r'' JSON JOB CREATE j; COMMIT');
SELECT * FROM run('BEGIN; COPY JOB DROP nightly; COMMIT');
SELECT * FROM run('BEGIN; COPY JOB ALTER nightly AUTO OFF; COMMIT; COPY JOB LIST');
SET sparkify_dwh.strict = off;
SELECT * FROM run('BEGIN; COPY JOB DROP nightly; COMMIT');
RESET sparkify_dwh.strict;
-- nobody but the extension writes what a job remembers
SELECT has_table_privilege('public', 'sparkify_internal.copy_job', 'INSERT') AS may;
SELECT * FROM run('COPY JOB DROP nightly');
SELECT count(*) FROM redshift.sys_copy_job_detail;
-- printed for Redshift as it was written
SELECT redshift FROM sparkify_dialect('copy t from ''s3://jobs/logs'' iam_role ''arn:aws:iam::1:role/r'' json job create j auto on');

\c :home
DROP DATABASE copy_job;
