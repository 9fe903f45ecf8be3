"""The published workflows: name, version, graph and form. Pure but for reading their folder."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from relay_server.errors import NotFound, StartupError
from relay_server.models.forms import Form
from relay_server.workflows.guard import Graph, classes_of

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
FORM_SUFFIX = ".form.json"


@dataclass(frozen=True)
class Published:
    """One version of a workflow. It never changes."""

    name: str
    version: int
    graph: Graph
    form: Form
    digest: str  # sha256 over graph and form
    published_at: datetime

    @property
    def needs(self) -> list[str]:
        """Node classes that a host must have."""
        return classes_of(self.graph)


class Catalog:
    """The workflows by name."""

    def __init__(self, workflows: Iterable[Published]) -> None:
        self._workflows = {workflow.name: workflow for workflow in workflows}

    def all(self) -> list[Published]:
        """The newest version of each, by name."""
        return [self._workflows[name] for name in sorted(self._workflows)]

    def get(self, name: str, version: int | None = None) -> Published:
        """One workflow; the newest version if none is named. Raises `workflow_not_found`."""
        found = self._workflows.get(name)
        if found is None:
            raise NotFound(
                "workflow_not_found",
                f"No workflow is published as {name[:80]!r}. `GET /relay/v1/workflows` lists them.",
            )
        if version not in (None, found.version):
            raise NotFound(
                "workflow_not_found",
                f"The workflow {name!r} has no version {version}; the newest is {found.version}.",
            )
        return found


def read_folder(folder: Path) -> list[Published]:
    """Every `NAME.form.json` with its `NAME.json`. Raises StartupError that names the file."""
    return [
        _read(form_file, form_file.name.removesuffix(FORM_SUFFIX))
        for form_file in sorted(folder.glob(f"*{FORM_SUFFIX}"))
    ]


def _read(form_file: Path, name: str) -> Published:
    graph_file = form_file.with_name(f"{name}.json")
    if not NAME.fullmatch(name):
        raise _unusable(form_file, "its name may have small letters, digits, dash and underscore")
    try:
        graph = json.loads(graph_file.read_text(encoding="utf-8"))
        form = Form.model_validate_json(form_file.read_text(encoding="utf-8"))
    except OSError as error:
        raise _unusable(graph_file, "it cannot be read") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise _unusable(form_file, f"{where}: {first['msg']}") from error
    except ValueError as error:
        raise _unusable(graph_file, "it is not JSON") from error
    if reason := _mismatch(graph, form):
        raise _unusable(form_file, reason)
    text = json.dumps([graph, form.model_dump(mode="json")], sort_keys=True)
    return Published(
        name=name,
        version=1,
        graph=graph,
        form=form,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        published_at=datetime.fromtimestamp(int(form_file.stat().st_mtime), UTC),
    )


def _mismatch(graph: Mapping[str, Any], form: Form) -> str | None:
    """What the form names that the graph does not have."""
    nodes = {
        node: spec.get("inputs") if isinstance(spec, dict) else None for node, spec in graph.items()
    }
    targets = [target for each in form.inputs for target in each.targets]
    targets += [target for each in form.params for target in each.targets]
    for target in targets:
        if not isinstance(nodes.get(target.node), dict):
            return f"the graph has no node {target.node!r} with inputs"
    for output in form.outputs:
        if output.node not in nodes:
            return f"the graph has no node {output.node!r}"
    return None


def _unusable(file: Path, reason: str) -> StartupError:
    return StartupError("invalid_workflow", f"The workflow file {file} cannot be used: {reason}.")
