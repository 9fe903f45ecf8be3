"""The spare parms of a form on a node, made anew. Main thread, never inside a callback of it.

What an artist set stays where the new form has a param of the same id and type: Houdini keeps the
value, keys and expression of a parm whose name stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import hou

from comfyrelay import controls, face
from comfyrelay.controls import Group, Rows, Shown
from comfyrelay.form import Form, Param
from comfyrelay.form_controls import PREFIX, control_name

from . import network
from .assets import INPUTS
from .dialog_script import spare_parms
from .form_parms import form_folder
from .parms import put


def rebuild(node: hou.OpNode, before: Form | None, form: Form) -> Sequence[str]:
    """Show another form. Answers with a sentence for each value that is lost."""
    lost = list(_lost(node, before, form))
    group = node.parmTemplateGroup()
    if group.find(face.PARAMS) is not None:
        group.remove(face.PARAMS)
    table = node.type().category().name()
    folder = form_folder(form, INPUTS if table == network.COP else 0, table == network.TOP)
    made = hou.ParmTemplateGroup()
    made.setToDialogScript(spare_parms([folder]))
    changed = _changed(before, form)
    had = {parm.name() for parm in node.parms() if parm.name().startswith(PREFIX)}
    for entry in made.entries():
        group.append(entry)
    node.setParmTemplateGroup(group)
    for name in changed & had:
        for parm in _of(node, name):
            parm.revertToDefaults()
    _begin(node, [folder], had - changed)
    return lost


def begin(node: hou.OpNode, form: Form) -> None:
    """What a new node has that a definition cannot say: rows with values of their own."""
    _begin(node, [form_folder(form)], set())


def _types(form: Form | None) -> Mapping[str, Param]:
    return {} if form is None else {control_name(each): each for each in form.params}


def _changed(before: Form | None, form: Form) -> set[str]:
    """Parms whose name means something else now: another type, or a menu of another workflow."""
    old = _types(before)
    same = before is not None and before.workflow == form.workflow
    return {
        name
        for name, param in _types(form).items()
        if name in old
        and (old[name].type != param.type or (not same and old[name].menu != param.menu))
    }


def _lost(node: hou.OpNode, before: Form | None, form: Form) -> Iterator[str]:
    new, changed = _types(form), _changed(before, form)
    for name, param in _types(before).items():
        if name in new and name not in changed:
            continue
        for parm in _of(node, name):
            if not parm.isAtDefault():
                yield f"{param.label or param.id} is gone; it was {_said(node, parm)}"


def _of(node: hou.OpNode, name: str) -> Sequence[hou.Parm]:
    parm = node.parm(name)
    return () if parm is None else (parm,)


def _said(node: hou.OpNode, parm: hou.Parm) -> str:
    return str(parm.rawValue())


def _begin(node: hou.OpNode, shown: Sequence[Shown], had: set[str]) -> None:
    """Rows that begin with values of their own, where the node had none of them."""
    for each in shown:
        if isinstance(each, Group):
            _begin(node, each.controls, had)
        elif isinstance(each, Rows) and each.name not in had:
            for row, words in enumerate(each.begin, 1):
                for control, word in zip(each.controls, words):
                    number = control.kind == controls.FLOAT
                    put(node, control.name.replace("#", str(row)), float(word) if number else word)
