from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.target import Target


T = TypeVar("T", bound="FormInput")


@_attrs_define
class FormInput:
    """A file that goes into a job.

    Attributes:
        id (str):
        label (str):  Default: ''.
        help_ (str):  Default: ''.
        group (str):  Default: ''.
        kind (str): image, mask or data; may grow. Default: 'image'.
        required (bool):  Default: True.
        frames (bool): True: takes a list of pictures, one per frame. Default: False.
        multiple (int): Width and height should be a multiple of it, in pixels. Default: 1.
        loader (str): Class of the ComfyUI node that reads it; empty if that is not one class. Default: ''.
        targets (list[Target]):
    """

    id: str
    targets: list[Target]
    label: str = ""
    help_: str = ""
    group: str = ""
    kind: str = "image"
    required: bool = True
    frames: bool = False
    multiple: int = 1
    loader: str = ""

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        label = self.label

        help_ = self.help_

        group = self.group

        kind = self.kind

        required = self.required

        frames = self.frames

        multiple = self.multiple

        loader = self.loader

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
                "kind": kind,
                "required": required,
                "frames": frames,
                "multiple": multiple,
                "loader": loader,
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

        kind = d.pop("kind")

        required = d.pop("required")

        frames = d.pop("frames")

        multiple = d.pop("multiple")

        loader = d.pop("loader")

        targets = []
        _targets = d.pop("targets")
        for targets_item_data in _targets:
            targets_item = Target.from_dict(targets_item_data)

            targets.append(targets_item)

        form_input = cls(
            id=id,
            label=label,
            help_=help_,
            group=group,
            kind=kind,
            required=required,
            frames=frames,
            multiple=multiple,
            loader=loader,
            targets=targets,
        )

        return form_input
