"""Outputs of a form: the nodes that save or show something. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from relay_server.models.forms import FormOutput, OutputKind
from relay_server.workflows.forms.graph import FormGraph
from relay_server.workflows.forms.slugs import Draft, settled, slug
from relay_server.workflows.forms.title_grammar import parsed, told_apart

TEXTS = ("PreviewAny", "ShowText", "DisplayText", "ShowAnything")
VIDEOS = ("Video", "WEBM", "Animated")
LABELS: dict[str, str] = {
    "image": "Image", "video": "Video", "audio": "Audio", "text": "Text", "file": "File",
    "latent": "Latent",
}  # fmt: skip


def outputs(graph: FormGraph, nodes: Iterable[str] | None = None) -> list[FormOutput]:
    """An output for each of these nodes, or for all that are output nodes."""
    found = list(graph.outputs if nodes is None else nodes)
    needed = needed_outputs(graph, found)
    made = [_output(graph, node, node in needed) for node in found]
    labels = told_apart([each.label for each in made], found)
    told = [
        each.model_copy(update={"label": label}) for each, label in zip(made, labels, strict=True)
    ]
    return settled([Draft(each, each.node) for each in told])


def _output(graph: FormGraph, node: str, required: bool) -> FormOutput:
    """What an output node gives."""
    kind = output_kind(graph, node)
    title = graph.own_title(node)
    label = parsed(title).label if title else LABELS[kind]
    return FormOutput(
        id=slug(label, nameless=kind), label=label, kind=kind, required=required, node=node
    )


def needed_outputs(graph: FormGraph, nodes: Iterable[str]) -> set[str]:
    """Those without which a job has failed: what saves, else what previews, else all."""
    there = list(nodes)
    saving = {node for node in there if _saves(graph, node)}
    return saving or {node for node in there if "Preview" in graph.class_of(node)} or {*there}


def output_kind(graph: FormGraph, node: str) -> OutputKind:
    """By the class's name, and by what it takes."""
    name = graph.class_of(node)
    if any(word in name for word in VIDEOS):
        return "video"
    if "Audio" in name:
        return "audio"
    if "Latent" in name:
        return "latent"
    if name.startswith(TEXTS):
        return "text"
    return "image" if _takes_pictures(graph, node) else "file"


def _saves(graph: FormGraph, node: str) -> bool:
    """Also under another name: who asks for a file's name saves one."""
    if "Preview" in graph.class_of(node):
        return False
    prefixed = graph.value(node, "filename_prefix") is not None
    return prefixed or "Save" in graph.class_of(node)


def _takes_pictures(graph: FormGraph, node: str) -> bool:
    known = graph.known(node)
    if known is None:
        return "Image" in graph.class_of(node)
    return any(each.type in ("IMAGE", "MASK") for each in known.fields.values())
