"""Threads, modes and dead nodes: what Nuke refuses, the fake refuses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.fakes.nuke_app import NotModelled, NukeApp, WrongThread

DETACHED = "A PythonObject is not attached to a node"


def elsewhere(call: Callable[[], Any]) -> Exception | None:
    """What the call raised on another thread."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001  handed back
            raised.append(error)

    thread = threading.Thread(target=run, name="comfyrelay-1")
    thread.start()
    thread.join()
    return raised[0] if raised else None


@pytest.mark.parametrize(
    "call",
    [
        lambda nuke, node: nuke.root(),
        lambda nuke, node: nuke.toNode("Dot1"),
        lambda nuke, node: nuke.message("hello"),
        lambda nuke, node: nuke.nodes.Dot(),
        lambda nuke, node: nuke.String_Knob("name"),
        lambda nuke, node: nuke.Undo.disable(),
        lambda nuke, node: nuke.ProgressTask("Waiting"),
        lambda nuke, node: node.fullName(),
        lambda nuke, node: node["label"],
        lambda nuke, node: nuke.execute(node, 1, 1),
    ],
)
def test_only_the_main_thread_may_call(
    app: NukeApp, nuke: Any, call: Callable[[Any, Any], Any]
) -> None:
    node = nuke.nodes.Dot()
    raised = elsewhere(lambda: call(nuke, node))
    assert isinstance(raised, WrongThread)
    assert "comfyrelay-1" in str(raised)
    assert app.breaches == [raised]
    app.breaches.clear()


def test_a_knob_is_as_bound_to_the_main_thread_as_its_node(app: NukeApp, nuke: Any) -> None:
    knob = nuke.nodes.Dot()["label"]
    assert isinstance(elsewhere(lambda: knob.setValue("x")), WrongThread)
    assert isinstance(elsewhere(knob.value), WrongThread)
    app.breaches.clear()


def test_a_progress_bar_may_be_moved_from_anywhere(app: NukeApp, nuke: Any) -> None:
    task = nuke.ProgressTask("Exporting")
    assert elsewhere(lambda: task.setProgress(40)) is None
    assert elsewhere(lambda: task.setMessage("frame 3")) is None
    assert task.isCancelled() is False
    app.cancel_progress = True
    assert task.isCancelled() is True
    assert list(app.progress) == [task]
    task = None
    assert list(app.progress) == []


def test_what_a_thread_posts_runs_when_the_main_loop_turns(app: NukeApp, nuke: Any) -> None:
    label = nuke.nodes.Dot()["label"]
    assert (
        elsewhere(lambda: nuke.executeInMainThread(type(label).setValue, (label, "done"))) is None
    )
    assert label.value() == ""
    assert app.pump() == 1
    assert label.value() == "done"
    assert app.main_loop.turns[0].name.endswith("setValue")
    assert app.main_loop.longest_ms >= 0


def test_arguments_that_are_no_tuple_are_one_argument(app: NukeApp, nuke: Any) -> None:
    heard: list[Any] = []
    elsewhere(lambda: nuke.executeInMainThread(heard.append, [1, 2]))
    app.pump()
    assert heard == [[1, 2]]


def test_the_waiting_call_brings_the_result(app: NukeApp, nuke: Any) -> None:
    results: list[Any] = []
    thread = threading.Thread(
        target=lambda: results.append(nuke.executeInMainThreadWithResult(nuke.frame, ()))
    )
    thread.start()
    app.pump_until(lambda: results)
    thread.join()
    assert results == [1]


def test_the_waiting_call_swallows_what_is_raised(app: NukeApp, nuke: Any) -> None:
    def fail() -> None:
        raise ValueError("lost")

    results: list[Any] = []
    thread = threading.Thread(
        target=lambda: results.append(nuke.executeInMainThreadWithResult(fail))
    )
    thread.start()
    app.pump_until(lambda: results)
    thread.join()
    assert results == [None]
    assert "ValueError: lost" in app.errors.pop()


def test_on_the_main_thread_both_calls_would_hang(app: NukeApp, nuke: Any) -> None:
    with app.breaking(RuntimeError):
        nuke.executeInMainThreadWithResult(print)
    with app.breaking(RuntimeError):
        nuke.executeInMainThread(print)


def test_posting_from_the_main_thread_can_be_allowed() -> None:
    app, heard = NukeApp(post_from_main=True), []
    with app.installed() as nuke:
        nuke.executeInMainThread(heard.append, 1)
        assert heard == []
        app.pump()
    assert heard == [1]


def test_without_a_gui_nothing_can_be_posted() -> None:
    with NukeApp(gui=False).installed() as nuke:
        assert nuke.GUI is False
        assert nuke.env["gui"] is False
        for call in (nuke.executeInMainThread, nuke.executeInMainThreadWithResult):
            raised = elsewhere(lambda call=call: call(print))
            assert isinstance(raised, RuntimeError)
            assert str(raised) == "Invalid function call in non-gui mode"


def test_without_a_gui_there_is_nothing_to_look_at() -> None:
    app = NukeApp(gui=False)
    with app.installed() as nuke:
        assert nuke.menu("Nuke") is None
        nuke.message("one line")
        assert app.printed == ["one line"]
        node = nuke.nodes.Dot()
        for call in (lambda: nuke.ProgressTask("x"), node.screenWidth, node.showControlPanel):
            with pytest.raises(RuntimeError):
                call()


def test_a_deleted_node_is_attached_to_nothing(app: NukeApp, nuke: Any) -> None:
    node = nuke.createNode("Blend")
    inner, knob = node.node("Result"), node["uid"]
    file = inner["file"]
    nuke.delete(node)
    assert nuke.toNode("Blend") is None
    for call in (node.name, lambda: node["uid"], knob.value, inner.fullName, file.value):
        with pytest.raises(ValueError, match=DETACHED):
            call()
    with pytest.raises(ValueError, match=DETACHED):
        nuke.delete(node)


def test_a_closed_script_leaves_only_dead_nodes(app: NukeApp, nuke: Any) -> None:
    node, root = nuke.createNode("Blend"), nuke.root()
    nuke.scriptClear()
    for call in (node.name, root.name):
        with pytest.raises(ValueError, match=DETACHED):
            call()
    assert nuke.root().name() == "Root"


def test_a_swallowed_breach_is_found_at_the_end() -> None:
    def plugin(nuke: Any) -> None:
        with suppress(NotModelled):
            nuke.center()

    with pytest.raises(AssertionError, match="center is not modelled"):
        in_a_session(plugin)


def test_what_nuke_only_prints_is_found_at_the_end() -> None:
    def plugin(nuke: Any) -> None:
        nuke.addOnCreate(lambda: 1 / 0)
        nuke.nodes.Dot()

    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        in_a_session(plugin)


def in_a_session(plugin: Callable[[Any], None]) -> None:
    with NukeApp().installed() as nuke:
        plugin(nuke)


def test_names_beyond_the_stubs_are_unknown(nuke: Any) -> None:
    with pytest.raises(AttributeError):
        nuke.creatNode("Dot")
    with pytest.raises(AttributeError):
        nuke.nodes.Dot().setname("x")
    assert not hasattr(nuke, "executeDeferred")


def test_arguments_are_held_against_the_stubs(app: NukeApp, nuke: Any) -> None:
    with app.breaking(TypeError):
        nuke.nodes.Dot().setXYpos(3)
    with app.breaking(TypeError):
        nuke.scriptReadFile()


def test_the_module_is_gone_afterwards(app: NukeApp) -> None:
    import sys

    with app.installed() as module:
        import nuke

        assert nuke is module
    assert "nuke" not in sys.modules
