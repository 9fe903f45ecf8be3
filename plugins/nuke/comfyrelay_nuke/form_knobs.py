"""A form's params as knobs. Pure: values in, values out, no `nuke`.

The knobs of the param `steps` begin with `p_steps`. What stands for a part of a value has a suffix
in capitals, which no param's id can have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from comfyrelay.form import Form, Input, Param
from comfyrelay.params import spelled
from comfyrelay.seeds import FIXED, NEW, POLICIES

from . import nk
from .nk import UserKnob

PREFIX = "p_"
GROUP, GROUP_END = "p_GROUP_", "p_END_"
POLICY, STRENGTH_MODEL, STRENGTH_CLIP, ADD = "_POLICY", "_MODEL", "_CLIP", "_ADD"
FILE = "_FILE"
NO_LORA = "(none)"
LARGEST_INT = 2**31 - 1  # an Int_Knob holds 32 bits
ROWS = 1  # of LoRAs, to begin with


def form_knobs(form: Form, rows: int = ROWS) -> list[UserKnob]:
    """All knobs of a form in its order, its groups as groups of knobs."""
    return list(_all(form, rows))


def knob_name(param: Param) -> str:
    """The knob that holds the value, or its first part."""
    return f"{PREFIX}{param.id}"


def lora_knob(param: Param, row: int) -> str:
    """The knob with the name of a LoRA; rows count from 1."""
    return f"{knob_name(param)}_ROW{row}"


def file_knob(wanted: Input) -> str:
    """The knob with the file for an input that is no picture."""
    return f"{PREFIX}{wanted.id}{FILE}"


def types(form: Form) -> Mapping[str, str]:
    """The type of each param by its id; an input that is no picture is a file."""
    files = {each.id: "file" for each in form.inputs if not each.is_picture}
    return {**files, **{param.id: param.type for param in form.params}}


def id_of(knob: str) -> str:
    """The param, or the input, that a knob holds a part of; "" if none."""
    found = re.fullmatch(rf"{PREFIX}([a-z][a-z0-9_]*?)(_[A-Z].*)?", knob)
    return found[1] if found else ""


def _all(form: Form, rows: int) -> Iterator[UserKnob]:
    for each in form.inputs:
        if not each.is_picture:
            yield UserKnob(nk.FILE, file_knob(each), each.label or each.id, each.help)
    seeds = [param.id for param in form.params if param.type == "seed"]
    for group in ("", *(names := _groups(form))):
        params = [param for param in form.params if param.group == group]
        if group and params:
            yield UserKnob(nk.TAB, names[group], group, group=nk.OPEN)
        for param in params:
            yield from _param_knobs(param, rows)
            if seeds[:1] == [param.id]:
                yield _policy_knob(param)
        if group and params:
            end = f"{GROUP_END}{names[group][len(GROUP) :]}"
            yield UserKnob(nk.TAB, end, "", group=nk.END)


def _groups(form: Form) -> Mapping[str, str]:
    """The knob of each group, in their order. Groups whose letters are the same get a number."""
    named = dict.fromkeys([*form.groups, *(param.group for param in form.params)])
    found: dict[str, str] = {}
    for group in filter(None, named):
        plain = "".join(c if c.isalnum() and c.isascii() else "_" for c in group)
        name, number = f"{GROUP}{plain}", 1
        while name in found.values():
            number += 1
            name = f"{GROUP}{plain}_{number}"
        found[group] = name
    return found


def _param_knobs(param: Param, rows: int) -> Iterator[UserKnob]:
    if param.type == "loras":
        yield from _lora_rows(param, rows)
    else:
        yield _value_knob(param)


def _policy_knob(param: Param) -> UserKnob:
    """Beside the first seed, for all of them."""
    return UserKnob(
        nk.MENU, f"{knob_name(param)}{POLICY}", "", "When the seed changes.",
        menu=tuple(POLICIES.values()), flags=(nk.SAME_LINE,),
        value=POLICIES[NEW if param.default in (None, "random") else FIXED],
    )  # fmt: skip


def _value_knob(param: Param) -> UserKnob:
    kind, value = nk.STRING, _text(param.default)
    if param.type == "bool":
        kind, value = nk.BOOL, "true" if param.default is True else "false"
    elif param.type == "float":
        kind = nk.DOUBLE
    elif param.type == "int" and _fits(param):
        kind = nk.INT
    elif param.type == "menu":
        kind = nk.MENU
    elif param.type == "text" and param.multiline:
        kind = nk.MULTILINE
    elif param.type == "seed" and param.default in (None, "random"):
        value = "0"
    return UserKnob(
        kind, knob_name(param), param.label or param.id, _tooltip(param),
        menu=_menu(param), bounds=_bounds(param), value=value,
    )  # fmt: skip


def _lora_rows(param: Param, rows: int) -> Iterator[UserKnob]:
    chosen = _default_loras(param)
    for row in range(1, max(rows, len(chosen)) + 1):
        yield from _lora_row(param, row, chosen[row - 1] if row <= len(chosen) else {})
    run = "import comfyrelay_nuke.buttons\ncomfyrelay_nuke.buttons.add_lora(nuke.thisNode())"
    yield UserKnob(
        nk.BUTTON, f"{knob_name(param)}{ADD}", "Add another", "One more row.", text=run,
        flags=(nk.NEW_LINE,),
    )  # fmt: skip


def _default_loras(param: Param) -> Sequence[Mapping[str, Any]]:
    found = param.default if isinstance(param.default, list) else []
    return [cast("Mapping[str, Any]", each) for each in found if isinstance(each, dict)]


def _lora_row(param: Param, row: int, chosen: Mapping[str, Any]) -> Iterator[UserKnob]:
    name, lora = lora_knob(param, row), str(chosen.get("name", NO_LORA))
    unknown = [] if lora in (NO_LORA, *param.menu) else [lora]
    yield UserKnob(
        nk.MENU, name, (param.label or param.id) if row == 1 else "", _tooltip(param),
        menu=(NO_LORA, *unknown, *param.menu), value=lora,
    )  # fmt: skip
    for part, what in ((STRENGTH_MODEL, "model"), (STRENGTH_CLIP, "clip")):
        yield UserKnob(
            nk.DOUBLE, f"{name}{part}", what, f"How strongly it changes the {what}.",
            bounds=(-2.0, 2.0), flags=(nk.SAME_LINE,),
            value=_text(chosen.get(f"strength_{what}", 1)),
        )  # fmt: skip


def _fits(param: Param) -> bool:
    """Whether an Int_Knob can hold every value."""
    known = [each for each in (param.min, param.max, param.default) if each is not None]
    return all(isinstance(n, (int, float)) and abs(n) <= LARGEST_INT for n in known)


def _bounds(param: Param) -> tuple[float, float] | None:
    if param.type not in ("int", "float") or param.min is None or param.max is None:
        return None
    return (param.min, param.max)


def _menu(param: Param) -> Sequence[str]:
    """Its choices; a default that is not among them comes first, as it is."""
    if param.type != "menu":
        return ()
    default = [str(param.default)] if param.default not in (None, *param.menu) else []
    return (*default, *param.menu) or ("",)


def _tooltip(param: Param) -> str:
    limits = [
        f"{word} {spelled(bound)}."
        for word, bound in (("At least", param.min), ("At most", param.max))
        if bound is not None
    ]
    needed = ["Must be given."] if param.required else []
    return " ".join([param.help, *limits, *needed]).strip()


def _text(value: object) -> str | None:
    if value is None:
        return None
    return spelled(value) if isinstance(value, float) else str(value)
