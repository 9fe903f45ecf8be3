"""Our files in a host's folders: only ours, only old ones, only what no job needs."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from relay_server.errors import StartupError
from relay_server.hosts.comfy import ComfyHost
from relay_server.hosts.registry import Registry
from relay_server.jobs.handed import End
from relay_server.models.jobs import Status
from relay_server.worker import host_files
from relay_server.worker.host_files import HostFiles, HostFolders
from tests.retention.house import LONG_AGO_S, House
from tests.rig import Rig, eventually, invert_graph, picture, png
from tests.worker.test_supervise import sim_host

INPUT = "comfy-relay/" + "ab" * 16 + ".png"


def old(path: Path, data: bytes = b"old") -> Path:
    """A file that nobody used for long, in folders as old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    age(path)
    return path


def age(path: Path) -> None:
    for each in (path, *list(path.parents)[:2]):
        os.utime(each, (LONG_AGO_S, LONG_AGO_S))


class Cleaned:
    """The folders of a host, and what cleans them."""

    def __init__(self, house: House, root: Path, host: ComfyHost) -> None:
        self.house = house
        self.input, self.output = root / "input", root / "output"
        self.files = self.of(HostFolders(self.input, self.output), host)

    def of(self, folders: HostFolders, host: ComfyHost) -> HostFiles:
        return HostFiles(self.house.redis, host, "gpu1", folders, self.house.settings)

    def results(self, job_id: str) -> Path:
        """Where the results of a job are."""
        return self.output / "comfy-relay" / "202611" / job_id


@asynccontextmanager
async def cleaned(house: House, folder: Path) -> AsyncIterator[Cleaned]:
    async with (
        sim_host(folder / "host") as port,
        ComfyHost(f"http://127.0.0.1:{port}", 5.0) as host,
    ):
        yield Cleaned(house, folder / "host", host)


@pytest.fixture
def here(house: House, tmp_path: Path) -> Cleaned:
    """The same without a host: only folders."""
    for kind in ("input", "output"):
        (tmp_path / "host" / kind).mkdir(parents=True)
    return Cleaned(house, tmp_path / "host", ComfyHost("http://127.0.0.1:9", 1.0))


async def test_the_hosts_own_folders_are_proven(house: House, tmp_path: Path) -> None:
    async with cleaned(house, tmp_path) as here:
        await here.files.prove()
        for kind in (here.input, here.output):
            assert list((kind / "comfy-relay").iterdir()) == []


async def test_any_other_folder_is_refused_with_one_sentence(house: House, tmp_path: Path) -> None:
    async with cleaned(house, tmp_path) as here:
        (tmp_path / "elsewhere").mkdir()
        host = ComfyHost(here.files._host.url, 5.0)
        async with host:
            for folders in (
                HostFolders(tmp_path / "elsewhere"),
                HostFolders(None, tmp_path / "elsewhere"),
                HostFolders(tmp_path / "nowhere"),
                HostFolders(here.output),
            ):
                with pytest.raises(StartupError, match=r"is not known to be the host's"):
                    await here.of(folders, host).prove()


async def test_an_input_that_nobody_used_for_long_goes(here: Cleaned) -> None:
    unused = [old(here.input / INPUT), old(here.input / INPUT.replace(".", "-mask."))]
    young = here.input / "comfy-relay" / ("cd" * 16 + ".png")
    young.write_bytes(b"young")
    assert await here.files.step() == 2
    assert [path.exists() for path in (*unused, young)] == [False, False, True]


async def test_what_is_not_ours_stays(here: Cleaned, tmp_path: Path) -> None:
    theirs = [
        old(here.input / "plate.png"),
        old(here.input / ("ab" * 16 + ".png")),
        old(here.input / "comfy-relay" / "notes.txt"),
        old(here.input / "comfy-relay" / "sub" / ("ab" * 16 + ".png")),
        old(here.output / "ComfyUI_00001_.png"),
        old(here.output / "comfy-relay" / "202611" / "notes.txt"),
        old(here.output / "comfy-relay" / "mine" / str(uuid.uuid4()) / "a.png"),
    ]
    secret = old(tmp_path / "secret.png")
    (here.input / INPUT).symlink_to(secret)
    assert await here.files.step() == 0
    assert all(path.exists() for path in (*theirs, secret, here.input / INPUT))


async def test_an_input_of_a_job_that_a_host_has_stays(here: Cleaned) -> None:
    house = here.house
    await Registry(house.redis, house.settings).register("gpu1", "one", url="u", state="up")
    asset = await house.upload()
    job_id = await house.accepted(asset)
    claim = await house.claimed(job_id)
    name = f"{asset.sha256[:32]}.png"
    path = old(here.input / "comfy-relay" / name)
    assert await here.files.step() == 0
    assert path.exists()
    await house.to.finish(job_id, claim, End(Status.SUCCEEDED))
    assert await here.files.step() == 1
    assert not path.exists()


async def test_a_job_that_comes_at_the_last_moment_gets_its_input_back(
    here: Cleaned, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, looks = old(here.input / INPUT), iter([set[str](), {"ab" * 16}])

    async def needed(_: HostFiles) -> set[str]:
        return next(looks)

    monkeypatch.setattr(HostFiles, "_needed", needed)
    assert await here.files.step() == 0
    assert path.read_bytes() == b"old"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


async def test_what_a_kill_left_renamed_comes_back_and_goes_in_its_turn(here: Cleaned) -> None:
    path = old(here.input / INPUT)
    path.rename(path.with_name(host_files.AWAY + path.name))
    assert await here.files.step() == 1
    assert list(path.parent.iterdir()) == []


async def test_old_results_of_a_job_that_is_over_go(here: Cleaned) -> None:
    job = await here.house.ran()
    for name in ("a.png", "b.png", "deep/c.png"):
        old(here.results(job.id) / name)
    age(here.results(job.id) / "a.png")
    assert await here.files.step() == 3
    assert not here.results(job.id).exists()


async def test_results_stay_while_one_is_young_the_job_lives_or_is_not_known(
    here: Cleaned,
) -> None:
    done, live, unknown = await here.house.ran(), await here.house.accepted(), str(uuid.uuid4())
    paths = [old(here.results(job) / "a.png") for job in (done.id, live, unknown)]
    young = here.results(done.id) / "deep" / "b.png"
    young.parent.mkdir()
    young.write_bytes(b"young")
    assert await here.files.step() == 0
    assert all(path.exists() for path in (*paths, young))


async def test_results_behind_links_stay(here: Cleaned, tmp_path: Path) -> None:
    outside = old(tmp_path / "outside" / "a.png")
    one, two = await here.house.ran(), await here.house.ran()
    inside = old(here.results(one.id) / "a.png")
    (here.results(one.id) / "link").symlink_to(outside.parent)
    os.utime(here.results(one.id) / "link", (LONG_AGO_S, LONG_AGO_S), follow_symlinks=False)
    age(inside)
    here.results(two.id).symlink_to(outside.parent)
    assert await here.files.step() == 1
    assert outside.exists()
    assert not inside.exists()


async def test_our_folder_behind_a_link_is_left_alone(here: Cleaned, tmp_path: Path) -> None:
    outside = old(tmp_path / "outside" / Path(INPUT).name)
    (here.input / "comfy-relay").symlink_to(outside.parent)
    assert await here.files.step() == 0
    assert outside.exists()


async def test_many_are_looked_at_a_few_at_a_time(
    here: Cleaned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host_files, "MOST", 3)
    for number in range(7):
        old(here.input / "comfy-relay" / f"{number:032x}.png")
    assert [await here.files.step() for _ in range(4)] == [3, 3, 1, 0]


def test_a_worker_with_the_hosts_folders_cleans_them(tmp_path: Path) -> None:
    with Rig(tmp_path, hosts=0, clean_s=0.05, keep_host_files_s=0.01) as rig:
        root = tmp_path / "host"
        url = rig.run(rig.stack.start_sim_host("gpu1", "--root", str(root)))
        given = ["--host-input", str(root / "input"), "--host-output", str(root / "output")]
        worker = ["relay_server", "worker", "--host", url, "--name", "gpu1", *given]
        part = rig.stack._part("worker-gpu1", worker, "worker for")
        rig.run(part.start(rig.stack.environment))
        job = rig.submit("invert", {"image": png(picture(seed=501))})
        assert rig.wait(job["id"])["status"] == "succeeded"
        eventually("no file is left", lambda: not files_of(root))
        again = rig.submit_graph(invert_graph("missing.png"))
        assert rig.wait(again["id"])["status"] == "failed"


def files_of(root: Path) -> list[Path]:
    """Every file of ours on the host."""
    folders = [root / kind / "comfy-relay" for kind in ("input", "output")]
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]
