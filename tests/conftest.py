"""Fixtures: one relay for all tests of a process, and a relay of its own for the rough ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.rig import Rig

settings.register_profile("slow", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("slow")  # a machine that is slow is not wrong


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay with one host, shared: leave it as it was."""
    with Rig(tmp_path_factory.mktemp("rig"), sim=("--step-s", "0.01")) as running:
        yield running


@pytest.fixture
def own_rig(tmp_path: Path) -> Iterator[Rig]:
    """A relay with one host, for this test alone."""
    with Rig(tmp_path, sim=("--step-s", "0.02")) as running:
        yield running
