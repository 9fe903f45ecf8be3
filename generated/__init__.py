"""Code made from the API document by `schemas/generate_client.py`. Nothing here is edited by hand."""

from __future__ import annotations
