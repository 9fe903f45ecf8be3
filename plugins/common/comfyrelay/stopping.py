"""A network that looks at a stop flag: nobody waits for a socket longer than a moment.

Put under httpx's connections. Each thread says which flag counts for what it asks now.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, local
from typing import Any

from .errors import Stopped

SHORT_S = 0.2
PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0)  # between tries; the last for all that follow
PIECE = 64 * 1024  # bytes that a socket which takes any usually takes at once


class StopFlags:
    """The flag of each thread."""

    def __init__(self) -> None:
        self._here = local()

    @contextmanager
    def stoppable(self, stop: Event) -> Iterator[None]:
        """While this lasts, what this thread asks ends soon after `stop` is set."""
        self.check_one(stop)
        before = getattr(self._here, "stop", None)
        self._here.stop = stop
        try:
            yield
        finally:
            self._here.stop = before

    def check(self) -> None:
        """Raises Stopped if this thread shall stop."""
        if stop := getattr(self._here, "stop", None):
            self.check_one(stop)

    @staticmethod
    def check_one(stop: Event) -> None:
        """Raises Stopped if the flag is set."""
        if stop.is_set():
            raise Stopped("Stopped.")


class Polled(Event):
    """A flag that somebody else's word sets too: one who can be asked and does not tell, as PDG."""

    def __init__(self, asked: Callable[[], bool]) -> None:
        super().__init__()
        self._asked = asked

    def is_set(self) -> bool:
        """Asks, until it is so."""
        if not super().is_set() and self._asked():
            self.set()
        return super().is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Asks again and again."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left_s = SHORT_S if end is None else end - time.monotonic()
            if left_s <= 0:
                return False
            super().wait(min(SHORT_S, left_s))
        return True


class Patience:
    """How long something that may pass is tried again."""

    def __init__(self, stop: Event, patience_s: float) -> None:
        self._stop, self._patience_s = stop, patience_s
        self.renew()

    def renew(self) -> None:
        """Something worked: count from now."""
        self._end, self._tries = time.monotonic() + self._patience_s, 0

    def again(self) -> bool:
        """Pause before the next try. False when patience is over. Raises Stopped."""
        if time.monotonic() >= self._end:
            return False
        pause_s = PAUSES_S[min(self._tries, len(PAUSES_S) - 1)]
        self._tries += 1
        self._stop.wait(pause_s)
        StopFlags.check_one(self._stop)
        return True


class StoppableNetwork:
    """A network backend of httpcore, around its own. It has that class's methods by shape, so
    that nothing is imported here."""

    def __init__(self, inner: Any, flags: StopFlags, too_late: type[Exception]) -> None:
        """`too_late` is what a read raises when its time is over."""
        self._inner, self._flags, self._too_late = inner, flags, too_late

    def connect_tcp(self, *args: Any, **options: Any) -> StoppableStream:
        """A connection."""
        self._flags.check()
        stream = self._inner.connect_tcp(*args, **options)
        return StoppableStream(stream, self._flags, self._too_late)

    def sleep(self, seconds: float) -> None:
        """A pause between tries."""
        self._inner.sleep(seconds)


class StoppableStream:
    """One connection."""

    def __init__(self, inner: Any, flags: StopFlags, too_late: type[Exception]) -> None:
        self._inner, self._flags, self._too_late = inner, flags, too_late

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What comes. A read that was too short loses nothing, with TLS or without."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            self._flags.check()
            left = SHORT_S if end is None else end - time.monotonic()
            try:
                found: bytes = self._inner.read(max_bytes, max(0.001, min(SHORT_S, left)))
            except self._too_late:
                if end is not None and time.monotonic() >= end:
                    raise
            else:
                return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it all. A piece that is half sent cannot be tried again, so wait before it."""
        for start in range(0, len(buffer), PIECE):
            self._wait_for_room(timeout)
            self._inner.write(buffer[start : start + PIECE], timeout)

    def _wait_for_room(self, timeout: float | None) -> None:
        socket = self._inner.get_extra_info("socket")
        end = None if timeout is None else time.monotonic() + timeout
        with selectors.DefaultSelector() as selector:
            selector.register(socket, selectors.EVENT_WRITE)
            while True:
                self._flags.check()
                if selector.select(SHORT_S) or (end is not None and time.monotonic() >= end):
                    return  # the write itself says that it is too late

    def start_tls(self, *args: Any, **options: Any) -> StoppableStream:
        """The same, encrypted."""
        self._flags.check()
        stream = self._inner.start_tls(*args, **options)
        return StoppableStream(stream, self._flags, self._too_late)

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def get_extra_info(self, info: str) -> Any:
        """What httpcore wants to know of it."""
        return self._inner.get_extra_info(info)
