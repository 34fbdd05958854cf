SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
SET intervalstyle = postgres;
-- Bodies of procedures and functions: types, expressions and statements in
-- them are Redshift's. sparkify_translate shows each, \gexec creates it.
\pset format unaligned
\set ECHO all
CREATE TABLE events (id int, ts varchar(20), at timestamp, level varchar(10));
INSERT INTO events VALUES (1, '1541121934796', '2018-11-02 01:25:34', 'free'),
  (2, '1541121999000', '2018-11-03 02:00:00', 'paid'), (3, '1541122000000', '2018-11-10 02:00:00', 'paid');

-- declarations, lateral aliases, derived tables without alias, date parts, control structures
SELECT sparkify_translate($s$
CREATE OR REPLACE PROCEDURE report(days IN INT, since DATETIME, total INOUT NUMERIC, note OUT VARCHAR(MAX)) NONATOMIC
AS $$
-- a comment; with a semicolon
DECLARE
	counted INT := LEN('four');
	share CONSTANT DECIMAL(8,2) = NVL(NULL, 1.5);
	n NUMERIC;
	text VARCHAR(MAX) DEFAULT 'none';
	first DATETIME;
	row_of RECORD;
	level_of events.level%TYPE;
	open_events CURSOR FOR SELECT TOP 1 id, ts/1000 AS s, s + 1 AS t FROM events ORDER BY id;
BEGIN
	SELECT INTO counted, n COUNT(*), SUM(id)
	FROM (SELECT id, EXTRACT(weekday FROM at) AS d
		FROM events WHERE d >= 0);
	SELECT MIN(at) INTO first FROM events;
	IF counted > CASE WHEN n > 0 THEN 2 ELSE 1 END AND DATEDIFF(day, first, '2018-11-10') > 1 THEN
		note := NVL2(first, 'some', 'none') || LEN(text);
	ELSIF DATE_PART(year, first) = 2018 THEN
		RAISE EXCEPTION 'not here';
	ELSE
		NULL;
	END IF;
	<<each>>
	FOR row_of IN SELECT id, DATEADD(day, 1, at) AS later, DATE_PART(day, later) AS d FROM events ORDER BY id LOOP
		CONTINUE each WHEN DECODE(row_of.id, 1, 'skip') = 'skip';
		RAISE INFO 'event %: % %', row_of.id, row_of.later, NVL(row_of.d, 0);
		EXIT WHEN DATE_PART(dw, row_of.later) = 0;
	END LOOP;
	FOR i IN 1..2 LOOP
		total := total + i;
	END LOOP;
	OPEN open_events;
	FETCH open_events INTO row_of;
	CLOSE open_events;
	RAISE INFO 'cursor: %', row_of.t::INT8;
	WHILE n > 5 LOOP
		n := n - ISNULL(NULL, 1);
	END LOOP;
END;
$$ LANGUAGE plpgsql SECURITY INVOKER
$s$) \gexec
CALL report(1, '2018-11-01'::timestamp, 10, NULL);

-- statements: temporary tables with keys, DELETE without FROM, what has no meaning here, EXECUTE
SELECT sparkify_translate($s$
CREATE OR REPLACE PROCEDURE load(source VARCHAR(100)) AS $body$
DECLARE
	rows INTEGER;
	target VARCHAR(64);
BEGIN
	target = 'copied';
	DROP TABLE IF EXISTS #stage;
	CREATE TEMP TABLE #stage (id BIGINT IDENTITY(0,1), ts VARCHAR, at DATETIME ENCODE az64)
		DISTKEY(id)
		SORTKEY(at);
	INSERT INTO #stage (ts, at) SELECT ts, DATE_TRUNC('hrs', at) FROM events;
	GET DIAGNOSTICS rows := ROW_COUNT;
	RAISE INFO '% rows', rows;
	SET query_group TO 'load';
	VACUUM events;
	DELETE #stage WHERE EXTRACT(dayofyear FROM at) > 310;
	EXECUTE 'CREATE TABLE ' || QUOTE_IDENT(target) || ' (n NUMERIC, s VARCHAR(MAX)) DISTSTYLE ALL';
	EXECUTE 'INSERT INTO ' || target || ' SELECT NVL(id, 0), LEN(ts) FROM ' || source;
	EXECUTE 'SELECT TOP 1 DATEADD(day, 1, at) FROM #stage ORDER BY 1' INTO target;
	RAISE INFO 'first: %', target;
	FOR rows IN EXECUTE 'SELECT id FROM ' || source || ' WHERE id > $1 ORDER BY 1' USING 1 LOOP
		RAISE INFO 'row %', rows;
	END LOOP;
	TRUNCATE TABLE events;
	COMMIT;
EXCEPTION
	WHEN OTHERS THEN
		RAISE INFO 'error: %', SQLERRM;
END;
$body$ LANGUAGE plpgsql
$s$);
SELECT statement, line, command, rows FROM sparkify_execute($s$
CREATE PROCEDURE load(source VARCHAR(100)) AS $body$
DECLARE rows INTEGER; target VARCHAR(64) := 'copied';
BEGIN
	CREATE TEMP TABLE #stage (id BIGINT IDENTITY(0,1), ts VARCHAR, at DATETIME ENCODE az64) DISTKEY(id) SORTKEY(at);
	INSERT INTO #stage (ts, at) SELECT ts, DATE_TRUNC('hrs', at) FROM events;
	DELETE #stage WHERE EXTRACT(dayofyear FROM at) > 310;
	GET DIAGNOSTICS rows := ROW_COUNT;
	RAISE WARNING '% rows', rows;
	VACUUM events;
	EXECUTE 'CREATE TABLE ' || QUOTE_IDENT(target) || ' (n NUMERIC, s VARCHAR(MAX)) DISTSTYLE ALL';
	EXECUTE 'INSERT INTO ' || target || ' SELECT NVL(id, 0), LEN(ts) FROM ' || source;
	EXECUTE 'VACUUM events';
	EXECUTE 'SELECT TOP 1 DATEADD(day, 1, at) FROM #stage ORDER BY 1' INTO target;
	RAISE WARNING 'first: %', target;
	FOR rows IN EXECUTE 'SELECT NVL(id, 0) FROM ' || source || ' WHERE id > $1 ORDER BY 1' USING 1 LOOP
		RAISE WARNING 'row %', rows;
	END LOOP;
END;
$body$ LANGUAGE plpgsql;
CALL load('events');
$s$);
SELECT * FROM copied ORDER BY n;

-- EXECUTE(text), whose parenthesis touches it
SELECT sparkify_translate($s$CREATE PROCEDURE glued(source VARCHAR(100)) AS $$
DECLARE
	n INTEGER;
BEGIN
	EXECUTE('SELECT NVL(MAX(id), 0) FROM ' || source)INTO n;
	RAISE INFO '%', n;
	FOR n IN EXECUTE('SELECT id FROM ' || source) LOOP
		NULL;
	END LOOP;
END;
$$ LANGUAGE plpgsql$s$) \gexec
CALL glued('events');

-- errors keep their place: in the script when it is translated, by line when it runs
SELECT sparkify_execute($s$SELECT 1;
CREATE PROCEDURE wrong() AS $$
BEGIN
	INSERT INTO events SELECT 1;
	CREATE EXTERNAL SCHEMA s FROM DATA CATALOG;
END;
$$ LANGUAGE plpgsql$s$);
SELECT sparkify_execute($s$CREATE PROCEDURE wrong() AS $$
BEGIN
	SELECT NVL(1, 2) FROM FROM events;
END;
$$ LANGUAGE plpgsql$s$);
SELECT sparkify_execute($s$CREATE PROCEDURE failing() AS $$
BEGIN
	INSERT INTO events
	SELECT id
	FROM (SELECT 1 AS id);
	INSERT INTO nowhere SELECT NVL(1, 2);
END;
$$ LANGUAGE plpgsql;
CALL failing()$s$);
-- functions in SQL; bodies in other languages and between plain quotes stay
SELECT sparkify_translate($s$CREATE OR REPLACE FUNCTION later(TIMESTAMP, INT) RETURNS DATETIME STABLE AS $$
	SELECT DATEADD(day, $2, $1)
$$ LANGUAGE sql$s$) \gexec
SELECT later('2018-11-02', 3);
SELECT sparkify_translate($s$CREATE FUNCTION f(a SUPER, b NVARCHAR(MAX), date DATE) RETURNS FLOAT IMMUTABLE AS $$
	return NVL(a, b);
$$ LANGUAGE plpythonu$s$);
SELECT sparkify_translate($s$CREATE PROCEDURE p(x VARCHAR(MAX))
    AS 'BEGIN CALL f(NVL(x, ''a'')); END' LANGUAGE plpgsql$s$);
-- CALL without the OUT arguments
SELECT sparkify_translate($$CREATE PROCEDURE outs(a INT, b IN VARCHAR(10), c OUT INT, OUT d VARCHAR(MAX))
    AS $b$ BEGIN c := a + 1; d := b || '!'; END; $b$ LANGUAGE plpgsql$$) \gexec
SELECT sparkify_translate($$CALL outs(1, 'x')$$) \gexec
SELECT sparkify_translate($$CREATE PROCEDURE first(a OUT INT, b INT) AS $b$ BEGIN a := b; END;
    $b$ LANGUAGE plpgsql$$) \gexec
DROP PROCEDURE outs, first;

-- an error ends all that the procedure has done; what its handler does is committed, and the error is raised again
CREATE TABLE staff (name varchar(20));
CREATE TABLE failures (message varchar(200));
INSERT INTO staff VALUES ('Tomas');
SELECT sparkify_translate($s$
CREATE PROCEDURE rename_staff() AS $$
DECLARE n INT;
BEGIN
	UPDATE staff SET name = 'Adam';
	CASE WHEN n IS NULL THEN n := 1; ELSE n := CASE n WHEN 2 THEN 3 END; END CASE;
	BEGIN
		EXECUTE 'SELECT nothing';
	END;
EXCEPTION
	WHEN OTHERS THEN
		RAISE INFO 'caught: %', SQLERRM;
		INSERT INTO failures VALUES (SQLERRM);
END;
$$ LANGUAGE plpgsql
$s$) \gexec
CALL rename_staff();
SELECT name, message FROM staff, failures;
-- within a transaction of the caller's, and in a script, all of it is undone
BEGIN;
CALL rename_staff();
ROLLBACK;
SELECT sparkify_execute('CALL rename_staff()');
SELECT count(*) FROM failures;
-- handlers within handlers
SELECT sparkify_translate($s$
CREATE PROCEDURE nested() AS $$
BEGIN
	BEGIN
		RAISE EXCEPTION 'inner';
	EXCEPTION WHEN OTHERS THEN
		INSERT INTO failures VALUES ('inner handler');
	END;
EXCEPTION WHEN OTHERS THEN
	INSERT INTO failures VALUES ('outer handler of ' || SQLERRM);
END;
$$ LANGUAGE plpgsql
$s$) \gexec
CALL nested();
SELECT message FROM failures;
-- each statement of a NONATOMIC procedure commits, unless START TRANSACTION keeps them; a handled error is
-- not raised again
SELECT sparkify_translate($s$
CREATE PROCEDURE apart(fail INT) NONATOMIC AS $$
DECLARE n INT;
BEGIN
	INSERT INTO staff VALUES ('one');
	IF fail > 0 THEN
		INSERT INTO staff VALUES ('two');
	END IF;
	START TRANSACTION;
	INSERT INTO staff VALUES ('three');
	ROLLBACK;
	BEGIN
		SELECT INTO n 1 / (fail - fail);
	EXCEPTION WHEN OTHERS THEN
		RAISE INFO 'handled: %', SQLERRM;
	END;
	INSERT INTO staff VALUES ('four');
	n := 1 / (fail - fail);
END;
$$ LANGUAGE plpgsql
$s$) \gexec
CALL apart(1);
SELECT name FROM staff;
DROP PROCEDURE rename_staff(), nested(), apart(INT);
DROP TABLE staff, failures;

-- what names and $1 stand for in a body has its type: arguments, variables, aliases, %TYPE, tables that the body
-- makes; a name that is declared twice with two types has none
CREATE TABLE readings (id int, code varchar(10));
INSERT INTO readings VALUES (1, '7'), (7, '8');
SELECT sparkify_translate($s$
CREATE PROCEDURE typed(n IN VARCHAR(10), m INT, doc SUPER) AS $$
DECLARE
	v VARCHAR(20); w DECIMAL(10,2); i INT := n; al ALIAS FOR $2; ty readings.code%TYPE; odd VARCHAR(5);
BEGIN
	v := n + 1; i := w / m;
	SELECT INTO i id FROM readings WHERE id = v AND code = m AND al = code AND id = ty AND id = odd;
	v := doc.name;
	DECLARE odd INT; BEGIN i := odd + 1; END;
	CREATE TEMP TABLE made (q VARCHAR(10), at DATE);
	SELECT INTO i q / 2 FROM made WHERE q = m;
END
$$ LANGUAGE plpgsql;
CREATE FUNCTION half(VARCHAR(10), INT) RETURNS FLOAT IMMUTABLE AS $$ SELECT ($1 + 1) / $2 $$ LANGUAGE sql$s$) \gexec
SELECT half('5', 3);

-- between plain quotes as between dollars, and a body within a body
SELECT sparkify_translate($s$
CREATE FUNCTION joined(VARCHAR(10), INT) RETURNS VARCHAR(30) IMMUTABLE
  AS 'SELECT NVL($1, ''it''''s'') || LEN($1)' LANGUAGE sql;
CREATE PROCEDURE outside() AS 'BEGIN
	CREATE FUNCTION inside(VARCHAR(9)) RETURNS INT STABLE AS $b$ SELECT NVL(LEN($1), 0) $b$ LANGUAGE sql;
END' LANGUAGE plpgsql$s$) \gexec
SELECT joined('ab', 1);
CALL outside();
SELECT inside('four');
SELECT sparkify_translate($s$CREATE PROCEDURE wrong() AS 'BEGIN
	SELECT ST_POINT(1, 2); END' LANGUAGE plpgsql$s$);

-- COMMIT of a procedure ends the transaction where CALL stands alone, is a part of the script's one
-- transaction in a script, and fails within BEGIN ... COMMIT; ROLLBACK can't take a script back
-- (AWS: stored-procedure-transaction-management)
SELECT rows FROM sparkify_execute($s$CREATE PROCEDURE committing(n INT) AS $$
BEGIN
	INSERT INTO readings VALUES (n, 'a'); COMMIT; INSERT INTO readings VALUES (n + 1, 'b');
END $$ LANGUAGE plpgsql; CALL committing(20)$s$);
SELECT rows FROM sparkify_execute('BEGIN; CALL committing(30); COMMIT');
CALL committing(40);
BEGIN;
CALL committing(50);
ROLLBACK;
SELECT rows FROM sparkify_execute($s$CREATE PROCEDURE undoing() AS $$
BEGIN INSERT INTO readings VALUES (60, 'c'); ROLLBACK; END $$
LANGUAGE plpgsql; CALL undoing()$s$);
SELECT id FROM readings WHERE id > 9 ORDER BY id;
DROP PROCEDURE typed(VARCHAR, INT, JSONB), outside(), committing(INT);
DROP FUNCTION half(VARCHAR, INT), joined(VARCHAR, INT), inside(VARCHAR);
DROP TABLE readings;
