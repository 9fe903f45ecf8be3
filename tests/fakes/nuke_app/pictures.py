"""What each node class makes of its inputs' pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .files import RGBA, Box
from .session import NotModelled

RGB, ALPHA = RGBA[:3], RGBA[3]


class Picture:
    """Channels (name to float32 array, bottom row first) over a box, in a format."""

    def __init__(self, channels: dict[str, Any], box: Box, size: tuple[int, int]) -> None:
        self.channels, self.box, self.size = channels, box, size

    def over(self, box: Box) -> dict[str, Any]:
        """The channels over another box; black where there is nothing."""
        return {name: _moved(pixels, self.box, box) for name, pixels in self.channels.items()}

    def layer(self, name: str, box: Box) -> Any:
        """One channel over a box, black if it is not there."""
        pixels = self.channels.get(full_name(name))
        if pixels is None:
            return np.zeros((box[3] - box[1], box[2] - box[0]), np.float32)
        return _moved(pixels, self.box, box)

    def with_channels(self, changed: dict[str, Any]) -> Picture:
        return Picture({**self.channels, **changed}, self.box, self.size)

    def at(self, channel: str, x: int, y: int) -> float:
        return float(self.layer(channel, (x, y, x + 1, y + 1))[0, 0])


def black(size: tuple[int, int]) -> Picture:
    width, height = size
    channels = {name: np.zeros((height, width), np.float32) for name in RGBA}
    return Picture(channels, (0, 0, width, height), size)


def constant(size: tuple[int, int], colour: list[float]) -> Picture:
    width, height = size
    channels = {n: np.full((height, width), v, np.float32) for n, v in zip(RGBA, colour)}
    return Picture(channels, (0, 0, width, height), size)


def full_name(channel: str) -> str:
    """`alpha` is `rgba.alpha`."""
    return channel if "." in channel else f"rgba.{channel}"


def chosen(mask: str, picture: Picture) -> list[str]:
    """The channels that a channel mask names."""
    layers = {"rgba": RGBA, "rgb": RGB, "alpha": [ALPHA], "all": list(picture.channels)}
    names = [n for part in mask.split() for n in layers.get(part, [full_name(part)])]
    return [name for name in picture.channels if name in names]


def _moved(pixels: Any, here: Box, there: Box) -> Any:
    if here == there:
        return pixels
    result = np.zeros((there[3] - there[1], there[2] - there[0]), np.float32)
    x, y = max(here[0], there[0]), max(here[1], there[1])
    right, top = min(here[2], there[2]), min(here[3], there[3])
    if x < right and y < top:
        part = pixels[y - here[1] : top - here[1], x - here[0] : right - here[0]]
        result[y - there[1] : top - there[1], x - there[0] : right - there[0]] = part
    return result


def union(*boxes: Box) -> Box:
    return (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes),
            max(b[3] for b in boxes))  # fmt: skip


# The classes. Each gets its knobs at the frame, and its inputs.


def _checkerboard(knobs: Any, inputs: list[Picture]) -> Picture:
    width, height = knobs.size("format")
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    w, h = knobs.numbers("boxsize")
    odd = (x // w + y // h) % 2 == 1
    first, second = knobs.numbers("color0"), knobs.numbers("color1")
    channels = {
        name: np.where(odd, np.float32(b), np.float32(a)).astype(np.float32)
        for name, a, b in zip(RGBA, first, second)
    }
    return Picture(channels, (0, 0, width, height), (width, height))


def _constant(knobs: Any, inputs: list[Picture]) -> Picture:
    return constant(knobs.size("format"), knobs.numbers("color"))


def _crop(knobs: Any, inputs: list[Picture]) -> Picture:
    (source,) = inputs
    x, y, right, top = (round(number) for number in knobs.numbers("box"))
    box = (x, y, right, top)
    if knobs.number("intersect"):
        box = (max(x, source.box[0]), max(y, source.box[1]), min(right, source.box[2]),
               min(top, source.box[3]))  # fmt: skip
    channels = source.over(box)
    if not knobs.number("reformat"):
        return Picture(channels, box, source.size)
    return Picture(channels, (box[0] - x, box[1] - y, box[2] - x, box[3] - y), (right - x, top - y))


def _merge(knobs: Any, inputs: list[Picture]) -> Picture:
    below, above = inputs[0], inputs[1]
    box = union(below.box, above.box)
    a, b = above.layer("alpha", box), below.layer("alpha", box)
    rules: dict[str, Callable[[Any, Any], Any]] = {
        "over": lambda over, under: over + under * (1 - a),
        "under": lambda over, under: over * (1 - b) + under,
        "plus": lambda over, under: over + under,
        "multiply": lambda over, under: over * under,
        "copy": lambda over, under: over,
        "mask": lambda over, under: under * a,
        "stencil": lambda over, under: under * (1 - a),
        "in": lambda over, under: over * b,
        "max": np.maximum,
        "min": np.minimum,
    }
    rule = knobs.modelled("operation", rules)
    names = list(dict.fromkeys([*below.channels, *above.channels]))
    mixed = {n: rule(above.layer(n, box), below.layer(n, box)) for n in names}
    return Picture(mixed, box, below.size)


def _keymix(knobs: Any, inputs: list[Picture]) -> Picture:
    """Input 0 is B, 1 is A, 2 is the mask. Where the mask is 0 B stays as it is, bit for bit."""
    below, above, key = inputs
    box = union(below.box, above.box)
    mask = key.layer(knobs.text("maskChannel"), box)
    mask = (1 - mask if knobs.number("invertMask") else mask) * np.float32(knobs.number("mix"))
    mixed = dict(below.over(box))
    for name in chosen(knobs.text("channels"), below):
        a, b = above.layer(name, box), mixed[name]
        mixed[name] = np.where(mask == 0, b, np.where(mask == 1, a, a * mask + b * (1 - mask)))
    return Picture(mixed, box, below.size)


def _copy(knobs: Any, inputs: list[Picture]) -> Picture:
    """Channels of input 1, A, into input 0, B."""
    below, above = inputs
    made = {
        full_name(knobs.text(f"to{n}")): above.layer(knobs.text(f"from{n}"), below.box)
        for n in range(4)
        if knobs.text(f"from{n}") != "none" and knobs.text(f"to{n}") != "none"
    }
    return below.with_channels(made)


def _premult(knobs: Any, inputs: list[Picture]) -> Picture:
    (source,) = inputs
    alpha = source.layer(knobs.text("alpha"), source.box)
    names = [n for n in chosen(knobs.text("channels"), source) if n != ALPHA]
    return source.with_channels({n: source.channels[n] * alpha for n in names})


def _unpremult(knobs: Any, inputs: list[Picture]) -> Picture:
    (source,) = inputs
    alpha = source.layer(knobs.text("alpha"), source.box)
    safe = np.where(alpha == 0, np.float32(1), alpha)
    names = [n for n in chosen(knobs.text("channels"), source) if n != ALPHA]
    return source.with_channels({n: source.channels[n] / safe for n in names})


def _shuffle(knobs: Any, inputs: list[Picture]) -> Picture:
    source, layer = inputs[0], knobs.text("in")
    made = {}
    for letter, name in zip(("red", "green", "blue", "alpha"), RGBA):
        made[name] = _source(source, knobs.text(letter), layer)
    return source.with_channels(made)


def _source(source: Picture, wanted: str, layer: str) -> Any:
    zeros = source.layer("nothing.here", source.box)
    if wanted in ("black", "white"):
        return zeros + np.float32(wanted == "white")
    if layer in ("rgb", "rgba"):
        return source.layer(f"rgba.{wanted}", source.box)
    if layer == "alpha":
        return source.layer(ALPHA, source.box)
    return source.layer(layer if "." in layer else f"{layer}.{wanted}", source.box)


def _shuffle2(knobs: Any, inputs: list[Picture]) -> Picture:
    """`mappings` is a count, then per channel: source, its input and place, target and its own."""
    words = knobs.text("mappings").split()
    if not words:
        return inputs[0]
    sides = [inputs["BA".index(knobs.text(n))] for n in ("fromInput1", "fromInput2")]
    made = {}
    for at in range(1, len(words), 6):
        name, side, _place, target = words[at : at + 4]
        source = sides[max(int(side), 0)]
        plain = name in ("black", "white")
        box = inputs[0].box
        made[target] = _source(inputs[0], name, "rgba") if plain else source.layer(name, box)
    return inputs[0].with_channels(made)


def _reformat(knobs: Any, inputs: list[Picture]) -> Picture:
    (source,) = inputs
    size, resize = target_size(knobs, source.size), knobs.text("resize")
    if resize == "none":
        across, up = size[0] - source.size[0], size[1] - source.size[1]
        x, y = (across // 2, up // 2) if knobs.number("center") else (0, 0)
        box = source.box[0] + x, source.box[1] + y, source.box[2] + x, source.box[3] + y
        moved = Picture(source.channels, box, size)
        return Picture(moved.over((0, 0, *size)), (0, 0, *size), size)
    ratios = size[0] / source.size[0], size[1] / source.size[1]
    one = {"width": ratios[0], "height": ratios[1], "fit": min(ratios), "fill": max(ratios)}
    scale = ratios if resize == "distort" else (one[resize], one[resize])
    return scaled(source, scale, size)


def target_size(knobs: Any, size: tuple[int, int]) -> tuple[int, int]:
    kind = knobs.text("type")
    if kind == "to format":
        wanted: tuple[int, int] = knobs.size("format")
        return wanted
    if kind == "to box":
        width, height = round(knobs.number("box_width")), round(knobs.number("box_height"))
        return (
            (width, height)
            if knobs.number("box_fixed")
            else (width, round(size[1] * width / size[0]))
        )
    return round(size[0] * knobs.number("scale")), round(size[1] * knobs.number("scale"))


def scaled(source: Picture, scale: tuple[float, float], size: tuple[int, int]) -> Picture:
    """Scaled about the middle, each pixel its nearest one: Nuke's filters are not modelled."""
    whole = source.over((0, 0, *source.size))
    x = (np.arange(size[0]) + 0.5 - size[0] / 2) / scale[0] + source.size[0] / 2
    y = (np.arange(size[1]) + 0.5 - size[1] / 2) / scale[1] + source.size[1] / 2
    columns = np.clip(x.astype(int), 0, source.size[0] - 1)
    rows = np.clip(y.astype(int), 0, source.size[1] - 1)
    outside = ((x < 0) | (x >= source.size[0]))[None, :] | ((y < 0) | (y >= source.size[1]))[
        :, None
    ]
    channels = {
        name: np.where(outside, np.float32(0), pixels[np.ix_(rows, columns)])
        for name, pixels in whole.items()
    }
    return Picture(channels, (0, 0, *size), size)


def _grade(knobs: Any, inputs: list[Picture]) -> Picture:
    (source,) = inputs
    made = {}
    for index, name in enumerate(RGBA):
        if name not in chosen(knobs.text("channels"), source):
            continue
        low, high, lift, gain, times, plus, gamma = (
            knobs.numbers(knob)[index]
            for knob in ("blackpoint", "whitepoint", "black", "white", "multiply", "add", "gamma")
        )
        slope = times * (gain - lift) / (high - low)
        value = source.channels[name] * slope + (plus + lift - slope * low)
        value = np.sign(value) * np.abs(value) ** (1 / gamma) if gamma != 1 else value
        made[name] = np.float32(np.maximum(value, 0) if knobs.number("black_clamp") else value)
    return source.with_channels(made)


def _transform(knobs: Any, inputs: list[Picture]) -> Picture:
    (source,) = inputs
    x, y = knobs.numbers("translate")
    if x != round(x) or y != round(y):
        raise NotModelled("a Transform by parts of a pixel")
    left, bottom, right, top = source.box
    box = (left + round(x), bottom + round(y), right + round(x), top + round(y))
    return Picture(source.channels, box, source.size)


def _same(knobs: Any, inputs: list[Picture]) -> Picture:
    return inputs[0]


OPERATORS: dict[str, Callable[[Any, list[Picture]], Picture]] = {
    "CheckerBoard2": _checkerboard,
    "Constant": _constant,
    "Copy": _copy,
    "Crop": _crop,
    "Dot": _same,
    "Grade": _grade,
    "Keymix": _keymix,
    "Merge2": _merge,
    "NoOp": _same,
    "Output": _same,
    "Premult": _premult,
    "Reformat": _reformat,
    "Shuffle": _shuffle,
    "Shuffle2": _shuffle2,
    "Transform": _transform,
    "Unpremult": _unpremult,
    "Viewer": _same,
    "Write": _same,
}
