"""Why an attempt ended without a result: the words, and how often each may come. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """What `attempts[].reason` of a job says."""

    HOST_GONE = "host_gone"
    HOST_SILENT = "host_silent"
    HOST_FORGOT = "host_forgot"
    HOST_STUCK = "host_stuck"
    WORKER_LOST = "worker_lost"
    NOT_TAKEN = "not_taken"
    OUT_OF_MEMORY = "out_of_memory"
    NODE_MISSING = "node_missing"
    MODEL_MISSING = "model_missing"
    MOVED = "moved"
    DRAINED = "drained"


BUDGET = {Reason.HOST_GONE: 3, Reason.HOST_FORGOT: 3, Reason.WORKER_LOST: 10}
"""A job fails when its attempts ended so this often; other reasons end by themselves."""

MAX_MOVES = 5
"""A job that was moved this often to where it would start sooner stays where it is."""

TOO_OFTEN: dict[Reason, dict[str, Any]] = {
    Reason.HOST_GONE: {
        "code": "host_gone",
        "message": f"{BUDGET[Reason.HOST_GONE]} times the host of the job disappeared. Look at the"
        " hosts' logs before you submit the job again.",
    },
    Reason.HOST_FORGOT: {
        "code": "host_gone",
        "message": f"{BUDGET[Reason.HOST_FORGOT]} times a host took the prompt and forgot it. Look"
        " at the hosts' logs before you submit the job again.",
    },
    Reason.WORKER_LOST: {
        "code": "worker_error",
        "message": f"{BUDGET[Reason.WORKER_LOST]} workers ended while they had the job. Look at the"
        " workers' logs before you submit it again.",
    },
}

POISON = {
    "code": "poison_suspected",
    "message": "Two hosts died while they executed the job, so it is not tried on a third. Look at"
    " the hosts' logs before you submit it again.",
}

QUARANTINED = {
    "code": "quarantined",
    "message": "Hosts died while they ran other jobs of the same graph, so it is kept from them."
    " Ask an admin to look at the hosts' logs and to release it.",
}
