# claims.sh: what the scripts that print TAP share; sourced.  Each line of TAP is a claim; n counts them, failed is 1
# when one didn't hold.

n=0 failed=0

# ok CLAIM COMMAND...: holds when the command succeeds.
ok() {
  n=$((n + 1))
  if "${@:2}"; then echo "ok $n - $1"; else echo "not ok $n - $1"; failed=1; fi
}

# is CLAIM GOT EXPECTED: holds when both are the same.
is() {
  n=$((n + 1))
  if [ "$2" = "$3" ]; then echo "ok $n - $1"; return; fi
  echo "not ok $n - $1"; failed=1
  printf 'got: %s\nexpected: %s\n' "$2" "$3" | sed 's/^/# /'
}

# has CLAIM TEXT PART, hasnt CLAIM TEXT PART: holds when the part stands in the text, and when it doesn't.
has() { claim_of_text "$1" "$2" without "$3"; }
hasnt() { claim_of_text "$1" "$2" with "$3"; }

claim_of_text() { # CLAIM TEXT WRONG PART
  local is=without
  [[ $2 != *"$4"* ]] || is=with
  n=$((n + 1))
  if [ "$is" != "$3" ]; then echo "ok $n - $1"; return; fi
  echo "not ok $n - $1"; failed=1
  printf 'got: %s\n%s: %s\n' "$2" "$3" "$4" | sed 's/^/# /'
}
