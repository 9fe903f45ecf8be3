"""Pictures without a published workflow."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from relay_server.models.forms import FormParam, InputKind, ParamType, Target
from relay_server.models.generations import GenerationCreate
from relay_server.models.jobs import Job
from relay_server.web.bodies import chunks
from relay_server.web.checking import checked_model
from relay_server.web.inputs import Incoming, InputReader, accepted
from relay_server.web.lifter import lift
from relay_server.web.relay import Call
from relay_server.web.submission import Submission
from relay_server.workflows.filled.generation import SAVE, Generation, generation_graph
from relay_server.workflows.filled.values import WrongValue, checked_value, invalid_params
from relay_server.workflows.model_files import canonical
from relay_server.workflows.object_info import ObjectInfo

SIDE = 1024  # pixels, of a picture that begins with no other
MENUS = {"sampler": "sampler_name", "scheduler": "scheduler"}  # fields of a KSampler


async def create(call: Call) -> Job:
    """`POST /relay/v1/generations`. Nothing is kept before everything is checked."""
    stream = chunks(call.request, call.relay.settings.max_upload)
    async with AsyncExitStack() as spools:
        body = await spools.enter_async_context(lift(stream, call.relay.blobs, call.relay.settings))
        asked: GenerationCreate = checked_model(GenerationCreate, body.json)
        known = await call.relay.knowledge.current()
        values = _values(asked, known.info)
        reader = InputReader(call, body, spools)
        sent = {InputKind.IMAGE: asked.image, InputKind.MASK: asked.mask}
        files = {kind: await reader.file(file, kind) for kind, file in sent.items() if file}
        return await accepted(call, _submission(asked, values, files), files.values())


def _submission(
    asked: GenerationCreate, values: dict[str, Any], files: dict[InputKind, Incoming]
) -> Submission:
    sizes: dict[str, Any] = {"width": None, "height": None}
    assets = {str(kind): file.asset_id for kind, file in files.items()}
    return Submission(
        graph=generation_graph(Generation(**(sizes | values | assets))),
        options=asked,
        values=values,
        named_outputs={SAVE: "image"},
        required_outputs={SAVE: "image"},
    )


def _values(asked: GenerationCreate, info: ObjectInfo) -> dict[str, Any]:
    """Everything that is used, the drawn seed among it. Raises `invalid_params`."""
    values: dict[str, Any] = {
        "prompt": asked.prompt,
        "negative_prompt": asked.negative_prompt,
        "checkpoint": canonical(asked.checkpoint),
        "loras": _loras(asked),
        **_size(asked),
        "batch": asked.batch,
        "steps": asked.steps,
        "cfg": asked.cfg,
        "denoise": asked.denoise,
        **({"vae": canonical(asked.vae)} if asked.vae else {}),
        **({"grow_mask": asked.grow_mask} if asked.mask else {}),
    }
    problems = []
    for param in (_param("seed", ParamType.SEED), *_menus(info)):
        try:
            values[param.id] = checked_value(param, getattr(asked, param.id))
        except WrongValue as wrong:
            problems.append({"param": param.id, "reason": wrong.reason, **wrong.facts})
    if problems:
        raise invalid_params(problems)
    return values


def _loras(asked: GenerationCreate) -> list[dict[str, Any]]:
    return [
        {
            "name": canonical(lora.name),
            "strength_model": lora.strength_model,
            "strength_clip": (
                lora.strength_model if lora.strength_clip is None else lora.strength_clip
            ),
        }
        for lora in asked.loras
    ]


def _size(asked: GenerationCreate) -> dict[str, int]:
    """Width and height, as far as they are set: an image brings its own."""
    default = None if asked.image else SIDE
    sides = {"width": asked.width or default, "height": asked.height or default}
    return {name: side for name, side in sides.items() if side}


def _menus(info: ObjectInfo) -> list[FormParam]:
    """Sampler and scheduler, as the hosts have them; any text where no host was ever seen."""
    params = []
    for name, field in MENUS.items():
        about = info.field("KSampler", field)
        menu = [entry for entry in about.menu if isinstance(entry, str)] if about else []
        params.append(_param(name, ParamType.MENU if menu else ParamType.TEXT, menu=menu))
    return params


def _param(name: str, type_: ParamType, **about: Any) -> FormParam:
    return FormParam(id=name, type=type_, targets=[Target(node="sampler", field=name)], **about)
