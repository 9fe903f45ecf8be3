"""Run by every Python that the client must work in: `talk.py PACKAGE URL` prints JSON.

It has httpx and attrs, nothing else, and the client under another name.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from io import BytesIO
from typing import Any

PACKAGE, URL = sys.argv[1:]


def main() -> None:
    """Import everything, then make one call of each kind."""
    package = importlib.import_module(PACKAGE)
    for module in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        importlib.import_module(module.name)
    options: dict[str, Any] = {"timeout": 60, "httpx_args": {"trust_env": False}}
    with package.AuthenticatedClient(URL, token="key", **options) as client:
        seen = answers(client) | errors(client) | uploads(client)
    strict = package.Client(URL, raise_on_unexpected_status=True, **options)
    json.dump(seen | {"strict": strict_error(strict)}, sys.stdout)


def answers(client: Any) -> dict[str, Any]:
    """What is asked for."""
    job = call("jobs.get_job", "1", client=client, after=3, wait=0.5)
    with client.get_httpx_client().stream("GET", "/api/v2/assets/a/content") as response:
        streamed = b"".join(response.iter_bytes())
    return {
        "user": call("me.get_me", client=client).user,
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at.isoformat(),
        "completed_at": job.completed_at,
        "progress": job.progress.value,
        "shot": job.metadata["shot"],
        "output": job.outputs[0].name,
        "values": job.values,
        "streamed": streamed.decode(),
        "read": call("assets.get_asset_content", "a", client=client).payload.read().decode(),
        "param": str(call("workflows.get_workflow", "upscale", client=client).form.params[0].type_),
    }


def errors(client: Any) -> dict[str, Any]:
    """What goes wrong: the relay's error, a page of a proxy, a HEAD without a body."""
    return {
        "error": call("jobs.get_job", "2", client=client).error.code,
        "page": call("hosts.list_hosts", client=client),
        "head": detailed("blobs.head_blob", "0" * 64, client=client).status_code,
    }


def uploads(client: Any) -> dict[str, Any]:
    """What is sent: bytes, and values for a form."""
    file = of("types").File(payload=BytesIO(b"pixels"))
    models = of("models")
    inputs = models.WorkflowJobCreateInputs()
    inputs["image"] = models.InputFile(sha256="0" * 64)
    body = models.WorkflowJobCreate(
        params={"seed": 7}, inputs=inputs, priority=models.Priority.SHOT, tags=["sh010"]
    )
    job = call(
        "workflows.submit_workflow", "upscale", client=client, body=body, idempotency_key="i"
    )
    return {
        "size": call("blobs.put_blob", "0" * 64, client=client, body=file).size_bytes,
        "submitted": job.id,
    }


def strict_error(client: Any) -> list[Any]:
    """The status and the text of an answer that is not the relay's."""
    with client:
        try:
            call("hosts.list_hosts", client=client)
        except of("errors").UnexpectedStatus as error:
            return [error.status_code, error.content.decode()]
    return []


def of(name: str) -> Any:
    """A module of the client."""
    return importlib.import_module(f"{PACKAGE}.{name}")


def call(name: str, *args: str, **options: Any) -> Any:
    """The answer to one operation."""
    return of(f"api.{name}").sync(*args, **options)


def detailed(name: str, *args: str, **options: Any) -> Any:
    """The whole response to one operation."""
    return of(f"api.{name}").sync_detailed(*args, **options)


if __name__ == "__main__":
    main()
