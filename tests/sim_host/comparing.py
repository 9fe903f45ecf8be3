"""Comparing what the simulated host says with what the real one said.

Everything must be equal, but for what the rules below name. They are the only place where a
difference is allowed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).parent / "recorded"

_UNORDERED = {"executed", "current_outputs", "dependent_outputs"}
"""Sets in ComfyUI; their order means nothing. Nor does that of a node's errors."""

_RULES: dict[str, Callable[[Any], Any]] = {
    "timestamp": lambda value: _kind(value),
    "bytes": lambda value: _kind(value),  # how well a picture compresses
    "traceback": lambda value: [_kind(line) for line in value[:1]],
    "exception_message": lambda value: _without_folders(value),
    "filename": lambda value: re.sub(r"_\d{5}_", "_#####_", value),  # what was saved before
    "Content-Length": lambda value: _kind(value),
    "Content-Disposition": lambda value: re.sub(r"_\d{5}_", "_#####_", value),
}
"""By the key under which a value stands."""

_MACHINE = {
    "ram_total", "ram_free", "vram_total", "vram_free", "torch_vram_total", "torch_vram_free",
    "python_version", "pytorch_version", "argv",
}  # fmt: skip
"""Of the machine: only the kind of value must be the same."""


def recorded(name: str) -> Any:
    """One recording, by the number its file begins with."""
    (path,) = RECORDED.glob(f"{name}_*.json")
    return json.loads(path.read_text())


def normal(value: Any, key: str = "") -> Any:
    """The value with all that may differ made equal."""
    if key in _RULES:
        return _RULES[key](value)
    if key in _MACHINE:
        return _kind(value)
    if key in _UNORDERED:
        return sorted(value)
    if isinstance(value, dict):
        return {k: normal(v, k) for k, v in value.items() if k not in ("t", "ms", "simulation")}
    if key == "errors":
        value = sorted(value, key=lambda error: str(error["extra_info"].get("input_name")))
    if isinstance(value, (list, tuple)):
        return [normal(item) for item in value]
    return value


def differences(real: Any, simulated: Any) -> list[str]:
    """Where they differ, one line each; the order of messages and of keys in JSON texts counts."""
    return list(_differences(normal(real), normal(simulated), "$"))


def _differences(real: Any, simulated: Any, path: str) -> list[str]:
    if type(real) is not type(simulated):
        return [f"{path}: {real!r} became {simulated!r}"]
    if isinstance(real, dict):
        return _dict_differences(real, simulated, path)
    if isinstance(real, list):
        found = [
            line
            for i, (one, two) in enumerate(zip(real, simulated, strict=False))
            for line in _differences(one, two, f"{path}[{i}]")
        ]
        if len(real) != len(simulated):
            found.append(f"{path}: {len(real)} items became {len(simulated)}")
        return found
    return [] if real == simulated else [f"{path}: {real!r} became {simulated!r}"]


def _dict_differences(real: dict[str, Any], simulated: dict[str, Any], path: str) -> list[str]:
    found = [f"{path}.{key}: missing" for key in real.keys() - simulated.keys()]
    found += [f"{path}.{key}: not in the real one" for key in simulated.keys() - real.keys()]
    if not found and list(real) != list(simulated):
        found.append(f"{path}: keys in another order, {list(real)} became {list(simulated)}")
    for key in real.keys() & simulated.keys():
        found += _differences(real[key], simulated[key], f"{path}.{key}")
    return found


def _kind(value: Any) -> str:
    return f"<{type(value).__name__}>"


def _without_folders(text: str) -> str:
    return re.sub(r"'[^']*/(input|output|temp)/", r"'<host>/\1/", text)
