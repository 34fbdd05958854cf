#!/bin/bash
# A client of a network of its own: TLS, a listed network and a password are required, whatever pg_hba.conf says of
# loopback; it reaches nothing but the gateway's port; the server sees the gateway's address.  Needs the right to make
# a network namespace (ip netns); where there is none nothing is run, and test/wire/020 has the same from another
# address.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
space=sparkify$$; here=198.18.77.1; there=198.18.77.2
hba=$(psql -XAtc 'SHOW hba_file'); cp "$hba" "$hba.kept"
end() {
  cat "$hba.kept" >"$hba"; psql -Xqc 'SELECT pg_reload_conf()' >/dev/null
  [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null
  ip link del "s$$" 2>/dev/null; ip netns del "$space" 2>/dev/null
}
trap end EXIT
if ! { ip netns add "$space" && ip link add "s$$" type veth peer name "c$$" netns "$space" &&
  ip addr add "$here/30" dev "s$$" && ip link set "s$$" up && ip -n "$space" addr add "$there/30" dev "c$$" &&
  ip -n "$space" link set "c$$" up && ip -n "$space" link set lo up; } 2>"$SPARKIFY_ROOT/netns.log"; then
  echo "ok 1 - a network of its own # SKIP no right to make one: $(head -1 "$SPARKIFY_ROOT/netns.log")"
  echo 1..1; exit 0
fi
use() { { echo 'local all all trust'; echo "host all all 127.0.0.1/32 $1"; } >"$hba"; \
  psql -Xqc 'SELECT pg_reload_conf()' >/dev/null; sleep 0.3; }
psql -Xq -c 'CREATE EXTENSION sparkify_dwh' -c "CREATE ROLE wire_far LOGIN PASSWORD 'Secret3'"

log=$SPARKIFY_ROOT/far.log; mkdir -p "$SPARKIFY_ROOT/far"
"$SERVER_BIN/sparkify_gateway" --address="$here" --port=0 --server-port="$PGPORT" --networks="198.18.77.0/30" \
  --state="$SPARKIFY_ROOT/far" 2>"$log" &
pid=$!
for i in $(seq 50); do port=$(sed -n 's/.*listening on .* port //p' "$log"); [ -n "$port" ] && break; sleep 0.1; done
come() { # MODE PASSWORD STATEMENT [PORT]
  PGPASSWORD=$2 timeout 20 ip netns exec "$space" psql -XAt \
    "host=$here port=${4:-$port} user=wire_far dbname=$PGDATABASE connect_timeout=5 sslmode=$1" -c "$3" 2>&1 |
    sed -E 's/.*(FATAL: .*)/\1/; s/.*(Connection refused|server closed the connection).*/\1/' |
      grep -vE '^\s|^HINT' | tail -1
}
use scram-sha-256
is "TLS, a listed network and a password let in" "$(come require Secret3 'SELECT NVL(NULL, 5)')" 5
is "the server sees the gateway's address" "$(come require Secret3 'SELECT inet_client_addr()' | sed 's|/32||')" \
  127.0.0.1
is "not without TLS" "$(come disable Secret3 'SELECT 1')" "FATAL:  clients from other machines need TLS"
is "not with a wrong password" "$(come require wrong 'SELECT 1')" \
  'FATAL:  password authentication failed for user "wire_far"'
use trust
is "trust of loopback lets nobody in" "$(come require Secret3 'SELECT 1')" \
  "FATAL:  clients from other machines need a password"
use reject
is "reject does neither" \
  "$(come require Secret3 'SELECT 1' | grep -o '^FATAL:  pg_hba.conf rejects connection')" \
  "FATAL:  pg_hba.conf rejects connection"
use scram-sha-256
is "verify-ca works with the generated certificate" \
  "$(PGSSLROOTCERT=$SPARKIFY_ROOT/far/sparkify_gateway.crt come verify-ca Secret3 'SELECT 6')" \
  6
is "an endpoint on loopback isn't there for it" "$(come require Secret3 'SELECT 1' "$WIRE_PORT")" "Connection refused"
is "nor is PostgreSQL" "$(come require Secret3 'SELECT 1' "$PGPORT")" "Connection refused"
kill $pid; wait $pid 2>/dev/null
"$SERVER_BIN/sparkify_gateway" --address="$here" --port=0 --server-port="$PGPORT" --networks="198.18.77.4/30" \
  --state="$SPARKIFY_ROOT/far" 2>"$log" &
pid=$!
for i in $(seq 50); do port=$(sed -n 's/.*listening on .* port //p' "$log"); [ -n "$port" ] && break; sleep 0.1; done
is "a network that isn't listed is told nothing" "$(come require Secret3 'SELECT 1')" "server closed the connection"
psql -Xqc 'DROP ROLE wire_far'
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
