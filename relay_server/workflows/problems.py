"""What stands in the way of a workflow: typed, and all at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.models.workflows import Problem

LONGEST = 120  # characters of somebody's text inside a sentence


class Unreadable(Exception):
    """The workflow cannot be used. Carries every problem that was found, and the graph as far as
    it could be read."""

    def __init__(self, problems: Iterable[Problem], graph: Mapping[str, Any] | None = None) -> None:
        self.problems = tuple(problems)
        self.graph = dict(graph or {})
        super().__init__(self.problems[0].message)


def problem(
    code: str, message: str, *, node: str | None = None, title: str | None = None,
    class_type: str | None = None, field: str | None = None,
) -> Problem:  # fmt: skip
    """A problem. `message` says what is wrong and what to do; the node is put before it."""
    shown = f"Node {cut(node)}" if node is not None else ""
    if node is not None and (title or class_type):
        names = ", ".join(cut(each) for each in dict.fromkeys((title, class_type)) if each)
        shown += f" ({names})"
    return Problem(
        code=code,
        message=f"{shown}: {message}" if shown else message,
        node=node,
        title=title,
        class_type=class_type,
        field=field,
    )


def cut(text: object) -> str:
    """Somebody's text, short enough for a sentence."""
    shown = str(text)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}..."


def refused(problems: Iterable[Problem]) -> Unprocessable:
    """The answer to a workflow with these problems."""
    found = list(problems)
    more = f" And {len(found) - 1} more; see `details.problems`." if len(found) > 1 else ""
    return Unprocessable(
        "unreadable_workflow",
        f"{found[0].message}{more}",
        {"problems": [each.model_dump(mode="json") for each in found]},
    )
