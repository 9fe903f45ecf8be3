"""Three phases on their threads: what lands, what does not, and what it costs the main thread."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from comfyrelay import crossing
from comfyrelay.dcc import ACTIVE, ERROR, Dcc, Node, Status
from comfyrelay.errors import InputMissing, JobCanceled, PluginError, RelayUnreachable
from comfyrelay.form import Form
from comfyrelay.guard import WrongThread, working
from comfyrelay.memory import MemoryDcc
from comfyrelay.memory_node import MemoryNode
from comfyrelay.orders import Order
from comfyrelay.parts import Bundle
from comfyrelay.pool import Pool
from comfyrelay.runs import Parts, Run
from comfyrelay.telling import Telling
from comfyrelay.threaded import Threaded, threaded
from comfyrelay.threads import Threads
from tests.rig import PATIENCE_S, eventually

PLUGINS = Path(__file__).parents[2] / "plugins" / "common"


class Desk:
    """A DCC with its threads and one node."""

    def __init__(self, size: int = 4) -> None:
        self.dcc = MemoryDcc()
        self.threads = Threads(self.dcc, Pool(size))
        self.node = self.add()

    def add(self) -> MemoryNode:
        node = self.dcc.add()
        node.keep({"uid": node.name}, modifies=True)
        return node

    def start(self, story: Threaded[int, int], wish: int = 3) -> Run:
        return self.threads.start(story, self.node.name, wish)

    def until_over(self, run: Run) -> None:
        self.dcc.until(run.over.is_set, PATIENCE_S)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    assert made.threads.close(PATIENCE_S)


def counting(
    snapshot: Callable[[int], None] = lambda number: None,
    work: Callable[[int, Run], None] = lambda number, run: None,
    apply: Callable[[int], None] = lambda number: None,
) -> Threaded[int, int]:
    """A story of as many parts as wished for; each is squared and logged on the node."""

    @threaded
    def count(node: Node, wish: int, run: Run) -> Generator[int | None, Node, None]:
        for number in range(1, wish + 1):
            snapshot(number)
            yield number

    @count.work
    def square(parts: Parts[int], run: Run) -> Iterator[int | None]:
        while not parts.over:
            number = parts.take(0.1)
            if number is None:
                yield None
            else:
                work(number, run)
                yield number * number

    @count.apply
    def write(node: Node, landed: int, run: Run) -> None:
        apply(landed)
        node.log(str(landed))

    return count


def test_what_is_read_goes_to_work_and_lands_in_order(desk: Desk) -> None:
    desk.until_over(desk.start(counting(), 5))
    assert desk.node.lines == ["1", "4", "9", "16", "25"]


def test_each_phase_has_its_thread(desk: Desk) -> None:
    seen: dict[str, str] = {}

    def note(phase: str) -> None:
        seen[phase] = threading.current_thread().name

    story = counting(
        lambda number: note("snapshot"), lambda number, run: note("work"), lambda n: note("apply")
    )
    desk.until_over(desk.start(story))
    main = threading.current_thread().name
    assert seen["snapshot"] == seen["apply"] == main
    assert seen["work"].startswith("comfyrelay-")


def test_one_part_is_made_in_each_turn_of_the_main_loop(desk: Desk) -> None:
    made: list[int] = []
    run = desk.start(counting(made.append), 3)
    assert made == [1]
    desk.dcc.until(lambda: desk.dcc.turn(1.0))
    assert made == [1, 2]
    desk.until_over(run)
    assert made == [1, 2, 3]


def test_work_that_calls_the_dcc_fails_and_says_so(desk: Desk) -> None:
    run = desk.start(counting(work=lambda number, run: desk.node.show(Status("from a thread"))))
    desk.until_over(run)
    assert "main thread only" in str(run.error)
    assert "WrongThread" in "\n".join(desk.node.lines)


def test_nor_may_it_on_the_main_thread(desk: Desk) -> None:
    with working(), pytest.raises(WrongThread, match="never calls the DCC"):
        desk.dcc.nodes()


def test_an_error_of_the_work_is_the_nodes_status(desk: Desk) -> None:
    def refuse(number: int, run: Run) -> None:
        raise InputMissing("The plate has nothing connected.", "Connect it.")

    desk.until_over(desk.start(counting(work=refuse)))
    expected = Status("The plate has nothing connected.", ERROR, hint="Connect it.")
    assert desk.node.status == expected
    assert not any("Traceback" in line for line in desk.node.lines)


@pytest.mark.parametrize("phase", ["snapshot", "work", "apply"])
def test_a_bug_in_any_phase_is_told_with_its_traceback(desk: Desk, phase: str) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("nothing to divide by")

    desk.until_over(desk.start(counting(**{phase: fail})))
    assert desk.node.status.mood == ERROR
    assert "nothing to divide by" in desk.node.status.text
    assert "ZeroDivisionError" in desk.node.lines[-1]
    assert "Traceback" in desk.node.lines[-1]


def test_an_error_in_a_later_snapshot_is_told_after_what_was_sent_landed(desk: Desk) -> None:
    def fail(number: int) -> None:
        if number == 3:
            raise PluginError("Frame 3 cannot be written.")

    desk.until_over(desk.start(counting(snapshot=fail), 5))
    assert desk.node.lines == ["1", "4", "Frame 3 cannot be written."]


def test_an_old_answer_never_lands(desk: Desk) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait(number: int, run: Run) -> None:
        begun.set()
        assert go_on.wait(PATIENCE_S)

    old = desk.start(counting(work=wait), 1)
    assert begun.wait(PATIENCE_S)
    new = desk.start(counting(), 2)
    go_on.set()
    desk.until_over(new)
    desk.until_over(old)
    assert desk.node.lines == ["1", "4"]
    assert old.error is None


def test_an_answer_that_is_on_its_way_to_an_outdated_node_does_not_land(desk: Desk) -> None:
    run = desk.start(counting(), 1)
    eventually("it waits for the loop", lambda: desk.threads._crossing._queue.told)  # type: ignore[attr-defined]
    desk.threads.outdate(desk.node.name)
    desk.until_over(run)
    assert desk.node.lines == []


def test_a_deleted_node_ends_its_run_in_silence(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    node = desk.node
    caplog.set_level("INFO", "comfyrelay")
    run = desk.start(counting(lambda number: desk.dcc.delete(node) if number == 2 else None), 3)
    desk.until_over(run)
    assert (node.lines, node.history, run.error) == ([], [], None)
    assert [record.levelname for record in caplog.records] == ["INFO"]


def test_a_cleared_scene_is_an_ordinary_case(desk: Desk) -> None:
    desk.dcc.on_close = desk.threads.outdate_all
    run = desk.start(counting(), 3)
    desk.dcc.clear()
    desk.until_over(run)
    assert run.error is None


def test_a_node_that_came_back_as_another_object_gets_the_answer(desk: Desk) -> None:
    old = desk.node
    run = desk.start(counting(), 1)
    desk.dcc.delete(old)
    new = desk.dcc.undo_delete(old)
    desk.until_over(run)
    assert (old.lines, new.lines) == ([], ["1"])


def test_progress_comes_four_times_a_second_and_its_last_value_always(desk: Desk) -> None:
    def tell(number: int, run: Run) -> None:
        for step in range(1000):
            run.show(Status(f"{step} of {number}"))

    run = desk.start(counting(work=tell), 2)
    desk.until_over(run)
    assert desk.node.history[-1] == Status("999 of 2")
    assert len(desk.node.history) <= 4


def test_rounds_keep_their_distance() -> None:
    posted: list[Callable[[], None]] = []
    ready = threading.Event()

    def post(call: Callable[[], None]) -> None:
        posted.append(call)
        ready.set()

    made = crossing.Posted(post, round_s=3600.0)
    made.hand(lambda: None)
    assert ready.wait(PATIENCE_S)
    posted.pop()()
    made.tell("x", lambda: posted.clear())
    made.step(lambda: None)  # a step does not wait for a round
    ready.clear()
    assert ready.wait(PATIENCE_S)
    posted.pop()()
    assert made._queue.told
    made.close()


def test_a_turn_ends_when_its_budget_does_and_the_rest_follows() -> None:
    posted: list[Callable[[], None]] = []
    ready = threading.Event()
    called: list[int] = []

    def post(call: Callable[[], None]) -> None:
        posted.append(call)
        ready.set()

    made = crossing.Posted(post, round_s=3600.0, budget_s=0.0)
    with made._changed:  # so that all of it is there before the first post
        for number in range(5):
            made._queue.told.append((None, lambda number=number: called.append(number)))  # type: ignore[misc]
    made.step(lambda: None)
    for expected in range(1, 6):
        assert ready.wait(PATIENCE_S)
        ready.clear()
        posted.pop()()
        assert len(called) == expected
    assert called == [0, 1, 2, 3, 4]
    made.close()


def test_a_cancel_is_seen_by_work_and_is_no_error(desk: Desk) -> None:
    begun = threading.Event()

    def wait(number: int, run: Run) -> None:
        begun.set()
        assert run.ending.wait(PATIENCE_S)
        raise JobCanceled("Canceled.")

    run = desk.start(counting(work=wait), 1)
    assert begun.wait(PATIENCE_S)
    assert desk.threads.running(desk.node.name) is run
    run.cancel()
    desk.until_over(run)
    assert desk.node.status == Status("Canceled.")
    assert desk.threads.running(desk.node.name) is None


def test_what_was_told_before_a_cancel_does_not_arrive_after_it(desk: Desk) -> None:
    told, heard = threading.Event(), threading.Event()

    def wait(number: int, run: Run) -> None:
        run.show(Status("57 %", ACTIVE, 0.57))
        told.set()
        assert heard.wait(PATIENCE_S)
        raise JobCanceled("Canceled.")

    run = desk.start(counting(work=wait), 1)
    assert told.wait(PATIENCE_S)
    run.cancel()
    desk.dcc.until(lambda: desk.node.history, PATIENCE_S)
    assert desk.node.history == [Status("canceling", ACTIVE)]
    heard.set()
    desk.until_over(run)


def test_a_cancel_between_two_snapshots_ends_them(desk: Desk) -> None:
    made: list[int] = []
    run = desk.start(counting(made.append), 100)
    run.cancel()
    desk.until_over(run)
    assert made == [1]
    assert desk.node.status == Status("Canceled.")


def test_a_relay_that_is_away_leaves_the_bar_of_an_export(desk: Desk) -> None:
    exports: Parts[Bundle] = Parts()
    run = desk.start(counting())
    heard: list[Status] = []
    run.heard = heard.append
    order = Order("key", "uid", "", "", "", Form("invert", 1, "invert"), frames=(1, 2))
    telling = Telling(order, run, exports, 60.0)
    telling.silence(RelayUnreachable("It does not answer."), sent=True)
    exports.close()
    telling.silence(RelayUnreachable("It does not answer."), sent=True)
    assert [each.exporting for each in heard] == [True, False]
    desk.until_over(run)


def test_more_runs_than_threads_take_turns() -> None:
    desk = Desk(size=2)
    going = [threading.Event() for _ in range(5)]
    together = threading.Event()

    @threaded
    def follow(node: Node, wish: int, run: Run) -> Generator[int | None, Node, None]:
        yield wish

    @follow.work
    def wait(parts: Parts[int], run: Run) -> Iterator[int | None]:
        number = parts.take(0.1)
        while number is None:
            number = parts.take(0.1)
        going[number].set()
        while not together.is_set():
            yield None
        yield number

    @follow.apply
    def write(node: Node, landed: int, run: Run) -> None:
        node.log(str(landed))

    runs = [desk.threads.start(follow, desk.add().name, number) for number in range(5)]
    assert all(event.wait(PATIENCE_S) for event in going)  # none waits for the end of another
    together.set()
    for run in runs:
        desk.until_over(run)
    names = {t.name for t in threading.enumerate() if t.name.startswith("comfyrelay-")}
    assert desk.threads.close(PATIENCE_S)
    assert len([name for name in names if "posts" not in name]) <= 2 + 4  # others' may linger


def test_a_blocking_run_does_the_same_in_the_same_order() -> None:
    dcc = MemoryDcc(interactive=False)
    threads = Threads(dcc)
    node = dcc.add()
    node.keep({"uid": "a"}, modifies=True)
    heard: list[Status] = []
    story = counting(work=lambda number, run: run.show(Status(f"frame {number}")))
    threads.run_blocking(story, "a", 3, heard.append)
    assert node.lines == ["1", "4", "9"]
    assert [status.text for status in heard] == ["frame 1", "frame 2", "frame 3"]
    assert threads.close(PATIENCE_S)


def test_a_blocking_run_raises_what_went_wrong() -> None:
    def refuse(number: int, run: Run) -> None:
        raise InputMissing("The plate has nothing connected.")

    dcc = MemoryDcc(interactive=False)
    threads = Threads(dcc)
    dcc.add().keep({"uid": "a"}, modifies=True)
    with pytest.raises(InputMissing):
        threads.run_blocking(counting(work=refuse), "a", 3)
    assert dcc.nodes()[0].status.mood == ERROR
    assert threads.close(PATIENCE_S)


def test_ctrl_c_cancels_a_blocking_run() -> None:
    def wait(number: int, run: Run) -> None:
        os.kill(os.getpid(), 2)
        assert run.canceled.wait(PATIENCE_S)
        raise JobCanceled("Canceled.")

    dcc = MemoryDcc(interactive=False)
    threads = Threads(dcc)
    dcc.add().keep({"uid": "a"}, modifies=True)
    with pytest.raises(JobCanceled):
        threads.run_blocking(counting(work=wait), "a", 1)
    assert threads.close(PATIENCE_S)


def test_no_callback_takes_long_nor_waits_while_everybody_talks(desk: Desk) -> None:
    nodes = [desk.node, *(desk.add() for _ in range(19))]

    def tell(number: int, run: Run) -> None:
        for step in range(50):
            run.show(Status(f"{step} %"))

    slowest = []
    for _ in range(5):  # the best of them counts: others work on this machine too
        desk.dcc.worked_s.clear()
        for run in [desk.threads.start(counting(work=tell), node.name, 5) for node in nodes]:
            desk.until_over(run)
        slowest.append(max(desk.dcc.worked_s))
    assert all(node.lines == ["1", "4", "9", "16", "25"] * 5 for node in nodes)
    assert min(slowest) <= 0.005, slowest


EXITS = {
    "while work waits": """
run = threads.start(story, "a", 1)
begun.wait(120)
""",
    "after a close": """
threads.start(story, "a", 1)
begun.wait(120)
threads.close(0.1)
threads.start(story, "a", 1)
""",
    "at once": """
threads.start(story, "a", 1)
""",
    "from an atexit of the application": """
import atexit
atexit.register(lambda: threads.start(story, "a", 1))
""",
}
SCRIPT = """
import sys, threading
sys.path.insert(0, {plugins!r})
before = set(threading.enumerate())
from comfyrelay.memory import MemoryDcc
from comfyrelay.telling import Telling
from comfyrelay.threaded import threaded
from comfyrelay.threads import Threads
assert set(threading.enumerate()) == before
begun = threading.Event()

@threaded
def story(node, wish, run):
    yield wish

@story.work
def work(parts, run):
    begun.set()
    while True:
        run.show(dcc_status)
        run.ending.wait(120)
        yield None

from comfyrelay.dcc import Status
dcc_status = Status("on it")
dcc = MemoryDcc()
dcc.add().keep({{"uid": "a"}}, modifies=True)
threads = Threads(dcc)
{rest}
print("at the end")
"""
NEW_ENOUGH = ["3.9.*", "3.1*"]  # than the oldest DCC
PYTHONS = [
    str(folder / "bin" / "python3")
    for pattern in NEW_ENOUGH
    for folder in sorted(Path("~/.pyenv/versions").expanduser().glob(pattern))
] or [sys.executable]


@pytest.mark.parametrize("how", EXITS)
@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: Path(path).parts[-3])
def test_the_application_closes_without_a_hang_or_a_traceback(python: str, how: str) -> None:
    script = SCRIPT.format(plugins=str(PLUGINS), rest=EXITS[how])
    ended = subprocess.run(
        [python, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "at the end\n", "")


def test_the_memory_dcc_is_one(desk: Desk) -> None:
    dcc: Dcc = desk.dcc
    assert dcc.node(desk.node.name) is not None
