SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- Window functions with IGNORE NULLS and RESPECT NULLS, inside the parentheses and behind them.
\set ECHO all
CREATE TABLE reading (room text, at int, value int);
INSERT INTO reading VALUES ('a', 1, NULL), ('a', 2, 20), ('a', 3, NULL), ('a', 4, NULL), ('a', 5, 50), ('a', 6, NULL),
  ('b', 1, NULL), ('b', 2, NULL);
SELECT sparkify_translate($$SELECT room, at, value,
	LAST_VALUE(value IGNORE NULLS) OVER (PARTITION BY room ORDER BY at ROWS UNBOUNDED PRECEDING) AS filled,
	FIRST_VALUE(value) IGNORE NULLS
		OVER (PARTITION BY room ORDER BY at ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
     AS back,
	LAG(value) IGNORE NULLS OVER (PARTITION BY room ORDER BY at) AS before,
     LAG(value, 2) IGNORE NULLS OVER (PARTITION BY room ORDER BY at) AS before2,
	LEAD(value IGNORE NULLS) OVER (PARTITION BY room ORDER BY at) AS behind,
	NTH_VALUE(value, 2) IGNORE NULLS OVER (PARTITION BY room ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING
     AND UNBOUNDED FOLLOWING) AS second
FROM reading ORDER BY room, at$$) \gexec
SELECT sparkify_translate($$SELECT at, FIRST_VALUE(value RESPECT NULLS) OVER (ORDER BY at ROWS UNBOUNDED PRECEDING),
    LAG(value, 1) RESPECT NULLS OVER (ORDER BY at), LAG(at, 0) IGNORE NULLS OVER (ORDER BY at) AS same FROM reading
    WHERE room = 'a' ORDER BY at$$) \gexec
SELECT sparkify_translate($$SELECT NTH_VALUE(value, 0) IGNORE NULLS OVER (ORDER BY at ROWS UNBOUNDED PRECEDING)
    FROM reading$$) \gexec
SELECT sparkify_translate($$SELECT LAG(value, -1) IGNORE NULLS OVER (ORDER BY at) FROM reading$$) \gexec
-- the column keeps the function's name; columns may be called ignore and nulls
SELECT sparkify_translate($$SELECT LAST_VALUE(value) IGNORE NULLS OVER (ORDER BY ignore ROWS UNBOUNDED PRECEDING),
    greatest(ignore, nulls) FROM (SELECT value, at AS ignore, 9 AS nulls FROM reading WHERE room = 'a') ORDER BY 2, 1
    LIMIT 1$$) \gexec
-- ANY_VALUE: one of them
SELECT sparkify_translate($$SELECT room, ANY_VALUE(value) IN (20, 50) AS any FROM reading GROUP BY room
    ORDER BY room$$) \gexec
DROP TABLE reading;
