"""`python -m bench.files_host`: a simulated host with one node more, that moves large files.

The node reads no pixel and compresses nothing, so that transfers are measured and not PNG.
"""

from __future__ import annotations

from relay_server.sim_host.__main__ import main
from relay_server.sim_host.catalog import CLASSES
from relay_server.sim_host.node import Input, NodeCall, NodeClass, NodeResult, number

NODE = "BenchFile"


def _file(call: NodeCall) -> NodeResult:
    """A new file: a head of its own, and then nothing but holes."""
    place = call.folders.save_place("output", call.inputs["filename_prefix"], 1, 1)
    path = place.folder / f"{place.name}_{place.counter:05}_.bin"
    with path.open("wb") as file:
        file.write(str(path).encode())
        file.truncate(call.inputs["size"])
    named = {"filename": path.name, "subfolder": place.subfolder, "type": "output"}
    return NodeResult(ui={"images": [named]})


CLASSES[NODE] = NodeClass(
    NODE,
    _file,
    inputs=(
        Input("image", lambda offered: offered.folders.input_names(False), {"image_upload": True}),
        number("size", "INT", 0, 0, 2**40),
        Input("filename_prefix", "STRING", {"default": "bench"}),
    ),
    is_output=True,
    checks_file="image",
)

if __name__ == "__main__":
    main()
