"""The script for a licensed machine, run in the fake Houdini: it finds what is not as described."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from comfyrelay.form import Form, Input, Output, Param
from comfyrelay_houdini import assets
from comfyrelay_houdini.definition import files
from comfyrelay_houdini.published import published
from tests.fakes.hou_app import HouApp

FORM = Form(
    "look", 3, "h", "Look", "Lights it.",
    inputs=(Input("beauty"), Input("depth", kind="mask")),
    params=(Param("prompt", "text", default="a cat"), Param("loras", "loras", group="Model")),
    outputs=(Output("lit"), Output("said", kind="text")),
)  # fmt: skip
MADE = [*(make() for make in assets.ASSETS), published(FORM)]


def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The script's exit code, and what it says."""
    app = HouApp(gui=False, hda_path=(folder,))
    with app.installed():
        from comfyrelay_houdini import acceptance

        code = acceptance.main()
        app.load_errors.clear()  # what the script is there to find
        app.quit()
    return code, capsys.readouterr().out


def write(folder: Path, spoil: tuple[str, str] = ("", "")) -> None:
    """The assets without what acts on nodes, some text in them replaced."""
    for asset in MADE:
        for name, text in files(replace(asset, events={})).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text.replace(*spoil) if spoil[0] else text, encoding="utf-8")


def test_the_assets_are_what_they_were_meant_to_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    assert run(tmp_path, capsys) == (0, "4 assets, 0 complaints\n")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (('name    "depth"', 'name    "depht"'), "there is no parm depth"),
        (('(\t"vector4"', '(\t"vector"'), "type1 is ['vector'], not 'vector4'"),
        (('\\"result\\") == 0', '\\"plate\\") == 0'), "input follows strcmp"),
        (("    output\toutput4\toutput4", "    output\tfourth\tfourth"), "its outputs are"),
    ],
)
def test_what_is_not_as_described_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: tuple[str, str], told: str
) -> None:
    write(tmp_path, spoil)
    code, said = run(tmp_path, capsys)
    assert code == 1
    assert told in said
