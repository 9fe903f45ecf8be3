"""The routes that describe the host: nodes, models, memory, features."""

from __future__ import annotations

import os
import sys
from typing import Any

from aiohttp import web

from .host import HOST
from .options import SimOptions

COMFYUI_VERSION = "0.3.64"
"""The version whose protocol is spoken."""

_MODEL_FOLDERS = (
    "checkpoints", "configs", "loras", "vae", "text_encoders", "diffusion_models",
    "clip_vision", "style_models", "embeddings", "diffusers", "vae_approx", "controlnet",
    "gligen", "upscale_models", "custom_nodes", "hypernetworks", "photomaker", "classifiers",
    "model_patches", "audio_encoders",
)  # fmt: skip
_WELCOME = "This is a simulated ComfyUI host. It has no user interface.\n"


async def welcome(request: web.Request) -> web.Response:
    """Where ComfyUI has its user interface."""
    return web.Response(text=_WELCOME)


async def object_info(request: web.Request) -> web.Response:
    """Every node class."""
    host = request.app[HOST]
    return web.json_response({n: c.info(host.offered) for n, c in host.classes.items()})


async def object_info_of(request: web.Request) -> web.Response:
    """One node class; empty if there is none."""
    host = request.app[HOST]
    name = request.match_info["node_class"]
    found = host.classes.get(name)
    return web.json_response({} if found is None else {name: found.info(host.offered)})


async def model_folders(request: web.Request) -> web.Response:
    """The kinds of models that ComfyUI knows, and those that this host adds."""
    return web.json_response(_folders(request.app[HOST].options))


async def models(request: web.Request) -> web.Response:
    """The models of one kind."""
    options = request.app[HOST].options
    folder = request.match_info["folder"]
    if folder not in _folders(options):
        return web.Response(status=404)
    return web.json_response(options.names(folder))


async def embeddings(request: web.Request) -> web.Response:
    """None."""
    return web.json_response([])


async def system_stats(request: web.Request) -> web.Response:
    """Memory and versions, and that this is a simulation."""
    options = request.app[HOST].options
    return web.json_response({"system": _system(options), "devices": [_device(options)]})


async def features(request: web.Request) -> web.Response:
    """What the server can do beyond the plain protocol."""
    return web.json_response(request.app[HOST].features)


async def users(request: web.Request) -> web.Response:
    """A host without users."""
    return web.json_response({"storage": "server", "migrated": True})


async def user_data(request: web.Request) -> web.Response:
    """There is none."""
    return web.Response(status=404, text="Directory not found")


async def nothing(request: web.Request) -> web.Response:
    """Any other path, as ComfyUI's static files answer it."""
    return web.Response(status=404, content_type="application/octet-stream")


def _folders(options: SimOptions) -> list[str]:
    return list(dict.fromkeys((*_MODEL_FOLDERS, *options.models)))


def _system(options: SimOptions) -> dict[str, Any]:
    return {
        "os": os.name,
        "ram_total": options.ram_total,
        "ram_free": options.ram_free,
        "comfyui_version": COMFYUI_VERSION,
        "required_frontend_version": "1.27.10",
        "installed_templates_version": "0.1.95",
        "required_templates_version": "0.1.95",
        "python_version": sys.version,
        "pytorch_version": "none (simulation)",
        "embedded_python": False,
        "argv": ["comfy-relay", "sim-host", "--name", options.name],
        "simulation": True,
    }


def _device(options: SimOptions) -> dict[str, Any]:
    return {
        "name": f"simulated GPU of {options.name}",
        "type": "cuda",
        "index": 0,
        "vram_total": options.vram_total,
        "vram_free": options.vram_free,
        "torch_vram_total": options.vram_total - options.vram_free,
        "torch_vram_free": 0,
    }


ROUTES = (
    web.get("/", welcome),
    web.get("/object_info", object_info),
    web.get("/object_info/{node_class}", object_info_of),
    web.get("/models", model_folders),
    web.get("/models/{folder}", models),
    web.get("/embeddings", embeddings),
    web.get("/system_stats", system_stats),
    web.get("/features", features),
    web.get("/users", users),
    web.get("/userdata", user_data),
)
FALLBACK = web.get("/{path:.*}", nothing)
