"""The workflow inside a picture that ComfyUI saved. Pure.

PNG carries it as text chunks `workflow` (UI format) and `prompt` (API format). WEBP carries both in
EXIF tags as `workflow:{...}` and `prompt:{...}`.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import Image

from relay_server.strict_json import parsed_json
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
    read = (_object(texts[name]) for name in CHUNKS if name in texts)
    found = [each for each in read if each is not None]
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


def _object(text: str) -> dict[str, Any] | None:
    """The JSON object in a text; None if it is none."""
    try:
        found = parsed_json(text, with_nan=True)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
