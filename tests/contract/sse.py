"""Server-sent events, read as they come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.rig import Rig


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


def story(rig: Rig, graph: dict[str, Any], path: str) -> tuple[dict[str, Any], list[Frame]]:
    """A job of this graph, and every event of the stream at this path with its id, from before the
    job begins."""
    with ExitStack() as stack:
        with rig.paused():
            job = rig.submit_graph(graph)
            frames = stack.enter_context(opened(rig.client, path.format(job["id"])))
            first = next(frames)
        return job, [first, *(frame for frame in frames if frame.kind)]


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
