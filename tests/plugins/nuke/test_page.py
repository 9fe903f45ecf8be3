"""The page for artists says what the gizmos are."""

from __future__ import annotations

from pathlib import Path

from comfyrelay_nuke import gizmos, nk
from docs.drawing import nuke_graph, nuke_panel
from docs.drawing.table import with_table

DOCS = Path(__file__).parents[3] / "docs"


def test_its_table_and_drawings_are_current() -> None:
    page = (DOCS / "nuke.md").read_text(encoding="utf-8")
    assert with_table(page, "knobs") == page
    pictures = {"nuke-graph.svg": nuke_graph.picture(), "nuke-knobs.svg": nuke_panel.picture()}
    for name, picture in pictures.items():
        assert (DOCS / "pictures" / name).read_text(encoding="utf-8") == picture
        assert f"pictures/{name}" in page


def test_every_knob_is_explained() -> None:
    for describe in gizmos.GIZMOS:
        for knob in describe().user_knobs:
            told = knob.tooltip or knob.kind in {nk.TAB, nk.TEXT} or nk.INVISIBLE in knob.flags
            assert told or not knob.label, knob.name
