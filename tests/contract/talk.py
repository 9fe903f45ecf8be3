"""What several tests say to a relay."""

from __future__ import annotations

from typing import Any

import httpx
from click.testing import CliRunner, Result

from relay_server.cli import cli
from relay_server.stack import environment_of
from tests.rig import PATIENCE_S, Rig


def upload(rig: Rig, data: bytes, **fields: Any) -> dict[str, Any]:
    """An uploaded asset."""
    form = {"content_type": "image/png", "file_path": "plate.png", **fields}
    answer = rig.client.post("/api/v2/assets", files={"file": ("sent.png", data)}, data=form)
    assert answer.status_code in {200, 201}, answer.text
    asset: dict[str, Any] = answer.json()
    return asset


def command(rig: Rig, *arguments: str) -> Result:
    """The command line, with the rig's settings."""
    return CliRunner().invoke(cli, arguments, env=environment_of(rig.settings))


def key(rig: Rig, name: str, scopes: str = "submit,raw") -> str:
    """A new key, made on the command line."""
    made = command(rig, "keys", "create", "--name", name, "--scopes", scopes)
    assert made.exit_code == 0, made.output
    return made.stdout.strip()


def client(rig: Rig, token: str | None = None, **headers: str) -> httpx.Client:
    """A client with a key."""
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return httpx.Client(base_url=rig.url, headers=headers, trust_env=False, timeout=PATIENCE_S)
