"""A sample of the fault matrix: the cells that tell most. `make faults` runs all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .matrix import Cell, Lane, cells, reference
from .outage import redis_outage
from .phases import PHASES
from .table import Board
from .work import Reference

SAMPLE = (
    ("relay: kill -9", "waiting"),
    ("slot: kill -9", "assigned"),
    ("slot: frozen for two leases", "executing"),
    ("supervisor: kill -9, with its slots", "canceling"),
    ("Redis: kill -9, away for two leases", "on_host"),
    ("host: kill -9, for good", "executing"),
    ("host: no answer, shorter than its silence", "harvesting"),
    ("host: websocket frozen (deaf)", "executing"),
    ("host: no answer after accept", "assigned"),
    ("host: end told at the start", "on_host"),
)
SEED = 77


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reference]:
    """A host that nothing disturbs."""
    with reference(tmp_path_factory.mktemp("reference")) as found:
        yield found


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory, pictures: Reference) -> Iterator[Lane]:
    """Parts for these tests, made again after a failure."""
    found = Lane(tmp_path_factory.mktemp("lane"), pictures)
    yield found
    found.close()


@pytest.mark.parametrize(("row", "phase"), SAMPLE)
def test_nothing_is_lost_run_twice_or_lied_about(lane: Lane, row: str, phase: str) -> None:
    (cell,) = (each for each in cells(SEED) if (each.act.row, each.phase) == (row, phase))
    result = lane.run(cell)
    assert result.verdict is not None, result.why_not
    assert not result.verdict.bad, result.verdict.problems
    assert result.verdict.submitted


def test_jobs_survive_an_outage_of_redis(tmp_path: Path, pictures: Reference) -> None:
    outage = redis_outage(tmp_path, pictures, seconds=3, jobs=8)
    assert not outage.bad, outage


def test_what_was_not_run_says_so() -> None:
    every = cells()
    rows = Board(every, []).counts()
    assert all("not run" in row and "0" not in row for row in rows[1:])
    grid = Board(every, []).grid()
    assert grid[0][2:] == list(PHASES)
    assert {mark for row in grid[1:] for mark in row[2:]} == {"not run", "-"}


def test_every_cell_has_a_seed_and_a_name_of_its_own() -> None:
    every: list[Cell] = cells(3)
    assert len(every) > 200
    assert len({cell.seed for cell in every}) == len({cell.name for cell in every}) == len(every)
