#!/bin/bash
# cluster.sh: a throwaway PostgreSQL with this tree's extension installed in it.
#
#   test/cluster.sh run COMMAND...   builds, starts, runs the command with PGHOST, PGUSER,
#                                    PGDATABASE and SPARKIFY_ROOT set, stops, removes
#   test/cluster.sh psql [ARGS]      the same with psql and the extension created
#   test/cluster.sh regress [TESTS]  pg_regress, all tests or some
#   . test/cluster.sh                the functions, for other scripts
#
# The server runs from a private copy of PostgreSQL's programs, so nothing is
# installed into the user's PostgreSQL and nothing needs root: PostgreSQL finds
# its libraries relative to its own binary.  As root, the server runs as an
# unprivileged account, because it refuses root.
set -euo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PG_CONFIG=${PG_CONFIG:-pg_config}
CLUSTER=""

# Runs a command as the account the server runs as.
as_server() {
  if [ "$(id -u)" = 0 ]; then
    local account=postgres; id postgres >/dev/null 2>&1 || account=nobody
    setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups "$@"
  else
    "$@"
  fi
}

# pg_ctl as that account, with what the server alone gets (SERVER_ENV, NAME=VALUE words): whatever starts a server goes
# through here, so that one that is started again is under the sanitizers again.
server_ctl() {
  # shellcheck disable=SC2086
  as_server env ${SERVER_ENV:-} "$SERVER_BIN/pg_ctl" "$@"
}

server_account() {
  if [ "$(id -u)" != 0 ]; then id -un; elif id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# Builds the extension and lays out the private copy below $CLUSTER.
cluster_install() {
  local bin lib share
  bin=$($PG_CONFIG --bindir); lib=$($PG_CONFIG --pkglibdir); share=$($PG_CONFIG --sharedir)
  make -s -C "$TOP" -j"$(nproc)" PG_CONFIG="$PG_CONFIG" WERROR="${WERROR--Werror}" all >&2
  mkdir -p "$CLUSTER$bin" "$(dirname "$CLUSTER$lib")" "$(dirname "$CLUSTER$share")"
  cp "$bin"/{postgres,initdb,pg_ctl,psql,pg_dump,pg_restore,createdb} "$CLUSTER$bin/"
  cp -rs "$lib" "$CLUSTER$lib"
  cp -rs "$share" "$CLUSTER$share"
  rm -rf "$CLUSTER$lib/pgxs" "$CLUSTER$lib/sparkify_dwh.so" "$CLUSTER$share"/extension/sparkify_dwh*
  make -s -C "$TOP" PG_CONFIG="$PG_CONFIG" DESTDIR="$CLUSTER" install >/dev/null
  SERVER_BIN=$CLUSTER$bin
}

# Starts the server; $1... are more settings for it, SERVER_ENV variables (NAME=VALUE) that it alone gets.
# AWS_* variables of the caller do not reach it.
cluster_start() {
  CLUSTER=$(mktemp -d "${TMPDIR:-/tmp}/sparkify.XXXXXX")
  chmod 755 "$CLUSTER"
  trap cluster_stop EXIT
  trap 'exit 130' INT TERM HUP
  cluster_install
  cp -r "$TOP/test/mirror" "$CLUSTER/mirror" 2>/dev/null || mkdir "$CLUSTER/mirror"
  chmod -R a+rX "$CLUSTER"
  mkdir "$CLUSTER/server"
  [ "$(id -u)" != 0 ] || chown "$(server_account)" "$CLUSTER/server"
  as_server "$SERVER_BIN/initdb" -D "$CLUSTER/server/data" -U postgres -A trust -E UTF8 \
    --locale=C.UTF-8 --no-sync >"$CLUSTER/initdb.log" 2>&1 || { cat "$CLUSTER/initdb.log" >&2; exit 1; }
  local settings="-F -k $CLUSTER/server -c listen_addresses= -c max_prepared_transactions=4" s
  for s in "$@"; do settings+=" -c $s"; done
  (cd "$CLUSTER/server" && env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_PROFILE HOME="$CLUSTER/server" \
    SERVER_BIN="$SERVER_BIN" bash -c "$(declare -f as_server server_ctl); server_ctl \"\$@\"" _ \
    -D data -w -s -o "$settings" -l "$CLUSTER/server/log" start) ||
    { cat "$CLUSTER/server/log" >&2; exit 1; }
  export PGHOST=$CLUSTER/server PGUSER=postgres PGDATABASE=postgres SPARKIFY_ROOT=$CLUSTER SERVER_BIN
  export PATH="$SERVER_BIN:$PATH"
  unset PGPORT PGOPTIONS PGSERVICE PGPASSWORD PGHOSTADDR
}

# Stops the server and removes everything; its log is added to SERVER_LOG_COPY.  Safe to call twice.
cluster_stop() {
  local status=$?
  trap - EXIT
  if [ -n "$CLUSTER" ]; then
    [ ! -e "$CLUSTER/server/data/postmaster.pid" ] ||
      server_ctl -D "$CLUSTER/server/data" -s -m immediate stop >/dev/null 2>&1 || true
    [ -z "${SERVER_LOG_COPY:-}" ] || cat "$CLUSTER/server/log" >>"$SERVER_LOG_COPY" || true
    rm -rf "$CLUSTER"
  fi
  exit $status
}

# Runs pg_regress on the started server, from a copy the server's account can read; as a superuser and in a database
# whose names no test may know.
cluster_regress() {
  local tests=("$@") out=$TOP/build/regress dir=$CLUSTER/regress
  [ $# -gt 0 ] || mapfile -t tests < <(cd "$TOP/sql" && ls -- *.sql | sed 's/\.sql$//')
  rm -rf "$out" "$dir"; mkdir -p "$out" "$dir/test"
  cp -r "$TOP/sql" "$TOP/expected" "$dir/"
  cp -r "$TOP/test/mirror" "$dir/test/" 2>/dev/null || true
  chmod -R a+rX "$dir"
  psql -X -q -c 'CREATE ROLE "Any Superuser" SUPERUSER LOGIN'
  "$($PG_CONFIG --pkglibdir)/pgxs/src/test/regress/pg_regress" --inputdir="$dir" --outputdir="$out" \
    --bindir="$($PG_CONFIG --bindir)" --dbname=any_database --user="Any Superuser" "${tests[@]}"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  command=${1:-psql}; shift || true
  cluster_start ${SERVER_SETTINGS:-}
  case $command in
    run) "$@" ;;
    psql) psql -q -c 'CREATE EXTENSION sparkify_dwh' && psql "$@" ;;
    regress) cluster_regress "$@" || { cat "$TOP/build/regress/regression.diffs" 2>/dev/null; exit 1; } ;;
    *) echo "usage: $0 run COMMAND | psql [ARGS] | regress [TESTS]" >&2; exit 2 ;;
  esac
fi
