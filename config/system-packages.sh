#!/bin/sh
# Installs what only the tests need from the system: a browser for the journeys, gettext for the
# translations, curl and jq for what docs/api.md tells readers to type. Does nothing when they are there.
set -eu

missing=
command -v chromium >/dev/null || missing="chromium fonts-dejavu-core"
command -v msgfmt >/dev/null || missing="$missing gettext"
command -v curl >/dev/null || missing="$missing curl"
command -v jq >/dev/null || missing="$missing jq"
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    as_root="sudo -n"
fi
if ! command -v apt-get >/dev/null || ! $as_root true 2>/dev/null; then
    echo "The tests need these packages, and only root can install them: $missing" >&2
    echo "Install them (Debian: sudo apt-get install $missing) and run make test again." >&2
    exit 1
fi

echo "Installing $missing …"
log=$(mktemp)
if ! {
    $as_root apt-get update --quiet &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes \
            --no-install-recommends -o DPkg::Lock::Timeout=120 $missing
} >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "These packages could not be installed: $missing ($log says more)." >&2
    exit 1
fi
rm -f "$log"
