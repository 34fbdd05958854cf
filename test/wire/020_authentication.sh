#!/bin/bash
# pg_hba.conf, roles and passwords decide at the endpoint as for a direct client, method by method; drivers
# that can't do SCRAM are asked for a clear-text password; a client from elsewhere needs TLS, a listed
# network and a password.  It changes the cluster's pg_hba.conf, and puts it back.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
hba=$(psql -XAtc 'SHOW hba_file'); cp "$hba" "$hba.kept"
trap 'cat "$hba.kept" >"$hba"; psql -Xqc "SELECT pg_reload_conf()" >/dev/null' EXIT
use() { { echo 'local all all trust'; echo "host all all 127.0.0.1/32 $1"; } >"$hba"; \
  psql -Xqc 'SELECT pg_reload_conf()' >/dev/null; sleep 0.3; }
come() { # PORT ROLE PASSWORD: "in", or the server's words
  PGPASSWORD=$3 timeout 20 psql -XAt "host=127.0.0.1 port=$1 user=$2 dbname=$PGDATABASE sslmode=${MODE:-prefer}" -c \
    "SELECT 'in'" 2>&1 |
    sed -E 's/.*(FATAL: .*)/\1/; s/^psql: error: //; s/connection to server[^:]*: //' | grep -v '^HINT' | tail -1
}
psql -Xq -c "SET password_encryption = 'md5'" -c "CREATE ROLE wire_md5 LOGIN PASSWORD 'Secret1'" \
  -c "SET password_encryption = 'scram-sha-256'" -c "CREATE ROLE wire_scram LOGIN PASSWORD 'Secret2'" \
  -c 'CREATE ROLE wire_idle NOLOGIN'

# the endpoint answers word for word what the server does
for method in trust password md5 scram-sha-256 reject; do
  use $method
  for who in "wire_md5 Secret1" "wire_md5 wrong" "wire_scram Secret2" "wire_scram wrong" "wire_scram " "wire_idle x" \
    "nobody_here x"; do
    role=${who%% *}; password=${who#* }
    want=$(MODE=disable come "$PGPORT" "$role" "$password")
    for mode in disable require; do
      is "$method, sslmode=$mode: $role with \"$password\": $want" \
        "$(MODE=$mode come "$WIRE_PORT" "$role" "$password" | sed 's/, SSL encryption/, no encryption/')" \
        "$want"
    done
  done
done
# roles that may not, and lines for some only: the first that matches decides
psql -Xq -c "CREATE ROLE wire_late LOGIN PASSWORD 'Secret2' VALID UNTIL '2001-01-01'" -c \
  "CREATE ROLE wire_full LOGIN PASSWORD 'Secret2' CONNECTION LIMIT 0" \
  -c "CREATE ROLE wire_trusted LOGIN"
same() { # ROLE PASSWORD CLAIM
  local want; want=$(MODE=disable come "$PGPORT" "$1" "$2")
  for mode in disable require; do
    is "$3, sslmode=$mode: $want" \
      "$(MODE=$mode come "$WIRE_PORT" "$1" "$2" | sed 's/, SSL encryption/, no encryption/')" \
      "$want"
  done
}
hba() { printf '%s\n' 'local all all trust' "$@" >"$hba"; psql -Xqc 'SELECT pg_reload_conf()' >/dev/null; sleep 0.3; }
use scram-sha-256
same wire_late Secret2 "a password that is over"
same wire_full Secret2 "a role's limit of connections"
hba 'host all wire_trusted 127.0.0.1/32 trust' "host $PGDATABASE wire_md5 127.0.0.1/32 md5" \
  "host all all 127.0.0.1/32 reject"
same wire_trusted "" "a line for a role"
same wire_md5 Secret1 "a line for a database and a role"
same wire_scram Secret2 "and for nobody else"
is "and for no other database" \
  "$(PGDATABASE=postgres come "$WIRE_PORT" wire_md5 Secret1)" \
  "$(PGDATABASE=postgres MODE=disable come "$PGPORT" wire_md5 Secret1)"

# peer is for Unix sockets, which the gateway never takes: whoever it runs as gains nothing by it
hba 'local all all peer' 'host all all 127.0.0.1/32 reject' 2>/dev/null
same postgres "" "peer lets nobody in over TCP"
hba 'host all all 127.0.0.1/32 ident'
same wire_scram Secret2 "ident asks the machine that connects"
hba 'hostssl all all 127.0.0.1/32 cert'
same wire_scram Secret2 "cert needs TLS to the server itself"
if [ "$(hba 'host all all 127.0.0.1/32 gss'; \
  psql -XAtc "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method = 'gss' AND error IS NULL")" = 1 ]; then
  is "gss is refused, with what to use instead" "$(come "$WIRE_PORT" wire_scram Secret2)" \
    "FATAL:  the method of authentication cannot be passed on"
else
  n=$((n + 1)); echo "ok $n - gss # SKIP this server is built without it"
fi
hba 'host all all 10.0.0.0/8 scram-sha-256'
same wire_scram Secret2 "no line for loopback"

use scram-sha-256
is "the prefix IAM:" "$(come "$WIRE_PORT" IAM:wire_scram Secret2)" in
is "the prefix IAMA: and a group" "$(come "$WIRE_PORT" IAMA:wire_scram:group Secret2)" in

# a driver of Amazon's: its own start-up parameters, and no SCRAM
driver() { # PASSWORD: the types of the answers, and codes of authentication
  perl -MIO::Socket::INET -e '
    my ($port, $db, $password) = @ARGV;
    my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die;
    my $body = pack("N", 196608) . join("", map { "$_\0" } user => "wire_scram", database => $db,
      client_protocol_version => 2, driver_version => "Redshift Python Driver 2.1", os_version => "Linux",
        plugin_name => "x") . "\0";
    print $s pack("N", 4 + length $body) . $body;
    my $out = "";
    while (1) {
      read($s, my $head, 5) == 5 or last;
      my ($type, $length) = unpack "aN", $head;
      read($s, my $rest, $length - 4) if $length > 4;
      $out .= $type . ($type eq "R" ? unpack("N", $rest) : "") . " " if $type =~ /[REZ]/;
      print $s "p" . pack("N", 5 + length $password) . "$password\0" if $type eq "R" && unpack("N", $rest) == 3;
      last if $type =~ /[EZ]/;
    }
    print "$out\n"' "$WIRE_PORT" "$PGDATABASE" "$1"
}
is "a driver without SCRAM comes in with a clear-text password" "$(driver Secret2)" "R3 R0 Z "
is "and not with a wrong one" "$(driver wrong)" "R3 E "

# from elsewhere: an address of this machine that is none of loopback
own=$(hostname -I 2>/dev/null | tr ' ' '\n' | grep -m1 -E '^[0-9.]+$')
if [ -n "$own" ] && [ -x "$SERVER_BIN/sparkify_gateway" ]; then
  elsewhere() { # NETWORKS MODE ROLE PASSWORD
    local log=$SPARKIFY_ROOT/elsewhere.log pid port
    mkdir -p "$SPARKIFY_ROOT/state"
    "$SERVER_BIN/sparkify_gateway" --address="$own" --port=0 --server-port="$PGPORT" --networks="$1" \
      --state="$SPARKIFY_ROOT/state" 2>"$log" &
    pid=$!
    for i in $(seq 50); do port=$(sed -n 's/.*listening on .* port //p' "$log"); [ -n "$port" ] && break; sleep 0.1; \
      done
    PGPASSWORD=$4 timeout 20 psql -XAt "host=$own port=$port user=$3 dbname=$PGDATABASE sslmode=$2" -c "SELECT 'in'" \
      2>&1 |
      grep -oE "^in$|FATAL: .*|server closed|root certificate.*" | tail -1
    kill $pid; wait $pid 2>/dev/null
  }
  is "from elsewhere with TLS, a listed network and a password" "$(elsewhere "$own/32" require wire_scram Secret2)" in
  is "not without TLS" "$(elsewhere "$own/32" disable wire_scram Secret2)" \
    "FATAL:  clients from other machines need TLS"
  is "not from a network that isn't listed" "$(elsewhere "255.255.255.255/32" require wire_scram Secret2)" \
    "server closed"
  is "not where none is listed" "$(elsewhere "" require wire_scram Secret2)" "server closed"
  use trust
  is "trust admits nobody from elsewhere" "$(elsewhere "$own/32" require wire_scram Secret2)" \
    "FATAL:  clients from other machines need a password"
  use scram-sha-256
  is "nor does a wrong password" "$(elsewhere "$own/32" require wire_scram wrong)" \
    'FATAL:  password authentication failed for user "wire_scram"'
else
  n=$((n + 1)); echo "ok $n - from elsewhere # SKIP this machine has no address but loopback"
fi
psql -Xq -c 'DROP ROLE wire_md5, wire_scram, wire_idle, wire_late, wire_full, wire_trusted'
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
