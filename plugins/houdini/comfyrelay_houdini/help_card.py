"""Writes the help of an asset in SideFX's wiki markup, from the same words as its parms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comfyrelay import controls
from comfyrelay.controls import Control, Shown

from .dialog_script import Connector


def written(
    label: str,
    type_name: str,
    table: str,
    about: str,
    more: Sequence[str],
    shown: Sequence[Shown],
    inputs: Sequence[Connector] = (),
    outputs: Sequence[Connector] = (),
) -> str:
    """The section Help."""
    lines = [
        f"= {label} =", "", "#type: node", f"#context: {table.lower()}",
        f"#internal: {type_name}", "#tags: comfyui, relay", "", f'"""{about}"""', "",
    ]  # fmt: skip
    for paragraph in more:
        lines += [paragraph, ""]
    lines += [*_connectors("inputs", inputs), *_connectors("outputs", outputs)]
    lines += ["@parameters", "", *_parms(shown)]
    return "\n".join([*lines, ""])


def _connectors(title: str, each: Sequence[Connector]) -> Iterator[str]:
    if each:
        yield from (f"@{title}", "")
        for connector in each:
            yield from (f"{connector.label}:", f"    {connector.kind}.", "")


def _parms(shown: Sequence[Shown]) -> Iterator[str]:
    for each in shown:
        if isinstance(each, Control):
            yield from _parm(each)
            continue
        told = [*_parms(each.controls)]
        if told:
            yield from (f"== {each.label} ==", "", *told)


def _parm(each: Control) -> Iterator[str]:
    if each.hidden or not each.help or not each.label or each.kind == controls.RULE:
        return
    yield from (f"{each.label.replace('#', '').strip()}:", f"    {' '.join(each.help.split())}", "")
