-- The definitions as deployment scripts.
\set home :DBNAME
CREATE DATABASE export_formats;
\c export_formats
CREATE EXTENSION sparkify_dwh;
\t on
\pset format unaligned

SELECT sparkify_export();
-- the definitions are read once, however often they are looked at
BEGIN;
SELECT coalesce(sum(seq_scan + idx_scan), 0) AS before FROM pg_stat_xact_all_tables
  WHERE relid = 'sparkify_definition'::regclass \gset
SELECT sparkify_export() <> '' AS written;
SELECT seq_scan + idx_scan - :before AS scans FROM pg_stat_xact_all_tables
  WHERE relid = 'sparkify_definition'::regclass;
COMMIT;
-- Serverless differs in its header and in the views of the load report
SELECT sparkify_export_diff(sparkify_export('psql'), 'psql', 'serverless');
SELECT sparkify_export('drop');
-- the parts say what the whole says
SELECT count(*) FROM regexp_split_to_table(sparkify_export('ddl') || sparkify_export('load'), E';\n') AS part (text)
WHERE position(btrim(regexp_replace(text, '^\s*--.*$', '', 'gn'), E' \n') IN sparkify_export('psql')) = 0 AND text !~ '\\set';

-- the Data API has no variables: the settings are filled in
SELECT sparkify_export('data-api');
SELECT sparkify_configure('[IAM_ROLE]
ARN=arn:aws:iam::123456789012:role/dwhRole');
SELECT c ->> 'operation' AS operation, c -> 'input' ->> 'StatementName' AS name,
       jsonb_array_length(c -> 'input' -> 'Sqls') AS statements,
       (SELECT max(octet_length(s)) < 102400 FROM jsonb_array_elements_text(c -> 'input' -> 'Sqls') AS s) AS fits
FROM jsonb_array_elements(sparkify_export('data-api')::jsonb) AS c;
SELECT count(*) FROM jsonb_path_query(sparkify_export('data-api')::jsonb, '$[*].input.Sqls[*]') AS s
WHERE s #>> '{}' ~ $$:['"]\w$$ OR upper(s #>> '{}') IN ('BEGIN', 'COMMIT');
-- a statement that no transaction may hold gets a call of its own
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES ('analyze', 450, 'time', 'VACUUM time');
SELECT c ->> 'operation' AS operation, c -> 'input' ->> 'StatementName' AS name, c -> 'input' ->> 'Sql' AS sql
FROM jsonb_array_elements(sparkify_export('data-api')::jsonb) AS c;
DELETE FROM sparkify_definition WHERE phase = 'analyze' AND position = 450;
-- so does what commits; a text of a batch is one statement, and every batch has the label and the path
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES
    ('create', 950, 'x', E'CREATE TABLE IF NOT EXISTS a (b INT); -- one\nCREATE TABLE IF NOT EXISTS c (d INT);\n'),
    ('create', 960, 'x', 'ALTER TABLE a APPEND FROM c'), ('create', 970, 'x', 'TRUNCATE a'),
    ('create', 980, 'x', 'ALTER TABLE a ALTER COLUMN b TYPE VARCHAR(9)'), ('create', 990, 'x', '-- nothing');
SELECT c ->> 'operation' AS operation, c -> 'input' ->> 'StatementName' AS name, c -> 'input' ->> 'Sql' AS sql,
       c -> 'input' -> 'Sqls' ->> 0 AS first, c -> 'input' -> 'Sqls' ->> 1 AS second, c -> 'input' -> 'Sqls' ->> -1 AS last
FROM jsonb_array_elements(sparkify_export('data-api')::jsonb) AS c WHERE c -> 'input' ->> 'StatementName' LIKE '%ddl%';
-- in a schema of its own, such a statement has to name it
UPDATE sparkify_setting SET value = 'dwh' WHERE name = 'schema';
SELECT sparkify_export('data-api');
UPDATE sparkify_definition SET statement = 'TRUNCATE :"schema".a' WHERE position = 970;
UPDATE sparkify_definition SET statement = NULL WHERE position IN (960, 980) AND name = 'x';
SELECT c -> 'input' ->> 'Sql' FROM jsonb_array_elements(sparkify_export('data-api')::jsonb) AS c WHERE c -> 'input' ? 'Sql';
DELETE FROM sparkify_definition WHERE name = 'x';
UPDATE sparkify_setting SET value = 'public' WHERE name = 'schema';

-- the role may read what the settings name, and nothing else
SELECT jsonb_pretty(sparkify_export('cloudformation', 'serverless')::jsonb
       #> '{Resources,DwhRole,Properties,Policies,0,PolicyDocument,Statement}');
SELECT t::jsonb #>> '{Parameters,Deployment,Default}' FROM unnest(ARRAY[sparkify_export('cloudformation'), sparkify_export('cloudformation', 'serverless')]) AS t;
SELECT sparkify_export('cloudformation-drop');
SELECT sparkify_export('yaml');
SELECT sparkify_export('psql', 'snowflake');

-- the user's own table, setting and changes travel; a diff shows them to a reviewer
SELECT sparkify_export('psql') AS previous \gset
INSERT INTO sparkify_setting (name, value) VALUES ('min_plays', '2');
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES
    ('create', 50, 'fans', E'CREATE TABLE IF NOT EXISTS fans (\n    user_id INT REFERENCES users (user_id),\n    plays BIGINT\n)\nDISTSTYLE ALL'),
    ('transform', 50, 'fans', 'DELETE FROM fans'),
    ('transform', 60, 'fans', E'INSERT INTO fans\nSELECT user_id, COUNT(*)\nFROM songplays\nGROUP BY user_id\nHAVING COUNT(*) >= CAST(:''min_plays'' AS INT)');
UPDATE sparkify_definition SET statement = replace(statement, 'ORDER BY plays DESC', 'ORDER BY listeners DESC') WHERE phase = 'view' AND position = 500;
SELECT sparkify_export_diff(:'previous');
-- of an unchanged script nothing, also when psql has printed it
SELECT count(*) FROM sparkify_export_diff(sparkify_export('psql'));
SELECT count(*) FROM sparkify_export_diff(sparkify_export('psql') || E'\n');
-- a hunk says how many lines it has of each script: what takes it literally makes the new script from the old one
CREATE FUNCTION patch(old text, diff text[]) RETURNS text LANGUAGE plpgsql AS $function$
DECLARE
    olds text[] := string_to_array(old, E'\n'); news text[] := '{}'; at int := 1; line text; a int[]; begins int;
      old_left int := 0; new_left int := 0;
BEGIN
    FOREACH line IN ARRAY diff LOOP
        IF old_left + new_left = 0 THEN
            a := regexp_match(line, '^@@ -(\d+),(\d+) \+(\d+),(\d+) @@$');
            begins := a[1] + (a[2] = 0)::int; old_left := a[2]; new_left := a[4];
            news := news || olds[at:begins - 1]; at := begins;
            ASSERT cardinality(news) + (a[4] > 0)::int = a[3], 'the new script has another line there: ' || line;
        ELSE
            IF line ~ '^[ -]' THEN
                ASSERT substr(line, 2) = olds[at], 'the old script has another line there: ' || line;
                at := at + 1; old_left := old_left - 1;
            END IF;
            IF line ~ '^[ +]' THEN news := news || substr(line, 2); new_left := new_left - 1; END IF;
        END IF;
    END LOOP;
    ASSERT old_left = 0 AND new_left = 0, 'the last hunk is shorter than it says';
    RETURN array_to_string(news || olds[at:], E'\n');
END $function$;
SELECT name, rtrim(patch(old, ARRAY(SELECT * FROM sparkify_export_diff(old))), E'\n') =
  rtrim(sparkify_export(), E'\n') AS patched
FROM (VALUES ('a change', :'previous'), ('all new', ''), ('begin gone', substr(:'previous', 2000)), ('end gone', left(:'previous', 9000)), ('more', :'previous' || E'\nmore')) AS t (name, old);
DROP FUNCTION patch;

-- what would fail on Redshift is not exported
INSERT INTO sparkify_definition (phase, position, name, statement) VALUES ('create', 900, 'i', 'CREATE INDEX i ON fans (user_id)');
SELECT sparkify_export('psql');
DELETE FROM sparkify_definition WHERE name = 'i';

-- no credential gets into a script, whichever way it was configured
CREATE FUNCTION refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    PERFORM sparkify_export(f) FROM unnest(ARRAY['psql', 'ddl', 'load', 'drop', 'data-api', 'cloudformation']) AS f;
    RETURN 'exported: ' || statement;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN SQLERRM;
END $$;
SELECT refused(format('UPDATE sparkify_setting SET value = %L WHERE name = ''iam_role''', value))
FROM unnest(ARRAY[
    'aws_access_key_id=AKIAIOSFODNN7EXAMPLE;aws_secret_access_key=wJalrXUtnFEMI/K7MDENG',
    'aws_secret_access_key = wJalrXUtnFEMI',
    'AKIAIOSFODNN7EXAMPLE',
    'arn:aws:iam::1:role/x?token=abc']) AS value;
SELECT refused(format('UPDATE sparkify_definition SET statement = %L WHERE phase = ''stage'' AND position = 210', value))
FROM unnest(ARRAY[
    'COPY staging_songs FROM ''s3://b/k'' CREDENTIALS ''aws_access_key_id=x;aws_secret_access_key=y'' JSON ''auto''',
    'COPY staging_songs FROM ''s3://b/k'' WITH CREDENTIALS AS ''aws_secret_access_key=y'' JSON ''auto''',
    'COPY staging_songs FROM ''s3://b/k'' ACCESS_KEY_ID ''x'' SECRET_ACCESS_KEY ''y'' JSON ''auto''',
    'COPY staging_songs FROM ''s3://b/k'' IAM_ROLE DEFAULT SESSION_TOKEN AS ''y'' JSON ''auto''',
    'COPY staging_songs FROM ''s3://b/k'' IAM_ROLE DEFAULT JSON ''auto'' -- ASIAIOSFODNN7EXAMPLE',
    'CREATE USER reader PASSWORD ''y''']) AS value;
SELECT sparkify_configure('[CLUSTER]
DB_PASSWORD=Topsecret9
[AWS]
KEY=AKIAIOSFODNN7EXAMPLE
SECRET=wJalrXUtnFEMI
[IAM_ROLE]
ARN=arn:aws:iam::123456789012:role/dwhRole');
CREATE SERVER keyed FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://udacity-dend/', region 'us-west-2');
CREATE USER MAPPING FOR CURRENT_USER SERVER keyed OPTIONS (access_key_id 'AKIAIOSFODNN7EXAMPLE', secret_access_key 'wJalrXUtnFEMI');
SELECT bool_or(sparkify_export(f) ~ 'Topsecret9|AKIAIOSFODNN7EXAMPLE|wJalrXUtnFEMI')
FROM unnest(ARRAY['psql', 'ddl', 'load', 'drop', 'data-api', 'cloudformation']) AS f;

-- a reader role gets its rights with the deployment
UPDATE sparkify_setting SET value = 'analysts' WHERE name = 'reader';
SELECT substring(sparkify_export('psql') FROM '(GRANT USAGE.*?ROLE :"reader";)\n\nSELECT');

-- a value is quoted for the format it is in, whatever is in it
INSERT INTO sparkify_setting (name, value) VALUES ('motto', E'it''s "x" \\ \n\r\t\\! id `id` :region ${AWS::X} $$ */ -- ; é');
INSERT INTO sparkify_definition (phase, position, name, statement)
VALUES ('create', 950, 'motto', E'SELECT :''motto'' AS motto, :"motto" /* :''motto'' */; -- :motto');
SELECT substring(sparkify_export('ddl') FROM '\\set motto [^\n]*');
SELECT s #>> '{}' FROM jsonb_path_query(sparkify_export('data-api')::jsonb, '$[*].input.Sqls[*]') AS s WHERE s #>> '{}' LIKE '%motto%';
DELETE FROM sparkify_definition WHERE name = 'motto';
DELETE FROM sparkify_setting WHERE name = 'motto';
-- what means something in a policy, or to CloudFormation, is a letter of the key to us
UPDATE sparkify_setting SET value = 's3://b/${AWS::X}/a*b?c"d' WHERE name = 'song_data';
UPDATE sparkify_setting SET value = 's3://' WHERE name = 'log_data';
UPDATE sparkify_setting SET value = 's3://whole' WHERE name = 'log_jsonpath';
SELECT jsonb_pretty(sparkify_export('cloudformation')::jsonb #> '{Resources,DwhRole,Properties,Policies,0,PolicyDocument,Statement}');

\c :home
DROP DATABASE export_formats;
