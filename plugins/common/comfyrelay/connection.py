"""A connection to the relay: the generated client, and foreign errors as ours.

httpx and the generated client are imported here on the first worker thread that asks.
"""

from __future__ import annotations

import re
import ssl
import threading
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import API_LEVEL, VERSION
from .errors import PluginError, RelayRefused, RelayUnreachable, SettingsError
from .refusals import hint_of, refusal
from .settings import Settings
from .stopping import StopFlags, StoppableNetwork

if TYPE_CHECKING:
    import httpx

    from generated.comfyrelay_client import AuthenticatedClient, Client

CONNECT_S, ANSWER_S = 5.0, 60.0
LEVEL_HEADER, USER_HEADER = "X-Comfy-Relay-Level", "X-Comfy-Relay-User"
DELEGATE = "delegate"
LASTING = frozenset({"certificate", "tls", "no_relay"})
"""Codes of RelayUnreachable for which there is no point in trying again."""

_LOADING = threading.Lock()
Labels = Callable[[], Mapping[str, str]]
"""Asks for the labels of a form's params and inputs, by id."""


class Connection:
    """What all requests to one relay share. Any thread may use it."""

    def __init__(self, settings: Settings, flags: StopFlags) -> None:
        """Raises SettingsError: no relay is named, or the key cannot be read."""
        self.url = settings.relay_url()
        self._settings = settings
        self._flags = flags
        key = settings.key()
        with _LOADING:
            self._tls = _certificates(settings.ca_file)
            self.client = self._client(key)
            self._http = self.client.get_httpx_client()
            self._plain = self._plain_client()  # for other servers: they are never told the key

    def name_person(self) -> None:
        """Say who asks; only a key with the scope `delegate` may."""
        if person := login_name(self._settings.user):
            self._http.headers[USER_HEADER] = person

    def close(self) -> None:
        """Close every connection."""
        self._http.close()
        self._plain.close()

    def http_for(self, url: str) -> httpx.Client:
        """The client for an absolute URL: only the relay itself is told the key."""
        return self._http if self.is_own(url) else self._plain

    def is_own(self, url: str) -> bool:
        """Whether an absolute URL is the relay's."""
        return origin(url) == origin(self.url)

    def checked(self, parsed: Any, labels: Labels = dict) -> Any:
        """What was answered. Raises the relay's error as ours."""
        from generated.comfyrelay_client.models import ErrorEnvelope

        if isinstance(parsed, ErrorEnvelope):
            error = parsed.error
            named = labels() if error.code in {"invalid_params", "missing_input"} else {}
            raise refusal(error.code, error.message, error.details, named)
        return parsed

    def error_in(self, answer: httpx.Response) -> PluginError:
        """The error of an answer that the generated client does not read."""
        from generated.comfyrelay_client.models import ErrorEnvelope

        try:
            error = ErrorEnvelope.from_dict(answer.json()).error
        except (ValueError, KeyError, TypeError, AttributeError):
            return unexpected(self.url, answer.status_code)
        return refusal(error.code, error.message, error.details)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what httpx and the generated client raise into RelayUnreachable."""
        import httpx

        from generated.comfyrelay_client.errors import UnexpectedStatus

        try:
            yield
        except UnexpectedStatus as error:
            raise unexpected(self.url, error.status_code) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._unreachable(error) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise no_relay(self.url) from error  # an answer that is none of a relay's

    def _client(self, key: str) -> AuthenticatedClient | Client:
        import httpx

        from generated.comfyrelay_client import AuthenticatedClient, Client

        options: dict[str, Any] = {
            "timeout": httpx.Timeout(ANSWER_S, connect=CONNECT_S),
            "headers": {LEVEL_HEADER: str(API_LEVEL), "User-Agent": f"comfyrelay/{VERSION}"},
            "raise_on_unexpected_status": True,
            "httpx_args": {"trust_env": False, "transport": self._transport()},
        }
        if not key:
            return Client(self.url, **options)
        return AuthenticatedClient(self.url, token=key, **options)

    def _plain_client(self) -> httpx.Client:
        import httpx

        timeout = httpx.Timeout(ANSWER_S, connect=CONNECT_S)
        return httpx.Client(timeout=timeout, trust_env=False, transport=self._transport())

    def _transport(self) -> httpx.HTTPTransport:
        import httpcore
        import httpx

        transport = httpx.HTTPTransport(
            verify=self._tls, proxy=self._settings.proxy or None, trust_env=False
        )
        # httpcore takes a network of one's own, but httpx has no way to hand it over.
        pool: Any = transport._pool
        pool._network_backend = StoppableNetwork(
            pool._network_backend, self._flags, httpcore.ReadTimeout
        )
        return transport

    def _unreachable(self, error: Exception) -> RelayUnreachable:
        said = str(error)
        if "CERTIFICATE_VERIFY_FAILED" in said:
            return RelayUnreachable(
                f"The certificate of {self.url} is not one that is trusted here.",
                "Set COMFY_RELAY_CA_FILE to the studio's certificates (PEM).",
                "certificate",
            )
        if "[SSL" in said:
            return RelayUnreachable(
                f"{self.url} does not speak TLS as it should: {said}",
                "Look whether the URL must begin with http:// or https://.",
                "tls",
            )
        proxy = " through the proxy" if self._settings.proxy else ""
        return RelayUnreachable(
            f"The relay at {self.url} does not answer{proxy} ({_short(error)}).",
            "Look whether it runs, and whether this machine reaches it:"
            " `python -m comfyrelay doctor`.",
        )


def _short(error: Exception) -> str:
    """What happened, without the library's words where the system has some."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    names = {"ConnectTimeout": "no connection in time", "ReadTimeout": "no answer in time"}
    return names.get(type(error).__name__, "the connection broke")


def unexpected(url: str, status: int) -> PluginError:
    """An answer that no relay gives, by its status: something stands between us and it."""
    if status == 413:  # noqa: PLR2004
        return RelayRefused(
            "Something in front of the relay refuses a request of that size.",
            "Ask whoever runs it to let larger requests through.",
            "too_large",
        )
    if status >= 500:  # noqa: PLR2004
        return RelayUnreachable(
            f"The server at {url} answers, but the relay behind it does not ({status}).",
            hint_of("redis_unavailable"),
        )
    return no_relay(url, f" ({status})")


def no_relay(url: str, status: str = "") -> RelayUnreachable:
    """Something else answers there."""
    return RelayUnreachable(
        f"What answers at {url} is no Comfy Relay{status}.",
        "Look at the URL; open it in a browser, perhaps it asks you to log in.",
        "no_relay",
    )


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").lower(), port


def login_name(user: str) -> str:
    """A person's name as the relay takes it. One that must be changed stays one of its own."""
    bare = user.replace("\\", "/").rpartition("/")[2].strip()  # without the domain
    plain = unicodedata.normalize("NFKD", bare).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._@-]+", "-", plain).lstrip(".-_@")[:50]
    if not bare or name == bare:
        return name
    return f"{name or 'user'}-{zlib.crc32(bare.encode()):08x}"


def _certificates(ca_file: str) -> ssl.SSLContext:
    """Those of certifi, of the system, and of the studio. Raises SettingsError."""
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    with suppress(ssl.SSLError):  # a system's store may hold certificates that cannot be read
        context.load_default_certs()
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError is one too
            raise SettingsError(
                f"The certificates in {ca_file} cannot be read.",
                "COMFY_RELAY_CA_FILE must name a PEM file.",
            ) from error
    return context
