"""Publish, inspect, list, compare and withdraw, on a whole relay."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.publishing.graphs import api, ui
from tests.rig import Rig, picture, png

V1 = "/relay/v1"


def published(rig: Rig, name: str, body: Any, status: int = 201) -> dict[str, Any]:
    answer = rig.client.put(f"{V1}/workflows/{name}", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def got(rig: Rig, path: str, **query: Any) -> dict[str, Any]:
    answer = rig.client.get(f"{V1}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def names(rig: Rig) -> list[str]:
    return [each["name"] for each in got(rig, "workflows")["workflows"]]


def test_what_comfyui_saved_becomes_a_form_and_runs(rig: Rig, name: str) -> None:
    done = published(rig, name, {"workflow": ui(radius=5)})
    assert (done["version"], done["new"]) == (1, True)
    assert [host["can_run"] for host in done["hosts"]] == [True]
    form = got(rig, f"workflows/{name}")["form"]
    (plate,), (softness,), (output,) = form["inputs"], form["params"], form["outputs"]
    assert (plate["id"], plate["label"], plate["kind"]) == ("plate", "Plate", "image")
    assert (softness["id"], softness["group"], softness["type"]) == ("softness", "Look", "int")
    assert (softness["default"], softness["min"], softness["max"]) == (5, 1, 31)
    assert output["kind"] == "image"
    assert (plate["loader"], output["saver"]) == ("LoadImage", "SaveImage")
    plain = rig.submit("blur", {"image": png(picture())}, params={"radius": 7, "sigma": 2.0})
    mine = rig.submit(name, {"plate": png(picture())}, params={"softness": 7})
    pixels = [rig.pixels(rig.wait(job["id"])["outputs"][0]) for job in (plain, mine)]
    assert (pixels[0] == pixels[1]).all()


def test_the_same_content_again_is_the_same_version(rig: Rig, name: str) -> None:
    first = published(rig, name, {"workflow": ui()})
    again = published(rig, name, {"workflow": ui()}, status=200)
    assert again["new"] is False
    assert again["version"] == first["version"] == 1
    assert again["digest"] == first["digest"]


def test_other_content_is_a_new_version_and_the_old_one_stays(rig: Rig, name: str) -> None:
    published(rig, name, {"workflow": ui(radius=3)})
    assert published(rig, name, {"workflow": ui(radius=4)})["version"] == 2
    defaults = [
        got(rig, f"workflows/{name}", version=version)["form"]["params"][0]["default"]
        for version in (1, 2)
    ]
    assert defaults == [3, 4]
    listed = got(rig, f"workflows/{name}/versions")["versions"]
    assert [(each["version"], each["withdrawn"]) for each in listed] == [(2, False), (1, False)]
    job = rig.submit(name, {"plate": png(picture())}, version=1)
    assert (job["workflow_version"], job["values"]) == (1, {"softness": 3})
    assert rig.wait(job["id"])["status"] == "succeeded"


def test_what_changed_is_told_by_form_and_graph(rig: Rig, name: str) -> None:
    published(rig, name, {"workflow": ui(radius=3)})
    published(rig, name, {"workflow": ui(radius=4), "title": "Softer"})
    found = got(rig, f"workflows/{name}/diff")
    assert (found["before"], found["after"]) == (1, 2)
    assert {
        "where": "params.softness.default", "before": "3", "after": "4",
    } in found["form"]  # fmt: skip
    assert found["form"][0]["where"] == "title"
    assert found["graph"] == [
        {"where": "node 2 (ImageBlur).blur_radius", "before": "3", "after": "4"}
    ]


def test_a_version_is_withdrawn_and_its_jobs_stay(rig: Rig, name: str) -> None:
    published(rig, name, {"workflow": ui(radius=3)})
    published(rig, name, {"workflow": ui(radius=4)})
    job = rig.submit(name, {"plate": png(picture())})
    rig.wait(job["id"])
    answer = rig.client.delete(f"{V1}/workflows/{name}", params={"version": 2})
    assert answer.json() == {"name": name, "withdrawn": [2]}
    assert got(rig, f"workflows/{name}")["version"] == 1
    assert got(rig, f"workflows/{name}", version=2)["withdrawn"] is True
    assert rig.job(job["id"])["workflow_version"] == 2
    refused = rig.client.post(f"{V1}/workflows/{name}/jobs", json={"version": 2})
    assert refused.status_code == 404
    assert refused.json()["error"]["code"] == "workflow_not_found"


def test_a_workflow_is_withdrawn_whole_and_published_again(rig: Rig, name: str) -> None:
    published(rig, name, {"workflow": ui()})
    assert rig.client.delete(f"{V1}/workflows/{name}").json()["withdrawn"] == [1]
    assert rig.client.delete(f"{V1}/workflows/{name}").json()["withdrawn"] == []
    assert name not in names(rig)
    assert published(rig, name, {"workflow": ui()}, status=200)["version"] == 1
    assert name in names(rig)


def test_inspecting_tells_everything_and_publishes_nothing(rig: Rig, name: str) -> None:
    answer = rig.client.post(f"{V1}/workflows/inspect", json={"workflow": ui()})
    found = answer.json()
    assert answer.status_code == 200
    assert (found["publishable"], found["format"], found["problems"]) == (True, "ui", [])
    assert [each["id"] for each in found["form"]["params"]] == ["softness"]
    assert found["values_schema"]["properties"]["softness"]["maximum"] == 31
    assert found["form"]["inputs"][0]["loader"] == "LoadImage"
    assert found["workflow"]["2"]["inputs"] == {
        "image": ["1", 0], "blur_radius": 3, "sigma": 2.0,
    }  # fmt: skip
    assert found["needs"] == ["ImageBlur", "LoadImage", "SaveImage"]
    assert name not in names(rig)


def test_inspecting_names_every_problem_with_its_node(rig: Rig) -> None:
    raw = ui()
    raw["nodes"][1]["type"] = "SomebodysBlur"
    raw["nodes"][2]["widgets_values"] = ["../../out"]
    raw["nodes"].append(
        {
            "id": 7, "type": "ImageScaleBy", "mode": 0, "widgets_values": ["area", 99],
            "inputs": [{"name": "image", "type": "IMAGE", "link": 2}],
            "outputs": [{"name": "IMAGE", "type": "IMAGE"}],
        }
    )  # fmt: skip
    raw["nodes"][2]["inputs"][0]["link"] = 4
    raw["links"].append([4, 7, 0, 3, 0, "IMAGE"])
    answer = rig.client.post(f"{V1}/workflows/inspect", json={"workflow": raw})
    found = answer.json()
    assert found["publishable"] is False
    assert [(each["code"], each["node"]) for each in found["problems"]] == [
        ("unknown_class", "2"), ("refused", "3"), ("invalid_value", "7"),
    ]  # fmt: skip


def test_the_api_format_is_published_with_a_form_file(rig: Rig, name: str) -> None:
    form = {
        "title": "Soft",
        "inputs": [{"id": "plate", "targets": [{"node": "1", "field": "image"}]}],
        "params": [
            {"id": "radius", "max": 9, "targets": [{"title": "Image Blur", "field": "blur_radius"}]}
        ],
    }
    published(rig, name, {"workflow": api(), "form": form})
    (radius,) = got(rig, f"workflows/{name}")["form"]["params"]
    assert (radius["type"], radius["default"], radius["min"], radius["max"]) == ("int", 3, 1, 9)
    refused = rig.client.post(
        f"{V1}/workflows/{name}/jobs",
        json={"params": {"radius": 10}, "inputs": {"plate": {"data": "AAAA"}}},
    )
    assert refused.json()["error"]["code"] == "invalid_params"


def test_a_form_file_does_not_say_what_the_graph_tells(rig: Rig, name: str) -> None:
    image = {"id": "image", "loader": "LoadImage", "targets": [{"node": "1"}]}
    body = {"workflow": api(), "form": {"inputs": [image]}}
    refused = rig.client.put(f"{V1}/workflows/{name}", json=body)
    assert refused.status_code == 422
    assert "loader" in refused.text


def test_a_picture_that_comfyui_saved_is_published(rig: Rig, name: str) -> None:
    file, info = io.BytesIO(), PngInfo()
    info.add_text("workflow", json.dumps(ui()))
    info.add_text("prompt", json.dumps(api()))
    Image.new("RGB", (4, 4)).save(file, "PNG", pnginfo=info)
    published(rig, name, {"picture": base64.b64encode(file.getvalue()).decode()})
    assert got(rig, f"workflows/{name}")["form"]["params"][0]["id"] == "softness"


def test_a_picture_from_a_job_can_be_published(rig: Rig, name: str) -> None:
    job = rig.wait(rig.submit("invert", {"image": png(picture())})["id"])
    result = rig.client.get(f"/api/v2/assets/{job['outputs'][0]['id']}/content").content
    done = published(rig, name, {"picture": base64.b64encode(result).decode()})
    assert done["hosts"][0]["can_run"] is True


@pytest.mark.parametrize("version", [3, 10**9])
def test_a_version_that_does_not_exist(rig: Rig, name: str, version: int) -> None:
    published(rig, name, {"workflow": ui()})
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/diff")):
        query = {"after" if path else "version": version}
        answer = rig.client.request(method, f"{V1}/workflows/{name}{path}", params=query)
        assert answer.status_code == 404, (method, path)
        assert "has no version" in answer.json()["error"]["message"]
