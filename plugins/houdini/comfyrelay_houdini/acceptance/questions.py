"""What we work with either way, but would like to know. Main thread; the scene is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import hou

from comfyrelay.planes import difference

from ..assets import workflow
from . import chart

WORDS = ("trange", "colorconversion", "precision", "vm_image_exr_compression", "size1")


def answers(folder: Path) -> Iterator[tuple[str, str]]:
    """Each question with what this Houdini does."""
    for question, answer in QUESTIONS.items():
        hou.hipFile.clear(suppress_save_prompt=True)
        try:
            said = answer(folder)
        except Exception as error:  # noqa: BLE001  this is an answer too
            said = f"{type(error).__name__}: {error}"
        yield question, said
    hou.hipFile.clear(suppress_save_prompt=True)


def _rows(folder: Path) -> str:
    path = folder / "rows.exr"
    chart.write(path)
    node, wanted = chart.reader(_cops(), path), chart.drawn()
    ways = {"the bottom one": True, "the top one": False}
    wrong = {
        way: difference(chart.layer(node, bottom_first=below), wanted, chart.FORMAT)
        for way, below in ways.items()
    }
    return next((way for way, each in wrong.items() if not each), f"neither: {wrong}")


def _words(folder: Path) -> str:
    rop: Any = _cops().createNode("rop_image")
    rop.parm("outputaovs").set(1)
    return "; ".join(f"{name}: {_said(rop.parm(name))}" for name in WORDS)


def _said(parm: Any) -> str:
    if parm is None:
        return "not there"
    try:
        return " ".join(parm.menuItems())
    except hou.OperationFailed:
        return "no menu"


def _status(folder: Path) -> str:
    node: Any = _cops().createNode(workflow().type_name)
    node.setInput(0, node.parent().createNode("constant"))
    node.cook(force=True)
    node.parm("status").set("another")
    return "yes" if node.needsToCook() else "no"


def _load_events(folder: Path) -> str:
    scene, told = (folder / "load.hip").as_posix(), []
    hou.hipFile.save(scene)

    def hear(kind: hou.EnumValue) -> None:
        told.append(kind.name())

    hou.hipFile.addEventCallback(hear)
    try:
        hou.hipFile.load(scene, suppress_save_prompt=True)
    finally:
        hou.hipFile.removeEventCallback(hear)
    return ", ".join(told)


def _session_ids(folder: Path) -> str:
    before = _cops().sessionId()
    hou.hipFile.clear(suppress_save_prompt=True)
    return "anew" if _cops().sessionId() <= before else "they go on"


def _cops() -> hou.Node:
    return cast("hou.Node", hou.node("/img")).createNode("copnet")


QUESTIONS: dict[str, Callable[[Path], str]] = {
    "Which row of a layer's elements is the first?": _rows,
    "Which words does an image ROP take?": _words,
    "Does a status line make its node cook again?": _status,
    "Which events does a load tell?": _load_events,
    "How are session ids counted in another scene?": _session_ids,
}
