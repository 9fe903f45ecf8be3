"""Figures for Prometheus: requests of this process, jobs and hosts of the whole relay."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from relay_server.errors import RelayError
from relay_server.hosts.registry import HostView
from relay_server.jobs.reading import Figures

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


def page(figures: Figures, hosts: list[HostView]) -> bytes:
    """The text that Prometheus reads."""
    now = CollectorRegistry()
    Gauge("comfy_relay_jobs_waiting", "Jobs that wait for a host", registry=now).set(
        figures.waiting
    )
    Gauge("comfy_relay_jobs_on_hosts", "Jobs that a host has", registry=now).set(figures.leased)
    jobs = Gauge("comfy_relay_jobs", "Jobs so far, by outcome", ["outcome"], registry=now)
    for outcome, count in figures.counts.items():
        jobs.labels(outcome).set(count)
    up = Gauge("comfy_relay_host_up", "1 if the host takes jobs", ["host"], registry=now)
    held = Gauge("comfy_relay_host_jobs", "Jobs that the host holds", ["host"], registry=now)
    for host in hosts:
        up.labels(host.record.name).set(host.up)
        held.labels(host.record.name).set(len(host.jobs))
    return generate_latest(_registry) + generate_latest(now)
