#!/bin/bash
# psql of newer versions, 17 and 18: their commands and their completion of names, answered through the gateway without
# an error.  What is there is used: build/versions (test/versions.sh makes it) has them, else this says so.
# Run on a cluster of its own that preloads the module: test/run.sh wire.
set -uo pipefail
n=0; failed=0
is() { n=$((n + 1)); if [ "$1" = "$2" ]; then echo "ok $n - $3"; else failed=1; echo "not ok $n - $3"; \
  printf '# got:  %s\n# want: %s\n' "$1" "$2"; fi; }
has() { n=$((n + 1)); if [[ "$1" == *"$2"* ]]; then echo "ok $n - $3"; else failed=1; echo "not ok $n - $3"; \
  printf '# got:  %s\n# want: %s\n' "$1" "$2"; fi; }

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
  has "$(gate -c '\d song')" '"song_pkey" PRIMARY KEY, btree (id)' "$name: \\d t"
  has "$(gate -c '\d play')" 'FOREIGN KEY (song_id) REFERENCES song(id)' "$name: \\d t has foreign keys"
  has "$(gate -c '\d recent')" 'View "public.recent"' "$name: \\d v"
  is "$(gate -qAt -c '\dt' | sort)" $'public|play|table|postgres\npublic|song|table|postgres' "$name: \\dt"
  is "$(gate -qAt -c '\dv')" "public|recent|view|postgres" "$name: \\dv"
  is "$(gate -qAt -c '\df' | cut -d'|' -f1-4)" "public|f_twice|integer|integer" "$name: \\df"
  is "$(gate -qAt -c '\dn' | cut -d'|' -f1)" "public" "$name: \\dn"
  has "$(gate -qAt -c '\du')" "newer" "$name: \\du"
  has "$(gate -qAt -c '\l')" "$PGDATABASE|postgres|UTF8" "$name: \\l"
  for command in '\d' '\d+ song' '\d+ recent' '\dt+' '\dv+' '\df+ f_twice' '\du+' '\dn+' '\l+' '\da' '\db' '\dc' \
    '\dC' '\dd' '\dD' \
    '\ddp' '\dL' '\do' '\dO' '\dp' '\drds' '\dx' '\ds' '\dm' '\dE' '\dg' '\dT' '\dF' '\des' '\dew' '\det' \
    '\sf f_twice' '\sv recent' \
    '\z' '\dconfig work_mem' '\drg' '\dA' '\dP' '\dX' '\dRp' '\dRs' '\dy'; do
    # psql itself says what an 8.0 server hasn't
    is "$(gate -v ON_ERROR_STOP=1 -c "$command" | grep -E '^(ERROR|FATAL|LINE)')" "" "$name: $command"
  done
  has "$(printf 'SELECT count(*) FROM son\t;\n\\q\n' |
    script -qec "env -i PATH=$PATH TERM=dumb ${PSQL[*]} -X '$door'" /dev/null 2>&1)" \
    " count " "$name: a name is completed"
  has "$(printf '\\d rec\t\n\\q\n' | script -qec "env -i PATH=$PATH TERM=dumb ${PSQL[*]} -X '$door'" /dev/null 2>&1)" \
    'View "public.recent"' "$name: a name behind \\d is completed"
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
