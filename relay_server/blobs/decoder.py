"""Base64 as the relay reads it: standard alphabet, one line, padded, maybe a data URL."""

from __future__ import annotations

import binascii
import re

import pybase64

from relay_server.errors import InvalidRequest

LONGEST_PREFIX = 256

_PREFIX = re.compile(rb"data:[\w.+-]+/[\w.+-]+(?:;[\w.+-]+=[\w.+-]+)*;base64,", re.IGNORECASE)
_WRONG = re.compile(rb"[^A-Za-z0-9+/]")
_WHY = {
    "\\": "a JSON escape other than \\/; send the characters as they are",
    "=": "padding before its end; send one Base64 text, not several in a row",
    "-": "of the URL-safe alphabet; use the standard one, with + and /",
    "_": "of the URL-safe alphabet; use the standard one, with + and /",
}


def decode(text: str, picture: int = 1) -> bytes:
    """The bytes of a short picture that stayed in the JSON. Raises InvalidRequest as the stream."""
    stream = Base64Stream(picture)
    return stream.feed(text.encode(errors="replace")) + stream.finish()


class Base64Stream:
    """Decodes one picture piece by piece. `picture` is its number in messages, from 1."""

    def __init__(self, picture: int) -> None:
        self._picture = picture
        self._head: bytes | None = b""  # None once the prefix is off
        self._rest = b""  # up to three characters that wait for the fourth
        self._position = 0  # of the first of them
        self._padding_at: int | None = None

    def feed(self, text: bytes) -> bytes:
        """The bytes of the text so far, except for the last one or two."""
        if self._head is None:
            return self._decoded(text)
        self._head += text
        return self._decoded(self._without_prefix()) if len(self._head) > LONGEST_PREFIX else b""

    def finish(self) -> bytes:
        """The bytes that are left. Raises InvalidRequest if the text ends early."""
        data = b"" if self._head is None else self._decoded(self._without_prefix())
        if self._rest:
            if wrong := _WRONG.search(self._rest.rstrip(b"=")):
                raise self._wrong(self._rest, wrong.start())
            length = self._position + len(self._rest)
            raise self._refusal(
                length, f"ends in the middle of a group after {length} characters; pad it with ="
            )
        return data

    def _without_prefix(self) -> bytes:
        head, self._head = self._head or b"", None
        prefix = _PREFIX.match(head)
        self._position = prefix.end() if prefix else 0
        return head[self._position :]

    def _decoded(self, text: bytes) -> bytes:
        if text and self._padding_at is not None:
            raise self._refusal(self._padding_at, _said("=", self._padding_at))
        text = self._rest + text
        whole = len(text) & ~3
        try:
            data = pybase64.b64decode(memoryview(text)[:whole], validate=True)
        except binascii.Error:
            wrong = _WRONG.search(text)
            raise self._wrong(text, wrong.start() if wrong else 0) from None
        if len(data) * 4 != whole * 3:
            self._padding_at = self._position + text.index(b"=")
        self._position += whole
        self._rest = text[whole:]
        return data

    def _wrong(self, text: bytes, at: int) -> InvalidRequest:
        position = self._position + at
        character = text[at : at + 4].decode(errors="replace")[0]
        return self._refusal(position, _said(character, position))

    def _refusal(self, position: int, what: str) -> InvalidRequest:
        return InvalidRequest(
            "invalid_base64",
            f"Picture {self._picture} is not Base64: it {what}.",
            {"picture": self._picture, "position": position},
        )


def _said(character: str, position: int) -> str:
    if character.isspace():
        return f"has white space at position {position}; send it as one line without spaces"
    why = _WHY.get(character, "which Base64 does not have; encode the file's bytes again")
    return f"has {character!r} at position {position}, {why}"
