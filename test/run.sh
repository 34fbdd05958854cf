#!/bin/bash
# run.sh [unit] [threads] [regress] [tap] [wire] [s3] [versions]: the tests, all but the last by default; ends with
# "N passed, N failed".
#
#   unit     plain-C code under ASan and UBSan, no server
#   threads  the feed's, the drain's and the mirror's unit tests under TSan
#   regress  pg_regress on a throwaway cluster
#   tap      test/t: what pg_regress can't show, each on the same throwaway cluster
#   wire     port 5439: the gateway on a server that preloads the module
#   s3       against a real S3 server and a scripted faulty one
#   versions the archive on the PostgreSQL of other Debian suites, in chroots (root only, 1.6 GB): continuous
#   integration has it
#
# A single part runs alone when named.  SKIP_DEPS=1 installs nothing; TEST_LOGS=DIRECTORY writes the logs elsewhere;
# TEST_MINUTES=N leaves out the versions when the rest took longer.
set -uo pipefail
cd "$(dirname "$0")/.."
parts=("$@"); [ $# -gt 0 ] || parts=(unit threads regress tap wire s3)
logs=${TEST_LOGS:-build}; mkdir -p "$logs"
log=$logs/test.log; : > "$log"
passed=0; failed=0; running=""; running_part=""

# Counts the TAP and pg_regress lines of a part's output; a part that dies without one counts as a failure.
count() { # NAME STATUS FILE
  local good bad
  good=$(grep -cE '^ok [0-9]+|^(test|  |\+ ) *[a-z0-9_ ]+ \.\.\. ok' "$3")
  bad=$(grep -cE '^not ok [0-9]+|^(test|  |\+ ) *[a-z0-9_ ]+ \.\.\. .*FAILED' "$3")
  if [ "$2" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  # what has said that it can't be run here counts for nothing
  if [ "$good" = 0 ] && [ "$bad" = 0 ] && ! grep -q '^# skipped' "$3"; then echo "$1 ran no test"; bad=1; fi
  passed=$((passed + good)); failed=$((failed + bad))
  echo "== $1: $good passed, $bad failed"
}

# Runs a part in a session of its own, so that all of it can be ended.
part() { # NAME COMMAND...
  local out=$logs/test-$1.log status=0
  running_part=$1; shift
  echo "== $running_part"
  setsid "$@" >"$out" 2>&1 </dev/null & running=$!
  wait "$running" || status=$?
  running=""
  if [ $status = 0 ]; then grep -E '^not ok|# SKIP|^# skipped' "$out"; else tail -n 150 "$out"; fi
  count "$running_part" $status "$out"
  cat "$out" >>"$log"
}

# Ctrl-C: the part under way is ended, clears up behind itself, and counts as failed.
interrupted() {
  trap '' INT TERM HUP
  if [ -n "$running" ]; then
    pkill -TERM -s "$running"
    for _ in $(seq 100); do pgrep -s "$running" >/dev/null || break; sleep 0.1; done
    pkill -KILL -s "$running"
    failed=$((failed + 1))
    echo "== $running_part: cut short, so none of it counts as passed; what comes after it did not run"
  fi
  echo "$passed passed, $failed failed"
  exit 130
}
trap interrupted INT TERM HUP

# What the parts need besides a compiler and a server.
needs() { # PART...
  local p
  for p in "$@"; do
    case $p in tap) echo "export browser" ;; wire) echo clients ;; s3) echo s3 ;; versions) echo versions ;; esac
  done
}
[ -n "${SKIP_DEPS:-}" ] || test/deps.sh build test $(needs "${parts[@]}") || exit 1
for p in "${parts[@]}"; do
  case $p in
    unit) part unit test/unit/run.sh ;;
    threads)
      part threads env SANITIZE=thread test/unit/run.sh test_feed test_feed_end test_drain test_mirror_store ;;
    regress) part regress test/cluster.sh regress ;;
    tap) part tap test/cluster.sh run test/tap.sh test/t/*.sh ;;
    wire) part wire test/wire/run.sh ;;
    s3) part s3 test/s3/run.sh ;;
    versions)
      if [ "$SECONDS" -gt $((${TEST_MINUTES:-600} * 60)) ]; then
        echo "== versions: left out for want of time; make versions"
      else part versions test/versions.sh; fi ;;
    *) echo "unknown part: $p" >&2; exit 2 ;;
  esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
