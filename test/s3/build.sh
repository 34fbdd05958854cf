#!/bin/bash
# build.sh: builds src/source and the driver under ASan and UBSan (SANITIZE=thread,
# SANITIZE=none), and prints the driver's path.  Needs no PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/../.."
sanitize=${SANITIZE:-address,undefined}
build=build/s3/$sanitize
flags="-std=gnu11 -g -O1 -Isrc -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror"
flags="$flags $(xml2-config --cflags)"
[ "$sanitize" = none ] && flags="${flags/-O1/-O2}" ||
  flags="$flags -fsanitize=$sanitize -fno-sanitize-recover=all -fno-omit-frame-pointer"
mkdir -p "$build"
newest=$(find src/source -name '*.h' -printf '%T@\n' | sort -n | tail -1)
for c in src/source/base/{failure,text_buffer,threads,utf8}.c src/source/store/object_store.c src/source/aws/*.c \
  src/source/aws/*/*.c src/source/s3/*.c src/source/s3/*/*.c test/s3/s3_driver.c; do
  o=$build/$(basename "$c" .c).o
  if [ "$o" -ot "$c" ] || [ "$(stat -c %Y "$o" 2>/dev/null || echo 0)" -lt "${newest%.*}" ]; then
    echo "${CC:-cc} $flags -c -o $o $c"
  fi
done | xargs -r -P "$(nproc)" -d '\n' -n1 sh -c >&2
${CC:-cc} ${flags} -o "$build/s3_driver" "$build"/*.o -lcurl -ljson-c -lxml2 -lcrypto -lpthread >&2
echo "$PWD/$build/s3_driver"
