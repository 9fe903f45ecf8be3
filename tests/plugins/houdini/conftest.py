"""A Houdini that finds our plugin, beside a real relay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp
from tests.plugins.houdini.desktop import Desktop

OTLS = Path(__file__).parents[3] / "plugins" / "houdini" / "otls"


@pytest.fixture
def app() -> HouApp:
    """With a user interface."""
    return HouApp(hda_path=(OTLS,))


@pytest.fixture
def hou(app: HouApp, at_home: Path) -> Iterator[Any]:
    """The module, while that application is running."""
    with app.installed() as module:
        yield module
        app.quit()


@pytest.fixture
def desktop(app: HouApp, hou: Any) -> Desktop:
    """A network with a plate."""
    return Desktop(app, hou)
