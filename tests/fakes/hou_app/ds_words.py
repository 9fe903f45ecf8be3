"""What a block of a DialogScript may say of a parm or a folder, word by word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import ds_text
from .ds_text import Brackets, DialogScriptError, Item, Statement, Word
from .number_templates import NumberTemplate

MENUS = {"menu": "Normal", "menureplace": "StringReplace", "menutoggle": "StringToggle",
         "menumini": "Mini"}  # fmt: skip
_IGNORED = {"help", "helpcard", "export", "parmgroup", "range", "cppname"}
Words = dict[str, Callable[[Any, Statement], None]]


def set_of_parm(template: Any, said: Statement) -> None:
    _set(template, said, _PARM_WORDS)


def set_of_folder(folder: Any, said: Statement) -> None:
    _set(folder, said, _FOLDER_WORDS)


def _set(template: Any, said: Statement, known: Words) -> None:
    if said.keyword in known:
        known[said.keyword](template, said)
    elif said.keyword in MENUS:
        _menu(template, said)
    elif said.keyword not in _IGNORED:
        raise DialogScriptError(f"line {said.line}: {said.keyword!r} is unknown here")


def _tag(template: Any, said: Statement) -> None:
    name, text = ds_text.words(said.block().items)
    template._tags[name] = text


def _default(template: Any, said: Statement) -> None:
    texts: list[str] = []
    for index, item in enumerate(i for i in said.block().items if not _is_newline(i)):
        if isinstance(item, Brackets):
            code, *language = ds_text.words(item.items)
            template._expressions[index] = (code, language[0] if language else "hscript")
            texts.append("")
        elif isinstance(item, Word):
            texts.append(item.text)
    template._set_default_texts(texts)


def _is_newline(item: Item) -> bool:
    return isinstance(item, ds_text.NewLine)


def _range(template: Any, said: Statement) -> None:
    low, high = ds_text.words(said.block().items)
    if isinstance(template, NumberTemplate):
        template._range = (float(low.rstrip("!")), float(high.rstrip("!")))
        template._strict = (low.endswith("!"), high.endswith("!"))


def _menu(template: Any, said: Statement) -> None:
    block, words = said.block(), []
    scripts = [item for item in block.items if isinstance(item, Brackets)]
    words = ds_text.words(block.items)
    template._menu_kind = MENUS[said.keyword]
    if scripts:
        template._generator = "\n".join(ds_text.words(script.items)[0] for script in scripts)
        at = words.index("language") if "language" in words else -1
        template._generator_language = words[at + 1] if at >= 0 else "hscript"
        return
    words = [word for word in words if word != "usetokenvalue"]
    if len(words) % 2:
        raise DialogScriptError(f"line {said.line}: a menu item without a label")
    template._items, template._labels = words[::2], words[1::2]


def _condition(kind: str) -> Callable[[Any, Statement], None]:
    def read_condition(template: Any, said: Statement) -> None:
        template._conditions[kind] = said.text()

    return read_condition


def _flag(name: str) -> Callable[[Any, Statement], None]:
    def read_flag(template: Any, said: Statement) -> None:
        setattr(template, name, True)

    return read_flag


_FOLDER_WORDS: Words = {
    "invisible": _flag("_hidden"),
    "parmtag": _tag,
    "grouptag": _tag,
    "hidewhen": _condition("HideWhen"),
    "disablewhen": _condition("DisableWhen"),
    "hidewhentab": lambda template, said: None,
    "disablewhentab": lambda template, said: None,
}
_PARM_WORDS: Words = {
    **_FOLDER_WORDS,
    "label": lambda template, said: template.setLabel(said.text()),
    "default": _default,
    "help": lambda template, said: template.setHelp(said.text()),
    "joinnext": _flag("_joined"),
    "nolabel": _flag("_label_hidden"),
    "range": _range,
}
