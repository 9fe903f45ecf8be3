"""A work item of the TOP asset: read, answered, and told what came of it.

Runs on a thread of PDG's, many at once. Parms are read while the item is active on this thread, so
that `@strength` in one is this item's; nothing in the scene is written.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import hou

from comfyrelay import options, seeds
from comfyrelay.answering import Answers, Asked
from comfyrelay.errors import InputMissing, PluginError
from comfyrelay.form import Form, Input, JsonValue
from comfyrelay.form_controls import file_name
from comfyrelay.orders import UNSET_SEEDS, Order, form_of
from comfyrelay.params import checked, seeded
from comfyrelay.runs import as_plugin_error
from comfyrelay.settings import read_settings
from comfyrelay.state import read
from comfyrelay.stopping import Polled

from .item_answers import Teller, give, hint_for_item
from .node import HoudiniNode
from .parms import text

NO_UID = "no-uid"  # of a node that nobody ever chose a workflow on

_LOCK = threading.Lock()
_ANSWERS: list[Answers] = []


def cook(node: Any, item: Any) -> None:
    """The item's job, to its end. `node` and `item` are PDG's; `node` is the one inside our asset.

    Raises pdg.CookError, which ends the item alone.
    """
    try:
        with item.makeActive():
            asset = HoudiniNode(node.topNode().parent())
            asked = _asked(asset, node, item)
            tag = text(asset.op, "output_tag")
        stop = Polled(lambda: bool(node.context.canceling))
        answer = _answers().answer(asked, stop, Teller(item).tell)
        give(item, asked.order.form, answer, tag)
    except (PluginError, OSError) as error:
        told = as_plugin_error(error)
        said = f"{told} {hint_for_item(told.hint)}".strip()
        raise import_module("pdg").CookError(said) from None


def close() -> None:
    """Houdini closes: what waits gets an error, and its job goes on."""
    with _LOCK:
        while _ANSWERS:
            _ANSWERS.pop().close()


def _answers() -> Answers:
    """Those of this session."""
    with _LOCK:
        if not _ANSWERS:
            atexit.register(close)
            _ANSWERS.append(Answers(read_settings()))
        return _ANSWERS[0]


# what an item asks for


def _asked(asset: HoudiniNode, node: Any, item: Any) -> Asked:
    kept = read(asset)
    form = form_of(kept)
    frame = round(item.frame) if item.hasFrame else int(hou.intFrame())
    order = Order(
        key="",
        uid=kept.uid or NO_UID,
        session="",
        scene="" if hou.hipFile.isNewFile() else str(hou.hipFile.path()),
        node=asset.path,
        name=asset.option(options.NAME),
        form=form,
        frame=frame,
        values={frame: _values(asset, form, item, frame)},
        priority=text(asset.op, "priority") or "batch",
        depth=asset.option(options.DEPTH) or "32f",
        alpha=asset.option(options.ALPHA) == "1",
        fit=asset.option(options.FIT) or "pad",
        channel=asset.option(options.MASK_CHANNEL) or "alpha",
    )
    files = dict(_files(asset, form, node, item, frame))
    reuse = asset.op.parm("reuse")
    return Asked(order, files, int(item.index), reuse is None or bool(reuse.eval()))


def _values(asset: HoudiniNode, form: Form, item: Any, frame: int) -> Mapping[str, JsonValue]:
    """An attribute of the param's name, else the node's own parm. A seed that nobody set, or that
    is to be new each time, is left out: it is drawn for the item."""
    policy = asset.option(options.SEED_POLICY) or seeds.FIXED
    raw: dict[str, JsonValue] = {}
    for param in form.params:
        own = item.hasAttrib(param.id)
        value = item.attribValue(param.id) if own else asset.value(param, frame)
        if param.type == "seed":
            drawn = str(value).strip() in UNSET_SEEDS or (policy == seeds.NEW and not own)
            value = None if value is None or drawn else str(value)
        elif param.type in ("text", "menu") and value is not None:
            value = str(value)
        raw[param.id] = value
    return seeded(form, checked(form, raw), policy, frame)


def _files(
    asset: HoudiniNode, form: Form, node: Any, item: Any, frame: int
) -> Iterator[tuple[str, Sequence[Path]]]:
    """For each input: an attribute of its name, else the file that the node names for it, else
    what comes with the item, in order. Raises InputMissing."""
    tag = text(asset.op, "input_tag")
    coming = [str(each.path) for each in item.inputFilesForTag(tag)] if tag else []
    for wanted in form.inputs:
        found = _named(asset, item, wanted, frame)
        if not found and coming:
            count = len(coming) if wanted.frames else 1
            found, coming = coming[:count], coming[count:]
        paths = [Path(node.scheduler.localizePath(each)) for each in found]
        _check(wanted, paths, tag)
        if paths:
            yield wanted.id, paths


def _named(asset: HoudiniNode, item: Any, wanted: Input, frame: int) -> list[str]:
    if item.hasAttrib(wanted.id):
        named = [item.attribValue(wanted.id)]
        return [str(getattr(each, "path", each)) for each in named if each]
    parm = asset.op.parm(file_name(wanted))
    chosen = "" if parm is None else str(parm.evalAsStringAtFrame(frame))
    return [chosen] if chosen else []


def _check(wanted: Input, paths: Sequence[Path], tag: str) -> None:
    said = wanted.label or wanted.id
    if wanted.required and not paths:
        raise InputMissing(
            f"The item has no file for {said}.",
            f"Give it one with the tag {tag}, or an attribute {wanted.id} with a path.",
        )
    for path in paths:
        if not path.is_file():
            raise InputMissing(f"The file for {said} is not there: {path.as_posix()}.")
