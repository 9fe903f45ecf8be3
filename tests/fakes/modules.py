"""A module of ours in the place of the application's, for as long as the application runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def imported_as(names: Mapping[str, ModuleType | None]) -> Iterator[None]:
    """Inside, these are imported, or cannot be if they are None. The packages that do so are
    imported anew, for each session of the application has a process of its own. Afterwards those
    of before are there again."""
    outer = {name: sys.modules[name] for name in names if name in sys.modules}
    away = {name: sys.modules.pop(name) for name in {*_importers(outer), *outer}}
    path_before = list(sys.path)
    sys.modules.update(names)
    try:
        yield
    finally:
        for name in {*_importers(names), *names}:
            del sys.modules[name]
        sys.path[:] = path_before
        sys.modules.update(away)


def _importers(names: Mapping[str, ModuleType | None]) -> set[str]:
    """All modules of each package of which one has a module of these, but not of the tests."""
    ours = {id(module) for module in names.values() if module is not None}
    packages = {
        name.partition(".")[0]
        for name, module in list(sys.modules.items())  # others may import meanwhile
        if name not in names and any(id(value) in ours for value in list(vars(module).values()))
    }
    packages -= {__name__.partition(".")[0], "__main__"}
    return {name for name in sys.modules if name.partition(".")[0] in packages}
