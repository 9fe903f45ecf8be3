"""What is done to the parts: one row of the matrix each."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from .judge import Allowed
from .parts import SHORT, Parts, alive, eventually, kill, stop
from .phases import PHASES
from .proxy import Proxy

Deed = Callable[[Parts], None]

DIED = "the host did not survive"
FORGOT = "the host forgot it"
UNREACHABLE = "no worker could reach the host within its time"

MIND = Allowed()
AGAIN = Allowed(may_run_twice=DIED)
FORGOTTEN = Allowed(may_run_twice=FORGOT)
AWAY = Allowed(may_run_twice=UNREACHABLE)
AWAY_SAID = Allowed(may_run_twice=UNREACHABLE, says_so=True)


@dataclass(frozen=True)
class Act:
    """One fault of one part."""

    part: str
    fault: str
    do: Deed = lambda parts: None
    """When the jobs are in their phase; also what the operating system or an admin then does."""
    before: tuple[str, ...] = ()
    """Faults that the host is told before the jobs come."""
    allowed: Allowed = MIND
    phases: tuple[str, ...] = PHASES
    breaks: bool = False
    """Whether the host needs to be started again afterwards."""
    silence_s: float = SHORT["host_silence"]
    """How long a silent host keeps its jobs."""

    @property
    def row(self) -> str:
        """The name of its row."""
        return f"{self.part}: {self.fault}"


def pause(seconds: float) -> None:
    """A fault lasts; nothing is waited for."""
    threading.Event().wait(seconds)


# relay


def _relay_killed(parts: Parts) -> None:
    kill(parts.relay_process())
    parts.start_relay()


def _relay_restarted(parts: Parts) -> None:
    stop(parts.relay_process())
    parts.start_relay()


# worker


def _lease_s(parts: Parts) -> float:
    return parts.settings.lease_s + parts.settings.reap_grace_s


def _supervisor_killed(parts: Parts) -> None:
    kill(parts.main.supervisor())
    parts.main.start_worker()


def _worker_restarted(parts: Parts) -> None:
    stop(parts.main.supervisor())
    parts.main.start_worker()


def _worker_killed(parts: Parts) -> None:
    kill(*parts.main.slots(), parts.main.supervisor())
    parts.main.start_worker()


def _slots_terminated(parts: Parts) -> None:
    for slot in parts.main.slots():
        slot.send_signal(signal.SIGTERM)


def _frozen(which: Callable[[Parts], list[psutil.Process]], leases: float) -> Deed:
    """SIGSTOP, so long, SIGCONT. A slot that wakes up finds its claim taken."""

    def do(parts: Parts) -> None:
        processes = which(parts)
        for process in processes:
            process.suspend()
        pause(leases * _lease_s(parts))
        for process in processes:
            process.resume()

    return do


# Redis


def _redis_ended(number: signal.Signals, away_s: float) -> Deed:
    def do(parts: Parts) -> None:
        parts.end_redis(number)
        pause(away_s)
        parts.start_redis()

    return do


# host


def _host_killed(parts: Parts) -> None:
    kill(parts.main.host_process())
    parts.main.start_host()


def _host_restarted(parts: Parts) -> None:
    stop(parts.main.host_process())
    parts.main.start_host()


def _host_gone(parts: Parts) -> None:
    kill(parts.main.host_process())


def _restart_when_dead(parts: Parts) -> None:
    """The host ends by itself; the operating system starts it again."""
    process = parts.main.host_process()
    eventually("the host ends", lambda: not alive(process))
    parts.main.start_host()


def _told(*faults: str) -> Deed:
    return lambda parts: parts.main.tell(*faults)


def _zombie(parts: Parts) -> None:
    """The relay says that the host is sick; then an admin starts it again."""
    parts.main.tell("zombie")
    eventually("a prompt is stuck", lambda: parts.main.happened()[-1])
    eventually("the host is sick", lambda: parts.host_state("sim0") == "sick", 20)
    _host_killed(parts)


# links


def _link(which: Callable[[Parts], Proxy], how: str, seconds: float) -> Deed:
    def do(parts: Parts) -> None:
        getattr(which(parts), how)()
        pause(seconds)
        which(parts).heal()

    return do


def _slow_link(parts: Parts) -> None:
    parts.main.link.delay(0.1)


def _thin_link(parts: Parts) -> None:
    parts.main.link.throttle(150_000)


def _client(parts: Parts) -> Proxy:
    return parts.client_link


def _relay_redis(parts: Parts) -> Proxy:
    return parts.relay_redis_link


def _worker_redis(parts: Parts) -> Proxy:
    return parts.main.redis_link


def _host_link(parts: Parts) -> Proxy:
    return parts.main.link


PROCESSES = (
    Act("relay", "kill -9", _relay_killed),
    Act("relay", "restarted", _relay_restarted),
    Act("relay", "frozen for two leases", _frozen(lambda p: [p.relay_process()], 2)),
    Act("relay", "cut off from clients", _link(_client, "cut", 1)),
    Act("relay", "silent to clients", _link(_client, "black_hole", 1)),
    Act("relay", "cut off from Redis for two leases", _link(_relay_redis, "cut", 3)),
    Act("relay", "no answer from Redis for two leases", _link(_relay_redis, "black_hole", 3)),
    Act("slot", "kill -9", lambda p: kill(*p.main.slots())),
    Act("slot", "terminated", _slots_terminated),
    Act("slot", "frozen for two leases", _frozen(lambda p: p.main.slots(), 2)),
    Act("supervisor", "kill -9", _supervisor_killed),
    Act("supervisor", "restarted", _worker_restarted),
    Act("supervisor", "frozen for two leases", _frozen(lambda p: [p.main.supervisor()], 2)),
    Act("supervisor", "kill -9, with its slots", _worker_killed),
    Act("slot", "cut off from Redis for two leases", _link(_worker_redis, "cut", 3)),
    Act("slot", "no answer from Redis for two leases", _link(_worker_redis, "black_hole", 3)),
    Act("Redis", "kill -9", _redis_ended(signal.SIGKILL, 0.3)),
    Act("Redis", "kill -9, away for two leases", _redis_ended(signal.SIGKILL, 3)),
    Act("Redis", "restarted", _redis_ended(signal.SIGTERM, 0)),
    Act("Redis", "frozen for two leases", _frozen(lambda p: [p.redis_process()], 2)),
    Act("host", "kill -9, and back", _host_killed, allowed=AGAIN),
    Act("host", "kill -9, for good", _host_gone, allowed=AGAIN, breaks=True),
    Act("host", "restarted", _host_restarted, allowed=AGAIN),
    Act("host", "frozen, shorter than its silence", _frozen(lambda p: [p.main.host_process()], 1)),
    Act("host", "refuses, shorter than gone", _link(_host_link, "cut", 0.4)),
    Act("host", "refuses, longer than gone", _link(_host_link, "cut", 3), allowed=AWAY),
    Act("host", "no answer, shorter than its silence", _link(_host_link, "black_hole", 2)),
    Act("host", "no answer, longer than its silence", _link(_host_link, "black_hole", 5),
        allowed=AWAY_SAID, silence_s=3),
    Act("host", "0.1 s away", _slow_link),
    Act("host", "thin line", _thin_link, phases=("waiting", "on_host", "executing", "canceling")),
)  # fmt: skip

_RUNS = ("on_host", "executing", "canceling")
_SUBMITS = ("assigned", "waiting")
_REJECTED = Allowed(codes=frozenset({"prompt_rejected"}), must_fail=True)
_SHORT_OF_MEMORY = Allowed(codes=frozenset({"out_of_memory"}), must_fail=True)

SCRIPTED = (
    Act("host", "websocket dropped", _told("ws-drop")),
    Act("host", "websocket frozen (deaf)", _told("ws-freeze")),
    Act("host", "websocket dropped at every 5th message", _told(*(f"ws-drop:at={n}" for n in range(5, 60, 5))), phases=_RUNS),
    Act("host", "events twice", before=("ws-duplicate:times=0",), phases=(*_RUNS, "waiting")),
    Act("host", "success told late", before=("ws-late:event=execution_success,by=3,times=0",), phases=(*_RUNS, "harvesting")),
    Act("host", "executed told after the end", before=("ws-late:event=executed,by=5,times=0",), phases=(*_RUNS, "harvesting")),
    Act("host", "end told at the start", before=("ws-false-end:times=0",), phases=(*_RUNS, "harvesting")),
    Act("host", "NaN in events", before=("ws-nan:times=0",), phases=_RUNS),
    Act("host", "NaN in what nodes show", before=("nan:times=0",), phases=(*_RUNS, "harvesting")),
    Act("host", "500 after accept", before=("submit-500",), phases=(*_SUBMITS, "executing", "canceling")),
    Act("host", "500 after accept, for the second", before=("submit-500:at=2",), phases=("on_host",)),
    Act("host", "no answer after accept", before=("submit-timeout",), phases=(*_SUBMITS, "executing", "canceling")),
    Act("host", "no answer after accept, for the second", before=("submit-timeout:at=2",), phases=("on_host",)),
    Act("host", "reset after accept", before=("submit-reset",), phases=(*_SUBMITS, "executing", "canceling")),
    Act("host", "reset after accept, for the second", before=("submit-reset:at=2",), phases=("on_host",)),
    Act("host", "reset before accept", before=("submit-refused",), phases=(*_SUBMITS, "executing", "canceling")),
    Act("host", "200 with node errors", before=("submit-node-errors:times=0",), allowed=_REJECTED, phases=("assigned",)),
    Act("host", "history wiped", _told("wipe:when=now"), allowed=FORGOTTEN),
    Act("host", "history wiped at the end", before=("wipe",), allowed=FORGOTTEN, phases=("on_host", "executing")),
    Act("host", "restarted in the process", _told("restart:when=now,seconds=0.3"), allowed=FORGOTTEN),
    Act("host", "zombie", _zombie, allowed=AGAIN, phases=("waiting", "on_host", "executing", "canceling")),
    Act("host", "process ends at a step", lambda p: (p.main.tell("exit:at=3"), _restart_when_dead(p))[1], allowed=AGAIN, phases=("waiting", "on_host", "executing")),
    Act("host", "process ends at the end", lambda p: (p.main.tell("exit:when=end"), _restart_when_dead(p))[1], allowed=AGAIN, phases=("waiting", "on_host", "executing")),
    Act("host", "node that hears no interrupt", _told("stuck:seconds=1.5"), phases=("waiting", "on_host", "canceling")),
    Act("host", "out of memory once", before=("oom",), phases=("assigned", "waiting")),
    Act("host", "out of memory until freed", before=("oom:times=0,until_free=1",), phases=("assigned",)),
    Act("host", "out of memory for ever", before=("oom:times=0",), allowed=_SHORT_OF_MEMORY, phases=("assigned",)),
    Act("host", "history entry of 200 MB", before=("huge-history",), phases=("executing", "canceling")),
    Act("host", "slow answers", before=("slow:path=/,kb_s=200",), phases=("on_host", "executing", "harvesting", "canceling")),
    Act("host", "picture stops in the middle", before=("stall:seconds=0.5,times=2",), phases=("executing", "on_host")),
    Act("host", "picture never comes, and then does", before=("stall:seconds=9,times=1",), phases=("executing",)),
    Act("host", "HTTP silent, shorter than its silence", _told("silent:seconds=2")),
    Act("host", "HTTP silent, longer than its silence", _told("silent:seconds=5"), allowed=AWAY_SAID, silence_s=3),
)  # fmt: skip

ACTS = (*PROCESSES, *SCRIPTED)
