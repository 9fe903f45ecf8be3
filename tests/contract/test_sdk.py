"""Comfy-Org's SDK, unmodified, against a running relay."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
from comfy_sdk import Comfy
from comfy_sdk.events import OutputReady, Preview, Progress, StatusChange
from PIL import Image

from tests.contract.graphs import drawn_graph, shown_graph
from tests.rig import PATIENCE_S, Rig, invert_graph, picture, png, slow_graph


def test_an_uploaded_picture_comes_back_inverted(comfy: Comfy, tmp_path: Path) -> None:
    plate = picture(seed=101)
    (tmp_path / "plate.png").write_bytes(png(plate))
    workflow = comfy.workflows.from_json(invert_graph())
    workflow.set_input("1", "image", comfy.assets.from_file(tmp_path / "plate.png"))
    output = comfy.run(workflow, timeout=PATIENCE_S).outputs[0]
    saved = output.to_file(tmp_path / "result.png")
    with Image.open(saved) as image:
        result = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(result - (255 - plate.astype(int))).max() <= 1
    assert (output.type, output.content_type) == ("image", "image/png")
    assert output.size_bytes == saved.stat().st_size


def test_known_bytes_are_not_uploaded_again(comfy: Comfy, rig: Rig) -> None:
    data = png(picture(seed=102))
    first = comfy.assets.from_bytes(data, filename="a.png")
    first.commit()
    second = comfy.assets.from_bytes(data, filename="b.png")
    sent: list[str] = []
    comfy._low._client.event_hooks["request"].append(
        lambda request: sent.append(f"{request.method} {request.url.path.rsplit('/', 2)[-1]}")
    )
    second.commit()
    assert (first.created_new, second.created_new) == (True, False)
    assert [each.split()[0] for each in sent] == ["HEAD", "POST"]
    assert sent[1] == "POST from-hash"
    assert first.id != second.id
    assert first.hash == second.hash


def test_an_asset_is_read_by_its_id_and_deleted(comfy: Comfy) -> None:
    asset = comfy.assets.from_bytes(b"some numbers", filename="numbers.txt")
    found = comfy.assets.get(asset.commit())
    assert (found.file_path, found.hash, found.job_id) == ("numbers.txt", asset.hash, None)
    url = found.get_download_url().url
    assert httpx.get(url, trust_env=False).content == b"some numbers"
    found.delete()
    assert httpx.get(url, trust_env=False).status_code == 404


def test_the_same_handle_may_be_committed_again_after_a_delete(comfy: Comfy) -> None:
    asset = comfy.assets.from_bytes(b"once more", filename="more.txt")
    asset.commit()
    kept = comfy.assets.from_bytes(b"once more", filename="kept.txt")
    kept.commit()
    asset.delete()
    assert asset.commit() != kept.id


def test_jobs_are_listed_newest_first_page_by_page(comfy: Comfy) -> None:
    labels = {"shot": "sq010", "run": "paging"}
    graph = comfy.workflows.from_json(drawn_graph(color=3))
    ids = [comfy.submit(graph, metadata={**labels, "take": str(take)}).id for take in range(7)]
    pages: list[str] = []
    comfy._low._client.event_hooks["request"].append(lambda request: pages.append(request.url.path))
    listed = list(comfy.list_jobs(metadata=labels, limit=3))
    assert [job.id for job in listed] == ids[::-1]
    assert len(pages) == 3
    assert listed[0].metadata == {**labels, "take": "6"}
    assert listed[0].create_time is not None
    assert [job.id for job in comfy.list_jobs(metadata={"run": "paging", "take": "2"})] == [ids[2]]
    assert comfy.jobs.get(ids[0]).metadata == {**labels, "take": "0"}


def test_jobs_without_a_filter_come_once_each(comfy: Comfy) -> None:
    graph = comfy.workflows.from_json(drawn_graph(color=4))
    ids = [comfy.submit(graph).id for _ in range(5)]
    listed = [job.id for job in comfy.list_jobs(limit=2)]
    assert len(listed) == len(set(listed))
    assert listed[:5] == ids[::-1]


def test_events_tell_the_whole_story(comfy: Comfy, rig: Rig) -> None:
    with rig.paused():
        job = comfy.submit(comfy.workflows.from_json(slow_graph(seed=103, steps=100)))
        following = job.events()
        first = next(following)
    events = [first, *following]
    statuses = [event.status for event in events if isinstance(event, StatusChange)]
    assert isinstance(first, StatusChange)
    assert isinstance(events[-1], StatusChange)
    seen = list(dict.fromkeys(statuses))
    assert seen in (["queued", "running", "succeeded"], ["queued", "succeeded"])
    progress = [event for event in events if isinstance(event, Progress)]
    assert [each.value for each in progress] == sorted(each.value for each in progress)
    assert any(each.steps == 100 and each.nodes_total for each in progress)
    assert progress[-1].value == 1
    previews = [event for event in events if isinstance(event, Preview)]
    with previews[-1].to_pil() as image:
        assert (image.format, previews[-1].content_type) == ("JPEG", "image/jpeg")
        image.load()
    (ready,) = [event for event in events if isinstance(event, OutputReady)]
    assert ready.output.id == job.refresh().outputs[0].id


def test_events_after_the_end_are_one_status(comfy: Comfy) -> None:
    job = comfy.run(comfy.workflows.from_json(drawn_graph(color=5)), timeout=PATIENCE_S)
    statuses = [event for event in job.events() if isinstance(event, StatusChange)]
    assert [event.status for event in statuses] == ["succeeded"]


def test_an_output_is_fetched_whole_in_part_and_by_its_url(comfy: Comfy) -> None:
    job = comfy.run(comfy.workflows.from_json(drawn_graph(color=0xFF8000)), timeout=PATIENCE_S)
    (output,) = job.get_outputs("2")
    data = output.to_bytes()
    assert output.to_bytes(range=(0, 7)) == data[:8] == b"\x89PNG\r\n\x1a\n"
    stream = io.BytesIO()
    assert output.to_stream(stream, range=(8, 15)) == 8
    assert stream.getvalue() == data[8:16]
    assert httpx.get(output.get_download_url().url, trust_env=False).content == data
    assert output.job_id == job.id


def test_a_text_comes_out_as_text(comfy: Comfy) -> None:
    (output,) = comfy.run(
        comfy.workflows.from_json(shown_graph("four hills")), timeout=PATIENCE_S
    ).outputs
    assert (output.type, output.to_bytes()) == ("text", b"four hills")


def test_the_workflow_behind_a_job_can_be_asked_for(comfy: Comfy) -> None:
    job = comfy.run(comfy.workflows.from_json(drawn_graph(width=32)), timeout=PATIENCE_S)
    found = comfy.jobs.get(job.id).get_workflow()
    assert found.format == "api"
    assert found.graph["1"]["inputs"]["width"] == 32


def test_a_running_job_is_canceled(comfy: Comfy) -> None:
    job = comfy.submit(comfy.workflows.from_json(slow_graph(seed=104, steps=5000)))
    next(event for event in job.events() if isinstance(event, Progress))
    assert job.cancel().status in {"canceling", "canceled"}
    assert job.wait(timeout=PATIENCE_S).status == "canceled"
    assert job.cancel().status == "canceled"


def test_a_waiting_job_is_canceled_at_once(idle: Rig, target: Callable[[Rig], None]) -> None:
    target(idle)
    with Comfy() as client:
        job = client.submit(client.workflows.from_json(drawn_graph()))
        assert job.status == "queued"
        assert job.cancel().status == "canceled"
        assert list(job.events()) == [StatusChange("canceled")]
