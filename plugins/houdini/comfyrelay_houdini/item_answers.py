"""What a work item gets, and says of its job meanwhile. On the thread that cooks it."""

from __future__ import annotations

import re
from typing import Any

from comfyrelay.answering import Answer
from comfyrelay.dcc import Picture
from comfyrelay.form import Form, JsonValue
from comfyrelay.form_controls import PREFIX

KINDS = {"image": "image", "video": "video", "audio": "audio"}
GEOMETRY = (".glb", ".gltf", ".obj", ".ply", ".stl", ".fbx", ".usd", ".usdz")
LIMIT = 2**63  # of a whole number that can be an attribute
AGAIN = re.compile(r"\b([Pp]ress )?(Generate again|[Gg]et the result again)\b")
"""Of a node that has such buttons."""


def give(item: Any, form: Form, answer: Answer, tag: str) -> None:
    """Files with their tags, and what they were made with as attributes."""
    for picture in answer.placement.pictures:
        item.addResultData(picture.path, _tag(picture, tag), 0)
    for output, written in answer.placement.texts.items():
        item.setStringAttrib(output, written)
    item.setStringAttrib("relay_version", answer.placement.version)
    item.setStringAttrib("relay_folder", answer.folder.as_posix())
    for param in form.params:
        value = answer.values.get(param.id)
        _keep(item, f"{PREFIX}{param.id}", str(value) if param.type == "seed" else value)
    item.setCustomState("there already" if answer.was_there else "made")


def _keep(item: Any, name: str, value: JsonValue) -> None:
    """A value as an attribute, for what comes after: a contact sheet, or a file's name. It is named
    as its parm, so that no workflow below takes it for its own. A seed is text everywhere."""
    if isinstance(value, str) or (isinstance(value, int) and abs(value) >= LIMIT):
        item.setStringAttrib(name, str(value))
    elif isinstance(value, int):
        item.setIntAttrib(name, int(value))
    elif isinstance(value, float):
        item.setFloatAttrib(name, value)


def _tag(picture: Picture, tag: str) -> str:
    if picture.path.lower().endswith(GEOMETRY):
        return "file/geo"
    return tag if picture.kind == "image" else f"file/{KINDS.get(picture.kind, 'data')}"


def hint_for_item(hint: str) -> str:
    """What to do, where no node has a button for it."""
    return AGAIN.sub(lambda m: "Cook again" if m[0][0].isupper() else "cook again", hint)


class Teller:
    """What an item shows of its job; the same twice is told once."""

    def __init__(self, item: Any) -> None:
        self._item = item
        self._said = ("", -1.0)

    def tell(self, line: str, progress: float | None) -> None:
        """On the item's own thread."""
        now = (line, round(progress or 0.0, 2))
        if now != self._said:
            self._said = now
            self._item.setCustomState(line)
            self._item.setCookPercent(now[1])
