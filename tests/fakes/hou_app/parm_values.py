"""A parm's value: what it is, what it takes, how it is keyed or follows an expression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import expressions
from .enums import EnumValue, value
from .errors import ObjectWasDeleted, OperationFailed, PermissionError_
from .keyframes import Curve, Keyframe
from .session import NotModelled, model
from .values import as_number, as_text, converted


@model("Parm")
class ParmValue:
    def __init__(self, parm_tuple: Any, index: int, name: str, default: Any) -> None:
        self._tuple, self._index, self._text = parm_tuple, index, name
        self._default = default
        self._raw: Any = default
        self._curve = Curve()
        self._locked = False
        self._put: dict[str, bool] = {}  # what `disable` and `hide` said
        expression = parm_tuple._template._expressions.get(index)
        if expression is not None:
            self._curve.expression = expression

    def _check_alive(self) -> None:
        self._node._check_alive()
        if not self._tuple._attached:
            raise ObjectWasDeleted(f"Attempt to access a parm {self._text!r} that is gone")

    @property
    def _node(self) -> Any:
        return self._tuple._node

    @property
    def _template(self) -> Any:
        return self._tuple._template

    @property
    def _app(self) -> Any:
        return self._tuple._node._app

    # What it is.

    def node(self) -> Any:
        return self._node

    def tuple(self) -> Any:
        return self._tuple

    def parmTemplate(self) -> Any:
        return self._template.clone()

    def name(self) -> str:
        return self._text

    def path(self) -> str:
        return f"{self._node._path()}/{self._text}"

    def description(self) -> str:
        return str(self._template._label)

    def componentIndex(self) -> int:
        return self._index

    def isSpare(self) -> bool:
        return bool(self._tuple._spare)

    # Its value.

    def _value_at(self, frame: float) -> Any:
        """As it evaluates, before it becomes a number or a text."""
        return self._curve.at(self._node, frame, self._raw)

    def _number_at(self, frame: float) -> float:
        return as_number(self._template, self._value_at(frame))

    def _text_at(self, frame: float) -> str:
        found = self._value_at(frame)
        if self._template._data == "String" and not self._curve:
            return expressions.expanded(str(found), self._node, frame)
        return as_text(self._template, found)

    def _eval_at(self, frame: float) -> Any:
        kind = self._template._data
        if kind == "String":
            return self._text_at(frame)
        number = self._number_at(frame)
        return number if kind == "Float" else int(number)

    def eval(self) -> Any:
        return self._eval_at(self._app.frame)

    def evalAtFrame(self, frame: float) -> Any:
        return self._eval_at(frame)

    def evalAsFloat(self) -> float:
        return self._number_at(self._app.frame)

    def evalAsFloatAtFrame(self, frame: float) -> float:
        return self._number_at(frame)

    def evalAsInt(self) -> int:
        return int(self._number_at(self._app.frame))

    def evalAsIntAtFrame(self, frame: float) -> int:
        return int(self._number_at(frame))

    def evalAsString(self) -> str:
        return self._text_at(self._app.frame)

    def evalAsStringAtFrame(self, frame: float) -> str:
        return self._text_at(frame)

    def evalAsNode(self) -> Any:
        return self._node._node_at(self.evalAsString())

    def rawValue(self) -> str:
        """The expression, else the value as text with nothing expanded."""
        if self._curve.expression is not None:
            return str(self._curve.expression[0])
        return str(self._raw) if self._template._data == "String" else self.evalAsString()

    def unexpandedString(self) -> str:
        if self._template._data != "String":
            raise OperationFailed(f"{self.path()} is not a string parameter")
        if self._curve:
            raise OperationFailed(f"{self.path()} has keyframes")
        return str(self._raw)

    def set(
        self, value: Any, language: EnumValue | None = None, follow_parm_reference: bool = True
    ) -> None:
        if isinstance(value, ParmValue):
            raise NotModelled("Parm.set with a parm")
        expression = self._curve.expression
        target = expressions.referred(expression[0], self._node) if expression else None
        if target is not None and follow_parm_reference:
            target.set(value)
            return
        self._refuse_change()
        self._set(converted(self, value))

    def _set(self, found: Any) -> None:
        before = self._state()
        if self._curve.keys:
            self._curve.keys[self._app.frame] = found
        else:
            self._raw = found
        if self._state() != before:
            self._tuple._changed(self, before)

    def _refuse_change(self) -> None:
        self._node._refuse_write(f"{self.path()} was set")
        if self._locked:
            raise PermissionError_(f"{self.path()} is locked")

    def _state(self) -> Any:
        return self._raw, self._curve.state()

    def _restore(self, state: Any) -> None:
        self._raw = state[0]
        self._curve.restore(state[1])

    def revertToDefaults(self) -> None:
        self._refuse_change()
        before = self._state()
        self._raw, self._curve = self._default, Curve()
        if self._state() != before:
            self._tuple._changed(self, before)

    def isAtDefault(
        self, compare_temporary_defaults: bool = True, compare_expressions: bool = True
    ) -> bool:
        return bool(self._raw == self._default) and not self._curve

    # Expressions and keys.

    def setExpression(
        self, expression: str, language: EnumValue | None = None, replace_expression: bool = True
    ) -> None:
        self._refuse_change()
        before = self._state()
        spoken = language if language is not None else self._node.expressionLanguage()
        self._curve.expression = (expression, spoken.name().lower())
        self._tuple._changed(self, before)

    def expression(self) -> str:
        if self._curve.expression is None:
            raise OperationFailed(f"{self.path()} has no expression")
        return str(self._curve.expression[0])

    def expressionLanguage(self) -> EnumValue:
        self.expression()
        assert self._curve.expression is not None
        return value("exprLanguage", self._curve.expression[1].capitalize())

    def setKeyframe(self, keyframe: Any) -> None:
        self._refuse_change()
        before = self._state()
        self._curve.set_key(keyframe, self._app)
        self._tuple._changed(self, before)

    def keyframes(self) -> Sequence[Any]:
        return tuple(Keyframe._of(frame, at) for frame, at in sorted(self._curve.keys.items()))

    def deleteAllKeyframes(self) -> None:
        """Also takes the expression away; the value stays what it was."""
        self._refuse_change()
        before = self._state()
        self._raw = converted(self, self._eval_at(self._app.frame))
        self._curve = Curve()
        self._tuple._changed(self, before)

    def isTimeDependent(self) -> bool:
        texts = [self._raw] if isinstance(self._raw, str) else []
        texts += [self._curve.expression[0]] if self._curve.expression else []
        return len(self._curve.keys) > 1 or any("$F" in t or "$T" in t for t in texts)
