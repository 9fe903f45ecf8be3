"""A relay with keys and one host, and the people who use it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.contract.talk import client, key
from tests.queue.asking import in_phase
from tests.rig import Rig


@pytest.fixture(scope="package")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay with keys and one host."""
    folder = tmp_path_factory.mktemp("studio")
    with Rig(folder, sim=("--step-s", "0.02"), move_after_s=1.0) as running:
        yield running


@pytest.fixture(scope="package")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A relay without hosts and without keys, where every job waits."""
    with Rig(tmp_path_factory.mktemp("idle"), hosts=0) as running:
        yield running


def _person(studio: Rig, name: str, scopes: str) -> Iterator[httpx.Client]:
    with client(studio, key(studio, name, scopes)) as person:
        yield person


@pytest.fixture(scope="package")
def _ann(studio: Rig) -> Iterator[httpx.Client]:
    yield from _person(studio, "ann", "submit,raw")


@pytest.fixture(scope="package")
def _bob(studio: Rig) -> Iterator[httpx.Client]:
    yield from _person(studio, "bob", "submit,raw")


@pytest.fixture(scope="package")
def _root(studio: Rig) -> Iterator[httpx.Client]:
    yield from _person(studio, "root", "submit,raw,admin")


@pytest.fixture
def ann(_ann: httpx.Client) -> Iterator[httpx.Client]:
    """Ann, who may submit. Her jobs end with the test."""
    yield from _ended(_ann)


@pytest.fixture
def bob(_bob: httpx.Client) -> Iterator[httpx.Client]:
    """Bob, as Ann."""
    yield from _ended(_bob)


@pytest.fixture
def root(_root: httpx.Client) -> Iterator[httpx.Client]:
    """Who runs the relay."""
    yield from _ended(_root)
    _root.patch("/relay/v1/hosts/sim0", json={"state": "up"})


def _ended(person: httpx.Client) -> Iterator[httpx.Client]:
    yield person
    answer = person.post("/relay/v1/jobs/cancel", json={"all": True})
    assert answer.status_code == 200, answer.text
    for job in answer.json()["jobs"]:
        in_phase(person, job, "over")  # and its slot is free for the next test
