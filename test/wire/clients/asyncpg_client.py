"""asyncpg: the extended protocol, its parameters and results binary, its statements prepared and kept."""
import asyncio
import datetime
import decimal
import io

import asyncpg

from tap import DATABASE, HOST, PASSWORD, PORT, USER, end, same


async def failure(work):
    """The exception that work ends with."""
    try:
        await work
    except Exception as error:
        return error
    return AssertionError('nothing failed')


async def delete_and_fail(conn):
    """Deletes, and then asks for what isn't there in a transaction within."""
    async with conn.transaction():
        await conn.execute("DELETE FROM apg_plays")
        async with conn.transaction():
            await conn.fetch("SELECT NVL(user_id, 0), nosuch FROM apg_plays")


async def main():
    """Checks the claims one after the other."""
    conn = await asyncpg.connect(host=HOST, port=int(PORT), user=USER, password=PASSWORD, database=DATABASE,
        ssl='prefer')
    await conn.execute("""
        CREATE TABLE apg_plays (id INT IDENTITY(1,1), at TIMESTAMP SORTKEY, user_id BIGINT DISTKEY, level VARCHAR(10),
            length DOUBLE PRECISION,
            price DECIMAL(10,2), is_paid BOOLEAN, day DATE, small SMALLINT) DISTSTYLE KEY;
        INSERT INTO apg_plays (user_id, level) VALUES (1, 'script');
    """)
    row = (datetime.datetime(2018, 11, 1, 21, 1, 46, 796000), 12345678901, 'paid', 2.5, decimal.Decimal('19.99'), True,
        datetime.date(2018, 11, 1), 7)
    same(await conn.execute("INSERT INTO apg_plays (at, user_id, level, length, price, is_paid, day, small) VALUES "
                            "($1, $2, $3, $4, $5, $6, $7, $8)", *row), 'INSERT 0 1', 'parameters of each type')
    same(tuple(await conn.fetchrow("SELECT at, user_id, level, length, price, is_paid, day, small FROM apg_plays "
                                   "WHERE user_id = $1 AND level = $2", 12345678901, 'paid')), row, 'and back')
    same(await conn.fetchval("SELECT NVL($1::VARCHAR, 'none') || DATEADD(day, $2::INT, '2018-11-01'::DATE)::VARCHAR",
        None, 2), 'none2018-11-03 00:00:00', "Redshift's functions with parameters")
    await conn.executemany("INSERT INTO apg_plays (at, user_id) VALUES ($1, $2)",
        [(datetime.datetime(2018, 11, 2), i) for i in range(2000)])
    same(await conn.fetchval("SELECT COUNT(*) FROM apg_plays WHERE at = $1", datetime.datetime(2018, 11, 2)), 2000,
        'executemany')

    statement = await conn.prepare("SELECT TOP 3 user_id FROM apg_plays WHERE at >= $1 ORDER BY user_id DESC")
    same([r['user_id'] for r in await statement.fetch(datetime.datetime(2018, 11, 2))], [1999, 1998, 1997],
        'a prepared statement')
    same([str(p.name) for p in statement.get_parameters()], ['timestamp'], 'the types of its parameters')

    async with conn.transaction():
        first = 0
        async for record in conn.cursor("SELECT NVL(user_id, -1) AS u FROM apg_plays ORDER BY at, user_id",
            prefetch=100):
            first += record['u'] >= 0
        same(first, 2002, 'a cursor')
        cursor = await conn.cursor("SELECT user_id FROM apg_plays ORDER BY user_id")
        await cursor.forward(10)
        same(len(await cursor.fetch(5)), 5, 'forward and fetch')
    error = await failure(delete_and_fail(conn))
    same((type(error), error.sqlstate, error.position), (asyncpg.UndefinedColumnError, '42703', '25'),
        'an error: its class, SQLSTATE and place')
    same(await conn.fetchval("SELECT COUNT(*) FROM apg_plays"), 2002, 'transaction() rolled back')
    same(type(await failure(conn.fetch("SELECT $1::INT / 0", 1))), asyncpg.DivisionByZeroError,
        'an error while it runs')
    error = await failure(conn.execute("INSERT INTO apg_plays (user_id) VALUES ($1) ON CONFLICT DO NOTHING", 1))
    same((type(error), 'ON CONFLICT' in str(error)), (asyncpg.FeatureNotSupportedError, True),
        'what Redshift lacks is refused when it is prepared')

    same(await conn.copy_records_to_table('apg_plays', records=[(5, 'copied')], columns=['user_id', 'level']), 'COPY 1',
        'copy_records_to_table')
    out = io.BytesIO()
    await conn.copy_from_query("SELECT NVL(level, '') FROM apg_plays WHERE level LIKE $1", 'c%', output=out)
    same(out.getvalue(), b'copied\n', 'copy_from_query')

    error = await failure(conn.fetchval("SELECT COUNT(*) FROM apg_plays a, apg_plays b, apg_plays c", timeout=0.5))
    same(type(error), asyncio.TimeoutError, 'a timeout cancels')
    same(await conn.fetchval("SELECT NVL(NULL, 6)"), 6, 'and the session goes on')
    same(len(await conn.fetch("SELECT a.user_id, 'some text of it' AS t FROM apg_plays a, apg_plays b WHERE b.user_id "
                              "< 50")), 2003 * 52, 'many rows')
    # a type of its own: asyncpg asks the catalog for what it doesn't know
    same(await conn.fetchval("SELECT JSON_PARSE('[1,2]')"), '[1,2]', 'SUPER')
    await conn.execute("DROP TABLE apg_plays")
    await conn.reset()
    await conn.close()

    async with asyncpg.create_pool(host=HOST, port=int(PORT), user=USER, password=PASSWORD, database=DATABASE,
        min_size=3, max_size=3) as pool:
        same(await asyncio.gather(*[pool.fetchval("SELECT NVL($1::INT, 0)", i) for i in range(30)]), list(range(30)),
            'a pool')

asyncio.run(main())
end()
