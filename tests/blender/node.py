"""One Comfy Relay node in Blender, as the core sees it: an Empty with custom properties."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import bpy

from comfyrelay.dcc import Export, Fingerprint, Picture, Placement, Status
from comfyrelay.developing import as_float
from comfyrelay.errors import ExportFailed
from comfyrelay.form import Form, Input, JsonValue, Param
from comfyrelay.keeping import KEEPS, STATE

from .rendering import render_pass

MARK = "comfy_relay"
COLOURS = {"raw": "Non-Color", "sRGB": "sRGB"}


class BlenderNode:
    """Implements the core's `Node`. Main thread only.

    It knows its object by name. A reference to one is dead after an undo, and after another file
    was opened Blender does not even refuse it.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def _object(self) -> bpy.types.Object:
        return bpy.data.objects[self._name]

    @property
    def path(self) -> str:
        """Names are unique in a file."""
        return self._name

    # what it keeps

    def state(self) -> Mapping[str, str]:
        """What stands in its custom properties, which are saved with the file."""
        held = self._object
        return {name[len(KEEPS) :]: held[name] for name in STATE if name in held}

    def keep(self, changes: Mapping[str, str], modifies: bool) -> None:
        """No step to undo of its own; an undo of what an artist did before takes it back too."""
        for name, text in changes.items():
            self._object[f"{KEEPS}{name}"] = text

    # what an artist set

    def value(self, param: Param, frame: int) -> JsonValue:
        """Not animated here."""
        found: JsonValue = self._object.get(f"param_{param.id}", param.default)
        return found

    def put(self, param: Param, value: JsonValue) -> None:
        self._object[f"param_{param.id}"] = value

    def reform(self, form: Form) -> None:
        """A property for each input, whose value is a pass of the scene, and for each param."""
        made: dict[str, JsonValue] = {f"input_{each.id}": "" for each in form.inputs}
        made.update({f"param_{each.id}": each.default for each in form.params})
        for name, value in made.items():
            self._object[name] = self._object.get(name, value)

    def option(self, name: str) -> str:
        return str(self._object.get(f"option_{name}", ""))

    # what goes in

    def wired(self, input: Input) -> bool:  # noqa: A002  the fixed word
        return bool(self._pass(input))

    def _pass(self, wanted: Input) -> str:
        return str(self._object.get(f"input_{wanted.id}", ""))

    def frame_range(self, input: Input) -> tuple[int, int]:  # noqa: A002
        scene = bpy.context.scene
        return scene.frame_start, scene.frame_end

    def fingerprint(self) -> Fingerprint:
        """Blender has none for a scene."""
        return ()

    def export(self, export: Export) -> Path:
        """By a render of the scene."""
        path = as_float(export.path)
        render_pass(self._pass(export.input), export.frame, path)
        if not path.is_file():
            raise ExportFailed(f"Blender wrote no file for {export.input.id}.")
        return path

    def stop_asked(self) -> bool:
        return False

    # what comes out

    def show(self, status: Status) -> None:
        self._object["status"] = status.text

    def log(self, text: str) -> None:
        sys.stderr.write(f"{self._name}: {text}\n")

    def place(self, placement: Placement) -> None:
        """Each output is an image of the file, by the name `NODE.OUTPUT`; single pictures only."""
        for picture in placement.pictures:
            self._place(picture, placement.version)

    def _place(self, picture: Picture, version: str) -> None:
        name = f"{self._name}.{picture.output}"
        image = bpy.data.images.get(name)
        if image is None:
            image = bpy.data.images.load(picture.path)
            image.name = name
            image.use_fake_user = True  # it is saved, used by something or not
        image.filepath = picture.path
        image.colorspace_settings.name = COLOURS[picture.reading.colour]
        image["version"] = version
        image.reload()
