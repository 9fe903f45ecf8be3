"""JSON that a person wrote: whatever is wrong with it is one sentence, which says where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .errors import SettingsError

HINT = "Correct it there."


def parsed(text: str, where: str) -> Any:
    """What a text says. Raises SettingsError, also for what no relay and no file system takes."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise SettingsError(f"{where} says {name!r} twice.", "Leave one of them.")
        return dict(pairs)

    try:
        found = json.loads(text, object_pairs_hook=once)
        json.dumps(found, allow_nan=False)
        is_text = all(map(_is_text, _texts(found)))
    except json.JSONDecodeError as error:
        raise SettingsError(
            f"{where} is not JSON: {error.msg}, line {error.lineno}.", HINT
        ) from error
    except RecursionError as error:
        raise SettingsError(f"{where} is not JSON that can be read: too deep.", HINT) from error
    except ValueError as error:  # NaN, infinity, or more digits than Python reads
        raise SettingsError(f"{where} has a number that is none.", HINT) from error
    if not is_text:
        raise SettingsError(f"{where} has a character that no text may have.", HINT)
    return found


def _texts(value: Any) -> Iterator[str]:
    """Every text in it, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for each in value:
            yield from _texts(each)
        for each in value.values() if isinstance(value, dict) else ():
            yield from _texts(each)


def _is_text(text: str) -> bool:
    """Not with a NUL, nor with half a character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\0" not in text
