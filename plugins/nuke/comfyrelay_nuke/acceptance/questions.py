"""What we work with either way, but would like to know. Main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import nuke

from comfyrelay.planes import planes

from .. import nk
from ..colour import colourspaces, srgb_name

COUNT = (
    "import nuke\nif nuke.thisKnob().name() == 'told':\n"
    "    nuke.thisNode()['count'].setValue(nuke.thisNode()['count'].value() + 1)"
)
SEEN = (
    "import nuke\nnuke.thisNode()['seen'].setValue(str(len(nuke.allNodes(group=nuke.thisNode()))))"
)
FRAME = 7


def answers(folder: Path) -> Iterator[tuple[str, str]]:
    """Each question with what this Nuke does."""
    for question, answer in QUESTIONS.items():
        before = set(nuke.allNodes())
        try:
            said = answer(folder)
        except Exception as error:  # noqa: BLE001  this is an answer too
            said = f"{type(error).__name__}: {error}"
        for node in set(nuke.allNodes()) - before:
            nuke.delete(node)
        yield question, said


def _disabled_write(folder: Path) -> str:
    path = folder / "disabled.exr"
    write = _made("Write", file=path.as_posix(), file_type="exr", disable=True)
    write.setInput(0, _made("Constant"))
    try:
        nuke.execute(write, 1, 1)
    except RuntimeError as error:
        return f"refuses: {error}"
    return "writes" if path.exists() else "skips"


def _file_in_tcl(folder: Path) -> str:
    read = _made("Read", file="/a/b.####.exr")
    label = _made("NoOp", label=f"[value {read.name()}.file]")["label"].evaluate()
    file = read["file"]
    return f"{label}; value() {file.value()}, getText() {file.getText()}, {file.toScript()}"


def _frame_in_an_expression(folder: Path) -> str:
    constant, path = _made("Constant", channels="rgba"), folder / "frame.exr"
    for channel in range(4):
        constant["color"].setExpression("[expr int([frame])]", channel)
    write = _made("Write", file=path.as_posix(), file_type="exr", raw=True)
    write["datatype"].setValue("32 bit float")
    write.setInput(0, constant)
    nuke.execute(write, FRAME, FRAME)
    return f"{planes(path).at('R', 0, 0):g} at frame {FRAME}, the current one is {nuke.frame()}"


def _group_on_create(folder: Path) -> str:
    group = nk.Group(
        "Asks", [nk.Node("NoOp", "Inner")], [nk.UserKnob(nk.STRING, "seen", "")],
        knobs={"onCreate": SEEN},
    )  # fmt: skip
    path = folder / "group.nk"
    path.write_text(nk.written(group), encoding="utf-8")
    made: Any = nuke.nodePaste(path.as_posix())
    return "before" if made["seen"].value() == "0" else "after"


def _same_value(folder: Path) -> str:
    node = _made("NoOp")
    for knob in (nuke.Int_Knob("told"), nuke.Int_Knob("count")):
        node.addKnob(knob)
    node["knobChanged"].setValue(COUNT)
    node["told"].setValue(1)
    node["told"].setValue(1)
    return f"{node['count'].value()} of 2 were a knobChanged"


def _unknown_item(folder: Path) -> str:
    knob: Any = nuke.Enumeration_Knob("menu", "menu", ["a", "b"])
    _made("NoOp").addKnob(knob)
    knob.setValue("c")
    return f"{knob.value()!r} is chosen"


def _other_items(folder: Path) -> str:
    knob: Any = nuke.Enumeration_Knob("menu", "menu", ["a", "b"])
    _made("NoOp").addKnob(knob)
    knob.setValue("b")
    knob.setValues(["b", "c"])
    return f"{knob.value()!r} is chosen"


def _modified(folder: Path) -> str:
    node, root = _made("NoOp"), nuke.root()
    was = root.modified()
    root.setModified(False)
    nuke.Undo.disable()
    node["label"].setValue("changed")
    nuke.Undo.enable()
    found = root.modified()
    root.setModified(was)
    return "yes" if found else "no"


def _missing_frame(folder: Path) -> str:
    path = folder / "late.exr"
    read = _made("Read", file=path.as_posix())
    before = read.hasError()
    write = _made("Write", file=path.as_posix(), file_type="exr")
    write.setInput(0, _made("Constant"))
    nuke.execute(write, 1, 1)
    late = read.hasError()
    read["reload"].execute()
    return f"an error before: {before}, when it came: {late}, after reload: {read.hasError()}"


def _view(folder: Path) -> str:
    return f"{nuke.thisView()} of {', '.join(nuke.views())}"


def _colourspaces(folder: Path) -> str:
    write = _made("Write", file=(folder / "a.png").as_posix(), file_type="png")
    names = colourspaces(write)
    return f"{srgb_name(write)!r} is taken of {len(names)}, such as {list(names)[:4]}"


def _cancelled(folder: Path) -> str:
    return "is a RuntimeError" if issubclass(nuke.CancelledError, RuntimeError) else "is none"


QUESTIONS: dict[str, Callable[[Path], str]] = {
    "Does executing a disabled Write write?": _disabled_write,
    "What stands for the frame in Tcl's `[value Read1.file]`?": _file_in_tcl,
    "What is `[frame]` in an expression while a frame is rendered?": _frame_in_an_expression,
    "Does a Group's onCreate run before its inner nodes are read?": _group_on_create,
    "Is setting the value that a knob has a knobChanged?": _same_value,
    "What does setting an unknown item of a menu do?": _unknown_item,
    "Does setValues keep what is chosen?": _other_items,
    "Does a change without undo mark the script modified?": _modified,
    "Does a missing file stay missing until the Read is reloaded?": _missing_frame,
    "What is thisView() outside of a render?": _view,
    "Which colourspace goes for sRGB?": _colourspaces,
    "What is CancelledError?": _cancelled,
}


def posting_from_main() -> str:
    """May hang Nuke, as its documentation warns: ask it last, and only if you may lose nothing."""
    ran: list[bool] = []
    try:
        nuke.executeInMainThread(lambda: ran.append(True))
    except Exception as error:  # noqa: BLE001  this is an answer too
        return f"{type(error).__name__}: {error}"
    return "it ran at once" if ran else "it was put off"


def _made(kind: str, **values: Any) -> Any:
    node = getattr(cast("Any", nuke.nodes), kind)()
    for name, value in values.items():
        node[name].setValue(value)
    return node
