"""A digital asset as the files of an expanded `.hda` directory, which Houdini loads as it is.

What lies where, the order of the records and the options are those of libraries that Houdini saved
(SideFXLabs, ayon-houdini, houdini-comfyui-bridge). No code is kept in an asset: each Python section
is an import, or an import and a call.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from comfyrelay import controls
from comfyrelay.controls import Shown

from . import dialog_script, fixed_texts, help_card, network
from .dialog_script import Connector, Signature
from .network import Node

EVENTS = {
    "OnCreated": "created",
    "OnLoaded": "loaded",
    "OnUpdated": "updated",
    "OnDeleted": "deleted",
    "OnInputChanged": "input_changed",
}
"""Sections that Houdini runs, and the function of `asset.py` that each calls."""

NAMESPACE = "comfyrelay"
TAB_MENU = "Comfy Relay"
SAVED = "Thu Jan  1 00:00:00 2026"  # the same in every build

Files = Mapping[str, str]


@dataclass(frozen=True)
class Asset:
    """One node type. `inputs` and `outputs` are for Copernicus; others have a count of inputs."""

    table: str  # Cop, Top or Sop
    name: str
    version: str
    label: str
    about: str  # what it does, in a sentence
    shown: Sequence[Shown]
    nodes: Sequence[Node]
    namespace: str = NAMESPACE
    inputs: Sequence[Connector] = ()
    outputs: Sequence[Connector] = ()
    signatures: Sequence[Signature] = ()
    input_labels: Sequence[str] = ()
    more: Sequence[str] = ()  # paragraphs of its help card
    calls: Sequence[str] = ()  # functions that Houdini's own code of this context calls
    menu: str = TAB_MENU
    messages: Sequence[str] = ()  # inner nodes whose words the asset shows
    events: Mapping[str, str] = field(default_factory=lambda: EVENTS)

    @property
    def type_name(self) -> str:
        """`comfyrelay::workflow::1.0`"""
        return f"{self.namespace}::{self.name}::{self.version}"

    @property
    def full_name(self) -> str:
        """The same with its table, as libraries name it: `comfyrelay::Cop/workflow::1.0`"""
        return f"{self.namespace}::{self.table}/{self.name}::{self.version}"

    @property
    def directory(self) -> str:
        """`cop_comfyrelay.workflow.1.0.hda`"""
        dotted = f"{self.namespace}.{self.name}.{self.version}".replace("::", ".")
        return f"{self.table.lower()}_{dotted}.hda"


def files(asset: Asset) -> Files:
    """Text by path, from the directory that holds all assets."""
    inside = _sections(asset)
    home = f"{asset.directory}/{mangled(asset.full_name)}"
    contents = network.written(asset.type_name, asset.table, asset.nodes)
    return {
        f"{asset.directory}/houdini.hdalibrary": "",
        f"{asset.directory}/INDEX__SECTION": _index(asset),
        f"{asset.directory}/Sections.list": _list(
            ("INDEX__SECTION", "INDEX_SECTION"),
            ("houdini.hdalibrary", "houdini.hdalibrary"),
            (mangled(asset.full_name), asset.full_name),
        ),
        **{f"{home}/{name}": text for name, text in inside.items() if name != CONTENTS},
        f"{home}/Sections.list": _list(*((name, name) for name in inside)),
        f"{home}/Contents.dir/Sections.list": _list(("Contents.mime", "Contents.mime")),
        f"{home}/Contents.dir/Contents.mime": contents,
    }


def mangled(name: str) -> str:
    """How a name with `::` and `/` is spelled on disk."""
    return name.replace("_", "__").replace(":", "_8").replace("/", "_1")


CONTENTS = "Contents.gz"  # as the list of sections has it; on disk it is the folder Contents.dir


def _sections(asset: Asset) -> dict[str, str]:
    """By name, in the order of the list."""
    python = {"PythonModule": _module(asset)}
    python |= {name: _event(function) for name, function in asset.events.items()}
    sections = {
        "DialogScript": dialog_script.written(
            asset.type_name, asset.label, asset.shown, asset.inputs, asset.outputs,
            asset.signatures, asset.input_labels,
        ),
        "CreateScript": fixed_texts.CREATE.format(type=asset.type_name, full=asset.full_name),
        "InternalFileOptions": _options({"nodeconntype": False, "nodeparmtype": False}),
        CONTENTS: "",
        "TypePropertiesOptions": fixed_texts.TYPE_PROPERTIES,
        "Help": help_card.written(asset.label, asset.type_name, asset.table, asset.about,
                                  asset.more, asset.shown, asset.inputs, asset.outputs),
        "Tools.shelf": fixed_texts.SHELF.format(
            context=asset.table.upper(), menu=escape(asset.menu),
            module=f"{asset.table.lower()}toolutils",
        ),
        "IconSVG": fixed_texts.ICON,
        **python,
    }  # fmt: skip
    if asset.messages:
        sections["MessageNodes"] = " ".join(asset.messages)
    options = {key: value for name in python for key, value in _is_python(name).items()}
    return {**sections, "ExtraFileOptions": _options(options)}


def _module(asset: Asset) -> str:
    """What the parms of this asset call."""
    names = sorted({*controls.asks(asset.shown), *asset.calls})
    return f"from comfyrelay_houdini.asset import {', '.join(names)}\n"


def _event(function: str) -> str:
    return f"from comfyrelay_houdini.asset import {function}\n\n{function}(kwargs)\n"


def _is_python(section: str) -> Mapping[str, object]:
    """Without these a section would be run as HScript."""
    return {
        f"{section}/Cursor": [1, 1],
        f"{section}/IsExpr": False,
        f"{section}/IsPython": True,
        f"{section}/IsScript": True,
        f"{section}/Source": "",
    }


def _options(values: Mapping[str, object]) -> str:
    kinds = {bool: "bool", str: "string", list: "intarray"}
    typed = {name: {"type": kinds[type(v)], "value": v} for name, v in sorted(values.items())}
    return json.dumps(typed, indent="\t")


def _index(asset: Asset) -> str:
    """Its record in the library: a column of names, a column of values, an empty line."""
    record = {
        "Operator": asset.type_name,
        "Label": asset.label,
        "Path": f"oplib:/{asset.full_name}?{asset.full_name}",
        "Icon": f"opdef:/{asset.full_name}?IconSVG",
        "Table": asset.table,
        "License": "",
        "Extra": f"visibleoutputs={len(asset.outputs)} " if len(asset.outputs) > 1 else "",
        "User": "",
        "Inputs": f"0 to {len(asset.inputs) or len(asset.input_labels)}",
        **({"Outputs": str(len(asset.outputs))} if len(asset.outputs) > 1 else {}),
        "Subnet": "true",
        "Python": "false",
        "Empty": "false",
        "Modified": SAVED,
    }
    return "".join(f"{name + ':':<14}{value}\n" for name, value in record.items()) + "\n"


def _list(*entries: tuple[str, str]) -> str:
    return "".join(['""\n', *(f"{file}\t{section}\n" for file, section in entries)])
