#!/bin/bash
# asan.sh [regress [TEST...] | tap [SCRIPT...] | wire [SCRIPT...]]: tests of the server with
# the module, and the gateway, under AddressSanitizer and UBSan, inside a real server; all
# pg_regress tests without arguments.  A finding aborts its process and fails the run; its
# report is printed and kept in build/asan.
#
# The module alone is instrumented, PostgreSQL is not: of its memory contexts ASan sees the blocks, not the pieces.
# It is built in a copy of the tree, so that the objects of an ordinary build stay as they are.
set -uo pipefail
cd "$(dirname "$0")/.."
top=$PWD tree=$PWD/build/asan/tree
mkdir -p "$tree"
what=${1:-regress}; shift || true

# What has changed is copied with its times, what has gone is removed: make builds only what it must.
files() { find Makefile README.md ./*.sql ./*.control src sql expected test doc -type f ! -name '*.o' -print0; }
files | xargs -0 cp -pu --parents -t "$tree" || exit 1
(cd "$tree" && files) | while IFS= read -r -d '' file; do [ -e "$file" ] || rm -f "$tree/$file"; done

# Where the runtime writes what it finds: the server's account has to be able to.
reports=$(mktemp -d "${TMPDIR:-/tmp}/sparkify-asan.XXXXXX"); chmod 1777 "$reports"
trap 'rm -rf "$reports"' EXIT
export SERVER_LOG_COPY=$top/build/asan/server.log
: >"$SERVER_LOG_COPY" # each server adds its own, also those that a test starts for itself
export COPT="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -O1 -g"
runtime=$(${CC:-gcc} -print-file-name=libasan.so)
${CC:-gcc} -O1 -fPIC -shared -w -o "$reports/no_gettext.so" test/fuzz/no_gettext.c || exit 1
common="abort_on_error=1:log_path=$reports/finding"
# Leaks are no findings: a server keeps what it has until it ends.  Its stack is measured by address, so no fake stacks.
# Its strstr() measures the whole text at each call, so that a loop over the hits would be quadratic.
export SERVER_ENV="LD_PRELOAD=$runtime:$reports/no_gettext.so\
 ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0:intercept_strstr=0:$common"
SERVER_ENV+=" UBSAN_OPTIONS=print_stacktrace=1:$common"

# Tests of memory have another limit: what is freed is kept for a while, to find who uses it still.
export SANITIZED=1
export LIMIT_MS=${LIMIT_MS:-5000} # everything is slower, and so is a cancel
# Instrumented code makes the compiler guess otherwise: warnings are judged in the ordinary build.
export WERROR=

cd "$tree" || exit 1
status=0
case $what in
  regress) test/cluster.sh regress "$@" || status=1 ;;
  tap)
    [ $# -gt 0 ] || set -- test/t/*.sh
    test/cluster.sh run test/tap.sh "$@" || status=1
    ;;
  wire) test/wire/run.sh "$@" || status=1 ;;
  *) echo "usage: $0 [regress [TEST...] | tap [SCRIPT...] | wire [SCRIPT...]]" >&2; exit 2 ;;
esac
# ASan writes to files of its own, UBSan to the server's log.
for finding in "$reports"/finding.*; do
  [ -e "$finding" ] || continue
  status=1; cp "$finding" "$top/build/asan/"; cat "$finding" >&2
done
! grep -A 12 'runtime error:' "$SERVER_LOG_COPY" >&2 || status=1
[ $status = 0 ] && echo "ok - no finding of the sanitizers" || echo "not ok - see above"
exit $status
