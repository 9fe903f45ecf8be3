"""Fill: what is missing of a version, made as the rest of it was. Disk; off the main thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from . import ranges, records
from .errors import PluginError
from .form import Form, JsonValue
from .records import Plan, found_version
from .results import Template

Values = Mapping[str, JsonValue]
NEW = "Press Generate, which makes a new version."


@dataclass(frozen=True)
class Gap:
    """The frames that a version lacks, and with what the others were made."""

    folder: str
    name: str  # v001
    frames: tuple[int, ...]  # () if nothing is missing
    plan: Plan
    values: Mapping[int, Values]  # by frame, as far as anybody knows
    together: bool  # one job made several frames

    def refuse_other(self, form: Form) -> None:
        """Raises PluginError if this form cannot make the rest of the version."""
        made = (self.plan.workflow, self.plan.workflow_version)
        if made != (form.workflow, form.version):
            raise PluginError(
                f"{self.name} was made by {_named(*made)}, and the node has"
                f" {_named(form.workflow, form.version)}.",
                f"Choose {_named(*made)} again, or press Generate for a new version.",
                code="other_workflow",
            )

    def refuse_together(self) -> None:
        """Raises PluginError: frames that come with one job hang together."""
        raise PluginError(
            f"{self.plan.workflow} makes all frames with one job, so what {self.name} lacks cannot"
            " be made alone.",
            NEW,
            code="together",
        )

    def values_at(self, frame: int) -> Values:
        """Those of a frame. Raises PluginError if nobody knows them."""
        if frame in self.values:
            return self.values[frame]
        every = list(self.values.values())
        if not every or any(each != every[0] for each in every):
            raise PluginError(
                f"Nobody knows with which values frame {frame} of {self.name} was to be made.",
                NEW,
                code="values_unknown",
            )
        return every[0]


def gap(template: Template, folder: str) -> Gap:
    """What is missing of a version. Raises PluginError if there is none."""
    found = found_version(template, folder) if folder else None
    if found is None or found.plan is None:
        raise PluginError("There is no version to fill.", "Press Generate.", "no_version")
    if not found.plan.frames:
        raise PluginError(
            f"{found.folder.name} has no frames to fill.",
            "Get result fetches its picture again.",
            "no_frames",
        )
    jobs = records.jobs(found.folder)
    used = {frame: job.values for job in jobs for frame in job.frames}
    values = {**used, **ranges.full(found.plan.values)}
    together = any(len(job.frames) > 1 for job in jobs)
    return Gap(folder, found.folder.name, found.missing, found.plan, values, together)


def _named(workflow: str, version: int) -> str:
    return f"{workflow}, version {version}" if version else workflow
