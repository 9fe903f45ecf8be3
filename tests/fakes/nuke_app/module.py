"""The `nuke` module of one application, put together from its models."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from . import (
    changes,
    choices,
    classes,
    controls,
    formats,
    groups,
    interface,
    knobs,
    nodes,
    numeric,
    panels,
    ranges,
    texts,
    vectors,
)
from .functions import Functions
from .session import NotModelled, breach, models, refuse_other_thread

CONSTANTS = {
    **{name: flag for name, flag in knobs.FLAGS.items() if name in models.stubs},
    "ALL": 1, "EXPRESSIONS": 1, "INPUTS": 2, "HIDDEN_INPUTS": 4, "LINKINPUTS": 8,
    "REPLACE": 1, "TO_SCRIPT": 1, "TO_VALUE": 2, "WRITE_USER_KNOB_DEFS": 4,
    "WRITE_NON_DEFAULT_ONLY": 8, "WRITE_ALL": 16,
    "STRIP_CASCADE_PREFIX": choices.STRIP_CASCADE_PREFIX,
    "TABKNOB": 0, "TABBEGINGROUP": 1, "TABBEGINCLOSEDGROUP": 2, "TABENDGROUP": -1,
    "IMAGE": 1, "SCRIPT": 2, "PYTHON": 4, "GEO": 16, "FONT": 32, "untitled": "Untitled",
    "PLUGIN_EXT": "so", "NUM_CPUS": 2, "THREADS": 2, "EXE_PATH": "/usr/local/Nuke/Nuke",
}  # fmt: skip
ANY_THREAD = ("executeInMainThread", "executeInMainThreadWithResult")


def module(app: Any) -> ModuleType:
    """`nuke`, of one application."""
    plain = Functions(app)
    names = [name for name in vars(Functions) if not name.startswith("_")]
    members: dict[str, Any] = {name: getattr(plain, name) for name in names}
    for name in ("message", "ask", "getFilename", "getInput"):
        members[name] = getattr(app.dialogs, name)
    members.update(app.callbacks.functions())
    members.update(CONSTANTS)
    major, minor, release = app.numbers
    members.update(
        executeInMainThread=app.main_loop.post,
        executeInMainThreadWithResult=app.main_loop.post_and_wait,
        GUI=app.gui,
        INTERACTIVE=app.gui,
        NUKE_VERSION_MAJOR=major,
        NUKE_VERSION_MINOR=minor,
        NUKE_VERSION_RELEASE=release,
        NUKE_VERSION_STRING=f"{major}.{minor}v{release}",
        rawArgs=app.arguments,
        env=interface.Environment(app),
        nodes=_Nodes(app),
        render=plain.execute,
        **_classes(),
    )
    return models.module(members, ANY_THREAD)


_MODELS = (
    knobs,
    numeric,
    choices,
    nodes,
    groups,
    changes,
    interface,
    ranges,
    texts,
    vectors,
    controls,
    formats,
)


def _classes() -> dict[str, Any]:
    found = {}
    for source in _MODELS:
        for name, value in vars(source).items():
            if isinstance(value, type) and value.__module__ == "nuke" and name in models.stubs:
                found[name] = value
    return found


class _Nodes:
    """nuke.nodes: makes nodes without a panel, and connects nothing."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __getattr__(self, class_name: str) -> Any:
        def made(**knobs: Any) -> Any:
            refuse_other_thread(f"nodes.{class_name}")
            inputs = knobs.pop("inputs", [])
            node = self._app.population.make(class_name, self._app.group, numbered=True)
            for name, value in knobs.items():
                node[name].setValue(value)
            for index, upstream in enumerate(inputs):
                node.setInput(index, upstream)
            self._app.population.created(node)
            return node

        if class_name not in classes.CLASSES:
            raise breach(NotModelled(f"the node class {class_name}"))
        return made


def nukescripts(app: Any) -> dict[str, ModuleType]:
    """`nukescripts` and its modules, as far as they are used."""
    whole = ModuleType("nukescripts", "A fake.")
    made = panels.module(app)
    whole.panels = made  # type: ignore[attr-defined]
    return {"nukescripts": whole, "nukescripts.panels": made}
