#!/bin/bash
# serve.sh: a local warehouse that stays: what make serve runs, until Ctrl-C.
#
#   make serve                      database dwh, user dwhuser, a password of its own; generated data
#   make serve CFG=path/to/dwh.cfg  database, user, password and port as your project's dwh.cfg has them
#   make serve BUCKET=directory     stands in for every s3:// bucket that the cfg names
#
# The cluster lives below build/serve (SERVE_DIR=... elsewhere), with a private copy of PostgreSQL's
# programs; the next call goes on with its data.  It listens on this machine only.  Root's server is another
# account's: where that can't enter build/serve, as in root's home, the cluster lives in /var/lib/sparkify_serve.
set -euo pipefail
cd "$(dirname "$0")/.."
test/deps.sh build
. test/cluster.sh
place() { mkdir -p "$1" && cd "$1" && pwd; }
dir=$(place "${SERVE_DIR:-build/serve}")
[ -n "${SERVE_DIR:-}" ] || as_server test -x "$dir" || dir=$(place "${SERVE_FALLBACK:-/var/lib/sparkify_serve}")
cfg=${CFG:-}
say() { printf '%s\n' "$@"; }

# The value of the first of some keys in an ini file, whatever its section, quotes off; nothing without a file.
ini() { # FILE KEY...
  local file=$1 key value; shift
  [ -n "$file" ] || return 0
  for key in "$@"; do
    value=$(sed -nE "s/^[[:space:]]*$key[[:space:]]*[=:][[:space:]]*(.*[^[:space:]])[[:space:]]*\$/\1/Ip" "$file" |
      head -1)
    value=${value#[\'\"]}; value=${value%[\'\"]}
    [ -z "$value" ] || { printf '%s' "$value"; return; }
  done
}

free_port() { # FROM: the first port from there on that nobody listens on
  perl -MIO::Socket::INET -e 'my $port = shift;
    $port++ until IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => $port, ReuseAddr => 1);
    print $port' "$1"
}

[ -z "$cfg" ] || [ -r "$cfg" ] || { say "there is no readable file \"$cfg\"" >&2; exit 1; }
as_server test -x "$dir" ||
  { say "$(server_account), who the server runs as, can't enter $dir: name another place with SERVE_DIR=..." >&2; \
    exit 1; }

# What it is called: by the cfg that is given, else by the one that was written before.
written=$dir/dwh.cfg; known=${cfg:-$([ -e "$written" ] && echo "$written" || true)}
database=$(ini "$known" DB_NAME DWH_DB DBNAME DATABASE); database=${database:-dwh}
user=$(ini "$known" DB_USER DWH_DB_USER DBUSER); user=${user:-dwhuser}
password=$(ini "$known" DB_PASSWORD DWH_DB_PASSWORD DBPASSWORD)
password=${password:-$(head -c 18 /dev/urandom | base64 | tr -d '/+=')1a}
wanted=$(ini "$cfg" DB_PORT DWH_PORT DBPORT); wanted=${wanted:-5439}

CLUSTER=$dir/programs
rm -rf "$CLUSTER"; mkdir -p "$CLUSTER"
cluster_install
chmod -R a+rX "$CLUSTER"
mkdir -p "$dir/run"; [ "$(id -u)" != 0 ] || chown "$(server_account)" "$dir/run"
if [ ! -e "$dir/data/PG_VERSION" ]; then
  mkdir -p "$dir/data"; [ "$(id -u)" != 0 ] || chown "$(server_account)" "$dir/data"
  as_server "$SERVER_BIN/initdb" -D "$dir/data" -U postgres -E UTF8 --locale=C.UTF-8 -A trust >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; exit 1; }
  printf 'local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n' \
    >"$dir/data/pg_hba.conf"
fi
chmod 700 "$dir/run"

port=$(free_port "$wanted"); server_port=$(free_port 54390)
stop() {
  trap - EXIT INT TERM HUP
  say "" "Stopping; the data stay in $dir."
  (cd "$dir/run" && as_server "$SERVER_BIN/pg_ctl" -D "$dir/data" -s -m fast stop) || true
}
trap stop EXIT
trap 'exit 0' INT TERM HUP
(cd "$dir/run" && unset AWS_PROFILE && server_ctl -D "$dir/data" -w -s -l "$dir/run/log" start -o \
  "-k $dir/run -p $server_port -c listen_addresses=localhost -c shared_preload_libraries=sparkify_dwh \
   -c sparkify_dwh.endpoint_port=$port -c max_wal_size=4GB") || { tail -20 "$dir/run/log" >&2; exit 1; }
sql() { "$SERVER_BIN/psql" -X -A -t -q -v ON_ERROR_STOP=1 -h "$dir/run" -p "$server_port" -U postgres "$@"; }

# The database, its owner and the extension.
export PGOPTIONS='-c client_min_messages=warning'
sql -d postgres -v user="$user" -v password="$password" -v database="$database" <<'SQL'
SELECT format('CREATE ROLE %I', :'user') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'user') \gexec
ALTER ROLE :"user" LOGIN CREATEDB CREATEROLE PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'user')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
SQL
sql -d "$database" -v user="$user" <<'SQL'
CREATE EXTENSION IF NOT EXISTS sparkify_dwh;
GRANT USAGE ON FOREIGN DATA WRAPPER sparkify_s3 TO :"user";
SQL

# A directory for each bucket that the cfg names; UNLOAD writes as the owner of the store only.
buckets=$( { [ -z "$cfg" ] || grep -oiE "s3://[a-z0-9][a-z0-9.-]+" "$cfg" | sed 's#^[sS]3://##'; } | sort -u)
bucket=${BUCKET:-$dir/bucket}
if [ -z "${BUCKET:-}" ] && [ ! -e "$bucket/log_json_path.json" ]; then
  make -s generator
  build/sparkify_generate --events 8000 --songs 2000 --bucket "$bucket"
  cp -al "$bucket/log_data" "$bucket/log-data"; cp -al "$bucket/song_data" "$bucket/song-data"
  chmod -R a+rX "$bucket"
  [ "$(id -u)" != 0 ] || chown -R "$(server_account)" "$bucket"
fi
bucket=$(cd "$bucket" && pwd)
as_server test -r "$bucket" || { say "$(server_account), who the server runs as, can't read $bucket" >&2; exit 1; }
for name in ${buckets:-udacity-dend}; do
  sql -d "$database" -v server="bucket_${name//[.-]/_}" -v location="s3://$name/" -v mirror="$bucket" -v user="$user" \
    <<'SQL'
DROP SERVER IF EXISTS :"server";
CREATE SERVER :"server" FOREIGN DATA WRAPPER sparkify_s3
  OPTIONS (location :'location', mirror :'mirror', writable 'on');
ALTER SERVER :"server" OWNER TO :"user";
SQL
done

if [ -z "$cfg" ]; then
  cfg=$written
  cat >"$cfg" <<CFG
[CLUSTER]
HOST=localhost
DB_NAME=$database
DB_USER=$user
DB_PASSWORD=$password
DB_PORT=$port

[IAM_ROLE]
ARN='arn:aws:iam::123456789012:role/dwhRole'

[S3]
LOG_DATA='s3://udacity-dend/log_data'
LOG_JSONPATH='s3://udacity-dend/log_json_path.json'
SONG_DATA='s3://udacity-dend/song_data'
CFG
  chmod 600 "$cfg"
fi
if grep -qiE '^[[:space:]]*(ARN|LOG_DATA)[[:space:]]*[=:]' "$cfg"; then
  sql -d "$database" -v cfg="$(cat "$cfg")" <<<"SELECT count(*) FROM sparkify_configure(:'cfg')" >/dev/null
fi
for _ in $(seq 100); do [ -e "$dir/data/sparkify_gateway.crt" ] && break; sleep 0.1; done

say "A warehouse is at localhost, port $port$([ "$port" = "$wanted" ] || echo " (port $wanted is taken)")." \
  "" "  In your project's dwh.cfg:  HOST=localhost   DB_PORT=$port" \
  "  database $database, user $user, password as in $cfg" \
  "  psql \"host=localhost port=$port dbname=$database user=$user\"" \
  "  TLS: sslrootcert=$dir/data/sparkify_gateway.crt for verify-ca" \
  "  $(echo "${buckets:-udacity-dend}" | sed 's#^#s3://#' | tr '\n' ' ')is $bucket" \
  "" "Ctrl-C ends it; the next make serve goes on with its data."
server_pid=$(head -1 "$dir/data/postmaster.pid")
while kill -0 "$server_pid" 2>/dev/null; do sleep 1 & wait $! || true; done
say "the server has ended: see $dir/run/log" >&2
