#!/bin/bash
# The pictures of README.md: well formed, for light and dark, without anything from elsewhere, and doc/report.svg draws
# the
# tables that the definitions make.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "$0")/../.." || exit 1
psql -X -q -c "SET client_min_messages = warning" -c "CREATE EXTENSION sparkify_dwh" -c \
  "SELECT sparkify_create_tables()" >/dev/null
for picture in doc/*.svg; do
  name=$(basename "$picture")
  is "$name is XML" "$(psql -X -At -v text="$(cat "$picture")" <<<"SELECT xml_is_well_formed_document(:'text')")" t
  is "$name has colours for the dark" "$(grep -c 'prefers-color-scheme:dark' "$picture")" 1
  is "$name has a text for screen readers" "$(head -1 "$picture" | grep -c 'role="img" aria-label="..*"')" 1
  is "$name fetches nothing" "$(grep -oE '(href|src|url)[=(]"?https?:' "$picture" | wc -l)" 0
  is "README.md shows $name" "$(grep -c "](doc/$name)" README.md)" 1
done
is "the report's picture has every column of the tables" \
  "$(psql -X -At -v picture="$(cat doc/report.svg)" \
    <<<"SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
         AND strpos(:'picture', '>' || a.attname) = 0")" 0
echo "1..$n"
exit $failed
