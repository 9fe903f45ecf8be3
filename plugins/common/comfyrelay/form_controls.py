"""A form's files and params as controls. Pure: values in, values out.

The controls of the param `steps` begin with `p_steps`. What stands for a part of a value has a
suffix in capitals, which no param's id can have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from . import controls
from .controls import Control, Group, Rows, Shown
from .form import Form, Input, Param
from .params import spelled
from .seeds import FIXED, NEW, POLICIES

PREFIX, GROUP = "p_", "p_GROUP_"
POLICY, STRENGTH_MODEL, STRENGTH_CLIP = "_POLICY", "_MODEL", "_CLIP"
PARTS = {"model": STRENGTH_MODEL, "clip": STRENGTH_CLIP}
FILE, ROW = "_FILE", "_ROW"
NO_LORA = "(none)"
LARGEST_INT = 2**31 - 1  # what a DCC's own number holds
STRONGEST = 2.0  # of a LoRA on its slider, either way


def form_controls(form: Form) -> Sequence[Shown]:
    """All controls of a form in its order, its groups as groups."""
    return (*map(_file, _files(form)), *_params(form))


def control_name(param: Param) -> str:
    """The control that holds the value, or its first part."""
    return f"{PREFIX}{param.id}"


def lora_name(param: Param, row: int | str = "#") -> str:
    """The control with the name of a LoRA; rows count from 1."""
    return f"{control_name(param)}{ROW}{row}"


def file_name(wanted: Input) -> str:
    """The control with the file for an input that is no picture."""
    return f"{PREFIX}{wanted.id}{FILE}"


def said(thing: Input | Param) -> str:
    """What an artist reads before it."""
    return thing.label or thing.id


def _files(form: Form) -> Iterator[Input]:
    return (each for each in form.inputs if not each.is_picture)


def _file(wanted: Input) -> Control:
    return Control(controls.FILE, file_name(wanted), said(wanted), wanted.help)


def _params(form: Form) -> Iterator[Shown]:
    """Those of no group first."""
    names = _groups(form)
    for group in ("", *names):
        inside = [each for p in form.params if p.group == group for each in _param(p, form)]
        if group and inside:
            yield Group(names[group], group, inside)
        else:
            yield from inside


def _groups(form: Form) -> Mapping[str, str]:
    """The name of each, in their order. Groups whose letters are the same get a number."""
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


def _param(param: Param, form: Form) -> Iterator[Shown]:
    yield _loras(param) if param.type == "loras" else _value(param)
    if param is next((each for each in form.params if each.type == "seed"), None):
        yield _policy(param)


def _policy(param: Param) -> Control:
    """Beside the first seed, for all of them."""
    return Control(
        controls.MENU, f"{control_name(param)}{POLICY}", "", "When the seed changes.",
        NEW if param.default in (None, "random") else FIXED, menu=tuple(POLICIES.items()),
        beside=True,
    )  # fmt: skip


def _value(param: Param) -> Control:
    return Control(
        _kind(param), control_name(param), said(param), _help(param), _first(param),
        menu=_menu(param), free=param.models is not None, bounds=(param.min, param.max),
    )  # fmt: skip


def _kind(param: Param) -> str:
    if param.type == "text" and param.multiline:
        return controls.LINES
    if param.type == "int":
        return controls.INT if _fits(param) else controls.STRING
    kinds = {"bool": controls.TOGGLE, "float": controls.FLOAT, "menu": controls.MENU}
    return kinds.get(param.type, controls.STRING)


def _fits(param: Param) -> bool:
    """Whether a DCC's own number can hold every value."""
    known = [each for each in (param.min, param.max, param.default) if each is not None]
    return all(isinstance(n, (int, float)) and abs(n) <= LARGEST_INT for n in known)


def _first(param: Param) -> str:
    default = param.default
    if param.type == "bool":
        return controls.ON if default is True else controls.OFF
    if param.type == "seed" and default in (None, "random"):
        return "0"
    if default is None:
        return _menu(param)[0][0] if param.type == "menu" else ""
    return spelled(default) if isinstance(default, float) else str(default)


def _menu(param: Param) -> Sequence[tuple[str, str]]:
    """Its choices; a default that is not among them comes first, as it is."""
    if param.type != "menu":
        return ()
    default = [str(param.default)] if param.default not in (None, *param.menu) else []
    return tuple((each, each) for each in dict.fromkeys((*default, *param.menu)) or ("",))


def _loras(param: Param) -> Rows:
    name = lora_name(param)
    menu = tuple((each, each) for each in dict.fromkeys((NO_LORA, *param.menu)))
    strengths = [
        Control(
            controls.FLOAT, f"{name}{part}", what, f"How strongly it changes the {what}.", "1",
            bounds=(-STRONGEST, STRONGEST), beyond=True, beside=True,
        )
        for what, part in PARTS.items()
    ]  # fmt: skip
    first = Control(controls.MENU, name, said(param), _help(param), NO_LORA, menu=menu, free=True)
    return Rows(control_name(param), said(param), (first, *strengths), _chosen(param))


def _chosen(param: Param) -> Sequence[Sequence[str]]:
    """The rows of a default that names LoRAs."""
    found = param.default if isinstance(param.default, list) else []
    return [
        (str(lora.get("name", NO_LORA)), *(str(lora.get(f"strength_{what}", 1)) for what in PARTS))
        for lora in found
        if isinstance(lora, dict)
    ]


def _help(param: Param) -> str:
    limits = [
        f"{word} {spelled(bound)}."
        for word, bound in (("At least", param.min), ("At most", param.max))
        if bound is not None
    ]
    needed = ["Must be given."] if param.required else []
    return " ".join([param.help, *limits, *needed]).strip()
