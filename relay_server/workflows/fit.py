"""Which host can run a graph: the models that it names, and what each host lacks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from relay_server.errors import Unprocessable
from relay_server.models.workflows import HostFit, ModelFile
from relay_server.workflows.guard import unwrapped
from relay_server.workflows.host_models import is_model_file, singular
from relay_server.workflows.known import HostKnowledge, Known
from relay_server.workflows.model_files import ModelFiles, canonical

SHOWN = 200  # characters of a name


@dataclass(frozen=True)
class NamedModel:
    """A model where a graph names it; `name` as it is written there."""

    kind: str
    name: str
    node: str
    field: str


def host_fit(
    needs_classes: Iterable[str], needs_models: Iterable[ModelFile], host: HostKnowledge
) -> HostFit:
    """Whether a host can run it when it is up."""
    classes = sorted({each for each in needs_classes if each not in host.info})
    models = [each for each in needs_models if host.lacks(each.kind, each.name)]
    return HostFit(
        host=host.name,
        can_run=not classes and not models,
        missing_classes=classes,
        missing_models=models,
    )


def fits(
    needs_classes: Iterable[str],
    needs_models: Iterable[ModelFile],
    hosts: Iterable[HostKnowledge],
) -> list[HostFit]:
    """The same for every host, in their order."""
    classes, models = list(needs_classes), list(needs_models)
    return [host_fit(classes, models, host) for host in hosts]


def missing_everywhere(
    needs_classes: Iterable[str], needs_models: Iterable[ModelFile], known: Known
) -> tuple[list[str], list[ModelFile]]:
    """Node classes and models that no host has; nothing where no host was ever seen."""
    if not known.hosts:
        return [], []
    classes = sorted({each for each in needs_classes if each not in known.info})
    return classes, [each for each in needs_models if known.lacks(each.kind, each.name)]


def models_named(
    graph: Mapping[str, Any], known: Known, skip: Set[tuple[str, str]] = frozenset()
) -> list[ModelFile]:
    """The models that a graph names, by kind and name. `skip` are (node, field) that do not count,
    such as those that a form sets."""
    found = {
        (each.kind, canonical(each.name))
        for each in places_of_models(graph, known)
        if (each.node, each.field) not in skip
    }
    return [ModelFile(kind=kind, name=name) for kind, name in sorted(found)]


def checked_models(graph: Mapping[str, Any], known: Known) -> list[ModelFile]:
    """The models that a job's graph names. Raises `unknown_model` if no host has one of them."""
    for each in places_of_models(graph, known):
        if known.lacks(each.kind, each.name):
            raise unknown_model(each.kind, each.name, known.models, each.node, each.field)
    return models_named(graph, known)


def places_of_models(graph: Mapping[str, Any], known: Known) -> Iterator[NamedModel]:
    """Every field of a graph that names a model. A link, a file or a choice such as `None` names
    none."""
    for node, spec in graph.items():
        class_type = spec["class_type"]
        for name, value in spec["inputs"].items():
            text = _text(value)
            kind = known.kind_of_field(class_type, name) if text else None
            if kind and _is_model(kind, text, class_type, name, known):
                yield NamedModel(kind, text, node, name)


def unknown_model(
    kind: str, name: str, models: ModelFiles, node: str | None = None, field: str | None = None
) -> Unprocessable:
    """The refusal of a model that no host has."""
    name = canonical(name[:SHOWN])
    nearest = models.nearest(kind, name)
    advice = f"Did you mean {nearest[0]!r}?" if nearest else "Put it on a host or choose another."
    return Unprocessable(
        "unknown_model",
        f"No host has the {singular(kind)} {name!r}. {advice}"
        f" `GET /relay/v1/models/{kind}` lists what there is.",
        {"kind": kind, "name": name, "nearest": nearest, "node": node, "field": field},
    )


def _text(value: Any) -> str:
    """A field's own text; empty for anything else."""
    text = unwrapped(value)
    return text if isinstance(text, str) else ""


def _is_model(kind: str, text: str, class_type: str, name: str, known: Known) -> bool:
    """Not what a loader offers beside the models, such as `taesd` among the VAEs."""
    if known.models.hosts(kind, text):
        return True
    offered = known.menu(class_type, name)
    if offered is None:
        return is_model_file(text)  # no host has told what else the field may hold
    return canonical(text) not in offered
