"""The text of a DialogScript, as nested items. Strict: what is not the grammar is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, Union

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+)|(?P<comment>\#[^\n]*)|(?P<newline>\n)
    |"(?P<string>(?:[^"\\]|\\.)*)"|(?P<mark>[{}\[\]])|(?P<word>[^\s{}\[\]"]+)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = {"n": "\n", "t": "\t"}


class DialogScriptError(ValueError):
    """The text is no DialogScript that Houdini would take."""


class Word(NamedTuple):
    text: str
    line: int


class Braces(NamedTuple):
    items: list[Item]
    line: int


class Brackets(NamedTuple):
    items: list[Item]
    line: int


class NewLine(NamedTuple):
    line: int


class Statement(NamedTuple):
    """A keyword and what follows it on its line; braces may go on over lines."""

    keyword: str
    items: list[Item]
    line: int

    def texts(self) -> list[str]:
        return words(self.items)

    def text(self) -> str:
        found = self.texts()
        if len(found) != 1:
            raise DialogScriptError(f"line {self.line}: {self.keyword} takes one value")
        return found[0]

    def block(self) -> Braces:
        found = self.items[-1] if self.items else None
        if not isinstance(found, Braces):
            raise DialogScriptError(f"line {self.line}: {self.keyword} takes a block in braces")
        return found


Item = Union[Word, Braces, Brackets, NewLine]
_OPEN = {"{": "}", "[": "]"}


@lru_cache(maxsize=1024)
def read(text: str) -> list[Item]:
    """All items of a text; each session reads the same ones. Nobody changes them."""
    tokens = list(_tokens(text))
    items, rest = _items(tokens, 0, "")
    if rest != len(tokens):
        raise DialogScriptError(f"line {tokens[rest][2]}: a brace too many")
    return items


def words(items: list[Item]) -> list[str]:
    return [item.text for item in items if isinstance(item, Word)]


def statements(items: list[Item]) -> Iterator[Statement]:
    """The items by lines."""
    line: list[Item] = []
    for item in [*items, NewLine(0)]:
        if not isinstance(item, NewLine):
            line.append(item)
        elif line:
            first = line[0]
            if not isinstance(first, Word):
                raise DialogScriptError(f"line {first.line}: a keyword was expected")
            yield Statement(first.text, line[1:], first.line)
            line = []


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise DialogScriptError(f"line {line}: a string without its end")
        kind = match.lastgroup or ""
        at = match.end()
        if kind not in ("space", "comment"):
            yield kind, match[kind], line
        line += match.group().count("\n")


def _items(tokens: list[tuple[str, str, int]], at: int, ends: str) -> tuple[list[Item], int]:
    items: list[Item] = []
    while at < len(tokens):
        kind, text, line = tokens[at]
        at += 1
        if kind == "mark" and text in _OPEN:
            inside, at = _items(tokens, at, _OPEN[text])
            items.append(Braces(inside, line) if text == "{" else Brackets(inside, line))
        elif kind == "mark":
            return (items, at) if text == ends else (items, at - 1)
        elif kind == "newline":
            items.append(NewLine(line))
        else:
            items.append(Word(_plain(text) if kind == "string" else text, line))
    if ends:
        raise DialogScriptError(f"a {ends} is missing at the end")
    return items, at


def _plain(quoted: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPED.get(m[1], m[1]), quoted, flags=re.DOTALL)
