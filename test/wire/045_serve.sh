#!/bin/bash
# make serve: a client comes in with the dwh.cfg that it writes; Ctrl-C ends it at once, at whatever moment, and
# leaves no process; the next start has the table and the password of the one before; a port that is taken is said.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
limit=${LIMIT_MS:-2000}
dir=$SPARKIFY_ROOT/serve; out=$SPARKIFY_ROOT/serve.out; serve=""; holder=""
mkdir -p "$dir"
trap 'interrupt; [ -z "$holder" ] || kill "$holder" 2>/dev/null' EXIT

# As at a terminal: a session of its own, whose every process gets the Ctrl-C.
start() { # NAME=VALUE...
  : >"$out"
  SERVE_DIR=$dir setsid perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' make -s serve "$@" \
    >"$out" 2>&1 </dev/null & serve=$!
}
ready() { # waits until it says that it is
  for _ in $(seq 600); do
    grep -q '^Ctrl-C ends it' "$out" && return
    kill -0 "$serve" 2>/dev/null || break
    sleep 0.1
  done
  sed 's/^/# /' "$out"
}
millis() { perl -MTime::HiRes=time -e 'printf "%d\n", time * 1000'; }
interrupt() { # sets ended_ms
  [ -n "$serve" ] || return
  local begun; begun=$(millis)
  kill -INT -- -"$serve" 2>/dev/null; wait "$serve" 2>/dev/null; serve=""
  ended_ms=$(($(millis) - begun))
}
processes() { pgrep -fc -- "$dir/" ; }
setting() { sed -n "s/^$1=//p" "$dir/dwh.cfg"; }
query() { # PORT SQL
  PGPASSWORD=$(setting DB_PASSWORD) timeout 60 psql -XqAt -c "$2" \
    "host=127.0.0.1 port=$1 dbname=$(setting DB_NAME) user=$(setting DB_USER) sslmode=require" 2>&1
}

start; ready
port=$(setting DB_PORT)
is "it says where it is" "$(grep -c "^A warehouse is at localhost, port $port" "$out")" 1
is "the dwh.cfg that it writes is the user's alone" "$(stat -c %a "$dir/dwh.cfg")" 600
is "a client comes in and creates a table in Redshift's SQL" \
  "$(query "$port" "CREATE TABLE kept (id INTEGER, name VARCHAR(MAX)) DISTSTYLE ALL SORTKEY (id);
     INSERT INTO kept VALUES (1, 'one'); SELECT TOP 1 NVL(name, 'none') FROM kept")" one
is "it loads from the places in that file" \
  "$(query "$port" "CREATE TABLE songs (song_id VARCHAR, num_songs INTEGER);
     COPY songs FROM $(setting SONG_DATA) IAM_ROLE $(setting ARN) JSON 'auto';
     SELECT COUNT(*) > 1000 FROM songs" | tail -n 1)" t
is "and unloads to them, and loads that" \
  "$(query "$port" "UNLOAD ('SELECT * FROM songs') TO 's3://udacity-dend/unloaded/songs_' IAM_ROLE $(setting ARN) CSV;
     CREATE TABLE again (LIKE songs);
     COPY again FROM 's3://udacity-dend/unloaded/songs_' IAM_ROLE $(setting ARN) CSV;
     SELECT COUNT(*) = (SELECT COUNT(*) FROM songs) FROM again" | tail -n 1)" t
password=$(setting DB_PASSWORD)
is "a server and a gateway are under way" "$(pgrep -fc -- "^$dir/programs.*/postgres -D") $(pgrep -fc -- \
  "^$dir/programs.*/sparkify_gateway ")" "1 1"
interrupt
is "Ctrl-C ends it within $limit ms (it took $ended_ms)" "$((ended_ms <= limit))" 1
is "it says where the data stay" "$(grep -c "^Stopping; the data stay in $dir" "$out")" 1
is "no process stays" "$(processes)" 0

# Its directory is another process's file only while a server runs on it.
start
for _ in $(seq 600); do [ -e "$dir/data/postmaster.pid" ] && break; sleep 0.05; done
interrupt
is "Ctrl-C while it starts ends it, too" "$(processes)" 0

# The port of the file is taken now: by somebody who never answers.
perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => shift,
  ReuseAddr => 1)
  or die "no port\n"; print "listening\n"; close STDOUT; sleep 600' "$port" >"$SPARKIFY_ROOT/holder" & holder=$!
for _ in $(seq 100); do [ -s "$SPARKIFY_ROOT/holder" ] && break; sleep 0.05; done
start CFG="$dir/dwh.cfg"; ready
next=$(sed -n 's/^A warehouse is at localhost, port \([0-9]*\).*/\1/p' "$out")
is "where the port is taken it says so" \
  "$(grep -c "^A warehouse is at localhost, port $next (port $port is taken)" "$out")" 1
is "the next start has the table" "$(query "$next" 'SELECT id, name FROM kept')" "1|one"
is "and the password" "$(setting DB_PASSWORD)" "$password"
interrupt
is "and ends as the first" "$((ended_ms <= limit)) $(processes)" "1 0"

# A clone in root's home, which the server's account can't enter: the cluster lives elsewhere.
if [ "$(id -u)" = 0 ]; then
  home=$SPARKIFY_ROOT/home; mkdir "$home"; dir=$SPARKIFY_ROOT/elsewhere
  tar -c --exclude=./.git --exclude='./build/*' . | tar -x -C "$home"; chmod 700 "$home"
  mkdir -p "$home/build"; cp -p build/sparkify_gateway "$home/build/"
  cd "$home" || exit 1
  SERVE_DIR='' SERVE_FALLBACK=$dir setsid perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' make -s serve >"$out" 2>&1 \
    </dev/null & serve=$!
  ready
  is "a clone that the server can't enter serves from elsewhere" \
    "$(query "$(setting DB_PORT)" 'SELECT NVL(NULL, 1)')" 1
  interrupt
else echo "ok $((n += 1)) - a clone that the server can't enter # SKIP only root's server is another account's"
fi
echo "1..$n"
exit $failed
