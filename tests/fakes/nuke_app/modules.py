"""A module of ours in the place of the application's, for as long as the application runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def imported_as(names: Mapping[str, ModuleType]) -> Iterator[None]:
    """Inside, these are imported. Afterwards the packages that did so are forgotten, for a new
    session of the application has a new process."""
    before, path_before = dict(sys.modules), list(sys.path)
    sys.modules.update(names)
    try:
        yield
    finally:
        for name in _importers(names, before) - before.keys():
            _forget(name)
        sys.path[:] = path_before
        for name in names:
            sys.modules.pop(name)
            if name in before:
                sys.modules[name] = before[name]


def _forget(name: str) -> None:
    """Also as an attribute of its package, from which `from package import name` takes it."""
    del sys.modules[name]
    package, _, last = name.rpartition(".")
    if package in sys.modules and hasattr(sys.modules[package], last):
        delattr(sys.modules[package], last)


def _importers(names: Mapping[str, ModuleType], before: Mapping[str, ModuleType]) -> set[str]:
    """All new modules of each package of which one has a module of ours."""
    ours = {id(module) for module in names.values()}
    new = {name: module for name, module in sys.modules.items() if name not in before}
    packages = {
        name.partition(".")[0]
        for name, module in new.items()
        if name not in names and any(id(value) in ours for value in vars(module).values())
    }
    return {name for name in new if name.partition(".")[0] in packages}
