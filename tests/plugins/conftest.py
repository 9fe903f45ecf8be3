"""One relay for all stories of a process, whose host can be held, and somebody who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plugins.artist import USER, Artist, Holds
from tests.plugins.shelf import Shelf
from tests.rig import Rig, eventually


@pytest.fixture(scope="package")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay whose host can be held, shared: leave it as it was."""
    folder = tmp_path_factory.mktemp("held")
    with Rig(folder, sim=("--control", "--step-s", "0.01")) as running:
        running.client.headers["X-Comfy-Relay-User"] = USER
        yield running


@pytest.fixture
def holds(held: Rig) -> Iterator[Holds]:
    """Holds its host, on which no job of a test before is any more, and lets it go in the end."""
    eventually("nothing is left of before", lambda: is_idle(held))
    made = Holds(held.host_urls[0])
    yield made
    made.close()


def is_idle(held: Rig) -> bool:
    """Whether no job waits, and none is on a host."""
    totals = held.client.get("/relay/v1/queue").json()["totals"]
    return not any(each["waiting"] or each["on_hosts"] for each in totals)


@pytest.fixture
def shelf(held: Rig) -> Iterator[Shelf]:
    """Publishes workflows, and withdraws them in the end."""
    made = Shelf(held)
    yield made
    made.close()


@pytest.fixture
def artist(held: Rig, tmp_path: Path) -> Iterator[Artist]:
    """With an empty scene that was never saved."""
    made = Artist(tmp_path, held.url)
    yield made
    made.close()


@pytest.fixture
def at_home(held: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of an artist whose plugin knows the relay."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("COMFY_RELAY_URL", held.url)
    monkeypatch.setenv("COMFY_RELAY_USER", "ada")
    return home
