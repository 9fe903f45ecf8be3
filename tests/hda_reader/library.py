"""An expanded `.hda` directory as it lies on disk: its lists, its records, its sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

CONTENTS = "Contents.gz"
FOLDER = "Contents.dir"
FIELDS = (
    "Operator", "Label", "Path", "Icon", "Table", "License", "Extra", "User", "Inputs", "Outputs",
    "Subnet", "Python", "Empty", "Modified",
)  # fmt: skip


@dataclass(frozen=True)
class Operator:
    """One node type of a library."""

    name: str  # comfyrelay::Cop/workflow::1.0
    record: Mapping[str, str]
    sections: Mapping[str, str]  # text by name, without the network
    network: str

    @property
    def type_name(self) -> str:
        """`comfyrelay::workflow::1.0`"""
        return re.sub(r"[A-Za-z0-9]+/", "", self.name)


class Unreadable(ValueError):
    """A library that cannot be read at all."""


def mangled(name: str) -> str:
    """How a name is spelled on disk."""
    return name.replace("_", "__").replace(":", "_8").replace("/", "_1")


def read(library: Path) -> list[Operator]:
    """Everything in it. Raises Unreadable."""
    records = dict(_records(_text(library / "INDEX__SECTION")))
    found = []
    for file, name in listed(library):
        home = library / file
        if home.is_dir():
            network = home / FOLDER / "Contents.mime"
            sections = {s: _text(home / f) for f, s in listed(home) if s != CONTENTS}
            found.append(Operator(name, records.get(name, {}), sections, _text(network)))
    return found


def listed(folder: Path) -> list[tuple[str, str]]:
    """File and section, as the folder's own list has them. Raises Unreadable."""
    first, *lines = _text(folder / "Sections.list").split("\n")
    if first != '""':
        raise Unreadable(f'{folder.name}: Sections.list does not begin with ""')
    if lines[-1:] != [""]:
        raise Unreadable(f"{folder.name}: Sections.list does not end its last line")
    pairs = [tuple(line.split("\t")) for line in lines[:-1]]
    if any(len(pair) != 2 for pair in pairs):
        raise Unreadable(f"{folder.name}: a line of Sections.list is not two words and a tab")
    return [(file, section) for file, section in pairs]


def wrong_files(library: Path) -> Iterator[str]:
    """What is listed and not there, and what is there and not listed."""
    if not (library / "houdini.hdalibrary").is_file():
        yield "houdini.hdalibrary is missing"
    yield from _differences(library, {file for file, _ in listed(library)})
    for file, name in listed(library):
        home = library / file
        if not home.is_dir():
            continue
        if file != mangled(name):
            yield f"{name} should lie in {mangled(name)}"
        here = {FOLDER if section == CONTENTS else f for f, section in listed(home)}
        yield from _differences(home, here)
        yield from _differences(home / FOLDER, {"Contents.mime"})


def wrong_record(operator: Operator) -> Iterator[str]:
    """What INDEX__SECTION says of it."""
    record, name = operator.record, operator.name
    if not record:
        yield "INDEX__SECTION has no record of it"
        return
    if [f for f in FIELDS if f in record] != list(record):
        yield "its record has other fields, or another order"
    if record.get("Path") != f"oplib:/{name}?{name}":
        yield f"its path is {record.get('Path')}"
    if record.get("Operator") != operator.type_name:
        yield f"its record is of {record.get('Operator')}"
    if f"::{record.get('Table')}/" not in name:
        yield f"it is in the table {record.get('Table')}"
    icon = record.get("Icon", "")
    if icon.startswith("opdef:") and icon != f"opdef:/{name}?IconSVG":
        yield f"its icon is {icon}"


def _differences(folder: Path, expected: set[str]) -> Iterator[str]:
    there = {path.name for path in folder.iterdir()} - {"Sections.list"}
    for name in sorted(there - expected):
        yield f"{name} is in no list"
    for name in sorted(expected - there):
        yield f"{name} is listed and not there"


def _records(text: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for block in text.split("\n\n"):
        lines = [line.partition(":") for line in block.split("\n") if line]
        record = {name: value.strip() for name, _, value in lines}
        if record:
            yield record.get("Path", "").partition("?")[2], record


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read") from error
