"""Blender renders: one pass of a scene as a float EXR."""

from __future__ import annotations

from pathlib import Path

import bpy

from comfyrelay.errors import ExportFailed


def render_pass(name: str, frame: int, path: Path) -> None:
    """Write a pass (`Image`, `Depth`) at a frame. A copy of the scene is rendered, so that its
    artist's settings and frame stay. Raises ExportFailed."""
    scene = bpy.context.scene.copy()
    group = bpy.data.node_groups.new("Comfy Relay export", "CompositorNodeTree")
    try:
        scene.frame_set(frame)
        _set_file(scene.render, path)
        for layer in scene.view_layers:
            layer.use_pass_z = True
        scene.compositing_node_group = group
        _wire(group, scene, name)
        bpy.ops.render.render(write_still=True, scene=scene.name)
    except RuntimeError as error:  # of whatever Blender's operators refuse
        raise ExportFailed(f"Blender could not render {name}: {error}") from error
    finally:
        bpy.data.scenes.remove(scene)
        bpy.data.node_groups.remove(group)


def _set_file(render: bpy.types.RenderSettings, path: Path) -> None:
    render.filepath = str(path)
    render.use_file_extension = False
    file = render.image_settings
    file.file_format, file.color_depth = "OPEN_EXR", "32"
    file.color_mode, file.exr_codec = "RGBA", "ZIP"


def _wire(group: bpy.types.NodeTree, scene: bpy.types.Scene, name: str) -> None:
    """The pass is what comes out: its number in each colour, if it has one."""
    layers = group.nodes.new("CompositorNodeRLayers")
    layers.scene = scene
    group.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    passes = {each.name: each for each in layers.outputs if each.enabled}
    if name not in passes:
        raise ExportFailed(f"The scene has no pass {name!r}, only {', '.join(passes)}.")
    group.links.new(passes[name], group.nodes.new("NodeGroupOutput").inputs[0])
