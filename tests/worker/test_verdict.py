"""What the history of a prompt means, and what is brought home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from relay_server.hosts.comfy import HostFile
from relay_server.models.jobs import Status
from relay_server.worker.harvest import Text, named_outputs
from relay_server.worker.verdict import JobFailed, is_unlike_known, verdict


@dataclass
class Asked:
    cancel_asked: bool = False
    timed_out: bool = False
    time_limit_s: float = 60


def entry(*messages: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"status": {"status_str": "success", "messages": list(map(list, messages))}}


START = ("execution_start", {"prompt_id": "p"})
INTERRUPTED = ("execution_interrupted", {"prompt_id": "p", "node_id": "3"})


def error(**changes: Any) -> tuple[str, dict[str, Any]]:
    fields = {
        "node_id": "3", "node_type": "KSampler", "exception_type": "ValueError",
        "exception_message": "bad\nmore", "traceback": ["line 1\n", "line 2\n"],
    }  # fmt: skip
    return "execution_error", {**fields, **changes}


def test_success_is_the_hosts_success() -> None:
    assert verdict(entry(START, ("execution_success", {})), Asked()) == (Status.SUCCEEDED, None)


def test_a_status_left_over_from_another_prompt_is_not_believed() -> None:
    status, found = verdict(entry(START), Asked())
    assert status is Status.FAILED
    assert found
    assert found["code"] == "worker_error"


def test_an_error_names_the_node() -> None:
    status, found = verdict(entry(START, error()), Asked())
    assert status is Status.FAILED
    assert found
    assert found["message"] == "Node 3 (KSampler) failed: bad."
    assert found["traceback"] == "line 1\nline 2\n"


@pytest.mark.parametrize("kind", ["torch.OutOfMemoryError", "torch.cuda.OutOfMemoryError"])
def test_out_of_memory_has_its_own_code(kind: str) -> None:
    _, found = verdict(entry(START, error(exception_type=kind)), Asked())
    assert found
    assert found["code"] == "out_of_memory"


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (Asked(cancel_asked=True), Status.CANCELED, None),
        (Asked(timed_out=True), Status.FAILED, "time_limit"),
        (Asked(), Status.FAILED, "interrupted"),
    ],
)
def test_an_interrupt_is_judged_by_what_was_asked(
    asked: Asked, status: Status, code: str | None
) -> None:
    found, reason = verdict(entry(START, INTERRUPTED), asked)
    assert found is status
    assert (reason or {}).get("code") == code


def test_a_refusal_carries_no_traceback_of_the_host() -> None:
    body = {
        "error": {"type": "prompt_outputs_failed_validation", "message": "failed", "details": ""},
        "node_errors": {
            "2": {
                "class_type": "LoadImage",
                "errors": [
                    {
                        "type": "exception_during_validation",
                        "message": "Exception when validating node",
                        "details": "boom\n  File /srv/comfy/nodes.py",
                        "extra_info": {"traceback": ["/srv/comfy/nodes.py"], "input_name": "image"},
                    }
                ],
            }
        },
    }
    failed = JobFailed.rejected(body, {})
    assert failed.error["node_id"] == "2"
    assert "/srv/comfy" not in str(failed.error)


def test_whatever_a_node_names_is_brought_home() -> None:
    outputs = {
        "1": {"images": [{"filename": "a.png", "subfolder": "x", "type": "output"}]},
        "2": {"gifs": [{"filename": "b.mp4", "subfolder": "", "type": "temp", "fps": 8}]},
        "3": {"audio": [{"filename": "c.flac", "subfolder": "", "type": "output"}]},
        "4": {"3d": [{"filename": "d.glb", "subfolder": "mesh", "type": "output"}]},
        "5": {"text": ["a caption", "another"]},
        "6": {"latents": [{"filename": "e.latent", "subfolder": "", "type": "output"}]},
        "7": {"animated": [True], "images": [], "extra": None},
        "8": None,
        "9": {"result": "plain", "video": {"filename": "f.webm"}},
    }
    assert list(named_outputs(outputs)) == [
        ("1", HostFile("a.png", "x", "output")),
        ("2", HostFile("b.mp4", "", "temp")),
        ("3", HostFile("c.flac", "", "output")),
        ("4", HostFile("d.glb", "mesh", "output")),
        ("5", Text("a caption")),
        ("5", Text("another")),
        ("6", HostFile("e.latent", "", "output")),
        ("9", Text("plain")),
        ("9", HostFile("f.webm", "", "output")),
    ]


@pytest.mark.parametrize(
    ("body", "unlike"),
    [
        ({"error": {"type": "invalid_prompt", "message": "node X does not exist."}}, True),
        ({"error": {"type": "missing_node_type", "message": "Node 'X' not found."}}, True),
        ({"error": {"type": "invalid_prompt", "message": "a node is missing it"}}, False),
        ({"error": "no prompt", "node_errors": []}, False),
        ({"node_errors": {"1": {"errors": [{"type": "value_not_in_list"}]}}}, True),
        ({"node_errors": {"1": {"errors": [{"type": "value_smaller_than_min"}]}}}, False),
        ({}, False),
    ],
)
def test_a_refusal_tells_whether_the_host_is_as_known(body: dict[str, Any], unlike: bool) -> None:
    assert is_unlike_known(body) is unlike
