"""A float plate in a comp: to a host and back into the picture, bit for bit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes.nuke_app import files
from tests.plugins.nuke.comp import Comp
from tests.plugins.test_float_exr import EXAMPLES, publish
from tests.rig import Rig

WIDTH, HEIGHT = 80, 45
NAMES = ("red", "green", "blue", "alpha")

Pixels = dict[str, NDArray[np.float32]]


@pytest.fixture
def plate(comp: Comp) -> Pixels:
    """What is wired: dark, bright, negative."""
    comp.nuke.addFormat(f"{WIDTH} {HEIGHT} small")
    comp.nuke.root()["format"].setValue("small")
    chance = np.random.default_rng(0)
    made = {n: chance.uniform(-0.5, 8, (HEIGHT, WIDTH)).astype(np.float32) for n in NAMES}
    comp.plate = wired(comp, "plate", made)
    return made


def wired(comp: Comp, name: str, pixels: Pixels) -> Any:
    path = comp.folder / f"{name}.exr"
    channels = {f"rgba.{channel}": each for channel, each in pixels.items()}
    box = (0, 0, WIDTH, HEIGHT)
    files.write_exr(path, files.File(channels, box, (WIDTH, HEIGHT), 0), False, "none")
    return comp.nuke.nodes.Read(file=str(path), raw=True)


def result(node: Any) -> Pixels:
    found = files.read(Path(node["result_file"].value())).channels
    return {name: found[f"rgba.{name}"] for name in NAMES}


def same(found: Pixels, wanted: Pixels) -> bool:
    return all(found[name].tobytes() == wanted[name].tobytes() for name in wanted)


def test_a_padded_plate_comes_back_cropped_bit_for_bit(
    comp: Comp, held: Rig, plate: Pixels
) -> None:
    _publish_with_multiple(held, 16)
    node = comp.node("exr-multiple")

    comp.generate(node)

    assert node["status"].value().endswith("sent 80x45 +3")
    assert same(result(node), plate)
    node["depth"].setValue("16-bit EXR")
    node["p_depth"].setValue("16-bit half")

    comp.generate(node)

    half = {n: p.astype(np.float16).astype(np.float32) for n, p in plate.items()}
    assert same(result(node), half)


def test_it_is_stretched_only_if_somebody_chose_that(comp: Comp, held: Rig, plate: Pixels) -> None:
    _publish_with_multiple(held, 16)
    node = comp.node("exr-multiple")
    node["fit"].setValue("stretch")

    comp.generate(node)

    assert node["status"].value().endswith("sent 80x45 stretched to 80x48")
    assert result(node)["red"].shape == (HEIGHT, WIDTH)
    assert not same(result(node), plate)


def test_white_on_the_left_changes_the_left_only(comp: Comp, held: Rig, plate: Pixels) -> None:
    publish(held, "exr-invert-masked")
    left = np.zeros((HEIGHT, WIDTH), np.float32)
    left[:, : WIDTH // 2] = 1
    node = comp.node()
    node.setInput(1, wired(comp, "mask", dict.fromkeys(NAMES, left)))
    comp.choose(node, "exr-invert-masked")

    comp.generate(node)

    for name in ("red", "green", "blue"):
        found = result(node)[name]
        assert np.allclose(found[:, : WIDTH // 2], 1 - plate[name][:, : WIDTH // 2], atol=1e-5)
        assert found[:, WIDTH // 2 :].tobytes() == plate[name][:, WIDTH // 2 :].tobytes()


def _publish_with_multiple(held: Rig, multiple: int) -> None:
    form = json.loads((EXAMPLES / "exr-identity.form.json").read_text())
    form["inputs"][0]["multiple"] = multiple
    workflow = json.loads((EXAMPLES / "exr-identity.json").read_text())
    body = {"workflow": workflow, "form": form}
    answer = held.client.put("/relay/v1/workflows/exr-multiple", json=body)
    assert answer.status_code in (200, 201), answer.text
