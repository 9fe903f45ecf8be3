"""What a host says on its websocket, as values. Pure."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any

PREVIEW = 1
TEXT = 3
PREVIEW_WITH_METADATA = 4
_KINDS = {1: "image/jpeg", 2: "image/png"}


@dataclass(frozen=True)
class Message:
    """A text message. `prompt_id` is empty where the host names none."""

    type: str
    prompt_id: str
    data: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Picture:
    """A picture sent as it is made. `prompt_id` and `node` are empty in the older kind, which
    does not say whose it is."""

    prompt_id: str
    node: str
    content_type: str
    data: bytes = field(repr=False)


def parse_text(text: str) -> Message | None:
    """A text frame; None if it is not one that ComfyUI sends."""
    try:
        raw = json.loads(text)
        data = raw.get("data") or {}
        return Message(str(raw["type"]), str(data.get("prompt_id") or ""), data)
    except (ValueError, KeyError, AttributeError):
        return None


def parse_binary(frame: bytes) -> Picture | None:
    """A binary frame; None if it holds no picture."""
    try:
        (event,) = struct.unpack_from(">I", frame)
        if event == PREVIEW:
            (kind,) = struct.unpack_from(">I", frame, 4)
            return Picture("", "", _KINDS.get(kind, "image/jpeg"), frame[8:])
        if event == PREVIEW_WITH_METADATA:
            (size,) = struct.unpack_from(">I", frame, 4)
            about = json.loads(frame[8 : 8 + size])
            return Picture(
                str(about.get("prompt_id") or ""),
                str(about.get("node_id") or ""),
                str(about.get("image_type") or "image/jpeg"),
                frame[8 + size :],
            )
    except (struct.error, ValueError, AttributeError):
        return None
    return None
