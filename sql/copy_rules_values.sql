-- Redshift's conversion of values (AWS: copy-parameters-data-conversion)
\getenv abs_srcdir PG_ABS_SRCDIR
\set include :abs_srcdir '/sql/include/attempt.sql'
\set ECHO none
\i :include
\set ECHO all
\pset format unaligned
\pset tuples_only on
-- numbers into text are printed with 17 digits
SELECT attempt('fractions into VARCHAR', '{"a":250.8273}{"a":331.44118}{"a":268.87791}{"a":39.95227}{"a":241.8673}',
  'a varchar(30)');
SELECT attempt('x.0 into VARCHAR', '{"a":1540472624796.0}', 'a varchar(30)');
SELECT attempt('integers into VARCHAR', '{"a":1541207073796}{"a":-0}{"a":12345678901234567890}', 'a varchar(30)');
SELECT attempt('exponents into VARCHAR', '{"a":1e3}{"a":1.5E-7}', 'a varchar(30)');
SELECT attempt('booleans into VARCHAR', '{"a":true}{"a":false}', 'a varchar(30)');
SET sparkify_dwh.fraction_text = 'source';
SELECT attempt('fractions as they stand, by setting', '{"a":250.8273}', 'a varchar(30)');
RESET sparkify_dwh.fraction_text;
-- G 2, G 3
SELECT attempt('x.0 into BIGINT', '{"a":1540472624796.0}', 'a bigint');
SELECT attempt('12.5 into INT', '{"a":12.5}', 'a int');
SELECT attempt('the string 12.0 into INT', '{"a":"12.0"}', 'a int');
SELECT attempt('DECIMAL truncates', '{"a":166.94812}{"a":229.85098}{"a":40.82624}{"a":-1.9}', 'a numeric(18,0)');
SELECT attempt('ROUNDEC rounds', '{"a":166.94812}{"a":229.45098}{"a":-1.9}', 'a numeric(18,0)',
  'format ''json'', roundec');
SELECT attempt('DECIMAL sees the 17 digits', '{"a":331.44118}', 'a numeric(10,5)');
SELECT attempt('DECIMAL sees the 17 digits', '{"a":2.3}', 'a numeric(8,2)');
SELECT attempt('a quoted number is exact', '{"a":"331.44118"}', 'a numeric(10,5)');
SELECT attempt('DECIMAL overflow', '{"a":12345}', 'a numeric(6,2)');
SELECT attempt('no DECIMAL', '{"a":"12x"}', 'a numeric(6,2)');
SELECT attempt('a DECIMAL of precision 19 is a number of 64 bits',
  '{"a":"9223372036854775807"}{"a":"-9.223372036854775807"}{"a":"9223372036854775808"}', 'a numeric(19,0)',
  'format ''json'', maxerror 2');
SELECT attempt('a DECIMAL of precision 19 with a scale', '{"a":"9.2233720368547758079"}{"a":"-9.223372036854775808"}',
  'a numeric(19,18)', 'format ''json'', maxerror 2');
SELECT attempt('a big DECIMAL', '{"a":"12345678901234567890123456789012345678"}', 'a numeric(38,0)');
-- integers
SELECT attempt('sign and blanks', '{"a":" -5 "}{"a":"+7"}', 'a int');
SELECT attempt('no digit', '{"a":"C"}', 'a int');
SELECT attempt('SMALLINT out of range', '{"a":32768}', 'a smallint');
SELECT attempt('INTEGER out of range', '{"a":2147483648}', 'a int');
SELECT attempt('BIGINT limits', '{"a":9223372036854775807}{"a":-9223372036854775808}', 'a bigint');
SELECT attempt('BIGINT out of range', '{"a":9223372036854775808}', 'a bigint');
-- G 8: empty and blank strings
SELECT attempt('an empty string is NULL but for characters', '{"a":"","b":"","c":"","d":"","e":"","f":""}',
  'a int, b float, c numeric(9,2), d date, e boolean, f varchar(9)');
SELECT attempt('a blank string likewise', '{"a":"  ","b":" ","c":" ","d":" ","e":" ","f":"  "}',
  'a int, b float, c numeric(9,2), d date, e boolean, f varchar(9)');
SELECT attempt('EMPTYASNULL', '{"f":""}{"f":" "}', 'f varchar(9)', 'format ''json'', emptyasnull');
SELECT attempt('BLANKSASNULL', '{"f":""}{"f":" "}', 'f varchar(9)', 'format ''json'', blanksasnull');
SELECT attempt('TRIMBLANKS', '{"f":" x  "}', 'f varchar(9)', 'format ''json'', trimblanks');
-- floats and booleans
SELECT attempt('FLOAT', '{"a":250.8273}{"a":"1e300"}{"a":-0.1}', 'a float');
SELECT attempt('no FLOAT', '{"a":"1.5.2"}', 'a float');
SELECT attempt('BOOLEAN spellings', '{"a":"T"}{"a":"yes"}{"a":"1"}{"a":"f"}{"a":"No"}{"a":0}{"a":true}', 'a boolean');
SELECT attempt('no BOOLEAN', '{"a":"maybe"}', 'a boolean');
-- G 5: lengths are bytes
SELECT attempt('257 bytes do not fit 256', '{"a":"' || repeat('x', 257) || '"}', 'a varchar(256)');
SELECT attempt('256 bytes fit', '{"a":"' || repeat('x', 256) || '"}', 'a varchar(256)') =
  '(' || repeat('x', 256) || ')';
SELECT attempt('129 characters of two bytes do not fit', '{"a":"' || repeat('é', 129) || '"}', 'a varchar(256)');
SELECT attempt('TRUNCATECOLUMNS cuts at a character', '{"a":"ééé"}', 'a varchar(5)',
  'format ''json'', truncatecolumns');
SELECT attempt('CHAR takes ASCII only', '{"a":"é"}', 'a char(4)');
SELECT attempt('CHAR too long', '{"a":"abcde"}', 'a char(4)');
SELECT attempt('CHAR is padded', '{"a":"ab"}', 'a char(4)');
-- nested values
SELECT attempt('nested values into VARCHAR', '{"a":{"id": 1,"name": "Renaldo"},"b":["x",  2]}',
  'a varchar(99), b varchar(99)');
SELECT attempt('nested values into SUPER', '{"a":{"id": 1},"b":[1.50,null],"c":"text","d":12}',
  'a jsonb, b jsonb, c jsonb, d jsonb');
SELECT attempt('numbers inside SUPER keep their digits',
  '{"a":{"id":12345678901234567890.123,"r":[1.50,250.8273]},"b":[1.50,12345678901234567890.123]}', 'a jsonb, b jsonb');
SELECT left(attempt('strings inside SUPER have at most 65,535 bytes', '{"a":["' || repeat('x', 65534) ||
  '\u0061"],"b":"' || repeat('x', 65535) || '"}', 'a jsonb, b jsonb'), 9);
SELECT attempt('one more byte', '{"a":["' || repeat('x', 65534) || '\u00e9"]}', 'a jsonb');
SELECT attempt('one more byte in the value itself', '{"a":"' || repeat('x', 65536) || '"}', 'a jsonb');
SELECT attempt('SUPER takes 1,000 levels', '{"a":' || repeat('[', 1000) || repeat(']', 1000) || '}', 'a jsonb') IS NOT
  NULL;
SELECT attempt('and no more', '{"a":' || repeat('[', 1001) || repeat(']', 1001) || '}', 'a jsonb');
-- A.6: UTF-8
SELECT attempt('an invalid byte', '\x7b2261223a2278a479227d'::bytea, 'a varchar(20)');
SELECT attempt('ACCEPTINVCHARS', '\x7b2261223a2278a479227d'::bytea, 'a varchar(20)', 'format ''json'', acceptinvchars');
SELECT attempt('ACCEPTINVCHARS with another character', '\x7b2261223a2278f09f9879227d'::bytea, 'a varchar(20)',
  'format ''json'', acceptinvchars ''^''');
SELECT trim(colname), line_number FROM stl_replacements WHERE query = pg_last_copy_id();
SELECT attempt('ACCEPTINVCHARS with a control character', '\x7b2261223a2278a479227d'::bytea, 'a varchar(20)',
  'format ''json'', acceptinvchars E''\x1f''');
SELECT attempt('a control character is ASCII, é is not', '', 'a varchar(20)', 'format ''json'', acceptinvchars ''é''');
SELECT attempt('characters longer than four bytes', '\x7b2261223a2278f888808080227d'::bytea, 'a varchar(20)');
SELECT trim(error_message) FROM sys_load_error_detail WHERE query_id = pg_last_copy_id();
SELECT attempt('a cut-off character', '\x7b2261223a2278e282227d'::bytea, 'a varchar(20)');
SELECT attempt('a bad continuation', '\x7b2261223a2278e228a1227d'::bytea, 'a varchar(20)');
SELECT attempt('non-characters load', '\x7b2261223a22efb790227d'::bytea, 'a varchar(20)') = U&'(\FDD0)';
SELECT attempt('non-characters are replaced by ACCEPTINVCHARS', '\x7b2261223a22efb790f09fbfbf227d'::bytea,
  'a varchar(20)', 'format ''json'', acceptinvchars');
SELECT attempt('ACCEPTINVCHARS is for VARCHAR only', '\x7b2261223a2278e9227d'::bytea, 'a char(5)',
    'format ''json'', acceptinvchars');
SELECT attempt('an encoded surrogate', '\x7b2261223a22eda080227d'::bytea, 'a varchar(20)');
SELECT attempt('an overlong form', '\x7b2261223a22c080227d'::bytea, 'a varchar(20)');
SELECT attempt('beyond U+10FFFF', '\x7b2261223a22f4908080227d'::bytea, 'a varchar(20)');
-- A.7: dates and times
SET datestyle = 'ISO, MDY';
SET timezone = 'UTC';
SELECT attempt('the default formats', '{"a":"2018-11-01","b":"2018-11-01 20:57:10.796"}', 'a date, b timestamp');
SELECT attempt('a DATE ignores the time', '{"a":"2018-11-01 20:57:10"}', 'a date');
SELECT attempt('a TIMESTAMP without time', '{"b":"2018-11-01"}', 'b timestamp', 'format ''json'', timeformat ''auto''');
SELECT attempt('a short date', '{"a":"2018-1-1"}', 'a date');
SELECT attempt('no TIMESTAMP', '{"b":"yesterday evening"}', 'b timestamp');
SELECT attempt('the 30th of February', '{"a":"2018-02-30"}', 'a date');
SELECT attempt('epochmillisecs', '{"b":1541105830796}{"b":"1541105830796"}', 'b timestamp',
  'format ''json'', timeformat ''epochmillisecs''');
SELECT attempt('epochsecs', '{"b":1541105830}', 'b timestamp', 'format ''json'', timeformat ''epochsecs''');
SELECT attempt('auto does not take an epoch (G 15)', '{"b":1541105830796}', 'b timestamp',
    'format ''json'', timeformat ''auto''');
SELECT attempt('DATEFORMAT', '{"a":"01.11.2018"}', 'a date', 'format ''json'', dateformat ''DD.MM.YYYY''');
SELECT attempt('DATEFORMAT with month names', '{"a":"1 Nov 2018"}{"a":"01 november 2018"}', 'a date',
  'format ''json'', dateformat ''DD MON YYYY''');
SELECT attempt('HH in TIMEFORMAT is HH24 (G 15)', '{"b":"2018-11-01 21:05:06"}', 'b timestamp',
  'format ''json'', timeformat ''YYYY-MM-DD HH:MI:SS''');
SELECT attempt('HH12 and PM', '{"b":"2018-11-01 09:05:06 PM"}', 'b timestamp',
  'format ''json'', timeformat ''YYYY-MM-DD HH12:MI:SS AM''');
SELECT attempt('TIMEFORMAT auto',
  '{"b":"2019-02-11T05:09:12.195Z"}{"b":"19990108 040506"}{"b":"01/08/1999 04:05:06.78"}{"b":"J2451187"}',
  'b timestamp', 'format ''json'', timeformat ''auto''');
SELECT attempt('TIMESTAMPTZ', '{"b":"2018-11-01 20:57:10+02"}{"b":"2018-11-01 20:57:10"}', 'b timestamptz');
SELECT attempt('TIMEFORMAT auto: dates of other forms',
    '{"b":"960108 040809"}{"b":"1996.008"}{"b":"January 8, 99 BC"}{"b":"12 Dec 04:05:06 1997 PST"}{"b":"12.17.1997 04:05:06 PST"}{"b":"1997-12-17 04:05:06-08"}', 'b timestamp', 'format ''json'', timeformat ''auto''');
SELECT attempt('DATEFORMAT auto', '{"a":"1996-01-08 BC"}{"a":"J2451187"}{"a":"11/01/2018"}{"a":"2018-11-01 20:57:10"}',
  'a date', 'format ''json'', dateformat ''auto''');
SELECT attempt('auto is lower-case', '', 'a date', 'format ''json'', dateformat ''AUTO''');
SELECT attempt('epochs are no dates', '{"a":1541105830}', 'a date', 'format ''json'', timeformat ''epochsecs''');
SELECT attempt('no zone in TIMEFORMAT', '', 'b timestamptz', 'format ''json'', timeformat ''YYYY-MM-DD HH:MI:SSOF''');
SELECT attempt('fractions behind SS', '{"b":"03.31.2003 18:45:05.123456"}', 'b timestamp',
  'format ''json'', timeformat ''MM.DD.YYYY HH:MI:SS''');
SELECT attempt('ACCEPTANYDATE', '{"a":"never","b":"never"}', 'a date, b timestamp', 'format ''json'', acceptanydate');
SELECT attempt('TIME', '{"a":"20:57:10.5"}', 'a time');
-- other types
SELECT attempt('VARBYTE', '{"a":"ff00a1"}', 'a bytea');
SELECT attempt('no VARBYTE', '{"a":"ffzz"}', 'a bytea');
SELECT attempt('a type Redshift has not takes its own syntax', '{"a":"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}',
  'a uuid');
