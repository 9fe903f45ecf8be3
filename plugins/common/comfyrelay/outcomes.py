"""How jobs ended, in words."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import JobCanceled, JobFailed, PluginError

TOO_LATE = "Canceled, but it had ended before."
TOO_LATE_HINT = "Get result fetches what it made."


def word(error: BaseException | None) -> str:
    """How something ended, for the state and the journal."""
    if error is None:
        return "succeeded"
    return "canceled" if isinstance(error, JobCanceled) else "failed"


def summary(
    errors: Mapping[int | None, PluginError], done: int, frames: int, early: Exception | None
) -> Exception | None:
    """What to say of several jobs; None if all went well. `frames`: how many were asked for.

    `early` ended the exports.
    """
    if early is not None and not isinstance(early, JobCanceled):
        return early
    if not errors and (early is None or done >= max(1, frames)):
        return None
    first = next(iter(errors.values()), JobCanceled("Canceled."))
    if frames <= 1:
        return first
    if all(isinstance(each, JobCanceled) for each in errors.values()):
        there = f"{done} of {frames} frames are there"
        return JobCanceled(f"Canceled; {there}.", "Fill generates the others.")
    failed = {f: e for f, e in errors.items() if not isinstance(e, JobCanceled)}
    first_frame = min((frame for frame in failed if frame is not None), default=None)
    first = failed.get(first_frame, first)
    which = "" if first_frame is None else f", the first is {first_frame}"
    text = f"{len(failed)} of {frames} frames failed{which}: {first}"
    return JobFailed(text, f"{first.hint} Fill generates them again.".strip(), first.code)
