"""Node types and their categories: Houdini's own, and those of the installed assets."""

from __future__ import annotations

import re
from typing import Any

from . import dialog_script, natives
from .enums import EnumValue, value
from .errors import ERRORS
from .parm_groups import ParmTemplateGroup
from .session import model

LABELS = {
    "Object": "Objects", "Sop": "Geometry", "Cop": "Copernicus", "Cop2": "Compositing",
    "Top": "TOP", "Driver": "ROP", "Lop": "LOP", "Manager": "Manager", "CopNet": "Image Networks",
    "TopNet": "TOP Networks", "Director": "Director",
}  # fmt: skip


@model("OpNodeTypeCategory")
class Category:
    """A table of node types."""

    def __init__(self, name: str) -> None:
        self._text = name
        self._types: dict[str, Any] = {}

    def name(self) -> str:
        return self._text

    def label(self) -> str:
        return LABELS[self._text]

    def typeName(self) -> str:
        return self._text

    def nodeTypes(self) -> dict[str, Any]:
        return dict(self._types)

    def nodeType(self, type_name: str) -> Any:
        return self._types.get(type_name)

    def _find(self, name: str, exact: bool) -> Any:
        """The type that `createNode` makes: without version the newest of that name."""
        if name in self._types or exact:
            return self._types.get(name)
        wanted = components(name)
        found = [t for t in self._types.values() if _answers(components(t._text), wanted)]
        return max(found, key=lambda t: _newness(components(t._text)[2]), default=None)


def components(name: str) -> tuple[str, str, str]:
    """Namespace, name and version of an operator name."""
    parts = name.split("::")
    version = parts.pop() if len(parts) > 1 and re.fullmatch(r"[\d.]+", parts[-1]) else ""
    return "::".join(parts[:-1]), parts[-1], version


def _answers(have: tuple[str, str, str], wanted: tuple[str, str, str]) -> bool:
    return have[1] == wanted[1] and all(not w or w == h for h, w in zip(have, wanted))


def _newness(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)


@model("OpNodeType")
class NodeType:
    """One type. `definition` is its HDADefinition, None for Houdini's own."""

    def __init__(self, category: Category, name: str, script: Any, definition: Any = None) -> None:
        self._category, self._text, self._script = category, name, script
        self._definition = definition
        self._inputs: list[tuple[str, str]] = script.inputs
        self._outputs: list[tuple[str, str]] = script.outputs
        self._most, self._child = len(self._inputs), ""

    def category(self) -> Category:
        return self._category

    def name(self) -> str:
        return self._text

    def nameComponents(self) -> tuple[str, ...]:
        return ("", *components(self._text))

    def nameWithCategory(self) -> str:
        return f"{self._category._text}/{self._text}"

    def description(self) -> str:
        return str(self._script.label)

    def minNumInputs(self) -> int:
        return self._definition.minNumInputs() if self._definition else 0

    def maxNumInputs(self) -> int:
        return self._most

    def maxNumOutputs(self) -> int:
        return len(self._outputs)

    def parmTemplateGroup(self) -> Any:
        return ParmTemplateGroup(self._script.entries)

    def parmTemplates(self) -> tuple[Any, ...]:
        return tuple(template.clone() for template in self._script.entries)

    def definition(self) -> Any:
        return self._definition

    def source(self) -> EnumValue:
        return value("nodeTypeSource", "Internal")

    def hdaModule(self) -> Any:
        return self._definition._module() if self._definition else None

    def instances(self) -> tuple[Any, ...]:
        app = self._category._app  # type: ignore[attr-defined]
        return tuple(node for node in app.root._all_below() if node._type is self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Types:
    """All categories of one application."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.categories = {name: Category(name) for name in LABELS}
        for category in self.categories.values():
            category._app = app  # type: ignore[attr-defined]
        root = dialog_script.Script("root", "root", [], [], [], [], [])
        self.root = NodeType(self.categories["Director"], "root", root)
        self.root._child = "Manager"
        for native in natives.NATIVES:
            self._native(native)

    def _native(self, native: natives.Native) -> None:
        category = self.categories[native.table]
        script = dialog_script.read(natives.dialog_script(native))
        script.inputs.extend((name, name) for name in native.inputs)
        script.outputs.extend((name, name) for name in native.outputs)
        made = NodeType(category, native.name, script)
        made._most = len(native.inputs) if native.most < 0 else native.most
        made._child = native.child
        category._types[native.name] = made

    def find(self, table: str, name: str, exact: bool) -> Any:
        found = self.categories[table]._find(name, exact) if table else None
        if found is None:
            raise ERRORS["OperationFailed"](f"Invalid node type name {name!r} in {table or 'here'}")
        return found
