from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="Host")


@_attrs_define
class Host:
    """A ComfyUI server behind the relay.

    Attributes:
        name (str):
        url (str):
        state (str): starting, up, sick or gone; may grow.
        reason (None | str): Why it is not up.
        since (datetime.datetime):
        slots (int):
        jobs (list[str]): Ids of the jobs it holds; at most one per slot.
        comfyui_version (None | str):
        device (None | str):
        vram_total (int | None):
        node_classes (int): How many it has.
        simulation (bool):  Default: False.
    """

    name: str
    url: str
    state: str
    reason: None | str
    since: datetime.datetime
    slots: int
    jobs: list[str]
    comfyui_version: None | str
    device: None | str
    vram_total: int | None
    node_classes: int
    simulation: bool = False

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        url = self.url

        state = self.state

        reason: None | str
        reason = self.reason

        since = self.since.isoformat()

        slots = self.slots

        jobs = self.jobs

        comfyui_version: None | str
        comfyui_version = self.comfyui_version

        device: None | str
        device = self.device

        vram_total: int | None
        vram_total = self.vram_total

        node_classes = self.node_classes

        simulation = self.simulation

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "url": url,
                "state": state,
                "reason": reason,
                "since": since,
                "slots": slots,
                "jobs": jobs,
                "comfyui_version": comfyui_version,
                "device": device,
                "vram_total": vram_total,
                "node_classes": node_classes,
                "simulation": simulation,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        url = d.pop("url")

        state = d.pop("state")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        reason = _parse_reason(d.pop("reason"))

        since = datetime.datetime.fromisoformat(d.pop("since").replace("Z", "+00:00"))

        slots = d.pop("slots")

        jobs = cast(list[str], d.pop("jobs"))

        def _parse_comfyui_version(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        comfyui_version = _parse_comfyui_version(d.pop("comfyui_version"))

        def _parse_device(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        device = _parse_device(d.pop("device"))

        def _parse_vram_total(data: object) -> int | None:
            if data is None:
                return data
            return cast("int | None", data)

        vram_total = _parse_vram_total(d.pop("vram_total"))

        node_classes = d.pop("node_classes")

        simulation = d.pop("simulation")

        host = cls(
            name=name,
            url=url,
            state=state,
            reason=reason,
            since=since,
            slots=slots,
            jobs=jobs,
            comfyui_version=comfyui_version,
            device=device,
            vram_total=vram_total,
            node_classes=node_classes,
            simulation=simulation,
        )

        return host
