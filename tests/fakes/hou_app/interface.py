"""What the artist sees: messages, the status line, an operation that Esc stops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .enums import EnumValue, value
from .errors import OperationFailed, OperationInterrupted
from .session import NotModelled, current, model


class Dialogs:
    """Modal dialogs. They are answered by `answers` and kept in `shown`."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []  # kind, text
        self.answers: list[Any] = []
        self.status = ("", value("severityType", "Message"))

    def show(self, kind: str, text: str, without: Any) -> Any:
        self.shown.append((kind, text))
        return self.answers.pop(0) if self.answers else without


@model("ui", any_thread=("postEventCallback",))
class Ui:
    """hou.ui, which is there only with a user interface."""

    @staticmethod
    def addEventLoopCallback(callback: Callable[[], None]) -> None:
        current().main_loop.add(callback)

    @staticmethod
    def removeEventLoopCallback(callback: Callable[[], None]) -> None:
        current().main_loop.remove(callback)

    @staticmethod
    def eventLoopCallbacks() -> tuple[Any, ...]:
        return tuple(current().main_loop.idle)

    @staticmethod
    def postEventCallback(callback: Callable[[], None]) -> None:
        current().main_loop.post(callback)

    @staticmethod
    def setStatusMessage(message: str, severity: EnumValue | None = None) -> None:
        said = severity if severity is not None else value("severityType", "Message")
        current().dialogs.status = (message, said)

    @staticmethod
    def statusMessage() -> tuple[str, EnumValue]:
        return current().dialogs.status  # type: ignore[no-any-return]

    @staticmethod
    def displayMessage(
        text: str, buttons: Sequence[str] = ("OK",), severity: Any = None, default_choice: int = 0,
        close_choice: int = -1, help: str | None = None, title: str | None = None,
        details: str | None = None, details_label: str | None = None,
        details_expanded: bool = False, suppress: Any = None,
    ) -> int:  # fmt: skip
        return int(current().dialogs.show("displayMessage", text, default_choice))

    @staticmethod
    def displayConfirmation(
        text: str, severity: Any = None, help: str | None = None, title: str | None = None,
        details: str | None = None, details_label: str | None = None,
        details_expanded: bool = False, suppress: Any = None,
    ) -> bool:  # fmt: skip
        return bool(current().dialogs.show("displayConfirmation", text, False))

    @staticmethod
    def readInput(
        text: str, buttons: Sequence[str] = ("OK",), severity_type: Any = None,
        default_choice: int = 0, close_choice: int = -1, help: str | None = None,
        title: str | None = None, initial_contents: str | None = None, **_more: Any,
    ) -> tuple[int, str]:  # fmt: skip
        return current().dialogs.show("readInput", text, (close_choice, ""))  # type: ignore[no-any-return]

    @staticmethod
    def selectFromList(
        choices: Sequence[str], default_choices: Sequence[int] = (), exclusive: bool = False,
        message: str | None = None, title: str | None = None, column_header: str = "Choices",
        num_visible_rows: int = 10, clear_on_cancel: bool = False, width: int = 0,
        height: int = 0, sort: bool = False, condense_paths: bool = False,
    ) -> tuple[int, ...]:  # fmt: skip
        said = "\n".join([message or "", *choices])
        return tuple(current().dialogs.show("selectFromList", said, default_choices))

    @staticmethod
    def paneTabOfType(type: EnumValue, index: int = 0) -> Any:
        if type is not value("paneTabType", "NetworkEditor"):
            raise NotModelled(f"a pane tab of type {type.name()}")
        return next(iter(current().panes.editors[index:]), None)

    @staticmethod
    def copyTextToClipboard(text: str) -> None:
        current().clipboard = text

    @staticmethod
    def showInFileBrowser(file_path: str) -> None:
        current().dialogs.show("showInFileBrowser", file_path, None)


@model("InterruptableOperation")
class InterruptableOperation:
    """A bar that Esc stops; only `updateProgress` finds out, and only inside `with`."""

    def __init__(
        self, operation_name: str, long_operation_name: str | None = None,
        open_interrupt_dialog: bool = False, timeout_ms: int = 0,
    ) -> None:  # fmt: skip
        self._text, self._entered = operation_name, False
        self._progress = (0.0, "")

    def __enter__(self) -> Any:
        if self._entered:
            raise OperationFailed("The operation runs already")
        self._entered = True
        current().operations.append(self)
        return self

    def __exit__(self, type: Any, value: Any, traceback: Any) -> None:
        self._entered = False
        current().operations.remove(self)

    def updateProgress(self, percentage: float = -1.0) -> None:
        self._update(percentage, self._progress[1])

    def updateLongProgress(
        self, percentage: float = -1.0, long_op_status: str | None = None
    ) -> None:
        self._update(percentage, long_op_status or "")

    def _update(self, part: float, text: str) -> None:
        if not self._entered:
            raise OperationFailed("The operation was not begun with `with`")
        self._progress = (part, text)
        if current().press_escape:
            raise OperationInterrupted("Esc was pressed")
