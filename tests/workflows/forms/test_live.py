"""A form with the models of today."""

from __future__ import annotations

from typing import Any

from relay_server.models.forms import Form, FormInput, FormOutput, FormParam, ParamType, Target
from relay_server.workflows.forms.live import schema_hash, with_classes, with_live_menus, written
from relay_server.workflows.model_files import ModelFiles

HERE = ModelFiles({"checkpoints": {"b.safetensors": ("gpu1",), "a.safetensors": ("gpu2",)},
                   "loras": {"ink.safetensors": ("gpu1",)}})  # fmt: skip


def form(
    type_: ParamType = ParamType.MENU, models: str | None = "checkpoints", **more: Any
) -> Form:
    target = Target(node="4", field="ckpt_name")
    entry = FormParam(id="x", type=type_, models=models, targets=[target], **more)
    return Form(title="A form", params=[entry])


def live(given: Form, models: ModelFiles = HERE) -> FormParam:
    return with_live_menus(given, models).params[0]


def loras(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "strength_model": 1.0, "strength_clip": 1.0} for name in names]


def test_a_menu_of_models_is_what_the_hosts_have() -> None:
    found = live(form(menu=["old.safetensors"], default="b.safetensors"))
    assert found.menu == ["a.safetensors", "b.safetensors"]
    assert (found.default, found.required) == ("b.safetensors", False)


def test_a_default_that_is_gone_must_be_given() -> None:
    found = live(form(default="old.safetensors"))
    assert (found.default, found.required) == (None, True)


def test_what_is_no_file_stays_on_the_menu() -> None:
    menu = ["taesd", "old.safetensors"]
    assert live(form(menu=menu, default="taesd")).menu == [
        "taesd",
        "a.safetensors",
        "b.safetensors",
    ]


def test_a_list_of_loras_is_kept_if_all_are_there() -> None:
    kind = {"type_": ParamType.LORAS, "models": "loras"}
    assert live(form(**kind, default=[])).default == []
    assert live(form(**kind, default=loras("ink.safetensors"))).required is False
    gone = live(form(**kind, default=loras("ink.safetensors", "gone.safetensors")))
    assert (gone.default, gone.required) == (None, True)


def test_as_long_as_no_host_told_its_models_a_form_stays_as_it_is() -> None:
    given = form(menu=["old.safetensors"], default="old.safetensors")
    assert with_live_menus(given, ModelFiles()) == given


def test_the_hash_is_that_of_the_form_and_not_of_its_live_menus() -> None:
    one, other = form(menu=["a"]), form(menu=["b"])
    assert schema_hash(one) == schema_hash(other)
    assert len(schema_hash(one)) == 16
    assert schema_hash(form(default="a")) != schema_hash(one)
    assert schema_hash(form(models=None, menu=["a"])) != schema_hash(form(models=None, menu=["b"]))


FILES = Form(
    title="Blur",
    inputs=[FormInput(id="plate", targets=[Target(node="1", field="image")])],
    outputs=[FormOutput(id="result", node="3")],
)


def graph(**classes: str) -> dict[str, Any]:
    return {name[1:]: {"class_type": each, "inputs": {}} for name, each in classes.items()}


def test_a_form_says_which_nodes_read_and_write_its_files() -> None:
    found = with_classes(FILES, graph(n1="LoadImage", n3="SaveImage"))
    assert (found.inputs[0].loader, found.outputs[0].saver) == ("LoadImage", "SaveImage")


def test_an_input_of_several_loaders_has_one_only_if_they_are_alike() -> None:
    targets = [Target(node="1", field="image"), Target(node="2", field="image")]
    given = Form(title="Two", inputs=[FormInput(id="plate", targets=targets)])
    alike = with_classes(given, graph(n1="LoadImage", n2="LoadImage"))
    mixed = with_classes(given, graph(n1="LoadImage", n2="LoadImageMask"))
    assert (alike.inputs[0].loader, mixed.inputs[0].loader) == ("LoadImage", "")


def test_the_classes_are_no_part_of_what_is_published() -> None:
    found = with_classes(FILES, graph(n1="LoadImage", n3="SaveImage"))
    assert written(found) == written(FILES)
    assert schema_hash(found) == schema_hash(FILES) == "29fe57a991f2e7c7"  # before there were any
