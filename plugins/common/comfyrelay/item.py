"""What `python -m comfyrelay run` is told: a job as a JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .errors import SettingsError
from .form import JsonValue
from .frames import frames_of
from .json_text import parsed
from .paths import at_frame, is_sequence
from .seeds import FIXED, POLICIES, checked
from .settings import UNREADABLE, url_in

PRIORITIES = ("interactive", "shot", "batch")


@dataclass(frozen=True)
class Item:
    """One run. Paths are as the file has them; relative ones begin at its folder."""

    workflow: str
    name: str = ""  # of the node, in the path of the results; else the file's
    folder: Path = Path()
    relay: str = ""  # else as the settings say
    version: int | None = None
    params: Mapping[str, JsonValue] = field(default_factory=dict)
    inputs: Mapping[str, tuple[str, ...] | str] = field(default_factory=dict)
    frames: tuple[int, ...] = ()  # empty: one job without a frame
    seed_policy: str = FIXED
    seed: str = ""  # empty: as the params say
    out: str = ""  # a template; else that of the settings
    root: str = ""  # else the item's folder
    priority: str = "batch"
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    max_wait_s: float | None = None

    def files(self, name: str, frame: int | None) -> tuple[str, ...]:
        """The files of an input, at one frame or (None) at all."""
        given = self.inputs[name]
        paths = (given,) if isinstance(given, str) else given
        if frame is not None:
            return tuple(at_frame(path, frame) for path in paths)
        return tuple(
            each
            for path in paths
            for each in (
                [at_frame(path, one) for one in self.frames] if is_sequence(path) else [path]
            )
        )


def read_item(path: Path) -> Item:
    """Raises SettingsError, which names the key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise SettingsError(f"{path} cannot be read: {reason}.", UNREADABLE) from error
    raw = parsed(text, str(path))
    if not isinstance(raw, dict):
        raise SettingsError(f"{path} is no JSON object.", 'Write {"workflow": "blur", ...}.')
    item = item_of(raw, str(path))
    return replace(item, folder=path.resolve().parent, name=item.name or path.stem)


def item_of(raw: Mapping[str, Any], where: str) -> Item:
    """An item of parsed JSON. Raises SettingsError."""
    unknown = [name for name in raw if name not in _READ]
    if unknown:
        known = ", ".join(_READ)
        raise SettingsError(
            f"{where} has a key {unknown[0]!r}, which is none.", f"There are {known}."
        )
    found: dict[str, Any] = {}
    for name, value in raw.items():
        try:
            found.update(_READ[name](name, value))
        except (ValueError, TypeError) as error:
            raise SettingsError(f"{where}: {name!r} {error}.") from error
    if not found.get("workflow"):
        raise SettingsError(
            f"{where} names no workflow.", "`python -m comfyrelay workflows` lists them."
        )
    item = Item(**found)
    if not item.frames and any(map(is_sequence, _paths(item))):
        raise SettingsError(f"{where} has a sequence, and no frames.", 'Add "frames": "1001-1010".')
    return item


def _paths(item: Item) -> list[str]:
    return [
        path
        for given in item.inputs.values()
        for path in ([given] if isinstance(given, str) else given)
    ]


# one reader for each key: what it says of the Item


def _text(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, str):
        raise TypeError("must be a text")
    return {name: value}


def _relay(name: str, value: Any) -> dict[str, Any]:
    given = _text(name, value)[name]
    return {name: url_in(given, f"{name!r} of the item") if given else ""}


def _version(name: str, value: Any) -> dict[str, Any]:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise TypeError("must be a number from 1 on")
    return {name: value}


def _object(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("must be an object")
    return {name: value}


def _texts(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise TypeError("must be a list of texts")
    return {name: tuple(value)}


def _metadata(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise TypeError("must be an object of texts")
    return {name: value}


def _inputs(name: str, value: Any) -> dict[str, Any]:
    found: dict[str, tuple[str, ...] | str] = {}
    for key, given in _object(name, value)[name].items():
        is_list = isinstance(given, list) and all(isinstance(each, str) for each in given)
        if not isinstance(given, str) and not is_list:
            raise TypeError(f"has {key!r}, which must be a path or a list of paths")
        if not given:
            raise ValueError(f"has {key!r}, which is empty")
        found[key] = given if isinstance(given, str) else tuple(given)
    return {name: found}


def _frames(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list) and all(type(each) is int for each in value):
        return {name: tuple(dict.fromkeys(value))}
    if type(value) is int:
        return {name: (value,)}
    if not isinstance(value, str):
        raise TypeError("must be a range such as 1001-1010, or a list of numbers")
    try:
        return {name: frames_of(value)}
    except ValueError as error:
        raise ValueError(f"is wrong: {error}".rstrip(".")) from error


def _seed(name: str, value: Any) -> dict[str, Any]:
    given = value if isinstance(value, dict) else {"value": value}
    policy, text = given.get("policy", FIXED), given.get("value", "")
    if not isinstance(policy, str) or policy not in POLICIES:
        raise ValueError(f"has a policy {policy!r}; there are {', '.join(POLICIES)}")
    if not isinstance(text, (str, int)) or isinstance(text, bool):
        raise TypeError("has a value that is no number")
    try:
        seed = checked(str(text)) if str(text) else ""
    except ValueError as error:
        raise ValueError(f"is wrong: {error}".rstrip(".")) from error
    return {"seed_policy": policy, "seed": seed}


def _priority(name: str, value: Any) -> dict[str, Any]:
    if value not in PRIORITIES:
        raise ValueError(f"must be one of {', '.join(PRIORITIES)}")
    return {name: value}


def _seconds(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not value > 0:
        raise TypeError("must be seconds, more than 0")
    return {name: float(value)}


_READ = {
    "workflow": _text, "version": _version, "params": _object, "inputs": _inputs,
    "frames": _frames, "seed": _seed, "out": _text, "root": _text, "name": _text,
    "relay": _relay, "priority": _priority, "tags": _texts, "metadata": _metadata,
    "max_wait_s": _seconds,
}  # fmt: skip
