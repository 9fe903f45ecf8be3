"""A form as it is today: with the models that the hosts have now, and the classes of the nodes
that read and write its files. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from relay_server.models.forms import Form, FormParam, ParamType
from relay_server.workflows.guard import Graph
from relay_server.workflows.host_models import BY_FOLDER, is_model_file
from relay_server.workflows.model_files import ModelFiles, canonical

DIGITS = 16
ANSWERED: Any = {"inputs": {"__all__": {"loader"}}, "outputs": {"__all__": {"saver"}}}
"""What a form says only in answers: the graph tells it, so it is no part of what is published."""


def schema_hash(form: Form) -> str:
    """Changes when the form does. Of a published form: that of today may lack a default."""
    text = json.dumps(lasting(form), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def lasting(form: Form) -> dict[str, Any]:
    """The form as JSON, without the contents of menus that change with the hosts."""
    content = written(form)
    for param in content["params"]:
        if param["models"]:
            param["menu"] = []
    return content


def written(form: Form) -> dict[str, Any]:
    """The form as JSON, as it was published."""
    return form.model_dump(mode="json", exclude=ANSWERED)


def live(form: Form, graph: Graph, models: ModelFiles) -> Form:
    """The form as it is answered."""
    return with_live_menus(with_classes(form, graph), models)


def with_classes(form: Form, graph: Graph) -> Form:
    """The form with the classes of the nodes that read and write its files."""
    inputs = [
        each.model_copy(update={"loader": _class(graph, (target.node for target in each.targets))})
        for each in form.inputs
    ]
    outputs = [
        each.model_copy(update={"saver": _class(graph, [each.node])}) for each in form.outputs
    ]
    return form.model_copy(update={"inputs": inputs, "outputs": outputs})


def _class(graph: Graph, nodes: Iterable[str]) -> str:
    """The class of the nodes, if they have the same."""
    classes = {str(graph.get(node, {}).get("class_type", "")) for node in nodes}
    return classes.pop() if len(classes) == 1 else ""


def with_live_menus(form: Form, models: ModelFiles) -> Form:
    """The form with menus of what the hosts have; as it was if none told its models yet."""
    if not models.by_kind or not any(param.models for param in form.params):
        return form
    params = [_live(param, models) if param.models else param for param in form.params]
    return form.model_copy(update={"params": params})


def _live(param: FormParam, models: ModelFiles) -> FormParam:
    assert param.models is not None
    # Menus also offer what is no file and is in every host: `taesd`, `None`.
    built_in = [] if param.models == BY_FOLDER else param.menu
    built_in = [name for name in built_in if not is_model_file(name)]
    menu = list(dict.fromkeys([*built_in, *models.names(param.models)]))
    update: dict[str, Any] = {"menu": menu}
    if not _is_there(param, {*menu}):
        update |= {"default": None, "required": True}
    return param.model_copy(update=update)


def _is_there(param: FormParam, menu: set[str]) -> bool:
    """Whether the default can be had. Nothing, and no LoRA at all, always can."""
    if param.default is None:
        return True
    if param.type is ParamType.LORAS:
        return all(canonical(each["name"]) in menu for each in param.default)
    return canonical(str(param.default)) in menu
