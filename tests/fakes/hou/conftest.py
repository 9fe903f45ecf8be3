"""A Houdini for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hou_app import HouApp

from .assets import write
from .blend import BLEND


@pytest.fixture
def otls(tmp_path: Path) -> Path:
    """A folder with the blend asset."""
    write(tmp_path / "otls", BLEND)
    return tmp_path / "otls"


@pytest.fixture
def app(otls: Path) -> HouApp:
    """A Houdini with a user interface that finds the asset."""
    return HouApp(hda_path=(otls,))


@pytest.fixture
def hou(app: HouApp) -> Iterator[Any]:
    """The module, while that application is running."""
    with app.installed() as module:
        yield module


@pytest.fixture
def cops(hou: Any) -> Any:
    """An empty network of Copernicus."""
    return hou.node("/img").createNode("copnet")


@pytest.fixture
def node(cops: Any) -> Any:
    """The asset, created."""
    return cops.createNode("studio::blend")
