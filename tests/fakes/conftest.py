"""A Nuke for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.nuke_app import NukeApp

PLUGINS = Path(__file__).parent / "plugins"


@pytest.fixture
def app() -> NukeApp:
    """A Nuke with a GUI that finds the gizmos beside these tests."""
    return NukeApp(plugin_path=(PLUGINS,))


@pytest.fixture
def nuke(app: NukeApp) -> Iterator[Any]:
    """The module, while that application is running."""
    with app.installed() as module:
        yield module
