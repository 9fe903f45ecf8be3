"""Node types and their words, as assets that Houdini saved have them. Nothing else may be used.

Read from the networks of SideFXLabs (TOP, SOP), deferred_diffusion and houdini-comfyui-bridge
(Copernicus 20.5 and 21, glTF). A count of None is as many as the node is wired for.
"""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    """One node type: its inputs at most, its outputs, its parms with their numbers of values."""

    inputs: int | None
    outputs: tuple[str, ...] | None
    parms: dict[str, int]
    menus: dict[str, tuple[str, ...]] = {}  # noqa: RUF012  a named tuple's default


def _ones(*names: str) -> dict[str, int]:
    return dict.fromkeys(names, 1)


SEEN = {
    ("Cop", "input"): Seen(0, None, {}),
    ("Cop", "output"): Seen(None, (), {}),
    ("Cop", "null"): Seen(1, ("output1",), _ones("outputs", "outputname1")),
    ("Cop", "file"): Seen(
        0, ("C",),
        {**_ones("source", "filename", "reload", "missingdata", "colorspace", "addaovs", "aovs",
                 "aov1", "type1", "precision1", "raw1", "border"), "missingcolor": 4},
        {"source": ("file",), "missingdata": ("error", "color"), "colorspace": ("ocio",),
         "type1": ("vector", "vector4", "float"), "precision1": ("default",)},
    ),
    ("Cop", "switch"): Seen(None, ("chosen",), _ones("input")),
    ("Cop", "switchifwired"): Seen(
        None, ("chosen",), _ones("rule"), {"rule": ("firstwire",)},
    ),
    ("Cop", "constant"): Seen(
        0, ("constant",),
        {**_ones("signature", "mask", "scopergba", "f1"), "f2": 2, "f3": 3, "f4": 4},
        {"signature": ("auto",)},
    ),
    ("Cop", "rop_image"): Seen(
        0, (),
        _ones("trange", "coppath", "copoutput", "setprecision", "precision", "colorconversion",
              "mkpath", "vm_image_exr_compression", "outputaovs", "aov1", "size1", "raw1",
              "useport1", "port1"),
        {"trange": ("off",), "precision": ("b32",), "colorconversion": ("ocio",),
         "vm_image_exr_compression": ("piz", "zips"), "size1": ("auto", "int16")},
    ),
    ("Top", "pythonprocessor"): Seen(
        1, ("output1",), _ones("pdg_workitemgeneration", "generate", "cooktask"),
        {"pdg_workitemgeneration": ("2", "3")},
    ),
    ("Top", "output"): Seen(1, (), _ones("outputidx")),
    ("Sop", "file"): Seen(
        0, ("output1",), _ones("filemode", "file", "reload", "missingframe", "loadtype"),
        {"filemode": ("read", "write"), "missingframe": ("error", "empty"),
         "loadtype": ("full", "info")},
    ),
    ("Sop", "gltf"): Seen(
        0, ("output1",),
        _ones("filename", "loadby", "geotype", "promotepointattrs", "materialassigns"),
        {"loadby": ("scene",), "geotype": ("flattenedgeo",)},
    ),
    ("Sop", "null"): Seen(1, ("output1",), {}),
    ("Sop", "switch"): Seen(None, ("output1",), _ones("input")),
    ("Sop", "xform"): Seen(1, ("output1",), {"scale": 1, "t": 3, "r": 3, "s": 3}),
    ("Sop", "error"): Seen(
        1, ("output1",), _ones("numerror", "errormsg1", "severity1", "enable1"),
        {"severity1": ("warn", "error", "message")},
    ),
    ("Sop", "output"): Seen(1, (), _ones("outputidx")),
}  # fmt: skip
