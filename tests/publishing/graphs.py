"""One workflow in both formats, small enough to run in a moment."""

from __future__ import annotations

from typing import Any


def ui(title: str = "Plate", radius: int = 3) -> dict[str, Any]:
    """LoadImage -> ImageBlur -> SaveImage as ComfyUI saves it; the radius is a titled primitive."""
    return {
        "version": 0.4,
        "nodes": [
            {
                "id": 1, "type": "LoadImage", "mode": 0, "title": title, "inputs": [],
                "outputs": [{"name": "IMAGE", "type": "IMAGE"}, {"name": "MASK", "type": "MASK"}],
                "widgets_values": ["plate.png", "image"],
            },
            {
                "id": 2, "type": "ImageBlur", "mode": 0,
                "inputs": [
                    {"name": "image", "type": "IMAGE", "link": 1},
                    {"name": "blur_radius", "type": "INT", "link": 3,
                     "widget": {"name": "blur_radius"}},
                ],
                "outputs": [{"name": "IMAGE", "type": "IMAGE"}],
                "widgets_values": [1, 2.0],
            },
            {
                "id": 3, "type": "SaveImage", "mode": 0,
                "inputs": [{"name": "images", "type": "IMAGE", "link": 2}],
                "outputs": [], "widgets_values": ["soft"],
            },
            {
                "id": 4, "type": "PrimitiveNode", "mode": 0, "title": "Look/Softness",
                "inputs": [], "outputs": [{"name": "INT", "type": "INT"}],
                "widgets_values": [radius, "fixed"],
            },
        ],
        "links": [
            [1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"], [3, 4, 0, 2, 1, "INT"],
        ],
    }  # fmt: skip


def api(radius: int = 3) -> dict[str, Any]:
    """The same as ComfyUI exports it."""
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": "plate.png"},
              "_meta": {"title": "Plate"}},
        "2": {"class_type": "ImageBlur",
              "inputs": {"image": ["1", 0], "blur_radius": radius, "sigma": 2.0},
              "_meta": {"title": "Image Blur"}},
        "3": {"class_type": "SaveImage",
              "inputs": {"images": ["2", 0], "filename_prefix": "soft"},
              "_meta": {"title": "Save Image"}},
    }  # fmt: skip
