"""What runs before a job, and when it begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relay_server.jobs.forecast import Ahead, Line, Place, ahead, begins_in_s

BOTH = frozenset({"gpu1", "gpu2"})
MINE = Line(
    user="ann", priority="shot", needs="n", rank=1, jobs=5, first=10, last=50, expect_s=10.0,
    share_s=0.0, able=BOTH,
)  # fmt: skip


def of(user: str, **changes: object) -> Line:
    return replace(MINE, user=user, **changes)  # type: ignore[arg-type]


def before(*lines: Line, seq: int = 30, own: int = 0) -> Ahead:
    return ahead(Place(MINE, seq, own), [MINE, *lines])


def test_alone_it_is_behind_its_own_lane_only() -> None:
    assert before(own=3) == Ahead(own=3, others=0, work_s=30.0)


def test_better_classes_come_first_and_lesser_ones_do_not() -> None:
    better = of("bob", priority="interactive", rank=0, jobs=4)
    lesser = of("bob", priority="batch", rank=2, jobs=4, share_s=0.0)
    assert before(better).others == 4
    assert before(lesser).others == 0


def test_own_jobs_of_other_lanes_count_by_age() -> None:
    other = of("ann", needs="m", jobs=3, first=1, last=5)
    assert before(other).own == 3
    assert before(replace(other, first=60, last=99)).own == 0
    assert before(replace(other, first=20, last=40)).own in {1, 2}


def test_another_user_gets_as_much_of_the_hosts_and_no_more() -> None:
    crowd = of("bob", jobs=100, first=1, last=100)
    assert before(crowd, own=0).others == 1  # the older one begins
    assert before(crowd, own=3).others == 4  # turn by turn
    assert before(of("bob", jobs=100, first=40, last=200), own=3).others == 3
    assert before(of("bob", jobs=2, first=1, last=100), own=3).others == 2


def test_who_had_much_waits_for_who_had_little() -> None:
    rich = of("bob", jobs=100, first=1, last=99, share_s=100.0)
    assert before(rich, own=3).others == 0
    poor = of("bob", jobs=100, first=1, last=99)
    mine = replace(MINE, share_s=100.0)
    assert ahead(Place(mine, 30, 0), [mine, poor]).others == 11


def test_lanes_of_one_user_share_that_users_share() -> None:
    lanes = [of("bob", needs=name, jobs=50, first=1, last=99) for name in "xyz"]
    assert before(*lanes, own=4).others == 5


def test_jobs_for_other_hosts_are_not_in_the_way() -> None:
    elsewhere = of("bob", able=frozenset({"gpu3"}), jobs=9, rank=0)
    assert before(elsewhere) == Ahead()
    partly = of("bob", able=frozenset({"gpu2", "gpu3"}), jobs=4, rank=0)
    assert before(partly).work_s == 20.0  # half of it goes to gpu3


def test_unknown_work_is_unknown_altogether() -> None:
    unknown = of("bob", expect_s=None, rank=0, jobs=1)
    assert before(unknown).work_s is None
    assert before(unknown).others == 1


@pytest.mark.parametrize(
    ("jobs", "busy", "begins"),
    [
        (0, [0.0], 0.0),
        (0, [7.0, 3.0], 3.0),
        (1, [0.0, 0.0], 0.0),  # the other host is free
        (2, [0.0, 0.0], 10.0),
        (4, [0.0, 0.0], 20.0),
        (1, [0.0, 25.0], 10.0),
        (1, [0.0, None], 10.0),
        (0, [None], None),
        (0, [], None),
    ],
)
def test_it_begins_when_a_host_is_done_with_what_is_before(
    jobs: int, busy: list[float | None], begins: float | None
) -> None:
    assert begins_in_s(Ahead(own=jobs, work_s=10.0 * jobs), busy) == begins


def test_a_long_queue_spreads_over_the_hosts() -> None:
    begins = begins_in_s(Ahead(others=10_000, work_s=100_000.0), [0.0] * 8)
    assert begins == pytest.approx(12_500, abs=10)


def test_a_limit_leaves_fewer_hosts() -> None:
    assert begins_in_s(Ahead(own=4, work_s=40.0), [0.0] * 8, at_once=1) == 40.0
    assert begins_in_s(Ahead(own=4, work_s=40.0), [0.0] * 8) == 0.0


def test_unknown_work_has_no_end() -> None:
    assert begins_in_s(Ahead(own=1, work_s=None), [0.0]) is None
