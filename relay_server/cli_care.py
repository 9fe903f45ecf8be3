"""`comfy-relay cleanup` and `comfy-relay doctor`.

Like every command these import what they need when they run.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from relay_server.cli_run import read_settings, run, with_redis

if TYPE_CHECKING:
    from relay_server.retention.tally import Tally

UNITS = ("B", "KB", "MB", "GB", "TB")
STEP = 1024


@click.command("cleanup")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def cleanup_command(dry_run: bool) -> None:
    """Remove everything that was kept long enough, now and not in small steps.

    A relay does this by itself; only files that no relay knows of are found here alone. It may run
    meanwhile.
    """
    settings = read_settings()

    async def clean(redis: Any) -> Tally:
        from relay_server.blobs.local import LocalBlobs
        from relay_server.retention.cleaner import Cleaner
        from relay_server.retention.survey import Survey

        blobs = LocalBlobs(settings.blob_dir, fsync=settings.fsync == "always")
        if dry_run:
            return await Survey(redis, blobs, settings).due()
        blobs.make()
        return await Cleaner(redis, blobs, settings).everything()

    for line in table(with_redis(settings, clean), dry_run=dry_run):
        click.echo(line)
    click.echo(f"Files are removed {settings.keep_loose_s:g} s after nothing needs them any more.")


def table(done: Tally, *, dry_run: bool) -> list[str]:
    """Counts and bytes by kind."""
    from relay_server.retention.tally import KINDS

    verb = "would be removed" if dry_run else "removed"
    width = max(map(len, (verb, *KINDS.values())))
    lines = [f"{verb:{width}}  {'count':>8}  {'size':>10}"]
    for kind, words in KINDS.items():
        size = _shown(done.sizes[kind]) if done.sizes[kind] else ""
        lines.append(f"{words:{width}}  {done.counts[kind]:>8}  {size:>10}".rstrip())
    return lines


def _shown(size: float) -> str:
    """Bytes for people."""
    for unit in UNITS[:-1]:
        if size < STEP:
            return f"{size:.4g} {unit}"
        size /= STEP
    return f"{size:.4g} {UNITS[-1]}"


@click.command("doctor")
@click.option(
    "--relay", envvar="COMFY_RELAY_URL", help="The relay's URL; by default made of the settings."
)
def doctor_command(relay: str | None) -> None:
    """Look at everything, and say what is wrong and what to do. Changes nothing."""
    from relay_server.doctor.examination import examined

    findings = run(examined(read_settings(), relay, os.environ))
    for finding in sorted(findings, key=lambda each: each.verdict != "wrong"):
        click.echo(f"{finding.verdict:5}  {finding.subject}: {finding.sentence}")
    if any(finding.verdict == "wrong" for finding in findings):
        raise SystemExit(1)
