"""`comfy-api-proxy`, the official one-host proxy, to be measured beside the relay.

It is no part of this project and none of its requirements: the bench installs it with pip into an
environment of its own, once, and where that fails it says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.running import free_port

VERSION = "0.1.6"
INSTALL_S = 300
START_S = 20


@dataclass(frozen=True)
class OfficialProxy:
    """Where it answers; without a URL, why it was not run."""

    url: str
    why_not: str = ""

    @property
    def note(self) -> str:
        """A sentence for the table."""
        if self.url:
            return f"`comfy-api-proxy` {VERSION} with its defaults."
        return f"`comfy-api-proxy` was not run: {self.why_not}."


@contextmanager
def official_proxy(host_url: str) -> Iterator[OfficialProxy]:
    """The proxy before this host, for as long as the block lasts."""
    try:
        command = _installed()
    except (OSError, subprocess.SubprocessError) as error:
        yield OfficialProxy("", _reason(error))
        return
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [command, "run", "--comfyui", host_url, "--port", str(port)], stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            answers = _answers(f"{url}/api/v2/health", process)
            yield OfficialProxy(url) if answers else OfficialProxy("", "it did not start")
        finally:
            process.terminate()
            process.wait()


def _installed() -> Path:
    """Its command, installed if it is not yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = cache / "comfy-relay-bench" / f"comfy-api-proxy-{VERSION}"
    command = folder / "bin" / "comfy-api-proxy"
    if not command.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(folder / "bin/python"), "-m", "pip", "install", f"comfy-api-proxy=={VERSION}")
    return command


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_S)


def _reason(error: Exception) -> str:
    """The last line that the failed command wrote."""
    lines = str(getattr(error, "stderr", "") or error).strip().splitlines()
    return lines[-1].removeprefix("ERROR: ").rstrip(".")


def _answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False
