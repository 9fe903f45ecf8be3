"""From the graph of a job to the prompt of a host: files uploaded, names put in."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from relay_server.blobs.local import LocalBlobs
from relay_server.hosts.comfy import ComfyHost, HostFile
from relay_server.jobs.record import StoredFile
from relay_server.worker.verdict import JobFailed

FOLDER = "comfy-relay"


async def upload_files(
    host: ComfyHost, blobs: LocalBlobs, files: dict[str, StoredFile]
) -> dict[str, str]:
    """Bring every file to the host, once per content. The name on the host, by asset id."""
    names: dict[str, str] = {}
    for asset_id, file in files.items():
        target = HostFile(f"{file.sha256[:32]}{file.suffix}", FOLDER, "input")
        path = blobs.path(file.sha256)
        if not await asyncio.to_thread(path.exists):
            raise JobFailed(
                "input_missing",
                "A file that the job needs is no longer in the relay's store. Submit it again.",
            )
        if await host.has_file(target, path.stat().st_size):
            names[asset_id] = f"{FOLDER}/{target.name}"
            continue
        names[asset_id] = await host.upload(path, target)
    return names


def executed(graph: dict[str, Any], names: dict[str, str], job_id: str) -> dict[str, Any]:
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


def _named(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        if value.get("__type") == "core/ASSET":
            return names[value["info"]["id"]]
        return {key: _named(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_named(item, names) for item in value]
    return value
