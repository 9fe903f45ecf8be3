"""The samplers of a graph, and the fields that belong to each, found along their links. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from relay_server.errors import Unprocessable
from relay_server.models.forms import Target
from relay_server.workflows.filled.loras import LOADERS, place_of
from relay_server.workflows.forms.conditioning import GUIDANCE, InDoubt, prompts, way_to_text
from relay_server.workflows.forms.graph import FormGraph, Setting
from relay_server.workflows.guard import is_link

LATENT_IN = "latent_image"
GUIDES = ("positive", "guider", "conditioning")
NO_NOISE = (False, "disable")
LOADED = ("checkpoints", "diffusion_models")
LORA_NAME = "lora_name"
WHOLE = 1  # denoise: nothing is left of what was there


@dataclass
class Sampler:
    """A sampler with what belongs to it."""

    node: str
    settings: dict[str, Setting] = field(default_factory=dict)  # by the id that it has in a form
    doubts: list[tuple[str, str]] = field(default_factory=list)  # (what is not offered, why)


def samplers(graph: FormGraph) -> list[Sampler]:
    """All samplers that an output needs."""
    found = [Sampler(node) for node in graph.nodes if _is_sampler(graph, node)]
    for each in found:
        _Follower(graph, each).follow()
    return found


def makes_size(graph: FormGraph, node: str) -> bool:
    """Whether a node makes a latent of a size that is set, and takes none."""
    known = graph.known(node)
    if known is None or not {"width", "height"} <= known.fields.keys():
        return False
    takes = any(each.type == "LATENT" for each in known.fields.values())
    return "LATENT" in known.outputs and not takes


def _is_sampler(graph: FormGraph, node: str) -> bool:
    linked = {name for name, value in graph.graph[node]["inputs"].items() if is_link(value)}
    return LATENT_IN in linked and bool({"model", "guider"} & linked) and bool({*GUIDES} & linked)


class _Follower:
    """Follows the links of one sampler."""

    def __init__(self, graph: FormGraph, sampler: Sampler) -> None:
        self._graph = graph
        self._sampler = sampler
        guider = graph.source(sampler.node, "guider")
        self._guider = guider[0] if guider else sampler.node

    def follow(self) -> None:
        self._texts()
        self._model()
        is_empty = self._size()
        self._seed()
        node = self._sampler.node
        sigmas = self._back(node, "sigmas", "SIGMAS", "steps") or node
        self._put("steps", sigmas, "steps")
        self._put("cfg", self._guider, "cfg")
        self._put("sampler", self._back(node, "sampler", "SAMPLER", "sampler_name") or node,
                  "sampler_name")  # fmt: skip
        self._put("scheduler", sigmas, "scheduler")
        if setting := self._setting(sigmas, "denoise"):
            value = self._graph.value(*setting.key[0])
            if not (is_empty and value == WHOLE):
                self._sampler.settings["denoise"] = setting

    def _texts(self) -> None:
        positive = "positive" if self._has(self._guider, "positive") else "conditioning"
        for wish, name in (("prompt", positive), ("negative_prompt", "negative")):
            try:
                self._text(wish, name)
            except InDoubt as doubt:
                self._sampler.doubts.append((wish, str(doubt)))

    def _text(self, wish: str, name: str) -> None:
        way = way_to_text(self._graph, self._guider, name)
        if name != "negative":
            for node in way.guidance[:1]:
                self._put(GUIDANCE, node, GUIDANCE)
        if way.encoder is None:
            return
        for part, fields in prompts(self._graph, way):
            found = [self._setting(way.encoder, each) for each in fields]
            there = [each for each in found if each]
            if there and (both := joined(there)) not in self._sampler.settings.values():
                self._sampler.settings[f"{wish}_{part}" if part else wish] = both

    def _model(self) -> None:
        loras: list[str] = []
        at, seen = self._graph.source(self._guider, "model"), {self._sampler.node}
        while at and at[0] not in seen:
            node = at[0]
            seen.add(node)
            if self._graph.class_of(node) in LOADERS:
                loras.insert(0, node)
            at = self._only(node, "MODEL")
            if at is None:
                self._checkpoint(node)
        if loras:
            self._loras(loras)

    def _checkpoint(self, node: str) -> None:
        known = self._graph.known(node)
        for each in known.widgets if known else ():
            if known and self._graph.kinds(known.name, each.name) in LOADED:
                self._put("checkpoint", node, each.name)
                return

    def _loras(self, nodes: list[str]) -> None:
        """Only where nothing but the chain itself takes from its middle."""
        try:
            place_of(self._graph.graph, nodes, self._graph.info)
        except Unprocessable as error:
            self._sampler.doubts.append(("loras", error.message))
            return
        inputs = [each for node in nodes for each in self._graph.graph[node]["inputs"].items()]
        if any(is_link(value) and name not in ("model", "clip") for name, value in inputs):
            self._sampler.doubts.append(("loras", "one of them takes a value from a link"))
        elif any(
            taker.node not in nodes for node in nodes[:-1] for taker in self._graph.takers(node)
        ):
            self._sampler.doubts.append(("loras", "another node takes from the middle of them"))
        else:
            targets = tuple(Target(node=node, field=LORA_NAME) for node in nodes)
            self._sampler.settings["loras"] = Setting(targets, targets)

    def _size(self) -> bool:
        """Whether the sampler starts from an empty picture."""
        at, seen = self._graph.source(self._sampler.node, LATENT_IN), {self._sampler.node}
        while at and at[0] not in seen and not _is_sampler(self._graph, at[0]):
            node = at[0]
            seen.add(node)
            at = self._only(node, "LATENT")
            if at is None and makes_size(self._graph, node):
                for wish in ("width", "height", "length"):
                    self._put(wish, node, wish)
                self._put("batch", node, "batch_size")
                return self._graph.class_of(node).startswith("Empty")
        return False

    def _seed(self) -> None:
        node = self._sampler.node
        if self._graph.value(node, "add_noise") in NO_NOISE:
            return
        noise = self._graph.source(node, "noise")
        for name in ("seed", "noise_seed"):
            self._put("seed", noise[0] if noise else node, name)

    def _back(self, node: str, name: str, type_: str, wanted: str) -> str | None:
        """The node behind a link that has a field, through such as take and give the same."""
        at, seen = self._graph.source(node, name), {node}
        while at and at[0] not in seen:
            if self._has(at[0], wanted):
                return at[0]
            seen.add(at[0])
            at = self._only(at[0], type_)
        return None

    def _only(self, node: str, type_: str) -> tuple[str, int] | None:
        """What the one input of a type takes; None if there is none or more than one."""
        known = self._graph.known(node)
        names = [each.name for each in known.fields.values() if each.type == type_] if known else []
        found = [source for name in names if (source := self._graph.source(node, name))]
        return found[0] if len(found) == 1 else None

    def _has(self, node: str, name: str) -> bool:
        return self._graph.field(node, name) is not None

    def _put(self, wish: str, node: str, name: str) -> None:
        if setting := self._setting(node, name):
            self._sampler.settings[wish] = setting

    def _setting(self, node: str, name: str) -> Setting | None:
        field_ = self._graph.field(node, name)
        if field_ is None or not field_.is_widget or self._graph.value(node, name) is None:
            return None
        return self._graph.setting(node, name)


def joined(settings: list[Setting]) -> Setting:
    targets = dict.fromkeys(target for each in settings for target in each.targets)
    typed_by = dict.fromkeys(target for each in settings for target in each.typed_by)
    return Setting(tuple(targets), tuple(typed_by))
