"""Runs jobs on one host: two slots, each a process of its own, and their supervisor."""

from __future__ import annotations
