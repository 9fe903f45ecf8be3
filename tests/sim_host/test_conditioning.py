"""Latents, control pictures and films on their way to the sampler."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from relay_server.sim_host import pictures, pixels, pretended, sampling
from relay_server.sim_host.masks import mask_to_image
from relay_server.sim_host.pretended import Brief, ClipVision, Conditioning, Model, Vae
from relay_server.sim_host.resize import Floats

from .driver import Driver, Graph, node
from .test_sampling import text_to_image

VAE = Vae("x")
MODEL = Model("sim-landscape.safetensors")
TEXT = Conditioning("hills", MODEL)
BRIEF = Brief(MODEL, TEXT, TEXT, 1, 2, 7.0, "euler", "normal", 1.0)
RIGHT = np.repeat(np.array([[[0, 0, 0, 0, 1, 1, 1, 1]]], np.float32), 8, axis=1)


def controlled(image: Floats, strength: float = 1.0, start: float = 0, end: float = 1) -> Brief:
    positive, negative = pretended.controlled(TEXT, TEXT, "depth", image, strength, start, end)
    return replace(BRIEF, positive=positive, negative=negative)


def test_a_repeated_latent_repeats_its_masks() -> None:
    two = sampling.set_noise_mask(
        sampling.empty_latent(8, 8, 2), np.concatenate((RIGHT, 1 - RIGHT))
    )
    six = sampling.repeat(two, 3)
    assert six.pixels.shape == (6, 8, 8, 3)
    assert six.noise_mask is not None
    assert six.noise_mask[:, 0, 0].tolist() == [0, 1, 0, 1, 0, 1]


def test_one_mask_stays_one_for_all() -> None:
    latent = sampling.repeat(sampling.set_noise_mask(sampling.empty_latent(8, 8), RIGHT), 4)
    assert latent.noise_mask is not None
    assert len(latent.noise_mask) == 1


def test_a_noise_mask_is_scaled_to_the_latent() -> None:
    latent = sampling.set_noise_mask(sampling.empty_latent(32, 16), RIGHT)
    assert latent.noise_mask is not None
    assert latent.noise_mask.shape == (1, 16, 32)
    assert not latent.noise_mask[0, :, 0].any()
    assert latent.noise_mask[0, :, -1].all()


@pytest.mark.parametrize("masked", [True, False])
def test_inpaint_conditioning_keeps_the_picture_behind_the_mask(masked: bool) -> None:
    image = pixels.empty(16, 8, color=0x4080C0)
    _, _, latent = sampling.encode_with_mask(TEXT, TEXT, VAE, image, RIGHT, masked)
    assert (latent.pixels == image).all()
    assert (latent.noise_mask is not None) is masked


def test_a_control_picture_makes_its_bright_parts_brighter() -> None:
    plain = pictures.paint(BRIEF, 64, 64)
    shaped = pictures.paint(controlled(mask_to_image(RIGHT)), 64, 64)
    change = (shaped - plain).mean(axis=(0, 2))
    assert change[:24].max() < 0 < change[40:].max()


def test_a_control_picture_without_strength_is_none() -> None:
    assert controlled(pixels.empty(8, 8), strength=0.0) == BRIEF


def test_a_control_picture_that_speaks_for_no_step_says_nothing() -> None:
    (control,) = controlled(pixels.empty(8, 8), start=0.5, end=0.5).positive.controls
    assert control.weight == 0


def test_control_pictures_are_told_apart_by_their_pixels() -> None:
    one, two, same = (pixels.empty(8, 8, color=color) for color in (1, 2, 1))
    assert controlled(one) == controlled(same)
    assert controlled(one) != controlled(two)


def film(frames: int, motion: int, seed: int = 1) -> Floats:
    still = np.random.default_rng(1).random((1, 32, 48, 3)).astype(np.float32)
    positive, _, latent = sampling.start_video(
        ClipVision("v"), still, VAE, 48, 32, frames, motion, 6, 0.0
    )
    assert latent.pixels.shape == (frames, 32, 48, 3)
    assert positive.motion is not None
    brief = replace(BRIEF, positive=positive, seed=seed)
    return pictures.film(brief, positive.motion, 48, 32, frames)


def test_a_film_begins_with_its_still_and_moves_on() -> None:
    frames = film(4, 127)
    away = [float(np.abs(frame - frames[0]).mean()) for frame in frames]
    assert away[0] == 0 < min(away[1:])


def test_a_larger_bucket_moves_more_and_a_seed_elsewhere() -> None:
    assert (film(3, 127) == film(3, 127)).all()
    assert (film(3, 127)[2] != film(3, 500)[2]).any()
    assert (film(3, 127)[2] != film(3, 127, seed=2)[2]).any()


def apart() -> Graph:
    """Model, CLIP and VAE from a file each, and the LoRA on the model alone."""
    lora: dict[str, Any] = {"lora_name": "sim-ink.safetensors", "strength_model": 0.8}
    return text_to_image() | {
        "1": node("UNETLoader", unet_name="sim-unet.safetensors", weight_dtype="default"),
        "2": node("CLIPLoader", clip_name="sim-text.safetensors", type="sd3"),
        "4": node("VAELoader", vae_name="pixel_space"),
        "5": node("LoraLoaderModelOnly", model=["1", 0], **lora),
        "6": node("CLIPTextEncode", text="hills", clip=["2", 0]),
        "7": node("CLIPTextEncode", text="", clip=["2", 0]),
        "9": node("VAEDecode", samples=["3", 0], vae=["4", 0]),
    }


async def test_model_text_and_vae_may_come_from_files_of_their_own(host: Driver) -> None:
    (picture,) = await host.pictures(apart())
    other = apart()
    other["5"]["inputs"]["strength_model"] = 0.0
    (without_lora,) = await host.pictures(other)
    assert (picture != without_lora).any()
