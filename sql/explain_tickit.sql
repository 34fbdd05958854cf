-- Plans as a cluster would run them: AWS's own examples over the TICKIT tables, with their keys and their numbers of
-- rows
-- (r_EXPLAIN, c-the-query-plan, c_data_redistribution, t_explain_plan_example).
\set home :DBNAME
CREATE DATABASE explain_tickit;
\c explain_tickit
SET client_min_messages = warning;
CREATE EXTENSION sparkify_dwh;
SELECT count(*) FROM sparkify_execute($$
CREATE TABLE category (catid SMALLINT NOT NULL DISTKEY SORTKEY, catgroup VARCHAR(10), catname VARCHAR(10),
    catdesc VARCHAR(50));
CREATE TABLE venue (venueid SMALLINT NOT NULL DISTKEY SORTKEY, venuename VARCHAR(100), venuecity VARCHAR(30),
    venuestate CHAR(2), venueseats INT);
CREATE TABLE date (dateid SMALLINT NOT NULL DISTKEY SORTKEY, caldate DATE NOT NULL, month CHAR(5) NOT NULL);
CREATE TABLE users (userid INT NOT NULL DISTKEY SORTKEY, username CHAR(8), lastname VARCHAR(30));
CREATE TABLE event (eventid INT NOT NULL DISTKEY, venueid SMALLINT NOT NULL, catid SMALLINT NOT NULL,
    dateid SMALLINT NOT NULL SORTKEY, eventname VARCHAR(200), starttime TIMESTAMP);
CREATE TABLE listing (listid INT NOT NULL DISTKEY SORTKEY, sellerid INT NOT NULL, eventid INT NOT NULL,
    dateid SMALLINT NOT NULL, totalprice DECIMAL(8,2));
CREATE TABLE sales (salesid INT NOT NULL, listid INT NOT NULL DISTKEY, sellerid INT NOT NULL, buyerid INT NOT NULL,
    eventid INT NOT NULL, dateid SMALLINT NOT NULL,
    qtysold SMALLINT NOT NULL, pricepaid DECIMAL(8,2)) SORTKEY (listid, sellerid)$$);
INSERT INTO category SELECT i, 'Concerts', 'Musicals', 'All symphony, concerto, and choir concerts'
  FROM generate_series(1, 11) AS i;
INSERT INTO venue SELECT i, 'Venue number ' || i, 'City ' || i % 70, 'CA', i * 100 FROM generate_series(1, 202) AS i;
INSERT INTO date SELECT i, '2008-01-01'::date + i, 'JAN' FROM generate_series(1, 365) AS i;
INSERT INTO users SELECT i, 'ABCDEFGH', 'Name' || i % 9000 FROM generate_series(1, 49990) AS i;
INSERT INTO event SELECT i, i % 202 + 1, i % 11 + 1, i % 365 + 1, 'Event ' || i % 576, '2008-01-01'
  FROM generate_series(1, 8798) AS i;
INSERT INTO listing SELECT i, i % 49990 + 1, i % 8798 + 1, i % 365 + 1, i % 900 FROM generate_series(1, 192497) AS i;
INSERT INTO sales SELECT i, i, i % 49990 + 1, i * 7 % 49990 + 1, i % 8798 + 1, i % 365 + 1, 2, i % 900
  FROM generate_series(1, 172456) AS i;
-- every row is sampled
SET default_statistics_target = 1000;
ANALYZE;

-- without costs, widths and bytes, which PostgreSQL estimates otherwise; the large tables by EXPLAIN, which runs
-- nothing
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE sql AS $$
SELECT regexp_replace(line, '  \(cost=.*\)', '') FROM sparkify_internal.explain_plan(query) AS t (line)
$$;
CREATE FUNCTION counted(query text, slices int) RETURNS SETOF text LANGUAGE sql AS $$
SELECT regexp_replace(regexp_replace(line, '  \(cost=.*\)', ''), ', [0-9.]+ (bytes|kB|MB)', '')
    FROM sparkify_explain(query, slices) AS t (line)
$$;
\t
\a
-- a small table that isn't on the join's slices is broadcast
SELECT counted('select * from category, event where category.catid = event.catid', 4);
-- on 48 slices it is cheaper to send each event to its venue
SELECT counted('select eventid, eventname, event.venueid, venuename from event, venue where event.venueid = venue.venueid', 48);
-- distributed and sorted alike: a merge join, nothing moves
SELECT plan('select * from sales, listing where sales.listid = listing.listid');
SELECT plan('select * from sales, listing, event where sales.listid = listing.listid and sales.eventid = event.eventid');
-- the leader merges what the slices sorted
SELECT plan('select eventname, sum(pricepaid) from sales, event where sales.eventid = event.eventid group by eventname order by 2 desc');
-- and the costs that AWS prints for it, but for what follows from PostgreSQL's estimates of widths
SELECT "QUERY PLAN" FROM sparkify_internal.explain_plan('select eventname, count(*) from event group by eventname');
-- the seven tables: one collocated join, five broadcasts; their order is the planner's
\set seven 'select lastname, catname, venuename, venuecity, venuestate, eventname, month, sum(pricepaid) as buyercost, max(totalprice) as maxtotalprice from category join event on category.catid = event.catid join venue on venue.venueid = event.venueid join sales on sales.eventid = event.eventid join listing on sales.listid = listing.listid join date on sales.dateid = date.dateid join users on users.userid = sales.buyerid group by lastname, catname, venuename, venuecity, venuestate, eventname, month having sum(pricepaid) > 9999 order by catname, buyercost desc'
SELECT substring(line, 'XN .*') AS node, count(*) FROM plan(:'seven') AS line WHERE line ~ 'Join|Scan' GROUP BY 1
  ORDER BY min(substring(line, 'XN .*') COLLATE "C");
-- and none, once the dimensions are on every node
SELECT count(*) FROM
    sparkify_execute('ALTER TABLE users ALTER DISTSTYLE ALL; ALTER TABLE venue ALTER DISTSTYLE ALL; ALTER TABLE category ALTER DISTSTYLE ALL;
    ALTER TABLE date ALTER DISTSTYLE ALL; ALTER TABLE event ALTER DISTSTYLE ALL');
SELECT substring(line, 'XN .*') AS node, count(*) FROM plan(:'seven') AS line WHERE line ~ 'Join|Scan' GROUP BY 1
  ORDER BY min(substring(line, 'XN .*') COLLATE "C");
\c :home
DROP DATABASE explain_tickit;
