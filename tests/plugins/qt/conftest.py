"""People with queue panels, each with a name of their own on the shared relay."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest

from comfyrelay.settings import Settings, read_settings
from comfyrelay_qt.panel import Pace, QueuePanel
from comfyrelay_qt.rows import Row
from tests.faults.proxy import Loop, Proxy, address_of
from tests.plugins.artist import Artist
from tests.plugins.qt.screen import application, close
from tests.rig import Rig, picture, png

QUICK = Pace(active=20, calm=20, away=20)
PLATE = {"image": png(picture())}


class Person(Artist):
    """Somebody who looks at the queue panel."""

    def __init__(self, folder: Path, rig: Rig, url: str = "") -> None:
        self.user = f"p{uuid.uuid4().hex[:8]}"
        self.rig = rig
        super().__init__(folder, url or rig.url)
        self.selected: list[str] = []
        self.browsed: list[Path] = []
        self.app = application()
        self.panel = self.opened()

    def opened(self) -> QueuePanel:
        """One more panel."""
        panel = QueuePanel(self.desk, self.selected.append, self.browsed.append, QUICK)
        panel.show()
        return panel

    def settings(self) -> Settings:
        said = {"COMFY_RELAY_URL": self.url, "COMFY_RELAY_USER": self.user}
        return read_settings(said, self.folder / "home")

    def sent(self, **body: Any) -> str:
        """A job from a script, perhaps on another machine; its id."""
        return str(self.rig.submit("blur", PLATE, **{**self._as_me(), **body})["id"])

    def _as_me(self) -> dict[str, Any]:
        self.rig.client.headers["X-Comfy-Relay-User"] = self.user
        return {"params": {"radius": 2, "sigma": 1.0}}

    def sees(self, check: Callable[[], Any]) -> Any:
        """Let both loops turn until that is so."""

        def turned() -> Any:
            self.app.processEvents()
            return check()

        try:
            return self.until(turned)
        except TimeoutError:
            raise AssertionError([row.words for row in self.panel.list.rows]) from None

    def row(self, job_id: str) -> Row | None:
        """The job as it is shown now."""
        return next((row for row in self.panel.list.rows if row.id == job_id), None)

    def until_row(self, job_id: str, status: str) -> Row:
        """The job's row as soon as it says that."""

        def said() -> Row | None:
            row = self.row(job_id)
            return row if row is not None and row.status == status else None

        found: Row = self.sees(said)
        return found

    def close(self) -> None:
        close(self.panel)
        super().close()


class Come(Protocol):
    """Makes a person, by the relay's URL or that of a proxy before it."""

    def __call__(self, url: str = "") -> Person: ...


@pytest.fixture
def come(held: Rig, tmp_path: Path) -> Iterator[Come]:
    with ExitStack() as stack:

        def made(url: str = "") -> Person:
            folder = tmp_path / uuid.uuid4().hex
            folder.mkdir()
            person = Person(folder, held, url)
            stack.callback(person.close)
            return person

        before = held.client.headers["X-Comfy-Relay-User"]
        yield made
        held.client.headers["X-Comfy-Relay-User"] = before


@pytest.fixture
def me(come: Come) -> Person:
    return come()


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    found = Loop()
    yield found
    found.close()


@pytest.fixture
def proxy(held: Rig, loop: Loop) -> Iterator[Proxy]:
    """In front of the relay."""
    found = loop.proxy(address_of(held.url))
    yield found
    found.close()
