#!/bin/bash
# run.sh [TEST...]: the S3 store against a real S3 server and a faulty one; prints TAP.
#
# The store's own tests run on a driver without PostgreSQL, built under ASan and
# UBSan; COPY's and UNLOAD's run on a throwaway cluster.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd); cd "$here/../.."
if [ "${1:-}" = --one ]; then
  case $(basename "$2") in
    t_copy.sh) export SERVER_SETTINGS="session_preload_libraries=sparkify_dwh log_min_messages=debug5 log_statement=all"
      exec test/cluster.sh run "$2" ;;
    t_unload.sh) export SERVER_SETTINGS="session_preload_libraries=sparkify_dwh"
      exec test/cluster.sh run "$2" ;;
    *) exec "$2" ;;
  esac
fi
[ $# -gt 0 ] || set -- t_store t_faults t_credentials t_copy t_unload
S3_DRIVER=$("$here/build.sh") || exit 1
export S3_DRIVER
dir=$(mktemp -d); trap '"$here/server.sh" down "$dir/s3"; rm -rf "$dir"' EXIT
chmod 755 "$dir"
"$here/server.sh" up "$dir/s3" || exit 1
"$here/server.sh" env "$dir/s3" | tr ' ' '\n' >"$dir/env"
export S3_ENV=$dir/env # a file: a server logs its environment at debug5, and a secret there would be ours
scripts=("${@/#/$here/}"); scripts=("${scripts[@]/%/.sh}")
prove --verbose --merge --norc --exec "$here/run.sh --one" "${scripts[@]}"
