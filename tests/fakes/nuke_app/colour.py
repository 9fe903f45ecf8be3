"""Colour spaces: their names per colour management, and their curves. Gamuts are not modelled."""

from __future__ import annotations

from typing import Any

from .session import NotModelled

NUKE = ["linear", "sRGB", "rec709", "Cineon", "Gamma1.8", "Gamma2.2", "Gamma2.4", "Panalog",
        "REDLog", "ViperLog", "AlexaV3LogC", "PLogLin", "SLog", "SLog1", "SLog2", "SLog3", "CLog",
        "Log3G10", "Log3G12", "HybridLogGamma", "Protune", "BT1886", "st2084"]  # fmt: skip
OCIO = {
    "nuke-default": ["linear", "sRGB", "sRGBf", "rec709", "Cineon", "Gamma1.8", "Gamma2.2", "raw"],
    "aces_1.2": [
        "scene_linear\tscene_linear (ACES - ACEScg)",
        "color_picking\tcolor_picking (Output - sRGB)",
        "ACES - ACES2065-1", "ACES - ACEScg", "ACES - ACEScct",
        "Output - sRGB", "Output - Rec.709", "Utility - Raw", "Utility - Linear - sRGB",
        "Utility - Linear - Rec.709", "Utility - sRGB - Texture", "Utility - Curve - sRGB",
    ],
    "fn-nuke_cg-config-v1.0.0_aces-v1.3_ocio-v2.1": [
        "scene_linear\tscene_linear (ACEScg)",
        "ACEScg", "ACES2065-1", "Linear Rec.709 (sRGB)", "Raw",
        "sRGB - Texture", "sRGB Encoded Rec.709 (sRGB)",
    ],
    "custom": ["linear", "raw"],
}  # fmt: skip
_CURVED = {"sRGB", "sRGBf", "Output - sRGB", "Utility - sRGB - Texture", "Utility - Curve - sRGB",
           "color_picking", "sRGB - Texture", "sRGB Encoded Rec.709 (sRGB)"}  # fmt: skip
_STRAIGHT = {"linear", "raw", "scene_linear", "ACES - ACEScg", "ACES - ACES2065-1",
             "Utility - Raw", "ACEScg",
             "ACES2065-1", "Raw", "Linear Rec.709 (sRGB)", "Utility - Linear - sRGB",
             "Utility - Linear - Rec.709"}  # fmt: skip
_DEFAULTS = {
    "nuke-default": ("linear", "sRGB"),
    "aces_1.2": ("ACES - ACEScg", "Utility - sRGB - Texture"),
    "fn-nuke_cg-config-v1.0.0_aces-v1.3_ocio-v2.1": ("ACEScg", "sRGB - Texture"),
    "custom": ("linear", "raw"),
}


def items(management: str, config: str, file_type: str) -> list[str]:
    """What a colorspace knob offers; the first is the default of the file type."""
    linear, coded = ("linear", "sRGB") if management == "Nuke" else _DEFAULTS[config]
    named = NUKE if management == "Nuke" else OCIO[config]
    default = linear if file_type in ("exr", "hdr", " ", "") else coded
    return [f"default ({default})", *named]


def to_linear(pixels: Any, space: str) -> Any:
    """Code values to the working space."""
    from tests.fakes import pictures

    return pixels if _is_straight(space) else pictures.to_linear(pixels)


def from_linear(pixels: Any, space: str) -> Any:
    """The working space to code values."""
    from tests.fakes import pictures

    return pixels if _is_straight(space) else pictures.to_srgb(pixels)


def _is_straight(space: str) -> bool:
    if space.startswith("default ("):
        space = space[len("default (") : -1]
    if space in _STRAIGHT:
        return True
    if space in _CURVED:
        return False
    raise NotModelled(f"the curve of the colour space {space!r}")
