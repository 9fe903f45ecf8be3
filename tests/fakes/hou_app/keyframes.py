"""Keyframes: values and expressions at frames. Between two keys a value is linear."""

from __future__ import annotations

from typing import Any

from . import expressions
from .enums import EnumValue, value
from .errors import ERRORS
from .session import NotModelled, current, model


class Curve:
    """What makes a value more than a constant. False if nothing does."""

    def __init__(self) -> None:
        self.expression: tuple[str, str] | None = None  # code, language
        self.keys: dict[float, Any] = {}

    def __bool__(self) -> bool:
        return self.expression is not None or bool(self.keys)

    def state(self) -> Any:
        return self.expression, dict(self.keys)

    def restore(self, state: Any) -> None:
        self.expression, self.keys = state[0], dict(state[1])

    def at(self, node: Any, frame: float, raw: Any) -> Any:
        if self.expression is not None:
            code, language = self.expression
            run = expressions.python if language == "python" else expressions.hscript
            return run(code, node, frame)
        return _between(self.keys, frame) if self.keys else raw

    def set_key(self, keyframe: Any, app: Any) -> None:
        if keyframe._code:
            self.expression = (keyframe._code, keyframe._language)
        else:
            self.keys[keyframe.frame()] = keyframe.value()


def _between(keys: dict[float, Any], frame: float) -> Any:
    frames = sorted(keys)
    before = [at for at in frames if at <= frame]
    after = [at for at in frames if at >= frame]
    if not before or not after or before[-1] == after[0] or isinstance(keys[frames[0]], str):
        return keys[before[-1] if before else after[0]]
    low, high = before[-1], after[0]
    part = (frame - low) / (high - low)
    return keys[low] * (1 - part) + keys[high] * part


class _Key:
    """What keys of numbers and of strings have alike."""

    def _begin(self, time: float | None) -> None:
        self._frame: float | None = None
        self._code, self._language = "", "hscript"
        if time is not None:
            self._frame = current().frame_of(time)


@model("BaseKeyframe")
class BaseKeyframe(_Key):
    def setFrame(self, frame: float) -> None:
        self._frame = float(frame)

    def frame(self) -> float:
        return current().frame if self._frame is None else self._frame

    def setTime(self, time: float) -> None:
        self._frame = current().frame_of(time)

    def time(self) -> float:
        return current().time_of(self.frame())  # type: ignore[no-any-return]

    def setExpression(self, expression: str, language: EnumValue | None = None) -> None:
        self._code = expression
        self._language = language.name().lower() if language is not None else "hscript"

    def expression(self) -> str:
        return self._code

    def isExpressionSet(self) -> bool:
        return bool(self._code)

    def expressionLanguage(self) -> EnumValue:
        return value("exprLanguage", self._language.capitalize())


@model("Keyframe")
class Keyframe(BaseKeyframe):
    def __init__(self, value: float | None = None, time: float | None = None) -> None:
        self._begin(time)
        self._value = value

    @classmethod
    def _of(cls, frame: float, found: Any) -> Keyframe:
        if isinstance(found, str):
            raise NotModelled("keys of strings")
        made = cls(found)
        made._frame = frame
        return made

    def setValue(self, value: float) -> None:
        self._value = value

    def value(self) -> float:
        if self._value is None:
            raise ERRORS["KeyframeValueNotSet"]("The keyframe has no value")
        return self._value

    def isValueSet(self) -> bool:
        return self._value is not None
