#!/bin/bash
# Every spelling of every word that names a secret is masked at every door: the log of statements, errors with their
# statement and context, parameters, the views, notices, the activity of loads, the exported script.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
log=$SPARKIFY_ROOT/server/log; work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
psql -X -q -c "CREATE EXTENSION sparkify_dwh" -c "CREATE TABLE t (a int)"

# The words are read from the table itself, so that a new one is tested as it comes.
words=$(sed -n '/words\[\]/,/^};/s/^\t{"\([a-z_]*\)".*/\1/p' src/secrets/secret_words.c)
count=0
line() { printf "%s\n" "$1"; }
spell() { # WORD: statements in which it names a secret
  local w=$1 W; W=$(tr a-z A-Z <<<"$1"); s() { secret=; count=$((count + 1)); secret="SeKr3t${count}Xkey"; }
  # credentials name what they hold
  local k=; [ "$w" != credentials ] || k='aws_secret_access_key='
  s; line "SELECT 1 FROM t $w '$k$secret';"
  s; line "SELECT 1 FROM t $W '$k$secret';"
  s; line "SELECT 1 FROM t $W AS '$k$secret';"
  s; line "SELECT 1 FROM t $w = '$k$secret';"
  s; line "SELECT f($w => '$k$secret');"
  s; line "SELECT f($w := '$k$secret');"
  s; line "SELECT 1 FROM t $w E'$k$secret\\' and $secret';"
  s; line "SELECT 1 FROM t $w U&'$k$secret\\0041$secret';"
  s; line "SELECT 1 FROM t $w N'$k$secret';"
  s; line "SELECT 1 FROM t $w \$\$$k$secret\$\$;"
  s; line "SELECT 1 FROM t $w \$a\$$k$secret' \$\$ $secret\$a\$;"
  s; line "SELECT 1 FROM t $w '$k$secret'' $secret';"
  s; line "SELECT 1 FROM t $w '$k$secret'
    '$secret';"
  s; line "SELECT 1 FROM t $w /* a 'comment' */ '$k$secret';"
  s; line "SELECT 1 FROM t $w -- a 'comment'
    '$k$secret';"
  s; line "SELECT 1 FROM t \"$w\" '$k$secret';"
  s; line "SELECT f('COPY t $W ''$k$secret'' JSON');"
  s; line "SELECT f('COPY t $W ''$k$secret'''' $secret'' JSON');"
  s; line "SELECT f(E'COPY t $W \\'$k$secret\\' JSON');"
  s; line "SELECT f(E'COPY t $W -- it\\'s a \\\"comment\\\"\\n\\'$k$secret\\' JSON');"
  s; line "SELECT f(E'COPY t $W /* it\\'s */\\t\\'$k$secret\\' JSON');"
  s; line "SELECT f(E'[X]\\n$W=$k$secret\\nREGION=us-west-2\\n');"
  s; line "SELECT f(E'[X]\\n$W = $k$secret\\n[Y]\\n');"
  s; line "SELECT f('[X]
DB_$W=$k$secret
MY_$W = $k$secret
$W: $k$secret
REGION=us-west-2');"
  s; line "SELECT f('{\"$w\": \"$k$secret\", \"b\" : 1}');"
  s; line "SELECT f('{\"My$w\":1, \"my-${w//_/-}\" : \"$k$secret\"}');"
  s; line "SELECT f('host=h $w=$k$secret user=u');"
  s; line "SELECT f('https://h/p?x=1&$w=$k$secret&y=2');"
  s; line "SELECT f('$w=' || '$k$secret');"
  # without its quotes, a value that looks like one
  [ "$w" = credentials ] || { s; line "SELECT 1 FROM t $W $secret JSON;"; }
}
for w in $words; do spell "$w"; done >"$work/spellings.sql"
# "SECRET" at the end of "MY_SECRET" is the same word; "secretary" and "tokens" are others
echo "SELECT 'secretary = Jane, tokens 12, the password is kept elsewhere';" >>"$work/spellings.sql"
start=$(($(wc -c <"$log") + 1))
PGOPTIONS="-c session_preload_libraries=sparkify_dwh -c log_statement=all -c log_min_duration_statement=0 -c\
 log_min_messages=debug1" \
  psql -X -f "$work/spellings.sql" >"$work/client" 2>&1
tail -c +"$start" "$log" >"$work/log"
ok "$count spellings of $(wc -w <<<"$words") words were logged" [ \
  "$(grep -cE 'statement: SELECT|ERROR: ' "$work/log")" -ge "$count" ]
left=$(grep -oE 'SeKr3t[0-9]+Xkey' "$work/log" | sort -u)
for s in $(head -40 <<<"$left"); do echo "# not masked: $(grep -m1 "$s" "$work/log")"; done
ok "no statement in the log shows one" [ -z "$left" ]
ok "the mask is one, and tells nothing of the secret's length" \
  [ "$(grep -oE '\*{2,}' "$work/log" | sort -u)" = '********' ]
ok "what is no secret is left alone" eval 'grep -q "REGION=us-west-2" "$work/log" &&
  grep -q "secretary = Jane, tokens 12, the password is kept elsewhere" "$work/log"'

# a whole dwh.cfg: when it is refused, by each way a client sends it, in the views, in notices and errors within
cfg="[CLUSTER]
HOST=h
DB_PASSWORD=Pass;w0rd, of it
[AWS]
KEY=AKIAABCDEFGHIJKLMNOP
SECRET=Very/Secret+Of=It
[IAM_ROLE]
ARN=nonsense"
start=$(($(wc -c <"$log") + 1))
PGOPTIONS="-c session_preload_libraries=sparkify_dwh -c log_statement=all -c log_parameter_max_length_on_error=-1" \
  psql -X -v cfg="$cfg" >"$work/client" 2>&1 <<'SQL'
SELECT sparkify_configure(:'cfg');
SELECT sparkify_configure($x$:cfg$x$);
DO $do$ BEGIN
  PERFORM sparkify_configure(E'[CLUSTER]\nDB_PASSWORD=Pass;w0rd, of it\n'
    '[AWS]\nSECRET=Very/Secret+Of=It\n[IAM_ROLE]\nARN=nonsense');
END $do$;
PREPARE p(text) AS SELECT sparkify_configure($1);
EXECUTE p(:'cfg');
SELECT sparkify_execute($$SELECT 1;
  COPY t FROM 's3://nowhere/x' SECRET_ACCESS_KEY 'Very/Secret+Of=It'
    ACCESS_KEY_ID 'AKIAABCDEFGHIJKLMNOP' JSON 'auto'$$);
SELECT sparkify_execute($$CREATE USER u PASSWORD 'Pass;w0rd, of it' NONSENSE$$);
DO $do$ BEGIN RAISE LOG 'password=Very/Secret+Of=It'; END $do$;
SELECT querytxt FROM stl_query;
SELECT * FROM stl_load_errors;
SELECT * FROM sys_load_history;
SELECT sparkify_execute($$INSERT INTO sparkify_definition (phase, position, name, statement)
  VALUES ('stage', 99, 'x', 'COPY t FROM ''s3://x'' SECRET_ACCESS_KEY ''Very/Secret+Of=It'' JSON ''auto''')$$);
SELECT sparkify_export();
SQL
tail -c +"$start" "$log" >"$work/log"
ok "a dwh.cfg is refused" grep -q 'ARN of section \[IAM_ROLE\] does not begin with "arn:"' "$work/log"
leak='Very/Secret|w0rd, of|AKIAABCDEFGHIJKLMNOP'
ok "and the log shows no secret of it, nor of anything else" eval \
  '! grep -nE "$leak" "$work/log" | sed "s/^/# /" | grep .'
ok "nor does the client see one that it did not send" eval \
  '! grep -vE "^LINE|^ *[0-9]* *\^|^CONTEXT|^QUERY|^SQL statement|^DB_PASS|^SECRET|^KEY" "$work/client" |
    grep -nE "$leak" | sed "s/^/# /" | grep .'
echo "1..$n"
