"""What is wrong with the parms and the connectors of a DialogScript."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from tests.fakes.hou_app import conditions

from .parms import NUMBERS, SIZES, Parm, Script, words

CALL = re.compile(r"hou\.phm\(\)\.(\w+)\(")
SHOWS = re.compile(r'chs?\("([^"/]+)"\)')
KINDS = {"RGBA", "RGB", "UV", "Mono", "ID", "Geometry"}


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
        for kind in sorted({*inputs, *outputs} - KINDS):
            yield f"the signature {name} has a kind {kind}"
