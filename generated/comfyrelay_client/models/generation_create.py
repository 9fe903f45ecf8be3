from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.priority import Priority
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.extra_data import ExtraData
    from ..models.input_file import InputFile
    from ..models.lora import Lora


T = TypeVar("T", bound="GenerationCreate")


@_attrs_define
class GenerationCreate:
    """What a picture is made of. An image makes it a variation, and a mask a change of a part.

    Attributes:
        prompt (str):
        checkpoint (str): As `GET /relay/v1/models/checkpoints` lists it.
        priority (Priority | Unset): The classes of jobs, first to last.
        tags (list[str] | Unset):
        metadata (Any | None | Unset): At most 16 pairs of strings.
        host (None | str | Unset): Only on this host.
        max_wait (float | None | Unset): Seconds; the job fails if no host took it by then.
        extra_data (ExtraData | None | Unset):
        negative_prompt (str | Unset):  Default: ''.
        loras (list[Lora] | Unset):
        width (int | None | Unset): Pixels; none is 1024, or with an image what its own size gives.
        height (int | None | Unset): As `width`.
        batch (int | Unset):  Default: 1.
        seed (int | str | Unset): 0 to 2^64-1, also as text; or `random`. Default: 'random'.
        steps (int | Unset):  Default: 20.
        cfg (float | Unset):  Default: 7.0.
        sampler (str | Unset):  Default: 'euler'.
        scheduler (str | Unset):  Default: 'normal'.
        denoise (float | Unset):  Default: 1.0.
        vae (None | str | Unset): None: that of the checkpoint.
        image (InputFile | None | Unset): A picture to begin with.
        mask (InputFile | None | Unset): White is made anew. Needs an image.
        grow_mask (int | Unset): Pixels. Default: 6.
    """

    prompt: str
    checkpoint: str
    priority: Priority | Unset = UNSET
    tags: list[str] | Unset = UNSET
    metadata: Any | None | Unset = UNSET
    host: None | str | Unset = UNSET
    max_wait: float | None | Unset = UNSET
    extra_data: ExtraData | None | Unset = UNSET
    negative_prompt: str | Unset = ""
    loras: list[Lora] | Unset = UNSET
    width: int | None | Unset = UNSET
    height: int | None | Unset = UNSET
    batch: int | Unset = 1
    seed: int | str | Unset = "random"
    steps: int | Unset = 20
    cfg: float | Unset = 7.0
    sampler: str | Unset = "euler"
    scheduler: str | Unset = "normal"
    denoise: float | Unset = 1.0
    vae: None | str | Unset = UNSET
    image: InputFile | None | Unset = UNSET
    mask: InputFile | None | Unset = UNSET
    grow_mask: int | Unset = 6

    def to_dict(self) -> dict[str, Any]:
        from ..models.extra_data import ExtraData  # noqa: PLC0415
        from ..models.input_file import InputFile  # noqa: PLC0415

        prompt = self.prompt

        checkpoint = self.checkpoint

        priority: str | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = self.priority.value

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        metadata: Any | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        else:
            metadata = self.metadata

        host: None | str | Unset
        if isinstance(self.host, Unset):
            host = UNSET
        else:
            host = self.host

        max_wait: float | None | Unset
        if isinstance(self.max_wait, Unset):
            max_wait = UNSET
        else:
            max_wait = self.max_wait

        extra_data: dict[str, Any] | None | Unset
        if isinstance(self.extra_data, Unset):
            extra_data = UNSET
        elif isinstance(self.extra_data, ExtraData):
            extra_data = self.extra_data.to_dict()
        else:
            extra_data = self.extra_data

        negative_prompt = self.negative_prompt

        loras: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.loras, Unset):
            loras = []
            for loras_item_data in self.loras:
                loras_item = loras_item_data.to_dict()
                loras.append(loras_item)

        width: int | None | Unset
        if isinstance(self.width, Unset):
            width = UNSET
        else:
            width = self.width

        height: int | None | Unset
        if isinstance(self.height, Unset):
            height = UNSET
        else:
            height = self.height

        batch = self.batch

        seed: int | str | Unset
        if isinstance(self.seed, Unset):
            seed = UNSET
        else:
            seed = self.seed

        steps = self.steps

        cfg = self.cfg

        sampler = self.sampler

        scheduler = self.scheduler

        denoise = self.denoise

        vae: None | str | Unset
        if isinstance(self.vae, Unset):
            vae = UNSET
        else:
            vae = self.vae

        image: dict[str, Any] | None | Unset
        if isinstance(self.image, Unset):
            image = UNSET
        elif isinstance(self.image, InputFile):
            image = self.image.to_dict()
        else:
            image = self.image

        mask: dict[str, Any] | None | Unset
        if isinstance(self.mask, Unset):
            mask = UNSET
        elif isinstance(self.mask, InputFile):
            mask = self.mask.to_dict()
        else:
            mask = self.mask

        grow_mask = self.grow_mask

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "prompt": prompt,
                "checkpoint": checkpoint,
            }
        )
        if priority is not UNSET:
            field_dict["priority"] = priority
        if tags is not UNSET:
            field_dict["tags"] = tags
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if host is not UNSET:
            field_dict["host"] = host
        if max_wait is not UNSET:
            field_dict["max_wait"] = max_wait
        if extra_data is not UNSET:
            field_dict["extra_data"] = extra_data
        if negative_prompt is not UNSET:
            field_dict["negative_prompt"] = negative_prompt
        if loras is not UNSET:
            field_dict["loras"] = loras
        if width is not UNSET:
            field_dict["width"] = width
        if height is not UNSET:
            field_dict["height"] = height
        if batch is not UNSET:
            field_dict["batch"] = batch
        if seed is not UNSET:
            field_dict["seed"] = seed
        if steps is not UNSET:
            field_dict["steps"] = steps
        if cfg is not UNSET:
            field_dict["cfg"] = cfg
        if sampler is not UNSET:
            field_dict["sampler"] = sampler
        if scheduler is not UNSET:
            field_dict["scheduler"] = scheduler
        if denoise is not UNSET:
            field_dict["denoise"] = denoise
        if vae is not UNSET:
            field_dict["vae"] = vae
        if image is not UNSET:
            field_dict["image"] = image
        if mask is not UNSET:
            field_dict["mask"] = mask
        if grow_mask is not UNSET:
            field_dict["grow_mask"] = grow_mask

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.extra_data import ExtraData  # noqa: PLC0415
        from ..models.input_file import InputFile  # noqa: PLC0415
        from ..models.lora import Lora  # noqa: PLC0415

        d = dict(src_dict)
        prompt = d.pop("prompt")

        checkpoint = d.pop("checkpoint")

        _priority = d.pop("priority", UNSET)
        priority: Priority | Unset
        if isinstance(_priority, Unset):
            priority = UNSET
        else:
            priority = Priority(_priority)

        tags = cast(list[str], d.pop("tags", UNSET))

        def _parse_metadata(data: object) -> Any | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("Any | None | Unset", data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_host(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        host = _parse_host(d.pop("host", UNSET))

        def _parse_max_wait(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("float | None | Unset", data)

        max_wait = _parse_max_wait(d.pop("max_wait", UNSET))

        def _parse_extra_data(data: object) -> ExtraData | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                extra_data_type_0 = ExtraData.from_dict(data)

                return extra_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("ExtraData | None | Unset", data)

        extra_data = _parse_extra_data(d.pop("extra_data", UNSET))

        negative_prompt = d.pop("negative_prompt", UNSET)

        _loras = d.pop("loras", UNSET)
        loras: list[Lora] | Unset = UNSET
        if _loras is not UNSET:
            loras = []
            for loras_item_data in _loras:
                loras_item = Lora.from_dict(loras_item_data)

                loras.append(loras_item)

        def _parse_width(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        width = _parse_width(d.pop("width", UNSET))

        def _parse_height(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        height = _parse_height(d.pop("height", UNSET))

        batch = d.pop("batch", UNSET)

        def _parse_seed(data: object) -> int | str | Unset:
            if isinstance(data, Unset):
                return data
            return cast("int | str | Unset", data)

        seed = _parse_seed(d.pop("seed", UNSET))

        steps = d.pop("steps", UNSET)

        cfg = d.pop("cfg", UNSET)

        sampler = d.pop("sampler", UNSET)

        scheduler = d.pop("scheduler", UNSET)

        denoise = d.pop("denoise", UNSET)

        def _parse_vae(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        vae = _parse_vae(d.pop("vae", UNSET))

        def _parse_image(data: object) -> InputFile | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                image_type_0 = InputFile.from_dict(data)

                return image_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("InputFile | None | Unset", data)

        image = _parse_image(d.pop("image", UNSET))

        def _parse_mask(data: object) -> InputFile | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                mask_type_0 = InputFile.from_dict(data)

                return mask_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("InputFile | None | Unset", data)

        mask = _parse_mask(d.pop("mask", UNSET))

        grow_mask = d.pop("grow_mask", UNSET)

        generation_create = cls(
            prompt=prompt,
            checkpoint=checkpoint,
            priority=priority,
            tags=tags,
            metadata=metadata,
            host=host,
            max_wait=max_wait,
            extra_data=extra_data,
            negative_prompt=negative_prompt,
            loras=loras,
            width=width,
            height=height,
            batch=batch,
            seed=seed,
            steps=steps,
            cfg=cfg,
            sampler=sampler,
            scheduler=scheduler,
            denoise=denoise,
            vae=vae,
            image=image,
            mask=mask,
            grow_mask=grow_mask,
        )

        return generation_create
