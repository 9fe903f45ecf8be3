"""What is tried when a host cannot do a job: by cause, and never more than that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from relay_server.sim_host.options import GIB
from relay_server.sim_host.routes_prompt import submit
from tests.faults.faulty import Faulty, host, reasons
from tests.rig import Rig, slow_graph


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A relay whose hosts the test starts."""
    with Rig(tmp_path, hosts=0, affinity_s=0.0) as running:
        yield running


class Lacking(Faulty):
    """Refuses prompts as a host that lost a node or a model since it was asked."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        if (request.method, request.path) != ("POST", "/prompt"):
            return await super().request(request)
        if self._kind == "node":
            error = {"type": "missing_node_type", "message": "Node 'KSampler' not found."}
            return web.json_response({"error": error, "node_errors": {}}, status=400)
        problem = {
            "type": "value_not_in_list", "message": "Value not in list", "details": "",
            "extra_info": {"input_name": "ckpt_name"},
        }  # fmt: skip
        nodes = {"4": {"class_type": "CheckpointLoaderSimple", "errors": [problem]}}
        error = {"type": "prompt_outputs_failed_validation", "message": "failed"}
        return web.json_response({"error": error, "node_errors": nodes}, status=400)


def test_out_of_memory_is_tried_once_more_with_all_memory_free(rig: Rig) -> None:
    seam = Faulty()
    with host(rig, seam=seam) as gpu1:
        seam.memory_errors = 1
        job = rig.wait(rig.submit_graph(slow_graph(1, steps=3))["id"])
        assert job["status"] == "succeeded", job
        assert reasons(job) == [("gpu1", "out_of_memory"), ("gpu1", None)]
        posts = [path for method, path in seam.asked if method == "POST"]
        assert posts.index("/free") < posts.index("/history") < len(posts) - 1
        assert posts.count("/prompt") == 2
        assert rig.runs(job["id"]) == 2
        assert gpu1.queue() == ([], [])


def test_out_of_memory_twice_moves_to_a_host_with_more(rig: Rig) -> None:
    small = Faulty()
    small.memory_errors = 9
    with (
        host(rig, "a", small, vram_total=8 * GIB),
        host(rig, "b", vram_total=8 * GIB),
        host(rig, "c", vram_total=24 * GIB),
    ):
        job = rig.wait(rig.submit_graph(slow_graph(1, steps=3))["id"])
        assert job["status"] == "succeeded", job
        assert reasons(job) == [("a", "out_of_memory"), ("a", "out_of_memory"), ("c", None)]


def test_out_of_memory_on_the_largest_host_fails_with_advice(rig: Rig) -> None:
    seam = Faulty()
    seam.memory_errors = 9
    with host(rig, seam=seam):
        job = rig.wait(rig.submit_graph(slow_graph(1, steps=3))["id"])
        assert (job["status"], job["error"]["code"]) == ("failed", "out_of_memory")
        assert reasons(job) == [("gpu1", "out_of_memory"), ("gpu1", None)]


@pytest.mark.parametrize(("kind", "reason"), [("node", "node_missing"), ("model", "model_missing")])
def test_a_job_goes_to_a_host_that_has_what_the_first_lacks(
    rig: Rig, kind: str, reason: str
) -> None:
    with host(rig, "a", Lacking(kind)), host(rig, "b"):
        job = rig.wait(rig.submit_graph(slow_graph(1, steps=3))["id"])
        assert job["status"] == "succeeded", job
        assert reasons(job) == [("a", reason), ("b", None)]


def test_what_no_other_host_has_fails_at_once(rig: Rig) -> None:
    with host(rig, "a", Lacking("model")):
        job = rig.wait(rig.submit_graph(slow_graph(1, steps=3))["id"])
        assert (job["status"], job["error"]["code"]) == ("failed", "prompt_rejected")
        assert job["error"]["node_id"] == "4"


class LosesItsAnswer(Faulty):
    """Takes a prompt, and answers something else, or nothing."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self._how = how

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        await super().request(request)
        if (request.method, request.path) != ("POST", "/prompt"):
            return None
        taken = await submit(request)
        if self._how == "500":
            return web.Response(status=500)
        if self._how == "timeout":
            return await self.nothing()
        if self._how == "reset":
            assert request.transport
            request.transport.abort()
        if self._how == "junk":
            return web.Response(text="<html>")
        return taken


@pytest.mark.parametrize("how", ["500", "timeout", "reset", "junk"])
def test_a_prompt_whose_answer_was_lost_is_not_sent_again(tmp_path: Path, how: str) -> None:
    seam = LosesItsAnswer(how)
    with (
        Rig(tmp_path, hosts=0, host_timeout_s=0.5) as rig,
        host(rig, seam=seam),
    ):
        job = rig.wait(rig.submit_graph(slow_graph(1, steps=60))["id"])
        assert job["status"] == "succeeded", job
        assert (rig.runs(job["id"]), seam.asked.count(("POST", "/prompt"))) == (1, 1)


def test_two_hosts_that_die_of_a_job_are_enough(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=3, sim=("--step-s", "0.02")) as rig:
        job = rig.submit_graph(slow_graph(1, steps=5000))
        died: set[str] = set()
        while len(died) < 2:
            running = rig.until(
                job["id"], lambda job: job["status"] == "running" and job["host"] not in died
            )
            died.add(running["host"])
            next(part for part in rig.stack.parts if part.name == f"host-{running['host']}").kill()
        after = rig.wait(job["id"])
        assert after["error"]["code"] == "poison_suspected", after
        assert [reason for _, reason in reasons(after)] == ["host_gone", "host_gone"]
        assert {name for name, _ in reasons(after)} == died
