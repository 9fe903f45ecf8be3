"""Inputs, what goes for them, and which output is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.plugins.nuke.comp import Comp, png
from tests.plugins.shelf import Shelf, picture_input, two_pictures
from tests.rig import picture, png as encoded

EXAMPLES = Path(__file__).parents[3] / "plugins" / "comfyui" / "example_workflows"


def graph_with(*nodes: str) -> dict[str, Any]:
    """Inverts the first of the pictures that these nodes load; the others are saved as they are."""
    graph: dict[str, Any] = {}
    for node in nodes:
        graph[node] = {"class_type": "LoadImage", "inputs": {"image": "a.png"}}
        graph[f"{node}9"] = {
            "class_type": "SaveImage",
            "inputs": {"images": [node, 0], "filename_prefix": f"out{node}"},
        }
    return graph


def form_of(*names: str, **about: Any) -> dict[str, Any]:
    """An input by each of these names, and the first one's output."""
    inputs = [picture_input(name, str(at), **about) for at, name in enumerate(names, 1)]
    return {"inputs": inputs, "outputs": [{"id": "out", "node": "19"}]}


@pytest.fixture
def three(comp: Comp, shelf: Shelf) -> Any:
    """A node whose workflow takes a plate, a reference and a depth, all connected."""
    shelf.publish("three", graph_with("1", "2", "3"), form_of("plate", "reference", "depth"))
    shelf.publish("two", graph_with("1", "2"), form_of("plate", "depth"))
    comp.plate.setName("Plate")
    node = comp.node("three")
    for number in (2, 3):
        source = comp.nuke.nodes.CheckerBoard2(format="square_256", name=f"Extra{number}")
        node.setInput(number, source)
    return node


def wires(node: Any) -> list[str]:
    return [
        upstream.name() if (upstream := node.input(number)) else ""
        for number in range(node.inputs())
    ]


def test_inputs_beyond_plate_and_mask_are_appended_in_the_forms_order(three: Any) -> None:
    inside = {n.name(): n["number"].value() for n in three.nodes() if n.Class() == "Input"}

    assert inside == {"plate": 0, "mask": 1, "in_reference": 2, "in_depth": 3}
    assert wires(three) == ["Plate", "", "Extra2", "Extra3"]
    pick = three.node("Pick")
    assert [pick.input(n).name() for n in (2, 3)] == ["in_reference", "in_depth"]


def test_wires_survive_another_workflow_and_lost_ones_are_told(
    three: Any, comp: Comp, shelf: Shelf
) -> None:
    comp.choose(three, "two")
    assert wires(three) == ["Plate", "", "Extra3"]
    assert "no input 'reference'; it was connected to Extra2" in three["log"].value()
    assert three["status"].value().startswith("! two has no input 'reference'")

    comp.choose(three, "three")
    assert wires(three) == ["Plate", "", "", "Extra3"]

    shelf.publish("one", graph_with("1"), form_of("depth"))  # its plate is another's depth
    comp.app.click(three, "refresh")
    comp.choose(three, "one")
    assert wires(three) == ["Plate"]
    assert [n.name() for n in three.nodes() if n.Class() == "Input"] == ["plate", "mask"]
    assert "Extra3" in three["log"].value()


def test_each_input_gets_what_is_connected_to_it(three: Any, comp: Comp, shelf: Shelf) -> None:
    shelf.publish(
        "three", graph_with("1", "2", "3"),
        {**form_of("plate", "reference", "depth"), "outputs": [{"id": "out", "node": "39"}]},
    )  # fmt: skip
    comp.app.click(three, "refresh")
    comp.app.pump_until(lambda: three["relay_version"].value() == "2")
    white = comp.nuke.nodes.Constant(format="square_256", color=1)
    three.setInput(3, white)

    comp.generate(three)

    assert (png(three["result_file"].value()) == 255).all()


def test_what_is_no_picture_is_a_file_that_the_artist_names(
    comp: Comp, shelf: Shelf, tmp_path: Path
) -> None:
    chosen = tmp_path / "a table.png"
    chosen.write_bytes(encoded(picture()))
    form = form_of("table", kind="data", label="Table")
    shelf.publish("table", graph_with("1"), form)
    node = comp.node("table")
    assert node["p_table_FILE"].label() == "Table"
    assert node["sends"].value() == "Table: no file chosen"
    assert comp.refused(node) == "X  The input 'Table' names no file."

    node["p_table_FILE"].setValue(chosen.as_posix())
    comp.app.pump_until(lambda: node["sends"].value() == "Table: the file as it is")
    comp.generate(node)

    assert np.array_equal(png(node["result_file"].value()), picture())


def test_what_goes_for_each_input_is_told_before_generate(comp: Comp) -> None:
    node = comp.node("inpaint")
    mask = comp.nuke.nodes.CheckerBoard2(format="square_256")

    def says(plate: str, mask: str) -> None:
        comp.app.pump_until(lambda: node["sends"].value() == f"Image: {plate}\nMask: {mask}")

    padded = ", padded to a multiple of 8"
    says(f"8-bit PNG, sRGB{padded}", "nothing connected")
    node.setInput(1, mask)
    says(f"8-bit PNG, sRGB{padded}", f"8-bit PNG, mask, white changes, from rgba.alpha{padded}")
    node.node("Matte")["from0"].setValue("rgba.red")
    node["send_alpha"].setValue(True)
    white = "8-bit PNG, mask, white changes, from rgba.red"
    says(f"8-bit PNG, sRGB, with alpha{padded}", f"{white}{padded}")
    node["send_alpha"].setValue(False)
    node["colourspace"].setValue("rec709")
    node["fit"].setValue("stretch")
    stretched = ", stretched to a multiple of 8"
    says(f"8-bit PNG, rec709{stretched}", f"{white}{stretched}")
    node.setInput(0, None)
    says("nothing connected", f"{white}{stretched}")


def test_float_is_told_only_where_it_goes(comp: Comp, shelf: Shelf) -> None:
    graph, form = (
        json.loads((EXAMPLES / f"exr-invert{suffix}.json").read_text()) for suffix in ("", ".form")
    )
    shelf.publish("float", graph, form)
    node = comp.node("float")
    assert node["sends"].value().endswith(": 32-bit EXR, raw")

    node["depth"].setValue("16-bit EXR")
    comp.app.pump_until(lambda: node["sends"].value().endswith(": 16-bit EXR, raw"))


def test_what_goes_is_told_of_a_script_that_was_opened(comp: Comp, tmp_path: Path) -> None:
    comp.node("invert")
    comp.app.save(tmp_path / "wired.nk")
    comp.app.open(tmp_path / "wired.nk")
    node = comp.app.node("ComfyRelay")

    comp.app.pump_until(lambda: node["sends"].value() == "Image: 8-bit PNG, sRGB")

    assert node["about"].value().strip()


def test_the_artist_chooses_which_output_is_shown(comp: Comp, shelf: Shelf, tmp_path: Path) -> None:
    shelf.publish("both", *two_pictures())
    node = comp.node("both")
    assert not node["output"].visible()  # nothing to choose from yet
    comp.generate(node)
    output = node["output"]
    inverted = png(node["result_file"].value())
    assert (output.visible(), output.values()) == (True, ["Inverted", "As it was"])
    assert output.value() == "Inverted"

    shelf.withdraw("both")  # the relay is not asked
    output.setValue("As it was")
    comp.app.pump_until(lambda: "copy" in node["result_file"].value())
    copy = png(node["result_file"].value())
    assert np.array_equal(copy, 255 - inverted)

    comp.app.save(tmp_path / "both.nk")
    comp.app.open(tmp_path / "both.nk")
    again = comp.app.node("ComfyRelay")
    assert (again["output"].visible(), again["output"].value()) == (True, "As it was")
    assert again["version"].value() == "v001"
    assert "copy" in again["result_file"].value()


def test_a_workflow_with_one_output_has_no_menu_for_it(comp: Comp) -> None:
    node = comp.node("invert")

    comp.generate(node)

    assert not node["output"].visible()
