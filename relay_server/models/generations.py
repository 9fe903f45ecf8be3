"""A picture without a published workflow: the relay makes the graph."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from relay_server.models.common import Request
from relay_server.models.jobs import InputFile, JobOptions

MOST_LORAS = 64


def _number(value: Any) -> Any:
    """Text and true are no numbers here, whatever else could be made of them."""
    if isinstance(value, bool | str):
        raise ValueError("it must be a number")
    return value


Whole = Annotated[int, BeforeValidator(_number)]
Number = Annotated[float, BeforeValidator(_number)]
Side = Annotated[Whole, Field(ge=16, le=16384, multiple_of=8)]
Strength = Annotated[Number, Field(ge=-100, le=100)]
Seed = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})]


class Lora(Request):
    """A LoRA and how much of it."""

    name: str = Field(min_length=1, description="As `GET /relay/v1/models/loras` lists it.")
    strength_model: Strength = 1.0
    strength_clip: Strength | None = Field(None, description="None: as `strength_model`.")


class GenerationCreate(JobOptions):
    """What a picture is made of. An image makes it a variation, and a mask a change of a part."""

    prompt: str
    negative_prompt: str = ""
    checkpoint: str = Field(
        min_length=1, description="As `GET /relay/v1/models/checkpoints` lists it."
    )
    loras: Annotated[list[Lora], Field(max_length=MOST_LORAS)] = Field(default_factory=list)
    width: Side | None = Field(
        None, description="Pixels; none is 1024, or with an image what its own size gives."
    )
    height: Side | None = Field(None, description="As `width`.")
    batch: Annotated[Whole, Field(ge=1, le=64)] = 1
    seed: Seed = Field("random", description="0 to 2^64-1, also as text; or `random`.")
    steps: Annotated[Whole, Field(ge=1, le=10000)] = 20
    cfg: Annotated[Number, Field(ge=0, le=100)] = 7.0
    sampler: str = "euler"
    scheduler: str = "normal"
    denoise: Annotated[Number, Field(ge=0, le=1)] = 1.0
    vae: str | None = Field(None, min_length=1, description="None: that of the checkpoint.")
    image: InputFile | None = Field(None, description="A picture to begin with.")
    mask: InputFile | None = Field(None, description="White is made anew. Needs an image.")
    grow_mask: Annotated[Whole, Field(ge=0, le=64)] = Field(6, description="Pixels.")

    @model_validator(mode="after")
    def _mask_of_an_image(self) -> GenerationCreate:
        if self.mask is not None and self.image is None:
            raise ValueError("a `mask` needs an `image`")
        return self
