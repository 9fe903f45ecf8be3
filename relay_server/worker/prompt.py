"""From the graph of a job to the prompt of a host: files uploaded, names put in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from relay_server.blobs.local import LocalBlobs
from relay_server.blobs.spool import LocalSpool
from relay_server.errors import Unprocessable
from relay_server.hosts.comfy import ComfyHost, HostFile
from relay_server.jobs.record import StoredFile
from relay_server.worker.verdict import JobFailed
from relay_server.workflows.filled.references import (
    Reference,
    is_reference,
    reference_objects,
    reference_of,
)

FOLDER = "comfy-relay"

Names = Mapping[Reference, str]
"""What the files of a graph are called on the host."""


async def upload_files(
    host: ComfyHost, blobs: LocalBlobs, graph: dict[str, Any], files: dict[str, StoredFile]
) -> dict[Reference, str]:
    """Bring every file that the graph names to the host, once per content."""
    wanted = dict.fromkeys(reference_of(value) for _, value in reference_objects(graph))
    return {
        each: await _uploaded(host, blobs, files[each.asset], is_mask=each.is_mask)
        for each in wanted
    }


async def _uploaded(host: ComfyHost, blobs: LocalBlobs, file: StoredFile, *, is_mask: bool) -> str:
    path = blobs.path(file.sha256)
    if not await asyncio.to_thread(path.exists):
        raise JobFailed(
            "input_missing",
            "A file that the job needs is no longer in the relay's store. Submit it again.",
        )
    if not is_mask:
        return await _brought(host, path, f"{file.sha256[:32]}{file.suffix}")
    spool = blobs.spool()
    try:
        with _failing_job():
            await asyncio.to_thread(_write_mask, spool, path)
        await asyncio.to_thread(spool.finish)
        return await _brought(host, spool.path, f"{file.sha256[:32]}-mask.png")
    finally:
        await asyncio.to_thread(spool.discard)


def _write_mask(spool: LocalSpool, path: Path) -> None:
    # Only here, for it loads NumPy and Pillow: a fifth of what a slot would cost to start.
    from relay_server.blobs.masks import mask_picture

    spool.write(mask_picture(path))


async def _brought(host: ComfyHost, path: Path, name: str) -> str:
    target = HostFile(name, FOLDER, "input")
    size = (await asyncio.to_thread(path.stat)).st_size
    if await host.has_file(target, size):
        return f"{FOLDER}/{target.name}"
    return await host.upload(path, target)


@contextmanager
def _failing_job() -> Iterator[None]:
    """A file that turns out to be broken ends the job."""
    try:
        yield
    except Unprocessable as error:
        raise JobFailed(error.code, error.message) from error


def executed(graph: dict[str, Any], names: Names, job_id: str) -> dict[str, Any]:
    """The prompt: asset references replaced by names on the host, and every `filename_prefix`
    moved under the job's own folder.

    The folder of its own is what keeps a host fast (SaveImage lists it for its counter) and what
    keeps a cached output of another job from answering for this one.
    """
    folder = f"{FOLDER}/{datetime.now(UTC):%Y%m}/{job_id}"
    prompt: dict[str, Any] = {}
    for node, spec in graph.items():
        inputs = {name: _named(value, names) for name, value in spec["inputs"].items()}
        if "filename_prefix" in inputs:
            inputs["filename_prefix"] = _moved(inputs["filename_prefix"], folder)
        prompt[node] = {**spec, "inputs": inputs}
    return prompt


def _moved(prefix: Any, folder: str) -> Any:
    """A prefix under the folder; a link to another node's text is left alone."""
    if isinstance(prefix, dict) and "__value__" in prefix:
        return _moved(prefix["__value__"], folder)  # ComfyUI unwraps it too
    return f"{folder}/{prefix or 'output'}" if isinstance(prefix, str) else prefix


def _named(value: Any, names: Names) -> Any:
    if is_reference(value):
        return names[reference_of(value)]
    if isinstance(value, dict):
        return {key: _named(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return value
