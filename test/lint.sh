#!/bin/bash
# lint.sh: the layering of the folders, the layout of the code, and a static check.
set -uo pipefail
cd "$(dirname "$0")/.."
[ -n "${SKIP_DEPS:-}" ] || test/deps.sh lint || exit 1
mkdir -p build
status=0
say() { echo "lint: $1"; status=1; }

# refuse PATTERN WHY FILES...: no line of the files may match.
refuse() {
  local pattern=$1 why=$2 found; shift 2
  [ $# -gt 0 ] || return
  found=$(grep -nE "$pattern" "$@" /dev/null) && say "$why"$'\n'"$found"
}

found=$(perl test/rooms.pl) || say "the rooms of src/"$'\n'"$found"
found=$(perl test/rights.pl) || say "rights that aren't the caller's"$'\n'"$found"
found=$(perl test/meta.pl) || say "META.json"$'\n'"$found"
found=$(perl test/width.pl) || say "lines over 120 columns"$'\n'"$found"
found=$(perl test/size.pl) || say "too long for one reading"$'\n'"$found"
found=$(perl test/docs.pl) || say "the documentation"$'\n'"$found"
refuse '#include .*(postgres\.h|fmgr\.h|utils/|nodes/)|\b(palloc|pfree|ereport|elog)[0-9]*\(' \
  "source/ and gateway/ are plain C: no PostgreSQL in them" $(find src/source src/gateway -name '*.[ch]' 2>/dev/null)
found=$(grep -lE '#include <curl/' -r src | grep -vx 'src/source/aws/http.c') && say "curl is http.c's alone: $found"
found=$(grep -lE '#include <json-c|#include <json' -r src | xargs -r grep -l 'postgres\.h') &&
  say "json-c collides with PostgreSQL's headers: $found"
found=$(grep -lE '\b(SET_)?VAR(DATA|SIZE)' -r src --include='*.c' | xargs -r grep -LE '"(compat|varatt)\.h"') &&
  [ -n "$found" ] && say "PostgreSQL 16 moved VARDATA and its kin: include compat.h"$'\n'"$found"
found=$(grep -rnE 'PG_VERSION_NUM' src | grep -v '^src/compat\.h') &&
  say "version differences live in compat.h"$'\n'"$found"
found=$(grep -rniE '\b(songplays?|staging_events|staging_songs)\b' src --include='*.[ch]') &&
  say "no table name of Sparkify's appears in C"$'\n'"$found"
found=$(grep -rniE "WITH \(.*format json\b" sql test/t test/s3 test/bench README.md) &&
  say "write FORMAT 'json': the bare words are no option list from PostgreSQL 16 on"$'\n'"$found"

# A rule of Redshift's names its page: one of the developer guide by name, one of another guide with the guide.
found=$(grep -rnE '\(AWS: |[ *]AWS: ' src sql test/unit sparkify_dwh--1.0.sql --include='*.[ch]' --include='*.sql' |
  grep -vE 'AWS: ("|[A-Za-z0-9]+[A-Za-z0-9]*[/_-]|[A-Z]{6,}|\*?$)|AWS:$') &&
  say "AWS's page is one word, as r_COPY or AmazonS3/latest/userguide/qfacts; or quote it"$'\n'"$found"
found=$(git grep -nE 'docs\.aws\.amazon\.com' |
  grep -vE 'https://docs\.aws\.amazon\.com/[A-Za-z0-9/_-]+\.html|lint\.sh:') &&
  say "the address of AWS's page begins with https:// and ends in .html"$'\n'"$found"

found=$(git grep -nE 'redshift\.md|\[(INF|DOC)\]|\(redshift [A-Z]\.|^ *(--|#|//|\*) *[A-Z]\.[0-9]+\.[0-9]' \
  -- . ':!test/lint.sh') &&
  say "cite AWS's page, or say why; sections of other texts aren't in the project"$'\n'"$found"

found=$(awk '/^SELECT sparkify_internal.place_functions/ { behind = 1 }
  behind && /^CREATE (OR REPLACE )?(FUNCTION|AGGREGATE|PROCEDURE) [a-z_]+ ?\(/ &&
    $0 !~ /(FUNCTION|AGGREGATE|PROCEDURE) (sparkify_|pg_)/ { print FNR ": " substr($0, 1, 80) }' \
  sparkify_dwh--1.0.sql)
[ -z "$found" ] || say "a user may have a function of this name: create it in sparkify_functions"$'\n'"$found"

clang-format --dry-run -Werror $(find src test -name '*.[ch]') 2>build/format.log ||
  say "layout: run make format"$'\n'"$(grep -E 'warning|error' build/format.log | cut -d: -f1 | sort | uniq -c | head)"

cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
  --suppress=missingInclude --suppress=unknownMacro --suppress=nullPointerOutOfMemory -Isrc \
  --template='{file}:{line}: {id}: {message}' -j "$(nproc)" src/source src/gateway test/generator \
    2>build/cppcheck.log ||
  say "cppcheck"$'\n'"$(head -20 build/cppcheck.log)"

# The version stands in the control file; PGXN wants three numbers of it in META.json.
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" sparkify_dwh.control)
found=$(sed '/"meta-spec"/,/}/d' META.json | grep -E '"version": *"[0-9.]+"' |
  grep -vE '"version": *"('"${version//./\\.}"'(\.[0-9]+)?)"') &&
  say "META.json: not the version of sparkify_dwh.control, $version"$'\n'"$found"

for room in test/t test/wire test/s3; do
  found=$(ls $room | grep -oE '^[0-9]+' | sort | uniq -d)
  [ -z "$found" ] || say "$room: a number stands twice: $found"
done

# Subjects of commits, from the one on that began to look; an archive and a shallow clone have no history of it.
since=9b8a33ec1b3c552afdd96e7d71525669e086c614
if git merge-base --is-ancestor $since HEAD 2>/dev/null; then
  found=$(git log --no-merges --format='%h %s' $since..HEAD | awk '{ hash = $1; sub(/^[^ ]+ /, "") }
    length >= 72 { print hash ": " length " signs: " $0 }')
  [ -z "$found" ] || say "a commit's subject has under 72 signs; the rest is its body's"$'\n'"$found"
fi

for s in $(git ls-files '*.sh' .ci/run 2>/dev/null); do bash -n "$s" || say "$s does not parse"; done
[ $status = 0 ] && echo "lint: clean"
exit $status
