#!/bin/bash
# Access keys reach no line of the server's log and no message to the client, at any level.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
key=AKIASECRETKEYFORTEST; secret=TopSecretValueForTheTest; token=SessionTokenForTheTest
log=$SPARKIFY_ROOT/server/log
absent() { ! grep -qE "$1" "$2"; }

psql -X -q -c "CREATE EXTENSION sparkify_dwh" -c "CREATE TABLE t (a int)" \
  -c "CREATE SERVER keyed FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://keyed/', endpoint\
 'http://127.0.0.1:9', path_style 'on', retries '0')" \
  -c "CREATE SERVER named FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://named/', endpoint\
 'http://127.0.0.1:9', path_style 'on', retries '0')"
start=$(($(wc -c <"$log") + 1))
export PGOPTIONS="-c session_preload_libraries=sparkify_dwh -c log_min_messages=debug5 -c log_statement=all -c\
 log_min_duration_statement=0 -c client_min_messages=debug5"
psql -X -c "CREATE USER MAPPING FOR CURRENT_USER SERVER keyed OPTIONS (access_key_id '$key', secret_access_key\
 '$secret', session_token '$token')" \
  -c "COPY t FROM 's3://keyed/x' WITH (format 'json')" \
  -c "COPY t FROM 's3://named/x' WITH (format 'json', access_key_id '$key', secret_access_key '$secret',\
 session_token '$token')" \
  -c "COPY t FROM 's3://named/x' WITH (format 'json', credentials\
 'aws_access_key_id=$key;aws_secret_access_key=$secret;token=$token')" \
  -c "SELECT sparkify_execute(\$\$COPY t FROM 's3://named/x' ACCESS_KEY_ID '$key' SECRET_ACCESS_KEY '$secret'\
 SESSION_TOKEN '$token' JSON 'auto'\$\$)" \
  -c "SELECT sparkify_execute(\$\$COPY t FROM 's3://named/x' CREDENTIALS\
 'aws_access_key_id=$key;aws_secret_access_key=$secret;token=$token' JSON 'auto'\$\$)" \
  -c "COPY t FROM 's3://named/x' WITH (format 'json', access_key_id E'$key', secret_access_key E'$secret',\
 session_token \$tag\$$token\$tag\$)" \
  -c "COPY t FROM 's3://named/x' WITH (format 'json', access_key_id '$key', secret_access_key /* a comment */ 'x)'
    '$secret', session_token -- another
    U&'it''s\\0020$token')" \
  -c "SELECT sparkify_execute(E'COPY t FROM \'s3://named/x\' ACCESS_KEY_ID \'$key\' SECRET_ACCESS_KEY AS \'$secret\'\
 JSON \'auto\'')" \
  -c "SET debug_print_parse = on" -c \
    "COPY t FROM 's3://named/x' WITH (format 'json', access_key_id '$key', secret_access_key '$secret', session_token\
 '$token')" \
  -c "SELECT querytxt FROM stl_query" -c "SELECT * FROM sys_load_history" -c "SELECT * FROM stl_load_errors" \
  >"$SPARKIFY_ROOT/client.out" 2>&1
tail -c +"$start" "$log" >"$SPARKIFY_ROOT/server.out"
ok "the log has the statements" grep -q "COPY t FROM 's3://named/x'" "$SPARKIFY_ROOT/server.out"
ok "the log has no access key" absent "$secret|$token" "$SPARKIFY_ROOT/server.out"
ok "the client is shown no access key" absent "$secret|$token" "$SPARKIFY_ROOT/client.out"
ok "the loads failed for want of a server" grep -q "127.0.0.1" "$SPARKIFY_ROOT/client.out"
echo "1..$n"
