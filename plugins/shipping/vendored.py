"""What others wrote: wheels taken apart and moved under `comfyrelay._vendor`.

A DCC has packages of its own, and often old ones. So no import of what lies here may find them:
each one that is not of Python's library is moved below `_vendor`, also those that are not there.
A package that asks whether it finds anyio or brotli thus hears no, whatever the DCC has.
"""

from __future__ import annotations

import hashlib
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from .archive import Files
from .imports import imported, moved

HOME = "comfyrelay._vendor"
PRESENT = ("attr", "attrs", "certifi", "h11", "httpcore", "httpx", "idna")
ABSENT = (
    "_typeshed", "anyio", "brotli", "brotlicffi", "h2", "sniffio", "socksio", "trio",
    "typing_extensions", "zstandard",
)  # fmt: skip
HOMES = {name: f"{HOME}.{name}" for name in (*PRESENT, *ABSENT)}
LATER = {"annotationlib"}  # of Python's library, but newer than the Python that builds

LEFT_OUT = (
    "*.pyi", "*/py.typed", "*/tests/*", "*/__main__.py",
    "httpx/_main.py", "idna/cli.py",  # commands
)  # fmt: skip

PATCHES = {
    "attr/_make.py": (
        ("__import__('attr._make').", f"__import__('{HOME}.attr._make')._vendor.attr."),
    ),
    "certifi/core.py": (
        ('files("certifi")', "files(__package__)"),
        ('get_path("certifi", ', "get_path(__package__, "),
        ('read_text("certifi", ', "read_text(__package__, "),
    ),
    "httpcore/__init__.py": (('"__module__", "httpcore")', '"__module__", __name__)'),),
    "httpx/__init__.py": (('"__module__", "httpx")', '"__module__", __name__)'),),
}  # fmt: skip
"""Names of packages in strings: what is there, and what is right below `_vendor`."""

PIN = re.compile(r"(?P<name>[\w-]+)==(?P<version>[\w.]+) --hash=sha256:(?P<sha256>[0-9a-f]{64})")
LICENSE = re.compile(r"^License(?:-Expression)?: (.+)$", re.M)


class VendorError(Exception):
    """A wheel is not there, or has something in it that nobody decided on."""


@dataclass(frozen=True)
class Wheel:
    """A pinned package, taken apart."""

    name: str
    version: str
    license: str  # its name, as the package says it
    files: Files = field(repr=False)  # as they are, by path
    licenses: Files = field(repr=False)  # their texts, by file name


def read_wheels(pins: Path, folder: Path) -> Iterator[Wheel]:
    """The pinned wheels, found in a folder by their hashes. Raises VendorError."""
    there = {hashlib.sha256(data).hexdigest(): data for data in map(_read, folder.glob("*.whl"))}
    lines = pins.read_text(encoding="utf-8").splitlines()
    for line in (line for line in lines if line and not line.startswith("#")):
        pin = PIN.fullmatch(line)
        if not pin:
            raise VendorError(f"{pins.name} has a line that pins nothing: {line}")
        if pin["sha256"] not in there:
            raise VendorError(f"{pin['name']} {pin['version']} is not there: run `make setup`.")
        yield _wheel(pin["name"], pin["version"], there[pin["sha256"]])


def _wheel(name: str, version: str, data: bytes) -> Wheel:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        everything = {entry: archive.read(entry) for entry in archive.namelist()}
    about = f"{name}-{version}.dist-info/"
    texts = {n.rpartition("/")[2]: d for n, d in everything.items() if f"{about}licenses/" in n}
    said = LICENSE.search(everything[f"{about}METADATA"].decode())
    if not (texts and said):
        raise VendorError(f"{name} {version} does not say under which license it is.")
    files = {n: d for n, d in everything.items() if not n.startswith(about)}
    return Wheel(name, version, said[1], files, texts)


def vendored(wheel: Wheel) -> Files:
    """A wheel's files as they are below `_vendor`. Raises VendorError."""
    kept = (name for name in wheel.files if not any(fnmatch(name, each) for each in LEFT_OUT))
    return {name: _vendored(name, wheel.files[name]) for name in kept}


def _vendored(name: str, data: bytes) -> bytes:
    if not name.endswith(".py"):
        return data
    source = _patched(name, data.decode().replace("\r\n", "\n"))
    return rewritten(name, source).encode()


def _patched(name: str, source: str) -> str:
    for old, new in PATCHES.get(name, ()):
        if old not in source:
            raise VendorError(f"{name} has no {old} any more: look at it and at PATCHES.")
        source = source.replace(old, new)
    return source


def rewritten(name: str, source: str) -> str:
    """A source that imports nothing but Python's library and what is ours. Raises VendorError."""
    source = moved(source, HOMES)
    tops = {module.partition(".")[0] for module in imported(source)}
    if unknown := tops - sys.stdlib_module_names - LATER - {"comfyrelay"}:
        raise VendorError(f"{name} imports {', '.join(sorted(unknown))}: is it present or absent?")
    return source


def _read(path: Path) -> bytes:
    return path.read_bytes()
