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
SELECT sparkify_translate($$SELECT o.id, i.sku, n, n + 1 AS next FROM orders AS o, o.items AS i AT n ORDER BY o.id, n$$) \gexec
-- elements of elements, by path and by name
SELECT sparkify_translate($$SELECT i.sku, t, n FROM orders o, o.items i, i.tags AS t AT n ORDER BY n$$) \gexec
SELECT sparkify_translate($$SELECT inner_most, n FROM (SELECT JSON_PARSE('[[1, 2], [3]]') AS m) AS t, t.m AS part, part AS inner_most AT n ORDER BY 1$$) \gexec
-- no element, no row; an outer join keeps the row
SELECT sparkify_translate($$SELECT o.id, i.sku FROM orders o LEFT JOIN o.items AS i ON TRUE ORDER BY 1, 2$$) \gexec
-- an object's values and keys; what is no object has none
SELECT sparkify_translate($$SELECT o.id, attr, val FROM orders o, UNPIVOT o.price AS val AT attr ORDER BY 1, 2$$) \gexec
SELECT sparkify_translate($$SELECT attr, SUM(val::int) AS total FROM orders o, UNPIVOT o.price AS val AT attr WHERE attr <> 'gross' GROUP BY attr ORDER BY attr$$) \gexec
SELECT sparkify_translate($$SELECT val FROM orders o, UNPIVOT o.items[0] AS val WHERE val = 'a'$$) \gexec
-- three names that are no path: database.schema.table
SELECT sparkify_translate($$SELECT count(*) FROM dev.public.orders o, dev.public.orders p WHERE o.id = p.id AND o.id IN (SELECT id FROM dev.public.orders)$$) \gexec
-- Redshift gets it as it was written
SELECT redshift FROM sparkify_dialect($$SELECT i.sku, n FROM orders AS o, o.items AS i AT n, UNPIVOT o.price AS val AT attr$$) AS d(line, position, tag, relation, postgres, redshift, note);
DROP TABLE orders;
