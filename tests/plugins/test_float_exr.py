"""A float plate goes to a host and comes back, bit for bit: our example workflows, a whole relay,
and the simulated host's twins of our two nodes."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest
from numpy.typing import NDArray
from PIL import Image

from comfyrelay.fit import cropped, fitted
from comfyrelay_nodes import NODE_CLASS_MAPPINGS, NODE_DISPLAY_NAME_MAPPINGS, exr, nodes
from relay_server.sim_host.catalog import CLASSES
from relay_server.sim_host.folders import Folders
from relay_server.sim_host.node import Offered
from relay_server.sim_host.options import SimOptions
from tests.plugins.plates import plate, read_exr, save_exr
from tests.rig import Rig

EXAMPLES = Path(__file__).parents[2] / "plugins/comfyui/example_workflows"
HEIGHT, WIDTH = 45, 80
LEFT = np.zeros((HEIGHT, WIDTH), np.float32)
LEFT[:, : WIDTH // 2] = 1


def publish(rig: Rig, name: str, **changes: Any) -> dict[str, Any]:
    """One of the examples, published; its name and form as the relay answers them."""
    body = {
        "workflow": json.loads((EXAMPLES / f"{name}.json").read_text()),
        "form": json.loads((EXAMPLES / f"{name}.form.json").read_text()),
        **changes,
    }
    answer = rig.client.put(f"/relay/v1/workflows/{name}", json=body)
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = rig.client.get(f"/relay/v1/workflows/{name}").json()
    return found


def results(rig: Rig, folder: Path, name: str, files: dict[str, Any], **params: Any) -> list[Path]:
    """The files that a job of the workflow gives; several files for an input are its frames."""

    def encoded(path: Path) -> dict[str, str]:
        return {"data": base64.b64encode(path.read_bytes()).decode(), "name": path.name}

    inputs = {
        key: [encoded(each) for each in sent] if isinstance(sent, list) else encoded(sent)
        for key, sent in files.items()
    }
    answer = rig.client.post(
        f"/relay/v1/workflows/{name}/jobs", json={"inputs": inputs, "params": params}
    )
    assert answer.status_code == 201, answer.text
    job = rig.wait(answer.json()["id"])
    assert job["status"] == "succeeded", job
    saved = []
    for number, output in enumerate(job["outputs"]):
        assert output["content_type"] == "image/x-exr"
        path = folder / f"result{number}.exr"
        path.write_bytes(rig.client.get(f"/api/v2/assets/{output['id']}/content").content)
        saved.append(path)
    return saved


def plates(dtype: str, seed: int = 0) -> dict[str, NDArray[Any]]:
    return {name: plate(HEIGHT, WIDTH, dtype, seed + at) for at, name in enumerate("ABGR")}


def finite() -> dict[str, NDArray[Any]]:
    """Without what a weighted sum of zeros would change."""
    return {
        name: np.nan_to_num(pixels, nan=0.5, posinf=9, neginf=-9) + np.float32(0)
        for name, pixels in plates("float32").items()
    }


def bits(channels: dict[str, NDArray[Any]]) -> dict[str, tuple[Any, bytes]]:
    return {name: (each.dtype, each.tobytes()) for name, each in channels.items()}


@pytest.mark.parametrize(
    ("dtype", "depth"), [("float32", "32-bit float"), ("float16", "16-bit half")]
)
def test_a_plate_comes_back_bit_for_bit(rig: Rig, tmp_path: Path, dtype: str, depth: str) -> None:
    publish(rig, "exr-identity")
    sent = plates(dtype)
    save_exr(tmp_path / "a.exr", sent, {"owner": "comp", "pixelAspectRatio": 2.0})
    (found,) = results(rig, tmp_path, "exr-identity", {"image": tmp_path / "a.exr"}, depth=depth)
    assert bits(read_exr(found)) == bits(sent)
    with OpenEXR.File(str(found)) as file:
        assert file.header()["owner"] == "comp"
        assert file.header()["pixelAspectRatio"] == 2.0
        assert "simulated host" in file.header()["simulation"]


def test_a_padded_plate_comes_back_cropped_bit_for_bit(rig: Rig, tmp_path: Path) -> None:
    publish(rig, "exr-identity")
    sent = plates("float32")
    save_exr(tmp_path / "a.exr", sent)
    source, fit = fitted(tmp_path / "a.exr", tmp_path / "b.exr", 16)
    assert fit.words == "sent 80x45 +3"
    (found,) = results(rig, tmp_path, "exr-identity", {"image": source})
    assert read_exr(found)["R"].shape == (48, 80)
    assert bits(read_exr(cropped(found, tmp_path / "c.exr", fit).path)) == bits(sent)


def test_a_host_really_works_on_the_values(rig: Rig, tmp_path: Path) -> None:
    publish(rig, "exr-invert")
    sent = plates("float32")
    save_exr(tmp_path / "a.exr", sent)
    (found,) = results(rig, tmp_path, "exr-invert", {"image": tmp_path / "a.exr"})
    got = read_exr(found)
    assert all(np.allclose(got[n], 1 - sent[n], atol=1e-5, equal_nan=True) for n in "RGB")
    assert got["A"].tobytes() == sent["A"].tobytes()


def only_the_left_changed(got: dict[str, NDArray[Any]], sent: dict[str, NDArray[Any]]) -> None:
    half = WIDTH // 2
    for name in "RGB":
        assert got[name][:, half:].tobytes() == sent[name][:, half:].tobytes()
        assert np.allclose(got[name][:, :half], 1 - sent[name][:, :half], atol=1e-5)
    assert got["A"].tobytes() == sent["A"].tobytes()


def test_a_mask_that_is_white_on_the_left_changes_only_the_left(rig: Rig, tmp_path: Path) -> None:
    publish(rig, "exr-invert-masked")
    sent = finite()
    save_exr(tmp_path / "a.exr", sent)
    grey = (LEFT * 255).astype(np.uint8)
    Image.fromarray(np.dstack([grey] * 3)).save(tmp_path / "mask.png")
    files = {"image": tmp_path / "a.exr", "mask": tmp_path / "mask.png"}
    (found,) = results(rig, tmp_path, "exr-invert-masked", files)
    only_the_left_changed(read_exr(found), sent)


def test_a_mask_for_a_float_loader_is_an_exr_and_keeps_its_values(rig: Rig, tmp_path: Path) -> None:
    graph = json.loads((EXAMPLES / "exr-invert-masked.json").read_text())
    graph["2"] = {"class_type": "ComfyRelayLoadEXR", "inputs": {"image": "mask.exr"}}
    graph["4"]["inputs"]["mask"] = ["2", 1]
    publish(rig, "exr-invert-masked", workflow=graph)
    sent = finite()
    save_exr(tmp_path / "a.exr", sent)
    soft = LEFT * np.float32(1 / 3)
    save_exr(tmp_path / "mask.exr", dict.fromkeys("RGBA", soft))
    files = {"image": tmp_path / "a.exr", "mask": tmp_path / "mask.exr"}
    (found,) = results(rig, tmp_path, "exr-invert-masked", files)
    wanted = soft * (1 - sent["G"]) + (1 - soft) * sent["G"]
    assert np.allclose(read_exr(found)["G"], wanted, atol=1e-5)  # 8 bits would be off by 1e-3


def test_frames_become_a_batch_that_is_saved_whole(rig: Rig, tmp_path: Path) -> None:
    form = json.loads((EXAMPLES / "exr-identity.form.json").read_text())
    form["inputs"][0]["frames"] = True
    graph = json.loads((EXAMPLES / "exr-identity.json").read_text())
    del graph["2"]["inputs"]["alpha"]
    publish(rig, "exr-identity", form=form, workflow=graph)
    frames = [plates("float32", seed) for seed in (0, 10, 20)]
    paths = [tmp_path / f"frame{number}.exr" for number in range(len(frames))]
    for path, frame in zip(paths, frames, strict=True):
        save_exr(path, frame)
    found = results(rig, tmp_path, "exr-identity", {"image": paths})
    assert len(found) == len(frames)
    for path, frame in zip(found, frames, strict=True):
        assert bits(read_exr(path)) == bits({name: frame[name] for name in "BGR"})


def test_a_form_made_of_the_graph_has_a_picture_to_send(rig: Rig) -> None:
    graph = json.loads((EXAMPLES / "exr-identity.json").read_text())
    found = publish(rig, "exr-identity", form=None, workflow=graph)["form"]
    assert [(each["kind"], each["help"]) for each in found["inputs"]] == [("image", "")]
    assert [each["kind"] for each in found["outputs"]] == ["image"]


def test_a_file_that_is_no_exr_fails_with_a_sentence(rig: Rig, tmp_path: Path) -> None:
    publish(rig, "exr-identity")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    data = base64.b64encode((tmp_path / "a.png").read_bytes()).decode()
    answer = rig.client.post(
        "/relay/v1/workflows/exr-identity/jobs", json={"inputs": {"image": {"data": data}}}
    )
    job = rig.wait(answer.json()["id"])
    assert job["status"] == "failed"
    assert "cannot be read" in job["error"]["message"]


def test_the_twins_say_the_same_of_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`/object_info` of our nodes, made as ComfyUI makes it, and of the simulation."""
    folders = Folders(tmp_path)
    folders.prepare()
    (tmp_path / "input" / "a.exr").touch()
    paths = type("paths", (), {"get_input_directory": lambda: str(tmp_path / "input")})
    monkeypatch.setattr(nodes, "folder_paths", paths, raising=False)
    for name, own in NODE_CLASS_MAPPINGS.items():
        inputs = own.INPUT_TYPES()
        wanted = {
            "input": inputs,
            "input_order": {section: list(fields) for section, fields in inputs.items()},
            "output": own.RETURN_TYPES,
            "output_is_list": [False] * len(own.RETURN_TYPES),
            "output_name": getattr(own, "RETURN_NAMES", own.RETURN_TYPES),
            "name": name,
            "display_name": NODE_DISPLAY_NAME_MAPPINGS[name],
            "description": own.DESCRIPTION,
            "python_module": f"custom_nodes.{exr.__package__}",
            "category": own.CATEGORY,
            "output_node": getattr(own, "OUTPUT_NODE", False),
        }
        told = CLASSES[name].info(Offered(SimOptions(), folders))
        assert json.loads(json.dumps(told)) == json.loads(json.dumps(wanted))
