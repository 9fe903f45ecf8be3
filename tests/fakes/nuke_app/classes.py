"""The node classes that there are. A class that is not here is unknown to the fake."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import knob_sets
from .choices import ChannelMask_Knob
from .controls import Tab_Knob
from .formats import Format_Knob
from .knob_sets import Make
from .numeric import Array_Knob, Double_Knob, Int_Knob
from .vectors import AColor_Knob, XY_Knob


class NodeClass(NamedTuple):
    """A kind of node. `inputs` is how many it takes, -1 any number."""

    knobs: Make
    inputs: int = 1
    min_inputs: int = 1
    pictures: bool = True  # it has a `disable` knob and an output


CLASSES: dict[str, NodeClass] = {
    "Root": NodeClass(knob_sets.of_root, 0, 0, pictures=False),
    "Group": NodeClass(knob_sets.of_group, -1, 0),
    "Gizmo": NodeClass(knob_sets.of_group, -1, 0),
    "Input": NodeClass(lambda: [Int_Knob("number")], 0, 0),
    "Output": NodeClass(knob_sets.nothing, 1, 1),
    "Read": NodeClass(knob_sets.of_read, 0, 0),
    "Write": NodeClass(knob_sets.of_write),
    "Switch": NodeClass(lambda: [Array_Knob("which")], -1),
    "Crop": NodeClass(knob_sets.of_crop),
    "Shuffle": NodeClass(knob_sets.of_shuffle),
    "Shuffle2": NodeClass(knob_sets.of_shuffle2, 2),
    "Reformat": NodeClass(knob_sets.of_reformat),
    "Merge2": NodeClass(lambda: knob_sets.over(knob_sets.of_merge()), -1, 2),
    "Keymix": NodeClass(knob_sets.of_keymix, 3, 3),
    "Copy": NodeClass(knob_sets.of_copy, 2, 2),
    "Premult": NodeClass(knob_sets.channels),
    "Unpremult": NodeClass(knob_sets.channels),
    "Grade": NodeClass(knob_sets.of_grade),
    "Constant": NodeClass(
        lambda: [ChannelMask_Knob("channels", None, "rgba"), AColor_Knob("color"),
                 Format_Knob("format")], 1, 0),
    "CheckerBoard2": NodeClass(knob_sets.of_checkerboard, 1, 0),
    "Transform": NodeClass(lambda: [XY_Knob("translate")]),
    "TimeOffset": NodeClass(lambda: [Int_Knob("time_offset")]),
    "FrameHold": NodeClass(lambda: [Int_Knob("first_frame", None, 1), Int_Knob("increment")]),
    "AppendClip": NodeClass(lambda: [Int_Knob("firstFrame", None, 1)], -1),
    "Text2": NodeClass(knob_sets.of_text),
    "Dot": NodeClass(knob_sets.nothing),
    "NoOp": NodeClass(knob_sets.nothing),
    "Viewer": NodeClass(knob_sets.of_viewer, 10, 0, pictures=False),
    "StickyNote": NodeClass(knob_sets.nothing, 0, 0, pictures=False),
    "BackdropNode": NodeClass(
        lambda: [Double_Knob("bdwidth", None, 80), Double_Knob("bdheight", None, 80)], 0, 0,
        pictures=False),
}  # fmt: skip


def knobs_of(name: str) -> dict[str, Any]:
    """New knobs of a class, by name and in order."""
    made = CLASSES[name]
    tab = Tab_Knob(name)
    everything = [tab, *made.knobs(), *knob_sets.of_every_node(made.pictures)]
    return {knob._name: knob for knob in everything}
