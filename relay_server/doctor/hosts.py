"""The hosts: what is registered of each, and what it says itself."""

from __future__ import annotations

import asyncio

import aiohttp
from redis.asyncio import Redis

from relay_server.doctor.finding import Finding, note, ok, wrong
from relay_server.doctor.relay import ANSWER_S, AWAY, skew_s
from relay_server.doctor.storage import clock_found
from relay_server.hosts.registry import HostView, Registry, shown_url
from relay_server.settings import Settings
from relay_server.worker.prompt import FOLDER

ASKED_FOR = {"draining", "paused"}
FOLDERS = ("input", "output")


async def hosts_found(settings: Settings, redis: Redis) -> list[Finding]:
    """Each host that still counts."""
    views = await Registry(redis, settings).hosts()
    if not views:
        return [wrong("hosts", "none was ever registered; start `comfy-relay worker --host URL`.")]
    seconds, micros = await redis.time()
    async with aiohttp.ClientSession(timeout=ANSWER_S, trust_env=False) as session:
        asking = [_answers(session, view, seconds + micros / 1e6) for view in views]
        answers = await asyncio.gather(*asking)
    found: list[Finding] = []
    for view, answer in zip(views, answers, strict=True):
        found += [_state(view), *answer]
    return [*found, *_folders(views)]


def _state(view: HostView) -> Finding:
    subject = f"host {view.record.name}"
    version = view.record.info.comfyui_version or "of unknown version"
    about = f"{shown_url(view.record.url)}, ComfyUI {version}"
    if view.up:
        return ok(
            subject,
            f"is up: {about}; it holds {len(view.held)} of at most {view.record.slots} jobs.",
        )
    why = view.reason.rstrip(".")
    if view.state in ASKED_FOR:
        return note(subject, f"is {view.state}: {about}: {why or 'an admin asked for it'}."
                    f" `comfy-relay hosts resume {view.record.name}` ends that.")  # fmt: skip
    return wrong(subject, f"is {view.state}: {about}: {why or 'look at its log'}.")


async def _answers(session: aiohttp.ClientSession, view: HostView, now_s: float) -> list[Finding]:
    """What the host says when it is asked from here; workers may reach it from elsewhere."""
    subject = f"host {view.record.name}"
    began = asyncio.get_running_loop().time()
    try:
        async with session.get(f"{view.record.url}/system_stats") as answer:
            await answer.read()
            status, date = answer.status, answer.headers.get("Date")
    except AWAY:
        if not view.up:
            return []
        return [note(subject, "does not answer this machine, and its"
                     " worker says that it is up: only the worker needs to reach it.")]  # fmt: skip
    if status != 200:  # noqa: PLR2004
        return [wrong(subject, f"answers this machine with {status}. Is this address a ComfyUI?")]
    took_s = asyncio.get_running_loop().time() - began
    ahead_s = skew_s(date, now_s + took_s)
    clock = [] if ahead_s is None else [clock_found(f"clock of host {view.record.name}", ahead_s)]
    return [each for each in clock if each.verdict != "ok"]


def _folders(views: list[HostView]) -> list[Finding]:
    """Files that nobody removes, in one line for all hosts that keep the same."""
    keepers: dict[tuple[str, ...], list[str]] = {}
    for view in views:
        cleans = view.record.cleans.split(",")
        stay = tuple(kind for kind in FOLDERS if kind not in cleans)
        keepers.setdefault(stay, []).append(view.record.name)
    keepers.pop((), None)
    return [_kept(stay, names) for stay, names in keepers.items()]


def _kept(stay: tuple[str, ...], names: list[str]) -> Finding:
    options = " ".join(f"--host-{kind} DIR" for kind in stay)
    places = " and ".join(f"{kind}/{FOLDER}/" for kind in stay)
    return note(
        f"files on {', '.join(names)}",
        f"ours in {places} stay for ever. Give the worker {options}, or empty these folders by"
        " hand while the host has no job.",
    )
