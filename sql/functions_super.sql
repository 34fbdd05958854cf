SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- Functions over SUPER with the results of Redshift's documentation.
\set ECHO all
SELECT redshift.rewrite($$SELECT ARRAY(1, 50, NULL, 100) AS numbers, ARRAY('a', TRUE, ARRAY(3.14)) AS mixed,
    ARRAY() AS empty, OBJECT('foo', 1, 'bar', TRUE) AS object$$) \gexec
SELECT redshift.rewrite($$SELECT ARRAY_CONCAT(ARRAY(10001, 10002), ARRAY(10003, 10004)) AS joined,
    ARRAY_FLATTEN(ARRAY(ARRAY(1, 2, 3, 4), ARRAY(5, 6, 7, 8), ARRAY(9, 10))) AS flat,
    SUBARRAY(ARRAY('a', 'b', 'c', 'd', 'e', 'f'), 2, 3) AS part, SUBARRAY(ARRAY(1), 5, 2) AS none,
    SPLIT_TO_ARRAY('12|345|6789', '|') AS split, SPLIT_TO_ARRAY('a,b') AS comma, GET_ARRAY_LENGTH(ARRAY(1, 2))
    AS length$$) \gexec
-- JSON_SERIALIZE has no white space; its size is in bytes
SELECT redshift.rewrite($$SELECT JSON_SERIALIZE(JSON_PARSE('[10001, 10002, "abc"]')) AS array,
    JSON_SERIALIZE(JSON_PARSE('{"a": {"b": []}, "c": [null, true, -1.50, "\"q\" \u00e9"], "d": {}}')) AS object,
    JSON_SERIALIZE(JSON_PARSE('"text"')) AS scalar, JSON_SIZE(JSON_PARSE('[10001,10002,"⬤"]')) AS size,
    JSON_SERIALIZE(NULL) IS NULL AS null$$) \gexec
SELECT redshift.rewrite($$SELECT DECIMAL_PRECISION(JSON_PARSE('3.14159')) AS precision,
    DECIMAL_SCALE(JSON_PARSE('3.14159')) AS scale, IS_BIGINT(JSON_PARSE('9223372036854775807')) AS big,
    IS_BIGINT(JSON_PARSE('9223372036854775808')) AS bigger, IS_SMALLINT(JSON_PARSE('-32768')) AS small,
    IS_SMALLINT(JSON_PARSE('"1"')) AS text, IS_SMALLINT(NULL) IS NULL AS null$$) \gexec
-- a path into what a function returns
SELECT redshift.rewrite($$SELECT JSON_PARSE('[10, {"a": {"b": "deep"}}]')[1].a.b, JSON_PARSE('{"a": 7}').a::int + 1
    AS next, (JSON_PARSE('{"a": [7]}')).a[0] AS seven, ARRAY(1, 2)[0] AS first$$) \gexec
-- of a subquery ARRAY is PostgreSQL's, as for the catalog
SELECT redshift.rewrite($$SELECT ARRAY(SELECT 1)$$) \gexec
-- sets and multisets of elements, among which NULL is one
SELECT redshift.rewrite($$SELECT ARRAY_DISTINCT(ARRAY(2, 1, 2, 'a', NULL, NULL)) AS distinct,
    ARRAY_UNION(ARRAY('b', 'a'), ARRAY(NULL, 'b')) AS union, ARRAY_EXCEPT(ARRAY('b', 'b', 'b', NULL), ARRAY('b', NULL))
    AS bag, ARRAY_EXCEPT(ARRAY('a', 'b', 'b'), ARRAY('b'), TRUE) AS set, ARRAY_INTERSECTION(ARRAY('b', 'b', 'b'),
    ARRAY('b', 'b')) AS common, ARRAY_INTERSECTION(ARRAY('b', 'b'), ARRAY('b', 'b'), TRUE) AS once,
    ARRAYS_OVERLAP(ARRAY(1, NULL), ARRAY(NULL)) AS overlap, ARRAYS_OVERLAP(ARRAY(1), ARRAY('1')) AS apart,
    ARRAY_UNION(1::super, ARRAY(1)) IS NULL AS none$$) \gexec
SELECT redshift.rewrite($$SELECT ARRAY_SORT(ARRAY('b', 'a', 0, NULL, 1, false)) AS sorted,
    ARRAY_SORT(ARRAY(1, NULL, 3), FALSE) AS down, ARRAY_SORT(ARRAY(1, NULL, 0), TRUE, TRUE) AS nulls_first,
    ARRAY_SORT(ARRAY(NULL, 1, 2), FALSE, FALSE) AS nulls_last$$) \gexec
-- places count from 0; whether NULL is looked for is an argument or a setting
SELECT redshift.rewrite($$SELECT ARRAY_POSITION(ARRAY('r', 'g', 'r'), 'g') AS second,
    ARRAY_POSITIONS(ARRAY('r', 'g', 'r'), 'r') AS both, ARRAY_POSITION(ARRAY(1), 2) AS none,
    ARRAY_POSITIONS(ARRAY(1), 2) AS empty, ARRAY_CONTAINS(ARRAY(1, 2), 2) AS has,
    ARRAY_POSITIONS(ARRAY(1, NULL, NULL), NULL) AS nulls, ARRAY_CONTAINS(ARRAY(1), NULL, FALSE) AS unknown,
    ARRAY_POSITION(ARRAY('r', NULL), 'b', FALSE) AS perhaps, ARRAY_POSITION(ARRAY('r', NULL), 'r', FALSE)
    AS found$$) \gexec
SET redshift.default_array_search_null_handling = 'false';
SELECT redshift.rewrite($$SELECT ARRAY_CONTAINS(ARRAY(1, NULL), NULL) AS unknown,
    ARRAY_CONTAINS(ARRAY(1, NULL), NULL, TRUE) AS told$$) \gexec
RESET redshift.default_array_search_null_handling;
SELECT redshift.rewrite($$SELECT ARRAY_POSITION(current_schemas(FALSE), 'public')$$);
-- attributes
SELECT redshift.rewrite($$SELECT LOWER_ATTRIBUTE_NAMES(JSON_PARSE('{"AbC": [{"X": "Y"}], "É": {}}')) AS lower,
    UPPER_ATTRIBUTE_NAMES(JSON_PARSE('[{"é": 1}]')) AS upper, GET_NUMBER_ATTRIBUTES(JSON_PARSE('{"a": 1, "b": 2}'))
    AS two, GET_NUMBER_ATTRIBUTES(ARRAY(1)) IS NULL AS none$$) \gexec
SELECT redshift.rewrite($$SELECT OBJECT_TRANSFORM(p KEEP '"name"."first"', '"age"', '"none"' SET '"age"', p.age + 5,
    '"from"."country"', 'U.S.') AS both, OBJECT_TRANSFORM(p KEEP '"name"') AS kept, OBJECT_TRANSFORM(p SET '"a"', TRUE)
    AS set, OBJECT_TRANSFORM(p) = p AS same, OBJECT_TRANSFORM(ARRAY(1) KEEP '"a"') AS no_object
    FROM (SELECT JSON_PARSE('{"name": {"first": "J", "last": "D"}, "age": 25, "ssn": "1"}') AS p)$$) \gexec
SELECT redshift.rewrite($$SELECT OBJECT_TRANSFORM(p SET a, 1) FROM t$$);
-- what a value is; DECIMAL and FLOAT are told apart by their digits only
SELECT redshift.rewrite($$SELECT IS_CHAR('t'::super) AS ascii, IS_CHAR('é'::super) AS accent, IS_CHAR(1::super)
    AS number, IS_DECIMAL(1.22::super) AS decimal, IS_DECIMAL(5::super) AS int, IS_DECIMAL('x'::super) AS text,
    IS_FLOAT(JSON_PARSE('1e300')) AS float, IS_FLOAT(1.5::super) AS not_float$$) \gexec
-- arrays in arrays at any depth; what is valid JSON is no array to IS_VALID_JSON
SELECT redshift.rewrite($$SELECT ARRAY_FLATTEN(ARRAY(1, ARRAY(2, ARRAY(3, ARRAY()), 'x'), NULL)) AS flat,
    ARRAY_FLATTEN(1::super) IS NULL AS none, IS_VALID_JSON('{"a": [1]}') AS object, IS_VALID_JSON(' [1]') AS array,
    IS_VALID_JSON('{{}}') AS bad, IS_VALID_JSON_ARRAY('[1]') AS for_arrays$$) \gexec
