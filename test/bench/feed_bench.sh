#!/bin/bash
# feed_bench.sh DIRECTORY PREFIX WORKERS events|songs: builds and runs feed_bench.c, optimised.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p build/bench
make -s generator >/dev/null
${CC:-cc} -std=gnu11 -O2 -g -Isrc $(xml2-config --cflags) -o build/bench/feed_bench \
  test/bench/feed_bench.c $(find src/source -name "*.c") -lcurl -ljson-c -lxml2 -lz -lbz2 -lzstd -lcrypto -lpthread -lm
build/bench/feed_bench "$@"
