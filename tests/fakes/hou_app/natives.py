"""The node types that come with Houdini, as far as they are needed: connectors and parms.

Parms are DialogScript, as in assets. A parm that the real type has and this table has not is told
in `load_errors` when an asset's contents name it.
"""

from __future__ import annotations

from typing import NamedTuple


class Native(NamedTuple):
    table: str
    name: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ("output1",)
    child: str = ""  # the table of what is made inside
    parms: str = ""
    most: int = -1  # inputs; -1: as many as are named


def _parm(name: str, kind: str, default: str, more: str = "") -> str:
    value = " ".join(f'"{part}"' for part in default.split("|"))
    head = f'name "{name}"\n label "{name}"\n type {kind}\n'
    return f"parm {{\n {head} default {{ {value} }}\n{more}\n}}\n"


def _menu(name: str, *items: str) -> str:
    lines = "\n".join(f'"{item}" "{item}"' for item in items)
    return _parm(name, "string", items[0], f"menu {{\n{lines}\n}}")


_ANY = 9999
_ROP = (
    _parm("execute", "button", "0")
    + "".join(_parm(f"f{n}", "float", "1") for n in (1, 2, 3))
    + _parm("trange", "ordinal", "0", 'menu {\n"off" "off"\n"normal" "normal"\n"on" "on"\n}')
)

_AOVS = (
    'multiparm {\nname "aovs"\nlabel "aovs"\ndefault 1\n'
    + _parm("aov#", "string", "C")
    + _parm("type#", "string", "vector4")
    + _parm("precision#", "string", "default")
    + _parm("raw#", "toggle", "off")
    + "}\n"
)
_FILE = (
    _menu("source", "file", "live")
    + _parm("filename", "image", "default.pic")
    + _parm("reload", "button", "0")
    + _menu("missingdata", "error", "color")
    + _parm("missingcolor", "vector4", "0|0|0|1")
    + _parm("colorspace", "string", "ocio")
    + _parm("addaovs", "button", "0")
    + _AOVS
)
_ROP_IMAGE = (
    _ROP
    + _parm("coppath", "oppath", "")
    + _parm("copoutput", "image", "$HIP/render/$HIPNAME.$OS.$F4.exr")
    + _parm("colorconversion", "integer", "1")
    + _parm("mkpath", "toggle", "on")
    + _menu("vm_image_exr_compression", "zip", "none", "rle", "zips", "piz", "dwaa", "dwab")
    + 'multiparm {\nname "outputaovs"\nlabel "outputaovs"\ndefault 1\n'
    + _parm("aov#", "string", "C")
    + _parm("raw#", "toggle", "off")
    + _parm("useport#", "toggle", "off")
    + _parm("port#", "integer", "0")
    + _menu("size#", "default", "int8", "int16", "float16", "float32")
    + "}\n"
)
_ERROR = (
    _parm("enable1", "toggle", "on")
    + _menu("severity1", "error", "warn", "message")
    + (_parm("errormsg1", "string", ""))
)
_INPUTS = tuple(f"input{n + 1}" for n in range(12))

NATIVES = (
    # Managers and networks.
    Native("Manager", "obj", child="Object"),
    Native("Manager", "out", child="Driver"),
    Native("Manager", "img", child="CopNet"),
    Native("Manager", "tasks", child="TopNet"),
    Native("Object", "geo", _INPUTS[:1], child="Sop"),
    Native("Object", "null", _INPUTS[:1]),
    Native("Object", "subnet", _INPUTS[:4], child="Object"),
    *(
        Native(table, name, child=child)
        for table in ("Object", "Sop", "Cop", "Driver", "CopNet", "TopNet", "Top")
        for name, child in (("copnet", "Cop"), ("topnet", "Top"), ("ropnet", "Driver"))
    ),
    # Copernicus.
    Native("Cop", "null", _INPUTS[:1], parms=_parm("outputs", "integer", "1") + _parm(
        "outputname1", "string", "")),
    Native("Cop", "input", ()),
    Native("Cop", "output", _INPUTS, ()),
    Native("Cop", "subnet", _INPUTS[:4], child="Cop"),
    Native("Cop", "switch", _INPUTS, parms=_parm("input", "integer", "0"), most=_ANY),
    Native("Cop", "error", _INPUTS[:1], parms=_ERROR),
    Native("Cop", "file", (), ("C",), parms=_FILE),
    Native("Cop", "constant", ("size_ref",), ("constant",), parms=_parm(
        "f4", "vector4", "0|0|0|1") + _parm("res", "intvector2", "64|64")),
    Native("Cop", "rop_image", ("input1",), (), parms=_ROP_IMAGE),
    # Geometry.
    Native("Sop", "null", _INPUTS[:1]),
    Native("Sop", "output", _INPUTS[:1], ()),
    Native("Sop", "subnet", _INPUTS[:4], child="Sop"),
    Native("Sop", "switch", _INPUTS, parms=_parm("input", "integer", "0"), most=_ANY),
    Native("Sop", "error", _INPUTS[:1], parms=_ERROR),
    Native("Sop", "file", _INPUTS[:1], parms=_menu("filemode", "read", "auto", "write") + _parm(
        "file", "geometry", "default.bgeo") + _parm("reload", "button", "0")),
    Native("Sop", "gltf", (), parms=_parm("filename", "file", "") + _parm("reload", "button", "0")),
    Native("Sop", "xform", _INPUTS[:1], parms=_parm("t", "vector", "0|0|0") + _parm(
        "r", "vector", "0|0|0") + _parm("s", "vector", "1|1|1") + _parm("scale", "float", "1")),
    # Tasks.
    Native("Top", "pythonprocessor", _INPUTS[:1], parms=_parm("pdg_workitemgeneration", "integer",
        "0") + _parm("generate", "string", "") + _parm("cooktask", "string", "") + _parm(
        "regenerate", "string", "") + _parm("addinternaldeps", "string", ""), most=_ANY),
    Native("Top", "output", _INPUTS[:1], ()),
    Native("Top", "subnet", _INPUTS[:4], child="Top"),
    Native("Top", "null", _INPUTS[:1]),
    Native("Top", "localscheduler", (), (), parms=_parm("maxprocs", "integer", "1")),
    # Rendering.
    Native("Driver", "null", _INPUTS[:1]),
    Native("Driver", "merge", _INPUTS, most=_ANY),
    Native("Driver", "subnet", _INPUTS[:4], child="Driver"),
    Native("Driver", "rop_image", _INPUTS[:1], parms=_ROP_IMAGE, most=_ANY),
    Native("Driver", "image", _INPUTS[:1], parms=_ROP_IMAGE, most=_ANY),
)  # fmt: skip
