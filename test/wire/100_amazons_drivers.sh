#!/bin/bash
# What Amazon's own drivers send, which Debian doesn't have: start-up parameters, passwords, the order of their
# messages, types
# and formats of parameters, the questions that they ask the catalog, in words of our own. Recorded from the Python
# driver,
# run from its source over this endpoint, and read off the source of the JDBC driver.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
hba=$(psql -XAtc 'SHOW hba_file'); cp "$hba" "$hba.kept"
trap 'cat "$hba.kept" >"$hba"; psql -Xqc "SELECT pg_reload_conf()" >/dev/null' EXIT
printf 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n' >"$hba"; psql -Xqc 'SELECT pg_reload_conf()' \
  >/dev/null
psql -Xq -c 'CREATE EXTENSION sparkify_dwh' -c "CREATE ROLE driver LOGIN PASSWORD 'Passw0rd'" -c \
  'GRANT ALL ON SCHEMA public TO driver'
export WIRE_PASSWORD=Passw0rd
python() { # its start-up; the password is followed by a Flush
  test/wire/talk.pl "$WIRE_PORT" user=driver "database=$PGDATABASE" application_name=__main__ \
    client_protocol_version=2 \
    "driver_version=Redshift Python Driver 2.1.15" os_version=Linux driver_discovery_version=1 "$@"
}
jdbc() {
  test/wire/talk.pl "$WIRE_PORT" user=driver "database=$PGDATABASE" client_encoding=UTF8 DateStyle=ISO \
    extra_float_digits=2 \
    "application_name=[main]Main.main" "driver_version=Redshift JDBC Driver 2.2.7" "os_version=Linux 6.1 amd64" \
      client_protocol_version=2 "$@"
}

# a statement of the Python driver: Parse and Describe up to a Sync, Bind and Execute up to another, each with its
# Flush; Close when the next one is there
say() { # NAME TEXT [VALUES]
  printf 'P %s %s\nH\nD S%s\nH\nS\n--\nB  %s%s\nH\nE \nH\nS\n--\n' "$1" "$2" "$1" "$1" "${3:+ $3}"
}
is "Python's start-up: a password in clear, and no word of newer protocols" \
  "$(python plugin_name=x <<<S)" "R3 R0 S:server_version Z
Z"
is "parameters of identity providers" \
  "$(python idp_type=AwsIdc identity_namespace=n token_type=ACCESS_TOKEN idc_client_display_name=d provider_name=p \
  <<<S | tail -1)" Z
is "Python: a transaction with DDL, parameters of each type, a query" "$( { say s1 'begin transaction'
  say s2 'create table rc_plays (id int identity(0,1), at timestamp sortkey, user_id bigint
    distkey, level varchar(10), length float8, price decimal(10,2), day date, small smallint) diststyle key'
  printf 'C Ss1\nH\nS\nC Ss2\nH\nS\n--\n'
  say s1 'insert into rc_plays (at, user_id, level, length, price, day, small)
    values ($1, $2, $3, $4, $5, $6, $7) @1114,20,705,701,1700,1082,21' \
    't:2018-11-01T10:20:30 i8:12345678901 t:paid f8:2.5 t:19.99 t:2018-11-01 i2:7'
  say s3 'select nvl(level,$1), at, dateadd(day, 1, day), price, small from rc_plays where user_id=$2 @705,20' \
    'null i8:12345678901'
  say s4 commit; } | python | tail -n +2)" "1 t: n Z
2 C:BEGIN Z
1 t: n Z
2 C:CREATE TABLE Z
3 Z 3 Z
1 t:1114,20,1043,701,1700,1082,21 n Z
2 C:INSERT 0 1 Z
1 t:1043,20 T:coalesce,at,date_add,price,small Z
2 D:paid,2018-11-01 10:20:30,2018-11-02 00:00:00,19.99,7 C:SELECT 1 Z
1 t: n Z
2 C:COMMIT Z"
is "Python: an error's place; the transaction fails, and ends" \
  "$( { say s1 'begin transaction'; say s2 "select nvl(level, '1'), nosuch from rc_plays"; say s3 'select 1'; \
  say s4 rollback; say s5 'select 5'; } | python | tail -n +2)" "1 t: n Z
2 C:BEGIN Z
E:42703:25 Z
E:26000 Z
E:25P02 Z
E:26000 Z
1 t: n Z
2 C:ROLLBACK Z
1 t: T:?column? Z
2 D:5 C:SELECT 1 Z"
is "Python: schemas, tables, columns, procedures, the version" \
    "$( { say s1 "select current_database(), schema_name from svv_all_schemas where schema_name = 'public'"
  say s2 "select table_schema, table_name, case table_type when 'BASE TABLE' then 'TABLE' else table_type end from\
 svv_tables where table_schema = 'public'"
  say s3 "select column_name, data_type, coalesce(character_maximum_length, numeric_precision), is_nullable, case\
 when column_default like '\"identity\"%' then 'YES' else 'NO' end from svv_columns where table_name = 'rc_plays' and\
 ordinal_position in (1, 4) order by ordinal_position"
  say s4 "select count(*) > 0 from pg_catalog.pg_proc_info p join pg_namespace n on p.pronamespace = n.oid"
  say s5 "select version() like '%Redshift%'"; } | python | grep ^2 | sed "s/$PGDATABASE/DB/")" \
  "2 D:DB,public C:SELECT 1 Z
2 D:public,rc_plays,TABLE C:SELECT 1 Z
2 D:id,integer,32,NO,YES D:level,character varying,10,YES,NO C:SELECT 2 Z
2 D:t C:SELECT 1 Z
2 D:t C:SELECT 1 Z"
is "Python: SHOW with names and patterns as parameters" \
  "$( { say s1 'show schemas from database $1 like $2 @1043,1043' "t:$PGDATABASE t:publ%"
  say s2 'show columns from table $1.$2.$3 like $4 @1043,1043,1043,1043' "t:$PGDATABASE t:public t:rc_plays t:user%"
  say s3 'show parameters of function $1.$2.$3($4) @1043,1043,1043,1043' \
    "t:$PGDATABASE t:public t:nosuch t:integer"; } | python | grep ^2 |
  sed 's/^\(2 D:\)[^,]*,/\1/; s/,[0-9]*,local.*//' | cut -d, -f1-4)" "2 D:public
2 D:public,rc_plays,user_id,3
2 C:SELECT 0 Z"

# JDBC: BEGIN and the statement are one pipeline, ended by Flush and Sync; names with the clock; rows in portals of a
# limit; results in both formats
is "JDBC's start-up, compression asked for" "$(jdbc _pq_.compression=lz4:1 <<<S | head -1)" "R3 R0 S:server_version Z"
is "JDBC: a transaction, a portal in pieces, both formats, an error's place" "$(jdbc <<'END' | tail -n +2
P  SET application_name = 'it''s'
B  
E  1
H
S
--
P S_1-77 BEGIN
B C_2-77 S_1-77
E C_2-77
P S_3-78 INSERT INTO rc_plays (user_id, level) VALUES ($1, $2) @20,1043
B C_4-78 S_3-78 i8:5 t:free
D PC_4-78
E C_4-78 1
H
S
--
P S_5-79 SELECT NVL(level, 'x') AS level, user_id FROM rc_plays WHERE user_id >= $1 ORDER BY user_id @23
B C_6-79 S_5-79 i4:0 =0,1
D PC_6-79
E C_6-79 1
H
S
--
E C_6-79 10
H
S
--
P S_7-80 SELECT NVL(level, nosuch) FROM rc_plays
B C_8-80 S_7-80
D PC_8-80
E C_8-80 0
H
S
--
P S_9-81 ROLLBACK
B C_10-81 S_9-81
E C_10-81 1
C S S_5-79
H
S
--
END
)" "1 2 C:SET Z
1 2 C:BEGIN 1 2 n C:INSERT 0 1 Z
1 2 T:level,user_id D:free,0000000000000005 s Z
D:paid,00000002dfdc1c35 C:SELECT 1 Z
E:42703:19 Z
1 2 C:ROLLBACK 3 Z"
psql -Xq -c 'CREATE PROCEDURE rc_both(a int, b bigint) LANGUAGE plpgsql AS $$BEGIN END$$'
is "JDBC: databases, schemas, tables, columns, late-binding views, settings, arguments of procedures" \
  "$(jdbc <<'END' | tail -n +2
P  SELECT database_name FROM pg_catalog.svv_redshift_databases WHERE database_name = 'postgres'
B  
D P
E  0
S
--
P  SELECT schema_name FROM pg_catalog.svv_all_schemas WHERE schema_name = 'public'
B  
E  0
S
--
P  SELECT table_name, table_type FROM pg_catalog.svv_all_tables
  WHERE schema_name = 'public' AND table_name LIKE 'rc\\_%'
B  
E  0
S
--
P  SELECT column_name, ordinal_position FROM pg_catalog.svv_all_columns
  WHERE table_name = 'rc_plays' AND ordinal_position = 3
B  
E  0
S
--
P  SELECT count(*) FROM pg_get_late_binding_view_cols() AS c (view_schema NAME, view_name NAME, col_name NAME,
  col_type VARCHAR, col_num INT)
B  
E  0
S
--
P  SELECT count(*) FROM pg_catalog.pg_settings WHERE name = 'max_index_keys'
B  
E  0
S
--
P  SELECT proname, proargnames[place], format_type(proargtypes[place - 1], NULL) FROM pg_catalog.pg_proc_info LEFT JOIN
  (SELECT CASE WHEN proargmodes IS NULL THEN generate_series(1, array_upper(proargnames, 1)) ELSE
  generate_series(1, array_upper(proargmodes, 1)) END AS place FROM pg_catalog.pg_proc_info WHERE proname = 'rc_both')
  ON place > 0 WHERE proname = 'rc_both' ORDER BY place
B  
E  0
S
--
END
)" \
  "1 2 T:database_name D:postgres C:SELECT 1 Z
1 2 D:public C:SELECT 1 Z
1 2 D:rc_plays,TABLE C:SELECT 1 Z
1 2 D:user_id,3 C:SELECT 1 Z
1 2 D:0 C:SELECT 1 Z
1 2 D:1 C:SELECT 1 Z
1 2 D:rc_both,a,integer D:rc_both,b,bigint C:SELECT 2 Z"
psql -Xq -c 'DROP OWNED BY driver' -c 'DROP ROLE driver'
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
