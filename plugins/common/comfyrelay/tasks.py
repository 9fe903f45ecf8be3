"""The jobs that an item is, once its workflow's form is known. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import SettingsError
from .form import Form, JsonValue
from .item import Item
from .paths import is_sequence, mapped
from .seeds import FIXED, NEW, at_frame, drawn, for_generate
from .settings import Settings


@dataclass(frozen=True)
class Task:
    """One job of a run: a frame, a whole sequence, or neither."""

    frames: tuple[int, ...]
    inputs: Mapping[str, tuple[Path, ...]]
    params: Mapping[str, JsonValue]
    seed: str


def tasks_of(item: Item, form: Form, settings: Settings) -> Iterator[Task]:
    """The jobs of an item: one for each frame, or one for the sequence if the form takes it.

    Raises SettingsError.
    """
    known = {each.id: each for each in form.inputs}
    for name in item.inputs:
        if name not in known:
            names = ", ".join(known) or "none"
            raise SettingsError(f"{form.workflow} has no input {name!r}.", f"Its inputs: {names}.")
    whole = any(
        known[name].frames and (not isinstance(given, str) or is_sequence(given))
        for name, given in item.inputs.items()
    )
    seed = _first_seed(item)
    if not item.frames or whole:
        yield _task(item, form, settings, item.frames, seed)
        return
    for frame in item.frames:
        yield _task(item, form, settings, (frame,), seed)


def _task(item: Item, form: Form, settings: Settings, frames: tuple[int, ...], seed: str) -> Task:
    one = frames[0] if len(frames) == 1 else None
    used = ""
    params = dict(item.params)
    for param in form.params:
        if param.type == "seed" and seed:
            number = at_frame(item.seed_policy, seed, frames[0] if frames else 0)
            params[param.id], used = number, str(number)
    inputs = {
        name: tuple(
            item.folder / mapped(path, settings.path_maps) for path in item.files(name, one)
        )
        for name in item.inputs
    }
    return Task(frames, inputs, params, used)


def _first_seed(item: Item) -> str:
    if not item.seed and item.seed_policy != NEW:
        return drawn() if item.seed_policy != FIXED else ""
    return for_generate(item.seed_policy, item.seed or "0")
