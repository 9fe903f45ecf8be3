"""Answers to work items: what is there, what goes on, or a new job; on any number of threads."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from PIL import Image

from comfyrelay.answering import Answer, Answers, Asked
from comfyrelay.errors import PixelsUnreadable, RelayUnreachable, Stopped
from comfyrelay.job import Job
from comfyrelay.orders import Order
from comfyrelay.relay import Relay
from comfyrelay.settings import Settings
from comfyrelay.telling import AWAY
from tests.faults.proxy import Loop, address_of
from tests.plugins.artist import Holds
from tests.plugins.plates import save_exr
from tests.plugins.relays import GO_ON, door, key, written
from tests.rig import PATIENCE_S, Rig, eventually

Tell = Callable[[str, Any], None]


def silent(line: str, progress: float | None) -> None:
    """Nobody looks."""


class Desk:
    """Somebody who asks, with settings of his own."""

    def __init__(self, rig: Rig, folder: Path) -> None:
        self.rig, self.folder, self.uid = rig, folder, key()
        self.settings = Settings(url=rig.url, user="ada", folder=str(folder / "home"))

    @contextmanager
    def answers(self, patience_s: float = 60.0, **changes: Any) -> Iterator[Answers]:
        made = Answers(replace(self.settings, **changes), patience_s)
        yield made
        made.close()

    def asked(self, workflow: str, plate: Path, **values: Any) -> Asked:
        with door(self.rig.url, user="ada") as relay:
            form = relay.form(workflow)
        order = Order("", self.uid, "", str(self.folder / "shot.hip"), "process1", form,
                      values={0: values}, priority="batch")  # fmt: skip
        return Asked(order, {"image": [plate]}, 0)

    def jobs(self) -> list[str]:
        """Newest first."""
        return [job.id for job in self._listed()]

    def statuses(self) -> list[str]:
        """Of the same."""
        return [job.status for job in self._listed()]

    def _listed(self) -> Sequence[Job]:
        with door(self.rig.url, user="ada") as relay:
            return relay.jobs(metadata={"uid": self.uid})


@pytest.fixture
def desk(held: Rig, tmp_path: Path) -> Desk:
    return Desk(held, tmp_path)


def pixels(answer: Answer) -> Any:
    (picture,) = answer.placement.pictures
    return np.asarray(Image.open(picture.path).convert("RGB"))


def test_a_job_of_a_session_that_crashed_is_followed_and_not_sent_again(
    desk: Desk, holds: Holds, tmp_path: Path
) -> None:
    asked = desk.asked("invert", written(tmp_path))
    holds.hold()
    with ThreadPoolExecutor(1) as beside:
        with desk.answers() as first:
            waiting = beside.submit(first.answer, asked, GO_ON, silent)
            eventually("it is sent", desk.jobs)
        assert isinstance(waiting.exception(), Stopped)
    (job,) = desk.jobs()
    holds.release()
    with desk.answers() as again:
        answer = again.answer(asked, GO_ON, silent)

    assert desk.jobs() == [job]
    assert not answer.was_there
    assert (pixels(answer) == 255 - np.asarray(Image.open(tmp_path / "plate.png"))).all()


def test_a_relay_that_is_away_for_a_while_is_waited_for(
    desk: Desk, holds: Holds, tmp_path: Path
) -> None:
    loop = Loop()
    proxy = loop.proxy(address_of(desk.rig.url))
    said: list[str] = []

    def tell(line: str, progress: float | None) -> None:
        said.append(line)

    asked = desk.asked("invert", written(tmp_path))
    holds.hold()
    with (
        desk.answers(url=f"http://127.0.0.1:{proxy.port}") as answers,
        ThreadPoolExecutor(1) as beside,
    ):
        waiting = beside.submit(answers.answer, asked, GO_ON, tell)
        eventually("it is sent", desk.jobs)
        proxy.cut()
        eventually("it says so", lambda: AWAY in said)
        proxy.heal()
        holds.release()
        assert not waiting.result(PATIENCE_S).was_there
    assert len(desk.jobs()) == 1
    proxy.close()
    loop.close()


def test_a_relay_that_stays_away_ends_every_item_with_a_sentence(
    desk: Desk, tmp_path: Path
) -> None:
    asked = desk.asked("invert", written(tmp_path))
    with desk.answers(patience_s=0.2, url="http://127.0.0.1:1") as answers:
        for _ in range(2):
            with pytest.raises(RelayUnreachable, match=r"http://127\.0\.0\.1:1 does not"):
                answers.answer(asked, GO_ON, silent)


def test_a_stop_cancels_the_job(desk: Desk, holds: Holds, tmp_path: Path) -> None:
    asked, stop = desk.asked("invert", written(tmp_path)), Event()
    holds.hold()
    with desk.answers() as answers, ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(answers.answer, asked, stop, silent)
        eventually("it is sent", desk.jobs)
        stop.set()
        assert isinstance(waiting.exception(), Stopped)
    with door(desk.rig.url, user="ada") as relay:
        assert relay.job(desk.jobs()[0]).status in ("canceling", "canceled")


def test_a_version_that_was_deleted_and_made_of_something_else_answers_nothing_of_before(
    desk: Desk, tmp_path: Path
) -> None:
    dark = desk.asked("invert", written(tmp_path, "dark.png", np.full((8, 8, 3), 10, np.uint8)))
    light = desk.asked("invert", written(tmp_path, "light.png", np.full((8, 8, 3), 200, np.uint8)))
    with desk.answers() as answers:
        answers.answer(dark, GO_ON, silent)
        gone = answers.answer(dark, GO_ON, silent).folder
        shutil.rmtree(gone)
        assert answers.answer(light, GO_ON, silent).folder == gone

        assert (pixels(answers.answer(dark, GO_ON, silent)) == 245).all()
        again = answers.answer(light, GO_ON, silent)

    assert (pixels(again) == 55).all()
    assert again.was_there


def test_a_file_that_was_replaced_with_its_size_and_time_is_another(
    desk: Desk, tmp_path: Path
) -> None:
    plate, other = written(tmp_path), tmp_path / "other"
    asked, stood = desk.asked("invert", plate), plate.stat()
    with desk.answers() as answers:
        answers.answer(asked, GO_ON, silent)
        other.write_bytes(bytes(reversed(plate.read_bytes())))
        os.utime(other, ns=(stood.st_atime_ns, stood.st_mtime_ns))
        other.replace(plate)
        with pytest.raises(PixelsUnreadable):  # backwards it is no picture
            answers.answer(asked, GO_ON, silent)


def test_what_went_otherwise_or_to_another_relay_is_no_answer(desk: Desk, tmp_path: Path) -> None:
    """While no host had the EXR nodes, float went encoded."""
    asked = desk.asked("invert", written(tmp_path))
    image, out = asked.order.form.inputs[0], asked.order.form.outputs[0]
    floats = replace(asked.order.form, available=True, schema_hash="floats",
                     inputs=(replace(image, loader="ComfyRelayLoadEXR"),),
                     outputs=(replace(out, saver="ComfyRelaySaveEXR"),))  # fmt: skip
    away = replace(floats, available=False)
    elsewhere = desk.rig.url.replace("127.0.0.1", "localhost")
    with desk.answers() as here, desk.answers(url=elsewhere) as there:
        names = [
            answers._named(replace(asked, order=replace(asked.order, form=form)), GO_ON).asked
            for answers, form in ((here, floats), (here, floats), (here, away), (there, floats))
        ]

    assert names[0] == names[1]
    assert len({*names}) == 3


def test_the_end_of_a_session_cancels_nothing(desk: Desk, holds: Holds, tmp_path: Path) -> None:
    plate = written(tmp_path, pixels=np.full((8, 8, 3), 72, np.uint8))  # that no host remembers
    asked = desk.asked("invert", plate)
    holds.hold()
    with desk.answers() as answers, ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(answers.answer, asked, GO_ON, silent)
        eventually("it is sent", desk.jobs)
        answers._poller.close()  # as `close` begins
        assert isinstance(waiting.exception(), Stopped)
    with door(desk.rig.url, user="ada") as relay:
        assert relay.job(desk.jobs()[0]).status in ("queued", "running")
    holds.release()


def test_a_stop_cancels_a_job_that_the_relay_writes_down_a_moment_later(
    desk: Desk, holds: Holds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after one that was canceled before it."""
    plate = written(tmp_path, pixels=np.full((8, 8, 3), 71, np.uint8))  # that no host remembers
    asked, stop, again = desk.asked("invert", plate), Event(), Event()
    late: list[Callable[[], Any]] = []

    def stopped(self: Relay, wanted: Any, key: str, stop: Event) -> Any:
        late.append(lambda: submit(self, wanted, key, GO_ON))
        stop.set()
        raise Stopped("Stopped.")

    def looked(self: Relay, **asked: Any) -> Any:
        found = jobs(self, **asked)
        while late:
            late.pop()()
        return found

    submit, jobs = Relay.submit, Relay.jobs
    holds.hold()
    with desk.answers() as answers:
        for each in (stop, again):
            if each is again:
                holds.until_told(lambda: desk.statuses()[0])
                holds.release()
                eventually("the first is over", lambda: desk.statuses() == ["canceled"])
                holds.hold()
            with monkeypatch.context() as patched:
                patched.setattr(Relay, "submit", stopped)
                patched.setattr(Relay, "jobs", looked)
                with pytest.raises(Stopped):
                    answers.answer(asked, each, silent)
    assert len(desk.jobs()) == 2
    assert {*desk.statuses()} <= {"canceled", "canceling"}
    holds.release()


def test_a_float_exr_of_a_renderer_is_made_what_a_stock_host_reads(
    desk: Desk, tmp_path: Path
) -> None:
    """0.5 is 188 on a display, and 67 inverted; what came in is left alone."""
    plate = tmp_path / "beauty.exr"
    save_exr(plate, {name: np.full((16, 24), 0.5, "f4") for name in "RGBA"})
    before = plate.read_bytes()
    with desk.answers() as answers:
        answer = answers.answer(desk.asked("invert", plate), GO_ON, silent)

    assert (pixels(answer) == 67).all()
    assert plate.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["beauty.exr"]


def test_a_plate_that_was_padded_comes_back_cropped(desk: Desk, tmp_path: Path) -> None:
    plate = written(tmp_path, pixels=np.full((50, 63, 3), 90, np.uint8))
    values = {"prompt": "hills", "checkpoint": "sim-landscape.safetensors", "steps": 1}
    with desk.answers() as answers:
        answer = answers.answer(desk.asked("image-to-image", plate, **values), GO_ON, silent)

    assert pixels(answer).shape == (50, 63, 3)


def test_a_picture_that_cannot_be_read_says_so_and_nothing_is_sent(
    desk: Desk, tmp_path: Path
) -> None:
    plate = tmp_path / "beauty.exr"
    plate.write_bytes(b"no picture")
    with desk.answers() as answers, pytest.raises(PixelsUnreadable):
        answers.answer(desk.asked("invert", plate), GO_ON, silent)
    assert desk.jobs() == []
