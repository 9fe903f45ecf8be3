"""The parms of a DialogScript, and what is wrong with them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.fakes.hou_app import conditions, ds_text
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
CALL = re.compile(r"hou\.phm\(\)\.(\w+)\(")
SHOWS = re.compile(r'chs?\("([^"/]+)"\)')


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


def wrong(script: Script, functions: Iterable[str]) -> Iterator[str]:
    """`functions`: those that the PythonModule has."""
    known, names = set(functions), [parm.name for parm in script.parms]
    everything = [*names, *script.folders]
    for name in sorted({name for name in everything if everything.count(name) > 1}):
        yield f"two parms are named {name}"
    yield from _wrong_signatures(script)
    by_name = {parm.name: parm for parm in script.parms}
    for parm in script.parms:
        for complaint in (
            *_wrong_parm(parm), *_wrong_default(parm), *_wrong_range(parm),
            *_wrong_conditions(parm, by_name), *_wrong_shown(parm, by_name),
            *_wrong_scripts(parm, known),
        ):  # fmt: skip
            yield f"{parm.name}: {complaint}"


def imports(source: str) -> dict[str, set[str]]:
    """Names by module, of a section that does nothing else but call them."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = {alias.asname or alias.name for alias in node.names}
            found.setdefault(node.module or "", set()).update(names)
    return found


# reading


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


# checking


def _wrong_parm(parm: Parm) -> Iterator[str]:
    if parm.kind not in SIZES:
        yield f"there is no type {parm.kind}"
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*(#[A-Za-z0-9_]*)?", parm.name):
        yield "this is no name of a parm"
    if ("#" in parm.name) != parm.in_rows:
        yield "# is in the names of rows, and in no others"


def _wrong_default(parm: Parm) -> Iterator[str]:
    values = words(parm.said["default"])
    size = SIZES.get(parm.kind, 1)
    if len(values) != size:
        yield f"{len(values)} default values for {size}"
        return
    if parm.kind in NUMBERS and not all(map(_is_number, values)):
        yield f"{values[0]!r} is no number"
    if parm.kind == "toggle" and values[0] not in ("0", "1", "off", "on"):
        yield f"{values[0]!r} is neither on nor off"
    if parm.menu and "menureplace" not in parm.said and values[0] not in parm.menu:
        yield f"its menu has no {values[0]!r}"


def _wrong_range(parm: Parm) -> Iterator[str]:
    if "range" not in parm.said:
        return
    low, high = words(parm.said["range"])
    ends = float(low.rstrip("!")), float(high.rstrip("!"))
    value = words(parm.said["default"])[0]
    if not _is_number(value):
        return
    if ends[0] >= ends[1]:
        yield f"its range is {low} to {high}"
    below, above = float(value) < ends[0], float(value) > ends[1]
    if (low.endswith("!") and below) or (high.endswith("!") and above):
        yield f"{value} is not between {low} and {high}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text) is not None


def _wrong_conditions(parm: Parm, known: Mapping[str, Parm]) -> Iterator[str]:
    for word in ("hidewhen", "disablewhen"):
        if word not in parm.said:
            continue
        try:
            braces = conditions.tests(parm.said[word].text())
        except ValueError as error:
            yield f"{word}: {error}"
            continue
        for name, _, value in (test for tests in braces for test in tests):
            if name not in known:
                yield f"{word} names {name}, which is no parm"
            elif known[name].menu and value.strip('"') not in known[name].menu:
                yield f"{word} compares {name} with {value}, which its menu lacks"


def _wrong_shown(parm: Parm, known: Mapping[str, Parm]) -> Iterator[str]:
    for name in (
        SHOWS.findall(" ".join(words(parm.said["default"]))) if parm.kind == "label" else ()
    ):
        if name not in known:
            yield f"it shows {name}, which is no parm"


def _wrong_scripts(parm: Parm, functions: set[str]) -> Iterator[str]:
    callback = parm.tags.get("script_callback")
    if callback is not None and parm.tags.get("script_callback_language") != "python":
        yield "its callback would be run as HScript"
    if parm.kind == "button" and callback is None:
        yield "a button that does nothing"
    for code in [*([callback] if callback else []), *parm.scripts]:
        try:
            compile(f"def run(hou, kwargs):\n {code}", "parm", "exec")
        except SyntaxError as error:
            yield f"{code!r} is no Python: {error.msg}"
            continue
        calls = CALL.findall(code)
        if not calls:
            yield f"{code!r} calls nothing of the asset's module"
        for name in calls:
            if name not in functions:
                yield f"it calls {name}, which PythonModule has not"


def _wrong_signatures(script: Script) -> Iterator[str]:
    counts = [len(script.inputs), len(script.outputs)]
    if any(counts) and [each[0] for each in script.signatures][:1] != ["default"]:
        yield "the first signature is not the default"
    for name, inputs, outputs in script.signatures:
        if [len(inputs), len(outputs)] != counts:
            yield f"the signature {name} has not one kind for each connector"
        for kind in {*inputs, *outputs} - {"RGBA", "RGB", "UV", "Mono", "ID", "Geometry"}:
            yield f"the signature {name} has a kind {kind}"


def words(said: Statement) -> list[str]:
    """The words in the braces of a statement."""
    return ds_text.words(said.block().items)
