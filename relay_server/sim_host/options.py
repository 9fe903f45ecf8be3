"""What a simulated host can be told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GIB = 1024**3


@dataclass(frozen=True)
class SimOptions:
    """One simulated host. Times in seconds, memory in bytes."""

    host: str = "127.0.0.1"
    port: int = 8188
    """0 asks the system for a free one."""
    name: str = "sim"
    """Shown as the device's name."""
    root: Path | None = None
    """Holds input, output and temp; None makes a temporary folder that goes when the host stops."""
    runs_log: Path | None = None
    """Gets one JSON line whenever a prompt starts to execute; None keeps no log."""
    step_s: float = 0.05
    """How long one sampler step takes."""
    node_s: float = 0.0
    """How much longer every executed node takes."""
    checkpoints: tuple[str, ...] = ("sim-landscape.safetensors", "sim-dream.safetensors")
    loras: tuple[str, ...] = ("sim-film.safetensors", "sim-ink.safetensors")
    previews: bool = True
    """Whether the sampler sends pictures while it works."""
    preview_size: int = 512
    """Longest side of a preview, in pixels."""
    vram_total: int = 24 * GIB
    vram_free: int = 22 * GIB
    ram_total: int = 64 * GIB
    ram_free: int = 48 * GIB
    max_upload_mb: float = 100
    """Largest request body, in MiB."""

    @property
    def max_upload(self) -> int:
        """Largest request body, in bytes."""
        return round(self.max_upload_mb * 1024**2)
