-- The first row of each partition, without a sort of all: the rows are those of PostgreSQL's own plan.
\set home :DBNAME
CREATE DATABASE plan_first_rows;
\c plan_first_rows
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
SET jit = off;
-- keys that are NULL, empty and wide, and orders with ties
CREATE TABLE events AS
SELECT g AS id,
    CASE WHEN g % 7 <> 0 THEN g * 31 % 200 END AS listener,
    CASE g % 5 WHEN 0 THEN '' WHEN 1 THEN NULL WHEN 2 THEN repeat('wide and flat ', 400) || g % 3 ELSE 'page ' || g % 9 END AS page,
    CASE WHEN g % 11 <> 0 THEN g * 7919 % 300 END AS ts,
    (g * 13 % 40)::float8 / 4 AS length,
    (g % 6)::numeric AS amount,
    CASE g % 4 WHEN 0 THEN 'NaN' WHEN 1 THEN '-0' WHEN 2 THEN '0' END::float8 AS odd,
    repeat('x', g % 50) AS agent
FROM generate_series(1, 20000) AS g;
ANALYZE events;
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ 'Gather|Sparkify|Partition Key|First By|And One|Scan on events' THEN
            RETURN NEXT regexp_replace(line, '^ *(-> *)?', '');
        END IF;
    END LOOP;
END $$;
-- Whether the node is in the plan, and which rows differ from those without it.
CREATE FUNCTION same(query text) RETURNS TABLE (node boolean, rows bigint, missing bigint, too_many bigint)
  LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL sparkify_dwh.first_rows = off;
    EXECUTE 'CREATE TEMPORARY TABLE theirs AS ' || query;
    SET LOCAL sparkify_dwh.first_rows = on;
    EXECUTE 'CREATE TEMPORARY TABLE ours AS ' || query;
    node := EXISTS (SELECT FROM plan_of(query) AS line WHERE line ~ 'Sparkify First Rows');
    SELECT count(*) INTO rows FROM ours;
    SELECT count(*) INTO missing FROM (SELECT * FROM theirs EXCEPT ALL SELECT * FROM ours) AS m;
    SELECT count(*) INTO too_many FROM (SELECT * FROM ours EXCEPT ALL SELECT * FROM theirs) AS m;
    DROP TABLE ours, theirs;
    RETURN NEXT;
END $$;
\set latest 'SELECT listener, id, page, ts, agent FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY ts DESC NULLS LAST, page, id) AS place FROM events) AS r WHERE place = 1'
\set played 'SELECT listener, id, played, least FROM (SELECT *, MAX(CASE WHEN page = \'page 3\' THEN id % 4 END) OVER (PARTITION BY listener) AS played, MIN(page) OVER (PARTITION BY listener) AS least, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY ts, length DESC, id) AS place FROM events) AS r WHERE place = 1 AND played > 1'
SELECT plan_of(:'latest');
SELECT plan_of(:'played');
SELECT * FROM same(:'latest');
SELECT * FROM same(:'played');
-- in several processes
BEGIN;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT plan_of(:'latest');
SELECT * FROM same(:'latest');
SELECT * FROM same(:'played');
-- the expression of an extreme may be one that only the leader computes
CREATE FUNCTION leaders_own(int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL RESTRICTED AS 'SELECT $1 % 10 FROM pg_class LIMIT 1';
SELECT plan_of('SELECT id FROM (SELECT id, MAX(leaders_own(id)) OVER (PARTITION BY length) AS m, ROW_NUMBER() OVER (PARTITION BY length ORDER BY id) AS place FROM events) AS r WHERE place = 1 AND m > 3');
COMMIT;
-- no order, no partition, several keys, by reference and not, NaN, -0, all orders of NULLs; other ways to say 1
SELECT * FROM same('SELECT listener, place FROM (SELECT listener, ROW_NUMBER() OVER (PARTITION BY listener) AS place FROM events) AS r WHERE place = 1');
SELECT * FROM same('SELECT id FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY amount DESC, page NULLS FIRST, id) AS place FROM events) AS r WHERE place = 1');
SELECT * FROM same('SELECT id FROM (SELECT id, MIN(amount) OVER (PARTITION BY page, amount, listener % 3) AS m, ROW_NUMBER() OVER (PARTITION BY page, amount, listener % 3 ORDER BY agent DESC NULLS LAST, id) AS place FROM events) AS r WHERE place < 2 AND m < 4');
SELECT * FROM same('SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY odd ORDER BY id) AS place FROM events) AS r WHERE 1 >= place');
SELECT * FROM same('SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY page NULLS FIRST, id) AS place FROM events WHERE id > 1000) AS r WHERE place <= 1');
SELECT * FROM same('SELECT listener, id FROM (SELECT e.listener, e.id, ROW_NUMBER() OVER (PARTITION BY e.listener ORDER BY o.ts, e.id) AS place FROM events AS e JOIN events AS o ON o.id = e.id) AS r WHERE place = 1');
SELECT * FROM same('SELECT listener, id FROM (SELECT listener, id, MAX(ts) OVER (PARTITION BY listener ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS m, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) AS place FROM events) AS r WHERE place = 1 AND m > 290');
SELECT * FROM same('SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) AS place FROM events WHERE id < 0) AS r WHERE place = 1');
-- QUALIFY is said so that it gets the node, too
SELECT sparkify_translate('SELECT listener, id FROM events QUALIFY ROW_NUMBER() OVER (PARTITION BY listener ORDER BY ts DESC, id) = 1') AS qualified \gset
SELECT :'qualified';
SELECT plan_of(:'qualified');
SELECT * FROM same(:'qualified');
SELECT sparkify_translate('SELECT * FROM events WHERE id > 7 QUALIFY ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) <= 1 ORDER BY id') AS qualified \gset
SELECT * FROM same(:'qualified');
-- not where more than that is asked
SELECT sparkify_translate('SELECT id FROM events QUALIFY ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) = 1 AND ts > 7') AS qualified \gset
SELECT * FROM same(:'qualified');
SELECT sparkify_translate('SELECT id FROM events QUALIFY COUNT(*) OVER (PARTITION BY listener) < 100') AS qualified \gset
SELECT * FROM same(:'qualified');
-- what needs more of the rows than the node keeps is sorted
SELECT * FROM same('SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) AS place FROM events) AS r WHERE place = 2');
SELECT * FROM same('SELECT id FROM (SELECT id, RANK() OVER (PARTITION BY listener ORDER BY ts) AS place FROM events) AS r WHERE place = 1');
SELECT * FROM same('SELECT id, n FROM (SELECT id, COUNT(*) OVER (PARTITION BY listener) AS n, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) AS place FROM events) AS r WHERE place = 1');
SELECT * FROM same('SELECT id, m FROM (SELECT id, MAX(id) OVER (PARTITION BY ts) AS m, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) AS place FROM events) AS r WHERE place = 1');
SELECT * FROM same('SELECT id, m FROM (SELECT id, MAX(id) OVER (PARTITION BY listener ORDER BY id) AS m, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) AS place FROM events) AS r WHERE place = 1');
SELECT * FROM same('SELECT id, m FROM (SELECT id, MAX(id) FILTER (WHERE ts > 5) OVER (PARTITION BY listener) AS m, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) AS place FROM events) AS r WHERE place = 1');
SELECT * FROM same('SELECT id, place FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY id) AS place FROM events) AS r WHERE place = 1 OR id = 20000');
SELECT * FROM same('SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY id ORDER BY ts) AS place FROM events) AS r WHERE place = 1');
-- more partitions than were expected and than there is memory for: few rows a partition, then many
CREATE TABLE many (id int, key text, flag int) WITH (autovacuum_enabled = off);
INSERT INTO many SELECT g, 'key ' || g * 7919 % 15000, g % 2 FROM generate_series(1, 30000) AS g;
INSERT INTO many SELECT g, 'key ' || g % 10, g % 2 FROM generate_series(30001, 60000) AS g;
SET work_mem = '64kB';
SELECT * FROM same('SELECT key, id FROM (SELECT key, id, ROW_NUMBER() OVER (PARTITION BY key ORDER BY id DESC) AS place FROM many) AS r WHERE place = 1');
SELECT * FROM same('SELECT key, id FROM (SELECT key, id, MAX(flag) OVER (PARTITION BY key) AS f, ROW_NUMBER() OVER (PARTITION BY key ORDER BY id) AS place FROM many WHERE id > 25000) AS r WHERE place = 1 AND f = 1');
RESET work_mem;
-- run again for each row of another table, with another condition each time
SELECT o.n, r.count, r.sum FROM generate_series(1, 5) AS o (n) CROSS JOIN LATERAL (
    SELECT count(*), sum(id) FROM (
        SELECT id, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY ts, id) AS place FROM events
          WHERE id % 5 >= o.n - 1) AS i
    WHERE place = 1) AS r;
SET sparkify_dwh.first_rows = off;
SELECT o.n, r.count, r.sum FROM generate_series(1, 5) AS o (n) CROSS JOIN LATERAL (
    SELECT count(*), sum(id) FROM (
        SELECT id, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY ts, id) AS place FROM events
          WHERE id % 5 >= o.n - 1) AS i
    WHERE place = 1) AS r;
SELECT plan_of(:'latest');
RESET sparkify_dwh.first_rows;
-- a cursor that isn't read to its end
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY listener ORDER BY ts, id) AS place
  FROM events) AS r WHERE place = 1 ORDER BY id;
FETCH 2 FROM c;
COMMIT;
\c :home
DROP DATABASE plan_first_rows;
