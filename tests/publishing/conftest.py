"""A name for each test, so that they do not meet in the catalog of a shared relay."""

from __future__ import annotations

import re

import pytest


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A workflow's name that no other test uses."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[-60:].strip("-")
