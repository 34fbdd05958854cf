SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
SET intervalstyle = postgres;
-- Redshift's functions with the results of its documentation.
-- date parts
SELECT redshift.rewrite($$SELECT EXTRACT(second FROM timestamp '2009-09-09 12:08:43.189717') AS sec,
    EXTRACT(ms FROM timestamp '2009-09-09 12:08:43.189717') AS ms,
	EXTRACT(dayofyear FROM date '2018-11-02'), EXTRACT(decade FROM timestamp '2000-01-01') AS dec,
     EXTRACT(dec FROM timestamp '1999-01-01') AS dec2, EXTRACT(decade FROM timestamp '2010-01-01') AS dec3,
	EXTRACT(epoch FROM timestamp '2018-11-02 00:00:01.5') AS ep, DATE_PART(dw, '2018-11-02') AS dw,
     DATE_PART('hrs', timestamp '2018-11-02 05:06:07') AS h, DATE_PART(s, timestamp '2018-11-02 05:06:07.25')
     AS s$$) \gexec
SELECT pg_typeof(redshift.date_part('hour', timestamp '2018-11-02')),
    pg_typeof(redshift.pgdate_part('hour', date '2018-11-02'));
-- milliseconds and microseconds are those behind the second
SELECT redshift.rewrite($$SELECT DATE_PART(ms, TIMESTAMP '2022-05-02 04:05:06.789') AS ms,
    DATE_PART(microsecond, TIMESTAMP '2022-05-02 04:05:06.789') AS us, DATE_PART(ms, TIME '04:05:06.25') AS time,
    EXTRACT(us FROM TIME '04:05:06.25') AS us_time, DATE_PART(ms, TIMESTAMPTZ '2022-05-02 04:05:06.789+00') AS zone,
    EXTRACT(ms FROM INTERVAL '4 seconds 250 milliseconds') AS interval, DATE_PART(us, INTERVAL '61.5 seconds')
    AS us_interval$$) \gexec
-- DATEADD: years run over 29 February, months clamp, m is a minute
SELECT redshift.rewrite($$SELECT DATEADD(year, 1, date '2016-02-29') AS y, DATEADD(month, 12, '2016-02-29') AS mon,
    DATEADD(m, 1, timestamp '2008-01-01') AS m, DATEADD(month, 1, '2008-01-31') AS clamp,
    DATEADD(hour, 25, time '13:00') AS t, DATE_ADD('w', -1, date '2008-01-08') AS w, DATEADD(qtr, 1, date '2008-01-01')
    AS q$$) \gexec
-- DATEDIFF counts boundaries
SELECT redshift.rewrite($$SELECT DATEDIFF(year, '2008-12-31', '2009-01-01') AS y,
    DATEDIFF(hour, timestamp '2009-01-01 08:30', timestamp '2009-01-01 10:00') AS h,
    DATEDIFF(qtr, date '1998-07-01', date '2008-01-01') AS q, DATEDIFF(day, date '2009-01-02', date '2009-01-01') AS d,
    DATEDIFF(week, date '2018-11-03', date '2018-11-04') AS w, DATEDIFF(mins, time '08:00', time '09:01')
    AS mi$$) \gexec
SELECT add_months('2008-02-29', 1), add_months('2008-04-30', 1), add_months('2008-01-31', 1), last_day('2004-02-10'),
    next_day('2014-08-20', 'Tue'), next_day('2014-08-19', 'Tuesday');
SELECT months_between('1969-01-18', '1969-03-18') AS whole, months_between('2008-02-29', '2008-01-31') AS ends,
    round(months_between('2008-02-15', '2008-01-01')::numeric, 6) AS fraction;
SELECT redshift.rewrite($$SELECT CONVERT_TIMEZONE('America/Los_Angeles', '2008-01-01 12:00:00') AS p,
    CONVERT_TIMEZONE('EST', 'UTC', timestamp '2008-01-01 12:00') AS u, TRUNC(timestamp '2008-01-01 12:00'),
    DATE_PART_YEAR(date '2008-02-01'), DATE_CMP(date '2008-01-01', date '2008-01-04'), TO_DATE('20010631', 'YYYYMMDD')
    AS lenient, DATE_TRUNC('mon', date '2008-05-17')$$) \gexec
SELECT pg_typeof(getdate()), getdate() = date_trunc('second', getdate()) AS whole, redshift.sysdate()
    = now()::timestamp AS transaction;
SELECT redshift.to_date('20010631', 'YYYYMMDD', true);
SELECT redshift.rewrite($$SELECT interval '1w, 1h, 1m, 1s', interval '2 qtr'$$) \gexec
-- conditions
SELECT redshift.rewrite($$SELECT NVL(NULL, 2, 3), NVL2(NULL, 'a', 'b'), DECODE(NULL, NULL, 'null', 1, 'one') AS d,
    DECODE(3, 1, 'one', 2, 'two') AS none, DECODE(2, 1, 'a', 'z') AS other, ISNULL(NULL, 1)$$) \gexec
-- text
SELECT redshift.rewrite($$SELECT LEN('cat '), TEXTLEN('cat'), CHARINDEX('fish', 'dogfish'), CONCAT('a', NULL) IS NULL
    AS null, CONCAT(1, 2), REPLICATE('ab', 2), BPCHARCMP('a ', 'a'), SPLIT_PART('a$b', '$', 3) = '' AS beyond$$) \gexec
SELECT redshift.rewrite($$SELECT REGEXP_REPLACE('a1b2', '[0-9]'),
    REGEXP_REPLACE('DonecFri@semper.com', '@.*\\.(org|gov|com|edu|ca)'), REGEXP_REPLACE('ab12', '([a-z])([0-9])',
    '$2$1'), REGEXP_SUBSTR('abc', 'z') = '' AS empty, REGEXP_COUNT('abcabc', 'b'), REGEXP_INSTR('abc', 'c')$$) \gexec
SELECT fnv_hash(1), fnv_hash('Amazon Redshift'), fnv_hash('Amazon Redshift', fnv_hash(1)), crc32('Amazon Redshift'),
    func_sha1('Amazon Redshift'), sha2('Amazon Redshift', 256);
-- DIFFERENCE and OCTETINDEX
SELECT redshift.rewrite($$SELECT DIFFERENCE('%', '@') AS none, DIFFERENCE('Amazon', '') AS empty,
    DIFFERENCE('Amazon', 'Ama') AS two, DIFFERENCE('Smith', 'Smyth') AS same, DIFFERENCE('Amazon', '+-*/%') AS odd,
    DIFFERENCE(NULL, '') AS unknown$$) \gexec
SELECT redshift.rewrite($$SELECT OCTETINDEX('q', 'AWS'), OCTETINDEX('Redshift', 'Amazon Redshift'),
    OCTETINDEX('µ', 'Åäµ') AS bytes, OCTETINDEX(5, 1525) AS number, OCTETINDEX(NULL, 'a') AS unknown$$) \gexec
-- SOUNDEX: letters only, '' when there are none; H and W don't part letters of one code, vowels do
SELECT soundex('Smith') = soundex('Smyth') AS alike, soundex('AWS Amazon'), soundex('+-*/%') = '' AS empty,
    soundex('Robert'), soundex('Rupert'), soundex('Ashcraft'), soundex('Tymczak'), soundex('Pfister'), soundex('lee'),
    soundex('Honeyman'), soundex(NULL) IS NULL AS null;
SELECT strtol('0xf', 16), strtol('abcd1234', 16), strtol('1234567', 10), strtol('110101', 2), strtol('-12', 10),
    strtol('', 16), from_hex('6162');
SELECT strtol(' +0XfF ', 16), strtol('zz', 36), strtol('-9223372036854775808', 10), strtol('7fffffffffffffff', 16),
    strtol(NULL, 10) IS NULL AS "null";
SELECT strtol('9223372036854775808', 10);
SELECT strtol('129', 9);
SELECT strtol('0x1', 10);
SELECT strtol('1', 37);
-- texts of megabytes take time in proportion
SELECT strtol(repeat('0', 10000000) || '7', 8), soundex(repeat('1', 10000000) || 'Lee'),
    fnv_hash(repeat('ab', 1000000)), crc32(repeat('ab', 1000000)), func_sha1(repeat('ab', 1000000)),
    is_valid_json('{"a":[' || repeat('{"a":[1]},', 1000000) || '1]}');
SELECT dateadd(repeat('day', 100), 1, '2018-11-01'::timestamp);
-- JSON
SELECT redshift.rewrite($$SELECT JSON_EXTRACT_PATH_TEXT('{"f2":{"f3":1},"f4":{"f5":99,"f6":"star"}}', 'f4', 'f6'),
    JSON_EXTRACT_PATH_TEXT('{"a":1}', 'b') = '' AS missing, JSON_EXTRACT_PATH_TEXT('{"a', 'b', true) IS NULL
    AS invalid, JSON_EXTRACT_ARRAY_ELEMENT_TEXT('[111,112,113]', 2), JSON_EXTRACT_ARRAY_ELEMENT_TEXT('[1]', 7) = ''
    AS beyond, JSON_ARRAY_LENGTH('[11,12,13,{"f1":21},14]')$$) \gexec
SELECT redshift.json_extract_path_text('{"a', 'b');
SELECT is_valid_json('{"a":2}'), is_valid_json('{a:2}'), is_valid_json_array('[]'), is_valid_json_array('{}'),
    can_json_parse('[1'), public.json_serialize(json_parse('{"a": [1]}')), redshift.json_typeof('[]'), is_array('[]'),
    is_integer('5'), is_integer('5.5'), get_array_length('[1,2]');
-- numbers
SELECT redshift.rewrite($$SELECT CAST('263.99302' AS decimal) AS d1, '258.89914'::numeric AS d2,
    ROUND(50.5::numeric, 1) = 50 AS d3, CAST('1.239' AS decimal(5,2)) AS d4, ROUND(12.345::float8, 2) AS r,
    TRUNC(12.789::float8, 1) AS t, CONVERT(integer, '7') AS c, DLOG10(100) AS l$$) \gexec
-- aggregates: LISTAGG ignores NULL and ''
CREATE TABLE sales (seller int, buyer text, price int, big bigint);
INSERT INTO sales VALUES (1, 'a', 1, 10), (1, '', 2, 20), (1, NULL, 2, 21), (2, 'b', 4, 7), (2, 'c', 10, 8);
SELECT redshift.rewrite($$SELECT LISTAGG(buyer, ', ') WITHIN GROUP (ORDER BY buyer DESC) AS l,
    LISTAGG(DISTINCT seller) WITHIN GROUP (ORDER BY seller) AS s, AVG(price) AS avg, SUM(big) / 4 AS sum,
    MEDIAN(price)::float8 AS median, APPROXIMATE COUNT(DISTINCT seller) AS n, HLL(big / 10) AS h FROM sales$$) \gexec
SELECT redshift.rewrite($$SELECT seller, LISTAGG(buyer, ',') WITHIN GROUP (ORDER BY buyer) OVER (PARTITION BY seller)
    AS l, RATIO_TO_REPORT(price) OVER (PARTITION BY seller), MEDIAN(price) OVER (PARTITION BY seller)::float8 AS m,
    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY price) OVER (PARTITION BY seller) AS p FROM sales
    ORDER BY seller, price, buyer$$) \gexec
SELECT listagg(repeat('x', 40000)) FROM generate_series(1, 2);
-- DISTINCT in an order of its own: each value stands where its first does, numbers in theirs, and blanks at the end
-- make no other value
CREATE TEMP TABLE lists (name varchar(5), n int);
INSERT INTO lists VALUES ('x', 10), ('x ', 1), ('y', 9), ('z', 10), ('y', 2), (NULL, 4), ('', 5);
SELECT redshift.rewrite($$SELECT LISTAGG(DISTINCT name, ',') WITHIN GROUP (ORDER BY n DESC, name) AS names,
    LISTAGG(DISTINCT n, ',') WITHIN GROUP (ORDER BY n) AS numbers, LISTAGG(DISTINCT upper(name))
    WITHIN GROUP (ORDER BY name) FROM lists$$) \gexec
DROP TABLE lists;
DROP TABLE sales;
-- option e: the first subexpression, where there is one
SELECT redshift.rewrite($$SELECT REGEXP_SUBSTR('one two, one three', 'one (\w+)', 1, 2, 'e') AS part,
    REGEXP_SUBSTR('one two', 'TWO', 1, 1, 'ie') AS none, REGEXP_SUBSTR('a(b', 'a\(b', 1, 1, 'e') AS escaped,
    REGEXP_INSTR('one two', 'one (\w+)', 1, 1, 0, 'e') AS place, REGEXP_SUBSTR('one two', 'one (\w+)')
    AS whole$$) \gexec
-- hashes with published results: FarmHash's, and Murmur3 over Iceberg's bytes of a type; CHECKSUM is the
-- DECIMAL without its point
SELECT redshift.rewrite($$SELECT FARMFINGERPRINT64('Amazon Redshift') AS doc, FARMFINGERPRINT64('2applefalse')
    AS eleven, FARMFINGERPRINT64('3true') AS five, FARMFINGERPRINT64('Amazon Redshift'::varbyte) AS bytes,
    FARMFINGERPRINT64(NULL) IS NULL AS null$$) \gexec
SELECT count(DISTINCT public.farmfingerprint64(repeat('x', n))) FROM generate_series(0, 300) AS n;
SELECT redshift.rewrite($$SELECT MURMUR3_32_HASH(34) AS int, MURMUR3_32_HASH(34::bigint) AS long,
    MURMUR3_32_HASH('iceberg') AS text, MURMUR3_32_HASH('2017-11-16'::date) AS date,
    MURMUR3_32_HASH(TIMESTAMP '2017-11-16 22:31:08') AS ts, MURMUR3_32_HASH('b', MURMUR3_32_HASH('a'))
    AS seeded$$) \gexec
SELECT redshift.rewrite($$SELECT CHECKSUM(109.20::decimal(8,2)) AS money, CHECKSUM(-11.40::decimal(8,2)) AS minus,
    CHECKSUM(7) AS int, CHECKSUM(2147483648) AS turned, FNV_HASH(1::smallint) AS small$$) \gexec
-- H3's cells: AWS's examples, the middle of a pentagon and its six children; what is the index of no cell is an error
SELECT redshift.rewrite($$SELECT H3_RESOLUTION('8025fffffffffff') AS coarsest, H3_RESOLUTION(614553222213795839) AS
    number, H3_RESOLUTION(646078419604526808) AS finest, H3_RESOLUTION('85283473FFFFFFF') AS capitals,
    H3_RESOLUTION('81083ffffffffff') AS middle, H3_RESOLUTION('8108bffffffffff') AS child,
    H3_RESOLUTION(NULL::varchar) IS NULL AS null$$) \gexec
SELECT h3_resolution('81087ffffffffff');
SELECT h3_resolution('0x8025fffffffffff');
SELECT h3_resolution('');
SELECT h3_resolution('über alle Maße ' || repeat('x', 1000000));
SELECT h3_resolution(0);
SELECT h3_resolution(-1);
SELECT h3_resolution(x'115283473fffffff'::bigint) AS edge;
-- the cells above and below, of AWS's examples; of a pentagon one child is missing, and so are all below it
SELECT redshift.rewrite($$SELECT H3_ISVALID('8025fffffffffff') AS text, H3_ISVALID(577129255373111295) AS number,
    H3_ISVALID('') AS empty, H3_ISVALID(0) AS zero, H3_ISVALID(NULL::varchar) IS NULL AS null,
    H3_TOPARENT('85283473fffffff', 0) AS coarsest, H3_TOPARENT(646078419604526808, 8) AS eight,
    H3_TOPARENT('8025fffffffffff', 0) AS itself$$) \gexec
SELECT redshift.rewrite($$SELECT H3_TOCHILDREN('85283473fffffff', 6) AS text,
    H3_TOCHILDREN(599686042433355775, 6) = H3_TOCHILDREN('85283473fffffff', 6) AS number,
    H3_TOCHILDREN('85283473fffffff', 5) AS itself, GET_ARRAY_LENGTH(H3_TOCHILDREN('8009fffffffffff', 3)) AS pentagons,
    GET_ARRAY_LENGTH(H3_TOCHILDREN('8025fffffffffff', 7)) AS most$$) \gexec
SELECT bool_and(h3_isvalid(c::bigint) AND h3_resolution(c::bigint) = 4 AND to_hex(h3_toparent(c::bigint, 1)) = '81083ffffffffff')
  AS all_right, count(DISTINCT c) FROM jsonb_array_elements_text(h3_tochildren('81083ffffffffff', 4)) AS c;
SELECT h3_toparent('85283473fffffff', 6);
SELECT h3_toparent('85283473fffffff', -1);
SELECT h3_tochildren('85283473fffffff', 4);
SELECT h3_tochildren('85283473fffffff', 16);
SELECT h3_tochildren('85283473fffffff', 13);
SELECT h3_tochildren('none', 13);
-- Teradata's numbers: a sign behind, blanks are 0; integers are cut, DECIMALs go to the even digit
SELECT redshift.rewrite($$SELECT TEXT_TO_INT_ALT('123-') AS behind, TEXT_TO_INT_ALT('2147483647+') AS plus,
    TEXT_TO_INT_ALT('-123E-2') AS power, TEXT_TO_INT_ALT(' ') AS blank, TEXT_TO_INT_ALT('-123.9') AS cut,
    TEXT_TO_INT_ALT(NULL) IS NULL AS null$$) \gexec
SELECT redshift.rewrite($$SELECT TEXT_TO_NUMERIC_ALT('1.5') AS two, TEXT_TO_NUMERIC_ALT('2.5') AS even,
    TEXT_TO_NUMERIC_ALT('-2.51') AS three, TEXT_TO_NUMERIC_ALT('123.52501', 10, 2) AS scale,
    TEXT_TO_NUMERIC_ALT('-123E2') AS power, TEXT_TO_NUMERIC_ALT(REPEAT('9', 38) || '+') AS most$$) \gexec
SELECT redshift.rewrite($$SELECT TEXT_TO_NUMERIC_ALT('123.5', 2, 0)$$) \gexec
SELECT redshift.rewrite($$SELECT TEXT_TO_INT_ALT('USD123', 'C9(I)')$$);
-- who one is
CREATE ROLE fr_reader;
CREATE ROLE fr_user IN ROLE fr_reader;
SELECT redshift.rewrite($$SELECT CURRENT_USER_ID = (SELECT oid FROM pg_roles WHERE rolname = CURRENT_USER) AS me,
    USER_IS_MEMBER_OF('fr_user', 'fr_reader') AS member, USER_IS_MEMBER_OF('fr_reader', 'fr_user') AS other,
    ROLE_IS_MEMBER_OF('fr_reader', 'fr_reader') AS itself, CURRENT_AWS_ACCOUNT() AS account, CURRENT_NAMESPACE()
    AS namespace, DEFAULT_IAM_ROLE() AS role, GET_MOUNTED_ROLE() IS NULL AS unmounted$$) \gexec
SELECT redshift.rewrite($$SELECT ROLE_IS_MEMBER_OF('nobody', 'fr_reader')$$) \gexec
DROP ROLE fr_user, fr_reader;
-- what can't be had is refused with what to use instead; a function of one's own is called with its schema
SELECT redshift.rewrite($$SELECT CHECKSUM('a')$$);
SELECT redshift.rewrite($$SELECT 'é', SIZE(a) FROM t$$);
SELECT redshift.rewrite($$SELECT ST_Distance(a, b) FROM t$$);
SELECT redshift.rewrite($$SELECT CHANGE_QUERY_PRIORITY(1, 'high')$$);
SELECT redshift.rewrite($$SELECT EXPLAIN_MODEL('m')$$);
SELECT redshift.rewrite($$SELECT HLL_CARDINALITY(HLL_CREATE_SKETCH(a)) FROM t$$);
SELECT redshift.rewrite($$SELECT own.checksum(a), checksum FROM t$$);
