#!/bin/sh
# Puts uv into .tools, with nothing but a Python that has pip: sh config/install-uv.sh PYTHON VERSION
set -eu
python=$1
version=$2

if ! command -v "$python" >/dev/null; then
    echo "Ninefold needs Python 3.11 or newer: apt-get install python3 python3-pip" >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Ninefold needs Python 3.11 or newer, and this is $("$python" --version):" \
        "PYTHON=/path/to/python3.11 make demo" >&2
    exit 1
fi
if ! "$python" -m pip --version >/dev/null 2>&1; then
    echo "$python has no pip, which brings the rest: apt-get install python3-pip" >&2
    exit 1
fi
rm -rf .tools
"$python" -m pip install --quiet --disable-pip-version-check --root-user-action ignore \
    --target .tools "uv==$version"
