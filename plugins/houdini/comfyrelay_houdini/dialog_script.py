"""Writes a DialogScript: the connectors and the parms of a digital asset, or spare parms alone.

The grammar is that of SideFX's page "The Dialog Script Language"; the spelling, the order of the
words and the tags are those of assets that Houdini 20.5 and 21 saved (SideFXLabs, ayon-houdini,
houdini-comfyui-bridge, deferred-diffusion).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comfyrelay import controls
from comfyrelay.controls import Control, Group, Rows, Shown

SHOWN = "_shown"  # after the name of a string: the label that shows it
ROOM = 10.0  # what a slider spans if a number has only one bound

_PLAIN = re.compile(r"[A-Za-z0-9_:./-]+")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


@dataclass(frozen=True)
class Connector:
    """An input or output of a Copernicus node. `kind` is a type of layer: RGBA, Mono, Geometry."""

    name: str
    label: str
    kind: str = "RGBA"


@dataclass(frozen=True)
class Signature:
    """What kinds the connectors have, if they are connected so. The first is called `default`."""

    name: str
    label: str
    inputs: Sequence[str]
    outputs: Sequence[str]


def written(
    name: str,
    label: str,
    shown: Sequence[Shown],
    inputs: Sequence[Connector] = (),
    outputs: Sequence[Connector] = (),
    signatures: Sequence[Signature] = (),
    input_labels: Sequence[str] = (),
) -> str:
    """The section DialogScript of an asset. Only Copernicus has connectors with names."""
    said = quoted(name)
    lines = [f"    name\t{said}", f"    script\t{said}", f"    label\t{_always(label)}", ""]
    lines += [f"    input\t{each.name}\t{quoted(each.label)}" for each in inputs]
    lines += [f"    output\t{each.name}\t{quoted(each.label)}" for each in outputs]
    lines += [_signature(each) for each in signatures]
    lines += [*([""] if outputs else []), "    help {", '\t""', "    }", ""]
    lines += [f"    inputlabel\t{n}\t{_always(each)}" for n, each in enumerate(input_labels, 1)]
    lines += parm_lines(shown)
    return "\n".join(
        [f"# Dialog script for {name} automatically generated", "", "{", *lines, "}", ""]
    )


def spare_parms(shown: Sequence[Shown]) -> str:
    """The parms alone, as `hou.ParmTemplateGroup.setToDialogScript` takes them."""
    return "\n".join(["{", *parm_lines(shown), "}", ""])


def plain(text: str) -> str:
    """A label shows what a string evaluates to, so that nothing in it may look like code."""
    return text.replace("`", "'").replace("$", "")


def quoted(text: str) -> str:
    """One word that means exactly this text."""
    return text if _PLAIN.fullmatch(text) else _always(text)


def parm_lines(shown: Sequence[Shown], depth: int = 1) -> Sequence[str]:
    """The parms, each followed by a note if the next stands beside it."""
    indent = "    " * depth
    found: list[str] = []
    for each, after in zip(shown, [*shown[1:], None]):
        joined = isinstance(after, Control) and after.beside
        lines = _of(each, depth, joined)
        found += [f"{indent}{line}" if line else "" for line in lines]
    return found


def _of(each: Shown, depth: int, joined: bool) -> Iterator[str]:
    if isinstance(each, Control):
        if each.kind == controls.TEXT:
            yield from _told(each, joined)
        else:
            yield from _parm(each, joined)
    else:
        yield from _folder(each)


def _folder(each: Group | Rows) -> Iterator[str]:
    yield ("multiparm {" if isinstance(each, Rows) else "groupcollapsible {")
    yield from _named(each.name, each.label)
    if isinstance(each, Rows):
        yield f"    default {each.count}"
        yield _tag("multistartoffset", "1")
    else:
        yield '    grouptag { "group_type" "collapsible" }'
        yield f'    grouptag {{ "group_default" "{int(each.opened)}" }}'
    yield ""
    yield from parm_lines(each.controls)
    yield "}"
    yield ""


def _told(each: Control, joined: bool) -> Iterator[str]:
    """A hidden string, which a script sets, and the label that shows it."""
    yield from _parm(Control(controls.STRING, each.name, each.label, value=each.value, hidden=True))
    shows = _always(f'`chs("{each.name}")`')
    label = [f"    default {{ {shows} }}"]
    if each.help:
        label.append(f"    help    {_always(each.help)}")
    yield from _block(f"{each.name}{SHOWN}", each.label, "label", label, joined)


def _parm(each: Control, joined: bool = False) -> Iterator[str]:
    inside = [*_flags(each)]
    inside += [f"    default {{ {_always(_default(each))} }}"]
    if each.help:
        inside.append(f"    help    {_always(each.help)}")
    if each.only_if:
        name, value = each.only_if
        inside.append(f'    hidewhen "{{ {name} != {value} }}"')
    inside += [*_menu(each), *_range(each), *_tags(each)]
    yield from _block(each.name, each.label, _TYPES[each.kind], inside, joined)


def _block(name: str, label: str, kind: str, inside: Sequence[str], joined: bool) -> Iterator[str]:
    yield "parm {"
    yield from _named(name, label)
    yield f"    type    {kind}"
    if joined:
        yield "    joinnext"
    if not label and kind != "separator":
        yield "    nolabel"
    yield from inside
    yield "}"


def _named(name: str, label: str) -> Iterator[str]:
    yield f"    name    {_always(name)}"
    yield f"    label   {_always(label or name)}"


def _flags(each: Control) -> Iterator[str]:
    if each.hidden:
        yield "    invisible"


def _default(each: Control) -> str:
    return each.value or ("0" if each.kind in _NUMBERS else "")


def _menu(each: Control) -> Iterator[str]:
    """A string that its menu may lack is `menureplace`: typed in, kept, and never replaced."""
    if each.menu_of:
        yield "    menureplace {"
        yield f"        [ {_always(f'return hou.phm().{each.menu_of}(kwargs)')} ]"
        yield "        language python"
        yield "    }"
    elif each.menu:
        yield "    menureplace {" if each.free else "    menu {"
        for token, label in each.menu:
            yield f"        {_always(token)}    {_always(label)}"
        yield "    }"


def _range(each: Control) -> Iterator[str]:
    low, high = each.bounds
    if each.kind not in (controls.INT, controls.FLOAT) or (low is None and high is None):
        return
    first = low if low is not None else min(0.0, (high or 0.0) - ROOM)
    last = high if high is not None else max(ROOM, (low or 0.0) + ROOM)
    locked = ["" if each.beyond or bound is None else "!" for bound in each.bounds]
    yield f"    range   {{ {first:.15g}{locked[0]} {last:.15g}{locked[1]} }}"


def _tags(each: Control) -> Iterator[str]:
    if each.kind == controls.LINES:
        yield from (_tag("editor", "1"), _tag("editorlines", "3-10"))
    if each.kind == controls.FILE:
        yield _tag("filechooser_mode", "read")
    if each.does:
        yield _tag("script_callback", f"hou.phm().{each.does}(kwargs)")
        yield _tag("script_callback_language", "python")  # it would be HScript


def _tag(name: str, value: str) -> str:
    return f"    parmtag {{ {_always(name)} {_always(value)} }}"


def _signature(each: Signature) -> str:
    kinds = [f"{{ {' '.join(part)} }}" if part else "{ }" for part in (each.inputs, each.outputs)]
    return f"    signature\t{each.name}\t{quoted(each.label)}\t{kinds[0]}\t{kinds[1]}"


def _always(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'


_TYPES: Mapping[str, str] = {
    controls.TOGGLE: "toggle",
    controls.INT: "integer",
    controls.FLOAT: "float",
    controls.STRING: "string",
    controls.LINES: "string",
    controls.FILE: "file",
    controls.MENU: "string",
    controls.BUTTON: "button",
    controls.RULE: "separator",
}
_NUMBERS = frozenset({controls.TOGGLE, controls.INT, controls.FLOAT, controls.BUTTON})
