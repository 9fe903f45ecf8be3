"""Keys: made, shown and revoked on the command line; asked for by the relay; kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from comfy_sdk import Comfy
from comfy_sdk.exceptions import Forbidden, Unauthorized

from relay_server.errors import StartupError
from tests.contract.document import check_error
from tests.contract.graphs import drawn_graph
from tests.contract.talk import client, command, key
from tests.rig import Rig


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay with a key, whose jobs wait."""
    folder: Path = tmp_path_factory.mktemp("guarded")
    with Rig(folder, hosts=0) as running:
        token = key(running, "owner", "submit,raw,admin")
        running.client.headers["Authorization"] = f"Bearer {token}"
        yield running


def token_of(rig: Rig) -> str:
    return rig.client.headers["Authorization"].removeprefix("Bearer ")


def test_a_key_is_shown_once_and_listed_without_its_secret(guarded: Rig) -> None:
    token = key(guarded, "artist", "submit")
    listed = command(guarded, "keys", "list").output
    line = next(line for line in listed.splitlines() if "artist" in line)
    assert line.split() == [token.split("_")[1], "artist", "submit"]
    assert token.split("_", 2)[2] not in listed


def test_a_revoked_key_is_refused_at_once(guarded: Rig) -> None:
    token = key(guarded, "leaver")
    with client(guarded, token) as leaver:
        assert leaver.get("/relay/v1/me").json()["user"] == "leaver"
        assert command(guarded, "keys", "revoke", token.split("_")[1]).exit_code == 0
        check_error(leaver.get("/relay/v1/me"), 401, "unauthorized")
    again = command(guarded, "keys", "revoke", token.split("_")[1])
    assert again.exit_code == 1
    assert "comfy-relay keys list" in again.output


@pytest.mark.parametrize("name", ["a/b", "", "x" * 65, "a:b", "a b"])
def test_a_name_that_is_none_is_refused(guarded: Rig, name: str) -> None:
    assert command(guarded, "keys", "create", "--name", name).exit_code == 2


def test_an_unknown_scope_is_refused(guarded: Rig) -> None:
    answer = command(guarded, "keys", "create", "--name", "x", "--scopes", "submit,root")
    assert answer.exit_code == 2
    assert "'root' is no scope" in answer.output


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic {token}", "Bearer {token}x"])
def test_without_a_key_nothing_is_told(guarded: Rig, header: str) -> None:
    with client(guarded, Authorization=header.format(token=token_of(guarded))) as stranger:
        for path in ("/api/v2/jobs", "/relay/v1/me", "/relay/v1/hosts", "/relay/v1/workflows"):
            check_error(stranger.get(path), 401, "unauthorized")
        answer = stranger.post("/api/v2/jobs", json={"workflow": drawn_graph()})
        check_error(answer, 401, "unauthorized")
        assert stranger.head(f"/api/v2/assets/by-hash/blake3:{'0' * 64}").status_code == 401
        assert stranger.get("/healthz").status_code == 200


def test_a_key_without_the_scope_is_told_which(guarded: Rig) -> None:
    with client(guarded, key(guarded, "formsonly", "submit")) as artist:
        answer = artist.post("/api/v2/jobs", json={"workflow": drawn_graph()})
        assert check_error(answer, 403, "forbidden") == {"scope": "raw"}
        assert "`raw`" in answer.json()["error"]["message"]


def test_the_sdk_is_told_the_same(guarded: Rig, target: Callable[[Rig], None]) -> None:
    target(guarded)
    graph = drawn_graph()
    with Comfy(api_key="crk_nobody_nothing") as stranger, pytest.raises(Unauthorized):
        stranger.submit(stranger.workflows.from_json(graph))
    with Comfy(api_key=key(guarded, "viewer", "submit")) as viewer, pytest.raises(Forbidden):
        viewer.submit(viewer.workflows.from_json(graph))
    with Comfy(api_key=token_of(guarded)) as owner:
        job = owner.submit(owner.workflows.from_json(graph))
        assert job.cancel().status == "canceled"


def test_the_token_is_in_no_record_log_or_process(guarded: Rig) -> None:
    token = token_of(guarded)
    guarded.client.get("/api/v2/jobs")
    guarded.client.get(f"/api/v2/jobs/{token}")
    secret = token.split("_", 2)[2]
    with guarded.redis() as redis:
        dumps = [redis.dump(name) for name in redis.scan_iter("*")]
    assert len(dumps) > 3
    assert not [dump for dump in dumps if isinstance(dump, bytes) and secret.encode() in dump]
    for path in guarded.folder.rglob("*"):
        with suppress(OSError):  # a folder, or a file that went meanwhile
            assert secret.encode() not in path.read_bytes(), path
    relay = guarded.relay_process()
    for process in (relay, *relay.children(recursive=True)):
        assert secret not in " ".join(process.cmdline() + list(process.environ().values()))


def test_without_a_key_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    with (
        pytest.raises(StartupError, match="comfy-relay keys create"),
        Rig(tmp_path, hosts=0, listen="0.0.0.0"),
    ):
        pass


def test_with_a_key_it_listens_and_the_last_one_revoked_opens_nothing(tmp_path: Path) -> None:
    rig = Rig(tmp_path, hosts=0, listen="0.0.0.0")
    token = key(rig, "studio")
    with rig:
        (port,) = {
            each.laddr.port
            for each in psutil.Process(rig.relay_process().pid).net_connections("tcp")
            if each.status == psutil.CONN_LISTEN and each.laddr.ip == "0.0.0.0"
        }
        url = f"http://127.0.0.1:{port}/relay/v1/me"
        with client(rig, token) as studio, client(rig, Host="localhost") as stranger:
            assert studio.get(url).json()["user"] == "studio"
            check_error(stranger.get(url), 401, "unauthorized")
            assert command(rig, "keys", "revoke", token.split("_")[1]).exit_code == 0
            check_error(studio.get(url), 401, "unauthorized")
            check_error(stranger.get(url), 401, "unauthorized")
