"""Keys, names of people, and certificates."""

from __future__ import annotations

import datetime
import ipaddress
import json
import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from comfyrelay.connection import login_name
from comfyrelay.errors import RelayRefused, RelayUnreachable, SettingsError
from comfyrelay.relay import Relay
from comfyrelay.settings import Settings
from relay_server.keyring import Keyring
from relay_server.models.hosts import Scope
from tests.plugins.relays import door
from tests.rig import Rig

ME = {
    "user": "jane", "scopes": ["submit"], "relay_version": "9", "api_level": 1, "waiting": 0,
    "inline_limit": 1,
}  # fmt: skip


async def made(rig: Rig, name: str, *scopes: Scope) -> str:
    from redis.asyncio import Redis

    from relay_server.redis_server import find_running

    url = find_running(rig.settings)
    assert url
    async with Redis.from_url(url) as redis:
        return await Keyring(redis, rig.settings.namespace).create(name, frozenset(scopes))


def test_keys_of_a_person_and_of_a_studio(own_rig: Rig, tmp_path: Path) -> None:
    own = own_rig.run(made(own_rig, "jane", Scope.SUBMIT))
    shared = own_rig.run(made(own_rig, "studio", Scope.SUBMIT, Scope.DELEGATE))
    file = tmp_path / "key"
    with door(own_rig.url, user="zoe") as nobody, pytest.raises(RelayRefused) as error:
        nobody.me()
    assert (error.value.code, "COMFY_RELAY_KEY" in error.value.hint) == ("unauthorized", True)
    with door(own_rig.url, user="zoe", secret=own) as relay:
        assert relay.me().user == "jane"  # whose key it is; no other name is sent
    with door(own_rig.url, user="STUDIO\\zoe", secret=shared) as relay:
        assert relay.me().user == "zoe"
    with door(own_rig.url, user="zoe", key_file=str(file)) as relay:
        file.write_text("crk_wrong_key\n")
        file.chmod(0o600)
        with pytest.raises(RelayRefused):
            relay.me()
        file.write_text(f"{own}\n")  # a key that is put right needs no new start
        assert relay.me().user == "jane"
        file.chmod(0o640)
        own_rig.run(gone(own_rig, own))
        with pytest.raises(RelayRefused):
            relay.me()
        with pytest.raises(SettingsError, match="Others can read") as readable:
            relay.me()
        assert readable.value.hint == f"Run: chmod 600 {file}"


async def gone(rig: Rig, key: str) -> bool:
    from redis.asyncio import Redis

    from relay_server.redis_server import find_running

    url = find_running(rig.settings)
    assert url
    async with Redis.from_url(url) as redis:
        return await Keyring(redis, rig.settings.namespace).revoke(key.split("_")[1])


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ("jane", "jane"),
        ("jane.doe@studio.tv", "jane.doe@studio.tv"),
        ("STUDIO\\jane", "jane"),
        ("", ""),
        ("Jane Doe", r"Jane-Doe-[0-9a-f]{8}"),
        ("Jörg", r"Jorg-[0-9a-f]{8}"),
        ("数", r"user-[0-9a-f]{8}"),
        ("-x-", r"x--[0-9a-f]{8}"),
        ("a" * 90, r"a{50}-[0-9a-f]{8}"),
    ],
)
def test_a_login_name_as_the_relay_takes_it(user: str, name: str) -> None:
    found = login_name(user)
    assert re.fullmatch(name, found)
    assert not found or re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}", found)


def test_people_whose_names_must_be_changed_stay_two() -> None:
    assert login_name("数") != login_name("学")


# certificates


class Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps(ME).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def certificate(folder: Path) -> tuple[Path, Path]:
    """A studio's own certificate for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "studio")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "studio.pem", folder / "private.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Settings]:
    """Settings for a server with a certificate of the studio's own."""
    public, private = certificate(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://127.0.0.1:{server.server_address[1]}"
    yield Settings(url=url, ca_file=str(public))
    server.shutdown()
    server.server_close()


def test_a_studios_own_certificate_is_trusted_where_the_settings_name_it(studio: Settings) -> None:
    trusting, strange = Relay(studio), Relay(replace(studio, ca_file=""))
    assert trusting.me().user == "jane"
    with pytest.raises(RelayUnreachable, match="is not one that is trusted here") as error:
        strange.me()
    assert "COMFY_RELAY_CA_FILE" in error.value.hint
    trusting.close()


def test_certificates_that_cannot_be_read_are_told(studio: Settings, tmp_path: Path) -> None:
    (tmp_path / "junk.pem").write_text("junk")
    for name in ("junk.pem", "gone.pem"):
        relay = Relay(replace(studio, ca_file=str(tmp_path / name)))
        with pytest.raises(SettingsError, match=name):
            relay.me()


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def forward(asked: list[str]) -> Iterator[str]:
    """A proxy that answers for every relay there is."""

    class Noting(Answering):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_proxy_is_used_only_if_the_settings_say_so(
    forward: str, asked: list[str], rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with door("http://relay.studio.invalid", proxy=forward) as relay:
        assert relay.me().user == "jane"
    assert set(asked) == {"http://relay.studio.invalid/relay/v1/me"}
    asked.clear()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, forward)
    with door(rig.url, user="zoe") as relay:
        assert relay.me().user == "zoe"
    assert asked == []


def test_tls_is_not_taken_for_plain_and_plain_not_for_tls(studio: Settings, rig: Rig) -> None:
    for url in (studio.url.replace("https:", "http:"), rig.url.replace("http:", "https:")):
        with door(url) as relay, pytest.raises(RelayUnreachable):
            relay.me()
