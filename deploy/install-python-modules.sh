#!/bin/sh
# Debian and Ubuntu ship Python without `venv` and without `tkinter`, whose Tcl executes Nuke's
# scripts in the tests. Install what is missing where we may, else say how.
set -eu
python=$1
version=$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')
packages=
"$python" -c 'import ensurepip' 2>/dev/null || packages="python$version-venv"
"$python" -c 'import tkinter' 2>/dev/null || packages="$packages python3-tk"
[ -n "$packages" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y $packages
else
    echo "Python lacks modules. Run: sudo apt-get install $packages" >&2
fi
# Without tkinter everything but the tests of the Nuke plugin works.
"$python" -c 'import ensurepip'
