"""`python -m relay_server.sim_host`: one simulated host in the foreground."""

from __future__ import annotations

import argparse
import asyncio
import math
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .app import serve
from .fault import KINDS, UnknownFault, parse_fault
from .options import SimOptions

LAST_PORT = 65535


def main() -> None:
    """Serve until interrupted or terminated."""
    options = read_options()

    def started(port: int) -> None:
        print(f"sim-host on http://{options.host}:{port}", flush=True)  # noqa: T201  what it is for

    try:
        asyncio.run(_until_told(options, started))
    except OSError as error:
        raise SystemExit(f"sim-host: {error}") from error


def read_options(arguments: list[str] | None = None) -> SimOptions:
    """The command line as options. None reads the real one."""
    default = SimOptions()
    parser = argparse.ArgumentParser(prog="sim-host", description="A simulated ComfyUI host.")
    add = parser.add_argument
    add("--host", default=default.host, help="address to listen on")
    add("--port", type=_port, default=default.port, help="0 asks the system for a free one")
    add("--name", default=default.name, help="shown as the device's name")
    add("--root", type=Path, help="folder for input, output and temp (default: a temporary one)")
    add("--runs-log", type=Path, help="gets one JSON line per prompt that starts to execute")
    add("--ends-log", type=Path, help="gets one JSON line per prompt that is over, and how")
    add(
        "--fault",
        dest="faults",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND:KEY=VALUE,...",
        help=f"what goes wrong; may be repeated. Kinds: {', '.join(KINDS)}",
    )
    add("--control", action="store_true", help="routes under /sim/, for tests; see the docs")
    add("--step-s", type=_seconds, default=default.step_s, help="seconds per sampler step")
    add("--node-s", type=_seconds, default=default.node_s, help="extra seconds per executed node")
    add("--checkpoints", nargs="*", default=default.checkpoints, help="names to offer")
    add("--loras", nargs="*", default=default.loras, help="names to offer")
    add(
        "--models",
        type=_models,
        action="append",
        default=[],
        metavar="KIND=NAME,NAME",
        help="names to offer of another kind, such as vae; may be repeated",
    )
    add("--separator", default=default.separator, help="of folders in names; '\\' is Windows")
    add("--without", nargs="*", default=(), metavar="CLASS", help="node classes that it lacks")
    add("--no-previews", dest="previews", action="store_false", help="send no preview pictures")
    add("--preview-size", type=int, default=default.preview_size, help="longest side in pixels")
    add("--vram-total", type=int, default=default.vram_total, help="bytes")
    add("--vram-free", type=int, default=default.vram_free, help="bytes")
    add("--ram-total", type=int, default=default.ram_total, help="bytes")
    add("--ram-free", type=int, default=default.ram_free, help="bytes")
    add("--max-upload-mb", type=float, default=default.max_upload_mb, help="largest body in MiB")
    values = vars(parser.parse_args(arguments))
    for name in ("checkpoints", "loras", "without", "faults"):
        values[name] = tuple(values[name])
    values["models"] = {**default.models, **dict(values["models"])}
    return SimOptions(**values)


def _fault(text: str) -> str:
    """Checked here, so that the command line says what is wrong with it."""
    try:
        parse_fault(text)
    except UnknownFault as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, from 0 to {LAST_PORT}")
    return int(text)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if 0 <= float(text) < math.inf:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds, at least 0")


def _models(text: str) -> tuple[str, tuple[str, ...]]:
    """`KIND=NAME,NAME`; no name at all takes the kind's models away."""
    kind, equals, names = text.partition("=")
    if not kind or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form KIND=NAME,NAME")
    return kind, tuple(name for name in names.split(",") if name)


async def _until_told(options: SimOptions, started: Callable[[int], None]) -> None:
    serving = asyncio.create_task(serve(options, started))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


if __name__ == "__main__":
    main()
