"""Processes killed with -9, and what becomes of the job."""

from __future__ import annotations
