"""What is exported becomes what is sent: of the kind and the size that the form wants.

Worker threads only. How a plate was made to fit goes along with its job, for whoever fetches the
result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from .developing import develop, developed
from .fit import Fitted, fitted
from .form import Input, JsonValue
from .job import Job
from .orders import Order
from .relay import Submission

FITTING = frozenset({".exr", ".png"})  # kinds that can be made to fit; others go as they are

Files = Mapping[str, Sequence[Path]]
"""By input."""


def prepared(
    order: Order, files: Files, check: Callable[[], None]
) -> tuple[Files, Mapping[str, Fitted]]:
    """The files that go, of the kind and size that the form wants; how the first plate and the
    first mask were made to fit. `check` is called often, and may raise."""
    assert order.folder is not None
    wanted = {each.id: each for each in order.form.inputs}
    fits: dict[str, Fitted] = {}
    found: dict[str, list[Path]] = {}
    for name, paths in files.items():
        for number, path in enumerate(paths, 1):
            goes = path
            if wanted[name].is_picture and path.suffix.lower() in FITTING:
                goes, fit = _fit(order, wanted[name], number, path, check)
                fits.setdefault(wanted[name].kind, fit)
            found.setdefault(name, []).append(goes)
    return found, fits


def _fit(
    order: Order, wanted: Input, number: int, path: Path, check: Callable[[], None]
) -> tuple[Path, Fitted]:
    assert order.folder is not None
    goes = _developed(order, wanted, number, path, check)
    target = order.folder / f"fit-{wanted.id}-{number}-{goes.name}"
    return fitted(goes, target, wanted.multiple, order.fit, check)


def _developed(
    order: Order, wanted: Input, number: int, path: Path, check: Callable[[], None]
) -> Path:
    """What a DCC wrote for us is as it goes, or says that it is not. An EXR of others is not."""
    assert order.folder is not None
    how, masks = order.how(wanted), wanted.kind == "mask"
    if path.parent == order.folder or path.suffix.lower() != ".exr":
        return developed(path, how, masks, order.channel, check)
    target = order.folder / f"{wanted.id}-{number}{how.suffix}"
    develop(path, target, how, masks, order.channel, check)
    return target


def submission(
    order: Order,
    values: Mapping[str, JsonValue],
    files: Files,
    fits: Mapping[str, Fitted],
    marked: Mapping[str, str],
) -> Submission:
    """What is sent, of files that are ready to go."""
    form = order.form
    lists = {each.id for each in form.inputs if each.frames}
    return Submission(
        workflow=form.workflow,
        params=dict(values),
        inputs={n: [*each] if n in lists else each[0] for n, each in files.items()},
        version=form.version or None,
        priority=order.priority,
        metadata={"uid": order.uid, **marked, **noted(fits)},
    )


def noted(fits: Mapping[str, Fitted]) -> dict[str, str]:
    """How the plate was made to fit, for whoever fetches the result, perhaps another process."""
    fit = fits.get("image")
    return {"fit": json.dumps(asdict(fit))} if fit and is_padded(fit) else {}


def fit_of(job: Job) -> Fitted | None:
    """What `noted` says; None: nothing has to be undone."""
    try:
        return Fitted(**json.loads(job.metadata["fit"]))
    except (KeyError, ValueError, TypeError):
        return None


def is_padded(fit: Fitted) -> bool:
    """Whether another size was sent than the format's."""
    return (fit.width, fit.height) != (fit.sent_width, fit.sent_height)
