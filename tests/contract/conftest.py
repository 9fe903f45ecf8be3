"""Fixtures: the SDK at the shared relay, and a relay without hosts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from comfy_sdk import AsyncComfy, Comfy

from tests.rig import Rig


@pytest.fixture(scope="package")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay without hosts, where every job waits."""
    with Rig(tmp_path_factory.mktemp("idle"), hosts=0, keepalive_s=0.2) as running:
        yield running


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Callable[[Rig], None]:
    """Points the SDK at a relay, as its users do."""

    def point(rig: Rig) -> None:
        monkeypatch.setenv("COMFY_BASE_URL", rig.url)
        monkeypatch.setenv("NO_PROXY", "*")
        monkeypatch.delenv("COMFY_API_KEY", raising=False)

    return point


@pytest.fixture
def comfy(rig: Rig, target: Callable[[Rig], None]) -> Iterator[Comfy]:
    """The SDK's client at the shared relay."""
    target(rig)
    with Comfy() as client:
        yield client


@pytest.fixture
async def async_comfy(rig: Rig, target: Callable[[Rig], None]) -> AsyncIterator[AsyncComfy]:
    """The SDK's other client at the shared relay."""
    target(rig)
    async with AsyncComfy() as client:
        yield client
