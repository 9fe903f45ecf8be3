"""The classes of the nodes that work on pictures."""

from __future__ import annotations

from . import pixels
from .edges import canny
from .node import Input, NodeClass, number, pure
from .resize import METHODS

MAX_SIZE = 16384
MAX_BATCH = 4096
CROPS = ("disabled", "center")

_IMAGES = "comfy_extras.nodes_images"
_POST = "comfy_extras.nodes_post_processing"
_METHOD = Input("upscale_method", METHODS)


def _place(name: str, low: int = 0, default: int = 0, step: int = 1) -> Input:
    return number(name, "INT", default, low, MAX_SIZE, step)


def _image(name: str = "image") -> Input:
    return Input(name, "IMAGE")


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
        "GetImageSize",
        pure(pixels.size),
        inputs=(_image(),),
        outputs=("INT", "INT", "INT"),
        output_names=("width", "height", "batch_size"),
        title="Get Image Size",
        module=_IMAGES,
        description="Returns width and height of the image, and passes it through unchanged.",
        knows_itself=True,
    ),
    NodeClass(
        "ImageRGBToYUV",
        pure(pixels.rgb_to_yuv),
        inputs=(_image(),),
        outputs=("IMAGE", "IMAGE", "IMAGE"),
        output_names=("Y", "U", "V"),
        category="image/batch",
        module="comfy_extras.nodes_morphology",
        new_style=True,
    ),
    NodeClass(
        "ImageYUVToRGB",
        pure(pixels.yuv_to_rgb),
        inputs=(_image("Y"), _image("U"), _image("V")),
        outputs=("IMAGE",),
        category="image/batch",
        module="comfy_extras.nodes_morphology",
        new_style=True,
    ),
    NodeClass(
        "ImageFromBatch",
        pure(pixels.part_of_batch),
        inputs=(
            _image(),
            number("batch_index", "INT", 0, 0, MAX_BATCH - 1),
            number("length", "INT", 1, 1, MAX_BATCH),
        ),
        outputs=("IMAGE",),
        category="image/batch",
        module=_IMAGES,
    ),
    NodeClass(
        "ImageScaleToTotalPixels",
        pure(pixels.scale_to_total),
        inputs=(
            _image(), _modes("upscale_method", METHODS),
            number("megapixels", "FLOAT", 1.0, 0.01, 16.0, 0.01),
        ),
        outputs=("IMAGE",),
        category="image/upscaling",
        module=_POST,
        new_style=True,
    ),
    NodeClass(
        "ImageUpscaleWithModel",
        pure(pixels.upscale_with_model),
        inputs=(Input("upscale_model", "UPSCALE_MODEL"), _image()),
        outputs=("IMAGE",),
        title="Upscale Image (using Model)",
        category="image/upscaling",
        module="comfy_extras.nodes_upscale_model",
    ),
    NodeClass(
        "Canny",
        pure(canny),
        inputs=(
            _image(),
            number("low_threshold", "FLOAT", 0.4, 0.01, 0.99, 0.01),
            number("high_threshold", "FLOAT", 0.8, 0.01, 0.99, 0.01),
        ),
        outputs=("IMAGE",),
        category="image/preprocessors",
        module="comfy_extras.nodes_canny",
        new_style=True,
    ),
)  # fmt: skip
