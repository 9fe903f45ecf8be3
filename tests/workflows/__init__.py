"""Tests of relay_server.worker."""

from __future__ import annotations
