"""Digital assets: libraries that are expanded directories, their definitions and sections."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

from . import contents, dialog_script
from .errors import OperationFailed
from .session import NotModelled, model
from .types import NodeType

_MANGLED = {"_": "__", ":": "_8", "/": "_1"}


@model("HDASection")
class HDASection:
    def __init__(self, definition: Any, name: str, path: Path) -> None:
        self._of, self._text, self._file = definition, name, path

    def name(self) -> str:
        return self._text

    def definition(self) -> Any:
        return self._of

    def contents(self, compressionType: Any = None) -> str:
        return self._file.read_text(encoding="utf-8")

    def size(self) -> int:
        return self._file.stat().st_size


@model("HDADefinition")
class HDADefinition:
    """One operator of a library. What it holds was read when the library was installed."""

    def __init__(self, app: Any, folder: Path, record: dict[str, str]) -> None:
        self._app, self._library, self._record = app, folder.parent, record
        self._folder = folder
        lines = (folder / "Sections.list").read_text(encoding="utf-8").splitlines()[1:]
        files = [line.split("\t") for line in lines if line]
        self._sections = {
            section: HDASection(self, section, folder / file)
            for file, section in files
            if section != "Contents.gz"
        }
        missing = [s._text for s in self._sections.values() if not s._file.exists()]
        if missing:
            raise OperationFailed(f"{folder}: Sections.list names {', '.join(missing)}")
        self._script = dialog_script.read(self._text_of("DialogScript"))
        has_network = any(section == "Contents.gz" for _file, section in files)
        self._network = contents.read(folder / "Contents.dir") if has_network else []
        self._options = json.loads(self._text_of("ExtraFileOptions") or "{}")
        self._loaded: Any = None
        self._type: Any = None

    def _text_of(self, section: str) -> str:
        found = self._sections.get(section)
        return found.contents() if found is not None else ""

    def _is_python(self, section: str) -> bool:
        return bool(self._options.get(f"{section}/IsPython", {}).get("value"))

    def _editable(self) -> set[str]:
        """Paths of nodes inside that stay open while it is locked."""
        return set(self._text_of("EditableNodes").split())

    def _module(self) -> Any:
        """Its PythonModule, run once."""
        if self._loaded is None:
            self._loaded = ModuleType(f"hou.{self._record['Operator']}", "A PythonModule.")
            self._loaded.hou = self._app.module
            code = compile(self._text_of("PythonModule"), f"<{self._folder.name}>", "exec")
            exec(code, vars(self._loaded))
        return self._loaded

    def nodeType(self) -> Any:
        return self._type

    def nodeTypeName(self) -> str:
        return self._record["Operator"]

    def nodeTypeCategory(self) -> Any:
        return self._type.category()

    def libraryFilePath(self) -> str:
        return self._library.as_posix()

    def description(self) -> str:
        return self._record["Label"]

    def sections(self) -> dict[str, HDASection]:
        return dict(self._sections)

    def hasSection(self, name: str) -> bool:
        return name in self._sections

    def embeddedHelp(self) -> str:
        return self._text_of("Help")

    def icon(self) -> str:
        return self._record.get("Icon", "")

    def version(self) -> str:
        return self.nodeTypeName().split("::")[-1] if "::" in self.nodeTypeName() else ""

    def minNumInputs(self) -> int:
        return int(self._record["Inputs"].split(" to ")[0])

    def maxNumInputs(self) -> int:
        return int(self._record["Inputs"].split(" to ")[1])

    def maxNumOutputs(self) -> int:
        return int(self._record.get("Outputs", 1))

    def parmTemplateGroup(self) -> Any:
        return self._type.parmTemplateGroup()

    def isInstalled(self) -> bool:
        return self._type is not None

    def isCurrent(self) -> bool:
        return self._type is not None and self._type._definition is self


class Assets:
    """Libraries that are installed."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.no_module = ModuleType("hou.none", "The module of a node without one.")
        self.libraries: dict[Path, list[HDADefinition]] = {}

    def install_folder(self, folder: Path) -> None:
        """As HOUDINI_PATH/otls: each `name.hda` in it."""
        if not Path(folder).is_dir():
            raise FileNotFoundError(f"no folder of digital assets: {folder}")
        for library in sorted(Path(folder).glob("*.hda")):
            self.install(library)

    def install(self, library: Path) -> None:
        """Reads a library, also again: nodes that exist get the new definition, and OnUpdated."""
        if not (library / "houdini.hdalibrary").exists():
            raise NotModelled(f"{library}: only expanded directories are read")
        records = _records((library / "INDEX__SECTION").read_text(encoding="utf-8"))
        made = [self._definition(library, record) for record in records]
        self.libraries[library] = made
        for definition in made:
            self._make_type(definition)

    def _definition(self, library: Path, record: dict[str, str]) -> HDADefinition:
        path = record["Path"].partition("?")[2]
        folder = library / re.sub("[_:/]", lambda m: _MANGLED[str(m[0])], path)
        if not folder.is_dir():
            raise OperationFailed(f"{library}: no folder {folder.name}")
        definition = HDADefinition(self.app, folder, record)
        if definition._script.name != record["Operator"]:
            raise OperationFailed(f"{folder}: the DialogScript is of {definition._script.name!r}")
        return definition

    def _make_type(self, definition: HDADefinition) -> None:
        table = definition._record["Table"]
        category = self.app.types.categories[table]
        before = category._types.get(definition.nodeTypeName())
        node_type = NodeType(category, definition.nodeTypeName(), definition._script, definition)
        node_type._most = definition.maxNumInputs()
        node_type._child = table if definition._record["Subnet"] == "true" else ""
        _complete(node_type, definition)
        definition._type = node_type
        category._types[definition.nodeTypeName()] = node_type
        if before is not None:
            self.app.population.updated(before, node_type)


def _complete(node_type: NodeType, definition: HDADefinition) -> None:
    """Connectors that the DialogScript does not name have numbers; labels too many are idle."""
    script = definition._script
    counts = (definition.maxNumInputs(), definition.maxNumOutputs())
    signed = script.input_types or script.output_types
    if signed and (len(script.inputs), len(script.outputs)) != counts:
        raise OperationFailed(f"{node_type._text}: other connectors than INDEX_SECTION has")
    node_type._inputs = _numbered(script.inputs, "input", counts[0])
    node_type._outputs = _numbered(script.outputs, "output", counts[1])


def _numbered(said: list[tuple[str, str]], word: str, count: int) -> list[tuple[str, str]]:
    rest = range(len(said) + 1, count + 1)
    return [*said[:count], *((f"{word}{n}", f"{word.capitalize()} {n}") for n in rest)]


def _records(text: str) -> list[dict[str, str]]:
    return [
        {name: said.strip() for name, said in (line.split(":", 1) for line in block.splitlines())}
        for block in text.strip().split("\n\n")
    ]
