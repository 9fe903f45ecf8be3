"""From a gizmo's text to a picture on disk, and back from the saved script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.fakes.nuke_app import NukeApp, files


def test_a_gizmo_is_made_shows_its_result_and_survives_the_script(
    app: NukeApp, nuke: Any, tmp_path: Path
) -> None:
    plate = nuke.nodes.Constant(format="square_256", color=[0.25, 0.5, 2.0, 1.0])
    plate.setSelected(True)
    node = nuke.createNode("Blend")
    assert node.input(0) is plate
    node["mode"].setValue("plate")
    out = tmp_path / "out.####.exr"
    write = nuke.nodes.Write(file=str(out), file_type="exr", channels="rgba", raw=True)
    write["datatype"].setValue("32 bit float")
    write.setInput(0, node)

    nuke.execute(write, 1, 2)

    written = files.read(tmp_path / "out.0002.exr")
    assert written.size == (256, 256)
    assert np.all(written.channels["rgba.blue"] == 2.0)
    app.save(tmp_path / "comp.nk")
    saved = (tmp_path / "comp.nk").read_text()
    app.open(tmp_path / "comp.nk")
    assert app.writer.script() == saved
    assert app.node("Blend")["mode"].value() == "plate"
    assert app.load_errors == []
