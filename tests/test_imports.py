"""Each rule on who may import whom bites: a planted import breaks exactly that rule. And what a
process loads at its start is what it needs, for there are many of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (".", "plugins/common", "plugins/nuke", "plugins/houdini", "plugins/comfyui")

PLANTED = {
    "The relay and the plugins meet only in schemas/openapi.json": (
        "plugins/common/comfyrelay/planted.py",
        "import relay_server.errors",
    ),
    "Only the commands that talk to a relay import the generated client": (
        "relay_server/web/planted.py",
        "import generated.comfyrelay_client",
    ),
    "The web side never talks to a host and never runs a job": (
        "relay_server/web/planted.py",
        "import relay_server.hosts.comfy",
    ),
    "Only jobs.queue and the worker know RQ": ("relay_server/web/planted.py", "import rq"),
    "Workflows, models, errors and dispatch know no network, queue or web library": (
        "relay_server/workflows/planted.py",
        "import aiohttp",
    ),
    "The common plugin core knows no DCC, no Qt and no asyncio": (
        "plugins/common/comfyrelay/planted.py",
        "import asyncio",
    ),
    "The queue panel knows no DCC": ("plugins/common/comfyrelay_qt/planted.py", "import nuke"),
    "Nuke and Houdini do not know each other": (
        "plugins/nuke/comfyrelay_nuke/planted.py",
        "import comfyrelay_houdini",
    ),
    "No cycles in the relay": ("relay_server/models/planted.py", "import relay_server.openapi"),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_import_breaks_its_rule(rule: str, tmp_path: Path) -> None:
    for name in ("relay_server", "plugins", "generated", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    file, line = PLANTED[rule]
    (tmp_path / file).write_text(f'"""Planted."""\n\n{line}\n', encoding="utf-8")
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": os.pathsep.join(str(tmp_path / folder) for folder in FOLDERS)},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = [name for name in PLANTED if f"{name} BROKEN" in ran.stdout]
    assert broken == [rule], ran.stdout + ran.stderr


UNNEEDED = {
    "relay_server.worker.slot": {"numpy", "PIL", "aiohttp.web", "prometheus_client", "httpx"},
    "relay_server.web.uploads": {"numpy", "httpx", "generated"},
}


@pytest.mark.parametrize("module", UNNEEDED)
def test_a_process_does_not_load_what_it_may_never_need(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    assert UNNEEDED[module] & set(ran.stdout.decode().split()) == set()
