"""The last preview of a job, out of the beginning of its event stream."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable

LONGEST_S = 1.0


def preview_in(lines: Iterable[str]) -> bytes | None:
    """The first preview in an event stream; None if none comes soon. Raises ValueError."""
    end, kind = time.monotonic() + LONGEST_S, ""
    for line in lines:
        if line.startswith("event:"):
            kind = line[6:].strip()
        elif line.startswith("data:") and kind == "preview":
            return base64.b64decode(json.loads(line[5:])["data_base64"])
        if time.monotonic() > end:
            return None
    return None
