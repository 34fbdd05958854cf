#!/bin/bash
# run.sh [TEST...]: builds src/source and the unit tests under ASan and UBSan
# (SANITIZE=thread for TSan), runs them, prints TAP.  Needs no PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/../.."
sanitize=${SANITIZE:-address,undefined}
build=build/unit/$sanitize
flags="-std=gnu11 -g -O1 -Isrc -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror
  -fsanitize=$sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer $(xml2-config --cflags)"
mkdir -p "$build"
objects=()
stale() { [ ! -e "$1" ] || [ -n "$(find "$2" src/source test/unit -name '*.h' -newer "$1" -o -path "$2" -newer "$1" | head -1)" ]; }
for c in src/source/*.c; do
  [ -e "$c" ] || continue
  o=$build/$(basename "$c" .c).o
  if stale "$o" "$c"; then echo "${CC:-cc} $flags -c -o $o $c"; fi
  objects+=("$o")
done | xargs -r -P "$(nproc)" -d '\n' -n1 sh -c
rm -f "$build/libsource.a"; ar rcs "$build/libsource.a" "$build"/*.o
[ $# -gt 0 ] || set -- test/unit/test_*.c
status=0
for t in "$@"; do
  name=$(basename "$t" .c)
  ${CC:-cc} $flags -o "$build/$name" "test/unit/$name.c" "$build/libsource.a" \
    -lcurl -ljson-c -lxml2 -lz -lbz2 -lzstd -lcrypto -lpthread -lm
  echo "# $name"
  "$build/$name" || status=1
done
exit $status
