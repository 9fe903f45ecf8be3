"""`comfy-relay hosts ...` and `comfy-relay quarantine ...`; `host_commands` does the work.

Like every command these import what they need when they run.
"""

from __future__ import annotations

from typing import Any

import click

from relay_server.cli_relay import on_relay, relay_option


@click.group("hosts", invoke_without_command=True)
@relay_option
@click.pass_context
def hosts_group(context: click.Context, relay: str) -> None:
    """The hosts and what they do; with a command, steer them. A key is taken from
    COMFY_RELAY_KEY; steering needs the scope `admin`."""
    if context.invoked_subcommand is None:
        from relay_server import host_commands as commands

        on_relay(relay, lambda client: commands.listing(client, click.echo))


def _name(command: Any) -> Any:
    """Whose state is asked for; an empty one is a variable of a script that is not set."""
    return click.argument("name", callback=_given)(command)


def _given(_: click.Context, __: click.Parameter, name: str) -> str:
    if not name:
        raise click.BadParameter("it is empty; `comfy-relay hosts` lists the hosts.")
    return name


@hosts_group.command("list")
@relay_option
def hosts_list(relay: str) -> None:
    """All hosts, with their states and reasons."""
    from relay_server import host_commands as commands

    on_relay(relay, lambda client: commands.listing(client, click.echo))


@hosts_group.command("drain")
@_name
@click.option("--reason", default="", help="For the people who wait.")
@relay_option
def hosts_drain(name: str, reason: str, relay: str) -> None:
    """No more jobs for NAME: it ends the one that it runs; what only waits there moves."""
    from relay_server import host_commands as commands

    on_relay(relay, lambda client: commands.ask(client, name, "draining", reason, click.echo))


@hosts_group.command("pause")
@_name
@click.option("--reason", default="", help="For the people who wait.")
@relay_option
def hosts_pause(name: str, reason: str, relay: str) -> None:
    """No more jobs for NAME for a while; it keeps what it has."""
    from relay_server import host_commands as commands

    on_relay(relay, lambda client: commands.ask(client, name, "paused", reason, click.echo))


@hosts_group.command("resume")
@_name
@relay_option
def hosts_resume(name: str, relay: str) -> None:
    """NAME takes jobs again."""
    from relay_server import host_commands as commands

    on_relay(relay, lambda client: commands.ask(client, name, "up", "", click.echo))


@hosts_group.command("remove")
@_name
@relay_option
def hosts_remove(name: str, relay: str) -> None:
    """Forget NAME, whose worker is stopped for good; its jobs go back to the queue."""
    from relay_server import host_commands as commands

    on_relay(relay, lambda client: commands.remove(client, name, click.echo))


@click.group("quarantine")
def quarantine_group() -> None:
    """Graphs that brought hosts down and are kept from them. Needs the scope `admin`."""


@quarantine_group.command("list")
@relay_option
def quarantine_list(relay: str) -> None:
    """All of them."""
    from relay_server import host_commands as commands

    on_relay(relay, lambda client: commands.quarantine(client, click.echo))


@quarantine_group.command("release")
@click.argument("graph")
@relay_option
def quarantine_release(graph: str, relay: str) -> None:
    """Let GRAPH run again."""
    from relay_server import host_commands as commands

    on_relay(relay, lambda client: commands.release(client, graph, click.echo))
