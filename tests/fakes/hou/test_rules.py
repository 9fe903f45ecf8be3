"""Threads and modes: what Houdini refuses, the fake refuses."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp, WrongThread


def elsewhere(call: Callable[[], Any]) -> Any:
    """What the call returned, or raised, on another thread."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(call())
        except Exception as error:  # noqa: BLE001  handed back
            found.append(error)

    thread = threading.Thread(target=run, name="comfyrelay-1")
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.parametrize(
    "call",
    [
        lambda hou, node: hou.node("/img"),
        lambda hou, node: hou.frame(),
        lambda hou, node: hou.nodeBySessionId(1),
        lambda hou, node: hou.isUIAvailable(),
        lambda hou, node: hou.undos.disabler(),
        lambda hou, node: hou.hipFile.path(),
        lambda hou, node: hou.ui.addEventLoopCallback(print),
        lambda hou, node: hou.ui.setStatusMessage("x"),
        lambda hou, node: node.path(),
        lambda hou, node: node.setUserData("a", "b"),
        lambda hou, node: node.parm("seed"),
        lambda hou, node: hou.IntParmTemplate("a", "A", 1),
        lambda hou, node: hou.ui.postEventCallback(print),
    ],
)
def test_only_the_main_thread_may_call(
    app: HouApp, hou: Any, node: Any, call: Callable[[Any, Any], Any]
) -> None:
    raised = elsewhere(lambda: call(hou, node))
    assert isinstance(raised, WrongThread)
    assert app.breaches == [raised]
    app.breaches.clear()


def test_a_parm_is_as_bound_to_the_main_thread_as_its_node(app: HouApp, node: Any) -> None:
    parm = node.parm("seed")
    assert isinstance(elsewhere(parm.eval), WrongThread)
    assert isinstance(elsewhere(lambda: parm.set(1)), WrongThread)
    app.breaches.clear()


def test_posting_from_threads_can_be_allowed() -> None:
    app, heard = HouApp(post_from_threads=True), []
    with app.installed() as hou:
        elsewhere(lambda: hou.ui.postEventCallback(lambda: heard.append(1)))
        assert heard == []
        app.pump()
        app.pump()
    assert heard == [1]


def test_event_loop_callbacks_run_each_turn_until_removed(app: HouApp, hou: Any) -> None:
    heard: list[int] = []

    def once() -> None:
        heard.append(len(heard))
        if len(heard) == 3:
            hou.ui.removeEventLoopCallback(once)

    hou.ui.addEventLoopCallback(once)
    assert hou.ui.eventLoopCallbacks() == (once,)
    app.pump_until(lambda: not hou.ui.eventLoopCallbacks())
    assert heard == [0, 1, 2]
    with pytest.raises(hou.OperationFailed):
        hou.ui.removeEventLoopCallback(once)


def test_what_an_event_loop_callback_raises_is_printed(app: HouApp, hou: Any) -> None:
    hou.ui.addEventLoopCallback(lambda: 1 / 0)
    app.pump()
    assert "ZeroDivisionError" in app.errors.pop()


def test_hdefereval_carries_calls_and_errors(app: HouApp, hou: Any) -> None:
    import hdefereval  # type: ignore[import-not-found]

    results: list[Any] = []
    thread = threading.Thread(
        target=lambda: results.append(hdefereval.executeInMainThreadWithResult(hou.frame))
    )
    thread.start()
    app.pump_until(lambda: results)
    thread.join()
    assert results == [1.0]
    elsewhere(lambda: hdefereval.executeDeferred(results.append, 2))
    app.pump()
    assert results == [1.0, 2]
    hdefereval.executeDeferredAfterWaiting(results.append, 2, 3)
    assert [app.pump() and len(results) for _ in range(3)] == [2, 2, 3]
    assert results == [1.0, 2, 3]
    with app.breaking(RuntimeError):
        hdefereval.executeInMainThreadWithResult(print)


def test_without_an_interface_there_is_none(otls: Path) -> None:
    app = HouApp(gui=False, hda_path=(otls,))
    with app.installed() as hou:
        assert not hou.isUIAvailable()
        assert not hasattr(hou, "ui")
        with pytest.raises(ImportError):
            import hdefereval  # noqa: F401
        node = hou.node("/img").createNode("copnet").createNode("studio::blend")
        node.parm("generate").pressButton()
        assert node.evalParm("status") == "queued"
        assert hou.hipFile.hasUnsavedChanges()


def test_an_operation_is_stopped_by_escape(app: HouApp, hou: Any) -> None:
    operation = hou.InterruptableOperation("Exporting", open_interrupt_dialog=True)
    with pytest.raises(hou.OperationFailed):
        operation.updateProgress(0.1)
    app.press_escape = True
    with operation:
        assert app.operations == [operation]
        with pytest.raises(hou.OperationInterrupted):
            operation.updateProgress(0.5)
    assert app.operations == []


def test_dialogs_are_kept_and_answered(app: HouApp, hou: Any) -> None:
    app.dialogs.answers.append(1)
    assert hou.ui.displayMessage("Overwrite?", buttons=("Yes", "No")) == 1
    assert app.dialogs.shown == [("displayMessage", "Overwrite?")]
    hou.ui.setStatusMessage("queued", hou.severityType.ImportantMessage)
    assert hou.ui.statusMessage() == ("queued", hou.severityType.ImportantMessage)


def test_asyncio_runs_on_the_main_thread_only(hou: Any) -> None:
    async def nothing() -> None: ...

    def run() -> None:
        loop = asyncio.new_event_loop()
        try:
            loop.run_forever()
        finally:
            loop.close()

    assert str(elsewhere(run)) == "Current thread is not the main thread"


def test_a_relay_in_the_same_process_has_loops_of_its_own(hou: Any) -> None:
    code = (
        "import asyncio\ndef run():\n loop = asyncio.new_event_loop()\n loop.close()\n return loop"
    )
    loops = []
    for module in ("relay_server.worker.slot", "comfyrelay.desk"):
        space: dict[str, Any] = {"__name__": module}
        exec(code, space)
        loops.append(type(elsewhere(space["run"])).__name__)
    assert loops == ["_UnixSelectorEventLoop", "HoudiniLoop"]


def test_a_session_is_forgotten_with_its_plugins(tmp_path: Path, monkeypatch: Any) -> None:
    import sys

    (tmp_path / "studio_tools.py").write_text("import hou\nversion = hou.applicationVersion()\n")
    for version in ((20, 5, 445), (22, 0, 368)):
        monkeypatch.syspath_prepend(tmp_path)
        with HouApp(version=version).installed():
            import studio_tools  # type: ignore[import-not-found]

            assert studio_tools.version == version
        assert "studio_tools" not in sys.modules
