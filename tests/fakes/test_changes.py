"""What a change sets off: undo, the modified flag, the viewer."""

from __future__ import annotations

from typing import Any

from tests.fakes.nuke_app import NukeApp


def test_a_change_modifies_the_script(app: NukeApp, nuke: Any) -> None:
    node = nuke.createNode("Blend")
    nuke.modified(False)
    node["status"].setValue("37 %")
    assert nuke.modified()
    nuke.root().setModified(False)
    node["status"].setValue("37 %")
    assert not nuke.modified()
    node.setInput(0, nuke.nodes.Dot())
    assert nuke.root().modified()


def test_undo_puts_back_what_was_done_last(app: NukeApp, nuke: Any) -> None:
    node = nuke.createNode("Blend")
    with nuke.Undo("change"):
        node["mode"].setValue("plate")
        node["p_steps"].setValue(9)
    assert app.changes.undo_stack[-1][0] == "change"
    app.undo()
    assert (node["mode"].value(), node["p_steps"].value()) == ("result", 0)


def test_what_is_done_with_undo_off_is_not_remembered(app: NukeApp, nuke: Any) -> None:
    node = nuke.createNode("Blend")
    size = nuke.Undo.undoSize()
    nuke.Undo.disable()
    nuke.Undo.disable()
    node["status"].setValue("1 %")
    nuke.Undo.enable()
    node["status"].setValue("2 %")
    assert nuke.Undo.disabled()
    nuke.Undo.enable()
    assert not nuke.Undo.disabled()
    assert nuke.Undo.undoSize() == size
    node["status"].setValue("3 %")
    assert nuke.Undo.undoSize() == size + 1


def test_undo_of_a_deletion_brings_a_new_node_with_the_old_wires(nuke: Any) -> None:
    plate, node = nuke.nodes.Constant(), nuke.createNode("Blend")
    node.setInput(0, plate)
    write = nuke.nodes.Write(inputs=[node])
    node["uid"].setValue("u1")
    nuke.delete(node)
    assert write.input(0) is None
    nuke.undo()
    again = nuke.toNode("Blend")
    assert again is not node
    assert again["uid"].value() == "u1"
    assert (again.input(0), write.input(0)) == (plate, again)


def test_the_viewer_starts_again_only_for_what_it_shows(app: NukeApp, nuke: Any) -> None:
    plate, node = nuke.nodes.Constant(), nuke.createNode("Blend")
    node.setInput(0, plate)
    write = nuke.nodes.Write(inputs=[plate])
    viewer = nuke.createNode("Viewer")
    viewer.setInput(0, node)

    def times(change: Any) -> int:
        before = app.changes.viewer_invalidations
        change()
        return app.changes.viewer_invalidations - before

    assert times(lambda: node["status"].setValue("37 %")) == 0
    assert times(lambda: node["label"].setValue("37 %")) == 0
    assert times(lambda: node["p_steps"].setValue(3)) == 0  # nothing follows it
    assert times(lambda: write["file"].setValue("/tmp/a.exr")) == 0
    assert times(lambda: node["mode"].setValue("plate")) == 1  # Show follows it
    assert times(lambda: node.node("Result")["file"].setValue("/tmp/b.exr")) == 1
    assert times(lambda: node.node("Result")["reload"].execute()) == 1
    assert times(lambda: plate["color"].setValue(0.5)) == 1
    assert times(lambda: nuke.delete(write)) == 0
    assert times(lambda: nuke.delete(node)) == 1


def test_what_was_set_is_logged_in_order(app: NukeApp, nuke: Any) -> None:
    node = nuke.createNode("Blend")
    app.changes.log.clear()
    node["p_steps"].setValue(2)
    node["mode"].setValue("plate")
    assert [entry for entry in app.changes.log if entry[1] != "heard"] == [
        ("Blend", "p_steps", "2"),
        ("Blend", "mode", "plate"),
    ]


def test_dialogs_are_kept_and_answered(app: NukeApp, nuke: Any) -> None:
    app.dialogs.answers = [True]
    assert nuke.ask("Sure?") is True
    nuke.message("Done")
    assert app.dialogs.shown == [("ask", "Sure?"), ("message", "Done")]


def test_panels_favourites_and_versions(app: NukeApp, nuke: Any) -> None:
    import nukescripts

    nukescripts.panels.registerWidgetAsPanel("comfyrelay_qt.Queue", "Queue", "relay.queue")
    nuke.addFavoriteDir("Results", "/out")
    assert app.panels == [("comfyrelay_qt.Queue", "Queue", "relay.queue")]
    assert app.favorites == {"Results": "/out"}
    assert (nuke.NUKE_VERSION_MAJOR, nuke.NUKE_VERSION_STRING) == (15, "15.1v3")
    assert nuke.env["NukeVersionMajor"] == 15
    assert nuke.env.get("indie") is False
