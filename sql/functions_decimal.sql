SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- Precision and scale of DECIMAL results (AWS: r_numeric_computations201, r_AVG).
\set ECHO all
CREATE TABLE sales (pricepaid decimal(8,2), commission decimal(8,2), qty smallint, n numeric(18,0), big bigint,
  total decimal(38,4));
INSERT INTO sales VALUES (728.00, 109.20, 4, 3, 10, 1.2345), (76.00, 11.40, 2, 4, 7, 2.2345),
  (-525.00, 78.75, 3, -6, 3, NULL);

-- DECIMAL(8,2) / DECIMAL(8,2) is DECIMAL(17,9), cut off
SELECT sparkify_translate($$SELECT pricepaid / commission, commission / pricepaid AS ratio FROM sales
    ORDER BY n$$) \gexec
-- integers: 10 digits of an INT, 5 of a SMALLINT, 19 of a BIGINT
SELECT sparkify_translate($$SELECT n / 3 AS i, n / qty AS s, n / big AS b, 1 / n AS inverse FROM sales
    ORDER BY n$$) \gexec
-- beyond 38 digits, with a literal or with DOUBLE PRECISION PostgreSQL divides
SELECT sparkify_translate($$SELECT total / n > 0 AS beyond, n / 3.0 > 0 AS literal, n / 3::float8 > 0 AS double
    FROM sales ORDER BY n$$) \gexec
-- through parentheses, signs, casts, +, -, *, MAX, CASE, COALESCE, aliases, derived tables and WITH
SELECT sparkify_translate($$SELECT (-pricepaid + n) / qty AS a, pricepaid * qty / n AS b,
    pricepaid::decimal(10,4) / 7::decimal(4,0) AS c FROM sales ORDER BY n$$) \gexec
SELECT sparkify_translate($$SELECT MAX(pricepaid) / COUNT(*) AS a, MAX(pricepaid) / NULLIF(MAX(n), 0) AS n,
    SUM(CASE WHEN n > 0 THEN pricepaid ELSE 0 END) / 7 > 0 AS b, COALESCE(MIN(n), 0) / 7 AS c FROM sales$$) \gexec
SELECT sparkify_translate($$WITH w AS (SELECT pricepaid AS p, p - 1 AS less FROM sales) SELECT less / 3 AS third,
    d.p / 3 AS other FROM w JOIN (SELECT pricepaid AS p FROM sales) AS d ON w.p = d.p ORDER BY 1$$) \gexec
SELECT sparkify_translate($$SELECT 1 / (SELECT MAX(n) FROM sales) AS inverse$$) \gexec
SELECT sparkify_translate($$SELECT n / 0 FROM sales$$) \gexec
-- AVG(DECIMAL(p,s)) is DECIMAL(38,s), SUM too
SELECT sparkify_translate($$SELECT AVG(n), AVG(pricepaid), AVG(DISTINCT commission), SUM(pricepaid) AS sum, AVG(total),
    AVG(n) / 3 > 0 AS more FROM sales$$) \gexec
SELECT sparkify_translate($$SELECT qty, AVG(n) OVER (ORDER BY qty ROWS UNBOUNDED PRECEDING) AS running,
    AVG(pricepaid * qty) OVER () AS product FROM sales ORDER BY qty$$) \gexec
SELECT sparkify_translate($$SELECT AVG(n) AS none FROM sales WHERE n > 9$$) \gexec
-- a client is told of a computed DECIMAL's precision and scale, and sees its digits; not of what has more than 38 and
-- no room for them, nor of literals with a point
SELECT sparkify_translate($$SELECT pricepaid + commission AS sum, pricepaid * qty AS product, pricepaid / n AS quotient,
  -pricepaid AS minus, COALESCE(n, 0) AS n, CASE WHEN qty > 2 THEN pricepaid ELSE 0 END AS c, pricepaid AS p, qty AS q,
  total * total AS wide, total * total * total * total * total AS widest, pricepaid * 1.5 AS literal
  FROM sales$$) AS sql
\gset
:sql \gdesc
SELECT sparkify_translate($$SELECT COUNT(*), SUM(pricepaid), AVG(n) AS avg, MAX(commission), SUM(big) AS big
  FROM sales$$) AS sql \gset
:sql \gdesc
SELECT sparkify_translate($$SELECT qty, CASE WHEN qty > 2 THEN pricepaid ELSE 0 END AS paid,
  COALESCE(total, 0) AS total FROM sales ORDER BY n, paid LIMIT 2$$) \gexec
-- so are the columns of tables and views made of it, on which averages and quotients depend
SELECT count(*) FROM sparkify_execute($$CREATE TABLE kept AS SELECT qty, pricepaid * qty AS product, (n / 3), SUM(n)
    FROM sales GROUP BY qty, pricepaid * qty, n / 3;
CREATE VIEW seen AS SELECT pricepaid + commission AS sum FROM sales QUALIFY ROW_NUMBER() OVER (ORDER BY n) = 1;
CREATE TABLE sorted AS SELECT DISTINCT pricepaid * qty AS product FROM sales ORDER BY pricepaid * qty$$);
SELECT relation::regclass, attname, format_type(atttypid, atttypmod) FROM pg_attribute,
  unnest(ARRAY['kept', 'seen', 'sorted']::regclass[]) AS relation WHERE attrelid = relation AND attnum > 0
  ORDER BY 1, attnum;
SELECT sparkify_translate($$SELECT AVG(product) AS mean, MAX(seen.sum) / 3 AS third FROM kept, seen$$) \gexec
DROP TABLE kept, sorted;
DROP VIEW seen;
-- the names of columns stay
SELECT sparkify_translate($$SELECT pricepaid * qty, (n / 3), -n, SUM(n), COALESCE(n, 0), NVL(n, 1),
    CASE WHEN qty > 2 THEN n END FROM sales GROUP BY pricepaid, qty, n LIMIT 1$$) \gexec
-- a set operation has room for the digits of each of its terms (AWS: r_UNION), whichever comes first, and so have
-- quotients of its columns
SELECT sparkify_translate($$SELECT MAX(x / 3) AS third FROM (SELECT n AS x FROM sales UNION SELECT pricepaid
    FROM sales)$$) \gexec
SELECT sparkify_translate($$SELECT 1.25::decimal(10,2) AS revenue UNION (SELECT 2.125::decimal(8,4)) UNION ALL SELECT 3
    UNION ALL SELECT NULL ORDER BY revenue$$) AS sql \gset
:sql \gdesc
:sql;
SELECT sparkify_translate($$SELECT pricepaid FROM sales UNION ALL SELECT pricepaid FROM sales$$);
-- integers and DECIMALs make DECIMALs, whose average has a fraction
SELECT sparkify_translate($$SELECT AVG(x) FROM (SELECT 1 AS x UNION ALL (SELECT 2 UNION ALL
    SELECT 2.5::decimal(4,1)))$$) \gexec
-- but in a recursive query the first term says the types
SELECT sparkify_translate($$WITH RECURSIVE w (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM w WHERE i < 4) SELECT AVG(i)
    FROM w$$) \gexec
SELECT redshift.quotient(1, 3, -1);
SELECT redshift.quotient('NaN', 3, 2), redshift.quotient('Infinity', 3, 2), redshift.quotient(2, 3, 38);
-- rewriting again changes nothing
SELECT redshift.rewrite(redshift.rewrite(q)) = redshift.rewrite(q) AS idempotent
  FROM (VALUES ($$SELECT AVG(n), n / 3, SUM(pricepaid) / 2 AS half FROM sales$$)) AS t (q);
DROP TABLE sales;
