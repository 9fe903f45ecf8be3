"""What changed between two versions of a workflow. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from relay_server.models.forms import Form
from relay_server.models.workflows import Change
from relay_server.workflows.forms.live import written
from relay_server.workflows.guard import Graph

LISTS = ("inputs", "params", "outputs")


def form_changes(before: Form, after: Form) -> list[Change]:
    """By the ids of what the form has, so that a new order is one change and not many."""
    return list(_changes("", _by_id(before), _by_id(after)))


def graph_changes(before: Graph, after: Graph) -> list[Change]:
    """By node and field."""
    return list(_nodes(before, after))


def _nodes(before: Graph, after: Graph) -> Iterator[Change]:
    for node in dict.fromkeys([*before, *after]):
        old, new = before.get(node), after.get(node)
        shown = (new or old or {}).get("class_type")
        where = f"node {node} ({shown})"
        if old is None or new is None or old["class_type"] != new["class_type"]:
            yield from _changed(where, _bare(old), _bare(new))
            continue
        yield from _changes(f"{where}.", old["inputs"], new["inputs"])


def _bare(spec: Mapping[str, Any] | None) -> Any:
    return None if spec is None else {key: spec[key] for key in ("class_type", "inputs")}


def _by_id(form: Form) -> dict[str, Any]:
    raw = written(form)
    for name in LISTS:
        items = raw.pop(name)
        raw[f"order of {name}"] = [each["id"] for each in items]
        raw[name] = {each["id"]: each for each in items}
    return raw


def _changes(where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _changes(f"{where}{name}.", old, new)
        else:
            yield from _changed(f"{where}{name}", old, new)


def _changed(where: str, old: Any, new: Any) -> Iterator[Change]:
    if old != new:
        yield Change(where=where, before=_json(old), after=_json(new))


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False)
