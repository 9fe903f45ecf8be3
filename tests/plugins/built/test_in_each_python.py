"""The unpacked plugin works in the Python of every DCC, whatever else that DCC has."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.plugins.built.conftest import Built
from tests.pythons import VERSIONS, python
from tests.rig import Pixels, Rig, picture, png

PROBE = Path(__file__).with_name("probe.py")
PLATE = picture()


def pixels(path: Path) -> Pixels:
    """The code values of a picture, (height, width, 3)."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def probed(version: str, built: Built, home: Path, *case: str, url: str = "") -> dict[str, Any]:
    """What the probe saw, in a Python with nothing but its library and an empty home."""
    bytecode = f"pycache_prefix={built.folder.parent / 'bytecode'}"
    command = [python(version), "-IS", "-Werror", "-X", bytecode, PROBE, built.python, *case]
    environment = {"HOME": str(home), "COMFY_RELAY_URL": url}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.stderr.decode() == ""
    assert list(home.iterdir()) == []
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def worked(version: str, built: Built, folder: Path, rig: Rig, case: str) -> dict[str, Any]:
    """What the probe saw during a job, whose picture is as it should be."""
    (home := folder / "home").mkdir()
    plate, out = folder / "plate.png", folder / "out.png"
    plate.write_bytes(png(PLATE))
    seen = probed(version, built, home, case, str(plate), str(out), url=rig.url)
    assert np.array_equal(pixels(out), 255 - PLATE)
    assert seen["status"] == "succeeded"
    assert seen["early"] == []  # what is vendored waits for work on a thread
    return seen


def commanded(
    version: str, built: Built, home: Path, *words: str, url: str = ""
) -> subprocess.CompletedProcess[str]:
    """`python -m comfyrelay` for somebody with an empty home, from another folder."""
    environment = {"HOME": str(home), "PYTHONPATH": str(built.python), "COMFY_RELAY_URL": url}
    command = [python(version), "-sSB", "-Werror", "-m", "comfyrelay", *words]
    return subprocess.run(
        command, env=environment, cwd=home, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_importing_starts_nothing(version: str, built: Built, tmp_path: Path) -> None:
    seen = probed(version, built, tmp_path, "imports")

    assert "comfyrelay.errors" in seen.pop("imported")
    assert seen == {"started": [], "threads": 1, "vendored": [], "asyncio": False}


@pytest.mark.parametrize("version", VERSIONS)
def test_old_packages_of_a_dcc_are_not_touched(
    version: str, built: Built, tmp_path: Path, rig: Rig
) -> None:
    seen = worked(version, built, tmp_path, rig, "old packages")

    assert seen["touched"] == []
    assert seen["kept"] is True
    assert seen["asyncio"] is False
    assert seen["encodings"] == ["deflate", "gzip", "identity"]  # no brotli, no zstandard
    assert seen["certificates"] == str(Path("comfyrelay", "_vendor", "certifi", "cacert.pem"))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_asyncio_of_houdini_is_not_asked(
    version: str, built: Built, tmp_path: Path, rig: Rig
) -> None:
    seen = worked(version, built, tmp_path, rig, "asyncio of Houdini")

    assert seen["refused"] == "Current thread is not the main thread"
    assert seen["asked"] == []
    assert seen["strangers"] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_doctor_runs_from_the_unpacked_folder(
    version: str, built: Built, tmp_path: Path, rig: Rig
) -> None:
    well = commanded(version, built, tmp_path, "doctor", url=rig.url)
    ill = commanded(version, built, tmp_path, "doctor")

    assert (well.returncode, well.stderr) == (0, "")
    assert rig.url in well.stdout
    assert ill.returncode != 0
    assert "COMFY_RELAY_URL" in ill.stdout + ill.stderr


@pytest.mark.parametrize("version", VERSIONS)
def test_an_item_is_run_from_the_unpacked_folder(
    version: str, built: Built, tmp_path: Path, rig: Rig
) -> None:
    (home := tmp_path / "home").mkdir()
    (tmp_path / "plate.png").write_bytes(png(PLATE))
    item = tmp_path / "item.json"
    item.write_text(json.dumps({"workflow": "invert", "inputs": {"image": "plate.png"}}))

    done = commanded(version, built, home, "run", str(item), url=rig.url)

    assert (done.returncode, done.stderr) == (0, "")
    (result,) = [line[7:] for line in done.stdout.splitlines() if line.startswith("result ")]
    assert np.array_equal(pixels(Path(result)), 255 - PLATE)


@pytest.mark.parametrize("version", [VERSIONS[0], VERSIONS[-1]])
def test_a_gizmo_is_built_from_the_unpacked_folder(
    version: str, built: Built, tmp_path: Path, rig: Rig
) -> None:
    done = commanded(version, built, tmp_path, "build-gizmo", "blur", url=rig.url)

    assert (done.returncode, done.stderr) == (0, "")
    (gizmo,) = tmp_path.glob("*.gizmo")
    assert done.stdout == f"{gizmo.name}\n"
    assert "p_radius" in gizmo.read_text(encoding="utf-8")
