"""The workflow inside a picture."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from relay_server.workflows.problems import Unreadable
from relay_server.workflows.saved.embedded import embedded

UI: dict[str, Any] = {"nodes": [], "links": [], "text": "ü" * 10}
API: dict[str, Any] = {"1": {"class_type": "LoadImage", "inputs": {}}}


def png(**texts: str) -> bytes:
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def webp(**texts: str) -> bytes:
    exif = Image.Exif()
    for tag, (name, text) in zip((0x010F, 0x0110), texts.items(), strict=False):
        exif[tag] = f"{name}:{text}"
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "WEBP", exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("picture", [png, webp])
def test_the_ui_format_comes_before_the_api_format(picture: Any) -> None:
    data = picture(prompt=json.dumps(API), workflow=json.dumps(UI))
    assert embedded(data) == [UI, API]


@pytest.mark.parametrize("picture", [png, webp])
def test_one_of_the_two_is_enough(picture: Any) -> None:
    assert embedded(picture(prompt=json.dumps(API))) == [API]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png(), "no_workflow"),
        (png(workflow="not json"), "no_workflow"),
        (png(workflow="[1]"), "no_workflow"),
        (webp(), "no_workflow"),
        (b"", "not_a_picture"),
        (b"GIF89a", "not_a_picture"),
        (png()[:40], "not_a_picture"),
    ],
)
def test_a_picture_without_a_workflow_says_so(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as error:
        embedded(data)
    assert [each.code for each in error.value.problems] == [code]
