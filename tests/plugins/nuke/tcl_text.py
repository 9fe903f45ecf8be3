"""A gizmo or a script executed by Tcl, and what Nuke would stumble over in it."""

from __future__ import annotations

import ast
import re
import tkinter
from collections.abc import Iterator
from dataclasses import dataclass, field

KINDS = {1, 2, 3, 4, 6, 7, 10, 11, 20, 22, 26, 28, 41}
"""Knobs that we use, by their number in addUserKnob."""
VALUES = {"l": 1, "t": 1, "T": 1, "M": 1, "n": 1, "R": 2}
"""Options of addUserKnob, and how many words follow."""
CODE = ("knobChanged", "onCreate", "onDestroy")
BUTTON, LINK = 22, 41
_UNKNOWN = """proc unknown {class args} {
    if {[llength $args] == 1} { return [__node $class [lindex $args 0]] }
    error "no node or command: $class"
}"""


@dataclass
class Read:
    """A node as it was read."""

    kind: str
    words: list[str]
    above: Read | None
    knobs: dict[str, str] = field(default_factory=dict)
    user: list[list[str]] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)  # names


def faults(text: str) -> list[str]:
    """A sentence for each; none for a text that Nuke reads as it was meant."""
    tcl, nodes, groups = tkinter.Tcl(), list[Read](), list[Read]()

    def node(kind: str, body: str) -> str:
        words = [str(word) for word in tcl.splitlist(body)]
        read = Read(kind, words, groups[-1] if groups else None)
        for name, value in zip(words[::2], words[1::2], strict=False):
            if name == "addUserKnob":
                read.user.append([str(word) for word in tcl.splitlist(value)])
            else:
                read.knobs[name] = value
        nodes.append(read)
        if read.above:
            read.above.inside.append(read.knobs.get("name", ""))
        if kind == "Group":
            groups.append(read)
        return ""

    tcl.createcommand("__node", node)
    tcl.createcommand("end_group", lambda: groups.pop() and "")
    for name in ("version", "push", "stack"):
        tcl.createcommand(name, lambda *_words: "0")
    tcl.eval(_UNKNOWN)
    tcl.eval(text)
    unclosed = [f"{each.kind} has no end_group" for each in groups]
    return [*unclosed, *(fault for each in nodes for fault in _of(each))]


def _of(read: Read) -> Iterator[str]:
    name = read.knobs.get("name", read.kind)
    if len(read.words) % 2:
        yield f"{name}: a knob without a value"
    names = [words[1] for words in read.user if words[1]]
    yield from (f"{name}: {each} is there twice" for each in {*names} if names.count(each) > 1)
    for each in CODE:
        yield from _python(read.knobs.get(each, ""), f"{name}.{each}")
    for words in read.user:
        yield from (f"{name}.{words[1]}: {fault}" for fault in _of_knob(words, read))


def _of_knob(words: list[str], read: Read) -> Iterator[str]:
    kind, name, *rest = words
    if int(kind) not in KINDS:
        yield f"kind {kind}"
    if name and not re.fullmatch(r"[A-Za-z_]\w*", name):
        yield "no identifier"
    said: dict[str, list[str]] = {}
    while rest:
        option = rest.pop(0)
        if re.fullmatch(r"[+-][A-Z_]+", option):
            continue
        if option not in VALUES:
            yield f"option {option!r}"
        said[option] = [rest.pop(0) for _ in range(VALUES.get(option, 0)) if rest]
    target = "".join(said.get("T", []))
    if int(kind) == BUTTON:
        yield from _python(target, name)
    if int(kind) == LINK and target.partition(".")[0] not in read.inside:
        yield f"leads to {target}"


def _python(source: str, where: str) -> Iterator[str]:
    try:
        ast.parse(source)
    except SyntaxError as error:
        yield f"{where}: {error}"
