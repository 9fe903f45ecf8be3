"""Samplers that work one after another: which of them is the one that everyone means. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from relay_server.workflows.forms.graph import FormGraph
from relay_server.workflows.forms.samplers import LATENT_IN, NO_NOISE, Sampler, makes_size

PICTURES = ("LATENT", "IMAGE")


def first_of(graph: FormGraph, found: Sequence[Sampler]) -> Sampler | None:
    """The one that starts from nothing, if all others work on what it made, and no author's title
    tells them apart. None if there is no such one, or nothing but it."""
    nodes = {each.node for each in found}
    if len(found) == 1 or any(graph.own_title(node) for node in nodes):
        return None
    origins = {each.node: _origins(graph, each.node, nodes) for each in found}
    firsts = [each for each in found if not origins[each.node] <= nodes]
    if len(firsts) != 1 or not all(makes_size(graph, at) for at in origins[firsts[0].node]):
        return None
    return firsts[0] if all(origins.values()) else None


def goes_on(graph: FormGraph, sampler: Sampler) -> bool:
    """Whether it adds no noise of its own: another's steps end with it."""
    return graph.value(sampler.node, "add_noise") in NO_NOISE


def _origins(graph: FormGraph, sampler: str, samplers: Set[str]) -> set[str]:
    """Where the latent of a sampler comes from: other samplers, and nodes that take none."""
    found: set[str] = set()
    waiting = [source[0] for source in (graph.source(sampler, LATENT_IN),) if source]
    seen = {*waiting}
    while waiting:
        at = waiting.pop()
        before = [] if at in samplers or makes_size(graph, at) else list(_before(graph, at))
        found |= set() if before else {at}
        waiting += [each for each in before if each not in seen]
        seen |= {*before}
    return found


def _before(graph: FormGraph, node: str) -> Iterator[str]:
    known = graph.known(node)
    for each in known.fields.values() if known else ():
        source = graph.source(node, each.name) if each.type in PICTURES else None
        if source:
            yield source[0]
