"""The `comfy-relay` command.

Each command imports what it needs when it runs: importing is most of what starting costs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path
from typing import Any

import click

from relay_server import __version__
from relay_server.cli_care import cleanup_command, doctor_command
from relay_server.cli_hosts import hosts_group, quarantine_group
from relay_server.cli_jobs import jobs_group
from relay_server.cli_run import read_settings, run as _run, stranger, with_redis
from relay_server.cli_submit import submit_command
from relay_server.cli_workflows import workflows_group
from relay_server.logs import configure_logging
from relay_server.models.hosts import Scope

SCOPES = ",".join(Scope)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """One queue, typed forms and honest jobs in front of ComfyUI hosts."""


for group in (hosts_group, jobs_group, quarantine_group, workflows_group):
    cli.add_command(group)
cli.add_command(cleanup_command)
cli.add_command(doctor_command)
cli.add_command(submit_command)


@cli.command("serve")
@click.option("--listen", help="Address to listen on [COMFY_RELAY_LISTEN].")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port; 0 asks the system [COMFY_RELAY_PORT]."
)
def serve_command(listen: str | None, port: int | None) -> None:
    """Run the relay."""
    from relay_server.serve import serve

    changes: dict[str, Any] = {"listen": listen, "port": port}
    settings = read_settings(
        **{name: value for name, value in changes.items() if value is not None}
    )
    configure_logging()
    _run(serve(settings, lambda url: click.echo(f"relay on {url}")))


@cli.command("worker")
@click.option("--host", "url", required=True, help="Address of a ComfyUI: http://gpu1:8188")
@click.option("--name", help="The host's name; by default made of its address.")
@click.option(
    "--host-input",
    type=click.Path(path_type=Path),
    help="The host's input folder as this machine sees it; old files of ours there are removed.",
)
@click.option(
    "--host-output", type=click.Path(path_type=Path), help="The same for its output folder."
)
def worker_command(
    url: str, name: str | None, host_input: Path | None, host_output: Path | None
) -> None:
    """Serve one ComfyUI host, with two slots."""
    from relay_server.worker.host_files import HostFolders
    from relay_server.worker.supervise import supervise

    configure_logging()
    folders = HostFolders(host_input, host_output)
    _run(
        supervise(
            url, name, read_settings(), lambda name: click.echo(f"worker for {name}"), folders
        )
    )


@cli.command("sim-host", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def sim_host_command(options: tuple[str, ...]) -> None:
    """Run a simulated ComfyUI host; --help lists its options."""
    os.execv(sys.executable, [sys.executable, "-m", "relay_server.sim_host", *options])


@cli.command("up")
@click.option("--host", "hosts", multiple=True, help="A real ComfyUI; may be repeated.")
def up_command(hosts: tuple[str, ...]) -> None:
    """Run everything on this machine; without --host with a simulated ComfyUI."""
    configure_logging(logging.WARNING)
    _run(_up(hosts))


async def _up(hosts: tuple[str, ...]) -> None:
    from relay_server.stack import stack
    from relay_server.stopping import stop_asked

    settings = read_settings()
    async with stack(settings, hosts) as running:
        shown = ", ".join(hosts) or "a simulated ComfyUI (name real ones with --host URL)"
        click.echo(f"relay:  {running.url}\ndocs:   {running.url}/docs\nhosts:  {shown}")
        click.echo(f"logs:   {settings.data_dir / 'logs'}\nStop with Ctrl-C.")
        asked = asyncio.ensure_future(stop_asked())
        await asyncio.wait(
            {asked, lost := asyncio.ensure_future(running.lost())},
            return_when=asyncio.FIRST_COMPLETED,
        )
        if not asked.done():
            raise await lost


@cli.command("demo")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("demo-results"), show_default=True,
    help="Folder for the results.",
)  # fmt: skip
def demo_command(out: Path) -> None:
    """Send a picture the whole way, and a prompt; then stop everything."""
    from relay_server.demo import demo

    configure_logging(logging.WARNING)
    _run(demo(out, click.echo))


@cli.group("keys")
def keys_group() -> None:
    """API keys."""


@keys_group.command("create")
@click.option("--name", required=True, help="Whose key it is; jobs and assets go by it.")
@click.option("--scopes", default="submit", show_default=True, help=f"Of {SCOPES}.")
def keys_create(name: str, scopes: str) -> None:
    """Make a key. It is shown once."""
    from relay_server.keyring import Keyring
    from relay_server.redis_schema import is_used

    _check_name(name)
    wanted = frozenset(_scope(scope) for scope in scopes.split(",") if scope)
    settings = read_settings()

    async def create(redis: Any) -> tuple[bool, bool, str]:
        used = await is_used(redis, settings.namespace)
        keyring = Keyring(redis, settings.namespace)
        again = any(key.name == name for key in await keyring.keys())
        return used, again, await keyring.create(name, wanted)

    used, again, token = with_redis(settings, create, first=True)
    click.echo(token)
    click.echo("Keep it: it is not shown again.", err=True)
    if again:
        click.echo(f"{name} has another key too; `comfy-relay keys list` shows both.", err=True)
    if used:
        click.echo("A running relay asks for keys from now on.", err=True)
    else:
        click.echo(f"It is for a new relay. {stranger(settings)}", err=True)


@keys_group.command("list")
def keys_list() -> None:
    """The keys, without their secrets."""
    for key in _with_keyring(lambda keyring: keyring.keys()):
        click.echo(f"{key.id}  {key.name}  {','.join(sorted(key.scopes))}")


@keys_group.command("revoke")
@click.argument("key_id")
def keys_revoke(key_id: str) -> None:
    """Forget a key, at once."""
    if not _with_keyring(lambda keyring: keyring.revoke(key_id)):
        raise click.ClickException(
            f"There is no key {key_id!r}. `comfy-relay keys list` shows all."
        )


def _scope(text: str) -> Scope:
    try:
        return Scope(text.strip())
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no scope; there are {SCOPES}.") from error


def _check_name(name: str) -> None:
    from relay_server.web.access import USER

    if not USER.fullmatch(name):
        raise click.BadParameter("use letters, digits, dot, dash, underscore and @, at most 64.")


def _with_keyring(call: Any) -> Any:
    """Run a call on the keys; our own Redis is started for it if it does not run."""
    from relay_server.keyring import Keyring

    settings = read_settings()
    return with_redis(settings, lambda redis: call(Keyring(redis, settings.namespace)))


def main() -> None:
    """The entry point."""
    cli()
