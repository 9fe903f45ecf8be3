"""One line for each published workflow, made anew only when it or the hosts change. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from relay_server.models.workflows import WorkflowSummary
from relay_server.workflows.catalog import Published, availability
from relay_server.workflows.known import Known


class Summaries:
    """The lines of the catalog."""

    def __init__(self) -> None:
        self._made: tuple[str, dict[tuple[str, int], WorkflowSummary]] = ("", {})

    def of(self, published: Sequence[Published], known: Known) -> list[WorkflowSummary]:
        """A line for each, in their order. Takes a while where many are new."""
        digest, lines = self._made
        if known.digest != digest:
            lines = {}
            self._made = (known.digest, lines)  # one value: threads may meet here
        for each in published:
            if (each.name, each.version) not in lines:
                lines[each.name, each.version] = summary(each, known)
        return [lines[each.name, each.version] for each in published]


def summary(workflow: Published, known: Known) -> WorkflowSummary:
    """Whether it can run, and why not."""
    able = availability(workflow, known)
    return WorkflowSummary(
        name=workflow.name,
        version=workflow.version,
        title=workflow.form.title,
        description=workflow.form.description,
        schema_hash=workflow.schema_hash,
        available=able.reason is None,
        reason=able.reason,
        missing=able.missing,
        missing_models=able.missing_models,
    )
