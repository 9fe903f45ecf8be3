"""What one Generate asks for, read from a node at its start and checked before anything is sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import options, ranges, seeds
from .dcc import Dcc, Export, Node
from .errors import InputMissing
from .filling import Gap
from .form import Form, Input, JsonValue
from .params import ParamError, checked, label, seed_limit, seeded
from .sending import Sending, sending
from .state import State

UNSET_SEEDS = frozenset({"", "random"})  # forms say random where nobody is to choose one
NO_WORKFLOW = "Pick one from the workflow menu."


@dataclass(frozen=True)
class Order:
    """One Generate. Frozen: what an artist changes afterwards is the next one's."""

    key: str  # idempotency key; that of each frame is made from it
    uid: str
    session: str
    scene: str
    node: str  # path
    form: Form
    frames: tuple[int, ...] = ()  # () is a single picture
    frame: int = 0  # of the single picture
    wired: tuple[Input, ...] = ()
    values: Mapping[int, Mapping[str, JsonValue]] = field(default_factory=dict)  # by frame
    priority: str = "interactive"
    name: str = ""  # of the results' folder
    depth: str = "32f"
    alpha: bool = False
    fit: str = "pad"
    channel: str = "alpha"
    folder: Path | None = None  # for the exports; None: nothing is exported any more
    into: str = ""  # folder of the version to fill; "" is a new one
    shown: bool = False  # whether the node shows that version already
    asked: str = ""  # of a work item: a hash of all that the result depends on

    @property
    def together(self) -> bool:
        """Whether all frames go with one job."""
        return bool(self.frames) and any(each.frames for each in self.wired)

    @property
    def shots(self) -> tuple[int, ...]:
        """The frames to export."""
        return self.frames or (self.frame,)

    @property
    def frames_text(self) -> str:
        """The frames in short; "" is a single picture."""
        return ranges.written(self.frames)

    def job_key(self, frame: int | None) -> str:
        """Idempotency key of the job of a frame."""
        return self.key if frame is None else f"{self.key}-{frame}"

    def how(self, wanted: Input) -> Sending:
        """The file that goes for an input."""
        return sending(self.form, wanted, self.depth, self.alpha)

    def export(self, wanted: Input, frame: int) -> Export:
        """How to write an input's file of a frame."""
        assert self.folder is not None
        how = self.how(wanted)
        path = self.folder / f"{wanted.id}.{frame}{how.suffix}"
        return Export(wanted, frame, path, how, self.channel)

    def inputs_at(self, frame: int) -> tuple[Input, ...]:
        """What is exported at a frame: of a sequence that goes together, only its first frame has
        the inputs that take one picture."""
        first = frame == self.shots[0]
        return tuple(i for i in self.wired if i.frames or first or not self.together)


def form_of(state: State) -> Form:
    """The form that a node keeps. Raises ParamError if it has none."""
    return form_in(state.form)


def form_in(text: str) -> Form:
    """The same, of that one string of the state."""
    if not text:
        raise ParamError("No workflow is chosen.", NO_WORKFLOW, code="no_workflow")
    try:
        return Form.from_text(text)
    except ValueError as error:
        raise ParamError(
            "The node's form cannot be read.", NO_WORKFLOW, code="no_workflow"
        ) from error


def file_there(wanted: Input, named: str) -> Path:
    """The file that an artist named for an input. Raises InputMissing if it is not there."""
    found = Path(named)
    if not found.is_file():
        raise InputMissing(
            f"The file for {wanted.label or wanted.id} is not there: {found.as_posix()}.",
            "Choose another, then press Generate again.",
        )
    return found


def ordered(
    node: Node, state: State, dcc: Dcc, exports: Path, asked: str = "", gap: Gap | None = None
) -> Order:
    """Read everything that Generate needs. `asked`: frames, instead of the node's own choice.

    A new seed is drawn and shown. Of what fills a gap, only the pictures are the node's: values are
    those of the version. Raises PluginError: nothing was exported or sent then.
    """
    form = form_of(state)
    if gap is not None:
        gap.refuse_other(form)
    wired = _wired(node, form)
    frames = gap.frames if gap else _frames(node, asked or node.option(options.FRAMES), wired)
    key = uuid.uuid4().hex
    order = Order(
        key=key,
        uid=state.uid,
        session=state.session,
        scene=dcc.scene,
        node=node.path,
        form=form,
        frames=frames,
        frame=dcc.frame,
        wired=wired,
        values=_sampled(node, form, frames or (dcc.frame,)) if gap is None else {},
        priority=node.option(options.PRIORITY) or "interactive",
        name=node.option(options.NAME),
        depth=node.option(options.DEPTH) or "32f",
        alpha=node.option(options.ALPHA) == "1",
        fit=node.option(options.FIT) or "pad",
        channel=node.option(options.MASK_CHANNEL) or "alpha",
        folder=exports / key,
    )
    return order if gap is None else _filling(order, gap)


def _filling(order: Order, gap: Gap) -> Order:
    if order.together or gap.together:
        gap.refuse_together()
    return replace(
        order,
        values={frame: gap.values_at(frame) for frame in order.frames},
        depth=gap.plan.depth or order.depth,
        alpha=gap.plan.alpha,
        fit=gap.plan.fit or order.fit,
        into=gap.folder,
    )


def _wired(node: Node, form: Form) -> tuple[Input, ...]:
    for each in form.inputs:
        if each.required and not node.wired(each):
            said, do = "has nothing connected", "Connect it"
            if not each.is_picture:
                said, do = "names no file", "Choose one"
            raise InputMissing(
                f"The input {each.label or each.id!r} {said}.", f"{do}, then press Generate again."
            )
    return tuple(each for each in form.inputs if node.wired(each))


def _frames(node: Node, asked: str, wired: Sequence[Input]) -> tuple[int, ...]:
    if asked in {"", "frame"}:
        return ()
    if asked != "input":
        return ranges.parsed(asked)
    if not wired:
        raise InputMissing(
            "The range is that of the input, and no input is connected.",
            "Connect one, or write the frames.",
        )
    first, last = node.frame_range(wired[0])
    return ranges.parsed(f"{first}-{last}")


def _sampled(node: Node, form: Form, frames: Sequence[int]) -> dict[int, dict[str, JsonValue]]:
    """Every value at every frame."""
    policy = node.option(options.SEED_POLICY) or seeds.FIXED
    drawn = _drawn(node, form, policy, frames[0])
    found = {}
    for frame in frames:
        raw = {p.id: drawn.get(p.id, node.value(p, frame)) for p in form.params}
        try:
            found[frame] = seeded(form, checked(form, raw), policy, frame)
        except ParamError as error:
            where = f" (frame {frame})" if len(frames) > 1 else ""
            raise ParamError(f"{error}{where}", error.hint) from error
    return found


def _drawn(node: Node, form: Form, policy: str, frame: int) -> dict[str, JsonValue]:
    """The seeds of this Generate; a new one is shown, so that it is there to be kept."""
    found: dict[str, JsonValue] = {}
    for param in (each for each in form.params if each.type == "seed"):
        limit = seed_limit(param)
        before = str(node.value(param, frame) or "").strip()
        try:
            seed = (
                seeds.drawn(limit)
                if before in UNSET_SEEDS
                else seeds.for_generate(policy, before, limit)
            )
        except ValueError as error:
            raise ParamError(f"{label(param)}: {error}") from error
        if policy == seeds.NEW or before in UNSET_SEEDS:
            node.put(param, seed)
        found[param.id] = seed
    return found
