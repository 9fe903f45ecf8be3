"""Tests of relay_server.hosts."""

from __future__ import annotations
