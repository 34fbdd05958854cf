#!/bin/bash
# 054_the_dialects_fuzz_target_takes_its_seeds.sh: the target that test/fuzz/dialect.sh runs in a backend builds, from
# the objects of the module, and keeps its promises over the statements of the regression tests.
set -uo pipefail
folder=$SPARKIFY_ROOT/replay
mkdir -p "$folder"
echo 1..2

# The objects of the module: the target replaces its callbacks, so it needs them for itself.
objects=$(find src/dialect src/copy_options src/secrets src/functions -name '*.c' | sed 's/c$/o/')
# shellcheck disable=SC2086
if ${CC:-cc} -std=gnu11 -g -O1 -fPIC -shared -Wall -Wno-unused-function -D_GNU_SOURCE -Isrc \
  -I"$(${PG_CONFIG:-pg_config} --includedir-server)" -Wl,-Bsymbolic -o "$folder/fuzz_dialect.so" \
  test/fuzz/fuzz_dialect.c test/fuzz/replay.c $objects -lm >"$folder/log" 2>&1
then echo "ok 1 - it builds"; else echo "not ok 1 - it builds"; sed 's/^/# /' "$folder/log" | head -40; fi

test/fuzz/seeds.sh dialect "$folder/seeds"
chmod -R a+rX "$folder"
said=$(psql -qXAt -v ON_ERROR_STOP=1 -v folder="$folder" 2>&1 <<'SQL'
SET client_min_messages = error;
SELECT 'CREATE FUNCTION fuzz_dialect(VARIADIC text[]) RETURNS void LANGUAGE c AS '
  || quote_literal(:'folder' || '/fuzz_dialect.so') \gexec
SELECT fuzz_dialect(VARIADIC array_agg(:'folder' || '/seeds/' || name)) FROM pg_ls_dir(:'folder' || '/seeds') AS name;
SELECT count(*) > 1000 FROM pg_ls_dir(:'folder' || '/seeds');
SQL
)
if [ "$(tail -1 <<<"$said")" = t ]; then echo "ok 2 - and takes its seeds"
else echo "not ok 2 - and takes its seeds"; sed 's/^/# /' <<<"$said" | tail -20; fi
