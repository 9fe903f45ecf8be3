"""Settings: the environment, then the user's file, then the studio's; the first that says it wins.

Reading takes two small files, so it happens off the main thread, or before anything else.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import SettingsError
from .json_text import parsed
from .keyfile import key_in, key_of
from .paths import SYSTEMS, PathMap
from .results import DEFAULT_TEMPLATE, Template

PREFIX = "COMFY_RELAY_"
FOLDER, FILE, KEY = ".comfyrelay", "settings.json", "key"
NAMES = ("url", "user", "key_file", "ca_file", "proxy", "results", "path_maps", "folder")
"""What a file may say; in the environment `COMFY_RELAY_URL` and so on."""


NO_RELAY = "Set COMFY_RELAY_URL to the relay's address, or ask whoever runs it."
UNREADABLE = "It must be a text file in UTF-8 that you may read."


@dataclass(frozen=True)
class Settings:
    """What the plugin core needs to know. `sources` says for each value where it comes from."""

    url: str = ""  # of the relay, without a slash at its end; empty: none is named
    user: str = ""  # the person, for a key that many share
    key_file: str = ""  # empty: `key` in the folder, if it is there
    ca_file: str = ""  # certificates of the studio, PEM
    proxy: str = field(default="", repr=False)  # empty: none, whatever the environment says
    results: str = DEFAULT_TEMPLATE
    path_maps: tuple[PathMap, ...] = ()
    folder: str = ""  # for the journal and other files of the user's own
    sources: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()  # "file: key", for the doctor
    secret: str = field(default="", repr=False)  # the key, if the environment gave it

    def relay_url(self) -> str:
        """The relay's. Raises SettingsError: none is named."""
        if not self.url:
            raise SettingsError("No relay is named.", NO_RELAY)
        return self.url

    def key(self) -> str:
        """The key, or "" if there is none. Reads its file. Raises SettingsError."""
        if self.secret:
            return key_in(self.secret, f"{PREFIX}KEY")
        if not (self.key_file or self.folder):
            return ""
        if self.key_file:
            return key_of(Path(self.key_file))
        return key_of(Path(self.folder) / KEY, must_exist=False)

    def template(self) -> Template:
        """The template for results, taken apart."""
        return Template.of(self.results)


def read_settings(
    environment: Mapping[str, str] | None = None, home: Path | None = None
) -> Settings:
    """The settings as they are now. Raises SettingsError, which names the file and the key."""
    environment = os.environ if environment is None else environment
    home = Path.home() if home is None else home
    layers = [_environment(environment), _file(home / FOLDER / FILE, must_exist=False)]
    if studio := environment.get(f"{PREFIX}SETTINGS", "").strip():
        layers.append(_file(Path(studio), must_exist=True))
    said: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for layer in layers:
        for name, raw in layer.values.items():
            if name not in said:
                where = layer.where(name)
                said[name], sources[name] = _checked(name, raw, where, home), where
    return Settings(
        **{**_defaults(home), **said},
        sources=sources,
        unknown=tuple(each for layer in layers for each in layer.unknown),
        secret=environment.get(f"{PREFIX}KEY", "").strip(),
    )


@dataclass(frozen=True)
class _Layer:
    """What one place says."""

    source: str  # a file; empty: the environment
    values: Mapping[str, Any]
    unknown: tuple[str, ...] = ()

    def where(self, name: str) -> str:
        return f"{self.source}: {name}" if self.source else f"{PREFIX}{name.upper()}"


def _environment(environment: Mapping[str, str]) -> _Layer:
    given = {name: environment.get(f"{PREFIX}{name.upper()}", "").strip() for name in NAMES}
    values: dict[str, Any] = {name: text for name, text in given.items() if text}
    if "path_maps" in values:
        values["path_maps"] = parsed(values["path_maps"], f"{PREFIX}PATH_MAPS")
    return _Layer("", values)


def _file(path: Path, *, must_exist: bool) -> _Layer:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if not must_exist:
            return _Layer(str(path), {})
        raise SettingsError(
            f"The settings file {path} is not there.", f"{PREFIX}SETTINGS names it."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise SettingsError(
            f"The settings file {path} cannot be read: {reason}.", UNREADABLE
        ) from error
    found = parsed(text, str(path))
    if not isinstance(found, dict):
        raise SettingsError(f"{path} is no JSON object.", 'Write {"url": "http://relay:8190"}.')
    if "key" in found:
        raise SettingsError(
            f"{path} holds a key, which many may read.",
            f"Take it out, and give it in {PREFIX}KEY or a key file. Have it revoked if others"
            " could see it.",
        )
    known = {name: value for name, value in found.items() if name in NAMES}
    unknown = tuple(f"{path}: {name}" for name in found if name not in NAMES)
    return _Layer(str(path), known, unknown)


def _defaults(home: Path) -> dict[str, Any]:
    return {"user": _login(), "folder": str(home / FOLDER)}


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a machine without names for its users
        return ""


def _checked(name: str, raw: Any, where: str, home: Path) -> Any:
    """A value as `Settings` has it. Raises SettingsError."""
    if name == "path_maps":
        return _maps(raw, where)
    if not isinstance(raw, str):
        raise SettingsError(f"{where} must be a text.", "Write it in quotes.")
    if name in {"url", "proxy"} and raw:
        return url_in(raw, where, may_login=name == "proxy")
    if name in {"key_file", "ca_file", "folder"} and raw:
        return str(home / raw[2:]) if raw.startswith(("~/", "~\\")) else raw
    if name == "results":
        _template(raw, where)
    return raw.strip()


def url_in(raw: str, where: str, *, may_login: bool = False) -> str:
    """The URL of a relay or a proxy, without a slash at its end. Raises SettingsError."""
    text = raw.strip().rstrip("/")
    if "@" in text and not may_login:
        raise SettingsError(f"{where} is no URL of a relay: it has a login.", "Use a key instead.")
    if not _is_url(text):
        shown = "" if "@" in text else f": {text[:80]!r}"  # never a password
        host = "proxy:3128" if may_login else "relay:8190"
        raise SettingsError(f"{where} is no URL{shown}.", f"Write http://{host}.")
    return text


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").encode("idna")
        bare = not (parts.query or parts.fragment or "@" in parts.path or parts.port == 0)
    except ValueError:  # UnicodeError is one too
        return False
    return parts.scheme in {"http", "https"} and bool(host) and b" " not in host and bare


def _template(raw: str, where: str) -> None:
    try:
        Template.of(raw)
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}", error.hint) from error


def _maps(raw: Any, where: str) -> tuple[PathMap, ...]:
    hint = 'Write [{"windows": ["P:/show", "//srv/show"], "linux": "/mnt/show"}].'
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise SettingsError(f"{where} must be a list of maps.", hint)
    return tuple(_map(each, where, hint) for each in raw)


def _map(raw: Mapping[str, Any], where: str, hint: str) -> PathMap:
    names: dict[str, tuple[str, ...]] = {}
    for system, paths in raw.items():
        found = [paths] if isinstance(paths, str) else paths
        is_list = isinstance(found, list) and all(isinstance(each, str) for each in found)
        if system not in SYSTEMS or not is_list or not all(found):
            raise SettingsError(f"{where}: {system!r} is no system with its paths.", hint)
        names[system] = tuple(found)
    return PathMap(**names)
