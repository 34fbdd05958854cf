"""psycopg2 as projects use it: see the claims."""
import datetime
import decimal
import io
import select
import threading
import time

import psycopg2
import psycopg2.extensions
import psycopg2.extras

from tap import DATABASE, HOST, PASSWORD, PORT, USER, end, failure, same

conn = psycopg2.connect("host={} dbname={} user={} password={} port={}".format(HOST, DATABASE, USER, PASSWORD, PORT))
cur = conn.cursor()
same(conn.server_version, 80002, 'the server is a Redshift')
same(conn.info.ssl_in_use, True, 'TLS, without asking for it')

cur.execute("""
    CREATE TABLE IF NOT EXISTS pg2_plays (
        id INTEGER IDENTITY(0,1) PRIMARY KEY,
        start_time TIMESTAMP NOT NULL SORTKEY,
        user_id BIGINT DISTKEY,
        level VARCHAR(10) ENCODE ZSTD,
        length DOUBLE PRECISION,
        price DECIMAL(10,2),
        is_paid BOOLEAN,
        day DATE)
    DISTSTYLE KEY;
""")
conn.commit()

# %s of each type, as literals
row = (datetime.datetime(2018, 11, 1, 21, 1, 46, 796000), 12345678901, "it's 100%", 2.5, decimal.Decimal('19.99'), True,
    datetime.date(2018, 11, 1))
insert = ("INSERT INTO pg2_plays (start_time, user_id, level, length, price, is_paid, day) "
          "VALUES (%s, %s, %s, %s, %s, %s, %s)")
cur.execute(insert, row)
same(cur.rowcount, 1, 'rowcount of an INSERT')
cur.execute("SELECT start_time, user_id, level, length, price, is_paid, day FROM pg2_plays WHERE level = %(level)s "
            "AND user_id IN %(users)s", {'level': "it's 100%", 'users': (12345678901, 2)})
same(cur.fetchone(), row, 'parameters of each type come back')
same([(c.name, c.type_code) for c in cur.description][:3], [('start_time', 1114), ('user_id', 20), ('level', 1043)],
    'the description of a result')
cur.execute("SELECT NVL(%s, %s), DATEADD(day, 1, %s::date), DATEDIFF(hour, %s::timestamp, %s::timestamp), GETDATE() > "
            "'2018-11-01'", (None, 'x', '2018-11-30', '2018-11-01 00:30', '2018-11-01 02:10'))
same(cur.fetchone(), ('x', datetime.datetime(2018, 12, 1), 2, True), "Redshift's functions with parameters")
cur.execute("SELECT %s", ('C:\\new\\table',))
same(cur.fetchone(), ('C:\\new\\table',), 'backslashes of a parameter stay')
conn.rollback()
cur.execute("SELECT COUNT(*) FROM pg2_plays")
same(cur.fetchall(), [(0,)], 'rollback() takes back')

# many rows
cur.executemany("INSERT INTO pg2_plays (start_time, user_id) VALUES (%s, %s)",
    [(datetime.datetime(2018, 11, 1), i) for i in range(50)])
psycopg2.extras.execute_values(cur, "INSERT INTO pg2_plays (start_time, user_id) VALUES %s",
    [(datetime.datetime(2018, 11, 2), i) for i in range(1000)], page_size=1000)
psycopg2.extras.execute_batch(cur, "INSERT INTO pg2_plays (start_time, user_id) VALUES (%s, %s)",
    [(datetime.datetime(2018, 11, 3), i) for i in range(250)])
conn.commit()
cur.execute("SELECT day_of.d, COUNT(*) FROM (SELECT EXTRACT(day FROM start_time) AS d FROM pg2_plays) day_of GROUP BY "
            "1 ORDER BY 1")
same(cur.fetchall(), [(1, 50), (2, 1000), (3, 250)], 'executemany, execute_values, execute_batch')

# a named cursor, in pieces
with conn:
    with conn.cursor('in_pieces') as named:
        named.itersize = 300
        named.execute("SELECT user_id, NVL(level, 'none') FROM pg2_plays ORDER BY start_time, user_id")
        first = named.fetchmany(2)
        rest = sum(1 for _ in named)
same((first, rest), ([(0, 'none'), (1, 'none')], 1298), 'a named cursor')
with conn:
    with conn.cursor('far', scrollable=True) as named:
        named.execute("SELECT i.n FROM (SELECT ROW_NUMBER() OVER (ORDER BY a.user_id) AS n FROM pg2_plays a, "
                      "pg2_plays b WHERE b.user_id < 50) i")
        named.itersize = 50000
        same((sum(r[0] for r in named)), 195000 * 195001 // 2, "195,000 rows, fetched 50,000 at a time")

# with: commit, or rollback
def delete_and_fail():
    """Deletes, and then asks for what isn't there."""
    with conn, conn.cursor() as c:
        c.execute("DELETE FROM pg2_plays")
        c.execute("SELECT nosuch FROM pg2_plays")


error = failure(delete_and_fail)
same(type(error), psycopg2.errors.UndefinedColumn, 'an error: its class')
same((error.pgcode, error.diag.severity, error.diag.message_primary, error.diag.statement_position),
    ('42703', 'ERROR', 'column "nosuch" does not exist in pg2_plays', '8'), 'its SQLSTATE and place')
same(conn.info.transaction_status, psycopg2.extensions.TRANSACTION_STATUS_IDLE, 'with rolled back')
with conn, conn.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as c:
    c.execute("SELECT COUNT(*) AS plays, MAX(user_id) AS last FROM pg2_plays; SELECT TOP 1 user_id AS first FROM "
              "pg2_plays ORDER BY user_id")
    same([dict(r) for r in c.fetchall()], [{'first': 0}], 'several statements: the last result')
    c.execute("BEGIN; CREATE TABLE pg2_days (d DATE) DISTSTYLE ALL; INSERT INTO pg2_days SELECT DISTINCT "
              "TRUNC(start_time) FROM pg2_plays; END;")
    c.execute("SELECT COUNT(*) AS n FROM pg2_days")
    same(c.fetchone()['n'], 3, 'BEGIN ... END in one string')

# an error leaves the transaction failed until rollback()
for wrong, state, place in (("SELECT 1/0", '22012', None),
                            ("INSERT INTO pg2_plays (start_time) VALUES (NULL)", '23502', None),
                            ("SELECT NVL(1, 2) FRM pg2_plays", '42601', '22'),
                            ("SELECT CAST('x' AS INT)", '22P02', '13'), ("SELECT * FROM nosuch.t", '42P01', '15')):
    error = failure(cur.execute, wrong)
    same((error.pgcode, error.diag.statement_position), (state, place), 'SQLSTATE {}: {}'.format(state, wrong))
    same(failure(cur.execute, "SELECT 1").pgcode, '25P02', 'and then nothing but rollback()')
    conn.rollback()

# autocommit
auto = psycopg2.connect(host=HOST, port=PORT, dbname=DATABASE, user=USER, password=PASSWORD, sslmode='require',
    application_name='etl', options='-c statement_timeout=60000')
auto.autocommit = True
acur = auto.cursor()
acur.execute("VACUUM pg2_plays")
acur.execute("ANALYZE pg2_plays")
acur.execute("TRUNCATE pg2_days")
cur.execute("SELECT COUNT(*) FROM pg2_days")
same(cur.fetchone()[0], 0, 'autocommit is seen at once; VACUUM and ANALYZE work in it')
conn.commit()
acur.execute("SHOW statement_timeout")
same(acur.fetchone()[0], '1min', 'options of the connection')

# COPY: Redshift's own, and the driver's
acur.execute("CREATE TABLE pg2_songs (song_id VARCHAR(18), title VARCHAR(256), artist_id VARCHAR(18), year INT, "
             "duration FLOAT)")
acur.execute("COPY pg2_songs FROM 's3://clients/song_data' IAM_ROLE 'arn:aws:iam::123456789012:role/dwhRole' REGION "
             "'us-west-2' COMPUPDATE OFF JSON 'auto' TRUNCATECOLUMNS;")
acur.execute("SELECT COUNT(*) FROM pg2_songs")
same(acur.fetchone()[0], 6, 'COPY from S3')
same(any('Load into table \'pg2_songs\' completed' in notice for notice in auto.notices), True,
    "COPY's INFO is among the notices")
acur.copy_from(io.StringIO('A\tone\nB\t\\N\n'), 'pg2_songs', columns=('song_id', 'title'))
out = io.StringIO()
acur.copy_expert("COPY (SELECT song_id, NVL(title, 'none') FROM pg2_songs WHERE LEN(song_id) = 1 ORDER BY 1) TO "
                 "STDOUT WITH CSV", out)
same(out.getvalue(), 'A,one\nB,none\n', 'copy_from and copy_expert')

# notices, notifications
acur.execute("DROP TABLE IF EXISTS pg2_never")
same(auto.notices[-1].strip(), 'NOTICE:  table "pg2_never" does not exist, skipping', 'a notice')

# cancel from another thread; the session stays usable
timer = threading.Timer(0.5, auto.cancel)
timer.start()
start = time.time()
error = failure(acur.execute, "SELECT COUNT(*) FROM pg2_plays a, pg2_plays b, pg2_plays c, pg2_plays d")
same((error.pgcode, time.time() - start < 20), ('57014', True), 'cancel()')
acur.execute("SELECT 5")
same(acur.fetchone(), (5,), 'after it the session goes on')

# waiting without blocking
def wait(connection):
    """Lets an asynchronous connection do what it waits for."""
    while True:
        state = connection.poll()
        if state == psycopg2.extensions.POLL_OK:
            return
        select.select([connection.fileno()] if state == psycopg2.extensions.POLL_READ else [],
            [connection.fileno()] if state == psycopg2.extensions.POLL_WRITE else [], [], 10)


later = psycopg2.connect(host=HOST, port=PORT, dbname=DATABASE, user=USER, password=PASSWORD, async_=True)
wait(later)
lcur = later.cursor()
lcur.execute("SELECT NVL2(NULL, 1, 2)")
wait(later)
same(lcur.fetchone(), (2,), 'an asynchronous connection')
later.close()

# another encoding, another level of isolation, large texts
conn.set_client_encoding('LATIN1')
cur.execute("SELECT NVL(NULL, %s), LEN(%s)", ('Beyonc\u00e9', 'Bj\u00f6rk'))
same(cur.fetchone(), ('Beyonc\u00e9', 5), 'LATIN1')
conn.commit()
conn.set_client_encoding('UTF8')
conn.set_session(isolation_level='SERIALIZABLE', readonly=True)
same(failure(cur.execute, "INSERT INTO pg2_days VALUES ('2018-11-01')").pgcode, '25006',
    'set_session: a serializable, read-only transaction')
conn.rollback()
conn.set_session(readonly=False)
large = 'x\u00e4' * 2000000
cur.execute("SELECT LEN(%s), %s", (large, large))
same(cur.fetchone() == (4000000, large), True, 'a text of 6 MB there and back')
conn.commit()
cur.execute("DROP TABLE pg2_plays; DROP TABLE pg2_days; DROP TABLE pg2_songs")
conn.commit()
conn.close()
auto.close()
error = failure(psycopg2.connect, "host={} port={} dbname={} user={} password=wrong".format(HOST, PORT, DATABASE, USER))
same('password authentication failed for user "{}"'.format(USER) in str(error), True, 'a wrong password')
end()
