"""`make demo-nuke` holds, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
from PIL import Image

from tests.rig import PATIENCE_S, eventually

ROOT = Path(__file__).parent.parent


def command(out: Path) -> list[str]:
    return [sys.executable, "-m", "tests.demo_nuke", "--out", str(out), "--size", "322x182"]


def test_the_demo_goes_from_the_button_to_the_farm(tmp_path: Path) -> None:
    ran = subprocess.run(command(tmp_path), cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    for words in ("> queued", "killed", "does not answer", "attach", "OK  v002, 3 frames",
                  "the farm's frames: 0 of"):  # fmt: skip
        assert words in ran.stdout
    paths = str(tmp_path)
    assert all(len(line) <= 80 for line in ran.stdout.splitlines() if paths not in line)
    script = (tmp_path / "balloon.nk").read_text("utf-8")
    assert "not run in Nuke" in script.partition("\n")[0]
    with Image.open(tmp_path / "contact-sheet.png") as sheet:
        assert sheet.width > 2 * 322


def test_a_demo_that_is_interrupted_leaves_nothing_running(tmp_path: Path) -> None:
    own = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        command(tmp_path), cwd=ROOT, env=own, stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout
        process = psutil.Process(demo.pid)
        eventually("its parts are starting", lambda: len(process.children(recursive=True)) > 3)
        demo.send_signal(signal.SIGINT)
        rest = demo.stdout.read()
        assert demo.wait(PATIENCE_S) in (130, -signal.SIGINT), rest  # the same to a shell
    eventually("nothing of it runs", lambda: not any(
        str(tmp_path) in str(each.info) for each in psutil.process_iter(["cmdline", "environ"])
    ))  # fmt: skip
    assert not list(tmp_path.glob("comfy-relay-demo-*"))
