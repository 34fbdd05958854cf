#!/bin/bash
# deps.sh build|test|clients|lint|s3|bench ...: installs what is missing, from Debian's packages.
#
# On Debian and Ubuntu, as root or through sudo; elsewhere it lists what is
# missing and fails.  Never leaves a running PostgreSQL cluster behind.
set -euo pipefail
cluster_conf=/etc/postgresql-common/createcluster.conf

pg_version() { # the server version whose headers we build with
  if command -v "${PG_CONFIG:-pg_config}" >/dev/null; then
    "${PG_CONFIG:-pg_config}" --version | sed -E 's/[^0-9]*([0-9]+).*/\1/'
  else
    apt-cache depends postgresql 2>/dev/null | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p' | head -1
  fi
}

packages() {
  local v
  case $1 in
    build) v=$(pg_version)
      # without apt's lists nobody knows the version: the names that stand for the newest
      echo "postgresql${v:+-$v} postgresql-server-dev-${v:-all} gcc libc6-dev make libcurl4-openssl-dev libjson-c-dev"
      echo "libxml2-dev libssl-dev zlib1g-dev libbz2-dev libzstd-dev" ;;
    clients) echo "python3-psycopg2 python3-sqlalchemy python3-asyncpg python3-pg8000 python3-pyodbc odbc-postgresql"
      echo "iproute2 libpostgresql-jdbc-java default-jdk-headless $(command -v npm >/dev/null || echo node-pg)" ;;
    test) echo "perl openssl curl python3 gzip bzip2 zstd procps" ;;
    lint) echo "clang-format cppcheck" ;;
    fuzz) echo "clang libclang-rt-dev" ;;
    s3) echo "radosgw ceph-mon ceph-osd ceph-common openssl curl" ;;
    export) echo "sqlfluff" ;;
    versions) [ "$(id -u)" != 0 ] || echo "debootstrap" ;;
    browser) echo "chromium fonts-dejavu-core" ;;
    bench) echo "nodejs npm zstd" ;;
  esac
}

# The program that a package is wanted for, where it is wanted for one: such a program may come from elsewhere.
program() {
  case $1 in
    nodejs) echo node ;;
    chromium | clang | clang-format | cppcheck | curl | gcc | gzip | bzip2 | make | npm | openssl | perl | python3 | \
      sqlfluff | zstd) echo "$1" ;;
  esac
}

installed() {
  local program; program=$(program "$1")
  [ -z "$program" ] || ! command -v "$program" >/dev/null || return 0
  dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# Drivers come and go from release to release: their tests say which one is missing.
offered() { case " $(packages clients | tr '\n' ' ') " in *" $1 "*) apt-cache show "$1" >/dev/null 2>&1 ;; esac; }

# Debian starts a cluster for every new server package unless told not to.
keep_default_cluster_off() {
  [ -d "$(dirname "$cluster_conf")" ] || $sudo mkdir -p "$(dirname "$cluster_conf")"
  [ -e "$cluster_conf" ] && return
  echo 'create_main_cluster = false' | $sudo tee "$cluster_conf" >/dev/null
  made_conf=1
}

# Our answer was for this installation only: later clusters get Debian's settings (log_line_prefix, conf.d ...), which
# the package has laid beside ours.
give_debians_settings_back() {
  [ -n "$made_conf" ] || return 0
  if [ -e "$cluster_conf.ucf-dist" ]; then $sudo mv "$cluster_conf.ucf-dist" "$cluster_conf"
  else $sudo rm -f "$cluster_conf"; fi
}

# Installs what is missing, and offered.
install() {
  local p found=()
  $sudo apt-get update -q || return
  for p in "${missing[@]}"; do
    if offered "$p"; then found+=("$p"); else echo "not offered: $p"; fi
  done
  [ ${#found[@]} = 0 ] ||
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${found[@]}"
}

# Says of each large group that is about to be installed what it is for, and how to do without.
announce() { # GROUP...
  local group
  for group in "$@"; do
    case $group in
      s3) heavy "$group" "a real S3 server (Ceph)" "test/run.sh unit threads regress tap wire" ;;
      browser) heavy "$group" "a browser, which draws the report" "test/run.sh unit threads regress wire s3" ;;
      clients) heavy "$group" "clients in five languages, a JDK among them" "test/run.sh unit threads regress tap s3" ;;
    esac
  done
}

heavy() { # GROUP WHAT WITHOUT
  local p
  for p in $(packages "$1"); do
    installed "$p" && continue
    echo "  some hundred megabytes of it are for $2; to do without: Ctrl-C, then $3"
    return
  done
}

main() {
  local wanted=() missing=() p group
  if ! command -v apt-get >/dev/null; then
    echo "This is no Debian or Ubuntu: install these by the names your system has:" >&2
    for group in "$@"; do echo "  $group: $(packages "$group" | tr '\n' ' ')" >&2; done
    [ "${1:-}" = build ] && command -v "${PG_CONFIG:-pg_config}" >/dev/null && exit 0
    exit 1
  fi
  sudo=""; made_conf=""
  [ "$(id -u)" = 0 ] || sudo="sudo"
  if [ -z "$(pg_version)" ] && { [ -z "$sudo" ] || command -v sudo >/dev/null; }; then
    $sudo apt-get update -q >/dev/null
  fi
  for group in "$@"; do
    for p in $(packages "$group"); do [[ " ${wanted[*]-} " = *" $p "* ]] || wanted+=("$p"); done
  done
  for p in "${wanted[@]}"; do installed "$p" || missing+=("$p"); done
  [ ${#missing[@]} -gt 0 ] || exit 0
  if [ -n "$sudo" ] && ! command -v sudo >/dev/null; then
    echo "missing packages, and neither root nor sudo to install them: ${missing[*]}" >&2
    exit 1
  fi
  echo "installing: ${missing[*]}"
  announce "$@"
  keep_default_cluster_off
  export DEBIAN_FRONTEND=noninteractive
  local log; log=$(mktemp)
  trap give_debians_settings_back EXIT
  trap 'exit 130' INT TERM HUP
  if ! install >"$log" 2>&1 </dev/null; then
    tail -20 "$log" >&2; rm -f "$log"; exit 1
  fi
  rm -f "$log"
}

main "$@"
