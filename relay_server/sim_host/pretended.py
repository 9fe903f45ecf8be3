"""Pretended models, and what the loaders and the conditioning nodes make of them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace

from .resize import Floats

PIXEL_SPACE = "pixel_space"
"""The VAE that every host offers, since it is none."""

_FACTOR = re.compile(r"(\d)x|x(\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Lora:
    """One LoRA on the way, with its two strengths."""

    name: str
    model: float
    clip: float


@dataclass(frozen=True)
class Model:
    """What a loader gives as MODEL and CLIP."""

    checkpoint: str
    loras: tuple[Lora, ...] = ()
    min_cfg: float | None = None
    """Of the first frame of a video; None if all have the same."""


@dataclass(frozen=True)
class Vae:
    """A VAE by its file, or by its checkpoint's."""

    name: str


@dataclass(frozen=True)
class ClipVision:
    """The part of a video model that sees the first frame."""

    name: str


@dataclass(frozen=True)
class Upscaler:
    """An upscale model. Its name tells the factor, as those of real ones do."""

    name: str

    @property
    def factor(self) -> int:
        """4 for `4x_sharp.pth` and `Sharp_x4.pth`, and for a name that does not say."""
        found = _FACTOR.search(self.name)
        return int(found[1] or found[2]) if found else 4


@dataclass(frozen=True)
class Picture:
    """Images as a part of something that is compared; their digest stands for them."""

    digest: str
    images: Floats = field(repr=False, compare=False)

    @classmethod
    def of(cls, images: Floats) -> Picture:
        """(batch, height, width, channels)."""
        return cls(
            hashlib.sha256(images.tobytes() + repr(images.shape).encode()).hexdigest(), images
        )


@dataclass(frozen=True)
class Control:
    """A picture that shapes what is sampled."""

    net: str
    picture: Picture
    strength: float
    start: float
    end: float

    @property
    def weight(self) -> float:
        """How much it says, 0 to 1: strength, and the part of the steps in which it speaks."""
        return min(1.0, self.strength * max(0.0, self.end - self.start))


@dataclass(frozen=True)
class Motion:
    """A still that a video model sets in motion."""

    still: Picture
    amount: int  # the motion bucket, 1 to 1023
    fps: int
    augmentation: float


@dataclass(frozen=True)
class Conditioning:
    """An encoded text, with the CLIP that encoded it, and pictures that go along."""

    text: str
    clip: Model
    controls: tuple[Control, ...] = ()
    motion: Motion | None = None


@dataclass(frozen=True)
class Brief:
    """All that decides how a picture looks. Two equal briefs give equal pictures."""

    model: Model
    positive: Conditioning
    negative: Conditioning
    seed: int
    steps: int
    cfg: float
    sampler: str
    scheduler: str
    denoise: float


def load_checkpoint(ckpt_name: str) -> tuple[Model, Model, Vae]:
    """MODEL, CLIP and VAE of a checkpoint."""
    return Model(ckpt_name), Model(ckpt_name), Vae(ckpt_name)


def load_video_checkpoint(ckpt_name: str) -> tuple[Model, ClipVision, Vae]:
    """MODEL, CLIP_VISION and VAE of a checkpoint that starts from a picture."""
    return Model(ckpt_name), ClipVision(ckpt_name), Vae(ckpt_name)


def load_diffusion_model(unet_name: str, weight_dtype: str) -> Model:
    """MODEL alone."""
    return Model(unet_name)


def load_clip(clip_name: str, type: str, device: str = "default") -> Model:  # noqa: A002
    """CLIP alone."""
    return Model(clip_name)


def load_lora(
    model: Model, clip: Model, lora_name: str, strength_model: float, strength_clip: float
) -> tuple[Model, Model]:
    """Both with the LoRA on top; with no strength, both as they are."""
    if strength_model == 0 and strength_clip == 0:
        return model, clip
    lora = Lora(lora_name, strength_model, strength_clip)
    return replace(model, loras=(*model.loras, lora)), replace(clip, loras=(*clip.loras, lora))


def load_lora_of_model(model: Model, lora_name: str, strength_model: float) -> Model:
    """The model with the LoRA on top; with no strength, as it is."""
    return load_lora(model, model, lora_name, strength_model, 0)[0]


def encode_text(text: str, clip: Model) -> Conditioning:
    """A text, ready for the sampler."""
    return Conditioning(text, clip)


def guided(model: Model, min_cfg: float) -> Model:
    """A video model whose guidance grows from the first frame to the last."""
    return replace(model, min_cfg=min_cfg)


def controlled(
    positive: Conditioning,
    negative: Conditioning,
    control_net: str,
    image: Floats,
    strength: float,
    start_percent: float,
    end_percent: float,
    vae: Vae | None = None,
) -> tuple[Conditioning, Conditioning]:
    """Both with the control picture; with no strength, both as they are."""
    if strength == 0:
        return positive, negative
    control = Control(control_net, Picture.of(image), strength, start_percent, end_percent)
    with_it = [replace(each, controls=(*each.controls, control)) for each in (positive, negative)]
    return with_it[0], with_it[1]
