#!/bin/bash
# t_credentials.sh: credentials from services: instance metadata, a container's
# agent, STS in its forms, and the order in which they are asked.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/tap.sh"
start_fault_server
for v in $(compgen -e AWS_); do unset "$v"; done
export AWS_CONFIG_FILE=$work/config AWS_SHARED_CREDENTIALS_FILE=$work/credentials
: >"$work/config"; : >"$work/credentials"
ask() { "$S3_DRIVER" sts_endpoint="$fault" "$@" credentials 2>&1; }
with() { local set=(); while [[ ${1:-} == AWS_*=* ]]; do set+=("$1"); shift; done; env "${set[@]}" "$S3_DRIVER" \
  sts_endpoint="$fault" "$@" credentials 2>&1; }
imds=AWS_EC2_METADATA_SERVICE_ENDPOINT=$fault

like "$(with "$imds")" '^INSTANCE[0-9]+ token expires$' "an instance's role is found through IMDSv2"
like "$(with "$imds" AWS_EC2_METADATA_DISABLED=true)" '^denied: no credentials' "unless it is disabled"
first=$(with "$imds" linger_ms=100 | sort -u | wc -l)
is "$first" 1 "credentials are kept while they last"
later=$(with "$imds" linger_ms=3500 | sort -u | wc -l)
is "$later" 2 "and renewed before they expire"
container=(AWS_CONTAINER_CREDENTIALS_FULL_URI="$fault/container" AWS_CONTAINER_AUTHORIZATION_TOKEN=container-token)
like "$(with "${container[@]}")" '^CONTAINER[0-9]+ token expires$' "a container's agent is asked"
like "$(with "${container[@]}" "$imds")" '^CONTAINER' "before the instance"
echo container-token >"$work/token"
like "$(with AWS_CONTAINER_CREDENTIALS_FULL_URI="$fault/container" \
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE="$work/token")" '^CONTAINER' "with a token from a file"
like "$(with AWS_CONTAINER_CREDENTIALS_FULL_URI="$fault/container" AWS_CONTAINER_AUTHORIZATION_TOKEN=wrong)" \
  '^network: the container.*status 401' "a wrong token is an error"
like "$(with AWS_CONTAINER_CREDENTIALS_FULL_URI=http://evil.example/x)" '^config: .*not allowed' \
  "an agent elsewhere is not asked"
echo web-token >"$work/web"
web=(AWS_ROLE_ARN=arn:aws:iam::1:role/pod AWS_WEB_IDENTITY_TOKEN_FILE="$work/web")
like "$(with "${web[@]}" "${container[@]}")" '^pod-of-WEB token expires$' \
  "a web identity's role is assumed, before the container is asked"
like "$(with AWS_ROLE_ARN=arn:x AWS_WEB_IDENTITY_TOKEN_FILE=/nonexistent)" '^io: could not read the web identity' \
  "a token file that is missing is an error"

cat >"$work/credentials" <<X
[base]
aws_access_key_id = BASE
aws_secret_access_key = base-secret-value
X
cat >"$work/config" <<X
[profile role]
role_arn = arn:aws:iam::1:role/reader
source_profile = base
[profile outer]
role_arn = arn:aws:iam::1:role/outer
source_profile = role
[profile env]
role_arn = arn:aws:iam::1:role/fromenv
credential_source = Environment
[profile instance]
role_arn = arn:aws:iam::1:role/frominstance
credential_source = Ec2InstanceMetadata
[profile web]
role_arn = arn:aws:iam::1:role/webrole
web_identity_token_file = $work/web
[profile forbidden]
role_arn = arn:aws:iam::1:role/forbidden
source_profile = base
[profile busy]
role_arn = arn:aws:iam::1:role/busy
source_profile = base
X
like "$(ask profile=role)" '^reader-of-BASE token' "a profile's role is assumed with its source's keys"
like "$(ask profile=outer)" '^outer-of-reader-of-BASE token' "also through another role"
like "$(AWS_ACCESS_KEY_ID=ENVKEY AWS_SECRET_ACCESS_KEY=x ask profile=env)" '^fromenv-of-ENVKEY' \
  "or with the environment's"
like "$(with "$imds" profile=instance)" '^frominstance-of-INSTANCE' "or with the instance's"
like "$(ask profile=web)" '^webrole-of-WEB' "or with a web identity"
like "$(ask profile=busy)" '^busy-of-BASE' "STS is asked again when it is busy"
like "$(ask profile=forbidden)" \
  '^denied: could not assume role "arn:aws:iam::1:role/forbidden": STS answered 403 AccessDenied / STS says: no' \
  "a role that is not ours is an error"
unlike "$(ask profile=forbidden)" 'base-secret-value' "without a secret in it"
like "$(ask profile=base assume_role_arns=arn:aws:iam::1:role/one,arn:aws:iam::1:role/two)" \
  '^two-of-one-of-BASE token' "a chain of roles is assumed one by one"
like "$(AWS_ACCESS_KEY_ID=ENVKEY AWS_SECRET_ACCESS_KEY=x ask allow_environment=off)" '^denied: no credentials' \
  "nobody gets the server's own keys unasked"
start=$(date +%s%N)
with AWS_EC2_METADATA_SERVICE_ENDPOINT=http://10.255.255.1 >/dev/null
[ $(($(date +%s%N) - start)) -lt 3500000000 ]; result $? "nobody at the metadata address does not take long"
done_testing
