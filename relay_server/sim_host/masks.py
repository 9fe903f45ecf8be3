"""What the mask nodes compute. Pure functions of float32 arrays, 0 to 1.

Masks are (batch, height, width), images have channels behind that; top row first.
"""

from __future__ import annotations

import numpy as np

from .resize import Floats, resized, resized_mask

CHANNELS = ("red", "green", "blue", "alpha")


def invert_mask(mask: Floats) -> Floats:
    """What was kept is changed, and the other way round."""
    return np.float32(1.0) - mask


def mask_to_image(mask: Floats) -> Floats:
    """The mask as a grey picture."""
    return np.repeat(mask.reshape(-1, *mask.shape[-2:])[..., None], 3, axis=-1)


def image_to_mask(image: Floats, channel: str) -> Floats:
    """One channel, as it is. Raises IndexError for the alpha of a picture without one."""
    mask: Floats = image[..., CHANNELS.index(channel)]
    return mask


def color_to_mask(image: Floats, color: int) -> Floats:
    """1 where the picture has exactly this colour, 0xRRGGBB."""
    steps = np.round(np.clip(image, 0, 1) * 255).astype(np.int64)
    packed = (steps[..., 0] << 16) + (steps[..., 1] << 8) + steps[..., 2]
    mask: Floats = (packed == color).astype(np.float32)
    return mask


def solid_mask(value: float, width: int, height: int) -> Floats:
    """The same everywhere."""
    return np.full((1, height, width), value, np.float32)


def grow_mask(mask: Floats, expand: int, tapered_corners: bool) -> Floats:
    """Grown by so many pixels, or shrunk if negative; tapered corners are cut at 45 degrees."""
    mask = mask.reshape(-1, *mask.shape[-2:])
    pick = np.max if expand > 0 else np.min
    for _ in range(min(abs(expand), sum(mask.shape[-2:]))):
        mask = pick(_neighbours(mask, corners=not tapered_corners), axis=0)
    return mask


def join_alpha(image: Floats, alpha: Floats) -> Floats:
    """The picture with one minus the mask as its alpha."""
    count = min(len(image), len(alpha))
    height, width = image.shape[1:3]
    opaque = np.float32(1.0) - resized_mask(alpha, width, height)
    return np.concatenate((image[:count, ..., :3], opaque[:count, ..., None]), axis=-1)


def split_alpha(image: Floats) -> tuple[Floats, Floats]:
    """The colours, and one minus the alpha as a mask; zeros if there is none."""
    has_alpha = image.shape[-1] > len("RGB")
    opaque = image[..., 3] if has_alpha else np.ones(image.shape[:3], np.float32)
    return image[..., :3], np.float32(1.0) - opaque


def composite(
    destination: Floats,
    source: Floats,
    x: int,
    y: int,
    resize_source: bool,
    mask: Floats | None = None,
) -> Floats:
    """The source over the destination at (x, y), where the mask is 1 (None: everywhere)."""
    batch, height, width, _ = destination.shape
    if resize_source:
        source = resized(source, width, height, "bilinear")
    source = repeated(source, batch)
    rows, columns = source.shape[1:3]
    x, y = min(x, width), min(y, height)
    seen = (slice(None), slice(0, height - y), slice(0, width - x))
    cover = np.ones(source.shape[:3], np.float32)
    if mask is not None:
        cover = repeated(resized_mask(mask, columns, rows), batch)
    cover = cover[seen][..., None]
    result = destination.copy()
    below = result[:, y : y + rows, x : x + columns]
    result[:, y : y + rows, x : x + columns] = cover * source[seen] + (1 - cover) * below
    return result


def repeated(images: Floats, count: int) -> Floats:
    """Exactly `count` of the batch, from the start again when it runs out."""
    return images[np.arange(count) % len(images)]


def grown(mask: Floats, by: int) -> Floats:
    """A mask of zeros and ones, spread to a square of `by` pixels around each one."""
    if by == 0:
        return mask
    before = -(-(by - 1) // 2)
    for axis in (1, 2):
        pads = [(0, 0)] * 3
        pads[axis] = (before, before)
        wide = np.pad(mask, pads)
        size = mask.shape[axis]
        shifts = [np.take(wide, np.arange(i, i + size), axis, mode="clip") for i in range(by)]
        mask = np.max(shifts, axis=0)
    return mask


def _neighbours(mask: Floats, *, corners: bool) -> list[Floats]:
    """The mask moved by a pixel in every direction, and itself."""
    rows, columns = mask.shape[1:]
    wide = np.pad(mask, ((0, 0), (1, 1), (1, 1)), mode="edge")
    places = [(y, x) for y in range(3) for x in range(3) if corners or 1 in (y, x)]
    return [wide[:, y : y + rows, x : x + columns] for y, x in places]
