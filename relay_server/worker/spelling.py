"""Models' names as a host spells them: hosts on Windows write `sdxl\\foo`, others `sdxl/foo`."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from relay_server.blobs.local import LocalBlobs
from relay_server.errors import NotFound
from relay_server.workflows.guard import WRAPPER
from relay_server.workflows.model_files import canonical

log = logging.getLogger(__name__)

SEPARATORS = ("/", "\\")


def respelled(prompt: Mapping[str, Any], spellings: Mapping[str, str]) -> dict[str, Any]:
    """The prompt with every model's name as `spellings` has it, by canonical name."""
    return {
        node: {
            **spec,
            "inputs": {name: _name(value, spellings) for name, value in spec["inputs"].items()},
        }
        for node, spec in prompt.items()
    }


def _name(value: Any, spellings: Mapping[str, str]) -> Any:
    if isinstance(value, dict) and WRAPPER in value:
        return {**value, WRAPPER: _name(value[WRAPPER], spellings)}
    if not isinstance(value, str) or not _has_folder(value):
        return value
    return spellings.get(canonical(value), value)


def spellings_of(models: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The names with folders among all models of a host, by canonical name."""
    every = (name for names in models.values() for name in names)
    return {canonical(name): name for name in every if _has_folder(name)}


def _has_folder(name: str) -> bool:
    return any(separator in name for separator in SEPARATORS)


class Spelling:
    """How the host of this slot spells its models; read again when they change."""

    def __init__(self, blobs: LocalBlobs) -> None:
        self._blobs = blobs
        self._digest = ""
        self._spellings: dict[str, str] = {}

    async def applied(self, prompt: dict[str, Any], digest: str) -> dict[str, Any]:
        """The prompt for the host, whose models have that digest. Where they cannot be read, names
        stay as they are."""
        if digest and digest != self._digest:
            try:
                self._spellings = await asyncio.to_thread(self._read, digest)
                self._digest = digest
            except (NotFound, OSError, ValueError) as error:
                log.warning("the models of the host cannot be read (%s)", error)
        return respelled(prompt, self._spellings) if self._spellings else prompt

    def _read(self, digest: str) -> dict[str, str]:
        with self._blobs.open(digest) as file:
            return spellings_of(json.load(file))
