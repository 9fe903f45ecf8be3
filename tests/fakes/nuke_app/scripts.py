"""Reading scripts: their text is executed by a real Tcl."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from . import tcl

_NO_INPUTS = {"Root", "Input", "BackdropNode", "StickyNote", "Read"}
_NOT_STACKED = {"Root", "BackdropNode", "StickyNote", "Viewer"}
_IGNORED = ("version", "define_window_layout_xml", "add_layer")


class Scripts:
    def __init__(self, app: Any) -> None:
        self.app = app

    def open(self, path: Path) -> None:
        """The script becomes the session's. Its Root is not complete before the end."""
        with self.app.while_loading():
            self._execute(path.read_text(encoding="utf-8"), self.app.root_node, False, opening=True)
        self.app.root_node._knobs["name"]._text = path.as_posix()
        self.app.root_node._modified = False

    def paste(self, text: str, group: Any, select: bool = True) -> Any:
        """Put the nodes of a text into a group, selected. The last one read comes back."""
        made = self._execute(text, group, select)
        if select:
            for node in group._children:
                node.setSelected(node in made)
        return made[-1] if made else None

    def _execute(self, text: str, group: Any, connect: bool, opening: bool = False) -> list[Any]:
        selected = [node for node in group._children if node.isSelected()] if connect else []
        reading = _Reading(self.app, group, selected[-1:], opening)
        interpreter = tcl.interpreter()
        commands = {
            "__node": reading.node,
            "end_group": reading.end_group,
            "stack": reading.stack,
            "push": reading.push,
            "clone": reading.clone,
            **{name: lambda *_words: "" for name in _IGNORED},
        }
        for name, command in commands.items():
            interpreter.createcommand(name, _kept(command, reading))
        interpreter.eval(_UNKNOWN)
        try:
            interpreter.eval(text)
        except Exception as error:
            raise reading.error or tcl.ScriptError(str(error)) from error
        return reading.made


_UNKNOWN = """proc unknown {class args} {
    if {[llength $args] == 1} { return [__node $class [lindex $args 0]] }
    error "no node or command: $class"
}"""


def _kept(command: Any, reading: _Reading) -> Any:
    """Tcl forgets what an exception of Python was."""

    def kept(*args: str) -> Any:
        try:
            return command(*args)
        except Exception as error:
            reading.error = reading.error or error
            raise

    return kept


class _Reading:
    """One text being executed."""

    def __init__(self, app: Any, group: Any, stack: list[Any], opening: bool) -> None:
        self.app, self.opening = app, opening
        self.groups = [group]
        self.stacks: list[list[Any]] = [stack]
        self.by_key: dict[str, Any] = {"0": None}
        self.made: list[Any] = []  # at the top
        self.error: Exception | None = None

    def node(self, class_name: str, body: str) -> str:
        body = re.sub(r"(?m)^\s*#.*$", "", body)
        if class_name == "Root":
            if self.opening:
                self.app.root_node._read_knobs(body)
            return ""
        node = self._made(class_name, body)
        self._connect(node, body)
        stack = self.stacks[-1]
        if class_name in ("Group", "Gizmo"):
            self.groups.append(node)
            self.stacks.append([])
            if self.app.group_on_create == "before":
                self._created(node)
        else:
            if class_name not in _NOT_STACKED:
                stack.append(node)
            self._created(node)
        return ""

    def _made(self, class_name: str, body: str) -> Any:
        group = self.groups[-1]
        node = self.app.population.make(class_name, group)
        name = node._knobs["name"]._text
        with self.app.while_reading(node):
            node._read_knobs(body)
        wanted = node._knobs["name"]._text
        node._knobs["name"]._text = name
        if wanted != name:
            node._knobs["name"]._text = group._free_name(wanted)
        if len(self.groups) == 1:
            self.made.append(node)
        return node

    def _connect(self, node: Any, body: str) -> None:
        parts = tcl.words(body)
        knobs = dict(zip(parts[::2], parts[1::2]))
        standard = "0" if node._class in _NO_INPUTS else "1"
        count = sum(int(number) for number in re.findall(r"\d+", knobs.get("inputs", standard)))
        stack = self.stacks[-1]
        for index in range(count):
            node._connect(index, stack.pop() if stack else None)

    def _created(self, node: Any) -> None:
        self.app.population.created(node, inside=node not in self.made)

    def end_group(self) -> str:
        if len(self.groups) == 1:
            raise tcl.ScriptError("end_group without a Group")
        self.stacks.pop()
        group = self.groups.pop()
        self.stacks[-1].append(group)
        if self.app.group_on_create == "after":
            self._created(group)
        return ""

    def stack(self, index: str) -> str:
        stack = self.stacks[-1]
        node = stack[-1 - int(index)] if int(index) < len(stack) else None
        if node is None:
            return "0"
        key = f"N{id(node):x}"
        self.by_key[key] = node
        return key

    def push(self, key: str) -> str:
        self.stacks[-1].append(self.by_key.get(key))
        return ""

    def clone(self, *_words: str) -> str:
        raise tcl.ScriptError("clones are not modelled")
