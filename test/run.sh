#!/bin/bash
# run.sh [unit] [threads] [regress] [tap] [wire] [s3]: the tests, all by default; ends with "N passed, N failed".
#
#   unit     plain-C code under ASan and UBSan, no server
#   threads  the feed's and the drain's unit tests under TSan
#   regress  pg_regress on a throwaway cluster
#   tap      test/t: what pg_regress can't show, each on the same throwaway cluster
#   wire     port 5439: the gateway on a server that preloads the module
#   s3       against a real S3 server and a scripted faulty one
#
# A single part runs alone when named.  SKIP_DEPS=1 installs nothing.
set -uo pipefail
cd "$(dirname "$0")/.."
parts=("$@"); [ $# -gt 0 ] || parts=(unit threads regress tap wire s3)
mkdir -p build
log=build/test.log; : > "$log"
passed=0; failed=0

# Counts the TAP and pg_regress lines of a part's output; a part that dies without one counts as a failure.
count() { # NAME STATUS FILE
  local good bad
  good=$(grep -cE '^ok [0-9]+|^(test|  |\+ ) *[a-z0-9_ ]+ \.\.\. ok' "$3")
  bad=$(grep -cE '^not ok [0-9]+|^(test|  |\+ ) *[a-z0-9_ ]+ \.\.\. .*FAILED' "$3")
  if [ "$2" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  if [ "$good" = 0 ] && [ "$bad" = 0 ]; then echo "$1 ran no test"; bad=1; fi
  passed=$((passed + good)); failed=$((failed + bad))
  echo "== $1: $good passed, $bad failed"
}

part() { # NAME COMMAND...
  local name=$1 out=build/test-$1.log status=0; shift
  echo "== $name"
  "$@" >"$out" 2>&1 </dev/null || status=$?
  if [ $status = 0 ]; then grep -E '^not ok|# SKIP|^# skipped' "$out"; else tail -n 150 "$out"; fi
  count "$name" $status "$out"
  cat "$out" >>"$log"
}

# Each script prints TAP; all of them share one throwaway cluster, each with a database of its own.
tap_scripts() {
  local status=0 t db
  for t in test/t/*.sh test/t/*.pl; do
    [ -e "$t" ] || continue
    db=t_$(basename "$t" | tr -c 'a-z0-9\n' '_' | sed -E 's/_(sh|pl)$//')
    createdb "$db"
    echo "# $t"
    PGDATABASE=$db "$t" || { status=1; echo "# $t exited with an error"; }
  done
  return $status
}

if [ "${1:-}" = --tap-scripts ]; then tap_scripts; exit; fi
[ -n "${SKIP_DEPS:-}" ] || test/deps.sh build test clients s3 export browser || exit 1
for p in "${parts[@]}"; do
  case $p in
    unit) part unit test/unit/run.sh ;;
    threads) part threads env SANITIZE=thread test/unit/run.sh test_feed test_drain ;;
    regress) part regress test/cluster.sh regress ;;
    tap) part tap test/cluster.sh run test/run.sh --tap-scripts ;;
    wire) part wire test/wire/run.sh ;;
    s3) part s3 test/s3/run.sh ;;
    *) echo "unknown part: $p" >&2; exit 2 ;;
  esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
