"""The SDK's asynchronous client against a running relay."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfy_sdk import AsyncComfy
from comfy_sdk.events import OutputReady, Preview, Progress, StatusChange
from comfy_sdk.exceptions import JobFailed, NotFound

from tests.contract.graphs import drawn_graph, failing_graph
from tests.rig import PATIENCE_S, Rig, invert_graph, picture, png, slow_graph

EVENTS = (StatusChange, Progress, Preview, OutputReady)


async def test_an_uploaded_picture_goes_the_whole_way(
    async_comfy: AsyncComfy, tmp_path: Path
) -> None:
    asset = async_comfy.assets.from_bytes(png(picture(seed=111)), filename="plate.png")
    workflow = async_comfy.workflows.from_json(invert_graph(asset))
    job = await (await async_comfy.submit(workflow, metadata={"via": "async"})).result()
    (output,) = job.outputs
    saved = await output.to_file(tmp_path / "result.png")
    assert saved.read_bytes() == await output.to_bytes()
    assert job.metadata == {"via": "async"}


async def test_known_bytes_are_found_by_their_hash(async_comfy: AsyncComfy) -> None:
    data = png(picture(seed=112))
    first, second = (async_comfy.assets.from_bytes(data, filename=f"{i}.png") for i in range(2))
    await first.commit()
    await second.commit()
    assert (first.created_new, second.created_new) == (True, False)
    found = await async_comfy.assets.get(str(second.id))
    assert found.hash == first.hash
    await found.delete()
    with pytest.raises(NotFound):
        await async_comfy.assets.get(str(second.id))


async def test_events_tell_the_whole_story(async_comfy: AsyncComfy, rig: Rig) -> None:
    with rig.paused():
        job = await async_comfy.submit(async_comfy.workflows.from_json(slow_graph(113, steps=60)))
        following = aiter(job.events())
        first = await anext(following)
    events = [first, *[event async for event in following]]
    kinds = {type(event) for event in events}
    assert {StatusChange, Progress, OutputReady} <= kinds <= {*EVENTS}
    assert events[-1] == StatusChange("succeeded")


async def test_a_running_job_is_canceled(async_comfy: AsyncComfy) -> None:
    job = await async_comfy.submit(async_comfy.workflows.from_json(slow_graph(114, steps=5000)))
    async for event in job.events():
        if isinstance(event, Progress):
            await job.cancel()
    assert job.status == "canceled" or (await job.wait(timeout=PATIENCE_S)).status == "canceled"


async def test_jobs_are_listed_page_by_page(async_comfy: AsyncComfy) -> None:
    graph = async_comfy.workflows.from_json(drawn_graph(color=6))
    jobs = [await async_comfy.submit(graph, metadata={"run": "async"}) for _ in range(5)]
    listed = [job.id async for job in async_comfy.list_jobs(metadata={"run": "async"}, limit=2)]
    assert listed == [job.id for job in reversed(jobs)]


async def test_a_node_that_fails_is_named(async_comfy: AsyncComfy) -> None:
    with pytest.raises(JobFailed) as caught:
        await async_comfy.run(async_comfy.workflows.from_json(failing_graph()))
    assert caught.value.error is not None
    assert (caught.value.code, caught.value.error.node_id) == ("node_execution_error", "3")
