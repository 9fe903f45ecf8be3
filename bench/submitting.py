"""A client that does not give up: it repeats what got no answer, under the same key."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from bench.wire import Wire

PAUSE_S = 0.2
PATIENCE_S = 120.0


class Submitter:
    """Submits for any user, as a key with the scope `delegate` may."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._wire: Wire | None = None

    def submit(self, user: str, graph: dict[str, Any]) -> str:
        """The id of the job, whatever happens to the relay meanwhile."""
        body = json.dumps({"workflow": graph}).encode()
        status, answer = self.ask("POST", "/api/v2/jobs", user, body)
        if status == 201:
            return str(answer["id"])
        error = answer["error"]
        assert error["code"] == "idempotency_key_reuse", error  # it was stored all the same
        return str(error["details"]["job_id"])

    def ask(self, method: str, path: str, user: str, body: bytes = b"") -> tuple[int, Any]:
        """(status, answer); again where there is none, or one that says `later`."""
        key, end = uuid.uuid4().hex, time.monotonic() + PATIENCE_S
        while True:
            try:
                status, answer = self._once(method, path, user, key, body)
                if status not in {429, 503} or time.monotonic() > end:
                    return status, json.loads(answer)
            except OSError:
                self._wire = None
                if time.monotonic() > end:
                    raise
            time.sleep(PAUSE_S)

    def _once(self, method: str, path: str, user: str, key: str, body: bytes) -> tuple[int, bytes]:
        if self._wire is None:
            self._wire = Wire(self._url)
        head = self._wire.head(
            method, path, len(body), X_Comfy_Relay_User=user, Idempotency_Key=key
        )
        return self._wire.send(head, body)
