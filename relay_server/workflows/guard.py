"""What the relay refuses before any host sees it. Pure.

Each rule here answers something that a real ComfyUI does not survive or should not do: a node
without inputs stops its queue for good, and its loaders open absolute paths.
"""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.settings import Settings
from relay_server.workflows.model_files import kind_of
from relay_server.workflows.names import escapes
from relay_server.workflows.object_info import ObjectInfo

Graph = dict[str, Any]

FILE_FIELDS = frozenset({"image", "mask", "video", "audio", "file", "latent", "model_file"})
"""Fields of loaders that name a file in the host's input folder."""

PATH_FIELD = re.compile(
    r"(^|_)(file_?)?(path|paths|dir|directory|folder|file|filename)($|_)", re.IGNORECASE
)
"""Fields of custom nodes that name a file or a folder of the host, by what packs call them."""

IGNORED = string.whitespace + "\u00a0\u2028\u2029\ufeff\"'"
OUTSIDE = re.compile(r"[$%]|[a-z][a-z0-9+.-]+:", re.IGNORECASE)  # a variable, or a URL
PREFIX = "filename_prefix"
WRAPPER = "__value__"  # {"__value__": x} means x to ComfyUI, so a path hides well in it
LINK = 2  # [node id, number of the output]


@dataclass(frozen=True)
class Rules:
    """What this relay lets through."""

    max_nodes: int
    info: ObjectInfo = field(default_factory=lambda: ObjectInfo({}))  # empty: no host was ever seen
    allowed: tuple[str, ...] = ()  # node classes, with `*` for any text; empty: all
    roots: tuple[str, ...] = ()  # folders whose files may be named by an absolute path

    @classmethod
    def of(cls, settings: Settings, info: ObjectInfo) -> Rules:
        """Those of a relay whose hosts say this of their classes."""
        return cls(settings.max_nodes, info, settings.allowed, settings.roots)

    def allows(self, class_type: str) -> bool:
        """Whether the studio lets this class run."""
        return not self.allowed or any(each.fullmatch(class_type) for each in self._patterns)

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        """Only `*` means something: names of classes have brackets and question marks."""
        plain = (re.escape(each).replace(r"\*", ".*") for each in self.allowed)
        return [re.compile(each, re.DOTALL) for each in plain]

    def escapes(self, path: str) -> str | None:
        """Why a file must not be named so, in a few words; None if it may. Loaders strip blanks
        and quotes, so they count for nothing here."""
        path = path.strip(IGNORED)
        if OUTSIDE.match(path):
            return "it is no plain path"
        plain = path.replace("\\", "/")
        inside = any(plain.startswith(f"{root.rstrip('/')}/") for root in self.roots)
        if inside and ".." not in plain.split("/") and plain.isprintable():
            return None
        return escapes(path)


def checked(raw: Mapping[str, Any], rules: Rules, files: Collection[tuple[str, str]] = ()) -> Graph:
    """The graph without the nodes that no output reaches. Raises Unprocessable with one entry for
    every problem, by node. `files` are further (node, field) pairs that name a file."""
    if isinstance(raw.get("nodes"), list):
        raise Unprocessable(
            "workflow_format_ui",
            "This is ComfyUI's UI format. In ComfyUI use Workflow > Export (API) and send that, or"
            " publish it.",
        )
    if not raw:
        raise _invalid("The graph is empty. Send at least one node that saves something.", {})
    if len(raw) > rules.max_nodes:
        raise _invalid(f"The graph has {len(raw)} nodes; the limit is {rules.max_nodes}.", {})
    problems: dict[str, list[dict[str, str]]] = {}
    for node, name, reason in _problems(raw, rules, frozenset(files)):
        problems.setdefault(node, []).append({"field": name, "reason": reason})
    if problems:
        node, (first, *_) = next(iter(problems.items()))
        where = f"node {node[:80]}"
        where += f", field {first['field'][:80]!r}" if first["field"] else ""
        raise _invalid(f"The graph cannot run: {where}: {first['reason']}.", problems)
    graph = dict(raw)
    return _reached(graph, rules.info) if rules.info else graph


def _problems(
    raw: Mapping[str, Any], rules: Rules, files: frozenset[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    """(node, field or empty, reason)."""
    behind = _Behind(raw, rules)
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
        if reason := _class_problem(class_type, rules):
            yield node, "class_type", reason
        for name, value in inputs.items():
            is_file = (node, name) in files or names_file(class_type, name, rules.info)
            if reason := _field_problem(raw, value, name, rules if is_file else None, behind):
                yield node, name, reason
    yield from _cycle(raw)


def _class_problem(class_type: str, rules: Rules) -> str | None:
    if rules.info and class_type not in rules.info:
        return f"no host has a node of the class {class_type[:80]!r}"
    if not rules.allows(class_type):
        return f"this relay does not allow the node class {class_type[:80]!r}"
    return None


def names_file(class_type: str, name: str, info: ObjectInfo) -> bool:
    """Whether a field names a file or folder of the host, other than a model."""
    known = info.field(class_type, name)
    name = name.rpartition(".")[2]  # fields of newer hosts come and go with others: `format.path`
    if name == PREFIX:
        return True
    if kind_of(class_type, name):
        return False
    if known is not None and (known.upload or known.type != "STRING"):
        return known.upload is not None
    if known is not None and any("path" in option for option in known.options):
        return True  # packs mark their own path fields so
    loads = name in FILE_FIELDS and "load" in class_type.lower()
    return loads or PATH_FIELD.search(name) is not None


def _field_problem(
    raw: Mapping[str, Any], value: Any, name: str, rules: Rules | None, behind: _Behind
) -> str | None:
    """`rules` are given for a field that names a file."""
    if is_link(value):
        if value[0] not in raw:
            return f"it is linked to node {value[0][:80]!r}, which is not there"
        return behind.reason(value[0]) if rules and name != PREFIX else None
    value = unwrapped(value)
    if is_link(value):
        return "a link must not be wrapped"  # a host follows it, and its queue dies of a bad one
    if rules is None or not isinstance(value, str):
        return None
    why = escapes(value) if name == PREFIX else rules.escapes(value)
    return f"the path {value[:80]!r} is refused: {why}" if why else None


def unwrapped(value: Any) -> Any:
    """What a value is to ComfyUI, which takes every wrapper off."""
    while isinstance(value, dict) and WRAPPER in value:
        value = value[WRAPPER]
    return value


class _Behind:
    """Paths that come over links, from nodes that hold or join texts. Looked for once a graph."""

    def __init__(self, raw: Mapping[str, Any], rules: Rules) -> None:
        self._raw = raw
        self._rules = rules

    def reason(self, node: str) -> str | None:
        """Why what a node gives must not name a file; None if it may."""
        text = self._paths.get(node)
        return text and f"it is linked to the path {text[:80]!r}, which is refused"

    @cached_property
    def _paths(self) -> dict[str, str]:
        """A refused path by every node that it can come out of."""
        takers: dict[str, list[str]] = {}
        for node, spec in self._raw.items():
            for origin in links(spec):
                takers.setdefault(origin, []).append(node)
        found = dict(self._held())
        waiting = list(found)
        while waiting:
            node = waiting.pop()
            for taker in takers.get(node, ()):
                if taker not in found:
                    found[taker] = found[node]
                    waiting.append(taker)
        return found

    def _held(self) -> Iterator[tuple[str, str]]:
        for node, spec in self._raw.items():
            inputs = spec.get("inputs") if isinstance(spec, dict) else None
            for text in map(unwrapped, inputs.values() if isinstance(inputs, dict) else ()):
                if isinstance(text, str) and self._rules.escapes(text):
                    yield node, text


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


def _reached(graph: Graph, info: ObjectInfo) -> Graph:
    """Only what an output needs: ComfyUI 0.3.64 dies of some of the rest."""
    waiting = [
        node
        for node, spec in graph.items()
        if (known := info.get(spec["class_type"])) is not None and known.is_output
    ]
    if not waiting:
        raise _invalid("The graph has no output. Add a node that saves, such as SaveImage.", {})
    needed = reached(graph, waiting)
    return {node: spec for node, spec in graph.items() if node in needed}


def reached(graph: Mapping[str, Any], outputs: Iterable[str]) -> set[str]:
    """The nodes that the outputs need, themselves included."""
    found: set[str] = set()
    waiting = list(outputs)
    while waiting:
        node = waiting.pop()
        if node not in found and node in graph:
            found.add(node)
            waiting += links(graph[node])
    return found


def title_of(spec: Mapping[str, Any]) -> Any:
    """The title that stands with a node of the API format; None if there is none."""
    meta = spec.get("_meta")
    return meta.get("title") if isinstance(meta, dict) else None


def classes_of(graph: Mapping[str, Any]) -> list[str]:
    """The node classes that a graph uses."""
    return sorted({spec["class_type"] for spec in graph.values()})


def _invalid(message: str, problems: dict[str, list[dict[str, str]]]) -> Unprocessable:
    return Unprocessable("invalid_workflow", message, {"node_errors": problems})
