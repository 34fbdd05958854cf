-- Findings of what PostgreSQL takes and Redshift doesn't, each beside what is right; AWS's pages are named in src/dialect/check.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
CREATE SCHEMA check_guide;
SET search_path = check_guide, public;
CREATE TABLE sales (salesid int, listid int, sellerid int, qty int, paid boolean, name varchar(20), at timestamp);
CREATE TABLE listing (listid int, tickets int);
CREATE TABLE event (eventid int, listid int);
\pset format unaligned
\pset tuples_only on

-- the leader node's functions: over tables, not by themselves and not over the catalog
SELECT line, rule, fatal, message, hint
  FROM sparkify_check($$SELECT NOW(), CURRENT_SCHEMA(), AGE(at), TO_ASCII(name), ISFINITE(at) FROM sales;
SELECT SUBSTR(name, 1, 2), CURRENT_TIMESTAMP FROM sales;
SELECT NOW(), CURRENT_SCHEMA(), SUBSTR('x', 1), AGE(GETDATE(), GETDATE()); SELECT has_table_privilege(relname, 'select'), substr(relname, 1) FROM pg_class;
WITH w AS (SELECT 1 AS a) SELECT NOW() FROM w;
INSERT INTO sales (at) VALUES (NOW());
INSERT INTO sales (at) SELECT LOCALTIME FROM sales$$);
-- the compute nodes' own: with a table only
SELECT line, rule, fatal, message, hint FROM sparkify_check($$SELECT LISTAGG(name, ',') FROM sales;
SELECT MEDIAN(x) FROM (SELECT 1 AS x);
SELECT LISTAGG(relname, ',') FROM pg_class;
SELECT (SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY qty) FROM sales) FROM (SELECT 1)$$);
-- LISTAGG: a constant delimiter, one order
SELECT line, rule, fatal, message, hint FROM sparkify_check($$SELECT LISTAGG(name, sellerid::varchar) FROM sales;
SELECT LISTAGG(name, CHR(10)) FROM sales;
SELECT LISTAGG(name) WITHIN GROUP (ORDER BY name), LISTAGG(qty) WITHIN GROUP (ORDER BY qty) FROM sales;
SELECT LISTAGG(name) WITHIN GROUP (ORDER BY name), LISTAGG(qty) WITHIN GROUP (ORDER BY name) FROM sales$$);
-- booleans, decimals, dates
SELECT line, rule, fatal, message, hint FROM sparkify_check($$SELECT paid::varchar, CAST(TRUE AS CHAR(4)), (qty > 1)::text, qty::varchar, s.paid::int FROM sales s;
SELECT BTRIM(paid), TRIM(name) FROM sales;
SELECT 5.0::bool, 5::bool, CAST(0.5 AS BOOLEAN);
SELECT 5::decimal::bool, CAST(CAST(1 AS numeric(4, 2)) AS boolean), 5::super::bool;
SELECT OBJECT('a', DATE '2024-01-01', 'b', CURRENT_DATE, 'c', 1), OBJECT('a', '2024-01-01');
SELECT DATE_ADD('2024-01-01'::timestamp, INTERVAL '1 day'), DATE_ADD('day', 1, GETDATE())$$);
-- correlated subqueries
SELECT line, rule, fatal, message, hint FROM sparkify_check($$SELECT e.eventid FROM event e WHERE NOT EXISTS (SELECT 1 FROM listing l WHERE NOT EXISTS (SELECT 1 FROM sales s WHERE s.listid = e.listid));
SELECT eventid FROM event WHERE NOT EXISTS (SELECT 1 FROM listing WHERE NOT EXISTS (SELECT 1 FROM sales WHERE sales.qty = eventid));
SELECT * FROM listing l LEFT JOIN event e ON l.listid = e.listid AND e.eventid = (SELECT max(qty) FROM sales s WHERE s.listid = l.listid);
SELECT * FROM sales s WHERE qty NOT IN (SELECT sum(l.tickets) OVER () FROM listing l WHERE l.listid = s.listid);
SELECT l.listid, (SELECT count(*) FROM sales s WHERE s.listid = l.listid) AS n FROM listing l GROUP BY n, l.listid;
SELECT * FROM listing WHERE listid IN (SELECT sum(qty) FROM sales WHERE tickets > 4 GROUP BY salesid);
SELECT l.listid FROM listing l WHERE EXISTS (SELECT 1 FROM sales s WHERE s.listid = l.listid);
SELECT l.listid, (SELECT max(qty) FROM sales s WHERE s.listid = l.listid) FROM listing l JOIN event e ON l.listid = (SELECT max(s.listid) FROM sales s WHERE s.listid = e.listid);
SELECT (SELECT count(*) FROM sales) AS n FROM listing GROUP BY n;
SELECT * FROM listing WHERE listid IN (SELECT sum(qty) FROM sales GROUP BY salesid)$$);
-- statements
SELECT line, rule, fatal, message, hint
  FROM sparkify_check($$(SELECT listid FROM sales LIMIT 5) UNION SELECT listid FROM listing;
(SELECT listid FROM sales LIMIT 5); SELECT listid FROM sales UNION (SELECT listid FROM listing) LIMIT 5;
SELECT listid FROM sales INTERSECT ALL SELECT listid FROM listing EXCEPT SELECT 1 MINUS ALL SELECT 2;
INSERT INTO listing VALUES (1, 2), (2, (SELECT max(qty) FROM sales)); INSERT INTO listing VALUES (1, (SELECT max(qty) FROM sales));
UPDATE listing SET tickets = 1 FROM sales;
UPDATE listing SET tickets = qty FROM sales WHERE sales.listid > listing.listid AND qty = 1;
UPDATE listing SET tickets = s.qty FROM (SELECT listid, max(qty) AS qty FROM sales GROUP BY listid) s WHERE s.qty > 1 AND (s.listid = listing.listid);
UPDATE listing SET tickets = qty FROM sales WHERE sales.listid = listing.listid;
UPDATE listing SET tickets = (SELECT max(qty) FROM sales);
MERGE INTO listing l USING event ON l.listid = event.listid REMOVE DUPLICATES;
MERGE INTO listing USING sales s ON listing.listid = s.listid WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (1, 2);
CREATE TABLE a (s SUPER DISTKEY, t SUPER, u SUPER) SORTKEY (u);
BEGIN; TRUNCATE sales; END$$);
-- COPY: who reads, and where
SELECT line, rule, fatal, message, hint FROM sparkify_check($$COPY sales FROM 's3://b/x' CSV;
COPY sales FROM 's3://b/x' IAM_ROLE 'redshift-role' REGION 'us-west';
COPY sales FROM 's3://b/x' IAM_ROLE DEFAULT REGION 'us-west-2';
COPY sales FROM 's3://b/x' IAM_ROLE 'arn:aws:iam::123456789012:role/r' REGION AS 'EU-central-1';
COPY sales FROM 's3://b/x' IAM_ROLE :'iam_role' REGION :'region';
COPY sales FROM 's3://b/x' CREDENTIALS 'aws_iam_role=arn:aws:iam::123456789012:role/r'$$);
-- strict is a server's own setting: an error instead of a warning
\pset tuples_only off
\pset format aligned
SELECT count(*) FROM sparkify_execute($$SELECT 5.0::bool$$);
SET sparkify_dwh.strict = off;
SELECT count(*) FROM sparkify_execute($$SELECT TRUE::varchar$$);

DROP SCHEMA check_guide CASCADE;
