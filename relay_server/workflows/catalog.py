"""A published workflow as a value: graph, form, and what a host must have. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from relay_server.models.forms import Form, FormParam, ParamType
from relay_server.models.workflows import HostFit, ModelFile
from relay_server.workflows.fit import fits, missing_everywhere, models_named
from relay_server.workflows.forms.live import lasting, schema_hash
from relay_server.workflows.guard import Graph, classes_of
from relay_server.workflows.host_models import singular
from relay_server.workflows.known import Known

ANY_NAME = "*"
"""Stands for "at least one" in the list of models that a host lacks."""


@dataclass(frozen=True)
class Draft:
    """What can be published: everything but the version."""

    graph: Graph
    form: Form
    digest: str  # sha256 over graph and form, live menus aside
    schema_hash: str
    needs: tuple[str, ...]  # node classes
    models: tuple[ModelFile, ...]  # that the graph names outside the form
    source: str = ""  # sha256 of the files that it was read from; empty: it came by the API

    @property
    def kinds(self) -> list[str]:
        """The kinds of models of which the form wants one."""
        found = {param.models for param in self.form.params if param.models and _is_wanted(param)}
        return sorted(found)


@dataclass(frozen=True)
class Published(Draft):
    """One version of a workflow. It never changes, but it may be withdrawn."""

    name: str = ""
    version: int = 0
    published_at: datetime = field(default_factory=lambda: datetime.fromtimestamp(0))
    published_by: str = ""
    withdrawn: bool = False


@dataclass(frozen=True)
class Availability:
    """Whether a workflow can run now, and why not."""

    hosts: list[HostFit]
    missing: list[str]
    missing_models: list[ModelFile]
    reason: str | None  # None: some host can run it


def draft(graph: Graph, form: Form, known: Known) -> Draft:
    """A workflow that was read and checked, ready to be published."""
    text = json.dumps([graph, lasting(form)], sort_keys=True)
    return Draft(
        graph=graph,
        form=form,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        schema_hash=schema_hash(form),
        needs=tuple(classes_of(graph)),
        models=tuple(models_named(graph, known, set(targets_of(form)))),
    )


def targets_of(form: Form) -> Iterator[tuple[str, str]]:
    """Every (node, field) that the form sets."""
    for targets in (
        *(each.targets for each in form.inputs),
        *(each.targets for each in form.params),
    ):
        yield from ((target.node, target.field) for target in targets)


def files_of(form: Form) -> frozenset[tuple[str, str]]:
    """The (node, field) pairs that name a file because the form says so."""
    return frozenset((target.node, target.field) for each in form.inputs for target in each.targets)


def availability(workflow: Draft, known: Known) -> Availability:
    """Which hosts can run it; those of the last week count, whether they are up or not."""
    hosts = [
        _with_kinds(fit, workflow, known)
        for fit in fits(workflow.needs, workflow.models, known.hosts)
    ]
    missing, models = missing_everywhere(workflow.needs, workflow.models, known)
    models += [
        ModelFile(kind=kind, name=ANY_NAME)
        for kind in workflow.kinds
        if known.hosts and not known.models.names(kind)
    ]
    return Availability(hosts, missing, models, _reason(hosts, missing, models))


def _is_wanted(param: FormParam) -> bool:
    """LoRAs may be none; every other menu of models needs one."""
    return param.type is not ParamType.LORAS


def _with_kinds(fit: HostFit, workflow: Draft, known: Known) -> HostFit:
    host = next(each for each in known.hosts if each.name == fit.host)
    empty = [
        ModelFile(kind=kind, name=ANY_NAME)
        for kind in workflow.kinds
        if host.models and not host.models.get(kind)
    ]
    if not empty:
        return fit
    update: Mapping[str, Any] = {
        "can_run": False, "missing_models": [*fit.missing_models, *empty],
    }  # fmt: skip
    return fit.model_copy(update=update)


def _reason(hosts: list[HostFit], missing: list[str], models: list[ModelFile]) -> str | None:
    if not hosts:
        return "No host was seen yet. Start a worker for one."
    if any(host.can_run for host in hosts):
        return None
    if missing:
        return f"No host has the node {missing[0]}. Install its pack on a host."
    if models and models[0].name == ANY_NAME:
        return f"No host has any {singular(models[0].kind)}. Put one on a host."
    if models:
        return f"No host has the {singular(models[0].kind)} {models[0].name}. Put it on a host."
    return "No single host has all that it needs; `hosts` says what each one lacks."


def as_version(
    workflow: Draft, name: str, version: int, published_at: datetime, published_by: str
) -> Published:
    """The draft as it stands in the catalog."""
    fields = {name: getattr(workflow, name) for name in Draft.__dataclass_fields__}
    return Published(
        **fields, name=name, version=version, published_at=published_at, published_by=published_by
    )


def withdrawn(workflow: Published) -> Published:
    """The same, no longer for new jobs."""
    return replace(workflow, withdrawn=True)
