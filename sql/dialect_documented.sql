-- Every function and statement that Amazon Redshift documents, by name: it is there, or is refused by its name.
-- The chapters: c_SQL_functions, c_SQL_commands. What a function gives is other tests' business: test/README.md says
-- whose.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
CREATE SCHEMA dialect_documented;
SET search_path = dialect_documented, public;
CREATE TABLE one (i int, f float8, n numeric(9, 2), t varchar(20), d date, ts timestamp, tz timestamptz, b boolean,
  s jsonb, v bytea);
INSERT INTO one VALUES (1, 2.5, 3.25, 'one', '2024-02-29', '2024-02-29 12:30', '2024-02-29 12:30+00', true, '[1, 2]', 'abc');
CREATE TABLE two (i int, t varchar(20));
CREATE VIEW seen AS SELECT i FROM one;
CREATE MATERIALIZED VIEW kept AS SELECT i FROM one;
CREATE ROLE dialect_documented_role;

CREATE FUNCTION outcome(script text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM sparkify_execute(script);
  RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ001';
EXCEPTION
  WHEN SQLSTATE 'ZZ001' THEN RETURN 'works';
  WHEN active_sql_transaction THEN RETURN 'works alone';
  WHEN feature_not_supported THEN RETURN 'refused: ' || SQLERRM;
  WHEN OTHERS THEN RETURN 'MISSING: ' || SQLSTATE || ' ' || SQLERRM;
END $$;

-- functions: those over a table, and those of the leader node without one
CREATE TABLE documented (name text, call text, over_table boolean DEFAULT true);
INSERT INTO documented (name, call) VALUES
  -- aggregates
  ('any_value', 'ANY_VALUE(i)'), ('approximate count', 'APPROXIMATE COUNT(DISTINCT i)'), ('approximate percentile_disc', 'APPROXIMATE PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY i)'),
  ('avg', 'AVG(i)'), ('count', 'COUNT(*)'), ('listagg', 'LISTAGG(t, '','') WITHIN GROUP (ORDER BY t)'), ('max', 'MAX(i)'), ('median', 'MEDIAN(i)'), ('min', 'MIN(i)'),
  ('percentile_cont', 'PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY i)'), ('percentile_disc', 'PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY i)'),
  ('stddev_samp', 'STDDEV_SAMP(i)'), ('stddev_pop', 'STDDEV_POP(i)'), ('sum', 'SUM(i)'), ('var_samp', 'VAR_SAMP(i)'), ('var_pop', 'VAR_POP(i)'),
  ('bit_and', 'BIT_AND(i)'), ('bit_or', 'BIT_OR(i)'), ('bool_and', 'BOOL_AND(b)'), ('bool_or', 'BOOL_OR(b)'),
  -- arrays, objects, JSON
  ('array', 'ARRAY(1, i)'), ('array_concat', 'ARRAY_CONCAT(s, s)'), ('array_contains', 'ARRAY_CONTAINS(s, 1)'), ('array_distinct', 'ARRAY_DISTINCT(s)'),
  ('array_except', 'ARRAY_EXCEPT(s, s)'), ('array_flatten', 'ARRAY_FLATTEN(s)'), ('array_intersection', 'ARRAY_INTERSECTION(s, s)'), ('array_position', 'ARRAY_POSITION(s, 1)'),
  ('array_positions', 'ARRAY_POSITIONS(s, 1)'), ('array_sort', 'ARRAY_SORT(s)'), ('array_union', 'ARRAY_UNION(s, s)'), ('arrays_overlap', 'ARRAYS_OVERLAP(s, s)'),
  ('get_array_length', 'GET_ARRAY_LENGTH(s)'), ('split_to_array', 'SPLIT_TO_ARRAY(t, '','')'), ('subarray', 'SUBARRAY(s, 0, 1)'), ('object', 'OBJECT(''a'', 1)'),
  ('object_transform', 'OBJECT_TRANSFORM(OBJECT(''a'', 1) KEEP ''"a"'')'), ('get_number_attributes', 'GET_NUMBER_ATTRIBUTES(OBJECT(''a'', 1))'),
  ('lower_attribute_names', 'LOWER_ATTRIBUTE_NAMES(OBJECT(''A'', 1))'), ('upper_attribute_names', 'UPPER_ATTRIBUTE_NAMES(OBJECT(''a'', 1))'),
  ('is_valid_json', 'IS_VALID_JSON(t)'), ('is_valid_json_array', 'IS_VALID_JSON_ARRAY(t)'), ('json_array_length', 'JSON_ARRAY_LENGTH(''[1]'')'),
  ('json_extract_array_element_text', 'JSON_EXTRACT_ARRAY_ELEMENT_TEXT(''[1]'', 0)'), ('json_extract_path_text', 'JSON_EXTRACT_PATH_TEXT(''{"a":1}'', ''a'')'),
  ('json_parse', 'JSON_PARSE(''[1]'')'), ('can_json_parse', 'CAN_JSON_PARSE(t)'), ('json_serialize', 'JSON_SERIALIZE(s)'), ('json_serialize_to_varbyte', 'JSON_SERIALIZE_TO_VARBYTE(s)'),
  ('decimal_precision', 'DECIMAL_PRECISION(s[0])'), ('decimal_scale', 'DECIMAL_SCALE(s[0])'), ('is_array', 'IS_ARRAY(s)'), ('is_bigint', 'IS_BIGINT(s)'), ('is_boolean', 'IS_BOOLEAN(s)'),
  ('is_char', 'IS_CHAR(s)'), ('is_decimal', 'IS_DECIMAL(s)'), ('is_float', 'IS_FLOAT(s)'), ('is_integer', 'IS_INTEGER(s)'), ('is_object', 'IS_OBJECT(s)'), ('is_scalar', 'IS_SCALAR(s)'),
  ('is_smallint', 'IS_SMALLINT(s)'), ('is_varchar', 'IS_VARCHAR(s)'), ('json_size', 'JSON_SIZE(s)'), ('json_typeof', 'JSON_TYPEOF(s)'), ('size', 'SIZE(s)'),
  -- VARBYTE
  ('from_hex', 'FROM_HEX(''6162'')'), ('from_varbyte', 'FROM_VARBYTE(v, ''hex'')'), ('getbit', 'GETBIT(v, 1)'), ('to_hex', 'TO_HEX(v)'), ('to_varbyte', 'TO_VARBYTE(t, ''utf8'')'),
  -- conditions, formats
  ('case', 'CASE WHEN b THEN 1 ELSE 2 END'), ('coalesce', 'COALESCE(i, 1)'), ('decode', 'DECODE(i, 1, ''a'', ''b'')'), ('greatest', 'GREATEST(i, 2)'), ('least', 'LEAST(i, 2)'), ('nvl', 'NVL(i, 1)'),
  ('isnull', 'ISNULL(i, 1)'), ('nvl2', 'NVL2(i, 1, 2)'), ('nullif', 'NULLIF(i, 1)'), ('cast', 'CAST(i AS BIGINT)'), ('try_cast', 'TRY_CAST(t AS INT)'), ('convert', 'CONVERT(BIGINT, i)'), ('to_char', 'TO_CHAR(d, ''YYYY'')'),
  ('to_date', 'TO_DATE(''2024'', ''YYYY'')'), ('to_number', 'TO_NUMBER(''1'', ''9'')'), ('text_to_int_alt', 'TEXT_TO_INT_ALT(''1'')'), ('text_to_numeric_alt', 'TEXT_TO_NUMERIC_ALT(''1'')'),
  -- dates
  ('add_months', 'ADD_MONTHS(d, 1)'), ('at time zone', 'ts AT TIME ZONE ''UTC'''), ('convert_timezone', 'CONVERT_TIMEZONE(''UTC'', ''CET'', ts)'), ('current_date', 'CURRENT_DATE'),
  ('date_cmp', 'DATE_CMP(d, d)'), ('date_cmp_timestamp', 'DATE_CMP_TIMESTAMP(d, ts)'), ('date_cmp_timestamptz', 'DATE_CMP_TIMESTAMPTZ(d, tz)'), ('dateadd', 'DATEADD(day, 1, d)'),
  ('date_add', 'DATE_ADD(''day'', 1, d)'), ('datediff', 'DATEDIFF(day, d, ts)'), ('date_diff', 'DATE_DIFF(''day'', d, ts)'), ('date_part', 'DATE_PART(year, d)'), ('date_part_year', 'DATE_PART_YEAR(d)'),
  ('date_trunc', 'DATE_TRUNC(''month'', d)'), ('extract', 'EXTRACT(year FROM d)'), ('getdate', 'GETDATE()'), ('interval_cmp', 'INTERVAL_CMP(INTERVAL ''1 day'', INTERVAL ''1 day'')'), ('last_day', 'LAST_DAY(d)'),
  ('months_between', 'MONTHS_BETWEEN(d, d)'), ('next_day', 'NEXT_DAY(d, ''Monday'')'), ('sysdate', 'SYSDATE'), ('timeofday', 'TIMEOFDAY()'), ('timestamp_cmp', 'TIMESTAMP_CMP(ts, ts)'),
  ('timestamp_cmp_date', 'TIMESTAMP_CMP_DATE(ts, d)'), ('timestamp_cmp_timestamptz', 'TIMESTAMP_CMP_TIMESTAMPTZ(ts, tz)'), ('timestamptz_cmp', 'TIMESTAMPTZ_CMP(tz, tz)'),
  ('timestamptz_cmp_date', 'TIMESTAMPTZ_CMP_DATE(tz, d)'), ('timestamptz_cmp_timestamp', 'TIMESTAMPTZ_CMP_TIMESTAMP(tz, ts)'), ('timezone', 'TIMEZONE(''UTC'', ts)'),
  ('to_timestamp', 'TO_TIMESTAMP(''2024'', ''YYYY'')'), ('trunc', 'TRUNC(ts)'),
  -- hashes, sketches
  ('checksum', 'CHECKSUM(i)'), ('farmfingerprint64', 'FARMFINGERPRINT64(t)'), ('func_sha1', 'FUNC_SHA1(t)'), ('fnv_hash', 'FNV_HASH(t)'), ('md5', 'MD5(t)'), ('sha', 'SHA(t)'), ('sha1', 'SHA1(t)'), ('sha2', 'SHA2(t, 256)'),
  ('murmur3_32_hash', 'MURMUR3_32_HASH(t)'), ('hll', 'HLL(i)'), ('hll_create_sketch', 'HLL_CREATE_SKETCH(i)'), ('hll_cardinality', 'HLL_CARDINALITY(s)'), ('hll_combine', 'HLL_COMBINE(s)'), ('hll_combine_sketches', 'HLL_COMBINE_SKETCHES(s, s)'),
  -- numbers
  ('abs', 'ABS(i)'), ('acos', 'ACOS(0.5)'), ('asin', 'ASIN(0.5)'), ('atan', 'ATAN(f)'), ('atan2', 'ATAN2(f, f)'), ('cbrt', 'CBRT(f)'), ('ceiling', 'CEILING(f)'), ('ceil', 'CEIL(f)'), ('cos', 'COS(f)'), ('cot', 'COT(f)'),
  ('degrees', 'DEGREES(f)'), ('dexp', 'DEXP(f)'), ('dlog1', 'DLOG1(f)'), ('dlog10', 'DLOG10(f)'), ('exp', 'EXP(f)'), ('floor', 'FLOOR(f)'), ('ln', 'LN(f)'), ('log', 'LOG(f)'), ('mod', 'MOD(i, 2)'), ('pi', 'PI()'),
  ('power', 'POWER(f, 2)'), ('radians', 'RADIANS(f)'), ('random', 'RANDOM()'), ('round', 'ROUND(f)'), ('sin', 'SIN(f)'), ('sign', 'SIGN(f)'), ('sqrt', 'SQRT(f)'), ('tan', 'TAN(f)'), ('trunc of a number', 'TRUNC(f)'),
  -- texts
  ('ascii', 'ASCII(t)'), ('bpcharcmp', 'BPCHARCMP(t, t)'), ('btrim', 'BTRIM(t)'), ('bttext_pattern_cmp', 'BTTEXT_PATTERN_CMP(t, t)'), ('char_length', 'CHAR_LENGTH(t)'), ('character_length', 'CHARACTER_LENGTH(t)'),
  ('charindex', 'CHARINDEX(''n'', t)'), ('chr', 'CHR(65)'), ('collate', 'COLLATE(t, ''case_insensitive'')'), ('concat', 'CONCAT(t, t)'), ('crc32', 'CRC32(t)'), ('difference', 'DIFFERENCE(t, t)'), ('initcap', 'INITCAP(t)'),
  ('left', 'LEFT(t, 1)'), ('right', 'RIGHT(t, 1)'), ('len', 'LEN(t)'), ('length', 'LENGTH(t)'), ('lower', 'LOWER(t)'), ('lpad', 'LPAD(t, 5)'), ('rpad', 'RPAD(t, 5)'), ('ltrim', 'LTRIM(t)'), ('octetindex', 'OCTETINDEX(''n'', t)'),
  ('octet_length', 'OCTET_LENGTH(t)'), ('position', 'POSITION(''n'' IN t)'), ('quote_ident', 'QUOTE_IDENT(t)'), ('quote_literal', 'QUOTE_LITERAL(t)'), ('regexp_count', 'REGEXP_COUNT(t, ''n'')'), ('regexp_instr', 'REGEXP_INSTR(t, ''n'')'),
  ('regexp_replace', 'REGEXP_REPLACE(t, ''n'', ''m'')'), ('regexp_substr', 'REGEXP_SUBSTR(t, ''n'')'), ('repeat', 'REPEAT(t, 2)'), ('replace', 'REPLACE(t, ''n'', ''m'')'), ('replicate', 'REPLICATE(t, 2)'), ('reverse', 'REVERSE(t)'),
  ('rtrim', 'RTRIM(t)'), ('soundex', 'SOUNDEX(t)'), ('split_part', 'SPLIT_PART(t, ''n'', 1)'), ('strpos', 'STRPOS(t, ''n'')'), ('strtol', 'STRTOL(''10'', 2)'), ('substr', 'SUBSTR(t, 1, 2)'), ('substring', 'SUBSTRING(t, 1, 2)'),
  ('textlen', 'TEXTLEN(t)'), ('translate', 'TRANSLATE(t, ''n'', ''m'')'), ('trim', 'TRIM(t)'), ('upper', 'UPPER(t)'),
  -- windows
  ('cume_dist', 'CUME_DIST() OVER (ORDER BY i)'), ('dense_rank', 'DENSE_RANK() OVER (ORDER BY i)'), ('first_value', 'FIRST_VALUE(i) OVER (ORDER BY i ROWS UNBOUNDED PRECEDING)'), ('last_value', 'LAST_VALUE(i) OVER (ORDER BY i ROWS UNBOUNDED PRECEDING)'),
  ('lag', 'LAG(i) OVER (ORDER BY i)'), ('lead', 'LEAD(i) OVER (ORDER BY i)'), ('nth_value', 'NTH_VALUE(i, 1) OVER (ORDER BY i ROWS UNBOUNDED PRECEDING)'), ('ntile', 'NTILE(2) OVER (ORDER BY i)'), ('percent_rank', 'PERCENT_RANK() OVER (ORDER BY i)'),
  ('rank', 'RANK() OVER (ORDER BY i)'), ('ratio_to_report', 'RATIO_TO_REPORT(i) OVER ()'), ('row_number', 'ROW_NUMBER() OVER (ORDER BY i)'), ('listagg over', 'LISTAGG(t) WITHIN GROUP (ORDER BY t) OVER ()'), ('median over', 'MEDIAN(i) OVER ()'),
  ('percentile_cont over', 'PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY i) OVER ()'), ('percentile_disc over', 'PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY i) OVER ()'), ('slice_num', 'SLICE_NUM()'),
  -- models, shapes
  ('explain_model', 'EXPLAIN_MODEL(t)'), ('geometrytype', 'GeometryType(s)'), ('addbbox', 'AddBBox(s)'), ('dropbbox', 'DropBBox(s)'), ('supportsbbox', 'SupportsBBox(s)'), ('h3_frompoint', 'H3_FromPoint(s, 1)'), ('h3_polyfill', 'H3_Polyfill(s, 1)'), ('h3_resolution', 'H3_Resolution(''8025fffffffffff'')'),
  ('h3_isvalid', 'H3_IsValid(''8025fffffffffff'')'), ('h3_toparent', 'H3_ToParent(''85283473fffffff'', 0)'), ('h3_tochildren', 'H3_ToChildren(''85283473fffffff'', 6)');
-- the shapes' functions begin with ST_
INSERT INTO documented (name, call) SELECT 'st_' || lower(name), 'ST_' || name || '(s)'
  FROM unnest(string_to_array('AddPoint Angle Area AsBinary AsEWKB AsEWKT AsGeoJSON AsHexEWKB AsHexWKB AsText Azimuth Boundary Buffer Centroid Collect Contains ContainsProperly ConvexHull CoveredBy Covers Crosses Dimension Disjoint Distance DistanceSphere DWithin EndPoint Envelope Equals ExteriorRing Force2D Force3D Force3DM Force3DZ Force4D GeoHash GeogFromText GeogFromWKB GeometryN GeometryType GeomFromEWKB GeomFromEWKT GeomFromGeoHash GeomFromGeoJSON GeomFromText GeomFromWKB InteriorRingN Intersection Intersects IsClosed IsCollection IsEmpty IsPolygonCCW IsPolygonCW IsRing IsSimple IsValid Length Length2D LengthSphere LineFromMultiPoint LineInterpolatePoint M MakeEnvelope MakeLine MakePoint MakePolygon MemSize MMax MMin Multi NDims NPoints NRings NumGeometries NumInteriorRings NumPoints Perimeter Perimeter2D Point PointN Points Polygon RemovePoint Reverse SetPoint SetSRID Simplify SRID StartPoint Touches Transform Union Within X XMax XMin Y YMax YMin Z ZMax ZMin', ' ')) AS name;
INSERT INTO documented VALUES
  ('age', 'AGE(GETDATE(), GETDATE())', false), ('current_time', 'CURRENT_TIME', false), ('current_timestamp', 'CURRENT_TIMESTAMP', false), ('localtime', 'LOCALTIME', false), ('isfinite', 'ISFINITE(CURRENT_DATE)', false), ('now', 'NOW()', false),
  ('get_byte', 'GET_BYTE(FROM_HEX(''6162''), 1)', false), ('set_bit', 'SET_BIT(FROM_HEX(''6162''), 1, 1)', false), ('set_byte', 'SET_BYTE(FROM_HEX(''6162''), 1, 1)', false), ('to_ascii', 'TO_ASCII(''a'', ''LATIN1'')', false),
  ('change_query_priority', 'CHANGE_QUERY_PRIORITY(1, ''high'')', false), ('change_session_priority', 'CHANGE_SESSION_PRIORITY(1, ''high'')', false), ('change_user_priority', 'CHANGE_USER_PRIORITY(''a'', ''high'')', false),
  ('current_setting', 'CURRENT_SETTING(''query_group'')', false), ('pg_cancel_backend', 'PG_CANCEL_BACKEND(0)', false), ('pg_terminate_backend', 'PG_TERMINATE_BACKEND(0)', false), ('reboot_cluster', 'REBOOT_CLUSTER()', false),
  ('set_config', 'SET_CONFIG(''query_group'', ''a'', true)', false), ('current_aws_account', 'CURRENT_AWS_ACCOUNT', false), ('current_database', 'CURRENT_DATABASE()', false), ('current_namespace', 'CURRENT_NAMESPACE', false),
  ('current_schema', 'CURRENT_SCHEMA()', false), ('current_schemas', 'CURRENT_SCHEMAS(true)', false), ('current_session_arn', 'CURRENT_SESSION_ARN()', false), ('current_user', 'CURRENT_USER', false), ('current_user_id', 'CURRENT_USER_ID', false), ('default_iam_role', 'DEFAULT_IAM_ROLE()', false), ('get_mounted_role', 'GET_MOUNTED_ROLE()', false),
  ('get_number_attributes of an object', 'GET_NUMBER_ATTRIBUTES(OBJECT(''a'', 1))', false), ('has_assumerole_privilege', 'HAS_ASSUMEROLE_PRIVILEGE(''a'', ''b'', ''copy'')', false), ('has_database_privilege', 'HAS_DATABASE_PRIVILEGE(CURRENT_DATABASE(), ''temp'')', false),
  ('has_schema_privilege', 'HAS_SCHEMA_PRIVILEGE(''dialect_documented'', ''create'')', false), ('has_table_privilege', 'HAS_TABLE_PRIVILEGE(''one'', ''select'')', false), ('last_user_query_id', 'LAST_USER_QUERY_ID()', false),
  ('pg_backend_pid', 'PG_BACKEND_PID()', false), ('pg_get_cols', 'PG_GET_COLS(''one'')', false), ('pg_get_grantee_by_iam_role', 'PG_GET_GRANTEE_BY_IAM_ROLE(''a'')', false), ('pg_get_iam_role_by_user', 'PG_GET_IAM_ROLE_BY_USER(''a'')', false), ('pg_get_session_roles', 'PG_GET_SESSION_ROLES()', false), ('fnv_hash decimal', 'FNV_HASH(n)', true), ('h3_center', 'H3_CENTER(1)', true),
  ('pg_get_late_binding_view_cols', 'PG_GET_LATE_BINDING_VIEW_COLS()', false), ('pg_last_copy_count', 'PG_LAST_COPY_COUNT()', false), ('pg_last_copy_id', 'PG_LAST_COPY_ID()', false), ('pg_last_unload_id', 'PG_LAST_UNLOAD_ID()', false),
  ('pg_last_unload_count', 'PG_LAST_UNLOAD_COUNT()', false), ('pg_last_query_id', 'PG_LAST_QUERY_ID()', false), ('user', 'USER', false), ('session_user', 'SESSION_USER', false), ('role_is_member_of', 'ROLE_IS_MEMBER_OF(''dialect_documented_role'', ''dialect_documented_role'')', false),
  ('user_is_member_of', 'USER_IS_MEMBER_OF(CURRENT_USER, ''dialect_documented_role'')', false), ('version', 'VERSION()', false);
CREATE TABLE outcomes AS SELECT name,
  outcome('SELECT ' || call || CASE WHEN over_table THEN ' FROM dialect_documented.one' ELSE '' END) AS outcome
  FROM documented;
\pset format unaligned
\pset tuples_only on
SELECT split_part(outcome, ' ', 1), count(*) FROM outcomes GROUP BY 1 ORDER BY 1;
SELECT name, outcome FROM outcomes
  WHERE outcome NOT LIKE 'works%' AND NOT (outcome LIKE 'refused%' AND name LIKE 'st\_%') ORDER BY name COLLATE "C";

-- statements: one of each page, and clauses that this server can't have
CREATE TABLE statements (name text, script text);
INSERT INTO statements VALUES
  ('abort', 'BEGIN; ABORT'), ('alter database', 'ALTER DATABASE ' || quote_ident(current_database()) || ' ISOLATION LEVEL SNAPSHOT'), ('alter datashare', 'ALTER DATASHARE s ADD TABLE one'), ('alter default privileges', 'ALTER DEFAULT PRIVILEGES IN SCHEMA dialect_documented GRANT SELECT ON TABLES TO dialect_documented_role'),
  ('alter external schema', 'ALTER EXTERNAL SCHEMA e IAM_ROLE DEFAULT'), ('alter external view', 'ALTER EXTERNAL VIEW e.v AS SELECT 1'), ('alter function', 'CREATE FUNCTION f (int) RETURNS int IMMUTABLE AS ''SELECT $1'' LANGUAGE sql; ALTER FUNCTION f (int) RENAME TO g'),
  ('alter group', 'CREATE GROUP dialect_documented_g; ALTER GROUP dialect_documented_g RENAME TO dialect_documented_h'), ('alter identity provider', 'ALTER IDENTITY PROVIDER p DISABLE'), ('alter masking policy', 'ALTER MASKING POLICY p USING (1)'),
  ('alter materialized view', 'ALTER MATERIALIZED VIEW kept AUTO REFRESH YES'), ('alter rls policy', 'ALTER RLS POLICY p USING (TRUE)'), ('alter role', 'ALTER ROLE dialect_documented_role RENAME TO dialect_documented_role2'), ('alter procedure', 'CREATE PROCEDURE p () AS $x$ BEGIN NULL; END $x$ LANGUAGE plpgsql; ALTER PROCEDURE p () RENAME TO q'),
  ('alter schema', 'ALTER SCHEMA dialect_documented QUOTA 1 GB'), ('alter system', 'ALTER SYSTEM SET data_catalog_auto_mount = on'), ('alter table', 'ALTER TABLE two ADD COLUMN j INT DEFAULT 1'), ('alter table append', 'CREATE TABLE three (i INT, t VARCHAR(20)); ALTER TABLE two APPEND FROM three'),
  ('alter table of files', 'ALTER TABLE two SET LOCATION ''s3://b/x'''), ('alter template', 'ALTER TEMPLATE x SET GZIP'), ('alter user', 'ALTER USER dialect_documented_role CONNECTION LIMIT 3'), ('analyze', 'ANALYZE one PREDICATE COLUMNS'), ('analyze compression', 'ANALYZE COMPRESSION one'),
  ('attach masking policy', 'ATTACH MASKING POLICY p ON one (i) TO PUBLIC'), ('attach rls policy', 'ATTACH RLS POLICY p ON one TO PUBLIC'), ('begin', 'BEGIN; END'), ('call', 'CREATE PROCEDURE p () AS $x$ BEGIN NULL; END $x$ LANGUAGE plpgsql; CALL p ()'), ('cancel', 'CANCEL 1'),
  ('close', 'BEGIN; DECLARE c CURSOR FOR SELECT 1; CLOSE c'), ('comment', 'COMMENT ON TABLE one IS ''one'''), ('commit', 'BEGIN; COMMIT'), ('copy from parquet', 'COPY one FROM ''s3://b/x'' IAM_ROLE DEFAULT PARQUET'), ('create database', 'CREATE DATABASE nowhere'),
  ('create datashare', 'CREATE DATASHARE s'), ('create external function', 'CREATE EXTERNAL FUNCTION f (int) RETURNS int VOLATILE LAMBDA ''l'' IAM_ROLE DEFAULT'), ('create external model', 'CREATE EXTERNAL MODEL m FUNCTION f IAM_ROLE DEFAULT MODEL_TYPE BEDROCK SETTINGS (MODEL_ID ''x'')'),
  ('create external schema', 'CREATE EXTERNAL SCHEMA e FROM DATA CATALOG DATABASE ''d'' IAM_ROLE DEFAULT'), ('create external table', 'CREATE EXTERNAL TABLE e.t (i int) STORED AS PARQUET LOCATION ''s3://b/x'''), ('create external view', 'CREATE EXTERNAL VIEW e.v AS SELECT 1'),
  ('create function', 'CREATE FUNCTION f (int) RETURNS int IMMUTABLE AS $x$ SELECT $1 $x$ LANGUAGE sql'), ('create group', 'CREATE GROUP dialect_documented_g'), ('create identity provider', 'CREATE IDENTITY PROVIDER p TYPE azure NAMESPACE ''n'' PARAMETERS ''{}'''), ('create library', 'CREATE LIBRARY l LANGUAGE plpythonu FROM ''s3://b/x'''),
  ('create masking policy', 'CREATE MASKING POLICY p WITH (i int) USING (1)'), ('create materialized view', 'CREATE MATERIALIZED VIEW m AS SELECT i FROM one'), ('create model', 'CREATE MODEL m FROM one TARGET i FUNCTION f IAM_ROLE DEFAULT SETTINGS (S3_BUCKET ''b'')'),
  ('create procedure', 'CREATE PROCEDURE p () AS $x$ BEGIN NULL; END $x$ LANGUAGE plpgsql'), ('create rls policy', 'CREATE RLS POLICY p USING (TRUE)'), ('create role', 'CREATE ROLE dialect_documented_r'), ('create schema', 'CREATE SCHEMA IF NOT EXISTS dialect_documented_s QUOTA 1 GB'),
  ('create table', 'CREATE TABLE x (i INT DISTKEY SORTKEY)'), ('create table as', 'CREATE TABLE x DISTSTYLE EVEN AS SELECT 1 AS i'), ('create table using iceberg', 'CREATE TABLE x (i INT) USING ICEBERG'), ('create table with a shape', 'CREATE TABLE x (g GEOMETRY)'), ('create table with a sketch', 'CREATE TABLE x (h HLLSKETCH)'),
  ('create template', 'CREATE TEMPLATE x FOR COPY AS GZIP'), ('create user', 'CREATE USER dialect_documented_u PASSWORD DISABLE'), ('create view', 'CREATE VIEW x AS SELECT i FROM dialect_documented.one WITH NO SCHEMA BINDING'), ('deallocate', 'PREPARE p AS SELECT 1; DEALLOCATE p'), ('declare', 'BEGIN; DECLARE c CURSOR FOR SELECT 1'),
  ('delete', 'DELETE one'), ('desc datashare', 'DESC DATASHARE s'), ('desc identity provider', 'DESC IDENTITY PROVIDER p'), ('detach masking policy', 'DETACH MASKING POLICY p ON one (i) FROM PUBLIC'), ('detach rls policy', 'DETACH RLS POLICY p ON one FROM PUBLIC'), ('drop database', 'DROP DATABASE nowhere'), ('drop datashare', 'DROP DATASHARE s'),
  ('drop external view', 'DROP EXTERNAL VIEW e.v'), ('drop function', 'CREATE FUNCTION f (int) RETURNS int IMMUTABLE AS $x$ SELECT $1 $x$ LANGUAGE sql; DROP FUNCTION f (int)'), ('drop group', 'CREATE GROUP dialect_documented_g; DROP GROUP dialect_documented_g'), ('drop identity provider', 'DROP IDENTITY PROVIDER p'), ('drop library', 'DROP LIBRARY l'),
  ('drop masking policy', 'DROP MASKING POLICY p'), ('drop model', 'DROP MODEL m'), ('drop materialized view', 'DROP MATERIALIZED VIEW kept'), ('drop procedure', 'CREATE PROCEDURE p () AS $x$ BEGIN NULL; END $x$ LANGUAGE plpgsql; DROP PROCEDURE p ()'), ('drop rls policy', 'DROP RLS POLICY p'), ('drop role', 'DROP ROLE dialect_documented_role'),
  ('drop schema', 'CREATE SCHEMA dialect_documented_s; DROP SCHEMA dialect_documented_s'), ('drop table', 'DROP TABLE two'), ('drop template', 'DROP TEMPLATE x'), ('drop user', 'DROP USER dialect_documented_role'), ('drop view', 'DROP VIEW seen'), ('end', 'BEGIN; END TRANSACTION'), ('execute', 'PREPARE p AS SELECT 1; EXECUTE p'),
  ('explain', 'EXPLAIN SELECT i FROM one'), ('fetch', 'BEGIN; DECLARE c CURSOR FOR SELECT 1; FETCH NEXT FROM c'), ('grant', 'GRANT SELECT ON one TO dialect_documented_role'), ('grant of a role', 'GRANT ROLE sys:monitor TO dialect_documented_role'), ('grant on a datashare', 'GRANT USAGE ON DATASHARE s TO NAMESPACE ''n'''), ('insert', 'INSERT INTO two VALUES (1, ''a'')'),
  ('lock', 'LOCK one'), ('merge', 'MERGE INTO two USING one ON two.i = one.i WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1, ''a'')'), ('prepare', 'PREPARE q (int) AS SELECT i FROM one WHERE i = $1'), ('refresh materialized view', 'REFRESH MATERIALIZED VIEW kept'), ('reset', 'RESET query_group'), ('revoke', 'REVOKE SELECT ON one FROM dialect_documented_role'),
  ('rollback', 'BEGIN; ROLLBACK'), ('select', 'SELECT TOP 1 i FROM one QUALIFY ROW_NUMBER() OVER (ORDER BY i) = 1'), ('select into', 'SELECT i INTO #x FROM one'), ('set', 'SET query_group TO ''a'''), ('set session authorization', 'SET SESSION AUTHORIZATION DEFAULT'), ('set session characteristics', 'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE'),
  ('show', 'SHOW query_group'), ('show column grants', 'SHOW COLUMN GRANTS ON TABLE one'), ('show columns', 'SHOW COLUMNS FROM TABLE dialect_documented.one'), ('show constraints', 'SHOW CONSTRAINTS PRIMARY KEYS FROM TABLE dialect_documented.one'), ('show databases', 'SHOW DATABASES'), ('show datashares', 'SHOW DATASHARES'), ('show external table', 'SHOW EXTERNAL TABLE e.t'),
  ('show functions', 'SHOW FUNCTIONS FROM SCHEMA dialect_documented'), ('show grants', 'SHOW GRANTS ON TABLE one'), ('show model', 'SHOW MODEL m'), ('show parameters', 'SHOW PARAMETERS OF PROCEDURE dialect_documented.p ()'), ('show policies', 'SHOW POLICIES'), ('show procedure', 'CREATE PROCEDURE p () AS $x$ BEGIN NULL; END $x$ LANGUAGE plpgsql; SHOW PROCEDURE p ()'), ('show procedures', 'SHOW PROCEDURES FROM SCHEMA dialect_documented'), ('show schemas', 'SHOW SCHEMAS FROM DATABASE ' || quote_ident(current_database())),
  ('show table', 'SHOW TABLE one'), ('show tables', 'SHOW TABLES FROM SCHEMA dialect_documented'), ('show template', 'SHOW TEMPLATE x'), ('show templates', 'SHOW TEMPLATES'), ('show view', 'SHOW VIEW seen'), ('start transaction', 'START TRANSACTION; END'), ('truncate', 'TRUNCATE two'), ('unload to parquet', 'UNLOAD (''SELECT 1 AS i'') TO ''s3://b/x'' IAM_ROLE DEFAULT PARQUET'),
  ('update', 'UPDATE two SET t = one.t FROM one WHERE two.i = one.i'), ('use', 'USE dev'), ('vacuum', 'VACUUM DELETE ONLY one TO 75 PERCENT BOOST');
CREATE TABLE stated AS SELECT name, outcome(script) AS outcome FROM statements;
SELECT split_part(outcome, ' ', 1), count(*) FROM stated GROUP BY 1 ORDER BY 1;
SELECT name, outcome FROM stated WHERE outcome NOT LIKE 'works%' ORDER BY name COLLATE "C";

-- what works without the dialect, as doc/dialect.md says
SELECT getdate() IS NOT NULL AS getdate, dateadd('day', 1, date '2024-02-29') AS dateadd,
  datediff('day', date '2024-02-29', date '2024-03-01') AS datediff, strtol('ff', 16) AS strtol,
  listagg(t, ',') AS listagg FROM one;
SELECT redshift.json_extract_path_text('{"a": {"b": 1}}', 'a', 'b'), redshift.concat('a', 'b');
SELECT nvl(i, 1) FROM one;
SELECT dateadd(day, 1, d) FROM one;
SELECT listagg(t, ',') WITHIN GROUP (ORDER BY t) FROM one;

DROP ROLE dialect_documented_role;
DROP SCHEMA dialect_documented CASCADE;
