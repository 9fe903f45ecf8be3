"""What a person always wants to set, where the graph says without doubt what it is. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from relay_server.models.forms import FormParam, ParamType
from relay_server.models.workflows import Problem
from relay_server.workflows.forms.graph import FormGraph, Setting
from relay_server.workflows.forms.params import (
    NotOffered,
    described_all,
    made,
    offered,
    with_default,
)
from relay_server.workflows.forms.passes import first_of, goes_on
from relay_server.workflows.forms.samplers import Sampler, joined, samplers
from relay_server.workflows.forms.sentences import listed, sentence
from relay_server.workflows.forms.slugs import Draft, node_order, slug
from relay_server.workflows.forms.title_grammar import parsed, plain
from relay_server.workflows.model_files import canonical
from relay_server.workflows.problems import problem

LORAS = "loras"


@dataclass(frozen=True)
class Words:
    """How a param is called."""

    label: str
    help: str
    group: str


WORDS = {
    "prompt": Words("Prompt", "What the picture shows.", "Prompt"),
    "negative_prompt": Words("Negative prompt", "What it should not show.", "Prompt"),
    "guidance": Words("Guidance", "How closely the prompt is followed.", "Prompt"),
    "checkpoint": Words("Checkpoint", "The model that makes the picture.", "Model"),
    "loras": Words("LoRAs", "Small models that change the checkpoint, and how strongly.", "Model"),
    "width": Words("Width", "In pixels.", "Size"),
    "height": Words("Height", "In pixels.", "Size"),
    "length": Words("Length", "In frames.", "Size"),
    "batch": Words("Batch", "How many pictures are made at once.", "Size"),
    "seed": Words(
        "Seed", "The same seed gives the same picture; `random` draws one.", "Sampling"
    ),
    "steps": Words("Steps", "More steps take longer and show more detail.", "Sampling"),
    "cfg": Words("CFG", "How closely the prompt is followed.", "Sampling"),
    "sampler": Words("Sampler", "The method that takes the steps.", "Sampling"),
    "scheduler": Words("Scheduler", "How the noise is spread over the steps.", "Sampling"),
    "denoise": Words(
        "Denoise", "How much of the picture may change: 0 nothing, 1 everything.", "Sampling"
    ),
}  # fmt: skip
SAMPLING = frozenset(wish for wish, words in WORDS.items() if words.group == "Sampling")
GROUPS = tuple(dict.fromkeys(words.group for words in WORDS.values()))


TEXTS = "Feed the texts from Primitive strings with titles, or use a form file."
REMEDIES = {
    "prompt": TEXTS,
    "negative_prompt": TEXTS,
    "loras": "Use a form file to offer single LoRAs.",
}


@dataclass
class Wanted:
    """What was found."""

    params: list[Draft[FormParam]] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def wanted(graph: FormGraph, taken: Set[tuple[str, str]] = frozenset()) -> Wanted:
    """Prompt, model, size and sampling; without the fields in `taken`, which are set already."""
    found = samplers(graph)
    offer = _Offer(graph, taken, first_of(graph, found))
    for wish in _wishes(found):
        offer.add(wish, [each for each in found if wish in each.settings])
    return Wanted(offer.params, [*offer.notes, *_left_out(graph, offer, found)])


def words_of(wish: str) -> Words:
    """Also of `prompt_clip_l`: the same with the field's name."""
    if wish in WORDS:
        return WORDS[wish]
    of = "negative_prompt" if wish.startswith("negative_prompt") else "prompt"
    part = plain(wish.removeprefix(f"{of}_"))
    return Words(f"{WORDS[of].label}: {part}", WORDS[of].help, WORDS[of].group)


class _Offer:
    """The params as they grow."""

    def __init__(
        self, graph: FormGraph, taken: Set[tuple[str, str]], first: Sampler | None
    ) -> None:
        self._graph = graph
        self._taken = taken
        self.first = first  # whose sampling is meant without doubt
        self.later: set[str] = set()  # samplers whose own is not offered, for that reason
        self.params: list[Draft[FormParam]] = []
        self.notes: list[Problem] = []
        self.unclear: dict[str, list[Sampler]] = {}  # wish -> samplers that have no title

    def add(self, wish: str, having: list[Sampler]) -> None:
        """One param if all samplers mean the same, else one for each that has a title."""
        meant: dict[object, list[Sampler]] = {}
        for sampler in having:
            meant.setdefault(sampler.settings[wish].key, []).append(sampler)
        if self.first and wish in SAMPLING and (len(meant) > 1 or self.first not in having):
            self._add_first(self.first, wish, having)
            return
        words = words_of(wish)
        for sharing in meant.values():
            setting = sharing[0].settings[wish]
            title = next(filter(None, (self._graph.own_title(each.node) for each in sharing)), None)
            if self._taken & {*setting.key}:
                continue
            if len(meant) == 1:
                self._make(wish, setting, words, words.group, sharing[0].node)
            elif title:
                group = parsed(title).label
                self._make(f"{slug(group)}_{wish}", setting, words, group, sharing[0].node)
            else:
                self.unclear.setdefault(wish, []).extend(sharing)

    def _add_first(self, first: Sampler, wish: str, having: list[Sampler]) -> None:
        """Only the first one's, and with it that of samplers which go on where it stops."""
        parts = [each for each in having if each is first or goes_on(self._graph, each)]
        others = [each for each in having if each not in parts]
        self.later |= {e.node for e in others if not self._taken & {*e.settings[wish].key}}
        if first not in parts:
            return
        saved = {repr(self._graph.value(*each.settings[wish].key[0])) for each in parts}
        setting = joined([each.settings[wish] for each in parts])
        if len(saved) > 1:
            self.unclear[wish] = parts
        elif not self._taken & {*setting.key}:
            words = words_of(wish)
            self._make(wish, setting, words, words.group, first.node)

    def _make(self, id_: str, setting: Setting, words: Words, group: str, node: str) -> None:
        make = _loras_offered if setting.targets[0].field == "lora_name" else offered
        param, notes = make(
            self._graph, setting, id=slug(id_), label=words.label, help=words.help, group=group
        )
        self.notes += notes
        if param:
            self.params.append(Draft(param, node))


def _loras_offered(
    graph: FormGraph, setting: Setting, **words: str
) -> tuple[FormParam | None, list[Problem]]:
    """One list instead of the loaders of a chain."""
    try:
        found = described_all(graph, setting)
    except NotOffered as reason:
        return None, [graph.note("not_offered", f"it is not offered: {reason}.", setting.node)]
    param = made(found, setting, **words).model_copy(update={"type": ParamType.LORAS})
    return with_default(graph, param, saved_loras(graph, [each.node for each in setting.targets]))


def saved_loras(graph: FormGraph, nodes: list[str]) -> list[dict[str, object]]:
    """What a chain of loaders says, as the value of a param."""
    clips = [graph.value(node, "strength_clip") for node in nodes]
    found: list[dict[str, object]] = []
    for node, clip in zip(nodes, clips, strict=True):
        strength = graph.value(node, "strength_model")
        # A loader for the model alone keeps its hands off CLIP also in a chain that has it.
        alone = 0.0 if any(each is not None for each in clips) else strength
        found.append(
            {
                "name": canonical(str(graph.value(node, "lora_name"))),
                "strength_model": strength,
                "strength_clip": alone if clip is None else clip,
            }
        )
    return found


def _wishes(found: list[Sampler]) -> list[str]:
    """In the order of the form."""
    order = list(WORDS)
    all_of_them = dict.fromkeys(wish for each in found for wish in each.settings)
    return sorted(all_of_them, key=lambda wish: _rank(order, wish))


def _rank(order: list[str], wish: str) -> float:
    if wish in order:
        return order.index(wish)
    return order.index("negative_prompt" if wish.startswith("negative") else "prompt") + 0.5


def _left_out(graph: FormGraph, offer: _Offer, found: list[Sampler]) -> Iterator[Problem]:
    if offer.first and offer.later:
        later = listed(sorted(offer.later, key=node_order))
        message = (
            f"The sampling that is offered is that of the first sampler, node {offer.first.node}."
            f" Give it and node {later} titles to offer theirs, too."
        )
        yield problem("later_samplers", message)
    if offer.unclear:
        yield problem("ambiguous", _ambiguous(offer, found))
    doubts: dict[tuple[str, str], list[str]] = {}
    for sampler in found:
        for doubt in dict.fromkeys(sampler.doubts):
            doubts.setdefault(doubt, []).append(sampler.node)
    for (wish, why), nodes in doubts.items():
        of = f" of node {listed(nodes)}" if len(nodes) > 1 else ""
        reason = sentence(f"{words_of(wish).label}{of} is not offered: {why}")
        message = f"{reason} {REMEDIES[wish]}"
        yield graph.note("not_offered", message, nodes[0])


def _ambiguous(offer: _Offer, found: list[Sampler]) -> str:
    by_nodes: dict[tuple[str, ...], list[str]] = {}
    for wish, untitled in offer.unclear.items():
        by_nodes.setdefault(tuple(each.node for each in untitled), []).append(wish)
    of = [f"{', '.join(wishes)} of node {listed(nodes)}" for nodes, wishes in by_nodes.items()]
    return (
        f"The graph has {len(found)} samplers with settings of their own. Not offered, since it"
        f" cannot be told which is meant: {'; '.join(of)}. Give the samplers titles, and each gets"
        " its own group."
    )
