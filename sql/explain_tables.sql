-- What sparkify_explain counts, beside counts worked out by other means; EXPLAIN; sparkify_advise.
\set home :DBNAME
CREATE DATABASE explain_tables;
\c explain_tables
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
SELECT count(*) FROM sparkify_execute($$
CREATE TABLE facts (k VARCHAR(1010) SORTKEY, d INT DISTKEY, u VARCHAR(1010), few INT);
CREATE TABLE facts_two (k VARCHAR(1010), d INT, u VARCHAR(1010), few INT) DISTKEY (d) SORTKEY (few, k);
CREATE TABLE facts_loose (k VARCHAR(1010), d INT, u VARCHAR(1010), few INT) DISTSTYLE EVEN;
CREATE TABLE dims (d INT, name VARCHAR(20)) DISTSTYLE EVEN;
CREATE TABLE one_slice (d INT DISTKEY)$$);
-- columns of 1,004 bytes: 1,044 values a block
ALTER TABLE facts ALTER k SET STORAGE PLAIN, ALTER u SET STORAGE PLAIN;
ALTER TABLE facts_two ALTER k SET STORAGE PLAIN, ALTER u SET STORAGE PLAIN;
ALTER TABLE facts_loose ALTER k SET STORAGE PLAIN, ALTER u SET STORAGE PLAIN;
INSERT INTO facts SELECT lpad(i::text, 1000), i % 900, lpad((i * 7919 % 8000)::text, 1000), i % 10
    FROM generate_series(1, 8000) AS i;
INSERT INTO facts_two SELECT * FROM facts;
INSERT INTO facts_loose SELECT * FROM facts;
INSERT INTO dims SELECT i, 'name' FROM generate_series(0, 899) AS i;
INSERT INTO one_slice SELECT 5 FROM generate_series(1, 100);
ANALYZE;
CREATE FUNCTION facts(query text) RETURNS SETOF text LANGUAGE sql AS $$ SELECT line
    FROM sparkify_explain(query, 4) AS t (line) WHERE line ~ '^(facts|dims|one|Moved|Filling|DS_)' $$;
\t
\a
-- rows a slice, and the blocks of a range on the sort key
SELECT facts('SELECT count(*) FROM facts WHERE k BETWEEN lpad(''3001'', 1000) AND lpad(''4000'', 1000)');
-- the same worked out row by row: each slice in the order of the key, cut into blocks, least and greatest value of each
SELECT count(*) FILTER (WHERE low <= lpad('4000', 1000) AND high >= lpad('3001', 1000)) || ' of ' || count(*)
    || ' blocks, ' || min(n) || ' to ' || max(n) || ' a slice'
FROM (SELECT s, min(k) AS low, max(k) AS high, max(n) AS n
      FROM (SELECT s, k, (row_number() OVER (PARTITION BY s ORDER BY k) - 1) / 1044 AS block,
          count(*) OVER (PARTITION BY s) AS n
            FROM (SELECT k, sparkify_internal.slice_of(d, 4) AS s FROM facts) AS t) AS r GROUP BY s, block) AS b;
SELECT facts('SELECT count(*) FROM facts WHERE k = lpad(''5001'', 1000)');
SELECT facts('SELECT count(*) FROM facts WHERE k > lpad(''99999'', 1000)');
SELECT facts('SELECT count(*) FROM facts WHERE lpad(''100'', 1000) >= k');
-- another column: each block has values of everywhere
SELECT facts('SELECT count(*) FROM facts WHERE u < lpad(''100'', 1000)');
-- the second column of a sort key: the order is that of the whole key
SELECT facts('SELECT count(*) FROM facts_two WHERE k < lpad(''1000'', 1000)');
SELECT count(*) FILTER (WHERE low < lpad('1000', 1000)) || ' of ' || count(*) || ' blocks'
FROM (SELECT min(k) AS low FROM (SELECT s, k, (row_number() OVER (PARTITION BY s ORDER BY few, k) - 1) / 1044 AS block
      FROM (SELECT k, few, sparkify_internal.slice_of(d, 4) AS s FROM facts_two) AS t) AS r GROUP BY s, block) AS b;
-- blocks counted without sorting are those of the sorted rows, whatever the key's type: rows_a_block 7 and 100
CREATE TABLE orders AS SELECT i AS id, (i * 7919 % 5003)::smallint AS n2, (i * 7919 % 20011 - 10000) AS n4,
    (i * 7919 % 20011 - 10000)::bigint * 400000000000000 AS n8, (i * 7919 % 20011 - 10000)::bigint AS small,
    ((i * 7919 % 20011 - 10000) / 7.0)::float8 AS f8, ((i * 7919 % 20011 - 10000) / 4.0)::float4 AS f4, i % 2 = 0 AS b,
    timestamp '2018-11-01' + i * 7919 % 20011 * interval '1 second' AS at, date '2018-11-01' + i * 7919 % 20011 AS day,
    CASE WHEN i % 3 > 0 THEN timestamptz 'infinity' - i * 7919 % 2 * interval '1 s' END AS far,
    ('S' || i * 7919 % 20011) AS t, ('a long prefix' || i * 7919 % 20011) AS same, ('c' || i * 7919 % 99)::char(9) AS c
    FROM generate_series(1, 20000) AS i;
CREATE FUNCTION blocks(key text, rows_a_block int) RETURNS TABLE (ordered bigint[], sorted bigint[])
LANGUAGE plpgsql AS $$ BEGIN
  RETURN QUERY EXECUTE format('WITH o AS (SELECT id %% 3 AS d, %1$I AS k,
          hashtextextended(%1$I::text, 1) %% 40 = 0 AS a, hashtextextended(%1$I::text, 2) %% 40 = 0 AS b FROM orders)
      SELECT (SELECT sparkify_internal.count_ordered_facts(3, d, NULL, k, true, %2$s, a, b) FROM o)[10:12],
          (SELECT sparkify_internal.count_sorted_facts(3, d, NULL, NULL, %2$s, a, b)
           FROM (SELECT * FROM o ORDER BY k COLLATE "C") AS s)[10:11]', key, rows_a_block);
EXCEPTION WHEN datatype_mismatch THEN
  RETURN QUERY EXECUTE format('WITH o AS (SELECT id %% 3 AS d, %1$I AS k,
          hashtextextended(%1$I::text, 1) %% 40 = 0 AS a, hashtextextended(%1$I::text, 2) %% 40 = 0 AS b FROM orders)
      SELECT (SELECT sparkify_internal.count_ordered_facts(3, d, NULL, k, true, %2$s, a, b) FROM o)[10:12],
          (SELECT sparkify_internal.count_sorted_facts(3, d, NULL, NULL, %2$s, a, b)
           FROM (SELECT * FROM o ORDER BY k) AS s)[10:11]', key, rows_a_block);
END $$;
SELECT key || ' ' || rows || ': ' || ordered[2] || ' blocks, '
    || CASE WHEN ordered[3] <> 0 THEN 'unsure' WHEN ordered[1:2] = sorted THEN 'the same'
            ELSE ordered::text || ' ' || sorted::text END
  FROM unnest(ARRAY['id', 'n2', 'n4', 'n8', 'small', 'f8', 'f4', 'at', 'day', 'far', 't', 'same', 'c', 'b']) WITH ORDINALITY AS k (key, i),
    unnest(ARRAY[7, 100, 7000]) AS rows, LATERAL blocks(key, rows) ORDER BY i, rows;
-- the same by pages: of a table in the key's order, and of one that isn't, which can't tell
CREATE TABLE in_order AS SELECT * FROM orders ORDER BY at;
CREATE FUNCTION by_page(source text, rows_a_block int) RETURNS TABLE (ordered bigint[], sorted bigint[])
LANGUAGE plpgsql AS $$ BEGIN
  RETURN QUERY EXECUTE format('WITH o AS (SELECT ctid AS place, id %% 3 AS d, at AS k, n2 %% 40 = 0 AS a, n2 %% 41 = 0 AS b
          FROM %1$I)
      SELECT (SELECT sparkify_internal.count_ordered_facts(3, d, place, k, true, %2$s, a, b) FROM o),
          (SELECT sparkify_internal.count_sorted_facts(3, d, NULL, NULL, %2$s, a, b)
           FROM (SELECT * FROM o ORDER BY k) AS s)', source, rows_a_block);
END $$;
SELECT source || ' ' || rows || ': ' || ordered[11] || ' blocks, ' || CASE WHEN ordered[12] <> 0 THEN 'unsure'
    WHEN ordered[10:11] = sorted[10:11] AND ordered[1] = sorted[1] THEN sorted[10] || ' read, the same'
    ELSE ordered::text || sorted::text END
  FROM unnest(ARRAY['in_order', 'orders']) AS source, unnest(ARRAY[7, 700, 1000, 7000]) AS rows, LATERAL by_page(source, rows)
  ORDER BY source, rows;
-- a row for which a condition holds at a block's border, which pages can't tell and rows can; and one within a block
CREATE TABLE bordered (n INT, u VARCHAR(1010));
ALTER TABLE bordered ALTER u SET STORAGE PLAIN;
SELECT count(*) FROM sparkify_execute('ALTER TABLE bordered ALTER DISTSTYLE ALL;
ALTER TABLE bordered ALTER SORTKEY (n)');
INSERT INTO bordered SELECT i, lpad(CASE i WHEN 1044 THEN '5' WHEN 2600 THEN '7' ELSE '1' END, 1000)
    FROM generate_series(1, 8000) AS i;
ANALYZE bordered;
SELECT line FROM sparkify_explain('SELECT count(*) FROM bordered WHERE u BETWEEN lpad(''5'', 1000) AND lpad(''6'', 1000);
    SELECT count(*) FROM bordered WHERE u = lpad(''7'', 1000)') AS t (line) WHERE line ~ '^bordered';
SELECT count(*) FILTER (WHERE low <= lpad('6', 1000) AND high >= lpad('5', 1000)) || ' and '
    || count(*) FILTER (WHERE low <= lpad('7', 1000) AND high >= lpad('7', 1000)) || ' of ' || count(*) || ' blocks'
FROM (SELECT min(u) AS low, max(u) AS high
      FROM (SELECT u, (row_number() OVER (ORDER BY n) - 1) / 1044 AS block FROM bordered) AS r GROUP BY block) AS b;
-- places that are NULL for some rows, and the same one for all
SELECT (sparkify_internal.count_ordered_facts(1, NULL::int, CASE WHEN i % 2 = 0 THEN '(1,1)'::tid END, i, true, 10,
        true, i > 15))[4:6],
    (sparkify_internal.count_ordered_facts(1, NULL::int, '(4294967295,1)', i, true, 100, true, i > 15))[4:6]
  FROM generate_series(1, 20) AS i;
-- more rows than memory is given for
SET maintenance_work_mem = '1MB';
CREATE TABLE many AS SELECT i FROM generate_series(1, 140000) AS i;
SELECT (sparkify_internal.count_ordered_facts(1, NULL::int, NULL, i, true, 70000, true, i > 0))[4:6] FROM many;
RESET maintenance_work_mem;
SELECT (sparkify_internal.count_ordered_facts(1, NULL::int, NULL, i, true, 70000, true, i > 70000))[1:6] FROM many;
SELECT sparkify_internal.count_ordered_facts(1, NULL::int, NULL, i, true, 7, true, true) FROM many WHERE false;
SELECT sparkify_internal.count_ordered_facts(1, NULL::int, NULL, '{}'::jsonb, true, 7, true, true);
DROP TABLE many;
-- without a sort key, the order of loading
SELECT facts('SELECT count(*) FROM facts_loose WHERE k < lpad(''1000'', 1000)');
SELECT facts('SELECT count(*) FROM one_slice');
-- joins: what is broadcast, redistributed, and together
SELECT facts('SELECT count(*) FROM facts AS f JOIN dims ON dims.d = f.d WHERE f.few = 3');
SELECT facts('SELECT count(*) FROM facts AS f JOIN facts_loose AS l ON l.d = f.few');
SELECT facts('SELECT count(*) FROM facts AS f LEFT JOIN facts_two AS t ON t.d = f.d AND t.k = f.k');
SELECT facts('SELECT count(*) FROM dims LEFT JOIN facts AS f ON dims.d = f.d');
SELECT facts('SELECT count(*) FROM dims FULL JOIN facts_loose AS f ON dims.d = f.d');
SELECT facts('SELECT count(*) FROM dims WHERE d IN (SELECT d FROM facts)');
SELECT facts('SELECT count(*) FROM dims, one_slice WHERE dims.d < one_slice.d');
-- rows that come out of a join and go into another one: of ten values of few, three
SELECT facts('SELECT count(*) FROM facts AS f JOIN facts_two AS t ON t.d = f.d AND t.k = f.k JOIN facts_loose AS l ON l.u = t.u WHERE f.few < 3');
SELECT count(*) * 3 FROM facts AS f JOIN facts_two AS t ON t.d = f.d AND t.k = f.k WHERE f.few < 3;
SELECT facts('INSERT INTO one_slice SELECT f.d FROM facts AS f LEFT JOIN dims ON dims.d = f.d LEFT JOIN facts_loose AS l ON l.u = f.u WHERE f.few < 3 AND f.d > (SELECT min(d) FROM dims)');
-- what fills a table is known without the join where the keys of the rows that it adds are all different, by whatever
-- type they are compared; where one comes twice, or there are more than memory is for, by running it
CREATE TABLE target (d INT, name VARCHAR(20));
INSERT INTO dims SELECT NULL, 'nowhere' FROM generate_series(1, 3);
CREATE TABLE dims_again AS SELECT * FROM dims UNION ALL SELECT 7, 'again';
ANALYZE dims_again;
CREATE FUNCTION filled(query text) RETURNS TABLE (explained text, counted numeric) LANGUAGE plpgsql AS $$ BEGIN
  RETURN QUERY EXECUTE format('SELECT (SELECT line FROM sparkify_explain(%L, 4) AS t (line) WHERE line ~ ''^Filling''), n FROM (%s) AS t',
    'INSERT INTO target ' || query, replace(query, 'SELECT f.d, g.name', 'SELECT round(count(*) * 0.75) AS n'));
END $$;
SELECT split_part(explained, ',', 1) || ', ' || counted FROM unnest(ARRAY[
    'SELECT f.d, g.name FROM facts AS f LEFT JOIN dims AS g ON g.d = f.d',
    'SELECT f.d, g.name FROM facts AS f LEFT JOIN (SELECT d::bigint AS d, name FROM dims) AS g ON g.d = f.few',
    'SELECT f.d, g.name FROM facts AS f LEFT JOIN dims AS g ON g.d = f.d AND g.name = f.u',
    'SELECT f.d, g.name FROM facts AS f LEFT JOIN dims_again AS g ON g.d = f.d',
    'SELECT f.d, g.name FROM facts AS f LEFT JOIN dims AS g ON g.d = f.d WHERE g.d IS NULL OR g.d > 5']) WITH ORDINALITY AS q (query, i),
  LATERAL filled(query) ORDER BY i;
SET work_mem = '64kB';
SELECT split_part(explained, ',', 1) || ', ' || counted
  FROM filled('SELECT f.d, g.name FROM facts_loose AS f LEFT JOIN (SELECT k, ''x'' AS name FROM facts) AS g ON g.k = f.k AND f.u > ''0''');
RESET work_mem;
DROP TABLE dims_again;
DELETE FROM dims WHERE d IS NULL;
SELECT facts('SELECT * FROM dims CROSS JOIN one_slice AS o JOIN facts_loose AS l ON l.u = dims.name');
-- a subquery that groups by the key keeps its rows where they are; views are looked through
SELECT facts('SELECT * FROM (SELECT d, count(*) AS n FROM facts GROUP BY d) AS g JOIN facts_two AS t ON t.d = g.d');
SELECT facts('INSERT INTO facts_two SELECT * FROM facts_loose');
SELECT facts('INSERT INTO facts_two SELECT * FROM facts');
SELECT count(*) FROM facts_two;
-- EXPLAIN of a client: the plan, nothing run; VERBOSE, CREATE TABLE AS, DELETE
SELECT sparkify_translate('EXPLAIN SELECT few, count(*) FROM facts WHERE d > 1 / 0 GROUP BY few LIMIT 3');
\set explain 'SELECT regexp_replace("QUERY PLAN", ''cost=.*'', ''...)'') FROM sparkify_internal.explain_plan(:''query'')'
\set query 'SELECT few, COUNT(*) FROM facts f WHERE NVL(few, 0) > 1 GROUP BY few ORDER BY 2 LIMIT 3'
:explain;
\set query 'CREATE TABLE copied AS SELECT DISTINCT d FROM facts'
:explain;
\set query 'DELETE FROM dims USING facts WHERE dims.d = facts.d'
:explain;
\set query 'SELECT d, RANK() OVER (PARTITION BY few ORDER BY k) FROM facts UNION ALL SELECT 1, 2'
:explain;
SELECT sparkify_explain('DROP TABLE dims');
SELECT sparkify_explain('SELECT 1', 0);
SELECT sparkify_explain('SELECT * FROM nosuch');
SELECT count(*) FROM dims;
\t
\a
-- advice: the least moved first
SELECT table_name, statement, is_current, moved_rows, blocks_read, blocks, skew
FROM sparkify_advise($$SELECT f.u FROM facts_loose AS f JOIN dims ON dims.d = f.d; SELECT count(*) FROM facts_loose
    WHERE few = 3$$);
SELECT statement, moved_rows FROM sparkify_advise('SELECT f.u FROM facts_loose AS f JOIN dims ON dims.d = f.d',
    slices => 8, reads => 10)
WHERE table_name = 'dims' LIMIT 3;
SELECT * FROM sparkify_advise('SELECT 1', 1);
SELECT * FROM sparkify_advise('SELECT 1', 4, 0);
-- the definitions, which have nothing to read yet
SELECT sparkify_create_tables() > 0 AS made;
SELECT count(DISTINCT table_name) AS tables, bool_and(moved_rows = 0) AS nothing_moves FROM sparkify_advise();
\c :home
DROP DATABASE explain_tables;
