"""A relay that goes away while it is asked, or that is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from comfyrelay.errors import RelayUnreachable, SettingsError, Stopped
from comfyrelay.relay import Relay
from comfyrelay.settings import Settings
from tests.faults.proxy import Loop, Proxy, address_of
from tests.plugins.relays import GO_ON, blur, door, ended, key, written
from tests.rig import PATIENCE_S, Rig, eventually, slow_graph


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    found = Loop()
    yield found
    found.close()


@pytest.fixture
def proxy(rig: Rig, loop: Loop) -> Iterator[Proxy]:
    """In front of the relay, so that the way to it can break."""
    found = loop.proxy(address_of(rig.url))
    yield found
    found.close()


def url_of(proxy: Proxy) -> str:
    return f"http://127.0.0.1:{proxy.port}"


class Aside:
    """Something that runs beside the test; its end is what it returned or raised."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.answer: object = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], object]) -> None:
        try:
            self.answer = work()
        except Exception as error:  # noqa: BLE001  told by `end`
            self.answer = error

    def end(self, patience_s: float = PATIENCE_S) -> object:
        self._thread.join(patience_s)
        assert not self._thread.is_alive()
        return self.answer


def big(folder: Path) -> Path:
    """A picture of about 5 MB, which goes as Base64."""
    pixels = np.random.default_rng(2).integers(0, 256, (1300, 1300, 3), dtype=np.uint8)
    return written(folder, "big.png", pixels)


def test_a_relay_that_is_down_is_told_as_a_sentence(loop: Loop) -> None:
    proxy = loop.proxy(("127.0.0.1", 1))
    url = url_of(proxy)
    proxy.close()
    with door(url) as relay, pytest.raises(RelayUnreachable, match=f"^The relay at {url} does not"):
        relay.workflows()


def test_a_submit_that_breaks_in_the_middle_is_one_job(
    proxy: Proxy, rig: Rig, tmp_path: Path
) -> None:
    plate, uid = big(tmp_path), key()
    with door(url_of(proxy)) as relay:
        relay.me()
        proxy.heal()
        proxy.throttle(4_000_000)
        submission = blur(plate, metadata={"uid": uid})
        sending = Aside(lambda: relay.submit(submission, key(), GO_ON))
        eventually("half of it has gone", lambda: proxy.carried > 2_000_000)
        proxy.cut()
        proxy.heal()
        job = sending.end()
        assert [each.id for each in relay.jobs(metadata={"uid": uid})] == [job.id]  # type: ignore[attr-defined]
    assert rig.wait(job.id)["status"] == "succeeded"  # type: ignore[attr-defined]


def test_an_answer_that_is_lost_makes_no_second_job(proxy: Proxy, rig: Rig, tmp_path: Path) -> None:
    plate, uid = written(tmp_path), key()
    with door(url_of(proxy)) as relay, door(rig.url) as other:
        relay.me()
        proxy.delay(0.3)  # each way: the relay has the job well before its answer is here
        sending = Aside(lambda: relay.submit(blur(plate, metadata={"uid": uid}), key(), GO_ON))
        eventually("the relay has it", lambda: other.jobs(metadata={"uid": uid}))
        proxy.cut()
        proxy.heal()
        job = sending.end()
        assert [each.id for each in other.jobs(metadata={"uid": uid})] == [job.id]  # type: ignore[attr-defined]


def test_a_submit_gives_up_when_patience_ends_and_says_so(proxy: Proxy, tmp_path: Path) -> None:
    plate = written(tmp_path)
    with door(url_of(proxy), patience_s=0.3) as relay:
        relay.me()
        proxy.cut()
        with pytest.raises(RelayUnreachable):
            relay.submit(blur(plate), key(), GO_ON)


@pytest.mark.parametrize("what", ["submit", "wait", "download"])
def test_the_stop_flag_is_seen_although_nothing_comes(
    proxy: Proxy, rig: Rig, tmp_path: Path, what: str
) -> None:
    plate, stop = written(tmp_path), Event()
    with door(url_of(proxy)) as relay:
        job = ended(relay, relay.submit(blur(plate), key(), GO_ON).id)
        work = {
            "submit": lambda: relay.submit(blur(plate), key(), stop),
            "wait": lambda: relay.wait(job.id, job.rev, 20.0, stop),
            "download": lambda: relay.download(job.results[0], tmp_path / "out.png", stop),
        }[what]
        proxy.black_hole()
        asking = Aside(work)
        stop.set()
        assert isinstance(asking.end(15.0), Stopped)
    assert not [each for each in tmp_path.iterdir() if each.name != "plate.png"]


def test_a_download_is_taken_up_where_it_broke(proxy: Proxy, rig: Rig, tmp_path: Path) -> None:
    told: list[int] = []
    with door(url_of(proxy)) as relay:
        job = ended(relay, relay.submit(blur(big(tmp_path)), key(), GO_ON).id)
        (result,) = job.results
        proxy.throttle(3_000_000)
        target = tmp_path / "out.png"
        loading = Aside(
            lambda: relay.download(result, target, GO_ON, lambda done, size: told.append(done))
        )
        eventually("some of it is here", lambda: told and told[-1] > 500_000)
        proxy.cut()
        proxy.heal()
        assert loading.end() is None
    assert target.stat().st_size == result.size
    assert told == sorted(told)  # not from the beginning


def test_a_wait_says_that_the_relay_went_away_and_goes_on_later(
    proxy: Proxy, rig: Rig, tmp_path: Path
) -> None:
    job = rig.submit_graph(slow_graph(steps=9000, seed=21))
    with door(url_of(proxy), user=job["user"]) as relay:
        rev = relay.job(job["id"]).rev
        proxy.cut()
        with pytest.raises(RelayUnreachable):
            relay.wait(job["id"], rev, 20.0, GO_ON)
        proxy.heal()
        assert relay.wait(job["id"], rev, 20.0, GO_ON).rev >= rev
        relay.cancel(job["id"])
        assert ended(relay, job["id"]).status == "canceled"


def test_a_relay_that_is_killed_and_started_again_has_the_job(
    own_rig: Rig, loop: Loop, tmp_path: Path
) -> None:
    proxy = loop.proxy(address_of(own_rig.url))
    plate, uid = big(tmp_path), key()
    with door(url_of(proxy), patience_s=60.0) as relay:
        relay.me()
        proxy.throttle(4_000_000)
        proxy.carried = 0
        sending = Aside(lambda: relay.submit(blur(plate, metadata={"uid": uid}), key(), GO_ON))
        eventually("half of it has gone", lambda: proxy.carried > 2_000_000)
        own_rig.relay_process().kill()
        own_rig.restart_relay()
        proxy.target = address_of(own_rig.url)
        proxy.heal()
        job = sending.end()
        assert [each.id for each in relay.jobs(metadata={"uid": uid})] == [job.id]  # type: ignore[attr-defined]
        done = ended(relay, job.id)  # type: ignore[attr-defined]
        relay.download(done.results[0], tmp_path / "out.png", GO_ON)
        assert (tmp_path / "out.png").stat().st_size == done.results[0].size


# what is no relay


class Portal(BaseHTTPRequestHandler):
    """Answers everything with a page, as a hotel's network does."""

    status, content, kind = 200, b"<html>Please log in</html>", "text/html"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def serving() -> Iterator[Callable[..., str]]:
    servers = []

    def served(handler: type[BaseHTTPRequestHandler], **changes: object) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Other", (handler,), changes))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"status": 302},
        {"status": 401},
        {"status": 404},
        {"content": b"{}", "kind": "application/json"},
        {"content": b"[1, 2]", "kind": "application/json"},
        {"content": b"null", "kind": "application/json"},
        {"content": b'{"user": 1}', "kind": "application/json"},
        {"content": b'"junk"', "kind": "application/json", "status": 500},
    ],
)
def test_what_is_no_relay_is_told_so(
    serving: Callable[..., str], answer: dict[str, object]
) -> None:
    with door(serving(Portal, **answer)) as relay:
        with pytest.raises(RelayUnreachable, match="is no Comfy Relay") as error:
            relay.workflows()
        assert "browser" in error.value.hint


def test_what_is_no_relay_is_not_asked_again(serving: Callable[..., str], tmp_path: Path) -> None:
    submission = blur(written(tmp_path))
    portal = door(serving(Portal), patience_s=3600.0)
    with portal as relay, pytest.raises(RelayUnreachable, match="is no Comfy Relay"):
        relay.submit(submission, key(), GO_ON)


def test_a_proxy_without_its_relay_is_a_relay_that_is_away(serving: Callable[..., str]) -> None:
    url = serving(Portal, status=502)
    with door(url) as relay, pytest.raises(RelayUnreachable, match="the relay behind it does not"):
        relay.me()


def test_without_a_relay_in_the_settings_nothing_is_asked() -> None:
    with pytest.raises(SettingsError, match="No relay is named") as error:
        Relay(Settings()).me()
    assert "COMFY_RELAY_URL" in error.value.hint


def test_a_link_to_another_server_never_gets_the_key(
    serving: Callable[..., str], rig: Rig, tmp_path: Path
) -> None:
    seen: list[str] = []

    class Store(Portal):
        def do_GET(self) -> None:
            seen.append(str(self.headers))
            super().do_GET()

    with door(rig.url, user="jane", secret="crk_not_for_others") as relay:
        job = ended(relay, relay.submit(blur(written(tmp_path)), key(), GO_ON).id)
        elsewhere = replace(job.results[0], url=serving(Store, status=403) + "/file")
        relay.download(elsewhere, tmp_path / "out.png", GO_ON)  # the relay has it, too
    assert len(seen) == 1
    assert "Authorization" not in seen[0]
    assert "X-Comfy-Relay" not in seen[0]
