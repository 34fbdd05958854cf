SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- Functions over SUPER with the results of Redshift's documentation.
\set ECHO all
SELECT redshift.rewrite($$SELECT ARRAY(1, 50, NULL, 100) AS numbers, ARRAY('a', TRUE, ARRAY(3.14)) AS mixed, ARRAY() AS empty, OBJECT('foo', 1, 'bar', TRUE) AS object$$) \gexec
SELECT redshift.rewrite($$SELECT ARRAY_CONCAT(ARRAY(10001, 10002), ARRAY(10003, 10004)) AS joined, ARRAY_FLATTEN(ARRAY(ARRAY(1, 2, 3, 4), ARRAY(5, 6, 7, 8), ARRAY(9, 10))) AS flat, SUBARRAY(ARRAY('a', 'b', 'c', 'd', 'e', 'f'), 2, 3) AS part, SUBARRAY(ARRAY(1), 5, 2) AS none, SPLIT_TO_ARRAY('12|345|6789', '|') AS split, SPLIT_TO_ARRAY('a,b') AS comma, GET_ARRAY_LENGTH(ARRAY(1, 2)) AS length$$) \gexec
-- JSON_SERIALIZE has no white space; its size is in bytes
SELECT redshift.rewrite($$SELECT JSON_SERIALIZE(JSON_PARSE('[10001, 10002, "abc"]')) AS array, JSON_SERIALIZE(JSON_PARSE('{"a": {"b": []}, "c": [null, true, -1.50, "\"q\" \u00e9"], "d": {}}')) AS object, JSON_SERIALIZE(JSON_PARSE('"text"')) AS scalar, JSON_SIZE(JSON_PARSE('[10001,10002,"⬤"]')) AS size, JSON_SERIALIZE(NULL) IS NULL AS null$$) \gexec
SELECT redshift.rewrite($$SELECT DECIMAL_PRECISION(JSON_PARSE('3.14159')) AS precision, DECIMAL_SCALE(JSON_PARSE('3.14159')) AS scale, IS_BIGINT(JSON_PARSE('9223372036854775807')) AS big, IS_BIGINT(JSON_PARSE('9223372036854775808')) AS bigger, IS_SMALLINT(JSON_PARSE('-32768')) AS small, IS_SMALLINT(JSON_PARSE('"1"')) AS text, IS_SMALLINT(NULL) IS NULL AS null$$) \gexec
-- a path into what a function returns
SELECT redshift.rewrite($$SELECT JSON_PARSE('[10, {"a": {"b": "deep"}}]')[1].a.b, JSON_PARSE('{"a": 7}').a::int + 1 AS next, (JSON_PARSE('{"a": [7]}')).a[0] AS seven, ARRAY(1, 2)[0] AS first$$) \gexec
-- of a subquery ARRAY is PostgreSQL's, as for the catalog
SELECT redshift.rewrite($$SELECT ARRAY(SELECT 1)$$) \gexec
