"""Tests of relay_server.jobs."""

from __future__ import annotations
