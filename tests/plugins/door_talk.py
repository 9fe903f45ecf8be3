"""Run by each Python of a DCC: import the core, then use its door in a thread. Prints JSON."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
import threading
from pathlib import Path


def imported() -> dict[str, object]:
    """Import everything of the core; what that loaded and started."""
    import comfyrelay

    names = [each.name for each in pkgutil.iter_modules(comfyrelay.__path__)]
    for name in names:
        if name not in {"__main__", "_vendor"}:
            importlib.import_module(f"comfyrelay.{name}")
    heavy = {"httpx", "httpcore", "attr", "attrs", "certifi", "generated", "asyncio"}
    return {"loaded": sorted(heavy & set(sys.modules)), "threads": threading.active_count()}


def talked(url: str, folder: Path) -> dict[str, object]:
    """What a node does, in one go."""
    from comfyrelay.errors import RelayRefused
    from comfyrelay.relay import Relay, Submission
    from comfyrelay.settings import read_settings

    relay, stop = Relay(read_settings({"COMFY_RELAY_URL": url}, folder)), threading.Event()
    plate = folder / "plate.png"
    plate.write_bytes(b"pixels" * 1000)
    said: dict[str, object] = {"user": relay.me().user}
    job = relay.submit(Submission("upscale", {"seed": 2**64 - 1}, {"image": plate}), "key", stop)
    said["job"] = job.id
    try:
        relay.cancel("gone")
    except RelayRefused as error:
        said["refused"] = [error.code, bool(error.hint)]
    relay.close()
    said["asyncio"] = "asyncio" in sys.modules
    return said


def main() -> None:
    """Print what happened."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    said, found = imported(), {}
    worker = threading.Thread(target=lambda: found.update(talked(url, folder)))
    worker.start()
    worker.join()
    print(json.dumps({**said, **found}))  # noqa: T201


main()
