"""Processes killed, restarted and frozen, and their links cut: relay, worker, Redis and host."""

from __future__ import annotations

import signal
from collections.abc import Callable

import psutil

from .acts import AGAIN, AWAY, AWAY_SAID, SHORT_SILENCE, Act, Deed, pause
from .parts import Parts, kill, stop
from .proxy import Proxy

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


PROCESS_ACTS = (
    Act("relay", "kill -9", _relay_killed),
    Act("relay", "restarted", _relay_restarted),
    Act("relay", "frozen for two leases", _frozen(lambda p: [p.relay_process()], 2)),
    Act("relay", "cut off from clients", _link(_client, "cut", 1)),
    Act("relay", "silent to clients", _link(_client, "black_hole", 1)),
    Act("relay", "cut off from Redis for two leases", _link(_relay_redis, "cut", 6)),
    Act("relay", "no answer from Redis for two leases", _link(_relay_redis, "black_hole", 6)),
    Act("slot", "kill -9", lambda p: kill(*p.main.slots())),
    Act("slot", "terminated", _slots_terminated),
    Act("slot", "frozen for two leases", _frozen(lambda p: p.main.slots(), 2)),
    Act("supervisor", "kill -9", _supervisor_killed),
    Act("supervisor", "restarted", _worker_restarted),
    Act("supervisor", "frozen for two leases", _frozen(lambda p: [p.main.supervisor()], 2)),
    Act("supervisor", "kill -9, with its slots", _worker_killed),
    Act("slot", "cut off from Redis for two leases", _link(_worker_redis, "cut", 6)),
    Act("slot", "no answer from Redis for two leases", _link(_worker_redis, "black_hole", 6)),
    Act("Redis", "kill -9", _redis_ended(signal.SIGKILL, 0.3)),
    Act("Redis", "kill -9, away for two leases", _redis_ended(signal.SIGKILL, 6)),
    Act("Redis", "restarted", _redis_ended(signal.SIGTERM, 0)),
    Act("Redis", "frozen for two leases", _frozen(lambda p: [p.redis_process()], 2)),
    Act("host", "kill -9, and back", _host_killed, allowed=AGAIN),
    Act("host", "kill -9, for good", _host_gone, allowed=AGAIN, breaks=True),
    Act("host", "restarted", _host_restarted, allowed=AGAIN),
    Act("host", "frozen, shorter than its silence", _frozen(lambda p: [p.main.host_process()], 1)),
    Act("host", "refuses, shorter than gone", _link(_host_link, "cut", 0.4),
        shorter_than="host_gone_s"),
    Act("host", "refuses, longer than gone", _link(_host_link, "cut", 3), allowed=AWAY),
    Act("host", "no answer, shorter than its silence", _link(_host_link, "black_hole", 2)),
    Act("host", "no answer, longer than its silence", _link(_host_link, "black_hole", 5),
        allowed=AWAY_SAID, settings=SHORT_SILENCE),
    Act("host", "0.1 s away", _slow_link),
    Act("host", "thin line", _thin_link, phases=("waiting", "on_host", "executing", "canceling")),
)  # fmt: skip
