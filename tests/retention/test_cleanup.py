"""`comfy-relay cleanup`: everything that is due at once, or only what would go."""

from __future__ import annotations

import asyncio
import os
import re

from click.testing import CliRunner, Result

from relay_server.cli import cli
from relay_server.retention.tally import KINDS
from relay_server.stack import environment_of
from tests.retention.house import LONG_AGO_S, House


async def command(house: House, *arguments: str) -> Result:
    """The command line, in a thread: it has a loop of its own."""
    return await asyncio.to_thread(
        CliRunner().invoke, cli, arguments, env=environment_of(house.settings)
    )


def counts(result: Result) -> dict[str, int]:
    """The table, by kind."""
    assert result.exit_code == 0, result.output
    found = {}
    for kind, words in KINDS.items():
        match = re.search(rf"^{re.escape(words)} +(\d+)", result.output, re.MULTILINE)
        assert match, result.output
        found[kind] = int(match[1])
    return found


async def littered(house: House) -> dict[str, int]:
    """One of everything that is due, beside what is not; how many of each kind."""
    kept, needed, shared = await house.upload(), await house.upload(), await house.upload()
    await house.ran(needed)
    old = await house.ran(shared, outputs=2)
    forgotten = await house.ran()
    await house.expire(forgotten.id)
    await house.age_records(forgotten.id)
    await house.age("ends", old.id)
    unused, ended = await house.upload(), await house.upload(expires_in=60)
    await house.age("assets_used", needed.id, unused.id, shared.id)
    await house.age("assets_end", ended.id)
    grant = house.put()
    await house.assets.grant("anna", grant)
    await house.age("grants_used", f"anna:{grant.sha256}")
    loose = await house.upload()
    await house.assets.delete("anna", loose.id)
    await house.age("loose", loose.sha256)
    house.put()
    left = house.settings.blob_dir / "spool" / "left"
    left.write_bytes(b"left")
    os.utime(left, (LONG_AGO_S, LONG_AGO_S))
    del kept
    return {
        "jobs": 1, "results": 2, "records": 1, "uploads": 3, "grants": 1, "blobs": 1,
        "strays": 1, "leftovers": 1,
    }  # fmt: skip


async def test_a_dry_run_says_what_would_go_and_changes_nothing(house: House) -> None:
    due = await littered(house)
    dump, files = await house.dump(), house.files()
    assert counts(await command(house, "cleanup", "--dry-run")) == due
    assert await house.dump() == dump
    assert house.files() == files


async def test_what_a_dry_run_said_is_what_goes(house: House) -> None:
    due = await littered(house)
    said = counts(await command(house, "cleanup", "--dry-run"))
    assert counts(await command(house, "cleanup")) == said == due
    assert set(counts(await command(house, "cleanup")).values()) == {0}


async def test_sizes_are_shown_for_people(house: House) -> None:
    house.put(b"x" * 1_500_000)
    assert "1.431 MB" in (await command(house, "cleanup", "--dry-run")).output
