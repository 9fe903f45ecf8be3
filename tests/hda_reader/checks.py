"""Everything that is wrong with an expanded asset, in sentences."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from tests.fakes.hou_app.ds_text import DialogScriptError

from . import library, network, parm_checks, parms
from .library import Operator, Unreadable
from .network import Network, NetworkError
from .parms import Script

SECTIONS = {"DialogScript", "CreateScript", "InternalFileOptions", "TypePropertiesOptions", "Help",
            "Tools.shelf", "PythonModule", "ExtraFileOptions"}  # fmt: skip
PYTHON = {"PythonModule", "OnCreated", "OnLoaded", "OnUpdated", "OnDeleted", "OnNameChanged",
          "OnInputChanged", "OnInstall", "OnUninstall", "PreFirstCreate",
          "PostLastDelete"}  # fmt: skip
OPTIONS = {"Cursor": "intarray", "IsExpr": "bool", "IsPython": "bool", "IsScript": "bool",
           "Source": "string"}  # fmt: skip
OTHERS = {"IconSVG", "MessageNodes"}
MODULE = "comfyrelay_houdini.asset"


def complaints(directory: Path, entry_points: Path) -> list[str]:
    """What is wrong with one library. `entry_points`: the source of the module that they call."""
    try:
        found = list(library.wrong_files(directory))
        operators = library.read(directory)
    except Unreadable as error:
        return [str(error)]
    functions = _functions(entry_points)
    if not operators:
        found.append("it has no operator")
    for operator in operators:
        found += [f"{operator.name}: {each}" for each in _wrong(operator, functions)]
    return found


def _wrong(operator: Operator, functions: set[str]) -> Iterator[str]:
    yield from library.wrong_record(operator)
    names = operator.sections.keys()
    for name in sorted(SECTIONS - names):
        yield f"it has no {name}"
    for name in sorted(names - SECTIONS - PYTHON - OTHERS):
        yield f"it has a section {name}, which nobody reads"
    if SECTIONS - names:
        return
    yield from _wrong_python(operator, functions)
    yield from _wrong_texts(operator)
    try:
        script = parms.read(operator.sections["DialogScript"])
        inside = network.read(operator.network)
        yield from _wrong_parms(operator, script)
        yield from _wrong_network(operator, script, inside, functions)
    except (DialogScriptError, NetworkError) as error:
        yield str(error)


def _wrong_python(operator: Operator, functions: set[str]) -> Iterator[str]:
    """Each compiles, is marked as Python, and imports what there is."""
    options = json.loads(operator.sections["ExtraFileOptions"])
    python = operator.sections.keys() & PYTHON
    for name in sorted({key.partition("/")[0] for key in options} - python):
        yield f"ExtraFileOptions has {name}, which is no section of Python"
    for name in sorted(python):
        said = {k: options.get(f"{name}/{k}", {}) for k in OPTIONS}
        if {key: each.get("type") for key, each in said.items()} != OPTIONS:
            yield f"ExtraFileOptions does not say all of {name}"
        elif said["IsPython"]["value"] is not True or said["IsExpr"]["value"] is not False:
            yield f"{name} would be run as HScript"
        yield from _wrong_code(name, operator.sections[name], functions)


def _wrong_code(name: str, source: str, functions: set[str]) -> Iterator[str]:
    try:
        imported = parms.imports(source)
    except SyntaxError as error:
        yield f"{name} is no Python: {error.msg}"
        return
    if list(imported) != [MODULE]:
        yield f"{name} is no import of {MODULE}"
    for each in sorted(imported.get(MODULE, set()) - functions):
        yield f"{name} imports {each}, which {MODULE} has not"
    body = ast.parse(source).body[1:]
    if not all(isinstance(each, ast.Expr) for each in body):
        yield f"{name} has code of its own"


def _wrong_texts(operator: Operator) -> Iterator[str]:
    sections = operator.sections
    table = operator.record.get("Table", "")
    for section in ("Tools.shelf", *(["IconSVG"] if "IconSVG" in sections else [])):
        try:
            ElementTree.fromstring(sections[section])
        except ElementTree.ParseError as error:
            yield f"{section} is no XML: {error}"
    if f"<contextNetType>{table.upper()}</contextNetType>" not in sections["Tools.shelf"]:
        yield "Tools.shelf is for another context"
    if f"import {table.lower()}toolutils\n" not in sections["Tools.shelf"]:
        yield "Tools.shelf makes the node with another module"
    if "IconSVG" in operator.record.get("Icon", "") and "IconSVG" not in sections:
        yield "its icon is not there"
    yield from _wrong_names(operator)


def _wrong_names(operator: Operator) -> Iterator[str]:
    """Texts that name the node, or the options of its type."""
    sections, name = operator.sections, operator.name
    if f"\n#internal: {operator.type_name}\n" not in sections["Help"]:
        yield "Help is of another node"
    if f"# Node $arg1 ({name})\n" not in sections["CreateScript"]:
        yield "CreateScript is of another node"
    if not re.fullmatch(r"(\w+ := \d+;\n)+", sections["TypePropertiesOptions"]):
        yield "TypePropertiesOptions cannot be read"


def _wrong_parms(operator: Operator, script: Script) -> Iterator[str]:
    if script.name != operator.type_name:
        yield f"DialogScript is of {script.name}"
    inputs = len(script.inputs) or script.input_labels
    if operator.record.get("Inputs") != f"0 to {inputs}":
        yield f"INDEX__SECTION has {operator.record.get('Inputs')} inputs, DialogScript {inputs}"
    outputs = len(script.outputs)
    if outputs > 1 and operator.record.get("Outputs") != str(outputs):
        yield f"INDEX__SECTION has other outputs than DialogScript, which has {outputs}"
    module = parms.imports(operator.sections["PythonModule"])
    yield from parm_checks.wrong(script, {name for names in module.values() for name in names})


def _wrong_network(
    operator: Operator, script: Script, inside: Network, functions: set[str]
) -> Iterator[str]:
    if (inside.context, inside.root) != (operator.record.get("Table"), operator.type_name):
        yield f"its network is of {inside.root}, a {inside.context}"
    yield from network.wrong(inside, {parm.name for parm in script.parms})
    yield from _wrong_ends(script, inside)
    for name in inside.nodes:
        for parm in ("generate", "cooktask"):
            for code in inside.values(name, parm):
                yield from _wrong_code(f"{name}.{parm}", code, functions)
    for name in operator.sections.get("MessageNodes", "").split():
        if name not in inside.nodes:
            yield f"MessageNodes names {name}, which is no node"


def _wrong_ends(script: Script, inside: Network) -> Iterator[str]:
    """Copernicus: the connectors outside are those of the `input` and `output` nodes inside."""
    if inside.context != "Cop":
        return
    own = [(node.type, inside.connectors[name]) for name, node in inside.nodes.items()]
    ways_in = [each for kind, connectors in own if kind == "input" for each in connectors.outputs]
    ways_out = [each for kind, connectors in own if kind == "output" for each in connectors.named]
    if len(ways_in) != len(script.inputs):
        yield f"{len(script.inputs)} inputs outside are {len(ways_in)} inside"
    if len(ways_out) != len(script.outputs):
        yield f"{len(script.outputs)} outputs outside are {len(ways_out)} inside"


def _functions(source: Path) -> set[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
