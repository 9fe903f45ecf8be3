"""Bytes on their way in: hashed in one pass, kept whole or gone."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from blake3 import blake3

from relay_server.blobs.local import LocalBlobs
from relay_server.errors import TooLarge, Unavailable

DATA = bytes(range(256)) * 20_000  # 5 MB


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobs:
    store = LocalBlobs(tmp_path)
    store.prepare()
    return store


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "spool").iterdir())


def test_a_kept_spool_is_the_blob_of_its_sha256(store: LocalBlobs, tmp_path: Path) -> None:
    with store.spool() as spool:
        spool.write(DATA[:7])
        spool.write(memoryview(DATA)[7:])
        digest = spool.finish()
        blob = spool.keep()
    assert digest.sha256 == blob.sha256 == hashlib.sha256(DATA).hexdigest()
    assert digest.blake3 == blob.blake3 == blake3(DATA).hexdigest()
    assert digest.size == spool.size == len(DATA)
    assert blob.is_new
    assert store.path(blob.sha256).read_bytes() == DATA
    assert left_in(tmp_path) == []


def test_a_spool_that_is_not_kept_leaves_nothing(store: LocalBlobs, tmp_path: Path) -> None:
    with store.spool() as spool:
        spool.write(DATA)
        digest = spool.finish()
    assert left_in(tmp_path) == []
    assert not store.exists(digest.sha256)


def test_an_error_in_the_block_leaves_nothing(store: LocalBlobs, tmp_path: Path) -> None:
    with suppress(RuntimeError), store.spool() as spool:
        spool.write(DATA)
        raise RuntimeError
    assert left_in(tmp_path) == []


def test_a_spool_without_bytes_is_the_empty_blob(store: LocalBlobs) -> None:
    with store.spool() as spool:
        blob = spool.keep()
    assert (blob.sha256, blob.size) == (hashlib.sha256(b"").hexdigest(), 0)
    assert store.exists(blob.sha256)


def test_keeping_twice_gives_the_same_blob(store: LocalBlobs) -> None:
    with store.spool() as spool:
        spool.write(b"x")
        assert spool.keep() == spool.keep()


def test_known_bytes_only_renew_the_time_of_the_blob(store: LocalBlobs, tmp_path: Path) -> None:
    blob = store.put(b"known")
    path = store.path(blob.sha256)
    os.utime(path, (1, 1))
    inode = path.stat().st_ino
    again = store.put(b"known")
    assert (again.sha256, again.is_new) == (blob.sha256, False)
    assert path.stat().st_ino == inode
    assert path.stat().st_mtime > 1
    assert left_in(tmp_path) == []


def test_a_blob_cut_by_a_power_failure_is_replaced(store: LocalBlobs) -> None:
    path = store.path(store.put(b"whole").sha256)
    path.write_bytes(b"")
    assert store.put(b"whole").is_new
    assert path.read_bytes() == b"whole"


def test_a_late_write_does_not_bring_a_discarded_file_back(
    store: LocalBlobs, tmp_path: Path
) -> None:
    spool = store.spool()
    spool.discard()
    spool.write(b"late")
    assert left_in(tmp_path) == []
    with pytest.raises(ValueError, match="discarded"):
        spool.keep()


def test_writing_after_the_end_is_refused(store: LocalBlobs) -> None:
    with store.spool() as spool:
        spool.finish()
        with pytest.raises(ValueError, match="finished"):
            spool.write(b"more")


def test_a_disk_that_does_not_take_it_is_one_sentence(tmp_path: Path) -> None:
    spool = LocalBlobs(tmp_path / "missing").spool()
    with pytest.raises(Unavailable, match="cannot write: No such file") as caught:
        spool.write(b"x")
    spool.discard()
    assert caught.value.code == "store_unavailable"


@pytest.mark.parametrize(("fsync", "calls"), [(False, 0), (True, 4)])
def test_fsync_reaches_the_file_and_its_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fsync: bool, calls: int
) -> None:
    seen: list[int] = []
    monkeypatch.setattr("os.fsync", seen.append)
    store = LocalBlobs(tmp_path, fsync=fsync)
    store.prepare()
    store.put(b"durable")
    assert len(seen) == calls


def test_two_threads_may_keep_the_same_bytes(store: LocalBlobs, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        blobs = list(threads.map(store.put, [DATA] * 16))
    assert {blob.sha256 for blob in blobs} == {hashlib.sha256(DATA).hexdigest()}
    assert store.path(blobs[0].sha256).read_bytes() == DATA
    assert left_in(tmp_path) == []


async def test_an_async_spool_writes_everything_in_order(store: LocalBlobs, tmp_path: Path) -> None:
    async with store.async_spool() as spool:
        for start in range(0, len(DATA), 70_001):
            await spool.write(DATA[start : start + 70_001])
        assert spool.size == len(DATA)
        blob = await spool.keep()
    assert store.path(blob.sha256).read_bytes() == DATA
    assert left_in(tmp_path) == []


async def test_two_async_spools_of_the_same_bytes_make_one_blob(
    store: LocalBlobs, tmp_path: Path
) -> None:
    async def upload() -> bool:
        async with store.async_spool() as spool:
            await spool.fill(pieces(), limit=len(DATA))
            return (await spool.keep()).is_new

    assert sorted(await asyncio.gather(upload(), upload())) == [False, True]
    assert left_in(tmp_path) == []


async def test_an_async_spool_ends_once(store: LocalBlobs) -> None:
    async with store.async_spool() as spool:
        await spool.write(b"x")
        assert await spool.finish() == await spool.finish()
        assert await spool.keep() == await spool.keep()
        with pytest.raises(ValueError, match="finished"):
            spool.put(b"more")


async def test_a_stream_over_the_limit_is_refused_and_leaves_nothing(
    store: LocalBlobs, tmp_path: Path
) -> None:
    async with store.async_spool() as spool:
        with pytest.raises(TooLarge) as caught:
            await spool.fill(pieces(), limit=len(DATA) - 1)
    assert caught.value.code == "too_large"
    assert left_in(tmp_path) == []


async def test_a_failed_write_reaches_the_uploader(tmp_path: Path) -> None:
    async with LocalBlobs(tmp_path / "missing").async_spool() as spool:
        with pytest.raises(Unavailable):
            await spool.fill(pieces(), limit=len(DATA))


async def test_a_cancelled_upload_leaves_nothing(store: LocalBlobs, tmp_path: Path) -> None:
    stuck = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield DATA[: 1 << 20]
        stuck.set()
        await asyncio.Event().wait()

    async def upload() -> None:
        async with store.async_spool() as spool:
            await spool.fill(endless(), limit=1 << 30)

    task = asyncio.create_task(upload())
    await stuck.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left_in(tmp_path) == []


async def pieces() -> AsyncIterator[bytes]:
    for start in range(0, len(DATA), 1 << 16):
        yield DATA[start : start + (1 << 16)]
