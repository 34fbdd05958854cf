#!/bin/bash
# What deps.sh tells Debian for its own installation, to start no cluster, is gone afterwards: the settings for new
# clusters are those of the package, or the administrator's where there were some.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../claims.sh"
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
conf=$dir/postgresql-common/createcluster.conf; mkdir -p "$dir/bin"
for name in apt-get dpkg-query; do printf '#!/bin/sh\nexit 1\n' >"$dir/bin/$name"; chmod +x "$dir/bin/$name"; done

# deps.sh with an installation that does to the file what the package postgresql-common does, and then ends as is said.
deps() { # HOW
  (eval "$(sed '$d' test/deps.sh)"
    how=$1 cluster_conf=$conf PATH=$dir/bin:$PATH
    id() { echo 0; }
    install() {
      cp "$conf" "$dir/during"
      [ -e "$dir/asked" ] || { echo 'ssl = on' >"$conf.ucf-dist"; touch "$dir/asked"; }
      $how
    }
    main s3) >"$dir/out" 2>&1
}
files() { (cd "$dir/postgresql-common" && for f in *; do echo "$f: $(cat "$f")"; done); }

deps true
is "no cluster is started while it installs" "$(cat "$dir/during")" "create_main_cluster = false"
is "afterwards the package's settings are there, and nothing else" "$(files)" "createcluster.conf: ssl = on"
echo 'ssl = off' >"$conf"; deps true
is "an administrator's settings stay" "$(files)" "createcluster.conf: ssl = off"
rm -f "$conf" "$dir/asked"; deps false
is "so it is after an installation that failed" "$(files)" "createcluster.conf: ssl = on"
rm -f "$conf" "$dir/asked"; end() { kill -TERM "$BASHPID"; }
deps end
is "and after one that was ended" "$(files)" "createcluster.conf: ssl = on"
echo "1..$n"
exit $failed
