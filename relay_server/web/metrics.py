"""Figures for Prometheus: requests of this process, jobs and hosts of the whole relay."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from relay_server.errors import RelayError
from relay_server.jobs.dispatch import CLASSES
from relay_server.jobs.outlook import Picture
from relay_server.jobs.reading import Figures

STATES = ("starting", "up", "draining", "paused", "sick", "gone")

_registry = CollectorRegistry()
_requests = Counter(
    "comfy_relay_requests", "Requests by operation and status", ["operation", "status"],
    registry=_registry,
)  # fmt: skip
_seconds = Histogram(
    "comfy_relay_request_seconds", "Time to answer, by operation", ["operation"],
    registry=_registry,
)  # fmt: skip


@dataclass
class Seen:
    """What became of a request."""

    status: int = 500


@contextmanager
def observed(operation: str) -> Iterator[Seen]:
    """Count one request and its time."""
    seen, began = Seen(), time.perf_counter()
    try:
        yield seen
    except RelayError as error:
        seen.status = error.status
        raise
    finally:
        _requests.labels(operation, seen.status).inc()
        _seconds.labels(operation).observe(time.perf_counter() - began)


def page(figures: Figures, picture: Picture, *, leads: bool) -> bytes:
    """The text that Prometheus reads."""
    now = CollectorRegistry()
    _gauge(now, "comfy_relay_jobs_waiting", "Jobs that wait for a host").set(figures.waiting)
    _gauge(now, "comfy_relay_jobs_on_hosts", "Jobs that a host has").set(figures.leased)
    _gauge(now, "comfy_relay_dispatcher_leads", "1 if this process dispatches").set(leads)
    jobs = _gauge(now, "comfy_relay_jobs", "Jobs so far, by outcome", "outcome")
    for outcome, count in figures.counts.items():
        jobs.labels(outcome).set(count)
    ended = _gauge(
        now, "comfy_relay_attempts_ended", "Attempts so far that had no result, by reason", "reason"
    )
    for reason, count in figures.ended.items():
        ended.labels(reason).set(count)
    by_class = _gauge(now, "comfy_relay_jobs_waiting_of_class", "The same by class", "class")
    for name in CLASSES:
        count = sum(line.jobs for line in picture.lines if line.priority == name)
        by_class.labels(name).set(count)
    _hosts(now, picture)
    return generate_latest(_registry) + generate_latest(now)


def _hosts(now: CollectorRegistry, picture: Picture) -> None:
    up = _gauge(now, "comfy_relay_host_up", "1 if the host takes jobs", "host")
    held = _gauge(now, "comfy_relay_host_jobs", "Jobs that the host holds", "host")
    state = _gauge(now, "comfy_relay_host_state", "1 for the state it is in", "host", "state")
    for host in picture.hosts:
        up.labels(host.record.name).set(host.up)
        held.labels(host.record.name).set(len(host.jobs))
        for name in (*STATES, *({host.state} - set(STATES))):
            state.labels(host.record.name, name).set(host.state == name)


def _gauge(now: CollectorRegistry, name: str, what: str, *labels: str) -> Gauge:
    return Gauge(name, what, labels, registry=now)
