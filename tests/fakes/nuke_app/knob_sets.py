"""The knobs of each node class with their defaults, as far as scripts of ours touch them."""

from __future__ import annotations

from collections.abc import Callable

from .choices import Channel_Knob, ChannelMask_Knob, Enumeration_Knob
from .controls import Obsolete_Knob, PyScript_Knob, PythonKnob, Script_Knob
from .formats import Format_Knob, MultiView_Knob
from .knobs import FLAGS, Knob
from .numeric import Array_Knob, Boolean_Knob, ColorChip_Knob, Disable_Knob, Double_Knob, Int_Knob
from .texts import EvalString_Knob, File_Knob, Multiline_Eval_String_Knob, String_Knob
from .vectors import AColor_Knob, BBox_Knob, WH_Knob

Make = Callable[[], list[Knob]]

HD = "1920 1080 0 0 1920 1080 1 HD_1080"
FORMATS = ("2048 1556 0 0 2048 1556 1 2K_Super_35(full-ap)", HD,
           "3840 2160 0 0 3840 2160 1 UHD_4K", "256 256 0 0 256 256 1 square_256",
           "1024 1024 0 0 1024 1024 1 square_1K")  # fmt: skip
EXR_COMPRESSIONS = ["none", "Zip (1 scanline)", "Zip (16 scanlines)", "PIZ Wavelet (32 scanlines)",
                    "RLE", "B44", "B44A", "DWAA", "DWAB"]  # fmt: skip
METADATA = ["no metadata", "default metadata", "default metadata and exr/*",
            "all metadata except input/*", "all metadata"]  # fmt: skip
FILE_TYPES = [" ", "cin", "dpx", "exr", "hdr", "jpeg", "mov", "png", "sgi", "targa", "tiff"]
OPERATIONS = ["atop", "average", "color-burn", "color-dodge", "conjoint-over", "copy",
              "difference", "disjoint-over", "divide", "exclusion", "from", "geometric",
              "hard-light", "hypot", "in", "mask", "matte", "max", "min", "minus", "multiply",
              "out", "over", "overlay", "plus", "screen", "soft-light", "stencil", "under",
              "xor"]  # fmt: skip
FILTERS = ["impulse", "Cubic", "Keys", "Simon", "Rifman", "Mitchell", "Parzen", "Notch",
           "Lanczos4", "Lanczos6", "Sinc4"]  # fmt: skip
ON_ERROR = ["error", "black", "checkerboard", "nearest frame"]
PYTHON = ("knobChanged", "onCreate", "onDestroy", "updateUI")


def of_exr() -> list[Knob]:
    return [
        Enumeration_Knob("datatype", None, ["16 bit half", "32 bit float"]),
        Enumeration_Knob("compression", None, EXR_COMPRESSIONS),
        Boolean_Knob("autocrop"),
        Enumeration_Knob("metadata", None, METADATA),
        Boolean_Knob("write_full_layer_names", "write full layer names"),
        Boolean_Knob("standard_layer_name_format", "standard layer name format"),
    ]


def of_png() -> list[Knob]:
    return [Enumeration_Knob("datatype", "data type", ["8 bit", "16 bit"])]


FILE_KNOBS: dict[str, Make] = {"exr": of_exr, "png": of_png}
"""What a Write has only after its `file_type` is known."""


def of_every_node(pictures: bool) -> list[Knob]:
    """The Node tab, and the hidden knobs with Python."""
    hidden: list[Knob] = [PythonKnob(name) for name in PYTHON]
    for knob in hidden:
        knob._flags |= FLAGS["INVISIBLE"]
    rest: list[Knob] = [Disable_Knob("disable")] if pictures else []
    return [
        *hidden,
        String_Knob("help"),
        EvalString_Knob("autolabel"),
        ColorChip_Knob("tile_color"),
        ColorChip_Knob("gl_color"),
        EvalString_Knob("label"),
        String_Knob("note_font"),
        Double_Knob("note_font_size", None, 11),
        ColorChip_Knob("note_font_color"),
        Boolean_Knob("selected"),
        Boolean_Knob("hide_input"),
        Boolean_Knob("cached"),
        *([Boolean_Knob("postage_stamp")] if pictures else []),
        String_Knob("icon"),
        String_Knob("name"),
        Double_Knob("xpos"),
        Double_Knob("ypos"),
        *rest,
    ]


def of_root() -> list[Knob]:
    return [
        *[PythonKnob(name) for name in ("onScriptLoad", "onScriptSave", "onScriptClose")],
        Int_Knob("frame", None, 1),
        Int_Knob("first_frame", None, 1),
        Int_Knob("last_frame", None, 100),
        Boolean_Knob("lock_range"),
        Double_Knob("fps", None, 24),
        Format_Knob("format", None, FORMATS[0]),
        Boolean_Knob("proxy"),
        Enumeration_Knob("proxy_type", None, ["format", "scale"]),
        Format_Knob("proxy_format", None, "1024 778 0 0 1024 778 1 1K_Super_35(full-ap)"),
        Array_Knob("proxy_scale", None, 0.5),
        File_Knob("project_directory"),
        Enumeration_Knob("colorManagement", None, ["Nuke", "OCIO"]),
        Enumeration_Knob("OCIO_config", None, ["nuke-default", "aces_1.2", "custom"]),
        String_Knob("workingSpaceLUT", None, "linear"),
        String_Knob("int8Lut", None, "sRGB"),
        String_Knob("int16Lut", None, "sRGB"),
        String_Knob("floatLut", None, "linear"),
        MultiView_Knob("views", None, "{main ''}"),
    ]


def of_read() -> list[Knob]:
    return [
        Enumeration_Knob("file_type", None, FILE_TYPES),
        File_Knob("file"),
        File_Knob("proxy"),
        Format_Knob("format"),
        Enumeration_Knob("proxy_format", None, ["none"]),
        Enumeration_Knob("localizationPolicy", None, ["on", "from auto-localize path",
                         "on demand", "off"]),
        Int_Knob("first", None, 1),
        Enumeration_Knob("before", None, ["hold", "loop", "bounce", "black"]),
        Int_Knob("last", None, 1),
        Enumeration_Knob("after", None, ["hold", "loop", "bounce", "black"]),
        Enumeration_Knob("frame_mode", None, ["expression", "start at", "offset"]),
        EvalString_Knob("frame"),
        Int_Knob("origfirst", None, 1),
        Int_Knob("origlast", None, 1),
        Boolean_Knob("origset"),
        Enumeration_Knob("on_error", "missing frames", ON_ERROR),
        Script_Knob("reload"),
        Enumeration_Knob("colorspace"),
        Boolean_Knob("premultiplied"),
        Boolean_Knob("raw", "raw data"),
        Boolean_Knob("auto_alpha"),
    ]  # fmt: skip


def of_write() -> list[Knob]:
    return [
        ChannelMask_Knob("channels", None, "rgb"),
        File_Knob("file"),
        File_Knob("proxy"),
        Enumeration_Knob("frame_mode", None, ["expression", "start at", "offset"]),
        EvalString_Knob("frame"),
        MultiView_Knob("views"),
        Enumeration_Knob("colorspace"),
        Boolean_Knob("raw", "raw data"),
        Boolean_Knob("premultiplied"),
        Enumeration_Knob("file_type", None, FILE_TYPES),
        Int_Knob("render_order", None, 1),
        PyScript_Knob("Render", "Render"),
        Boolean_Knob("use_limit"),
        Int_Knob("first", None, 1),
        Int_Knob("last", None, 1),
        Boolean_Knob("create_directories"),
        *[PythonKnob(n) for n in ("beforeRender", "beforeFrameRender", "afterFrameRender",
                                  "afterRender", "renderProgress")],
        Boolean_Knob("reading", "read file"),
        Boolean_Knob("checkHashOnRead"),
    ]  # fmt: skip


def of_crop() -> list[Knob]:
    return [BBox_Knob("box", None, 0, 0, 2048, 1556), Double_Knob("softness"),
            Boolean_Knob("reformat"), Boolean_Knob("intersect"),
            Boolean_Knob("crop", None, 1)]  # fmt: skip


def of_merge() -> list[Knob]:
    return [
        Enumeration_Knob("operation", None, OPERATIONS),
        Enumeration_Knob("bbox", None, ["union", "intersection", "A", "B"]),
        ChannelMask_Knob("output", None, "rgba"),
        Double_Knob("mix", None, 1),
    ]  # fmt: skip


def over(knobs: list[Knob]) -> list[Knob]:
    merge = knobs[0]
    assert isinstance(merge, Enumeration_Knob)
    merge._curves[0].value = merge._defaults[0] = float(merge._items.index("over"))
    return knobs


def of_copy() -> list[Knob]:
    first: list[Knob] = [Channel_Knob(n, None, "rgba.alpha") for n in ("from0", "to0")]
    return [*first, *[Channel_Knob(f"{side}{n}") for n in (1, 2, 3) for side in ("from", "to")]]


def of_keymix() -> list[Knob]:
    return [ChannelMask_Knob("channels", None, "all"), Channel_Knob("maskChannel", None, "alpha"),
            Boolean_Knob("invertMask"), Double_Knob("mix", None, 1),
            Enumeration_Knob("bbox", None, ["union", "A", "B"])]  # fmt: skip


def of_reformat() -> list[Knob]:
    return [
        Enumeration_Knob("type", None, ["to format", "to box", "scale"]),
        Format_Knob("format"),
        Int_Knob("box_width", None, 200),
        Int_Knob("box_height", None, 200),
        Boolean_Knob("box_fixed"),
        Array_Knob("scale", None, 1),
        Enumeration_Knob("resize", None, ["none", "width", "height", "fit", "fill", "distort"]),
        Boolean_Knob("center", None, 1),
        Enumeration_Knob("filter", None, FILTERS),
        Boolean_Knob("pbb"),
        Boolean_Knob("black_outside", None, 1),
    ]


def of_shuffle() -> list[Knob]:
    sources = ["red", "green", "blue", "alpha", "black", "white"]
    made: list[Knob] = [Channel_Knob("in", None, "rgba"), Channel_Knob("out", None, "rgba")]
    for index, name in enumerate(("red", "green", "blue", "alpha")):
        knob = Enumeration_Knob(name, None, [*sources, "red2", "green2", "blue2", "alpha2"])
        knob._curves[0].value = knob._defaults[0] = float(index)
        made.append(knob)
    return made


def of_shuffle2() -> list[Knob]:
    return [Channel_Knob("in1", None, "rgba"), Channel_Knob("in2", None, "none"),
            Channel_Knob("out1", None, "rgba"), Channel_Knob("out2", None, "none"),
            Enumeration_Knob("fromInput1", None, ["B", "A"]),
            Enumeration_Knob("fromInput2", None, ["B", "A"]),
            String_Knob("mappings")]  # fmt: skip


def of_grade() -> list[Knob]:
    zeros, ones = ("blackpoint", "black"), ("whitepoint", "white", "multiply")
    return [
        ChannelMask_Knob("channels", None, "rgb"),
        *[AColor_Knob(name, None, 0) for name in zeros],
        *[AColor_Knob(name, None, 1) for name in ones],
        AColor_Knob("add", None, 0),
        AColor_Knob("gamma", None, 1),
        Boolean_Knob("black_clamp", None, 1),
        Boolean_Knob("white_clamp"),
        Double_Knob("mix", None, 1),
    ]


def of_checkerboard() -> list[Knob]:
    return [Format_Knob("format"), WH_Knob("boxsize", None, 64), AColor_Knob("color0", None, 0.1),
            AColor_Knob("color1", None, 0.5), AColor_Knob("color2", None, 0.1),
            AColor_Knob("color3", None, 0.5)]  # fmt: skip


def of_viewer() -> list[Knob]:
    return [Array_Knob("frame", None, 1), String_Knob("frame_range", None, "1-100"),
            Double_Knob("fps", None, 24), Channel_Knob("channels", None, "rgba"),
            Enumeration_Knob("viewerProcess", None, ["None", "sRGB", "rec709"])]  # fmt: skip


def of_text() -> list[Knob]:
    return [Multiline_Eval_String_Knob("message"), BBox_Knob("box", None, 0, 0, 100, 100)]


def of_group() -> list[Knob]:
    return [Obsolete_Knob("onLoad"), Boolean_Knob("lock_connections")]


def channels() -> list[Knob]:
    return [ChannelMask_Knob("channels", None, "rgb"), Channel_Knob("alpha", None, "alpha")]


def nothing() -> list[Knob]:
    return []
