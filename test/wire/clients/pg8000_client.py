"""pg8000: Python alone; the extended protocol for everything."""
import datetime
import decimal
import inspect
import ssl

import pg8000

from tap import DATABASE, HOST, PASSWORD, PORT, USER, end, failure, same

# TLS has another word since 1.13; nobody checks the certificate, as before
tls = ssl.create_default_context()
tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
newer = "ssl_context" in inspect.signature(pg8000.connect).parameters
conn = pg8000.connect(host=HOST, port=int(PORT), database=DATABASE, user=USER, password=PASSWORD,
                      **({"ssl_context": tls} if newer else {"ssl": True}))
cur = conn.cursor()
cur.execute("CREATE TABLE p8_plays (id INT IDENTITY(0,1), at TIMESTAMP SORTKEY, user_id BIGINT DISTKEY, level "
            "VARCHAR(10), length DOUBLE PRECISION, price DECIMAL(10,2), is_paid BOOLEAN, day DATE) DISTSTYLE KEY")
row = [datetime.datetime(2018, 11, 1, 21, 1, 46, 796000), 12345678901, 'paid', 2.5, decimal.Decimal('19.99'), True,
    datetime.date(2018, 11, 1)]
cur.execute("INSERT INTO p8_plays (at, user_id, level, length, price, is_paid, day) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
cur.execute("SELECT at, user_id, level, length, price, is_paid, day FROM p8_plays WHERE level = %s", ('paid',))
same(list(cur.fetchone()), row, 'parameters of each type there and back')
conn.commit()
cur.executemany("INSERT INTO p8_plays (user_id, level) VALUES (%s, %s)", [(i, 'free') for i in range(500)])
cur.execute("SELECT COUNT(*), NVL(MAX(day), '2018-01-01'::DATE) FROM p8_plays WHERE level = 'free'")
same(list(cur.fetchone()), [500, datetime.date(2018, 1, 1)], 'executemany')
conn.rollback()
cur.execute("SELECT COUNT(*) FROM p8_plays")
same(cur.fetchone()[0], 1, 'rollback()')
cur.execute("SELECT NVL(MAX(query), -1) >= %s FROM stl_load_errors", (-1,))
same(cur.fetchone()[0], True, 'a system view')


def parts(error):
    """What an error has in it: one dictionary since 1.12, a tuple before."""
    return list(error.args[0].values()) if isinstance(error.args[0], dict) else list(error.args)


error = failure(cur.execute, "SELECT NVL(level, 'x'), nosuch FROM p8_plays")
same((type(error), [part for part in parts(error) if part in ('42703', '25')]),
    (pg8000.ProgrammingError, ['42703', '25']), 'an error: its class, SQLSTATE and place')
same([part for part in parts(failure(cur.execute, "SELECT 1")) if part == '25P02'], ['25P02'],
    'and then nothing but rollback()')
conn.rollback()
cur.executemany("INSERT INTO p8_plays (user_id) VALUES (%s)", [(i,) for i in range(100)])
cur.execute("SELECT a.user_id FROM p8_plays a, p8_plays b")
same(len(cur.fetchall()), 101 * 101, 'many rows: a portal in pieces of 100')
conn.commit()
conn.autocommit = True
cur.execute("VACUUM p8_plays")
cur.execute("COPY p8_plays (level) FROM 's3://clients/log_data' IAM_ROLE 'arn:aws:iam::123456789012:role/r' "
            "JSON 'auto'")
cur.execute("SELECT COUNT(*) > 101 FROM p8_plays")
same(cur.fetchone()[0], True, 'COPY from S3')
cur.execute("DROP TABLE p8_plays")
conn.close()
end()
