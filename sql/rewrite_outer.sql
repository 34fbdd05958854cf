SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
-- Outer joins with (+) in WHERE.
\set ECHO all
CREATE TABLE listing (listid int, sellerid int);
CREATE TABLE sales (salesid int, listid varchar(10), buyerid int, pricepaid numeric(8,2), commission numeric(8,2));
CREATE TABLE users (userid int, city varchar(20));
INSERT INTO listing VALUES (1, 10), (2, 10), (3, 11), (4, 12), (5, 13), (6, 13);
INSERT INTO sales VALUES (1, '1', 10, 728, 109.20), (2, '4', 10, 76, 11.40), (3, '5', 12, 525, 78.75);
INSERT INTO users VALUES (10, 'Seattle'), (12, 'Lyon');

-- a left join, and the same from the other side
SELECT sparkify_translate($$SELECT listing.listid, SUM(pricepaid) AS price, SUM(commission) AS comm FROM listing, sales WHERE listing.listid = sales.listid(+) AND listing.listid BETWEEN 1 AND 5 GROUP BY 1 ORDER BY 1$$) \gexec
SELECT sparkify_translate($$SELECT l.listid, s.salesid FROM sales AS s, listing l WHERE s.listid(+) = l.listid ORDER BY 1$$) \gexec
-- every condition with (+) belongs to the join, also one with a constant, and BETWEEN and IS NULL
SELECT sparkify_translate($$SELECT l.listid, s.salesid FROM listing l, sales s WHERE (l.listid = s.listid(+) AND s.pricepaid(+) > 100) AND l.sellerid <> 11 ORDER BY 1$$) \gexec
SELECT sparkify_translate($$SELECT l.listid, s.salesid FROM listing l, sales s WHERE l.listid = s.listid (+) AND s.buyerid (+) BETWEEN 11 AND l.sellerid ORDER BY 1$$) \gexec
-- chains and several tables, in whatever order FROM names them; columns without table
SELECT sparkify_translate($$SELECT l.listid, s.salesid, b.city AS buyer, c.city AS seller FROM users b, users c, sales s, listing l WHERE l.listid = s.listid(+) AND s.buyerid = b.userid(+) AND l.sellerid = c.userid ORDER BY 1$$) \gexec
SELECT sparkify_translate($$SELECT salesid, city FROM sales, users WHERE buyerid + 2 = userid(+) ORDER BY salesid$$) \gexec
-- in a derived table, beside SUPER, QUALIFY and lateral aliases
SELECT sparkify_translate($$SELECT COUNT(*) FROM (SELECT s.salesid AS found FROM listing l, sales s WHERE l.listid = s.listid(+) AND l.sellerid > 10) WHERE found IS NULL$$) \gexec
SELECT sparkify_translate($$SELECT l.sellerid AS seller, s.pricepaid, seller + 1 AS next FROM listing l, sales s WHERE l.listid = s.listid(+) AND seller > 11 QUALIFY ROW_NUMBER() OVER (PARTITION BY seller ORDER BY s.pricepaid) = 1 ORDER BY seller$$) \gexec
-- what Redshift refuses, or takes for an inner join, is refused
SELECT sparkify_translate($$SELECT 1 FROM listing l JOIN users u ON l.sellerid = u.userid, sales s WHERE l.listid = s.listid(+)$$);
SELECT sparkify_translate($$SELECT 1 FROM listing l, sales s WHERE l.listid = s.listid(+) OR l.sellerid = 10$$);
SELECT sparkify_translate($$SELECT 1 FROM listing l, sales s WHERE l.listid(+) = s.listid(+)$$);
SELECT sparkify_translate($$SELECT 1 FROM listing l, sales s WHERE l.listid(+) = s.listid AND s.buyerid(+) = l.sellerid$$);
SELECT sparkify_translate($$SELECT 1 FROM listing l WHERE EXISTS (SELECT 1 FROM sales s WHERE s.listid = l.listid(+))$$);
SELECT sparkify_translate($$DELETE FROM sales USING listing l WHERE sales.listid = l.listid(+)$$);
SELECT sparkify_translate($$SELECT 1 FROM listing l LEFT JOIN sales s ON l.listid = s.listid(+)$$);
-- a sign in parentheses is none of these
SELECT sparkify_translate($$SELECT listid (+1), abs (+1) FROM listing$$);
-- Redshift gets it as it was written
SELECT redshift FROM sparkify_dialect($$SELECT 1 FROM listing l, sales s WHERE l.listid = s.listid(+)$$) AS
  d(line, position, tag, relation, postgres, redshift, note);
DROP TABLE listing, sales, users;
