"""What a host would refuse of a prompt, found before any host is asked. Pure.

The rules are those of ComfyUI (`validate_inputs`, 0.3.64 to 0.29.0): required inputs, the types of
links, the bounds of numbers, menus. Inputs that others bring are checked as they are brought. Menus
of files and models are left to others: they differ by host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from relay_server.models.workflows import Problem
from relay_server.workflows.guard import Graph, is_link, title_of
from relay_server.workflows.model_files import kind_of, nearest
from relay_server.workflows.object_info import (
    AUTOGROW,
    COMBO,
    DYNAMIC,
    GROUP,
    Field,
    NodeClass,
    ObjectInfo,
)
from relay_server.workflows.problems import problem

ANY = "*"
BRINGING = frozenset({AUTOGROW, DYNAMIC, GROUP, "COMFY_DYNAMICSLOT_V3"})
"""Types of inputs that ComfyUI does not miss: it asks only for those that they bring."""
CASTS = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}


def invalid(graph: Graph, info: ObjectInfo) -> Iterator[Problem]:
    """Everything that is wrong with the nodes of known classes."""
    for node, spec in graph.items():
        known = info.get(spec["class_type"])
        if known is None:
            continue
        for name, reason in _invalid_fields(graph, spec["inputs"], known, info):
            yield problem(
                "invalid_value",
                reason,
                node=node,
                title=title_of(spec),
                class_type=known.name,
                field=name,
            )


def _invalid_fields(
    graph: Graph, inputs: Mapping[str, Any], known: NodeClass, info: ObjectInfo
) -> Iterator[tuple[str, str]]:
    for field in known.live(inputs):
        if field.name not in inputs:
            if field.required and field.type not in BRINGING:
                yield field.name, f"the input {field.name!r} is missing. Link or set it."
            continue
        value = inputs[field.name]
        reason = _bad_link(graph, field, value, info) if is_link(value) else _bad(field, value)
        if reason:
            yield field.name, f"the input {field.name!r} {reason}."


def _bad_link(graph: Graph, field: Field, value: Any, info: ObjectInfo) -> str | None:
    origin = graph.get(value[0])
    known = info.get(origin["class_type"]) if origin else None
    if known is None:
        return None
    if not 0 <= value[1] < len(known.outputs):
        if ANY in known.outputs:
            return None  # some packs have as many outputs as are linked, and list one
        return f"is linked to output {value[1]} of a {known.name}, which has {len(known.outputs)}"
    given = known.outputs[value[1]]
    wanted = field.accepts or field.type
    if _fits(given, wanted):
        return None
    return f"takes {wanted}, but is linked to {given} of a {known.name}"


def _fits(given: str, wanted: str) -> bool:
    """ComfyUI splits a type at its commas; `*` fits everything."""
    if wanted.startswith("COMFY_") or given.startswith("COMFY_"):
        return True
    if given.startswith("[") and wanted == COMBO:
        return True  # some packs give a menu's choices as a type
    both = [{part.strip() for part in each.split(",")} for each in (given, wanted)]
    return any(ANY in each for each in both) or not both[0].isdisjoint(both[1])


def _bad(field: Field, value: Any) -> str | None:
    if isinstance(value, Mapping):
        return None  # an asset, or a wrapped list
    if field.type in CASTS:
        try:
            value = CASTS[field.type](value)
        except (ValueError, TypeError, OverflowError):
            return f"must be {field.type}, not {value!r:.60}"
        return _out_of_bounds(field, value)
    if field.type in (COMBO, DYNAMIC) and not field.upload and field.menu:
        return _off_menu(field, value)
    return None


def _out_of_bounds(field: Field, value: Any) -> str | None:
    low, high = field.options.get("min"), field.options.get("max")
    if isinstance(value, str | bool):
        return None
    if isinstance(low, int | float) and value < low:
        return f"is {value}, under its minimum of {low}"
    if isinstance(high, int | float) and value > high:
        return f"is {value}, over its maximum of {high}"
    return None


def _off_menu(field: Field, value: Any) -> str | None:
    if value in field.menu or kind_of("", field.name) or _lists_files(field):
        return None
    near = nearest(str(value), map(str, field.menu), 1)
    return f"is {value!r:.60}, which is not on its menu" + (
        f" (did you mean {near[0]!r}?)" if near else ""
    )


def _lists_files(field: Field) -> bool:
    """Menus of files, models among them: every host has others."""
    texts = [each for each in field.menu if isinstance(each, str)]
    return any("." in each and each.rpartition(".")[2].isalnum() for each in texts)
