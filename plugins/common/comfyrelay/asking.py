"""One request to the relay: connect if need be, ask, and read the answer or the error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .answers import Me, me_of
from .connection import DELEGATE, Connection, no_relay
from .downloading import Answer, first_byte
from .errors import RelayRefused, RelayUnreachable, Stopped
from .job import Result
from .settings import Settings
from .stopping import StopFlags

if TYPE_CHECKING:
    import httpx

OK, PARTIAL = 200, 206
PIECE = 256 * 1024  # bytes
BROKEN = frozenset({"RemoteProtocolError", "ReadError", "WriteError"})
"""What httpx raises when a connection that was open breaks."""


class Asking:
    """The connection of a Relay, made with its first request and kept. For any thread."""

    def __init__(self, settings: Settings, guard: Callable[[], None]) -> None:
        self._settings = settings
        self._guard = guard
        self._flags = StopFlags()
        self._lock = threading.Lock()
        self._open: tuple[Connection, Me] | None = None
        self._all: list[Connection] = []  # with those of keys that were replaced
        self._closed = False

    def close(self) -> None:
        """Close the connection for good."""
        with self._lock:
            self._closed, self._open = True, None
            old, self._all = self._all, []
        for connection in old:
            connection.close()

    def stoppable(self, stop: Event) -> AbstractContextManager[None]:
        """While this lasts, what this thread asks ends soon after `stop` is set."""
        return self._flags.stoppable(stop)

    def connected(self) -> Connection:
        """The connection."""
        return self._ready()[0]

    def known(self) -> Me:
        """Who we are, as of the first request."""
        return self._ready()[1]

    def _ready(self) -> tuple[Connection, Me]:
        self._guard()
        if found := self._open:
            return found
        if self._closed:
            raise Stopped("The plugin is closing.")
        connection = Connection(self._settings, self._flags)
        try:
            return self._keep(connection, self._introduced(connection))
        except BaseException:
            connection.close()
            raise

    def _introduced(self, connection: Connection) -> Me:
        """Ask first who we are: only a key that may name a person does so."""
        from generated.comfyrelay_client.api.me import get_me

        try:
            me = me_of(_answer(connection, get_me.sync_detailed))
        except RelayRefused as error:
            if error.code == "not_found":  # a relay, but its URL has a path
                raise no_relay(connection.url) from error
            raise
        if DELEGATE in me.scopes:
            connection.name_person()
        return me

    def _keep(self, connection: Connection, me: Me) -> tuple[Connection, Me]:
        """For all threads, unless another was faster. Nobody waits here for the network."""
        with self._lock:
            if self._closed:
                raise Stopped("The plugin is closing.")
            self._all.append(connection)
            self._open = self._open or (connection, me)
            return self._open

    def asked(self, operation: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """What an operation of the generated client answers. One that broke is asked once more: a
        connection that was kept may be one that the relay has closed."""
        try:
            return self._answered(operation, *args, **options)
        except RelayUnreachable as error:
            if type(error.__cause__).__name__ not in BROKEN:
                raise
        return self._answered(operation, *args, **options)

    def _answered(self, operation: Callable[..., Any], *args: Any, **options: Any) -> Any:
        connection = self.connected()
        try:
            return _answer(connection, operation, *args, **options)
        except RelayRefused as error:
            if error.code in {"unauthorized", "forbidden"}:
                self._forget(connection)  # read the key again next time: perhaps it was replaced
            raise

    def answer(self, operation: Callable[..., Any]) -> Any:
        """The same, with the headers of the answer."""
        connection = self.connected()
        with connection.translated():
            return operation(client=connection.client)

    def _forget(self, connection: Connection) -> None:
        with self._lock:
            if self._open and self._open[0] is connection:
                self._open = None

    @contextmanager
    def streamed(
        self, url: str, offset: int = 0, read_s: float | None = None
    ) -> Iterator[httpx.Response]:
        """An answer that is read as it comes; a path is one of the relay's. Raises PluginError
        for an error."""
        connection = self.connected()
        url = f"{connection.url}{url}" if url.startswith("/") else url
        client = connection.http_for(url)
        headers = {
            "Accept-Encoding": "identity",
            **({"Range": f"bytes={offset}-"} if offset else {}),
        }
        options: dict[str, Any] = {} if read_s is None else {"timeout": read_s}
        with connection.translated(), client.stream("GET", url, headers=headers, **options) as got:
            if got.status_code not in {OK, PARTIAL}:
                got.read()
                raise connection.error_in(got)
            yield got

    @contextmanager
    def opened(self, result: Result, offset: int) -> Iterator[Answer]:
        """The bytes of a result. What another server does not give, the relay itself does."""
        with ExitStack() as stack:
            try:
                got = stack.enter_context(self.streamed(result.url, offset))
            except (RelayUnreachable, RelayRefused):
                if self.connected().is_own(result.url):
                    raise
                own = f"/api/v2/assets/{quote(result.id, safe='')}/content"
                got = stack.enter_context(self.streamed(own, offset))
            is_part = got.status_code == PARTIAL
            begin = first_byte(got.headers.get("Content-Range", "")) if is_part else 0
            yield Answer(begin, got.iter_bytes(PIECE))


def _answer(
    connection: Connection, operation: Callable[..., Any], *args: Any, **options: Any
) -> Any:
    with connection.translated():
        parsed = operation(*args, client=connection.client, **options).parsed
    return connection.checked(parsed)
