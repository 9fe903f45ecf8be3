"""A DialogScript, read: connectors and parm templates.

Strict, so that a shipped asset with a word that Houdini does not know fails here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from . import ds_text, ds_words
from .ds_text import Braces, DialogScriptError, Statement
from .enums import value
from .menu_templates import MenuParmTemplate, StringParmTemplate
from .number_templates import FloatParmTemplate, IntParmTemplate
from .parm_groups import FolderParmTemplate, everything
from .plain_templates import (
    ButtonParmTemplate,
    LabelParmTemplate,
    SeparatorParmTemplate,
    ToggleParmTemplate,
)
from .session import NotModelled
from .templates import ParmTemplate


class Script(NamedTuple):
    """What the script says of a node type."""

    name: str
    label: str
    inputs: list[tuple[str, str]]  # name, label
    outputs: list[tuple[str, str]]
    input_types: list[str]  # of Copernicus' first signature; [] elsewhere
    output_types: list[str]
    entries: list[ParmTemplate]


FOLDERS = {
    "group": "Tabs", "groupradio": "RadioButtons", "groupcollapsible": "Collapsible",
    "groupsimple": "Simple", "multiparm": "MultiparmBlock",
}  # fmt: skip
FILES = {"file": "Any", "image": "Image", "geometry": "Geometry", "directory": "Directory"}
VECTORS = {
    "vector2": 2, "vector": 3, "vector4": 4, "uv": 2, "uvw": 3, "color": 3, "color4": 4,
    "intvector2": 2, "intvector": 3, "intvector4": 4,
}  # fmt: skip


def read(text: str) -> Script:
    """The script of one operator."""
    outer = [item for item in ds_text.read(text) if not isinstance(item, ds_text.NewLine)]
    if len(outer) != 1 or not isinstance(outer[0], Braces):
        raise DialogScriptError("a DialogScript is one block in braces")
    script = Script("", "", [], [], [], [], [])
    for said in ds_text.statements(outer[0].items):
        script = _with(script, said)
    names = [t.name() for t in everything(script.entries)]
    double = {name for name in names if names.count(name) > 1}
    if double:
        raise DialogScriptError(f"two parms have one name: {', '.join(sorted(double))}")
    return script


def _with(script: Script, said: Statement) -> Script:
    word = said.keyword
    if word == "name":
        return script._replace(name=said.text())
    if word == "label":
        return script._replace(label=said.text())
    if word in ("input", "output"):
        name, label = said.texts()
        getattr(script, word + "s").append((name, label))
    elif word in ("inputlabel", "outputlabel"):
        number, label = said.texts()
        getattr(script, word[:-5] + "s").append((f"{word[:-5]}{number}", label))
    elif word == "signature":
        return _signed(script, said)
    elif word == "parm" or word in FOLDERS:
        script.entries.append(_entry(said))
    elif word not in ("script", "help", "nodeshape"):
        raise DialogScriptError(f"line {said.line}: {word!r} is unknown here")
    return script


def _signed(script: Script, said: Statement) -> Script:
    """The first signature; the others are overloads of it."""
    if script.input_types or script.output_types:
        return script
    inside = [ds_text.words(item.items) for item in said.items if isinstance(item, Braces)]
    if len(inside) != 2:
        raise DialogScriptError(f"line {said.line}: a signature has inputs and outputs")
    if [len(types) for types in inside] != [len(script.inputs), len(script.outputs)]:
        raise DialogScriptError(f"line {said.line}: a type for each connector is needed")
    return script._replace(input_types=inside[0], output_types=inside[1])


def _entry(said: Statement) -> ParmTemplate:
    inside = list(ds_text.statements(said.block().items))
    return _folder(said, inside) if said.keyword in FOLDERS else _parm(said, inside)


def _folder(said: Statement, inside: list[Statement]) -> ParmTemplate:
    texts = {s.keyword: s for s in inside if s.keyword in ("name", "label", "default")}
    if "name" not in texts:
        raise DialogScriptError(f"line {said.line}: a {said.keyword} without a name")
    name = texts["name"].text()
    label = texts["label"].text() if "label" in texts else name
    folder = FolderParmTemplate(name, label)
    folder.setFolderType(value("folderType", FOLDERS[said.keyword]))
    if "default" in texts:
        folder.setDefaultValue(int(_first_word(texts["default"])))
    for statement in inside:
        if statement.keyword == "parm" or statement.keyword in FOLDERS:
            folder._entries.append(_entry(statement))
        elif statement.keyword not in texts:
            ds_words.set_of_folder(folder, statement)
    plain = [t._text for t in everything(folder._entries) if "#" not in t._text]
    if folder._is_multiparm() and plain:
        raise DialogScriptError(f"{name}: {', '.join(plain)} has no # in its name")
    return folder


def _first_word(said: Statement) -> str:
    found = said.items[0]
    return ds_text.words(found.items)[0] if isinstance(found, Braces) else said.text()


def _parm(said: Statement, inside: list[Statement]) -> Any:
    by_word = {statement.keyword: statement for statement in inside}
    for needed in ("name", "type"):
        if needed not in by_word:
            raise DialogScriptError(f"line {said.line}: a parm without {needed}")
    size = int(by_word["size"].text()) if "size" in by_word else 0
    template = _made(by_word["type"], by_word["name"].text(), size)
    rest = [s for s in inside if s.keyword not in ("name", "type", "size")]
    for statement in sorted(rest, key=lambda s: s.keyword == "default"):  # which may name an item
        ds_words.set_of_parm(template, statement)
    return template


def _made(said: Statement, name: str, size: int) -> Any:
    kind = said.text()
    if kind in ("ramp_flt", "ramp_rgb", "data"):
        raise NotModelled(f"a parm of type {kind}")
    if kind in VECTORS:
        return _vector(kind, name, size)
    if kind in FILES:
        template = StringParmTemplate(name, "", 1)
        template.setStringType(value("stringParmType", "FileReference"))
        template.setFileType(value("fileType", FILES[kind]))
        return template
    made: dict[str, Callable[[], ParmTemplate]] = {
        "toggle": lambda: ToggleParmTemplate(name, ""),
        "integer": lambda: IntParmTemplate(name, "", size or 1),
        "float": lambda: FloatParmTemplate(name, "", size or 1),
        "log": lambda: FloatParmTemplate(name, "", size or 1),
        "angle": lambda: FloatParmTemplate(name, "", size or 1),
        "string": lambda: StringParmTemplate(name, "", size or 1),
        "oppath": lambda: StringParmTemplate(name, "", 1),
        "oplist": lambda: StringParmTemplate(name, "", 1),
        "ordinal": lambda: MenuParmTemplate(name, "", ()),
        "buttonstrip": lambda: MenuParmTemplate(name, "", ()),
        "button": lambda: ButtonParmTemplate(name, ""),
        "label": lambda: LabelParmTemplate(name, ""),
        "separator": lambda: SeparatorParmTemplate(name),
    }
    if kind not in made:
        raise DialogScriptError(f"line {said.line}: no parm type {kind!r}")
    return made[kind]()


def _vector(kind: str, name: str, size: int) -> Any:
    if size and size != VECTORS[kind]:
        raise DialogScriptError(f"{name}: a {kind} has the size {VECTORS[kind]}, not {size}")
    make: Any = FloatParmTemplate
    if kind.startswith("int"):
        make = IntParmTemplate
    template = make(name, "", VECTORS[kind])
    scheme = "RGBA" if kind.startswith("color") else "XYZW"
    template.setNamingScheme(value("parmNamingScheme", scheme))
    return template
