"""Measurements, run by hand with `make bench`."""

from __future__ import annotations
