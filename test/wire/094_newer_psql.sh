#!/bin/bash
# psql of newer versions, 17 and 18: their commands and their completion of names, answered through the gateway without
# an error.  What is there is used: build/versions (test/versions.sh makes it) has them, else this says so.
# Run on a cluster of its own that preloads the module: test/run.sh wire.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"

psql -qc 'CREATE EXTENSION sparkify_dwh' -c 'CREATE ROLE newer LOGIN'
door="host=127.0.0.1 port=$WIRE_PORT user=postgres sslmode=disable dbname=$PGDATABASE"
for i in $(seq 100); do psql -Xqc 'SELECT 1' "$door" >/dev/null 2>&1 && break; sleep 0.1; done
psql -Xq "$door" -c 'CREATE TABLE song (id int IDENTITY(0,1) PRIMARY KEY SORTKEY,
    title varchar(20) DISTKEY ENCODE zstd)' \
  -c 'CREATE TABLE play (song_id int REFERENCES song (id))' -c 'CREATE VIEW recent AS SELECT title FROM song' \
  -c 'CREATE FUNCTION f_twice(integer) RETURNS integer STABLE AS $$ SELECT 2 * $1 $$ LANGUAGE sql' >/dev/null

# PSQL is the words that run it: a program, or one in a chroot
try() { # NAME
  local name=$1 gate command
  gate() { env -i PATH="$PATH" LANG=C.UTF-8 timeout 30 "${PSQL[@]}" -X "$door" "$@" 2>&1; }
  has "$name: \\d t" "$(gate -c '\d song')" '"song_pkey" PRIMARY KEY, btree (id)'
  has "$name: \\d t has foreign keys" "$(gate -c '\d play')" 'FOREIGN KEY (song_id) REFERENCES song(id)'
  has "$name: \\d v" "$(gate -c '\d recent')" 'View "public.recent"'
  is "$name: \\dt" "$(gate -qAt -c '\dt' | sort)" $'public|play|table|postgres\npublic|song|table|postgres'
  is "$name: \\dv" "$(gate -qAt -c '\dv')" "public|recent|view|postgres"
  is "$name: \\df" "$(gate -qAt -c '\df' | cut -d'|' -f1-4)" "public|f_twice|integer|integer"
  is "$name: \\dn" "$(gate -qAt -c '\dn' | cut -d'|' -f1)" "public"
  has "$name: \\du" "$(gate -qAt -c '\du')" "newer"
  has "$name: \\l" "$(gate -qAt -c '\l')" "$PGDATABASE|postgres|UTF8"
  for command in '\d' '\d+ song' '\d+ recent' '\dt+' '\dv+' '\df+ f_twice' '\du+' '\dn+' '\l+' '\da' '\db' '\dc' \
    '\dC' '\dd' '\dD' \
    '\ddp' '\dL' '\do' '\dO' '\dp' '\drds' '\dx' '\ds' '\dm' '\dE' '\dg' '\dT' '\dF' '\des' '\dew' '\det' \
    '\sf f_twice' '\sv recent' \
    '\z' '\dconfig work_mem' '\drg' '\dA' '\dP' '\dX' '\dRp' '\dRs' '\dy'; do
    # psql itself says what an 8.0 server hasn't
    is "$name: $command" "$(gate -v ON_ERROR_STOP=1 -c "$command" | grep -E '^(ERROR|FATAL|LINE)')" ""
  done
  has "$name: a name is completed" \
    "$(printf 'SELECT count(*) FROM son\t;\n\\q\n' |
    script -qec "env -i PATH=$PATH TERM=dumb ${PSQL[*]} -X '$door'" /dev/null 2>&1)" " count "
  has "$name: a name behind \\d is completed" \
    "$(printf '\\d rec\t\n\\q\n' | script -qec "env -i PATH=$PATH TERM=dumb ${PSQL[*]} -X '$door'" /dev/null 2>&1)" \
    'View "public.recent"'
}

found=""
for program in /usr/lib/postgresql/1[6-9]/bin/psql build/versions/*/usr/lib/postgresql/1[6-9]/bin/psql; do
  [ -x "$program" ] || continue
  PSQL=("$program")
  [[ $program != build/* ]] || PSQL=(chroot "${program%%/usr/*}" "/usr/${program#*/usr/}")
  version=$("${PSQL[@]}" --version 2>/dev/null | sed 's/^psql (PostgreSQL) \([0-9]*\).*/\1/')
  [ -n "$version" ] && [[ " $found " != *" $version "* ]] || continue
  found+=" $version"
  try "psql $version"
done
[ -n "$found" ] || { n=1; echo "ok 1 - newer psql # SKIP no psql of 16 or later is here"; }
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
