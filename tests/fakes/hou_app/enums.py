"""Enumerations: each class of the stubs that has values and nothing else."""

from __future__ import annotations

from typing import Any

from .session import models


class EnumValue:
    """One value. Equal only to itself."""

    def __init__(self, enum: str, name: str) -> None:
        self._enum, self._text = enum, name

    def name(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"{self._enum}.{self._text}"


class Enumeration:
    """`hou.nodeEventType` and the like."""

    def __init__(self, name: str, values: set[str]) -> None:
        self._enum = name
        for value in values:
            setattr(self, value, EnumValue(name, value))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"hou.{self._enum} has no value {name!r}")

    def _named(self, name: str) -> EnumValue:
        value = getattr(self, name)
        assert isinstance(value, EnumValue)
        return value


def _all() -> dict[str, Enumeration]:
    found = {}
    for name, stub in models.stubs.classes.items():
        values = {v for v in stub.attributes if not v.startswith("_") and v != "thisown"}
        if values and not set(stub.methods) - {"__init__"} and name[0].islower():
            found[name] = Enumeration(name, values)
    return found


ENUMS = _all()
"""By their names in the module."""


def value(enum: str, name: str) -> EnumValue:
    """`value("nodeEventType", "InputRewired")`."""
    return ENUMS[enum]._named(name)
