"""Parm templates with a menu: the menu itself, ordinals and strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .enums import EnumValue, value
from .session import model
from .templates import ParmTemplate


@model("IntParmTemplate")
class MenuItems:
    """The menu that Int, String and Menu parms may have."""

    _items: list[str]
    _labels: list[str]
    _generator: str
    _generator_language: str
    _menu_kind: str

    def _read_menu(self, options: Mapping[str, Any]) -> None:
        self._items = list(options.get("menu_items") or ())
        self._labels = list(options.get("menu_labels") or self._items)
        self._generator = options.get("item_generator_script") or ""
        if options.get("item_generator_script_language") is not None:
            self._generator_language = options["item_generator_script_language"].name().lower()
        if options.get("menu_type") is not None:
            self._menu_kind = options["menu_type"].name()

    def menuItems(self) -> tuple[str, ...]:
        return tuple(self._items)

    def setMenuItems(self, menu_items: Sequence[str]) -> None:
        self._items = list(menu_items)

    def menuLabels(self) -> tuple[str, ...]:
        return tuple(self._labels)

    def setMenuLabels(self, menu_labels: Sequence[str]) -> None:
        self._labels = list(menu_labels)

    def itemGeneratorScript(self) -> str:
        return self._generator

    def setItemGeneratorScript(self, item_generator_script: str) -> None:
        self._generator = item_generator_script

    def itemGeneratorScriptLanguage(self) -> EnumValue:
        return value("scriptLanguage", self._generator_language.capitalize())

    def setItemGeneratorScriptLanguage(self, language: EnumValue) -> None:
        self._generator_language = language.name().lower()

    def menuType(self) -> EnumValue:
        return value("menuType", self._menu_kind)

    def setMenuType(self, menu_type: EnumValue) -> None:
        self._menu_kind = menu_type.name()


@model("StringParmTemplate")
class StringParmTemplate(MenuItems, ParmTemplate):
    _kind, _data = "String", "String"

    def __init__(
        self, name: str, label: str, num_components: int, default_value: Sequence[str] = (),
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(name, label, num_components, **options)
        self._values = [*default_value, *[""] * num_components][:num_components]
        string = options.get("string_type")
        file = options.get("file_type")
        self._string_type = string.name() if string is not None else "Regular"
        self._file_type = file.name() if file is not None else "Any"
        self._read_menu(options)

    def _defaults(self) -> list[Any]:
        return list(self._values)

    def _set_default_texts(self, texts: list[str]) -> None:
        self._values = texts

    def stringType(self) -> EnumValue:
        return value("stringParmType", self._string_type)

    def setStringType(self, string_type: EnumValue) -> None:
        self._string_type = string_type.name()

    def fileType(self) -> EnumValue:
        return value("fileType", self._file_type)

    def setFileType(self, file_type: EnumValue) -> None:
        self._file_type = file_type.name()

    def defaultValue(self) -> tuple[str, ...]:
        return tuple(self._values)

    def setDefaultValue(self, default_value: Sequence[str]) -> None:
        self._values = list(default_value)


@model("MenuParmTemplate")
class MenuParmTemplate(MenuItems, ParmTemplate):
    """An ordinal: its value is the number of the item."""

    _kind = "Menu"

    def __init__(
        self, name: str, label: str, menu_items: Sequence[str], menu_labels: Sequence[str] = (),
        default_value: int = 0, **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(name, label, 1, **options)
        self._value = default_value
        self._read_menu({**options, "menu_items": menu_items, "menu_labels": menu_labels})

    def _defaults(self) -> list[Any]:
        return [self._value]

    def _set_default_texts(self, texts: list[str]) -> None:
        (text,) = texts
        self._value = self._items.index(text) if text in self._items else int(text or 0)

    def defaultValue(self) -> int:
        return self._value

    def setDefaultValue(self, default_value: int) -> None:
        self._value = default_value
