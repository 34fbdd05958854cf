// node's pg, with pg-cursor: text results, $1 parameters, named statements, portals in pieces.
'use strict';
const { Client, Pool } = require('pg');
const Cursor = require('pg-cursor');
const { WIRE_HOST: host, WIRE_PORT: port, PGDATABASE: database, WIRE_USER: user, WIRE_PASSWORD: password } =
  process.env;
const config = { host, port: Number(port), database, user, password, ssl: { rejectUnauthorized: false } };
let failed = 0;

function same(got, want, claim) {
  if (JSON.stringify(got) === JSON.stringify(want)) { console.log('ok - ' + claim); return; }
  failed++;
  console.log(`not ok - ${claim}\n# got:  ${JSON.stringify(got)}\n# want: ${JSON.stringify(want)}`);
}

// The error of a promise that is to fail.
async function failure(promise) {
  try { await promise; } catch (error) { return error; }
  return new Error('nothing failed');
}

async function main() {
  const client = new Client(config);
  const notices = [];
  client.on('notice', (notice) => notices.push(notice.message));
  await client.connect();
  await client.query('CREATE TABLE js_plays (id INT IDENTITY(0,1), at TIMESTAMP SORTKEY, user_id BIGINT DISTKEY, ' +
    'level VARCHAR(10), length FLOAT8, price DECIMAL(10,2), is_paid BOOLEAN, day DATE) DISTSTYLE KEY');
  await client.query('INSERT INTO js_plays (at, user_id, level, length, price, is_paid, day) ' +
    'VALUES ($1, $2, $3, $4, $5, $6, $7)',
    ['2018-11-01 21:01:46.796', '12345678901', "it's", 2.5, '19.99', true, '2018-11-01']);
  let result = await client.query('SELECT at::VARCHAR, user_id, level, length, price, is_paid, day::VARCHAR ' +
    'FROM js_plays WHERE level = $1 AND user_id = $2', ["it's", '12345678901']);
  same(Object.values(result.rows[0]),
    ['2018-11-01 21:01:46.796', '12345678901', "it's", 2.5, '19.99', true, '2018-11-01'],
    'parameters of each type there and back');
  same([result.command, result.rowCount, result.fields[1].name], ['SELECT', 1, 'user_id'], 'command, count, fields');
  result = await client.query("INSERT INTO js_plays (user_id) VALUES (1), (2); " +
    "SELECT NVL(MAX(level), 'x') AS m FROM js_plays; UPDATE js_plays SET level = 'y' WHERE user_id = 1");
  same(result.map((one) => [one.command, one.rowCount]), [['INSERT', 2], ['SELECT', 1], ['UPDATE', 1]],
    'several statements: a result of each');

  const named = { name: 'by user', text: "SELECT NVL(level, 'none') AS level, " +
    "DATEDIFF(day, $2::DATE, '2018-11-03'::DATE) AS days FROM js_plays WHERE user_id = $1" };
  for (const [id, want] of [[1, 'y'], [2, 'none']]) {
    same((await client.query({ ...named, values: [id, '2018-11-01'] })).rows, [{ level: want, days: '2' }],
      'a named statement, user ' + id);
  }

  let error = await failure(client.query("SELECT NVL(level, 'x'), nosuch FROM js_plays WHERE user_id = $1", [1]));
  same([error.code, error.position, error.severity], ['42703', '25', 'ERROR'], 'an error: SQLSTATE and place');
  error = await failure(client.query('SELECT $1::INT / 0', [1]));
  same([error.code, error.position], ['22012', undefined], 'an error while it runs');

  await client.query('BEGIN');
  await client.query('DELETE FROM js_plays');
  same((await failure(client.query('SELECT * FROM js_none'))).code, '42P01', 'a statement of a transaction fails');
  same((await failure(client.query('SELECT 1'))).code, '25P02', 'and then the others');
  await client.query('ROLLBACK');
  same((await client.query('SELECT COUNT(*) AS n FROM js_plays')).rows[0].n, '3', 'ROLLBACK');
  const queued = await Promise.all([1, 2, 3].map((i) => client.query('SELECT NVL($1::INT, 0) AS i', [i])));
  same(queued.map((r) => r.rows[0].i), [1, 2, 3], 'queries in a queue');

  await client.query('INSERT INTO js_plays (user_id) VALUES ' + [...Array(500).keys()].map((i) => `(${i})`).join(', '));
  const total = 503 * 503;
  const cursor = client.query(new Cursor('SELECT a.user_id FROM js_plays a CROSS JOIN js_plays b ' +
    'WHERE a.user_id >= $1', [0]));
  let count = 0;
  for (let rows; (rows = await read(cursor, 100000)).length > 0;) count += rows.length;
  await close(cursor);
  same(count, total, 'pg-cursor: all rows, in pieces');
  const part = client.query(new Cursor('SELECT user_id FROM js_plays'));
  same((await read(part, 7)).length, 7, 'pg-cursor: some');
  await close(part);
  same((await client.query('SELECT NVL(NULL, 4) AS four')).rows[0].four, 4, 'the rest is left');
  error = await failure(read(client.query(new Cursor('SELECT NVL(1, 2), nosuch')), 1));
  same([error.code, error.position], ['42703', '19'], "pg-cursor: an error's place");

  await client.query("COPY js_plays (level) FROM 's3://clients/log_data' " +
    "IAM_ROLE 'arn:aws:iam::123456789012:role/r' JSON 'auto'");
  same(notices.some((text) => text.includes("Load into table 'js_plays' completed")), true, "COPY's INFO");
  await client.query('DROP TABLE js_plays');
  await client.end();

  const pool = new Pool({ ...config, max: 4 });
  const ids = [...Array(40).keys()];
  const pooled = await Promise.all(ids.map((i) => pool.query('SELECT NVL(NULL, $1::INT) AS i', [i])));
  same(pooled.map((r) => r.rows[0].i), ids, 'a pool');
  await pool.end();
  same((await failure(new Client({ ...config, password: 'wrong' }).connect())).code, '28P01', 'a wrong password');
}

// pg-cursor speaks promises from 2.9 on; older ones call back.
function read(cursor, count) {
  return new Promise((done, fail) => cursor.read(count, (error, rows) => (error ? fail(error) : done(rows))));
}
function close(cursor) { return new Promise((done, fail) => cursor.close((error) => (error ? fail(error) : done()))); }

main()
  .catch((error) => { console.log('not ok - ' + error.stack.replace(/\n/g, '\n# ')); failed++; })
  .finally(() => process.exit(failed ? 1 : 0));
