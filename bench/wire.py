"""The plainest HTTP client there is: what is measured is the relay, not a library."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

READ = 64 * 1024
JSON = "application/json"


class Wire:
    """One kept connection."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.host = address.netloc
        self._socket = socket.create_connection((address.hostname, address.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def head(
        self, method: str, path: str, length: int = 0, content_type: str = JSON, **more: str
    ) -> bytes:
        """The head of a request. `more` are headers, with `_` for `-`."""
        added = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in more.items())
        return (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: {content_type}\r\n"
            f"Content-Length: {length}\r\n{added}\r\n"
        ).encode()

    def send(self, *parts: bytes) -> tuple[int, bytes]:
        """Send a prepared request; (status, body)."""
        for part in parts:
            self._socket.sendall(part)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._more()
        head, body = answer[:end].decode("latin-1"), bytearray(answer[end + 4 :])
        length = next(
            int(line.split(":")[1])
            for line in head.lower().split("\r\n")
            if line.startswith("content-length:")
        )
        while len(body) < length:
            body += self._more()
        return int(head.split()[1]), bytes(body)

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def _more(self) -> bytes:
        data = self._socket.recv(READ)
        if not data:
            raise ConnectionError("the relay closed the connection")
        return data
