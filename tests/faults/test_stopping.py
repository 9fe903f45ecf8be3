"""A job is stopped: in time, by id, and on newer hosts by their own route."""

from __future__ import annotations

from pathlib import Path

import psutil
from aiohttp import web

from relay_server.sim_host.host import HOST
from tests.faults.faulty import Faulty, host, reasons
from tests.rig import PATIENCE_S, Rig, eventually, invert_graph, picture, png, slow_graph


class Newer(Faulty):
    """Has the route of newer hosts, that cancels one prompt wherever it is."""

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        await super().request(request)
        if not request.path.startswith("/api/jobs/"):
            return None
        prompt_id = request.path.split("/")[3]
        sim = request.app[HOST]
        running = any(item[1] == prompt_id for item in sim.queue.snapshot()[0])
        if running:
            sim.shop.interrupt.want()
        return web.json_response({"cancelled": running})


class SlowUpload(Faulty):
    """Never ends to read an upload."""

    async def request(self, request: web.Request) -> web.StreamResponse | None:
        await super().request(request)
        if request.path == "/upload/image":
            return await self.nothing()
        return None


def test_a_newer_host_is_asked_by_its_own_route(tmp_path: Path) -> None:
    seam = Newer()
    with Rig(tmp_path, hosts=0) as rig, host(rig, seam=seam) as gpu1:
        job = rig.submit_graph(slow_graph(1, steps=5000))
        rig.until(job["id"], lambda job: job["status"] == "running")
        rig.client.post(f"/api/v2/jobs/{job['id']}/cancel")
        assert rig.wait(job["id"])["status"] == "canceled"
        assert ("POST", f"/api/jobs/{job['id']}/cancel") in seam.asked
        assert ("POST", "/interrupt") not in seam.asked
        assert gpu1.queue() == ([], [])


def test_a_cancel_breaks_off_a_long_upload(tmp_path: Path) -> None:
    seam = SlowUpload()
    with Rig(tmp_path, hosts=0, host_timeout_s=600.0) as rig, host(rig, seam=seam):
        upload = {"file": ("plate.png", png(picture()), "image/png")}
        asset = rig.client.post("/api/v2/assets", files=upload).json()
        job = rig.submit_graph(invert_graph({"__type": "core/ASSET", "info": {"id": asset["id"]}}))
        eventually("the upload begins", lambda: ("POST", "/upload/image") in seam.asked)
        rig.client.post(f"/api/v2/jobs/{job['id']}/cancel")
        assert rig.wait(job["id"])["status"] == "canceled"
        assert ("POST", "/prompt") not in seam.asked


def test_a_time_limit_counts_from_the_beginning_whoever_follows(tmp_path: Path) -> None:
    with (
        Rig(tmp_path, hosts=0, time_limit_s=1800.0) as rig,
        host(rig),
    ):
        job = rig.submit_graph(slow_graph(1, steps=9000))
        rig.until(job["id"], lambda job: job["status"] == "running")
        slots = rig.slots()
        for slot in slots:
            slot.kill()
        psutil.wait_procs(slots, timeout=PATIENCE_S)
        key = f"comfy-relay:job:{job['id']}"
        began = int(rig.redis().hget(key, "executing_ms") or 0)
        rig.redis().hset(key, "executing_ms", began - 1_900_000)
        after = rig.wait(job["id"])
        assert after["error"]["code"] == "time_limit"
        assert reasons(after) == [("gpu1", "worker_lost"), ("gpu1", None)]


def test_our_entries_leave_the_history_of_a_host_and_the_last_one_stays(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0, history_s=0.2) as rig, host(rig) as gpu1:
        body = {"prompt": slow_graph(9, steps=1), "prompt_id": "theirs"}
        rig.client.post(f"{gpu1.url}/prompt", json=body)
        jobs = [rig.wait(rig.submit_graph(slow_graph(seed, steps=1))["id"]) for seed in range(5)]
        assert {job["status"] for job in jobs} == {"succeeded"}

        def kept() -> set[str]:
            return set(rig.client.get(f"{gpu1.url}/history").json())

        eventually("few are kept", lambda: len(kept()) <= 3)  # each slot's last, and theirs
        assert {"theirs", jobs[-1]["id"]} <= kept()
