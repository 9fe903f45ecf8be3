"""Workflows: their forms, their patches, and what may run at all. Pure."""

from __future__ import annotations
