"""The nodes inside an asset, and what is wrong with them. The fake Houdini reads the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.fakes.hou_app import contents
from tests.fakes.hou_app.contents import NodeText

from .seen import SEEN, Seen

NEEDED = ("node_type", "hdaroot.init", "hdaroot.def", "hdaroot.userdata", "hdaroot.net")
REFERENCE = re.compile(r'chs?\("\.\./(\w+)"\)')


class NetworkError(ValueError):
    """A text that is no network."""


@dataclass(frozen=True)
class Wire:
    """One input: own connector, source, and the source's connector or the index of its output."""

    connector: int
    source: str
    output: str


OPEN = Wire(0, '""', "")


@dataclass(frozen=True)
class Connectors:
    """Those of a node, as its definition numbers them."""

    named: list[Wire]  # as inputsNamed3 has them
    plain: list[Wire]  # as inputs has them
    outputs: Mapping[str, str]  # name by connector
    next_id: int


@dataclass(frozen=True)
class Network:
    """All nodes, and their connectors by name."""

    context: str
    root: str  # type of the asset
    nodes: Mapping[str, NodeText]
    connectors: Mapping[str, Connectors]

    def values(self, node: str, parm: str) -> list[str]:
        """What a parm inside has; nothing if it is not said."""
        lines = [line for line in self.nodes[node].parms if line.name == parm]
        return [text for line in lines for text, _ in line.values]


def read(text: str) -> Network:
    """Raises NetworkError."""
    try:
        parts = contents.parts(text)
        _check(parts)
        nodes = {node.name: node for node in contents.nodes(parts)}
    except ValueError as error:
        raise NetworkError(str(error)) from error
    root = re.match(r"type = (\S+)\n", parts["hdaroot.init"])
    connectors = {name: _connectors(name, parts[f"hdaroot/{name}.def"]) for name in nodes}
    return Network(parts["node_type"].strip(), root[1] if root else "", nodes, connectors)


def wrong(network: Network, parms: set[str]) -> Iterator[str]:
    """`parms`: those of the asset, which the nodes may follow."""
    for node in network.nodes.values():
        seen = SEEN.get((network.context, node.type))
        if seen is None:
            yield f"{node.name}: {node.type} was never seen in a {network.context} network"
            continue
        for complaint in (
            *_wrong_connectors(network.connectors[node.name], seen),
            *_wrong_wires(network.connectors[node.name], network),
            *_wrong_parms(node, seen), *_wrong_references(node, parms),
        ):  # fmt: skip
            yield f"{node.name}: {complaint}"


def _wrong_connectors(own: Connectors, seen: Seen) -> Iterator[str]:
    if seen.inputs is not None and len(own.named) > seen.inputs:
        yield f"it has {len(own.named)} inputs"
    if seen.outputs is not None and tuple(own.outputs.values()) != seen.outputs:
        yield f"its outputs are {', '.join(own.outputs.values())}"
    ids = [wire.connector for wire in own.named] + [int(each) for each in own.outputs]
    if len(set(ids)) != len(ids) or any(each >= own.next_id for each in ids):
        yield "two connectors have one number, or a number is not below the next"


def _wrong_wires(own: Connectors, network: Network) -> Iterator[str]:
    """Each is said twice: by connectors, and by indexes where something is wired."""
    by_index = {wire.connector: wire for wire in own.plain}
    for index, wire in enumerate(own.named):
        same = by_index.get(index, OPEN)
        if wire.source != same.source:
            yield f"input {index} comes from {wire.source}, and from {same.source}"
        if wire.source != OPEN.source and not wire.source.startswith("("):
            yield from _wrong_source(index, wire, same, network.connectors.get(wire.source))


def _wrong_source(index: int, wire: Wire, same: Wire, source: Connectors | None) -> Iterator[str]:
    if source is None:
        yield f"input {index} comes from {wire.source}, which is no node"
    elif wire.output not in source.outputs:
        yield f"input {index} comes from {wire.source}, which has no output {wire.output}"
    elif list(source.outputs).index(wire.output) != int(same.output or -1):
        yield f"input {index} comes from two outputs of {wire.source}"


def _wrong_parms(node: NodeText, seen: Seen) -> Iterator[str]:
    for name, values in node.parms:
        if name not in seen.parms:
            yield f"a {node.type} with a parm {name} was never seen"
        elif len(values) != seen.parms[name]:
            yield f"{name} has {len(values)} values, not {seen.parms[name]}"
        elif name in seen.menus and values[0][0] not in seen.menus[name]:
            yield f"{name} was never seen as {values[0][0]}"


def _wrong_references(node: NodeText, parms: set[str]) -> Iterator[str]:
    """Expressions name parms that there are, and every channel has its expression."""
    channels = {channel for line in node.parms for _, channel in line.values if channel}
    for name in sorted(channels ^ node.expressions.keys()):
        yield f"{name} has an expression or a channel, and not both"
    texts = [code for code, _ in node.expressions.values()]
    texts += [text for line in node.parms for text, _ in line.values]
    for text in texts:
        for name in REFERENCE.findall(text):
            if name not in parms:
                yield f"it follows {name}, which the asset has not"
        if text.count("`") % 2 or text.count("(") != text.count(")"):
            yield f"{text!r} is cut off"


# reading


def _check(parts: Mapping[str, str]) -> None:
    names = [name[:-5] for name in parts if name.startswith("hdaroot/") and name.endswith(".init")]
    needed = [*NEEDED, *(f"{name}{e}" for name in names for e in (".def", ".parm", ".userdata"))]
    for name in needed:
        if name not in parts:
            raise NetworkError(f"there is no {name}")
    for name in names:
        if not re.fullmatch(r"type = \S+\nmatchesdef = [01]\n", parts[f"{name}.init"]):
            raise NetworkError(f"{name}.init cannot be read")
        if not parts[f"{name}.parm"].startswith("{\nversion 0.8\n"):
            raise NetworkError(f"{name}.parm cannot be read")


def _connectors(name: str, text: str) -> Connectors:
    next_id = re.search(r"(?m)^connectornextid (\d+)$", text)
    if next_id is None or not text.endswith("\nexprlanguage hscript\nend\n"):
        raise NetworkError(f"{name}.def cannot be read")
    outputs = [re.fullmatch(r'(\d+) "([^"]+)"', line) for line in _block(text, "outputsNamed3")]
    named = r'(\d+) \t(\S+) (\S+) 1 "input\d+"'
    return Connectors(
        [_wire(name, named, line) for line in _block(text, "inputsNamed3")],
        [_wire(name, r"(\d+) \t(\S+) (\d+) 1", line) for line in _block(text, "inputs")],
        {each[1]: each[2] for each in outputs if each},
        int(next_id[1]),
    )


def _wire(node: str, pattern: str, line: str) -> Wire:
    match = re.fullmatch(pattern, line)
    if match is None:
        raise NetworkError(f"{node}: a wire cannot be read: {line!r}")
    return Wire(int(match[1]), match[2], match[3])


def _block(text: str, name: str) -> list[str]:
    match = re.search(rf"(?m)^{name}\n\{{\n((?:.*\n)*?)\}}$", text)
    if match is None:
        raise NetworkError(f"there is no {name}")
    return match[1].splitlines()
