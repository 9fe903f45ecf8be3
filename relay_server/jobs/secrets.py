"""Partner keys at rest: encrypted with a key that is not in Redis."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from relay_server.errors import StartupError
from relay_server.settings import Settings


class Sealer:
    """Encrypts and decrypts `extra_data`. Relay and workers must have the same key: the setting
    `COMFY_RELAY_SECRET`, or the file `secret.key` beside the blobs that they share."""

    def __init__(self, settings: Settings) -> None:
        try:
            key = settings.secret or _key_file(settings.blob_dir / "secret.key")
        except OSError as error:
            raise StartupError(
                "store_unavailable",
                f"The key file {error.filename} cannot be read ({error.strerror}). Run relay and"
                " workers as one user, or set COMFY_RELAY_SECRET for both.",
            ) from error
        try:
            self._fernet = Fernet(key)
        except ValueError as error:
            raise StartupError(
                "invalid_request",
                "COMFY_RELAY_SECRET is no key. Make one with: python -c 'from cryptography.fernet"
                " import Fernet; print(Fernet.generate_key().decode())'",
            ) from error

    def seal(self, extra_data: dict[str, str]) -> bytes:
        """Encrypted bytes of the data."""
        return self._fernet.encrypt(json.dumps(extra_data).encode())

    def open(self, sealed: bytes | str) -> dict[str, str] | None:
        """The data, or None if it was sealed with another key."""
        try:
            opened: dict[str, str] = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            return None
        return opened


def _key_file(path: Path) -> bytes:
    """The key in the file; made first, readable by this user only, if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key())
        try:
            os.link(fresh, path)  # only one process can win
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
