"""Somebody at Blender: `python -m tests.blender.session` does what each line of its input asks.

A line is JSON, `[verb, argument, ...]`, and so is the answer to it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

import bpy

from comfyrelay import scenes, state
from comfyrelay.desk import Desk

from .building import added, build_stage
from .node import MARK, BlenderNode
from .scene import BlenderScene

PATIENCE_S = 180.0
NODE = "ComfyRelay"


class Session:
    """Each public method is a verb."""

    def __init__(self) -> None:
        self._scene = BlenderScene(interactive=True)
        self._desk = Desk(self._scene)
        heard = bpy.app.handlers
        heard.load_pre.append(heard.persistent(lambda *_: scenes.closing(self._desk)))
        heard.load_post.append(heard.persistent(lambda *_: scenes.opened(self._desk)))
        heard.save_post.append(heard.persistent(lambda *_: scenes.saved(self._desk)))

    @property
    def _node(self) -> BlenderNode:
        return BlenderNode(NODE)

    def build(self, workflow: str) -> None:
        """A new file: the stage, and a node with that workflow."""
        bpy.ops.wm.read_factory_settings(use_empty=True)
        build_stage()
        added(NODE, None)[MARK] = True
        self._desk.choose_blocking(self._node, workflow)

    def open(self, file: str) -> None:
        bpy.ops.wm.open_mainfile(filepath=file)

    def save(self, file: str) -> None:
        bpy.ops.wm.save_as_mainfile(filepath=file)

    def put(self, name: str, value: Any) -> None:
        """As an artist does in the panel of custom properties."""
        bpy.data.objects[NODE][name] = value

    def push(self) -> None:
        """Whatever an artist did that can be undone."""
        bpy.ops.ed.undo_push()

    def undo(self) -> None:
        bpy.ops.ed.undo()

    def delete(self) -> None:
        bpy.data.objects.remove(bpy.data.objects[NODE])

    def arrived(self) -> None:
        """The node came (back): nobody tells us in a Blender without a window."""
        scenes.arrived(self._desk, self._node)

    def generate(self) -> str:
        """The job, as soon as the node knows that it was sent."""
        self._desk.generate(self._node)
        self._until(lambda: bool(state.read(self._node).jobs))
        (job,) = state.read(self._node).job_ids.values()
        return job

    def until_over(self, uid: str) -> None:
        """Until nothing goes on for the node with this uid."""
        self._until(lambda: self._desk.threads.running(uid) is None)

    def kept(self) -> dict[str, str]:
        return vars(state.read(self._node))

    def status(self) -> str:
        return str(bpy.data.objects[NODE].get("status", ""))

    def images(self) -> dict[str, Any]:
        """The results in the file, by name; bottom row first."""
        return {
            each.name: {
                "version": each["version"],
                "file": each.filepath,
                "size": each.size[:],
                "pixels": each.pixels[:],
            }
            for each in bpy.data.images
            if "version" in each
        }

    def quit(self) -> None:
        """Without a save. What was sent goes on."""
        self._desk.close(PATIENCE_S)

    def _until(self, check: Callable[[], bool]) -> None:
        self._scene.until(check, PATIENCE_S)


def main() -> None:
    """Blender says many things on the standard output; those go where errors go."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    session = Session()
    with answers:
        for line in sys.stdin:
            verb, *words = json.loads(line)
            answers.write(json.dumps(getattr(session, verb)(*words)) + "\n")
            answers.flush()
    session.quit()


if __name__ == "__main__":
    main()
