"""What no host may see, whatever way it comes in."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.errors import Unprocessable
from relay_server.workflows.guard import Rules, checked, names_file
from relay_server.workflows.object_info import ObjectInfo
from tests.rig import invert_graph

INFO = ObjectInfo(
    {
        "LoadImage": {"input": {"required": {"image": [["a.png"], {"image_upload": True}]}}},
        "ImageInvert": {"input": {"required": {"image": ["IMAGE"]}}},
        "SaveImage": {
            "input": {"required": {"images": ["IMAGE"], "filename_prefix": ["STRING", {}]}},
            "output_node": True,
        },
        "LoadFrames": {
            "input": {"required": {"directory": ["STRING", {}], "caption": ["STRING", {}]}},
            "output_node": True,
        },
        "LoraLoader": {"input": {"required": {"lora_name": [["sdxl\\ink.safetensors"]]}}},
    }
)
ROOTS = ("/mnt/shows", "D:/shows")


def rules(**more: Any) -> Rules:
    return Rules(max_nodes=100, info=INFO, **more)


def refused(graph: dict[str, Any], rules: Rules, **more: Any) -> dict[str, Any]:
    with pytest.raises(Unprocessable) as error:
        checked(graph, rules, **more)
    assert error.value.code == "invalid_workflow"
    found: dict[str, Any] = (error.value.details or {})["node_errors"]
    return found


def frames(directory: Any, caption: str = "") -> dict[str, Any]:
    fields = {"directory": directory, "caption": caption}
    return {"1": {"class_type": "LoadFrames", "inputs": fields}}


ESCAPING = ["/etc", "~/x", "C:/x", "C:x", "..", "a/../../b", "a\\b", "\\\\server\\x", "a\nb"]


@pytest.mark.parametrize("path", ESCAPING)
@pytest.mark.parametrize("wrap", [lambda path: path, lambda path: {"__value__": path},
                                  lambda path: {"__value__": {"__value__": path}}])  # fmt: skip
def test_a_path_out_of_its_folder_is_refused_in_every_field_that_names_a_file(
    path: str, wrap: Any
) -> None:
    assert list(refused(frames(wrap(path)), rules())) == ["1"]
    assert list(refused(invert_graph(image=wrap(path)), rules())) == ["1"]
    assert list(refused(invert_graph(prefix=wrap(path)), rules())) == ["3"]


def test_a_text_may_look_like_a_path() -> None:
    graph = frames("plates", "../ and /etc and C:\\")
    assert checked(graph, rules()) == graph


def test_a_field_that_a_form_marks_as_file_names_a_file() -> None:
    graph = frames("plates", "/etc/passwd")
    assert checked(graph, rules()) == graph
    assert list(refused(graph, rules(), files=[("1", "caption")])) == ["1"]


@pytest.mark.parametrize("path", ["/mnt/shows/a/b", "D:/shows/a", "D:\\shows\\a", "plates/a"])
def test_a_path_under_an_allowed_root_is_let_through(path: str) -> None:
    graph = frames(path)
    assert checked(graph, rules(roots=ROOTS)) == graph


@pytest.mark.parametrize(
    "path",
    ["/mnt/shows", "/mnt/showsX/a", "/mnt/shows/../etc", "/mnt/shows/a/..", "/etc", "E:/shows/a",
     "/mnt/shows/a\nb"],
)  # fmt: skip
def test_what_only_looks_like_an_allowed_root_is_refused(path: str) -> None:
    assert list(refused(frames(path), rules(roots=ROOTS))) == ["1"]


def test_what_is_saved_never_leaves_the_job_even_under_an_allowed_root() -> None:
    assert list(refused(invert_graph(prefix="/mnt/shows/a"), rules(roots=ROOTS))) == ["3"]


def test_the_name_of_a_model_may_have_the_hosts_separator() -> None:
    assert not names_file("LoraLoader", "lora_name", INFO)


@pytest.mark.parametrize("allowed", [("Load*", "Save*", "ImageInvert"), ("*",), ()])
def test_classes_on_the_list_may_run(allowed: tuple[str, ...]) -> None:
    assert checked(invert_graph(), rules(allowed=allowed)) == invert_graph()


def test_a_class_off_the_list_is_refused_by_name() -> None:
    found = refused(invert_graph(), rules(allowed=("LoadImage", "Save*")))
    assert found == {
        "2": [{"field": "class_type",
               "reason": "this relay does not allow the node class 'ImageInvert'"}],
    }  # fmt: skip


def test_the_list_holds_without_any_host() -> None:
    nobody = Rules(max_nodes=100, allowed=("Save*",))
    assert sorted(refused(invert_graph(), nobody)) == ["1", "2"]


def test_what_no_output_needs_is_left_out() -> None:
    graph = invert_graph() | {"9": {"class_type": "LoadImage", "inputs": {"image": "a.png"}}}
    assert checked(graph, rules()) == invert_graph()


@pytest.mark.parametrize("target", ["99", "1"])
def test_a_wrapped_link_never_reaches_a_host(target: str) -> None:
    graph = invert_graph()
    graph["2"]["inputs"]["image"] = {"__value__": {"__value__": [target, 0]}}
    assert refused(graph, rules())["2"][0]["reason"] == "a link must not be wrapped"


@pytest.mark.parametrize("path", [" /etc", '"/etc"', "\u00a0/etc", "file:///etc", "$HOME/x"])
def test_what_a_loader_would_strip_or_expand_is_no_way_out(path: str) -> None:
    assert list(refused(frames(path), rules())) == ["1"]
    assert list(refused(frames(path), rules(roots=ROOTS))) == ["1"]


def test_a_path_over_a_link_is_refused_too() -> None:
    graph = frames(["5", 0]) | {"5": {"class_type": "LoadImage", "inputs": {"image": "/etc/x"}}}
    assert sorted(refused(graph, rules())) == ["1", "5"]


def test_brackets_in_the_list_of_classes_are_just_brackets() -> None:
    found = refused(invert_graph(), rules(allowed=("Load*", "Save*", "Image[A-Z]nvert")))
    assert sorted(found) == ["2"]
