"""What a node asks of a relay, on a whole relay."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from comfyrelay.errors import InputMissing, PluginError, RelayRefused, ResultUnwritable
from comfyrelay.relay import Relay, Submission
from comfyrelay.settings import Settings
from tests.plugins.relays import GO_ON, blur, door, ended, key, written
from tests.rig import Rig, eventually, slow_graph


@pytest.fixture
def relay(rig: Rig) -> Iterator[Relay]:
    with door(rig.url, user="Jane Doe") as found:
        yield found


def test_who_we_are_and_what_there_is(relay: Relay) -> None:
    me = relay.me()
    assert me.user.startswith("Jane-Doe-")  # a relay without keys lets everybody name a person
    assert me.inline_limit > 1_000_000
    found = {each.name: each for each in relay.workflows()}
    assert found["blur"].available
    assert relay.models("checkpoints")
    assert relay.models("no_such_kind") == ()


def test_a_form_is_read_with_what_a_node_needs(relay: Relay) -> None:
    form = relay.form("inpaint")
    inputs = {each.id: each for each in form.inputs}
    assert (form.workflow, form.version) == ("inpaint", 1)
    assert [each.kind for each in form.inputs] == ["image", "mask"]
    assert all(each.loader for each in inputs.values())
    assert [each.saver for each in form.outputs] == ["SaveImage"]
    assert any(each.type == "seed" for each in form.params)
    assert any(each.models and each.menu for each in form.params)


def test_a_picture_goes_there_and_comes_back(relay: Relay, rig: Rig, tmp_path: Path) -> None:
    plate, told = written(tmp_path, "Plätze für 数 %04d.png"), []
    job = relay.submit(
        blur(plate, tags=("shot",), metadata={"uid": "n1"}), key(), GO_ON,
        lambda done, size: told.append((done, size)),
    )  # fmt: skip
    assert told[-1][0] == told[-1][1] > plate.stat().st_size
    job = ended(relay, job.id)
    assert (job.status, job.workflow, job.tags) == ("succeeded", "blur", ("shot",))
    assert job.metadata == {"uid": "n1"}
    assert job.values["radius"] == 3
    (result,) = job.results
    target = tmp_path / "v001" / "result.1001.png"
    relay.download(result, target, GO_ON)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == result.sha256
    want = rig.submit("blur", {"image": plate.read_bytes()}, params={"radius": 3, "sigma": 1.5})
    with Image.open(io.BytesIO(target.read_bytes())) as image:
        assert (
            np.asarray(image.convert("RGB")) == rig.pixels(rig.wait(want["id"])["outputs"][0])
        ).all()
    assert [each.name for each in target.parent.iterdir()] == ["result.1001.png"]


def test_the_same_key_is_the_same_job(relay: Relay, tmp_path: Path) -> None:
    plate, mine = written(tmp_path), key()
    first = relay.submit(blur(plate), mine, GO_ON)
    assert relay.submit(blur(plate), mine, GO_ON).id == first.id
    assert relay.submit(blur(plate), key(), GO_ON).id != first.id


def test_a_large_file_goes_by_itself_and_only_once(rig: Rig, tmp_path: Path) -> None:
    pixels = np.random.default_rng(5).integers(0, 256, (1700, 1800, 3), dtype=np.uint8)
    plate, told = written(tmp_path, pixels=pixels), []
    with door(rig.url) as relay:
        assert plate.stat().st_size > relay.me().inline_limit
        first = relay.submit(blur(plate), key(), GO_ON, lambda *each: told.append(each))
        assert len(told) > 20
        told.clear()
        again = relay.submit(
            blur(plate, params={"radius": 4}), key(), GO_ON, lambda *each: told.append(each)
        )
        assert len(told) < 5  # nothing but the request
    assert all(rig.wait(job.id)["status"] == "succeeded" for job in (first, again))


def test_the_mask_and_the_plate_go_to_their_inputs(relay: Relay, tmp_path: Path) -> None:
    plate, mask = written(tmp_path), written(tmp_path, "mask.png")
    form = relay.form("inpaint")
    params = {
        each.id: each.menu[0] if each.menu else "a door" for each in form.params if each.required
    }
    inputs = {each.id: mask if each.kind == "mask" else plate for each in form.inputs}
    submission = Submission("inpaint", params, inputs)
    assert ended(relay, relay.submit(submission, key(), GO_ON).id).status == "succeeded"


def test_a_file_that_is_not_there_is_never_left_out(relay: Relay, tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="No such file") as error:
        relay.submit(blur(tmp_path / "gone.png"), key(), GO_ON)
    assert error.value.hint
    (tmp_path / "empty.png").touch()
    with pytest.raises(InputMissing, match="is empty"):
        relay.submit(blur(tmp_path / "empty.png"), key(), GO_ON)


def test_a_wrong_value_is_told_by_the_label_of_its_knob(relay: Relay, tmp_path: Path) -> None:
    plate = written(tmp_path)
    label = next(each.label for each in relay.form("blur").params if each.id == "radius")
    with pytest.raises(RelayRefused, match=f"^{label}: ") as error:
        relay.submit(blur(plate, params={"radius": 9999}), key(), GO_ON)
    assert (error.value.code, error.value.hint) == (
        "invalid_params", "Correct the value and press Generate again.",
    )  # fmt: skip
    with pytest.raises(PluginError, match="cannot be sent"):
        relay.submit(blur(plate, params={"sigma": float("nan")}), key(), GO_ON)


def test_what_the_relay_refuses_has_its_code_and_a_hint(relay: Relay, tmp_path: Path) -> None:
    with pytest.raises(RelayRefused) as missing:
        relay.submit(Submission("blur"), key(), GO_ON)
    assert missing.value.code == "missing_input"
    assert missing.value.hint.startswith("Connect the input")
    with pytest.raises(RelayRefused) as unknown:
        relay.form("no-such")
    assert unknown.value.code == "workflow_not_found"
    assert str(unknown.value) == "No workflow is published as 'no-such'."
    (tmp_path / "text.png").write_text("no picture" * 2000)
    with pytest.raises(RelayRefused) as broken:
        relay.submit(blur(tmp_path / "text.png"), key(), GO_ON)
    assert broken.value.code == "invalid_picture"


def test_a_job_of_ours_is_followed_and_canceled(relay: Relay, rig: Rig) -> None:
    job = rig.submit_graph(slow_graph(steps=9000, seed=11))
    with pytest.raises(RelayRefused):  # it is somebody else's
        relay.job(job["id"])
    with door(rig.url, user=job["user"]) as own:
        running = own.wait(job["id"], 0, 20.0, GO_ON)
        assert own.wait(job["id"], running.rev, 20.0, GO_ON).rev > running.rev
        assert own.cancel(job["id"]).status in {"canceling", "canceled"}
        assert ended(own, job["id"]).status == "canceled"


def test_my_jobs_are_listed_and_found_by_what_was_noted(relay: Relay, tmp_path: Path) -> None:
    plate, uid = written(tmp_path), key()
    ids = [relay.submit(blur(plate, metadata={"uid": uid}), key(), GO_ON).id for _ in range(2)]
    relay.submit(blur(plate), key(), GO_ON)
    assert [job.id for job in relay.jobs(metadata={"uid": uid})] == ids[::-1]
    assert len(relay.jobs(limit=1)) == 1
    assert relay.explain(ids[0]).summary


def test_a_running_job_shows_a_preview(relay: Relay, rig: Rig) -> None:
    job = rig.submit_graph(slow_graph(steps=9000, seed=12))
    with door(rig.url, user=job["user"]) as own:
        found = eventually("a preview", lambda: own.preview(job["id"]))
        own.cancel(job["id"])
        assert Image.open(io.BytesIO(found)).format == "JPEG"
        assert ended(own, job["id"]).status == "canceled"
        assert own.preview(job["id"]) is None


def test_a_result_is_never_put_over_another(relay: Relay, tmp_path: Path) -> None:
    job = ended(relay, relay.submit(blur(written(tmp_path)), key(), GO_ON).id)
    target = tmp_path / "result.png"
    target.write_bytes(b"mine")
    with pytest.raises(ResultUnwritable, match="File exists"):
        relay.download(job.results[0], target, GO_ON)
    assert target.read_bytes() == b"mine"
    assert not list(tmp_path.glob("*.part"))


def test_nothing_is_asked_where_the_guard_forbids_it(rig: Rig) -> None:
    def main_thread() -> None:
        raise AssertionError("on the main thread")

    relay = Relay(Settings(url=rig.url), guard=main_thread)
    with pytest.raises(AssertionError, match="main thread"):
        relay.me()
