"""Sizes, boxes and frame ranges of nodes without their pixels, and what they look at."""

from __future__ import annotations

from typing import Any

Shape = tuple[tuple[int, int], tuple[int, int, int, int]]  # format, box


class Shapes:
    def __init__(self, app: Any, reader: Any) -> None:
        self.app, self.reader = app, reader

    def root_size(self) -> tuple[int, int]:
        made, scale = self.app.root_node._knobs["format"]._format, self.app.proxy_scale
        return round(made._size[0] * scale), round(made._size[1] * scale)

    def of(self, node: Any, frame: float) -> Shape:
        """Format and bounding box at full size."""
        root = self.app.root_node._knobs["format"]._format._size
        if node is None:
            return root, (0, 0, *root)
        if node._class == "Read":
            found = self.reader.size(node, frame)
            return found or (root, (0, 0, *root))
        special = {"Constant": self._made, "CheckerBoard2": self._made, "Crop": self._cropped,
                   "Reformat": self._reformatted, "Merge2": self._merged,
                   "Keymix": self._merged, "Transform": self._pixels}  # fmt: skip
        if node._class in special and not node._knobs["disable"].value():
            shape: Shape = special[node._class](node, frame)
            return shape
        return self.of(self.source(node, frame), frame)

    def source(self, node: Any, frame: float) -> Any:
        """The node whose picture this one passes on."""
        if node._knobs.get("disable") is not None and node._knobs["disable"].value():
            return node._input(0)
        if node._class in ("Group", "Gizmo"):
            return node.output()
        if node._class == "Input":
            return self.outside(node)
        if node._class == "Switch":
            return self.switched(node, frame)
        return node._input(0)

    def outside(self, node: Any) -> Any:
        """What is connected to the group's input that an Input node stands for."""
        return node._parent._input(int(node._knobs["number"].value()))

    def switched(self, node: Any, frame: float) -> Any:
        which = int(node._knobs["which"]._number_at(frame))
        return node._input(min(max(which, 0), max(len(node._inputs) - 1, 0)))

    def reached(self, node: Any, seen: list[Any] | None = None) -> list[Any]:
        """All nodes whose picture may reach this one, through groups too."""
        found: list[Any] = [] if seen is None else seen
        if node is None or node in found:
            return found
        found.append(node)
        inside = getattr(node, "_children", None)
        through = [node.output()] if inside else []
        outside = [self.outside(node)] if node._class == "Input" else []
        for upstream in [*node._inputs, *through, *outside]:
            self.reached(upstream, found)
        return found

    def frames(self, node: Any) -> tuple[int, int]:
        """First and last frame."""
        root = self.app.root_node._knobs
        whole = int(root["first_frame"].value()), int(root["last_frame"].value())
        if node is None:
            return whole
        if node._class == "Read":
            return int(node._knobs["first"].value()), int(node._knobs["last"].value())
        if node._class in ("Group", "Gizmo", "Input", "Switch"):
            return self.frames(self.source(node, self.app.frame))
        ranges = [self.frames(upstream) for upstream in node._inputs if upstream is not None]
        if not ranges:
            return whole
        return min(first for first, _ in ranges), max(last for _, last in ranges)

    def _made(self, node: Any, frame: float) -> Shape:
        size = node._knobs["format"].value()._size
        return size, (0, 0, *size)

    def _cropped(self, node: Any, frame: float) -> Shape:
        size, under = self.of(node._input(0), frame)
        x, y, right, top = (round(n) for n in node._knobs["box"]._values(frame))
        box = (x, y, right, top)
        if node._knobs["intersect"].value():
            box = (max(x, under[0]), max(y, under[1]), min(right, under[2]), min(top, under[3]))
        if not node._knobs["reformat"].value():
            return size, box
        return (right - x, top - y), (box[0] - x, box[1] - y, box[2] - x, box[3] - y)

    def _reformatted(self, node: Any, frame: float) -> Shape:
        from .pictures import target_size
        from .rendering import AtFrame

        size = target_size(AtFrame(node, frame), self.of(node._input(0), frame)[0])
        return size, (0, 0, *size)

    def _merged(self, node: Any, frame: float) -> Shape:
        size, under = self.of(node._input(0), frame)
        over = self.of(node._input(1), frame)[1]
        return size, (min(under[0], over[0]), min(under[1], over[1]), max(under[2], over[2]),
                      max(under[3], over[3]))  # fmt: skip

    def _pixels(self, node: Any, frame: float) -> Shape:
        picture = self.app.renderer.picture(node, frame)
        return picture.size, picture.box
