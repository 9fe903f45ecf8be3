"""Pixels go through the code of the plugins in every Python of a DCC, warnings being errors."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.plugins.plates import plate, read_exr, save_exr
from tests.pythons import VERSIONS, python
from tests.rig import picture

PLUGINS = Path(__file__).parents[2] / "plugins/common"
SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from comfyrelay.fit import STRETCH, cropped, fitted
for name in ("a.exr", "a.png"):
    source = Path(name)
    sent, fit = fitted(source, Path("sent" + source.suffix), 16)
    made = cropped(sent, Path("back" + source.suffix), fit)
    fitted(source, Path("wide" + source.suffix), 16, STRETCH)
    print(fit.words, made.path.name, made.words)
assert not {"asyncio", "numpy", "ssl"} & set(sys.modules)
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_plate_is_padded_and_cropped_in_every_python(tmp_path: Path, version: str) -> None:
    plates = {name: plate(30, 45, dtype, 1) for name, dtype in
              (("R", "float32"), ("G", "float16"), ("id", "uint32"))}  # fmt: skip
    save_exr(tmp_path / "a.exr", plates)
    Image.fromarray(picture(45, 30)).save(tmp_path / "a.png")
    done = subprocess.run(
        [python(version), "-sSB", "-Werror", "-c", SCRIPT, str(PLUGINS)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["sent 45x30 +3x2 back.exr ", "sent 45x30 +3x2 back.png "]
    found = read_exr(tmp_path / "back.exr")
    assert all(found[name].tobytes() == pixels.tobytes() for name, pixels in plates.items())
    with Image.open(tmp_path / "back.png") as seen, Image.open(tmp_path / "a.png") as sent:
        assert seen.tobytes() == sent.tobytes()
    assert read_exr(tmp_path / "wide.exr")["G"].shape == (32, 48)
