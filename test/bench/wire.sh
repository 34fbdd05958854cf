#!/bin/bash
# wire.sh: what the endpoint on port 5439 costs, against the same client direct (wire_bench.c), and the memory of idle
# clients.
#
#   IDLE=1000   clients that stay idle, without and with TLS
#
# On a cluster of its own that preloads the module.  The doors take turns, so a busy machine is busy for each of them.
set -euo pipefail
cd "$(dirname "$0")/../.."
# The processes of clients that do nothing: their memory, with what they share in part.
if [ "${1:-}" = --weigh ]; then
  for pid in $(pgrep -P "$2"); do awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup"; done | sort -n |
    awk '{ v[NR] = $1 } END { printf "%d idle clients: %d kB each at the median, %d kB at most  (at most 2048: %s)\n",
      NR, v[int((NR + 1) / 2)], v[NR], v[NR] <= 2048 ? "holds" : "does not hold" }'
  exit
fi
idle=${IDLE:-1000}
free_port() { perl -MIO::Socket::INET \
  -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }
port=$(free_port)
. test/cluster.sh
mkdir -p build/bench
cc -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -I"$($PG_CONFIG --includedir)" \
  -o build/bench/wire_bench test/bench/wire_bench.c \
  -L"$($PG_CONFIG --libdir)" -lpq
server_port=$(free_port)
cluster_start port="$server_port" listen_addresses=127.0.0.1 shared_preload_libraries=sparkify_dwh \
  sparkify_dwh.endpoint_port="$port" \
  max_connections=$((idle + 50)) sparkify_dwh.endpoint_clients=$((idle + 50)) shared_buffers=512MB autovacuum=off
export PGPORT=$server_port PGPASSWORD=Passw0rd
printf 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n' >"$CLUSTER/server/data/pg_hba.conf"
psql -Xq -v ON_ERROR_STOP=1 <<'SQL' >/dev/null
CREATE EXTENSION sparkify_dwh;
CREATE ROLE client LOGIN PASSWORD 'Passw0rd';
GRANT SET ON PARAMETER sparkify_dwh.query_log TO client;
CREATE TABLE songs AS SELECT i AS song_id, 'title ' || i AS title, i % 500 AS artist_id
  FROM generate_series(1, 100000) i;
CREATE INDEX ON songs (song_id);
CREATE TABLE artists AS SELECT i AS artist_id, 'genre ' || i % 7 AS genre FROM generate_series(0, 499) i;
CREATE TABLE million AS SELECT i AS song_id, 'title ' || i AS title, i / 10.0::float8 AS duration
  FROM generate_series(1, 1000000) i;
CREATE TABLE plays (id INT, at TIMESTAMP, who VARCHAR(40), length FLOAT8, price NUMERIC(18,0), level VARCHAR(10));
GRANT ALL ON ALL TABLES IN SCHEMA public TO client;
VACUUM ANALYZE;
SELECT pg_reload_conf();
SQL
door() { echo "host=127.0.0.1 port=$1 dbname=postgres user=client sslmode=$2"; }
for _ in $(seq 100); do psql -Xqc 'SELECT 1' "$(door "$port" disable)" >/dev/null 2>&1 && break; sleep 0.1; done

# floats are printed with Redshift's 15 digits through each door: PostgreSQL's own shortest form takes it half the time
printf '%-34s %10s %10s %10s  ratios to direct\n' "median microseconds" direct endpoint TLS
build/bench/wire_bench "$(door "$server_port" disable) options='-c extra_float_digits=0'" "$(door "$port" disable)" \
  "$(door "$port" require)"
printf '\n%-34s %10s %10s  median ratio of pairs (quartiles)\n' "through the endpoint" unrecorded recorded
build/bench/wire_bench --recording "$(door "$port" disable)"

gateway=$(pgrep -f "sparkify_gateway --lifeline --port=$port" | head -1)
for mode in disable require; do
  echo "sslmode=$mode"
  build/bench/wire_bench --idle "$idle" "$(door "$port" $mode)" "test/bench/wire.sh --weigh $gateway"
  sleep 2
done
