#!/bin/bash
# parse_speed.sh [OPTION...] [RUNS] FILE: builds the reader with the options of a
# release and runs parse_speed over a file; see parse_speed.c.
set -euo pipefail
files=("${@: -1}"); set -- "${@:1:$#-1}" "$(readlink -f "${files[0]}")"
cd "$(dirname "$0")/../.."
mkdir -p build
${CC:-cc} -std=gnu11 -O2 -g -Isrc -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers \
  -o build/parse_speed test/bench/parse_speed.c src/source/read/*.c \
  src/source/base/{read_buffer,failure,utf8}.c -ljson-c

exec build/parse_speed "$@"
