"""A contact sheet as a work item of a TOP network. On whatever thread PDG has."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from comfyrelay.contact_sheet import Layout, save
from comfyrelay.errors import PluginError

TAG = "file/image"


def draw(
    item: Any, path: str, columns: str = "", rows: str = "",
    words: Mapping[str, str] | None = None, footer: str = "",
) -> None:  # fmt: skip
    """The pictures that come with an item, as behind a Wait for All, on one PNG.

    `columns` and `rows` name the params that grow to the right and downward, and stand under each
    picture; `words` has other names for them. Raises pdg.CookError.
    """
    pictures = [Path(str(each.path)) for each in item.inputFilesForTag(TAG)]
    try:
        save(Path(path), pictures, Layout(columns, rows, words or {}, footer))
    except (PluginError, OSError, ValueError) as error:
        raise import_module("pdg").CookError(f"The contact sheet: {error}") from None
    item.addResultData(path, TAG, 0)
