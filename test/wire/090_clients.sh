#!/bin/bash
# Real clients, each as its users write it, with TLS and a password: statements of Redshift's, parameters of each type,
# batches,
# transactions, errors with SQLSTATE and place, COPY, large results in pieces, the catalog, cancel. A client is one
# process; its
# program is test/wire/clients.  What isn't installed is said.
set -uo pipefail
n=0; failed=0
python=/usr/bin/python3   # Debian's, which has Debian's drivers
here=$PWD/test/wire/clients; modules=$PWD/build/wire/node_modules

hba=$(psql -XAtc 'SHOW hba_file'); cp "$hba" "$hba.kept"
trap 'cat "$hba.kept" >"$hba"; psql -Xqc "SELECT pg_reload_conf()" >/dev/null' EXIT
printf 'local all all trust\nhost all all 127.0.0.1/32 md5\n' >"$hba"; psql -Xqc 'SELECT pg_reload_conf()' >/dev/null
psql -Xq -v ON_ERROR_STOP=1 -v mirror="$SPARKIFY_ROOT/mirror/warehouse" <<'SQL' || exit 1
CREATE EXTENSION sparkify_dwh;
CREATE ROLE client LOGIN PASSWORD 'Passw0rd';
SET password_encryption = 'md5';
CREATE ROLE client_md5 LOGIN PASSWORD 'Passw0rd';
CREATE SERVER clients FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://clients/', mirror :'mirror');
GRANT ALL ON SCHEMA public TO client, client_md5;
GRANT USAGE ON FOREIGN SERVER clients TO client, client_md5;
SQL
export WIRE_HOST=127.0.0.1 WIRE_USER=client WIRE_PASSWORD=Passw0rd PGDATABASE
# PostgreSQL's own variables are for psql here, not for a client
alone() { env -u PGHOST -u PGPORT -u PGUSER "$@"; }

client() { # NAME COMMAND...: its lines, numbered
  local name=$1 out status line; shift
  out=$(alone timeout 120 "$@" 2>&1); status=$?
  while IFS= read -r line; do
    case $line in
      "ok - "*) n=$((n + 1)); echo "ok $n - $name: ${line#ok - }" ;;
      "not ok - "*) n=$((n + 1)); failed=1; echo "not ok $n - $name: ${line#not ok - }" ;;
      "#"*) echo "$line" ;;
    esac
  done <<<"$out"
  n=$((n + 1))
  if [ $status = 0 ]; then echo "ok $n - $name to its end"; else failed=1; echo "not ok $n - $name to its end"; \
    sed 's/^/# /' <<<"$out" | tail -20; fi
}
missing() { n=$((n + 1)); echo "ok $n - $1 # SKIP $2"; }

has() { "$python" -c "import $1" 2>/dev/null; }
if has psycopg2; then client psycopg2 "$python" "$here/psycopg2_client.py"; \
  else missing psycopg2 "Debian: python3-psycopg2"; fi
if has psycopg2 && has sqlalchemy; then client SQLAlchemy "$python" "$here/sqlalchemy_client.py"; \
  else missing SQLAlchemy "Debian: python3-sqlalchemy"; fi
if has asyncpg; then client asyncpg "$python" "$here/asyncpg_client.py"; \
  else missing asyncpg "Debian: python3-asyncpg"; fi
# Debian's is from before SCRAM
if has pg8000; then client pg8000 env WIRE_USER=client_md5 "$python" "$here/pg8000_client.py"; \
  else missing pg8000 "Debian: python3-pg8000"; fi
if has pyodbc && grep -q 'PostgreSQL Unicode' /etc/odbcinst.ini 2>/dev/null; then client ODBC "$python" \
  "$here/odbc_client.py"; else missing ODBC "Debian: python3-pyodbc odbc-postgresql"; fi

# node's: npm's, or Debian's where there is no npm
if [ ! -d "$modules/pg-cursor" ] && command -v npm >/dev/null; then
  mkdir -p build/wire && (cd build/wire && npm install --silent --no-fund --no-audit --no-save pg pg-cursor >npm.log \
    2>&1)
fi
export NODE_PATH=$modules:/usr/share/nodejs NODE_NO_WARNINGS=1
if command -v node >/dev/null && node -e 'require("pg-cursor"); require("pg")' 2>/dev/null; \
  then client "node's pg" node "$here/pg_client.cjs"; else missing "node's pg" \
  "npm: pg pg-cursor, or Debian: node-pg"; fi

jar=/usr/share/java/postgresql.jar
if [ -e $jar ] && command -v javac >/dev/null; then
  client JDBC java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp $jar "$here/Jdbc.java"
else missing JDBC "Debian: libpostgresql-jdbc-java default-jdk-headless"; fi

psql -Xq -c 'DROP OWNED BY client, client_md5' -c 'DROP ROLE client, client_md5'
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
