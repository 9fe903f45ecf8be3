"""The shipped assets are those that the descriptions make, and nothing in them leads nowhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hda_reader import complaints

ROOT = Path(__file__).parents[3]
HOUDINI = ROOT / "plugins" / "houdini"
SHIPPED = HOUDINI / "otls"
ENTRY_POINTS = HOUDINI / "comfyrelay_houdini" / "asset.py"
STARTERS = ROOT / "relay_server" / "starter_workflows"
ASSETS = sorted(path.name for path in SHIPPED.iterdir())

Copy = Callable[[str], Path]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A shipped asset to spoil, by a part of its name."""

    def copied(part: str) -> Path:
        name = next(name for name in ASSETS if part in name)
        return Path(shutil.copytree(SHIPPED / name, tmp_path / name))

    return copied


def test_the_files_are_what_the_descriptions_make() -> None:
    command = [
        sys.executable, "-m", "comfyrelay_houdini.build_hda", "--shipped", str(SHIPPED),
        "--starters", str(STARTERS), "--check",
    ]  # fmt: skip
    path = os.pathsep.join(str(ROOT / "plugins" / name) for name in ("common", "houdini"))
    ran = subprocess.run(
        command, env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("name", ASSETS)
def test_nothing_in_them_is_unknown_or_leads_nowhere(name: str) -> None:
    assert complaints(SHIPPED / name, ENTRY_POINTS) == []


SPOILED = {
    "an unknown type": (
        "workflow", "DialogScript", "type    toggle", "type    togle", "no type togle"),
    "two parms of one name": (
        "workflow", "DialogScript", 'name    "cancel"', 'name    "generate"', "named generate"),
    "a default of the wrong size": (
        "mesh", "DialogScript", 'default { "1" }', 'default { "1" "1" }', "2 default values for 1"),
    "a default that its menu lacks": (
        "workflow", "DialogScript", 'default { "32f" }', 'default { "64f" }', "no '64f'"),
    "a number that is none": (
        "mesh", "DialogScript", 'default { "1" }', 'default { "one" }', "no number"),
    "a default beyond the lock": (
        "inpaint", "DialogScript", 'default { "20" }', 'default { "200" }', "not between"),
    "a callback to nothing": (
        "workflow", "DialogScript", "hou.phm().cancel(", "hou.phm().cancle(", "it calls cancle"),
    "a callback in HScript": (
        "workflow", "DialogScript", '            parmtag { "script_callback_language" "python" }\n',
        "", "run as HScript"),
    "a callback that is no Python": (
        "workflow", "DialogScript", "hou.phm().fill(kwargs)", "hou.phm().fill(kwargs", "no Python"),
    "a menu script of nothing": (
        "workflow", "DialogScript", "return hou.phm().version_menu", "return hou.phm().versions",
        "it calls versions"),
    "a menu script without a language": (
        "workflow", "DialogScript", "language python\n", "\n", "without its language"),
    "a condition on nothing": (
        "workflow", "DialogScript", "{ range != custom }", "{ rnage != custom }", "names rnage"),
    "a condition on no value": (
        "workflow", "DialogScript", "{ range != custom }", "{ range != costum }", "menu lacks"),
    "a label that shows nothing": (
        "workflow", "DialogScript", 'chs(\\"status\\")', 'chs(\\"state\\")', "shows state"),
    "a row without its number": (
        "inpaint", "DialogScript", "p_loras_ROW#_CLIP", "p_loras_ROW_CLIP", "names of rows"),
    "a signature too short": (
        "inpaint", "DialogScript", "{ RGBA Mono }", "{ RGBA }", "one kind for each connector"),
    "a word that is none": (
        "workflow", "DialogScript", "joinnext", "joinext", "'joinext' is unknown"),
    "a brace that stays open": (
        "workflow", "DialogScript", 'menu {\n', "menu \n",
        "a brace too many"),
    "an import of nothing": (
        "workflow", "PythonModule", "auto_changed", "auto_change", "imports auto_change"),
    "a section with code": (
        "workflow", "OnCreated", "created(kwargs)", "x = 1", "code of its own"),
    "a section that is no Python": (
        "workflow", "OnLoaded", "import loaded", "import", "is no Python"),
    "a section marked as HScript": (
        "workflow", "ExtraFileOptions", '"value": true', '"value": false', "run as HScript"),
    "a record of other inputs": (
        "workflow", "../INDEX__SECTION", "0 to 8", "0 to 4", "has 0 to 4 inputs"),
    "a record of another node": (
        "workflow", "../INDEX__SECTION", "Cop/workflow::1.0?", "Cop/workflow::2.0?", "its path is"),
    "an unlisted file": (
        "workflow", "Sections.list", "Help\tHelp\n", "", "Help is in no list"),
    "help of another node": (
        "workflow", "Help", "#internal: comfyrelay::workflow", "#internal: x", "Help is of"),
    "a shelf tool of another context": (
        "mesh", "Tools.shelf", "import soptoolutils", "import coptoolutils", "another module"),
    "a wire from nowhere": (
        "workflow", "Contents.dir/Contents.mime", "1 \tresult1 0 1 \"input2\"",
        "1 \tresult9 0 1 \"input2\"", "result9, which is no node"),
    "a wire from no output": (
        "workflow", "Contents.dir/Contents.mime", "1 \tresult1 0 1 \"input2\"",
        "1 \tresult1 7 1 \"input2\"", "no output 7"),
    "a node that nobody knows": (
        "workflow", "Contents.dir/Contents.mime", "type = constant", "type = konstant",
        "konstant was never seen"),
    "a parm that nobody knows": (
        "workflow", "Contents.dir/Contents.mime", "missingdata\t", "missingframe\t",
        "missingframe was never seen"),
    "a token that nobody knows": (
        "workflow", "Contents.dir/Contents.mime", '"firstwire"', '"first"', "never seen as first"),
    "an expression that follows nothing": (
        "workflow", "Contents.dir/Contents.mime", 'chs(\\"../file1\\")', 'chs(\\"../files1\\")',
        "follows files1"),
    "an order that forgets a node": (
        "workflow", "Contents.dir/Contents.mime", "\nblack\nplate\n", "\nblack\nblack\n",
        "hdaroot.order names"),
    "code of a work item that is no import": (
        "process", "Contents.dir/Contents.mime", "import cook_item", "import cook",
        "imports cook, which"),
    "a message of no node": (
        "mesh", "MessageNodes", "not_generated", "error1", "names error1"),
}  # fmt: skip


@pytest.mark.parametrize("spoiled", SPOILED)
def test_what_is_spoiled_is_told(spoiled: str, copy: Copy) -> None:
    part, section, old, new, told = SPOILED[spoiled]
    library = copy(part)
    operator = next(path for path in library.iterdir() if path.is_dir())
    file = operator / section
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(told in each for each in complaints(library, ENTRY_POINTS))
