"""Results on one sheet, each where its values say, with those under it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from comfyrelay import lettering, records
from comfyrelay.contact_sheet import GROUND, LETTERS, Layout, save
from comfyrelay.results import Version
from comfyrelay.shrinking import shrunk
from tests.plugins.plates import save_exr
from tests.rig import Pixels

SIZE = (96, 40)
GAP = 6


def result(folder: Path, number: int, colour: tuple[int, int, int], **values: object) -> Path:
    """A version with a picture of one colour, and the record of its job."""
    version = Version(folder / f"v{number:03}", number, "image.{ext}")
    version.folder.mkdir()
    path = version.folder / "image.png"
    Image.new("RGB", SIZE, colour).save(path)
    job = records.JobRecord(f"job-{number}", "any", 1, values=values, files={path.name: ""})  # type: ignore[arg-type]
    records.keep_job(version, job)
    return path


def cell(sheet: Pixels, column: int, row: int) -> tuple[tuple[int, ...], Pixels]:
    """The colour in its middle, and what is below it."""
    left = GAP + column * (SIZE[0] + GAP)
    top = GAP + row * (SIZE[1] + GAP + LETTERS)
    middle = sheet[top + SIZE[1] // 2, left + SIZE[0] // 2]
    return tuple(middle.tolist()), sheet[top + SIZE[1] : top + SIZE[1] + LETTERS, left:][
        :, : SIZE[0]
    ]


def pixels(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image)


def test_every_picture_stands_where_its_values_say(tmp_path: Path) -> None:
    colours = {("10", 0.5): (200, 0, 0), ("9", 0.5): (0, 200, 0), ("9", 0.25): (0, 0, 200)}
    made = [
        result(tmp_path, number, colour, seed=seed, denoise=strength)
        for number, ((seed, strength), colour) in enumerate(colours.items(), 1)
    ]
    target = tmp_path / "sheets" / "sheet.png"

    save(target, made, Layout("seed", "denoise"))

    sheet = pixels(target)
    found = {place: cell(sheet, *place) for place in ((0, 0), (0, 1), (1, 0), (1, 1))}
    assert [found[place][0] for place in ((0, 0), (0, 1), (1, 1))] == [
        colours["9", 0.25], colours["9", 0.5], colours["10", 0.5]
    ]  # fmt: skip
    assert found[1, 0][0] == GROUND
    assert {place for place, (_, below) in found.items() if below.max() > 150} == {
        (0, 0), (0, 1), (1, 1)
    }  # fmt: skip


def test_pictures_that_nobody_knows_stand_in_their_order(tmp_path: Path) -> None:
    for number in range(10):
        Image.new("RGB", SIZE, (20 * number, 0, 0)).save(tmp_path / f"{number}.png")

    save(tmp_path / "sheet.png", sorted(tmp_path.glob("*.png")), Layout(footer="what this is"))

    sheet = pixels(tmp_path / "sheet.png")
    assert [cell(sheet, *place)[0][0] for place in ((0, 0), (7, 0), (0, 1), (1, 1))] == [
        0, 140, 160, 180
    ]  # fmt: skip
    assert sheet[-2 * LETTERS :].max() > 100


@pytest.mark.parametrize("kind", ["RGB", "RGBA", "L"])
def test_a_picture_is_averaged_to_its_small_size(kind: str, tmp_path: Path) -> None:
    whole = np.random.default_rng(1).integers(0, 256, (61, 770, 4), dtype=np.uint8)
    image = Image.fromarray(whole).convert(kind)
    image.save(tmp_path / "any.png")

    small = np.frombuffer(b"".join(shrunk(tmp_path / "any.png")), np.uint8).reshape(15, 192, 3)

    parts = np.asarray(image.convert("RGB"))[:60, :768].reshape(15, 4, 192, 4, 3)
    np.testing.assert_array_equal(small, parts.sum((1, 3), dtype=int) // 16)


def test_a_float_picture_is_shown_as_srgb(tmp_path: Path) -> None:
    light = np.full((4, 8), 0.214, np.float32)
    save_exr(tmp_path / "any.exr", {"R": light, "G": 0 * light, "B": 9 * light})

    assert shrunk(tmp_path / "any.exr") == [bytes((127, 0, 255)) * 8] * 4


def test_text_has_soft_edges_and_is_as_wide_as_it_says() -> None:
    drawn = lettering.drawn("seed 3, é", 20)

    assert {len(row) for row in drawn} == {lettering.width_of("seed 3, é", 20)}
    assert len(drawn) == 20
    assert {0, 255} < {value for row in drawn for value in row}
