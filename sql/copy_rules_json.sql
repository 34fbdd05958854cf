-- Redshift's rules for finding records and mapping fields (AWS: copy-usage_notes-copy-from-json)
\getenv abs_srcdir PG_ABS_SRCDIR
\set include :abs_srcdir '/sql/include/attempt.sql'
\set ECHO none
\i :include
\set ECHO all
\pset format unaligned
\pset tuples_only on
-- a file is a stream of root values
SELECT attempt('objects one a line', E'{"a":1}\n{"a":2}', 'a int');
SELECT attempt('objects back to back', '{"a":1}{"a":2}', 'a int');
SELECT attempt('objects over many lines', E'{\n  "a": 1\n}\n\n{\n  "a":\n 2}', 'a int');
SELECT attempt('CRLF and tabs are white space', E'{"a":1}\r\n\t{"a":2}\r\n', 'a int');
SELECT attempt('a byte order mark is skipped', '\xefbbbf7b2261223a317d'::bytea, 'a int');
SELECT attempt('an empty object is no rows', ''::text, 'a int');
SELECT attempt('white space only is no rows', E' \n\n', 'a int');
SELECT attempt('a comma between values is an error', '{"a":1},{"a":2}', 'a int');
SELECT attempt('each occurrence counts', '{"a":1},{"a":2} x {"a":3}', 'a int', 'format ''json'', maxerror 3');
SELECT attempt('an array of objects is not a list of rows', '[{"a":1},{"a":2}]', 'a int');
SELECT attempt('a root scalar is an error', '42', 'a int');
SELECT attempt('the line number is the last line of the object', E'{"a":1}\n{\n"a":"x"\n}\n{"a":3}', 'a int');
SELECT attempt('IGNOREHEADER skips lines even in JSON', E'{"a":1}\n{"a":2}\n{"a":3}', 'a int',
  'format ''json'', ignoreheader 2');
SELECT attempt('a row over 4 MB fails the load', '{"a":1,"b":"' || repeat('x', 4194304) || '"}', 'a int');
SELECT attempt('a row of exactly 4 MB loads', '{"a":1,"b":"' || repeat('x', 4194304 - 14) || '"}', 'a int');
SELECT attempt('in the size of a row | counts twice', '{"a":1,"b":"' || repeat('|', 2097152) || '"}', 'a int');
SELECT attempt('escapes decode', '{"a":"\n\t\\\/\"\u00e9\ud83d\ude00"}', 'a varchar(20)');
SELECT attempt('a lone surrogate is invalid UTF-8', '{"a":"\ud83d"}', 'a varchar(20)');
SELECT attempt('U+0000 is an error for VARCHAR', '{"a":"x\u0000y"}', 'a varchar(20)');
SELECT attempt('a raw control character in a string is an error', E'{"a":"x\x01y"}', 'a varchar(20)');
SELECT attempt('a bad escape is an error', '{"a":"\x"}', 'a varchar(20)');
SELECT attempt('a leading zero is no number', '{"a":01}', 'a int');
SELECT attempt('a trailing comma is an error', '{"a":1,}', 'a int');
SELECT attempt('a cut-off object is an error', '{"a":1}{"a":', 'a int');
SELECT attempt('what no column wants is checked too', '{"a":1,"b":[1,2,}', 'a int');
SELECT attempt('of duplicate keys the last one counts', '{"a":1,"a":2}', 'a int');
SELECT count(*) FROM attempt('depth', '{"a":1,"b":' || repeat('[', 100000) || repeat(']', 100000) || '}', 'a int')
  WHERE attempt LIKE 'ERROR: Load into%';

-- 'auto', 'auto ignorecase'
SELECT attempt('auto is case-sensitive', '{"firstName":"x","a":1}', 'firstname varchar(9), a int');
SELECT attempt('auto ignorecase', '{"firstName":"x","A":1}', 'firstname varchar(9), a int',
  'format ''json'', jsonpaths ''auto ignorecase''');
SELECT attempt('unknown keys are ignored, order is irrelevant', '{"z":[{}],"b":2,"a":1}', 'a int, b int');
SELECT attempt('only the first level is considered', '{"x":{"a":1}}', 'a int');
SELECT attempt('a missing key is NULL, not the DEFAULT', '{"b":2}', 'a int DEFAULT 7, b int');
SELECT attempt('then NOT NULL fails', '{"b":2}', 'a int NOT NULL DEFAULT 7, b int');
SELECT attempt('JSON null is NULL', '{"a":null}', 'a int');
SELECT attempt('JSON null into NOT NULL', '{"a":null}', 'a int NOT NULL');

-- jsonpaths
SELECT put('paths', '{"jsonpaths":["$.a","$[''b''][1]"]}');
SELECT attempt('i-th path to i-th column', '{"a":1,"b":[5,6]}', 'x int, y int',
  'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT attempt('a missing key on a path is NULL', '{"b":[5,6]}', 'x int, y int',
  'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT attempt('a missing array element is an error', '{"a":1,"b":[5]}', 'x int, y int',
    'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT attempt('not an array is an error', '{"a":1,"b":{"1":5}}', 'x int, y int',
    'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT attempt('IDENTITY columns are left out', '{"a":1,"b":[5,6]}',
  'id int GENERATED ALWAYS AS IDENTITY (START WITH 7), x int, y int',
  'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT attempt('the numbers of paths and columns differ', '{"a":1}', 'x int',
    'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$[0]","$[1].k"]}');
SELECT attempt('array roots', '[1,{"k":2}] [3,{"k":4}]', 'x int, y int',
  'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpath":["$.q"]}');
SELECT attempt('another key means auto', '{"x":1}', 'x int', 'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$.a", 5]}');
SELECT attempt('a path that is no string', '{"a":1}', 'x int, y int',
    'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$.a", ""]}');
SELECT attempt('an empty path', '{"a":1}', 'x int, y int', 'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$.a"]} x');
SELECT attempt('text behind the document', '{"a":1}', 'x int', 'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$.a"');
SELECT attempt('a malformed document', '{"a":1}', 'x int', 'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$[''a''].b"]}');
SELECT attempt('mixed notations', '{"a":1}', 'x int', 'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$.a[*]"]}');
SELECT attempt('wildcards', '{"a":1}', 'x int', 'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$.a[-1]"]}');
SELECT attempt('negative indexes', '{"a":1}', 'x int', 'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT put('paths', '{"jsonpaths":["$"]}');
SELECT attempt('$ alone is the whole document', '{"a": 1}', 'x varchar(40)',
  'format ''json'', jsonpaths ''s3://rules/paths''');
SELECT attempt('no such jsonpaths file', '{"a":1}', 'x int', 'format ''json'', jsonpaths ''s3://rules/nowhere''');

-- 'noshred' (AWS: copy-parameters-data-format)
SELECT attempt('noshred: the document into the only SUPER column', '{"a": 1, "b": [true]}{"c":2}', 'x jsonb',
  'format ''json'', jsonpaths ''noshred''');
SELECT attempt('noshred wants one SUPER column', '{"a":1}', 'x int, y jsonb', 'format ''json'', jsonpaths ''noshred''');
