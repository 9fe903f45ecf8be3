from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.held_job import HeldJob


T = TypeVar("T", bound="Host")


@_attrs_define
class Host:
    """A ComfyUI server behind the relay.

    Attributes:
        name (str):
        url (str):
        state (str): starting, up, draining, paused, sick or gone; may grow.
        reason (None | str): Why it is not up.
        since (datetime.datetime):
        asked (None | str): draining or paused, if an admin asked for it.
        asked_reason (None | str):
        asked_by (None | str):
        asked_at (datetime.datetime | None):
        trouble (None | str): What is wrong with it although it answers.
        slots (int):
        busy (int): Slots that are taken.
        jobs (list[str]): Ids of the jobs it holds, as far as you may see them.
        held (list[HeldJob]): All jobs that it holds.
        comfyui_version (None | str):
        device (None | str):
        vram_total (int | None): Bytes.
        node_classes (int): How many it has.
        warm (list[str]): Large models that it has loaded, as far as is known.
        simulation (bool):  Default: False.
    """

    name: str
    url: str
    state: str
    reason: None | str
    since: datetime.datetime
    asked: None | str
    asked_reason: None | str
    asked_by: None | str
    asked_at: datetime.datetime | None
    trouble: None | str
    slots: int
    busy: int
    jobs: list[str]
    held: list[HeldJob]
    comfyui_version: None | str
    device: None | str
    vram_total: int | None
    node_classes: int
    warm: list[str]
    simulation: bool = False

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        url = self.url

        state = self.state

        reason: None | str
        reason = self.reason

        since = self.since.isoformat()

        asked: None | str
        asked = self.asked

        asked_reason: None | str
        asked_reason = self.asked_reason

        asked_by: None | str
        asked_by = self.asked_by

        asked_at: None | str
        if isinstance(self.asked_at, datetime.datetime):
            asked_at = self.asked_at.isoformat()
        else:
            asked_at = self.asked_at

        trouble: None | str
        trouble = self.trouble

        slots = self.slots

        busy = self.busy

        jobs = self.jobs

        held = []
        for held_item_data in self.held:
            held_item = held_item_data.to_dict()
            held.append(held_item)

        comfyui_version: None | str
        comfyui_version = self.comfyui_version

        device: None | str
        device = self.device

        vram_total: int | None
        vram_total = self.vram_total

        node_classes = self.node_classes

        warm = self.warm

        simulation = self.simulation

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "url": url,
                "state": state,
                "reason": reason,
                "since": since,
                "asked": asked,
                "asked_reason": asked_reason,
                "asked_by": asked_by,
                "asked_at": asked_at,
                "trouble": trouble,
                "slots": slots,
                "busy": busy,
                "jobs": jobs,
                "held": held,
                "comfyui_version": comfyui_version,
                "device": device,
                "vram_total": vram_total,
                "node_classes": node_classes,
                "warm": warm,
                "simulation": simulation,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.held_job import HeldJob  # noqa: PLC0415

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

        def _parse_asked(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        asked = _parse_asked(d.pop("asked"))

        def _parse_asked_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        asked_reason = _parse_asked_reason(d.pop("asked_reason"))

        def _parse_asked_by(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        asked_by = _parse_asked_by(d.pop("asked_by"))

        def _parse_asked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                asked_at_type_0 = datetime.datetime.fromisoformat(
                    data.replace("Z", "+00:00")
                )

                return asked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None", data)

        asked_at = _parse_asked_at(d.pop("asked_at"))

        def _parse_trouble(data: object) -> None | str:
            if data is None:
                return data
            return cast("None | str", data)

        trouble = _parse_trouble(d.pop("trouble"))

        slots = d.pop("slots")

        busy = d.pop("busy")

        jobs = cast(list[str], d.pop("jobs"))

        held = []
        _held = d.pop("held")
        for held_item_data in _held:
            held_item = HeldJob.from_dict(held_item_data)

            held.append(held_item)

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

        warm = cast(list[str], d.pop("warm"))

        simulation = d.pop("simulation")

        host = cls(
            name=name,
            url=url,
            state=state,
            reason=reason,
            since=since,
            asked=asked,
            asked_reason=asked_reason,
            asked_by=asked_by,
            asked_at=asked_at,
            trouble=trouble,
            slots=slots,
            busy=busy,
            jobs=jobs,
            held=held,
            comfyui_version=comfyui_version,
            device=device,
            vram_total=vram_total,
            node_classes=node_classes,
            warm=warm,
            simulation=simulation,
        )

        return host
