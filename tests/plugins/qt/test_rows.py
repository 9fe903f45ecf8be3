"""What the panel says of jobs, without Qt and without a relay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comfyrelay.errors import RelayUnreachable, SettingsError
from comfyrelay.job import Failure, Job
from comfyrelay.journal import Entry
from comfyrelay.watching import Look
from comfyrelay_qt import rows
from comfyrelay_qt.rows import Here, Row

NOW_S = 1_700_000_000.0
AT = {0: "2023-11-14T22:13:20+00:00", -42: "2023-11-14T22:12:38+00:00"}
NOWHERE = Here()
JOB = Job("1", "queued", 1, "waiting", "upscale", created_at=AT[-42])
ENTRY = Entry("k", "k", "n1", "s", "/sq/comp.nk", "Group1.ComfyRelay2", "", "upscale", 1)


def row(job: Job, entry: Entry | None = None, here: Here = NOWHERE) -> Row:
    look = Look((job,), {job.id: entry} if entry else {})
    return rows.queue(look, here, NOW_S).rows[0]


@pytest.mark.parametrize(
    ("job", "status", "time", "place"),
    [
        (replace(JOB, position=2, size=5), "queued 2 of 5", "0:42", ""),
        (replace(JOB, phase="assigned", host="gpu1"), "starting", "0:42", "on gpu1"),
        (replace(JOB, status="running", progress=0.374, host="gpu1", started_at=AT[-42],
                 expected_s=3700), "37 %", "0:42 of about 1:01:40", "on gpu1"),
        (replace(JOB, status="running", started_at="2023-11-14T22:20:00+00:00"),
         "running", "0:00", ""),  # the relay's clock is ahead of ours
    ],
)  # fmt: skip
def test_a_job_that_goes_on(job: Job, status: str, time: str, place: str) -> None:
    found = row(job)
    assert (found.status, found.time, found.place) == (status, time, place)
    assert found.can_cancel
    assert not found.can_open


def test_a_job_that_is_over_says_when_it_was_sent_and_what_it_took() -> None:
    found = row(replace(JOB, status="succeeded", host="gpu1", seconds=71.4))
    assert (found.status, found.place, found.can_open) == ("done", "1:11 on gpu1", True)
    assert len(found.time) == len("22:12")
    old = row(replace(JOB, status="canceled", created_at="2023-10-01T10:00:00+00:00"))
    assert "Oct" in old.time
    assert (old.can_cancel, old.can_open) == (False, False)


def test_a_failed_job_says_why_and_what_to_do() -> None:
    found = row(replace(JOB, status="failed", failure=Failure("out_of_memory", "No memory.")))
    assert found.status == "failed: No memory."
    assert "smaller picture" in found.about


def test_where_a_job_comes_from() -> None:
    framed = replace(JOB, metadata={"frame": "1003"})
    assert row(framed, ENTRY, Here("/sq/comp.nk")).origin == "Group1.ComfyRelay2, frame 1003"
    assert row(framed, ENTRY, Here("/sq/else.nk")).origin == "Group1.ComfyRelay2, frame 1003, comp"
    unsaved = replace(ENTRY, scene="")
    assert row(JOB, unsaved, Here("/sq/new.nk", "s")).origin == "Group1.ComfyRelay2"
    assert row(JOB, unsaved, Here("", "another")).origin.endswith("an unsaved scene")
    assert row(replace(JOB, tags=("farm", "sq010"))).origin == "farm, sq010"
    assert row(JOB, ENTRY).uid == "n1"
    assert row(replace(JOB, workflow="")).title == "own graph"


def test_what_the_head_of_the_list_says() -> None:
    running = replace(JOB, status="running")
    some = rows.queue(Look((JOB, JOB, running)), NOWHERE, NOW_S)
    assert (some.headline, some.goes_on) == ("1 running, 2 waiting", True)
    none = rows.queue(Look((replace(JOB, status="failed"),)), NOWHERE, NOW_S)
    assert (none.headline, none.goes_on) == ("Nothing runs.", False)
    away = RelayUnreachable("The relay at http://r does not answer (no).", "Look.")
    assert rows.trouble(away) == "The relay at http://r does not answer (no). Trying again."
    assert rows.trouble(SettingsError("No relay is named.", "Set it.")).endswith("Set it.")
