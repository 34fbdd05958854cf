-- Stores: foreign servers of sparkify_s3, their options, and which one serves a URL
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
RESET client_min_messages;
LOAD 'sparkify_dwh';
\getenv abs_srcdir PG_ABS_SRCDIR
\set mirror :abs_srcdir '/test/mirror/load'
\set prefix_mirror :mirror '/prefix'
\set gone_mirror :mirror '/no such directory'

-- every option is checked when it is set
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3;
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 'https://bucket/');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://bu cket/');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', pathstyle 'on');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', access_key_id 'AKIA');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', path_style 'perhaps');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', retries '-1');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', window '64k');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', region '');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', region 'evil.example/');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', connect_timeout '0');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', transfer_timeout '3601');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', deadline '1.5');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', anonymous '2');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', requester_pays 'me');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', assume_role 'arn:aws:iam::1:role/r');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', ca_bundle 'ca.pem');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', mirror 'relative/path');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3
    OPTIONS (location 's3://b/', mirror '/srv', endpoint 'http://localhost');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'localhost:9000');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://user@host/');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://host:port');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://host:65536');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://host:80/path');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'file:///etc/passwd');

-- instance metadata is no endpoint, however its address is written
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://169.254.169.254');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://169.254.170.2:80/');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://2852039166');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://0xa9.0xfe.0xa9.0xfe');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://169.254.169.254.');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://[fd00:ec2::254]');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3
    OPTIONS (location 's3://b/', endpoint 'http://[::ffff:169.254.169.254]:80');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'HTTP://[::169.254.169.254]');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', endpoint 'http://[64:ff9b::a9fe:a9fe]');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3
    OPTIONS (location 's3://b/', endpoint 'http://0251.0376.0251.0376:8080');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3
    OPTIONS (location 's3://b/', endpoint 'https://Metadata.Google.Internal');
CREATE SERVER bad FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://b/', sts_endpoint 'http://169.254.169.254');

-- every option at once is fine
CREATE SERVER full_house FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://full-house/in/',
    region 'eu-north-1', endpoint 'http://[::1]:9000/', path_style 'on', anonymous 'off', requester_pays 'true',
    connect_timeout '5', transfer_timeout '60', retries '3', deadline '60', window '8', assume_role 'off',
    sts_endpoint 'https://sts.example.com');
CREATE USER MAPPING FOR CURRENT_USER SERVER full_house OPTIONS (access_key_id 'AKIA');
CREATE USER MAPPING FOR CURRENT_USER SERVER full_house OPTIONS (session_token 'x');
CREATE USER MAPPING FOR CURRENT_USER SERVER full_house OPTIONS (password 'x');
CREATE USER MAPPING FOR CURRENT_USER SERVER full_house
    OPTIONS (access_key_id 'AKIA', secret_access_key 'no', session_token E't\r\nX-Forged: yes');
CREATE USER MAPPING FOR CURRENT_USER SERVER full_house
    OPTIONS (access_key_id 'AKIA', secret_access_key 'no', profile 'p');
CREATE USER MAPPING FOR CURRENT_USER SERVER full_house
    OPTIONS (access_key_id 'AKIA', secret_access_key 'no', session_token 't');
ALTER SERVER full_house OPTIONS (DROP location);
CREATE FOREIGN TABLE nothing (a int) SERVER full_house;
DROP USER MAPPING FOR CURRENT_USER SERVER full_house;
DROP SERVER full_house;

-- a directory stands in for the bucket
CREATE SERVER load_mirror FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load', mirror :'mirror');
CREATE TABLE store_rows (id int, name text);
COPY store_rows FROM 's3://load/prefix/a/' WITH (FORMAT 'json');

-- a prefix is no folder; the longest location that begins the URL serves it
TRUNCATE store_rows;
COPY store_rows FROM 's3://load/prefix/a' WITH (FORMAT 'json');
SET client_min_messages = error; -- the directory isn't there
CREATE SERVER gone FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load/prefix/a/', mirror :'gone_mirror');
RESET client_min_messages;
COPY store_rows FROM 's3://load/prefix/b' WITH (FORMAT 'json');
SELECT * FROM store_rows ORDER BY id;
DO $$
BEGIN
  COPY store_rows FROM 's3://load/prefix/a/' WITH (FORMAT 'json');
EXCEPTION WHEN OTHERS THEN
  RAISE NOTICE '% %', SQLSTATE, regexp_replace(SQLERRM, '".*/', '".../');
END $$;
ALTER SERVER gone OPTIONS (SET mirror :'prefix_mirror', SET location 's3://load/elsewhere/');
COPY store_rows FROM 's3://load/elsewhere/a/' WITH (FORMAT 'json');

-- nothing begins with the prefix
COPY store_rows FROM 's3://load/prefix/c' WITH (FORMAT 'json');
COPY store_rows FROM 's3://load/elsewhere/z/' WITH (FORMAT 'json');

-- two stores of one location
CREATE SERVER load_again FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load/', mirror :'mirror');
COPY store_rows FROM 's3://load/prefix/b' WITH (FORMAT 'json');

-- who may read which store is PostgreSQL's GRANT
CREATE ROLE regress_store_user;
GRANT INSERT, SELECT ON store_rows TO regress_store_user;
GRANT USAGE ON FOREIGN DATA WRAPPER sparkify_s3 TO regress_store_user;
SET ROLE regress_store_user;
COPY store_rows FROM 's3://load/prefix/b' WITH (FORMAT 'json');
-- a location names a bucket, not the beginning of another's name
COPY store_rows FROM 's3://loads/prefix/b' WITH (FORMAT 'json');
CREATE SERVER sly FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load/json/', mirror '/etc');
CREATE SERVER sly FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://load/json/', ca_bundle '/etc/passwd');
CREATE SERVER own FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://own/');
CREATE USER MAPPING FOR CURRENT_USER SERVER own OPTIONS (profile 'root');
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER load_again TO regress_store_user;
SET ROLE regress_store_user;
COPY store_rows FROM 's3://load/prefix/b' WITH (FORMAT 'json');
-- a manifest opens no door: each of its objects needs a store too
COPY store_rows FROM 's3://load/manifest/elsewhere.json' WITH (FORMAT 'json', manifest);
RESET ROLE;
REVOKE INSERT ON store_rows FROM regress_store_user;
GRANT INSERT (id) ON store_rows TO regress_store_user;
SET ROLE regress_store_user;
COPY store_rows FROM 's3://load/prefix/b' WITH (FORMAT 'json');
COPY store_rows (id) FROM 's3://load/prefix/b' WITH (FORMAT 'json');
RESET ROLE;

-- nobody comes between another's store and its users, neither with a longer location nor with a shorter one
GRANT USAGE ON FOREIGN DATA WRAPPER sparkify_s3 TO regress_store_user;
SET ROLE regress_store_user;
CREATE SERVER between FOREIGN DATA WRAPPER sparkify_s3
    OPTIONS (location 's3://load/prefix/', endpoint 'http://127.0.0.1:9');
CREATE SERVER mine FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://mine/a/');
CREATE SERVER mine_too FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://mine/a/b/');
ALTER SERVER mine OPTIONS (SET location 's3://load/json/');
RESET ROLE;
CREATE ROLE regress_store_other;
GRANT USAGE ON FOREIGN DATA WRAPPER sparkify_s3 TO regress_store_other;
SET ROLE regress_store_other;
CREATE SERVER below FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://mine/');
CREATE SERVER beside FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://mine/b/');
RESET ROLE;
CREATE SERVER allowed FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://mine/a/c/');
-- nor one that changed hands after it was created: it is noticed when it is used
GRANT USAGE ON FOREIGN SERVER mine, allowed TO PUBLIC;
COPY store_rows FROM 's3://mine/a/c/x' WITH (FORMAT 'json', noload, access_key_id 'AKIA', secret_access_key 'no',
    session_token E'\n');
ALTER SERVER allowed OWNER TO regress_store_other;
COPY store_rows FROM 's3://mine/a/c/x' WITH (FORMAT 'json');
SET ROLE regress_store_other;
ALTER SERVER allowed OPTIONS (ADD region 'us-west-2');
RESET ROLE;
DROP SERVER mine_too;
ALTER SERVER mine OWNER TO regress_store_other;
COPY store_rows FROM 's3://mine/a/c/x' WITH (FORMAT 'json', access_key_id 'AKIA', secret_access_key 'no',
    session_token E'\n');
-- a directory that isn't there is noticed at once
CREATE SERVER nowhere FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://nowhere/', mirror '/no/such/directory');
DROP SERVER mine, beside, allowed, nowhere;
REVOKE USAGE ON FOREIGN DATA WRAPPER sparkify_s3 FROM regress_store_other;
DROP ROLE regress_store_other;

-- the server process's own keys go to nobody's stores but a superuser's, whatever its owner and its user may else
CREATE SERVER lent FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://lent/', endpoint 'http://127.0.0.1:9',
  retries '0');
GRANT pg_read_server_files TO regress_store_user;
ALTER SERVER lent OWNER TO regress_store_user;
COPY store_rows FROM 's3://lent/x' WITH (FORMAT 'json');
SET ROLE regress_store_user;
COPY store_rows (id) FROM 's3://lent/x' WITH (FORMAT 'json');
RESET ROLE;
REVOKE pg_read_server_files FROM regress_store_user;
DROP SERVER lent;

-- keys become headers: nobody may write a request of his own behind one
CREATE SERVER guarded FOREIGN DATA WRAPPER sparkify_s3
    OPTIONS (location 's3://guarded/', endpoint 'http://127.0.0.1:9', retries '0');
COPY store_rows FROM 's3://guarded/x' WITH (FORMAT 'json', access_key_id 'AKIA', secret_access_key 'no',
    session_token E't\r\n\r\nPUT /x HTTP/1.1');
COPY store_rows FROM 's3://guarded/x' WITH (FORMAT 'json', access_key_id E'AKIA\nX: y', secret_access_key 'no');
COPY store_rows FROM 's3://guarded/x' WITH (FORMAT 'json', region 'a b', access_key_id 'AKIA', secret_access_key 'no');
COPY store_rows FROM 's3://guarded/x' WITH (FORMAT 'json', session_token 'alone');
DROP SERVER guarded;

-- there is no way back into a bucket, and no way around the table's own state
COPY store_rows TO 's3://load/out/';
COPY store_rows FROM 's3:///prefix' WITH (FORMAT 'json');
BEGIN READ ONLY;
COPY store_rows FROM 's3://load/prefix/b' WITH (FORMAT 'json');
ROLLBACK;

DROP SERVER load_mirror, load_again, gone, own CASCADE;
DROP TABLE store_rows;
REVOKE USAGE ON FOREIGN DATA WRAPPER sparkify_s3 FROM regress_store_user;
DROP ROLE regress_store_user;
