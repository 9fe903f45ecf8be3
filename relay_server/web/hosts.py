"""Hosts: what there is and what each does."""

from __future__ import annotations

from urllib.parse import urlsplit

from relay_server.hosts.registry import HostView
from relay_server.models.common import moment
from relay_server.models.hosts import Host, HostList
from relay_server.web.relay import Call


async def listing(call: Call) -> HostList:
    """`GET /relay/v1/hosts`."""
    views = await call.relay.registry.hosts()
    return HostList(hosts=[await _host(call, view) for view in views])


def shown_url(url: str) -> str:
    """An address without the name and the password that it may hold."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


async def _host(call: Call, view: HostView) -> Host:
    record = view.record
    classes = await call.relay.registry.classes(record.classes)
    return Host(
        name=record.name,
        url=shown_url(record.url),
        state=view.state,
        reason=view.reason or None,
        since=moment(record.since_ms if view.alive else record.beat_ms or record.since_ms),
        slots=record.slots,
        jobs=list(view.jobs),
        comfyui_version=record.info.comfyui_version,
        device=record.info.device,
        vram_total=record.info.vram_total,
        node_classes=len(classes.all) if classes else 0,
        simulation=record.info.simulation,
    )
