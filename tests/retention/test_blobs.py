"""Bytes go when nobody needs them, and never under the hands of somebody who puts them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from relay_server.blobs import removal
from relay_server.blobs.local import LocalBlobs
from relay_server.hosts.registry import Registry
from relay_server.settings import Settings
from tests.retention.house import LONG_AGO_S, House


async def loosened(house: House, data: bytes | None = None) -> str:
    """Bytes that nobody has needed for long."""
    asset = await house.upload(data)
    await house.assets.delete("anna", asset.id)
    await house.age("loose", asset.sha256)
    return str(asset.sha256)


async def test_bytes_that_nobody_needs_go_after_a_while(house: House) -> None:
    keys = await house.keys()
    asset = await house.upload()
    await house.assets.delete("anna", asset.id)
    await house.cleaner.step()
    assert house.blobs.exists(asset.sha256)
    await house.age("loose", asset.sha256)
    tally = await house.cleaner.step()
    assert (tally.counts["blobs"], tally.sizes["blobs"]) == (1, asset.size)
    assert not house.blobs.exists(asset.sha256)
    assert await house.keys() == keys


async def test_a_new_reference_saves_them(house: House) -> None:
    sha256 = await loosened(house, b"again")
    await house.upload(b"again")
    assert not await house.is_loose(sha256)
    await house.cleaner.step()
    assert house.blobs.exists(sha256)


async def test_bytes_put_a_moment_ago_wait_for_their_reference(house: House) -> None:
    sha256 = await loosened(house, b"coming")
    house.blobs.put(b"coming")  # its reference comes next
    tally = await house.cleaner.step()
    assert tally.counts["blobs"] == 0
    assert house.blobs.exists(sha256)
    assert await house.is_loose(sha256)
    assert await house.references.loose(10) == []  # and is looked at again after a while


async def test_a_reference_taken_while_they_are_looked_at_keeps_what_is_known(
    house: House,
) -> None:
    sha256 = await loosened(house, b"meanwhile")
    digest = house.blobs.put(b"meanwhile")
    await house.assets.grant("ben", digest)
    await house.references.forget(sha256, gone=False)
    assert await house.assets.blake3_of(sha256) == digest.blake3
    assert not await house.is_loose(sha256)


async def test_a_kill_after_the_bytes_went_is_mended(house: House) -> None:
    sha256 = await loosened(house)
    house.blobs.path(sha256).unlink()
    await house.cleaner.step()
    assert not await house.is_loose(sha256)
    assert await house.assets.blake3_of(sha256) is None


async def test_a_kill_while_bytes_are_renamed_away_is_mended(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = await loosened(house)
    path = house.blobs.path(sha256)
    path.rename(house.settings.blob_dir / "away" / f"{sha256}.0123")
    house.blobs.sweep()
    assert not path.exists()  # whoever renamed it may be alive
    monkeypatch.setattr(removal, "RESTORE_S", -1.0)
    house.blobs.sweep()
    assert path.exists()
    assert list((house.settings.blob_dir / "away").iterdir()) == []


PUT = """
import sys
from pathlib import Path
from relay_server.blobs.local import LocalBlobs
store, data = LocalBlobs(Path(sys.argv[1])), sys.argv[2].encode()
for line in sys.stdin:
    store.put(data)
    print("put", flush=True)
"""


def test_a_put_and_a_removal_never_pass_each_other(tmp_path: Path) -> None:
    """Another process puts the same bytes again and again, while they are old and removed here.
    Whatever comes first, after a put they are there."""
    store = LocalBlobs.opened(Settings(blobs=tmp_path))
    path = store.path(store.put(b"racing").sha256)
    removed, end = 0, time.monotonic() + 3
    with subprocess.Popen(
        [sys.executable, "-c", PUT, str(tmp_path), "racing"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as putter:  # fmt: skip
        assert putter.stdin
        assert putter.stdout
        while time.monotonic() < end or not removed:
            os.utime(path, (LONG_AGO_S, LONG_AGO_S))
            putter.stdin.write("\n")
            putter.stdin.flush()
            removed += store.delete(path.name, idle_s=60)
            assert putter.stdout.readline() == "put\n"
            assert path.read_bytes() == b"racing"
    assert putter.returncode == 0


def test_of_two_removals_of_the_same_bytes_one_does_it(tmp_path: Path) -> None:
    store = LocalBlobs.opened(Settings(blobs=tmp_path))
    for _ in range(50):
        path = store.path(store.put(b"twice").sha256)
        os.utime(path, (LONG_AGO_S, LONG_AGO_S))
        both = [threading.Thread(target=store.delete, args=(path.name,)) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        assert not path.exists()


async def test_what_a_host_said_before_is_let_go(house: House) -> None:
    registry = Registry(house.redis, house.settings)
    old, new, models = (house.put().sha256 for _ in range(3))
    for said in (old, old, new):
        await registry.register(
            "gpu1", "one", url="http://gpu1", state="up", classes="c", object_info=said,
            models=models,
        )  # fmt: skip
    assert await house.refs(new) == {"host:gpu1:object_info"}
    assert await house.refs(models) == {"host:gpu1:models"}
    assert await house.is_loose(old)
    await registry.unregister("gpu1", "one")
    assert await registry.remove("gpu1") == "ok"
    assert await house.is_loose(new)
    assert await house.is_loose(models)


async def test_bytes_that_redis_does_not_know_go_after_a_day(house: House) -> None:
    stray, young = house.put(), house.blobs.put(b"young")
    known = await house.upload()
    waiting = await house.upload()
    await house.assets.delete("anna", waiting.id)
    assert (await house.cleaner.step()).is_empty
    tally = await house.cleaner.everything()
    assert (tally.counts["strays"], tally.sizes["strays"]) == (1, stray.size)
    there = [house.blobs.exists(each.sha256) for each in (stray, young, known, waiting)]
    assert there == [False, True, True, True]


async def test_bytes_known_from_before_references_were_kept_are_no_strays(house: House) -> None:
    old = house.put()
    await house.redis.set(house.key("blob", old.sha256), old.blake3)
    await house.cleaner.everything()
    assert house.blobs.exists(old.sha256)


async def test_what_kills_leave_beside_the_blobs_goes_after_a_day(house: House) -> None:
    for folder in ("spool", "previews"):
        for name, mtime in (("old", LONG_AGO_S), ("young", time.time())):
            path = house.settings.blob_dir / folder / name
            path.write_bytes(b"left")
            os.utime(path, (mtime, mtime))
    tally = await house.cleaner.sweep()
    assert (tally.counts["leftovers"], tally.sizes["leftovers"]) == (2, 8)
    left = {Path(path).name for path in house.files() if Path(path).parent.name != "blobs"}
    assert left == {"young"}
