"""The Tcl that Nuke's scripts are: a real interpreter, and text quoted as Nuke quotes it."""

from __future__ import annotations

import re
import threading
from typing import Any

_BARE = re.compile(r"[^\s\"\[\]{}$\\;#]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "[": "\\[", "$": "\\$", "{": "\\{", "}": "\\}", "\n": "\\n"}


class ScriptError(RuntimeError):
    """A script that Tcl, or Nuke, does not understand."""


def interpreter() -> Any:
    """A new interpreter, of the thread that asks."""
    try:
        import tkinter
    except ImportError as error:
        raise RuntimeError(
            "This Python has no tkinter, whose Tcl executes Nuke's scripts: "
            "apt-get install python3-tk, or `make setup`."
        ) from error
    return tkinter.Tcl()


_ours = threading.local()  # an interpreter belongs to the thread that made it


def idle() -> list[Any]:
    """Interpreters of this thread that nobody is using."""
    found: list[Any] = _ours.__dict__.setdefault("idle", [])
    return found


def _splitter() -> Any:
    if not hasattr(_ours, "splitter"):
        _ours.splitter = interpreter()
    return _ours.splitter


def words(text: str) -> list[str]:
    """The words of a Tcl list."""
    try:
        return [str(word) for word in _splitter().splitlist(text)]
    except Exception as error:
        raise ScriptError(f"{error}: {text[:60]!r}") from error


def quoted(text: str) -> str:
    """One word of a script, bare where it can be."""
    if _BARE.fullmatch(text):
        return text
    return '"' + "".join(_ESCAPES.get(letter, letter) for letter in text) + '"'


def call(command: str) -> Any:
    """What `expr` makes of an expression without names: a number or a text."""
    return _splitter().eval(command)
