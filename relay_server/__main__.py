"""`python -m relay_server` is `comfy-relay`."""

from __future__ import annotations

from relay_server.cli import main

main()
