"""The record of every job in Redis, its transitions, and the dispatch to hosts."""

from __future__ import annotations
