"""The store on a folder: names, ranges, previews, probes, sweeping."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from relay_server.blobs.local import LocalBlobs
from relay_server.blobs.store import BlobStore, Previews, Probe
from relay_server.errors import InvalidRequest, NotFound, StartupError
from relay_server.settings import Settings

MISSING = "0" * 64
JOB = "0b7c1c3e-6a0f-4b8e-9d5e-2f1a3c4d5e6f"


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs.opened(Settings(blobs=tmp_path / "blobs"))


async def read(store: LocalBlobs, sha256: str, start: int = 0, stop: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in store.chunks(sha256, start, stop)])


def test_the_folder_keeps_all_three_promises(store: LocalBlobs) -> None:
    promises: tuple[BlobStore, Previews, Probe] = (store, store, store)
    assert promises


def test_a_blob_lies_under_the_first_four_digits(store: LocalBlobs, tmp_path: Path) -> None:
    sha256 = store.put(b"bytes").sha256
    assert store.path(sha256) == tmp_path / "blobs" / sha256[:2] / sha256[2:4] / sha256


def test_a_blob_is_read_by_size_file_and_delete(store: LocalBlobs) -> None:
    sha256 = store.put(b"bytes").sha256
    assert store.size(sha256) == 5
    with store.open(sha256) as file:
        assert file.read() == b"bytes"
    assert store.delete(sha256)
    assert not store.exists(sha256)
    assert store.delete(sha256)  # gone is gone


async def test_a_missing_blob_says_so(store: LocalBlobs) -> None:
    with pytest.raises(NotFound, match=MISSING) as caught:
        store.size(MISSING)
    assert caught.value.code == "blob_not_found"
    with pytest.raises(NotFound):
        store.open(MISSING)
    with pytest.raises(NotFound):
        await read(store, MISSING)


def test_a_blob_in_use_a_moment_ago_is_not_deleted(store: LocalBlobs) -> None:
    sha256 = store.put(b"bytes").sha256
    assert not store.delete(sha256, idle_s=3600)
    os.utime(store.path(sha256), (1, 1))
    assert store.delete(sha256, idle_s=3600)


@pytest.mark.parametrize(
    "name", ["", "0" * 63, "0" * 65, "A" * 64, "../" + "0" * 61, "0" * 63 + "\n", "0" * 64 + "\n"]
)
def test_a_name_that_is_no_sha256_never_becomes_a_path(store: LocalBlobs, name: str) -> None:
    for verb in (store.path, store.size, store.exists, store.open, store.delete):
        with pytest.raises(InvalidRequest, match="64 lowercase"):
            verb(name)


@pytest.mark.parametrize(("start", "stop"), [(0, None), (0, 1), (5, 5), (1_500_000, 2_500_001)])
async def test_a_range_is_read_in_chunks(store: LocalBlobs, start: int, stop: int | None) -> None:
    data = os.urandom(3_000_000)
    sha256 = store.put(data).sha256
    assert await read(store, sha256, start, stop) == data[start:stop]


def test_the_latest_preview_replaces_the_last(store: LocalBlobs) -> None:
    assert store.get_preview(JOB) is None
    store.put_preview(JOB, b"first")
    store.put_preview(JOB, b"second")
    assert store.get_preview(JOB) == b"second"
    store.drop_preview(JOB)
    store.drop_preview(JOB)
    assert store.get_preview(JOB) is None


@pytest.mark.parametrize("job_id", ["", "x", "../" + JOB, JOB.upper(), JOB.replace("-", "")])
def test_a_preview_of_no_job_never_becomes_a_path(store: LocalBlobs, job_id: str) -> None:
    with pytest.raises(InvalidRequest, match="UUID"):
        store.put_preview(job_id, b"x")
    with pytest.raises(InvalidRequest, match="UUID"):
        store.get_preview(job_id)


def test_a_probe_is_seen_only_in_the_same_folder(store: LocalBlobs, tmp_path: Path) -> None:
    token = store.write_probe()
    assert LocalBlobs(tmp_path / "blobs").read_probe(token)
    assert not LocalBlobs(tmp_path / "elsewhere").read_probe(token)
    with pytest.raises(InvalidRequest):
        store.read_probe("../previews/x")


def test_the_mark_of_a_relay_that_runs_for_days_stays(store: LocalBlobs, tmp_path: Path) -> None:
    token = store.write_probe()
    os.utime(tmp_path / "blobs" / "probes" / token, (1, 1))
    assert LocalBlobs.opened(Settings(blobs=tmp_path / "blobs")).read_probe(token)
    store.write_probe()  # the next relay
    assert not store.read_probe(token)


def test_the_start_removes_only_what_is_older_than_a_day(tmp_path: Path) -> None:
    settings = Settings(blobs=tmp_path)
    LocalBlobs.opened(settings)
    for name, age_s in (("old", 90_000), ("young", 80_000)):
        path = tmp_path / "spool" / name
        path.write_bytes(b"x")
        os.utime(path, (time.time() - age_s,) * 2)
    LocalBlobs.opened(settings)
    assert [path.name for path in (tmp_path / "spool").iterdir()] == ["young"]


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StartupError, match="COMFY_RELAY_BLOBS"):
        LocalBlobs.opened(Settings(blobs=tmp_path / "file" / "blobs"))


def test_a_closed_store_has_written_what_waited(tmp_path: Path) -> None:
    store = LocalBlobs.opened(Settings(blobs=tmp_path, fsync="always"))
    sha256 = store.put(b"x").sha256
    store.close()
    assert store.exists(sha256)
