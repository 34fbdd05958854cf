-- The text formats: delimited, CSV, fixed width (AWS: copy-parameters-data-format)
\getenv abs_srcdir PG_ABS_SRCDIR
\set include :abs_srcdir '/sql/include/attempt.sql'
\set ECHO none
\i :include
\set ECHO all
\pset format unaligned
\pset tuples_only on
SELECT attempt('the default delimiter is |', E'1|x\n2|y\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('the last line needs no newline', E'1|x\n2|y', 'a int, b varchar(9)', 'format text');
SELECT attempt('CRLF ends a line', E'1|x\r\n2|y\r\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('a tab', E'1\tx\n', 'a int, b varchar(9)', 'format text, delimiter ''\t''');
SELECT attempt('an octal delimiter', E'1\001x\n', 'a int, b varchar(9)', 'format text, delimiter ''\001''');
SELECT attempt('a delimiter of several characters', E'1|~|x\n', 'a int, b varchar(9)',
  'format text, delimiter ''|~|''');
SELECT attempt('NULL is \N', E'\\N|\\N\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('NULL AS', E'nil|nil\n', 'a int, b varchar(9)', 'format text, null ''nil''');
SELECT attempt('empty fields', E'|\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('ESCAPE', E'1|x\\|y\n2|a\\\nb\n', 'a int, b varchar(9)', 'format text, escape');
SELECT attempt('with ESCAPE the NULL text may be escaped itself', E'1|\\\\N\n2|\\N\n', 'a int, b varchar(9)',
  'format text, escape');
SELECT attempt('with ESCAPE a NUL ends the record', '\x317c616200637c640a327c780a'::bytea, 'a int, b varchar(9)',
  'format text, escape');
SELECT attempt('ESCAPE reads no octal numbers', E'1|a\\012\n', 'a int, b varchar(9)', 'format text, escape');
SELECT attempt('NULL AS of a NUL, which may not be longer', '\x007c780a317c79000a00327c7a0a'::bytea,
  'a int, b varchar(9)', 'format text, null ''\000'', maxerror 9');
SELECT attempt('NULL AS with a newline', E'', 'a int', 'format text, null ''\n''');
SELECT attempt('a newline as delimiter', E'', 'a int', 'format text, delimiter ''\n''');
SELECT attempt('without ESCAPE a backslash is a character', E'1|x\\y\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('REMOVEQUOTES', E'1|"x"\n2|''y''\n', 'a int, b varchar(9)', 'format text, removequotes');
SELECT attempt('REMOVEQUOTES, as documented', E'1|''Black''\n2|"White"\n3|Blue''\n4|''''Black''''\n5|'' ''\n6|"a|b"\n',
  'a int, b varchar(9)', 'format text, removequotes');
SELECT attempt('REMOVEQUOTES with an unbalanced quote', E'1|"x\n', 'a int, b varchar(9)', 'format text, removequotes');
SELECT attempt('a missing column', E'1\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('FILLRECORD', E'1\n', 'a int, b varchar(9), c int', 'format text, fillrecord');
SELECT attempt('a column too many', E'1|x|y\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('a delimiter at the end of a line is no column', E'1|x|\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('IGNOREHEADER', E'a|b\n1|x\n', 'a int, b varchar(9)', 'format text, ignoreheader 1');
SELECT attempt('IGNOREBLANKLINES', E'1|x\n\n2|y\n', 'a int, b varchar(9)', 'format text, ignoreblanklines');
SELECT attempt('a blank line', E'1|x\n\n2|y\n', 'a int, b varchar(9)', 'format text');
SELECT attempt('numbers keep their text', E'250.8273\n', 'a varchar(20)', 'format text');
SELECT attempt('DECIMAL truncates here too', E'250.8273\n', 'a numeric(6,2)', 'format text');
SELECT attempt('12.5 into INT', E'12.5\n', 'a int', 'format text');
-- CSV
SELECT attempt('CSV', E'1,x\n2,"y,z"\n3,"say ""hi"""\n', 'a int, b varchar(20)', 'format csv');
SELECT attempt('a newline inside quotes', E'1,"x\ny"\n2,z\n', 'a int, b varchar(9)', 'format csv');
SELECT attempt('QUOTE', E'1,''x,y''\n', 'a int, b varchar(9)', 'format csv, quote ''''''''');
SELECT attempt('CSV with another delimiter', E'1;x\n', 'a int, b varchar(9)', 'format csv, delimiter '';''');
SELECT attempt('empty CSV fields', E',\n,""\n', 'a int, b varchar(9)', 'format csv');
SELECT attempt('EMPTYASNULL in CSV', E',\n', 'a int, b varchar(9)', 'format csv, emptyasnull');
SELECT attempt('an unclosed quote', E'1,"x\n', 'a int, b varchar(9)', 'format csv');
SELECT attempt('blank lines inside quotes stay', E'1,"x\n\ny"\n\n2,z\n', 'a int, b varchar(9)',
  'format csv, ignoreblanklines');
SELECT attempt('spaces between delimiter and quote are ignored', E'1, "x" ,2\n', 'a int, b varchar(9), c int',
  'format csv');
SELECT attempt('the delimiter is the quote', E'', 'a int', 'format csv, delimiter ''"''');
SELECT trim(file_format) FROM stl_load_commits WHERE query = pg_last_copy_id();
SELECT attempt('CSV with ESCAPE', E'', 'a int', 'format csv, escape');
SELECT attempt('CSV with REMOVEQUOTES', E'', 'a int', 'format csv, removequotes');
-- FIXEDWIDTH
SELECT attempt('FIXEDWIDTH', E'001abc  \n002défg\n', 'a int, b varchar(9)',
  'format fixedwidth, fixedwidth ''a:3,b:5''');
SELECT attempt('FIXEDWIDTH with blanks between the widths', E'001abc\n', 'a int, b varchar(9)',
  'fixedwidth ''0 : 3 , 1 : 3''');
SELECT attempt('FIXEDWIDTH counts characters', E'éàüxy\n', 'a varchar(9), b varchar(9)', 'fixedwidth ''a:3,b:2''');
SELECT attempt('FIXEDWIDTH: widths for other columns', E'001\n', 'a int, b varchar(9)',
    'format fixedwidth, fixedwidth ''a:3''');
SELECT attempt('FIXEDWIDTH without widths', E'', 'a int', 'format fixedwidth');
SELECT attempt('FIXEDWIDTH with DELIMITER', E'', 'a int', 'format fixedwidth, fixedwidth ''a:3'', delimiter ''|''');
SELECT trim(file_format) FROM stl_load_commits WHERE query = pg_last_copy_id();
