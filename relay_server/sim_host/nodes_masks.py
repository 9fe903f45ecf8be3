"""The classes of the nodes that make and use masks."""

from __future__ import annotations

from . import masks
from .node import Input, NodeClass, number, pure
from .nodes_images import MAX_SIZE

_MASKS = "comfy_extras.nodes_mask"
_COMPOSITING = "comfy_extras.nodes_compositing"
_IMAGE = Input("image", "IMAGE")
_MASK = Input("mask", "MASK")


CLASSES = (
    NodeClass(
        "ImageCompositeMasked",
        pure(masks.composite),
        inputs=(
            Input("destination", "IMAGE"), Input("source", "IMAGE"),
            number("x", "INT", 0, 0, MAX_SIZE, 1), number("y", "INT", 0, 0, MAX_SIZE, 1),
            Input("resize_source", "BOOLEAN", {"default": False}),
            Input("mask", "MASK", optional=True),
        ),
        outputs=("IMAGE",),
        module=_MASKS,
    ),
    NodeClass(
        "MaskToImage",
        pure(masks.mask_to_image),
        inputs=(_MASK,),
        outputs=("IMAGE",),
        title="Convert Mask to Image",
        category="mask",
        module=_MASKS,
    ),
    NodeClass(
        "ImageToMask",
        pure(masks.image_to_mask),
        inputs=(_IMAGE, Input("channel", masks.CHANNELS)),
        outputs=("MASK",),
        title="Convert Image to Mask",
        category="mask",
        module=_MASKS,
    ),
    NodeClass(
        "ImageColorToMask",
        pure(masks.color_to_mask),
        inputs=(_IMAGE, number("color", "INT", 0, 0, 0xFFFFFF, 1, display="color")),
        outputs=("MASK",),
        category="mask",
        module=_MASKS,
    ),
    NodeClass(
        "SolidMask",
        pure(masks.solid_mask),
        inputs=(
            number("value", "FLOAT", 1.0, 0.0, 1.0, 0.01),
            number("width", "INT", 512, 1, MAX_SIZE, 1),
            number("height", "INT", 512, 1, MAX_SIZE, 1),
        ),
        outputs=("MASK",),
        category="mask",
        module=_MASKS,
    ),
    NodeClass(
        "InvertMask",
        pure(masks.invert_mask),
        inputs=(_MASK,),
        outputs=("MASK",),
        category="mask",
        module=_MASKS,
    ),
    NodeClass(
        "GrowMask",
        pure(masks.grow_mask),
        inputs=(
            _MASK, number("expand", "INT", 0, -MAX_SIZE, MAX_SIZE, 1),
            Input("tapered_corners", "BOOLEAN", {"default": True}),
        ),
        outputs=("MASK",),
        category="mask",
        module=_MASKS,
    ),
    NodeClass(
        "JoinImageWithAlpha",
        pure(masks.join_alpha),
        inputs=(_IMAGE, Input("alpha", "MASK")),
        outputs=("IMAGE",),
        title="Join Image with Alpha",
        category="mask/compositing",
        module=_COMPOSITING,
    ),
    NodeClass(
        "SplitImageWithAlpha",
        pure(masks.split_alpha),
        inputs=(_IMAGE,),
        outputs=("IMAGE", "MASK"),
        title="Split Image with Alpha",
        category="mask/compositing",
        module=_COMPOSITING,
    ),
)  # fmt: skip
