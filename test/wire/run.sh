#!/bin/bash
# run.sh [SCRIPT...]: the tests of port 5439, each with a database of its own on one throwaway cluster
# that preloads the module, listens on loopback and offers the endpoint on WIRE_PORT.
set -uo pipefail
cd "$(dirname "$0")/../.."
free_port() { perl -MIO::Socket::INET -e \
  'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }
export WIRE_PORT=$(free_port) PGPORT=$(free_port)
export SERVER_SETTINGS="port=$PGPORT listen_addresses=127.0.0.1 shared_preload_libraries=sparkify_dwh\
 sparkify_dwh.endpoint_port=$WIRE_PORT max_connections=1100 sparkify_dwh.endpoint_clients=1050"
[ $# -gt 0 ] || set -- test/wire/[0-9]*.sh
exec test/cluster.sh run env PGPORT="$PGPORT" test/tap.sh "$@"
