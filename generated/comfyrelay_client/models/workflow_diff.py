from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.change import Change


T = TypeVar("T", bound="WorkflowDiff")


@_attrs_define
class WorkflowDiff:
    """What changed between two versions, in the form and in the graph.

    Attributes:
        name (str):
        before (int):
        after (int):
        form (list[Change]):
        graph (list[Change]):
    """

    name: str
    before: int
    after: int
    form: list[Change]
    graph: list[Change]

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        before = self.before

        after = self.after

        form = []
        for form_item_data in self.form:
            form_item = form_item_data.to_dict()
            form.append(form_item)

        graph = []
        for graph_item_data in self.graph:
            graph_item = graph_item_data.to_dict()
            graph.append(graph_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "before": before,
                "after": after,
                "form": form,
                "graph": graph,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.change import Change  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        before = d.pop("before")

        after = d.pop("after")

        form = []
        _form = d.pop("form")
        for form_item_data in _form:
            form_item = Change.from_dict(form_item_data)

            form.append(form_item)

        graph = []
        _graph = d.pop("graph")
        for graph_item_data in _graph:
            graph_item = Change.from_dict(graph_item_data)

            graph.append(graph_item)

        workflow_diff = cls(
            name=name,
            before=before,
            after=after,
            form=form,
            graph=graph,
        )

        return workflow_diff
