"""The classes of the nodes that work on pictures and masks."""

from __future__ import annotations

from . import pixels
from .node import Input, NodeClass, number, pure
from .resize import METHODS

MAX_SIZE = 16384
MAX_BATCH = 4096
CROPS = ("disabled", "center")

_IMAGES = "comfy_extras.nodes_images"
_MASKS = "comfy_extras.nodes_mask"
_POST = "comfy_extras.nodes_post_processing"
_METHOD = Input("upscale_method", METHODS)


def _place(name: str, low: int = 0, default: int = 0, step: int = 1) -> Input:
    return number(name, "INT", default, low, MAX_SIZE, step)


def _image(name: str = "image") -> Input:
    return Input(name, "IMAGE")


def _mask(*, optional: bool = False) -> Input:
    return Input("mask", "MASK", optional=optional)


def _modes(name: str, options: tuple[str, ...]) -> Input:
    return Input(name, "COMBO", {"multiselect": False, "options": list(options)})


CLASSES = (
    NodeClass(
        "ImageScale",
        pure(pixels.scale),
        inputs=(
            _image(), _METHOD, _place("width", default=512), _place("height", default=512),
            Input("crop", CROPS),
        ),
        outputs=("IMAGE",),
        title="Upscale Image",
        category="image/upscaling",
    ),
    NodeClass(
        "ImageScaleBy",
        pure(pixels.scale_by),
        inputs=(_image(), _METHOD, number("scale_by", "FLOAT", 1.0, 0.01, 8.0, 0.01)),
        outputs=("IMAGE",),
        title="Upscale Image By",
        category="image/upscaling",
    ),
    NodeClass(
        "ImageInvert",
        pure(pixels.invert),
        inputs=(_image(),),
        outputs=("IMAGE",),
        title="Invert Image",
    ),
    NodeClass(
        "ImageBatch",
        pure(pixels.batch),
        inputs=(_image("image1"), _image("image2")),
        outputs=("IMAGE",),
        title="Batch Images",
    ),
    NodeClass(
        "ImagePadForOutpaint",
        pure(pixels.pad_for_outpaint),
        inputs=(
            _image(), _place("left", step=8), _place("top", step=8), _place("right", step=8),
            _place("bottom", step=8), _place("feathering", default=40),
        ),
        outputs=("IMAGE", "MASK"),
        title="Pad Image for Outpainting",
    ),
    NodeClass(
        "EmptyImage",
        pure(pixels.empty),
        inputs=(
            _place("width", low=1, default=512),
            _place("height", low=1, default=512),
            number("batch_size", "INT", 1, 1, MAX_BATCH),
            number("color", "INT", 0, 0, 0xFFFFFF, 1, display="color"),
        ),
        outputs=("IMAGE",),
    ),
    NodeClass(
        "ImageBlend",
        pure(pixels.blend),
        inputs=(
            _image("image1"), _image("image2"),
            number("blend_factor", "FLOAT", 0.5, 0.0, 1.0, 0.01),
            _modes("blend_mode", pixels.BLEND_MODES),
        ),
        outputs=("IMAGE",),
        category="image/postprocessing",
        module=_POST,
        new_style=True,
    ),
    NodeClass(
        "ImageBlur",
        pure(pixels.blur),
        inputs=(
            _image(),
            number("blur_radius", "INT", 1, 1, 31, 1),
            number("sigma", "FLOAT", 1.0, 0.1, 10.0, 0.1),
        ),
        outputs=("IMAGE",),
        category="image/postprocessing",
        module=_POST,
        new_style=True,
    ),
    NodeClass(
        "ImageSharpen",
        pure(pixels.sharpen),
        inputs=(
            _image(),
            number("sharpen_radius", "INT", 1, 1, 31, 1),
            number("sigma", "FLOAT", 1.0, 0.1, 10.0, 0.01),
            number("alpha", "FLOAT", 1.0, 0.0, 5.0, 0.01),
        ),
        outputs=("IMAGE",),
        category="image/postprocessing",
        module=_POST,
        new_style=True,
    ),
    NodeClass(
        "ImageCrop",
        pure(pixels.crop),
        inputs=(
            _image(), _place("width", low=1, default=512), _place("height", low=1, default=512),
            _place("x"), _place("y"),
        ),
        outputs=("IMAGE",),
        title="Image Crop",
        category="image/transform",
        module=_IMAGES,
    ),
    NodeClass(
        "RepeatImageBatch",
        pure(pixels.repeat),
        inputs=(_image(), number("amount", "INT", 1, 1, MAX_BATCH)),
        outputs=("IMAGE",),
        category="image/batch",
        module=_IMAGES,
    ),
    NodeClass(
        "ImageCompositeMasked",
        pure(pixels.composite),
        inputs=(
            _image("destination"), _image("source"), _place("x"), _place("y"),
            Input("resize_source", "BOOLEAN", {"default": False}), _mask(optional=True),
        ),
        outputs=("IMAGE",),
        module=_MASKS,
    ),
    NodeClass(
        "MaskToImage",
        pure(pixels.mask_to_image),
        inputs=(_mask(),),
        outputs=("IMAGE",),
        title="Convert Mask to Image",
        category="mask",
        module=_MASKS,
    ),
    NodeClass(
        "InvertMask",
        pure(pixels.invert_mask),
        inputs=(_mask(),),
        outputs=("MASK",),
        category="mask",
        module=_MASKS,
    ),
)  # fmt: skip
