"""The network inside an asset, from the MIME text of its Contents.dir."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

from . import ds_text

BOUNDARY = "HOUDINIMIMEBOUNDARY0xD3ADD339-0x00000F49-0x56B122C9-0x00000001HOUDINIMIMEBOUNDARY"
_HEAD = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\n\n'
_PART = re.compile(
    r'\nContent-Disposition: attachment; filename="([^"]+)"\nContent-Type: text/plain\n\n(.*)\n\n',
    re.DOTALL,
)
_CONNECTOR = re.compile(r'^(\d+) "(.*)"$', re.MULTILINE)
_CHANNEL = re.compile(r"channel (\S+) \{(.*?)^ {4}\}", re.DOTALL | re.MULTILINE)
_EXPRESSION = re.compile(r'expr = ("(?:[^"\\]|\\.)*"|\S+)(?: language = (\w+))?')
_NAMED_WIRE = re.compile(r'^(\d+) \t(\S+|"") (\S+) \d "(.*)"$', re.MULTILINE)
_WIRE = re.compile(r'^(\d+) \t(\S+|"") (\S+) \d$', re.MULTILINE)


class ParmLine(NamedTuple):
    name: str
    values: list[tuple[str, str]]  # text, and the expression's channel if there is one


class NodeText(NamedTuple):
    """One node as the text has it."""

    name: str
    type: str
    position: tuple[float, float]
    flags: set[str]
    inputs: list[str] | None  # names of its connectors; None: those of its type
    outputs: list[str] | None
    wires: dict[int, tuple[str, int]]  # input to source and its output; "(0)" is the asset's input
    parms: list[ParmLine]
    expressions: dict[str, tuple[str, str]]  # channel to code and language
    user_data: dict[str, str]


def read(folder: Path) -> list[NodeText]:
    """The nodes, in their order; those of subnets inside are not modelled."""
    try:
        return nodes(parts((folder / "Contents.mime").read_text(encoding="utf-8")))
    except ValueError as error:
        raise ValueError(f"{folder}: {error}") from error


def parts(text: str) -> dict[str, str]:
    """Each file that the text holds, by its name. Raises ValueError for what is no such text."""
    if not text.startswith(_HEAD):
        raise ValueError("it does not begin as the text of a network does")
    first, *found, last = text[len(_HEAD) :].split(f"--{BOUNDARY}")
    if first or last != "--\n":
        raise ValueError("it does not end as the text of a network does")
    files: dict[str, str] = {}
    for part in found:
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"a part cannot be read: {part[:80]!r}")
        if match[1] in files:
            raise ValueError(f"two parts are named {match[1]}")
        files[match[1]] = match[2] + "\n"
    return files


def nodes(parts: dict[str, str]) -> list[NodeText]:
    """In the order that the asset says. Raises ValueError for another order than theirs."""
    names = [name[8:-5] for name in parts if re.fullmatch(r"hdaroot/[^/]+\.init", name)]
    counted = parts.get("hdaroot.order", "").split()
    if counted and counted != [str(len(names)), *names]:
        raise ValueError(f"hdaroot.order names {counted}, not {names}")
    return [_node(name, parts) for name in names]


def _node(name: str, parts: dict[str, str]) -> NodeText:
    about = parts[f"hdaroot/{name}.def"]
    kind = re.search(r"type = (\S+)", parts[f"hdaroot/{name}.init"])
    x, y = re.search(r"position (\S+) (\S+)", about).groups()  # type: ignore[union-attr]
    flags = re.search(r"flags = (.*)", about)
    words = flags[1].split() if flags else []
    outputs = {int(i): label for i, label in _CONNECTOR.findall(_block(about, "outputsNamed3"))}
    inputs = {int(i): label for i, *_, label in _NAMED_WIRE.findall(_block(about, "inputsNamed3"))}
    found = json.loads(parts.get(f"hdaroot/{name}.userdata", "{}"))
    return NodeText(
        name=name,
        type=kind[1] if kind else "",
        position=(float(x), float(y)),
        flags={word for word, on in zip(words[::2], words[1::2]) if on == "on"},
        inputs=[inputs[i] for i in sorted(inputs)] or None,
        outputs=[outputs[i] for i in sorted(outputs)] or None,
        wires=_wires(about),
        parms=_parms(parts.get(f"hdaroot/{name}.parm", "")),
        expressions=_channels(parts.get(f"hdaroot/{name}.chn", "")),
        user_data={k: v["value"] for k, v in found.items() if not k.startswith("___")},
    )


def _block(about: str, name: str) -> str:
    match = re.search(rf"^{name}\n\{{\n(.*?)^\}}", about, re.MULTILINE | re.DOTALL)
    return match[1] if match else ""


def _wires(about: str) -> dict[int, tuple[str, int]]:
    """By place: the numbered list has outputs by their place, the named one by their id."""
    found = {}
    for index, source, output in _WIRE.findall(_block(about, "inputs")):
        if source != '""':
            found[int(index)] = (source, 0 if output == '""' else int(output))
    return found


def _parms(text: str) -> list[ParmLine]:
    items = ds_text.read(text)
    if not items:
        return []
    block = next(item for item in items if isinstance(item, ds_text.Braces))
    lines, name = [], ""
    for item in _values(block.items):
        if isinstance(item, str):
            name = item
        else:
            lines.append(ParmLine(name, item))
    return lines


def _values(items: list[Any]) -> list[Any]:
    """Names, and after each the values that its parentheses hold."""
    found: list[Any] = []
    inside: list[tuple[str, str]] | None = None
    for item in items:
        if isinstance(item, ds_text.Word) and item.text == "(" and inside is None:
            inside = []
        elif isinstance(item, ds_text.Word) and item.text == ")" and inside is not None:
            found.append(inside)
            inside = None
        elif inside is not None:
            inside += _value(item)
        elif isinstance(item, ds_text.Word):
            found.append(item.text)
    return found


def _value(item: Any) -> list[tuple[str, str]]:
    """A plain value, or `[ channel value ]` of one that an expression drives."""
    if isinstance(item, ds_text.Word):
        return [(item.text, "")]
    if isinstance(item, ds_text.Brackets):
        channel, text = ds_text.words(item.items)
        return [(text, channel)]
    return []


def _channels(text: str) -> dict[str, tuple[str, str]]:
    """Code in quotes if it has spaces; quotes in it have backslashes either way."""
    found = {}
    for channel, body in _CHANNEL.findall(text):
        match = _EXPRESSION.search(body)
        if match:
            code = match[1][1:-1] if match[1].startswith('"') else match[1]
            found[channel] = (re.sub(r"\\(.)", r"\1", code), match[2] or "hscript")
    return found
