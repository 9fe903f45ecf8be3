"""Why a new job is not taken, or not any longer."""

from __future__ import annotations

from relay_server.errors import TooMany, Unprocessable

WAITED_TOO_LONG = {
    "code": "waited_too_long",
    "message": "No host took the job within its `max_wait`. Submit it again with a longer one, or"
    " ask `GET /relay/v1/hosts` what the hosts do.",
}


def reuse(job_id: str) -> Unprocessable:
    return Unprocessable(
        "idempotency_key_reuse",
        f"This idempotency key was used before, for job {job_id}. Follow that job, or send a new"
        " key for a new one.",
        {"job_id": job_id},
    )


def quarantined(shape: str) -> Unprocessable:
    return Unprocessable(
        "quarantined",
        "Hosts died while they ran this graph, so it is kept from them. Ask an admin to look at"
        " the hosts' logs and to release it.",
        {"graph": shape},
    )


def full_of_user(waiting: str) -> TooMany:
    return TooMany(
        "too_many_waiting",
        f"{waiting} of your jobs are waiting already, the most that one user may have. Try again"
        " soon.",
        retry_after_s=5,
    )


def full(waiting: str) -> TooMany:
    return TooMany(
        "queue_full",
        f"{waiting} jobs are waiting already, the most this relay takes. Try again soon.",
        retry_after_s=5,
    )


REFUSALS = {"full": full, "full_user": full_of_user, "quarantined": quarantined}
"""By what `accept` answers."""
