#!/bin/bash
# versions.sh [SUITE...]: what a stranger has, the archive of "make dist", built, installed and checked with
# "make installcheck" on the PostgreSQL of each Debian suite; prints TAP.
#
# Each suite is a chroot below build/versions (some 0.8 GB, which stays for the next time), so this needs root, the
# right to mount, debootstrap and a mirror that has the suite. Where these are missing it says so and counts nothing:
# what a suite doesn't give is no failure of ours. All suites are made and tested at the same time, as they wait for
# the mirror most. The superuser there is not "postgres" and the database not "contrib_regression".
set -uo pipefail
cd "$(dirname "$0")/.."
suites=("$@"); [ $# -gt 0 ] || suites=(bookworm trixie forky)
mirror=$(awk '/^URIs:/ { print $2; exit } /^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^http/) { print $i; exit } }' \
  /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null)
running=() asked=()

# Runs a command in a chroot that has /proc and /dev, and takes all its processes with it when it ends, or when its time
# is over.
inside() { # DIR COMMAND...
  timeout "${limit:-900}" unshare --mount --pid --fork --kill-child -- bash -c '
    d=$1; shift; mount --make-rprivate / && mount -t proc proc "$d/proc" &&
    mount --rbind /dev "$d/dev" && exec chroot "$d" "$@"' _ "$@"
}

# The packages of deps.sh's list for a version, without the one that would bring clang with it.
packages() { # VERSION
  bash -c "$(sed '$d' test/deps.sh); pg_version() { echo '$1'; }; packages build" | tr ' ' '\n' |
    grep -v server-dev | tr '\n' ' '
}

# A suite with the programs of its PostgreSQL; VERSION is a file in it then.
bootstrap() { # SUITE DIR
  local suite=$1 dir=$2 version
  rm -rf --one-file-system "$dir"
  # what it mounts goes with its mount namespace, also when it is killed
  timeout 150 unshare --mount --propagation private --pid --fork --kill-child -- \
    debootstrap --variant=minbase "$suite" "$dir" "$mirror" /usr/share/debootstrap/scripts/sid || return
  # the mirror may be a snapshot of a day
  echo 'Acquire::Check-Valid-Until "false";' >"$dir/etc/apt/apt.conf.d/99versions"
  printf '#!/bin/sh\nexit 101\n' >"$dir/usr/sbin/policy-rc.d"; chmod +x "$dir/usr/sbin/policy-rc.d"
  mkdir -p "$dir/etc/postgresql-common"
  echo 'create_main_cluster = false' >"$dir/etc/postgresql-common/createcluster.conf"
  inside "$dir" apt-get update -q || return
  version=$(inside "$dir" apt-cache depends postgresql | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p' | head -1)
  # shellcheck disable=SC2046
  limit=150 inside "$dir" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends unzip $(packages "$version") || return
  inside "$dir" bash -euc "cd /tmp; apt-get download -q postgresql-server-dev-$version
    dpkg-deb -x postgresql-server-dev-$version*.deb /; rm -f *.deb; apt-get clean" || return
  echo "$version" >"$dir/VERSION"
}

# The archive, as a stranger would have it: make, make install, make installcheck.
check() { # DIR VERSION ARCHIVE
  local name werror=-Werror; name=$(basename "$3" .zip)
  # a compiler of a suite that isn't released yet may have learnt new warnings overnight
  [ "$(basename "$1")" != forky ] || werror=
  rm -rf "$1/tmp/$name"; cp "$3" "$1/tmp/"
  inside "$1" bash -euc '
    cd /tmp; unzip -q '"$name"'.zip; rm '"$name"'.zip; cd '"$name"'
    export PG_CONFIG=/usr/lib/postgresql/'"$2"'/bin/pg_config PATH=/usr/lib/postgresql/'"$2"'/bin:$PATH
    make -s -j2 PG_CONFIG=$PG_CONFIG WERROR='"$werror"'
    make -s install PG_CONFIG=$PG_CONFIG
    chown -R postgres .
    setpriv --reuid=postgres --regid=postgres --clear-groups bash -euc "
      t=\$(mktemp -d); initdb -D \$t/data -U \"The Chief\" -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
      pg_ctl -D \$t/data -w -s -o \"-F -k \$t -c listen_addresses=\" -l \$t/log start
      status=0
      PGUSER=\"The Chief\" PGHOST=\$t make -s installcheck CONTRIB_TESTDB=\"elsewhere\" PG_CONFIG=\$PG_CONFIG ||
        status=\$?
      [ \$status = 0 ] || cat regression.diffs
      pg_ctl -D \$t/data -s -m immediate stop; rm -rf \$t; exit \$status"
    make -s uninstall PG_CONFIG=$PG_CONFIG
    left=$(find / -xdev -path /tmp -prune -o -path /proc -prune -o -name "*sparkify*" -print)
    [ -z "$left" ] || { echo "make uninstall leaves $left"; exit 1; }'
}

# A suite, from nothing to the result; without a number, which main gives.
suite() { # SUITE
  local dir=$PWD/build/versions/$1 log=build/versions/$1.log version
  if [ ! -e "$dir/VERSION" ] && ! bootstrap "$1" "$dir" >"$log" 2>&1 </dev/null; then
    echo "# skipped: Debian $1, no chroot of it from $mirror: $({ grep '^E:' "$log" || tail -n 1 "$log"; } |
      tail -n 1)"; return
  fi
  version=$(cat "$dir/VERSION")
  if [ "$version" -gt 18 ]; then echo "# skipped: Debian $1, PostgreSQL $version is not supported yet"; return; fi
  if check "$dir" "$version" "$archive" >"$log" 2>&1 </dev/null; then
    echo "ok the archive builds, installs, passes installcheck and uninstalls on $1, PostgreSQL $version"
  else
    echo "not ok the archive on $1, PostgreSQL $version"; tail -80 "$log" | sed 's/^/# /'
  fi
}

mkdir -p build/versions
if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null || ! unshare --mount true 2>/dev/null; then
  echo "# skipped: PostgreSQL of other Debian suites needs root, the right to mount, and the package debootstrap"; exit
fi
if ! git rev-parse -q --verify HEAD >/dev/null 2>&1; then
  echo "# skipped: PostgreSQL of other Debian suites: the archive is made of what git has committed," \
    "and this is no clone"
  exit
fi
if [ -z "$mirror" ]; then
  echo "# skipped: PostgreSQL of other Debian suites: apt's sources name no mirror"; exit
fi
make -s dist || exit 1
archive=$(ls -t build/sparkify_dwh-*.zip | head -1)
for name in "${suites[@]}"; do
  # the suite of this machine is what all the other tests run on
  [ $# -gt 0 ] || ! grep -qsx "VERSION_CODENAME=$name" /etc/os-release || continue
  asked+=("$name"); suite "$name" >"build/versions/$name.tap" & running+=($!)
done
wait "${running[@]}"
for name in "${asked[@]}"; do cat "build/versions/$name.tap"; done |
  awk '/^(not )?ok / { sub(/ok/, "ok " ++n " -") } /^not/ { failed = 1 } { print }
    END { print "1.." n + 0; exit failed }'
