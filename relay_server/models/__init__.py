"""What goes over the wire and what lies in Redis, as pydantic models."""

from __future__ import annotations
