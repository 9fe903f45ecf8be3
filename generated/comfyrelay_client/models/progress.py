from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Progress")


@_attrs_define
class Progress:
    """How far a job is; one is enough to catch up.

    Attributes:
        value (float):
        nodes_done (int):
        nodes_total (int):
        current_node (None | str):
        current_node_class (None | str):
        step (int | None):
        steps (int | None):
        message (None | str):
    """

    value: float
    nodes_done: int
    nodes_total: int
    current_node: None | str
    current_node_class: None | str
    step: int | None
    steps: int | None
    message: None | str

    def to_dict(self) -> dict[str, Any]:
        value = self.value

        nodes_done = self.nodes_done

        nodes_total = self.nodes_total

        current_node: None | str
        current_node = self.current_node

        current_node_class: None | str
        current_node_class = self.current_node_class

        step: int | None
        step = self.step

        steps: int | None
        steps = self.steps

        message: None | str
        message = self.message

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "value": value,
                "nodes_done": nodes_done,
                "nodes_total": nodes_total,
                "current_node": current_node,
                "current_node_class": current_node_class,
                "step": step,
                "steps": steps,
                "message": message,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        value = d.pop("value")

        nodes_done = d.pop("nodes_done")

        nodes_total = d.pop("nodes_total")

        def _parse_current_node(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        current_node = _parse_current_node(d.pop("current_node"))

        def _parse_current_node_class(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        current_node_class = _parse_current_node_class(d.pop("current_node_class"))

        def _parse_step(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        step = _parse_step(d.pop("step"))

        def _parse_steps(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        steps = _parse_steps(d.pop("steps"))

        def _parse_message(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        message = _parse_message(d.pop("message"))

        progress = cls(
            value=value,
            nodes_done=nodes_done,
            nodes_total=nodes_total,
            current_node=current_node,
            current_node_class=current_node_class,
            step=step,
            steps=steps,
            message=message,
        )

        return progress
