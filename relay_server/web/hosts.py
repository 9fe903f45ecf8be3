"""Hosts: what there is, what each does, and what an admin asks of it."""

from __future__ import annotations

from relay_server.errors import Conflict, NotFound
from relay_server.hosts.registry import Held, HostRecord, HostView, shown_url
from relay_server.models.common import moment
from relay_server.models.hosts import AskedState, HeldJob, Host, HostChange, HostList
from relay_server.web.access import is_admin
from relay_server.web.relay import Call, Reply


async def listing(call: Call) -> HostList:
    """`GET /relay/v1/hosts`."""
    views = await call.relay.registry.hosts()
    return HostList(hosts=[await _host(call, view) for view in views])


async def change(call: Call) -> Host:
    """`PATCH /relay/v1/hosts/{name}`."""
    body: HostChange = call.body
    name = call.path["name"]
    asked = "" if body.state is AskedState.UP else body.state.value
    if not await call.relay.registry.ask(name, asked, body.reason, by=call.user):
        raise _unknown(name)
    views = await call.relay.registry.hosts()
    return await _host(call, next(view for view in views if view.record.name == name))


async def remove(call: Call) -> Reply:
    """`DELETE /relay/v1/hosts/{name}`."""
    name = call.path["name"]
    outcome = await call.relay.registry.remove(name)
    if outcome == "unknown":
        raise _unknown(name)
    if outcome == "in_use":
        raise Conflict(
            "host_in_use",
            f"A worker speaks for {name}. Stop that worker first; or drain the host, which takes"
            " no more jobs then.",
        )
    return Reply(204, None)


def _unknown(name: str) -> NotFound:
    return NotFound(
        "not_found", f"There is no host {name[:80]!r}. `GET /relay/v1/hosts` lists them."
    )


async def _host(call: Call, view: HostView) -> Host:
    record = view.record
    classes = await call.relay.registry.classes(record.classes)
    held = [_held(call, each) for each in view.held]
    return Host(
        name=record.name,
        url=shown_url(record.url),
        state=view.state,
        reason=view.reason or None,
        since=moment(_since_ms(view)),
        asked=record.asked or None,
        asked_reason=record.asked_reason or None,
        asked_by=record.asked_by or None,
        asked_at=moment(record.asked_ms) if record.asked and record.asked_ms else None,
        trouble=record.trouble or None,
        slots=record.slots,
        busy=len(held),
        jobs=[each.id for each in held if each.id],
        held=held,
        comfyui_version=record.info.comfyui_version,
        device=record.info.device,
        vram_total=record.info.vram_total,
        node_classes=len(classes.all) if classes else 0,
        warm=[each.partition("/")[2] or each for each in record.warm.splitlines()],
        simulation=record.info.simulation,
    )


def _since_ms(view: HostView) -> int:
    """Since when it is in its state."""
    record: HostRecord = view.record
    if not view.alive:
        return record.beat_ms or record.since_ms
    if record.state == "up" and record.trouble:
        return record.trouble_ms or record.since_ms
    if record.state == "up" and record.asked_ms:  # asked for, or taken back
        return max(record.asked_ms, record.since_ms)
    return record.since_ms


def _held(call: Call, held: Held) -> HeldJob:
    known = held.user == call.user or is_admin(call.key)
    return HeldJob(
        id=held.job if known else None,
        user=held.user if known else None,
        workflow=(held.workflow or None) if known else None,
        priority=held.priority,
        phase=held.phase,
        since=moment(held.assigned_ms),
    )
