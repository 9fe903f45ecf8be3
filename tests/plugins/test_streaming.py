"""What is sent, as the schema has it, and without holding up the application."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from comfyrelay.errors import InputMissing, RelayRefused
from comfyrelay.previews import preview_in
from comfyrelay.relay import Submission
from comfyrelay.streaming import Source, Spliced
from comfyrelay.submitting import Submitting
from generated.comfyrelay_client.models import PreviewEvent, WorkflowJobCreate
from relay_server.models.jobs import WorkflowJobCreate as Accepted
from tests.plugins.held import Ticks
from tests.plugins.relays import GO_ON, blur, door, key
from tests.rig import Rig

ROOT = Path(__file__).parents[2]
MB = 1024 * 1024
HELD_S = 0.010


def body_of(submission: Submission, inline_limit: int = 8 * MB) -> dict[str, Any]:
    """What would be sent, parsed."""
    hashes = dict.fromkeys(_paths(submission), "0" * 64)
    sending = Submitting(submission, "key", GO_ON, None, lambda path, stop: hashes[path])
    body = sending._body(sending._blobs(inline_limit))
    sent = b"".join(body.pieces())
    assert len(sent) == body.size
    found: dict[str, Any] = json.loads(sent)
    return found


def _paths(submission: Submission) -> Iterator[Path]:
    for each in submission.inputs.values():
        yield from [each] if isinstance(each, Path) else each


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    found = [tmp_path / f"{number}.png" for number in range(3)]
    for number, path in enumerate(found):
        path.write_bytes(np.random.default_rng(number).bytes(400_001 + number))
    return found


def test_what_is_spliced_is_what_the_schema_takes(files: list[Path]) -> None:
    submission = Submission(
        "any", {"prompt": 'a "door" \\ 数', "seed": 2**64 - 1},
        {"plate": files[0], "mask": files[1:]},
        version=3, priority="batch", tags=("a",), metadata={"uid": "1"}, max_wait_s=60.0,
    )  # fmt: skip
    found = body_of(submission)
    assert WorkflowJobCreate.from_dict(found).to_dict() == found  # the generated client's
    accepted = Accepted.model_validate(found)  # the relay's own
    assert accepted.params == submission.params
    assert accepted.priority == "batch"
    sent = [found["inputs"]["plate"], *found["inputs"]["mask"]]
    assert [base64.b64decode(each["data"]) for each in sent] == [
        path.read_bytes() for path in files
    ]
    assert [each["name"] for each in sent] == ["0.png", "1.png", "2.png"]


def test_what_the_generated_client_cannot_say_is_in_the_schema_all_the_same() -> None:
    paths = json.loads((ROOT / "schemas" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    assert "get" in paths["/api/v2/jobs/{id}/events"]
    assert "get" in paths["/api/v2/assets/{id}/content"]
    assert PreviewEvent.from_dict({"node_id": "1", "content_type": "x", "data_base64": "aGk="})
    line = json.dumps({"node_id": "1", "content_type": "x", "data_base64": "aGk="})
    assert preview_in(["event: status", "data: {}", "", "event: preview", f"data: {line}"]) == b"hi"


def test_large_files_and_many_files_are_named_by_their_hash(files: list[Path]) -> None:
    found = body_of(Submission("any", {}, {"plate": files}), inline_limit=400_001)
    Accepted.model_validate(found)
    assert ["data" in each for each in found["inputs"]["plate"]] == [True, False, False]
    assert all(each["sha256"] for each in found["inputs"]["plate"])


def test_a_file_that_changes_while_it_is_sent_is_not_sent(files: list[Path]) -> None:
    source = Source.of(files[0])
    for content in (b"shorter", files[0].read_bytes() + b"longer"):
        files[0].write_bytes(content)
        with pytest.raises(InputMissing, match="changed while it was sent"):
            list(Spliced.of("[X]", {"X": source}).pieces())


@pytest.mark.parametrize("inline_mb", [1, 100], ids=["as a blob", "as Base64"])
def test_nobody_waits_while_a_large_plate_is_sent(
    tmp_path: Path, inline_mb: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comfyrelay.submitting.MOST_INLINE", 100 * MB)
    plate, best_s = tmp_path / "plate.exr", 1.0
    with Rig(tmp_path, inline_limit=inline_mb * MB) as rig, door(rig.url) as relay:
        for number in range(6):
            plate.write_bytes(np.random.default_rng(number).bytes(64 * MB))
            with Ticks() as ticks, suppress(RelayRefused):
                relay.submit(blur(plate), key(), GO_ON)  # no picture, so refused in the end
            best_s = min(best_s, ticks.longest_s)
            if best_s < HELD_S:
                break
    assert best_s < HELD_S
