from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.form_input import FormInput
    from ..models.form_output import FormOutput
    from ..models.form_param import FormParam


T = TypeVar("T", bound="Form")


@_attrs_define
class Form:
    """Everything that a workflow asks for and gives back, in the order to show it.

    Attributes:
        title (str):
        description (str):  Default: ''.
        inputs (list[FormInput]):
        params (list[FormParam]):
        outputs (list[FormOutput]):
        groups (list[str]): In the order to show them.
        time_limit (float | None): Seconds; 0 is no limit.
        max_running (int | None): Most jobs of this workflow on hosts at once; none is no limit.
    """

    title: str
    inputs: list[FormInput]
    params: list[FormParam]
    outputs: list[FormOutput]
    groups: list[str]
    time_limit: float | None
    max_running: int | None
    description: str = ""

    def to_dict(self) -> dict[str, Any]:
        title = self.title

        description = self.description

        inputs = []
        for inputs_item_data in self.inputs:
            inputs_item = inputs_item_data.to_dict()
            inputs.append(inputs_item)

        params = []
        for params_item_data in self.params:
            params_item = params_item_data.to_dict()
            params.append(params_item)

        outputs = []
        for outputs_item_data in self.outputs:
            outputs_item = outputs_item_data.to_dict()
            outputs.append(outputs_item)

        groups = self.groups

        time_limit: float | None
        time_limit = self.time_limit

        max_running: int | None
        max_running = self.max_running

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "title": title,
                "description": description,
                "inputs": inputs,
                "params": params,
                "outputs": outputs,
                "groups": groups,
                "time_limit": time_limit,
                "max_running": max_running,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.form_input import FormInput  # noqa: PLC0415
        from ..models.form_output import FormOutput  # noqa: PLC0415
        from ..models.form_param import FormParam  # noqa: PLC0415

        d = dict(src_dict)
        title = d.pop("title")

        description = d.pop("description")

        inputs = []
        _inputs = d.pop("inputs")
        for inputs_item_data in _inputs:
            inputs_item = FormInput.from_dict(inputs_item_data)

            inputs.append(inputs_item)

        params = []
        _params = d.pop("params")
        for params_item_data in _params:
            params_item = FormParam.from_dict(params_item_data)

            params.append(params_item)

        outputs = []
        _outputs = d.pop("outputs")
        for outputs_item_data in _outputs:
            outputs_item = FormOutput.from_dict(outputs_item_data)

            outputs.append(outputs_item)

        groups = cast(list[str], d.pop("groups"))

        def _parse_time_limit(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        time_limit = _parse_time_limit(d.pop("time_limit"))

        def _parse_max_running(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        max_running = _parse_max_running(d.pop("max_running"))

        form = cls(
            title=title,
            description=description,
            inputs=inputs,
            params=params,
            outputs=outputs,
            groups=groups,
            time_limit=time_limit,
            max_running=max_running,
        )

        return form
