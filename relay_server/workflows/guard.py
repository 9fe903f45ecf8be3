"""What the relay refuses before any host sees it. Pure.

Each rule here answers something that a real ComfyUI does not survive or should not do: a node
without inputs stops its queue for good, and its loaders open absolute paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.workflows.names import escapes

Graph = dict[str, Any]

FILE_FIELDS = frozenset({"image", "mask", "video", "audio", "file", "latent", "model_file"})
"""Fields of loaders that name a file in the host's input folder."""

PREFIX = "filename_prefix"
WRAPPER = "__value__"  # {"__value__": x} means x to ComfyUI, so a path hides well in it
LINK = 2  # [node id, number of the output]


def checked(
    raw: Mapping[str, Any],
    *,
    max_nodes: int,
    classes: frozenset[str] | None,
    outputs: frozenset[str] | None,
) -> Graph:
    """The graph without the nodes that no output reaches. Raises Unprocessable with one entry for
    every problem, by node. `classes` are those of all hosts and `outputs` the output nodes among
    them; None if no host was ever seen."""
    if isinstance(raw.get("nodes"), list):
        raise Unprocessable(
            "workflow_format_ui",
            "This is ComfyUI's UI format. In ComfyUI use Workflow > Export (API) and send that.",
        )
    if not raw:
        raise _invalid("The graph is empty. Send at least one node that saves something.", {})
    if len(raw) > max_nodes:
        raise _invalid(f"The graph has {len(raw)} nodes; the limit is {max_nodes}.", {})
    problems: dict[str, list[dict[str, str]]] = {}
    for node, field, reason in _problems(raw, classes):
        problems.setdefault(node, []).append({"field": field, "reason": reason})
    if problems:
        node, (first, *_) = next(iter(problems.items()))
        where = f"node {node[:80]}"
        where += f", field {first['field'][:80]!r}" if first["field"] else ""
        raise _invalid(f"The graph cannot run: {where}: {first['reason']}.", problems)
    graph = dict(raw)
    if outputs is not None and classes is not None:
        graph = _reached(graph, outputs)
    return graph


def _problems(
    raw: Mapping[str, Any], classes: frozenset[str] | None
) -> Iterator[tuple[str, str, str]]:
    """(node, field or empty, reason)."""
    for node, spec in raw.items():
        if not isinstance(spec, dict):
            yield node, "", "a node must be an object with `class_type` and `inputs`"
            continue
        class_type, inputs = spec.get("class_type"), spec.get("inputs")
        if not isinstance(class_type, str) or not class_type:
            yield node, "class_type", "the node has no `class_type`"
            continue
        if not isinstance(inputs, dict):
            yield node, "inputs", "the node has no `inputs` object"
            continue
        if classes is not None and class_type not in classes:
            yield node, "class_type", f"no host has a node of the class {class_type[:80]!r}"
        for field, value in inputs.items():
            if reason := _field_problem(raw, class_type, field, value):
                yield node, field, reason
    yield from _cycle(raw)


def _field_problem(raw: Mapping[str, Any], class_type: str, field: str, value: Any) -> str | None:
    if is_link(value):
        missing = f"it is linked to node {value[0][:80]!r}, which is not there"
        return None if value[0] in raw else missing
    while isinstance(value, dict) and WRAPPER in value:
        value = value[WRAPPER]
    is_file = field == PREFIX or (field in FILE_FIELDS and class_type.startswith("Load"))
    if is_file and isinstance(value, str) and (why := escapes(value)):
        return f"the path {value[:80]!r} is refused: {why}"
    return None


def is_link(value: Any) -> bool:
    """Whether a field's value is the output of another node."""
    return (
        isinstance(value, list)
        and len(value) == LINK
        and isinstance(value[0], str)
        and isinstance(value[1], int)
        and not isinstance(value[1], bool)
    )


def links(spec: Any) -> list[str]:
    """The nodes that a node is linked to."""
    inputs = spec.get("inputs") if isinstance(spec, dict) else None
    if not isinstance(inputs, dict):
        return []
    return [value[0] for value in inputs.values() if is_link(value)]


def _cycle(raw: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The first node found that feeds itself. Without recursion: graphs are long."""
    done: set[str] = set()
    for start in raw:
        path: dict[str, Iterator[str]] = (
            {start: iter(links(raw[start]))} if start not in done else {}
        )
        while path:
            node = next(reversed(path))
            following = next(path[node], None)
            if following is None:
                done.add(node)
                path.popitem()
            elif following in path:
                yield following, "", "the node feeds itself through its links"
                return
            elif following not in done and following in raw:
                path[following] = iter(links(raw[following]))


def _reached(graph: Graph, outputs: frozenset[str]) -> Graph:
    """Only what an output needs: ComfyUI 0.3.64 dies of some of the rest."""
    waiting = [node for node, spec in graph.items() if spec["class_type"] in outputs]
    if not waiting:
        raise _invalid("The graph has no output. Add a node that saves, such as SaveImage.", {})
    reached: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting += links(graph[node])
    return {node: spec for node, spec in graph.items() if node in reached}


def classes_of(graph: Mapping[str, Any]) -> list[str]:
    """The node classes that a graph uses."""
    return sorted({spec["class_type"] for spec in graph.values()})


def _invalid(message: str, problems: dict[str, list[dict[str, str]]]) -> Unprocessable:
    return Unprocessable("invalid_workflow", message, {"node_errors": problems})
