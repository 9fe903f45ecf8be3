"""Many jobs: thousands over many hosts and users, while processes are killed at random.

Whatever was submitted must end, each job once, and every user gets the same time of the hosts.
Nothing is taken on trust: runs are counted by the hosts' own logs, times are the hosts' own.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import redis

from bench.killer import Killer
from bench.recovery import sampling
from bench.running import MB, Running, free_port, relay
from bench.submitting import Submitter
from bench.table import Table

HOSTS = 8
USERS = 20
STEP_S = 0.05
MIXES = ((1, 2), (1, 4), (2, 5), (3, 6))
"""Steps of a user's jobs, from and to: users differ, so that a fair share of time is none of
numbers."""
SEED = 20
KILL_EVERY_S = 8.0
SAMPLE_S = 1.0
PATIENCE_S = 1800.0
SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)  # of the run: when the memory is shown


@dataclass(frozen=True)
class Sample:
    """The relay at one moment."""

    over: int  # jobs
    memory: float  # MB
    pid: int


@dataclass
class Found:
    """What was found out about one job. Times in seconds since 1970."""

    user: str
    status: str
    code: str = ""  # of its error
    created: float = 0.0
    assigned: float = 0.0  # for the first time
    attempts: int = 0


@dataclass
class Evidence:
    """All that a run left behind."""

    jobs: dict[str, Found] = field(default_factory=dict)
    runs: Counter[str] = field(default_factory=Counter)
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)  # executed, by host's clock
    samples: list[Sample] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    redis_mb: float = 0.0
    took_s: float = 0.0  # from the start of the workers to the end of the last job


def measure(quick: bool = False) -> Table:
    """Submit, kill, wait, and look at what happened."""
    each, kill_every_s = (25, KILL_EVERY_S / 2) if quick else (500, KILL_EVERY_S)
    evidence = _run(each, kill_every_s)
    total = each * USERS
    return Table(
        "Many jobs",
        f"{total} jobs of {USERS} users on {HOSTS} hosts, {each} of a user in one burst before the"
        f" next user's, before any worker is there. A job takes {MIXES[0][0] * STEP_S * 1000:.0f}"
        f" to {MIXES[-1][1] * STEP_S * 1000:.0f} ms, by user. Every {kill_every_s:g} s on average"
        f" something is killed with -9 (seed {SEED}): the relay while jobs are submitted, then a"
        " slot, a supervisor or the relay. A service manager would start supervisors and relay"
        " again, and so does the measurement. Settings as shipped. Host-seconds are the hosts' own"
        " times, from the first moment when all users wait to the first when one does not.",
        ["", "found", "wanted"],
        [*_ends(evidence, total), *_shares(evidence), *_course(evidence, total)],
        ["all jobs end, each runs once, host-seconds per user within 10 %, memory flat"],
    )


# the run


def _run(each: int, kill_every_s: float) -> Evidence:
    with tempfile.TemporaryDirectory(prefix="comfy-relay-bench-") as folder:
        log = Path(folder, "runs.log")
        sim = ("--step-s", str(STEP_S), "--no-previews", "--runs-log", str(log))
        with relay(HOSTS, sim, workers=False, port=free_port()) as running:
            evidence = Evidence()
            submitter = Submitter(running.url)
            with Killer(running, SEED, kill_every_s, evidence.kills) as killer:
                owners = _submitted(submitter, each)
                running.start_workers()
                began = time.monotonic()
                killer.include_workers()
                _watch(running, evidence, len(owners))
                evidence.took_s = time.monotonic() - began
            for job, user in owners.items():
                evidence.jobs[job] = _found(submitter, job, user)
            evidence.runs.update(json.loads(line)["prompt_id"] for line in _lines(log))
            for url in running.host_urls:
                evidence.spans |= _spans(url)
            return evidence


def _submitted(submitter: Submitter, each: int) -> dict[str, str]:
    """All jobs, by the user who owns them."""
    steps = random.Random(SEED)
    owners: dict[str, str] = {}
    for number in range(USERS):
        user, mix = f"user-{number:02}", MIXES[number % len(MIXES)]
        for _ in range(each):
            graph = sampling(steps.randint(*mix), seed=len(owners))
            owners[submitter.submit(user, graph)] = user
    return owners


def _watch(running: Running, evidence: Evidence, total: int) -> None:
    """Note the relay's memory until all jobs are over, or patience ends."""
    with redis.Redis.from_url(running.redis_url) as database:
        keys = [f"{running.settings.namespace}:count:{end}" for end in ENDS]
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            over = sum(int(count or 0) for count in database.mget(keys))
            _sample(running, evidence, over)
            if over >= total:
                break
            time.sleep(SAMPLE_S)
        evidence.redis_mb = database.info("memory")["used_memory_rss"] / MB


ENDS = ("succeeded", "failed", "canceled")


def _sample(running: Running, evidence: Evidence, over: int) -> None:
    try:
        process = running.process
        memory = process.memory_info().rss / MB
    except psutil.Error:
        return  # just killed
    if memory:  # else killed, and not buried yet
        evidence.samples.append(Sample(over, memory, process.pid))


def _found(submitter: Submitter, job: str, user: str) -> Found:
    status, answer = submitter.ask("GET", f"/api/v2/jobs/{job}", user)
    if status != 200:
        return Found(user, f"answer {status}")
    attempts = answer["attempts"]
    return Found(
        user=user,
        status=answer["status"],
        code=(answer["error"] or {}).get("code", ""),
        created=_seconds(answer["created_at"]),
        assigned=min((_seconds(each["started_at"]) for each in attempts), default=0.0),
        attempts=len(attempts),
    )


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def _spans(host_url: str) -> dict[str, tuple[float, float]]:
    """(start, end) of every prompt that succeeded on a host."""
    with urllib.request.urlopen(f"{host_url}/history") as answer:
        history = json.load(answer)
    spans = {}
    for prompt, entry in history.items():
        told: dict[str, Any] = dict(entry["status"]["messages"])
        if "execution_success" in told:
            times = (told[name]["timestamp"] for name in ("execution_start", "execution_success"))
            start, end = (each / 1000 for each in times)
            spans[prompt] = (start, end)
    return spans


# what it shows


def _ends(evidence: Evidence, total: int) -> list[list[str]]:
    statuses = Counter(job.status for job in evidence.jobs.values())
    codes = Counter(job.code for job in evidence.jobs.values() if job.code)
    others = statuses.total() - statuses["succeeded"]
    listed = ", ".join(f"{count} {name}" for name, count in (statuses + codes).items())
    runs = [evidence.runs[job] for job in evidence.jobs]
    more = [job for job in evidence.jobs if evidence.runs[job] > 1]
    return [
        ["jobs", str(len(evidence.jobs)), str(total)],
        ["succeeded", str(statuses["succeeded"]), str(total)],
        ["anything else", f"{others} ({listed})" if others else "0", "0"],
        ["never run by a host", str(runs.count(0)), "0"],
        ["run once", str(runs.count(1)), str(total)],
        ["run more often", f"{len(more)} {' '.join(more[:3])}".strip(), "0"],
        ["run, but never submitted", str(len(set(evidence.runs) - set(evidence.jobs))), "0"],
        ["with more than one attempt", str(_retried(evidence)), ""],
    ]


def _retried(evidence: Evidence) -> int:
    return sum(job.attempts > 1 for job in evidence.jobs.values())


def _shares(evidence: Evidence) -> list[list[str]]:
    window = _window(list(evidence.jobs.values()))
    if window is None:
        return [["all users wait", "never", ""]]
    worked = dict.fromkeys((job.user for job in evidence.jobs.values()), 0.0)
    for prompt, span in evidence.spans.items():
        if prompt in evidence.jobs:
            shared = min(span[1], window[1]) - max(span[0], window[0])
            worked[evidence.jobs[prompt].user] += max(0.0, shared)
    least, most = min(worked.values()), max(worked.values())
    busy = sum(worked.values()) / HOSTS / (window[1] - window[0])
    done = Counter(
        job.user
        for prompt, job in evidence.jobs.items()
        if prompt in evidence.spans and evidence.spans[prompt][1] <= window[1]
    )
    most_jobs = max(done.values(), default=0)
    return [
        ["s in which all users wait", f"{window[1] - window[0]:.1f}", ""],
        ["hosts busy meanwhile", f"{busy:.1%}", ""],
        ["jobs of a user meanwhile, least and most", f"{_least(done)} and {most_jobs}", ""],
        ["host-seconds of a user, least and most", f"{least:.2f} and {most:.2f}", ""],
        ["the most over the least", f"{most / least - 1:.1%}" if least else "-", "at most 10 %"],
    ]


def _least(done: Counter[str]) -> int:
    return min(done.values()) if len(done) == USERS else 0


def _window(jobs: Sequence[Found]) -> tuple[float, float] | None:
    """From the first moment when every user has a job that no host has, to the first after it when
    one has none."""
    changes = sorted(
        [(job.created, 1, job.user) for job in jobs if job.assigned]
        + [(job.assigned, -1, job.user) for job in jobs if job.assigned]
    )
    waiting: Counter[str] = Counter()
    began = None
    for at, change, user in changes:
        waiting[user] += change
        everybody = sum(count > 0 for count in waiting.values()) == USERS
        if began is None and everybody:
            began = at
        elif began is not None and not everybody:
            return began, at
    return None


def _course(evidence: Evidence, total: int) -> list[list[str]]:
    kills = ", ".join(f"{count} x {name}" for name, count in sorted(evidence.kills.items()))
    lives = len({sample.pid for sample in evidence.samples})
    shares = ", ".join(f"{share:.0%}" for share in SHARES)
    return [
        ["killed", kills or "nothing", ""],
        ["s, with the workers there", f"{evidence.took_s:.1f}", ""],
        ["jobs/s", f"{total / evidence.took_s:.1f}", ""],
        [f"relay MB after {shares} of the time", _memory(evidence), "flat"],
        ["relay MB, least and most", _extremes(evidence), ""],
        ["relay MB, growth in its longest life", _growth(evidence), "flat"],
        ["relay processes, one after the other", str(lives), ""],
        ["Redis MB at the end", f"{evidence.redis_mb:.0f}", ""],
    ]


def _memory(evidence: Evidence) -> str:
    samples = evidence.samples
    places = (max(0, round(share * len(samples)) - 1) for share in SHARES)
    return ", ".join(f"{samples[place].memory:.0f}" for place in places)


def _growth(evidence: Evidence) -> str:
    """Of the process that lived longest, its first quarter aside."""
    lives: dict[int, list[Sample]] = {}
    for sample in evidence.samples:
        lives.setdefault(sample.pid, []).append(sample)
    longest = max(lives.values(), key=len)
    first, last = longest[len(longest) // 4], longest[-1]
    return f"{last.memory - first.memory:+.1f} in {last.over - first.over} jobs"


def _extremes(evidence: Evidence) -> str:
    memory = [sample.memory for sample in evidence.samples]
    return f"{min(memory):.0f} and {max(memory):.0f}"
