"""Tests of the web."""

from __future__ import annotations
