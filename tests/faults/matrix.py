"""The matrix: every act in every phase, on parts that are used again while they are healthy."""

from __future__ import annotations

import contextlib
import math
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import httpx

from .acts import AWAY, Act, pause
from .judge import Allowed, Verdict, judge
from .parts import NeverHappened, Parts, eventually
from .phases import MOVING, PHASES, REACH, Scene, TooEarly, let_go, settle
from .process_acts import PROCESS_ACTS
from .scripted_acts import SCRIPTED_ACTS
from .work import Reference

ACTS = (*PROCESS_ACTS, *SCRIPTED_ACTS)

SETTLE_S = 360.0
IDLE_S = 60.0
SOAK_SEEDS = 1_000_000
"""Seeds from here on are those of soaks."""
MOST_JITTER_S = 0.5
TRIES = 3
"""So often a job is brought into its phase; a quick one may be over before."""


@dataclass(frozen=True)
class Cell:
    """One act in one phase."""

    act: Act
    phase: str
    seed: int

    @property
    def jitter_s(self) -> float:
        """How much later than its phase the fault comes; in a soak only."""
        return Random(self.seed).uniform(0, MOST_JITTER_S) if self.seed >= SOAK_SEEDS else 0.0

    @property
    def name(self) -> str:
        """What `--only` and `--phase` find it by, and a soak prints."""
        return f"{self.act.row} / {self.phase} / seed {self.seed}"


@dataclass
class Result:
    """What came of a cell; None as verdict if it could not be run."""

    cell: Cell
    verdict: Verdict | None
    took_s: float
    why_not: str = ""

    @property
    def wrong(self) -> bool:
        """Whether something was that must never be, or it could not be run."""
        return self.verdict is None or self.verdict.bad


def cells(seed: int = 1) -> list[Cell]:
    """All that make sense. Those that take the same settings follow each other, as parts are made
    for one set of them."""
    pairs = [(act, phase) for act in ACTS for phase in act.phases]
    found = [Cell(act, phase, seed * 1000 + number) for number, (act, phase) in enumerate(pairs)]
    return sorted(found, key=lambda cell: (cell.act.settings, PHASES.index(cell.phase)))


def drawn(random: Random) -> Iterator[Cell]:
    """Cells at random, for ever, each with a moment of its own."""
    while True:
        act = random.choice(ACTS)
        yield Cell(act, random.choice(act.phases), random.randrange(SOAK_SEEDS, 10 * SOAK_SEEDS))


class Lane:
    """Runs cells one after another."""

    def __init__(self, folder: Path, reference: Reference) -> None:
        self._folder = folder
        self._reference = reference
        self._parts: Parts | None = None
        self._settings: tuple[tuple[str, float], ...] = ()
        self._made = 0

    def run(self, cell: Cell) -> Result:
        """One cell; never raises."""
        started = time.monotonic()
        try:
            verdict = self._run(cell)
            result = Result(cell, verdict, time.monotonic() - started)
        except Exception:  # noqa: BLE001  a cell that cannot be run is said to be so
            result = Result(cell, None, time.monotonic() - started, traceback.format_exc())
        if result.wrong:
            self.close()
        return result

    def close(self) -> None:
        """Throw the parts away; the next cell gets new ones."""
        if self._parts is not None:
            self._parts.__exit__()
            self._parts = None

    def _run(self, cell: Cell) -> Verdict:
        for number in range(1, TRIES):
            with contextlib.suppress(TooEarly):
                return self._try(cell, number)
        return self._try(cell, TRIES)

    def _try(self, cell: Cell, number: int) -> Verdict:
        parts = self._healthy(cell.act)
        scene = Scene(parts, f"{cell.name}, {number}", cell.phase, cell.seed * TRIES + number)
        try:
            parts.main.tell(*cell.act.before)
            REACH[cell.phase](scene)
            pause(cell.jitter_s)
            parts.spare.link.heal()
            parts.main.tell(*cell.act.told)
            if cell.phase in MOVING:
                parts.main.let_go()
            allowed = self._done(cell.act, parts)
            let_go(scene)
            settle(scene, SETTLE_S)
            verdict = self._judged(scene, allowed)
            if not cell.act.breaks and (missed := parts.main.never_happened()):
                raise NeverHappened(f"the fault itself: {missed}")
            return verdict
        except TooEarly:
            let_go(scene)
            settle(scene, SETTLE_S)
            raise
        finally:
            self._recover(cell)

    def _done(self, act: Act, parts: Parts) -> Allowed:
        """Do it; what it allows. On a busy machine it may take longer than a host's absence is
        borne, and no worker can reach the host within that time."""
        started = time.monotonic()
        act.do(parts)
        borne_s: float = getattr(parts.settings, act.shorter_than)
        late = time.monotonic() - started > borne_s
        return replace(act.allowed, may_run_twice=AWAY.may_run_twice) if late else act.allowed

    def _judged(self, scene: Scene, allowed: Allowed) -> Verdict:
        _idle(scene.parts)
        total = Verdict()
        for work in scene.works:
            expected = self._reference.expected(work)
            total.add(judge(scene.parts, work, expected, allowed))
        total.add(_theirs(scene, allowed))
        query = {"metadata[cell]": scene.cell, "limit": 50}
        listed = scene.parts.ask("GET", "/api/v2/jobs", params=query).json()["jobs"]
        if len(listed) != len(scene.works):
            total.lied += 1
            total.problems.append(f"{len(listed)} jobs came of {len(scene.works)} submissions")
        return total

    def _healthy(self, act: Act) -> Parts:
        """Parts with two hosts up, the spare one out of reach."""
        if self._settings != act.settings:
            self.close()
        if self._parts is None:
            self._made += 1
            folder = self._folder / f"parts{self._made}"
            folder.mkdir(parents=True)
            self._parts = Parts(folder, **dict(act.settings)).__enter__()
            self._settings = act.settings
        parts = self._parts
        parts.main.link.heal()
        eventually("the host is up", lambda: parts.host_state("sim0") == "up")
        parts.spare.link.cut()
        eventually("the spare is out of reach", lambda: parts.host_state("sim1") != "up")
        return parts

    def _recover(self, cell: Cell) -> None:
        """Undo what is left of the cell."""
        parts = self._parts
        assert parts
        for link in (
            parts.client_link,
            parts.relay_redis_link,
            parts.main.link,
            parts.main.redis_link,
        ):
            link.heal()
        for side in parts.sides.values():
            side.forget_faults()
        if cell.act.breaks:
            parts.main.start_host()


@contextlib.contextmanager
def reference(folder: Path) -> Iterator[Reference]:
    """A host that nothing disturbs."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "relay_server.sim_host", "--port", "0", "--step-s", "0"]
    with subprocess.Popen(
        [*command, "--no-previews", "--root", str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield Reference(process.stdout.readline().split()[-1])
        finally:
            process.kill()


def _idle(parts: Parts) -> None:
    """Until the hosts have nothing to do: what runs too often may only come now."""
    for side in parts.sides.values():
        with contextlib.suppress(NeverHappened, httpx.HTTPError):
            eventually("the host is idle", lambda: side.queue() == ([], []), IDLE_S)  # noqa: B023


def _theirs(scene: Scene, allowed: Allowed) -> Verdict:
    """What became of somebody else's prompt, on a host that survived."""
    verdict = Verdict()
    ends = [end["how"] for end in scene.parts.logged("ends") if end["prompt_id"] == scene.theirs]
    if scene.theirs and not allowed.may_run_twice and ends != ["success"]:
        verdict.lied = 1
        verdict.problems.append(f"{scene.theirs}, a prompt of somebody else, ended {ends}")
    return verdict


class Draw:
    """Gives out cells to lanes, and takes their results."""

    def __init__(self, cells: Iterable[Cell], told: Callable[[Result], None], until: float) -> None:
        self._cells = iter(cells)
        self._told = told
        self._until = until
        self._lock = threading.Lock()
        self._stopped = False
        self.results: list[Result] = []

    def work(self, lane: Lane) -> None:
        """Run one cell after another in a lane, to the end."""
        while (cell := self._next()) is not None:
            result = lane.run(cell)
            with self._lock:
                self.results.append(result)
                self._told(result)
        lane.close()

    def stop(self) -> None:
        """No more cells; those that run go on to their end."""
        self._stopped = True

    def _next(self) -> Cell | None:
        with self._lock:
            over = self._stopped or time.monotonic() >= self._until
            return None if over else next(self._cells, None)


def run_cells(
    chosen: Iterable[Cell], lanes: int, told: Callable[[Result], None], until: float = math.inf
) -> list[Result]:
    """All of them, several at a time, as long as time.monotonic() is below `until`. `told` hears of
    each as it ends. What was wrong leaves its folder behind."""
    draw = Draw(chosen, told, until)
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    with reference(folder / "reference") as pictures:
        numbered = [Lane(folder / f"lane{number}", pictures) for number in range(lanes)]
        threads = [threading.Thread(target=draw.work, args=(lane,)) for lane in numbered]
        for thread in threads:
            thread.start()
        _joined(threads, draw)
    if not any(result.wrong for result in draw.results):
        shutil.rmtree(folder, ignore_errors=True)
    return draw.results


def _joined(threads: Iterable[threading.Thread], draw: Draw) -> None:
    """Wait for the end; Ctrl-C lets what runs come to its own."""
    for thread in threads:
        try:
            thread.join()
        except KeyboardInterrupt:
            draw.stop()
            thread.join()
