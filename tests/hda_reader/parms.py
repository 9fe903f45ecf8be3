"""The connectors and parms of a DialogScript, read."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes.hou_app import ds_text
from tests.fakes.hou_app.ds_text import Braces, Brackets, DialogScriptError, Statement

FOLDERS = {"group", "groupradio", "groupcollapsible", "groupsimple", "multiparm"}
MENUS = {"menu", "menureplace", "menutoggle", "menumini"}
SIZES = {
    "toggle": 1, "integer": 1, "float": 1, "string": 1, "ordinal": 1, "button": 1, "separator": 1,
    "label": 1, "file": 1, "image": 1, "geometry": 1, "directory": 1, "oppath": 1, "vector2": 2,
    "vector": 3, "vector4": 4, "intvector2": 2, "intvector": 3, "color": 3, "color4": 4,
}  # fmt: skip
"""The types that we use or may use, and how many values each has."""

NUMBERS = {"integer", "float", "vector2", "vector", "vector4", "intvector2", "intvector"}
FLAGS = {"joinnext", "nolabel", "invisible"}
WORDS = {"name", "label", "type", "default", "help", "range", "size", "parmtag", "hidewhen",
         "disablewhen", *FLAGS, *MENUS}  # fmt: skip


@dataclass
class Parm:
    """One parm."""

    name: str
    kind: str
    line: int
    in_rows: bool = False
    said: Mapping[str, Statement] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    menu: Mapping[str, str] = field(default_factory=dict)
    scripts: list[str] = field(default_factory=list)  # Python that it has Houdini run


@dataclass
class Script:
    """A whole DialogScript."""

    name: str = ""
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    input_labels: int = 0
    signatures: list[tuple[str, list[str], list[str]]] = field(default_factory=list)
    parms: list[Parm] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


def read(text: str) -> Script:
    """Raises DialogScriptError for what is no grammar of Houdini's."""
    outer = [item for item in ds_text.read(text) if not isinstance(item, ds_text.NewLine)]
    if len(outer) != 1 or not isinstance(outer[0], Braces):
        raise DialogScriptError("it is not one block in braces")
    script = Script()
    for said in ds_text.statements(outer[0].items):
        _take(script, said)
    return script


def imports(source: str) -> dict[str, set[str]]:
    """Names by module, of a section that does nothing else but call them."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = {alias.asname or alias.name for alias in node.names}
            found.setdefault(node.module or "", set()).update(names)
    return found


def _take(script: Script, said: Statement) -> None:
    word = said.keyword
    if word == "name":
        script.name = said.text()
    elif word in ("input", "output"):
        name, _ = said.texts()
        (script.inputs if word == "input" else script.outputs).append(name)
    elif word == "inputlabel":
        script.input_labels += 1
    elif word == "signature":
        kinds = [ds_text.words(item.items) for item in said.items if isinstance(item, Braces)]
        if len(kinds) != 2:
            raise DialogScriptError(f"line {said.line}: a signature has inputs and outputs")
        script.signatures.append((said.texts()[0], kinds[0], kinds[1]))
    elif word in FOLDERS or word == "parm":
        _take_parms(script, said, in_rows=False)
    elif word not in ("script", "label", "help"):
        raise DialogScriptError(f"line {said.line}: {word!r} is unknown here")


def _take_parms(script: Script, said: Statement, in_rows: bool) -> None:
    inside = list(ds_text.statements(said.block().items))
    if said.keyword == "parm":
        script.parms.append(_parm(said, inside, in_rows))
        return
    for each in inside:
        if each.keyword in FOLDERS or each.keyword == "parm":
            _take_parms(script, each, in_rows or said.keyword == "multiparm")
        elif each.keyword == "name":
            script.folders.append(each.text())
        elif each.keyword not in ("label", "default", "grouptag", "parmtag"):
            raise DialogScriptError(f"line {each.line}: {each.keyword!r} is unknown in a folder")


def _parm(said: Statement, inside: list[Statement], in_rows: bool) -> Parm:
    words = {each.keyword: each for each in inside}
    if unknown := sorted(words.keys() - WORDS):
        raise DialogScriptError(f"line {said.line}: {unknown[0]!r} is unknown in a parm")
    for needed in ("name", "label", "type", "default"):
        if needed not in words:
            raise DialogScriptError(f"line {said.line}: a parm without {needed}")
    pairs = [ds_text.words(e.block().items) for e in inside if e.keyword == "parmtag"]
    if any(len(pair) != 2 for pair in pairs):
        raise DialogScriptError(f"line {said.line}: a tag is a name and a value")
    parm = Parm(
        words["name"].text(), words["type"].text(), said.line, in_rows, words,
        {pair[0]: pair[1] for pair in pairs},
    )  # fmt: skip
    for each in inside:
        if each.keyword in MENUS:
            _take_menu(parm, each)
    return parm


def _take_menu(parm: Parm, said: Statement) -> None:
    block = said.block()
    code = [ds_text.words(item.items) for item in block.items if isinstance(item, Brackets)]
    words = ds_text.words(block.items)
    if code:
        if words != ["language", "python"]:
            raise DialogScriptError(f"line {said.line}: a menu script without its language")
        parm.scripts.append("\n".join(line[0] for line in code))
    elif len(words) % 2:
        raise DialogScriptError(f"line {said.line}: a menu item without a label")
    else:
        parm.menu = dict(zip(words[::2], words[1::2], strict=True))
        if len(parm.menu) * 2 != len(words):
            raise DialogScriptError(f"line {said.line}: two menu items have one token")


def words(said: Statement) -> list[str]:
    """The words in the braces of a statement."""
    return ds_text.words(said.block().items)
