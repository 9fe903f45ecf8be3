"""A result onto the disk, or not."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from comfyrelay.errors import Stopped
from comfyrelay.landing import Landing
from comfyrelay.orders import Order
from comfyrelay.settings import Settings
from tests.plugins.artist import USER
from tests.plugins.relays import door, ended
from tests.rig import Rig, picture, png


def test_a_run_that_nobody_waits_for_reserves_no_version(held: Rig, tmp_path: Path) -> None:
    """Its scene was closed just when the end of its job was told."""
    sent = held.submit("invert", {"image": png(picture())})["id"]
    stop = Event()
    with door(held.url, user=USER) as relay:
        job = ended(relay, sent)
        scene = str(tmp_path / "shot.json")
        order = Order("key", "uid", "session", scene, "ComfyRelay1", relay.form("invert"))
        landing = Landing(relay, Settings(), order, lambda text: None)
        stop.set()

        with pytest.raises(Stopped):
            landing.land(job, None, None, {}, stop)

    assert list(tmp_path.iterdir()) == []
