"""A workflow's form as a node keeps it: plain facts, saved as JSON text with the scene."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from typing import Any, TypeVar, Union

JsonValue = Union[None, bool, int, float, str, list[Any], dict[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True)
class Input:
    """A file that goes into a job."""

    id: str
    label: str = ""
    help: str = ""
    group: str = ""
    kind: str = "image"  # image, mask (white means "change this") or data; may grow
    required: bool = True
    frames: bool = False  # takes a list of pictures, one per frame
    multiple: int = 1  # width and height should be a multiple of it, in pixels
    loader: str = ""  # class of the ComfyUI node that reads it; "" is unknown

    @property
    def is_picture(self) -> bool:
        """Whether a DCC exports it; else it is a file that the artist names."""
        return self.kind in ("image", "mask")


@dataclass(frozen=True)
class Param:
    """A value of a form: a knob in Nuke, a parm in Houdini."""

    id: str
    type: str  # int, float, text, bool, menu, seed or loras; may grow
    label: str = ""
    help: str = ""
    group: str = ""
    default: JsonValue = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    menu: tuple[str, ...] = ()
    models: str | None = None  # a kind of model: the menu is what the hosts had
    multiline: bool = False
    required: bool = False  # True: there is no default, a value must be given


@dataclass(frozen=True)
class Output:
    """A file or text that comes out of a job."""

    id: str
    label: str = ""
    help: str = ""
    kind: str = "image"  # image, video, audio, text, file or latent; may grow
    required: bool = True
    saver: str = ""  # class of the ComfyUI node that writes it; "" is unknown


@dataclass(frozen=True)
class Form:
    """Everything that one version of a published workflow asks for and gives back."""

    workflow: str
    version: int
    schema_hash: str  # changes when the form does, live menus aside
    title: str = ""
    description: str = ""
    inputs: tuple[Input, ...] = ()
    params: tuple[Param, ...] = ()
    outputs: tuple[Output, ...] = ()
    groups: tuple[str, ...] = ()  # in the order to show them
    available: bool = True  # False: no host could run it when it was read
    reason: str = ""  # one sentence why not

    @property
    def makes_text(self) -> bool:
        """Whether text is all that comes out."""
        return bool(self.outputs) and all(each.kind == "text" for each in self.outputs)

    def to_text(self) -> str:
        """JSON for a hidden string on the node."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=True)

    @classmethod
    def from_text(cls, text: str) -> Form:
        """What `to_text` wrote, by this version or another. Raises ValueError."""
        return _read(text)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Form:
        """A form of parsed JSON; fields that we do not know are left out."""
        own = _known(cls, found)
        own["inputs"] = tuple(Input(**_known(Input, each)) for each in found["inputs"])
        own["params"] = tuple(_param(each) for each in found["params"])
        own["outputs"] = tuple(Output(**_known(Output, each)) for each in found["outputs"])
        own["groups"] = tuple(found.get("groups", ()))
        return cls(**own)


@lru_cache(maxsize=64)
def _read(text: str) -> Form:
    """Nodes are asked for their forms again and again; a form is frozen, so it is one object."""
    try:
        return Form.from_json(json.loads(text))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a form: {error}") from error


def _param(found: Mapping[str, Any]) -> Param:
    own = _known(Param, found)
    own["menu"] = tuple(own.get("menu", ()))
    return Param(**own)


def _known(cls: type[Any], found: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(cls)}
    return {name: value for name, value in found.items() if name in names}
