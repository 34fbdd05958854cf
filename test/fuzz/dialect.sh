#!/bin/bash
# dialect.sh LIMIT: what run.sh does for the target fuzz_dialect, which runs inside a
# backend of a throwaway cluster.  LIMIT is libFuzzer's -runs=N or -max_total_time=N.
# FUZZ_MAX_LEN (bytes of a script), FUZZ_TIMEOUT (seconds), FUZZ_NAME (of log and corpus) change the run.
set -euo pipefail
limit=$1
name=${FUZZ_NAME:-dialect}
. "$(dirname "$0")/../cluster.sh"
cd "$TOP"
runtime=$(clang --print-resource-dir)/lib/linux
out=build/fuzz
mkdir -p "$out/corpus-$name"

# The fuzzer's own symbols have to win over the empty ones of ASan's library: -Bsymbolic.
# Comparisons aren't traced: the sanitizers' own checks would be too, and take half of the time.
clang -std=gnu11 -Wall -Wno-ignored-attributes -Werror -g -O2 -fno-omit-frame-pointer \
  -fPIC -shared -Isrc -I"$($PG_CONFIG --includedir-server)" \
  -D_GNU_SOURCE \
  -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-coverage=trace-cmp -fno-sanitize-recover=all \
  -shared-libasan -Wl,-Bsymbolic -o "$out/fuzz_$name.so" test/fuzz/fuzz_dialect.c \
    $(find src/dialect src/copy_options src/secrets src/functions -name '*.c') \
  "$runtime/libclang_rt.fuzzer_no_main-$(uname -m).a" -lstdc++ -lm

clang -O1 -fPIC -shared -w -o "$out/no_gettext.so" test/fuzz/no_gettext.c

# Words: every word the dialect's sources know.
rm -f "$out/corpus-$name"/seed-*
test/fuzz/seeds.sh dialect "$out/corpus-$name"
{ grep -ohE '"[a-z_][a-z_ ]{1,30}"' src/dialect/*/*.c; printf '"%s"\n' '$$' '::' ':=' '||' '->>' '#' ':v' ":'a'" \
  '\\"' '--' '/*' '*/' '\x0a\\' "E'" "'" ';'; } |
  sort -u >"$out/$name.dict"

cluster_start
server_ctl -D "$CLUSTER/server/data" -s -m fast stop
work=$CLUSTER/server/fuzz
mkdir "$work"
cp -r "$out/corpus-$name" "$work/corpus"
cp "$out/fuzz_$name.so" "$out/no_gettext.so" "$out/$name.dict" "$work/"
[ "$(id -u)" != 0 ] || chown -R "$(server_account)" "$work"

status=0
sanitizer=detect_leaks=0:detect_stack_use_after_return=0:handle_abort=1:malloc_context_size=6
sanitizer+=:quarantine_size_mb=16:allocator_release_to_os_interval_ms=-1
# a single-user backend takes each line for a statement
arguments="'$limit', '-max_len=${FUZZ_MAX_LEN:-2048}', '-timeout=${FUZZ_TIMEOUT:-10}', '-rss_limit_mb=2048',"
arguments+=" '-print_final_stats=1', '-print_funcs=0', '-reload=0', '-entropic=0', '-dict=$work/$name.dict',"
arguments+=" '-artifact_prefix=$work/finding-', '$work/corpus'"
as_server env HOME="$work" LD_PRELOAD="$runtime/libclang_rt.asan-$(uname -m).so:$work/no_gettext.so" \
  ASAN_OPTIONS="$sanitizer" \
  UBSAN_OPTIONS=print_stacktrace=1 \
  "$SERVER_BIN/postgres" --single -F -D "$CLUSTER/server/data" -c log_min_messages=fatal \
  -c client_min_messages=error postgres >"$work/log" 2>&1 <<SQL || status=$?
CREATE FUNCTION fuzz_dialect(VARIADIC text[]) RETURNS void LANGUAGE c AS '$work/fuzz_$name.so';
SELECT fuzz_dialect($arguments);
SQL
cp "$work/log" "$out/$name.log"
for finding in "$work"/finding-*; do
  [ ! -e "$finding" ] || cp "$finding" "$out/$name-${finding##*/finding-}"
done
cp -n "$work"/corpus/* "$out/corpus-$name/" 2>/dev/null || true
# the single user mode ends well after an SQL error too: only the final figures tell a full run
grep -q '^stat::number_of_executed_units' "$out/$name.log" || status=1
exit $status
