"""The workflow inside a picture that ComfyUI saved. Pure.

PNG carries it as text chunks `workflow` (UI format) and `prompt` (API format). WEBP carries both in
EXIF tags as `workflow:{...}` and `prompt:{...}`.
"""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import Image

from relay_server.workflows.problems import Unreadable, problem

CHUNKS = ("workflow", "prompt")  # the first has the author's titles and App mode
FORMATS = ("PNG", "WEBP")
SUFFIXES = (".png", ".webp")


def embedded(picture: bytes) -> list[Any]:
    """The JSON of every workflow inside, best first. Raises Unreadable if there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes: no pixel is decoded
            with Image.open(io.BytesIO(picture), formats=FORMATS) as image:
                texts = dict(_texts(image))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(
            [problem("not_a_picture", "This is no PNG or WEBP that can be read. Send it whole.")]
        ) from error
    found = [json.loads(texts[name]) for name in CHUNKS if _is_json(texts.get(name))]
    if not found:
        raise Unreadable(
            [
                problem(
                    "no_workflow",
                    "The picture has no workflow inside. Use one as ComfyUI saved it: editing or"
                    " sending a picture often removes it.",
                )
            ]
        )
    return found


def _texts(image: Image.Image) -> Iterator[tuple[str, str]]:
    for name, value in image.info.items():
        if isinstance(value, str):
            yield str(name), value
    for value in image.getexif().values():
        if isinstance(value, str):
            name, _, text = value.partition(":")
            yield name.lower(), text


def _is_json(text: str | None) -> bool:
    try:
        return text is not None and isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
