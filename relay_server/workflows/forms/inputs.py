"""Inputs of a form: the loaders of files in a graph. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from relay_server.models.forms import FormInput, InputKind
from relay_server.models.workflows import Problem
from relay_server.workflows.exr_loaders import EXR_LOADERS
from relay_server.workflows.forms.graph import FormGraph, Taker
from relay_server.workflows.object_info import Field
from relay_server.workflows.problems import cut

MASK_LOADER = "LoadImageMask"
PIXELS = "pixels"
MULTIPLE = 8  # pixels: what a VAE encodes into one

ALPHA = "Where it is transparent, it may change."
DATA = re.compile("Video|Audio")  # in the name of a class that no host told us about
NEW_SIZE = re.compile("scale|resize|crop|pad|rotate|stitch|tile|fit", re.IGNORECASE)
"""Words in the names of classes whose pictures have another size than those they take."""

SIZES = frozenset({"width", "height", "scale_by", "megapixels", "resolution", "size"})


def loader_field(graph: FormGraph, node: str) -> Field | None:
    """The field of a node that names a file of the host's input folder; None if it has none, or
    takes the name from elsewhere."""
    known = graph.known(node)
    for each in known.uploads if known else ():
        if graph.source(node, each.name) is None:
            return each
    return None


def loaders(graph: FormGraph) -> Iterator[tuple[str, Field]]:
    """Every loader that an output needs."""
    for node in graph.nodes:
        if field := loader_field(graph, node):
            yield node, field


def input_of(
    graph: FormGraph, node: str, field: str, *, id: str, label: str, group: str = "",  # noqa: A002
    required: bool = True, help: str = "",  # noqa: A002
) -> FormInput:  # fmt: skip
    """The input that a loader asks for."""
    setting = graph.setting(node, field)
    assert setting is not None, "a linked field takes no file"
    kind = input_kind(graph, node, field)
    return FormInput(
        id=id,
        label=label,
        group=group,
        help=help or input_help(graph, node, kind),
        kind=kind,
        required=required,
        multiple=multiple(graph, node),
        targets=list(setting.targets),
    )


def input_help(graph: FormGraph, node: str, kind: InputKind) -> str:
    """A word on the alpha channel, where the workflow uses it."""
    if kind is not InputKind.IMAGE or graph.class_of(node) in EXR_LOADERS:
        return ""
    return ALPHA if _gives_mask(graph, node) else ""


def input_kind(graph: FormGraph, node: str, field: str) -> InputKind:
    """What a loader takes: of a picture, is it only ever used as a mask?"""
    described = graph.field(node, field)
    if described is not None and described.upload not in (None, "image"):
        return InputKind.DATA
    if described is None and DATA.search(graph.class_of(node)):
        return InputKind.DATA
    if graph.class_of(node) == MASK_LOADER:
        return InputKind.MASK
    taken = {_type(graph, node, taker.slot) for taker in graph.takers(node)}
    return InputKind.MASK if taken == {"MASK"} else InputKind.IMAGE


def multiple(graph: FormGraph, node: str) -> int:
    """What the picture's sides should be a multiple of: a VAE cuts off the rest."""
    waiting, seen = [node], {node}
    while waiting:
        at = waiting.pop()
        for taker in graph.takers(at):
            if _type(graph, at, taker.slot) != "IMAGE":
                continue
            if _encodes(graph, taker):
                return MULTIPLE
            if taker.node not in seen and _keeps_size(graph, taker.node):
                seen.add(taker.node)
                waiting.append(taker.node)
    return 1


def kept_files(graph: FormGraph, offered: Set[tuple[str, str]]) -> Iterator[Problem]:
    """A note for each loader that keeps the author's file, where no known host has that file."""
    for node, field in loaders(graph):
        name = graph.value(node, field.name)
        if (node, field.name) in offered or not isinstance(name, str) or not name:
            continue
        if name not in field.menu:
            yield graph.note(
                "keeps_file",
                f"its file {cut(name)!r} is not offered, and no host has it: put it into the"
                " input folder of every host, or offer it.",
                node, field.name,
            )  # fmt: skip


def _type(graph: FormGraph, node: str, slot: int) -> str:
    known = graph.known(node)
    return known.outputs[slot] if known and 0 <= slot < len(known.outputs) else ""


def _gives_mask(graph: FormGraph, node: str) -> bool:
    return any(_type(graph, node, taker.slot) == "MASK" for taker in graph.takers(node))


def _encodes(graph: FormGraph, taker: Taker) -> bool:
    known = graph.known(taker.node)
    with_vae = known is not None and any(each.type == "VAE" for each in known.fields.values())
    return taker.field == PIXELS and with_vae


def _keeps_size(graph: FormGraph, node: str) -> bool:
    known = graph.known(node)
    if known is None or "IMAGE" not in known.outputs or NEW_SIZE.search(known.name):
        return False
    pictures = [each for each in known.fields.values() if each.type == "IMAGE"]
    return len(pictures) == 1 and not SIZES & known.fields.keys()
