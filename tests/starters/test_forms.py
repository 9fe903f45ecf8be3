"""Every starter's form stands on its own: readable before any host was seen, and helpful."""

from __future__ import annotations

from pathlib import Path

import pytest

from relay_server.models.forms import Form, ParamType
from relay_server.models.workflows import Problem
from relay_server.sim_host.catalog import CLASSES
from relay_server.workflow_files import STARTERS, WorkflowFile, workflow_files
from relay_server.workflows.analysis import analysed
from relay_server.workflows.guard import Graph, Rules
from relay_server.workflows.known import Known
from tests.rig import Rig, eventually

FILES = list(workflow_files(STARTERS))
NAMES = [file.name for file in FILES]
EACH = pytest.mark.parametrize("file", FILES, ids=NAMES)


def read(file: WorkflowFile) -> tuple[Graph, Form, tuple[Problem, ...]]:
    """A starter as the relay publishes it, with no host known."""
    brought, _ = file.brought()
    analysis = analysed(brought, file.name, Known(), Rules(max_nodes=100))
    assert analysis.draft is not None, analysis.problems
    return analysis.draft.graph, analysis.draft.form, tuple(analysis.notes)


def test_there_is_one_for_every_common_need() -> None:
    assert sorted(NAMES) == [
        "blur", "caption", "controlnet", "depth", "grade", "image-to-image", "image-to-video",
        "inpaint", "invert", "matte", "text-to-image", "upscale", "upscale-by-model",
    ]  # fmt: skip


@EACH
def test_it_is_published_without_a_remark(file: WorkflowFile) -> None:
    _, form, notes = read(file)
    assert notes == ()
    assert form.description


@EACH
def test_everything_on_it_has_a_label_and_help(file: WorkflowFile) -> None:
    _, form, _ = read(file)
    told = [
        *((each.id, each.label, each.help) for each in form.inputs),
        *((each.id, each.label, each.help) for each in form.params),
        *((each.id, each.label, each.help) for each in form.outputs),
    ]
    assert [name for name, label, text in told if not (label and text)] == []


@EACH
def test_its_groups_are_those_of_its_params(file: WorkflowFile) -> None:
    _, form, _ = read(file)
    assert form.groups == list(dict.fromkeys(p.group for p in form.params if p.group))


@EACH
def test_it_names_no_model_that_only_the_simulation_has(file: WorkflowFile) -> None:
    assert file.form is not None
    assert "sim-" not in file.path.read_text() + Path(file.form).read_text()


@EACH
def test_every_model_that_a_host_must_have_is_on_a_live_menu(file: WorkflowFile) -> None:
    graph, form, _ = read(file)
    menus = {(t.node, t.field) for p in form.params if p.models for t in p.targets}
    for node, spec in graph.items():
        names = [i.name for i in CLASSES[spec["class_type"]].inputs if callable(i.type)]
        wanted = {(node, name) for name in names if name not in ("image", "mask")}
        assert wanted <= menus


@EACH
def test_numbers_have_bounds_that_hold_their_defaults(file: WorkflowFile) -> None:
    _, form, _ = read(file)
    for param in form.params:
        if param.type in (ParamType.INT, ParamType.FLOAT):
            assert isinstance(param.default, int | float)
            assert param.min is not None
            assert param.max is not None
            assert param.min <= param.default <= param.max


def test_all_can_run_on_the_simulated_host(rig: Rig) -> None:
    def ready() -> bool:
        listed = rig.client.get("/relay/v1/workflows").json()["workflows"]
        found = {each["name"]: each["missing"] for each in listed}
        return {name: found.get(name) for name in NAMES} == {name: [] for name in NAMES}

    eventually("the host has all node classes", ready)
