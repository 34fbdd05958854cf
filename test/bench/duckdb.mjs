// duckdb.mjs: the same work in DuckDB, timed from inside the process.
//
//   node duckdb.mjs load|songs|elt|unload DATABASE|:memory: BUCKET_DIRECTORY THREADS
//
// Prints "name milliseconds" lines.  The statements are what a DuckDB user
// would write: typed columns, no order kept, which is DuckDB's fastest way.
// On disk the elt ends with a line of its own for what DuckDB writes at last.
import { DuckDBInstance } from '@duckdb/node-api';
import { rmSync } from 'node:fs';

const [what, database, bucket, threads] = process.argv.slice(2);
if (database !== ':memory:') for (const end of ['', '.wal']) rmSync(database + end, { force: true });
const instance = await DuckDBInstance.create(database, { threads });
const connection = await instance.connect();
await connection.run('SET preserve_insertion_order = false');

const eventColumns = `{artist: 'VARCHAR', auth: 'VARCHAR', firstName: 'VARCHAR', gender: 'VARCHAR',
  itemInSession: 'INTEGER', lastName: 'VARCHAR', length: 'DOUBLE', level: 'VARCHAR', location: 'VARCHAR',
  method: 'VARCHAR', page: 'VARCHAR', registration: 'VARCHAR', sessionId: 'INTEGER', song: 'VARCHAR',
  status: 'INTEGER', ts: 'BIGINT', userAgent: 'VARCHAR', userId: 'VARCHAR'}`;
const songColumns = `{artist_id: 'VARCHAR', artist_latitude: 'DOUBLE', artist_location: 'VARCHAR',
  artist_longitude: 'DOUBLE', artist_name: 'VARCHAR', duration: 'DOUBLE', num_songs: 'INTEGER',
  song_id: 'VARCHAR', title: 'VARCHAR', year: 'INTEGER'}`;

const load = {
  staging_events: `CREATE TABLE staging_events AS
    SELECT * REPLACE (TRY_CAST(NULLIF(userId, '') AS INTEGER) AS userId)
    FROM read_json('${bucket}/log_data/*/*/*.json', format = 'newline_delimited', columns = ${eventColumns})`,
};
const songs = {
  staging_songs: `CREATE TABLE staging_songs AS
    SELECT * FROM read_json('${bucket}/song_data/*/*/*/*.json', format = 'newline_delimited',
      columns = ${songColumns})`,
};
const elt = {
  ...load,
  ...songs,
  users: `CREATE TABLE users AS
    SELECT userId AS user_id, arg_max(firstName, ts) AS first_name, arg_max(lastName, ts) AS last_name,
      arg_max(gender, ts) AS gender, arg_max(level, ts) AS level
    FROM staging_events WHERE userId IS NOT NULL GROUP BY userId HAVING bool_or(page = 'NextSong')`,
  artists: `CREATE TABLE artists AS
    SELECT artist_id, any_value(artist_name) AS name, any_value(artist_location) AS location,
      any_value(artist_latitude) AS latitude, any_value(artist_longitude) AS longitude
    FROM staging_songs GROUP BY artist_id`,
  songs: `CREATE TABLE songs AS
    SELECT song_id, any_value(title) AS title, any_value(artist_id) AS artist_id, any_value(year) AS year,
      any_value(duration) AS duration
    FROM staging_songs GROUP BY song_id`,
  songplays: `CREATE TABLE songplays AS
    SELECT row_number() OVER () - 1 AS songplay_id, make_timestamp(ts * 1000) AS start_time, e.userId AS user_id,
      e.level,
      s.song_id, s.artist_id, e.sessionId AS session_id, e.location, e.userAgent AS user_agent
    FROM staging_events e LEFT JOIN (
      SELECT title, artist_name, duration, min(song_id) AS song_id, arg_min(artist_id, song_id) AS artist_id
      FROM staging_songs GROUP BY ALL) s ON e.song = s.title AND e.artist = s.artist_name AND e.length = s.duration
    WHERE e.page = 'NextSong'`,
  time: `CREATE TABLE time AS
    SELECT start_time, hour(start_time) AS hour, day(start_time) AS day, week(start_time) AS week,
      month(start_time) AS month, year(start_time) AS year, dayname(start_time) AS weekday
    FROM (SELECT DISTINCT start_time FROM songplays)`,
};

// What is unloaded is loaded before; only writing it is timed.
const unload = Object.fromEntries(['csv', 'json'].flatMap((format) => ['', 'zstd'].map((packed) =>
  [format + (packed && '_' + packed),
    `COPY staging_events TO 'unloaded' (FORMAT ${format}${packed && ', COMPRESSION ' + packed})`])));
if (what === 'unload') await connection.run(load.staging_events);

let total = 0;
for (const [name, statement] of Object.entries({ load, songs, elt, unload }[what])) {
  await timed(name, statement);
  if (database !== ':memory:' && (what === 'load' || what === 'songs')) await timed('checkpoint', 'CHECKPOINT');
}
if (database !== ':memory:' && what === 'elt') await timed('checkpoint', 'CHECKPOINT');

async function timed(name, statement) {
  const start = process.hrtime.bigint();
  await connection.run(statement);
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  total += milliseconds;
  console.log(name, milliseconds.toFixed(0));
}

const table = what === 'songs' ? 'staging_songs' : 'staging_events';
const rows = await (await connection.run(`SELECT count(*) FROM ${table}`)).getRows();
console.log('rows', String(rows[0][0]));
console.log('total', total.toFixed(0));
connection.closeSync();
