"""The errors that `hou` raises, one class each, as the stubs derive them."""

from __future__ import annotations

from typing import Any

from .session import models


class Error(Exception):
    """hou.Error."""

    def description(self) -> str:
        return self.__class__.__name__

    def exceptionTypeName(self) -> str:
        return self.__class__.__name__

    def instanceMessage(self) -> str:
        return str(self.args[0]) if self.args else ""


def _all() -> dict[str, type[Error]]:
    found: dict[str, Any] = {"Error": Error}
    waiting = dict(models.stubs.classes)
    while True:
        next_ones = [
            n for n, s in waiting.items() if n not in found and set(s.parents) & set(found)
        ]
        if not next_ones:
            return found
        for name in next_ones:
            parent = next(p for p in waiting[name].parents if p in found)
            found[name] = type(name, (found[parent],), {"__module__": "hou"})


ERRORS = _all()
"""By their names in the module."""

ObjectWasDeleted = ERRORS["ObjectWasDeleted"]
OperationFailed = ERRORS["OperationFailed"]
OperationInterrupted = ERRORS["OperationInterrupted"]
PermissionError_ = ERRORS["PermissionError"]
InvalidInput = ERRORS["InvalidInput"]
InvalidSize = ERRORS["InvalidSize"]
LoadWarning = ERRORS["LoadWarning"]
NotAvailable = ERRORS["NotAvailable"]
