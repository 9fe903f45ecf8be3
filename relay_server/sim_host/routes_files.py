"""The routes around files: look at them, upload them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import mimetypes
import os
import shutil
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from aiohttp import web
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from .folders import Folders, inside
from .host import HOST

_FORCED_DOWNLOADS = frozenset(
    {"text/html", "text/html-sandboxed", "application/xhtml+xml", "text/javascript", "text/css"}
)
_QUALITY = 90

Form = Any
"""The fields of an upload, as aiohttp reads them."""

Save = Callable[[IO[bytes], Form, Path], None]
"""Writes an uploaded file to a path."""


async def view(request: web.Request) -> web.StreamResponse:
    """A file from input, output or temp; as it is, one part of its channels, or re-encoded."""
    if "filename" not in request.query:
        return web.Response(status=404)
    query = {"type": "output"} | dict(request.query)
    place = _place(request.app[HOST].folders, query["filename"], query)
    if isinstance(place, int):
        return web.Response(status=place)
    folder, name = place
    path = folder / os.path.basename(name)
    if not path.is_file():
        return web.Response(status=404)
    headers = {"Content-Disposition": f'filename="{path.name}"'}
    channel = query.get("channel", "rgba")
    if "preview" in query:
        body, kind = await asyncio.to_thread(_preview, path, query["preview"], query)
    elif channel in ("rgb", "a"):
        body, kind = await asyncio.to_thread(_channel, path, channel), "png"
    else:
        return web.FileResponse(path, headers=headers | {"Content-Type": _content_type(path)})
    return web.Response(body=body, content_type=f"image/{kind}", headers=headers)


async def upload_image(request: web.Request) -> web.Response:
    """Keep a file under its name, or under a free one like it."""
    return await _upload(request, _copy)


async def upload_mask(request: web.Request) -> web.Response:
    """Keep the picture that `original_ref` names, with the alpha of the uploaded one."""
    folders = request.app[HOST].folders

    def save(file: IO[bytes], form: Form, path: Path) -> None:
        _save_masked(folders, file, json.loads(form.get("original_ref")), path)

    return await _upload(request, save)


async def _upload(request: web.Request, save: Save) -> web.Response:
    host = request.app[HOST]
    form: Form = await request.post()
    image, kind, subfolder = form.get("image"), form.get("type", "input"), form.get("subfolder", "")
    folder = host.folders.of(kind)
    if folder is None:
        raise ValueError(f"no folder {kind!r}")
    if image is None:
        return web.Response(status=400)
    if not isinstance(image, web.FileField):
        raise TypeError("the image is no file")
    if not image.filename or not inside(folder, folder / subfolder / image.filename):
        return web.Response(status=400)
    async with host.uploads:
        name = await asyncio.to_thread(_stored, image, folder / subfolder, form, save)
    return web.json_response({"name": name, "subfolder": subfolder, "type": kind})


def _stored(image: web.FileField, folder: Path, form: Form, save: Save) -> str:
    """Save under a free name; the same bytes again keep the name that they have."""
    folder = Path(os.path.abspath(folder))
    folder.mkdir(parents=True, exist_ok=True)
    wanted = path = folder / image.filename
    count = 0
    while form.get("overwrite") not in ("true", "1") and path.exists():
        if _digest(path.read_bytes()) == _digest(image.file.read()):
            return path.name
        image.file.seek(0)
        count += 1
        path = wanted.with_name(f"{wanted.stem} ({count}){wanted.suffix}")
    save(image.file, form, path)
    return path.name


def _copy(file: IO[bytes], form: Form, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file, target)


def _save_masked(folders: Folders, file: IO[bytes], reference: dict[str, str], path: Path) -> None:
    """Nothing is saved if there is no such original; the client is not told, as in ComfyUI."""
    place = _place(folders, reference["filename"], {"type": "output"} | reference)
    if isinstance(place, int) or not (place[0] / place[1]).is_file():
        return
    with Image.open(place[0] / place[1]) as original:
        info = PngInfo()
        for key, value in getattr(original, "text", {}).items():
            info.add_text(key, value)
        picture = original.convert("RGBA")
    picture.putalpha(Image.open(file).convert("RGBA").getchannel("A"))
    picture.save(path, compress_level=4, pnginfo=info)


def _place(folders: Folders, name: str, query: dict[str, str]) -> tuple[Path, str] | int:
    """(folder, name), or the status that refuses it."""
    name, folder = folders.annotated(name)
    if not name or name[0] == "/" or ".." in name:
        return 400
    folder = folder or folders.of(query["type"])
    if folder is None:
        return 400
    subfolder = query.get("subfolder", "")
    if not inside(folder, folder / subfolder):
        return 403
    return folder / subfolder, name


def _preview(path: Path, wish: str, query: dict[str, str]) -> tuple[bytes, str]:
    channel = query.get("channel", "")
    parts = wish.split(";")
    kind = parts[0] if parts[0] in ("webp", "jpeg") and "a" not in channel else "webp"
    quality = int(parts[-1]) if parts[-1].isdigit() else _QUALITY
    buffer = BytesIO()
    with Image.open(path) as image:
        opaque = kind == "jpeg" or channel == "rgb"
        (image.convert("RGB") if opaque else image).save(buffer, format=kind, quality=quality)
    return buffer.getvalue(), kind


def _channel(path: Path, channel: str) -> bytes:
    with Image.open(path) as image:
        if channel == "rgb":
            part = image.convert("RGB")
        else:
            has_alpha = image.mode == "RGBA"
            alpha = image.getchannel("A") if has_alpha else Image.new("L", image.size, 255)
            part = Image.new("RGBA", image.size)
            part.putalpha(alpha)
    buffer = BytesIO()
    part.save(buffer, format="PNG")
    return buffer.getvalue()


def _content_type(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return "application/octet-stream" if kind in _FORCED_DOWNLOADS else kind


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


ROUTES = (
    web.get("/view", view),
    web.post("/upload/image", upload_image),
    web.post("/upload/mask", upload_mask),
)
