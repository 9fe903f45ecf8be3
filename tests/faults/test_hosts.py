"""Hosts that go away, refuse, and come back without memory."""

from __future__ import annotations

from pathlib import Path

import httpx
import psutil
import pytest

from relay_server.errors import StartupError
from tests.rig import Rig, eventually, invert_graph, slow_graph


def host_state(rig: Rig, name: str) -> str:
    """The state that the relay shows of a host."""
    hosts = rig.client.get("/relay/v1/hosts").json()["hosts"]
    return next((host["state"] for host in hosts if host["name"] == name), "")


def host_process(rig: Rig, name: str) -> psutil.Process:
    """The process of a simulated host."""
    part = next(part for part in rig.stack.parts if part.name == f"host-{name}")
    assert part.process
    return psutil.Process(part.process.pid)


def test_a_job_moves_to_another_host_when_its_own_is_gone(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=2, sim=("--control", "--fault", "hold-node:at=2")) as rig:
        job = rig.submit_graph(slow_graph(1, steps=5))
        running = rig.until(job["id"], lambda job: job["status"] == "running")
        host_process(rig, running["host"]).kill()
        other = rig.host_urls[1 - int(running["host"].removeprefix("sim"))]
        httpx.delete(f"{other}/sim/holds").raise_for_status()
        after = rig.wait(job["id"])
        assert after["status"] == "succeeded", after
        assert after["host"] != running["host"]
        assert [attempt["reason"] for attempt in after["attempts"]] == ["host_gone", None]
        eventually(
            "the dead host is shown as gone", lambda: host_state(rig, running["host"]) == "gone"
        )


def test_a_frozen_host_is_sick_and_its_job_goes_on_when_it_thaws(tmp_path: Path) -> None:
    sim = ("--control", "--fault", "hold-node:at=2")
    with Rig(tmp_path, sim=sim, host_timeout_s=0.5) as rig:
        job = rig.submit_graph(slow_graph(1, steps=5))
        rig.until(job["id"], lambda job: job["status"] == "running")
        host = host_process(rig, "sim0")
        host.suspend()
        eventually("the host is sick", lambda: host_state(rig, "sim0") == "sick")
        host.resume()
        eventually("the host is up", lambda: host_state(rig, "sim0") == "up")
        httpx.delete(f"{rig.host_urls[0]}/sim/holds").raise_for_status()
        assert rig.wait(job["id"])["status"] == "succeeded"
        assert rig.runs(job["id"]) == 1


def test_a_rejected_prompt_names_the_node_and_the_reason(own_rig: Rig) -> None:
    graph = slow_graph(1)
    graph["5"]["inputs"]["width"] = 7
    job = own_rig.wait(own_rig.submit_graph(graph)["id"])
    assert job["status"] == "failed"
    assert job["error"]["code"] == "prompt_rejected"
    assert job["error"]["node_id"] == "5"
    assert job["error"]["class_type"] == "EmptyLatentImage"
    assert own_rig.runs(job["id"]) == 0


def test_a_prompt_that_is_valid_only_in_part_fails_and_does_not_run_on(own_rig: Rig) -> None:
    graph = {
        **slow_graph(1, steps=2000),
        "20": {"class_type": "LoadImage", "inputs": {"image": "nope.png"}},
        "21": {"class_type": "SaveImage", "inputs": {"images": ["20", 0], "filename_prefix": "x"}},
    }
    job = own_rig.wait(own_rig.submit_graph(graph)["id"])
    assert job["status"] == "failed"
    assert job["error"]["code"] == "prompt_rejected"
    assert job["error"]["node_id"] == "20"
    host = own_rig.host_urls[0]
    eventually(
        "the rest is stopped", lambda: not httpx.get(f"{host}/queue").json()["queue_running"]
    )


def test_an_interrupt_by_somebody_else_is_not_a_success(own_rig: Rig) -> None:
    job = own_rig.submit_graph(slow_graph(1, steps=2000))
    own_rig.until(job["id"], lambda job: job["status"] == "running")
    httpx.post(f"{own_rig.host_urls[0]}/interrupt", json={"prompt_id": job["id"]})
    after = own_rig.wait(job["id"])
    assert after["status"] == "failed"
    assert after["error"]["code"] == "interrupted"


def test_a_job_over_its_time_limit_is_stopped(tmp_path: Path) -> None:
    with Rig(tmp_path, sim=("--step-s", "0.02"), time_limit_s=0.3) as rig:
        after = rig.wait(rig.submit_graph(slow_graph(1, steps=5000))["id"])
        assert after["status"] == "failed"
        assert after["error"]["code"] == "time_limit"


def test_a_job_waits_until_a_host_is_there(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0) as rig:
        job = rig.submit_graph(slow_graph(1, steps=1))
        assert job["queue_position"] == 1
        rig.add_host("late")
        assert rig.wait(job["id"])["status"] == "succeeded"


def test_a_name_belongs_to_one_worker(own_rig: Rig) -> None:
    with pytest.raises(StartupError, match="another worker"):
        own_rig.run(own_rig.stack.start_worker("http://127.0.0.1:9", "sim0"))


def test_a_file_that_the_host_lost_is_not_a_success(own_rig: Rig) -> None:
    graph = invert_graph("missing-on-the-host.png")
    job = own_rig.wait(own_rig.submit_graph(graph)["id"])
    assert job["status"] == "failed"
    assert job["error"]["code"] == "prompt_rejected"
