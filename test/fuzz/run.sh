#!/bin/bash
# run.sh [TARGET] [RUNS | SECONDSs]: builds the fuzz targets under ASan and UBSan
# and runs them from generated seeds: run.sh, run.sh json 10000000, run.sh text 60s.
# The target dialect needs PostgreSQL's server headers too (dialect.sh).
# FUZZ_TIMEOUT: seconds that one input may take, of the wall's clock.
# Findings and the grown corpus stay in build/fuzz.
set -euo pipefail
cd "$(dirname "$0")/../.."
targets=(json text chain format s3xml gateway dialect)
case ${1:-} in json | text | chain | format | s3xml | gateway | dialect) targets=("$1"); shift ;; esac
amount=${1:-200000}
command -v clang >/dev/null || { echo "clang is needed: test/deps.sh fuzz" >&2; exit 1; }

# Builds and runs a target of plain C.
plain() {
  local target=$1 limit=$2 corpus=build/fuzz/corpus-$1 sources
  mapfile -t sources < <(find src/source/{read,row,convert,write,codec} -name '*.c')
  sources+=(src/source/base/{read_buffer,failure,utf8}.c -ljson-c -lz -lbz2 -lzstd -lm)
  [ "$target" != s3xml ] || sources=($(find src/source -name "*.c") $(xml2-config --cflags) -lcurl -ljson-c -lxml2 \
    -lz -lbz2 -lzstd -lcrypto -lpthread -lm)
  if [ "$target" = gateway ]; then
    mapfile -t sources < <(find src/gateway -name '*.c' ! -name main.c); sources+=(-lssl -lcrypto)
  fi
  # a read buffer as small as the inputs are has to grow, and costs no mapping of memory for each
  clang -std=gnu11 -g -O2 -DREAD_BUFFER_CAPACITY=4096 -Isrc -Itest/fuzz -Wall -Wno-unused-function \
    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
    -o "build/fuzz/fuzz_$target" "test/fuzz/fuzz_$target.c" "${sources[@]}" || return 1
  test/fuzz/seeds.sh "$target" "$corpus"
  # freed memory waits as long as an input lasts, and pages stay: handing them back and forth took most of the time
  ASAN_OPTIONS=quarantine_size_mb=4:allocator_release_to_os_interval_ms=-1:malloc_context_size=6 \
    build/fuzz/fuzz_$target "$limit" -max_len=2048 -timeout=${FUZZ_TIMEOUT:-5} -rss_limit_mb=1024 -print_final_stats=1 \
    -entropic=0 -reload=0 -close_fd_mask=1 -artifact_prefix="build/fuzz/$target-" "$corpus" 2>build/fuzz/$target.log
}

mkdir -p build/fuzz
case $amount in
  *s) limit="-max_total_time=${amount%s}" ;;
  *) limit="-runs=$amount" ;;
esac
for target in "${targets[@]}"; do
  if [ "$target" = dialect ]; then run=test/fuzz/dialect.sh; else run="plain $target"; fi
  $run "$limit" ||
    { tail -40 build/fuzz/$target.log >&2; echo "not ok - fuzz_$target" >&2; exit 1; }
  echo "ok - fuzz_$target: $(sed -n 's/^stat::number_of_executed_units: //p; s/^stat::average_exec_per_sec: */at /p' \
    build/fuzz/$target.log | tr '\n' ' ')a second"
done
