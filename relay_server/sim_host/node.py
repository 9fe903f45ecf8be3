"""What a node class is: one declaration from which `/object_info` and validation come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from .folders import Folders
from .graph import Graph
from .options import SimOptions


@dataclass(frozen=True)
class Preview:
    """A picture on its way to the websocket."""

    image: Image.Image
    format: str = "JPEG"
    max_size: int | None = None
    """Longest side it is scaled to, in pixels; None leaves it as it is."""


@dataclass(frozen=True)
class NodeCall:
    """One node about to run, with all that it may touch. On the execution thread."""

    node_id: str
    inputs: dict[str, Any]
    folders: Folders
    options: SimOptions
    session: str
    """Random per start of the host; names temporary files."""
    graph: Graph
    extra_pnginfo: dict[str, Any] | None
    progress: Callable[[float, float, Preview | None], None]
    """(value, total, preview). Raises Interrupted."""
    wait: Callable[[float], None]
    """Seconds. Raises HostStopped."""


@dataclass(frozen=True)
class NodeResult:
    """What a node gives to other nodes, and what it shows to the client."""

    outputs: tuple[Any, ...] = ()
    ui: dict[str, list[Any]] | None = None


@dataclass(frozen=True)
class Offered:
    """What the menus of this host offer right now."""

    options: SimOptions
    folders: Folders


Menu = Callable[[Offered], list[str]]
InputType = str | tuple[str, ...] | Menu


@dataclass(frozen=True)
class Input:
    """One input of a node class."""

    name: str
    type: InputType
    details: Mapping[str, Any] | None = None
    optional: bool = False

    def config(self, offered: Offered) -> tuple[Any, dict[str, Any]]:
        """(type, details) as ComfyUI's validation quotes it; a menu is a list of names."""
        if isinstance(self.type, str):
            kind: str | list[str] = self.type
        else:
            kind = list(self.type) if isinstance(self.type, tuple) else self.type(offered)
        return kind, dict(self.details or {})


@dataclass(frozen=True)
class NodeClass:
    """One class of nodes."""

    name: str
    run: Callable[[NodeCall], NodeResult]
    inputs: tuple[Input, ...] = ()
    outputs: tuple[str, ...] = ()
    output_names: tuple[str, ...] = ()
    """As ComfyUI shows them; empty if they are named like their types."""
    title: str | None = None
    category: str = "image"
    module: str = "nodes"
    description: str = ""
    tooltips: tuple[str, ...] = ()
    """Of the outputs."""
    is_output: bool = False
    saves_metadata: bool = False
    """Has the hidden inputs that carry the graph into files."""
    knows_itself: bool = False
    """Has the hidden input that tells a node its id."""
    checks_file: str | None = None
    """The input that must name a file; its menu is then not enforced."""
    changed: Callable[[Folders, dict[str, Any]], object] | None = field(default=None)
    """Signs what is outside of the graph; a new value makes the node run again."""
    experimental: bool = False
    new_style: bool = False
    """Declared with ComfyUI's newer schema, which `/object_info` shows in its own way."""

    def input(self, name: str) -> Input | None:
        """The input of that name; None if the class has none."""
        return next((i for i in self.inputs if i.name == name), None)

    def info(self, offered: Offered) -> dict[str, Any]:
        """The class as `/object_info` shows it."""
        inputs = self._inputs_info(offered)
        info: dict[str, Any] = {
            "input": inputs,
            "input_order": {section: list(names) for section, names in inputs.items()},
            "output": self.outputs,
            "output_is_list": [False] * len(self.outputs),
            "output_name": self.output_names or self.outputs,
        }
        if self.new_style:
            info["output_tooltips"] = [None] * len(self.outputs)
        info |= {
            "name": self.name,
            "display_name": self.title if self.new_style else self.title or self.name,
            "description": self.description,
            "python_module": self.module,
            "category": self.category,
            "output_node": self.is_output,
        }
        return info | self._last_info()

    def _last_info(self) -> dict[str, Any]:
        if self.new_style:
            return {"deprecated": False, "experimental": self.experimental, "api_node": False}
        return {"output_tooltips": self.tooltips} if self.tooltips else {}

    def _inputs_info(self, offered: Offered) -> dict[str, dict[str, Any]]:
        info: dict[str, dict[str, Any]] = {"required": {}}
        for item in self.inputs:
            section = info.setdefault("optional" if item.optional else "required", {})
            kind, details = item.config(offered)
            bare = item.details is None and not self.new_style
            section[item.name] = [kind] if bare else [kind, details]
        if self.knows_itself:
            info["hidden"] = {"unique_id": "UNIQUE_ID"}
        if self.saves_metadata:
            hidden = {"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"}
            info["hidden"] = {k: [v] for k, v in hidden.items()} if self.new_style else hidden
        return info


def pure(function: Callable[..., Any]) -> Callable[[NodeCall], NodeResult]:
    """A node from a function of its inputs that gives one output, or several as a tuple."""

    def run(call: NodeCall) -> NodeResult:
        result = function(**call.inputs)
        return NodeResult(result if isinstance(result, tuple) else (result,))

    return run


def number(
    name: str,
    kind: str,
    default: float,
    low: float,
    high: float,
    step: float | None = None,
    **more: Any,
) -> Input:
    """An INT or FLOAT with its bounds."""
    steps = {} if step is None else {"step": step}
    return Input(name, kind, {"default": default, "min": low, "max": high} | steps | more)


def told(name: str, kind: str, tooltip: str) -> Input:
    """An input of which there is only help to say."""
    return Input(name, kind, {"tooltip": tooltip})
