-- Operators of SUPER look at what its values are when the query runs (AWS: query-super, operators-functions).
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
CREATE TABLE kinds (v jsonb);
INSERT INTO kinds SELECT jsonb_array_elements('[1, 1.50, 7, -2, "1", "a ", "b", true, false, [1], [1, 2], {"a": 1},
    null]');
-- = of another kind is false; numbers are equal by value, strings but for trailing blanks, arrays and objects wholly
SELECT sparkify_translate($$SELECT v, v = 1.0 AS one, v <> 1 AS not_one, v = 'a' AS a, 'a  ' = v AS trailing,
    v IN (7, 'b') AS listed, v NOT IN ('1', -2) AS unlisted, v = TRUE AS yes, v = JSON_PARSE('[1]') AS array,
    v = OBJECT('a', 1.0) AS object FROM kinds ORDER BY v$$) \gexec
-- < and its like of another kind are NULL
SELECT sparkify_translate($$SELECT v, v < 5 AS below, 1.5 >= v AS numbers, v <= 'a' AS texts, v BETWEEN 'a' AND 'c'
    AS range, v > FALSE AS truth, v < JSON_PARSE('2') AS supers FROM kinds ORDER BY v$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(*) FROM kinds a JOIN kinds b ON a.v = b.v WHERE a.v <> 'nothing'$$) \gexec
SELECT sparkify_translate($$SELECT COUNT(*) FROM kinds a, kinds b WHERE a.v < b.v OR a.v > b.v$$) \gexec
-- beside columns of other types, and with subqueries
SELECT sparkify_translate($$SELECT v, CASE v WHEN 1 THEN 'one' WHEN 'b' THEN 'letter' END AS named,
    DECODE(v, 7, 'seven', 'b', 'letter') AS decoded, NULLIF(v, 'b') AS others FROM kinds
    WHERE v IN (SELECT x FROM (SELECT 'b' AS x UNION SELECT '1')) OR 7 = v OR v < (SELECT -1.5)
    ORDER BY v$$) \gexec
SELECT sparkify_translate($$SELECT 'b' IN (SELECT v FROM kinds) AS text, 8 IN (SELECT v FROM kinds) AS number$$) \gexec
-- ORDER BY: booleans, numbers, strings, arrays, objects, by name and by place
SELECT sparkify_translate($$SELECT v AS value FROM kinds ORDER BY value DESC$$) \gexec
SELECT sparkify_translate($$SELECT v AS value, COUNT(*) FROM kinds WHERE v < 5 OR v < 'a' GROUP BY v
    ORDER BY 1$$) \gexec
SELECT sparkify_translate($$SELECT MIN(v), MAX(v), SUM(v), COUNT(DISTINCT v) FROM kinds WHERE v <> 'a'$$) \gexec
SELECT sparkify_translate($$SELECT MIN(v), MAX(v), SUM(v) FROM kinds WHERE v = OBJECT('none', 1)$$) \gexec
-- arithmetic gives a SUPER, NULL unless both are numbers; + joins strings; a quotient has four digits
SELECT sparkify_translate($$SELECT v, v + 0.5 AS plus, 10 - v AS minus, v * 2 AS times, v / 3 AS divided, v % 2 AS rest,
    -v AS negative, +v AS positive, v + 'z' AS joined, v - '1' AS no_number FROM kinds WHERE v > -10 OR v > 'a'
    OR v = TRUE OR v = ARRAY(1) ORDER BY v$$) \gexec
SELECT sparkify_translate($$SELECT (o.k + 0.5) * o.k / 10 AS math, JSON_TYPEOF(o.k * o.k) AS type
    FROM (SELECT JSON_PARSE('{"k": 4192873}') AS o)$$) \gexec
SELECT sparkify_translate($$SELECT JSON_PARSE('1') / 0$$) \gexec
SELECT sparkify_translate($$SELECT v, ABS(v), CEIL(v), CEILING(v), FLOOR(v), ROUND(v), ROUND(v + 0.25, 1) AS digits,
    TRUNC(v), TRUNC(v, 1) AS kept FROM kinds WHERE v < 5 OR v = 'b' ORDER BY v$$) \gexec
-- with other values of CASE, COALESCE and their like it makes a SUPER
SELECT sparkify_translate($$SELECT COALESCE(v.a, 0) AS c, NVL(v.b, 'none') AS n, GREATEST(v.a, 0) AS g,
    CASE WHEN v.a > 1 THEN v.a ELSE 0 END AS e FROM kinds WHERE v = OBJECT('a', 1)$$) \gexec
SELECT sparkify_translate($$SELECT NVL2(v.b, v.a, 0) AS n, DECODE(v.a, 1, 'one', v.a) AS d, DECODE(v.a, 2, v.a, 0) AS z,
    CASE v.a WHEN 2 THEN 'two' ELSE v.a END AS e FROM kinds WHERE v = OBJECT('a', 1)$$) \gexec
-- IN of POSITION is none that compares
SELECT sparkify_translate($$SELECT POSITION('b' IN v) AS literal, POSITION(v IN 'ab') AS part FROM kinds
    WHERE v = 'b'$$) \gexec
-- casts of what doesn't fit the type are NULL, too: numbers too large, strings that are no date
SELECT sparkify_translate($$SELECT v, v::smallint AS small, v::int AS int, v::bigint AS big, v::decimal(5, 2) AS dec
    FROM (SELECT JSON_PARSE('[32767, -32768, 32768, 2147483648, 9223372036854775808, 999.999, 1000, "12", " 1e2 ",
    "1e", ".", "-.5", "1.5.2", "0x10", "NaN"]') AS w) AS t, t.w AS v ORDER BY v$$) \gexec
SELECT sparkify_translate($$SELECT v, v::date AS day, v::timestamp AS time, v < DATE '2021-01-01' AS before
    FROM (SELECT JSON_PARSE('["2020-02-29", "2020-02-30", "2020-02-29 10:11:12.5", "2021-01-01T00:00:00+02:00", "Good",
    "", 20200229]') AS w) AS t, t.w AS v ORDER BY v$$) \gexec
SET timezone = 'UTC';
SELECT sparkify_translate($$SELECT JSON_PARSE('"2021-01-01T00:00:00+02:00"')::timestamptz AS zoned,
    JSON_PARSE('"never"')::timestamptz AS none$$) \gexec
DROP TABLE kinds;
