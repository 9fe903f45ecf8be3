"""Gizmo files from the command line; no Nuke is needed.

python -m comfyrelay_nuke.build_gizmo upscale --version 3 --out DIR   # a workflow's own gizmo
python -m comfyrelay_nuke.build_gizmo --shipped DIR                   # those of this plugin
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from comfyrelay.errors import PluginError
from comfyrelay.form import Form
from comfyrelay.relay import Relay
from comfyrelay.settings import read_settings

from . import gizmos, nk
from .encoding import encoded
from .form_knobs import form_knobs


def main(words: Sequence[str] | None = None) -> int:
    """Write, or only compare with what is there; the exit code."""
    asked = _asked(words)
    try:
        files = dict(_shipped() if asked.shipped else _published(asked.workflow, asked.version))
    except PluginError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return 1
    folder = Path(asked.shipped or asked.out)
    if asked.check:
        stale = [name for name, text in files.items() if not _is(folder / name, text)]
        sys.stderr.writelines(f"{folder / name} is not what it should be\n" for name in stale)
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8"))
        sys.stdout.write(f"{folder / name}\n")
    return 0


def published(form: Form) -> nk.Group:
    """A gizmo that has one version of one workflow, and its knobs, from the start."""
    texts_only = bool(form.outputs) and all(each.kind == "text" for each in form.outputs)
    made = gizmos.comfy_relay_text() if texts_only else gizmos.comfy_relay()
    kept = {
        "workflow": form.workflow,
        "version": str(form.version),
        "schema_hash": form.schema_hash,
        "form": form.to_text(),
    }
    own = {f"{gizmos.KEEPS}{name}": text for name, text in kept.items()}
    own[gizmos.FORM_SHOWN] = own[f"{gizmos.KEEPS}form"]
    knobs = [
        replace(knob, value=encoded(own[knob.name])) if knob.name in own else knob
        for knob in made.user_knobs
    ]
    name = f"{''.join(c if c.isalnum() else '_' for c in form.workflow)}_v{form.version}"
    return replace(made, name=name, user_knobs=[*knobs[:-1], *form_knobs(form), knobs[-1]])


def _shipped() -> Iterator[tuple[str, str]]:
    for describe in gizmos.GIZMOS:
        group = describe()
        yield f"{group.name}.gizmo", nk.written(group)


def _published(workflow: str, version: int | None) -> Iterator[tuple[str, str]]:
    relay = Relay(read_settings())
    try:
        group = published(relay.form(workflow, version))
    finally:
        relay.close()
    yield f"{group.name}.gizmo", nk.written(group)


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="comfyrelay_nuke.build_gizmo", description="Write gizmo files."
    )
    parser.add_argument("workflow", nargs="?", help="a published workflow")
    parser.add_argument("--version", type=int, help="of the workflow; else the newest")
    parser.add_argument("--out", default=".", help="folder for the workflow's gizmo")
    parser.add_argument("--shipped", metavar="DIR", help="write this plugin's own into DIR")
    parser.add_argument("--check", action="store_true", help="only compare with what is there")
    asked = parser.parse_args(words)
    if bool(asked.workflow) == bool(asked.shipped):
        parser.error("name a workflow, or say --shipped DIR")
    return asked


if __name__ == "__main__":
    sys.exit(main())
