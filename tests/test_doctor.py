"""`comfy-relay doctor`: one line for each thing, and 1 if one is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from relay_server.cli import cli
from relay_server.doctor.relay import skew_s
from relay_server.settings import Settings
from relay_server.stack import environment_of
from tests.contract.talk import command, key
from tests.rig import Rig, eventually, invert_graph, slow_graph

NEVER_SEEN: dict[str, str | int] = {
    "name": "sim9", "url": "http://127.0.0.1:9", "supervisor": "", "state": "up",
    "since_ms": 0, "beat_ms": 0,
}  # fmt: skip
"""A host whose worker went long ago, as Redis has it."""


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay with one host; each test leaves it as it was."""
    with Rig(tmp_path_factory.mktemp("doctor"), clean_s=0.1) as running:
        yield running


def doctor(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", *arguments], env=environment_of(settings))


def examined(rig: Rig, **changes: Any) -> Result:
    settings = rig.settings.model_copy(update=changes)
    return doctor(settings, "--relay", rig.url)


def lines(result: Result) -> list[tuple[str, str, str]]:
    """(verdict, subject, sentence) of each line."""
    found = [re.fullmatch(r"(ok|note|wrong) +([^:]+): (.+)", x) for x in result.stdout.splitlines()]
    assert all(found), result.stdout
    return [(match[1], match[2], match[3]) for match in found if match]


def said(result: Result, verdict: str, subject: str) -> str:
    """What is said of a subject; there is such a line."""
    about = [line[2] for line in lines(result) if line[:2] == (verdict, subject)]
    assert about, result.stdout
    return " ".join(about)


def test_a_healthy_relay_is_found_so(patient: Rig) -> None:
    result = examined(patient)
    assert result.exit_code == 0, result.output
    assert {line[0] for line in lines(result)} == {"ok", "note"}
    for subject in ("Redis", "durability", "records", "blob store", "keys", "relay", "jobs"):
        assert said(result, "ok", subject)
    assert "is up: http://127.0.0.1" in said(result, "ok", "host sim0")
    assert "--host-input DIR --host-output DIR" in said(result, "note", "files on sim0")
    assert said(result, "ok", "jobs") == "none waits."


def test_it_changes_nothing_and_shows_no_secret(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, redis_url="redis://:hunter2@127.0.0.1:9/0")
    result = doctor(settings)
    assert result.exit_code == 1
    assert "hunter2" not in result.output
    assert "127.0.0.1:9" in said(result, "wrong", "Redis")
    assert list(tmp_path.iterdir()) == []


def test_a_url_of_redis_that_is_none_is_told_without_its_text(tmp_path: Path) -> None:
    result = doctor(Settings(data=tmp_path, redis_url="hunter2"))
    assert result.exit_code == 1
    assert "hunter2" not in result.output
    assert "must be like redis://" in said(result, "wrong", "Redis")


def test_where_no_relay_runs_it_says_how_to_start_one(tmp_path: Path) -> None:
    result = doctor(Settings(data=tmp_path))
    assert result.exit_code == 1
    assert "comfy-relay serve" in said(result, "wrong", "Redis")
    assert "comfy-relay serve" in said(result, "wrong", "blob store")


@pytest.mark.parametrize(
    ("name", "bad", "good", "mends"),
    [
        ("appendonly", "no", "yes", "appendonly yes"),
        ("maxmemory-policy", "allkeys-lru", "noeviction", "maxmemory-policy noeviction"),
    ],
)
def test_a_redis_that_may_lose_jobs_fails(
    patient: Rig, name: str, bad: str, good: str, mends: str
) -> None:
    with patient.redis() as redis:
        redis.config_set(name, bad)
        try:
            result = examined(patient)
        finally:
            redis.config_set(name, good)
    assert result.exit_code == 1
    assert mends in said(result, "wrong", "durability")


def test_what_is_wrong_comes_first(patient: Rig) -> None:
    found = [line[0] for line in lines(examined(patient, listen="0.0.0.0"))]
    assert found[0] == "wrong"
    assert "wrong" not in found[1:]


def test_a_blob_store_that_is_a_file_fails(patient: Rig, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = examined(patient, blobs=tmp_path / "file")
    assert "is no folder" in said(result, "wrong", "blob store")


def test_hosts_that_keep_our_files_share_a_line(patient: Rig) -> None:
    with patient.redis() as redis:
        name = patient.settings.namespace
        redis.sadd(f"{name}:hosts", "sim9")
        redis.hset(f"{name}:host:sim9", mapping=dict(NEVER_SEEN))
        try:
            result = examined(patient)
        finally:
            redis.srem(f"{name}:hosts", "sim9")
            redis.delete(f"{name}:host:sim9")
    assert said(result, "note", "files on sim0, sim9")


def test_a_job_that_nobody_follows_fails(tmp_path: Path) -> None:
    with Rig(tmp_path) as rig:
        job = rig.submit_graph(slow_graph(steps=5000))
        rig.until(job["id"], lambda job: job["phase"] == "executing")
        rig.workers[0].kill()
        eventually(
            "gone", lambda: rig.client.get("/relay/v1/hosts").json()["hosts"][0]["state"] == "gone"
        )
        result = examined(rig)
    assert result.exit_code == 1
    assert "no worker runs for it" in said(result, "wrong", "jobs on sim0")


def test_records_of_a_newer_relay_fail(patient: Rig) -> None:
    with patient.redis() as redis:
        name = f"{patient.settings.namespace}:schema"
        there = redis.get(name)
        redis.set(name, 99)
        result = examined(patient)
        redis.set(name, str(there.decode()) if isinstance(there, bytes) else 0)
    assert "schema 99" in said(result, "wrong", "records")


def test_another_blob_store_than_the_relays_fails(patient: Rig, tmp_path: Path) -> None:
    for name in ("spool", "probes"):
        (tmp_path / "other" / name).mkdir(parents=True)
    result = examined(patient, blobs=tmp_path / "other")
    assert "is not the relay's" in said(result, "wrong", "blob store")


def test_a_relay_that_does_not_answer_fails(patient: Rig) -> None:
    result = doctor(patient.settings, "--relay", "http://anna:hunter2@127.0.0.1:9")
    assert result.exit_code == 1
    assert "127.0.0.1:9" in said(result, "wrong", "relay")
    assert "hunter2" not in result.output


def test_listening_to_strangers_without_keys_fails(patient: Rig) -> None:
    result = examined(patient, listen="0.0.0.0")
    assert "keys create" in said(result, "wrong", "keys")


def test_a_key_that_the_relay_does_not_know_fails(patient: Rig) -> None:
    token = key(patient, "pipe", "submit")
    environment = {**environment_of(patient.settings), "COMFY_RELAY_KEY": token}
    asked = ["doctor", "--relay", patient.url]
    try:
        result = CliRunner().invoke(cli, asked, env=environment)
        assert said(result, "ok", "key") == "COMFY_RELAY_KEY is pipe's: submit."
        result = CliRunner().invoke(cli, asked, env={**environment, "COMFY_RELAY_KEY": f"{token}x"})
        assert result.exit_code == 1
        assert "revoked" in said(result, "wrong", "key")
    finally:
        assert command(patient, "keys", "revoke", token.split("_")[1]).exit_code == 0


def test_a_graph_in_quarantine_is_told(patient: Rig) -> None:
    with patient.redis() as redis:
        name = f"{patient.settings.namespace}:quarantine"
        redis.hset(name, "abc123", '{"workflow": "invert"}')
        result = examined(patient)
        redis.hdel(name, "abc123")
    assert "quarantine release abc123" in said(result, "wrong", "quarantine")


def test_a_paused_host_is_a_note_and_its_jobs_can_still_be_run(patient: Rig) -> None:
    with patient.redis() as redis:
        host = f"{patient.settings.namespace}:host:sim0"
        redis.hset(host, "asked", "paused")
        job = patient.submit_graph(invert_graph("none.png"))
        result = examined(patient)
        redis.hset(host, "asked", "")
        assert patient.wait(job["id"])["status"] == "failed"
    assert result.exit_code == 0, result.output
    assert "is paused" in said(result, "note", "host sim0")
    assert said(result, "ok", "jobs") == "1 wait, and each has a host that can take it."


def test_a_host_without_worker_and_jobs_that_wait_for_it_fail(tmp_path: Path) -> None:
    with Rig(tmp_path) as rig:
        rig.run(rig.workers[0].stop(5))
        eventually(
            "gone", lambda: rig.client.get("/relay/v1/hosts").json()["hosts"][0]["state"] == "gone"
        )
        job = rig.submit_graph(invert_graph("none.png"))
        result = examined(rig)
    assert result.exit_code == 1
    again = f"comfy-relay worker --host {rig.host_urls[0]} --name sim0"
    assert f"start it again: `{again}`" in said(result, "wrong", "host sim0")
    told = said(result, "wrong", "jobs")
    assert "1 of 1 that wait" in told
    assert job["id"] in told


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Sat, 21 Nov 2026 15:00:10 GMT", 10.0),
        ("Sat, 21 Nov 2026 14:59:50 GMT", -10.0),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_clock_is_read_from_an_http_date(date: str | None, skew: float | None) -> None:
    assert skew_s(date, 1795273200.0) == skew
