"""A Nuke that finds our plugin, beside a real relay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.nuke_app import NukeApp
from tests.plugins.nuke.comp import Comp

PLUGIN = Path(__file__).parents[3] / "plugins" / "nuke"


@pytest.fixture
def app() -> NukeApp:
    """With a GUI."""
    return NukeApp(plugin_path=(PLUGIN,))


@pytest.fixture
def nuke(app: NukeApp, at_home: Path) -> Iterator[Any]:
    """The module, while that application is running."""
    with app.installed() as module:
        yield module
        app.quit()


@pytest.fixture
def comp(app: NukeApp, nuke: Any, tmp_path: Path) -> Comp:
    """A script with a plate and a mask."""
    return Comp(app, nuke, tmp_path)
