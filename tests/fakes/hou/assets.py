"""Writes digital assets as expanded directories, for tests of the fake."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

BOUNDARY = "HOUDINIMIMEBOUNDARY0xD3ADD339-0x00000F49-0x56B122C9-0x00000001HOUDINIMIMEBOUNDARY"
MANGLED = {"_": "__", ":": "_8", "/": "_1"}


@dataclass
class Inner:
    """A node inside. `wires` are input to (source, its output)."""

    name: str
    type: str
    parms: str = ""
    follows: dict[str, str] = field(default_factory=dict)  # parm to HScript expression
    wires: dict[int, tuple[str, int]] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass
class Asset:
    """An operator. `parms` is the body of its DialogScript."""

    name: str
    parms: str
    table: str = "Cop"
    inputs: int = 0
    outputs: int = 1
    sections: dict[str, str] = field(default_factory=dict)
    network: tuple[Inner, ...] = ()


def write(folder: Path, asset: Asset) -> Path:
    """The library `folder/NAME.hda`."""
    space, _, rest = asset.name.partition("::")
    path = f"{space}::{asset.table}/{rest}"
    library = folder / f"{asset.name.replace('::', '_')}.hda"
    inside = library / "".join(MANGLED.get(letter, letter) for letter in path)
    (inside / "Contents.dir").mkdir(parents=True, exist_ok=True)
    (library / "houdini.hdalibrary").write_text("")
    listed = f'""\nINDEX__SECTION\tINDEX_SECTION\n{inside.name}\t{path}\n'
    (library / "Sections.list").write_text(listed)
    (library / "INDEX__SECTION").write_text(
        f"Operator:     {asset.name}\nLabel:        {rest}\nPath:         oplib:/{path}?{path}\n"
        f"Icon:         COP_file\nTable:        {asset.table}\nLicense:      \nExtra:        \n"
        f"User:         \nInputs:       0 to {asset.inputs}\nOutputs:      {asset.outputs}\n"
        "Subnet:       true\nPython:       false\nEmpty:        false\n\n"
    )
    script = f"{{\n    name\t{asset.name}\n    label\t{rest}\n{asset.parms}\n}}\n"
    options = {f"{name}/IsPython": {"type": "bool", "value": True} for name in asset.sections}
    files = {**asset.sections, "DialogScript": script, "ExtraFileOptions": json.dumps(options)}
    for name, text in files.items():
        (inside / name).write_text(text)
    listed = "".join(f"{name}\t{name}\n" for name in [*files, "Contents.gz"])
    (inside / "Sections.list").write_text(f'""\n{listed}')
    (inside / "Contents.dir" / "Contents.mime").write_text(_mime(asset))
    return library


def _mime(asset: Asset) -> str:
    parts = {"node_type": asset.table, "hdaroot.init": f"type = {asset.name}"}
    for node in asset.network:
        parts[f"hdaroot/{node.name}.init"] = f"type = {node.type}\nmatchesdef = 1"
        parts[f"hdaroot/{node.name}.def"] = _definition(node)
        if node.follows:
            parts[f"hdaroot/{node.name}.chn"] = _channels(node)
        parts[f"hdaroot/{node.name}.parm"] = f"{{\nversion 0.8\n{node.parms}\n}}"
    if len(asset.network) > 1:
        names = [node.name for node in asset.network]
        parts["hdaroot.order"] = "\n".join([str(len(names)), *names])
    body = "".join(
        f'--{BOUNDARY}\nContent-Disposition: attachment; filename="{name}"\n'
        f"Content-Type: text/plain\n\n{text}\n\n"
        for name, text in parts.items()
    )
    head = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\n\n'
    return f"{head}{body}--{BOUNDARY}--\n"


def _definition(node: Inner) -> str:
    wires = [f"{i} \t{source} {output} 1" for i, (source, output) in node.wires.items()]
    outputs = [f'{i} "{name}"' for i, name in enumerate(node.outputs)]
    named = [f'{i} \t"" "" 1 "{name}"' for i, name in enumerate(node.inputs)]
    blocks = {"outputsNamed3": outputs, "inputsNamed3": named, "inputs": wires}
    body = "".join("\n".join([name, "{", *lines, "}"]) + "\n" for name, lines in blocks.items())
    return f'comment ""\nposition 0 0\nflags =  lock off display on\n{body}end'


def _channels(node: Inner) -> str:
    lines = []
    for name, code in node.follows.items():
        escaped = code.replace('"', '\\"')
        expression = f'"{escaped}"' if " " in escaped else escaped
        segment = f"      segment {{ length = 0 expr = {expression} }}"
        lines += [f"    channel {name} {{", "      flags = 0", segment, "    }"]
    return "\n".join(["{", *lines, "  }"])


def value(name: str, text: str) -> str:
    """A line of a .parm."""
    return f"{name}\t[ 0\tlocks=0 ]\t(\t{text}\t)\n"
