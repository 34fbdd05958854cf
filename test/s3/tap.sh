# tap.sh: what the S3 tests share; sourced.  A test prints one TAP line for each claim.
tests=0 failures=0
work=$(mktemp -d)
trap 'finish' EXIT

finish() {
  local status=$?
  [ -z "${fault_pid:-}" ] || kill "$fault_pid" 2>/dev/null
  rm -rf "$work"
  if [ "$status" = 0 ] && [ "$failures" -gt 0 ]; then exit 1; fi
}

result() { # STATUS CLAIM
  tests=$((tests + 1))
  if [ "$1" = 0 ]; then echo "ok $tests - $2"; else echo "not ok $tests - $2"; failures=$((failures + 1)); fi
}

is() { # GOT WANT CLAIM
  if [ "$1" = "$2" ]; then result 0 "$3"; else result 1 "$3"; printf '%s\n' "got:  $1" "want: $2" | sed 's/^/# /'; fi
}

like() { # GOT PATTERN CLAIM
  if grep -qE -- "$2" <<<"$1"; then result 0 "$3"; else result 1 "$3"; printf '%s\n' "got:  $1" "want: $2" |
    sed 's/^/# /'; fi
}

unlike() { # GOT PATTERN CLAIM
  if grep -qE -- "$2" <<<"$1"; then result 1 "$3"; printf '%s\n' "got:  $1" "but not: $2" | sed 's/^/# /'; \
    else result 0 "$3"; fi
}

# Starts the faulty server; $fault is its URL, $work/fault.log what it was asked.
start_fault_server() {
  "$here/fault_server.pl" "$work/fault.port" "$work/fault.log" & fault_pid=$!
  for _ in $(seq 100); do [ -s "$work/fault.port" ] && break; sleep .05; done
  fault=http://127.0.0.1:$(cat "$work/fault.port")
}

done_testing() { echo "1..$tests"; }
