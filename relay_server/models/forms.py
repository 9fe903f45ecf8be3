"""Forms: what a published workflow asks a person for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, model_validator

from relay_server.models.common import Answer, JsonValue

ID = r"^[a-z][a-z0-9_]{0,63}$"


OutputKind = Literal["image", "video", "audio", "text", "file", "latent"]


def _text(description: str) -> WithJsonSchema:
    """Answered as a plain string, so that an older client can read a newer value."""
    return WithJsonSchema({"type": "string", "description": description}, mode="serialization")


class InputKind(StrEnum):
    """What an input file is: a picture, a mask (white means "change this"), or anything else."""

    IMAGE = "image"
    MASK = "mask"
    DATA = "data"


class ParamType(StrEnum):
    """The type of a param's value. A seed is an integer of 64 bits, or `"random"`; `loras` is a
    list of `{name, strength_model, strength_clip}`."""

    INT = "int"
    FLOAT = "float"
    TEXT = "text"
    BOOL = "bool"
    MENU = "menu"
    SEED = "seed"
    LORAS = "loras"


class Target(Answer):
    """The field of a node that an input or a param sets.

    For a param of type `loras`: a LoraLoader of the chain that the list replaces, or, as the only
    target, the loader behind whose MODEL and CLIP the chain is put. The field says nothing then.
    """

    node: str
    field: str


class FormInput(Answer):
    """A file that goes into a job."""

    id: str = Field(pattern=ID)
    label: str = ""
    help: str = ""
    group: str = ""
    kind: Annotated[InputKind, _text("image, mask or data; may grow.")] = InputKind.IMAGE
    required: bool = True
    frames: bool = Field(False, description="True: takes a list of pictures, one per frame.")
    multiple: int = Field(
        1, ge=1, description="Width and height should be a multiple of it, in pixels."
    )
    loader: str = Field(
        "", description="Class of the ComfyUI node that reads it; empty if that is not one class."
    )
    targets: list[Target] = Field(min_length=1)


class FormParam(Answer):
    """A value of a form: a knob in Nuke, a parm in Houdini."""

    id: str = Field(pattern=ID)
    label: str = ""
    help: str = ""
    group: str = ""
    type: Annotated[ParamType, _text("int, float, text, bool, menu, seed or loras; may grow.")]
    default: JsonValue | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    menu: list[str] = Field(default_factory=list)
    models: str | None = Field(
        None, description="A kind of model, such as `checkpoints`: the menu is what the hosts have."
    )
    multiline: bool = False
    required: bool = Field(False, description="True: there is no default, a value must be given.")
    targets: list[Target] = Field(min_length=1)


class FormOutput(Answer):
    """A file or text that comes out of a job."""

    id: str = Field(pattern=ID)
    label: str = ""
    help: str = ""
    kind: Annotated[OutputKind, _text("As `Output.type`; may grow.")] = "image"
    required: bool = True
    saver: str = Field(
        "", description="Class of the ComfyUI node that writes it; empty if there is none."
    )
    node: str


class Form(Answer):
    """Everything that a workflow asks for and gives back, in the order to show it."""

    title: str
    description: str = ""
    inputs: list[FormInput] = Field(default_factory=list)
    params: list[FormParam] = Field(default_factory=list)
    outputs: list[FormOutput] = Field(default_factory=list)
    groups: list[str] = Field(default_factory=list, description="In the order to show them.")
    time_limit: Annotated[float | None, Field(ge=0, description="Seconds; 0 is no limit.")] = None
    max_running: int | None = Field(
        None, ge=1, description="Most jobs of this workflow on hosts at once; none is no limit."
    )

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Form:
        for group in (self.inputs, self.params, self.outputs):
            ids = [item.id for item in group]
            twice = {i for i in ids if ids.count(i) > 1}
            if twice:
                raise ValueError(f"the id {sorted(twice)[0]!r} is used twice in the form")
        return self
