"""The relay's own event stream: every change has an id, and nothing is lost by reconnecting."""

from __future__ import annotations

import pytest

from tests.contract.document import check_error
from tests.contract.graphs import drawn_graph
from tests.contract.sse import Frame, opened, story, whole
from tests.rig import Rig, slow_graph


def path(job: dict[str, str]) -> str:
    return f"/relay/v1/jobs/{job['id']}/events"


def lasting(frames: list[Frame]) -> list[str | None]:
    """The ids of what can be told again. Of previews only the newest is kept, until the end."""
    return [frame.id for frame in frames if frame.kind != "preview"]


def number(frame: Frame) -> tuple[int, ...]:
    assert frame.id
    return tuple(map(int, frame.id.split("-")))


@pytest.fixture(scope="module")
def told(rig: Rig) -> tuple[dict[str, str], list[Frame]]:
    """A job that was listened to from its beginning, and all that was told."""
    return story(rig, slow_graph(seed=501, steps=60), path({"id": "{}"}))


def test_ids_rise_and_the_end_is_the_last(told: tuple[dict[str, str], list[Frame]]) -> None:
    _, frames = told
    numbers = [number(frame) for frame in frames]
    assert numbers == sorted(set(numbers))
    assert {"status", "progress"} <= {frame.kind for frame in frames}
    assert (frames[0].kind, frames[0].data["status"]) == ("status", "queued")
    assert frames[-1].data == {"status": "succeeded", "phase": "over"}


def test_who_comes_late_gets_everything(rig: Rig, told: tuple[dict[str, str], list[Frame]]) -> None:
    job, frames = told
    assert lasting(whole(rig.client, path(job))) == lasting(frames)


@pytest.mark.parametrize("place", [0, 3, -2])
def test_who_comes_again_gets_exactly_what_was_missed(
    rig: Rig, told: tuple[dict[str, str], list[Frame]], place: int
) -> None:
    job, frames = told
    last = str(frames[place].id)
    missed = whole(rig.client, path(job), **{"Last-Event-ID": last})
    assert lasting(missed) == lasting(frames[place:][1:])


def test_who_missed_nothing_is_not_kept_waiting(
    rig: Rig, told: tuple[dict[str, str], list[Frame]]
) -> None:
    job, frames = told
    assert whole(rig.client, path(job), **{"Last-Event-ID": str(frames[-1].id)}) == []


def test_reconnecting_while_it_runs_loses_and_repeats_nothing(rig: Rig) -> None:
    job = rig.submit_graph(slow_graph(seed=502, steps=150))
    seen: list[Frame] = []
    while not (seen and seen[-1].data.get("phase") == "over"):
        header = {"Last-Event-ID": str(seen[-1].id)} if seen else {}
        with opened(rig.client, path(job), **header) as frames:
            events = (frame for frame in frames if frame.kind)
            seen += [frame for _, frame in zip(range(7), events, strict=False)]
    numbers = [number(frame) for frame in seen]
    assert numbers == sorted(set(numbers))
    assert lasting(seen) == lasting(whole(rig.client, path(job)))


def test_who_comes_late_gets_the_newest_preview_only(rig: Rig) -> None:
    job = rig.submit_graph(slow_graph(seed=503, steps=5000))
    with opened(rig.client, path(job)) as frames:
        previews = (frame for frame in frames if frame.kind == "preview")
        third = [next(previews) for _ in range(3)][-1]
    with opened(rig.client, path(job)) as frames:
        first = next(frame for frame in frames if frame.kind == "preview")
    assert number(first) >= number(third)
    rig.client.post(f"/api/v2/jobs/{job['id']}/cancel")
    rig.wait(job["id"])


def test_a_change_while_nobody_listens_is_told_on_return(idle: Rig) -> None:
    job = idle.submit_graph(drawn_graph())
    with opened(idle.client, path(job)) as frames:
        first = next(frames)
    idle.client.post(f"/api/v2/jobs/{job['id']}/cancel")
    (last,) = whole(idle.client, path(job), **{"Last-Event-ID": str(first.id)})
    assert last.data["status"] == "canceled"


@pytest.mark.parametrize("last", ["x", "1-2-3", "-", "1-", "9" * 30, "٣"])
def test_an_id_of_no_stream_is_refused(idle: Rig, last: str) -> None:
    job = idle.submit_graph(drawn_graph())
    answer = idle.client.get(path(job), headers={b"Last-Event-ID": last.encode()})
    check_error(answer, 400, "invalid_request")
