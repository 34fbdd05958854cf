#!/bin/bash
# Whatever happens to a client, its backend or the gateway, nothing is left of it and others are unharmed:
# half messages, resets, clients that never read, a killed backend, a killed gateway, many clients at once.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
gate() { timeout 20 psql -X -qAt "host=127.0.0.1 port=$WIRE_PORT user=postgres dbname=$PGDATABASE" "$@" 2>&1; }
backends() { psql -XAtc \
  "SELECT count(*) FROM pg_stat_activity WHERE datname = '$PGDATABASE' AND pid <> pg_backend_pid()"; }
gone() { local i; for i in $(seq 100); do [ "$(backends)" = 0 ] && break; sleep 0.1; done; backends; }
psql -Xqc 'CREATE EXTENSION IF NOT EXISTS sparkify_dwh'

# opens COUNT connections that send BYTES (perl's notation) and then HOW: close, or reset
rude() { perl -MIO::Socket::INET -MSocket -e '
  my ($port, $count, $how, $bytes) = @ARGV; $bytes = eval qq("$bytes");
  my @all = map { my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die;
    syswrite $s, $bytes; $s } 1 .. $count;
  select undef, undef, undef, 0.3;
  if ($how eq "reset") { setsockopt($_, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)) for @all; }
  close $_ for @all' "$WIRE_PORT" "$@"; }
login=$(perl -e 'my $b = pack("N", 196608) . "user\0postgres\0database\0$ARGV[0]\0\0";
  print join "", map { sprintf "\\x%02x", ord } split //, pack("N", 4 + length $b) . $b' "$PGDATABASE")
query='Q\0\0\0\x0d' # a Query whose text never comes
rude 20 close '\0\0'; rude 20 reset "$login"; rude 20 close "$login$query"; \
  rude 20 close "$login"'Z\xff\xff\xff\xff'; rude 20 close '\0\0\0\x08\x04\xd2\x16\x2fgarbage'
is "half messages, resets and nonsense leave no backend" "$(gone)" 0
is "others are served" "$(gate -c 'SELECT 1')" 1

# a client that asks for a lot and reads nothing: its process stays small, and goes with it
big=$(perl -e 'my $t = "SELECT repeat(\x27x\x27, 1000000) FROM pg_class\0";
  print join "", map { sprintf "\\x%02x", ord } split //, "Q" . pack("N", 4 + length $t) . $t')
(rude 5 reset "$login$big") & sleep 0.2
is "clients that never read don't hinder others" "$(gate -c 'SELECT 2')" 2
wait; is "and leave no backend" "$(gone)" 0

got=$(gate -c "SELECT pg_terminate_backend(pg_backend_pid())" | head -1)
is "a killed backend's last words reach the client" "$got" "FATAL:  terminating connection due to administrator command"
is "the next client is served" "$(gate -c 'SELECT 3')" 3

pids=(); for i in $(seq 60); do gate -c 'SELECT pg_sleep(2)' >/dev/null & pids+=($!); done; sleep 1.5
is "60 clients at once, and one more" "$(gate -c 'SELECT 4')" 4
wait "${pids[@]}"; is "all gone" "$(gone)" 0

# the gateway killed: its clients end, the worker starts it again
gate -c 'SELECT pg_sleep(15)' >/dev/null & sleep 0.5
mapfile -t old < <(pgrep -f "sparkify_gateway --lifeline --port=$WIRE_PORT")
kill -9 "$(pgrep -o -f "sparkify_gateway --lifeline --port=$WIRE_PORT")"; wait
# those of before only: the worker may have started the next one by now
for i in $(seq 50); do left=$(ps -o pid= -o stat= -p "${old[*]}" | grep -vc Z); [ "$left" = 0 ] && break; sleep 0.1; \
  done
is "a killed gateway leaves no process" "$left" 0
for i in $(seq 100); do [ "$(gate -c 'SELECT 5')" = 5 ] && break; sleep 0.2; done
is "and is started again" "$(gate -c 'SELECT 5')" 5
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
