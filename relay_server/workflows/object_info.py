"""What hosts say of their node classes in `/object_info`, read into values. Pure.

ComfyUI describes an input as `[type, options]`. The type is a name, or a list: a menu. Newer node
classes write a menu as `["COMBO", {"options": [...]}]`, several types as `"FLOAT,INT"` with the
one that is set by hand in `widgetType`, and inputs that bring further ones as types of their own.
Measured on ComfyUI 0.3.64 and 0.29.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

COMBO = "COMBO"
DYNAMIC = "COMFY_DYNAMICCOMBO_V3"
"""A menu whose every choice has fields of its own, named `menu.field`. Only newer hosts have it."""
AUTOGROW = "COMFY_AUTOGROW_V3"
"""As many links as are wanted, named `input.a`. It has no value itself."""
GROUP = "COMFY_DYNAMICGROUP_V3"
"""Rows of fields, named `group.0.field`. Its value is their number, and only the page's."""
MATCH = "COMFY_MATCHTYPE_V3"
"""A link of any type; several such inputs of a node take the same one."""
LINKED = frozenset({AUTOGROW, MATCH, "COMFY_DYNAMICSLOT_V3", "COMFY_MULTITYPED_V3"})

SIMPLE = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", COMBO})
WIDGETS = SIMPLE | {DYNAMIC, GROUP}
"""Types that a person sets on the node itself; every other type is a link."""

UPLOADS = {
    "image_upload": "image",
    "video_upload": "video",
    "audio_upload": "audio",
    "file_upload": "file",
}
SECTIONS = ("required", "optional")
SEEDS = frozenset({"seed", "noise_seed"})
"""Fields that the page takes for seeds, whatever a class says."""

MOST_ROWS = 50  # of a GROUP: ComfyUI's own limit


@dataclass(frozen=True)
class Field:
    """One input of a node class."""

    name: str
    type: str  # INT, FLOAT, STRING, BOOLEAN, COMBO, or the type of a link
    required: bool
    options: Mapping[str, Any] = field(default_factory=dict)
    menu: tuple[Any, ...] = ()  # of a COMBO
    accepts: str = ""  # the types of a link, if there are others than `type`

    @property
    def is_widget(self) -> bool:
        """Whether a value is set on the node itself; else it is only ever linked."""
        return self.type in WIDGETS and not self.options.get("forceInput")

    @cached_property
    def upload(self) -> str | None:
        """image, video, audio or file: the menu lists files of the host's input folder."""
        return next((kind for flag, kind in UPLOADS.items() if self.options.get(flag)), None)

    @property
    def default(self) -> Any:
        """The value of a fresh node; None if there is none to tell."""
        if "default" in self.options:
            return self.options["default"]
        if self.type in (COMBO, DYNAMIC):
            return self.menu[0] if self.menu else None
        return {"INT": 0, "FLOAT": 0.0, "STRING": "", "BOOLEAN": False}.get(self.type)

    def children(self, value: Any) -> tuple[Field, ...]:
        """The further fields that a value brings, in order: those of a choice, or of rows."""
        if self.type == GROUP:
            rows = range(min(value, MOST_ROWS)) if isinstance(value, int) else ()
            return tuple(each for row in rows for each in self._inner(self._template(), f"{row}."))
        for choice in self._choices():
            if choice.get("key") == value:
                return self._inner(choice.get("inputs"))
        return ()

    @property
    def grown(self) -> tuple[Field, ...]:
        """The links that an AUTOGROW may have; as many as are needed are required."""
        one = next(iter(self._inner(self._template().get("input"))), None)
        if self.type != AUTOGROW or one is None:
            return ()
        least = self._template().get("min", 0)
        return tuple(
            replace(one, name=f"{self.name}.{name}", required=one.required and number < least)
            for number, name in enumerate(self._names())
        )

    def brought(self, inputs: Mapping[str, Any]) -> tuple[Field, ...]:
        """The further fields that a node with these inputs has because of this one."""
        if self.type == GROUP:
            rows = {name.split(".")[1] for name in inputs if name.startswith(f"{self.name}.")}
            return self.children(max((int(row) + 1 for row in rows if row.isdigit()), default=0))
        return self.grown or self.children(inputs.get(self.name))

    @property
    def all_children(self) -> tuple[Field, ...]:
        """Those of every choice."""
        choices = tuple(f for each in self._choices() for f in self.children(each.get("key")))
        return choices or self.grown or self.children(MOST_ROWS if self.type == GROUP else None)

    def _inner(self, inputs: Any, before: str = "") -> tuple[Field, ...]:
        found = _fields({"input": inputs})
        return tuple(replace(each, name=f"{self.name}.{before}{each.name}") for each in found)

    def _choices(self) -> list[dict[str, Any]]:
        found = self.options.get("options") if self.type == DYNAMIC else None
        return [each for each in found or [] if isinstance(each, dict)]

    def _template(self) -> Mapping[str, Any]:
        found = self.options.get("template")
        return found if isinstance(found, dict) else {}

    def _names(self) -> list[str]:
        names, most = self._template().get("names"), self._template().get("max", 0)
        if isinstance(names, list):
            return [str(each) for each in names]
        return [f"{self._template().get('prefix', '')}{number}" for number in range(most)]

    @property
    def tooltip(self) -> str:
        """Help for a person, or empty."""
        found = self.options.get("tooltip")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True)
class NodeClass:
    """One class of nodes."""

    name: str
    title: str  # as ComfyUI shows it
    fields: Mapping[str, Field]  # in the order of the widgets
    outputs: tuple[str, ...]  # their types
    is_output: bool

    @cached_property
    def uploads(self) -> tuple[Field, ...]:
        """The widgets that name a file of the host's input folder."""
        return tuple(each for each in self.widgets if each.upload)

    @cached_property
    def widgets(self) -> tuple[Field, ...]:
        """The fields with a value of their own, in the order in which they are saved."""
        return tuple(each for each in self.fields.values() if each.is_widget)

    def live(self, inputs: Mapping[str, Any]) -> Iterable[Field]:
        """Every field of a node with these inputs, those included that others bring."""
        waiting = list(self.fields.values())
        while waiting:
            each = waiting.pop(0)
            yield each
            waiting[:0] = each.brought(inputs)


class ObjectInfo:
    """The node classes of one host, or of several together."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self._raw = raw
        self._classes: dict[str, NodeClass | None] = {}

    def get(self, class_type: str) -> NodeClass | None:
        """A class; None if no host has it."""
        if class_type not in self._classes:
            raw = self._raw.get(class_type)
            self._classes[class_type] = _node_class(class_type, raw) if raw else None
        return self._classes[class_type]

    def field(
        self, class_type: str, name: str, inputs: Mapping[str, Any] | None = None
    ) -> Field | None:
        """An input of a class; None if class or input is unknown.

        `menu.field` is found under every choice of the menu. With `inputs`, those of a node, only
        under the one that it has: fields of one name may differ from choice to choice.
        """
        found = self.get(class_type)
        if found is None:
            return None
        around: Iterable[Field] = found.fields.values()
        while True:
            leading = [each for each in around if _leads(each.name, name)]
            near = max(leading, key=lambda each: len(each.name), default=None)
            if near is None or near.name == name:
                return near
            around = near.all_children if inputs is None else near.brought(inputs)

    @cached_property
    def link_types(self) -> frozenset[str]:
        """Every type that some node gives out."""
        found = (about.get("output") for about in self._raw.values() if isinstance(about, dict))
        lists = (types for types in found if isinstance(types, list))
        return frozenset(type_ for types in lists for type_ in types if isinstance(type_, str))

    @property
    def names(self) -> Iterable[str]:
        """All classes."""
        return self._raw.keys()

    def __contains__(self, class_type: str) -> bool:
        return class_type in self._raw

    def __bool__(self) -> bool:
        return bool(self._raw)


def _leads(prefix: str, name: str) -> bool:
    return name == prefix or name.startswith(f"{prefix}.")


def merged(infos: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The raw descriptions of several hosts as one: the first that describes a class wins, and
    its menus list what any host offers."""
    together: dict[str, Any] = {}
    for info in infos:
        for name, about in info.items():
            known = together.get(name)
            together[name] = about if known is None else _with_menus_of(known, about)
    return together


def _with_menus_of(known: Any, other: Any) -> Any:
    if known == other or not isinstance(known, dict) or not isinstance(other, dict):
        return known
    inputs = {section: dict(fields) for section, fields in (known.get("input") or {}).items()}
    for section in SECTIONS:
        for name, spec in ((other.get("input") or {}).get(section) or {}).items():
            mine = inputs.get(section, {}).get(name)
            if mine is not None and mine != spec:
                inputs[section][name] = _joined(mine, spec)
    return {**known, "input": inputs}


def _joined(mine: Any, other: Any) -> Any:
    menu, more = _menu(mine), _menu(other)
    if menu is None or more is None:
        return mine
    both = list({repr(each): each for each in (*menu, *more)}.values())  # of thousands, at times
    options = mine[1] if len(mine) > 1 and isinstance(mine[1], dict) else {}
    if isinstance(mine[0], list):
        return [both, options]
    return [mine[0], {**options, "options": both}]


def _menu(spec: Any) -> list[Any] | None:
    """The choices of an input; None if it is no menu."""
    if not isinstance(spec, list | tuple) or not spec:
        return None
    if isinstance(spec[0], list):
        return spec[0]
    options = spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
    found = options.get("options")
    return (found if isinstance(found, list) else []) if spec[0] == COMBO else None


def _node_class(name: str, raw: Any) -> NodeClass | None:
    if not isinstance(raw, dict):
        return None
    title, outputs = raw.get("display_name"), raw.get("output")
    found = [str(each) for each in outputs] if isinstance(outputs, list) else []
    return NodeClass(
        name=name,
        title=title if isinstance(title, str) and title else name,
        fields={each.name: each for each in _fields(raw)},
        outputs=tuple(found),
        is_output=bool(raw.get("output_node")),
    )


def _fields(raw: Mapping[str, Any]) -> Iterable[Field]:
    inputs = raw.get("input")
    order = raw.get("input_order")
    for section in SECTIONS:
        specs = inputs.get(section) if isinstance(inputs, dict) else None
        if not isinstance(specs, dict):
            continue
        named = order.get(section) if isinstance(order, dict) else None
        names = [name for name in named if name in specs] if isinstance(named, list) else []
        for name in [*names, *(name for name in specs if name not in names)]:
            if found := _field(name, specs[name], required=section == "required"):
                yield found


def _field(name: str, spec: Any, *, required: bool) -> Field | None:
    if not isinstance(spec, list | tuple) or not spec:
        return None
    options = spec[1] if len(spec) > 1 and isinstance(spec[1], dict) else {}
    menu = _menu(spec)
    if spec[0] == DYNAMIC:
        choices = options.get("options")
        keys = [each.get("key") for each in choices or [] if isinstance(each, dict)]
        return Field(name, DYNAMIC, required, options, tuple(keys))
    kind = COMBO if menu is not None else str(spec[0])
    if (by_hand := options.get("widgetType")) in SIMPLE:
        return Field(name, by_hand, required, options, tuple(menu or ()), accepts=kind)
    return Field(name, kind, required, options, tuple(menu or ()))
