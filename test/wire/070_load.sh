#!/bin/bash
# Many clients, slow ones, silent ones, a silent server, a restarted server: each is served or sent away in its
# time, and afterwards no process, descriptor or memory is left.  Pss and times are printed.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
gate() { timeout 20 psql -X -qAt "host=127.0.0.1 port=${PORT:-$WIRE_PORT} user=postgres dbname=$PGDATABASE" "$@" 2>&1; }
backends() { psql -XAtc \
  "SELECT count(*) FROM pg_stat_activity WHERE datname = '$PGDATABASE' AND pid <> pg_backend_pid()"; }
wait_for() { local i; for i in $(seq 300); do [ "$("${@:2}")" = "$1" ] && break; sleep 0.1; done; "${@:2}"; }
psql -qc 'CREATE EXTENSION sparkify_dwh'
for i in $(seq 100); do [ "$(gate -c 'SELECT 1')" = 1 ] && break; sleep 0.1; done

# the gateway's listener is the oldest of its processes; the rest are its clients'
processes() { pgrep -f "sparkify_gateway --lifeline --port=$WIRE_PORT"; }
listener=$(pgrep -o -f "sparkify_gateway --lifeline --port=$WIRE_PORT")
clients() { echo $(($(processes | wc -l) - 1)); }
descriptors() { ls "/proc/$listener/fd" | wc -l; }
pss() { awk '/^Pss:/ { sum += $2 } END { print sum + 0 }' "$@"; }

# connects COUNT clients at once, each of which then runs STATEMENT; prints how many have its row, waits for a line, and
# goes
crowd() { perl -MIO::Socket::INET -e '
  my ($port, $db, $count, $statement) = @ARGV;
  my $start = pack("N", 196608) . "user\0postgres\0database\0$db\0\0";
  my $query = "Q" . pack("N", 5 + length $statement) . "$statement\0";
  sub Until { my ($s) = @_; my $rows = 0;
    while (read($s, my $head, 5) == 5) {
      my ($type, $length) = unpack "aN", $head;
      read($s, my $body, $length - 4) if $length > 4;
      $rows++ if $type eq "D"; return $rows if $type eq "Z"; return 0 if $type eq "E"; }
    return 0; }
  my @all = map { my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die;
    syswrite $s, pack("N", 4 + length $start) . $start; $s } 1 .. $count;
  Until($_) for @all;
  syswrite $_, $query for @all;
  my $served = 0; $served += Until($_) for @all;
  $| = 1; print "$served\n"; <STDIN>' "$WIRE_PORT" "$PGDATABASE" "$1" "$2"; }

before=$(descriptors); small=$(pss "/proc/$listener/smaps_rollup"); began=$(date +%s%N)
many=1000
[ -z "${SANITIZED:-}" ] || many=100 # a sanitized backend takes 50 MB, and 1,000 of them the machine's memory
coproc crowd $many "SELECT NVL(NULL, 7) FROM pg_class LIMIT 1"
read -r served <&"${COPROC[0]}"
is "$many clients at once are served" "$served" $many
echo "# $many clients connected and served in $((($(date +%s%N) - began) / 1000000)) ms"
is "a process each" "$(clients)" $many
is "and one more" "$(gate -c 'SELECT 8')" 8
each=$(( $(processes | grep -vx "$listener" | sed 's|.*|/proc/&/smaps_rollup|' | xargs cat 2>/dev/null | pss) / many ))
echo "# Pss of a client's process: $each kB"
is "each takes less than 2 MB" "$((each < 2048))" 1
echo >&"${COPROC[1]}"; wait "$COPROC_PID" 2>/dev/null
is "they leave no process and no backend" "$(wait_for 0 clients) $(wait_for 0 backends)" "0 0"
is "no descriptor" "$(descriptors)" "$before"
is "and no memory in the listener" "$(( $(pss "/proc/$listener/smaps_rollup") < small + 1024 ))" 1

slow() { perl -MIO::Socket::INET -e '
  my ($port, $db) = @ARGV;
  my $start = pack("N", 196608) . "user\0postgres\0database\0$db\0\0"; my $text = "SELECT NVL(NULL, 9)\0";
  my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die;
  my $all = pack("N", 4 + length $start) . $start . "Q" . pack("N", 4 + length $text) . $text . "X\0\0\0\4";
  for my $byte (split //, $all) { syswrite $s, $byte; select undef, undef, undef, 0.005; }
  my ($all, $part) = (""); while (sysread $s, $part, 1) { $all .= $part; }
  print $all =~ /D\x00\x00\x00\x0b\x00\x01\x00\x00\x00\x01(.)/s ? $1 : "nothing"' "$WIRE_PORT" "$PGDATABASE"; }
is "bytes that come one by one are put together" "$(slow)" 9

# gateways of our own with a short time to authenticate
mkdir -p "$SPARKIFY_ROOT/state"; log=$SPARKIFY_ROOT/own.log
own() { # SERVER_PORT: sets pid and PORT
  "$SERVER_BIN/sparkify_gateway" --port=0 --server-port="$1" --authentication-timeout=1 \
    --state="$SPARKIFY_ROOT/state" 2>"$log" &
  pid=$!
  for i in $(seq 50); do PORT=$(sed -n 's/.*listening on .* port //p' "$log"); [ -n "$PORT" ] && break; sleep 0.1; done
}
own "$PGPORT"
silent() { perl -MIO::Socket::INET -MTime::HiRes=time -e '
  my ($port, $bytes) = @ARGV; my $began = time;
  my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die;
  syswrite $s, eval qq("$bytes"); my $byte; 1 while sysread $s, $byte, 100;
  print time - $began < 5 ? "closed" : "late"' "$PORT" "$1"; }
for bytes in '' '\0\0' '\0\0\0\x20\0\x03\0\0user' '\0\0\0\x08\x04\xd2\x16\x2f' \
  '\0\0\0\x08\x04\xd2\x16\x2f\x16\x03\x01'; do
  is "who sends \"$bytes\" and no more is sent away in time" "$(silent "$bytes")" closed
done
is "who is in may stay" "$(gate -c 'SELECT 10')" 10
is "longer than that time" "$(gate -c 'SELECT pg_sleep(1.5)' -c 'SELECT 11' | tail -1)" 11
gate -c 'SELECT pg_sleep(3)' >"$SPARKIFY_ROOT/last-words" & sleep 0.5
kill $pid; wait
is "a stopped gateway says so" "$(head -1 "$SPARKIFY_ROOT/last-words")" \
  "FATAL:  terminating connection because the gateway stops"
is "and nothing is left of its client" "$(wait_for 0 backends)" 0

# a server that takes no connection, or says nothing
mute() { perl -MSocket -e '
  socket my $s, PF_INET, SOCK_STREAM, 0; bind $s, pack_sockaddr_in(0, inet_aton("127.0.0.1")); listen $s, 0;
  my ($port) = unpack_sockaddr_in getsockname $s; my @held;
  if ($ARGV[0] eq "full") { for (1 .. 4) { socket my $c, PF_INET, SOCK_STREAM | 2048, 0;
    connect $c, pack_sockaddr_in($port, inet_aton("127.0.0.1")); push @held, $c } }
  $| = 1; print "$port\n"; <STDIN>' "$1"; }
for how in full open; do
  coproc mute $how
  read -r port <&"${COPROC[0]}"
  own "$port"; began=$(date +%s)
  got=$(gate -c 'SELECT 1'); took=$(($(date +%s) - began))
  case $how in full) want="the gateway cannot reach PostgreSQL over TCP" ;; \
    open) want="authentication was not completed" ;; esac
  is "a server that is $how and mute: $want" "$(grep -o "FATAL: .*" <<<"$got" | head -1) $((took < 5))" \
    "FATAL:  $want 1"
  kill $pid; wait $pid 2>/dev/null
  echo >&"${COPROC[1]}"; wait "$COPROC_PID" 2>/dev/null
done
unset PORT

# the server restarted under its clients
gate -c 'SELECT pg_sleep(15)' >"$SPARKIFY_ROOT/last-words" & sleep 0.5
mapfile -t old < <(processes)
data=$(psql -XAtc 'SHOW data_directory')
(. test/cluster.sh; cd "$data/.." && server_ctl -D "$data" -w -s -m fast -l "$data/../log" \
  restart); wait
is "a restarted server's last words reach the client" \
  "$(grep -c 'FATAL:  terminating connection due to administrator command' "$SPARKIFY_ROOT/last-words")" \
  1
left() { ps -o stat= -p "$(IFS=,; echo "${old[*]}")" | grep -vc Z; }
is "the old gateway is gone" "$(wait_for 0 left)" 0
again() { gate -c 'SELECT 12'; }
is "the new one serves" "$(wait_for 12 again)" 12
[ "$failed" = 0 ] && echo "1..$n"
exit $failed
