"""What the latent nodes and the sampler compute: latents that are simply pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .imagefiles import eight_bit
from .masks import grown, repeated
from .node import NodeCall, NodeResult, Preview
from .pictures import film, labelled, noise, paint
from .pretended import Brief, ClipVision, Conditioning, Model, Motion, Picture, Vae
from .resize import Floats, resized, resized_mask

CELL = 8
"""Pixels along one side of a latent's cell."""


@dataclass(frozen=True)
class Latent:
    """A pretend latent: simply the pixels it stands for."""

    pixels: Floats
    noise_mask: Floats | None = None
    """Where the sampler may change something; None is everywhere."""
    sampled: bool = False
    """Whether the pretend model made it."""


def empty_latent(width: int, height: int, batch_size: int = 1) -> Latent:
    """Grey, its sides cut to whole cells."""
    return Latent(np.full((batch_size, *_whole(height, width), 3), 0.5, np.float32))


def encode(pixels: Floats, vae: Vae) -> Latent:
    """The picture's middle, its sides cut to whole cells."""
    return Latent(_trimmed(pixels))


def encode_for_inpaint(pixels: Floats, vae: Vae, mask: Floats, grow_mask_by: int) -> Latent:
    """Grey where the mask is set; the sampler may change a little more than that."""
    height, width = pixels.shape[1:3]
    hole = np.round(_trimmed(resized_mask(mask, width, height)))
    kept = (_trimmed(pixels) - 0.5) * (1 - hole)[..., None] + 0.5
    return Latent(kept.astype(np.float32), noise_mask=grown(hole, grow_mask_by))


def encode_with_mask(
    positive: Conditioning,
    negative: Conditioning,
    vae: Vae,
    pixels: Floats,
    mask: Floats,
    noise_mask: bool = True,
) -> tuple[Conditioning, Conditioning, Latent]:
    """The texts, and the picture with what is behind the mask still in it."""
    height, width = pixels.shape[1:3]
    hole = _trimmed(resized_mask(mask, width, height)) if noise_mask else None
    return positive, negative, Latent(_trimmed(pixels), noise_mask=hole)


def set_noise_mask(samples: Latent, mask: Floats) -> Latent:
    """Lets the sampler change something only where the mask is set."""
    height, width = samples.pixels.shape[1:3]
    mask = mask.reshape(-1, *mask.shape[-2:])
    return replace(samples, noise_mask=resized_mask(mask, width, height))


def repeat(samples: Latent, amount: int) -> Latent:
    """The whole batch several times, its masks too."""
    pixels = np.tile(samples.pixels, (amount, 1, 1, 1))
    mask = samples.noise_mask
    if mask is not None and len(mask) > 1:
        mask = np.tile(repeated(mask, len(samples.pixels)), (amount, 1, 1))
    return replace(samples, pixels=pixels, noise_mask=mask)


def start_video(
    clip_vision: ClipVision,
    init_image: Floats,
    vae: Vae,
    width: int,
    height: int,
    video_frames: int,
    motion_bucket_id: int,
    fps: int,
    augmentation_level: float,
) -> tuple[Conditioning, Conditioning, Latent]:
    """A still to set in motion, the same without it, and as many empty frames."""
    motion = Motion(Picture.of(init_image), motion_bucket_id, fps, augmentation_level)
    still = Conditioning("", Model(clip_vision.name), motion=motion)
    nothing = Conditioning("", Model(clip_vision.name))
    return still, nothing, empty_latent(width, height, video_frames)


def decode(samples: Latent, vae: Vae) -> Floats:
    """The pixels, labelled if the pretend model made them."""
    if not samples.sampled:
        return samples.pixels
    return np.stack([labelled(image) for image in samples.pixels])


def sample(call: NodeCall) -> NodeResult:
    """Paint, step by step. Shows progress, and previews if the host sends them."""
    latent: Latent = call.inputs["latent_image"]
    brief = brief_of(call)
    goal = _goal(brief, latent)
    preview = _previewer(call, brief, latent, goal[0]) if call.options.previews else None
    for step in range(1, brief.steps + 1):
        call.wait(call.options.step_s)
        call.progress(step, brief.steps, preview(step / brief.steps) if preview else None)
    return NodeResult((replace(latent, pixels=goal, sampled=True),))


def brief_of(call: NodeCall) -> Brief:
    """Every setting of the sampler that can change the picture."""
    inputs = call.inputs
    return Brief(
        model=inputs["model"],
        positive=inputs["positive"],
        negative=inputs["negative"],
        seed=inputs["seed"],
        steps=inputs["steps"],
        cfg=inputs["cfg"],
        sampler=inputs["sampler_name"],
        scheduler=inputs["scheduler"],
        denoise=inputs["denoise"],
    )


def _goal(brief: Brief, latent: Latent) -> Floats:
    count, height, width, _ = latent.pixels.shape
    motion = brief.positive.motion
    if motion is None:
        painted = np.stack([paint(brief, width, height, index) for index in range(count)])
    else:
        painted = film(brief, motion, width, height, count)
    mixed: Floats = latent.pixels + np.float32(brief.denoise) * (painted - latent.pixels)
    if latent.noise_mask is None:
        return mixed
    mask = repeated(latent.noise_mask, count)[..., None]
    return latent.pixels + mask * (mixed - latent.pixels)


def _previewer(
    call: NodeCall, brief: Brief, latent: Latent, goal: Floats
) -> Callable[[float], Preview]:
    height, width = (side // CELL for side in latent.pixels.shape[1:3])
    start = noise(brief, width, height)
    end = resized(goal[None], width, height, "area")[0]

    def preview(part: float) -> Preview:
        image = eight_bit(start + np.float32(part) * (end - start))
        return Preview(image, "JPEG", call.options.preview_size)

    return preview


def _whole(height: int, width: int) -> tuple[int, int]:
    return height // CELL * CELL, width // CELL * CELL


def _trimmed(images: Floats) -> Floats:
    height, width = images.shape[1:3]
    rows, columns = _whole(height, width)
    y, x = height % CELL // 2, width % CELL // 2
    return images[:, y : y + rows, x : x + columns]
