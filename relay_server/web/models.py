"""Models: what the hosts have, merged, without asking them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from relay_server.errors import NotFound, Unprocessable
from relay_server.models.models import ModelKind, ModelKinds, ModelName
from relay_server.web.relay import Call
from relay_server.workflows.model_files import ModelFiles


async def listing(call: Call) -> ModelKinds:
    """`GET /relay/v1/models`."""
    known = await call.relay.knowledge.current()
    return ModelKinds(kinds=[_kind(known.models, kind) for kind in sorted(known.models.by_kind)])


async def of_kind(call: Call) -> ModelKind:
    """`GET /relay/v1/models/{kind}`."""
    models = (await call.relay.knowledge.current()).models
    kind = call.path["kind"]
    if models.by_kind and kind not in models.by_kind:
        raise NotFound(
            "not_found",
            f"No host has models of the kind {kind[:80]!r}. Known kinds are in `details`.",
            {"kinds": sorted(models.by_kind)},
        )
    return _kind(models, kind)


@asynccontextmanager
async def asking_again(call: Call, params: Collection[str] = ()) -> AsyncIterator[None]:
    """Where a model is refused, its host may just have got it: the workers look again soon.
    `params` are those that name a model."""
    try:
        yield
    except Unprocessable as error:
        wrong = (error.details or {}).get("params", ())
        if error.code == "unknown_model" or any(each["param"] in params for each in wrong):
            for host in await call.relay.registry.hosts():
                await call.relay.registry.ask_to_learn(host.record.name)
        raise


def _kind(models: ModelFiles, kind: str) -> ModelKind:
    names = models.names(kind)
    return ModelKind(
        kind=kind,
        models=[ModelName(name=name, hosts=list(models.hosts(kind, name))) for name in names],
    )
