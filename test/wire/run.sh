#!/bin/bash
# run.sh [SCRIPT...]: the tests of port 5439, each with a database of its own on one throwaway cluster
# that preloads the module, listens on loopback and offers the endpoint on WIRE_PORT.
set -uo pipefail
cd "$(dirname "$0")/../.."
free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }
if [ "${1:-}" = --scripts ]; then
  shift; status=0
  [ $# -gt 0 ] || set -- test/wire/[0-9]*.sh
  for t in "$@"; do
    db=w_$(basename "$t" .sh | tr -c 'a-z0-9\n' '_')
    createdb "$db"
    echo "# $t"
    PGDATABASE=$db "$t" || { status=1; echo "# $t exited with an error"; }
  done
  exit $status
fi
export WIRE_PORT=$(free_port) PGPORT=$(free_port)
export SERVER_SETTINGS="port=$PGPORT listen_addresses=127.0.0.1 shared_preload_libraries=sparkify_dwh sparkify_dwh.endpoint_port=$WIRE_PORT max_connections=1100 sparkify_dwh.endpoint_clients=1050"
exec test/cluster.sh run env PGPORT="$PGPORT" test/wire/run.sh --scripts "$@"
