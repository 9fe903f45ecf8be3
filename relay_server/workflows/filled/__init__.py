"""A form filled in: values checked, files and patches put into the graph of one job. Pure."""

from __future__ import annotations
