"""The host as a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from relay_server.sim_host.__main__ import read_options

from .driver import PATIENCE_S, Graph, node


@asynccontextmanager
async def running(
    *arguments: str, **environment: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A host and its URL. It is killed in the end, if it still runs."""
    command = ("-m", "relay_server.sim_host", "--port", "0", *arguments)
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdout=asyncio.subprocess.PIPE, env=os.environ | environment
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)
        assert line.startswith(b"sim-host on http://127.0.0.1:")
        yield process, line.decode().split()[-1]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def endless() -> Graph:
    """Runs until it is killed."""
    return {
        "1": node("PrimitiveInt", value=1),
        "2": node("PreviewAny", source=["1", 0]),
    }


@asynccontextmanager
async def busy(
    prompt_id: str, event: str, *arguments: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A host in the middle of a prompt: its client has just heard `event`."""
    async with (
        running("--node-s", "1000", *arguments) as (process, url),
        aiohttp.ClientSession(url) as session,
        session.ws_connect("/ws", params={"clientId": "c"}) as socket,
    ):
        body = {"prompt": endless(), "prompt_id": prompt_id, "client_id": "c"}
        async with session.post("/prompt", json=body) as answer:
            assert answer.status == 200
        async for message in socket:
            if message.json()["type"] == event:
                break
        yield process


async def test_the_runs_log_survives_a_kill(tmp_path: Path) -> None:
    log = tmp_path / "runs.jsonl"
    arguments = ("--root", str(tmp_path), "--runs-log", str(log))
    for prompt_id in ("one", "two"):
        async with busy(prompt_id, "execution_start", *arguments) as process:
            process.kill()
            await process.wait()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["prompt_id"] for line in lines] == ["one", "two"]


async def test_a_polite_end_is_quick_even_while_something_runs(tmp_path: Path) -> None:
    async with busy("one", "executing", "--root", str(tmp_path)) as process:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0


async def test_a_temporary_folder_goes_with_the_host(tmp_path: Path) -> None:
    async with running(TMPDIR=str(tmp_path)) as (process, _):
        (folder,) = tmp_path.iterdir()
        assert {f.name for f in folder.iterdir()} == {"input", "output", "temp"}
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), PATIENCE_S) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_becomes_options() -> None:
    line = "--port 0 --name gpu2 --step-s 0.5 --no-previews --checkpoints a b --loras --vram-free 5"
    options = read_options(line.split())
    assert (options.port, options.name, options.step_s, options.previews) == (0, "gpu2", 0.5, False)
    assert (options.checkpoints, options.loras, options.vram_free) == (("a", "b"), (), 5)
