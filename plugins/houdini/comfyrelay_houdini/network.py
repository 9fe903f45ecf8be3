"""Writes the nodes inside an asset, as `Contents.mime` of an expanded asset holds them.

The order of the parts, the flags of each context and the numbering of connectors are those of
networks that Houdini 20.5 and 21 saved; `inner.py` says where each node's own words were seen. A
node has connectors numbered from 0, first its inputs and then its outputs, as a fresh node has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Union

BOUNDARY = "HOUDINIMIMEBOUNDARY0xD3ADD339-0x00000F49-0x56B122C9-0x00000001HOUDINIMIMEBOUNDARY"
ROOT = "hdaroot"
COP, TOP, SOP, DRIVER = "Cop", "Top", "Sop", "Driver"

Value = Union[str, int, float, Sequence[float]]


@dataclass(frozen=True)
class Wire:
    """From an output of a node before; or, without a node, from an input of the asset itself."""

    node: str = ""
    output: int = 0


@dataclass(frozen=True)
class Node:
    """A node by type and name. None among its inputs is nothing."""

    kind: str
    name: str
    parms: Mapping[str, Value] = field(default_factory=dict)
    follows: Mapping[str, str] = field(default_factory=dict)  # parm -> HScript expression
    inputs: Sequence[Wire | None] = ()
    outputs: Sequence[str] = ()  # their names
    context: str = ""  # of its type, if it is not the network's: an image ROP is a Driver
    shown: bool = False  # has the display flag
    at: tuple[float, float] = (0.0, 0.0)


def written(kind: str, network: str, nodes: Sequence[Node]) -> str:
    """The text of `Contents.mime`. Raises ValueError for a wire from nowhere."""
    _check(nodes)
    parts = [("node_type", network), (f"{ROOT}.init", f"type = {kind}\nmatchesdef = 0")]
    parts += [(f"{ROOT}.def", _definition(Node(kind, ROOT), network, {}))]
    parts += [(f"{ROOT}.userdata", _USER_DATA)]
    if any(wire == Wire() for node in nodes for wire in node.inputs):
        parts.append((f"{ROOT}.inp", '1\n0 0 3 2 0 __NO_OWNER_NETWORK_BOX__ "FROMOUTPUT"'))
    known = {node.name: node for node in nodes}
    for node in nodes:
        parts += [(f"{ROOT}/{node.name}{end}", text) for end, text in _parts(node, network, known)]
    if len(nodes) > 1:
        names = [str(len(nodes)), *(node.name for node in nodes)]
        parts.append((f"{ROOT}.order", "\n".join(names)))
    parts.append((f"{ROOT}.net", "1"))
    return _mime(parts)


def _check(nodes: Sequence[Node]) -> None:
    known: dict[str, Node] = {}
    for node in nodes:
        for wire in node.inputs:
            if wire is None or not wire.node:
                continue
            source = known.get(wire.node)
            if source is None or wire.output >= len(source.outputs):
                raise ValueError(f"{node.name} is wired to {wire}, which is not before it")
        known[node.name] = node


def _parts(node: Node, network: str, known: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    yield ".init", f"type = {node.kind}\nmatchesdef = 1"
    yield ".def", _definition(node, node.context or network, known)
    if node.follows:
        yield ".chn", _channels(node)
    yield ".parm", _parms(node)
    yield ".userdata", _USER_DATA


def _definition(node: Node, context: str, known: Mapping[str, Node]) -> str:
    lines = ["sopflags sopflags = "] if context == SOP else []
    inside = len(node.inputs)
    lines += [
        'comment ""',
        f"position {node.at[0]:g} {node.at[1]:g}",
        f"connectornextid {inside + len(node.outputs)}",
        f"flags =  {_flags(node, context)}",
        *_block("outputsNamed3", [f'{inside + n} "{o}"' for n, o in enumerate(node.outputs)]),
        *_block("inputsNamed3", _named_inputs(node, known)),
        *_block("inputs", _plain_inputs(node)),
        *_block("stat", ["  create -1", "  modify -1", "  author comfyrelay", "  access 0777"]),
        "color UT_Color RGB 0.8 0.8 0.8 ",
        'delscript ""',
        "exprlanguage hscript",
        "end",
    ]
    return "\n".join(lines)


def _named_inputs(node: Node, known: Mapping[str, Node]) -> Iterator[str]:
    """Own connector, source and its connector, name."""
    for number, wire in enumerate(node.inputs):
        source, connector = '""', '""'
        if wire is not None and wire.node:
            source = wire.node
            connector = str(len(known[wire.node].inputs) + wire.output)
        elif wire is not None:
            source = f"({wire.output})"
        yield f'{number} \t{source} {connector} 1 "input{number + 1}"'


def _plain_inputs(node: Node) -> Iterator[str]:
    """The same by index, what is wired only."""
    for number, wire in enumerate(node.inputs):
        if wire is not None:
            yield f"{number} \t{wire.node or '(0)'} {wire.output} 1"


def _flags(node: Node, context: str) -> str:
    """A Cop has three levels of detail, and nothing of it is compressed."""
    shown = "on" if node.shown else "off"
    flags = (
        "lock off model off template off footprint off xray off bypass off"
        f" display {shown} render {shown if context != COP else 'off'} highlight off unload off"
        f" savedata off compress {'off' if context == COP else 'on'} colordefault on exposed on"
    )
    return f"{flags} lowdetail off mediumdetail off highdetail on" if context == COP else flags


def _parms(node: Node) -> str:
    """A parm that follows an expression names its channel, before the value it would have."""
    lines = []
    for name, value in {**dict.fromkeys(node.follows, 0), **node.parms}.items():
        words = _words(value)
        if name in node.follows:
            words = [f"[ {name}\t{words[0]} ] "]
        lines.append("\t".join([name, "[ 0", "locks=0 ]", "(", *words, ")"]))
    return "\n".join(["{", "version 0.8", *lines, "}"])


def _channels(node: Node) -> str:
    lines = []
    for name, code in node.follows.items():
        escaped = code.replace("\\", "\\\\").replace('"', '\\"')
        expr = f'"{escaped}"' if " " in escaped else escaped
        lines += [
            f"    channel {name} {{",
            "      lefttype = extend",
            "      righttype = extend",
            "      flags = 0",
            f"      segment {{ length = 0 expr = {expr} }}",
            "    }",
        ]
    return "\n".join(["{", *lines, "  }"])


def _words(value: Value) -> list[str]:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return [f'"{escaped}"']
    if isinstance(value, (int, float)):
        return [f"{value:g}"]
    return [f"{each:g}" for each in value]


def _block(name: str, lines: Iterator[str] | Sequence[str]) -> Sequence[str]:
    return [name, "{", *lines, "}"]


def _mime(parts: Sequence[tuple[str, str]]) -> str:
    text = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\n\n'
    for name, body in parts:
        text += f'--{BOUNDARY}\nContent-Disposition: attachment; filename="{name}"\n'
        text += f"Content-Type: text/plain\n\n{body}\n\n"
    return f"{text}--{BOUNDARY}--\n"


_USER_DATA = json.dumps(
    {"___Version___": {"type": "string", "value": ""}}, indent="\t", separators=(",", ":")
)
