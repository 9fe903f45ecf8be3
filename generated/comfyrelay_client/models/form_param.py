from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.target import Target


T = TypeVar("T", bound="FormParam")


@_attrs_define
class FormParam:
    """A value of a form: a knob in Nuke, a parm in Houdini.

    Attributes:
        id (str):
        label (str):  Default: ''.
        help_ (str):  Default: ''.
        group (str):  Default: ''.
        type_ (str): int, float, text, bool, menu, seed or loras; may grow.
        default (Any | None):
        min_ (float | None):
        max_ (float | None):
        step (float | None):
        menu (list[str]):
        models (None | str): A kind of model, such as `checkpoints`: the menu is what the hosts have.
        multiline (bool):  Default: False.
        required (bool): True: there is no default, a value must be given. Default: False.
        targets (list[Target]):
    """

    id: str
    type_: str
    default: Any | None
    min_: float | None
    max_: float | None
    step: float | None
    menu: list[str]
    models: None | str
    targets: list[Target]
    label: str = ""
    help_: str = ""
    group: str = ""
    multiline: bool = False
    required: bool = False

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        label = self.label

        help_ = self.help_

        group = self.group

        type_ = self.type_

        default: Any | None
        default = self.default

        min_: float | None
        min_ = self.min_

        max_: float | None
        max_ = self.max_

        step: float | None
        step = self.step

        menu = self.menu

        models: None | str
        models = self.models

        multiline = self.multiline

        required = self.required

        targets = []
        for targets_item_data in self.targets:
            targets_item = targets_item_data.to_dict()
            targets.append(targets_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "label": label,
                "help": help_,
                "group": group,
                "type": type_,
                "default": default,
                "min": min_,
                "max": max_,
                "step": step,
                "menu": menu,
                "models": models,
                "multiline": multiline,
                "required": required,
                "targets": targets,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.target import Target  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        label = d.pop("label")

        help_ = d.pop("help")

        group = d.pop("group")

        type_ = d.pop("type")

        def _parse_default(data: object) -> Any | None:
            if data is None:
                return data
            return cast("Any | None", data)

        default = _parse_default(d.pop("default"))

        def _parse_min_(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        min_ = _parse_min_(d.pop("min"))

        def _parse_max_(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        max_ = _parse_max_(d.pop("max"))

        def _parse_step(data: object) -> float | None:
            if data is None:
                return data
            return cast("float | None", data)

        step = _parse_step(d.pop("step"))

        menu = cast(list[str], d.pop("menu"))

        def _parse_models(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        models = _parse_models(d.pop("models"))

        multiline = d.pop("multiline")

        required = d.pop("required")

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = Target.from_dict(targets_item_data)

            targets.append(targets_item)

        form_param = cls(
            id=id,
            label=label,
            help_=help_,
            group=group,
            type_=type_,
            default=default,
            min_=min_,
            max_=max_,
            step=step,
            menu=menu,
            models=models,
            multiline=multiline,
            required=required,
            targets=targets,
        )

        return form_param
