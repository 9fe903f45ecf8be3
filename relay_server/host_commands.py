"""`comfy-relay hosts ...` and `comfy-relay quarantine ...`: list, drain, pause, resume, remove."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from generated.comfyrelay_client.api.hosts import (
    change_host,
    list_hosts,
    list_quarantine,
    release_graph,
    remove_host,
)
from generated.comfyrelay_client.models import AskedState, HeldJob, Host, HostChange
from relay_server.cli_relay import table
from relay_server.relay_client import AnyClient, answered

Echo = Callable[[str], None]
GIB = 1024**3


def listing(client: AnyClient, echo: Echo) -> None:
    """One line for each host, and one for each job that they have, as far as one may see it."""
    hosts = answered(list_hosts.sync_detailed(client=client)).hosts
    if not hosts:
        echo("no host yet; start one with `comfy-relay worker --host URL`")
        return
    head = ("HOST", "STATE", "SINCE", "JOBS", "DEVICE", "REASON")
    for line in table([head, *map(_row, hosts)]):
        echo(line)
    held = [_held_row(host, each) for host in hosts for each in host.held if each.id]
    if held:
        echo("")
        for line in table([("JOB", "HOST", "USER", "CLASS", "PHASE", "SINCE", "WORKFLOW"), *held]):
            echo(line)


def ask(client: AnyClient, name: str, state: str, reason: str, echo: Echo) -> None:
    """Drain, pause or resume a host."""
    body = HostChange(state=AskedState(state), reason=reason)
    host = answered(change_host.sync_detailed(name, client=client, body=body))
    why = f" ({host.reason})" if host.reason else ""
    echo(f"{host.name} is {host.state}{why}; it has {_jobs(host.busy)}")


def remove(client: AnyClient, name: str, echo: Echo) -> None:
    """Forget a host."""
    hosts = answered(list_hosts.sync_detailed(client=client)).hosts
    had = sum(host.busy for host in hosts if host.name == name)
    answered(remove_host.sync_detailed(name, client=client))
    echo(f"{name} removed" + (f"; {_jobs(had)} of it back in the queue" if had else ""))


def quarantine(client: AnyClient, echo: Echo) -> None:
    """One line for each graph."""
    graphs = answered(list_quarantine.sync_detailed(client=client)).graphs
    if not graphs:
        echo("no graph is in quarantine")
        return
    rows = [("GRAPH", "SINCE", "WORKFLOW", "HOSTS")]
    for each in graphs:
        found = each.details.additional_properties
        since = shown_time(each.since) if each.since else ""
        hosts = ", ".join(found.get("hosts") or [])
        rows.append((each.graph, since, found.get("workflow") or "", hosts))
    for line in table(rows):
        echo(line)


def release(client: AnyClient, graph: str, echo: Echo) -> None:
    """Let a graph run again."""
    answered(release_graph.sync_detailed(graph, client=client))
    echo(f"{graph} may run again")


def shown_time(moment: datetime) -> str:
    """A moment in this machine's zone, without the day if it is today."""
    local = moment.astimezone()
    today = local.date() == datetime.now().astimezone().date()
    return local.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M")


def _row(host: Host) -> tuple[str, ...]:
    memory = f", {host.vram_total / GIB:.0f} GB" if host.vram_total else ""
    return (
        host.name,
        host.state,
        shown_time(host.since),
        f"{host.busy} of {host.slots}",
        f"{host.device or ''}{memory}",
        " ".join(filter(None, (host.reason, f"(by {host.asked_by})" if _asked(host) else ""))),
    )


def _held_row(host: Host, job: HeldJob) -> tuple[str, ...]:
    since = shown_time(job.since)
    return (
        job.id or "", host.name, job.user or "", job.priority, job.phase, since, job.workflow or "-"
    )  # fmt: skip


def _asked(host: Host) -> bool:
    return bool(host.asked_by) and host.state == host.asked


def _jobs(count: int) -> str:
    return f"{count or 'no'} job{'' if count == 1 else 's'}"
