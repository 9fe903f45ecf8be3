"""The node types that come with Houdini, as far as they are needed: connectors and parms.

A parm is a line: name, type, default, and after a bar the tokens of its menu. Lines that are
indented are a multiparm's. A parm that the real type has and this table has not is told in
`load_errors` when an asset's contents name it.
"""

from __future__ import annotations

from typing import NamedTuple

ANY = 9999


class Native(NamedTuple):
    table: str
    name: str
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ("output1",)
    child: str = ""  # the table of what is made inside
    parms: str = ""
    most: int = -1  # inputs; -1: as many as are named


FILE = """
source string file | file live
filename image default.pic
reload button 0
missingdata string error | error color
missingcolor vector4 0 0 0 1
colorspace string ocio
addaovs button 0
aovs multiparm 1
    aov# string C
    type# string vector4
    precision# string default
    raw# toggle off
"""
ROP_IMAGE = """
execute button 0
trange ordinal off | off normal on
f1 float 1
f2 float 1
f3 float 1
coppath oppath
copoutput image $HIP/render/$HIPNAME.$OS.$F4.exr
colorconversion ordinal ocio | none ocio raw
setprecision toggle off
precision string b16 | b16 b32
mkpath toggle on
vm_image_exr_compression string zip | none rle zips zip piz dwaa dwab
outputaovs multiparm 1
    aov# string C
    raw# toggle off
    useport# toggle off
    port# integer 0
    size# string auto
"""
ERROR = """
numerror integer 1
enable1 toggle on
severity1 string error | error warn message
errormsg1 string
"""
SOP_FILE = """
filemode string read | read auto write
file geometry default.bgeo
reload button 0
missingframe string error | error empty
loadtype string full | full infobbox delayed
"""
GLTF = """
filename file
reload button 0
loadby string primitive | primitive scene
geotype string flattenedgeo | flattenedgeo packedprims
promotepointattrs toggle on
materialassigns toggle off
"""
XFORM = """
t vector 0 0 0
r vector 0 0 0
s vector 1 1 1
scale float 1
"""
PROCESSOR = """
pdg_workitemgeneration integer 0
generate string
regenerate string
addinternaldeps string
cooktask string
"""
SWITCH = "input integer 0"
OUTPUT = "outputidx integer 0"
TWELVE = tuple(f"input{n + 1}" for n in range(12))
FOUR, ONE = TWELVE[:4], TWELVE[:1]
NETWORKS = {"copnet": "Cop", "topnet": "Top", "ropnet": "Driver"}

NATIVES = (
    # Managers, and networks of other tables.
    Native("Manager", "obj", child="Object"),
    Native("Manager", "out", child="Driver"),
    Native("Manager", "img", child="CopNet"),
    Native("Manager", "tasks", child="TopNet"),
    *(
        Native(table, name, child=child)
        for table in ("Object", "Sop", "Cop", "Driver", "CopNet", "TopNet", "Top")
        for name, child in NETWORKS.items()
    ),
    Native("Object", "geo", ONE, child="Sop"),
    Native("Object", "null", ONE),
    Native("Object", "subnet", FOUR, child="Object"),
    # Copernicus.
    Native("Cop", "null", ONE, parms="outputs integer 1\noutputname1 string"),
    Native("Cop", "input"),
    Native("Cop", "output", TWELVE, ()),
    Native("Cop", "subnet", FOUR, child="Cop"),
    Native("Cop", "switch", TWELVE, ("chosen",), parms=SWITCH, most=ANY),
    Native("Cop", "switchifwired", TWELVE, ("chosen",), parms="rule string firstwire", most=ANY),
    Native("Cop", "error", ONE, parms=ERROR),
    Native("Cop", "file", (), ("C",), parms=FILE),
    Native(
        "Cop", "constant", ("size_ref",), ("constant",),
        parms="signature string auto\nf1 float 0\nf4 vector4 0 0 0 1",
    ),
    Native("Cop", "rop_image", ONE, (), parms=ROP_IMAGE),
    # Geometry.
    Native("Sop", "null", ONE),
    Native("Sop", "output", ONE, (), parms=OUTPUT),
    Native("Sop", "subnet", FOUR, child="Sop"),
    Native("Sop", "switch", TWELVE, parms=SWITCH, most=ANY),
    Native("Sop", "error", ONE, parms=ERROR),
    Native("Sop", "file", ONE, parms=SOP_FILE),
    Native("Sop", "gltf", parms=GLTF),
    Native("Sop", "xform", ONE, parms=XFORM),
    # Tasks.
    Native("Top", "pythonprocessor", ONE, parms=PROCESSOR, most=ANY),
    Native("Top", "waitforall", ONE, most=ANY),
    Native("Top", "output", ONE, (), parms=OUTPUT),
    Native("Top", "subnet", FOUR, child="Top"),
    Native("Top", "null", ONE),
    Native("Top", "localscheduler", (), (), parms="maxprocs integer 1"),
    # Rendering.
    Native("Driver", "null", ONE),
    Native("Driver", "merge", TWELVE, most=ANY),
    Native("Driver", "subnet", FOUR, child="Driver"),
    Native("Driver", "rop_image", ONE, parms=ROP_IMAGE, most=ANY),
)  # fmt: skip


def dialog_script(native: Native) -> str:
    """Its parms as a DialogScript."""
    lines, inside = [f"{{\nname {native.name}\nlabel {native.name}"], False
    for line in native.parms.strip().splitlines():
        if inside and not line.startswith(" "):
            lines.append("}")
            inside = False
        name, kind, *rest = line.split()
        if kind == "multiparm":
            lines.append(f"multiparm {{\nname {name}\nlabel {name}\ndefault {rest[0]}")
            inside = True
        else:
            lines.append(_parm(name, kind, rest))
    return "\n".join([*lines, *(["}"] if inside else []), "}"])


def _parm(name: str, kind: str, rest: list[str]) -> str:
    words, items = rest, []
    if "|" in rest:
        words, items = rest[: rest.index("|")], rest[rest.index("|") + 1 :]
    default = " ".join(f'"{word}"' for word in words or [""])
    menu = "".join(f'"{item}" "{item}"\n' for item in items)
    said = f"parm {{\nname {name}\nlabel {name}\ntype {kind}\ndefault {{ {default} }}\n"
    return f"{said}menu {{\n{menu}}}\n}}" if items else f"{said}}}"
