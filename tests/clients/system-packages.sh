#!/bin/sh
# Installs what only `make test-clients` needs from the system: node and a Java. Does nothing when
# they are there.
set -eu

missing=
command -v npm >/dev/null || missing="nodejs npm"
command -v java >/dev/null || missing="$missing default-jre-headless"
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
echo "Installing $missing …"
$as_root apt-get update --quiet >/dev/null
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes \
    --no-install-recommends $missing >/dev/null
