"""The command that writes assets: of a relay's workflow, and of the starters without a relay."""

from __future__ import annotations

from pathlib import Path

import pytest

from comfyrelay.__main__ import main
from comfyrelay.form import Form
from comfyrelay_houdini import build_hda
from comfyrelay_houdini.definition import files
from comfyrelay_houdini.published import published
from relay_server.workflow_files import STARTERS
from tests.hda_reader import complaints, parms
from tests.plugins.relays import door
from tests.rig import Rig

ENTRY_POINTS = Path(build_hda.__file__).with_name("asset.py")


def shape(form: Form) -> object:
    """What an artist sees of its asset, but what its menus offer, which the hosts say."""
    text = next(text for name, text in files(published(form)).items() if "DialogScript" in name)
    read = parms.read(text)
    seen = [(parm.name, parm.kind) for parm in read.parms]
    return read.name, read.signatures, read.inputs, read.outputs, seen, read.folders


def test_a_workflow_of_a_relay_becomes_an_asset(
    held: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMFY_RELAY_URL", held.url)
    asked = ["build-hda", "inpaint", "--version", "1", "--out", str(tmp_path)]
    assert main(asked) == 0
    library = Path(capsys.readouterr().out.strip())
    assert library == tmp_path / "cop_comfyrelay.published.inpaint.1.0.hda"
    assert complaints(library, ENTRY_POINTS) == []
    assert main([*asked, "--check"]) == 0
    (library / "houdini.hdalibrary").write_text("x")
    assert main([*asked, "--check"]) == 1
    assert "is not what it should be" in capsys.readouterr().err


def test_what_the_relay_does_not_have_is_told(
    held: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMFY_RELAY_URL", held.url)
    assert main(["build-hda", "no-such-workflow", "--out", str(tmp_path)]) == 2
    assert "no-such-workflow" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_the_starters_ship_as_a_new_relay_publishes_them(held: Rig) -> None:
    shipped = {form.workflow: shape(form) for form in build_hda.starters(STARTERS)}
    with door(held.url) as relay:
        assert shipped == {name: shape(relay.form(name, 1)) for name in shipped}
