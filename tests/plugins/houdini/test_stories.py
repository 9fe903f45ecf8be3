"""What goes in and comes out of a node in Houdini: masks, LoRAs, texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.fakes import pictures
from tests.fakes.hou_app import HouApp
from tests.plugins.houdini.desktop import Desktop
from tests.plugins.shelf import Shelf, everything_form, everything_graph, shown, value_node

WORDS = 'a [cat] $HIP `rm` {x} "q"\nand \\ more'
LORA = ("lora_name", "strength_model", "strength_clip")
SIZE, HALF = (32, 48), 24  # rows, columns; half of them
PAINTED = {
    "prompt": "hills", "checkpoint": "sim-landscape.safetensors", "steps": 1, "seed": "3",
    "seed_POLICY": "fixed",
}  # fmt: skip


def coded(desktop: Desktop, node: Any) -> NDArray[np.int64]:
    """What a node puts out, as code values of sRGB."""
    raw = node.layer(0).allBufferElements(desktop.hou.imageLayerStorageType.Float32, 4)
    linear = np.frombuffer(raw, np.float32).reshape(*SIZE, 4)[:, :, :3]
    return np.rint(255 * pictures.to_srgb(linear)).astype(np.int64)


def noise(desktop: Desktop, folder: Path, channels: str) -> Any:
    """A `file` node with a picture of noise; of one channel, it is white in its left half."""
    planes = np.random.default_rng(1).uniform(0, 1, (4, *SIZE)).astype(np.float32)
    if channels == "R":
        planes[0] = np.arange(SIZE[1]) < HALF
    named = dict(zip(channels, planes, strict=False))
    path, box = folder / f"{channels}.exr", (0, 0, SIZE[1], SIZE[0])
    pictures.write_exr(path, pictures.File(named, box, box[2:], 0), False, "ZIP")
    made = desktop.cops.createNode("file")
    made.parm("filename").set(path.as_posix())
    made.parm("type1").set("float" if channels == "R" else "vector4")
    return made


def test_inpaint_changes_the_half_where_its_mono_mask_is_white(
    desktop: Desktop, tmp_path: Path
) -> None:
    node = desktop.cops.createNode("comfyrelay::published::inpaint")
    node.setNamedInput("image", noise(desktop, tmp_path, "RGBA"), 0)
    node.setNamedInput("mask", noise(desktop, tmp_path, "R"), 0)
    for name, value in {**PAINTED, "grow": 0}.items():
        node.parm(f"p_{name}").set(value)

    desktop.generate(node)

    changed = np.abs(coded(desktop, node) - coded(desktop, node.input(0))).max(axis=2)
    assert changed[:, HALF:].max() <= 1
    assert changed[:, :HALF].mean() > 20


def test_loras_arrive_as_the_rows_say(desktop: Desktop, shelf: Shelf) -> None:
    shelf.publish("look", everything_graph(), everything_form())
    node = desktop.node("look")
    node.parm("p_loras").set(3)
    rows = [("sim-film.safetensors", 0.5, 0.25), ("(none)", 2, 2), ("sim-ink.safetensors", -1, 0)]
    for row, words in enumerate(rows, 1):
        for part, word in zip(("", "_MODEL", "_CLIP"), words, strict=True):
            node.parm(f"p_loras_ROW{row}{part}").set(word)

    desktop.generate(node)

    sent = shelf.executed(desktop.kept(node)).values()
    loaders = [each["inputs"] for each in sent if each["class_type"] == "LoraLoader"]
    said = [[each[name] for name in LORA] for each in loaders]
    assert said == [[*rows[0]], [*rows[2]]]


# texts


def test_a_text_that_came_out_becomes_the_prompt_of_what_is_selected(
    desktop: Desktop, app: HouApp, shelf: Shelf, tmp_path: Path
) -> None:
    says = {"1": value_node("StringMultiline", WORDS), "2": shown("1")}
    shelf.publish("says", says, {"params": [], "outputs": [{"id": "text", "node": "2"}]})
    node, takes, cannot = (desktop.node(each) for each in ("says", "text-to-image", "invert"))

    desktop.generate(node)

    said = node.parm("text").unexpandedString()
    assert said == WORDS.replace("`", "'")  # which Houdini would run
    app.click(node, "use_as_prompt")
    assert "Select the Comfy Relay nodes" in node.evalParm("status")
    for each in (node, takes, cannot):
        each.setSelected(True)
    app.click(node, "use_as_prompt")
    assert takes.parm("p_prompt").unexpandedString() == said
    assert "has no prompt" in cannot.evalParm("status")
    path = node.path()
    app.save(tmp_path / "shot.hip")
    app.open(tmp_path / "shot.hip")
    assert app.node(path).parm("text").unexpandedString() == said
