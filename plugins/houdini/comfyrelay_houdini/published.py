"""A published workflow as an asset of its own: its inputs, params and outputs, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from comfyrelay import face
from comfyrelay.controls import Control, Shown
from comfyrelay.form import Form
from comfyrelay.keeping import kept_from_the_start

from . import inner, network
from .assets import KEPT, NO_WAIT, picture_parms
from .definition import NAMESPACE, TAB_MENU, Asset
from .dialog_script import Connector, Signature, plain
from .form_parms import form_folder

PUBLISHED = f"{NAMESPACE}::published"
"""A namespace of its own, so that no workflow takes the name of an asset of ours."""

LAYERS = {"mask": "Mono"}  # of a kind of input or output; else RGBA
OUT = "_OUT"  # after the name of an output; no input's has capitals
SEEN = ("image", "mask", "video")  # kinds of outputs that are read as layers


def published(form: Form) -> Asset:
    """The asset of one version of a workflow."""
    inputs = [
        Connector(each.id, each.label or each.id, LAYERS.get(each.kind, "RGBA"))
        for each in form.inputs
        if each.is_picture
    ]
    outputs = _outputs(form)
    texts = any(each.kind == "text" for each in form.outputs)
    shown = [
        *_with(face.hidden(), kept_from_the_start(form)),
        *_with(picture_parms(len(outputs), texts), {"about": plain(form.description)}),
        form_folder(form),
    ]
    return Asset(
        network.COP, _name(form.workflow), f"{form.version}.0", form.title or form.workflow,
        form.description or f"Runs the workflow {form.workflow}.", shown,
        inner.picture_network(inputs, outputs), PUBLISHED, inputs=inputs, outputs=outputs,
        signatures=[Signature("default", "Default", [each.kind for each in inputs],
                              [each.kind for each in outputs])],
        more=(NO_WAIT, KEPT), menu=f"{TAB_MENU}/Workflows",
    )  # fmt: skip


def _outputs(form: Form) -> Sequence[Connector]:
    """One for each output that is a picture; what only writes text hands its picture on. No name
    is on both sides: no asset was seen to have one there."""
    own = [
        Connector(f"{each.id}{OUT}", each.label or each.id)
        for each in form.outputs
        if each.kind in SEEN
    ]
    return own or [Connector(f"unchanged{OUT}", "Unchanged")]


def _with(shown: Sequence[Shown], values: Mapping[str, str]) -> Sequence[Shown]:
    """The same, those that are named with another first value."""
    return [
        replace(each, value=values[each.name])
        if isinstance(each, Control) and each.name in values
        else each
        for each in shown
    ]


def _name(workflow: str) -> str:
    """`image-to-image` is `image_to_image`, and `my_look` is `my__look`, as `my-look` is another. A
    name begins with a letter, and no workflow's with a capital one."""
    plain = workflow.replace("_", "__").replace("-", "_")
    return plain if plain[:1].isalpha() else f"W{plain}"
