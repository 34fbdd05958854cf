#!/bin/bash
# replay.sh: builds each fuzz target of plain C without libFuzzer and gives it its seeds; prints TAP.  So a target
# that no longer builds, or breaks a promise at once, shows without clang.  test/unit/run.sh starts it: what it links
# with is built there.
set -uo pipefail
targets=(json text chain format s3xml gateway)
echo "1..${#targets[@]}"
failed=0
for target in "${targets[@]}"; do
  program=$UNIT_BUILD/replay_$target log=$UNIT_BUILD/replay_$target.log seeds=$UNIT_BUILD/seeds_$target
  rm -rf "$seeds"
  if ${CC:-cc} $UNIT_FLAGS -Wno-unused-function -Itest/fuzz -o "$program" \
    "test/fuzz/fuzz_$target.c" test/fuzz/replay.c $UNIT_LIBRARIES >"$log" 2>&1 &&
    test/fuzz/seeds.sh "$target" "$seeds" >>"$log" 2>&1 && "$program" "$seeds"/* >>"$log" 2>&1
  then echo "ok - fuzz_$target takes its seeds"
  else echo "not ok - fuzz_$target takes its seeds"; sed 's/^/# /' "$log" | head -40; failed=1; fi
done
exit $failed
