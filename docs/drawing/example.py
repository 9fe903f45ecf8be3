"""The workflow that the panels show: a starter, as a new relay publishes it."""

from __future__ import annotations

import json
from pathlib import Path

from comfyrelay.form import Form

FORM = "inpaint"
FORMS = Path(__file__).parents[2] / "relay_server" / "starter_workflows"
ABOUT = "Makes over what is white in a mask and leaves every other pixel as it is."


def form() -> Form:
    """Its form."""
    found = json.loads((FORMS / f"{FORM}.form.json").read_text(encoding="utf-8"))
    return Form.from_json({"workflow": FORM, "version": 1, "schema_hash": "", **found})
