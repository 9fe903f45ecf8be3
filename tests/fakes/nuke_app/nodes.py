"""Nodes: their knobs, their inputs, and what they are called."""

from __future__ import annotations

import re
from typing import Any

from . import classes, kinds, tcl
from .controls import Tab_Knob
from .knobs import Knob
from .session import DETACHED, NotModelled, breach, model

_PASSING = ("knobChanged", "updateUI")


@model("Node")
class Node:
    def __init__(self, app: Any, class_name: str, parent: Any) -> None:
        self._app, self._class, self._parent = app, class_name, parent
        self._alive, self._panel = True, False
        self._inputs: list[Any] = []
        self._knobs: dict[str, Any] = classes.knobs_of(class_name)
        for knob in self._knobs.values():
            knob._node = self

    def _check_attached(self) -> None:
        if not self._alive:
            raise ValueError(DETACHED)

    def _full_name(self) -> str:
        above = self._parent
        if above is None or above._parent is None:
            return self._name()
        return f"{above._full_name()}.{self._name()}"

    def _name(self) -> str:
        return str(self._knobs["name"]._text)

    # What it is.

    def Class(self) -> str:
        return self._class

    def name(self) -> str:
        return self._name()

    def fullName(self) -> str:
        return self._full_name()

    def setName(self, name: str, uncollide: bool = True, updateExpressions: bool = False) -> None:
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError(f"a node cannot be named {name!r}")
        taken = self._parent._child(name)
        if taken is not None and taken is not self:
            name = self._parent._free_name(name)
        self._knobs["name"].setValue(name)

    def parent(self) -> Any:
        return self._parent

    def rootNode(self) -> Any:
        return self._app.root_node

    # Knobs.

    def __getitem__(self, name: str) -> Any:
        if name not in self._knobs:
            raise NameError(f"knob {name} does not exist")
        return self._knobs[name]

    def __len__(self) -> int:
        return len(self._knobs)

    def knob(self, p: Any, follow_link: bool = False) -> Any:
        found = self._knobs.get(p) if isinstance(p, str) else self._all_knobs()[p]
        linked = found is not None and follow_link and found._kind == kinds.LINK
        return found.getLinkedKnob() if linked else found

    def knobs(self) -> dict[str, Any]:
        return {knob._name: knob for knob in self._knobs.values()}

    def allKnobs(self) -> list[Any]:
        return self._all_knobs()

    def _all_knobs(self) -> list[Any]:
        return list(self._knobs.values())

    def numKnobs(self) -> int:
        return len(self._knobs)

    def getNumKnobs(self) -> int:
        return len(self._knobs)

    def addKnob(self, knob: Knob) -> None:
        if not isinstance(knob, Knob):
            raise TypeError(f"addKnob takes a knob, not {knob!r}")
        self._refuse_in_callback("addKnob")
        if not any(k._user for k in self._knobs.values()) and not isinstance(knob, Tab_Knob):
            self._attach(Tab_Knob("User"))
        self._attach(knob)
        self._app.changes.knobs(self, f"addKnob {knob._name}")

    def _attach(self, knob: Knob) -> None:
        if knob._node is not None:
            raise ValueError(f"the knob {knob._name} is on a node already")
        key = knob._name
        if key and key in self._knobs:
            raise ValueError(f"{self._full_name()} has a knob {key} already")
        while not key or key in self._knobs:
            key = f"\x00{len(self._knobs)}{key}"  # dividers have no name
        knob._node, knob._user = self, True
        self._knobs[key] = knob

    def removeKnob(self, knob: Knob) -> None:
        self._refuse_in_callback("removeKnob")
        if self._app.buttons.is_running(knob):
            raise breach(RuntimeError(f"{knob._name} was removed while it was running"))
        if not knob._user or knob._node is not self:
            raise ValueError(f"{knob._name} is no user knob of {self._full_name()}")
        self._knobs = {key: k for key, k in self._knobs.items() if k is not knob}
        knob._node = None
        self._app.changes.knobs(self, f"removeKnob {knob._name}")

    def _refuse_in_callback(self, call: str) -> None:
        for event in _PASSING:
            if self._app.callbacks.is_running(event, self):
                wrong = f"{call} on {self._full_name()} inside its own {event} crashes Nuke"
                raise breach(RuntimeError(wrong))

    def readKnobs(self, s: str) -> None:
        """Set knobs from a script, which may define new ones."""
        self._read_knobs(s)

    def _read_knobs(self, body: str, reading: bool = False) -> None:
        parts = tcl.words(body)
        if len(parts) % 2:
            raise tcl.ScriptError(f"{self._class}: a knob without a value, near {parts[-1][:40]!r}")
        for name, text in zip(parts[::2], parts[1::2]):
            self._read_knob(name, text)

    def _read_knob(self, name: str, text: str) -> None:
        if name == "addUserKnob":
            knob = kinds.user_knob(text)
            standing = self._knobs.get(knob._name) if knob._name else None
            if standing is None:
                self._attach(knob)
        elif name in self._knobs:
            self._knobs[name]._read(text)
            self._app.knob_was_read(self._knobs[name])
        elif name != "inputs":
            self._app.load_errors.append(f"{self._class}: no such knob {name!r}")

    def writeKnobs(self, flags: int = 0) -> str:
        return "\n".join(self._app.writer.knob_lines(self))

    def resetKnobsToDefault(self) -> None:
        raise NotModelled("resetKnobsToDefault")

    # Inputs.

    def input(self, index: int) -> Any:
        return self._input(index)

    def _input(self, index: int) -> Any:
        return self._inputs[index] if 0 <= index < len(self._inputs) else None

    def inputs(self) -> int:
        return max((i + 1 for i, node in enumerate(self._inputs) if node is not None), default=0)

    def opHashes(self) -> list[int]:
        """Others as soon as a knob or a wire of what it looks at is another, or the frame."""
        seen = self._app.renderer.reached(self)
        said = ["\n".join(self._app.writer.knob_lines(node)) for node in seen]
        wires = [[seen.index(n) if n in seen else -1 for n in node._inputs] for node in seen]
        made = self._app.op_hashes
        frames: list[Any] = [None if made == "graph" else self._app.frame]
        if made == "ops":
            frames += [each.frame for each in self._app.renderer.executions[-1:]]
        return [hash(repr((said, wires, frame))) for frame in frames]

    def maxInputs(self) -> int:
        most = classes.CLASSES[self._class].inputs
        return 1000 if most == -1 else most

    def maximumInputs(self) -> int:
        return self.maxInputs()

    def minInputs(self) -> int:
        return classes.CLASSES[self._class].min_inputs

    def minimumInputs(self) -> int:
        return self.minInputs()

    def optionalInput(self) -> int:
        return 0

    def canSetInput(self, i: int, node: Any) -> bool:
        if node is not None and (node._parent is not self._parent or self in _upstream(node)):
            return False
        return 0 <= i < self.maxInputs()

    def setInput(self, i: int, node: Any) -> bool:
        if node is not None:
            node._check_attached()
        if not self.canSetInput(i, node):
            return False
        if self._input(i) is not node:
            before = list(self._inputs)
            self._connect(i, node)
            self._app.changes.inputs(self, before)
        return True

    def connectInput(self, i: int, node: Any) -> bool:
        return self.setInput(i, node)

    def _connect(self, i: int, node: Any) -> None:
        self._inputs += [None] * (i + 1 - len(self._inputs))
        self._inputs[i] = node

    def dependencies(self, what: int = 0) -> list[Any]:
        """Nodes upstream, by inputs; with EXPRESSIONS alone none is modelled."""
        return [node for node in self._inputs if node is not None]

    def dependent(self, what: int = 0, forceEvaluate: bool = True) -> list[Any]:
        return [node for node in self._parent._children if self in node._inputs]

    # Where it lies, and whether it is seen.

    def xpos(self) -> int:
        return int(self._knobs["xpos"]._curves[0].value)

    def ypos(self) -> int:
        return int(self._knobs["ypos"]._curves[0].value)

    def setXpos(self, x: int) -> None:
        self._knobs["xpos"].setValue(x)

    def setYpos(self, y: int) -> None:
        self._knobs["ypos"].setValue(y)

    def setXYpos(self, x: int, y: int) -> None:
        self.setXpos(x)
        self.setYpos(y)

    def autoplace(self) -> None:
        self._app.need_interface("autoplace")

    def screenWidth(self) -> int:
        self._app.need_interface("screenWidth")
        return 80

    def screenHeight(self) -> int:
        self._app.need_interface("screenHeight")
        return 18

    def isSelected(self) -> bool:
        return bool(self._knobs["selected"]._curves[0].value)

    def setSelected(self, selected: bool) -> None:
        self._knobs["selected"]._curves[0].value = float(selected)

    def selectOnly(self) -> None:
        for node in self._parent._children:
            node._knobs["selected"]._curves[0].value = float(node is self)

    def showControlPanel(self, forceFloat: bool = False) -> None:
        self._app.need_interface("showControlPanel")
        self._panel = True
        self._app.pseudo_knob_changed(self, "showPanel")

    def hideControlPanel(self) -> None:
        self._panel = False
        self._app.pseudo_knob_changed(self, "hidePanel")

    def shown(self) -> bool:
        return self._panel

    def setTab(self, tabIndex: int) -> None:
        return None

    def redraw(self) -> None:
        return None

    def forceValidate(self) -> None:
        return None

    def help(self) -> str:
        return ""

    def executePythonCallback(self, event: str) -> Any:
        self._app.callbacks.run(event, self)

    # What it puts out.

    def format(self) -> Any:
        return self._app.renderer.format_of(self)

    def width(self) -> int:
        return int(self.format().width())

    def height(self) -> int:
        return int(self.format().height())

    def pixelAspect(self) -> float:
        return float(self.format().pixelAspect())

    def bbox(self) -> Any:
        return self._app.renderer.bbox_of(self)

    def channels(self) -> list[str]:
        return list(self._app.renderer.picture(self).channels)

    def sample(
        self, channel: str, x: float, y: float, dx: float = 1, dy: float = 1, frame: Any = None
    ) -> float:
        return float(self._app.renderer.picture(self, frame).at(channel, int(x), int(y)))

    def firstFrame(self) -> int:
        return int(self._app.renderer.range_of(self)[0])

    def lastFrame(self) -> int:
        return int(self._app.renderer.range_of(self)[1])

    def frameRange(self) -> Any:
        return self._app.frame_range(*self._app.renderer.range_of(self))

    def hasError(self) -> bool:
        return bool(self._app.renderer.error_of(self))

    def error(self) -> bool:
        return self.hasError()

    def treeHasError(self) -> bool:
        return any(self._app.renderer.error_of(node) for node in [self, *_upstream(self)])

    def proxy(self) -> bool:
        return bool(self._app.root_node._knobs["proxy"].value())


Node.__hash__ = object.__hash__  # type: ignore[method-assign]


def _upstream(node: Any) -> list[Any]:
    found: list[Any] = []
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if at is not None and at not in found:
            found.append(at)
            waiting += at._inputs
    return found


@model("Viewer")
class Viewer(Node):
    pass
