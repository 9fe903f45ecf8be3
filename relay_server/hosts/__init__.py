"""ComfyUI hosts: the client that workers use, and what is known of each host."""

from __future__ import annotations
