"""`make demo-houdini` holds; a smaller wedge does here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent


def test_a_canceled_wedge_is_cooked_to_its_contact_sheet(tmp_path: Path) -> None:
    words = ["--out", str(tmp_path), "--seeds", "1", "--within", "60"]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.demo_houdini", *words],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    for words_of_it in ("v002 came by itself", "both hosts are free", "2 of 3 items have a result",
                        "2 items were answered", "0 jobs were sent; all 3 items"):  # fmt: skip
        assert words_of_it in ran.stdout
    paths = str(tmp_path)
    assert all(len(line) <= 80 for line in ran.stdout.splitlines() if paths not in line)
    assert "not run in Houdini" in json.dumps(json.loads((tmp_path / "wedge.hip").read_text()))
    with Image.open(tmp_path / "contact-sheet.png") as sheet:
        assert sheet.height > 3 * 144
