"""Models that the hosts have: checkpoints, LoRAs and the like."""

from __future__ import annotations

from pydantic import Field

from relay_server.models.common import Answer


class ModelName(Answer):
    """A model, and who has it."""

    name: str = Field(description="With `/` between folders, whatever the host uses.")
    hosts: list[str] = Field(description="Names of the hosts that have it.")


class ModelKind(Answer):
    """All models of a kind."""

    kind: str = Field(description="checkpoints, loras, vae, controlnet, upscale_models, ...")
    models: list[ModelName]


class ModelKinds(Answer):
    """All models, by kind."""

    kinds: list[ModelKind]
