from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from relay_server.sim_host import Seam, SimOptions

from .driver import Driver

StartHost = Callable[..., Awaitable[Driver]]


@pytest.fixture
async def start_host(tmp_path: Path) -> AsyncIterator[StartHost]:
    """Starts hosts with options of the test's choice."""
    drivers: list[Driver] = []

    async def start(seam: Seam | None = None, **options: Any) -> Driver:
        fast: dict[str, Any] = {"root": tmp_path / f"host{len(drivers)}", "step_s": 0.0}
        driver = await Driver.start(SimOptions(**fast | options), seam)
        drivers.append(driver)
        return driver

    yield start
    for driver in drivers:
        await driver.stop()


@pytest.fixture
async def host(start_host: StartHost) -> Driver:
    """A host that takes no time."""
    return await start_host()
