"""A host that goes wrong as it was told."""

from __future__ import annotations

from .acts import AGAIN, AWAY_SAID, FORGOTTEN, SHORT_SILENCE, Act
from .judge import Allowed
from .parts import Parts, eventually, kill

PATIENT = (("host_timeout_s", 10.0), ("lease_s", 5.0))
"""A host that writes such an entry answers nothing else meanwhile."""
WATCHFUL = (("cancel_s", 2.0), ("stuck_s", 2.0))
"""A host that does not move is found out soon."""
RUNS = ("on_host", "executing", "canceling")
TOLD = ("waiting", "assigned", *RUNS)
"""Phases after which the host still has something to tell."""
REJECTED = Allowed(codes=frozenset({"prompt_rejected"}), must_fail=True)
SHORT_OF_MEMORY = Allowed(codes=frozenset({"out_of_memory"}), must_fail=True)


def _started_again(parts: Parts) -> None:
    """The host ends by itself; the operating system starts it again."""
    eventually("the host ends", parts.main.host_ended)
    parts.main.start_host()


def _found_sick(parts: Parts) -> None:
    """The relay says that the host is sick; then an admin starts it again."""
    eventually("the host is sick", lambda: parts.host_state("sim0") == "sick")
    kill(parts.main.host_process())
    parts.main.start_host()


def _submit(kind: str, what: str) -> tuple[Act, Act]:
    """For the first prompt, and for one that stands behind another."""
    first = ("waiting", "assigned", "executing", "canceling")
    return (
        Act("host", what, before=(kind,), phases=first),
        Act("host", f"{what}, for the second", before=(f"{kind}:at=2",), phases=("on_host",)),
    )


def _messages(fault: str, what: str, *more: str) -> Act:
    """Of the websocket, for ever."""
    return Act("host", what, before=(fault,), phases=(*RUNS, *more))


_EVERY_FIFTH = tuple(f"ws-drop:at={number}" for number in range(5, 60, 5))

SCRIPTED_ACTS = (
    Act("host", "websocket dropped", told=("ws-drop",), phases=TOLD),
    Act("host", "websocket frozen (deaf)", told=("ws-freeze",), phases=TOLD),
    Act("host", "websocket dropped at every 5th message", told=_EVERY_FIFTH, phases=RUNS),
    _messages("ws-duplicate:times=0", "events twice", "waiting"),
    Act("host", "success told late", before=("ws-late:event=execution_success,by=3,times=0",),
        phases=("on_host", "executing", "harvesting")),
    _messages("ws-late:event=executed,by=5,times=0", "executed told after the end", "harvesting"),
    _messages("ws-false-end:times=0", "end told at the start", "harvesting"),
    _messages("ws-nan:times=0", "NaN in events"),
    _messages("nan:times=0", "NaN in what nodes show", "harvesting"),
    *_submit("submit-500", "500 after accept"),
    *_submit("submit-timeout", "no answer after accept"),
    *_submit("submit-reset", "reset after accept"),
    *_submit("submit-refused", "reset before accept"),
    Act("host", "200 with node errors", before=("submit-node-errors:times=0",),
        allowed=REJECTED, phases=("assigned",)),
    Act("host", "history wiped", told=("wipe:when=now",), allowed=FORGOTTEN),
    Act("host", "history wiped at the end", before=("wipe",), allowed=FORGOTTEN,
        phases=("on_host", "executing")),
    Act("host", "restarted in the process", told=("restart:when=now,seconds=0.3",),
        allowed=FORGOTTEN),
    Act("host", "zombie", _found_sick, told=("zombie:when=now",), allowed=AGAIN,
        phases=("waiting", "on_host", "executing", "canceling"), settings=WATCHFUL),
    Act("host", "process ends at a step", _started_again, told=("exit:at=3",), allowed=AGAIN,
        phases=("waiting", "on_host", "executing")),
    Act("host", "process ends at the end", _started_again, told=("exit:when=end",), allowed=AGAIN,
        phases=("waiting", "on_host", "executing")),
    Act("host", "node that hears no interrupt", told=("stuck:seconds=1.5",),
        phases=("waiting", "on_host", "canceling")),
    Act("host", "out of memory once", before=("oom",), phases=("assigned",)),
    Act("host", "out of memory until freed", before=("oom:times=0,until_free=1",),
        phases=("assigned",)),
    Act("host", "out of memory for ever", before=("oom:times=0",), allowed=SHORT_OF_MEMORY,
        phases=("assigned",)),
    Act("host", "history entry of 200 MB", before=("huge-history",),
        phases=("executing", "canceling"), settings=PATIENT),
    Act("host", "slow answers", before=("slow:path=/,kb_s=200",), phases=(*RUNS, "harvesting")),
    Act("host", "picture stops in the middle", before=("stall:seconds=0.5,times=2",),
        phases=("executing", "on_host")),
    Act("host", "picture stalls longer than an answer may", before=("stall:seconds=9",),
        phases=("executing",)),
    Act("host", "HTTP silent, shorter than its silence", told=("silent:seconds=2",)),
    Act("host", "HTTP silent, longer than its silence", told=("silent:seconds=5",),
        allowed=AWAY_SAID, settings=SHORT_SILENCE),
)  # fmt: skip
