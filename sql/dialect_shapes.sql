-- A call of any name in any shape is translated, refused or left to PostgreSQL: it ends no server.
CREATE TABLE shapes_rows (x int, d date, v varchar(10));
CREATE TABLE shapes (shape text);
INSERT INTO shapes VALUES
	('f()'), ('f(*)'), ('f(-)'), ('f(x)'), ('f(DISTINCT)'), ('f(DISTINCT x)'), ('f(ALL x)'),
	('f(1, 2, 3, 4, 5, 6)'), ('f(x KEEP)'), ('f(SELECT 1)'), ('f((SELECT 1))'), ('f(x) OVER ()'),
	('f() OVER (ORDER BY x)'), ('f() WITHIN GROUP (ORDER BY x)'), ('f(x) WITHIN GROUP ()'), ('f(,)'),
	('f(x,)'), ('f(x FROM)'), ('f(''a'' FROM d)'), ('f(AS int)'), ('f(x AS )'), ('f(NULL)'),
	('f(d, v)'), ('f(v, v, v)'), ('f(day, d)'), ('f(x USING utf8)'), ('f(t.*)'), ('f(t)'),
	('f(ROW())'), ('f(x ORDER BY)'), ('f(VARIADIC x)'), ('f(a => x)'), ('f(.5)'), ('f([])'), ('f'),
	('f(x'), ('f)');
-- names that the dialect treats by a rule of their own, and every function of the extension
CREATE TABLE shapes_names AS
	SELECT DISTINCT proname::text AS name FROM pg_proc JOIN pg_depend ON pg_depend.objid = pg_proc.oid AND deptype = 'e'
	UNION
	SELECT unnest(string_to_array('any all some array avg cast coalesce collate checksum convert'
		' convert_timezone count decode extract first_value greatest hll isnull lag last_value lead least'
		' listagg median nextval nth_value nullif nvl nvl2 object object_transform overlay percentile_cont'
		' percentile_disc pivot position ratio_to_report round row substring sum sysdate text_to_int_alt'
		' text_to_numeric_alt to_char to_timestamp trim trunc try_cast unnest unpivot', ' '));

DO $$
DECLARE
	name text;
	shape text;
	query text;
BEGIN
	FOR name, shape IN SELECT * FROM shapes_names CROSS JOIN shapes LOOP
		FOREACH query IN ARRAY ARRAY['SELECT %1$s FROM shapes_rows AS t',
									 'SELECT * FROM %1$s AS t (x) WHERE x = %1$s',
									 'UPDATE shapes_rows SET x = %1$s WHERE %1$s'] LOOP
			query := format(query, regexp_replace(shape, '^f', name));
			BEGIN
				PERFORM sparkify_translate(query);
			EXCEPTION WHEN OTHERS THEN
				IF SQLSTATE LIKE 'XX%' THEN
					RAISE NOTICE '%: %', query, SQLERRM;
				END IF;
			END;
			BEGIN
				PERFORM * FROM sparkify_check(query);
			EXCEPTION WHEN OTHERS THEN
				IF SQLSTATE LIKE 'XX%' THEN
					RAISE NOTICE 'check of %: %', query, SQLERRM;
				END IF;
			END;
		END LOOP;
	END LOOP;
END
$$;
SELECT count(*) > 100 AS names FROM shapes_names;
-- these two ended the server
SELECT sparkify_translate('SELECT object_transform()');
SELECT sparkify_translate('SELECT text_to_int_alt()');
