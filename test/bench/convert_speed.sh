#!/bin/bash
# convert_speed.sh [RUNS] FILE: builds reader and converter with the options of a
# release and runs convert_speed over a file of events; see convert_speed.c.
set -euo pipefail
files=("${@: -1}"); set -- "${@:1:$#-1}" "$(readlink -f "${files[0]}")"
cd "$(dirname "$0")/../.."
mkdir -p build
${CC:-cc} -std=gnu11 -O2 -g -Isrc -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers \
  -o build/convert_speed test/bench/convert_speed.c src/source/read/json*.c \
  src/source/base/{read_buffer,failure,utf8}.c src/source/{row,convert}/*.c -ljson-c -lm
exec build/convert_speed "$@"
