"""Writes nodes as Nuke's own Tcl text, as a `.gizmo` or `.nk` file holds them.

A group is described by values, and `written` makes the text. Inner nodes are created in order, and
one may only be wired to nodes before it. Quoting is as Nuke writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

TAB, STRING, FILE, INT, MENU, BOOL, DOUBLE = 20, 1, 2, 3, 4, 6, 7
CHANNEL, BUTTON, TEXT, MULTILINE, LINK = 11, 22, 26, 28, 41
"""The numbers of the knob classes that we use, as `addUserKnob` wants them."""

OPEN, CLOSED, END = "1", "2", "-1"
"""What a tab knob that is a group says of itself: begins open, begins folded, ends."""

INVISIBLE, NOT_SAVED, NEW_LINE, SAME_LINE = (
    "+INVISIBLE",
    "+DO_NOT_WRITE",
    "+STARTLINE",
    "-STARTLINE",
)

_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "[": "\\[", "{": "\\{", "}": "\\}", "$": "\\$", "\n": "\\n"}
)
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-+/:%#,")


class Tcl(str):
    """A knob's value that is written as it is, such as `{0 0 {width} {height}}`."""

    __slots__ = ()


@dataclass(frozen=True)
class UserKnob:
    """A knob that a node has beside those of its class. `value` is set after it is made."""

    kind: int
    name: str
    label: str | None = None
    tooltip: str = ""
    text: str = ""  # what a text shows, a button runs, a link leads to
    menu: Sequence[str] = ()
    bounds: tuple[float, float] | None = None
    group: str = ""  # OPEN, CLOSED or END, for a TAB
    flags: Sequence[str] = ()
    value: str | None = None


@dataclass(frozen=True)
class Node:
    """A node by class and name. `inputs` are names of nodes before it; None is nothing."""

    kind: str
    name: str
    inputs: Sequence[str | None] = ()
    knobs: Mapping[str, str] = field(default_factory=dict)  # texts are quoted, Tcl is not


@dataclass(frozen=True)
class Group:
    """A group node with what is inside."""

    name: str
    nodes: Sequence[Node]
    user_knobs: Sequence[UserKnob]
    inputs: int = 0  # how many it takes where it is created
    knobs: Mapping[str, str] = field(default_factory=dict)


def written(group: Group) -> str:
    """The text of a `.gizmo` file. Creating it takes the selected node as input 0, as Nuke does."""
    lines = ["set cut_paste_input [stack 0]", "version 14.0 v1"]
    lines += ["push 0"] * max(group.inputs - 1, 0) + ["push $cut_paste_input"] * bool(group.inputs)
    lines += _body("Group", group.name, group.inputs, group.knobs, group.user_knobs)
    lines += [f" {line}" for line in _inside(group.nodes)]
    return "\n".join([*lines, "end_group", ""])


def knob_lines(knobs: Iterable[UserKnob]) -> Iterator[str]:
    """What a node's body, or `readKnobs`, needs to make these knobs."""
    for knob in knobs:
        yield f"addUserKnob {{{' '.join(_words(knob))}}}"
        if knob.value is not None:
            yield f"{knob.name} {quoted(knob.value)}"


def quoted(text: str) -> str:
    """One Tcl word that means exactly this text."""
    if text and set(text) <= _PLAIN:
        return text
    return f'"{text.translate(_ESCAPES)}"'


def expression(text: str) -> Tcl:
    """A knob's value that follows others, such as `parent.show`."""
    return Tcl(f"{{{{{quoted(text)}}}}}")


def _inside(nodes: Sequence[Node]) -> Iterator[str]:
    """The inner nodes, each pushed by name before those that use it."""
    wanted = {name for node in nodes for name in node.inputs if name is not None}
    known: set[str] = set()
    for node in nodes:
        missing = [name for name in node.inputs if name is not None and name not in known]
        if missing:
            raise ValueError(f"{node.name} is wired to {missing[0]!r}, which is not before it")
        for name in reversed(node.inputs):  # the top of the stack is input 0
            yield "push 0" if name is None else f"push $N{name}"
        yield from _body(node.kind, node.name, len(node.inputs), node.knobs, ())
        if node.name in wanted:
            yield f"set N{node.name} [stack 0]"
        known.add(node.name)


def _body(
    kind: str,
    name: str,
    inputs: int,
    knobs: Mapping[str, str],
    user_knobs: Sequence[UserKnob],
) -> Iterator[str]:
    yield f"{kind} {{"
    if inputs != 1:
        yield f" inputs {inputs}"
    for key, value in knobs.items():
        yield f" {key} {value if isinstance(value, Tcl) else quoted(value)}"
    yield f" name {name}"
    for line in knob_lines(user_knobs):
        yield f" {line}"
    yield "}"


def _words(knob: UserKnob) -> Iterator[str]:
    yield str(knob.kind)
    yield knob.name or '""'
    if knob.label is not None:
        yield from ("l", quoted(knob.label))
    if knob.tooltip:
        yield from ("t", quoted(knob.tooltip))
    yield from knob.flags
    if knob.text:
        yield from ("T", quoted(knob.text))
    if knob.menu:
        yield from ("M", f"{{{' '.join(map(quoted, knob.menu))}}}")
    if knob.bounds is not None:
        yield from ("R", *(f"{bound:g}" for bound in knob.bounds))
    if knob.group:
        yield from ("n", knob.group)
