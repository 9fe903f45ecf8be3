"""Server-sent events, read as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Frame:
    """One event, or a comment (then `kind` is empty)."""

    kind: str
    data: Any
    id: str | None = None


@contextmanager
def opened(client: httpx.Client, path: str, **headers: str) -> Iterator[Iterator[Frame]]:
    """An open stream and its frames, comments too."""
    with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _frames(answer)


def whole(client: httpx.Client, path: str, **headers: str) -> list[Frame]:
    """Every event until the stream ends, without comments."""
    with opened(client, path, **headers) as frames:
        return [frame for frame in frames if frame.kind]


def _frames(answer: httpx.Response) -> Iterator[Frame]:
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(":")
        if line.startswith(":"):
            yield Frame("", value.strip())
        elif line:
            fields[name] = value.strip()
        elif fields:
            yield Frame(fields["event"], json.loads(fields["data"]), fields.get("id"))
            fields = {}
