"""What the commands that talk to a relay have in common."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from relay_server.errors import RelayError

PERSON = "comfy_relay.person"


def relay_option(command: Any) -> Any:
    """Where the relay is, and for whom it is asked."""
    for option in (
        click.option(
            "--as", metavar="NAME", expose_value=False, callback=_note_person,
            help="For this person; needs a key with the scope `delegate`.",
        ),
        click.option(
            "--relay", default="http://127.0.0.1:8190", show_default=True,
            envvar="COMFY_RELAY_URL", help="The relay's URL [COMFY_RELAY_URL].",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def _note_person(context: click.Context, _: click.Parameter, name: str | None) -> None:
    if name is not None:
        context.meta[PERSON] = name


def person() -> str | None:
    """Whom `--as` named, for this command or its group; None: the key's own name."""
    found: str | None = click.get_current_context().meta.get(PERSON)
    return found


def on_relay(url: str, call: Callable[[Any], Any]) -> Any:
    """Talk to a relay; its errors are one sentence on the terminal and exit code 1."""
    from relay_server.relay_client import connected

    try:
        with connected(url, os.environ.get("COMFY_RELAY_KEY"), person()) as client:
            return call(client)
    except RelayError as error:
        raise click.ClickException(error.message) from error


def table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Lines with their columns aligned."""
    found = list(rows)
    widths = [max(map(len, column)) for column in zip(*found, strict=True)]
    for row in found:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
