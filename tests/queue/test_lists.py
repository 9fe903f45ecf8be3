"""Finding jobs again, and what waits at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.contract.document import check_error
from tests.queue.asking import full, got, in_phase, submit
from tests.rig import Rig, eventually, invert_graph

JOBS = "/api/v2/jobs"


def ids(person: httpx.Client, **params: Any) -> list[str]:
    return [job["id"] for job in got(person, JOBS, **params)["jobs"]]


def made(idle: Rig, user: str, **body: Any) -> str:
    answer = idle.client.post(
        JOBS, json={"workflow": invert_graph(), **body}, headers={"X-Comfy-Relay-User": user}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_by_tag_and_status(idle: Rig) -> None:
    one = made(idle, "lister", tags=["comp", "a"])
    two = made(idle, "lister", tags=["comp"])
    made(idle, "lister", tags=["roto"])
    idle.client.post(f"{JOBS}/{one}/cancel", headers={"X-Comfy-Relay-User": "lister"})
    mine = {"user": "lister"}
    assert ids(idle.client, tag="comp", **mine) == [two, one]
    assert ids(idle.client, tag="comp", status="canceled", **mine) == [one]
    assert ids(idle.client, tag="a", **mine) == [one]
    assert ids(idle.client, tag="none", **mine) == []
    assert ids(idle.client, tag="comp", status="failed", **mine) == []
    assert len(ids(idle.client, status="queued", **mine)) == 2


def test_all_filters_must_hold(idle: Rig) -> None:
    one = made(idle, "both", tags=["x"], metadata={"shot": "1"})
    made(idle, "both", tags=["x"], metadata={"shot": "2"})
    made(idle, "both", tags=["y"], metadata={"shot": "1"})
    found = ids(idle.client, **{"tag": "x", "metadata[shot]": "1", "user": "both"})
    assert found == [one]


def test_by_workflow(rig: Rig) -> None:
    params = {"prompt": "hills", "checkpoint": "sim-landscape.safetensors", "steps": 1}
    job = rig.submit("text-to-image", params=params)
    rig.wait(job["id"])
    found = got(rig.client, JOBS, workflow="text-to-image", status="succeeded")["jobs"]
    assert job["id"] in [each["id"] for each in found]
    line = next(each for each in found if each["id"] == job["id"])
    assert (line["priority"], line["error_code"]) == ("interactive", None)
    assert line["create_time"] <= line["started_at"] <= line["completed_at"]
    assert job["id"] not in ids(rig.client, workflow="blur")


def test_by_date(idle: Rig) -> None:
    one, two, three = (made(idle, "dated") for _ in range(3))
    lines = got(idle.client, JOBS, user="dated")["jobs"]
    at = {line["id"]: datetime.fromisoformat(line["create_time"]) for line in lines}
    late = (at[three] + timedelta(seconds=1)).isoformat()
    early = (at[one] - timedelta(seconds=1)).isoformat()
    assert ids(idle.client, user="dated", created_after=early, created_before=late) == [
        three, two, one,
    ]  # fmt: skip
    assert ids(idle.client, user="dated", created_after=late) == []
    assert ids(idle.client, user="dated", created_before=early) == []
    exact = at[two].isoformat()
    assert two not in ids(idle.client, user="dated", created_after=exact)
    assert two not in ids(idle.client, user="dated", created_before=exact)


def test_pages_of_what_matches(idle: Rig) -> None:
    wanted = []
    for number in range(12):
        job = made(idle, "pager", tags=["odd" if number % 2 else "even"])
        wanted += [job] if number % 2 else []
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = got(idle.client, JOBS, user="pager", status="queued", tag="odd", limit=2, **cursor)
        found += [job["id"] for job in page["jobs"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(found) == sorted(wanted)


def test_only_admins_see_another_users_jobs(
    ann: httpx.Client, bob: httpx.Client, root: httpx.Client
) -> None:
    mine = submit(ann)
    assert mine in ids(root, user="ann")
    assert mine in ids(ann, user="ann")
    details = check_error(bob.get(JOBS, params={"user": "ann"}), 403, "forbidden")
    assert details == {"scope": "admin"}


def test_the_queue_is_counted(ann: httpx.Client, bob: httpx.Client, root: httpx.Client) -> None:
    full(ann)
    submit(ann, priority="batch")
    last = submit(bob)
    in_phase(bob, last, "waiting")
    wanted = {
        ("ann", "interactive"): (0, 2), ("ann", "batch"): (1, 0), ("bob", "interactive"): (1, 0),
    }  # fmt: skip

    def counted() -> Any:  # as of a second ago
        found = got(root, "/relay/v1/queue")
        rows = {
            (row["user"], row["priority"]): (row["waiting"], row["on_hosts"])
            for row in found["users"]
        }
        return found if rows == wanted else None

    found = eventually("all are counted", counted)
    totals = {row["priority"]: (row["waiting"], row["on_hosts"]) for row in found["totals"]}
    assert totals == {"interactive": (1, 2), "shot": (0, 0), "batch": (1, 0)}
    assert found["hosts"] == [
        {"name": "sim0", "state": "up", "executing": 1, "waiting": 1, "free_slots": 0}
    ]
    his = got(bob, "/relay/v1/queue")
    assert {row["user"] for row in his["users"]} == {"bob"}
    assert his["totals"] == found["totals"]
