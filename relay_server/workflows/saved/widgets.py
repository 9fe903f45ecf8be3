"""The values that were saved with a node, by the name of their field. Pure.

ComfyUI's UI format saves values without names, in the order of the widgets; the newest pages write
the names beside them. Between the fields stand widgets that only the page has: what to do with a
seed after a run, upload buttons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from relay_server.workflows.object_info import GROUP, LINKED, SIMPLE, Field, NodeClass
from relay_server.workflows.saved.fitting import PAGE_TYPES, UNSAVED, fits, prompted
from relay_server.workflows.saved.page_nodes import has_own_values
from relay_server.workflows.saved.positions import Misfit, in_order, is_button
from relay_server.workflows.saved.ui_graph import UiNode

CONTROLLED = frozenset({"control_after_generate", "control_filter_list", "fixed"})
PAGE_NAMES = frozenset({"upload", "image", "audioUI", "videopreview", "preview", ""})
"""What the page calls widgets of its own."""

NEUTRAL = ("auto", "none", "None", "default", "disable", "disabled", "off")
"""Values of newer fields that leave all as it is where there is no such field; as does False."""

COMPARED = {"IMAGECOMPARE": {"__value__": ["", ""]}}
IsSet = Callable[[Field], bool]


@dataclass(frozen=True)
class Saved:
    """The values of a node's fields."""

    values: Mapping[str, Any]
    unknown: tuple[str, ...] = ()  # what a newer class saved, and none of the hosts' fields is


def saved_values(node: UiNode, node_class: NodeClass, link_types: frozenset[str]) -> Saved:
    """The values of every widget. A field that the file does not know, because the class grew
    later, gets its default. `link_types` are those that some node gives out.

    Raises Misfit where a value cannot be given to a field without doubt.
    """
    is_set = settable(node, link_types)
    fields = [each for each in node_class.fields.values() if is_set(each)]
    if lost := _lost(node, node_class):
        raise Misfit(
            f"the field {lost!r:.60} is linked, but the node does not have it on the hosts"
        )
    unknown: tuple[str, ...] = ()
    if isinstance(node.values, Mapping):
        named = _by_name(node.values, fields, is_set)
    else:
        named, unknown = _listed(node, node.values, node_class, is_set)
    _add_defaults(named, fields, is_set)
    return Saved({name: value for name, value in named.items() if value is not None}, unknown)


def settable(node: UiNode, link_types: frozenset[str]) -> IsSet:
    """Tells whether the page shows a field as a widget of this node."""
    slots = {slot.name: slot.widget for slot in node.inputs}

    def is_set(field: Field) -> bool:
        if field.is_widget or field.options.get("forceInput") or field.type in LINKED:
            return field.is_widget
        if field.options.get("socketless") or slots.get(field.name):
            return True
        given = field.type in link_types and field.type not in PAGE_TYPES
        return field.name not in slots and not given

    return is_set


def _lost(node: UiNode, node_class: NodeClass) -> str | None:
    """A widget under a link that the class has not, as after a renaming: ComfyUI would not say."""
    linked = (slot.widget for slot in node.inputs if slot.widget and slot.link is not None)
    tops = {name.partition(".")[0] for name in node_class.fields}
    found = (name for name in linked if name.partition(".")[0] not in tops)
    return next((name for name in found if _own_name(name) not in CONTROLLED | PAGE_NAMES), None)


def _listed(
    node: UiNode, values: list[Any], node_class: NodeClass, is_set: IsSet
) -> tuple[dict[str, Any], tuple[str, ...]]:
    fields = [each for each in node_class.fields.values() if is_set(each)]
    if has_own_values(node):
        return in_order(values[:1], fields, is_set), ()
    if node.names:
        return _strictly_by_name(dict(zip(node.names, values, strict=True)), fields, is_set)
    if not fields:
        return {}, tuple(f"{each!r:.60}" for each in values if not is_button(each))
    try:
        return in_order(values, fields, is_set), ()
    except Misfit as misfit:
        forced = _as_old_pages_did(node, is_set)
        more = [each for each in node_class.fields.values() if forced(each)]
        if len(more) == len(fields):
            raise
        try:
            found = in_order(values, more, forced)
        except Misfit:
            raise misfit from None
        names = {each.name for each in fields}
        return {name: value for name, value in found.items() if name in names}, ()


def _as_old_pages_did(node: UiNode, is_set: IsSet) -> IsSet:
    """They saved a value also for a widget that its class wants to be linked."""
    shown = {slot.widget for slot in node.inputs}
    return lambda field: is_set(field) or (field.type in SIMPLE and field.name in shown)


def _by_name(values: Mapping[str, Any], fields: list[Field], is_set: IsSet) -> dict[str, Any]:
    """Some packs save their values with names."""
    named: dict[str, Any] = {}
    waiting = list(fields)
    while waiting:
        field = waiting.pop(0)
        if field.name in values:
            if field.type != GROUP:
                named[field.name] = prompted(field, values[field.name])
            waiting += filter(is_set, field.children(values[field.name]))
    return named


def _strictly_by_name(
    values: Mapping[str, Any], fields: list[Field], is_set: IsSet
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Raises Misfit if a value does not fit its field, or a field may have been renamed."""
    named: dict[str, Any] = {}
    met: dict[str, Field] = {}
    waiting = list(fields)
    while waiting:
        field = waiting.pop(0)
        met[field.name] = field
        value = values.get(field.name)
        if value is not None and not fits(field, value):
            raise Misfit(f"the saved value {value!r:.60} does not fit the field {field.name!r}")
        waiting += filter(is_set, field.children(value))
        if field.name in values and field.type != GROUP:
            named[field.name] = prompted(field, value)
    unknown = [name for name in values if name not in met and not _is_page_s(name, values, met)]
    missing = [
        name for name, field in met.items() if name not in values and field.type not in UNSAVED
    ]
    for old, new in _moved(unknown, missing):
        if not fits(met[new], values[old]):
            raise Misfit(f"the saved value {values[old]!r:.60} does not fit the field {new!r}")
        named[new] = prompted(met[new], values[old])
        unknown.remove(old)
        missing.remove(new)
    if lost := [name for name in unknown if missing or not _is_neutral(values[name])]:
        raise Misfit(f"{lost[0]!r:.60} was saved as {values[lost[0]]!r:.60} and has no field")
    return named, tuple(unknown)


def _is_neutral(value: Any) -> bool:
    return value is False or value in NEUTRAL


def _moved(unknown: list[str], missing: list[str]) -> list[tuple[str, str]]:
    """Fields that went under a menu, or out of one, and kept their own name."""
    found = []
    for old in unknown:
        same = [new for new in missing if _own_name(new) == _own_name(old)]
        others = [each for each in unknown if _own_name(each) == _own_name(old)]
        if len(same) == len(others) == 1:
            found.append((old, same[0]))
    return found


def _own_name(name: str) -> str:
    return name.rpartition(".")[2]


def _is_page_s(name: str, values: Mapping[str, Any], met: Mapping[str, Field]) -> bool:
    """Whether a value belongs to a widget that only the page has."""
    plain = _own_name(name).partition("#")[0]
    if plain in CONTROLLED or values[name] in ("", None):
        return True
    if plain in PAGE_NAMES:
        return is_button(values[name])
    return plain in BOX_PARTS and any(each.type == "BOUNDING_BOX" for each in met.values())


BOX_PARTS = frozenset({"x", "y", "width", "height"})


def _add_defaults(named: dict[str, Any], fields: list[Field], is_set: IsSet) -> None:
    waiting = list(fields)
    while waiting:
        field = waiting.pop(0)
        default = COMPARED.get(field.type, prompted(field, field.default))
        if field.name not in named and default is not None and field.type != GROUP:
            named[field.name] = default
        waiting += filter(is_set, field.children(named.get(field.name)))
