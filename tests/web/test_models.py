"""The models of several hosts, and jobs that go where their models are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.rig import Rig, eventually, slow_graph


def add_host(rig: Rig, name: str, *options: str) -> str:
    """One more host with its worker; its URL."""
    url = rig.run(rig.stack.start_sim_host(name, "--step-s", "0", *options))
    rig.workers.append(rig.run(rig.stack.start_worker(url, name)))
    return url


def stop_host(rig: Rig, name: str) -> None:
    part = [part for part in rig.stack.parts if part.name == f"host-{name}"][-1]
    part.kill()
    assert part.process
    rig.run(part.process.wait())


def restart_host(rig: Rig, name: str, url: str, *options: str) -> None:
    """The same host with other options."""
    rig.run(rig.stack.start_sim_host(name, "--port", url.rsplit(":", 1)[1], *options))


def names(rig: Rig, kind: str) -> dict[str, list[str]]:
    """Hosts by name of the model, in the order of the answer."""
    answer = rig.client.get(f"/relay/v1/models/{kind}")
    assert answer.status_code == 200, answer.text
    return {model["name"]: model["hosts"] for model in answer.json()["models"]}


def beat_ms(rig: Rig) -> bytes | None:
    """When the supervisor of gpu1 was heard of last."""
    with rig.redis() as redis:
        return redis.hget("comfy-relay:host:gpu1", "beat_ms")


def graph(checkpoint: Any, seed: int = 1) -> dict[str, Any]:
    made = slow_graph(seed, steps=1)
    made["4"]["inputs"]["ckpt_name"] = checkpoint
    return made


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay with a host on Linux and one on Windows, which have one checkpoint in common."""
    with Rig(tmp_path_factory.mktemp("two"), hosts=0) as rig:
        add_host(rig, "linux", "--checkpoints", "base.safetensors", "sdxl/dream.safetensors")
        windows = ("sdxl/dream.safetensors", "sdxl/only.safetensors")
        add_host(rig, "windows", "--separator", "\\", "--checkpoints", *windows)
        yield rig


def test_models_are_merged_with_the_hosts_that_have_each(two: Rig) -> None:
    assert list(names(two, "checkpoints").items()) == [
        ("base.safetensors", ["linux"]),
        ("sdxl/dream.safetensors", ["linux", "windows"]),
        ("sdxl/only.safetensors", ["windows"]),
    ]


def test_all_kinds_come_in_one_answer(two: Rig) -> None:
    kinds = two.client.get("/relay/v1/models").json()["kinds"]
    found = [each["kind"] for each in kinds]
    assert found == sorted(found)
    assert {"checkpoints", "loras", "vae"} <= set(found)
    assert not {"configs", "custom_nodes"} & set(found)


def test_an_unknown_kind_is_not_found(two: Rig) -> None:
    answer = two.client.get("/relay/v1/models/sandwiches")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("separator", ["/", "\\"])
@pytest.mark.parametrize(
    ("checkpoint", "host"), [("sdxl/only.safetensors", "windows"), ("base.safetensors", "linux")]
)
def test_a_job_goes_to_the_host_that_has_its_model(
    two: Rig, checkpoint: str, host: str, separator: str
) -> None:
    job = two.wait(two.submit_graph(graph(checkpoint.replace("/", separator)))["id"])
    assert (job["status"], job["host"]) == ("succeeded", host), job


@pytest.mark.parametrize("host", ["linux", "windows"])
def test_a_model_is_written_as_its_host_spells_it(two: Rig, host: str) -> None:
    body = graph("sdxl/dream.safetensors")
    job = two.wait(two.submit_graph(body, host=host)["id"])
    assert job["status"] == "succeeded", job
    executed = two.client.get(f"/api/v2/jobs/{job['id']}/workflow").json()["workflow"]
    spelled = {"linux": "sdxl/dream.safetensors", "windows": "sdxl\\dream.safetensors"}[host]
    assert executed["4"]["inputs"]["ckpt_name"] == spelled


def test_a_model_that_no_host_has_is_refused_with_the_nearest(two: Rig) -> None:
    answer = two.client.post("/api/v2/jobs", json={"workflow": graph("sdxl/onyl.safetensors")})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "unknown_model"
    assert error["details"]["nearest"][0] == "sdxl/only.safetensors"
    assert (error["details"]["kind"], error["details"]["node"]) == ("checkpoints", "4")


def test_a_published_workflow_with_such_a_model_is_refused_too(two: Rig) -> None:
    patch = {"node": "4", "field": "ckpt_name", "value": "nowhere.safetensors"}
    params = {"prompt": "hills", "checkpoint": "base.safetensors"}
    body = {"params": params, "patches": [patch]}
    answer = two.client.post("/relay/v1/workflows/text-to-image/jobs", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "unknown_model"


def test_before_the_first_host_nothing_is_refused_and_no_kind_is_unknown(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0) as rig:
        assert names(rig, "checkpoints") == {}
        job = rig.submit_graph(graph("late.safetensors"))
        add_host(rig, "other", "--checkpoints", "other.safetensors")
        assert rig.job(job["id"])["status"] == "queued"
        add_host(rig, "late", "--checkpoints", "late.safetensors")
        assert rig.wait(job["id"])["host"] == "late"


def test_a_host_that_comes_back_with_other_models_is_known_by_them(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0) as rig:
        url = add_host(rig, "gpu1", "--checkpoints", "old.safetensors")
        assert list(names(rig, "checkpoints")) == ["old.safetensors"]
        stop_host(rig, "gpu1")
        hosts = "/relay/v1/hosts"
        eventually(
            "the host is gone",
            lambda: rig.client.get(hosts).json()["hosts"][0]["state"] == "gone",
        )
        assert list(names(rig, "checkpoints")) == ["old.safetensors"]
        restart_host(rig, "gpu1", url, "--checkpoints", "new.safetensors")
        eventually("it is known", lambda: list(names(rig, "checkpoints")) == ["new.safetensors"])


def test_a_host_that_refuses_a_model_is_asked_again(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0, heartbeat_s=2.0, lease_s=600.0) as rig:
        url = add_host(rig, "gpu1", "--checkpoints", "old.safetensors")
        process = rig.workers[0].process
        assert process
        supervisor = psutil.Process(process.pid)
        beat = beat_ms(rig)
        eventually("it has looked, and will not for a while", lambda: beat_ms(rig) != beat)
        supervisor.suspend()  # so that it does not notice that its host was away
        stop_host(rig, "gpu1")
        restart_host(rig, "gpu1", url, "--checkpoints", "new.safetensors")
        supervisor.resume()
        job = rig.wait(rig.submit_graph(graph("old.safetensors"))["id"])
        assert job["error"]["code"] == "prompt_rejected"
        eventually("it is known", lambda: list(names(rig, "checkpoints")) == ["new.safetensors"])


def test_a_host_that_is_gone_for_long_does_not_count(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0, host_memory_s=0.5) as rig:
        add_host(rig, "gone", "--checkpoints", "gone.safetensors")
        add_host(rig, "stays", "--checkpoints", "stays.safetensors")
        rig.run(rig.workers[0].stop(5))
        eventually("forgotten", lambda: list(names(rig, "checkpoints")) == ["stays.safetensors"])
