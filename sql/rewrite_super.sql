SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- SUPER in FROM: arrays and objects as rows.
\set ECHO all
CREATE TABLE orders (id int, items jsonb, price jsonb);
INSERT INTO orders VALUES
	(1, '[{"sku": "a", "tags": ["x", "y"]}, {"sku": "b", "tags": []}]', '{"net": 10, "tax": "2"}'),
	(2, '[]', '{}'), (3, '"no array"', '[1]'), (4, NULL, NULL);

-- an array's elements; AT gives their index, from 0
SELECT sparkify_translate($$SELECT o.id, i.sku FROM orders o, o.items AS i ORDER BY 1, 2$$) \gexec
SELECT sparkify_translate($$SELECT o.id, i.sku, n, n + 1 AS next FROM orders AS o, o.items AS i AT n
    ORDER BY o.id, n$$) \gexec
-- elements of elements, by path and by name
SELECT sparkify_translate($$SELECT i.sku, t, n FROM orders o, o.items i, i.tags AS t AT n ORDER BY n$$) \gexec
SELECT sparkify_translate($$SELECT inner_most, n FROM (SELECT JSON_PARSE('[[1, 2], [3]]') AS m) AS t, t.m AS part,
    part AS inner_most AT n ORDER BY 1$$) \gexec
-- no element, no row; an outer join keeps the row
SELECT sparkify_translate($$SELECT o.id, i.sku FROM orders o LEFT JOIN o.items AS i ON TRUE ORDER BY 1, 2$$) \gexec
-- an object's values and keys; what is no object has none
SELECT sparkify_translate($$SELECT o.id, attr, val FROM orders o, UNPIVOT o.price AS val AT attr ORDER BY 1, 2$$) \gexec
SELECT sparkify_translate($$SELECT attr, SUM(val::int) AS total FROM orders o, UNPIVOT o.price AS val AT attr
    WHERE attr <> 'gross' GROUP BY attr ORDER BY attr$$) \gexec
SELECT sparkify_translate($$SELECT val FROM orders o, UNPIVOT o.items[0] AS val WHERE val = 'a'$$) \gexec
-- three names that are no path: database.schema.table
SELECT sparkify_translate($$SELECT count(*) FROM dev.public.orders o, dev.public.orders p
    WHERE o.id = p.id AND o.id IN (SELECT id FROM dev.public.orders)$$) \gexec
-- an index is an expression
SELECT sparkify_translate($$SELECT o.items[i].sku, o.items[i + 1].sku AS next FROM orders o, (SELECT 0::bigint AS i)
    AS n WHERE o.id = 1$$) \gexec
-- casts of what a SUPER isn't give NULL, arrays and objects are no text
SELECT sparkify_translate($$SELECT items::varchar AS array, price::varchar AS object, price.tax::varchar AS text,
    price.tax::int AS number, items[0].sku::int AS no_number, items[0].sku::decimal(5, 2) AS no_decimal FROM orders
    WHERE id = 1$$) \gexec
SELECT sparkify_translate($$SELECT 5::super::bool AS five, 0::super::bool AS zero, 5.0::super::bool AS fraction,
    'x'::super::bool AS text, TRUE::super::int AS one, '1.5'::super::float AS string$$) \gexec
-- scalars into SUPER, and texts into VARBYTE: a literal is a string, whatever is in it
CREATE TABLE loose (id int, s jsonb, v bytea);
SELECT sparkify_translate($$INSERT INTO loose VALUES (1, 'abc', 'xyz'), (2, 1.5, NULL), (3, TRUE, FROM_HEX('ff')),
    (4, NULL, ''), (5, '{"a": 1}', 'é')$$) \gexec
SELECT sparkify_translate($$INSERT INTO loose (id, s) SELECT 6, 7 UNION ALL SELECT 7, level::int
    FROM (SELECT '8' AS level)$$) \gexec
SELECT sparkify_translate($$INSERT INTO loose SELECT 8, 'text', 'bytes'$$) \gexec
SELECT sparkify_translate($$UPDATE loose SET s = 'new', v = 'x' || 'y' WHERE id = 1$$) \gexec
SELECT id, s, jsonb_typeof(s), v FROM loose ORDER BY id;
DROP TABLE loose;
-- names keep their case where a setting says so: in double quotes, or of attributes also without
CREATE TABLE cased ("Data" jsonb);
INSERT INTO cased VALUES ('{"Items": {"Name": "TV"}, "price": 345}');
SET redshift.enable_case_sensitive_identifier = on;
SELECT sparkify_translate($$SELECT c."Data"."Items"."Name", c."Data".price AS "Price" FROM cased c$$) \gexec
RESET redshift.enable_case_sensitive_identifier;
SELECT sparkify_translate($$SELECT d."Items" IS NULL AS folded FROM (SELECT JSON_PARSE('{"Items": 1}') AS d)
    AS t$$) \gexec
SET redshift.enable_case_sensitive_super_attribute = on;
SELECT sparkify_translate($$SELECT t.d.Items.Name, JSON_PARSE('{"A": 1}').A
    FROM (SELECT JSON_PARSE('{"Items": {"Name": "TV"}}') AS d) AS t$$) \gexec
RESET redshift.enable_case_sensitive_super_attribute;
DROP TABLE cased;
-- Redshift gets it as it was written
SELECT redshift FROM sparkify_dialect($$SELECT i.sku, n FROM orders AS o, o.items AS i AT n, UNPIVOT o.price
    AS val AT attr$$) AS d(line, position, tag, relation, postgres, redshift, note);
DROP TABLE orders;
-- beside a truth value: a SUPER of another kind isn't equal
SELECT sparkify_translate($$SELECT v, v = TRUE AS yes, FALSE = v AS no, v <> TRUE AS other, 1 = v AS one
    FROM (SELECT JSON_PARSE('true') AS v UNION ALL SELECT JSON_PARSE('false') UNION ALL SELECT JSON_PARSE('"true"')
    UNION ALL SELECT JSON_PARSE('[1]') UNION ALL SELECT JSON_PARSE('null')) ORDER BY 1::varchar$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(*) FROM (SELECT JSON_PARSE('{"on": true}') AS v) WHERE v.on = (1 = 1)
    AND TRUE = 1 AND 0 = FALSE$$) \gexec
