#!/bin/bash
# run.sh [TEST...]: builds src/source and src/gateway and the unit tests under ASan and UBSan
# (SANITIZE=thread for TSan), runs them, prints TAP.  Needs no PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/../.."
sanitize=${SANITIZE:-address,undefined}
build=build/unit/$sanitize
flags="-std=gnu11 -g -O1 -Isrc -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror"
flags+=" -fsanitize=$sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer $(xml2-config --cflags)"
mkdir -p "$build"

stale() { # OBJECT SOURCE: whether the source or any header is newer
  [ ! -e "$1" ] || [ "$2" -nt "$1" ] ||
    [ -n "$(find src/source src/gateway src/endpoint/answer.h test/unit -name '*.h' -newer "$1" | head -1)" ]
}

for c in $(find src/source src/gateway -name '*.c' ! -path src/gateway/main.c); do
  o=$build/$(basename "$c" .c).o
  if stale "$o" "$c"; then echo "${CC:-cc} $flags -c -o $o $c"; fi
done | xargs -r -P "$(nproc)" -d '\n' -n1 sh -c
for o in "$build"/*.o; do [ -n "$(find src/source src/gateway -name "$(basename "$o" .o).c")" ] || rm -f "$o"; done
rm -f "$build/libsource.a"; ar rcs "$build/libsource.a" "$build"/*.o
programs=()
[ $# -gt 0 ] || { set -- test/unit/test_*.c; programs=(test/fuzz/replay.sh); }
libraries="$build/libsource.a -lcurl -ljson-c -lxml2 -lz -lbz2 -lzstd -lssl -lcrypto -lpthread -lm"
for t in "$@"; do
  name=$(basename "$t" .c)
  ${CC:-cc} $flags -o "$build/$name" "test/unit/$name.c" $libraries
  programs+=("$build/$name")
done
export UNIT_BUILD=$build UNIT_FLAGS=$flags UNIT_LIBRARIES=$libraries # for replay.sh
exec prove --verbose --merge --norc --exec '' "${programs[@]}"
