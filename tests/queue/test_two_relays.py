"""Two relays on one Redis: whichever is asked, the answer is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from relay_server.redis_server import RedisServer
from relay_server.settings import Settings
from tests.contract.sse import opened
from tests.queue.asking import explained, got, host, in_phase, job, submit
from tests.rig import PATIENCE_S, Rig, eventually

Relays = tuple[httpx.Client, httpx.Client]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A relay on a Redis that is not its own."""
    server = RedisServer.start(Settings(data=tmp_path / "redis"))
    try:
        with Rig(tmp_path, sim=("--step-s", "0.02"), redis_url=server.url) as running:
            yield running
    finally:
        server.stop()


@pytest.fixture
def relays(rig: Rig) -> Iterator[Relays]:
    """That relay, and one beside it."""
    other = rig.stack._part("relay-2", ["relay_server", "serve"], "relay on")
    url = rig.run(other.start(rig.stack.environment))
    with httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False) as client:
        yield rig.client, client


def leads(relay: httpx.Client) -> bool:
    return "comfy_relay_dispatcher_leads 1.0" in relay.get("/metrics").text


def test_what_one_takes_the_other_follows_and_steers(rig: Rig, relays: Relays) -> None:
    one, two = relays
    running = submit(one)
    with opened(two, f"/api/v2/jobs/{running}/events") as frames:
        seen = [next(frames) for _ in range(2)]
    assert seen[0].kind == "status"
    in_phase(two, running, "executing")
    assert explained(two, running)["host"] == "sim0"
    assert running in [each["id"] for each in got(two, "/api/v2/jobs")["jobs"]]
    two.patch("/relay/v1/hosts/sim0", json={"state": "paused", "reason": "by two"})
    waiting = submit(one, priority="batch")
    assert explained(one, waiting)["summary"].endswith("sim0 is paused: by two.")
    two.patch(f"/relay/v1/jobs/{waiting}", json={"priority": "shot"})
    assert job(one, waiting)["priority"] == "shot"
    assert two.post("/relay/v1/jobs/cancel", json={"all": True}).json()["canceled"] == 1
    for each in (running, waiting):
        assert in_phase(one, each, "over")["status"] == "canceled"
    one.patch("/relay/v1/hosts/sim0", json={"state": "up"})
    assert host(two)["state"] == "up"
    again = two.post(f"/relay/v1/jobs/{waiting}/retry").json()
    assert in_phase(one, again["id"], "executing")["retry_of"] == waiting


def test_when_the_leading_one_is_killed_the_other_goes_on(rig: Rig, relays: Relays) -> None:
    one, two = relays
    eventually("one leads", lambda: leads(one) != leads(two))
    held = submit(one, steps=400)
    in_phase(two, held, "executing")
    if leads(two):  # the first is the one that is killed
        one, two = two, one
    victim = next(
        part for part in rig.stack.parts if part.value and httpx.URL(part.value) == one.base_url
    )
    victim.kill()
    after = submit(two, steps=1)
    assert in_phase(two, after, "over")["status"] == "succeeded"
    assert in_phase(two, held, "over")["status"] == "succeeded"
    eventually("the other leads", lambda: leads(two))
    assert rig.runs(held) == rig.runs(after) == 1
