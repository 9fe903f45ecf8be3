"""What the shipped gizmos are: their inner nodes and their knobs, from which the files are written.

The picture path is native nodes only, so that a saved script renders without this plugin:

    plate ──────────┬────────────────────────────────┬──> Show ──> Output
    mask ─> Matte ──┼─> ThroughMask (Keymix) ────────┤
    Result (Read) ──┴─> WithAlpha ─> Premultiplied ──┘

and beside it the way out of Nuke, which runs only while an input is exported:

    plate, Matte, ... ─> Pick ─> ToFormat ─> Straight ─> MatteToRgb ─> Export (Write, disabled)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from comfyrelay import controls, face

from . import nk
from .knobs import NO_VERSION, knobs
from .nk import Group, Node, Tcl, UserKnob, expression

PLATE, MASK = "plate", "mask"
RESULT, EXPORT, PICK, STRAIGHT = "Result", "Export", "Pick", "Straight"
MATTE, MATTE_TO_RGB = "Matte", "MatteToRgb"
SHOW = ("result", "plate", "through mask")
RANGES = tuple(label for _, label in face.RANGES)
PARAMS = face.PARAMS  # the first knob of the form; what follows is made anew with it
HAS_RESULT = "has_result"
DEPTHS = {label: key for key, label in face.DEPTHS}
FITS = {label: key for key, label in face.FITS}
WORKFLOW = "workflow"  # the menu of them
OUTPUT = "output"  # which of several is shown

_ON_EVENT = (
    "try:\n    import comfyrelay_nuke.events as _events\nexcept ImportError:\n    _events = None\n"
    "if _events:\n    _events.{event}"
)

# Whether Tcl's `value` has %04d or #### for the frame is not known, so both become one format; any
# other % is doubled, as a format wants it.
_PADDINGS = " ".join(f"{n * '#'} %0{n}d %0{n}d %0{n}d" for n in range(8, 0, -1))
_FORMAT = f"[string map [list {_PADDINGS} %d %d % %%] [value {RESULT}.file]]"
_RESULT_IS_THERE = f"[file exists [format {_FORMAT} [expr int([frame])]]]"


def comfy_relay(more: Sequence[str] = ()) -> Group:
    """Any published workflow with pictures. `more`: inputs beside plate and mask, by name."""
    return Group(
        name="ComfyRelay",
        inputs=2 + len(more),
        nodes=_picture_nodes(more),
        user_knobs=[*_head(), *_result_knobs(), *knobs([face.frames()]), *_tail()],
        knobs=_look(),
    )


def comfy_relay_text(more: Sequence[str] = ()) -> Group:
    """A published workflow whose result is text: captions, prompts. The picture passes through."""
    return Group(
        name="ComfyRelayText",
        inputs=2 + len(more) if more else 1,
        nodes=_text_nodes(more),
        user_knobs=[*_head(), *_text_knobs(), *_tail()],
        knobs=_look(),
    )


GIZMOS = (comfy_relay, comfy_relay_text)


def _look() -> dict[str, str]:
    return {
        "knobChanged": _ON_EVENT.format(event="knob_changed()"),
        "onCreate": _ON_EVENT.format(event="created()"),
        "onDestroy": _ON_EVENT.format(event="destroyed()"),
        "tile_color": "0x3c5a78ff",
    }


# nodes


def _picture_nodes(more: Sequence[str]) -> Sequence[Node]:
    return (
        Node("Input", PLATE, knobs={"number": "0"}),
        Node("Input", MASK, knobs={"number": "1"}),
        # The chosen channel as alpha, so that what is exported and what mixes are the same.
        Node("Copy", MATTE, [MASK, MASK], {
            "from0": "rgba.alpha", "to0": "rgba.alpha",
            "knobChanged": _ON_EVENT.format(event="mask_changed()"),
        }),
        *_more_inputs(more),
        *_way_out([PLATE, MATTE, *more]),
        Node("Read", RESULT, knobs={"file": "", "on_error": "error", "raw": "true"}),
        Node("Copy", "WithAlpha", [RESULT, PLATE], {
            "from0": "rgba.alpha", "to0": "rgba.alpha",
            "disable": expression("!parent.premultiplied"),
        }),
        Node("Premult", "Premultiplied", ["WithAlpha"], {
            "disable": expression("!parent.premultiplied"),
        }),
        Node("Switch", "WherePresent", ["Premultiplied", PLATE], {
            "which": expression(f"parent.plate_where_missing && !{_RESULT_IS_THERE}"),
        }),
        Node("Keymix", "ThroughMask", [PLATE, "WherePresent", MATTE]),
        Node("Switch", "Show", ["WherePresent", PLATE, "ThroughMask"], {
            "which": expression("parent.has_result ? parent.show : 1"),
        }),
        Node("Output", "Output1", ["Show"]),
    )  # fmt: skip


def _text_nodes(more: Sequence[str]) -> Sequence[Node]:
    return (
        Node("Input", PLATE, knobs={"number": "0"}),
        *_more_inputs(more),
        *_way_out([PLATE, None, *more] if more else [PLATE]),
        Node("Output", "Output1", [PLATE]),
    )


def _more_inputs(names: Sequence[str]) -> Iterator[Node]:
    """Behind plate and mask, whose numbers are theirs."""
    for number, name in enumerate(names, 2):
        yield Node("Input", name, knobs={"number": str(number)})


def _way_out(sources: Sequence[str | None]) -> Sequence[Node]:
    """What is exported is the format, not the bounding box, and straight if it is asked for."""
    return (
        Node("Switch", PICK, sources, {"which": "0"}),
        Node("Crop", "ToFormat", [PICK], {"box": Tcl("{0 0 {width} {height}}")}),
        Node("Unpremult", STRAIGHT, ["ToFormat"], {"disable": "true"}),
        Node("Shuffle", MATTE_TO_RGB, [STRAIGHT], {
            "red": "alpha", "green": "alpha", "blue": "alpha", "disable": "true",
        }),
        Node("Write", EXPORT, [MATTE_TO_RGB], {"file": "", "disable": "true"}),
    )  # fmt: skip


# knobs


def _head() -> Sequence[UserKnob]:
    """The tab, the hidden truth, the choice of a workflow, and how it goes."""
    return (
        UserKnob(nk.TAB, "comfyrelay", "Comfy Relay"),
        *knobs(face.hidden()),
        UserKnob(nk.BOOL, HAS_RESULT, "", flags=(nk.INVISIBLE,)),
        *knobs([*face.choosing(), *face.telling(), *face.running()]),
    )


def _result_knobs() -> Sequence[UserKnob]:
    shows = [(each, each) for each in SHOW]
    told = "The result, the plate, or the result only where the mask is white."
    return (
        *knobs(face.versions(shows, told)),
        _output("Which of the workflow's pictures this node shows."),
        UserKnob(nk.TAB, "result_group", "Result", group=nk.CLOSED),
        *_sending(),
        UserKnob(nk.LINK, "result_file", "File", "What a render reads.", text=f"{RESULT}.file"),
        UserKnob(nk.LINK, "before", "Before", "What is shown before the first frame of the result.",
                 text=f"{RESULT}.before"),
        UserKnob(nk.LINK, "after", "After", "What is shown after its last frame.",
                 text=f"{RESULT}.after", flags=(nk.SAME_LINE,)),
        UserKnob(nk.LINK, "missing", "Missing frame", "What a render does where no frame is.",
                 text=f"{RESULT}.on_error"),
        UserKnob(nk.BOOL, "plate_where_missing", "the plate instead", "Where no frame is, the plate"
                 " is shown.", flags=(nk.SAME_LINE,)),
        UserKnob(nk.TAB, "result_group_end", "", group=nk.END),
    )  # fmt: skip


def _sending() -> Sequence[UserKnob]:
    """As everywhere, but Nuke has a channel already, and a plate that is premultiplied."""
    said = {knob.name: knob for knob in knobs(face.sending())}
    channel = said["mask_channel"]
    return (
        UserKnob(nk.LINK, channel.name, channel.label, channel.tooltip, text=f"{MATTE}.from0"),
        UserKnob(nk.BOOL, "premultiplied", "Plate is premultiplied", "It is sent straight, and the"
                 " result gets the plate's alpha and is premultiplied.", flags=(nk.NEW_LINE,)),
        replace(said["send_alpha"], flags=(nk.SAME_LINE,)),
        UserKnob(nk.STRING, "colourspace", "PNG colourspace", "Empty: sRGB, as this script's colour"
                 " management names it."),
        said["depth"],
        said["fit"],
    )  # fmt: skip


def _text_knobs() -> Sequence[UserKnob]:
    return (
        UserKnob(nk.TEXT, ""),
        _output("Which of the workflow's texts this node shows."),
        *knobs(face.texts()),
    )


def _tail() -> Sequence[UserKnob]:
    """The log, and where the form's own knobs begin: last, for they are made anew."""
    return tuple(knobs([face.log(), controls.Group(PARAMS, "Parameters", ())]))


def _output(tooltip: str) -> UserKnob:
    """Hidden until a result has several."""
    return UserKnob(
        nk.MENU, OUTPUT, "Output", tooltip, menu=(NO_VERSION,), flags=(nk.INVISIBLE, nk.NEW_LINE)
    )
