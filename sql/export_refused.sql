-- What a deployment script can't hold is not exported: what breaks its one
-- transaction, what would run on the machine of whoever deploys, what nothing
-- gives a value, and credentials in whatever spelling.
\set home :DBNAME
CREATE DATABASE export_refused;
\c export_refused
CREATE EXTENSION sparkify_dwh;
\t on
\pset format unaligned
SELECT count(*) FROM sparkify_configure('[IAM_ROLE]
ARN=arn:aws:iam::123456789012:role/dwhRole');
-- how an export of a definition ends, and whether any format has it
CREATE FUNCTION outcome(new_phase text, new_statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    format text;
    message text;
BEGIN
    INSERT INTO sparkify_definition (phase, position, name, statement)
        VALUES (new_phase, 5000, E'x\n\\! id', new_statement);
    FOREACH format IN ARRAY '{psql,ddl,load,drop,data-api,cloudformation,cloudformation-drop}'::text[] LOOP
        BEGIN
            PERFORM sparkify_export(format);
            message := coalesce(message || ', ', 'exported: ') || format;
        EXCEPTION WHEN feature_not_supported OR invalid_parameter_value OR undefined_object OR syntax_error THEN
            message := coalesce(message || ', ' || format || ': ', '') || SQLERRM;
            EXIT;
        END;
    END LOOP;
    DELETE FROM sparkify_definition WHERE position = 5000;
    RETURN message;
END $$;

-- the load is one transaction, and nothing in it commits
SELECT statement, outcome('transform', statement) FROM unnest(ARRAY[
    'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'BEGIN', 'START TRANSACTION', 'SELECT 1; COMMIT; SELECT 2',
    'TRUNCATE users', 'VACUUM users', 'ALTER TABLE users APPEND FROM songs', 'CREATE EXTERNAL TABLE s.x (a INT)',
    'ALTER TABLE users ALTER COLUMN level TYPE VARCHAR(32)', 'CREATE DATABASE x']) AS statement;
-- outside of it they may stand, transactions of their own may not
SELECT statement, outcome('analyze', statement) FROM unnest(ARRAY['TRUNCATE users', 'VACUUM users', 'BEGIN',
  'SELECT 1; COMMIT']) AS statement;
-- the check of the definitions says the same
INSERT INTO sparkify_definition (phase, position, name, statement)
  VALUES ('guard', 5000, 'x', E'-- x\nTRUNCATE users; \\! id'), ('analyze', 5000, 'x', 'TRUNCATE users');
\x on
SELECT * FROM sparkify_check();
\x off
DELETE FROM sparkify_definition WHERE position = 5000;
SELECT count(*) FROM sparkify_check('BEGIN; DELETE FROM users; COMMIT; \echo x');

-- a command of psql's is no definition
SELECT outcome('create', statement) FROM unnest(ARRAY['SELECT 1 \! id', '\! id', E'SELECT 1;\n\\i /etc/passwd\n',
  'SELECT 1 \g /tmp/x', 'SELECT 1\; SELECT 2']) AS statement;
SELECT outcome('create', E'SELECT ''\\! id'', ''a\n\\! id'' -- \\! id\n/* \\! id */');
-- what ends too late, or holds nothing that runs
SELECT outcome('create', statement) FROM unnest(ARRAY['SELECT ''a', 'SELECT "a', 'SELECT $$a', 'SELECT 1 /* a', '',
  '-- a', '/* a */ ;']) AS statement;

-- a variable without a setting has no value to anybody
SELECT outcome('create', statement) FROM unnest(ARRAY['SELECT :''nobody''', 'SELECT :"nobody"', 'SELECT :nobody',
  'SELECT '':nobody'', x::int, a[1:nobody] FROM t -- :nobody']) AS statement;

-- credentials, however they are written
SELECT statement, outcome('stage', statement) FROM unnest(ARRAY[
    $q$COPY t FROM 's3://b/k' SECRET_ACCESS_KEY $$y$$ ACCESS_KEY_ID $x$x$x$$q$,
    $q$COPY t FROM 's3://b/k' SECRET_ACCESS_KEY E'y' ACCESS_KEY_ID E'x'$q$,
    $q$COPY t FROM 's3://b/k' SECRET_ACCESS_KEY/* a */'y' ACCESS_KEY_ID --
        'x'$q$,
    $q$COPY t FROM 's3://b/k' secret_access_key AS 'y' access_key_id AS'x'$q$,
    $q$COPY t FROM 's3://b/k' CREDENTIALS 'aws_access_'
        'key_id=x;aws_secret_'
        'access_key=y'$q$,
    $q$COPY t FROM 's3://b/k' CREDENTIALS $$aws_access_key_id=x;aws_secret_access_key=y;token=z$$$q$,
    $q$COPY t FROM 's3://b/k' IAM_ROLE DEFAULT MASTER_SYMMETRIC_KEY 'y'$q$,
    $q$COPY t FROM 's3://b/k' IAM_ROLE DEFAULT SESSION_TOKEN U&'y'$q$,
    $q$UNLOAD ('SELECT 1') TO 's3://b/k' ACCESS_KEY_ID 'x' SECRET_ACCESS_KEY $$y$$$q$,
    $q$CREATE USER u PASSWORD 'y'$q$,
    $q$ALTER USER u PASSWORD $$y$$$q$,
    $q$CREATE EXTERNAL SCHEMA s FROM HIVE METASTORE DATABASE 'd' URI 'thrift://u:hush@h:9083'
        IAM_ROLE 'arn:aws:iam::1:role/x'$q$,
    $q$COMMENT ON TABLE users IS '{"aws_secret_access_key": "hush"}'$q$,
    $q$COMMENT ON TABLE users IS 'https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=0123abc'$q$,
    E'COMMENT ON TABLE users IS ''-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----''',
    $q$SELECT 1 /* ASIAIOSFODNN7EXAMPLE */$q$]) AS statement;
-- and what only looks like one
SELECT statement, outcome('create', statement) FROM unnest(ARRAY[
    $q$CREATE USER u PASSWORD DISABLE$q$,
    $q$COPY t FROM 's3://b/k' CREDENTIALS 'aws_iam_role=arn:aws:iam::1:role/x' JSON 'auto'$q$,
    $q$CREATE EXTERNAL SCHEMA s FROM POSTGRES DATABASE 'd' URI 'postgres://h:5432'
        IAM_ROLE 'arn:aws:iam::1:role/x' SECRET_ARN 'arn:aws:secretsmanager:us-west-2:1:secret:x'$q$,
    $q$CREATE EXTERNAL FUNCTION f(INT) RETURNS INT STABLE LAMBDA 'f' IAM_ROLE 'arn:aws:iam::1:role/x'$q$,
    $q$SELECT token::VARCHAR, password FROM t -- the password: kept elsewhere$q$]) AS statement;
-- in a setting: its value, its description, its name, its use
CREATE FUNCTION outcome_of_setting(new_name text, new_value text, new_description text, statement text) RETURNS text
  LANGUAGE plpgsql AS $$
DECLARE message text;
BEGIN
    INSERT INTO sparkify_setting (name, value, description) VALUES (new_name, new_value, new_description);
    message := outcome('create', statement);
    DELETE FROM sparkify_setting WHERE name = new_name;
    RETURN message;
END $$;
SELECT outcome_of_setting('mine', 'postgres://u:hush@h/d', NULL, 'SELECT 1');
SELECT outcome_of_setting('mine', 'x', E'the key\n\\! id\nis AKIAIOSFODNN7EXAMPLE', 'SELECT 1');
SELECT outcome_of_setting('db_password', 'hush', NULL, 'SELECT 1');
SELECT outcome_of_setting('aws_secret_access_key', 'hush', NULL, 'SELECT 1');
SELECT outcome_of_setting('mine', 'hush', NULL,
  $$COPY t FROM 's3://b/k' ACCESS_KEY_ID :'mine' SECRET_ACCESS_KEY :'mine'$$);
-- without a value, whoever deploys gives it: then nothing is in the script
SELECT outcome_of_setting('mine', NULL, NULL,
  $$COPY t FROM 's3://b/k' ACCESS_KEY_ID :'mine' SECRET_ACCESS_KEY :'mine'$$);
SELECT outcome_of_setting('db_password', NULL, NULL, 'SELECT 1');

\c :home
DROP DATABASE export_refused;
