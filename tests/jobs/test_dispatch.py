"""Which job goes to which host."""

from __future__ import annotations

from typing import Any

import pytest

from relay_server.jobs.dispatch import (
    Crowd,
    Holding,
    Room,
    Rules,
    Waiting,
    Wants,
    assign,
    moves,
    unable,
    why_not,
    worth_waiting,
)
from relay_server.jobs.record import Needs

RULES = Rules()
DREAM = frozenset({"checkpoints/dream.safetensors"})


def waiting(job: str, seq: int = 1, **changes: Any) -> Waiting:
    """The head of a lane; what it wants goes by its name."""
    wanted = {name: changes.pop(name) for name in Wants.__dataclass_fields__ if name in changes}
    fields: dict[str, Any] = {
        "job": job, "seq": seq, "waits_s": 0.0, "priority": "interactive", "user": "anna",
        "wants": Wants(**{"classes": frozenset({"LoadImage"}), **wanted}),
    }  # fmt: skip
    return Waiting(**{**fields, **changes})


def room(name: str, **changes: Any) -> Room:
    fields: dict[str, Any] = {"name": name, "classes": frozenset({"LoadImage", "SaveImage"})}
    return Room(**{**fields, **changes})


def holding(job: str = "other", user: str = "anna", **changes: Any) -> Holding:
    return Holding(job, user, **changes)


def given(heads: list[Waiting], hosts: list[Room], rules: Rules = RULES) -> list[tuple[str, str]]:
    return [(head.job, host.name) for head, host in assign(heads, hosts, rules)]


def test_the_older_job_goes_first() -> None:
    assert given([waiting("b", 2), waiting("a", 1)], [room("gpu1")]) == [("a", "gpu1")]


def test_one_job_for_each_host_with_a_free_slot() -> None:
    heads = [waiting("a", 1), waiting("b", 2, user="ben"), waiting("c", 3, user="cleo")]
    found = given(heads, [room("gpu1"), room("gpu2"), room("full", free=0)])
    assert found == [("a", "gpu1"), ("b", "gpu2")]


def test_the_emptiest_host_is_chosen() -> None:
    busy = room("busy", held=(holding(),))
    assert given([waiting("a")], [busy, room("empty", free=2)]) == [("a", "empty")]


@pytest.mark.parametrize(
    ("wants", "host", "reason"),
    [
        ({"classes": frozenset({"Special"})}, {}, "the host lacks the node Special"),
        (
            {"models": frozenset({"checkpoints/sdxl/foo.safetensors"})},
            {"models": frozenset({"loras/sdxl/foo.safetensors"})},
            "the host lacks the checkpoint sdxl/foo.safetensors",
        ),
        ({"models": frozenset({"loras/x.pt"})}, {"models": frozenset()},
         "the host lacks the LoRA x.pt"),
        ({"pinned": "gpu2"}, {}, "the job wants the host gpu2"),
        ({"not_on": frozenset({"gpu1"})}, {}, "the host refused this job"),
        ({"more_than": 24}, {"memory": 24}, "the job ran out of memory on a host that has as much"),
    ],
)  # fmt: skip
def test_an_unable_host_gets_nothing_and_says_why(
    wants: dict[str, Any], host: dict[str, Any], reason: str
) -> None:
    head, unfit = waiting("a", **wants), room("gpu1", **host)
    assert given([head], [unfit]) == []
    assert why_not(head.wants, unfit) == unable(head.wants, unfit) == reason


def test_a_host_with_more_memory_may_try() -> None:
    assert given([waiting("a", more_than=24)], [room("gpu1", memory=48)]) == [("a", "gpu1")]


def test_a_host_whose_models_are_not_known_yet_is_able() -> None:
    head = waiting("a", models=frozenset({"loras/x.pt"}))
    assert given([head], [room("new", models=None)]) == [("a", "new")]


@pytest.mark.parametrize("state", ["starting", "draining", "paused", "sick", "gone"])
def test_a_host_that_is_not_up_gets_nothing(state: str) -> None:
    host = room("gpu1", state=state, reason="new cards")
    assert given([waiting("a")], [host]) == []
    assert why_not(Wants(), host) == f"the host is {state}: new cards"
    assert unable(Wants(), host) is None


def test_a_pinned_job_waits_for_its_host() -> None:
    head = waiting("a", pinned="gpu2")
    assert given([head], [room("gpu1"), room("gpu2")]) == [("a", "gpu2")]


def test_a_better_class_goes_first_whoever_waited_longer() -> None:
    heads = [waiting("batch", 1, priority="batch"), waiting("shot", 2, priority="shot")]
    assert given(heads, [room("gpu1")]) == [("shot", "gpu1")]


def test_a_lane_that_was_not_served_for_long_enough_is_not_starved() -> None:
    old = waiting("old", 9, priority="batch", unserved_s=3 * RULES.ageing_s)
    assert given([waiting("new", 1), old], [room("gpu1")]) == [("old", "gpu1")]


def test_a_lane_that_is_served_does_not_age_however_long_its_jobs_wait() -> None:
    served = waiting("old", 1, priority="batch", waits_s=9 * RULES.ageing_s, unserved_s=1.0)
    assert given([waiting("new", 2), served], [room("gpu1")]) == [("new", "gpu1")]


def test_the_user_for_whom_hosts_worked_less_goes_first() -> None:
    heads = [waiting("anna's", 1, share_s=100.0), waiting("ben's", 2, user="ben", share_s=90.0)]
    assert given(heads, [room("gpu1")]) == [("ben's", "gpu1")]


def test_what_a_user_has_on_hosts_now_counts_as_well() -> None:
    heads = [waiting("anna's", 1, share_s=90.0), waiting("ben's", 2, user="ben", share_s=100.0)]
    busy = room("gpu2", free=0, held=(holding(left_s=20.0),))
    assert given(heads, [room("gpu1"), busy]) == [("ben's", "gpu1")]


def test_four_workflows_of_one_user_leave_room_for_another() -> None:
    heads = [waiting(f"anna's {n}", n) for n in range(4)] + [waiting("ben's", 9, user="ben")]
    found = given(heads, [room(f"gpu{n}") for n in range(4)])
    assert "ben's" in [job for job, _ in found]


def test_a_user_may_be_limited() -> None:
    rules = Rules(max_held_per_user=2)
    hosts = [room("gpu1", held=(holding(),)), room("gpu2"), room("gpu3")]
    heads = [waiting("a", 1), waiting("b", 2), waiting("ben's", 3, user="ben")]
    assert {job for job, _ in given(heads, hosts, rules)} == {"a", "ben's"}
    reason = Crowd([room("gpu1", held=(holding(), holding()))]).limits(heads[0], rules)
    assert reason == "anna has 2 jobs on hosts, the most that one user may have"


def test_a_workflow_may_be_limited() -> None:
    heads = [
        waiting("a", 1, workflow="dear", limited="dear", limit=2),
        waiting("b", 2, user="ben", workflow="dear", limited="dear", limit=2),
        waiting("c", 3, user="ben"),
    ]
    hosts = [room("gpu1", held=(holding(workflow="dear"),)), room("gpu2"), room("gpu3")]
    assert sorted(job for job, _ in given(heads, hosts)) == ["b", "c"]


def test_a_host_that_failed_the_job_is_the_last_choice() -> None:
    head = waiting("a", avoid=frozenset({"gpu1"}))
    assert given([head], [room("gpu1", free=2), room("gpu2")]) == [("a", "gpu2")]
    assert given([head], [room("gpu1")]) == [("a", "gpu1")]


# the host that has the checkpoint loaded


def test_a_warm_host_is_chosen_among_the_empty() -> None:
    head = waiting("a", models=DREAM)
    assert given([head], [room("cold"), room("warm", warm=DREAM)]) == [("a", "warm")]


def test_a_job_waits_a_moment_for_a_warm_host() -> None:
    warm = room("warm", free=0, warm=DREAM, held=(holding(left_s=2.0), holding(left_s=1.0)))
    head = waiting("a", models=DREAM)
    assert given([head], [room("cold"), warm]) == []
    found = worth_waiting(head, [room("cold"), warm], RULES)
    assert found
    assert found.name == "warm"


@pytest.mark.parametrize(
    ("head", "host"),
    [
        ({"waits_s": 4.0}, {}),
        ({}, {"held": (holding(left_s=60.0),)}),
        ({}, {"held": (holding(left_s=None),)}),
        ({}, {"state": "draining"}),
        ({"models": frozenset({"loras/x.pt"})}, {}),
    ],
    ids=["waited", "busy for long", "busy for who knows", "draining", "light"],
)
def test_but_not_longer_than_it_is_worth(head: dict[str, Any], host: dict[str, Any]) -> None:
    warm = room("warm", **{"free": 0, "warm": DREAM, "held": (holding(left_s=2.0),), **host})
    found = given([waiting("a", **{"models": DREAM, **head})], [room("cold"), warm])
    assert found == [("a", "cold")]


def test_the_warm_host_that_is_waited_for_is_an_able_one() -> None:
    warm = {"warm": DREAM, "free": 0, "held": (holding(left_s=1.0),)}
    head = waiting("a", models=DREAM, not_on=frozenset({"first"}))
    found = worth_waiting(head, [room("first", **warm), room("second", **warm)], RULES)
    assert found
    assert found.name == "second"


# jobs that only wait on their host


def behind(job: str = "behind", **changes: Any) -> Holding:
    return holding(job, **{"executing": False, "since_s": 9.0, **changes})


def moved(heads: list[Waiting], hosts: list[Room]) -> list[str]:
    return [held.job for held in moves(heads, hosts, RULES, patience_s=1.0)]


def test_a_job_behind_another_comes_back_for_an_idle_host() -> None:
    crowded = room("gpu1", free=0, held=(holding(), behind()))
    assert moved([], [crowded, room("gpu2")]) == ["behind"]


@pytest.mark.parametrize(
    "other",
    [
        room("gpu2", held=(holding(),)),
        room("gpu2", state="paused"),
        room("gpu2", classes=frozenset()),
    ],
    ids=["busy", "paused", "unable"],
)
def test_but_only_for_one_that_is_idle_and_able(other: Room) -> None:
    wants = Wants(classes=frozenset({"LoadImage"}))
    crowded = room("gpu1", free=0, held=(holding(), behind(wants=wants)))
    assert moved([], [crowded, other]) == []


def test_a_job_that_executes_or_has_just_come_stays() -> None:
    crowded = room("gpu1", free=0, held=(holding(), behind(since_s=0.5)))
    assert moved([], [crowded, room("gpu2")]) == []
    assert moved([], [room("gpu1", held=(behind(),)), room("gpu2")]) == []


def test_one_job_comes_back_for_each_idle_host() -> None:
    crowded = [room(f"gpu{n}", free=0, held=(holding(), behind(f"b{n}"))) for n in range(3)]
    assert moved([], [*crowded, room("x"), room("y")]) == ["b0", "b1"]


def test_what_only_waits_leaves_a_draining_host() -> None:
    draining = room("gpu1", state="draining", held=(holding(), behind()))
    assert moved([], [draining]) == ["behind"]


def test_a_batch_job_makes_room_for_an_interactive_one() -> None:
    crowded = room("gpu1", free=0, held=(holding(), behind(priority="batch")))
    assert moved([waiting("a")], [crowded]) == ["behind"]
    assert moved([waiting("a", priority="batch")], [crowded]) == []
    assert moved([waiting("a", pinned="gpu2")], [crowded]) == []
    assert moved([waiting("a")], [crowded, room("gpu2", held=(holding(),))]) == []


def test_an_interactive_job_makes_no_room_for_another() -> None:
    crowded = room("gpu1", free=0, held=(holding(), behind(priority="interactive")))
    assert moved([waiting("a")], [crowded]) == []


# lanes


def test_jobs_with_other_needs_wait_in_other_lanes() -> None:
    first, second = (Needs(classes=["A"], models=[name]) for name in ("loras/x", "loras/y"))
    assert first.digest != second.digest
    assert Needs(classes=["A"], models=["b", "a"]).digest == (
        Needs(classes=["A"], models=["a", "b"]).digest
    )
    assert Needs(classes=["A"], limited="dear", limit=2).digest != Needs(classes=["A"]).digest
