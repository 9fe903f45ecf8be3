"""Which file goes for an input, and how a result is to be read back.

A stock ComfyUI is 8-bit: LoadImage cuts 16-bit colour to 8 bits and turns 16-bit grey white,
SaveImage writes 8 bits. So float goes only through a workflow whose every picture is loaded and
saved by nodes that are known to leave values alone, and that a host has.
"""

from __future__ import annotations

from dataclasses import dataclass

from .form import Form, Input, Output

FLOAT_LOADERS = frozenset({"ComfyRelayLoadEXR"})
"""Classes that read an EXR, and nothing else, into the values that it has."""

FLOAT_SAVERS = frozenset({"ComfyRelaySaveEXR"})
"""Classes that write the values that they are given to an EXR, and name it as an output.

Looked at and left out, for what they do to values or because a relay can neither give them a file
nor get one: LoadEXR and SaveEXR of ComfyUI-HQ-Image-Save (the path is a free text, a tone curve is
a setting of the node, what is saved is not told), LoadExr and SaverNode of ComfyUI-CoCoTools_IO
(a free path; cuts values to 0 to 1 and tells only of its preview), SaveImageAdvanced of newer
ComfyUI (its format and curve are settings of the node).
"""

RGB = ("R", "G", "B")
RGBA = (*RGB, "A")


@dataclass(frozen=True)
class Sending:
    """The file that goes for an input."""

    format: str  # exr, png; file: whatever was chosen, as it is
    depth: str  # 32f, 16f, 8 or 16; "" for a file
    colour: str  # raw: the numbers as they are; sRGB: encoded for display
    channels: tuple[str, ...]  # what the file has; a mask stands in all of them
    unpremultiply: bool  # colour that is premultiplied is divided by alpha before it is encoded
    words: str  # for the node: "sends 8-bit PNG, sRGB"

    @property
    def suffix(self) -> str:
        """Of the file's name; "" for a file as it is."""
        return "" if self.format == "file" else f".{self.format}"


@dataclass(frozen=True)
class Reading:
    """How a result's picture is to be read."""

    colour: str  # raw or sRGB, as in Sending
    premultiply: bool  # colour was divided: multiply it by alpha after it is decoded


def sending(form: Form, wanted: Input, depth: str = "32f", alpha: bool = False) -> Sending:
    """What goes for an input of a form.

    `depth` is what float goes as, 32f or 16f. `alpha` sends an image's alpha to a stock loader
    too, which makes a mask of it; without it colour goes as it stands, over black. Pure and quick.
    """
    if wanted.kind == "mask":
        return _mask(wanted, depth)
    if wanted.kind != "image":
        return Sending("file", "", "raw", (), False, "sends the file as it is")
    if goes_float(form):
        return _exr(depth, "raw", RGBA)
    if wanted.loader in FLOAT_LOADERS:
        # It reads nothing else, but what is made of its values ends in 8 bits.
        return _exr("16f", "sRGB", RGBA if alpha else RGB)
    return _png("sRGB", RGBA if alpha else RGB)


def reading(form: Form, output: Output, alpha: bool = False) -> Reading:
    """How a result of the form is read. Ask with the form and `alpha` that the inputs were sent
    with, and keep the answer with the job: what a host has may change meanwhile."""
    if output.kind == "image" and goes_float(form):
        return Reading("raw", premultiply=False)
    return Reading("sRGB", premultiply=alpha)


def goes_float(form: Form) -> bool:
    """Whether values go through the workflow as they are: all image inputs have float loaders, all
    image outputs float savers, there is one of each, and a host has them."""
    loaders = [each.loader for each in form.inputs if each.kind == "image"]
    savers = [each.saver for each in form.outputs if each.kind == "image"]
    if not (form.available and loaders and savers):
        return False
    return FLOAT_LOADERS.issuperset(loaders) and FLOAT_SAVERS.issuperset(savers)


def _mask(wanted: Input, depth: str) -> Sending:
    if wanted.loader in FLOAT_LOADERS:
        return _exr(depth, "raw", RGBA, "mask, white changes")
    return _png("raw", RGB, "mask, white changes")


def _exr(depth: str, colour: str, channels: tuple[str, ...], what: str = "") -> Sending:
    bits = {"32f": "32-bit", "16f": "16-bit"}[depth]
    encoded = colour != "raw" and "A" in channels
    return Sending("exr", depth, colour, channels, encoded, f"sends {bits} EXR, {what or colour}")


def _png(colour: str, channels: tuple[str, ...], what: str = "") -> Sending:
    words = f"sends 8-bit PNG, {what or colour}"
    return Sending("png", "8", colour, channels, "A" in channels, words)
