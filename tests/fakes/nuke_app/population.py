"""The nodes that come and go, and what happens when they do."""

from __future__ import annotations

from typing import Any

from . import classes
from .groups import Gizmo, Group
from .nodes import Node, Viewer
from .session import breach

_MADE_OF = {"Group": Group, "Gizmo": Gizmo, "Viewer": Viewer}


class Population:
    def __init__(self, app: Any) -> None:
        self.app = app

    def make(self, class_name: str, group: Any, numbered: bool = False) -> Any:
        """A node with its defaults and a free name; an Input with the next number if wanted."""
        if class_name not in classes.CLASSES:
            raise RuntimeError(f"{class_name}: Unknown command")
        node = _MADE_OF.get(class_name, Node)(self.app, class_name, group)
        node._knobs["name"]._text = group._free_name(f"{class_name.rstrip('0123456789')}1")
        self.app.renderer.prepare(node)
        for knob in node._knobs.values():
            default = self.app.defaults.get(f"{class_name}.{knob._name}")
            if default is not None:
                knob._read(default)
        if numbered and class_name == "Input":
            node._knobs["number"]._curves[0].value = float(group.maxInputs())
        group._children.append(node)
        return node

    def created(self, node: Any, inside: bool = False) -> None:
        """Of what came inside a group undo knows nothing: it goes with the group."""
        if not inside:
            self.app.changes.created(node)
        self.app.callbacks.run("onCreate", node)

    def delete(self, node: Any) -> None:
        node._check_attached()
        if any(context.node is node for context in self.app.callbacks.contexts):
            wrong = f"{node._full_name()} was deleted inside its own callback, which crashes Nuke"
            raise breach(RuntimeError(wrong))
        text, inputs = self.app.writer.copied([node]), list(node._inputs)
        outputs = [(other, index) for other in node._parent._children
                   for index, upstream in enumerate(other._inputs) if upstream is node]  # fmt: skip
        self.app.changes.invalidate(node)
        _ = self.app.changes.viewer_invalidations  # while it is still connected
        self.remove(node)
        self.app.changes.deleted(node, text, inputs, outputs)

    def remove(self, node: Any) -> None:
        """onDestroy runs while the node is whole; then it and what is in it are gone."""
        for inner in reversed(getattr(node, "_children", [])[:]):
            self.remove(inner)
        self.app.callbacks.run("onDestroy", node)
        for other in node._parent._children:
            other._inputs = [None if upstream is node else upstream for upstream in other._inputs]
        node._parent._children.remove(node)
        node._alive = False
