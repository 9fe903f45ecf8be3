"""A result on the node: the files that the nodes inside read. Main thread."""

from __future__ import annotations

import re
from collections.abc import Sequence

import hou

from comfyrelay.dcc import Picture, Placement
from comfyrelay.form import Form

from . import inner
from .parms import put, text
from .published import SEEN

MESHES = (".glb", ".gltf", ".obj", ".ply", ".stl", ".fbx")
_FRAME = re.compile(r"#+(?=[^/]*$)")  # of the file: a folder may be called so


def place(node: hou.OpNode, placement: Placement, form: Form | None) -> None:
    """Show this version. The scene is modified by it, without a step to undo."""
    with hou.undos.disabler():
        for number, picture in enumerate(_ordered(node, placement, form), 1):
            _read(node, number, picture)
        if placement.texts:
            put(node, "text", _harmless("\n\n".join(placement.texts.values())))
        put(node, "version", placement.version)


def _harmless(text: str) -> str:
    """Houdini runs what stands in backticks whenever somebody evaluates the parm, and nobody knows
    who wrote this."""
    return text.replace("`", "'")


def _ordered(node: hou.OpNode, placement: Placement, form: Form | None) -> Sequence[Picture | None]:
    """By output of the node: those of the form in its order, then what else came."""
    count = _outputs(node)
    if node.type().category().name() != "Cop":
        return [next((p for p in placement.pictures if p.path.lower().endswith(MESHES)), None)]
    seen = [each for each in placement.pictures if each.kind in SEEN]
    found: list[Picture | None] = []
    for output in form.outputs if form is not None else ():
        if output.kind in SEEN:
            own = next((each for each in seen if each.output == output.id), None)
            found.append(own)
            seen = [each for each in seen if each is not own]
    return [*found, *seen, *([None] * count)][:count]


def _outputs(node: hou.OpNode) -> int:
    number = 1
    while node.parm(inner.file_parm(number + 1)) is not None:
        number += 1
    return number


def _read(node: hou.OpNode, number: int, picture: Picture | None) -> None:
    path = "" if picture is None else _in_houdini(picture.path)
    if text(node, inner.file_parm(number)) == path == "":
        return
    put(node, inner.file_parm(number), path)
    put(node, inner.raw_parm(number), int(picture is not None and picture.reading.colour == "raw"))
    reader = node.node(inner.result_node(number))
    reload = None if reader is None else reader.parm("reload")
    if reload is not None:
        reload.pressButton()


def _in_houdini(path: str) -> str:
    """What stands for the frame, as Houdini spells it."""
    return _FRAME.sub(lambda m: f"$F{len(m[0])}", path)
