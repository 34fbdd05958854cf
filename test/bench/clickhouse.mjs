// clickhouse.mjs: the whole ELT in ClickHouse, timed from inside the process.
//
//   node clickhouse.mjs DIRECTORY BUCKET_DIRECTORY THREADS
//
// Prints "name milliseconds" lines as duckdb.mjs does.  The engine is npm's chdb, which is ClickHouse in
// a library; tables on disk, unsorted, which is the fastest way to fill them.
import { Session } from 'chdb';
import { rmSync } from 'node:fs';

const [directory, bucket, threads] = process.argv.slice(2);
rmSync(directory, { recursive: true, force: true });
const session = new Session(directory);
for (const [name, value] of Object.entries({ max_threads: threads, max_insert_threads: threads, join_use_nulls: 1 }))
  session.query(`SET ${name} = ${value}`);
session.query('CREATE DATABASE bench');

const eventColumns = `artist Nullable(String), auth Nullable(String), firstName Nullable(String),
  gender Nullable(String),
  itemInSession Nullable(Int32), lastName Nullable(String), length Nullable(Float64), level Nullable(String),
  location Nullable(String), method Nullable(String), page Nullable(String), registration Nullable(String),
  sessionId Nullable(Int32), song Nullable(String), status Nullable(Int32), ts Nullable(Int64),
  userAgent Nullable(String),
  userId Nullable(String)`;
const songColumns = `artist_id Nullable(String), artist_latitude Nullable(Float64), artist_location Nullable(String),
  artist_longitude Nullable(Float64), artist_name Nullable(String), duration Nullable(Float64),
  num_songs Nullable(Int32),
  song_id Nullable(String), title Nullable(String), year Nullable(Int32)`;

const statements = {
  staging_events: `SELECT * REPLACE (toInt32OrNull(userId) AS userId)
    FROM file('${bucket}/log_data/*/*/*.json', JSONEachRow, '${eventColumns}')`,
  staging_songs: `SELECT * FROM file('${bucket}/song_data/*/*/*/*.json', JSONEachRow, '${songColumns}')`,
  users: `SELECT userId AS user_id, argMax(firstName, ts) AS first_name, argMax(lastName, ts) AS last_name,
      argMax(gender, ts) AS gender, argMax(level, ts) AS level
    FROM bench.staging_events WHERE userId IS NOT NULL GROUP BY userId HAVING countIf(page = 'NextSong') > 0`,
  artists: `SELECT artist_id, any(artist_name) AS name, any(artist_location) AS location,
    any(artist_latitude) AS latitude,
      any(artist_longitude) AS longitude
    FROM bench.staging_songs GROUP BY artist_id`,
  songs: `SELECT song_id, any(title) AS title, any(artist_id) AS artist_id, any(year) AS year, any(duration) AS duration
    FROM bench.staging_songs GROUP BY song_id`,
  songplays: `SELECT rowNumberInAllBlocks() AS songplay_id, fromUnixTimestamp64Milli(assumeNotNull(e.ts)) AS start_time,
      e.userId AS user_id, e.level AS level, s.song_id AS song_id, s.artist_id AS artist_id, e.sessionId AS session_id,
      e.location AS location, e.userAgent AS user_agent
    FROM bench.staging_events AS e LEFT JOIN (
      SELECT title, artist_name, duration, min(o.song_id) AS song_id, argMin(o.artist_id, o.song_id) AS artist_id
      FROM bench.staging_songs AS o GROUP BY title, artist_name, duration) AS s
    ON e.song = s.title AND e.artist = s.artist_name AND e.length = s.duration
    WHERE e.page = 'NextSong'`,
  time: `SELECT start_time, toHour(start_time) AS hour, toDayOfMonth(start_time) AS day, toISOWeek(start_time) AS week,
      toMonth(start_time) AS month, toYear(start_time) AS year, dateName('weekday', start_time) AS weekday
    FROM (SELECT DISTINCT start_time FROM bench.songplays)`,
};

let total = 0;
for (const [name, statement] of Object.entries(statements)) {
  const start = process.hrtime.bigint();
  session.query(`CREATE TABLE bench.${name} ENGINE = MergeTree ORDER BY tuple() AS ${statement}`);
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  total += milliseconds;
  console.log(name, milliseconds.toFixed(0));
}
console.log('rows', session.query('SELECT count() FROM bench.songplays', 'CSV').trim());
console.log('total', total.toFixed(0));
session.cleanup();
