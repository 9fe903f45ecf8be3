"""User knobs as scripts have them: addUserKnob's numbers, options and flags."""

from __future__ import annotations

from typing import Any

from . import choices, controls, formats, numeric, tcl, texts, vectors
from .knobs import FLAGS, Knob
from .session import NotModelled, breach

KINDS: dict[int, Any] = {
    0: controls.Obsolete_Knob,
    1: texts.EvalString_Knob,
    2: texts.File_Knob,
    3: numeric.Int_Knob,
    4: choices.Enumeration_Knob,
    6: numeric.Boolean_Knob,
    7: numeric.Double_Knob,
    8: numeric.Double_Knob,
    9: numeric.Array_Knob,
    10: choices.ChannelMask_Knob,
    11: choices.Channel_Knob,
    12: vectors.XY_Knob,
    13: vectors.XYZ_Knob,
    14: vectors.WH_Knob,
    15: vectors.BBox_Knob,
    16: vectors.Scale_Knob,
    17: formats.Format_Knob,
    18: vectors.Color_Knob,
    19: vectors.AColor_Knob,
    20: controls.Tab_Knob,
    22: controls.PyScript_Knob,
    26: texts.Text_Knob,
    28: texts.MultilineString,
    30: vectors.UV_Knob,
    32: controls.Script_Knob,
    40: numeric.ColorChip_Knob,
    41: controls.Link_Knob,
    43: texts.Multiline_Eval_String_Knob,
    44: choices.OneView_Knob,
    45: formats.MultiView_Knob,
    61: texts.Password_Knob,
    68: choices.CascadingEnumeration_Knob,
    83: choices.EditableEnumeration_Knob,
}
LINK = 41
_NOT_MODELLED = {"5", "27", "29", "31", "36", "52", "69", "78"}
_WRITTEN = ("STARTLINE", "INVISIBLE", "HIDDEN", "DO_NOT_WRITE", "ENDLINE", "DISABLED",
            "READ_ONLY", "NO_ANIMATION")  # fmt: skip


def user_knob(text: str) -> Knob:
    """The knob that the text after `addUserKnob` describes."""
    kind, *parts = tcl.words(text)
    name = parts.pop(0) if parts else ""
    if kind in _NOT_MODELLED:
        raise breach(NotModelled(f"addUserKnob {{{kind} {name}}}"))
    if not kind.isdigit() or int(kind) not in KINDS:
        raise tcl.ScriptError(f"addUserKnob: {kind!r} is no kind of knob")
    knob: Knob = KINDS[int(kind)]()
    knob._name = name  # as it stands there: scripts have names that Python would refuse
    knob._kind = int(kind)
    while parts:
        option = parts.pop(0)
        if option[0] in "+-" and option[1:] in FLAGS:
            flag = FLAGS[option[1:]]
            knob._flags = knob._flags | flag if option[0] == "+" else knob._flags & ~flag
        elif option == "R":
            knob._range = float(parts.pop(0)), float(parts.pop(0))  # type: ignore[attr-defined]
        else:
            _set(knob, option, parts.pop(0))
    return knob


def _set(knob: Any, option: str, text: str) -> None:
    if option == "l":
        knob._label = text
    elif option == "t":
        knob._tooltip = text
    elif option == "M":
        knob._items = tcl.words(text)
    elif option == "n":
        knob._group = int(text)
    elif option == "N":
        knob._names = tuple(tcl.words(text))
    elif option == "T" and isinstance(knob, controls.Link_Knob):
        knob._target = text
    elif option == "T":
        knob._text = text
        knob._default = text
    else:
        raise tcl.ScriptError(f"addUserKnob: {option!r} of {knob._name} is no option")


def definition(knob: Knob) -> str:
    """The addUserKnob line of a knob."""
    words = [str(knob._kind), tcl.quoted(knob._name)]
    if knob._label is not None and knob._label != knob._name:
        words += ["l", tcl.quoted(knob._label)]
    if knob._tooltip:
        words += ["t", tcl.quoted(knob._tooltip)]
    words += [f"+{name}" if on else f"-{name}" for name, on in _flags(knob)]
    return " ".join(["addUserKnob", "{" + " ".join(words + knob._definition()) + "}"])


def _flags(knob: Knob) -> list[tuple[str, bool]]:
    standard = type(knob)._default_flags
    changed = (knob._flags ^ standard) & ~FLAGS["NO_UNDO"]
    if isinstance(knob, controls.Script_Knob):
        changed |= FLAGS["STARTLINE"]  # of buttons it is always written
    return [(name, knob.getFlag(FLAGS[name])) for name in _WRITTEN if changed & FLAGS[name]]
