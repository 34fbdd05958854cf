#!/bin/bash
# t_faults.sh: what the store does when the service misbehaves: it retries where
# that is right, says one clear error where it isn't, and never takes a part of
# an object for the whole.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/tap.sh"
start_fault_server
export AWS_ACCESS_KEY_ID=AKIDFAULT AWS_SECRET_ACCESS_KEY=fault-secret

# Reads all objects of a bucket: stdout and stderr, threads and none.
drive() { "$S3_DRIVER" endpoint="$fault" connect_timeout_ms=1000 transfer_timeout_ms=400 range_size=262144 "$@" 2>&1; }
sum() { local bucket=$1; shift; drive bucket="$bucket" "$@" sum o/; }
asked() { grep -cE -- "$1" "$work/fault.log"; }

good=$(sum good)
like "$good" '^21 objects 3210000 bytes [0-9a-f]{16}$' "a service without faults is read"
is "$(sum good threaded=off)" "$good" "and the same without a thread"
is "$(sum good window=1 ahead=1)" "$good" "and one request at a time"
is "$(sum good buffer_limit=300000 range_size=100000)" "$good" "and with memory for a tenth of the large object"

for mode in on off; do
  for fault_name in busy bare500 cut cutlist reset stall silent short chunked chunkcut unbounded oneshot twopages; do
    is "$(sum $fault_name threaded=$mode)" "$good" "$fault_name: every byte arrives (thread: $mode)"
  done
  kill "$fault_pid"; wait "$fault_pid" 2>/dev/null; rm -f "$work/fault.port"; start_fault_server # its counts begin anew
done

: >"$work/fault.log"
sum cut >/dev/null
is "$(asked 'range=bytes=500-999 if-match="6f2f3031"')" 1 "a broken transfer goes on where it stopped, with If-Match"
is "$(asked 'GET /cut/o/large HTTP/1.1 range=.* if-match=')" "$(asked 'GET /cut/o/large')" \
  "every range asks for the version that was listed"

like "$(sum down retries=2)" \
  'store: the store answered 503 SlowDown to the request for "s3://down/".*Tried 3 times in .* window' \
  "a service that stays down is given up with its own words"
like "$(sum cutalways retries=2)" '^network: ' "a transfer that always breaks is an error"
unlike "$(sum cutalways retries=2)" 'objects' "and no success"
start=$(date +%s%N)
like "$(sum down retries=100 deadline_ms=1500)" 'Tried [0-9]+ times' "retries end with the deadline"
[ $(($(date +%s%N) - start)) -lt 3000000000 ]; result $? "in time"
start=$(date +%s%N)
like "$(sum dribble retries=0 transfer_timeout_ms=1000)" 'network: the store went silent .*"s3://dribble/o/01"' \
  "a transfer that dribbles is as good as a stalled one"
[ $(($(date +%s%N) - start)) -lt 4000000000 ]; result $? "and given up as soon"
for slow in slowhead slowinterim; do
  start=$(date +%s%N)
  like "$(sum $slow retries=9 transfer_timeout_ms=800 deadline_ms=1500)" \
    "network: the store went silent .*\"s3://$slow/o/01\"" "$slow: lines that dribble don't outlive the deadline"
  took=$((($(date +%s%N) - start) / 1000000))
  [ $took -lt 4000 ]; result $? "and end soon after it ($took ms)"
done
is "$(sum slowtrailer threaded=on)" "$good" "nobody waits for trailers when every byte is there"
like "$(sum stallalways retries=1)" 'network: the store went silent .*"s3://stallalways/o/01"' \
  "a stall is an error that names the object"
like "$(sum shortalways retries=1)" 'damaged .*Content-Length' "a Content-Length other than the size listed is an error"
like "$(sum long retries=1)" 'damaged .*Content-Length' "a body longer than listed is an error"
like "$(sum changed)" 'store: object changed while it was read: "s3://changed/o/01"' \
  "an object that changed after its listing is an error"
like "$(sum replaced)" 'store: object changed while it was read: "s3://replaced/o/01"' \
  "also when the service ignores If-Match"
like "$(sum rewritten window=1)" 'object changed while it was read: "s3://rewritten/o/large"' \
  "also when it changes between its ranges"
like "$(sum vanished)" \
  'not_found: .*404 NoSuchKey .*"s3://vanished/o/07" / The store says: told so \(request id REQ1\)' \
  "an object that vanished is an error that names it"
like "$(sum norange)" 'does not give ranges' "a service without ranges is an error for large objects"
like "$(sum badrange retries=1)" 'damaged .*not the range asked for' "a wrong range is an error"
like "$(sum html)" "store: the store's list of .* can't be read" "a list that is none is an error"
like "$(sum endless)" 'does not end' "a list that does not end is an error"
like "$(sum nobucket)" 'not_found: .*404 NoSuchBucket' "a bucket that is not there is an error"
is "$(grep -c '^HEAD' "$work/fault.log")" 0 "nobody asks HEAD for what the list has told"
like "$(drive bucket=good get o/99)" 'not_found: .*NoSuchKey' "so is an object"
is "$(drive bucket=good get o/large | wc -c)" 3000000 "an object of unknown size is read to its end"
is "$(drive bucket=chunked get o/05 | wc -c)" 5000 "also when its length is not told"
like "$(drive bucket=unbounded retries=0 get o/05)" 'damaged .*ends before its end' "but not when it ends early"

: >"$work/fault.log"
is "$(sum region)" "$good" "a bucket in another region is found"
is "$(asked 'us-east-1')" 1 "the region is remembered for the store"
is "$(sum region400 region=us-west-1)" "$good" "also when the answer is a 400"
is "$(sum region400header)" "$good" "or any 400 whose header names another region"
: >"$work/fault.log"
like "$(sum regionloop)" 'config: .*301 PermanentRedirect.*region' "a second redirect is not followed"
is "$(asked regionloop)" 2 "so there are two requests"
like "$(sum regionevil)" '301 PermanentRedirect' "a region that is no name is not followed"
like "$(sum elsewhere)" 'store: the store answered 302' "a redirect to elsewhere is not followed"
is "$(asked followed)" 0 "nobody went to where redirects point"

for code in NoSuchBucket:404:not_found AccessDenied:403:denied SignatureDoesNotMatch:403:denied \
  RequestTimeTooSkewed:403:denied ExpiredToken:400:denied InvalidAccessKeyId:403:denied; do
  IFS=: read -r name status kind <<<"$code"
  like "$(sum "error-$status-$name")" "^$kind: the store answered $status $name .*request id REQ1.* / [A-Z]" \
    "$name is told with what to do"
done
AWS_SESSION_TOKEN=session-token-secret
export AWS_SESSION_TOKEN
unlike "$(sum echo)" 'session-token-secret' "a session token that the service echoes is not repeated"
like "$(sum echo)" 'denied: .*InvalidToken.*bad \*{8}' "but what it says is"
unset AWS_SESSION_TOKEN
is "$(sum payer requester_pays=on)" "$good" "requester pays where the option says so"
like "$(sum payer)" 'AccessDenied' "and only there"

stopped() { grep -oE 'stopped [0-9]+' <<<"$1" | grep -oE '[0-9]+'; }
for mode in on off; do
  for b in stallalways silentlist; do
    said=$(sum $b threaded=$mode transfer_timeout_ms=30000 interrupt_ms=300)
    like "$said" '^cancelled: ' "$b is cancelled (thread: $mode)"
    [ "$(stopped "$said")" -le 500 ]; result $? "within half a second ($(stopped "$said") ms)"
  done
  said=$(sum down threaded=$mode deadline_ms=60000 retries=100 interrupt_ms=1000)
  [ "$(stopped "$said")" -le 500 ]; result $? "so is a pause between retries (thread: $mode)"
done
# A listener whose queue is full takes no connection and refuses none.
perl -MIO::Socket::INET -e '$| = 1; $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1") or die;
  for (1 .. 8) { push @c, IO::Socket::INET->new(PeerAddr => "127.0.0.1:" . $s->sockport, Blocking => 0) }
  print $s->sockport, "\n"; alarm 20; sleep 20' >"$work/full" & full_pid=$!
for _ in $(seq 100); do [ -s "$work/full" ] && break; sleep .05; done
start=$(date +%s%N)
like "$(drive bucket=good endpoint="http://127.0.0.1:$(cat "$work/full")" connect_timeout_ms=500 \
  transfer_timeout_ms=10000 retries=1 sum o/)" 'network: ' "who takes no connection is given up"
[ $(($(date +%s%N) - start)) -lt 4000000000 ]; result $? "after the time to connect"
kill "$full_pid" 2>/dev/null; wait "$full_pid" 2>/dev/null

# The list of 100,000 keys is held a page at a time.
peak() { ASAN_OPTIONS=quarantine_size_mb=1 S3_DRIVER_USAGE=1 drive bucket="many-$1-0" list m/ |
  grep -oE 'peak [0-9]+' | cut -d' ' -f2; }
few=$(peak 3000) many=$(peak 100000)
[ "${many:-0}" -gt 0 ] && [ "$many" -lt $((few + few / 4)) ]; \
  result $? "a list of 100,000 keys takes no more memory than one of 3,000 ($few kB, $many kB)"
like "$(drive bucket=good endpoint=http://127.0.0.1:1 retries=1 sum o/)" 'network: could not reach the store' \
  "nobody listening is an error"
like "$(drive bucket=good endpoint=http://no-such-host.invalid retries=0 sum o/)" \
  'network: could not reach the store' "so is a host that does not exist"
like "$(drive bucket=good endpoint=http://169.254.169.254 sum o/)" 'config: .*instance metadata' \
  "the metadata address is no endpoint"
done_testing
