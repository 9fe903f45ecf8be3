"""What the commands that talk to a relay have in common."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from relay_server.errors import RelayError


def relay_option(command: Any) -> Any:
    """Where the relay is."""
    return click.option(
        "--relay", default="http://127.0.0.1:8190", show_default=True, envvar="COMFY_RELAY_URL",
        help="The relay's URL [COMFY_RELAY_URL].",
    )(command)  # fmt: skip


def on_relay(url: str, call: Callable[[Any], Any]) -> Any:
    """Talk to a relay; its errors are one sentence on the terminal and exit code 1."""
    from relay_server.relay_client import connected

    try:
        with connected(url, os.environ.get("COMFY_RELAY_KEY")) as client:
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
