SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- VARBYTE: what AWS documents of its casts, operators and functions (r_VARBYTE_type, r_VARBYTE_OPERATORS).
\set ECHO all
\set VERBOSITY terse
-- a text becomes its bytes, and bytes their text
SELECT redshift.rewrite($$SELECT 'abc'::varbyte AS literal, CAST('é' || '' AS varbyte) AS text, 'abc'::varbyte::varchar
    AS back, FROM_HEX('c3a9')::varchar(5) AS accent, 'a'::varbyte = 'a' || '' AS same$$) \gexec
SELECT redshift.rewrite($$SELECT 'a'::varbyte || 'b'::varbyte AS joined, 'a'::varbyte + 'b'::varbyte AS plus,
    'a'::varbyte || 'b' AS with_text, 'a'::varbyte < 'b'::varbyte AS less, FROM_VARBYTE(~'a'::varbyte, 'binary')
    AS complement, FROM_VARBYTE('a'::varbyte & 'b'::varbyte, 'BINARY') AS conjunction,
    FROM_VARBYTE('a'::varbyte | 'b'::varbyte, 'binary') AS disjunction, 'a'::varbyte & NULL::varbyte IS NULL
    AS null$$) \gexec
SELECT redshift.rewrite($$SELECT 'ab'::varbyte & 'c'::varbyte$$) \gexec
-- 5 & 3 of numbers is PostgreSQL's
SELECT redshift.rewrite($$SELECT 5 & 3 AS both, ~5 AS complement$$) \gexec
SELECT redshift.rewrite($$SELECT FROM_VARBYTE('ab', 'hex') AS hex, FROM_VARBYTE('ab', 'utf-8') AS utf,
    TO_VARBYTE('6162', 'hex') AS bytes, TO_VARBYTE('4', 'hex') AS odd, TO_VARBYTE('01001101', 'binary') AS bits,
    TO_VARBYTE('1', 'binary') AS few, TO_VARBYTE('a', 'utf8') AS text, TO_HEX('abc'::varbyte) AS digits,
    TO_HEX(2147676847) AS number, FROM_HEX('abc') AS nibble$$) \gexec
SELECT redshift.rewrite($$SELECT TO_VARBYTE('a', 'base64')$$) \gexec
SELECT redshift.rewrite($$SELECT TO_VARBYTE('12', 'binary')$$) \gexec
SELECT redshift.rewrite($$SELECT GETBIT(FROM_HEX('4d'), 0) AS last, GETBIT(FROM_HEX('4d'), 1) AS next,
    GETBIT(FROM_HEX('014d'), 8) AS second_byte$$) \gexec
SELECT redshift.rewrite($$SELECT GETBIT(FROM_HEX('4d'), 8)$$) \gexec
-- lengths and parts are those of bytes
SELECT redshift.rewrite($$SELECT LEN('é'::varbyte) AS len, LENGTH('é'::varbyte) AS length, OCTET_LENGTH('é'::varbyte)
    AS octets, LEN('é') AS characters, SUBSTRING('abc'::varbyte, 2, 10) AS rest, SUBSTR('abc'::varbyte, 1, 1) AS first,
    CONCAT('abc'::varbyte, 'def'::varbyte) AS concat, JSON_SERIALIZE_TO_VARBYTE(JSON_PARSE('[1, "a"]')) AS json,
    FNV_HASH('a'::varbyte) = FNV_HASH('a') AS hash$$) \gexec
