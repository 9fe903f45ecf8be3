"""The script for a licensed machine runs in a simulated Houdini, and names the leg that breaks."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from comfyrelay.form import Form, Input, Output, Param
from comfyrelay_houdini import assets
from comfyrelay_houdini.definition import files
from comfyrelay_houdini.published import published
from tests.fakes.hou_app import HouApp, hip, operators, rendering
from tests.fakes.pdg_app import graph, items
from tests.plugins.test_float_exr import publish
from tests.rig import Rig

SCRIPT = Path(__file__).parents[3] / "plugins" / "houdini" / "acceptance.py"
FORM = Form(
    "look", 3, "h", "Look", "Lights it.",
    inputs=(Input("beauty"), Input("depth", kind="mask")),
    params=(Param("prompt", "text", default="a cat"), Param("loras", "loras", group="Model")),
    outputs=(Output("lit"), Output("said", kind="text")),
)  # fmt: skip
MADE = [*(make() for make in assets.ASSETS), published(FORM)]

Accept = Callable[..., tuple[int, str]]
Patch = pytest.MonkeyPatch


@pytest.fixture
def otls(tmp_path: Path) -> Path:
    """The assets for any workflow alone; one of each workflow adds nothing."""
    write(tmp_path / "otls")
    return tmp_path / "otls"


@pytest.fixture
def accept(held: Rig, at_home: Path, tmp_path: Path, otls: Path) -> Accept:
    """Run the script; its exit code and its report."""
    publish(held, "exr-identity")

    def accepted(*words: str, **answers: Any) -> tuple[int, str]:
        app = HouApp(**{"gui": False, "hda_path": (otls,), **answers})
        app.resolution = (64, 32)
        report = tmp_path / "report.txt"
        with app.installed():
            from comfyrelay_houdini.acceptance.__main__ import main

            code = main(["--report", str(report), *words])
            app.load_errors.clear()  # what the script is there to find
            app.quit()
        return code, report.read_text(encoding="utf-8")

    return accepted


def write(folder: Path, spoil: tuple[str, str] = ("", "")) -> None:
    """The assets without what acts on nodes, some text in them replaced."""
    for asset in MADE:
        for name, text in files(replace(asset, events={})).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text.replace(*spoil) if spoil[0] else text, encoding="utf-8")


def broken(report: str) -> list[str]:
    return [line.split("  ")[1] for line in report.splitlines() if line.startswith("BROKE")]


def test_every_leg_is_walked_and_every_question_answered(accept: Accept) -> None:
    code, report = accept()

    assert broken(report) == []
    assert code == 0
    assert report.count("\nok ") == len(MADE) + 13
    for answer in ("the bottom one", "ocio", "\n    yes", "BeforeClear, AfterClear", "anew"):
        assert answer in report
    assert "Error" not in report


def test_the_answers_are_this_houdinis(accept: Accept) -> None:
    _, report = accept(
        "--codes", "none", layer_rows="top", parm_dirties="referenced", load_begins="load",
        session_ids="fresh",
    )  # fmt: skip

    for answer in ("the top one", "no", "BeforeLoad, BeforeClear", "they go on"):
        assert f"\n    {answer}" in report
    assert broken(report) == ["the next leg, with the workflow none"] * 2


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (('name    "depth"', 'name    "depht"'), "there is no parm depth"),
        (('(\t"vector4"', '(\t"vector"'), "type1 is ['vector'], not 'vector4'"),
        (('\\"result\\") == 0', '\\"plate\\") == 0'), "input follows strcmp"),
        (("    output\toutput4\toutput4", "    output\tfourth\tfourth"), "its outputs are"),
    ],
)
def test_an_asset_that_is_not_as_described_is_told(
    tmp_path: Path, spoil: tuple[str, str], told: str
) -> None:
    write(tmp_path, spoil)
    app = HouApp(gui=False, hda_path=(tmp_path,))
    with app.installed():
        from comfyrelay_houdini.acceptance.assets import legs

        wrong = [each.wrong for each in legs()]
        app.load_errors.clear()
        app.quit()
    assert any(told in each for each in wrong)


# a Houdini that is spoiled in one leg


def brighter(pixels: Any) -> Any:
    return pixels * np.float32(1.001)


def a_curve_in_file_nodes(patch: Patch) -> None:
    plain = operators._decoded
    patch.setattr(operators, "_decoded", lambda *args: brighter(plain(*args)))


def a_curve_in_our_file_node(patch: Patch) -> None:
    plain = operators._file
    patch.setitem(
        operators.OPERATORS["Cop"], "file",
        lambda at: brighter(plain(at)) if at.node.name() == "result1" else plain(at),
    )  # fmt: skip


def codes_that_are_taken_for_light(patch: Patch) -> None:
    plain = operators._decoded
    patch.setattr(
        operators, "_decoded", lambda file, kind, raw, path: plain(file, kind, True, path)
    )


def a_rop_that_converts_colour(patch: Patch) -> None:
    plain = rendering._write
    patch.setattr(
        rendering, "_write",
        lambda path, pixels, parms: plain(path, np.abs(pixels) ** np.float32(0.45), parms),
    )  # fmt: skip


def a_rop_that_turns_rows(patch: Patch) -> None:
    plain = rendering._write
    patch.setattr(rendering, "_write", lambda path, pixels, parms: plain(path, pixels[::-1], parms))


def a_switch_that_rounds(patch: Patch) -> None:
    plain = operators._switch
    patch.setitem(operators.OPERATORS["Cop"], "switch", lambda at: plain(at) + np.float32(1e-6))


def a_null_that_rounds(patch: Patch) -> None:
    """On the way in, behind what the ROP writes."""
    plain = operators._switch_if_wired
    patch.setitem(operators.OPERATORS["Cop"], "switchifwired", lambda at: brighter(plain(at)))


def a_scene_that_forgets(patch: Patch) -> None:
    plain = hip.Hip._read

    def read(opened: Any, scene: Any) -> None:
        plain(opened, scene)
        for node in opened.app.root._all_below():
            if "relay_folder" in node._parms and node._parms["relay_folder"].eval():
                node.parm("relay_folder").set("")

    patch.setattr(hip.Hip, "_read", read)


def a_scene_whose_file_is_late(patch: Patch) -> None:
    """It was opened, and our file node has read nothing yet."""
    plain, load = operators._file, hip.Hip._read
    late: list[str] = []
    patch.setitem(
        operators.OPERATORS["Cop"], "file",
        lambda at: plain(at) * (0 if late and at.node.name() == "result1" else 1),
    )  # fmt: skip

    def read(opened: Any, scene: Any) -> None:
        load(opened, scene)
        late.extend(
            node._path() for node in opened.app.root._all_below() if node.name() == "result1"
        )

    patch.setattr(hip.Hip, "_read", read)


def an_item_that_fails(patch: Patch) -> None:
    plain = graph.Graph._code

    def code(of: Any, node: Any, name: str, names: Any) -> Any:
        if name == "cooktask":
            raise items.CookError("no slot")
        return plain(of, node, name, names)

    patch.setattr(graph.Graph, "_code", code)


def an_item_with_another_file(patch: Patch) -> None:
    plain = items.WorkItem.addResultData

    def add(item: Any, path: str, *more: Any) -> None:
        other = Path(path).with_name("other.png")
        Image.new("RGB", (64, 32)).save(other)
        plain(item, other.as_posix(), *more)

    patch.setattr(items.WorkItem, "addResultData", add)


FLOAT, CODES = ("--codes", "none"), ("--float", "none")


@pytest.mark.parametrize(
    ("spoil", "words", "leg"),
    [
        (a_curve_in_file_nodes, FLOAT, "the chart in a file node"),
        (a_rop_that_turns_rows, FLOAT, "export by the ROP inside"),
        (a_curve_in_our_file_node, FLOAT, "the file node inside"),
        (a_switch_that_rounds, FLOAT, "Show: result"),
        (a_null_that_rounds, FLOAT, "Show: what is connected"),
        (a_scene_that_forgets, FLOAT, "what a saved scene keeps"),
        (a_scene_whose_file_is_late, FLOAT, "its picture"),
        (a_rop_that_converts_colour, CODES, "export for 8 bits"),
        (codes_that_are_taken_for_light, CODES, "the file node of a PNG"),
        (an_item_that_fails, CODES, "a work item"),
        (an_item_with_another_file, CODES, "its result"),
    ],
)
def test_the_first_leg_that_is_told_is_the_broken_one(
    accept: Accept,
    monkeypatch: Patch,
    spoil: Callable[[Patch], None],
    words: tuple[str, str],
    leg: str,
) -> None:
    spoil(monkeypatch)

    code, report = accept(*words)

    assert code == 1
    left_out = "the next leg, with the workflow none"
    assert next(each for each in broken(report) if each != left_out) == leg


@pytest.mark.parametrize(
    ("words", "leg"),
    [
        (("--float", "exr-invert", "--codes", "none"), "the relay's answer"),
        (("--float", "none", "--codes", "blur"), "the relay's negative"),
    ],
)
def test_a_workflow_that_does_something_else_is_told(
    accept: Accept, held: Rig, words: tuple[str, ...], leg: str
) -> None:
    publish(held, "exr-invert")

    _, report = accept(*words)

    assert leg in broken(report)[:2]


def test_the_script_runs_from_a_folder_that_houdini_was_not_told_of(
    at_home: Path, tmp_path: Path, monkeypatch: Patch
) -> None:
    write(tmp_path / "packages" / "comfyrelay" / "otls")
    script = shutil.copy(SCRIPT, tmp_path)
    words = ["--float", "none", "--codes", "none", "--report", str(tmp_path / "report.txt")]
    monkeypatch.setattr(sys, "argv", [script, *words])
    monkeypatch.setattr(sys, "path", [*sys.path])
    app = HouApp(gui=False)

    with app.installed():
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(script, run_name="__main__")
        assert str(tmp_path / "packages" / "comfyrelay" / "scripts" / "python") in sys.path
        app.quit()

    report = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert ended.value.code == 1
    assert broken(report) == ["the next leg, with the workflow none"] * 3
