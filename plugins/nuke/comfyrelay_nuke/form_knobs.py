"""A form's params as knobs. Pure: values in, values out, no `nuke`.

The knobs of the param `steps` begin with `p_steps`. What stands for a part of a value has a suffix
in capitals, which no param's id can have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comfyrelay.form import Form, Input, Param
from comfyrelay.seeds import FIXED, NEW, POLICIES

from . import nk
from .nk import UserKnob

PREFIX = "p_"
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


def _all(form: Form, rows: int) -> Iterator[UserKnob]:
    for each in form.inputs:
        if not each.is_picture:
            yield UserKnob(nk.FILE, file_knob(each), each.label or each.id, each.help)
    for group in ("", *_groups(form)):
        params = [param for param in form.params if param.group == group]
        if group and params:
            yield UserKnob(nk.TAB, _group_name(group), group, group=nk.OPEN)
        for param in params:
            yield from _param_knobs(param, rows)
        if group and params:
            yield UserKnob(nk.TAB, f"{_group_name(group)}_END", "", group=nk.END)


def _groups(form: Form) -> Sequence[str]:
    named = [*form.groups, *(param.group for param in form.params)]
    return [name for name in dict.fromkeys(named) if name]


def _group_name(group: str) -> str:
    return f"{PREFIX}GROUP_{''.join(c if c.isalnum() and c.isascii() else '_' for c in group)}"


def _param_knobs(param: Param, rows: int) -> Iterator[UserKnob]:
    if param.type == "loras":
        yield from _lora_rows(param, rows)
        return
    yield _value_knob(param)
    if param.type == "seed":
        yield UserKnob(
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
    label = param.label or param.id
    for row in range(1, rows + 1):
        name = lora_knob(param, row)
        yield UserKnob(
            nk.MENU, name, label if row == 1 else "", _tooltip(param), menu=(NO_LORA, *param.menu)
        )
        for part, said in ((STRENGTH_MODEL, "model"), (STRENGTH_CLIP, "clip")):
            yield UserKnob(
                nk.DOUBLE, f"{name}{part}", said, f"How strongly it changes the {said}.",
                bounds=(-2.0, 2.0), flags=(nk.SAME_LINE,), value="1",
            )  # fmt: skip
    run = "import comfyrelay_nuke.buttons\ncomfyrelay_nuke.buttons.add_lora(nuke.thisNode())"
    yield UserKnob(
        nk.BUTTON, f"{knob_name(param)}{ADD}", "Add another", "One more row.", text=run,
        flags=(nk.NEW_LINE,),
    )  # fmt: skip


def _fits(param: Param) -> bool:
    known = [bound for bound in (param.min, param.max) if bound is not None]
    return all(abs(bound) <= LARGEST_INT for bound in known)


def _bounds(param: Param) -> tuple[float, float] | None:
    if param.type != "float" or param.min is None or param.max is None:
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
        f"{word} {bound:.15g}."
        for word, bound in (("At least", param.min), ("At most", param.max))
        if bound is not None
    ]
    needed = ["Must be given."] if param.required else []
    return " ".join([param.help, *limits, *needed]).strip()


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
