#!/bin/bash
# server.sh up|env|down DIR: a real S3 service on loopback, for the tests.
#
# Ceph's RADOS Gateway over one monitor and one object store in memory: up in
# about two seconds, gone with its processes.  It verifies signatures, pages
# listings, speaks TLS with a certificate of its own (DIR/tls.crt), takes
# buckets as "bucket.localhost" and gives temporary credentials through STS.
# Ports are chosen among the free ones; `env` prints where everything is.
# Needs radosgw ceph-mon ceph-osd ceph-common openssl curl perl.
set -euo pipefail

key_id=AKIATESTTESTTEST0001
secret=wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00

usage() { echo "usage: $0 up|env|down DIR" >&2; exit 2; }

# The first of some ports that nobody listens on: http, https, monitor, and a few for the object store.
free_ports() {
  perl -MIO::Socket::INET -e '
    for (1 .. 200) {
      my $p = 20000 + 50 * int rand 200;
      my @s = grep { $_ }
        map { IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => $p + $_) } 0 .. 9;
      if (@s == 10) { print $p; exit }
    }
    die "no free ports\n"'
}

stop() {
  local p
  for p in rgw osd.0 mon.a; do
    if [ -s "$dir/$p.pid" ]; then kill -CONT "$(cat "$dir/$p.pid")" 2>/dev/null || true; fi
    if [ -s "$dir/$p.pid" ]; then kill -9 "$(cat "$dir/$p.pid")" 2>/dev/null || true; fi
    rm -f "$dir/$p.pid"
  done
}

# What its logs complain of: the directory goes with the test that wanted the server.
failed() { # WHAT
  echo "$1 did not come up:" >&2
  { cat "$dir/accounts.err"; grep -hE ' -1 |ERROR|could not|rror:' "$dir"/*.log; } 2>/dev/null |
    tail -n 20 | sed 's/^/# /' >&2
  exit 1
}

configure() {
  local fsid=$1 classes frontends
  classes=$(find /usr/lib* -maxdepth 2 -type d -name rados-classes 2>/dev/null | head -n 1)
  frontends="beast endpoint=127.0.0.1:$port ssl_endpoint=127.0.0.1:$((port + 1))"
  frontends+=" ssl_certificate=$dir/tls.pem tcp_nodelay=1"
  cat >"$dir/ceph.conf" <<X
[global]
fsid = $fsid
mon_host = v2:127.0.0.1:$((port + 2))
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
public_network = 127.0.0.0/8
ms_bind_ipv6 = false
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
ms_mon_service_mode = crc
ms_mon_cluster_mode = crc
ms_client_mode = crc
ms_service_mode = crc
ms_cluster_mode = crc
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
rgw_rados_pool_pg_num_min = 1
osd_crush_chooseleaf_type = 0
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_min_pg_log_entries = 10
osd_max_pg_log_entries = 100
osd_pg_log_dups_tracked = 10
debug_rgw = 0
debug_mon = 0
debug_osd = 0
osd_max_object_name_len = 2048
# Debian 13's default is relative to where the daemon was started
${classes:+osd_class_dir = $classes}
osd_class_load_list = *
osd_class_default_list = *
mon_data_avail_warn = 1
mon_data_avail_crit = 1
run_dir = $dir
admin_socket =
pid_file = $dir/\$name.pid
log_file = $dir/\$name.log
[mon.a]
mon_data = $dir/mon
[osd.0]
osd_data = $dir/osd
ms_bind_port_min = $((port + 3))
ms_bind_port_max = $((port + 40))
[client.rgw]
pid_file = $dir/rgw.pid
log_file = $dir/rgw.log
rgw_data = $dir/rgw
# without tcp_nodelay every small GET takes 44 ms
rgw_frontends = $frontends
rgw_dns_name = localhost
rgw_s3_auth_use_sts = true
rgw_s3_auth_order = local, sts
rgw_sts_key = abcdefghijklmnop
rgw_thread_pool_size = 64
rgw_enable_gc_threads = false
rgw_enable_lc_threads = false
X
}

start_cluster() {
  local conf="-c $dir/ceph.conf" osd
  osd=$(cat /proc/sys/kernel/random/uuid)
  monmaptool --create --clobber --fsid "$1" --addv a "[v2:127.0.0.1:$((port + 2))]" "$dir/monmap" >/dev/null
  ceph-mon $conf -i a --mkfs --monmap "$dir/monmap" >/dev/null 2>&1
  ceph-mon $conf -i a >/dev/null 2>&1
  timeout 30 ceph $conf osd new "$osd" >/dev/null
  ceph-osd $conf -i 0 --mkfs --osd-uuid "$osd" >/dev/null 2>&1
  ceph-osd $conf -i 0 >/dev/null 2>&1
  for _ in $(seq 60); do
    timeout 10 ceph $conf osd stat 2>/dev/null | grep -q ' 1 up' && return
    sleep .1
  done
  failed "the object store"
}

# One user, and a role that the user may assume.
create_accounts() {
  local assume='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole"],'
  assume+='"Principal":{"AWS":["arn:aws:iam:::user/test"]}}]}'
  local everything='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],'
  everything+='"Resource":"arn:aws:s3:::*"}]}'
  local admin="timeout 60 radosgw-admin -c $dir/ceph.conf -n client.rgw --pid-file= "
  {
    $admin user create --uid=test --display-name=test --access-key="$key_id" --secret-key="$secret"
    $admin role create --role-name=loader --path=/ \
      --assume-role-policy-doc="$assume"
    $admin role-policy put --role-name=loader --policy-name=p \
      --policy-doc="$everything"
  } >"$dir/accounts.json" 2>"$dir/accounts.err"
}

up() {
  local fsid
  rm -rf "$dir"; mkdir -p "$dir"/{mon,osd,rgw}
  port=$(free_ports); echo "$port" >"$dir/port"
  fsid=$(cat /proc/sys/kernel/random/uuid)
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
    -addext "subjectAltName=DNS:localhost,DNS:songs.localhost,IP:127.0.0.1" \
    -keyout "$dir/tls.key" -out "$dir/tls.crt" 2>/dev/null
  cat "$dir/tls.crt" "$dir/tls.key" >"$dir/tls.pem"
  configure "$fsid"
  start_cluster "$fsid"
  create_accounts || failed "the gateway with its accounts"
  radosgw -c "$dir/ceph.conf" -n client.rgw --no-mon-config --setuser root --setgroup root >/dev/null 2>&1
  for _ in $(seq 200); do
    curl -s -o /dev/null "http://127.0.0.1:$port/" && return
    sleep .05
  done
  failed "the gateway"
}

[ $# -eq 2 ] || usage
dir=$(realpath -m "$2")
case $1 in
  up) up || { stop; exit 1; } ;;
  env)
    port=$(cat "$dir/port")
    echo "S3_ENDPOINT=http://127.0.0.1:$port S3_NAMED_ENDPOINT=http://localhost:$port" \
      "S3_TLS_ENDPOINT=https://localhost:$((port + 1)) S3_CA=$dir/tls.crt" \
      "S3_KEY_ID=$key_id S3_SECRET=$secret S3_ROLE_ARN=arn:aws:iam:::role/loader S3_PID=$(cat "$dir/rgw.pid")" ;;
  down) stop ;;
  *) usage ;;
esac
