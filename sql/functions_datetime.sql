SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
SET datestyle = iso;
SET timezone = 'UTC';
-- TO_DATE, TO_TIMESTAMP, TO_CHAR and CONVERT_TIMEZONE with the results of Redshift's documentation.
\set ECHO all
\set VERBOSITY terse
-- what is beyond its range is carried over, unless is_strict says otherwise
SELECT redshift.rewrite($$SELECT TO_DATE('20010631', 'YYYYMMDD') AS d, TO_DATE('20010631', 'YYYYMMDD', FALSE)
    AS lenient, TO_DATE('31 Feb 2020', 'DD Mon YYYY') AS feb, TO_DATE('2021-february-29', 'YYYY-Month-DD') AS month,
    TO_DATE('2001-06-30 24:00', 'YYYY-MM-DD HH24:MI') AS hour$$) \gexec
SELECT redshift.rewrite($$SELECT TO_TIMESTAMP('2011-12-18 24:38:15', 'YYYY-MM-DD HH24:MI:SS') AS t,
    TO_TIMESTAMP('20111231 235960', 'YYYYMMDD HH24MISS') AS leap,
    TO_TIMESTAMP('31.06.2001 10:75', 'DD.MM.YYYY HH24:MI', FALSE) AS both$$) \gexec
SELECT redshift.to_date('20010631', 'YYYYMMDD', true);
SELECT redshift.to_timestamp('2011-12-18 24:38:15', 'YYYY-MM-DD HH24:MI:SS', true);
-- months beyond 12 are carried as the Julian day's formula does, which takes each for 30.6 days, as seen on a real
-- cluster
SELECT redshift.rewrite($$SELECT TO_TIMESTAMP('9999-99-99 99:99:99', 'YYYY-MM-DD HH24:MI:SS') AS nines,
    TO_DATE('2001-13-01', 'YYYY-MM-DD') AS january, TO_DATE('2001-14-31', 'YYYY-MM-DD') AS february,
    TO_DATE('2001-15-01', 'YYYY-MM-DD') AS march$$) \gexec
-- also months, behind blanks, and what is short before a separator: milliseconds read as digits of a date,
-- as projects do
SELECT redshift.to_date('20011301', 'YYYYMMDD');
SELECT redshift.rewrite($$SELECT DISTINCT TO_TIMESTAMP(TO_CHAR(ts, '9999-99-99 99:99:99'), 'YYYY-MM-DD HH24:MI:SS')
    AS start_time FROM (SELECT 1541105830796 AS ts UNION ALL SELECT 1542796687960 UNION ALL SELECT 1541300092796)
    ORDER BY 1$$) \gexec
SELECT redshift.to_date('2001-1-32 ', 'YYYY-MM-DD');
-- what no field of a date is, is not
SELECT redshift.to_timestamp('2011-12-31 13:00 PM', 'YYYY-MM-DD HH12:MI AM');
-- within range everything is PostgreSQL's
SELECT redshift.rewrite($$SELECT TO_DATE('02 Oct 2001', 'DD Mon YYYY') AS a,
    TO_DATE('Friday, 2 November 2018', 'FMDay, FMDD FMMonth YYYY') AS b,
    TO_TIMESTAMP('05:06:07.250', 'HH24:MI:SS.MS')::time AS c, TO_TIMESTAMP('05121445482000', 'MMDDHH24MISSUS')::time
    AS d, TO_DATE(NULL, 'YYYY') AS e, TO_DATE('2018-11-02T00:00:00Z', 'YYYY-MM-DD') AS f$$) \gexec
-- TZ of a TIMESTAMP
SET timezone = 'America/New_York';
SELECT redshift.rewrite($$SELECT TO_CHAR(TIMESTAMP '2009-12-31 23:15:59', 'MONTH-DY-DD-YYYY HH12:MI PM TZ') AS utc,
    TO_CHAR('2009-12-31', 'YYYY tz') AS text, TO_CHAR(TIMESTAMPTZ '2009-12-31 23:15:59+00', 'HH24:MI TZ') AS with_zone,
    TO_CHAR(125.8, '999.99') AS number$$) \gexec
-- a text that looks at the day alone is kept for the next row of the day, and no other text is
SELECT count(*) AS moments, count(*) FILTER (WHERE redshift.to_char(t, 'Day') IS DISTINCT FROM pg_catalog.to_char(t,
    'Day')) AS name,
    count(*) FILTER (WHERE redshift.to_char(t, 'YYYY-MM-DD, IW') IS DISTINCT FROM pg_catalog.to_char(t,
        'YYYY-MM-DD, IW')) AS date,
    count(*) FILTER (WHERE redshift.to_char(t, 'DD Mon HH24:MI') IS DISTINCT FROM pg_catalog.to_char(t,
        'DD Mon HH24:MI')) AS clock,
    count(*) FILTER (WHERE redshift.to_char(t, 'mMID') IS DISTINCT FROM pg_catalog.to_char(t, 'mMID')) AS minutes,
    count(*) FILTER (WHERE redshift.to_char(t, CASE WHEN t > '1970-01-01' THEN 'Day' ELSE 'Mon' END) IS DISTINCT
        FROM pg_catalog.to_char(t, CASE WHEN t > '1970-01-01' THEN 'Day' ELSE 'Mon' END)) AS either,
    count(*) FILTER (WHERE redshift.to_char(t, '') IS DISTINCT FROM pg_catalog.to_char(t, '')) AS nothing
FROM (SELECT TIMESTAMP '1969-12-20 23:00' + g * INTERVAL '7 hours' AS t FROM generate_series(1, 400) AS g UNION ALL
    SELECT TIMESTAMP '1999-12-31 12:00' + g * INTERVAL '5 hours' FROM generate_series(1, 20) AS g
    UNION ALL VALUES (TIMESTAMP 'infinity'), ('-infinity'), (NULL), ('4713-01-01 BC'),
        ('294276-12-31 23:59:59.999999')) AS t;
SET timezone = 'UTC';
-- names, abbreviations and offsets, which count westwards as POSIX has them
SELECT redshift.rewrite($$SELECT CONVERT_TIMEZONE('America/Los_Angeles', '2008-01-01 12:00:00') AS p,
    CONVERT_TIMEZONE('EST', 'PST', '20080305 12:25:29') AS est, CONVERT_TIMEZONE('Europe/Paris', 'GMT',
    TIMESTAMP '2008-07-01 00:00') AS summer, CONVERT_TIMEZONE('UTC', 'EST5EDT', '2008-07-01 12:00') AS posix,
    CONVERT_TIMEZONE('UTC', 'UTC+2', '2008-01-01 12:00') AS west, CONVERT_TIMEZONE('PST8', 'UTC', '2008-07-01 12:00')
    AS back$$) \gexec
SELECT redshift.rewrite($$SELECT CONVERT_TIMEZONE('nowhere', '2008-01-01 12:00:00')$$) \gexec
-- arithmetic that keeps to its types
SELECT redshift.rewrite($$SELECT MOD('17', 5) AS text, MOD(17.5::float8, 5) AS double, MOD(17.5, 5) AS decimal,
    MOD(17, 5) AS int$$) \gexec
-- parts over many days, back and forth, before and after 2000 and our era: what PostgreSQL's calendar says
SELECT count(*) AS moments, count(*) FILTER (WHERE redshift.date_part('year', t) = extract(year FROM t) AND
  redshift.date_part('month', t) = extract(month FROM t)
    AND redshift.date_part('week', t) = extract(week FROM t) AND redshift.date_part('day', t) = extract(day FROM t)
    AND redshift.date_part('hour', t) = extract(hour FROM t) AND redshift.date_part('minute', t) = extract(minute
      FROM t)
    AND redshift.date_part('second', t) = floor(extract(second FROM t))
    AND redshift.date_part('millisecond', t) = floor(extract(millisecond FROM t))::bigint % 1000
    AND redshift.date_part('microsecond', t) = extract(microsecond FROM t)::bigint % 1000000) AS agree
FROM (SELECT timestamp '2000-01-01' + ((-1) ^ g * g * g) * interval '1 minute 59.999987 seconds' AS t
  FROM generate_series(0, 20000) AS g) AS many;
