#!/bin/bash
# t_store.sh: the store against a real S3 server: listings, odd keys, addressing
# styles, TLS, wrong secrets, roles, public buckets, ranges.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/tap.sh"
. "$S3_ENV"
export AWS_EC2_METADATA_DISABLED=true AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
put() { "$here/s3_request.pl" "$S3_ENDPOINT" "$S3_KEY_ID" "$S3_SECRET"; }
drive() { "$S3_DRIVER" endpoint="$S3_ENDPOINT" bucket=songs access_key_id="$S3_KEY_ID" secret_access_key="$S3_SECRET" \
  "$@" 2>&1; }

{
  echo "PUT /songs"
  for i in $(seq 2500); do printf 'PUT /songs/many/%05d.json =object %d\n' "$i" "$i"; done
} | put
is "$(drive list many/ | wc -l)" 2500 "2,500 keys are listed"
whole=$(drive sum many/)
like "$whole" '^2500 objects 26393 bytes' "and read"
is "$(drive list_page_keys=70 sum many/)" "$whole" "in small pages"
is "$(drive list_page_keys=70 threaded=off sum many/)" "$whole" "without a thread"
is "$(drive list many/0012 | wc -l)" 10 "a prefix is no folder"
is "$(drive list nothing/)" "" "a prefix without keys is an empty list"

# Odd keys: what the listing calls them, they can be fetched by.
odd=("a b.json" "a+b.json" "a%20b.json" "a#b.json" "a=b&c=d.json" "a?b.json" "semi;colon,comma.json"
  "quo'te\"s.json" "(paren)[brack]{brace}.json" "tilde~star*dollar\$.json" "back\\slash.json" "at@colon:.json"
  "ünïcode.json" "日本語.json" "🎵/🎶.json" "dots/./here.json" "dots/../there.json" "double//slash.json"
  "pipe|caret^.json" "<angle>.json" "percent%.json" "%2F.json" " lead.json" "trail ")
encode() { perl -e '$_ = $ARGV[0]; s/([^A-Za-z0-9_.~\/-])/sprintf "%%%02X", ord $1/ge; print' "$1"; }
for k in "${odd[@]}"; do echo "PUT /songs/odd/$(encode "$k") =this is $k"; done | put
is "$(drive list odd/ | wc -l)" "${#odd[@]}" "all odd keys are listed"
bad=0
for k in "${odd[@]}"; do
  for style in "path_style=on" "path_style=off endpoint=$S3_NAMED_ENDPOINT"; do
    [ "$(drive $style get "odd/$k")" = "this is $k" ] || { bad=1; \
      echo "# $style odd/$k: $(drive $style get "odd/$k")"; }
    # the key is also a prefix of itself
    [ "$(drive $style list "odd/$k" | wc -l)" -ge 1 ] || { bad=1; echo "# $style list odd/$k"; }
  done
done
result $bad "every odd key is fetched and listed by its name, in both addressing styles"
like "$(drive sum odd/)" "^${#odd[@]} objects" "and read through the listing"

# An independent signer agrees: what curl signs the server takes, and so it takes what we sign.
same=0
for k in "a b.json" "a+b.json" "a=b&c=d.json" "🎵/🎶.json" "tilde~star*dollar\$.json"; do
  theirs=$(curl -s --aws-sigv4 aws:amz:us-east-1:s3 --user "$S3_KEY_ID:$S3_SECRET" \
    -H "x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" \
    "$S3_ENDPOINT/songs/odd/$(encode "$k")")
  [ "$theirs" = "$(drive get "odd/$k")" ] || { same=1; echo "# $k: $theirs"; }
done
result $same "curl's signer and ours get the same objects"

is "$(drive path_style=off endpoint="$S3_NAMED_ENDPOINT" sum many/)" "$whole" "the bucket may stand in the host's name"
is "$(drive endpoint="$S3_TLS_ENDPOINT" ca_bundle="$S3_CA" sum many/)" "$whole" "https with the certificate's authority"
is "$(drive endpoint="$S3_TLS_ENDPOINT" path_style=off ca_bundle="$S3_CA" sum many/)" "$whole" \
  "in both addressing styles"
like "$(drive endpoint="$S3_TLS_ENDPOINT" list many/)" 'network: .*certificate.*/ .* / .*ca_bundle' \
  "https without it is refused"

like "$(drive endpoint="$S3_TLS_ENDPOINT" path_style=off bucket=another ca_bundle="$S3_CA" list x)" \
  'network: .*certificate' "a certificate of another host's is refused"

like "$(drive secret_access_key=wrong list many/)" 'denied: .*403 SignatureDoesNotMatch .*secret access key' \
  "a wrong secret is denied, with what to do"
like "$(drive access_key_id=AKIANOBODY list many/)" 'denied: .*403 InvalidAccessKeyId' "so is an unknown key"
like "$(drive anonymous=on list many/)" 'denied: .*403 AccessDenied' "so is nobody"
like "$(drive bucket=no-such-bucket list x)" 'not_found: .*404 NoSuchBucket' "a bucket that is not there"
like "$(drive get many/none)" 'not_found: .*404 NoSuchKey .*"s3://songs/many/none"' "an object that is not there"

is "$(drive assume_role_arns="$S3_ROLE_ARN" sts_endpoint="$S3_ENDPOINT" sum many/)" "$whole" \
  "a role is assumed through STS, and its session token is taken"
like "$(drive assume_role_arns="$S3_ROLE_ARN" sts_endpoint="$S3_ENDPOINT" credentials)" 'token expires$' "it expires"
like "$(drive assume_role_arns=arn:aws:iam:::role/nobody sts_endpoint="$S3_ENDPOINT" list x)" \
  'denied: could not assume role "arn:aws:iam:::role/nobody"' "a role that does not exist"

printf 'PUT /public x-amz-acl:public-read\nPUT /public/a x-amz-acl:public-read =hello\n' | put
like "$(drive bucket=public anonymous=on sum "")" '^1 objects 5 bytes' "a public bucket is read without a signature"

head -c 20000000 /dev/urandom >"$work/large"
printf 'PUT /songs/large/one @%s\nPUT /songs/large/empty =\n' "$work/large" | put
want=$(sha256sum <"$work/large")
for o in "" "threaded=off" "range_size=100000" "range_size=1000000 buffer_limit=1500000" "window=1" \
  "range_size=6000000 buffer_limit=1"; do
  is "$(drive $o get large/one | sha256sum)" "$want" "a large object in ranges is the object ($o)"
done
like "$(drive sum large/)" '^2 objects 20000000 bytes' "an empty object is no trouble"
is "$(drive get large/empty)" "" "nor is one whose size nobody told"

# A server that stands still, for real.
kill -STOP "$S3_PID"
said=$(drive interrupt_ms=300 sum many/)
kill -CONT "$S3_PID"
like "$said" '^cancelled: ' "a server that stands still does not hold up a cancel"
[ "$(grep -oE 'stopped [0-9]+' <<<"$said" | grep -oE '[0-9]+')" -le 500 ]; \
  result $? "which takes less than half a second"
done_testing
