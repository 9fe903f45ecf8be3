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
    errors: Mapping[int | None, PluginError],
    done: int,
    frames: int,
    early: Exception | None,
    fillable: bool = True,
) -> Exception | None:
    """What to say of several jobs; None if all went well. `frames`: how many were asked for.

    `early` ended the exports. `fillable`: there is a version that the others may be added to.
    """
    if early is not None and not isinstance(early, JobCanceled):
        return _in_the_middle(early, done, frames)
    if not errors and (early is None or done >= max(1, frames)):
        return None
    first = next(iter(errors.values()), JobCanceled("Canceled."))
    if frames <= 1:
        return first
    if all(isinstance(each, JobCanceled) for each in errors.values()):
        hint = "Fill generates the others." if fillable else "Press Generate again."
        return JobCanceled(f"Canceled; {_there(done, frames)}.", hint)
    failed = {f: e for f, e in errors.items() if not isinstance(e, JobCanceled)}
    first_frame = min((frame for frame in failed if frame is not None), default=None)
    first = failed.get(first_frame, first)
    which = "" if first_frame is None else f", the first is {first_frame}"
    text = f"{len(failed)} of {frames} frames failed{which}: {first}"
    again = "Fill generates them again." if fillable else ""
    return JobFailed(text, f"{first.hint} {again}".strip(), first.code, first.detail)


def _in_the_middle(early: Exception, done: int, frames: int) -> Exception:
    """Why the exports ended, and what there is nevertheless."""
    if not done or frames <= 1 or not isinstance(early, PluginError):
        return early
    return type(early)(f"{early} {_there(done, frames)}.", "Fill generates the others.", early.code)


def _there(done: int, frames: int) -> str:
    return f"{done} of {frames} frames are there"
