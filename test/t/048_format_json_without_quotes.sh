#!/bin/bash
# COPY's option list in PostgreSQL's spelling: which ways to write its format PostgreSQL's own grammar lets through.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 "$@" 2>&1; }
mkdir -p "$SPARKIFY_ROOT/mirror/spelled"; printf '{"a":1}{"a":2}' >"$SPARKIFY_ROOT/mirror/spelled/rows.json"; \
  chmod -R a+rX "$SPARKIFY_ROOT/mirror/spelled"
sql -v mirror="$SPARKIFY_ROOT/mirror/spelled" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER spelled FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://spelled/', mirror :'mirror');
CREATE TABLE t (a int);
SQL
copied() { # SPELLING: what COPY with this format answers
  sql -c "LOAD 'sparkify_dwh'" -c "COPY t FROM 's3://spelled/rows' WITH ($1)" |
    grep -oE 'completed, [0-9]+|syntax error at or near ".*"'
}
is "quoted" "$(copied "FORMAT 'json'")" "completed, 2"
is "as a quoted name" "$(copied 'FORMAT "json"')" "completed, 2"
if [ "$(sql -c "SELECT current_setting('server_version_num')::int >= 160000")" = t ]; then
  is "bare words: a syntax error of PostgreSQL's" "$(copied 'FORMAT json' | grep -o '^syntax error')" 'syntax error'
else
  is "bare words" "$(copied 'FORMAT json')" "completed, 2"
  is "in capitals, with other options" "$(copied 'FORMAT JSON, MAXERROR 3')" "completed, 2"
fi
is "bare words of other formats" "$(copied 'FORMAT csv, MAXERROR 3' | head -1)" "completed, 0"
echo "1..$n"
exit $failed
