"""Parm templates without a menu or a range: toggles, buttons, labels, separators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .session import model
from .templates import ParmTemplate


@model("ToggleParmTemplate")
class ToggleParmTemplate(ParmTemplate):
    _kind = "Toggle"

    def __init__(self, name: str, label: str, default_value: bool = False, **options: Any) -> None:
        super().__init__(name, label, 1, **options)
        self._value = bool(default_value)

    def _defaults(self) -> list[Any]:
        return [int(self._value)]

    def _set_default_texts(self, texts: list[str]) -> None:
        (text,) = texts
        self._value = text in ("on", "1")

    def defaultValue(self) -> bool:
        return self._value

    def setDefaultValue(self, default_value: bool) -> None:
        self._value = default_value


@model("ButtonParmTemplate")
class ButtonParmTemplate(ParmTemplate):
    _kind = "Button"

    def __init__(self, name: str, label: str, **options: Any) -> None:
        super().__init__(name, label, 1, **options)


@model("SeparatorParmTemplate")
class SeparatorParmTemplate(ParmTemplate):
    _kind, _data = "Separator", "String"

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, "", 1, **options)

    def _defaults(self) -> list[Any]:
        return [""]


@model("LabelParmTemplate")
class LabelParmTemplate(ParmTemplate):
    """Shows its text, which is expanded like a string parm's."""

    _kind, _data = "Label", "String"

    def __init__(
        self, name: str, label: str, column_labels: Sequence[str] = (), **options: Any
    ) -> None:
        super().__init__(name, label, 1, **options)
        self._columns = list(column_labels) or [""]

    def _defaults(self) -> list[Any]:
        return self._columns[:1]

    def _set_default_texts(self, texts: list[str]) -> None:
        self._columns = texts

    def columnLabels(self) -> tuple[str, ...]:
        return tuple(self._columns)

    def setColumnLabels(self, column_labels: Sequence[str]) -> None:
        self._columns = list(column_labels)
