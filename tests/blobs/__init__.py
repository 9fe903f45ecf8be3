"""Tests of the blobs."""

from __future__ import annotations
