"""`python -m comfyrelay doctor`: what is wrong here, and what to do about it."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from . import API_LEVEL, VERSION
from .errors import PluginError, SettingsError
from .relay import Relay
from .settings import Settings, read_settings

OK, NOTE, WRONG = "ok", "note", "WRONG"
WIDTH = 80
OLDEST, NEWEST_TRIED = (3, 9), (3, 13)
LEAST_FREE = 2 * 1024**3  # bytes
MOST_SKEW_S = 60.0
CONNECT_S = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    state: str
    what: str
    says: str
    hint: str = ""


def examined(screen: TextIO, read: Callable[[], Settings] = read_settings) -> int:
    """Look at everything and say it; 1 if something is wrong."""
    screen.write(f"Comfy Relay doctor: plugin {VERSION}, level {API_LEVEL}\n\n")
    wrong = 0
    for finding in findings(read):
        wrong += finding.state == WRONG
        screen.write(lines(finding))
        screen.flush()
    said = "1 thing is" if wrong == 1 else f"{wrong} things are"
    screen.write(f"\n{said} wrong.\n" if wrong else "\nAll is well.\n")
    return 1 if wrong else 0


def lines(finding: Finding) -> str:
    """A finding as text of 80 columns."""
    head = f"{finding.state:6}{finding.what:11}"
    indent = " " * len(head)
    text = textwrap.fill(
        finding.says, WIDTH, initial_indent=head, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    if not finding.hint:
        return f"{text}\n"
    hint = textwrap.fill(
        finding.hint, WIDTH, initial_indent=f"{indent}-> ", subsequent_indent=f"{indent}   ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return f"{text}\n{hint}\n"


def findings(read: Callable[[], Settings]) -> Iterator[Finding]:
    """Everything, in an order in which each thing needs only what comes before it."""
    yield _python()
    try:
        settings = read()
    except SettingsError as error:
        yield Finding(WRONG, "settings", str(error), error.hint)
        return
    yield from _settings(settings)
    yield from _folders(settings)
    if not settings.url:
        yield Finding(WRONG, "relay", "No relay is named.", "Set COMFY_RELAY_URL.")
        return
    key = _key(settings)
    yield key
    reached = list(_network(settings))
    yield from reached
    if not any(each.state == WRONG for each in (key, *reached)):
        yield from _relay(settings)


def _python() -> Finding:
    here = sys.version_info[:2]
    text = f"Python {sys.version.split()[0]} on {sys.platform}, {sys.executable}"
    if here < OLDEST:
        return Finding(WRONG, "python", text, "The plugin needs Python 3.9 or newer.")
    if here > NEWEST_TRIED:
        return Finding(NOTE, "python", text, "The plugin was not tried with so new a Python.")
    return Finding(OK, "python", text)


def _settings(settings: Settings) -> Iterator[Finding]:
    for name in ("url", "user", "key_file", "ca_file", "proxy", "results", "folder"):
        value = _unlocked(getattr(settings, name)) if name == "proxy" else getattr(settings, name)
        if name in settings.sources:
            yield Finding(OK, name, f"{value}  ({settings.sources[name]})")
    if settings.path_maps:
        many = "1 map" if len(settings.path_maps) == 1 else f"{len(settings.path_maps)} maps"
        yield Finding(OK, "path_maps", f"{many}  ({settings.sources.get('path_maps', '')})")
    for unknown in settings.unknown:
        yield Finding(
            NOTE, "settings", f"{unknown} is no setting.", "Correct its name, or take it out."
        )


def _unlocked(proxy: str) -> str:
    """A proxy's URL without its password."""
    head, at, host = proxy.rpartition("@")
    return f"{head.partition('//')[0]}//***@{host}" if at else proxy


def _key(settings: Settings) -> Finding:
    try:
        key = settings.key()
    except SettingsError as error:
        return Finding(WRONG, "key", str(error), error.hint)
    if not key:
        return Finding(NOTE, "key", "There is none.", "Only a relay on this machine may need none.")
    where = "COMFY_RELAY_KEY" if settings.secret else settings.key_file or "the default key file"
    return Finding(OK, "key", f"There is one, in {where}.")


# folders


def _folders(settings: Settings) -> Iterator[Finding]:
    yield _folder("folder", Path(settings.folder), "Set COMFY_RELAY_FOLDER to one that is yours.")
    fixed = settings.results.partition("{")[0]
    if fixed:
        hint = "Ask for the right to write there, or set COMFY_RELAY_RESULTS."
        yield _folder("results", Path(fixed), hint)


def _folder(what: str, folder: Path, hint: str) -> Finding:
    """A folder must take files; one that is not there, the nearest above it."""
    there = folder
    while not os.path.exists(there) and there != there.parent:  # it never raises
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(WRONG, what, f"{folder} takes no file: {error.strerror or error}.", hint)
    text = f"{folder} can be written, {free / 1024**3:.0f} GB are free."
    if free < LEAST_FREE:
        return Finding(NOTE, what, text, "That is little for pictures. Free some space.")
    return Finding(OK, what, text)


# network


def _network(settings: Settings) -> Iterator[Finding]:
    """Name and connection, by the plainest means; a proxy does both by itself."""
    parts = urlsplit(settings.proxy or settings.url)
    host, what = parts.hostname or "", "proxy" if settings.proxy else "network"
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        hint = "Look at the name in the URL, and at this machine's network or VPN."
        yield Finding(WRONG, what, f"The name {host} is not known here: {error.strerror}.", hint)
        return
    address = found[0][4][0]
    try:
        socket.create_connection((host, port), CONNECT_S).close()
    except OSError as error:
        reason = error.strerror or "no answer in time"
        hint = "Look whether it runs there, on that port, and whether a firewall is between."
        yield Finding(WRONG, what, f"{host} ({address}) port {port}: {reason}.", hint)
        return
    yield Finding(OK, what, f"{host} ({address}) port {port} can be reached.")


# the relay


def _relay(settings: Settings) -> Iterator[Finding]:
    relay = Relay(settings, patience_s=0.0)
    try:
        yield from _who(relay)
        yield from _ready(relay)
        yield from _workflows(relay)
    except PluginError as error:
        yield Finding(WRONG, "relay", str(error), error.hint)
    finally:
        relay.close()


def _who(relay: Relay) -> Iterator[Finding]:
    me = relay.me()
    yield Finding(OK, "relay", f"Comfy Relay {me.relay_version}, level {me.api_level}")
    yield Finding(OK, "user", f"{me.user}, may {', '.join(me.scopes) or 'nothing'}")
    if "submit" not in me.scopes:
        hint = "Ask whoever runs the relay for a key with the scope submit."
        yield Finding(WRONG, "user", "This key may not submit jobs.", hint)


def _ready(relay: Relay) -> Iterator[Finding]:
    ready = relay.ready()
    hint = "Ask whoever runs the relay; `comfy-relay doctor` there says more."
    for what, says in (("redis", ready.redis), ("store", ready.store), ("hosts", ready.hosts)):
        yield Finding(OK, what, says) if says == "ok" else Finding(WRONG, what, says, hint)
    skew = ready.clock_skew_s
    if skew is not None and abs(skew) > MOST_SKEW_S:
        way = "ahead of" if skew > 0 else "behind"
        text = f"This machine's clock is {abs(skew):.0f} s {way} the relay's."
        yield Finding(NOTE, "clock", text, "Set the clock, or certificates and times go wrong.")


def _workflows(relay: Relay) -> Iterator[Finding]:
    found = relay.workflows()
    usable = [each for each in found if each.available]
    text = f"{len(usable)} of {len(found)} can be run."
    if not usable:
        yield Finding(WRONG, "workflows", text, "Ask whoever runs the relay to publish some.")
        return
    yield Finding(OK, "workflows", text)
    for each in found:
        if not each.available:
            yield Finding(NOTE, "workflows", f"{each.name}: {each.reason}")
