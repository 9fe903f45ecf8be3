from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="FormOutput")


@_attrs_define
class FormOutput:
    """A file or text that comes out of a job.

    Attributes:
        id (str):
        label (str):  Default: ''.
        help_ (str):  Default: ''.
        kind (str): As `Output.type`; may grow. Default: 'image'.
        required (bool):  Default: True.
        saver (str): Class of the ComfyUI node that writes it; empty if there is none. Default: ''.
        node (str):
    """

    id: str
    node: str
    label: str = ""
    help_: str = ""
    kind: str = "image"
    required: bool = True
    saver: str = ""

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        label = self.label

        help_ = self.help_

        kind = self.kind

        required = self.required

        saver = self.saver

        node = self.node

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id": id,
                "label": label,
                "help": help_,
                "kind": kind,
                "required": required,
                "saver": saver,
                "node": node,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        label = d.pop("label")

        help_ = d.pop("help")

        kind = d.pop("kind")

        required = d.pop("required")

        saver = d.pop("saver")

        node = d.pop("node")

        form_output = cls(
            id=id,
            label=label,
            help_=help_,
            kind=kind,
            required=required,
            saver=saver,
            node=node,
        )

        return form_output
