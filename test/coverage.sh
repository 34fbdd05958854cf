#!/bin/bash
# coverage.sh [TEST...]: which lines of src/source and src/gateway the unit tests reach: a table, the least
# covered file first; line by line in build/coverage/*.gcov.
set -euo pipefail
cd "$(dirname "$0")/.."
build=build/coverage; rm -rf "$build"; mkdir -p "$build"
flags="-std=gnu11 -g -O0 --coverage -Isrc $(xml2-config --cflags)"
[ $# -gt 0 ] || set -- test/unit/test_*.c
find src/source src/gateway -name '*.c' ! -path src/gateway/main.c |
  while read -r c; do echo "${CC:-cc} $flags -c -o $build/$(basename "$c" .c).o $c"; done |
  xargs -P "$(nproc)" -d '\n' -n1 sh -c
for t in "$@"; do
  name=$(basename "$t" .c)
  ${CC:-cc} -std=gnu11 -g -O0 -Isrc --coverage -o "$build/$name" "test/unit/$name.c" "$build"/*.o \
    -lcurl -ljson-c -lxml2 -lz -lbz2 -lzstd -lssl -lcrypto -lpthread -lm
  "$build/$name" >"$build/$name.log" 2>&1 || echo "$name fails" >&2
done
cd "$build"
gcov -n ./*.gcda 2>/dev/null |
  perl -ne '$file = $1 if m{^File .*?(src/\S+\.c)\x27};
    if (/^Lines executed:([\d.]+)% of (\d+)/ && $file) {
      printf "%6.1f %% of %4d  %s\n", $1, $2, $file;
      $hit += $1 * $2 / 100; $all += $2; $file = ""
    }
    END { printf "%6.1f %% of %4d  all\n", 100 * $hit / $all, $all if $all }' | sort -n
gcov ./*.gcda >/dev/null 2>&1
