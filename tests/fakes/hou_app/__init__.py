"""A Houdini in software, as far as our plugin uses it.

    app = HouApp(hda_path=(OTLS,))
    with app.installed() as hou:
        node = hou.node("/img").createNode("copnet").createNode("comfyrelay::workflow")
        app.click(node, "generate")
        app.pump_until(lambda: node.parm("status").eval() == "v001")

What is not in the application's type stubs does not exist here, what is there and not modelled
raises NotModelled, and whatever would crash or hang the application makes the test fail.
"""

from __future__ import annotations

from .app import HouApp
from .session import NotModelled, WrongThread

__all__ = ["HouApp", "NotModelled", "WrongThread"]
