SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- Whatever a plain role gives to a function of the extension, it gets an answer or an error: it ends no server.
CREATE ROLE odd_caller;
GRANT CREATE ON SCHEMA public TO odd_caller;
-- what there is of each type: nothing, the least, the greatest, none of the usual
CREATE FUNCTION odd(type regtype, kind int) RETURNS text LANGUAGE sql AS $$
	SELECT CASE
		WHEN kind = 1 THEN format('NULL::%s', replace(type::text, '"any"', 'int'))
		WHEN type = '"any"'::regtype THEN '(g % 2)'
		WHEN type IN ('smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision')
			THEN format('(%s)::%s', (ARRAY['', '0', '-1', CASE type WHEN 'smallint'::regtype THEN '32767'
				WHEN 'integer'::regtype THEN '2147483647' ELSE '9223372036854775807' END, 'g'])[kind], type)
		WHEN type = 'boolean'::regtype THEN (ARRAY['', 'false', 'true', 'true', 'g = 1'])[kind]
		WHEN type = 'tid'::regtype THEN (ARRAY['', '''(0,0)''', '''(4294967295,1)''', '''(1000000,1)''', '''(1,1)'''])[kind]
			|| '::tid'
		WHEN type IN ('text', 'varchar', 'bpchar', 'name', 'cstring')
			THEN format('%L::%s', (ARRAY['', '', '-1', repeat('x', 5000), 'day'])[kind], type)
		WHEN type IN ('json', 'jsonb') THEN format('%L::%s', (ARRAY['', 'null', '{}', '[[], {"a": -1}]', '[1]'])[kind], type)
		WHEN type = 'bytea'::regtype THEN (ARRAY['', '''''', '''\x00''', '''\xffffffffffffffffffff''', '''a'''])[kind]
			|| '::bytea'
		ELSE format('NULL::%s', type) END
$$;
CREATE TABLE calls (call text);
-- all arguments at once, and each in turn while the others are as they should be
INSERT INTO calls
	SELECT DISTINCT format('SELECT %s(%s) FROM generate_series(1, 3) AS g', p.oid::regproc,
			string_agg(odd(a.type, CASE WHEN a.place = turn OR turn = 0 THEN kind ELSE 5 END), ', ' ORDER BY a.place))
	FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		CROSS JOIN generate_series(1, 5) AS kind CROSS JOIN LATERAL generate_series(0, p.pronargs) AS turn
		CROSS JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, place)
	WHERE p.provariadic = 0 AND p.prokind IN ('f', 'a') AND has_function_privilege('odd_caller', p.oid, 'EXECUTE')
		AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype)
		AND NOT 'internal'::regtype = ANY (p.proargtypes::regtype[])
	GROUP BY p.oid, kind, turn;
-- two arguments at once, where there are slices to count
INSERT INTO calls
	SELECT DISTINCT format('SELECT %s(%s) FROM generate_series(1, 3) AS g', p.oid::regproc,
			string_agg(odd(a.type, CASE a.place WHEN 1 THEN one WHEN 2 THEN two ELSE 5 END), ', ' ORDER BY a.place))
	FROM pg_proc AS p CROSS JOIN generate_series(1, 5) AS one CROSS JOIN generate_series(1, 5) AS two
		CROSS JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, place)
	WHERE p.prokind = 'a' AND p.pronamespace = 'sparkify_internal'::regnamespace
	GROUP BY p.oid, one, two;
GRANT SELECT ON calls TO odd_caller;
SET client_min_messages = error;
SET ROLE odd_caller;
DO $$
DECLARE
	call text;
	findings text := '';
BEGIN
	FOR call IN SELECT c.call FROM calls AS c ORDER BY 1 LOOP
		BEGIN
			EXECUTE call;
			RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'take it back';
		EXCEPTION WHEN OTHERS THEN
			IF SQLSTATE LIKE 'XX%' THEN
				findings := findings || format(E'%s: %s\n', call, SQLERRM);
			END IF;
		END;
	END LOOP;
	PERFORM set_config('odd.findings', findings, false);
END
$$;
SELECT current_setting('odd.findings') AS "internal errors";
SELECT count(*) > 1000 AS many FROM calls;
-- the first of these ended the server
SELECT sparkify_internal.count_facts(0, NULL::int, '(0,0)', 1, 1, true, true);
SELECT sparkify_internal.count_facts(2, 1, '(5,1)', 1, -1, true, true);
SELECT sparkify_internal.count_sorted_facts(2, 1, '(5,1)', 1, -1, true, true) FROM generate_series(1, 5);
SELECT sparkify_internal.count_ordered_facts(0, NULL::int, NULL, 1, true, 10, true, true);
SELECT sparkify_internal.count_ordered_facts(2, 1, NULL, 1, true, 0, true, true);
RESET ROLE;
REVOKE CREATE ON SCHEMA public FROM odd_caller;
DROP TABLE calls;
DROP ROLE odd_caller;
