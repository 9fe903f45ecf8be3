"""Tests of the generated client."""

from __future__ import annotations
