"""A relay as the commands talk to it: the generated client, and its errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from generated.comfyrelay_client import AuthenticatedClient, Client
from generated.comfyrelay_client.errors import UnexpectedStatus
from generated.comfyrelay_client.models import ErrorEnvelope
from relay_server import API_LEVEL
from relay_server.errors import RelayError

TIMEOUT = httpx.Timeout(connect=10, read=60, write=60, pool=10)  # seconds

UNANSWERED: dict[type[httpx.HTTPError], str] = {
    httpx.ConnectError: "No relay listens",
    httpx.TimeoutException: "No relay answers in time",
}
CUT = "The connection was cut"

AnyClient = AuthenticatedClient | Client


IN_COMMANDS = {
    "send `Authorization: Bearer KEY`": "set COMFY_RELAY_KEY",
    "know this key:": "know this key (COMFY_RELAY_KEY):",
    "`GET /relay/v1/hosts`": "`comfy-relay hosts`",
    "`GET /relay/v1/workflows`": "`comfy-relay workflows list`",
    "`GET /relay/v1/quarantine`": "`comfy-relay quarantine list`",
    "Run it again with `retry`": "Run it again with `comfy-relay jobs retry ID`",
    "its `max_wait`": "its `--max-wait`",
}
"""The relay's words for programs, and what a person at a command line does instead."""


class Refused(RelayError):
    """The relay said no, or could not be asked."""


@contextmanager
def connected(url: str, key: str | None, person: str | None = None) -> Iterator[AnyClient]:
    """A client of the relay; with a key for others, of the person. Raises Refused with one
    sentence."""
    # A proxy meant for the internet has no business between us and the relay.
    options: dict[str, Any] = {
        "timeout": TIMEOUT,
        "raise_on_unexpected_status": True,
        "headers": {
            "X-Comfy-Relay-Level": str(API_LEVEL),
            **({"X-Comfy-Relay-User": person} if person else {}),
        },
        "httpx_args": {"trust_env": False},
    }
    if key and not _is_plain(key):
        raise Refused("unauthorized", "COMFY_RELAY_KEY holds no key: a key is plain ASCII.")
    if person and not _is_plain(person):
        raise Refused("invalid_name", f"--as {person!r}: a person's name here is plain ASCII.")
    made = AuthenticatedClient(url, token=key, **options) if key else Client(url, **options)
    with _network(url), made as client:
        yield client


def _is_plain(text: str) -> bool:
    """Whether a header can carry it."""
    return text.isascii() and text.isprintable()


def answered(response: Any) -> Any:
    """What was answered. Raises Refused for an error."""
    parsed = response.parsed
    if isinstance(parsed, ErrorEnvelope):
        error = parsed.error
        details = getattr(error.details, "additional_properties", None)
        raise Refused(error.code, in_commands(error.message), details)
    return parsed


def in_commands(message: str) -> str:
    """What the relay says, with the commands that do what it names."""
    for words, command in IN_COMMANDS.items():
        message = message.replace(words, command)
    return message


@contextmanager
def _network(url: str) -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise Refused(
            "invalid_request",
            f"{url!r} is no address of a relay. Use one like http://relay:8190 with --relay.",
        ) from error
    except httpx.HTTPError as error:
        what = next((said for kind, said in UNANSWERED.items() if isinstance(error, kind)), CUT)
        raise Refused(
            "redis_unavailable",
            f"{what} at {url}. Is `comfy-relay serve` running there? Name another with --relay.",
        ) from error
    except UnexpectedStatus as error:
        raise Refused(
            "upstream_error", f"{url} answered {error.status_code}; is it a Comfy Relay?"
        ) from error
