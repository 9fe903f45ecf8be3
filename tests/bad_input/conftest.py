"""One relay with small limits and no working host, so that whatever is accepted stays waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from relay_server.keyring import Keyring
from relay_server.models.hosts import Scope
from relay_server.redis_connection import connect_async
from relay_server.redis_server import find_running
from tests.bad_input.asking import connection, nothing_kept
from tests.rig import PATIENCE_S, Rig, picture, png

LIMITS: dict[str, Any] = {
    "max_upload": 300_000,
    "max_json": 100_000,
    "max_pixels": 1_000_000,
    "max_nodes": 40,
    "max_waiting": 3,
    "max_streams": 1,
    "inline_base64": 1024,
}

Client = Callable[..., httpx.Client]


@pytest.fixture(scope="package")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay that knows a host's nodes, but whose host is gone. Its log must stay clean."""
    with Rig(tmp_path_factory.mktemp("strict"), **LIMITS) as running:
        running.run(running.workers[0].stop(running.settings.stop_s))
        running.client.timeout = httpx.Timeout(60)  # nothing here may be slow, but the machine may
        yield running
        connection(running).close()
        logged = (running.settings.data_dir / "logs" / "relay.log").read_text()
    assert "Traceback" not in logged, logged
    assert " ERROR " not in logged, logged


@pytest.fixture
def client(strict: Rig) -> httpx.Client:
    """A client of that relay."""
    return strict.client


@pytest.fixture
def kept_nothing(strict: Rig) -> Iterator[None]:
    """Whatever the test sends, nothing may come of it."""
    with nothing_kept(strict):
        yield


@pytest.fixture
def free_queue(strict: Rig) -> Iterator[None]:
    """Jobs of the test are canceled at its end, so that the small queue has room again."""
    yield
    redis, namespace = connection(strict), strict.settings.namespace
    waiting = redis.zrange(f"{namespace}:waiting", 0, -1)
    users = {job: redis.hget(f"{namespace}:job:{job.decode()}", "user") for job in waiting}
    for job, user in users.items():
        name = user.decode() if user else "local"
        answer = strict.client.post(
            f"/api/v2/jobs/{job.decode()}/cancel", headers={"X-Comfy-Relay-User": name}
        )
        assert answer.status_code == 200, answer.text


@pytest.fixture(scope="package")
def asset(strict: Rig) -> dict[str, str]:
    """A picture that is there."""
    answer = strict.client.post("/api/v2/assets", files={"file": ("a.png", png(picture(8, 8)))})
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, str] = answer.json()
    return found


@pytest.fixture(scope="package")
def plain_file(strict: Rig) -> dict[str, str]:
    """A file that is there, and no picture."""
    answer = strict.client.post("/api/v2/assets", files={"file": ("a.txt", b"only words")})
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, str] = answer.json()
    return found


@pytest.fixture
def keyed(strict: Rig) -> Iterator[Client]:
    """While it lives the relay has keys: `keyed(Scope.RAW, ...)` is a client with one of its own.

    The name of the key, and so the user, is `name`.
    """
    keyring = _Keys(strict)
    clients: list[httpx.Client] = []

    def made(*scopes: Scope, name: str = "ada") -> httpx.Client:
        headers = {"Authorization": f"Bearer {keyring.create(name, frozenset(scopes))}"}
        clients.append(
            httpx.Client(base_url=strict.url, headers=headers, timeout=PATIENCE_S, trust_env=False)
        )
        return clients[-1]

    yield made
    for each in clients:
        each.close()
    keyring.forget()


class _Keys:
    """Makes keys in the relay's Redis as its command line does."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig

    def create(self, name: str, scopes: frozenset[Scope]) -> str:
        return self._rig.run(self._create(name, scopes))

    def forget(self) -> None:
        self._rig.run(self._forget())

    async def _create(self, name: str, scopes: frozenset[Scope]) -> str:
        async with self._connected() as redis:
            return await Keyring(redis, self._rig.settings.namespace).create(name, scopes)

    async def _forget(self) -> None:
        async with self._connected() as redis:
            keyring = Keyring(redis, self._rig.settings.namespace)
            for key in await keyring.keys():
                await keyring.revoke(key.id)

    def _connected(self) -> Redis:
        url = find_running(self._rig.settings)
        assert url
        return connect_async(self._rig.settings, url, name="tests", patient=True)


@pytest.fixture(scope="package")
def old_job(strict: Rig) -> str:
    """A job that was accepted and canceled since, so that it takes no room."""
    params = {"prompt": "hills", "checkpoint": "sim-landscape.safetensors"}
    job_id: str = strict.submit("text-to-image", params=params)["id"]
    assert strict.client.post(f"/api/v2/jobs/{job_id}/cancel").status_code == 200
    return job_id
