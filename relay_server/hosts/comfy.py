"""ComfyUI's HTTP API, as far as a worker needs it.

HostError
  x HostRefused      nobody listens, or the connection was reset: the process is gone
  x HostSilent       no answer in time: it may be busy, frozen or unreachable
  x HostBroken       an answer that makes no sense
  x PromptRejected   the host looked at the prompt and refused it

Facts of the protocol are those of ComfyUI 0.3.64.
"""

from __future__ import annotations

import asyncio
import errno
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp

from relay_server.workflows.host_models import NO_MODELS

CHUNK = 256 * 1024
GONE = frozenset({errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE})


class HostError(Exception):
    """A host did not do what it was asked."""


class HostRefused(HostError):
    """Nobody listens, or the connection was reset: the process is gone."""


class HostSilent(HostError):
    """No answer in time: it may be busy, frozen or unreachable."""


class HostBroken(HostError):
    """An answer that makes no sense."""


class PromptRejected(HostError):
    """The host looked at the prompt and refused it. `body` is what it said."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__("the host refused the prompt")
        self.body = body


@dataclass(frozen=True)
class HostFile:
    """A file on a host, as its history names it."""

    name: str
    subfolder: str
    type: str  # output, temp or input


@dataclass(frozen=True)
class HostQueue:
    """Ids of the prompts that a host runs and that wait there, anybody's."""

    running: frozenset[str]
    pending: frozenset[str]


@dataclass(frozen=True)
class Whereabouts:
    """Where a prompt is: `entry` is its history once it is over. Neither: it is unknown."""

    alive: bool
    entry: dict[str, Any] | None
    running: bool = False

    @property
    def known(self) -> bool:
        """Whether the host remembers the prompt at all."""
        return self.alive or self.entry is not None


class ComfyHost:
    """One host. Use as `async with`; every method raises HostError."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self.url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._cancels: bool | None = None  # whether it has the route; None: not tried yet

    async def __aenter__(self) -> ComfyHost:
        # Between two bytes, not in total: a large file over a slow line is fine, silence is not.
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=self._timeout_s, sock_read=self._timeout_s
        )
        self.session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    # what it is

    async def system_stats(self) -> dict[str, Any]:
        """Version, devices, memory."""
        try:
            return _object(await self._get("/system_stats"))
        except HostBroken as error:
            raise HostBroken(f"what answers there is no ComfyUI: {error}") from error

    async def object_info(self) -> dict[str, Any]:
        """Every node class with its inputs. Large, and the host scans its model folders for it."""
        return _object(await self._get("/object_info"))

    async def models(self) -> dict[str, list[Any]] | None:
        """The names in every folder of models; None if the host is too old to tell. A folder that
        it cannot list is empty."""
        folders = await self._list("/models")
        if folders is None:
            return None
        names = [name for name in folders if isinstance(name, str) and name not in NO_MODELS]
        paths = (f"/models/{quote(name, safe='')}" for name in names)
        found = await asyncio.gather(*map(self._list, paths))
        return {name: files or [] for name, files in zip(names, found, strict=True)}

    async def _list(self, path: str) -> list[Any] | None:
        try:
            answer = await self._get(path)
        except HostBroken:
            return None
        return answer if isinstance(answer, list) else None

    # prompts

    async def submit(
        self, prompt: dict[str, Any], prompt_id: str, client_id: str, extra: dict[str, Any]
    ) -> dict[str, Any]:
        """Queue a prompt under our id. `node_errors` in the answer is not empty if the host
        dropped some of its outputs. Raises PromptRejected."""
        body = {
            "prompt": prompt,
            "prompt_id": prompt_id,
            "client_id": client_id,
            "extra_data": extra,
        }
        with _translated():
            async with self.session.post(self.url + "/prompt", json=body) as answer:
                text = await answer.read()
                if answer.status == 400:  # noqa: PLR2004
                    raise PromptRejected(_object(_parsed(text)))
                _expect(answer.status, "/prompt")
                return _object(_parsed(text))

    async def whereabouts(self, prompt_id: str) -> Whereabouts:
        """Asks the queue first and the history second. The other way round a prompt that ends in
        between is in neither."""
        queue = await self.queue()
        running = prompt_id in queue.running
        if running or prompt_id in queue.pending:
            return Whereabouts(alive=True, entry=None, running=running)
        return Whereabouts(alive=False, entry=await self.history(prompt_id))

    async def queue(self) -> HostQueue:
        """What runs and what waits."""
        raw = _object(await self._get("/queue"))
        return HostQueue(
            *(
                frozenset(str(item[1]) for item in raw.get(name, ()))
                for name in ("queue_running", "queue_pending")
            )
        )

    async def history(self, prompt_id: str) -> dict[str, Any] | None:
        """The history of a prompt that is over; None if it is not, or is unknown."""
        return _object(await self._get(f"/history/{prompt_id}")).get(prompt_id)

    async def stop(self, prompt_id: str) -> None:
        """Take our prompt out of the queue and interrupt it if it runs. No other is touched:
        an interrupt without an id would stop whatever runs. Whether it worked, `whereabouts` says.
        """
        if self._cancels is not False and await self._canceled(prompt_id):
            return
        await self.take_out(prompt_id)
        await self._post("/interrupt", {"prompt_id": prompt_id})

    async def _canceled(self, prompt_id: str) -> bool:
        """By the route of newer hosts, which cannot hit a prompt that starts just now. Whether it
        is there shows in its answer: 200 with `cancelled`, false where there is nothing to stop."""
        path = f"/api/jobs/{quote(prompt_id, safe='')}/cancel"
        with _translated():
            async with self.session.post(self.url + path, json={}) as answer:
                text = await answer.read()
                done = _cancelled(text) if answer.ok else None
        self._cancels = done is not None
        return bool(done)

    def probe_again(self) -> None:
        """The host may be another one now: restarted, perhaps updated."""
        self._cancels = None

    async def take_out(self, prompt_id: str) -> None:
        """Take our prompt out of the queue, if it only waits there."""
        await self._post("/queue", {"delete": [prompt_id]})

    async def forget(self, *prompt_ids: str) -> None:
        """Delete our entries from the history."""
        await self._post("/history", {"delete": list(prompt_ids)})

    async def free(self) -> None:
        """Let it unload models and memory, once nothing runs."""
        await self._post("/free", {"unload_models": True, "free_memory": True})

    # files

    async def has_file(self, file: HostFile, size: int) -> bool:
        """Whether the host has a file of this name and size. A host whose disk was full keeps the
        half of an upload under the name of the whole."""
        with _translated():
            async with self.session.head(self._view(file)) as answer:
                there = answer.status == 200  # noqa: PLR2004
                return there and answer.content_length == size

    async def upload(self, path: Path, file: HostFile) -> str:
        """Send a file; the name to use in a prompt, with its folder."""
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("type", file.type)
        form.add_field("subfolder", file.subfolder)
        with _translated():
            with path.open("rb") as handle:
                form.add_field("image", handle, filename=file.name)
                async with self.session.post(self.url + "/upload/image", data=form) as answer:
                    text = await answer.read()
                    _expect(answer.status, "/upload/image")
            said = _object(_parsed(text))
            return f"{said['subfolder']}/{said['name']}" if said["subfolder"] else said["name"]

    @asynccontextmanager
    async def download(self, file: HostFile) -> AsyncIterator[AsyncIterator[bytes] | None]:
        """The bytes of a file in chunks, or None if the host does not have it."""
        with _translated():
            async with self.session.get(self._view(file)) as answer:
                if answer.status == 404:  # noqa: PLR2004
                    yield None
                    return
                _expect(answer.status, "/view")
                yield answer.content.iter_chunked(CHUNK)

    def _view(self, file: HostFile) -> str:
        query = {"filename": file.name, "subfolder": file.subfolder, "type": file.type}
        return f"{self.url}/view?{urlencode(query)}"

    async def _get(self, path: str) -> Any:
        with _translated():
            async with self.session.get(self.url + path) as answer:
                text = await answer.read()
                _expect(answer.status, path)
                return _parsed(text)

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        with _translated():
            async with self.session.post(self.url + path, json=body) as answer:
                await answer.read()
                _expect(answer.status, path)


def _cancelled(text: bytes) -> bool | None:
    """What the host says of a cancel; None if it says something else."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    found = said.get("cancelled") if isinstance(said, dict) else None
    return found if isinstance(found, bool) else None


def _expect(status: int, path: str) -> None:
    if status >= 300:  # noqa: PLR2004
        raise HostBroken(f"{path} answered {status}")


def _parsed(text: bytes) -> Any:
    """ComfyUI writes NaN where JSON has none; Python reads it."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise HostBroken("the host did not answer JSON") from error


def _object(parsed: Any) -> dict[str, Any]:
    if not isinstance(parsed, dict):
        raise HostBroken("the host answered something else than an object")
    return parsed


@contextmanager
def _translated() -> Iterator[None]:
    """Turn aiohttp's errors into ours."""
    try:
        yield
    except TimeoutError as error:
        raise HostSilent("the host does not answer in time") from error
    except (aiohttp.ClientConnectionError, OSError) as error:
        gone = (
            isinstance(error, aiohttp.ServerDisconnectedError)
            or getattr(error, "errno", None) in GONE
        )
        kind = HostRefused if gone else HostSilent  # a dead network tells nothing of the host
        raise kind(_unconnected(error)) from error
    except aiohttp.ClientPayloadError as error:
        raise HostBroken("its answer was cut off") from error
    except aiohttp.ClientError as error:
        raise HostBroken("what answers there does not speak HTTP") from error


def _unconnected(error: Exception) -> str:
    """Why there is no connection to the host."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"its name {error.host!r} is unknown on its worker's machine"
    if isinstance(error, aiohttp.ClientConnectorError):
        where = f"{error.host}:{error.port}"
        if error.os_error.errno == errno.ECONNREFUSED:
            return f"nothing listens at {where}"
        return f"{where} cannot be reached ({error.os_error.strerror or 'no reason known'})"
    return "the connection to the host was cut"
