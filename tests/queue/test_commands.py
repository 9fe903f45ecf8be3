"""`comfy-relay hosts`, `jobs` and `quarantine` as people type them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contract.talk import key
from tests.queue.asking import COUNT, host, in_phase, submit
from tests.rig import PATIENCE_S, Rig, eventually, picture, png, slow_graph


def run(rig: Rig, *arguments: str, code: int = 0, token: str = "") -> list[str]:
    """The lines on the terminal; those of errors if it failed as it should."""
    done = subprocess.run(
        [sys.executable, "-m", "relay_server", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env={**os.environ, "COMFY_RELAY_URL": rig.url, "COMFY_RELAY_KEY": token},
    )
    assert done.returncode == code, (done.stdout, done.stderr)
    return (done.stderr if code else done.stdout).splitlines()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


@pytest.fixture
def running(rig: Rig) -> Iterator[str]:
    """A job that executes; its id. It ends with the test."""
    job = rig.submit_graph(slow_graph(next(COUNT), steps=10_000), tags=["typed"])
    rig.until(job["id"], lambda job: job["phase"] == "executing")
    eventually("it has the host for itself", lambda: host(rig.client)["busy"] == 1)
    yield str(job["id"])
    rig.client.post(f"/api/v2/jobs/{job['id']}/cancel")
    rig.wait(job["id"])


def test_a_host_is_paused_and_resumed(rig: Rig) -> None:
    eventually("what other tests left is over", lambda: host(rig.client)["busy"] == 0)
    head, line = run(rig, "hosts")
    assert cells(head) == ["HOST", "STATE", "SINCE", "JOBS", "DEVICE", "REASON"]
    assert cells(line)[:2] == ["sim0", "up"]
    assert run(rig, "hosts", "pause", "sim0", "--reason", "new driver") == [
        "sim0 is paused (new driver); it has no jobs"
    ]
    assert run(rig, "hosts", "list")[1].endswith("new driver (by local)")
    assert run(rig, "hosts", "drain", "sim0") == ["sim0 is draining; it has no jobs"]
    assert run(rig, "hosts", "resume", "sim0") == ["sim0 is up; it has no jobs"]
    assert "Stop that worker first" in run(rig, "hosts", "remove", "sim0", code=1)[0]
    (none,) = run(rig, "hosts", "drain", "gpu9", code=1)
    assert none == "Error: There is no host 'gpu9'. `comfy-relay hosts` lists them."


def test_jobs_are_listed_explained_and_canceled(rig: Rig, running: str) -> None:
    head, line = run(rig, "jobs", "list", "--tag", "typed", "--status", "running")
    assert cells(head)[:4] == ["JOB", "STATUS", "CLASS", "SUBMITTED"]
    assert cells(line)[:3] == [running, "running", "interactive"]
    assert running in "".join(run(rig, "jobs"))
    explained = run(rig, "jobs", "explain", running)
    assert explained[0].startswith("sim0 has executed it for")
    assert cells(explained[-1]) == ["sim0", "up", "1 free", "has it"]
    assert run(rig, "jobs", "priority", running, "batch") == [f"{running} batch"]
    assert run(rig, "jobs", "cancel", running) == [f"{running} canceling"]
    rig.wait(running)
    (over,) = run(rig, "jobs", "explain", running)
    assert over.startswith("It is over: canceled on sim0 after")
    retried = run(rig, "jobs", "retry", running, "--priority", "shot")[0].split()[0]
    assert rig.job(retried)["retry_of"] == running
    assert rig.job(retried)["priority"] == "shot"
    counted = run(rig, "jobs", "cancel", "--tag", "typed")
    assert counted[0] in {"1 canceled, 0 being canceled", "0 canceled, 1 being canceled"}
    eventually("it is over", lambda: rig.job(retried)["phase"] == "over")
    assert run(rig, "jobs", "cancel", "--mine") == ["0 canceled, 0 being canceled"]
    assert run(rig, "jobs", "list", "--tag", "untyped") == ["no such jobs"]


def test_an_admin_sees_everybodys_jobs(studio: Rig, ann: httpx.Client) -> None:
    waits = submit(ann, tags=["hers"])
    token = key(studio, "boss", "admin")
    assert "--all-users" in run(studio, "jobs", token=token)[0]
    head, line = run(studio, "jobs", "list", "--all-users", "--tag", "hers", token=token)
    assert cells(head)[:2] == ["JOB", "USER"]
    assert cells(line)[:2] == [waits, "ann"]
    assert waits in "".join(run(studio, "jobs", "--all-users", token=token))
    assert "There is no job" not in run(studio, "jobs", "explain", waits, token=token)[0]
    hers = key(studio, "ann")
    assert "`admin`" in run(studio, "jobs", "--all-users", code=1, token=hers)[0]
    both = ("jobs", "list", "--all-users", "--user", "ann")
    assert "one of them" in " ".join(run(studio, *both, code=2, token=token))


def test_all_jobs_of_a_user_are_canceled(studio: Rig, ann: httpx.Client) -> None:
    waits = submit(ann)
    token = key(studio, "boss", "admin")
    assert "1 " in run(studio, "jobs", "cancel", "--user", "ann", token=token)[0]
    in_phase(ann, waits, "over")


def test_submit_says_what_a_job_may(rig: Rig, tmp_path: Path) -> None:
    plate = tmp_path / "plate.png"
    plate.write_bytes(png(picture()))
    wanted = ["--tag", "a", "--tag", "b", "--priority", "batch", "--host", "sim0"]
    given = ["submit", "invert", "--input", f"image={plate}", *wanted, "--max-wait", "600"]
    (line,) = run(rig, *given, "--no-wait")
    job = rig.wait(line.removeprefix("job: "))
    assert (job["tags"], job["priority"]) == (["a", "b"], "batch")
    first, result = run(rig, *given, "--out", str(tmp_path / "out"))
    assert first.startswith("job: ")
    assert Path(result.removeprefix("result: ")).parent == tmp_path / "out"
    assert "'nope'" in run(rig, *given[:-2], "--host", "nope", code=1)[0]


def test_a_job_that_was_over_is_not_canceled(rig: Rig) -> None:
    job = rig.wait(rig.submit_graph(slow_graph(next(COUNT), steps=1))["id"])
    assert run(rig, "jobs", "cancel", job["id"]) == [f"{job['id']} was over: succeeded"]


def test_a_broken_picture_is_named(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"no picture")
    given = ("submit", "invert", "--input", f"image={tmp_path / 'bad.png'}")
    assert "The input 'image' ('bad.png'): " in run(rig, *given, code=1)[0]


def test_the_relays_address_leads_to_its_page(rig: Rig) -> None:
    assert rig.client.get("/").headers["location"] == "/docs"
    which = rig.client.post("/relay/v1/jobs/cancel", json={}).json()["error"]["message"]
    assert which.startswith("The body cannot be read: say which:")


def test_without_a_key_or_with_a_wrong_one(studio: Rig) -> None:
    key(studio, "ann")
    assert "set COMFY_RELAY_KEY." in run(studio, "hosts", code=1)[0]
    said = run(studio, "hosts", code=1, token="crk_0_revoked")[0]
    assert "does not know this key (COMFY_RELAY_KEY): it was revoked" in said


def test_a_shared_key_speaks_for_a_person(studio: Rig, ann: httpx.Client) -> None:
    hers = submit(ann)
    token = key(studio, "farm", "submit,delegate")
    assert hers not in "".join(run(studio, "jobs", token=token))
    assert hers in "".join(run(studio, "jobs", "--as", "ann", token=token))
    assert hers in "".join(run(studio, "jobs", "list", "--as", "ann", token=token))
    changed = run(studio, "jobs", "--as", "ann", "priority", hers, "batch", token=token)
    assert changed[0].startswith(f"{hers} batch")
    assert "`delegate`" in run(studio, "hosts", "--as", "ann", code=1, token=key(studio, "ann"))[0]
    given = ("submit", "nothing", "--as", "a b")
    assert "login name" in run(studio, *given, code=1, token=token)[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["jobs", "cancel"], "--mine"),
        (["jobs", "cancel", "x", "--mine"], "--mine"),
        (["jobs", "priority", "x", "urgent"], "'urgent'"),
        (["hosts", "drain", ""], "it is empty"),
    ],
)
def test_what_cannot_be_meant_is_told(rig: Rig, arguments: list[str], says: str) -> None:
    assert says in " ".join(run(rig, *arguments, code=2))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("foo", "'foo' is no address of a relay"),
        ("http://127.0.0.1:9", "No relay listens at http://127.0.0.1:9."),
        ("http://a:b:c", "'http://a:b:c' is no address of a relay"),
    ],
)
def test_a_relay_that_is_not_there(rig: Rig, url: str, says: str) -> None:
    assert says in run(rig, "hosts", "--relay", url, code=1)[0]


def test_a_job_that_is_not_there(rig: Rig) -> None:
    for command in ("explain", "retry", "cancel"):
        assert "There is no job" in run(rig, "jobs", command, "x", code=1)[0]


def test_the_simulated_host_lists_its_own_options(rig: Rig) -> None:
    assert "--step-s" in " ".join(run(rig, "sim-host", "--help"))


def test_hosts_name_the_jobs_that_they_have(rig: Rig, running: str) -> None:
    lines = run(rig, "hosts")
    assert cells(lines[3])[:2] == ["JOB", "HOST"]
    assert cells(lines[4])[:5] == [running, "sim0", "local", "interactive", "executing"]


def test_the_quarantine_is_empty_at_first(rig: Rig) -> None:
    assert run(rig, "quarantine", "list") == ["no graph is in quarantine"]
    (none,) = run(rig, "quarantine", "release", "x", code=1)
    assert "No graph 'x'" in none
    assert "`comfy-relay quarantine list` lists them" in none


def test_a_workflow_that_is_not_there(rig: Rig) -> None:
    assert "`comfy-relay workflows list`" in run(rig, "submit", "nothing", code=1)[0]
