"""A Nuke in software, as far as our plugin uses it.

    app = NukeApp(plugin_path=(GIZMOS,))
    with app.installed() as nuke:
        node = nuke.createNode("ComfyRelay")
        app.click(node, "generate")
        app.pump_until(lambda: node["status"].value() == "v001")

What is not in the application's type stubs does not exist here, what is there and not modelled
raises NotModelled, and whatever would crash or hang the application makes the test fail.
"""

from __future__ import annotations

from .app import NukeApp
from .session import NotModelled, WrongThread

__all__ = ["NotModelled", "NukeApp", "WrongThread"]
