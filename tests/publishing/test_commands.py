"""`comfy-relay workflows ...` as a TD types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.publishing.graphs import ui
from tests.rig import PATIENCE_S, Rig


def run(rig: Rig, *arguments: str) -> tuple[int, list[str], str]:
    """(exit code, lines, errors)."""
    done = subprocess.run(
        [sys.executable, "-m", "relay_server", "workflows", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env={**os.environ, "COMFY_RELAY_URL": rig.url},
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_from_a_file_to_a_version_and_out_of_use(rig: Rig, tmp_path: Path) -> None:
    file = tmp_path / "Soft By Command.json"
    file.write_text(json.dumps(ui()))
    assert run(rig, "publish", str(file)) == (
        0, ["soft-by-command version 1 published", "host sim0: can run it"], "",
    )  # fmt: skip
    code, lines, _ = run(rig, "publish", str(file))
    assert (code, lines[0]) == (0, "soft-by-command version 1 was published before")
    file.write_text(json.dumps(ui(radius=8)))
    assert run(rig, "publish", str(file))[1][0] == "soft-by-command version 2 published"
    assert run(rig, "diff", "soft-by-command")[1] == [
        "soft-by-command: version 1 to 2",
        "  form  params.softness.default: 3 -> 8",
        "  graph  node 2 (ImageBlur).blur_radius: 3 -> 8",
    ]
    assert any(line.startswith("soft-by-command ") for line in run(rig, "list")[1])
    shown = run(rig, "show", "soft-by-command")[1]
    assert shown[0] == "soft-by-command version 2, by local"
    assert any("softness" in line and "int 1..31 = 8" in line for line in shown)
    assert run(rig, "withdraw", "soft-by-command")[1] == [
        "soft-by-command: version 1, version 2 withdrawn"
    ]
    lines = run(rig, "publish", str(file))[1]
    assert lines[0] == "soft-by-command version 2 is in use again"


def test_the_form_that_was_made_is_a_form_file_to_begin_with(rig: Rig, tmp_path: Path) -> None:
    file, form = tmp_path / "begin.json", tmp_path / "begin.form.json"
    file.write_text(json.dumps(ui()))
    code, lines, _ = run(rig, "inspect", "--as-form", str(file))
    assert code == 0
    made = json.loads("\n".join(lines))
    made["params"][0]["max"] = 7
    form.write_text(json.dumps(made))
    assert any("int 1..7 = 3" in line for line in run(rig, "inspect", str(file))[1])


def test_inspect_says_what_is_wrong_and_fails(rig: Rig, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    raw = ui()
    raw["nodes"][1]["type"] = "SomebodysBlur"
    file.write_text(json.dumps(raw))
    code, lines, _ = run(rig, "inspect", str(file))
    assert code == 1
    assert lines == [
        "  problem: Node 2 (SomebodysBlur): no host has this node class. Install its pack on a"
        " host, or take the node out."
    ]
    file.write_text(json.dumps(ui()))
    code, lines, _ = run(rig, "inspect", str(file))
    assert code == 0
    assert "host sim0: can run it" in lines


def test_what_cannot_be_published_is_one_sentence(rig: Rig, tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    code, _, errors = run(rig, "publish", str(missing))
    assert code == 1
    assert errors == f"Error: {missing} cannot be read: No such file or directory.\n"
    missing.write_text("{")
    assert "is no JSON" in run(rig, "publish", str(missing))[2]
    assert run(rig, "show", "no-such")[2].startswith("Error: No workflow is published as 'no-such'")
