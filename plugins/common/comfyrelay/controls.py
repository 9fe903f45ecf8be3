"""What a node of ours can show, in words that no DCC has: a control is a knob in Nuke and a parm in
Houdini, and each skin writes it as its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Union

TOGGLE, INT, FLOAT, STRING, LINES = "toggle", "int", "float", "string", "lines"
FILE, MENU, BUTTON, TEXT, RULE = "file", "menu", "button", "text", "rule"
"""The kinds. LINES is a text of many lines, TEXT only says something, RULE is a line between."""

ON, OFF = "on", "off"
"""The values of a TOGGLE."""


@dataclass(frozen=True)
class Control:
    """One of them. `value` is its first value, as text."""

    kind: str
    name: str
    label: str = ""
    help: str = ""
    value: str = ""
    menu: Sequence[tuple[str, str]] = ()  # what is kept, and what is shown for it
    menu_of: str = ""  # the function that answers with a menu which changes; see `asks`
    free: bool = False  # a value that the menu lacks is kept
    bounds: tuple[float | None, float | None] = (None, None)
    beyond: bool = False  # the bounds are those of the slider only
    does: str = ""  # the function that runs when it is pressed, or when an artist changes it
    beside: bool = False  # on the line of what comes before it
    hidden: bool = False
    only_if: tuple[str, str] | None = None  # shown while that control has this value


@dataclass(frozen=True)
class Group:
    """Controls under one heading."""

    name: str
    label: str
    controls: Sequence[Shown]
    opened: bool = True


@dataclass(frozen=True)
class Rows:
    """Controls that an artist adds as often as he likes. `#` in a name is the row, from 1."""

    name: str
    label: str
    controls: Sequence[Control]
    begin: Sequence[Sequence[str]] = ()  # the values of the first rows, where they are others

    @property
    def count(self) -> int:
        """How many there are to begin with."""
        return max(1, len(self.begin))


Shown = Union[Control, Group, Rows]


def every(shown: Sequence[Shown]) -> Iterator[Control]:
    """The controls alone, in their order, those of a row once."""
    for each in shown:
        if isinstance(each, Control):
            yield each
        else:
            yield from every(each.controls)


def asks(shown: Sequence[Shown]) -> Sequence[str]:
    """The functions that these controls call, each once."""
    named = [name for each in every(shown) for name in (each.does, each.menu_of)]
    return tuple(dict.fromkeys(name for name in named if name))
