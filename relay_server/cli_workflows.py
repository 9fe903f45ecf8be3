"""`comfy-relay workflows ...`: the words on the command line; `workflow_commands` does the work.

Like every command these import what they need when they run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from relay_server.cli_relay import on_relay, relay_option


def _file_options(command: Any) -> Any:
    path = click.Path(path_type=Path)
    for option in (
        click.option("--description", help="What the workflow does."),
        click.option("--title", help="What people see as its name."),
        click.option("--form", type=path, help="A form file; by default FILE's NAME.form.json."),
        click.argument("file", type=path),
    ):
        command = option(command)
    return command


@click.group("workflows")
def workflows_group() -> None:
    """Published workflows. A key is taken from COMFY_RELAY_KEY."""


@workflows_group.command("publish")
@_file_options
@click.option("--name", help="In the catalog; by default made of FILE's name.")
@relay_option
def workflows_publish(
    file: Path, form: Path | None, title: str | None, description: str | None, name: str | None,
    relay: str,
) -> None:  # fmt: skip
    """Publish FILE: what ComfyUI saved or exported as JSON, or a picture that it saved."""
    from relay_server import workflow_commands as commands

    sent = commands.WorkflowToSend(file, form, name, title, description)
    on_relay(relay, lambda client: commands.publish(client, sent, click.echo))


@workflows_group.command("inspect")
@_file_options
@click.option("--as-form", is_flag=True, help="Print the form alone, as a form file to begin with.")
@relay_option
def workflows_inspect(
    file: Path, form: Path | None, title: str | None, description: str | None, as_form: bool,
    relay: str,
) -> None:  # fmt: skip
    """What publishing FILE would do; exit code 1 if it cannot be published."""
    from relay_server import workflow_commands as commands

    sent = commands.WorkflowToSend(file, form, None, title, description)
    if not on_relay(
        relay, lambda client: commands.inspect(client, sent, click.echo, as_form=as_form)
    ):
        sys.exit(1)


@workflows_group.command("list")
@relay_option
def workflows_list(relay: str) -> None:
    """All workflows, and the files of the watched folder that could not be published."""
    from relay_server import workflow_commands as commands

    on_relay(relay, lambda client: commands.listing(client, click.echo))


@workflows_group.command("show")
@click.argument("name")
@click.option("--version", type=int, help="By default the newest.")
@relay_option
def workflows_show(name: str, version: int | None, relay: str) -> None:
    """A workflow's form, versions and hosts."""
    from relay_server import workflow_commands as commands

    on_relay(relay, lambda client: commands.show(client, name, version, click.echo))


@workflows_group.command("diff")
@click.argument("name")
@click.argument("before", type=int, required=False)
@click.argument("after", type=int, required=False)
@relay_option
def workflows_diff(name: str, before: int | None, after: int | None, relay: str) -> None:
    """What changed between two versions; by default the last two."""
    from relay_server import workflow_commands as commands

    on_relay(relay, lambda client: commands.diff(client, name, before, after, click.echo))


@workflows_group.command("withdraw")
@click.argument("name")
@click.option("--version", type=int, help="By default all versions.")
@relay_option
def workflows_withdraw(name: str, version: int | None, relay: str) -> None:
    """Take a workflow, or one version, out of use. Its jobs stay readable."""
    from relay_server import workflow_commands as commands

    on_relay(relay, lambda client: commands.withdraw(client, name, version, click.echo))
