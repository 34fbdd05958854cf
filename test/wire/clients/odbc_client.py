"""PostgreSQL's ODBC driver, by pyodbc: a connection string as for Redshift's."""
import datetime
import decimal
import threading
import time

import pyodbc

from tap import DATABASE, HOST, PASSWORD, PORT, USER, end, failure, same

text = 'Driver={{PostgreSQL Unicode}};Server={};Port={};Database={};Uid={};Pwd={};SSLmode=require'.format(HOST, PORT,
    DATABASE, USER, PASSWORD)
conn = pyodbc.connect(text)
cur = conn.cursor()
same(conn.getinfo(pyodbc.SQL_DBMS_VER)[:5], '8.0.2', 'the server is a Redshift')
cur.execute("CREATE TABLE odbc_plays (id INT IDENTITY(0,1), at TIMESTAMP SORTKEY, user_id BIGINT DISTKEY, level "
            "VARCHAR(10), length DOUBLE PRECISION, price DECIMAL(10,2), day DATE) DISTSTYLE KEY")
conn.commit()
row = (datetime.datetime(2018, 11, 1, 21, 1, 46, 796000), 12345678901, "it's", 2.5, decimal.Decimal('19.99'),
    datetime.date(2018, 11, 1))
cur.execute("INSERT INTO odbc_plays (at, user_id, level, length, price, day) VALUES (?, ?, ?, ?, ?, ?)", row)
cur.execute("SELECT at, user_id, level, length, price, day FROM odbc_plays WHERE level = ? AND user_id = ?",
    ("it's", 12345678901))
same(tuple(cur.fetchone()), row, 'parameters of each type there and back')
cur.executemany("INSERT INTO odbc_plays (at, user_id) VALUES (?, ?)",
    [(datetime.datetime(2018, 11, 2), i) for i in range(300)])
same(cur.execute("SELECT NVL(level, 'none'), COUNT(*), DATEADD(hour, 1, MIN(at)) FROM odbc_plays "
                 "GROUP BY 1 ORDER BY 2").fetchall()[1][1], 300, 'executemany')
conn.rollback()
same(cur.execute("SELECT COUNT(*) FROM odbc_plays").fetchone()[0], 0, 'rollback()')
cur.fast_executemany = True
cur.executemany("INSERT INTO odbc_plays (user_id, level) VALUES (?, ?)", [(i, 'x') for i in range(300)])
conn.commit()
same(cur.execute("SELECT COUNT(DISTINCT user_id) FROM odbc_plays").fetchone()[0], 300,
    'fast_executemany: arrays of parameters')

# the catalog's functions
same([(t.table_name, t.table_type) for t in cur.tables(table='odbc_%')], [('odbc_plays', 'TABLE')], 'SQLTables')
same([(c.column_name, c.type_name, c.nullable) for c in cur.columns(table='odbc_plays')][:4],
    [('id', 'int4', 0), ('at', 'timestamp', 1), ('user_id', 'int8', 1), ('level', 'varchar', 1)], 'SQLColumns')
same([k.column_name for k in cur.primaryKeys(table='odbc_plays')], [], 'SQLPrimaryKeys')
same(len(list(cur.procedures(procedure='odbc_%'))), 0, 'SQLProcedures')
same(len(list(cur.getTypeInfo())) > 10, True, 'SQLGetTypeInfo')

# errors, with their SQLSTATE
for wrong, state in (("SELECT nosuch FROM odbc_plays", '42703'), ("SELECT 1/0", '22012'),
    ("SELECT * FROM odbc_none", '42P01'),
    ("INSERT INTO odbc_plays (user_id) VALUES (1) ON CONFLICT DO NOTHING", '0A000')):
    same(failure(cur.execute, wrong).args[0], state, 'SQLSTATE {}: {}'.format(state, wrong))
    conn.rollback()
conn.autocommit = True
cur.execute("VACUUM odbc_plays")

# many rows, in pieces, with a declared cursor
pieces = pyodbc.connect(text + ';UseDeclareFetch=1;Fetch=1000', autocommit=False)
pcur = pieces.cursor()
pcur.execute("SELECT a.user_id, b.level FROM odbc_plays a, odbc_plays b ORDER BY 1")
n = 0
while True:
    rows = pcur.fetchmany(5000)
    if not rows:
        break
    n += len(rows)
same(n, 90000, '90,000 rows by a cursor')
pieces.close()

threading.Timer(0.5, cur.cancel).start()
start = time.time()
error = failure(cur.execute, "SELECT COUNT(*) FROM odbc_plays a, odbc_plays b, odbc_plays c, odbc_plays d")
same((error.args[0] in ('57014', 'HY008'), time.time() - start < 20), (True, True), 'SQLCancel')
same(cur.execute("SELECT 5").fetchone()[0], 5, 'after it the session goes on')
cur.execute("DROP TABLE odbc_plays")
conn.close()
end()
