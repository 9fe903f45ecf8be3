#!/bin/sh
# Debian and Ubuntu ship Python without `venv`. Install it where we may, else say how.
set -eu
python=$1
version=$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y "python$version-venv"
else
    echo "Python's venv module is missing. Run: sudo apt-get install python$version-venv" >&2
    exit 1
fi
