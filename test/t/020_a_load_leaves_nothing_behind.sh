#!/bin/bash
# However a load ends, it leaves no row, thread, file descriptor or memory behind.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
work=$SPARKIFY_ROOT/020; mkdir -p "$work/bucket/big" "$work/bucket/small" "$work/out"; chmod -R a+rX "$work"
log=$SPARKIFY_ROOT/server/log; start=$(($(wc -c <"$log") + 1))

# forty names of one file of 100,000 rows: the whole takes seconds
awk 'BEGIN { for (i = 0; i < 100000; i++)
  printf "{\"id\":%d,\"name\":\"name %d\",\"pad\":\"%s\"}\n", i, i,
    "0123456789012345678901234567890123456789012345678901234567890123456789" }' >"$work/bucket/big/00.json"
for i in $(seq 10 49); do ln "$work/bucket/big/00.json" "$work/bucket/big/$i.json"; done
printf '{"id":1,"name":"one"}\n{"id":2,"name":"two"}\n' >"$work/bucket/small/good.json"
printf '{"id":1,"name":"one"}\n{"id":"x","name":"two"}\n' >"$work/bucket/small/bad.json"
chmod -R a+rX "$work"
psql -X -q -v dir="$work/bucket" <<'SQL'
CREATE EXTENSION sparkify_dwh;
CREATE SERVER big FOREIGN DATA WRAPPER sparkify_s3 OPTIONS (location 's3://big/', mirror :'dir');
CREATE UNLOGGED TABLE t (id int, name varchar(100), pad varchar(100));
SQL

# one session: what /proc says of its backend after a load, after many that timed out, after many of all kinds
{
  echo "LOAD 'sparkify_dwh'; SELECT pg_backend_pid() AS pid \\gset"
  echo "\\setenv PID :pid"
  echo "\\setenv OUT $work/out"
  for kind in good bad; do echo "COPY t FROM 's3://big/small/$kind' WITH (FORMAT 'json');"; done
  echo "\\! ls /proc/\$PID/task | wc -l >\$OUT/tasks.before; find /proc/\$PID/fd -printf "%l\\n" |\
 grep -v "^base/\|^pg_\|/data/base/\|/data/pg_\|/data/global/\|^$" | sort >\$OUT/fds.before"
  for workers in 0 1 4; do
    echo "SET sparkify_dwh.workers = $workers;"
    for ms in 5 20 50 100 150 200; do
      echo "SET statement_timeout = $ms; COPY t FROM 's3://big/big/' WITH (FORMAT 'json'); SET statement_timeout = 0;"
    done
  done
  echo "RESET sparkify_dwh.workers;"
  echo "\\! ls /proc/\$PID/task | wc -l >\$OUT/tasks.after; find /proc/\$PID/fd -printf "%l\\n" |\
 grep -v "^base/\|^pg_\|/data/base/\|/data/pg_\|/data/global/\|^$" | sort >\$OUT/fds.after"
  echo "SELECT 'rows ' || count(*) FROM t;"
  for i in $(seq 1 1100); do
    [ "$i" != 100 ] || echo "\\! grep RssAnon /proc/\$PID/status >\$OUT/memory.before"
    case $((i % 10)) in
      0) echo "COPY t FROM 's3://big/small/bad' WITH (FORMAT 'json');" ;;
      1) echo "COPY t FROM 's3://big/small/none' WITH (FORMAT 'json');" ;;
      2) echo "COPY t FROM 's3://big/small/good' WITH (FORMAT 'json', jsonpaths 's3://big/small/good.json');" ;;
      *) echo "COPY t FROM 's3://big/small/good' WITH (FORMAT 'json');" ;;
    esac
  done
  echo "\\! grep RssAnon /proc/\$PID/status >\$OUT/memory.after"
  echo "\\! ls /proc/\$PID/task | wc -l >\$OUT/tasks.end; find /proc/\$PID/fd -printf "%l\\n" |\
 grep -v "^base/\|^pg_\|/data/base/\|/data/pg_\|/data/global/\|^$" | sort >\$OUT/fds.end"
} >"$work/session.sql"
psql -X -A -t -f "$work/session.sql" >"$work/session.out" 2>&1
timeouts=$(grep -c 'canceling statement due to statement timeout' "$work/session.out")
same() { diff "$work/out/$1" "$work/out/$2" >/dev/null; }
kilobytes() { awk '{ print $2 }' "$work/out/$1"; }
ok "every load that should time out did" [ "$timeouts" = 18 ]
ok "loads that time out leave no rows" grep -qx 'rows 2' "$work/session.out"
ok "loads that time out leave no threads" same tasks.before tasks.after
ok "loads that time out leave no file descriptors" same fds.before fds.after
ok "1,000 loads, a tenth of them failing, leave no threads" same tasks.before tasks.end
ok "1,000 loads leave no file descriptors" same fds.before fds.end
echo "# memory: $(kilobytes memory.before) kB after 100 loads, $(kilobytes memory.after) kB after 1,100"
ok "1,000 loads take less than 2 MB more memory" [ $(($(kilobytes memory.after) - $(kilobytes memory.before))) -lt \
  "$((${SANITIZED:+200 *} 2048))" ]

# a load in progress is seen, and ends at once when its backend is terminated or cancelled
running() { psql -X -A -t -c \
  "SELECT pid FROM pg_stat_progress_copy WHERE relid = 't'::regclass AND tuples_processed > 0" | head -1; }
wait_for() { for _ in $(seq 1 100); do [ -n "$(running)" ] && return; sleep 0.05; done; return 1; }
end_with() {
  psql -X -q -c "LOAD 'sparkify_dwh'" -c "COPY t FROM 's3://big/big/' WITH (FORMAT 'json')" >"$work/$1.out" 2>&1 &
  wait_for && psql -X -A -t -c "SELECT $1(pid) FROM pg_stat_progress_copy" >/dev/null
  local from; from=$(date +%s%N); wait $!
  took=$((($(date +%s%N) - from) / 1000000))
}
end_with pg_cancel_backend
ok "a cancel ends a load within half a second ($took ms)" [ "$took" -lt 500 ]
ok "and says so" grep -q 'canceling statement due to user request' "$work/pg_cancel_backend.out"
end_with pg_terminate_backend
ok "termination ends a load within half a second ($took ms)" [ "$took" -lt 500 ]
ok "and says so" grep -q 'terminating connection due to administrator command' "$work/pg_terminate_backend.out"
ok "no backend died" [ "$(tail -c +"$start" "$log" | grep -c 'was terminated by signal')" = 0 ]
echo "1..$n"
rm -rf "$work"
