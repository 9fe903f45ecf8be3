"""Which job goes to which host."""

from __future__ import annotations

from typing import Any

from relay_server.jobs.dispatch import AGEING_S, Room, Waiting, assign, why_not
from relay_server.jobs.record import Needs


def waiting(job: str, seq: int = 1, **changes: Any) -> Waiting:
    fields: dict[str, Any] = {
        "job": job, "seq": seq, "waits_s": 0.0, "priority": "interactive", "user": "anna",
        "classes": frozenset({"LoadImage"}),
    }  # fmt: skip
    return Waiting(**{**fields, **changes})


def room(name: str, **changes: Any) -> Room:
    fields: dict[str, Any] = {
        "name": name, "up": True, "free": 1, "classes": frozenset({"LoadImage", "SaveImage"})
    }  # fmt: skip
    return Room(**{**fields, **changes})


def given(heads: list[Waiting], hosts: list[Room]) -> list[tuple[str, str]]:
    return [(head.job, host.name) for head, host in assign(heads, hosts, 0.0)]


def test_the_older_job_goes_first() -> None:
    assert given([waiting("b", 2), waiting("a", 1)], [room("gpu1")]) == [("a", "gpu1")]


def test_one_job_for_each_host_with_a_free_slot() -> None:
    heads = [waiting("a", 1), waiting("b", 2, user="ben"), waiting("c", 3, user="cleo")]
    found = given(heads, [room("gpu1"), room("gpu2"), room("full", free=0)])
    assert found == [("a", "gpu1"), ("b", "gpu2")]


def test_the_emptiest_host_is_chosen() -> None:
    assert given([waiting("a")], [room("busy"), room("empty", free=2)]) == [("a", "empty")]


def test_a_host_without_the_node_gets_nothing() -> None:
    head = waiting("a", classes=frozenset({"Special"}))
    assert given([head], [room("gpu1")]) == []
    assert why_not(head, room("gpu1")) == "the host lacks the node Special"


def test_a_host_that_is_not_up_gets_nothing() -> None:
    assert given([waiting("a")], [room("gpu1", up=False)]) == []


def test_a_pinned_job_waits_for_its_host() -> None:
    head = waiting("a", pinned="gpu2")
    assert given([head], [room("gpu1")]) == []
    assert given([head], [room("gpu1"), room("gpu2")]) == [("a", "gpu2")]


def test_a_better_class_goes_first_whoever_waited_longer() -> None:
    heads = [waiting("batch", 1, priority="batch"), waiting("shot", 2, priority="shot")]
    assert given(heads, [room("gpu1")]) == [("shot", "gpu1")]


def test_a_batch_job_that_waited_long_enough_is_not_starved() -> None:
    old = waiting("old", 1, priority="batch", waits_s=2 * AGEING_S)
    assert given([waiting("new", 2), old], [room("gpu1")]) == [("old", "gpu1")]


def test_the_user_with_less_running_goes_first() -> None:
    heads = [waiting("anna's", 1), waiting("ben's", 2, user="ben")]
    hosts = [room("gpu1"), room("gpu2", free=1, users=("anna",))]
    assert given(heads, hosts)[0][0] == "ben's"


def test_four_workflows_of_one_user_leave_room_for_another() -> None:
    heads = [waiting(f"anna's {n}", n) for n in range(4)] + [waiting("ben's", 9, user="ben")]
    found = given(heads, [room(f"gpu{n}") for n in range(4)])
    assert "ben's" in [job for job, _ in found]


def test_a_host_that_failed_the_job_is_the_last_choice() -> None:
    head = waiting("a", avoid=frozenset({"gpu1"}))
    assert given([head], [room("gpu1", free=2), room("gpu2")]) == [("a", "gpu2")]
    assert given([head], [room("gpu1")]) == [("a", "gpu1")]


def test_a_host_without_the_model_gets_nothing_and_says_which() -> None:
    head = waiting("a", models=frozenset({"checkpoints/sdxl/foo.safetensors"}))
    has = room("has", models=frozenset({"checkpoints/sdxl/foo.safetensors", "loras/x.pt"}))
    lacks = room("lacks", free=2, models=frozenset({"loras/sdxl/foo.safetensors"}))
    assert given([head], [lacks, has]) == [("a", "has")]
    assert why_not(head, lacks) == "the host lacks the checkpoint sdxl/foo.safetensors"


def test_a_host_whose_models_are_not_known_yet_is_able() -> None:
    head = waiting("a", models=frozenset({"loras/x.pt"}))
    assert given([head], [room("new", models=None)]) == [("a", "new")]
    assert why_not(head, room("empty", models=frozenset())) == "the host lacks the LoRA x.pt"


def test_jobs_with_other_models_wait_in_other_lanes() -> None:
    first, second = (Needs(classes=["A"], models=[name]) for name in ("loras/x", "loras/y"))
    assert first.digest != second.digest
    assert Needs(classes=["A"], models=["b", "a"]).digest == (
        Needs(classes=["A"], models=["a", "b"]).digest
    )


def test_a_job_of_before_there_were_models_keeps_its_lane() -> None:
    before = '{"classes":["KSampler","LoadImage"],"host":null}'
    assert Needs.model_validate_json(before).digest == "fa41dc56c4a32c7e"
