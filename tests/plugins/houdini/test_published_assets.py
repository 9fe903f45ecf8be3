"""A published workflow as an asset of its own, and the starters as they ship."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from comfyrelay.controls import Group, Rows
from comfyrelay.form import Form, Input, Output, Param
from comfyrelay.form_controls import form_controls
from comfyrelay.keeping import decoded
from comfyrelay_houdini import build_hda, definition, dialog_script, form_parms
from comfyrelay_houdini.published import published
from relay_server.workflow_files import STARTERS
from tests.hda_reader import complaints, parms

ENTRY_POINTS = Path(build_hda.__file__).with_name("asset.py")
TRICKY = 'a [cat] $HIP `rm` {y} "z" \\ back\nline'
FORM = Form(
    "my-look", 3, "h", "My look", f"Does {TRICKY}",
    inputs=(Input("beauty", "Beauty"), Input("depth", kind="mask"), Input("rig", kind="data")),
    params=(
        Param("prompt", "text", default=TRICKY, multiline=True, help=TRICKY),
        Param("strength", "float", default=0.25, min=0.0, max=1.0, group="Model"),
        Param("size", "int", default=2**40, min=0, max=2**63),
        Param("loras", "loras", models="loras", group="Model", default=[
            {"name": "film", "strength_model": 0.5}, {"name": "grain", "strength_clip": 0.25},
        ]),
        Param("seed", "seed", default="random"),
        Param("mode", "menu", menu=("Größe", "b", "b"), group="Größe/1"),
        Param("other", "menu", menu=("a",), default="gone", group="Gr__e_1"),
    ),
    outputs=(Output("lit", "Lit"), Output("said", kind="text")),
)  # fmt: skip


def script(form: Form) -> parms.Script:
    """Its DialogScript, read."""
    asset = published(form)
    home = f"{asset.directory}/{definition.mangled(asset.full_name)}"
    return parms.read(definition.files(asset)[f"{home}/DialogScript"])


def value(read: parms.Script, name: str) -> str:
    """The first value of a parm."""
    found = next(parm for parm in read.parms if parm.name == name)
    return parms.words(found.said["default"])[0]


def test_any_form_makes_an_asset_in_which_nothing_leads_nowhere(tmp_path: Path) -> None:
    asset = published(FORM)
    for name, text in definition.files(asset).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert complaints(tmp_path / asset.directory, ENTRY_POINTS) == []


def test_its_connectors_are_the_pictures_of_its_form() -> None:
    read = script(FORM)
    assert read.inputs == ["beauty", "depth"]
    assert read.outputs == ["lit_OUT"]
    assert read.signatures == [("default", ["RGBA", "Mono"], ["RGBA"])]


def test_it_has_its_parms_and_its_workflow_from_the_start() -> None:
    read = script(FORM)
    assert value(read, "p_prompt") == TRICKY
    assert value(read, "p_strength") == "0.25"
    assert value(read, "p_rig_FILE") == ""
    assert value(read, "p_seed_POLICY") == "new"
    assert Form.from_text(decoded(value(read, "relay_form"))) == FORM
    assert value(read, "relay_version") == "3"
    assert {"text", "use_as_prompt"} <= {parm.name for parm in read.parms}


def test_a_number_that_a_parm_cannot_hold_is_a_text() -> None:
    kinds = {parm.name: parm.kind for parm in script(FORM).parms}
    assert kinds["p_size"] == "string"
    assert kinds["p_strength"] == "float"


def test_a_default_of_loras_has_its_rows() -> None:
    rows = next(each for each in form_controls(FORM) if each.name == "p_GROUP_Model")
    assert isinstance(rows, Group)
    loras = rows.controls[-1]
    assert isinstance(loras, Rows)
    assert loras.begin == [("film", "0.5", "1"), ("grain", "1", "0.25")]


def test_a_label_never_evaluates_what_a_workflow_says_of_itself() -> None:
    assert not {"`", "$"} & set(value(script(FORM), "about"))


def test_each_workflow_and_each_of_its_versions_is_a_type() -> None:
    others = {published(replace(FORM, workflow=name)).name for name in ("my_look", "3-looks")}
    assert others == {"my__look", "W3_looks"}
    assert published(FORM).type_name == "comfyrelay::published::my_look::3.0"
    assert published(replace(FORM, version=4)).directory.endswith("my_look.4.0.hda")


def test_the_parms_of_any_workflow_are_spare_ones_with_a_choice_of_connectors() -> None:
    read = parms.read(dialog_script.spare_parms([form_parms.form_folder(FORM, connectors=8)]))
    feeds = [parm for parm in read.parms if parm.name.endswith(form_parms.FROM)]
    assert [parm.name for parm in feeds] == ["p_beauty_FROM", "p_depth_FROM"]
    assert list(feeds[0].menu) == ["auto", *"12345678"]


@pytest.mark.parametrize("form", list(build_hda.starters(STARTERS)), ids=lambda form: form.workflow)
def test_a_starter_ships_with_everything_of_its_form(form: Form) -> None:
    told = json.loads((STARTERS / f"{form.workflow}{build_hda.FORM}").read_text(encoding="utf-8"))
    names = {parm.name for parm in script(form).parms} | set(script(form).folders)
    assert {f"p_{param['id']}" for param in told["params"]} <= names
    assert script(form).inputs == [each["id"] for each in told["inputs"]]
