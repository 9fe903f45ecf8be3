"""From a sampler back to the texts that it follows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from relay_server.workflows.forms.graph import FormGraph
from relay_server.workflows.object_info import NodeClass

CONDITIONING = "CONDITIONING"
GUIDANCE = "guidance"
NO_TEXT = "ConditioningZeroOut"
TWINS = ("t5xxl", "text_g", "text_l", "clip_g", "clip_l", "llama", "mt5xl", "bert")
"""Fields of encoders that take one and the same prompt several times, the main one first."""


class InDoubt(Exception):
    """It cannot be told which text is meant. Says why, as the end of a sentence."""


@dataclass
class Way:
    """What lies between a sampler and its text."""

    encoder: str | None = None  # None: there is no text
    texts: tuple[str, ...] = ()  # the encoder's fields
    guidance: list[str] = field(default_factory=list)  # nodes with a strength of the guidance


def way_to_text(graph: FormGraph, node: str, name: str) -> Way:
    """Follow a conditioning link back as long as there is one way only. Raises InDoubt."""
    way = Way()
    at = graph.source(node, name)
    seen: set[str] = set()
    while at and at[0] not in seen:
        seen.add(at[0])
        known = graph.known(at[0])
        if known is None or graph.class_of(at[0]) == NO_TEXT:
            return way
        if GUIDANCE in known.fields:
            way.guidance.append(at[0])
        texts, inputs = _texts(known), _linked(graph, at[0], known)
        if texts and inputs:
            raise InDoubt(f"node {at[0]} adds its own text to another's")
        if texts:
            way.encoder, way.texts = at[0], texts
            return way
        at = graph.source(at[0], _onward(at, known, inputs)) if inputs else None
    return way


def prompts(graph: FormGraph, way: Way) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(part of the id or empty, fields that take this one text)."""
    assert way.encoder is not None, "no text, no prompt"
    texts = sorted(way.texts, key=lambda each: TWINS.index(each) if each in TWINS else -1)
    saved = {repr(graph.value(way.encoder, each)) for each in texts}
    if len(texts) > 1 and len(saved) == 1 and all(each in TWINS for each in texts):
        yield "", tuple(texts)
        return
    for number, each in enumerate(texts):
        yield each if number else "", (each,)


def _texts(known: NodeClass) -> tuple[str, ...]:
    return tuple(
        each.name
        for each in known.widgets
        if each.type == "STRING" and each.options.get("multiline")
    )


def _linked(graph: FormGraph, node: str, known: NodeClass) -> list[str]:
    return [
        each.name
        for each in known.fields.values()
        if each.type == CONDITIONING and graph.source(node, each.name)
    ]


def _onward(at: tuple[str, int], known: NodeClass, inputs: list[str]) -> str:
    """The input that comes out where we came in."""
    outputs = [slot for slot, type_ in enumerate(known.outputs) if type_ == CONDITIONING]
    if len(outputs) == len(inputs) and at[1] in outputs:
        return inputs[outputs.index(at[1])]
    raise InDoubt(f"node {at[0]} ({known.name}) combines several conditionings")
