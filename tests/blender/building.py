"""What stands before the camera in the tests."""

from __future__ import annotations

import bpy

from .stage import FAR, FAR_DEPTH, HEIGHT, NEAR, NEAR_DEPTH, WIDTH

Pair = tuple[float, float]


def build_stage() -> None:
    """A wall, a card before it, and a camera that sees each pixel as one thing only."""
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples = "CYCLES", 1
    scene.cycles.pixel_filter_type, scene.cycles.use_denoising = "BOX", False
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT
    _add_card("wall", (-WIDTH / 2, -HEIGHT / 2), (WIDTH, HEIGHT), -FAR_DEPTH, FAR)
    _add_card("card", (-WIDTH / 2, 0), (WIDTH / 2, HEIGHT / 2), -NEAR_DEPTH, NEAR)
    lens = bpy.data.cameras.new("camera")
    lens.type, lens.ortho_scale = "ORTHO", WIDTH  # a unit for each pixel
    scene.camera = added("camera", lens)


def added(name: str, data: bpy.types.ID | None) -> bpy.types.Object:
    """A new object in the scene; without data it is an Empty."""
    made = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(made)
    return made


def _add_card(
    name: str, corner: Pair, size: Pair, z: float, colour: tuple[float, float, float]
) -> None:
    """A rectangle that shines in one colour."""
    (x, y), (width, height) = corner, size
    mesh = bpy.data.meshes.new(name)
    corners = ((x, y, z), (x + width, y, z), (x + width, y + height, z), (x, y + height, z))
    mesh.from_pydata(corners, [], [(0, 1, 2, 3)])
    material = bpy.data.materials.new(name)
    nodes = material.node_tree.nodes
    nodes.clear()
    light = nodes.new("ShaderNodeEmission")
    light.inputs["Color"].default_value = (*colour, 1)
    surface = nodes.new("ShaderNodeOutputMaterial").inputs["Surface"]
    material.node_tree.links.new(light.outputs[0], surface)
    mesh.materials.append(material)
    added(name, mesh)
