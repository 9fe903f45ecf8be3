"""Code that Houdini runs for others: event sections, node events, buttons, menu scripts."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from .enums import value
from .errors import OperationFailed
from .session import NotModelled, current
from .values import as_text

_EVENTS = {"NameChanged": "OnNameChanged", "InputRewired": "OnInputChanged"}
"""Node events that have a section of their own."""


class Running(NamedTuple):
    """What runs now, of which node: an event, `callback of NAME`, `menu of NAME`."""

    what: str
    node: Any


class Callbacks:
    def __init__(self, app: Any) -> None:
        self.app = app
        self.running: list[Running] = []
        self.ran: list[tuple[str, str]] = []  # what, path of the node

    def section(self, node: Any, name: str, **details: Any) -> None:
        """An event section of an asset: OnCreated and the like. What it raises is printed."""
        definition = node._type._definition
        if definition is None or not definition.hasSection(name):
            return
        if not definition._is_python(name):
            raise NotModelled(f"{node._type._text}: the section {name} is HScript")
        self.ran.append((name, node._path()))
        kwargs = {"node": node, "type": node._type, **details}
        code = definition._text_of(name)
        with self._while(name, node):
            self._timed(name, lambda: self.app.run_python(code, {"kwargs": kwargs}, f"<{name}>"))

    def node_event(self, node: Any, event: str, details: Mapping[str, Any]) -> None:
        """All callbacks of `addEventCallback`, each once, then the section of that event."""
        if self.app.loading:
            return
        called: list[Any] = []
        for events, callback in list(node._listeners):
            if event in events and callback not in called:
                called.append(callback)
                self._call_listener(node, event, callback, details)
        if event in _EVENTS and node._alive:
            self.section(node, _EVENTS[event], **details)

    def _call_listener(
        self, node: Any, event: str, callback: Callable[..., Any], details: Mapping[str, Any]
    ) -> None:
        said = {k: v for k, v in details.items() if k != "old_name"}
        self.ran.append((event, node._path()))
        with self._while(event, node):
            kind = value("nodeEventType", event)
            self._timed(event, lambda: callback(node=node, event_type=kind, **said))

    def press(self, parm: Any, arguments: Mapping[str, Any]) -> None:
        """The callback script of a parm, for a button or after a change by hand."""
        wrong = [k for k, v in arguments.items() if not isinstance(v, (bool, int, float, str))]
        if wrong:
            raise TypeError(f"pressButton: {wrong[0]} is of a type that cannot be passed")
        if self.app.cooking.pressed(parm):
            return
        code = parm._template._tags.get("script_callback", "")
        if not code:
            return
        if parm._template._tags.get("script_callback_language") != "python":
            raise NotModelled(f"{parm.path()}: the callback is HScript")
        kwargs = {**_about(parm), **arguments}
        self.ran.append((f"callback of {parm._text}", parm._node._path()))
        with self._while(f"callback of {parm._text}", parm._node):
            try:
                self.app.run_python(code, {"kwargs": kwargs}, f"<{parm._text}>")
            except Exception as error:
                raise OperationFailed(f"{parm.path()}: {error!r}") from error

    def menu(self, parm: Any) -> list[str]:
        """Tokens and labels in turn. A script is run each time, and must change nothing."""
        template = parm._template
        if not template._generator:
            labels = template._labels or template._items
            return [word for pair in zip(template._items, labels) for word in pair]
        if template._generator_language != "python":
            raise NotModelled(f"{parm.path()}: the menu script is HScript")
        names = {"kwargs": _about(parm)}
        found: list[str] = []
        with self._while(f"menu of {parm._text}", parm._node):
            self.app.main_loop.run(
                lambda: found.extend(
                    self.app.run_body(
                        template._generator, {**self.app.python_names(), **names}, "menu"
                    )
                    or ()
                ),
                f"menu {parm._text}",
            )
        if len(found) % 2 or not all(isinstance(word, str) for word in found):
            self.app.errors.append(f"{parm.path()}: a menu is tokens and labels, not {found!r}")
            return []
        return found

    def asking(self, node: Any) -> str:
        """What of this node's runs now, in which its parms may not be rebuilt; else ""."""
        for running in reversed(self.running):
            if running.node is node and not running.what.startswith("On"):
                return running.what
        return ""

    @property
    def in_menu(self) -> bool:
        return any(running.what.startswith("menu") for running in self.running)

    @property
    def node(self) -> Any:
        """Whose code runs, for `hou.pwd()`; None if none does."""
        return self.running[-1].node if self.running else None

    @contextmanager
    def _while(self, what: str, node: Any) -> Iterator[None]:
        self.running.append(Running(what, node))
        try:
            yield
        finally:
            self.running.pop()

    def _timed(self, what: str, call: Callable[[], Any]) -> None:
        """What it raises is printed."""
        self.app.main_loop.run(call, what)


def tell(app: Any) -> None:
    """Print the exception that is handled now, and keep it."""
    app.errors.append(traceback.format_exc())
    traceback.print_exc(file=sys.stderr)


def _about(parm: Any) -> dict[str, Any]:
    """What a parm's script finds in `kwargs`."""
    frame = current().frame
    texts = [as_text(p._template, p._value_at(frame)) for p in parm._tuple._parms]
    found = {
        "node": parm._node,
        "parm": parm,
        "parm_tuple": parm._tuple,
        "parm_name": parm._text,
        "script_parm": parm._text,
        "script_value": texts[parm._index],
        "script_multiparm_index": parm._tuple._suffix or "-1",
    }
    return {**found, **{f"script_value{n}": text for n, text in enumerate(texts)}}
