"""What a simulated host can be told when it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

GIB = 1024**3

MODELS: dict[str, tuple[str, ...]] = {
    "vae": ("sim-vae.safetensors",),
    "controlnet": ("sim-canny.safetensors", "sim-depth.safetensors"),
    "upscale_models": ("sim-2x.pth", "sim-4x.pth"),
    "diffusion_models": ("sim-unet.safetensors",),
    "text_encoders": ("sim-text.safetensors",),
    "clip_vision": ("sim-vision.safetensors",),
}
"""What a host has besides checkpoints and LoRAs, unless it is told otherwise."""


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
    ends_log: Path | None = None
    """Gets one JSON line whenever a prompt is over, with how it ended; None keeps no log."""
    faults: tuple[str, ...] = ()
    """What is to go wrong, as `KIND:key=value,...`; see `fault.KINDS`."""
    control: bool = False
    """Whether the routes under /sim/ are there, which a real ComfyUI has not."""
    step_s: float = 0.05
    """How long one sampler step takes."""
    node_s: float = 0.0
    """How much longer every executed node takes."""
    checkpoints: tuple[str, ...] = (
        "sim-landscape.safetensors",
        "sim-dream.safetensors",
        "sim-video.safetensors",
    )
    loras: tuple[str, ...] = ("sim-film.safetensors", "sim-ink.safetensors")
    models: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MODELS)
    """Names by kind, of every other kind. A kind that ComfyUI does not know becomes one more."""
    separator: str = "/"
    """Between folder and file in the names of models: a backslash makes it a Windows host."""
    without: tuple[str, ...] = ()
    """Node classes that this host lacks."""
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

    def names(self, kind: str) -> list[str]:
        """The models of a kind, as this host spells and sorts them."""
        named = {"checkpoints": self.checkpoints, "loras": self.loras, **self.models}
        return sorted(name.replace("/", self.separator) for name in named.get(kind, ()))
