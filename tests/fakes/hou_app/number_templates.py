"""Parm templates of numbers, with their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .menu_templates import MenuItems
from .session import model
from .templates import ParmTemplate


class NumberTemplate(ParmTemplate):
    """Int and Float, whose range is enforced only where it is strict."""

    def __init__(self, name: str, label: str, num_components: int, **options: Any) -> None:
        super().__init__(name, label, num_components, **options)
        given = options.get("default_value") or ()
        self._values = [*given, *[0] * num_components][:num_components]
        low, high = options.get("min"), options.get("max")
        self._range = (0.0 if low is None else low, 10.0 if high is None else high)
        self._strict = (bool(options.get("min_is_strict")), bool(options.get("max_is_strict")))

    def _defaults(self) -> list[Any]:
        return list(self._values)

    def _clamped(self, number: Any) -> Any:
        if self._strict[0]:
            number = max(number, self._range[0])
        return min(number, self._range[1]) if self._strict[1] else number


@model("IntParmTemplate")
class Numbers:
    """What Int and Float have alike."""

    _values: list[Any]
    _range: tuple[float, float]
    _strict: tuple[bool, bool]

    def minValue(self) -> Any:
        return self._range[0]

    def maxValue(self) -> Any:
        return self._range[1]

    def minIsStrict(self) -> bool:
        return self._strict[0]

    def maxIsStrict(self) -> bool:
        return self._strict[1]

    def defaultValue(self) -> tuple[Any, ...]:
        return tuple(self._values)

    def setDefaultValue(self, default_value: Sequence[Any]) -> None:
        self._values = list(default_value)


@model("FloatParmTemplate")
class FloatParmTemplate(Numbers, NumberTemplate):
    _kind, _data = "Float", "Float"

    def __init__(
        self, name: str, label: str, num_components: int, default_value: Sequence[float] = (),
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(name, label, num_components, default_value=default_value, **options)

    def _set_default_texts(self, texts: list[str]) -> None:
        self._values = [float(text or 0) for text in texts]


@model("IntParmTemplate")
class IntParmTemplate(MenuItems, Numbers, NumberTemplate):
    _kind, _data = "Int", "Int"

    def __init__(
        self, name: str, label: str, num_components: int, default_value: Sequence[int] = (),
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(name, label, num_components, default_value=default_value, **options)
        self._read_menu(options)

    def _set_default_texts(self, texts: list[str]) -> None:
        self._values = [int(float(text or 0)) for text in texts]
