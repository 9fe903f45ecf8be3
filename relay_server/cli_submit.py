"""`comfy-relay submit`: the words on the command line; `submit` does the work.

Like every command it imports what it needs when it runs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from relay_server.cli_relay import person, relay_option
from relay_server.errors import RelayError
from relay_server.models.jobs import Priority


def _request_options(command: Any) -> Any:
    """What is sent of the job, beside its workflow."""
    for option in (
        click.option(
            "--max-wait", "max_wait_s", type=float, metavar="SECONDS",
            help="The job fails if no host took it by then.",
        ),
        click.option("--host", help="Only on this host."),
        click.option("--priority", type=click.Choice([each.value for each in Priority])),
        click.option("--tag", "tags", multiple=True, help="May be repeated."),
        click.option("--version", type=int, help="Of the workflow; by default the newest."),
        click.option("--param", "params", multiple=True, metavar="ID=VALUE",
                     help="May be repeated."),
        click.option(
            "--input", "inputs", multiple=True, metavar="ID=FILE",
            help="May be repeated; several files of one ID are its frames, in order.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command("submit")
@click.argument("workflow")
@_request_options
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Folder for results.")
@click.option("--no-wait", is_flag=True, help="Print the job's ID and leave; fetch nothing.")
@relay_option
def submit_command(
    workflow: str, inputs: tuple[str, ...], params: tuple[str, ...], out: Path, no_wait: bool,
    relay: str, **options: Any,
) -> None:  # fmt: skip
    """Run a published WORKFLOW and fetch its results. A key is taken from COMFY_RELAY_KEY."""
    from relay_server.submit import Request, submit

    request = Request(workflow, _files(inputs), dict(map(_pair, params)), **options)
    try:
        results = submit(
            relay,
            request,
            None if no_wait else out,
            sys.stderr,
            os.environ.get("COMFY_RELAY_KEY"),
            person(),
            accepted=lambda job_id: click.echo(f"job: {job_id}"),
        )
    except RelayError as error:
        raise click.ClickException(error.message) from error
    for result in results:
        click.echo(f"result: {result}")


def _files(inputs: tuple[str, ...]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for name, value in map(_pair, inputs):
        found.setdefault(name, []).append(Path(value))
    return found


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} has no `=`; write ID=VALUE.")
    return name, value
