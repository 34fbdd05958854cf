#!/bin/bash
# Ctrl-C ends make test at once: what it had started is gone, and the part cut short counts as failed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
mkdir "$dir/tmp"; chmod 755 "$dir" "$dir/tmp"

# A shell lets its background jobs ignore Ctrl-C; perl takes that back.
TMPDIR=$dir/tmp TEST_LOGS=$dir SKIP_DEPS=1 perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' test/run.sh wire >"$dir/out" \
  2>&1 &
run=$!
for _ in $(seq 600); do
  grep -q '^ok 1 ' "$dir/test-wire.log" 2>/dev/null && break
  sleep 0.2
done
is "a part is under way" "$(grep -c '^ok 1 ' "$dir/test-wire.log")" 1
servers=$(pgrep -fc "$dir/tmp")
is "with a server" "$((servers > 0))" 1

begun=$SECONDS
kill -INT $run; wait $run; status=$?
is "it ends" "$status" 130
is "within seconds" "$((SECONDS - begun <= 15))" 1
is "what was cut short counts as failed" "$(tail -n 1 "$dir/out")" "0 passed, 1 failed"
is "no server is left" "$(pgrep -fc "$dir/tmp")" 0
is "nor a file" "$(ls -A "$dir/tmp")" ""
echo "1..$n"
exit $failed
