"""The form file, `NAME.form.json`: a form by hand. What it leaves out, the hosts complete.
Unknown keys are refused, so that a typo is not a silent no.

`python -m relay_server.workflows.forms.file FILE` writes its JSON Schema; `--check` compares it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from relay_server.models.common import JsonValue
from relay_server.models.forms import ID, InputKind, OutputKind, ParamType

Id = Annotated[
    str,
    Field(
        pattern=ID,
        description="The name in scripts, of a knob and of a parm. Keep it: who uses the workflow"
        " relies on it. Small letters, digits and `_`.",
    ),
]
Label = Annotated[str | None, Field(description="The name that artists see. Else from the id.")]
Help = Annotated[str | None, Field(description="A tooltip. Else what ComfyUI says of the field.")]
Group = Annotated[str, Field(description="The heading under which it is shown.")]

Number = Annotated[float, Field(allow_inf_nan=False)]


class FileTarget(BaseModel):
    """The field of a node that is set. The node is named by its id or by its title."""

    model_config = ConfigDict(title="Target", extra="forbid", frozen=True, defer_build=True)

    node: str | None = Field(
        None, description="The node's id; `57:3` is node 3 in the subgraph of node 57."
    )
    title: str | None = Field(
        None, description="The node's title, with its group or without. No other node may have it."
    )
    class_type: str | None = Field(
        None, description="The node's class: refused if the node found is of another."
    )
    field: str | None = Field(
        None, description="The input of the node, such as `steps`. May be left out for a file"
        " loader, a primitive and `loras`.",
    )  # fmt: skip


MOST = 1000  # entries of one list

Targets = Annotated[
    list[FileTarget],
    Field(
        min_length=1,
        description="What is set, all by the same value. For `loras`: the LoRA loaders of a chain,"
        " which the list replaces, or the one loader behind which the chain is put.",
    ),
]


class FileInput(BaseModel):
    """A file that a person gives."""

    model_config = ConfigDict(title="Input", extra="forbid", frozen=True, defer_build=True)

    id: Id
    label: Label = None
    help: Help = None
    group: Group = ""
    kind: InputKind | None = Field(
        None, description='image, mask (white means "change this") or data, which is any file.'
    )
    required: bool = Field(True, description="False: without it the author's file is used.")
    frames: bool = Field(False, description="True: takes a list of pictures, one per frame.")
    multiple: int | None = Field(
        None, ge=1, description="Width and height should be a multiple of it, in pixels."
    )
    targets: Targets


class FileParam(BaseModel):
    """A value that a person sets. Type, bounds, menu and help come from the hosts; what is written
    here may be narrower than theirs, never wider."""

    model_config = ConfigDict(title="Param", extra="forbid", frozen=True, defer_build=True)

    id: Id
    label: Label = None
    help: Help = None
    group: Group = ""
    type: ParamType | None = Field(
        None, description="Needed only if no host knows the node's class."
    )
    default: JsonValue | None = Field(None, description="Else the value saved in the workflow.")
    min: Number | None = Field(None, description="The least value. Else the hosts'.")
    max: Number | None = Field(None, description="The largest value. Else the hosts'.")
    step: Number | None = Field(None, gt=0, description="Of the slider or the arrows.")
    menu: list[str] | None = Field(None, description="Fixed entries, instead of the hosts'.")
    models: str | None = Field(
        None, description="A kind of model, such as `checkpoints`: the menu is what the hosts have."
    )
    multiline: bool | None = Field(None, description="Of a text: a box instead of a line.")
    required: bool = Field(False, description="True: there is no default, a value must be given.")
    targets: Targets


class FileOutput(BaseModel):
    """A node whose result a person gets, named by its id or by its title."""

    model_config = ConfigDict(title="Output", extra="forbid", frozen=True, defer_build=True)

    id: Id
    label: Label = None
    help: str = Field("", description="A tooltip.")
    kind: OutputKind | None = Field(None, description="What it is. Else by the node's class.")
    required: bool | None = Field(
        None, description="True: a job without it has failed. Else: what saves is needed."
    )
    node: str | None = Field(None, description="The node's id.")
    title: str | None = Field(None, description="The node's title. No other node may have it.")


class FormFile(BaseModel):
    """The form of a workflow for Comfy Relay. Lies beside `NAME.json` as `NAME.form.json`, or is
    published with it. Only `id` and `targets` must be given; the rest is completed. Lists that are
    left out are made as without a file, from titles."""

    model_config = ConfigDict(
        title="Form of a workflow", extra="forbid", frozen=True, defer_build=True
    )

    schema_: str | None = Field(None, alias="$schema", description="For your editor.")
    title: str | None = Field(None, description="The workflow's name, as artists see it.")
    description: str = Field("", description="One or two sentences on what it makes.")
    groups: list[str] = Field(
        default_factory=list,
        description="All of them, in the order to show them. Else as they are first used.",
    )
    time_limit: Number | None = Field(
        None, ge=0, description="Seconds that a job may run; 0 is no limit."
    )
    max_running: int | None = Field(
        None, ge=1, description="Most jobs of this workflow on hosts at once."
    )
    inputs: list[FileInput] = Field(
        default_factory=list,
        max_length=MOST,
        description="Files, in their order. Left out: as titles say; an empty list is none.",
    )
    params: list[FileParam] = Field(
        default_factory=list,
        max_length=MOST,
        description="Values, in their order. Left out: as titles say; an empty list is none.",
    )
    outputs: list[FileOutput] = Field(
        default_factory=list,
        max_length=MOST,
        description="Results. None listed: every output node is one.",
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **FormFile.model_json_schema(),
    }


def main() -> None:
    """Write the schema to the file named on the command line, or compare it."""
    *options, name = sys.argv[1:]
    text = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if "--check" not in options:
        Path(name).write_text(text, encoding="utf-8")
    elif Path(name).read_text(encoding="utf-8") != text:
        sys.exit(f"{name} is not what the models say. Run `make schema` and commit the result.")


if __name__ == "__main__":
    main()
