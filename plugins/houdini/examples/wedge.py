"""An example: a wedge, 8 seeds x 3 strengths of image to image -> 24 versions and a contact sheet.

In Houdini's Python shell:

    import sys; sys.path.append("/path/to/packages/comfyrelay/examples")
    import wedge
    wedge.build("/shots/010/render.png", "/shots/010/sheet.png").cookWorkItems()

Without a user interface, cooked at once:

    hython wedge.py /shots/010/render.png /shots/010/sheet.png /shots/010/wedge.hip

The prompt and the checkpoint are on the node image_to_image. Cancel the cook in the middle, cook
again, or open the scene tomorrow: only what is missing is sent.
"""

from __future__ import annotations

import sys
from typing import Any

import hou

from comfyrelay_houdini.catalog import choose_now

SEEDS = 8
STRENGTHS = (0.3, 0.5, 0.7)

ITEMS = """
for strength in {strengths}:
    for seed in range({seeds}):
        item = item_holder.addWorkItem()
        item.setIntAttrib("seed", seed)  # a param of the workflow, by its name
        item.setFloatAttrib("denoise", strength)
        item.addResultData({picture!r}, "file/image", 0)
"""

ONE_FOR_ALL = """
for item in upstream_items:
    item_holder.addWorkItem(parent=item, inProcess=True)
"""

SHEET = """
from comfyrelay_houdini.sheet import draw

draw(work_item, {sheet!r}, columns="seed", rows="denoise", words={{"denoise": "strength"}},
     footer={footer!r})
"""


def build(picture: str, sheet: str, footer: str = "", seeds: int = SEEDS) -> Any:
    """The network; its last node, which cooks all of it."""
    tasks: Any = hou.node("/tasks")
    network = tasks.createNode("topnet", "wedge")
    items = network.createNode("pythonprocessor", "seeds_and_strengths")
    items.parm("generate").set(ITEMS.format(strengths=STRENGTHS, seeds=seeds, picture=picture))

    process = network.createNode("comfyrelay::process", "image_to_image")
    process.setInput(0, items)
    choose_now(process, "image-to-image")
    process.setParms({"p_prompt": "a harbour at dawn, light in the windows", "p_steps": 20})

    wait = network.createNode("waitforall", "wait")
    wait.setInput(0, process)

    last = network.createNode("pythonprocessor", "contact_sheet")
    last.setInput(0, wait)
    last.parm("generate").set(ONE_FOR_ALL)
    last.parm("cooktask").set(SHEET.format(sheet=sheet, footer=footer))
    network.layoutChildren()
    return last


if __name__ == "__main__":
    picture, sheet, scene = sys.argv[1:]
    hou.hipFile.save(scene)  # results lie beside it
    build(picture, sheet).cookWorkItems(block=True)
    hou.hipFile.save(scene)
