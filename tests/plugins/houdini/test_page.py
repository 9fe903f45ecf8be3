"""The page for Houdini says what the assets are."""

from __future__ import annotations

from pathlib import Path

from comfyrelay import controls
from comfyrelay.controls import Control
from comfyrelay_houdini import assets
from docs.drawing import houdini_graph, houdini_panel
from docs.drawing.table import with_table

DOCS = Path(__file__).parents[3] / "docs"
SAYS_ITSELF = ("sends", "log")  # what goes, and what happened


def test_its_table_and_drawings_are_current() -> None:
    page = (DOCS / "houdini.md").read_text(encoding="utf-8")
    assert with_table(page, "parms") == page
    pictures = {
        "houdini-graph.svg": houdini_graph.picture(),
        "houdini-parms.svg": houdini_panel.picture(),
    }
    for name, picture in pictures.items():
        assert (DOCS / "pictures" / name).read_text(encoding="utf-8") == picture
        assert f"pictures/{name}" in page


def test_every_parm_is_explained() -> None:
    for describe in assets.ASSETS:
        for each in controls.every(describe().shown):
            assert told(each), each.name


def told(each: Control) -> bool:
    """Whether an artist knows what it is."""
    quiet = each.hidden or not each.label or each.name in SAYS_ITSELF
    return bool(each.help) or quiet
