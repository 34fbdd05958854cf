#!/bin/bash
# tap.sh SCRIPT...: runs scripts that print TAP, each with a database of its own on the cluster that PGHOST
# names, under prove: it sees to it that each of them says how many tests it has, and has run them all.
#
#   test/cluster.sh run test/tap.sh test/t/010_real_data.sh
set -uo pipefail
if [ "${1:-}" != --one ]; then
  exec prove --verbose --merge --norc --timer --exec "$0 --one" "$@"
fi
script=$2
PGDATABASE=$(basename "$(dirname "$script")")_$(basename "$script" .sh | tr -c 'a-z0-9\n' '_')
createdb "$PGDATABASE" && export PGDATABASE && exec "$script"
