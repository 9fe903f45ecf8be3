"""Fakes of the applications that the plugins run in, made from their published type stubs."""

from __future__ import annotations
