"""The proxy carries, and goes wrong as it is told."""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Iterator

import pytest

from .proxy import Loop, Proxy


class Echo(socketserver.BaseRequestHandler):
    """Sends back what comes."""

    def handle(self) -> None:
        while data := self.request.recv(65536):
            self.request.sendall(data)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy in front of an echo."""
    loop = Loop()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield loop.proxy(("127.0.0.1", server.server_address[1]))
        loop.close()
        server.shutdown()
        thread.join()


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=10)


def echoed(client: socket.socket, data: bytes) -> bytes:
    """What comes back."""
    client.sendall(data)
    back = b""
    while len(back) < len(data):
        more = client.recv(65536)
        if not more:
            return back
        back += more
    return back


def test_it_carries_both_ways_and_counts(proxy: Proxy) -> None:
    data = bytes(range(256)) * 1000
    with connected(proxy) as client:
        assert echoed(client, data) == data
    assert proxy.carried == len(data)


def test_cut_breaks_old_and_new_connections_until_healed(proxy: Proxy) -> None:
    with connected(proxy) as client:
        assert echoed(client, b"before") == b"before"
        proxy.cut()
        with pytest.raises(ConnectionError):
            assert echoed(client, b"x") == b"x" or _raise()
    with connected(proxy) as client, pytest.raises(ConnectionError):
        assert echoed(client, b"x") == b"x" or _raise()
    proxy.heal()
    with connected(proxy) as client:
        assert echoed(client, b"after") == b"after"


def test_a_black_hole_keeps_the_connection_and_what_was_sent(proxy: Proxy) -> None:
    with connected(proxy) as client:
        proxy.black_hole()
        client.sendall(b"late")
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(10)
        proxy.heal()
        client.settimeout(10)
        assert client.recv(10) == b"late"


def test_delay_and_throttle_take_their_time(proxy: Proxy) -> None:
    with connected(proxy) as client:
        for verb, amount in (("delay", 0.1), ("throttle", 50_000)):
            getattr(proxy, verb)(amount)
            started = time.monotonic()
            assert echoed(client, bytes(10_000)) == bytes(10_000)
            assert time.monotonic() - started > 0.15
            proxy.heal()


def _raise() -> bool:
    raise ConnectionError("it ended")
