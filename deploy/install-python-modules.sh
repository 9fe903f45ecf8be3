#!/bin/sh
# Debian and Ubuntu ship Python without `venv` and without `tkinter`, whose Tcl executes Nuke's
# scripts in the tests, and often without the libraries that Qt draws the queue panel with there.
# Install what is missing where we may, else say how.
set -eu
python=$1
version=$("$python" -c 'import sys; print(f"{sys.version_info[0]}.{sys.version_info[1]}")')
has_library() {
    "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null
}
packages=
"$python" -c 'import ensurepip' 2>/dev/null || packages="python$version-venv"
"$python" -c 'import tkinter' 2>/dev/null || packages="$packages python3-tk"
if [ "$(uname -s)" = Linux ]; then
    has_library libEGL.so.1 || packages="$packages libegl1"
    has_library libGL.so.1 || packages="$packages libgl1"
    has_library libxkbcommon.so.0 || packages="$packages libxkbcommon0"
    has_library libdbus-1.so.3 || packages="$packages libdbus-1-3"
    has_library libglib-2.0.so.0 || packages="$packages libglib2.0-0"
    has_library libfontconfig.so.1 || packages="$packages libfontconfig1 fonts-dejavu-core"
fi
[ -n "$packages" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages
else
    echo "Modules or libraries are missing. Run: sudo apt-get install $packages" >&2
fi
# Without the others everything but the tests of the Nuke plugin and of the queue panel works.
"$python" -c 'import ensurepip'
